import { at, counted, element, KeyedList, setText, timeElement } from "./dom.js";

/** The rooms, the sessions and the reloads, each in a bounded list. */
export class Lists {
  #rooms = new KeyedList(at("rooms"), {
    key: ({ name }) => name,
    make: ({ name }) => {
      const label = element("span", "mono name", name === "" ? "(empty name)" : name);
      label.title = name;
      return element("li", "", label, element("span", "soft members"));
    },
    update: (line, { members }) => setText(line.lastElementChild, members.toLocaleString("en")),
  });
  #sessions = new KeyedList(at("sessions"), {
    key: ({ id }) => id,
    make: sessionLine,
    update: showSession,
  });
  #reloads = new KeyedList(at("reloads"), { key: ({ number }) => number, make: reloadLine });

  showRooms(rooms) {
    this.#rooms.show(rooms.shown);
    showCount("rooms", rooms, "No room has members.");
  }

  showSessions(sessions) {
    this.#sessions.show(sessions.shown);
    showCount("sessions", sessions, "No client is connected.");
  }

  showReloads(reloads, reloadsSaves) {
    this.#reloads.show(reloads.shown);
    const hint = reloadsSaves ? "Save a script to reload it." : "Run parlor reload to reload.";
    showCount("reloads", reloads, hint);
  }
}

function showCount(name, { shown, total }, empty) {
  setText(at(`${name}-count`), total.toLocaleString("en"));
  const more = at(`${name}-more`);
  const rest = total - shown.length;
  more.hidden = total > 0 && rest === 0;
  setText(more, total === 0 ? empty : `and ${rest.toLocaleString("en")} more`);
  at(name).hidden = shown.length === 0;
}

function sessionLine({ id, path, address }) {
  const name = element("code", "", id.slice(0, 8));
  name.title = id;
  const where = element("span", "mono name", path);
  where.title = path;
  return element(
    "li",
    "session",
    name,
    where,
    element("span", "soft small", address),
    element("span", "rooms-of"),
  );
}

function showSession(line, { state, rooms }) {
  line.dataset.state = state;
  const names = rooms.shown.slice(0, 3);
  const rest = rooms.total - names.length;
  const text = `${names.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
  setText(line.lastElementChild, rooms.total === 0 ? (state === "open" ? "" : state) : `in ${text}`);
}

function reloadLine({ at: time, changed, removed, refused, sessions }) {
  const line = element("li", refused.length > 0 ? "reload bad" : "reload", timeElement(time));
  const body = element("div", "");
  const parts = [
    [changed, "has a new version", ""],
    [removed, "is removed", ""],
    [refused, "does not load; the previous version serves", "bad"],
  ];
  for (const [scripts, text, kind] of parts) {
    for (const script of scripts)
      body.append(element("p", kind, element("strong", "mono", script), ` ${text}`));
  }
  const stayed =
    sessions === 1 ? "1 client stayed connected" : `${counted(sessions, "client")} stayed connected`;
  if (sessions > 0) body.append(element("p", "soft small", stayed));
  line.append(body);
  return line;
}
