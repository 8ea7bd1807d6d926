import { describe } from "vitest";
import { dialectSuite, type SpokenDialect } from "../suites/dialect.suite.ts";

const DIESEL: SpokenDialect = {
  name: "Diesel",
  path: "/ws/talk",
  hasOwnPort: false,
  closedByCrash: null,
  files: {
    "ws/talk.ts": `
      export function onMessage(session: WebSocketSession, text: string): void {
        if (text === "boom") throw new Error("boom at once");
        if (text === "exit") process.exit(3);
        session.send("you said " + text);
      }
      export function onClose(): void {
        console.log("gone");
      }
    `,
  },
};

const SCRIPTING: SpokenDialect = {
  name: "Scripting",
  path: "/talk",
  hasOwnPort: true,
  // Its program has forgotten who was there.
  closedByCrash: 1012,
  files: {
    "scripting/talk.ts": `
      const server = new HttpServer();
      server.registerWebsocket("/talk", {
        handleText(session: WebSocketSession, text: string) {
          if (text === "boom") throw new Error("boom at once");
          if (text === "exit") process.exit(3);
          session.writeText("you said " + text);
        },
        onDisconnected() { console.log("gone"); },
      });
      const problem = server.start({ port: 0 });
      console.log(problem ?? "port " + server.port);
    `,
  },
};

const BOLT: SpokenDialect = {
  name: "Bolt",
  path: "/talk",
  hasOwnPort: false,
  closedByCrash: null,
  files: {
    "bolt/talk.ts": `
      ws("/talk", "", onMessage, () => console.log("gone"));
      function onMessage(): void {
        const text = $bolt.wsEventMessage();
        if (text === "boom") throw new Error("boom at once");
        if (text === "exit") process.exit(3);
        $bolt.wsSendTo($bolt.wsClientId(), "you said " + text);
      }
    `,
  },
};

const DIRIGIBLE: SpokenDialect = {
  name: "Dirigible",
  path: "/websockets/v4/service/talk",
  hasOwnPort: false,
  closedByCrash: null,
  files: {
    "dirigible/talk/handler.js": `
      exports.onMessage = function (text) {
        if (text === "boom") throw new Error("boom at once");
        if (text === "exit") process.exit(3);
        return "you said " + text;
      };
      exports.onClose = function () { console.log("gone"); };
    `,
    "dirigible/talk/talk.websocket": JSON.stringify({
      handler: "talk/handler",
      endpoint: "talk",
      description: "a talk",
    }),
  },
};

for (const dialect of [DIESEL, SCRIPTING, BOLT, DIRIGIBLE]) {
  for (const place of ["inline", "thread", "process"] as const) {
    describe(`${dialect.name}, ${place}`, () => dialectSuite(dialect, place));
  }
}
