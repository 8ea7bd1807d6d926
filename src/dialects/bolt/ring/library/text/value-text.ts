// Dialect: what `see` writes for a value of Ring.
import { RingList, RingObject } from "../../runtime/values.ts";
import type { RingValue } from "../../runtime/values.ts";
import { numberText } from "./number-text.ts";

/**
 * The text of a value as `see` writes it. A list has one line for each item, nested lists included. An object has a line `name: value`
 * for each attribute, which names lists and objects without their items. `?` adds a line end to this.
 */
export function valueText(value: RingValue, decimals: number): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return numberText(value, decimals);
  return value instanceof RingList ? listText(value, decimals) : objectText(value, decimals);
}

function listText(list: RingList, decimals: number): string {
  let text = "";
  for (const item of list.items) text += itemText(item, decimals);
  return text;
}

function itemText(item: RingValue, decimals: number): string {
  if (item instanceof RingList) return listText(item, decimals);
  return item instanceof RingObject ? objectText(item, decimals) : `${valueText(item, decimals)}\n`;
}

function objectText(object: RingObject, decimals: number): string {
  let text = "";
  for (const [name, value] of Object.entries(object.attributes))
    text += `${name}: ${attributeText(value, decimals)}\n`;
  return text;
}

function attributeText(value: RingValue, decimals: number): string {
  if (value instanceof RingList) return "[This Attribute Contains A List]";
  return value instanceof RingObject ? "Object..." : valueText(value, decimals);
}
