import { join } from "node:path";
import { readPages, type Page } from "../../docs/blocks.ts";
import type { Tool } from "../../support/require.ts";

/** A reverse proxy that has a page in `docs/deploy/`, and how a test runs it with the configuration of that page. */
export interface Proxy {
  readonly tool: Tool;
  readonly page: Page;
  /** The text of the configuration. */
  configure(settings: ProxySettings): string;
  /** The arguments of the program, for the file with that text. */
  args(file: string): readonly string[];
}

/** What a test puts in place of the ports and files of the page. */
export interface ProxySettings {
  /** Where it may write. */
  readonly dir: string;
  readonly http: number;
  readonly https: number;
  /** The files of the certificate; `pem` has both. */
  readonly cert: string;
  readonly key: string;
  readonly pem: string;
  /** The ports of Parlor. With two of them, the page's configuration for several servers is used. */
  readonly servers: readonly number[];
}

export const NGINX: Proxy = {
  tool: "nginx",
  page: pageOf("nginx"),
  configure({ dir, servers, ...settings }) {
    const [main = "", site = "", several = ""] = blocksIn(this.page, "nginx");
    const isOne = servers.length === 1;
    const app = isOne ? site : replaced(site, /upstream tea \{[^}]*\}/, several);
    const folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    const http = [
      "access_log off;",
      ...folders.map((name) => `${name}_temp_path ${join(dir, name)};`),
      replacedAll(toServers(app, servers), [
        ["listen 80;", `listen 127.0.0.1:${settings.http};`],
        ["listen 443 ssl;", `listen 127.0.0.1:${settings.https} ssl;`],
        [/ssl_certificate .*;/, `ssl_certificate ${settings.cert};`],
        [/ssl_certificate_key .*;/, `ssl_certificate_key ${settings.key};`],
      ]),
    ];
    // Started by root, its workers would have another user, who may not enter the folder.
    const user = process.getuid?.() === 0 ? "user root;" : "";
    const own = `daemon off; pid ${join(dir, "pid")}; error_log stderr; worker_processes 1; ${user}`;
    return `${own}\n${main}\nhttp {\n${http.join("\n")}\n}\n`;
  },
  args: (file) => ["-e", "stderr", "-c", file],
};

export const CADDY: Proxy = {
  tool: "caddy",
  page: pageOf("caddy"),
  configure({ servers, http, https, cert, key }) {
    const [site = "", several = ""] = blocksIn(this.page, "caddy");
    const isOne = servers.length === 1;
    const app = isOne ? site : replaced(site, /reverse_proxy .*\{/, several);
    const own = `{\n  admin off\n  http_port ${http}\n  https_port ${https}\n}`;
    const tls = `tea.example {\n  tls ${cert} ${key}\n`;
    return `${own}\n${replaced(toServers(app, servers), "tea.example {\n", tls)}\n`;
  },
  args: (file) => ["run", "--adapter", "caddyfile", "--config", file],
};

export const HAPROXY: Proxy = {
  tool: "haproxy",
  page: pageOf("haproxy"),
  configure({ servers, http, https, pem }) {
    const [config = "", several = ""] = blocksIn(this.page, "haproxy");
    const isOne = servers.length === 1;
    const app = isOne ? config : replaced(config, /^ *server tea1 .*$/m, several);
    return `global\n  log stderr local0 warning\n\n${replacedAll(toServers(app, servers), [
      ["bind :80", `bind 127.0.0.1:${http}`],
      ["bind :443", `bind 127.0.0.1:${https}`],
      [/ crt \S+/, ` crt ${pem}`],
    ])}\n`;
  },
  args: (file) => ["-db", "-f", file],
};

/** The configuration for clients that return to the same server: with the change that the page names. */
export function stickyOf({ page }: Proxy, config: string): string {
  const [, sticky, other] = /resumes.*use `([^`]+)` in place of `([^`]+)`/.exec(page.text) ?? [];
  if (sticky === undefined || other === undefined) throw new Error(`${page.name} names no change for resume`);
  return replaced(config, other, sticky);
}

function pageOf(name: string): Page {
  const page = readPages().find((one) => one.name === `docs/deploy/${name}.md`);
  if (page === undefined) throw new Error(`docs/deploy/${name}.md is missing`);
  return page;
}

function blocksIn({ blocks }: Page, language: string): string[] {
  return blocks.filter((block) => block.language === language).map(({ text }) => text);
}

// One server is 127.0.0.1:8080 in the pages, several are 10.0.0.11:8080 and 10.0.0.12:8080.
function toServers(text: string, [first = 0, second = 0]: readonly number[]): string {
  const pairs: Replacement[] =
    second === 0
      ? [["127.0.0.1:8080", `127.0.0.1:${first}`]]
      : [
          ["10.0.0.11:8080", `127.0.0.1:${first}`],
          ["10.0.0.12:8080", `127.0.0.1:${second}`],
        ];
  return replacedAll(text, pairs);
}

type Replacement = readonly [found: string | RegExp, instead: string];

function replacedAll(text: string, pairs: readonly Replacement[]): string {
  return pairs.reduce((before, [found, instead]) => replaced(before, found, instead), text);
}

/** A page that does not have what is to be replaced would be tried with its own ports. */
function replaced(text: string, found: string | RegExp, instead: string): string {
  const result = text.replace(found, () => instead);
  if (result === text) throw new Error(`the page does not have ${String(found)}`);
  return result;
}
