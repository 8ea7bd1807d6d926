import { setPrice } from "../shared/prices.ts";

const EXAMPLE = '{"symbol":"TEAP","price":431.5}';

/**
 * Pushes a price to every open page:
 * curl -d '{"symbol":"TEAP","price":431.5}' http://127.0.0.1:8080/price
 *
 * Every client that reaches the server can use this route, which is only right for a demo on your own machine.
 * examples/chat/http/announce.ts shows how to ask for a token.
 */
export async function POST(request: Request) {
  const body = parse(await request.text());
  if (!body) return refuse(`Send JSON, like ${EXAMPLE}`);
  const { symbol, price } = body;
  if (typeof symbol !== "string" || !/^[A-Z]{1,6}$/.test(symbol)) {
    return refuse(`"symbol" must be one to six capital letters, like ${EXAMPLE}`);
  }
  if (typeof price !== "number" || !(price >= 0.01 && price <= 1_000_000)) {
    return refuse(`"price" must be a number from 0.01 to 1000000, like ${EXAMPLE}`);
  }
  const quote = setPrice(symbol, price);
  if (!quote) return refuse("The list is full: no new symbols");

  const room = diesel.getWebSocketService().room("prices");
  room.broadcast(JSON.stringify({ type: "prices", quotes: [quote], watching: room.members() }));
  return Response.json({ quote, reached: room.members() });
}

function refuse(why: string): Response {
  return new Response(`${why}\n`, { status: 400 });
}

function parse(text: string): { symbol?: unknown; price?: unknown } | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" ? value : null;
  } catch {
    return null;
  }
}
