// Dialect: the calls of `$bolt` that respond with files and with templates.
import type { ScriptContext } from "../../../host/api/dialect.ts";
import { callsOf, type Call } from "../common/checks.ts";
import { ResponseFiles, folderOf } from "../http/response-files.ts";
import type { CallContext } from "../state/call-context.ts";
import { Templates } from "../template/templates.ts";
import { checkHeaderValue, HTML, responder } from "./response-calls.ts";

/** Published: "Templates", and files as responses. In a WebSocket event a response does nothing. */
export function fileCalls(script: ScriptContext, context: CallContext): Record<string, Call> {
  const { encodings } = script.platform;
  const by = responder(script, context);
  const files = new ResponseFiles(script);
  const sourceOf = (bytes: Uint8Array): string => encodings.decodeUtf8(bytes);
  const templates = new Templates((name) => {
    const file = files.find(name);
    return file === null ? null : sourceOf(file.bytes);
  });
  const inline = (call: string, source: string, data: unknown): string =>
    templates.render({ name: `$bolt.${call}`, source, base: "" }, data);
  const file = (path: string, data: unknown): string => {
    const found = files.read("$bolt.renderFile(cFilepath, aData)", path);
    const template = { name: found.path, source: sourceOf(found.bytes), base: folderOf(found.path) };
    return templates.render(template, data);
  };
  const send = (call: string, path: string, type: string | null): void => {
    const found = files.read(`$bolt.${call}`, path);
    by(call)(200, found.bytes, type ?? found.type);
  };
  const page = (call: string, html: string): void => by(call)(200, html, HTML);
  return callsOf({
    "render(cTemplate, aData)": (source: string, data: unknown) =>
      page("render", inline("render", source, data)),
    "renderTemplate(cTemplate, aData)": (source: string, data: unknown) =>
      inline("renderTemplate", source, data),
    "renderFile(cFilepath, aData)": (path: string, data: unknown) => page("renderFile", file(path, data)),
    "sendFile(cFilePath)": (path: string) => send("sendFile", path, null),
    "sendFileAs(cFilePath, cContentType)": (path: string, type: string) => {
      checkHeaderValue("sendFileAs", "cContentType", type);
      send("sendFileAs", path, type);
    },
  });
}
