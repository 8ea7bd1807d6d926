/** The names of the methods that an object has by its class. */
export function methodsOf(value: object): string[] {
  const names = Object.getOwnPropertyNames(Object.getPrototypeOf(value));
  return names.filter((name) => name !== "constructor").sort();
}
