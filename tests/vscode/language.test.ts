// The language server: what it underlines and repairs, what its code lenses start, and values beside the lines of a stop.
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { Debugging } from "./driver/debugging.ts";
import { pictured } from "./driver/failures.ts";
import { temporaryFolder, writeCommand } from "./driver/lab.ts";
import { until } from "./driver/until.ts";
import { Window } from "./driver/window.ts";

const PROGRAM = `from sandstep.effects import Ask, Put, do, run

@do
def order(customer):
    total = 0
    for price in (3, 4):
        total += price
        yield Put("total", total)
    name = yield Ask("shop")
    return f"{customer} owes {total} to {name}"

@do
def main():
    return (yield order("Ada"))

if __name__ == "__main__":
    print(run(main(), env={"shop": "Tea"}))
`;
const FORGOTTEN = PROGRAM.replace("yield Put", "Put");

let window: Window;

before(async () => {
  const files = { "order.py": PROGRAM, "forgotten.py": FORGOTTEN };
  const settings = { "editor.codeLens": true, "debug.inlineValues": "on" };
  window = await Window.open({
    files,
    settings,
    machine: { "sandstep.command": writeCommand(temporaryFolder("command")) },
  });
});

after(() => window?.close());

afterEach(async (context) => {
  await pictured(context, window);
});

describe("the language server", () => {
  it("underlines an effect that is never yielded, and its quick fix repairs it", async () => {
    const underlined = window.page.locator(".squiggly-warning");
    await window.openFile("forgotten.py");
    await until("the effect is underlined", async () => (await underlined.count()) > 0, { seconds: 60 });
    await window.clickText(8, "Put");
    await window.page.locator(".editor-instance .lightBulbWidget:visible").waitFor();
    await window.press("Control+.");
    const fix = window.page.locator(".action-widget .monaco-list-row").filter({ hasText: "Yield it" }).first();
    await fix.waitFor();
    await fix.click();
    await until("it is repaired", async () => (await window.line(8)).text.includes('yield Put("total", total)'));
    await until("nothing is underlined", async () => (await underlined.count()) === 0);
  });

  it("starts a debug session by a code lens, and shows values beside the lines at the stop", async () => {
    const debug = new Debugging(window);
    await window.openFile("order.py");
    await debug.setBreakpoint(9);
    const lenses = window.page
      .locator(".editor-group-container.active .codelens-decoration a")
      .filter({ hasText: "Debug in sandbox" });
    await until(
      "there are code lenses over the program and over the main test",
      async () => (await lenses.count()) === 2,
      { seconds: 60 },
    );
    await lenses.last().click();
    await debug.stopsAt("order.py", 9);
    const text = async () =>
      (await window.page.locator(".editor-group-container.active .view-lines").innerText()).replaceAll("\u00a0", " ");
    await until("the values are shown", async () => /total = 7/.test(await text()), { otherwise: text });
    assert.match(await text(), /customer = 'Ada'/);
    assert.match(await text(), /shop[^=]*return/);
    await debug.stop();
  });
});
