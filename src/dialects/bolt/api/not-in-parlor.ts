// Dialect: the calls of Bolt that Parlor does not have, and what programs use instead.
import { callNameOf, type Call } from "../common/checks.ts";

/** The source of the table in docs/dialects/bolt.md; a test holds both together. */
export const NOT_IN_PARLOR: readonly AbsentCalls[] = [
  {
    topic: "Port and server",
    calls: [
      ...["setPort(nValue)", "setHost(cValue)", "setTimeout(nMs)", "enableTls(cCertPath, cKeyPath)"],
      ...["startServer()", "stop()", "healthCheck()"],
    ],
    instead: "the server owns its port: use the options of `parlor serve` and `/_parlor/health`",
  },
  {
    topic: "Compression, CORS, proxies",
    calls: [
      ...[
        "enableCompression()",
        "disableCompression()",
        "enableCors()",
        "disableCors()",
        "corsOrigin(cOrigin)",
      ],
      ...["ipWhitelist(cIp)", "ipBlacklist(cIp)", "proxyWhitelist(cIp)"],
    ],
    instead: "use a proxy in front, the option `trustProxy`, and `setHeader` in `beforeAll`",
  },
  {
    topic: "Files and pages",
    calls: ["homepage()", "addRoute(cMethod, cPath, fHandler)"],
    instead: "put files into `public/`; register routes with `get` and `route`",
  },
  {
    topic: "Documentation of routes",
    calls: [
      ...["describe(cDescription)", "tag(cTag)", "enableDocs()", "setOpenApiSpec(cSpecJson)"],
      "setDocsInfo(cTitle, cVersion, cDescription)",
    ],
    instead: "serve a page of your own, for example from `public/`",
  },
  {
    topic: "Log",
    calls: [
      ...["enableLogging()", "disableLogging()", "logWithLevel(cMessage, cLevel)", "setLogLevel(cLevel)"],
    ],
    instead: "use `log`, and the log options of the server",
  },
  {
    topic: "Sessions of browsers",
    calls: [
      ...["setSession(cKey, cValue)", "getSession(cKey)", "deleteSession(cKey)", "clearSession()"],
      ...["regenerateSession()", "setSessionCapacity(nMaxEntries)", "setSessionTTL(nSeconds)"],
      ...["setFlash(cKey, cValue)", "getFlash(cKey)", "hasFlash(cKey)", "forceSecureCookies()"],
    ],
    instead: "keep state by an id from `uuid()`, in a cookie and in the cache or in the program",
  },
  {
    topic: "Signed cookies, tokens, passwords",
    calls: [
      ...["setCookieSecret(cSecret)", "setSignedCookie(cName, cValue)", "getSignedCookie(cName)"],
      ...[
        "jwtEncode(aData, cSecret)",
        "jwtEncodeExp(aData, cSecret, nExpires)",
        "jwtDecode(cToken, cSecret)",
      ],
      ...["jwtVerify(cToken, cSecret)", "enableCsrf(cSecret)", "csrfToken()", "verifyCsrf(cToken)"],
      "csrfAutoVerify()",
    ],
    instead: "use an npm package",
  },
  {
    topic: "Basic authentication",
    calls: ["basicAuthDecode(cHeader)", "basicAuthEncode(cUsername, cPassword)"],
    instead: "use `base64Decode` and `base64Encode`",
  },
  {
    topic: "Limits of forms",
    calls: ["setMultipartFieldCountLimit(nMaxFields)", "setMultipartFieldSizeLimit(nBytes)"],
    instead: "use `setBodyLimit`",
  },
  {
    topic: "Rates of requests",
    calls: ["rateLimit(nMax, nWindow)", "checkRateLimit()", "routeRateLimit(nMax, nWindow)"],
    instead: "count in `beforeAll` and respond with status 429, or use a proxy in front",
  },
  {
    topic: "JSON schemas",
    calls: ["validateJson(cJson, cSchema)", "validateJsonErrors(cJson, cSchema)"],
    instead: "use an npm package",
  },
  {
    topic: "Truth values of JSON, in JavaScript",
    calls: ["jsonTrue()", "jsonFalse()", "jsonIsTrue(value)", "jsonIsFalse(value)", "jsonToBool(value)"],
    instead: "use `true` and `false`; programs in Ring have these calls",
  },
];

/** Settings without which a program does the same. A program in Ring goes on after them, since it was written for Bolt's own server. */
const SETTINGS: ReadonlySet<string> = new Set([
  ...["setTimeout", "startServer", "enableCompression", "disableCompression", "enableCors", "disableCors"],
  ...["corsOrigin", "homepage", "describe", "tag", "enableDocs", "setOpenApiSpec", "setDocsInfo"],
  ...["enableLogging", "disableLogging", "setLogLevel"],
]);

/** The settings that have no effect, with their signatures and what programs use instead. */
export function ignoredSettings(): IgnoredSetting[] {
  return NOT_IN_PARLOR.flatMap(({ calls, instead }) => {
    const ignored = calls.filter((signature) => SETTINGS.has(callNameOf(signature)));
    return ignored.map((signature) => ({
      name: callNameOf(signature),
      call: `$bolt.${signature}`,
      instead: instead.replaceAll("`", ""),
    }));
  });
}

export interface IgnoredSetting {
  readonly name: string;
  readonly call: string;
  readonly instead: string;
}

/** Each throws an error that names the call and says what to use. */
export function absentCalls(): Record<string, Call> {
  const all = NOT_IN_PARLOR.flatMap(({ calls, instead }) => {
    return calls.map((signature) => [callNameOf(signature), absent(signature, instead)] as const);
  });
  return Object.fromEntries(all);
}

/** Calls with one remedy. */
export interface AbsentCalls {
  readonly topic: string;
  /** Their published signatures. */
  readonly calls: readonly string[];
  readonly instead: string;
}

function absent(signature: string, instead: string): Call {
  return () => {
    throw new Error(`$bolt.${signature} is not in Parlor: ${instead.replaceAll("`", "")}`);
  };
}
