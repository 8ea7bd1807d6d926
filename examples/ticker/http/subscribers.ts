/** The same in the published style of HTTP scripts: a context in, a result out. */
export function handleRequest(_context: HttpContext) {
  const count = diesel.getWebSocketService().room("prices").members();
  return Results.ok().json({ count });
}
