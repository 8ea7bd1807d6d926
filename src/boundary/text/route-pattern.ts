// Boundary: when two route patterns match the same paths.
/** Two routes with the same key match the same paths, whatever their parameters are called. */
export function routeKey(route: string): string {
  return route.replace(/\*\*:[^/]*/g, "**").replace(/:[^/]*/g, ":");
}
