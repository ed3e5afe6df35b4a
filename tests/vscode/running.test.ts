// Programs that run in the terminal, and their traces.
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { Debugging } from "./driver/debugging.ts";
import { pictured } from "./driver/failures.ts";
import { temporaryFolder, writeCommand } from "./driver/lab.ts";
import { Timeline } from "./driver/timeline.ts";
import { until } from "./driver/until.ts";
import { Window } from "./driver/window.ts";
import { FILES, line } from "./programs.ts";

let window: Window;

before(async () => {
  window = await Window.open({
    files: FILES,
    machine: { "sandstep.command": writeCommand(temporaryFolder("command")) },
  });
});

after(() => window?.close());

afterEach(async (context) => {
  await pictured(context, window);
  await window.press("Escape");
  await window.command("View: Close All Editors");
});

/** Waits until the editor's cursor is at a line. */
async function isAt(number: number): Promise<void> {
  const active = window.page.locator(".editor-instance .line-numbers.active-line-number");
  await active.filter({ hasText: new RegExp(`^${number}$`) }).waitFor();
}

describe("a program in the terminal", () => {
  it("is started from the editor's title", async () => {
    await window.openFile("plain.py");
    await window.page.locator('.editor-actions a[aria-label="Run in Sandstep"]').first().click();
    await window.terminalSays("total: 100");
  });

  it("is started from the explorer's menu, and reads what is typed", async () => {
    await window.press("Control+Shift+e");
    const file = window.page.locator(".explorer-folders-view .monaco-list-row").filter({ hasText: /^asks\.py$/ });
    await window.contextMenu(() => file.click({ button: "right" }), "Sandstep", "Run in Sandstep");
    await window.terminalSays("Who is there?");
    await window.page.keyboard.type("Ada\n");
    await window.terminalSays("Hello, Ada!");
  });

  it("leaves an effect traceback whose entries lead to their files", async () => {
    await window.openFile("deep/prices.py");
    await window.command("Sandstep: Run in Sandstep");
    const said = await window.terminalSays(/^LookupError: no price for soup$/m);
    const place = `prices.py:${line("deep/prices.py", "price")}`;
    assert.ok(said.includes(`order()  ${place}`), said);
    await window.command("View: Close All Editors");
    await window.clickTerminal(place);
    await until("the file is open", async () => (await window.activeEditor()) === "prices.py");
    await isAt(line("deep/prices.py", "price"));
  });
});

describe("debugging without a configuration", () => {
  it("is started from the editor's context menu", async () => {
    const debug = new Debugging(window);
    await window.openFile("plain.py");
    await debug.setBreakpoint(line("plain.py", "here"));
    const open = () => window.clickText(line("plain.py", "here"), "amount", { button: "right" });
    await window.contextMenu(open, "Sandstep", "Debug in Sandstep");
    await debug.stopsAt("plain.py", line("plain.py", "here"));
    await debug.stop();
    await debug.removeBreakpoints();
  });
});

describe("a trace", () => {
  it("is shown as a timeline, whose spans lead to the source, and as heat", async () => {
    await window.openFile("tasks.py");
    await window.command("Sandstep: Trace this File");
    const timeline = await Timeline.shown(window);
    assert.match(await timeline.summary(), /^\d+ events, \d tasks/);
    const main = (mark: string) => `^main · .* · tasks\\.py:${line("tasks.py", mark)}`;
    assert.match(await timeline.find("main"), new RegExp(`${main("main")} · 1 of 3$`));
    await timeline.press("Enter");
    await isAt(line("tasks.py", "main"));
    await timeline.press("ArrowRight");
    assert.match(await timeline.said(), new RegExp(`${main("pause")}$`));
    await timeline.press("f");
    const { x, y } = await timeline.selected();
    await window.page.mouse.click(x, y);
    await isAt(line("tasks.py", "pause"));
    const hot = window.page.locator(".editor-group-container .view-overlays .cdr[class*='ced-']");
    await hot.first().waitFor();
    await window.command("Sandstep: Clear Line Heat");
    await until("the heat is gone", async () => (await hot.count()) === 0);
  });

  it("is walked through by keys, and searched in both directions", async () => {
    await window.openFile("tasks.py");
    await window.command("Sandstep: Trace this File");
    const timeline = await Timeline.shown(window);
    await timeline.press("ArrowDown");
    assert.match(await timeline.said(), /^<module> · /);
    await timeline.press("ArrowDown");
    assert.match(await timeline.said(), /^main · /);
    await timeline.press("ArrowUp");
    assert.match(await timeline.said(), /^<module> · /);
    assert.match(await timeline.find("fetch", "Shift+Enter"), /^fetch · .* · 4 of 4$/);
    assert.match(await timeline.find("fetch"), /^fetch · .* · 1 of 4$/);
    await timeline.press("ArrowLeft");
    assert.match(await timeline.said(), new RegExp(`^fetch · .* · tasks\\.py:${line("tasks.py", "fetch")}$`));
    assert.equal(await timeline.find("teapot"), "No function or effect of the trace is called so.");
  });

  it("of a million events is shown, zoomed and moved", { timeout: 200_000 }, async (context) => {
    await window.openFile("busy.py");
    await window.command("Sandstep: Trace this File");
    const timeline = await Timeline.shown(window);
    assert.match(await timeline.summary(), /^1,000,\d{3} events/);
    assert.ok((await timeline.colours()) > 3);
    assert.match(await timeline.find("double"), /^double · .* · busy\.py:1 · 1 of 200,000$/);
    const place = await timeline.selected();
    await window.page.mouse.move(place.x, place.y);
    await window.page.keyboard.down("Control");
    for (let turn = 0; turn < 60; turn++) await window.page.mouse.wheel(0, -120);
    await window.page.keyboard.up("Control");
    await window.page.mouse.down();
    for (let step = 0; step < 40; step++) await window.page.mouse.move(place.x - 5 * step, place.y);
    await window.page.mouse.up();
    for (let turn = 0; turn < 10; turn++) await timeline.button("out");
    await timeline.button("fit");
    const times = (await timeline.drawings()).sort((one, other) => one - other);
    const at = (part: number) => times[Math.floor(part * (times.length - 1))]?.toFixed(1);
    context.diagnostic(
      `${times.length} drawings of a million events: median ${at(0.5)} ms, the slowest of twenty ${at(0.95)} ms, ${at(1)} ms at most`,
    );
  });
});
