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
    await debug.startTo("tasks.py", line("tasks.py", "both"));
    await debug.row("stack", /^main #1/);
    await debug.row("stack", /^fetch tea #2 · waits for sleep/);
    await debug.expand("stack", /^fetch coffee #3/);
    await debug.clickRow("stack", new RegExp(`^fetch tasks\\.py ${line("tasks.py", "sleep")}`));
    await debug.expand("variables", /^Locals/);
    await debug.row("variables", /^name = 'coffee'$/);
  });

  it("shows the effect on its way, its handler, and where the task was spawned", async () => {
    await debug.startTo("deep/prices.py", line("deep/prices.py", "handler"));
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
    await debug.startTo("deep/prices.py", line("deep/prices.py", "handler"));
  };

  it("show the tree of tasks; a click selects the task in the call stack", async () => {
    await inTheHandler();
    await debug.unfold("Tasks");
    await window.row(TASKS, /Ada's order.*running/);
    await (await window.rowAt(TASKS, /Bob's order.*ready/)).click();
    await until("where it was started is marked, as it has not begun", async () =>
      (await window.lines()).some((each) => each.stop && each.text.includes("Bob")),
    );
    await (await window.rowAt(TASKS, /Ada's order/)).click();
    await debug.expand("variables", /^Locals/);
    await debug.row("variables", /^effect = Price\(article='cake'\)$/);
    await window.scrollTo(".debug-call-stack", /^Ada's order #1 .*PAUSED ON BREAKPOINT$/, "up"); // the editor may not follow
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
    const spawned = new RegExp(`^Ada's order #1 ?prices\\.py:${line("deep/prices.py", "spawn")}`);
    await window.scrollTo(EFFECTS, spawned, "down");
    await (await window.rowAt(EFFECTS, spawned)).click();
    await window.page
      .locator(".active-line-number")
      .filter({ hasText: String(line("deep/prices.py", "spawn")) })
      .waitFor();
  });

  it("show what each handler did, and the effects in progress, which lead to their lines", async () => {
    await inTheHandler();
    await debug.unfold("Effects");
    await window.scrollTo(EFFECTS, "Effects in Progress", "up");
    await (await window.rowAt(EFFECTS, /^Price\(article='cake'\)/)).click();
    await window.page
      .locator(".active-line-number")
      .filter({ hasText: String(line("deep/prices.py", "price")) })
      .waitFor();
    await debug.expand("stack", /^Ada's order/);
    await debug.clickRow("stack", /^Price\(article='cake'\)/);
    await window.row(EFFECTS, /^discount ↗ passed ?prices\.py:\d+$/);
    await window.row(EFFECTS, /^catalogue ⚡ active ?prices\.py:\d+$/);
  });
});

describe("the menu of a task", () => {
  const choose = async (task: RegExp, item: string) => {
    await window.contextMenu(async () => (await window.rowAt(TASKS, task)).click({ button: "right" }), item);
  };

  it("holds it back, cancels it, and stops when it runs next", async () => {
    await debug.startTo("harbour.py", line("harbour.py", "lie"));
    await debug.unfold("Tasks");
    await window.row(TASKS, /^Argo #1 ?waits for promise 1( · [\d.]+ s)?$/);
    await choose(/^Argo/, "Hold Task Back");
    await window.row(TASKS, /^Argo #1 ?waits for promise 1( · [\d.]+ s)? · held back$/);
    await choose(/^Calypso/, "Break When Task Resumes");
    await window.row(TASKS, /^Calypso #3.*breaks when it resumes$/);
    await choose(/^Beagle/, "Cancel Task");
    await debug.click("continue");
    await debug.stopsAt("harbour.py", line("harbour.py", "gate"));
    await debug.expand("variables", /^Locals/);
    await debug.row("variables", /^name = 'Calypso'$/);
    await window.row(TASKS, /^Argo #1 ?ready · held back$/);
    await choose(/^Argo/, "Let Task Run");
    await window.row(TASKS, /^Argo #1 ?ready$/);
    await debug.removeBreakpoints();
    await debug.click("continue");
    await debug.consoleSays(/^Argo sails/);
    await debug.consoleSays(/^the harbour is empty/);
    assert.doesNotMatch(await debug.console(), /Beagle/);
  });

  it("leads to where it was started, and offers for asyncio only what asyncio can do", async () => {
    await debug.startTo("tasks.py", line("tasks.py", "both"));
    await debug.unfold("Tasks");
    await (await window.rowAt(TASKS, /^fetch tea/)).click({ button: "right" });
    const items = window.page.locator(".monaco-menu .action-item .action-label");
    await until("there is a menu", async () => (await items.count()) > 0);
    assert.deepEqual((await items.allInnerTexts()).filter(Boolean), [
      "Go to Where It Was Started",
      "Break When Task Resumes",
      "Cancel Task",
    ]);
    await window.press("Escape");
    await choose(/^fetch tea/, "Cancel Task");
    await window.row(TASKS, /^fetch tea #2 ?ready/);
    await choose(/^fetch coffee/, "Go to Where It Was Started");
    await window.page.locator(".active-line-number").filter({ hasText: /^11$/ }).waitFor();
  });
});

describe("a program of 10,000 tasks", () => {
  it("is shown by groups, which are opened page by page, and follows the stop", async () => {
    await debug.startTo("many.py", line("many.py", "open"));
    await debug.unfold("Tasks");
    await window.row(TASKS, /^late #\d+ ?waits for sleep 3600 s( · [\d.]+ s)?$/);
    await (await window.rowAt(TASKS, /^bad #\d+ ?failed: ValueError: no luck$/)).click();
    await marked(line("many.py", "luck"));
    await window.expand(TASKS, /^10,000 × waiter ?waiting$/);
    await (await window.rowAt(TASKS, /^waiter #2 ?waits for Event\.wait( · [\d.]+ s)?$/)).click();
    await marked(line("many.py", "wait"));
    await debug.expand("variables", /^Locals/);
    await debug.row("variables", /^gate = /);
    await window.scrollTo(TASKS, "9,900 more…", "down");
    await (await window.rowAt(TASKS, "9,900 more…")).click();
    await window.row(TASKS, /^waiter #102/);
    await window.scrollTo(TASKS, /^main #1 ?running$/, "up");
    await (await window.rowAt(TASKS, /^main #1 ?running$/)).click();
    await debug.expand("variables", /^Locals/);
    await debug.row("variables", /^waiters = /);
    await debug.click("over");
    await debug.stopsAt("many.py", line("many.py", "all"));
    await window.row(TASKS, /^10,000 × waiter ?ready$/);
    await window.row(TASKS, /^late #\d+ ?waits for sleep 3600 s · [\d.]+ s$/);
  });
});

/** Waits until a task's frame is marked at a line. */
async function marked(line: number): Promise<void> {
  await until(`line ${line} is marked`, async () =>
    (await window.lines()).some((each) => each.stop && each.line === line),
  );
}
