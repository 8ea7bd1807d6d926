/** The number of subscribers, in DieselEngine's style of HTTP scripts: gets a context, returns a result. */
export function handleRequest(_context: HttpContext) {
  const count = diesel.getWebSocketService().room("prices").members();
  return Results.ok().json({ count });
}
