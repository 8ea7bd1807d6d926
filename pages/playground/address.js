/** The parameters of a pattern: `/ws/rooms/:id` has `id`, `/files/**:rest` has `rest`, which may hold slashes. */
export function parametersOf(pattern) {
  return [...pattern.matchAll(/(\*\*)?:(\w+)/g)].map(([, stars, name]) => ({
    name,
    isRest: stars !== undefined,
  }));
}

/** The path of a pattern with values for its parameters. */
export function pathOf(pattern, values) {
  return pattern.replace(/(\*\*)?:(\w+)/g, (_all, stars, name) => {
    const value = values[name] ?? "";
    return stars === undefined
      ? encodeURIComponent(value)
      : value.split("/").map(encodeURIComponent).join("/");
  });
}

/** The address of a WebSocket on this server, or on a port of a program. */
export function addressOf({ pattern, port }, values, query) {
  const address = new URL(location.origin.replace(/^http/, "ws"));
  if (port !== null) address.port = String(port);
  const path = pathOf(pattern, values);
  const cleaned = query.trim().replace(/^\?/, "");
  return `${address.origin}${path}${cleaned === "" ? "" : `?${cleaned}`}`;
}
