// A debug session in the window, from the click in the gutter to the end.
import assert from "node:assert/strict";
import * as path from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { Debugging } from "./driver/debugging.ts";
import { temporaryFolder, writeCommand } from "./driver/lab.ts";
import { until } from "./driver/until.ts";
import { Window } from "./driver/window.ts";
import * as programs from "./programs.ts";

let window: Window;
let debug: Debugging;

before(async () => {
  window = await Window.open({
    files: programs.FILES,
    machine: { "sandstep.command": writeCommand(temporaryFolder("command")) },
  });
  debug = new Debugging(window);
});

after(() => window?.close());

afterEach(async () => {
  if ((await window.page.locator(".debug-toolbar:visible").count()) > 0) await debug.stop();
  await debug.removeBreakpoints();
});

describe("a program", () => {
  it("stops at a breakpoint that was clicked, without any launch.json", async () => {
    await window.openFile("plain.py");
    await debug.setBreakpoint(programs.line("plain.py", "here"));
    await window.press("F5");
    await debug.stopsAt("plain.py", programs.line("plain.py", "here"));
    const stack = (await debug.rows("stack")).map((row) => row.text);
    assert.ok(stack.some((text) => text.startsWith("total plain.py")), String(stack));
    assert.match((await debug.row("variables", /^price =/)).text, /price = 30/);
  });
});
