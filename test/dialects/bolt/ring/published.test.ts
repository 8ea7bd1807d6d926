// The published document of Bolt, whose programs are written in Ring, as it stands there.
import { describe, expect, it } from "vitest";
import { serveOn } from "../../../support/served-app.ts";

const chat = `load "bolt.ring"

new Bolt() {
    port = 3000

    @ws("/chat",
        func {
            id = $bolt.wsClientId()
            $bolt.wsRoomJoin("chat", id)
            $bolt.wsSendTo(id, "Welcome!")
        },
        func {
            id = $bolt.wsClientId()
            msg = $bolt.wsEventMessage()
            $bolt.wsRoomBroadcast("chat", "[" + id + "] " + msg)
        },
        func {
            $bolt.wsBroadcast("User left: " + $bolt.wsClientId())
        }
    )
}
`;

const guarded = `load "bolt.ring"

new Bolt() {
    @ws("/chat", "on_connect", "on_message", "on_disconnect")
    before("ws_auth_check")
}

func ws_auth_check
    if $bolt.wsEventMessage() = "unauthorized"
        $bolt.wsEventAbort()
    ok
end

func on_connect
    $bolt.wsSendTo($bolt.wsClientId(), "connected")

func on_message
    $bolt.wsSendTo($bolt.wsClientId(), "got " + $bolt.wsEventMessage())

func on_disconnect
    $bolt.wsBroadcast("gone")
`;

describe("the published program in Ring", () => {
  it("serves a room: connect, broadcast and leave", async () => {
    const served = await serveOn("thread", { "bolt/chat.ring": chat });
    const anna = await served.open("/chat");
    expect(await anna.next()).toBe("Welcome!");
    const ben = await served.open("/chat");
    expect(await ben.next()).toBe("Welcome!");
    anna.send("grüß dich");
    const [toAnna, toBen] = [String(await anna.next()), await ben.next()];
    expect(toAnna).toMatch(/^\[[\da-f-]{36}\] grüß dich$/);
    expect(toBen).toBe(toAnna);
    anna.close();
    expect(await ben.next()).toBe(`User left: ${toAnna.slice(1, 37)}`);
    const ignored = served.log.entries.filter(({ fields }) => fields["code"] === "PARLOR_SETTING_IGNORED");
    expect(ignored.map(({ text }) => text)).toEqual([
      "port = 3000 has no effect, because the server's own options set its port; remove it, or start the server with --port",
    ]);
  });

  it("skips the handler of an event that its middleware aborts, and keeps the client", async () => {
    const served = await serveOn("thread", { "bolt/chat.ring": guarded });
    const [anna, ben] = [await served.open("/chat"), await served.open("/chat")];
    expect([await anna.next(), await ben.next()]).toEqual(["connected", "connected"]);
    anna.send("unauthorized");
    anna.send("hi");
    expect(await anna.next()).toBe("got hi");
    anna.close();
    expect(await ben.next()).toBe("gone");
  });
});
