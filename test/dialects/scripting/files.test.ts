import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { Stage, type Published } from "./stage.ts";

let root: string;
let base: string;
let names: Published;
let fm: Published;

const SERVE = (register: (server: Published, names: Published) => void) => (given: Published) => {
  const server = new given["HttpServer"]();
  register(server, given);
  server.start();
};

beforeEach(async () => {
  base = realpathSync(mkdtempSync(join(tmpdir(), "parlor-scripting-")));
  root = join(base, "app");
  for (const name of ["app", "app/scripting", "media", "secret"]) mkdirSync(join(base, name));
  writeFileSync(join(base, "secret/key.txt"), "key");
  names = (await Stage.begun(() => undefined, root, { folders: ["../media"] })).names;
  fm = names["FileManager"];
});

const data = (text: string): Published => names["Data"].fromRawString(text);

describe("FileManager", () => {
  test("has the published directories below the app's data folder, and they exist", () => {
    expect(fm.scriptsDirectory).toBe(join(root, "scripting"));
    const directories = {
      documentsDirectory: "documents",
      iCloudDocumentsDirectory: "icloud",
      appGroupDocumentsDirectory: "group",
      temporaryDirectory: "temporary",
    };
    for (const [name, folder] of Object.entries(directories)) {
      expect(existsSync(join(root, "data", folder))).toBe(false);
      expect(fm[name]).toBe(join(root, "data", folder));
      expect(existsSync(join(root, "data", folder))).toBe(true);
    }
    expect(fm.isiCloudEnabled).toBe(true);
  });

  test("writes, reads and appends text, bytes and Data, at once and with a promise", async () => {
    const file = names["Path"].join(fm.documentsDirectory, "notes.txt");
    fm.writeAsStringSync(file, "a");
    await fm.appendText(file, "é");
    fm.appendDataSync(file, data("c"));
    expect(await fm.readAsString(file)).toBe("aéc");
    expect(fm.readAsBytesSync(file)).toEqual(new TextEncoder().encode("aéc"));
    expect((await fm.readAsData(file)).toRawString()).toBe("aéc");
    await fm.writeAsBytes(file, Uint8Array.of(0xe9));
    expect(fm.readAsStringSync(file, "latin1")).toBe("é");
    expect(fm.readAsStringSync(file, "isoLatin1")).toBe("é");
    await fm.writeAsData(file, data("x"));
    expect(readFileSync(file, "utf8")).toBe("x");
    fm.writeAsStringSync(file, "");
    expect(fm.readAsStringSync(file)).toBe("");
  });

  test("makes the folders of a file that it appends to, and of no file that it writes", async () => {
    await fm.appendText("data/log/today.txt", "1");
    fm.appendTextSync("data/log/today.txt", "2");
    expect(fm.readAsStringSync("data/log/today.txt")).toBe("12");
    expect(() => fm.writeAsStringSync("data/none/x.txt", "1")).toThrow(
      'FileManager.writeAsString: "data/none/x.txt" is in a folder that does not exist',
    );
  });

  test("makes, lists, copies, renames and removes folders", async () => {
    await fm.createDirectory("data/a/b", true);
    expect(() => fm.createDirectorySync("data/x/y")).toThrow(
      'FileManager.createDirectory: "data/x/y" is in a folder that does not exist',
    );
    fm.writeAsStringSync("data/a/b/c.txt", "c");
    fm.createLinkSync("data/a/link", "b");
    expect(fm.readDirectorySync("data/a")).toEqual(["b", "link"]);
    expect(await fm.readDirectory("data/a", true)).toEqual(["b", "b/c.txt", "link"]);
    await fm.copyFile("data/a", "data/copy");
    fm.renameSync("data/copy/b", "data/copy/d");
    expect(fm.readDirectorySync("data/copy", true)).toEqual(["d", "d/c.txt", "link"]);
    expect(() => fm.copyFileSync("data/a/b/c.txt", "data/copy/d/c.txt")).toThrow(/exists already$/);
    await fm.remove("data/a");
    expect([fm.existsSync("data/a"), await fm.exists("data/copy")]).toEqual([false, true]);
    await expect(fm.remove("data/a")).rejects.toThrow('FileManager.remove: "data/a" does not exist');
  });

  test("knows what a path leads to", async () => {
    fm.createDirectorySync("data/d", true);
    fm.writeAsStringSync("data/t.html", "text");
    fm.writeAsBytesSync("data/b.bin", Uint8Array.of(1, 0, 2));
    fm.createLinkSync("data/l", "t.html");
    const kinds = (path: string) => [fm.isFileSync(path), fm.isDirectorySync(path), fm.isLinkSync(path)];
    expect(kinds("data/t.html")).toEqual([true, false, false]);
    expect(kinds("data/d")).toEqual([false, true, false]);
    expect(kinds("data/l")).toEqual([true, false, true]);
    expect(kinds("data/none")).toEqual([false, false, false]);
    expect([await fm.isFile("data/l"), await fm.isDirectory("data/d"), await fm.isLink("data/l")]).toEqual([
      true,
      true,
      true,
    ]);
    expect([fm.isBinaryFileSync("data/b.bin"), await fm.isBinaryFile("data/t.html")]).toEqual([true, false]);
    expect(fm.destinationOfSymbolicLink("data/l")).toBe("t.html");
    expect(() => fm.destinationOfSymbolicLink("data/d")).toThrow(TypeError);
    expect(fm.mimeType("data/t.html")).toBe("text/html");
    expect([fm.isLinkSync(""), fm.isLinkSync(root), fm.isDirectorySync(root)]).toEqual([false, false, true]);
    const stat = await fm.stat("data/l");
    expect(stat).toMatchObject({ type: "file", size: 4 });
    expect(Math.abs(stat.modificationDate - Date.now())).toBeLessThan(60_000);
    expect(fm.statSync("data/d").type).toBe("directory");
    expect(fm.statSync("data/none")).toMatchObject({ type: "notFound", size: 0 });
  });

  test("knows the files of iCloud by their folder", async () => {
    const file = `${fm.iCloudDocumentsDirectory}/x.txt`;
    expect([fm.isFileStoredIniCloud(file), fm.isFileStoredIniCloud("data/documents/x.txt")]).toEqual([
      true,
      false,
    ]);
    expect([fm.isiCloudFileDownloaded(file), await fm.downloadFileFromiCloud(file)]).toEqual([false, false]);
    fm.writeAsStringSync(file, "x");
    expect([fm.isiCloudFileDownloaded(file), await fm.downloadFileFromiCloud(file)]).toEqual([true, true]);
  });

  test("never leaves the app, neither by .. nor by a link, and says what to do", async () => {
    const line = `is outside of the app's folder; list the folder in allowedFolders of parlor.config.ts if scripts may use it`;
    expect(() => fm.readAsStringSync("../secret/key.txt")).toThrow(
      new Error(`FileManager.readAsString: "../secret/key.txt" ${line}`),
    );
    await expect(fm.exists("/etc/passwd")).rejects.toThrow("/etc/passwd");
    mkdirSync(join(root, "data"));
    symlinkSync(join(base, "secret"), join(root, "data/out"));
    const linked = /leads out of the app's folder by a symbolic link; list the folder/;
    expect(() => fm.readAsStringSync("data/out/key.txt")).toThrow(linked);
    expect(() => fm.writeAsStringSync("data/out/new.txt", "x")).toThrow(linked);
    expect(() => fm.readDirectorySync("data/out")).toThrow(linked);
    expect(fm.readDirectorySync("data", true)).toEqual(["out"]);
    expect(() => fm.createLinkSync("data/l", "../../secret")).toThrow(/outside/);
  });

  test("uses a folder that the config allows, which is a bookmark, too", async () => {
    const media = join(base, "media");
    await fm.writeAsString(`${media}/a.txt`, "a");
    expect(fm.readAsStringSync("../media/a.txt")).toBe("a");
    expect(fm.getAllFileBookmarks()).toEqual([{ name: "media", path: media }]);
    expect([fm.bookmarkExists("media"), fm.bookmarkExists("x")]).toEqual([true, false]);
    expect([fm.bookmarkedPath("media"), fm.bookmarkedPath("x")]).toEqual([media, null]);
  });

  test("refuses wrong arguments by name, and in the second form with a rejection", async () => {
    expect(() => fm.readAsStringSync(5)).toThrow(
      new TypeError("FileManager.readAsString takes a string as path, got a number"),
    );
    expect(() => fm.createDirectorySync("data/x", 1)).toThrow(
      "FileManager.createDirectory takes true or false as recursive, got 1",
    );
    await expect(fm.writeAsData("data/x", "text")).rejects.toThrow("did you mean Data.fromRawString(text)?");
    expect(() => fm.writeAsStringSync("x", "日", "isoLatin1")).toThrow(/cannot express this text/);
    fm.writeAsBytesSync("latin.txt", Uint8Array.of(0xe9));
    expect(() => fm.readAsStringSync(join(root, "latin.txt"))).toThrow(
      /^FileManager.readAsString: "latin.txt" is not utf-8; /,
    );
  });

  test("says by name what a server does not have", () => {
    expect(() => fm.zipSync("a", "b")).toThrow(
      "FileManager.zipSync is not supported: Parlor has no archives",
    );
    expect(() => fm.getShareUrlOfiCloudFile("a")).toThrow(TypeError);
  });

  test("belongs to one program: what it changes of a global is its own", async () => {
    names["Path"].join = () => "changed";
    const other = (await Stage.begun(() => undefined, root)).names;
    expect(other["Path"].join("a", "b")).toBe("a/b");
  });
});

describe("FileEntity", () => {
  test("reads, seeks and writes as published", () => {
    const { FileEntity } = names;
    const file = FileEntity.openForWritingAndReading("new.txt");
    expect(file.path).toBe(join(root, "new.txt"));
    file.write(data("abcdef"));
    expect(file.seek(0)).toBe(true);
    expect(file.read(3).toRawString()).toBe("abc");
    expect(file.read(100).toRawString()).toBe("def");
    expect(file.read(1).size).toBe(0);
    expect(file.seek(1)).toBe(true);
    file.write(data("XY"));
    expect(file.read(1).toRawString()).toBe("d");
    expect([file.seek(-1), file.seek(1.5)]).toEqual([false, false]);
    file.close();
    expect(readFileSync(join(root, "new.txt"), "utf8")).toBe("aXYdef");
    expect(() => file.read(NaN)).toThrow("FileEntity.read takes a number from 0 as size, got NaN");
    expect(() => file.read(1)).toThrow('FileEntity.read: "new.txt" is closed');
    expect(() => file.write(data("x"))).toThrow(/is closed$/);
    expect(file.seek(0)).toBe(false);
  });

  test.each([
    ["r", "abc", "fails", "abc"],
    ["rb", "abc", "fails", "abc"],
    ["r+", "abc", "Xbc", "bc"],
    ["r+b", "abc", "Xbc", "bc"],
    ["rb+", "abc", "Xbc", "bc"],
    ["w", "", "X", "fails"],
    ["w+b", "", "X", ""],
    ["a", "abc", "abcX", "fails"],
    ["a+b", "abc", "abcX", ""],
  ])(
    "mode %s opens a file with %j; a write leaves %j, a read then gives %j",
    (mode, opened, written, read) => {
      writeFileSync(join(root, "f.txt"), "abc");
      const file = names["FileEntity"].openForMode("f.txt", mode);
      const content = () => readFileSync(join(root, "f.txt"), "utf8");
      expect(content()).toBe(opened);
      if (written === "fails") expect(() => file.write(data("X"))).toThrow(/was not opened for writing$/);
      else {
        file.write(data("X"));
        expect(content()).toBe(written);
      }
      if (read === "fails") expect(() => file.read(9)).toThrow(/was not opened for reading$/);
      else expect(file.read(9).toRawString() ?? "").toBe(read);
    },
  );

  test("makes what is missing in the modes that are published so, and refuses in the others", () => {
    const { FileEntity } = names;
    for (const mode of ["w", "w+", "a", "a+"]) FileEntity.openForMode(`${mode}.txt`, mode);
    FileEntity.openNewForWriting("new.txt");
    for (const name of ["w.txt", "w+.txt", "a.txt", "a+.txt", "new.txt"])
      expect(existsSync(join(root, name))).toBe(true);
    for (const mode of ["r", "r+"])
      expect(() => FileEntity.openForMode("none.txt", mode)).toThrow(
        'FileEntity.openForMode: "none.txt" does not exist',
      );
    expect(() => FileEntity.openForReading("none.txt")).toThrow(
      'FileEntity.openForReading: "none.txt" does not exist',
    );
    expect(() => FileEntity.openForReading("scripting")).toThrow('"scripting" is not a file');
    expect(() => FileEntity.openForMode("f", "x")).toThrow(
      `takes a mode as "rb", "wb" or "a+b", got a string`,
    );
    expect(() => FileEntity.openNewForWriting("../secret/x")).toThrow(/outside/);
    expect(() => new FileEntity("f")).toThrow("FileEntity has no constructor; use FileEntity.openForReading");
  });

  test("is the body of a response, from its position on, with the type of its name", async () => {
    writeFileSync(join(root, "page.html"), "0123456789");
    const stage = await Stage.begun(
      SERVE((server, { HttpResponse, FileEntity }) => {
        server.registerHandler("/raw", () =>
          HttpResponse.raw(200, "OK", {
            headers: { "Content-Type": "application/pdf" },
            body: FileEntity.openForReading("page.html"),
          }),
        );
        server.registerHandler("/rest", () => {
          const file = FileEntity.openForReading("page.html");
          file.seek(4);
          return HttpResponse.ok(file);
        });
        server.registerHandler("/closed", () => {
          const file = FileEntity.openForReading("page.html");
          file.close();
          return HttpResponse.ok(file);
        });
      }),
      root,
    );
    const raw = await stage.fetch("/raw");
    expect([raw.text, raw.header("content-type")]).toEqual(["0123456789", "application/pdf"]);
    const rest = await stage.fetch("/rest");
    expect([rest.text, rest.header("content-type")]).toEqual(["456789", "text/html; charset=utf-8"]);
    expect((await stage.fetch("/closed")).status).toBe(500);
  });
});

describe("files that a server has registered", () => {
  test("are refused with one line if a response cannot have all of their content, as the body of a response is", async () => {
    writeFileSync(join(root, "film.mp4"), "");
    truncateSync(join(root, "film.mp4"), 60 * 1024 * 1024);
    const stage = await Stage.begun(
      SERVE((server, { FileEntity, HttpResponse }) => {
        server.registerFile("/file", "film.mp4");
        server.registerFilesFromDirectory("/all/:file", ".");
        server.registerHandler("/entity", () => HttpResponse.ok(FileEntity.openForReading("film.mp4")));
      }),
      root,
    );
    const statuses = async () =>
      Promise.all(
        ["/file", "/all/film.mp4", "/entity"].map(async (path) => (await stage.fetch(path)).status),
      );
    expect(await statuses()).toEqual([200, 200, 200]);
    truncateSync(join(root, "film.mp4"), 3 * 2 ** 30);
    expect(await statuses()).toEqual([500, 500, 500]);
    expect(stage.faultTexts).toEqual([
      expect.stringMatching(/HttpServer: "film.mp4" has more than 60 MiB, .*; put the file into public/),
      expect.stringMatching(/HttpServer: "film.mp4" has more than 60 MiB/),
      expect.stringMatching(/HttpResponse: "film.mp4" has more than 60 MiB/),
    ]);
  });

  test("may be named by an absolute path within the app, as Path.join(Script.directory, name) gives", async () => {
    mkdirSync(join(root, "scripting/html"));
    writeFileSync(join(root, "scripting/html/index.html"), "page");
    const stage = await Stage.begun(
      SERVE((server, { Path, Script, Data, HttpResponse }) => {
        server.registerFile("/one", Path.join(Script.directory, "html/index.html"));
        server.registerFilesFromDirectory("/all/:file", Path.join(Script.directory, "html"));
        server.registerFile("/out", "/etc/passwd");
        server.registerHandler("/data", () =>
          HttpResponse.ok(Data.fromFile(Path.join(Script.directory, "html/index.html"))),
        );
      }),
      root,
    );
    expect((await stage.fetch("/one")).text).toBe("page");
    expect((await stage.fetch("/all/")).text).toBe("page");
    expect((await stage.fetch("/all/index.html")).text).toBe("page");
    expect((await stage.fetch("/data")).text).toBe("page");
    expect((await stage.fetch("/out")).status).toBe(404);
    expect(stage.warnings).toEqual([
      `HttpServer.registerFile: "/etc/passwd" is outside of the app's folder; list the folder in allowedFolders of parlor.config.ts if scripts may use it`,
    ]);
  });
});

describe("Script", () => {
  test("has the name and folder of a program that is a file", () => {
    const { Script } = names;
    expect([Script.name, Script.directory, Script.env]).toEqual(["main", join(root, "scripting"), "index"]);
    expect([Script.metadata, Script.queryParameters, Script.widgetParameter]).toEqual([{}, {}, ""]);
    expect(Script.hasFullAccess()).toBe(true);
  });

  test("has the name, folder and script.json of a program that is a folder", async () => {
    const folder = join(root, "scripting/My Wall");
    mkdirSync(folder);
    const { Script } = (await Stage.begun(() => undefined, root, { name: "scripting/My Wall/index.tsx" }))
      .names;
    expect([Script.name, Script.directory]).toEqual(["My Wall", folder]);
    expect(Script.metadata).toEqual({});
    writeFileSync(join(folder, "script.json"), '\ufeff{"version":"1.2.0"}');
    expect(Script.metadata).toEqual({ version: "1.2.0" });
    writeFileSync(join(folder, "script.json"), "{");
    expect(() => Script.metadata).toThrow(/^Script.metadata: script.json is not JSON/);
  });

  test("says by name what a server cannot do", () => {
    expect(() => names["Script"].run({ name: "x" })).toThrow("Script.run is not supported");
  });
});
