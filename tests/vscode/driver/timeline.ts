// The page of a timeline.
import type { Frame } from "playwright-core";
import { until } from "./until.ts";
import type { Window } from "./window.ts";

export class Timeline {
  private readonly frame: Frame;

  private constructor(frame: Frame) {
    this.frame = frame;
  }

  /** Waits for the page to show a trace. */
  static async shown(window: Window): Promise<Timeline> {
    const isShown = async (frame: Frame) => {
      const what = await frame.evaluate(() => document.getElementById("what")?.textContent);
      return Boolean(what) && (await (await frame.frameElement()).isVisible());
    };
    const look = async () => {
      for (const frame of window.page.frames()) {
        if (await isShown(frame).catch(() => false)) return frame; // frames come and go meanwhile
      }
      return undefined;
    };
    return new Timeline(await until("a timeline", look, { seconds: 120 }));
  }

  /** What the page says of the trace. */
  async summary(): Promise<string> {
    return this.frame.locator("#what").innerText();
  }

  /** What the page says of the span that was pointed at or selected last. */
  async said(): Promise<string> {
    return this.frame.locator("#said").innerText();
  }

  /** Selects the next span of a name, or the one before, by the box that finds them, and gives what the page says of it. */
  async find(name: string, key: "Enter" | "Shift+Enter" = "Enter"): Promise<string> {
    const box = this.frame.locator("#find");
    await box.fill(name);
    await box.press(key);
    const said = await this.said();
    await box.press("Escape");
    return said;
  }

  /** Presses a key while the timeline has the focus. */
  async press(key: string): Promise<void> {
    await this.frame.locator("#timeline").press(key);
  }

  /** The middle of the selected span on the screen, for the mouse. */
  async selected(): Promise<{ x: number; y: number }> {
    const mark = this.frame.locator("#selected");
    await mark.waitFor();
    await this.drawn();
    const box = await mark.boundingBox();
    if (box === null) throw new Error("no span is selected");
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  }

  /** Waits until the page has drawn what it was last told to. */
  private async drawn(): Promise<void> {
    await this.frame.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    );
  }

  async button(id: "in" | "out" | "fit"): Promise<void> {
    await this.frame.locator(`#${id}`).click();
  }

  /** How many colours the canvas shows. */
  async colours(): Promise<number> {
    return this.frame.evaluate(() => {
      const canvas = document.getElementById("drawing") as HTMLCanvasElement;
      const { data } = (canvas.getContext("2d") as CanvasRenderingContext2D).getImageData(
        0,
        0,
        canvas.width,
        canvas.height,
      );
      return new Set(new Uint32Array(data.buffer)).size;
    });
  }

  /** The milliseconds that each drawing took so far. */
  async drawings(): Promise<number[]> {
    return this.frame.evaluate(() => performance.getEntriesByName("draw").map((entry) => entry.duration));
  }
}
