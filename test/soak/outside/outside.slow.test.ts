import { describe, test } from "vitest";
import { settingsFrom } from "../settings.ts";
import { outsidePart } from "./outside-part.ts";

// Black box: a real `parlor dev` and a real `parlor serve`, clients that know what each of them must receive, and all
// that can go wrong around them. `PARLOR_OUTSIDE=600 npm run soak:outside` is the long version.
const settings = settingsFrom({ ...process.env, PARLOR_SOAK: process.env["PARLOR_OUTSIDE"] ?? "" });
const limit = (settings.isLong ? settings.seconds + 300 : 120) * 1000;

describe(`soak from outside, seed ${settings.seed}`, () => {
  test(
    "saves, attacks and bad weather spoil no client's stream under dev",
    () => outsidePart(settings, "dev"),
    limit,
  );
  test(
    "saves, attacks and bad weather spoil no client's stream under serve",
    () => outsidePart(settings, "serve"),
    limit,
  );
});
