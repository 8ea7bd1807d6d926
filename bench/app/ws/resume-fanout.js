export const resume = 30;
export { onMessage, onOpen } from "./fanout.js";
