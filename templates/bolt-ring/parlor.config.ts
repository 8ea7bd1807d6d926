import { defineConfig } from "parlor";

// Every option has a default. The server does not start with an option that does not exist.
export default defineConfig({
  port: 8080,
});
