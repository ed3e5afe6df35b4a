// A debug session as the window shows it.
import * as path from "node:path";
import { until } from "./until.ts";
import type { Row, Window } from "./window.ts";

const VIEWS = {
  variables: ".debug-variables",
  watch: ".debug-watch",
  stack: ".debug-call-stack",
  breakpoints: ".debug-breakpoints",
  console: ".repl-tree",
} as const;
type View = keyof typeof VIEWS;

const BUTTONS = {
  continue: "debug-continue",
  pause: "debug-pause",
  over: "debug-step-over",
  into: "debug-step-into",
  out: "debug-step-out",
  restart: "debug-restart",
  stop: "debug-stop",
} as const;

/** The buttons, views and the console of Run and Debug. */
export class Debugging {
  readonly window: Window;

  constructor(window: Window) {
    this.window = window;
  }

  async click(button: keyof typeof BUTTONS): Promise<void> {
    await this.window.page.locator(`.debug-toolbar li:not(.disabled) a.codicon-${BUTTONS[button]}`).first().click();
    await this.window.park();
  }

  /** Opens a file and presses F5. */
  async start(file: string): Promise<void> {
    await this.window.openFile(file);
    await this.window.press("F5");
  }

  /** Opens a file, clicks the gutter at a line, presses F5, and waits for the stop there. */
  async startTo(file: string, line: number): Promise<void> {
    await this.window.openFile(file);
    await this.setBreakpoint(line);
    await this.window.press("F5");
    await this.stopsAt(file, line);
  }

  /** Waits until the window shows a stop at a line of a file. */
  async stopsAt(file: string, line: number): Promise<void> {
    const look = async () => {
      if ((await this.window.activeEditor()) !== path.basename(file)) return undefined;
      const stops = (await this.window.lines()).filter((each) => each.stop !== undefined);
      return stops.some((each) => each.line === line) && (await this.isStopped());
    };
    await until(`a stop at ${file}:${line}`, look, { seconds: 30, otherwise: () => this.whatIsShown() });
  }

  private async isStopped(): Promise<boolean> {
    return (await this.window.page.locator(".debug-toolbar li:not(.disabled) a.codicon-debug-continue").count()) > 0;
  }

  async running(): Promise<void> {
    await this.window.page.locator(".debug-toolbar li:not(.disabled) a.codicon-debug-pause").waitFor();
  }

  async ended(): Promise<void> {
    const gone = async () => (await this.window.page.locator(".debug-toolbar:visible").count()) === 0;
    await until("the session is over", gone, { seconds: 30, otherwise: () => this.whatIsShown() });
  }

  async stop(): Promise<void> {
    await this.click("stop");
    await this.ended();
  }

  private async whatIsShown(): Promise<string> {
    const window = this.window;
    const stops = (await window.lines()).filter((each) => each.stop).map((each) => `${each.line} ${each.stop}`);
    const stack = (await window.rows(VIEWS.stack)).map((row) => row.text);
    const dialogs = await window.page.locator(".monaco-dialog-box").allInnerTexts();
    return JSON.stringify({
      editor: await window.activeEditor(),
      stops,
      stack,
      toasts: await window.notifications(),
      dialogs,
    });
  }

  /** Leaves no session and no breakpoint behind, whatever happened. */
  async end(): Promise<void> {
    await this.window.press("Escape", "Escape");
    const cancel = this.window.page.locator(".monaco-dialog-box .monaco-button").filter({ hasText: "Cancel" });
    if ((await cancel.count()) > 0) await cancel.first().click();
    if ((await this.window.page.locator(".debug-toolbar:visible").count()) > 0) await this.window.press("Shift+F5");
    await this.ended();
    await this.removeBreakpoints();
    await this.show("console");
    const clear = this.window.page.locator(".part.panel a.codicon-debug-console-clear-all:visible");
    await clear.click();
    await this.window.park();
  }

  // Breakpoints

  async glyphs(line: number): Promise<readonly string[]> {
    return (await this.window.line(line)).glyphs;
  }

  /** Clicks the gutter. */
  async setBreakpoint(line: number): Promise<void> {
    const { x, y } = await this.window.gutter(line);
    await this.window.page.mouse.click(x, y);
    await this.window.park();
    await until(`a breakpoint at line ${line}`, async () =>
      (await this.glyphs(line)).some((name) => name.startsWith("debug-breakpoint")),
    );
  }

  async addConditional(line: number, condition: string): Promise<void> {
    await this.addByMenu(line, "Add Conditional Breakpoint", condition);
  }

  async addLogpoint(line: number, message: string): Promise<void> {
    await this.addByMenu(line, "Add Logpoint", message);
  }

  /** Adds a breakpoint on a function, by the button of the breakpoints' view. */
  async addFunctionBreakpoint(name: string): Promise<void> {
    await this.show("breakpoints");
    const header = this.window.page.locator('.debug-viewlet .pane-header[aria-label^="Breakpoints"]').first();
    await header.hover();
    await header.locator('a[aria-label="Add Function Breakpoint"]').click();
    const box = this.window.page.locator(`${VIEWS.breakpoints} .inputBoxContainer input`).first();
    await this.window.page.locator(VIEWS.breakpoints).hover();
    await until("there is a box for its name", async () => {
      await this.window.page.mouse.wheel(0, 100); // it stands below the filters of exceptions
      return (await box.count()) > 0;
    });
    await box.fill(name);
    await box.press("Enter");
    await this.window.row(VIEWS.breakpoints, name);
    await this.window.park();
  }

  /** Adds a breakpoint that stops at some of its hits, as `2` or `>3`. */
  async addHitCount(line: number, hits: string): Promise<void> {
    await this.addByMenu(line, "Add Conditional Breakpoint", hits, "Hit Count");
  }

  private async addByMenu(line: number, item: string, text: string, kind?: string): Promise<void> {
    const { x, y } = await this.window.gutter(line);
    await this.window.contextMenu(() => this.window.page.mouse.click(x, y, { button: "right" }), item);
    if (kind !== undefined) {
      await this.window.page
        .locator(".breakpoint-widget .breakpoint-select-container select")
        .selectOption({ label: kind });
    }
    const box = this.window.page.locator(".breakpoint-widget .inputContainer .monaco-editor");
    await box.click();
    await this.window.page.keyboard.insertText(text);
    const typed = async () => (await box.locator(".view-lines").innerText()).replaceAll("\u00a0", " ").includes(text);
    await until("the text is in the box", typed);
    await until("the box is closed", async () => {
      if ((await this.window.page.locator(".breakpoint-widget").count()) === 0) return true;
      await this.window.press("Enter"); // the first may only close what completes the text
      return false;
    });
    await this.window.park();
  }

  async removeBreakpoints(): Promise<void> {
    await this.window.command("Remove All Breakpoints");
  }

  /** Ticks a filter of exceptions in the breakpoints' view. */
  async tick(filter: string, on: boolean): Promise<void> {
    await this.show("breakpoints");
    const box = (await this.window.rowAt(VIEWS.breakpoints, filter)).locator(".monaco-checkbox");
    const ticked = async () => (await box.getAttribute("class"))?.includes("checked") === on;
    if (!(await ticked())) await box.click();
    await until(`${filter} is ${on ? "on" : "off"}`, ticked);
  }

  // Views

  /** Makes sure that a view is on the screen and unfolded. */
  async show(view: View): Promise<void> {
    if (view === "console") return this.showConsole();
    await this.showViewlet();
    const title = { variables: "Variables", watch: "Watch", stack: "Call Stack", breakpoints: "Breakpoints" }[view];
    await this.unfold(title);
  }

  async showViewlet(): Promise<void> {
    const viewlet = this.window.page.locator(".debug-viewlet:visible");
    if ((await viewlet.count()) === 0) await this.window.press("Control+Shift+d");
    await viewlet.waitFor();
  }

  /** Unfolds a pane of the debug side bar, or folds it. */
  async unfold(title: string, on = true): Promise<void> {
    const header = this.window.page.locator(`.debug-viewlet .pane-header[aria-label^="${title}"]`).first();
    await header.waitFor();
    const is = async () => (await header.getAttribute("aria-expanded")) === String(on);
    if (!(await is())) await header.click();
    await until(`${title} is ${on ? "unfolded" : "folded"}`, is);
  }

  async rows(view: View): Promise<Row[]> {
    await this.show(view);
    return this.window.rows(VIEWS[view]);
  }

  async row(view: View, text: string | RegExp): Promise<Row> {
    await this.show(view);
    return this.window.row(VIEWS[view], text);
  }

  async expand(view: View, text: string | RegExp): Promise<void> {
    await this.show(view);
    await this.window.expand(VIEWS[view], text);
  }

  async clickRow(view: View, text: string | RegExp): Promise<void> {
    await this.show(view);
    await (await this.window.rowAt(VIEWS[view], text)).locator(".monaco-tl-contents").click();
    await this.window.park();
  }

  /** Double-clicks a variable's value, and types another. */
  async setVariable(name: RegExp, value: string): Promise<void> {
    await this.show("variables");
    await (await this.window.rowAt(VIEWS.variables, name)).locator(".value").dblclick();
    const box = this.window.page.locator(`${VIEWS.variables} .inputBoxContainer input`);
    await box.fill(value);
    await box.press("Enter");
    await box.waitFor({ state: "hidden" });
  }

  async addWatch(expression: string): Promise<void> {
    await this.show("watch");
    const header = this.window.page.locator('.debug-viewlet .pane-header[aria-label^="Watch"]').first();
    await header.hover();
    await header.locator("a.codicon-watch-expressions-add").click();
    const box = this.window.page.locator(`${VIEWS.watch} .inputBoxContainer input`);
    await box.fill(expression);
    await box.press("Enter");
    await this.window.park();
  }

  async removeWatches(): Promise<void> {
    const header = this.window.page.locator('.debug-viewlet .pane-header[aria-label^="Watch"]').first();
    await header.hover();
    await header.locator("a.codicon-watch-expressions-remove-all").click();
    await this.window.park();
  }

  private async showConsole(): Promise<void> {
    const console = this.window.page.locator(".repl:visible");
    if ((await console.count()) === 0) await this.window.command("Debug Console: Focus on Debug Console View");
    await console.waitFor();
  }

  /** Types into the Debug Console. */
  async type(text: string): Promise<void> {
    await this.showConsole();
    const box = this.window.page.locator(".repl-input-wrapper .monaco-editor");
    await box.click();
    await this.window.page.keyboard.insertText(text);
    await until("it is typed", async () => (await box.innerText()).replaceAll("\u00a0", " ").includes(text));
    await until("it is sent", async () => {
      await this.window.press("Enter"); // the first may only close what completes the text
      return !(await box.innerText()).replaceAll("\u00a0", " ").includes(text);
    });
  }

  /** What the Debug Console shows. */
  async console(): Promise<string> {
    return (await this.rows("console")).map((row) => row.text).join("\n");
  }

  async consoleSays(text: string | RegExp): Promise<Row> {
    return this.row("console", text);
  }
}
