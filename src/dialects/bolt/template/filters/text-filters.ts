// Dialect: the filters of templates that make texts.
import {
  escaped,
  isMap,
  itemsOf,
  SafeText,
  printed,
  type CallArguments,
  type Filter,
} from "../values/values.ts";

const onText = (change: (text: string, args: CallArguments) => unknown): Filter => {
  return (value, args) => change(printed(value), args);
};

const escape: Filter = (value) => new SafeText(escaped(value));

export const textFilters: Readonly<Record<string, Filter>> = {
  upper: onText((text) => text.toUpperCase()),
  lower: onText((text) => text.toLowerCase()),
  capitalize: onText((text) => text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase()),
  title: onText((text) => {
    return text.toLowerCase().replace(/(^|[\s\-([{<])(\p{L})/gu, (_, before: string, letter: string) => {
      return before + letter.toUpperCase();
    });
  }),
  trim: onText((text, { at }) => (at[0] === undefined ? text.trim() : trimmed(text, printed(at[0])))),
  replace: onText((text, { at }) => text.replaceAll(printed(at[0]), () => printed(at[1]))),
  split: onText((text, { at }) =>
    at[0] === undefined ? text.trim().split(/\s+/) : text.split(printed(at[0])),
  ),
  lines: onText((text) => text.split(/\r?\n/)),
  string: onText((text) => text),
  indent: onText((text, { at, named }) => {
    const space = " ".repeat(Number(at[0] ?? named["width"] ?? 4));
    return text.replace(/\n(?=[^\n])/g, `\n${space}`);
  }),
  truncate: onText((text, { at, named }) => {
    const length = Number(at[0] ?? named["length"] ?? 255);
    return text.length <= length ? text : `${text.slice(0, Math.max(0, length - 3))}...`;
  }),
  urlencode: (value) => (isMap(value) ? pairs(value) : encodeURIComponent(printed(value))),
  escape,
  e: escape,
  safe: (value) => new SafeText(printed(value)),
  join: (value, { at }) => (itemsOf(value) ?? []).map(printed).join(printed(at[0])),
  // `<`, `>`, `&` and `'` would end the script or the attribute that the JSON is in.
  tojson: (value, { at, named }) => {
    const indent = Number(at[0] ?? named["indent"] ?? 0);
    const json = String(JSON.stringify(value ?? null, null, indent));
    return new SafeText(json.replace(/[<>&']/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`));
  },
};

function trimmed(text: string, letters: string): string {
  const isOther = (letter: string): boolean => !letters.includes(letter);
  const all = Array.from(text);
  const start = all.findIndex(isOther);
  return start < 0 ? "" : all.slice(start, all.findLastIndex(isOther) + 1).join("");
}

function pairs(map: Readonly<Record<string, unknown>>): string {
  const encoded = ([key, value]: [string, unknown]): string =>
    `${encodeURIComponent(key)}=${encodeURIComponent(printed(value))}`;
  return Object.entries(map).map(encoded).join("&");
}
