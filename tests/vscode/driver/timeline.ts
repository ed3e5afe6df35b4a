// The page of a timeline.
import type { Frame } from "playwright-core";
import { until } from "./until.ts";
import type { Window } from "./window.ts";

export class Timeline {
  private readonly window: Window;
  private readonly frame: Frame;

  private constructor(window: Window, frame: Frame) {
    this.window = window;
    this.frame = frame;
  }

  /** Waits for the page to show a trace. */
  static async shown(window: Window): Promise<Timeline> {
    const look = async () => {
      for (const frame of window.page.frames()) {
        const what = await frame.evaluate(() => document.getElementById("what")?.textContent).catch(() => undefined);
        if (what && (await (await frame.frameElement()).isVisible())) return frame;
      }
      return undefined;
    };
    return new Timeline(window, await until("a timeline", look, { seconds: 120 }));
  }

  /** What the page says of the trace. */
  async summary(): Promise<string> {
    return this.frame.locator("#what").innerText();
  }

  /** What the page says of the place under the mouse. */
  async said(): Promise<string> {
    return this.frame.locator("#said").innerText();
  }

  /** Moves the mouse to a place of the canvas, given as parts of its size. */
  async point(x: number, y: number): Promise<{ x: number; y: number }> {
    const box = await this.frame.locator("#timeline").boundingBox();
    if (box === null) throw new Error("the canvas is not on the screen");
    const place = { x: box.x + x * box.width, y: box.y + y };
    await this.window.page.mouse.move(place.x - 1, place.y);
    await this.window.page.mouse.move(place.x, place.y);
    return place;
  }

  /** Searches the canvas for a span whose description fits, and leaves the mouse on it. */
  async find(text: RegExp): Promise<{ x: number; y: number }> {
    for (let y = 33; y < 400; y += 18) {
      for (let x = 0.15; x < 1; x += 0.02) {
        const place = await this.point(x, y);
        if (text.test(await this.said())) return place;
      }
    }
    throw new Error(`no span ${text} was found`);
  }

  async button(id: "in" | "out" | "fit"): Promise<void> {
    await this.frame.locator(`#${id}`).click();
  }

  /** How many colours the canvas shows. */
  async colours(): Promise<number> {
    return this.frame.evaluate(() => {
      const canvas = document.getElementById("timeline") as HTMLCanvasElement;
      const { data } = (canvas.getContext("2d") as CanvasRenderingContext2D).getImageData(0, 0, canvas.width, canvas.height);
      return new Set(new Uint32Array(data.buffer)).size;
    });
  }

  /** The milliseconds that each drawing took so far. */
  async drawings(): Promise<number[]> {
    return this.frame.evaluate(() => performance.getEntriesByName("draw").map((entry) => entry.duration));
  }
}
