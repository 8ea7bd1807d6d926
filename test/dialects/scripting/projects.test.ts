import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { scriptingModule } from "../../../src/dialects/scripting/module-names.ts";
import { formatProblem } from "../../../src/load/files/app-problem.ts";
import { loadApp } from "../../../src/load/load-app.ts";
import { TempApp } from "../../load/temp-app.ts";
import { serveOn } from "../../support/served-app.ts";
import { Stage } from "./stage.ts";

type Files = Readonly<Record<string, string>>;

const SERVER = "const server = new HttpServer();";

/** The problems and warnings of an app of these files. */
async function linesOf(files: Files, folders: readonly string[] = []) {
  const app = new TempApp({ "package.json": "{}", ...files });
  for (const folder of folders) mkdirSync(app.path(folder), { recursive: true });
  const { problems, warnings, scripts } = await loadApp(app.root, { warnings: true });
  return {
    problems: problems.map(formatProblem),
    warnings: warnings.map(formatProblem),
    scripts: scripts.map(({ file }) => file.name),
  };
}

/** The only problem of a program with this text. */
async function problemOf(text: string, more: Files = {}): Promise<string> {
  const { problems } = await linesOf({ "scripting/wall/index.tsx": text, ...more });
  expect(problems).toHaveLength(1);
  return problems[0] ?? "";
}

describe("a project in a folder", () => {
  test("serves from its index.tsx, with its modules, its files and its script.json", async () => {
    const app = await serveOn("thread", {
      "scripting/Tea Wall/index.tsx": `
        import { HttpServer, Path, Script } from "scripting";
        import { greeting } from "./lib/greeting";
        const server = new HttpServer();
        server.registerHandler("/name", () => HttpResponse.ok(greeting<string>(Script.name + " " + Script.metadata.version)));
        server.registerFilesFromDirectory("/files/:file", Path.join(Script.directory, "html"));
        console.log("port", (server.start({ port: 0 }), server.port));
      `,
      "scripting/Tea Wall/lib/greeting.ts": `export const greeting = <T,>(name: T): string => \`hello \${name}\`;`,
      "scripting/Tea Wall/script.json": `{ "name": "Tea Wall", "version": "1.2" }`,
      "scripting/Tea Wall/html/index.html": "page",
    });
    expect(await (await app.ownPort.fetch("/name")).text()).toBe("hello Tea Wall 1.2");
    expect(await (await app.ownPort.fetch("/files/")).text()).toBe("page");
  });

  test("keeps its port and its sessions when a file is moved into a folder of its name", async () => {
    const program = (version: number): string => `
      const server = new HttpServer();
      server.registerWebsocket("/", { onReload: (session) => session.writeText("version ${version}") });
      console.log("port", (server.start({ port: 0 }), server.port));
    `;
    const app = await serveOn("thread", { "scripting/wall.ts": program(1), "scripting/wall/notes.txt": "" });
    const client = await app.ownPort.connect("/");
    await client.opened;
    writeFileSync(join(app.dir, "scripting/wall/index.ts"), program(2));
    rmSync(join(app.dir, "scripting/wall.ts"));
    await app.server.reload();
    expect(await client.next()).toBe("version 2");
  });

  test.each(["index.ts", "index.tsx", "index.js", "index.jsx", "index.mts", "index.mjs"])(
    "may start with %s",
    async (name) => {
      const { problems, warnings, scripts } = await linesOf({ [`scripting/wall/${name}`]: SERVER });
      expect([problems, warnings, scripts]).toEqual([[], [], [`scripting/wall/${name}`]]);
    },
  );

  test("is one of the shapes of a program: a single file may be .tsx or .jsx, too", async () => {
    const { problems, scripts } = await linesOf({ "scripting/a.tsx": SERVER, "scripting/b.jsx": SERVER });
    expect([problems, scripts]).toEqual([[], ["scripting/a.tsx", "scripting/b.jsx"]]);
  });

  test("names its file and line when it throws", async () => {
    const app = await serveOn("thread", {
      "scripting/wall/index.tsx": `const x: number = 1;\n\nconsole.log("port", 1);\nthrow new Error("no tea");`,
    });
    const { fields } = await app.log.find(/no tea/);
    expect(JSON.stringify(fields)).toContain("scripting/wall/index.tsx:4");
  });

  test("excludes a file of the same name, and a second index, with one line each", async () => {
    const taken = (first: string, second: string) =>
      `${first}: ${first} and ${second} are the same program, so none of them runs; rename or remove one`;
    expect(
      (await linesOf({ "scripting/wall.ts": SERVER, "scripting/wall/index.ts": SERVER })).problems,
    ).toEqual([taken("scripting/wall.ts", "scripting/wall/index.ts")]);
    expect(
      (await linesOf({ "scripting/wall/index.ts": "", "scripting/wall/index.tsx": "" })).problems,
    ).toEqual([taken("scripting/wall/index.ts", "scripting/wall/index.tsx")]);
  });

  test("is told apart from a single file that is called index", async () => {
    const { problems, scripts } = await linesOf({
      "scripting/index.ts": SERVER,
      "scripting/index/index.ts": SERVER,
    });
    expect(problems).toHaveLength(1);
    expect(scripts).toEqual([]);
    const other = await linesOf({ "scripting/index.ts": SERVER, "scripting/wall/index.ts": SERVER });
    expect([other.problems, other.scripts]).toEqual([[], ["scripting/index.ts", "scripting/wall/index.ts"]]);
  });

  test("with an index of another kind has one line", async () => {
    expect((await linesOf({ "scripting/wall/index.cjs": "" })).problems).toEqual([
      "scripting/wall/index.cjs: not served, because a script's name ends with .ts, .mts, .js or .mjs; rename it",
    ]);
  });
});

describe("the script.json of a project", () => {
  const warningOf = async (text: string) => {
    const files = { "scripting/wall/index.tsx": SERVER, "scripting/wall/script.json": text };
    const { problems, warnings, scripts } = await linesOf(files);
    expect([problems, scripts]).toEqual([[], ["scripting/wall/index.tsx"]]);
    return warnings;
  };

  test("is a warning if it is not a JSON object, and the program is served", async () => {
    expect(await warningOf('{\r\n  "version": 1.\r\n}')).toEqual([
      expect.stringMatching(
        /^scripting\/wall\/script.json: not a JSON object \(.+\), so the program cannot read it by Script.metadata; correct the file$/,
      ),
    ]);
    expect(await warningOf("[]")).toEqual([expect.stringContaining("not a JSON object (it is [])")]);
  });

  test("has no line if it is an object, also with a byte order mark and Windows line ends", async () => {
    expect(await warningOf('\ufeff{\r\n  "version": "1.2"\r\n}\r\n')).toEqual([]);
  });
});

describe("a folder without an index", () => {
  const START = "scripting/main.ts";

  test("is a problem if it has a script.json", async () => {
    const files = { [START]: SERVER, "scripting/wall/script.json": "{}", "scripting/wall/main.tsx": "" };
    const { problems, scripts } = await linesOf(files);
    expect(problems).toEqual([
      "scripting/wall: not served, because the folder has a script.json but no index.ts or index.tsx; add one",
    ]);
    expect(scripts).toEqual([START]);
  });

  const warning = (remedy: string): string =>
    `scripting/wall: not a program, because the folder has no index.ts or index.tsx; ${remedy}, or start the folder's name with _ if it is not meant to be a program`;

  test("is a warning otherwise, which names the file that may be meant", async () => {
    const one = await linesOf({ [START]: SERVER, "scripting/wall/server.ts": "" });
    expect([one.problems, one.warnings]).toEqual([[], [warning("rename scripting/wall/server.ts to it")]]);
    const files = await linesOf({
      [START]: SERVER,
      "scripting/wall/a.css": "",
      "scripting/wall/deep/b.ts": "",
    });
    expect(files.warnings).toEqual([warning("add one")]);
    const nothing = await linesOf({ [START]: SERVER }, ["scripting/wall"]);
    expect(nothing.warnings).toEqual([warning("add one")]);
  });

  test("has its line also if its index is a page or a style sheet", async () => {
    const files = { [START]: SERVER, "scripting/wall/index.html": "", "scripting/wall/server.ts": "" };
    expect((await linesOf(files)).warnings).toEqual([warning("rename scripting/wall/server.ts to it")]);
    const { problems } = await linesOf({ ...files, "scripting/wall/script.json": "{}" });
    expect(problems).toEqual([
      expect.stringMatching(/^scripting\/wall: not served, because the folder has a/),
    ]);
  });

  test("is a problem in an app that has nothing else", async () => {
    expect((await linesOf({}, ["scripting/wall"])).problems).toEqual([warning("add one")]);
  });

  test("has no line when a program imports from it, or its name starts with a mark of folders that are not looked at", async () => {
    const files = {
      [START]: `import { tea } from "./lib/tea"; console.log(tea, new HttpServer());`,
      "scripting/lib/tea.ts": "export const tea = 1;",
      "scripting/_public/index.css": "",
      "scripting/.git/config": "",
      "scripting/node_modules/x/index.js": "",
    };
    const { problems, warnings } = await linesOf(files);
    expect([problems, warnings]).toEqual([[], []]);
  });
});

describe("an import of the module", () => {
  test("each name that programs have can be imported", async () => {
    const { __scripting: given } = (await Stage.begun(() => undefined)).names;
    expect(Object.keys(given).sort()).toEqual([...scriptingModule.exports].sort());
    const both = scriptingModule.exports.filter((name) => scriptingModule.absent.has(name));
    expect(both).toEqual([]);
    const all = scriptingModule.exports.join(", ");
    const text = `import { ${all} } from "scripting"; import * as whole from "scripting"; console.log(${all}, whole.Path, whole);`;
    expect((await linesOf({ "scripting/wall/index.tsx": text })).problems).toEqual([]);
  });

  test("a misspelt name is one line with the nearest name, at its place", async () => {
    expect(await problemOf(`import { Path,\n  HttpSever } from "scripting";\nnew HttpSever(Path);`)).toBe(
      'scripting/wall/index.tsx:2:3: "scripting" has no export "HttpSever"; did you mean "HttpServer"?',
    );
  });

  test("a name that nothing is near to has a line with all names", async () => {
    const problem = await problemOf(`import { Zebra } from "scripting"; console.log(Zebra);`);
    expect(problem).toBe(
      `scripting/wall/index.tsx:1:10: "scripting" has no export "Zebra"; it has ${scriptingModule.exports.join(", ")}`,
    );
    expect(await problemOf(`import scripting from "scripting"; console.log(scripting);`)).toContain(
      'no export "default"; it has',
    );
  });

  test("a name that is read from the whole module is checked, too", async () => {
    expect(await problemOf(`import * as app from "scripting";\nconsole.log(app.HttpSever);`)).toBe(
      'scripting/wall/index.tsx:2:17: "scripting" has no export "HttpSever"; did you mean "HttpServer"?',
    );
  });

  test("names of the app's screen have one line, which says that a server has none", async () => {
    expect(await problemOf(`import { Navigation } from "scripting"; Navigation.present({});`)).toBe(
      `scripting/wall/index.tsx:1:10: Navigation from "scripting" has no meaning on a server, which has neither the app's screen nor its device; remove the import`,
    );
    const text = `import { VStack, Text, Navigation, Script, Widget, Button } from "scripting";
      const View = () => <VStack><Text>tea</Text><Button/></VStack>;
      Navigation.present(<View/>).then(() => Widget && Script.exit());`;
    expect(await problemOf(text)).toBe(
      `scripting/wall/index.tsx:1:10: VStack, Text, Navigation and others from "scripting" have no meaning on a server, which has neither the app's screen nor its device; remove the import`,
    );
  });

  test("a type that is imported has no line", async () => {
    const text = `import { HttpServer, VirtualNode } from "scripting"; export let node: VirtualNode; new HttpServer();`;
    expect((await linesOf({ "scripting/wall/index.tsx": text })).problems).toEqual([]);
  });

  test("a global of the app that is used without an import is a warning, and a name of JavaScript is none", async () => {
    const text = `const log = new Map(); function ask(Safari: string) { Dialog.alert(Safari); Keychain.get("x"); } ask(String(log));`;
    const { problems, warnings } = await linesOf({ "scripting/wall/index.tsx": `new HttpServer(); ${text}` });
    expect([problems, warnings]).toEqual([
      [],
      [
        "scripting/wall/index.tsx: Dialog and Keychain have no meaning on a server, which has neither the app's screen nor its device; the program fails at the line that uses them",
      ],
    ]);
  });

  test("the line about a module of the project names that module", async () => {
    const more = {
      "scripting/wall/view.tsx": `import { Text } from "scripting";\nexport const view = Text;`,
    };
    expect(await problemOf(`import { view } from "./view"; console.log(view);`, more)).toMatch(
      /^scripting\/wall\/view.tsx:1:10: Text from "scripting"/,
    );
  });
});

describe("JSX", () => {
  const LINE = "JSX makes elements of the app's screen, which a server does not have; remove it";

  test("is one line with its place", async () => {
    expect(await problemOf(`console.log(1);\nconsole.log(<b/>, <i/>);`)).toBe(
      `scripting/wall/index.tsx:2:13: ${LINE}`,
    );
    expect(await problemOf(`console.log(<>tea</>);`)).toBe(`scripting/wall/index.tsx:1:13: ${LINE}`);
  });

  test("is the same line where tsconfig.json asks for a runtime of JSX that is not installed", async () => {
    const more = { "tsconfig.json": `{ "compilerOptions": { "jsx": "react-jsx" } }` };
    expect(await problemOf(`console.log(1);\nconsole.log(<b/>);`, more)).toMatch(
      new RegExp(`^scripting/wall/index.tsx:2:\\d+: ${LINE}$`),
    );
  });

  test("elements of a function that the program itself names are made", async () => {
    const app = await serveOn("thread", {
      "scripting/wall/index.tsx": `/** @jsx h */
        const h = (name: string, _: unknown, ...inner: string[]) => \`<\${name}>\${inner.join("")}</\${name}>\`;
        console.log("port", 1, <b>tea</b>);`,
    });
    expect((await app.log.find(/^port/)).text).toBe("port 1 <b>tea</b>");
  });
});
