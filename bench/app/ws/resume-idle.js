export const resume = 30;
export { onMessage } from "./idle.js";
