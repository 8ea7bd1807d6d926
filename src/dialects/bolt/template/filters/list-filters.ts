// Dialect: the filters of templates for lists and maps.
import { compared } from "../values/operators.ts";
import { VALUE_TESTS } from "./value-tests.ts";
import {
  isMap,
  isTextValue,
  isTruthy,
  itemsOf,
  kindOf,
  partOf,
  printed,
  type CallArguments,
  type Filter,
} from "../values/values.ts";
import { textFilters } from "./text-filters.ts";

const onItems = (change: (items: readonly unknown[], args: CallArguments) => unknown): Filter => {
  return (value, args) => {
    const items = itemsOf(value);
    if (items === null) throw new TypeError(`needs a list, a map or a text, got a ${kindOf(value)}`);
    return change(items, args);
  };
};

const length = onItems((items) => items.length);

export const listFilters: Readonly<Record<string, Filter>> = {
  length,
  count: length,
  list: onItems((items) => [...items]),
  first: onItems((items) => items[0]),
  last: onItems((items) => items.at(-1)),
  reverse: (value, args) => {
    const items = onItems((all) => all.toReversed())(value, args) as string[];
    return typeof value === "string" ? items.join("") : items;
  },
  sort: onItems((items, { named }) => {
    const key = keyOf(named["attribute"], named["case_sensitive"] === true);
    const sorted = items.toSorted((one, other) => compared(key(one), key(other)));
    return named["reverse"] === true ? sorted.toReversed() : sorted;
  }),
  unique: onItems((items) => {
    const found = new Map<unknown, unknown>();
    for (const item of items) {
      const key = identity(item);
      if (!found.has(key)) found.set(key, item);
    }
    return [...found.values()];
  }),
  sum: onItems((items) => items.reduce<number>((sum, item) => sum + Number(item), 0)),
  min: onItems((items) =>
    items.reduce((least, item) => (compared(item, least) < 0 ? item : least), items[0]),
  ),
  max: onItems((items) => items.reduce((most, item) => (compared(item, most) > 0 ? item : most), items[0])),
  map: onItems((items, { at, named }) => items.map(mapping(at, named))),
  select: onItems((items, { at }) => items.filter(selecting(at))),
  reject: onItems((items, { at }) => items.filter((item) => !selecting(at)(item))),
  selectattr: onItems((items, { at }) => items.filter((item) => selecting(at.slice(1))(partIn(item, at[0])))),
  rejectattr: onItems((items, { at }) =>
    items.filter((item) => !selecting(at.slice(1))(partIn(item, at[0]))),
  ),
  batch: onItems((items, { at }) => {
    const size = Math.max(1, Number(at[0]));
    const starts = Array.from({ length: Math.ceil(items.length / size) }, (_, index) => index * size);
    return starts.map((start) => items.slice(start, start + size));
  }),
  items: (value) => (isMap(value) ? Object.entries(value) : []),
  dictsort: (value) => {
    return isMap(value) ? Object.entries(value).toSorted(([one], [other]) => compared(one, other)) : [];
  },
};

// Values that are equal have the same one.
function identity(value: unknown): unknown {
  if (typeof value === "boolean") return Number(value);
  if (isTextValue(value)) return JSON.stringify(printed(value));
  return typeof value === "object" ? printed(value) : value;
}

// `map(attribute="name")`, or the name of a filter for texts.
function mapping(at: readonly unknown[], named: CallArguments["named"]): (item: unknown) => unknown {
  if (named["attribute"] !== undefined) {
    return (item) => partIn(item, named["attribute"]) ?? named["default"];
  }
  const name = printed(at[0]);
  const filter = textFilters[name] ?? listFilters[name];
  if (filter === undefined) throw new TypeError(`map needs attribute="…" or a filter, got "${name}"`);
  return (item) => filter(item, { at: at.slice(1), named: {} });
}

function selecting([name, ...at]: readonly unknown[]): (item: unknown) => boolean {
  if (name === undefined) return isTruthy;
  const test = VALUE_TESTS.get(printed(name));
  if (test === undefined) throw new TypeError(`there is no test "${printed(name)}"`);
  return (item) => test(item, { at, named: {} });
}

// Texts are sorted without regard to upper and lower case, unless asked.
function keyOf(attribute: unknown, isCaseSensitive: boolean): (item: unknown) => unknown {
  const read = (item: unknown): unknown => (attribute === undefined ? item : partIn(item, attribute));
  return (item) => {
    const key = read(item);
    return typeof key === "string" && !isCaseSensitive ? key.toLowerCase() : key;
  };
}

/** A part of a part: `user.name`. */
function partIn(item: unknown, path: unknown): unknown {
  if (typeof path === "number") return partOf(item, path);
  return printed(path)
    .split(".")
    .reduce<unknown>((part, key) => partOf(part, /^\d+$/.test(key) ? Number(key) : key), item);
}
