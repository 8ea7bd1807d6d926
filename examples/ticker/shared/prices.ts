// Files in shared/ are evaluated once, and the HTTP and cron scripts share them.
// A cron script is evaluated again at each run, so state that must last is here.

export interface Quote {
  symbol: string;
  name: string;
  price: number;
  /** The price at the start; changes are relative to it. */
  open: number;
}

const REMEMBERED = 60;
const MOST_SYMBOLS = 20;
const quotes = new Map<string, Quote>();
const history = new Map<string, number[]>();

for (const [symbol, name, price] of [
  ["BISC", "Biscuit Brothers", 12.4],
  ["JAMM", "Jam Tomorrow", 38.15],
  ["OOLG", "Oolong & Co", 142.8],
  ["SCON", "Scone Works", 64.05],
  ["TEAP", "Teapot Industries", 418.3],
] as const) {
  record({ symbol, name, price, open: price });
}

/** The current quotes. */
export function allQuotes(): Quote[] {
  return [...quotes.values()];
}

/** The latest prices of each symbol, oldest first. */
export function allHistory(): Record<string, number[]> {
  return Object.fromEntries(history);
}

/** Moves every price a little, up or down. */
export function walk(): void {
  for (const quote of quotes.values()) {
    record({ ...quote, price: cents(quote.price * (1 + (Math.random() - 0.5) * 0.02)) });
  }
}

/** Sets a price; a new symbol is added to the list. Returns `null` if the list is full. */
export function setPrice(symbol: string, price: number): Quote | null {
  const known = quotes.get(symbol);
  if (!known && quotes.size >= MOST_SYMBOLS) return null;
  return record({
    symbol,
    name: known?.name ?? symbol,
    price: cents(price),
    open: known?.open ?? cents(price),
  });
}

function record(quote: Quote): Quote {
  quotes.set(quote.symbol, quote);
  const prices = history.get(quote.symbol) ?? [];
  history.set(quote.symbol, [...prices, quote.price].slice(-REMEMBERED));
  return quote;
}

function cents(price: number): number {
  return Math.max(0.01, Math.round(price * 100) / 100);
}
