// Dialect: the published module `http/v4/request`.
import { plainPath } from "../../../boundary/text/path.ts";
import { stringFor } from "../../../boundary/checks.ts";
import type { Handshake } from "../../../boundary/events.ts";
import { headerOf, headerPairs } from "../../../boundary/text/header-lines.ts";
import type { Execution } from "../state/execution.ts";

/** The request that opened the session whose event is handled. It has no body. In a run, only `isValid` can be called. */
export function requestModule({ globals, program: { script } }: Execution): object {
  const session = globals.owner;
  if (session === null) return withoutRequest();
  const { handshake } = session;
  const parameters = (): Parameters => script.platform.web.parseQuery(handshake.query);
  return {
    isValid: () => true,
    ...headerCalls(handshake.headers),
    ...parameterCalls(parameters),
    ...addressCalls(handshake),
    ...attributeCalls(),
    ...WITHOUT_BODY,
    ...WITHOUT_USER,
  };
}

function withoutRequest(): object {
  const names = Object.keys({
    ...{
      ...headerCalls(""),
      ...parameterCalls(() => []),
      ...attributeCalls(),
      ...WITHOUT_BODY,
      ...WITHOUT_USER,
    },
    ...addressCalls({ path: "", query: "", headers: "", address: "" }),
  });
  const call = (name: string) => (): never => {
    throw new Error(
      `request.${name}: there is no request here; call it in the event of a session, or ask isValid()`,
    );
  };
  return { ...Object.fromEntries(names.map((name) => [name, call(name)])), isValid: () => false };
}

function headerCalls(headers: string): object {
  const named = (call: string, name: unknown): string => stringFor(`request.${call}`, "name", name);
  return {
    getHeader: (name: unknown) => headerOf(headers, named("getHeader", name)),
    getHeaders: (name: unknown) => {
      const wanted = named("getHeaders", name).toLowerCase();
      return headerPairs(headers).flatMap(([found, value]) => (found === wanted ? [value] : []));
    },
    getHeaderNames: () => [...new Set(headerPairs(headers).map(([name]) => name))],
    getCookies: () => cookiesOf(headerOf(headers, "cookie") ?? ""),
  };
}

function cookiesOf(header: string): object[] {
  const pairs = header.split(/;\s*/).filter((pair) => pair.includes("="));
  return pairs.map((pair) => {
    const at = pair.indexOf("=");
    return { name: pair.slice(0, at).trim(), value: pair.slice(at + 1).trim() };
  });
}

type Parameters = readonly (readonly [name: string, value: string])[];

// Read when they are asked for: a handler asks for one thing or none at each of its events.
function parameterCalls(parameters: () => Parameters): object {
  const valuesOf = (call: string, name: unknown): string[] => {
    const wanted = stringFor(`request.${call}`, "name", name);
    return parameters().flatMap(([found, value]) => (found === wanted ? [value] : []));
  };
  const names = (): string[] => [...new Set(parameters().map(([name]) => name))];
  const all = (one: boolean): object =>
    Object.fromEntries(
      names().map((name) => {
        const values = valuesOf("getParameters", name);
        return [name, one && values.length === 1 ? values[0] : values];
      }),
    );
  return {
    getParameter: (name: unknown) => valuesOf("getParameter", name)[0] ?? null,
    getParameterValues: (name: unknown) => valuesOf("getParameterValues", name),
    getParameterNames: names,
    getParameters: () => all(false),
    getQueryParametersMap: () => all(true),
  };
}

function addressCalls({ path, query, headers, address, ...known }: RequestAddress): object {
  const host = (): string => known.host ?? headerOf(headers, "host") ?? "";
  const isSecure = (): boolean => known.isSecure === true;
  const scheme = (): string => (isSecure() ? "https" : "http");
  const whole = (): string => plainPath(path);
  const client = (): string => address;
  return {
    ...{ getMethod: () => "GET", getProtocol: () => "HTTP/1.1", getScheme: scheme, isSecure },
    ...{ getRequestURI: whole, getServicePath: whole, getPathInfo: whole, getContextPath: () => "" },
    ...{ getResourcePath: whole, getPathTranslated: () => null },
    getQueryString: () => (query === "" ? null : query),
    getRequestURL: () => `${scheme()}://${host()}${whole()}`,
    getServerName: () => host().replace(/:\d+$/, ""),
    getServerPort: () => Number(/:(\d+)$/.exec(host())?.[1] ?? (isSecure() ? 443 : 80)),
    ...{ getRemoteAddress: client, getRemoteHost: client },
  };
}

type RequestAddress = Pick<Handshake, "path" | "query" | "headers" | "address" | "isSecure" | "host">;

// They live as long as the execution.
function attributeCalls(): object {
  const attributes = new Map<string, unknown>();
  const named = (call: string, name: unknown): string => stringFor(`request.${call}`, "name", name);
  return {
    getAttribute: (name: unknown) => attributes.get(named("getAttribute", name)) ?? null,
    getAttributeNames: () => [...attributes.keys()],
    setAttribute: (name: unknown, value: unknown) => void attributes.set(named("setAttribute", name), value),
    removeAttribute: (name: unknown) => void attributes.delete(named("removeAttribute", name)),
  };
}

const WITHOUT_BODY = {
  getText: () => "",
  getBytes: (): number[] => [],
  getJSON: () => null,
  json: () => null,
  getContentLength: () => 0,
  getContentType: () => null,
  getCharacterEncoding: () => null,
};

const WITHOUT_USER = { getRemoteUser: () => null, getAuthType: () => null, isUserInRole: () => false };
