// What happens to people: files that are wrong, unsaved or oddly named, breakpoints that make no sense, keys pressed twice, a command that is another.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { describe, it } from "node:test";
import { write } from "./driver/code_server.ts";
import { debug, useDebugging, window } from "./driver/debugged.ts";
import { until } from "./driver/until.ts";
import { FILES, line } from "./programs.ts";

const ODD = "shop ü#1 100%.py";
const GAPS = `# nothing runs here

def add(one, other):

    return one + other


for number in range(3):
    add(number, 1)
`;
const RAISES = `for number in range(4):
    try:
        raise KeyError("two") if number == 2 else ValueError("another")
    except (KeyError, ValueError):
        pass
`;
const LOUD = `print("x" * 200_000)
print("\\x1b[31mred\\x1b[0m", "and", "plain")
`;

useDebugging({
  ...FILES,
  "syntax.py": "def f(:\n    pass\n",
  "empty.py": "",
  [ODD]: 'value = 42\nprint("value", value)\n',
  "parts/__init__.py": "",
  "parts/sibling.py": 'name = "a sibling"\n',
  "parts/uses.py": "import sibling\n\nprint(sibling.name)\n",
  "gaps.py": GAPS,
  "raises.py": RAISES,
  "loud.py": LOUD,
});

const here = line("plain.py", "here");

describe("a file", () => {
  it("with a syntax error says so, and leads to it", async () => {
    await debug.start("syntax.py");
    await debug.consoleSays(/line 1 syntax\.py:1$/);
    await debug.consoleSays(/SyntaxError: invalid syntax/);
    await debug.ended();
  });

  it("that is empty ends in silence", async () => {
    await debug.start("empty.py");
    await debug.ended();
    assert.equal(await debug.console(), "");
    assert.deepEqual(await window.notifications(), []);
  });

  it("of an odd name can be debugged", async () => {
    await debug.startTo(ODD, 2);
    await debug.removeBreakpoints();
    await debug.click("continue");
    await debug.consoleSays(`value 42 ${ODD}:2`);
    await debug.ended();
  });

  it("imports what lies beside it", async () => {
    await debug.start("parts/uses.py");
    await debug.consoleSays(/^a sibling uses\.py:3$/);
    await debug.ended();
  });

  it("that was not saved is saved before it runs", async () => {
    await window.openFile("empty.py");
    await window.page.locator(".editor-instance .view-lines").first().click();
    await window.page.keyboard.insertText('print("typed a moment ago")');
    await window.press("F5");
    await debug.consoleSays(/^typed a moment ago empty\.py:1$/);
    await debug.ended();
  });

  it("without a name is given one, and runs", async () => {
    await window.press("Control+Alt+n");
    await until("it is open", async () => (await window.activeEditor())?.startsWith("Untitled"));
    await window.page.keyboard.insertText('print("named")');
    await window.command("Change Language Mode");
    const widget = window.page.locator(".quick-input-widget:visible");
    await widget.locator("input").first().fill("Python");
    await widget
      .locator(".monaco-list-row")
      .filter({ hasText: /^Python/ })
      .first()
      .click();
    await window.command("Sandstep: Run in Sandstep");
    const name = widget.locator(".quick-input-box input");
    await until("a name is asked for", async () => (await name.inputValue()).endsWith(".py"));
    await window.press("Enter");
    await window.terminalSays(/^named$/m);
    assert.ok(existsSync(path.join(window.server.workspace, 'print("named").py')));
  });

  it("prints long lines and colours", async () => {
    await debug.start("loud.py");
    await debug.consoleSays(/^red and plain loud\.py:2$/);
    const red = window.page.locator(
      ".repl-tree .code-foreground-colored, .repl-tree [class*='ansi'], .repl-tree span[style*='color']",
    );
    await red.filter({ hasText: /^red$/ }).first().waitFor();
    await debug.ended();
  });
});

describe("a breakpoint", () => {
  it("on an empty line moves to the next one that runs", async () => {
    await window.openFile("gaps.py");
    await debug.setBreakpoint(4);
    await window.press("F5");
    await debug.stopsAt("gaps.py", 5);
    await until("it is not at the empty one", async () => (await debug.glyphs(4)).length === 0);
  });

  it("can be set while the program runs", async () => {
    await debug.start("spins.py");
    await debug.consoleSays(/^spinning/);
    await debug.setBreakpoint(line("spins.py", "spin"));
    await debug.stopsAt("spins.py", line("spins.py", "spin"));
  });

  it("whose condition is no Python says so in the console, and leads to it", async () => {
    await window.openFile("plain.py");
    await debug.addConditional(here, "price >");
    await window.press("F5");
    await debug.consoleSays(new RegExp(`^A breakpoint is not set: SyntaxError.* plain\\.py:${here}$`));
    await debug.ended();
  });

  it("whose message is no Python says so", async () => {
    await window.openFile("plain.py");
    await debug.addLogpoint(here, "adding {price +}");
    await window.press("F5");
    await debug.consoleSays(new RegExp(`^A breakpoint is not set: .* plain\\.py:${here}$`));
    await debug.ended();
  });

  it("whose condition raises stops, and says what it raised", async () => {
    await window.openFile("plain.py");
    await debug.addConditional(here, "cost > 50");
    await window.press("F5");
    await debug.stopsAt("plain.py", here);
    await debug.consoleSays(/^The condition 'cost > 50' raised NameError: name 'cost' is not defined/);
  });

  it("on exceptions takes a condition", async () => {
    await debug.show("breakpoints");
    const row = await window.rowAt(".debug-breakpoints", /^Raised/);
    await row.hover();
    await row.locator("a.codicon-edit").click();
    const box = window.page.locator(".debug-breakpoints .inputBoxContainer input");
    await box.fill("KeyError");
    await box.press("Enter");
    await debug.tick("Raised Exceptions", true);
    await debug.start("raises.py");
    await debug.stopsAt("raises.py", 3);
    await debug.row("variables", /^number = 2$/);
    await debug.click("continue");
    await debug.ended();
    await debug.tick("Raised Exceptions", false);
  });
});

describe("keys", () => {
  it("that restart, pressed twice at once, leave one program at its first stop", async () => {
    await debug.startTo("plain.py", here);
    await debug.click("continue");
    await debug.expand("variables", /^Locals/);
    await debug.row("variables", /^price = 70$/);
    await window.press("Control+Shift+F5", "Control+Shift+F5");
    await debug.row("variables", /^price = 30$/);
    await debug.stopsAt("plain.py", here);
    assert.deepEqual(await window.notifications(), []);
    await debug.stop();
    await until(
      "nothing is left running",
      () => ![...window.server.processes().values()].some((command) => /sandbox[./]worker/.test(command)),
    );
  });
});

describe("a command that is not Sandstep", () => {
  const settings = () => path.join(window.server.folder, "data", "Machine", "settings.json");
  const folder = () => path.join(window.server.folder, "commands");

  const use = async (name: string, text: string, says: RegExp, button: string) => {
    mkdirSync(folder(), { recursive: true });
    const command = path.join(folder(), name);
    writeFileSync(command, text, { mode: 0o755 });
    write(path.dirname(settings()), { "settings.json": JSON.stringify({ "sandstep.command": command }) });
    await window.openFile("plain.py");
    const error = window.page
      .locator(".notifications-toasts .notification-list-item")
      .filter({ hasText: says })
      .first();
    await until("it is refused", async () => {
      await window.press("F5");
      return error.waitFor({ timeout: 5000 }).then(
        () => true,
        () => false, // the settings are read a moment later
      );
    });
    await error.locator(".monaco-button").filter({ hasText: button }).first().waitFor();
    await window.command("Notifications: Clear All Notifications");
  };

  it("is named, whatever it does, with a way out", async () => {
    await use("another", "#!/bin/sh\necho hello\n", /another: it is not the command `sandstep`/, "Open Settings");
    await use("moved", "#!/nowhere/python\n", /moved does not start: what it runs with is gone/, "Open Settings");
  });
});
