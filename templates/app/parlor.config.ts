import { defineConfig } from "parlor";

// What is left out has a good default. An option that does not exist is refused when the server starts.
export default defineConfig({
  port: 8080,
});
