// Base: the options that are lists: what their items may be.
import { isIP, isIPv6 } from "node:net";

/** An option that is a list, or one of a few plain values. */
export interface ListRule {
  readonly kind: "list";
  /** In words, for the line about a wrong value. */
  readonly expected: string;
  /** What it may be in place of a list. */
  readonly plain: readonly unknown[];
  readonly isItem: (item: string) => boolean;
}

/** The item of a list that does not fit, or the value itself if it is not a list; null if all is well. */
export function wrongIn(value: unknown, { plain, isItem }: ListRule): { readonly wrong: unknown } | null {
  if (plain.includes(value)) return null;
  if (!Array.isArray(value)) return { wrong: value };
  const bad = value.findIndex((item) => typeof item !== "string" || !isItem(item));
  return bad < 0 ? null : { wrong: value[bad] };
}

/** An origin as a browser sends it: scheme, host and port, without a path. */
const ORIGIN = /^(?:null|[a-z][a-z0-9+.-]*:\/\/[^/?#\s]+)$/;

export const ORIGINS: ListRule = {
  kind: "list",
  expected: '"*" for all, or a list of origins as "https://example.org", without a path',
  plain: ["*"],
  isItem: matches(ORIGIN),
};

/** A name as in a `Host` header, without a port; a dot in front stands for all names below it. */
const HOST_NAME = /^\.?[\w-]+(?:\.[\w-]+)*$/;

export const HOSTS: ListRule = {
  kind: "list",
  expected: '"*" for all, or a list of host names as "tea.example" or ".tea.example", without a port',
  plain: ["*"],
  isItem: matches(HOST_NAME),
};

export const FOLDERS: ListRule = {
  kind: "list",
  expected: 'a list of folders as "/srv/media"',
  plain: [],
  isItem: (folder) => folder !== "",
};

export const PROXIES: ListRule = {
  kind: "list",
  expected: 'true, false, or a list of IP addresses and networks as "10.0.0.0/8"',
  plain: [true, false],
  isItem: isNetwork,
};

/** A switch: no list at all. */
export const BOOLEAN: ListRule = {
  kind: "list",
  expected: "true or false",
  plain: [true, false],
  isItem: () => false,
};

function matches(pattern: RegExp): (text: string) => boolean {
  return (text) => pattern.test(text);
}

function isNetwork(text: string): boolean {
  const [, address = "", prefix = "0"] = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  return isIP(address) !== 0 && Number(prefix) <= (isIPv6(address) ? 128 : 32);
}
