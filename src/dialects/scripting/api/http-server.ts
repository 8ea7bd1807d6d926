// Dialect: the published server: a port of the script's own, with routes.
import { stringFor } from "../../../boundary/checks.ts";
import { functionFor, recordFor, type ScriptFunction, wrongKind } from "../common/checks.ts";
import { GOING_AWAY } from "../../../boundary/errors/close-codes.ts";
import { FileProblem } from "../../../host/api/platform-files.ts";
import { FileResponses } from "../http/file-responses.ts";
import type { HttpRequest } from "../http/http-request.ts";
import { FILES, HttpApp } from "../http/http-app.ts";
import { startOptions, type StartOptions } from "../http/start-options.ts";
import { handlersFor } from "../http/websocket-handlers.ts";
import type { ScriptingContext } from "../state/context.ts";
import type { ListenerRef } from "../../../boundary/refs.ts";
import { scriptKey } from "../../../boundary/script-key.ts";

/** Published: routes may be registered before and after `start`. */
export class HttpServer {
  readonly #context: ScriptingContext;
  readonly #app: HttpApp;
  readonly #files: FileResponses;
  #listening: ListeningPort | null = null;
  #address4: string | null = null;
  #address6: string | null = null;

  constructor(context: ScriptingContext) {
    this.#context = context;
    this.#app = new HttpApp(context.script);
    this.#files = new FileResponses(context.script.platform.files);
  }

  /** Published also: "starting" and "stopping"; both are over when the call returns. */
  get state(): "running" | "stopped" {
    return this.#listening === null ? "stopped" : "running";
  }

  get port(): number | null {
    return this.#listening?.port ?? null;
  }

  get isIPv4(): boolean {
    return this.#listening?.isIPv4 ?? false;
  }

  get listenAddressIPv4(): string | null {
    return this.#address4;
  }

  set listenAddressIPv4(address: unknown) {
    this.#address4 = addressFor("listenAddressIPv4", address);
  }

  get listenAddressIPv6(): string | null {
    return this.#address6;
  }

  set listenAddressIPv6(address: unknown) {
    this.#address6 = addressFor("listenAddressIPv6", address);
  }

  /** Published: `null`, or what went wrong; a server that runs already is left as it is. */
  start(options?: unknown): string | null {
    const wanted = startOptions(options);
    if (this.#context.hasExited) return "the script has ended itself by Script.exit";
    if (typeof wanted === "string") return wanted;
    return this.#listening === null ? this.#listen(wanted) : null;
  }

  /** Published: ends every connection, and the server may be started again. */
  stop(): void {
    const listening = this.#listening;
    if (listening === null) return;
    const { script } = this.#context;
    for (const session of script.directory.allOwn()) {
      if (session.handshake.listener !== listening.listener) continue;
      script.directory.refuse(session, 503, "the server has been stopped");
      script.directory.close(session, GOING_AWAY, "the server has been stopped");
    }
    this.#unlisten(false);
  }

  /** Published: the last registration of a path wins, before or after `start`. */
  registerWebsocket(path: unknown, handlers: unknown): void {
    const name = stringFor("HttpServer.registerWebsocket", "path", path);
    const checked = handlersFor(handlers, this.#context.script);
    this.#app.routes.add(name, { kind: "ws", handlers: checked });
  }

  registerHandler(path: unknown, handler: unknown): void {
    this.#register("HttpServer.registerHandler", path, { handler, exposesErrors: false });
  }

  registerAsyncHandler(path: unknown, handler: unknown): void {
    this.#register("HttpServer.registerAsyncHandler", path, { handler, exposesErrors: true });
  }

  /** The file's path is relative to the app's folder. */
  registerFile(path: unknown, file: unknown): void {
    const name = stringFor("HttpServer.registerFile", "path", path);
    const from = this.#pathFor("HttpServer.registerFile", "filePath", file);
    this.#app.routes.add(
      name,
      filesTarget(() => this.#files.file(from)),
    );
  }

  registerFilesFromDirectory(path: unknown, directory: unknown, options?: unknown): void {
    const call = "HttpServer.registerFilesFromDirectory";
    const name = stringFor(call, "path", path);
    const folder = this.#pathFor(call, "directory", directory);
    const defaults = namesFor(call, recordFor(call, "options", options)["defaults"] ?? DEFAULTS);
    this.#app.routes.addTree(
      name,
      filesTarget((_request, rest) => this.#files.below(folder, rest, defaults)),
    );
  }

  registerDirectoryBrowser(path: unknown, directory: unknown): void {
    const call = "HttpServer.registerDirectoryBrowser";
    const name = stringFor(call, "path", path);
    const folder = this.#pathFor(call, "directory", directory);
    this.#app.routes.addTree(
      name,
      filesTarget((request, rest) => this.#files.browse(folder, rest, request)),
    );
  }

  /** Published: runs before every route, upgrades included; `null` lets the request pass. */
  registerMiddleware(middleware: unknown): void {
    this.#app.middleware.push(functionFor("HttpServer.registerMiddleware", "middleware", middleware));
  }

  setNotFoundHandler(handler: unknown): void {
    this.#app.notFound = functionFor("HttpServer.setNotFoundHandler", "handler", handler);
  }

  #register(
    call: string,
    path: unknown,
    { handler, exposesErrors }: { readonly handler: unknown; readonly exposesErrors: boolean },
  ): void {
    const name = stringFor(call, "path", path);
    const checked: ScriptFunction = functionFor(call, "handler", handler);
    this.#app.routes.add(name, { kind: "http", call, exposesErrors, handle: (request) => checked(request) });
  }

  #listen({ port, forceIPv4, limits }: StartOptions): string | null {
    const { script, apps } = this.#context;
    const host = this.#hostFor(forceIPv4);
    const listener = this.#context.nextListener();
    const answer = script.ask({
      kind: "listen",
      script: scriptKey(script.info),
      listener,
      port,
      host,
      limits,
    });
    if (!answer.ok) return answer.reason;
    const isIPv4 = host !== null && !host.includes(":");
    this.#listening = { listener, port: answer.port, isIPv4 };
    apps.set(listener, this.#app);
    this.#context.onExit.add(this.#exit);
    this.#context.onStart();
    return null;
  }

  // Clients get 404 for files that may not be used; the line says why, once.
  #pathFor(call: string, what: string, value: unknown): string {
    const path = stringFor(call, what, value);
    const { script } = this.#context;
    try {
      script.platform.files.stat(path);
    } catch (error) {
      if (!(error instanceof FileProblem)) throw error;
      script.log(`${call}: ${error.message}`);
    }
    return path;
  }

  readonly #exit = (): void => {
    this.#unlisten(true);
  };

  #unlisten(keepsSockets: boolean): void {
    const listener = this.#listening?.listener;
    if (listener === undefined) return;
    const { script, apps, onExit } = this.#context;
    this.#listening = null;
    apps.delete(listener);
    onExit.delete(this.#exit);
    script.ask({ kind: "unlisten", script: scriptKey(script.info), listener, keepsSockets });
  }

  // A script that names an address must not be reachable at others: the named address counts, with `forceIPv4` too.
  #hostFor(forceIPv4: boolean): string | null {
    if (forceIPv4) return this.#address4 ?? "0.0.0.0";
    return this.#address6 ?? this.#address4;
  }
}

/** Published: what is served for a folder, in this order. */
const DEFAULTS = ["index.html", "default.html"];

/** The port of a running server. */
interface ListeningPort {
  readonly listener: ListenerRef;
  readonly port: number;
  readonly isIPv4: boolean;
}

type FilesHandler = (request: HttpRequest, rest: readonly string[]) => unknown;

function filesTarget(handle: FilesHandler): {
  kind: "http";
  call: string;
  exposesErrors: false;
  handle: FilesHandler;
} {
  return { kind: "http", call: FILES, exposesErrors: false, handle };
}

function addressFor(what: string, value: unknown): string | null {
  return value === null || value === undefined ? null : stringFor("HttpServer", what, value);
}

function namesFor(call: string, value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.map((name: unknown) => stringFor(call, "defaults", name));
  throw wrongKind(call, "an array of file names as defaults", value);
}
