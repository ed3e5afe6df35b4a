// A window of VS Code: what a user sees of it, and does with mouse and keys.
import { mkdirSync } from "node:fs";
import * as path from "node:path";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { CodeServer, type Setup } from "./code_server.ts";
import { CHROMIUM } from "./lab.ts";
import { until } from "./until.ts";

const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
];
const EDITOR = ".editor-group-container.active .editor-instance";

/** A line of the active editor as it is on the screen. */
export interface EditorLine {
  readonly line: number;
  readonly text: string;
  /** Names of the gutter's icons, as `debug-breakpoint`. */
  readonly glyphs: readonly string[];
  /** Whether a stopped thread's top frame ("top") or the selected frame ("selected") is at this line. */
  readonly stop: "top" | "selected" | undefined;
  readonly y: number;
  readonly x: number;
}

/** A row of a tree or list on the screen. */
export interface Row {
  readonly index: number;
  readonly level: number;
  readonly text: string;
  readonly expanded: boolean | undefined;
  readonly selected: boolean;
}

export class Window {
  readonly server: CodeServer;
  readonly page: Page;
  private readonly browser: Browser;

  private constructor(server: CodeServer, page: Page, browser: Browser) {
    this.server = server;
    this.page = page;
    this.browser = browser;
  }

  static async open(setup: Setup, size = { width: 1500, height: 1500 }): Promise<Window> {
    const server = await CodeServer.start(setup);
    const browser = await chromium.launch({ executablePath: CHROMIUM, headless: true, args: ARGUMENTS });
    const context = await browser.newContext({ viewport: size, permissions: ["clipboard-read", "clipboard-write"] });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    await page.goto(`${server.url}/?folder=${encodeURIComponent(server.workspace)}`);
    await page.waitForSelector(".monaco-workbench .part.sidebar .monaco-list-row", { timeout: 90_000 });
    return new Window(server, page, browser);
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.close();
  }

  async picture(file: string): Promise<void> {
    mkdirSync(path.dirname(file), { recursive: true });
    await this.page.screenshot({ path: file });
  }

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** Leaves nothing under the mouse that would show a hover. */
  async park(): Promise<void> {
    const { width = 0, height = 0 } = this.page.viewportSize() ?? {};
    await this.page.mouse.move(width * 0.45, height - 4);
  }

  /** Opens the quick input by a key, types, and clicks the entry of that label. */
  async quick(key: string, text: string, label: string): Promise<void> {
    const widget = this.page.locator(".quick-input-widget:visible");
    const whole = new RegExp(`^${label.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`);
    const named = this.page.locator(".label-name").filter({ hasText: whole });
    const entry = widget.locator(".monaco-list-row").filter({ has: named }).first();
    const chosen = async () => {
      await this.press(key);
      const timeout = 4000; // what appears while the window starts may close it again, or the files are not known yet
      const done = widget
        .locator(".quick-input-box input")
        .fill(text, { timeout })
        .then(() => entry.click({ timeout }));
      return done.then(
        () => true,
        () => this.press("Escape").then(() => false),
      );
    };
    await until(`${label} can be chosen`, chosen);
    await this.park();
  }

  /** Runs a command of the palette by its whole title. */
  command(title: string): Promise<void> {
    return this.quick("F1", `>${title}`, title);
  }

  /**
   * Chooses an entry of a context menu, which `open` opens: by the mouse over it, and Enter. A menu ignores the mouse's
   * button for a tenth of a second after it appears, and a submenu appears by itself under the mouse, or again if it was
   * clicked. What takes the focus while the window starts closes the menu, which is then opened again.
   */
  async contextMenu(open: () => Promise<void>, ...path: string[]): Promise<void> {
    const items = this.page.locator(".monaco-menu .action-item:not(.disabled)");
    const timeout = 4000;
    const pointAt = async (text: string) => {
      await items.filter({ hasText: text }).last().hover({ timeout });
      await items.and(this.page.locator(".focused")).filter({ hasText: text }).last().waitFor({ timeout });
    };
    const reached = async () => {
      await open();
      for (const text of path) await pointAt(text);
    };
    const pointed = () =>
      reached().then(
        () => true,
        () => this.press("Escape").then(() => false),
      );
    await until(`${path.join(", ")} can be chosen`, pointed);
    await this.press("Enter");
    await this.page.locator(".monaco-menu").first().waitFor({ state: "hidden" });
  }

  // Editors

  async openFile(name: string): Promise<void> {
    await this.quick("Control+p", name, path.basename(name));
    await until(
      `the editor shows ${name}`,
      async () => (await this.activeEditor()) === path.basename(name) && (await this.lines()).length > 0,
    );
  }

  async activeEditor(): Promise<string | null> {
    const tab = this.page.locator(".editor-group-container.active .tab.active").first();
    return (await tab.count()) > 0 ? tab.getAttribute("data-resource-name") : null;
  }

  async goToLine(line: number): Promise<void> {
    await this.press("Control+g");
    const box = this.page.locator(".quick-input-widget:visible .quick-input-box input");
    await box.fill(`:${line}`);
    await this.page
      .locator(".quick-input-widget:visible .monaco-list-row")
      .filter({ hasText: String(line) })
      .first()
      .waitFor();
    await this.press("Enter");
    await until(`line ${line} is on the screen`, async () => (await this.lines()).some((each) => each.line === line));
  }

  /** The lines of the active editor that are on the screen. */
  lines(): Promise<EditorLine[]> {
    return this.page.evaluate((selector) => {
      const editor = document.querySelector(selector);
      const all = (part: string) => [...(editor?.querySelectorAll<HTMLElement>(part) ?? [])];
      const top = (part: HTMLElement) => Math.round(Number.parseFloat(part.style.top));
      const at = <T>(parts: HTMLElement[], value: (part: HTMLElement) => T) =>
        new Map(parts.map((part) => [top(part), value(part)]));
      const texts = at(all(".view-lines > .view-line"), (part) => ({
        text: part.textContent.replaceAll("\u00a0", " "),
        x: part.getBoundingClientRect().x,
      }));
      const stops = at(all(".view-overlays > div"), (part) => {
        if (part.querySelector(".debug-top-stack-frame-line")) return "top" as const;
        return part.querySelector(".debug-focused-stack-frame-line") ? ("selected" as const) : undefined;
      });
      const glyphs = new Map<number, string[]>();
      for (const part of all(".glyph-margin-widgets .cgmr")) {
        const names = [...part.classList].filter((name) => name.startsWith("codicon-")).map((name) => name.slice(8));
        glyphs.set(top(part), [...(glyphs.get(top(part)) ?? []), ...names]);
      }
      return all(".margin-view-overlays > div").flatMap((part) => {
        const number = part.querySelector(".line-numbers");
        if (!number || !/^\d+$/.test(number.textContent)) return [];
        const box = number.getBoundingClientRect();
        const { text = "", x = 0 } = texts.get(top(part)) ?? {};
        const icons = (glyphs.get(top(part)) ?? []).filter((name) => name !== "debug-hint");
        return [
          {
            line: Number(number.textContent),
            text,
            glyphs: icons,
            stop: stops.get(top(part)),
            x,
            y: box.y + box.height / 2,
          },
        ];
      });
    }, EDITOR);
  }

  async line(number: number): Promise<EditorLine> {
    const found = (await this.lines()).find((each) => each.line === number);
    if (found) return found;
    await this.goToLine(number);
    return until(`line ${number}`, async () => (await this.lines()).find((each) => each.line === number));
  }

  /** Where the mouse has to be for the gutter at a line. */
  async gutter(number: number): Promise<{ x: number; y: number }> {
    const { y } = await this.line(number);
    const box = await this.page.locator(`${EDITOR} .glyph-margin`).first().boundingBox();
    return { x: (box?.x ?? 0) + (box?.width ?? 0) / 2, y };
  }

  /** Clicks the text at a line. */
  async clickText(number: number, text: string, options: { button?: "right" } = {}): Promise<void> {
    const { x, y } = await this.placeOf(number, text);
    await this.page.mouse.click(x, y, options);
  }

  /** Holds the mouse over a text, and gives what the debugger's or the editor's hover says. */
  async hover(number: number, text: string): Promise<string> {
    const { x, y } = await this.placeOf(number, text);
    await this.park();
    await this.page.mouse.move(x - 4, y);
    await this.page.mouse.move(x, y, { steps: 3 });
    const shown = this.page.locator(".debug-hover-widget:visible, .monaco-editor .monaco-hover:visible");
    return until(`a hover over ${text}`, async () =>
      (await shown.count()) > 0 ? shown.first().innerText() : undefined,
    );
  }

  private async placeOf(number: number, text: string): Promise<{ x: number; y: number }> {
    const { y } = await this.line(number);
    const place = await this.page.evaluate(
      ({ selector, y, text }) => {
        const lines = [...document.querySelectorAll(`${selector} .view-lines > .view-line`)];
        const line = lines.find(
          (each) => each.getBoundingClientRect().y <= y && y < each.getBoundingClientRect().bottom,
        );
        const walker = document.createTreeWalker(line ?? document.body, NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
          const start = (node.textContent ?? "").replaceAll("\u00a0", " ").indexOf(text);
          if (start < 0) continue;
          const range = document.createRange();
          range.setStart(node, start);
          range.setEnd(node, start + text.length);
          const box = range.getBoundingClientRect();
          return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
        }
        return undefined;
      },
      { selector: EDITOR, y, text },
    );
    if (place === undefined) throw new Error(`there is no ${text} in line ${number}`);
    return place;
  }

  // Lists

  /** The rows of a tree or list that are on the screen. */
  rows(list: string): Promise<Row[]> {
    return this.page.evaluate((selector) => {
      const rows = [...document.querySelectorAll<HTMLElement>(`${selector} .monaco-list-rows > .monaco-list-row`)];
      return rows
        .map((row) => {
          const expandable = row.querySelector(".monaco-tl-twistie")?.classList.contains("collapsible");
          const text = (row.querySelector<HTMLElement>(".monaco-tl-contents") ?? row).innerText;
          return {
            index: Number(row.dataset.index),
            level: Number(row.getAttribute("aria-level") ?? 1),
            text: text
              .replaceAll(/[\s\u00a0]+/g, " ")
              .replaceAll(/[\u200b\u200d]/g, "")
              .trim(),
            expanded: expandable ? row.getAttribute("aria-expanded") === "true" : undefined,
            selected: row.classList.contains("selected"),
          };
        })
        .sort((one, other) => one.index - other.index);
    }, list);
  }

  /** A row on the screen, for the mouse: when it no longer moves. */
  async rowAt(list: string, text: string | RegExp): Promise<Locator> {
    let before: number | undefined;
    const settled = async () => {
      const { index } = await this.row(list, text);
      const same = index === before;
      before = index;
      return same && this.page.locator(`${list} .monaco-list-rows > .monaco-list-row[data-index="${index}"]`).first();
    };
    return until(`the row ${text} stays where it is`, settled);
  }

  /** Waits for a row, and gives it. */
  async row(list: string, text: string | RegExp): Promise<Row> {
    const fits = (row: Row) => (typeof text === "string" ? row.text.includes(text) : text.test(row.text));
    const otherwise = async () => `There is: ${(await this.rows(list)).map((row) => row.text).join(" | ")}`;
    return until(`a row ${text} in ${list}`, async () => (await this.rows(list)).find(fits), { otherwise });
  }

  /** Turns the wheel over a list until a row is on the screen. */
  async scrollTo(list: string, text: string | RegExp, direction: "up" | "down"): Promise<void> {
    await this.page.locator(`${list} .monaco-list`).first().hover();
    const fits = (row: Row) => (typeof text === "string" ? row.text.includes(text) : text.test(row.text));
    await until(`a row ${text}`, async () => {
      if ((await this.rows(list)).some(fits)) return true;
      await this.page.mouse.wheel(0, direction === "up" ? -300 : 300);
      return false;
    });
  }

  /** Unfolds a row. While others above it come and go, a click may meet one of them. */
  async expand(list: string, text: string | RegExp): Promise<void> {
    const unfolded = async () => {
      if ((await this.row(list, text)).expanded !== false) return true;
      await (await this.rowAt(list, text)).locator(".monaco-tl-twistie").click();
      return until(`${text} is unfolded`, async () => (await this.row(list, text)).expanded, { seconds: 2 }).catch(
        () => false,
      );
    };
    await until(`${text} is unfolded`, unfolded);
  }

  // The rest of the window

  /** The notifications on the screen. */
  async notifications(): Promise<string[]> {
    return this.page.locator(".notifications-toasts .notification-list-item:visible").allInnerTexts();
  }

  async notification(text: string | RegExp): Promise<Locator> {
    const found = this.page.locator(".notifications-toasts .notification-list-item").filter({ hasText: text }).first();
    await found.waitFor({ timeout: 60_000 });
    return found;
  }

  async dialog(text: string | RegExp): Promise<Locator> {
    const found = this.page.locator(".monaco-dialog-box").filter({ hasText: text }).first();
    await found.waitFor({ timeout: 60_000 });
    return found;
  }

  /** What the visible terminal shows. */
  async terminal(): Promise<string> {
    const rows = await this.page.locator(".terminal-wrapper.active .xterm-rows > div").allTextContents();
    return rows
      .map((row) => row.replaceAll("\u00a0", " ").trimEnd())
      .join("\n")
      .trim();
  }

  async terminalSays(text: string | RegExp): Promise<string> {
    const fits = (said: string) => (typeof text === "string" ? said.includes(text) : text.test(said));
    const look = async () => {
      const said = await this.terminal();
      return fits(said) ? said : undefined;
    };
    return until(`the terminal says ${text}`, look, {
      seconds: 40,
      otherwise: async () => `It says: ${await this.terminal()}`,
    });
  }

  /** Follows a link in the terminal, as a user does: the mouse over it, and a click with Ctrl when it is underlined. */
  async clickTerminal(text: string): Promise<void> {
    const rows = this.page.locator(".terminal-wrapper.active .xterm-rows > div");
    const place = await rows
      .filter({ hasText: text })
      .last()
      .evaluate((element, wanted) => {
        const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
        const nodes: Text[] = [];
        while (walker.nextNode()) nodes.push(walker.currentNode as Text);
        let start =
          nodes
            .map((node) => node.data.replaceAll("\u00a0", " "))
            .join("")
            .indexOf(wanted) + Math.floor(wanted.length / 2);
        for (const node of nodes) {
          if (start < node.data.length) {
            const range = document.createRange();
            range.setStart(node, start);
            range.setEnd(node, start + 1);
            const box = range.getBoundingClientRect();
            return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
          }
          start -= node.data.length;
        }
        return undefined;
      }, text);
    if (place === undefined) throw new Error(`there is no ${text} in the terminal`);
    await this.page.mouse.move(place.x, place.y);
    await rows.locator("span[style*='underline']").filter({ hasText: text }).first().waitFor();
    await this.page.keyboard.down("Control");
    await this.page.locator(".terminal-wrapper.active .xterm-cursor-pointer").waitFor();
    await this.page.mouse.down();
    await this.page.mouse.up();
    await this.page.keyboard.up("Control");
  }
}
