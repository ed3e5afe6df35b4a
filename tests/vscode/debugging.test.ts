// A debug session in the window, from the click in the gutter to the end.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { debug, useDebugging, window } from "./driver/debugged.ts";
import { until } from "./driver/until.ts";
import { FILES, line } from "./programs.ts";

useDebugging(FILES);

describe("breakpoints", () => {
  it("stop where the gutter was clicked, without any launch.json", async () => {
    await debug.startTo("plain.py", line("plain.py", "here"));
    await debug.row("stack", /^total plain\.py/);
    await debug.row("stack", /^<module> plain\.py/);
    await debug.expand("variables", /^Locals/);
    await debug.row("variables", /^price = 30$/);
    await debug.click("continue");
    await debug.stopsAt("plain.py", line("plain.py", "here"));
    await debug.row("variables", /^price = 70$/);
    await debug.removeBreakpoints();
    await debug.click("continue");
    await debug.consoleSays(/^total: 100 plain\.py:\d+$/);
    await debug.ended();
  });

  it("with a condition stop only where it holds", async () => {
    await window.openFile("plain.py");
    await debug.addConditional(line("plain.py", "here"), "price > 50");
    assert.ok((await debug.glyphs(line("plain.py", "here"))).includes("debug-breakpoint-conditional"));
    await window.press("F5");
    await debug.stopsAt("plain.py", line("plain.py", "here"));
    await debug.expand("variables", /^Locals/);
    await debug.row("variables", /^price = 70$/);
  });

  it("that log print their message and do not stop", async () => {
    await window.openFile("plain.py");
    await debug.addLogpoint(line("plain.py", "here"), "adding {price}");
    await window.press("F5");
    await debug.consoleSays(/^adding 30/);
    await debug.consoleSays(/^adding 70/);
    await debug.consoleSays(/^total: 100/);
    await debug.ended();
  });
});

describe("breakpoints of other kinds", () => {
  it("stop at the hits that were asked for", async () => {
    await window.openFile("plain.py");
    await debug.addHitCount(line("plain.py", "here"), "2");
    await window.press("F5");
    await debug.stopsAt("plain.py", line("plain.py", "here"));
    await debug.expand("variables", /^Locals/);
    await debug.row("variables", /^price = 70$/);
  });

  it("stop where a function begins", async () => {
    await window.openFile("plain.py");
    await debug.addFunctionBreakpoint("total");
    await window.press("F5");
    await debug.stopsAt("plain.py", 2);
    await debug.row("stack", /^total plain\.py/);
  });
});

describe("at a stop", () => {
  const here = line("plain.py", "here");

  const stopped = async () => {
    await debug.startTo("plain.py", here);
  };

  it("the mouse over a name shows its value", async () => {
    await stopped();
    assert.equal(await window.hover(here, "price"), "30");
  });

  it("a watch is shown, and follows", async () => {
    await stopped();
    await debug.addWatch("amount + price");
    await debug.row("watch", /^amount \+ price = 30$/);
    await debug.click("continue");
    await debug.row("watch", /^amount \+ price = 100$/);
    await debug.removeWatches();
  });

  it("a value can be edited, and the program goes on with it", async () => {
    await stopped();
    await debug.expand("variables", /^Locals/);
    await debug.setVariable(/^\s*amount/, "1000");
    await debug.row("variables", /^amount = 1000$/);
    await debug.removeBreakpoints();
    await debug.click("continue");
    await debug.consoleSays(/^total: 1100/);
  });

  it("the console answers, completes names and says what fails", async () => {
    await stopped();
    await debug.type("price * 2");
    await debug.consoleSays(/^60$/);
    await debug.type("nothing_of_this_name");
    await debug.consoleSays(/^NameError: name 'nothing_of_this_name' is not defined/);
    await window.page.locator(".repl-input-wrapper .monaco-editor").click();
    await window.page.keyboard.type("pri");
    await window.press("Control+Space");
    await window.page
      .locator(".suggest-widget.visible .monaco-list-row")
      .filter({ hasText: /prices/ })
      .first()
      .waitFor();
    await window.press("Escape", "Control+a", "Delete");
  });

  it("the program can be restarted, and stopped", async () => {
    await stopped();
    await debug.click("continue");
    await debug.expand("variables", /^Locals/);
    await debug.row("variables", /^price = 70$/);
    await debug.click("restart");
    await debug.row("variables", /^price = 30$/);
    await debug.stopsAt("plain.py", here);
    await debug.stop();
    await until("nothing is left running", () => sandboxes().length === 0);
  });
});

describe("asyncio", () => {
  it("steps over an await stay in the task", async () => {
    await debug.startTo("tasks.py", line("tasks.py", "sleep"));
    await debug.removeBreakpoints();
    await debug.expand("variables", /^Locals/);
    await debug.row("variables", /^name = 'tea'$/);
    await debug.click("over");
    await debug.stopsAt("tasks.py", line("tasks.py", "fetched"));
    await debug.row("variables", /^name = 'tea'$/);
  });

  it("await works in the console", async () => {
    await debug.startTo("tasks.py", line("tasks.py", "both"));
    await debug.type("await asyncio.sleep(0, 'slept')");
    await debug.consoleSays(/^'slept'$/);
  });
});

describe("exceptions", () => {
  it("that nobody catches stop where they are raised, and say what they are", async () => {
    await debug.start("fails.py");
    await debug.stopsAt("fails.py", line("fails.py", "raise"));
    const widget = window.page.locator(".exception-widget:visible");
    await widget.waitFor();
    assert.match(await widget.innerText(), /ZeroDivisionError[\s\S]*division by zero/);
    await debug.click("continue");
    await debug.consoleSays(/^ZeroDivisionError: division by zero/);
  });

  it("leave tracebacks whose entries lead to their lines", async () => {
    await debug.tick("Uncaught Exceptions", false);
    await debug.start("fails.py");
    await debug.consoleSays(/ZeroDivisionError: division by zero/);
    await debug.row(
      "console",
      new RegExp(`line ${line("fails.py", "report")}, in report.* fails\\.py:${line("fails.py", "report")}$`),
    );
    await window.openFile("plain.py");
    await debug.show("console");
    await window.page
      .locator(".repl-tree .source")
      .filter({ hasText: `fails.py:${line("fails.py", "raise")}` })
      .first()
      .click();
    await until("the file is opened at the line", async () => (await window.activeEditor()) === "fails.py");
    await debug.tick("Uncaught Exceptions", true);
  });

  it("of an effects program stop with their effect traceback, whose entries lead to their lines", async () => {
    await debug.start("deep/prices.py");
    await debug.stopsAt("prices.py", line("deep/prices.py", "lookup"));
    const widget = window.page.locator(".exception-widget:visible");
    await widget.waitFor();
    assert.match(await widget.innerText(), /LookupError[\s\S]*no price for soup[\s\S]*order\(\) +prices\.py:\d+/);
    await debug.click("continue");
    await debug.row(
      "console",
      new RegExp(
        `order\\(\\) prices\\.py:${line("deep/prices.py", "price")}.* prices\\.py:${line("deep/prices.py", "price")}$`,
      ),
    );
  });
});

describe("programs that are hard to hold", () => {
  it("ask for a line, which is typed into the console", async () => {
    await debug.start("asks.py");
    await debug.consoleSays("Who is there?");
    await debug.type("Ada");
    await debug.consoleSays(`Hello, Ada! asks.py:${line("asks.py", "hello")}`);
  });

  it("flood the console, and the window stays usable", async () => {
    await debug.start("flood.py");
    await debug.consoleSays("the flood is over");
    await debug.ended();
  });

  it("spin, and are paused", async () => {
    await debug.start("spins.py");
    await debug.consoleSays(/^spinning/);
    await debug.click("pause");
    await until("a stop in the loop", async () => (await window.lines()).some((each) => each.stop && each.line >= 2));
    await debug.stop();
    await until("nothing is left running", () => sandboxes().length === 0);
  });

  it("are killed from outside, which is said", async () => {
    await debug.start("spins.py");
    await debug.consoleSays(/^spinning/);
    const [worker] = await until("a worker runs", () => (sandboxes().length > 0 ? sandboxes() : undefined));
    process.kill(worker as number, "SIGKILL");
    await debug.ended();
    await debug.consoleSays(/killed|SIGKILL|ended unexpectedly/i);
  });
});

/** The processes in which programs run. */
function sandboxes(): number[] {
  return [...window.server.processes()]
    .filter(([, command]) => /sandstep[./]sandbox[./]worker/.test(command))
    .map(([id]) => id);
}
