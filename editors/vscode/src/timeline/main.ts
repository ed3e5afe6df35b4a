// The timeline's page: keys, mouse, and messages from and to the extension.
import { CALLBACK, EFFECT, type FromPage, type Timeline, type ToPage } from "../trace/model";
import { draw, firstEndingAfter, timeText } from "./drawing";
import { readTheme, type Theme } from "./theme";
import { LABELS, ROW, RULER, Viewport } from "./viewport";

declare function acquireVsCodeApi(): { postMessage(message: FromPage): void };

const editor = acquireVsCodeApi();
const CLICK = 4; // pixels: what moves less is a click and no drag

function element<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

class Page {
  private readonly canvas = element<HTMLCanvasElement>("timeline");
  private readonly context = this.canvas.getContext("2d", { alpha: false }) as CanvasRenderingContext2D;
  private readonly view: Viewport;
  private theme: Theme = readTheme();
  private hovered: number | undefined;
  private found: ReadonlySet<number> | undefined;
  private dragged: { x: number; y: number; far: number } | undefined;
  private asked = false;

  constructor(private readonly timeline: Timeline) {
    this.view = new Viewport(timeline);
    const tasks = timeline.tracks.length;
    const cut = timeline.cut ? "the first " : "";
    element("what").textContent =
      `${cut}${timeline.events.toLocaleString("en")} events, ${tasks.toLocaleString("en")} ${tasks === 1 ? "task" : "tasks"}, ${timeText(timeline.duration)}`;
    this.listen();
    this.resize();
    this.canvas.focus();
  }

  private listen(): void {
    new ResizeObserver(() => this.resize()).observe(this.canvas);
    new MutationObserver(() => {
      this.theme = readTheme();
      this.redraw();
    }).observe(document.body, { attributes: true, attributeFilter: ["class"] });
    this.canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.canvas.addEventListener("pointerdown", (event) => this.press(event));
    this.canvas.addEventListener("pointermove", (event) => this.pointAt(event));
    this.canvas.addEventListener("pointerup", (event) => this.release(event));
    this.canvas.addEventListener("dblclick", () => this.zoomTo(this.hovered));
    this.canvas.addEventListener("keydown", (event) => this.key(event));
    element("in").addEventListener("click", () => this.zoom(2));
    element("out").addEventListener("click", () => this.zoom(0.5));
    element("fit").addEventListener("click", () => this.fit());
    element<HTMLInputElement>("find").addEventListener("input", (event) =>
      this.find((event.target as HTMLInputElement).value),
    );
  }

  private resize(): void {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const scale = devicePixelRatio;
    this.canvas.width = Math.round(width * scale);
    this.canvas.height = Math.round(height * scale);
    this.context.setTransform(scale, 0, 0, scale, 0, 0);
    this.view.resize(width, height);
    this.redraw();
  }

  /** Draws in the next frame, however often it is asked for until then. */
  private redraw(): void {
    if (this.asked) return;
    this.asked = true;
    requestAnimationFrame(() => {
      this.asked = false;
      const began = performance.now();
      draw(this.context, this.timeline, this.view, this.theme, { hovered: this.hovered, found: this.found });
      performance.measure("draw", { start: began, end: performance.now() });
    });
  }

  private zoom(factor: number, x = (this.view.width + LABELS) / 2): void {
    this.view.zoom(factor, x);
    this.redraw();
  }

  private fit(): void {
    this.view.show(0, this.timeline.duration);
    this.redraw();
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? ROW : 1;
    if (event.ctrlKey || event.metaKey) this.zoom(1.002 ** (-event.deltaY * lines), event.offsetX);
    else if (event.shiftKey) this.move(event.deltaY * lines, 0);
    else this.move(event.deltaX * lines, event.deltaY * lines);
  }

  private move(dx: number, dy: number): void {
    this.view.move(dx, dy);
    this.redraw();
  }

  private press(event: PointerEvent): void {
    this.canvas.setPointerCapture(event.pointerId);
    this.dragged = { x: event.offsetX, y: event.offsetY, far: 0 };
  }

  private pointAt(event: PointerEvent): void {
    if (this.dragged !== undefined) {
      const [dx, dy] = [this.dragged.x - event.offsetX, this.dragged.y - event.offsetY];
      this.dragged = { x: event.offsetX, y: event.offsetY, far: this.dragged.far + Math.abs(dx) + Math.abs(dy) };
      this.move(dx, dy);
      return;
    }
    const span = this.spanAt(event.offsetX, event.offsetY);
    if (span === this.hovered) return;
    this.hovered = span;
    this.canvas.style.cursor = span === undefined ? "default" : "pointer";
    if (span !== undefined) element("said").textContent = this.describe(span);
    this.redraw();
  }

  private release(event: PointerEvent): void {
    const click = this.dragged !== undefined && this.dragged.far < CLICK;
    this.dragged = undefined;
    if (!click) return;
    const { spans, files } = this.timeline;
    const span = this.spanAt(event.offsetX, event.offsetY);
    const file = span === undefined ? "" : (files[spans.files[span] as number] ?? "");
    if (span !== undefined && file !== "") editor.postMessage({ say: "open", file, line: spans.lines[span] ?? 1 });
  }

  private key(event: KeyboardEvent): void {
    const far = 0.15 * this.view.width;
    const keys: Record<string, () => void> = {
      w: () => this.zoom(1.5),
      s: () => this.zoom(1 / 1.5),
      a: () => this.move(-far, 0),
      d: () => this.move(far, 0),
      "+": () => this.zoom(1.5),
      "-": () => this.zoom(1 / 1.5),
      "0": () => this.fit(),
      ArrowLeft: () => this.move(-far, 0),
      ArrowRight: () => this.move(far, 0),
      ArrowUp: () => this.move(0, -3 * ROW),
      ArrowDown: () => this.move(0, 3 * ROW),
      PageUp: () => this.move(0, -this.view.height),
      PageDown: () => this.move(0, this.view.height),
    };
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  }

  private zoomTo(span: number | undefined): void {
    if (span === undefined) return;
    const { starts, ends } = this.timeline.spans;
    this.view.show(starts[span] as number, ends[span] as number);
    this.redraw();
  }

  private find(text: string): void {
    const wanted = text.trim().toLowerCase();
    const numbers = this.timeline.names.flatMap((name, number) =>
      name.toLowerCase().includes(wanted) ? [number] : [],
    );
    this.found = wanted === "" ? undefined : new Set(numbers);
    this.redraw();
  }

  /** The span at a place of the canvas; where many share a pixel, the first of them. */
  private spanAt(x: number, y: number): number | undefined {
    if (x < LABELS || y < RULER) return undefined;
    const index = this.view.trackAt(y);
    const track = this.timeline.tracks[index];
    const row = Math.floor((y - this.view.yOf(index)) / ROW);
    if (track === undefined || row < 0 || row >= track.rows) return undefined;
    const { rowStarts, starts, ends } = this.timeline.spans;
    const end = rowStarts[track.firstRow + row + 1] as number;
    const span = firstEndingAfter(ends, rowStarts[track.firstRow + row] as number, end, this.view.timeAt(x - 1));
    return span < end && (starts[span] as number) <= this.view.timeAt(x + 1) ? span : undefined;
  }

  private describe(span: number): string {
    const { spans, names, files } = this.timeline;
    const kind = spans.kinds[span] === EFFECT ? "effect " : spans.kinds[span] === CALLBACK ? "callback " : "";
    const time = timeText((spans.ends[span] as number) - (spans.starts[span] as number));
    const file = files[spans.files[span] as number] ?? "";
    const place = file === "" ? "" : `   ${file.split(/[\\/]/).at(-1)}:${spans.lines[span]}`;
    return `${kind}${names[spans.names[span] as number]}   ${time}${place}`;
  }
}

window.addEventListener("message", ({ data }: MessageEvent<ToPage>) => new Page(data.timeline), { once: true });
editor.postMessage({ say: "ready" });
