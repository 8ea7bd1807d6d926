import { allHistory, allQuotes } from "../shared/prices.ts";

/** The prices as they stand, and the way they came: what the page draws first. */
export function GET() {
  return Response.json({ quotes: allQuotes(), history: allHistory() });
}
