// What a launch.json can say: callbacks, limits, mounts, attaching; and what is said where it is wrong.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { write } from "./driver/code_server.ts";
import { Debugging } from "./driver/debugging.ts";
import { pictured } from "./driver/failures.ts";
import { temporaryFolder, writeCommand } from "./driver/lab.ts";
import { Timeline } from "./driver/timeline.ts";
import { until } from "./driver/until.ts";
import { Window } from "./driver/window.ts";
import { FILES, line } from "./programs.ts";

const TASKS = ".pane:has(.pane-header[aria-label^='Tasks'])";
const READS = `from pathlib import Path

print(Path("/shelf/list.txt").read_text())
Path("/shelf/list.txt").write_text("taken")
`;

let window: Window;
let debug: Debugging;
let server: ChildProcess;

before(async () => {
  const command = writeCommand(temporaryFolder("command"));
  server = spawn(command, ["dap", "--listen", "127.0.0.1:0"], { stdio: ["ignore", "pipe", "inherit"] });
  const shelf = temporaryFolder("shelf");
  write(shelf, { "list.txt": "lamps and chairs" });
  const [said] = (await once(server.stdout as NodeJS.ReadableStream, "data")) as [Buffer];
  const listening = JSON.parse(said.toString()) as { host: string; port: number; token: string };
  const here = { type: "sandstep", request: "launch" };
  const there = { type: "sandstep", request: "attach", program: "${workspaceFolder}/plain.py" };
  const configurations = [
    { ...here, name: "Shop", program: "${workspaceFolder}/shop.py", callbacks: "${workspaceFolder}/host.py" },
    { ...here, name: "Fills", program: "${workspaceFolder}/fills.py", memory: "80MiB" },
    { ...here, name: "Spins", program: "${workspaceFolder}/spins.py", timeLimit: 1 },
    { ...here, name: "Reads", program: "${workspaceFolder}/reads.py", mounts: [`${shelf}:/shelf`] },
    { ...here, name: "Misspelt", program: "${workspaceFolder}/plain.py", memroy: "80MiB" },
    { ...here, name: "Nowhere", program: "${workspaceFolder}/nowhere.py" },
    { ...there, name: "Attach", ...listening },
    { ...there, name: "Stranger", ...listening, token: "guessed" },
    { ...there, name: "Nobody", port: 1, token: "none" },
  ];
  const launch = JSON.stringify({ version: "0.2.0", configurations });
  window = await Window.open({
    files: { ...FILES, "reads.py": READS, ".vscode/launch.json": launch },
    machine: { "sandstep.command": command, "sandstep.callbacks": "${workspaceFolder}/host.py" },
  });
  debug = new Debugging(window);
  await debug.showViewlet();
});

after(async () => {
  server?.kill();
  await window?.close();
});

afterEach(async (context) => {
  await pictured(context, window);
  await debug.end();
});

/** Starts a configuration by its name, as one that is looked for with the keyboard. */
const start = (name: string) => window.quick("Control+p", `debug ${name}`, name);

const refused = async (name: string, says: string) => {
  await start(name);
  const dialog = await window.dialog(says);
  await dialog.locator(".monaco-button").filter({ hasText: "Cancel" }).click();
  await dialog.waitFor({ state: "hidden" });
};

const raised = async (what: RegExp) => {
  await debug.expand("variables", /^Locals/);
  await debug.row("variables", what);
};

describe("attach", () => {
  it("debugs through an adapter that listens", async () => {
    await window.openFile("plain.py");
    await debug.setBreakpoint(line("plain.py", "here"));
    await start("Attach");
    await debug.stopsAt("plain.py", line("plain.py", "here"));
    await debug.expand("variables", /^Locals/);
    await debug.row("variables", /^price = 30$/);
    await debug.removeBreakpoints();
    await debug.click("continue");
    await debug.consoleSays(/^total: 100 plain\.py:\d+$/);
  });

  it("is refused without the token, and says what to start where nothing listens", async () => {
    await refused("Stranger", "`token` has to be the one that the server printed");
    await refused("Nobody", "Nothing listens at 127.0.0.1:1: start `sandstep dap --listen 127.0.0.1:1`");
  });
});

describe("callbacks of a configuration", () => {
  it("are called by the program, wait in the view of tasks, and fail in the program", async () => {
    await window.openFile("shop.py");
    await debug.setBreakpoint(line("shop.py", "asked"));
    await start("Shop");
    await debug.stopsAt("shop.py", line("shop.py", "asked"));
    await debug.unfold("Tasks");
    await window.row(TASKS, /^weighing #2 ?waits for callback weigh · [\d.]+ s$/);
    await debug.removeBreakpoints();
    await debug.click("continue");
    await debug.stopsAt("shop.py", line("shop.py", "sell"));
    await raised(/^\(exception\) = PermissionError\('tea is not for sale'\)$/);
    await debug.consoleSays(/^weighs tea/);
    await debug.consoleSays(/^weight: 300 shop\.py/);
  });
});

describe("limits and mounts of a configuration", () => {
  it("end a program at its time limit, with a sentence", async () => {
    await start("Spins");
    const sentence = "The program reached its time limit of 1 s and was ended.";
    await window.notification(sentence);
    await debug.ended();
    await debug.consoleSays(sentence);
  });

  it("are an exception in the program where its memory is full", async () => {
    await start("Fills");
    await debug.stopsAt("fills.py", line("fills.py", "fill"));
    await raised(/^\(exception\) = MemoryError\(\)$/);
  });

  it("let it read a folder under another name, and not write", async () => {
    await start("Reads");
    await debug.stopsAt("reads.py", 4);
    await debug.consoleSays(/^lamps and chairs reads\.py:3$/);
    await raised(/^\(exception\) = (OSError|PermissionError)\(/);
  });
});

describe("a configuration that is wrong", () => {
  it("is refused with what to correct", async () => {
    await refused("Misspelt", "`memroy` is unknown; did you mean `memory`?");
    await refused("Nowhere", `There is no file ${path.join(window.server.workspace, "nowhere.py")}`);
  });
});

describe("launch.json", () => {
  it("is offered a configuration for each kind of program", async () => {
    await window.command("Debug: Add Configuration...");
    const offered = window.page.locator(".suggest-widget.visible .monaco-list-row .label-name");
    await offered.first().waitFor();
    await window.page.keyboard.type("Sandstep");
    const wanted = ["Current File", "Module", "Effects Program", "Attach"].map((name) => `Sandstep: ${name}`);
    await until("they are offered", async () => {
      const labels = await offered.allInnerTexts();
      return wanted.every((each) => labels.includes(each));
    });
    await offered.filter({ hasText: "Sandstep: Module" }).first().click();
    await until("one is written", async () =>
      (await window.lines()).some((each) => each.text.includes('"module": "package.module"')),
    );
    await window.press("Escape");
    await window.command("File: Revert File");
  });
});

describe("sessions", () => {
  it("of two files at once have their names", async () => {
    await window.openFile("plain.py");
    await debug.setBreakpoint(line("plain.py", "here"));
    await window.command("Sandstep: Debug in Sandstep");
    await debug.stopsAt("plain.py", line("plain.py", "here"));
    await window.openFile("tasks.py");
    await debug.setBreakpoint(line("tasks.py", "both"));
    await window.command("Sandstep: Debug in Sandstep");
    await debug.row("stack", /^plain\.py Paused On Breakpoint/);
    await debug.row("stack", /^tasks\.py Paused On Breakpoint/);
    await window.press("Shift+F5");
    await until("one is left", async () =>
      (await debug.rows("stack")).every((row) => !row.text.startsWith("plain.py Paused")),
    );
    await window.press("Shift+F5");
    await debug.ended();
  });
});

describe("a trace", () => {
  it("shows effects and callbacks as spans, which lead to their lines", async () => {
    await window.openFile("shop.py");
    await window.command("Sandstep: Trace this File");
    const timeline = await Timeline.shown(window);
    assert.match(await timeline.find("weigh"), /^callback weigh · [\d.]+ s · 1 of 1$/);
    assert.match(await timeline.find("sell"), new RegExp(`^callback sell .*shop\\.py:${line("shop.py", "sell")}`));
    assert.match(await timeline.find("Ask"), new RegExp(`effect Ask.*shop\\.py:${line("shop.py", "ask")}`));
    const { x, y } = await timeline.selected();
    await window.page.mouse.click(x, y);
    const selected = window.page.locator(".editor-instance .line-numbers.active-line-number");
    await selected.filter({ hasText: new RegExp(`^${line("shop.py", "ask")}$`) }).waitFor();
  });
});
