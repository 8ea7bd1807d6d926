// Served at /ws/hello: a script in JavaScript. The comments before the handlers give the editor their types.

/** @type {OnOpen} */
export const onOpen = (session) => {
  session.send(`${process.env["GREETING"] ?? "Hello"}, ${session.getParameter("name") ?? "you"}!`);
};

/** @type {OnMessage} */
export const onMessage = (session, message) => {
  session.send(`You said: ${message}`);
};
