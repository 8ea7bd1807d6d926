import { expect, it } from "vitest";
import type { ClusterPort } from "../../../src/front/directory/cluster-port.ts";
import { Directory } from "../../../src/front/directory/directory.ts";
import { Hub } from "../../../src/front/directory/hub.ts";
import { PeerDelivery } from "../../../src/front/directory/peer-delivery.ts";
import { Session } from "../../../src/front/directory/session.ts";
import { Histories } from "../../../src/front/history/histories.ts";
import { TurnOutbox } from "../../../src/front/outbox/outbox.ts";
import { anyHandshake } from "../../support/any-session.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";

it("a node keeps what other nodes send, and gives the history another epoch when its last member has left", () => {
  const clock = new VirtualClock();
  const nothing = (): void => undefined;
  const directory = new Directory(nothing);
  const outbox = new TurnOutbox(clock);
  const hub = new Hub(directory, { outbox, accept: nothing, refuse: nothing, push: nothing });
  const histories = new Histories(clock, {
    history: { news: { size: 5, seconds: 60 } },
    historyTotal: 1 << 20,
  });
  hub.history = histories;
  const session = new Session(1, anyHandshake("a"), { host: 1, route: directory.route("/ws") });
  hub.admit(session);
  hub.join(1, "news");
  const delivery = new PeerDelivery({ directory, hub, outbox });
  delivery.broadcast("room", "news", { data: "from elsewhere", except: "" });
  const { epoch, messages } = histories.since("news", null);
  expect(messages).toHaveLength(1);

  hub.leave(1, "news");
  expect(histories.since("news", [epoch!, 1])).toMatchObject({ recovered: true });
  hub.join(1, "news");
  hub.joinCluster({ broadcast: nothing } as unknown as ClusterPort);
  hub.finish(session);
  expect(histories.since("news", [epoch!, 1])).toMatchObject({ recovered: false, offset: 1 });
  histories.stop();
});
