export const resume = 30;
export { onMessage } from "./echo.js";
