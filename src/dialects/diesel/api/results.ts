// Dialect: the published factory of results for `handleRequest`.
import { IngressResult } from "./ingress-result.ts";

/** Published; the arguments of `json`, `html`, `text` and `xml` are Parlor's addition. Example: `return Results.json({ ok: true })`. */
export const Results = Object.freeze({
  ok: () => new IngressResult(200),
  json: (...body: readonly unknown[]) => new IngressResult(200).json(...body),
  html: (...body: readonly unknown[]) => new IngressResult(200).html(...body),
  text: (...body: readonly unknown[]) => new IngressResult(200).text(...body),
  xml: (...body: readonly unknown[]) => new IngressResult(200).xml(...body),
  created: (url: unknown) => new IngressResult(201).location("Results.created", url),
  noContent: () => new IngressResult(204),
  redirect: (url: unknown) => new IngressResult(303).location("Results.redirect", url),
  redirectTemporary: (url: unknown) => new IngressResult(307).location("Results.redirectTemporary", url),
  badRequest: () => new IngressResult(400),
  unauthorized: () => new IngressResult(401),
  forbidden: () => new IngressResult(403),
  notFound: () => new IngressResult(404),
  internalServerError: () => new IngressResult(500),
  TODO: () => new IngressResult(501).json(),
  status: (code: unknown) => new IngressResult(200).status(code),
  contentType: (type: unknown) => new IngressResult(200).contentType(type),
});
