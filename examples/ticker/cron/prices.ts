import { allQuotes, walk } from "../shared/prices.ts";

// Every two seconds this file runs from top to bottom.
export const schedule = "*/2 * * * * *";

walk();

const prices = diesel.getWebSocketService().room("prices");
prices.broadcast(JSON.stringify({ type: "prices", quotes: allQuotes(), watching: prices.members() }));
