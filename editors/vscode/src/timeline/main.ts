// The timeline's page: keys, mouse, and messages from and to the extension.
import { CALLBACK, EFFECT, type FromPage, type Timeline, type ToPage } from "../trace/model";
import { draw, timeText } from "./drawing";
import { type Direction, firstEndingAfter, neighbour, nextMatch, rowOf, spanNear, trackOf } from "./finding";
import { readTheme, type Theme } from "./theme";
import { LABELS, ROW, RULER, Viewport } from "./viewport";

declare function acquireVsCodeApi(): { postMessage(message: FromPage): void };

const editor = acquireVsCodeApi();
const CLICK = 4; // pixels: what moves less is a click and no drag
const NARROWEST = 4; // pixels: the mark of the selected span is never less wide

function element<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

class Page {
  private readonly stage = element("timeline");
  private readonly canvas = element<HTMLCanvasElement>("drawing");
  private readonly mark = element("selected");
  private readonly context = this.canvas.getContext("2d", { alpha: false }) as CanvasRenderingContext2D;
  private readonly view: Viewport;
  private theme: Theme = readTheme();
  private hovered: number | undefined;
  private selected: number | undefined;
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
    this.stage.focus();
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
    this.stage.addEventListener("keydown", (event) => this.key(event));
    element("in").addEventListener("click", () => this.zoom(2));
    element("out").addEventListener("click", () => this.zoom(0.5));
    element("fit").addEventListener("click", () => this.fit());
    element<HTMLInputElement>("find").addEventListener("input", (event) =>
      this.find((event.target as HTMLInputElement).value),
    );
    element("find").addEventListener("keydown", (event) => this.keyOfFind(event));
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
      this.placeMark();
      performance.measure("draw", { start: began, end: performance.now() });
    });
  }

  /** By a key or a button it is the selected span that stays where it is, if it is seen. */
  private zoom(factor: number, x = this.middleOfSelected() ?? (this.view.width + LABELS) / 2): void {
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
    const span = click ? this.spanAt(event.offsetX, event.offsetY) : undefined;
    if (span === undefined) return;
    this.select(span);
    this.open(span);
  }

  private open(span: number | undefined): void {
    const { spans, files } = this.timeline;
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
      f: () => this.zoomTo(this.selected ?? this.hovered),
      "+": () => this.zoom(1.5),
      "-": () => this.zoom(1 / 1.5),
      "0": () => this.fit(),
      ArrowLeft: () => this.walk("left"),
      ArrowRight: () => this.walk("right"),
      ArrowUp: () => this.walk("up"),
      ArrowDown: () => this.walk("down"),
      PageUp: () => this.move(0, -this.view.height),
      PageDown: () => this.move(0, this.view.height),
      Enter: () => this.open(this.selected),
    };
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  }

  private keyOfFind(event: KeyboardEvent): void {
    if (event.key === "Escape") {
      (event.target as HTMLInputElement).value = "";
      this.find("");
      this.stage.focus();
    } else if (event.key === "Enter") {
      this.selectMatch(event.shiftKey);
    }
  }

  private select(span: number, which = ""): void {
    const { starts, ends } = this.timeline.spans;
    this.selected = span;
    const row = rowOf(this.timeline, span);
    const track = trackOf(this.timeline, row);
    this.view.reveal(starts[span] as number, ends[span] as number, track, row - this.firstRow(track));
    element("said").textContent = `${this.describe(span)}${which}`;
    this.mark.setAttribute("aria-label", this.describe(span));
    this.stage.setAttribute("aria-activedescendant", this.mark.id);
    this.redraw();
  }

  /** Selects the span beside the selected one; without one, the first that is seen. */
  private walk(direction: Direction): void {
    const { timeline, view } = this;
    const first = spanNear(timeline, this.firstRow(view.trackAt(RULER)), view.begin);
    const next = this.selected === undefined ? first : neighbour(timeline, this.selected, direction);
    if (next !== undefined) this.select(next);
  }

  private selectMatch(backwards: boolean): void {
    if (this.found === undefined) return;
    const match = nextMatch(this.timeline, this.found, this.selected, backwards);
    if (match === undefined) element("said").textContent = "No function or effect of the trace is called so.";
    else this.select(match.span, ` · ${match.number.toLocaleString("en")} of ${match.count.toLocaleString("en")}`);
  }

  private firstRow(track: number): number {
    return this.timeline.tracks[track]?.firstRow ?? 0;
  }

  private middleOfSelected(): number | undefined {
    if (this.selected === undefined) return undefined;
    const { starts, ends } = this.timeline.spans;
    const x = this.view.xOf(((starts[this.selected] as number) + (ends[this.selected] as number)) / 2);
    return x >= LABELS && x <= this.view.width ? x : undefined;
  }

  /** Puts the mark round the part of the selected span that is seen. */
  private placeMark(): void {
    if (this.selected === undefined) return;
    const { timeline, view, mark } = this;
    const row = rowOf(timeline, this.selected);
    const track = trackOf(timeline, row);
    const y = view.yOf(track) + (row - this.firstRow(track)) * ROW;
    const left = Math.max(LABELS, view.xOf(timeline.spans.starts[this.selected] as number));
    const right = Math.min(view.width, view.xOf(timeline.spans.ends[this.selected] as number));
    mark.hidden = right < left || y < RULER || y > view.height;
    const width = Math.max(NARROWEST, right - left);
    const x = Math.min(Math.max(LABELS, (left + right - width) / 2), view.width - width);
    Object.assign(mark.style, { left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${ROW - 2}px` });
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
    const place = file === "" ? "" : ` · ${file.split(/[\\/]/).at(-1)}:${spans.lines[span]}`;
    return `${kind}${names[spans.names[span] as number]} · ${time}${place}`;
  }
}

window.addEventListener("message", ({ data }: MessageEvent<ToPage>) => new Page(data.timeline), { once: true });
editor.postMessage({ say: "ready" });
