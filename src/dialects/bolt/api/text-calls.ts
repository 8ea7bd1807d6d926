// Dialect: the calls of `$bolt` that turn one text into another.
import { withoutEnd } from "../../../boundary/text/without-end.ts";
import type { ScriptContext } from "../../../host/api/dialect.ts";
import type { Platform, TextEncodings } from "../../../host/api/platform.ts";
import { bytesFromBase64 } from "../common/base64.ts";
import { callsOf, type Call } from "../common/checks.ts";
import { patternOf } from "../routes/constraint.ts";
import type { CallContext } from "../state/call-context.ts";
import { parameterText } from "./event-calls.ts";

/** Published: "Utilities", and hashes and patterns. Texts are UTF-8. */
export function textCalls({ platform, randomUUID }: TextParts, context: CallContext): Record<string, Call> {
  const { encodings } = platform;
  const paramValue = (name: string): string => {
    const params = context.exchange?.head.params ?? context.event?.session.handshake.params ?? null;
    return parameterText(params, name);
  };
  return callsOf({
    ...base64Calls(encodings),
    "uuid()": randomUUID,
    "sha256(cData)": (data: string) => sha256(platform, data),
    "etag(cContent)": (content: string) => `"${sha256(platform, content)}"`,
    "urlEncode(cStr)": (text: string) => percentEncoded(encodings, text),
    "urlDecode(cStr)": percentDecoded,
    "matchRegex(cValue, cPattern)": (value: string, pattern: string) =>
      patternOf("$bolt.matchRegex(cValue, cPattern)", pattern).test(value) ? 1 : 0,
    "validateParam(cParamName, cPattern)": (name: string, pattern: string) =>
      patternOf("$bolt.validateParam(cParamName, cPattern)", pattern).test(paramValue(name)) ? 1 : 0,
  });
}

type TextParts = Pick<ScriptContext, "platform" | "randomUUID">;

// Published: "" for a text that is not base64.
function base64Calls(encodings: TextEncodings): Parameters<typeof callsOf>[0] {
  const encode = (text: string): string => encodings.toBase64(encodings.encodeUtf8(text));
  const decode = (base64: string): string => {
    return encodings.decodeUtf8(bytesFromBase64(encodings, base64) ?? new Uint8Array());
  };
  return {
    "base64Encode(cStr)": encode,
    "base64Decode(cStr)": decode,
    "base64UrlEncode(cStr)": (text: string) =>
      withoutEnd(encode(text).replaceAll("+", "-").replaceAll("/", "_"), "="),
    "base64UrlDecode(cStr)": (base64: string) => {
      const standard = withoutEnd(base64.replaceAll("-", "+").replaceAll("_", "/"), "=");
      return /[+/]/.test(base64) ? "" : decode(standard.padEnd(Math.ceil(standard.length / 4) * 4, "="));
    },
  };
}

function sha256({ bytes, encodings }: Pick<Platform, "bytes" | "encodings">, text: string): string {
  const hash = bytes.sha256(encodings.encodeUtf8(text));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// All bytes but those of letters, digits and -_.~ are encoded; encodeURIComponent leaves more.
function percentEncoded(encodings: TextEncodings, text: string): string {
  const encoded = (byte: number): string => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  return text.replace(/[^\w.~-]+/gu, (part) => Array.from(encodings.encodeUtf8(part), encoded).join(""));
}

// Published: a text that is not percent-encoded UTF-8 comes back unchanged.
function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
