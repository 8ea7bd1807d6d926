"""A small client of parlor.v1, written from docs/protocol.md. It needs the package websockets (10.4 or newer)."""

import asyncio
import json
import random
import sys
import time
from urllib.parse import quote

import websockets

COMES_BACK = {1001, 1006, 1011, 1012, 1013}
ACK_SECONDS = 0.5  # an acknowledgement is due after a second at the latest


class Client:
    """A session over as many connections as it takes: `async for message in client`, `await client.send(message)`."""

    def __init__(self, url, token=None):
        self.url, self.user_token = url, token
        self.session = self.reason = self.token = None
        self.resumed = False
        self.received = 0  # numbered frames of the server
        self.kept = []  # numbered frames of ours that the server has not confirmed
        self.first = 0  # the number of the first of them
        self.written = 0  # how many of them were written on this connection
        self.tried = 0  # how many of them were ever written
        self.lost = 0  # messages that went to a session that is gone
        self.places = {}  # the last message of each room that keeps its messages: epoch and offset
        self.messages = asyncio.Queue()
        self.pending, self.requests = {}, 0
        self.socket = None
        self.running = asyncio.ensure_future(self._run())

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        await self.close()

    def __aiter__(self):
        return self

    async def __anext__(self):
        message = await self.messages.get()
        if message is None:
            raise StopAsyncIteration
        return message

    async def send(self, message):
        """Sends a text, or bytes. While there is no connection, it waits for the next one."""
        await self._number(message if isinstance(message, str) else b"\x00" + bytes(message))

    async def request(self, name, data=None, timeout=10):
        """Asks the script for what its call `name` returns."""
        self.requests += 1
        number = self.requests
        self.pending[number] = asyncio.get_running_loop().create_future()
        try:
            await self._number(frame(2, {"type": "request", "id": number, "name": name, "data": data}))
            return await asyncio.wait_for(self.pending[number], timeout)
        finally:
            del self.pending[number]

    async def close(self):
        """Ends the session: any close frame of a client does."""
        self.running.cancel()
        if self.socket is not None:
            await self.socket.close()
        await self.messages.put(None)

    async def _run(self):
        pause, code = 0.5, 1006
        while code in COMES_BACK:
            try:
                offer = ["parlor.v1"]
                if self.token is not None:
                    offer.append(f"parlor.resume.{self.received}.{self.token}")
                if self.places:
                    offer.append("parlor.seen." + quote(json.dumps(self.places), safe=""))
                if self.user_token is not None:
                    offer.append(f"parlor.token.{self.user_token}")
                async with websockets.connect(self.url, subprotocols=offer, max_size=None, ping_interval=None) as socket:
                    pause = 0.5
                    code, hint = await self._converse(socket)
            except (OSError, asyncio.TimeoutError, websockets.WebSocketException):
                code, hint = 1006, None
            self.socket = None
            await asyncio.sleep(pause * random.uniform(0.5, 1) if hint is None else hint)
            pause = min(pause * 2, 15)
        await self.messages.put(None)

    async def _converse(self, socket):
        """Reads one connection to its end. Returns the close code, and the server's hint when to come back."""
        heartbeat = self._welcome(json.loads((await socket.recv())[1:]))
        beats = asyncio.ensure_future(self._beat(socket, heartbeat / 1000))
        try:
            await socket.send(frame(1, {"type": "ready"}))
            self.socket = socket
            await self._flush()
            async for data in socket:
                self._receive(data)
            return ended(socket)
        except websockets.ConnectionClosed:
            return ended(socket)
        finally:
            beats.cancel()

    def _welcome(self, welcome):
        self.session, self.token = welcome["session"], welcome["token"]
        self.resumed, self.reason = welcome["resumed"], welcome["reason"]
        self.received = welcome["sent"]
        if self.resumed:
            self._confirm(welcome["received"])
        else:
            # What was written may have arrived, so it is not sent twice.
            self.lost += self.tried
            self.kept = self.kept[self.tried :]
            self.first, self.tried = welcome["received"], 0
        self.written = 0
        return welcome["heartbeat"]

    def _receive(self, data):
        self.heard = time.monotonic()
        kind = None if isinstance(data, str) else data[0]
        if kind == 1:
            control = json.loads(data[1:])
            if control["type"] == "ack":
                self._confirm(control["received"])
            return
        self.received += 1
        if kind == 2:
            self._envelope(json.loads(data[1:]))
        elif kind == 3:
            self._placed(data)
        else:
            self.messages.put_nowait(data if kind is None else data[1:])

    def _placed(self, data):
        # A message of a room that keeps its messages: a list of JSON, a line feed, the message.
        head, message = data[1:].split(b"\n", 1)
        room, epoch, offset, *is_bytes = json.loads(head)
        self.places[room] = (epoch, offset)
        self.messages.put_nowait(message if is_bytes else message.decode())

    def _envelope(self, envelope):
        pending = self.pending.get(envelope.get("id")) if envelope["type"] == "reply" else None
        if pending is None or pending.done():
            return
        if "error" in envelope:
            pending.set_exception(RuntimeError(f"{envelope['error']['code']}: {envelope['error']['message']}"))
        else:
            pending.set_result(envelope["data"])

    async def _number(self, data):
        self.kept.append(data)
        await self._flush()

    async def _flush(self):
        while self.socket is not None and self.written < len(self.kept):
            data = self.kept[self.written]
            self.written += 1
            self.tried = max(self.tried, self.written)
            try:
                await self.socket.send(data)
            except websockets.ConnectionClosed:
                return
        if self.token is None:  # the route does not resume, and confirms nothing
            self._confirm(self.first + self.written)

    def _confirm(self, number):
        count = number - self.first
        del self.kept[:count]
        self.first = number
        self.written, self.tried = max(0, self.written - count), max(0, self.tried - count)

    async def _beat(self, socket, heartbeat):
        """Confirms what has arrived, pings a silent connection, and cuts it after two heartbeats without a response."""
        confirmed, self.heard, pinged = self.received, time.monotonic(), 0
        while True:
            await asyncio.sleep(ACK_SECONDS)
            if self.received != confirmed and self.token is not None:
                confirmed = self.received
                await socket.send(frame(1, {"type": "ack", "received": confirmed}))
            now = time.monotonic()
            if heartbeat and now - self.heard > 2 * heartbeat:
                socket.transport.abort()  # without a close frame, which would end the session
            elif heartbeat and now - max(self.heard, pinged) > heartbeat:
                pinged = now
                await socket.send(frame(1, {"type": "ping"}))


def frame(first, content):
    return bytes([first]) + json.dumps(content).encode()


def ended(socket):
    """The close code, and the seconds of `retry-after=3.2` in its reason, or None."""
    _, _, seconds = (socket.close_reason or "").partition("retry-after=")
    return socket.close_code, float(seconds) if seconds.replace(".", "", 1).isdigit() else None


async def main(url):
    """Sends each line of the input, and prints each text that comes, until the input ends."""
    async with Client(url) as client:

        async def show():
            async for message in client:
                print(message, flush=True)

        shown = asyncio.ensure_future(show())
        loop = asyncio.get_running_loop()
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            await client.send(line.rstrip("\n"))
    await shown


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
