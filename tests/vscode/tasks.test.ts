// Tasks, effects and their handlers, as the debug side bar shows them.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { debug, useDebugging, window } from "./driver/debugged.ts";
import { until } from "./driver/until.ts";
import { FILES, line } from "./programs.ts";

const TASKS = ".pane:has(.pane-header[aria-label^='Tasks'])";
const EFFECTS = ".pane:has(.pane-header[aria-label^='Effects'])";

useDebugging(FILES);

describe("the call stack", () => {
  it("has a row for each task, and a suspended one shows its frame and its variables", async () => {
    await window.openFile("tasks.py");
    await debug.setBreakpoint(line("tasks.py", "both"));
    await window.press("F5");
    await debug.stopsAt("tasks.py", line("tasks.py", "both"));
    await debug.row("stack", /^main #1/);
    await debug.row("stack", /^fetch tea #2 · waits for sleep/);
    await debug.expand("stack", /^fetch coffee #3/);
    await debug.clickRow("stack", new RegExp(`^fetch tasks\\.py ${line("tasks.py", "sleep")}`));
    await debug.expand("variables", /^Locals/);
    await debug.row("variables", /^name = 'coffee'$/);
  });

  it("shows the effect on its way, its handler, and where the task was spawned", async () => {
    await window.openFile("deep/prices.py");
    await debug.setBreakpoint(line("deep/prices.py", "handler"));
    await window.press("F5");
    await debug.stopsAt("prices.py", line("deep/prices.py", "handler"));
    await debug.expand("stack", /^Ada's order #1/);
    await debug.row("stack", /^catalogue · handles Price/);
    await debug.row(
      "stack",
      new RegExp(`in task Ada's order #1 · spawned at main\\(\\) prices\\.py:${line("deep/prices.py", "spawn")}`),
    );
    await debug.clickRow("stack", /^Price\(article='cake'\)/);
    await debug.expand("variables", /^Handlers/);
    const handlers = (await debug.rows("variables")).map((row) => row.text);
    const at = (name: string) => handlers.findIndex((text) => text.includes(name));
    assert.ok(at("discount") >= 0 && at("discount") < at("catalogue"), String(handlers));
  });
});

describe("stepping", () => {
  it("into an effect goes to the handler that takes it", async () => {
    await window.openFile("deep/prices.py");
    await debug.addConditional(line("deep/prices.py", "price"), "article == 'tea'");
    await window.press("F5");
    await debug.stopsAt("prices.py", line("deep/prices.py", "price"));
    await debug.click("into");
    await debug.stopsAt("prices.py", line("deep/prices.py", "discounts"));
  });
});

describe("the views of tasks and effects", () => {
  const inTheHandler = async () => {
    await window.openFile("deep/prices.py");
    await debug.setBreakpoint(line("deep/prices.py", "handler"));
    await window.press("F5");
    await debug.stopsAt("prices.py", line("deep/prices.py", "handler"));
  };

  it("show the tree of tasks, which leads to where each stands", async () => {
    await inTheHandler();
    await debug.unfold("Tasks");
    await window.row(TASKS, /Ada's order.*running/);
    const bob = await window.rowAt(TASKS, /Bob's order.*ready/);
    await bob.click();
    await until("its frame is shown", async () =>
      (await window.lines()).some((each) => each.text.includes("def order")),
    );
  });

  it("show the handlers of the selected frame, innermost first, and where its task was started", async () => {
    await inTheHandler();
    await debug.expand("stack", /^Ada's order/);
    await debug.clickRow("stack", /^Price\(article='cake'\)/);
    await debug.unfold("Effects");
    await window.row(EFFECTS, /^catalogue/);
    const rows = (await window.rows(EFFECTS)).map((row) => row.text);
    const at = (name: string) => rows.findIndex((text) => text.startsWith(name));
    assert.ok(at("discount") >= 0 && at("discount") < at("catalogue"), String(rows));
    await (await window.rowAt(EFFECTS, /^catalogue/)).hover();
    const spawned = new RegExp(`^Ada's order #1 ?prices\\.py:${line("deep/prices.py", "spawn")}`);
    await until("where its task was started", async () => {
      await window.page.mouse.wheel(0, 100);
      return (await window.rows(EFFECTS)).some((row) => spawned.test(row.text));
    });
  });
});
