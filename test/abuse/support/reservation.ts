/** Asks a Colyseus server for a reservation in a room. Returns the path of the WebSocket. */
export async function reservedPath(port: number, matchmaking: string): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}${matchmaking}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  if (!response.ok) throw new Error(`${matchmaking} responds with ${response.status}`);
  const { processId, roomId, sessionId } = (await response.json()) as Readonly<Record<string, string>>;
  return `/${processId}/${roomId}?sessionId=${sessionId}`;
}
