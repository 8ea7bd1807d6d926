// Front: the page that `parlor dev` shows to a browser that opens the address of a WebSocket route.
import type { IncomingMessage } from "node:http";

/** The headers of the page: it loads nothing, and no other page can frame it. */
export const CONNECT_PAGE_HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  "cache-control": "no-store",
  vary: "accept",
} as const;

/** Whether a request comes from a browser's address bar: it asks for HTML by name. */
export function wantsPage({ method, headers }: Pick<IncomingMessage, "method" | "headers">): boolean {
  return (method === "GET" || method === "HEAD") && /\btext\/html\b/i.test(headers.accept ?? "");
}

/** Says how to connect to the route at `url`, an address that starts with `ws://` or `wss://`. */
export function connectPage(url: string): string {
  const address = escaped(url);
  const quoted = escaped(JSON.stringify(url));
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>WebSocket route</title>
<style>
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
body { max-width: 42rem; margin: 3rem auto; padding: 0 1rem }
pre { padding: .75rem 1rem; border: 1px solid; border-radius: .5rem; overflow-x: auto }
</style>
<h1>This is a WebSocket route</h1>
<p>A browser opens pages by HTTP, but <code>${address}</code> speaks WebSocket. To connect, open
<a href="/_parlor/">the playground</a>, or run one of these:</p>
<h2>In a page, or in the console of the browser</h2>
<pre>const socket = new WebSocket(${quoted});
socket.onmessage = ({ data }) =&gt; console.log(data);
socket.onopen = () =&gt; socket.send("hello");</pre>
<h2>In a terminal</h2>
<pre>npx wscat -c ${escaped(shellQuoted(url))}</pre>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
