// Dialect: the values of a Ring program: numbers, texts as bytes, lists and objects, and the classes of objects.

/**
 * A value of Ring. A text is a JavaScript string whose characters are bytes (0 to 255), so lengths and indexes count bytes. True and
 * false are 1 and 0, null is the empty text, and a function is the text of its name.
 */
export type RingValue = number | string | RingList | RingObject;

/** A list, or a hash list: a list whose items are lists of a key and a value. */
export class RingList {
  items: RingValue[];
  /** After `ref(list)`: assignments share the list from then on, instead of copying it. */
  isShared = false;
  /** The result of a function that no place holds yet: an assignment takes it over instead of copying it. */
  isTemporary = false;
  /** 1 and 0 in it were true and false of JSON, and are so again when JSON is made of it. */
  holdsTruth = false;

  constructor(items: RingValue[]) {
    this.items = items;
  }
}

/** An object. Its attributes are in the order of their definition. */
export class RingObject {
  ringClass: RingClass;
  /** By lower-case name. The table has no prototype. */
  attributes: Attributes;
  /** After `ref(object)`: assignments share the object from then on, instead of copying it. */
  isShared = false;
  /** The result of a function that no place holds yet: an assignment takes it over instead of copying it. */
  isTemporary = false;

  constructor(ringClass: RingClass, attributes: Attributes) {
    this.ringClass = ringClass;
    this.attributes = attributes;
  }
}

export type Attributes = Record<string, RingValue>;

/** A function or a method: `self` is the object whose method runs; a function ignores it. */
export type RingCode = (self: RingObject | null, ...args: RingValue[]) => RingValue;

/** A class. Names are in lower case. */
export interface RingClass {
  readonly name: string;
  /** The package, or the empty text. */
  readonly packageName: string;
  readonly parent: RingClass | null;
  /** The methods of the class itself, in the order of their definition. */
  readonly methods: ReadonlyMap<string, RingCode>;
  /** The names of its private attributes and methods. */
  readonly privates: ReadonlySet<string>;
  /** All methods, those of the parents included. The tables have no prototype. */
  readonly all: Record<string, RingCode>;
  /** Those of them that are not private. */
  readonly open: Record<string, RingCode>;
}
