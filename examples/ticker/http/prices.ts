import { allHistory, allQuotes } from "../shared/prices.ts";

/** The current and the earlier prices, which the page draws first. */
export function GET() {
  return Response.json({ quotes: allQuotes(), history: allHistory() });
}
