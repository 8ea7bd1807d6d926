/**
 * The names that programs in `scripting/` may use without an import, and what `import { ... } from "scripting"` brings.
 *
 * Give the folder a tsconfig.json of its own with `"types": ["node", "parlor/scripting"]`: in an app that has `ws/` scripts
 * too, `WebSocketSession` would otherwise have the calls of both. The client `WebSocket` is in the module only, because
 * `@types/node` has a global of that name: write `import { WebSocket } from "scripting"`.
 *
 * "Published" below means the API of the Scripting app, which these types follow call by call. "Parlor adds" marks what
 * goes beyond it.
 */

/** The published encodings. `iso2022JP`, `nextstep`, `nonLossyASCII` and `symbol` are a TypeError in Parlor. */
type DataEncoding =
  | "utf-8"
  | "utf8"
  | "utf-16"
  | "utf16"
  | "utf-32"
  | "utf32"
  | "unicode"
  | "ascii"
  | "iso2022JP"
  | "isoLatin1"
  | "japaneseEUC"
  | "macOSRoman"
  | "nextstep"
  | "nonLossyASCII"
  | "shiftJIS"
  | "symbol"
  | "utf16BigEndian"
  | "utf16LittleEndian"
  | "utf32BigEndian"
  | "utf32LittleEndian"
  | "windowsCP1250"
  | "windowsCP1251"
  | "windowsCP1252"
  | "windowsCP1253"
  | "windowsCP1254"
  | "gbk"
  | "gb18030";

/** Published: `lzfse`, `lz4` and `lzma` too; in Parlor those are a TypeError. */
type DataCompression = "zlib" | "lzfse" | "lz4" | "lzma";

/** Bytes. */
interface Data {
  readonly size: number;
  /** The same as `size`. */
  readonly length: number;
  /** The same as `size`. */
  readonly count: number;
  /**
   * The text, or `null` when the data is empty or not of this encoding.
   * @param encoding default `"utf-8"`
   */
  toRawString(encoding?: DataEncoding): string | null;
  /**
   * The text; what cannot be decoded becomes U+FFFD.
   * @param encoding default `"utf8"`
   */
  toDecodedString(encoding?: "utf8" | "utf-8" | "ascii"): string;
  toBase64String(): string;
  toHexString(): string;
  /** A copy, or `null` when the data is empty. */
  toUint8Array(): Uint8Array | null;
  /** @deprecated Published so: use `toUint8Array`. */
  getBytes(): Uint8Array | null;
  toArrayBuffer(): ArrayBuffer;
  toIntArray(): number[];
  /**
   * A copy of a part.
   * @param start the first byte; negative numbers count from the end. Default 0
   * @param end the byte after the last one; negative numbers count from the end. Default: the size
   */
  slice(start?: number, end?: number): Data;
  /**
   * A copy of what is left after the first bytes.
   * @param amount how many bytes are left out: 0 to `size`
   * @throws RangeError if the data is shorter
   */
  advanced(amount: number): Data;
  /** Changes this data. */
  append(other: Data | ArrayBufferView | ArrayBufferLike): void;
  /**
   * Changes this data.
   * @param start the first byte that is replaced: 0 to `end`
   * @param end the byte after the last one that is replaced: up to `size`
   * @param data what comes in their place; it may have another length
   * @throws RangeError if the range is not within the data
   */
  replaceSubrange(start: number, end: number, data: Data | ArrayBufferView | ArrayBufferLike): void;
  /**
   * Sets a range to zeros.
   * @param start the first byte: 0 to `end`
   * @param end the byte after the last one: up to `size`
   * @throws RangeError if the range is not within the data
   */
  resetBytes(start: number, end: number): void;
  /**
   * @param algorithm `"zlib"`; the others are a TypeError in Parlor
   * @throws TypeError if the data is empty
   */
  compressed(algorithm: DataCompression): Data;
  /**
   * Up to 256 MiB of content.
   * @param algorithm `"zlib"`; the others are a TypeError in Parlor
   */
  decompressed(algorithm: DataCompression): Data;
}

interface DataConstructor {
  readonly prototype: Data;
  /**
   * `null` when the text is empty or cannot be expressed in the encoding.
   * @param encoding default `"utf-8"`
   */
  fromRawString(text: string, encoding?: DataEncoding): Data | null;
  /** @deprecated Published so: use `fromRawString`. */
  fromString(text: string, encoding?: DataEncoding): Data | null;
  fromBase64String(text: string): Data | null;
  fromHexString(text: string): Data | null;
  /** `null` when the array is empty. */
  fromUint8Array(array: Uint8Array): Data | null;
  /** `null` when the buffer is empty. */
  fromArrayBuffer(buffer: ArrayBuffer): Data | null;
  /** @param numbers one byte each: whole numbers from 0 to 255 */
  fromIntArray(numbers: readonly number[]): Data;
  combine(parts: readonly Data[]): Data;
  /** A file of the app, by a path that is absolute or relative to its folder; `null` when there is none. */
  fromFile(path: string): Data | null;
  /** @throws TypeError always: a server has no images */
  fromJPEG(image: unknown, quality?: number): never;
  /** @throws TypeError always: a server has no images */
  fromPNG(image: unknown): never;
}

declare const Data: DataConstructor;

/** One connection. The same object in every handler. */
interface WebSocketSession {
  /** Sends a text. After the connection has ended it does nothing. */
  writeText(text: string): void;
  /** Sends bytes. After the connection has ended it does nothing. Parlor adds JavaScript's own bytes. */
  writeData(data: Data | ArrayBufferView | ArrayBufferLike): void;
  /** Ends the connection after what was written before. */
  close(): void;
}

/** For `instanceof`: sessions are made by the server. */
interface WebSocketSessionConstructor {
  readonly prototype: WebSocketSession;
}

declare const WebSocketSession: WebSocketSessionConstructor;

/** What `registerWebsocket` takes. All are optional. A promise makes the session's next event wait. */
interface WebsocketHandlers {
  onConnected?: ((session: WebSocketSession) => void | Promise<void>) | undefined;
  onDisconnected?: ((session: WebSocketSession) => void | Promise<void>) | undefined;
  /** A ping or a pong has come. */
  onPong?: ((session: WebSocketSession) => void | Promise<void>) | undefined;
  handleText?: ((session: WebSocketSession, text: string) => void | Promise<void>) | undefined;
  handleBinary?: ((session: WebSocketSession, data: Data) => void | Promise<void>) | undefined;
  /** Parlor adds: the program was reloaded, and the session is still there. Without it, it is closed with 1012. */
  onReload?: ((session: WebSocketSession) => void | Promise<void>) | undefined;
}

interface HttpPair {
  readonly key: string;
  readonly value: string;
}

/** A field or a file of a form. */
interface HttpFormPart {
  readonly name: string | null;
  /** `null` for a field. Without folders, if the client sent some. */
  readonly filename: string | null;
  /** The same as `filename`. */
  readonly fileName: string | null;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly data: Data;
  /** The same as `data`. */
  readonly body: Data;
}

interface HttpRequest {
  readonly method: string;
  /** Decoded, without the query. */
  readonly path: string;
  /** The client's IP address. */
  readonly address: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly queryParams: readonly HttpPair[];
  /** `{ id: "7" }` of `/users/:id`. Middleware sees none. */
  readonly params: Readonly<Record<string, string>>;
  readonly body: Data;
  /** Whether one of the header's values, which are separated by commas, is the token; in any case. */
  hasTokenForHeader(name: string, token: string): boolean;
  /** Nothing if the body is not such a form. */
  parseUrlencodedForm(): HttpPair[];
  /** Nothing if the body is not such a form. */
  parseMultiPartFormData(): HttpFormPart[];
}

interface HttpRequestConstructor {
  readonly prototype: HttpRequest;
}

declare const HttpRequest: HttpRequestConstructor;

declare const responseBody: unique symbol;

interface HttpResponseBody {
  readonly [responseBody]: true;
}

interface HttpResponseBodyConstructor {
  readonly prototype: HttpResponseBody;
  text(text: string): HttpResponseBody;
  /** A whole page. */
  html(html: string): HttpResponseBody;
  /** What goes into a page's body. */
  htmlBody(html: string): HttpResponseBody;
  data(
    data: Data | ArrayBufferView | ArrayBufferLike,
    options?: string | { readonly contentType?: string },
  ): HttpResponseBody;
}

declare const HttpResponseBody: HttpResponseBodyConstructor;

/** Published: a FileEntity is sent from its position on. Parlor adds that a text and a Data will do as they are. */
type HttpBody = HttpResponseBody | FileEntity | Data | string | null;

interface HttpResponse {
  readonly statusCode: number;
  readonly reasonPhrase: string;
  headers(): Record<string, string>;
}

interface HttpResponseConstructor {
  readonly prototype: HttpResponse;
  ok(body?: HttpBody): HttpResponse;
  created(body?: HttpBody): HttpResponse;
  accepted(body?: HttpBody): HttpResponse;
  /** 301 */
  movedPermanently(url: string): HttpResponse;
  /** 307 */
  movedTemporarily(url: string): HttpResponse;
  badRequest(body?: HttpBody): HttpResponse;
  unauthorized(body?: HttpBody): HttpResponse;
  forbidden(body?: HttpBody): HttpResponse;
  notFound(body?: HttpBody): HttpResponse;
  notAcceptable(body?: HttpBody): HttpResponse;
  tooManyRequests(body?: HttpBody): HttpResponse;
  internalServerError(body?: HttpBody): HttpResponse;
  /**
   * Any response.
   * @param status 200 to 599
   * @param phrase the text behind the status; default: the usual one of the status
   */
  raw(
    status: number,
    phrase?: string,
    options?: { readonly headers?: Readonly<Record<string, string | number>>; readonly body?: HttpBody },
  ): HttpResponse;
}

declare const HttpResponse: HttpResponseConstructor;

interface HttpServerOptions {
  /** 0 to 65535; 0 is any that is free. Default 8080. */
  readonly port?: number;
  /** Listens on IPv4 only. Default `false`: on all addresses of IPv4 and IPv6. */
  readonly forceIPv4?: boolean;
  /** Bytes of a request's body, 413 above. Default 50 MiB. */
  readonly maxRequestBodySize?: number;
  /** Bytes of a message, 1009 above. Default 16 MiB. */
  readonly maxWebSocketPayloadSize?: number;
}

/** A server on a port of its own. */
interface HttpServer {
  /** Published also: "starting" and "stopping"; in Parlor both are over when the call returns. */
  readonly state: "running" | "stopped";
  /** `null` unless it runs. */
  readonly port: number | null;
  readonly isIPv4: boolean;
  /** The address to listen on; `null` is all of them. Set it before `start`. */
  listenAddressIPv4: string | null;
  listenAddressIPv6: string | null;
  /**
   * Listens when it returns. It has no effect if the server runs.
   * @returns `null`, or the problem as text
   */
  start(options?: HttpServerOptions): string | null;
  /** Ends all connections at once. It may be started again. */
  stop(): void;
  /**
   * The last registration of a path wins, before `start` or after.
   * @param path as in `/lounge` or `/rooms/:id`; `:name` stands for any one segment
   * @param handlers all are optional; open sessions keep those that they were opened with
   */
  registerWebsocket(path: string, handlers: WebsocketHandlers): void;
  /**
   * Requests of all methods. If the handler throws, the client gets 500.
   * @param path as in `/users/:id`; `:name` stands for any one segment
   */
  registerHandler(path: string, handler: (request: HttpRequest) => HttpResponse): void;
  /** The client gets 500 with the rejection's message. */
  registerAsyncHandler(path: string, handler: (request: HttpRequest) => Promise<HttpResponse>): void;
  /** @param filePath absolute or relative to the app's folder, and within it or a folder of `allowedFolders` */
  registerFile(path: string, filePath: string): void;
  /**
   * All files below a folder of the app, but those whose names start with a dot.
   * @param directory absolute or relative to the app's folder, and within it or a folder of `allowedFolders`
   * @param options `defaults`: the files that stand for a folder; default `index.html` and `default.html`
   */
  registerFilesFromDirectory(
    path: string,
    directory: string,
    options?: { readonly defaults?: readonly string[] },
  ): void;
  /** The same, with a page for each folder. */
  registerDirectoryBrowser(path: string, directory: string): void;
  /** Runs before all routes and upgrades; a result other than `null` is the response. */
  registerMiddleware(
    middleware: (request: HttpRequest) => Promise<HttpResponse | null> | HttpResponse | null,
  ): void;
  setNotFoundHandler(handler: (request: HttpRequest) => Promise<HttpResponse> | HttpResponse): void;
}

interface HttpServerConstructor {
  readonly prototype: HttpServer;
  new (): HttpServer;
}

declare const HttpServer: HttpServerConstructor;

/** What `FileManager.stat` returns. */
interface FileStat {
  /** Milliseconds since 1970. */
  readonly creationDate: number;
  /** Milliseconds since 1970. */
  readonly modificationDate: number;
  readonly type: "file" | "directory" | "link" | "unixDomainSock" | "pipe" | "notFound";
  /** Bytes. */
  readonly size: number;
}

/**
 * The files of the app. A path is absolute, or relative to the app's folder. It must lead to a place in the app's folder, or
 * in one that `allowedFolders` of the config lists. The calls without `Sync` return promises.
 * @throws Error with the call, the file and the reason, when the file system refuses, or the path leads elsewhere
 */
interface FileManagerFunctions {
  /** The folder `scripting` of the app. */
  readonly scriptsDirectory: string;
  /** The folder `data/documents` of the app. */
  readonly documentsDirectory: string;
  /** The folder `data/group` of the app. */
  readonly appGroupDocumentsDirectory: string;
  /** The folder `data/temporary` of the app. Nothing removes its files. */
  readonly temporaryDirectory: string;
  /** The folder `data/icloud` of the app. */
  readonly iCloudDocumentsDirectory: string;
  readonly isiCloudEnabled: boolean;
  /** @param recursive whether the folders above are made, too; then the folder may exist. Default `false` */
  createDirectory(path: string, recursive?: boolean): Promise<void>;
  createDirectorySync(path: string, recursive?: boolean): void;
  /** @param target where the link points to: absolute, or relative to the link's folder */
  createLink(path: string, target: string): Promise<void>;
  createLinkSync(path: string, target: string): void;
  /** Copies a file, or a folder with all that is in it. There must be nothing at `newPath`. */
  copyFile(path: string, newPath: string): Promise<void>;
  copyFileSync(path: string, newPath: string): void;
  /**
   * Names, sorted.
   * @param recursive whether the content of folders is listed, too: as paths relative to the folder. Default `false`
   */
  readDirectory(path: string, recursive?: boolean): Promise<string[]>;
  readDirectorySync(path: string, recursive?: boolean): string[];
  exists(path: string): Promise<boolean>;
  existsSync(path: string): boolean;
  isFile(path: string): Promise<boolean>;
  isFileSync(path: string): boolean;
  isDirectory(path: string): Promise<boolean>;
  isDirectorySync(path: string): boolean;
  isLink(path: string): Promise<boolean>;
  isLinkSync(path: string): boolean;
  /** Whether a zero byte is among the first 8192 bytes. */
  isBinaryFile(path: string): Promise<boolean>;
  isBinaryFileSync(path: string): boolean;
  /**
   * @param encoding default `"utf-8"`
   * @throws TypeError if the file is of another encoding
   */
  readAsString(path: string, encoding?: DataEncoding | "latin1"): Promise<string>;
  readAsStringSync(path: string, encoding?: DataEncoding | "latin1"): string;
  readAsBytes(path: string): Promise<Uint8Array>;
  readAsBytesSync(path: string): Uint8Array;
  readAsData(path: string): Promise<Data>;
  readAsDataSync(path: string): Data;
  /**
   * Replaces the file, or makes it. Its folder must exist.
   * @param encoding default `"utf-8"`
   */
  writeAsString(path: string, contents: string, encoding?: DataEncoding | "latin1"): Promise<void>;
  writeAsStringSync(path: string, contents: string, encoding?: DataEncoding | "latin1"): void;
  writeAsBytes(path: string, data: Uint8Array | Data): Promise<void>;
  writeAsBytesSync(path: string, data: Uint8Array | Data): void;
  writeAsData(path: string, data: Data | Uint8Array): Promise<void>;
  writeAsDataSync(path: string, data: Data | Uint8Array): void;
  /** Adds to the file's end; makes the file and its folder. */
  appendText(path: string, text: string, encoding?: DataEncoding | "latin1"): Promise<void>;
  appendTextSync(path: string, text: string, encoding?: DataEncoding | "latin1"): void;
  appendData(path: string, data: Data): Promise<void>;
  appendDataSync(path: string, data: Data): void;
  /** Links are followed. For a path that leads nowhere, the type is `"notFound"`. */
  stat(path: string): Promise<FileStat>;
  statSync(path: string): FileStat;
  /** Moves a file or folder. There must be nothing at `newPath`. */
  rename(path: string, newPath: string): Promise<void>;
  renameSync(path: string, newPath: string): void;
  /** Removes a file, a link, or a folder with all that is in it. */
  remove(path: string): Promise<void>;
  removeSync(path: string): void;
  /** The media type by the name's ending. */
  mimeType(path: string): string;
  /** Where a link points to, as it was written. */
  destinationOfSymbolicLink(path: string): string;
  /** Whether the path lies in `data/icloud`. */
  isFileStoredIniCloud(path: string): boolean;
  /** Whether the file exists. */
  isiCloudFileDownloaded(path: string): boolean;
  /** Whether the file exists. */
  downloadFileFromiCloud(path: string): Promise<boolean>;
  /** The folders of `allowedFolders` in the config, by the last part of their paths. */
  getAllFileBookmarks(): { name: string; path: string }[];
  bookmarkExists(name: string): boolean;
  bookmarkedPath(name: string): string | null;
}

declare const FileManager: FileManagerFunctions;

/** A file with a position. */
interface FileEntity {
  /** The full path. */
  readonly path: string;
  /**
   * Moves the position.
   * @param offset bytes from the file's start
   * @returns `false` for an offset that is negative or not a whole number
   */
  seek(offset: number): boolean;
  /** @param size bytes; the result has fewer at the file's end */
  read(size: number): Data;
  write(data: Data | ArrayBufferView | ArrayBufferLike): void;
  close(): void;
}

interface FileEntityConstructor {
  readonly prototype: FileEntity;
  openForReading(path: string): FileEntity;
  /** An existing file is emptied. */
  openNewForWriting(path: string): FileEntity;
  /** A missing file is made; the content of an existing one stays. */
  openForWritingAndReading(path: string): FileEntity;
  /** @param mode `r`, `w`, `a`, `r+`, `w+` or `a+`, each also with `b` */
  openForMode(path: string, mode: string): FileEntity;
}

declare const FileEntity: FileEntityConstructor;

/** Paths as text, with forward slashes. */
interface PathFunctions {
  normalize(path: string): string;
  isAbsolute(path: string): boolean;
  join(...segments: string[]): string;
  dirname(path: string): string;
  /** @param ext what is left out at the end of the name */
  basename(path: string, ext?: string): string;
  /** With its dot; `""` if there is none. */
  extname(path: string): string;
  parse(path: string): { root: string; dir: string; base: string; ext: string; name: string };
}

declare const Path: PathFunctions;

/** The program itself. */
interface ScriptFunctions {
  /** The name of its folder, or of its file without the extension. */
  readonly name: string;
  /** The absolute path of the folder that has its file. */
  readonly directory: string;
  readonly env: "index";
  /** What `script.json` says; `{}` without one. */
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly queryParameters: Readonly<Record<string, string>>;
  readonly widgetParameter: string;
  hasFullAccess(): boolean;
  /**
   * Ends the program, as when its file is removed: its clients are closed with 1001, and no handler is called after that.
   * Code behind the call runs to its end.
   * @param result for the script's caller in the app; a server has none
   */
  exit(result?: unknown): void;
}

declare const Script: ScriptFunctions;

interface UUIDFactory {
  /** A new version 4 UUID. */
  string(): string;
}

declare const UUID: UUIDFactory;

/** An outbound connection. Its handlers get values, not events. */
interface ScriptingWebSocket {
  readonly url: string;
  onopen: (() => void) | null;
  onmessage: ((message: string | Data) => void) | null;
  onerror: ((error: Error) => void) | null;
  onclose: ((reason?: string) => void) | null;
  /** Messages that are sent before the connection is open wait for it. */
  send(data: string | Data | ArrayBufferView | ArrayBufferLike): void;
  /**
   * @param code default 1000
   * @param reason a short text for the peer, at most 123 bytes as UTF-8; default `""`
   */
  close(code?: 1000 | 1001 | 1002 | 1003, reason?: string): void;
}

interface ScriptingWebSocketConstructor {
  readonly prototype: ScriptingWebSocket;
  /** @param url a `ws:` or `wss:` address */
  new (url: string): ScriptingWebSocket;
}

declare module "scripting" {
  export const Data: DataConstructor;
  export type Data = globalThis.Data;
  export const FileEntity: FileEntityConstructor;
  export type FileEntity = globalThis.FileEntity;
  export const FileManager: FileManagerFunctions;
  export const Path: PathFunctions;
  export const Script: ScriptFunctions;
  export const HttpRequest: HttpRequestConstructor;
  export type HttpRequest = globalThis.HttpRequest;
  export const HttpResponse: HttpResponseConstructor;
  export type HttpResponse = globalThis.HttpResponse;
  export const HttpResponseBody: HttpResponseBodyConstructor;
  export type HttpResponseBody = globalThis.HttpResponseBody;
  export const HttpServer: HttpServerConstructor;
  export type HttpServer = globalThis.HttpServer;
  export const UUID: UUIDFactory;
  export const WebSocket: ScriptingWebSocketConstructor;
  export type WebSocket = ScriptingWebSocket;
  export const WebSocketSession: WebSocketSessionConstructor;
  export type WebSocketSession = globalThis.WebSocketSession;
  export const fetch: typeof globalThis.fetch;
  export const Request: typeof globalThis.Request;
  export const Response: typeof globalThis.Response;
  export const Headers: typeof globalThis.Headers;
  export const FormData: typeof globalThis.FormData;
  export const AbortController: typeof globalThis.AbortController;
  export const AbortSignal: typeof globalThis.AbortSignal;
}
