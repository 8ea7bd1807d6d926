// Host: Node's own `import()`.

/** The code that all threads share is compiled apart: Node's `import()` is handed to it under this name. */
declare const __import: NativeImport | undefined;

/** Imports the module at a URL. Nothing is bundled. */
export const nativeImport: NativeImport = (url, options) =>
  typeof __import === "undefined" ? import(url, options) : __import(url, options);

export type NativeImport = (url: string, options?: ImportCallOptions) => Promise<ImportedExports>;

type ImportedExports = Readonly<Record<string, unknown>>;
