// Draws what the viewport shows. What a frame costs depends on the pixels, not on the spans: those that share a pixel are drawn as one.
import type { Timeline } from "../trace/model";
import { firstEndingAfter } from "./finding";
import { colourOf, type Theme } from "./theme";
import { GAP, LABELS, ROW, RULER, type Viewport } from "./viewport";

const LETTERS_FROM = 28; // pixels
const STEPS = [1, 2, 5];

/** What is pointed at, and what is looked for. */
export interface Marked {
  readonly hovered: number | undefined;
  readonly found: ReadonlySet<number> | undefined;
}

export function draw(
  canvas: CanvasRenderingContext2D,
  timeline: Timeline,
  view: Viewport,
  theme: Theme,
  marked: Marked,
): void {
  canvas.fillStyle = theme.background;
  canvas.fillRect(0, 0, view.width, view.height);
  canvas.font = theme.font;
  canvas.textBaseline = "middle";
  const [first, last] = [view.trackAt(RULER), view.trackAt(view.height)];
  drawGrid(canvas, view, theme);
  canvas.save();
  canvas.beginPath();
  canvas.rect(LABELS, RULER, view.width - LABELS, view.height - RULER);
  canvas.clip();
  for (let track = first; track <= last && track < timeline.tracks.length; track++) {
    drawTrack(canvas, timeline, view, theme, marked, track);
  }
  drawMarks(canvas, timeline, view, theme, first, last);
  canvas.restore();
  drawLabels(canvas, timeline, view, theme, first, last);
  drawRuler(canvas, view, theme);
}

function drawTrack(
  canvas: CanvasRenderingContext2D,
  timeline: Timeline,
  view: Viewport,
  theme: Theme,
  marked: Marked,
  index: number,
): void {
  const track = timeline.tracks[index];
  if (track === undefined) return;
  const top = view.yOf(index);
  for (let row = 0; row < track.rows; row++) {
    const y = top + row * ROW;
    if (y + ROW >= RULER && y <= view.height) drawRow(canvas, timeline, view, theme, marked, track.firstRow + row, y);
  }
}

function drawRow(
  canvas: CanvasRenderingContext2D,
  timeline: Timeline,
  view: Viewport,
  theme: Theme,
  marked: Marked,
  row: number,
  y: number,
): void {
  const { spans } = timeline;
  const end = spans.rowStarts[row + 1] as number;
  const right = view.timeAt(view.width);
  let i = firstEndingAfter(spans.ends, spans.rowStarts[row] as number, end, view.begin);
  let [from, to, colour] = [0, 0, ""]; // a run of neighbours in one colour, which is one rectangle
  const flush = () => {
    if (to <= from) return;
    canvas.fillStyle = colour;
    canvas.fillRect(from, y, to - from, ROW - 2);
  };
  while (i < end && (spans.starts[i] as number) <= right) {
    const x = Math.max(LABELS, view.xOf(spans.starts[i] as number));
    const x2 = Math.min(view.width, view.xOf(spans.ends[i] as number));
    const narrow = x2 - x < 1.5;
    const next = narrow ? firstEndingAfter(spans.ends, i + 1, end, view.timeAt(x + 1.5)) : i + 1;
    const plain =
      narrow && next > i + 1 ? theme.many : colourOf(theme, spans.kinds[i] as number, spans.names[i] as number);
    const shade = marked.found && !marked.found.has(spans.names[i] as number) ? theme.line : plain;
    if (narrow && shade === colour && x - to < 2) to = x + 1.5;
    else {
      flush();
      [from, to, colour] = [x, narrow ? x + 1.5 : x2 - (x2 - x > 3 ? 1 : 0), shade];
    }
    if (x2 - x >= LETTERS_FROM) {
      flush();
      drawName(canvas, timeline.names[spans.names[i] as number] ?? "", x, x2, y, theme);
      [from, to] = [0, 0];
    }
    if (i === marked.hovered) {
      canvas.strokeStyle = theme.foreground;
      canvas.strokeRect(x + 0.5, y + 0.5, Math.max(1, x2 - x - 1), ROW - 3);
    }
    i = next;
  }
  flush();
}

function drawName(
  canvas: CanvasRenderingContext2D,
  name: string,
  x: number,
  x2: number,
  y: number,
  theme: Theme,
): void {
  const room = Math.floor((x2 - x - 6) / 6);
  canvas.fillStyle = theme.onSpan;
  canvas.fillText(name.length > room ? `${name.slice(0, Math.max(1, room - 1))}…` : name, x + 3, y + ROW / 2 - 1);
}

function drawMarks(
  canvas: CanvasRenderingContext2D,
  timeline: Timeline,
  view: Viewport,
  theme: Theme,
  first: number,
  last: number,
): void {
  const { marks } = timeline;
  const drawn = new Float64Array(last - first + 1).fill(-1);
  canvas.fillStyle = theme.error;
  const right = view.timeAt(view.width);
  for (let i = firstEndingAfter(marks.times, 0, marks.times.length, view.begin); i < marks.times.length; i++) {
    const time = marks.times[i] as number;
    if (time > right) break;
    const track = marks.tracks[i] as number;
    const x = Math.round(view.xOf(time));
    if (track < first || track > last || drawn[track - first] === x) continue;
    drawn[track - first] = x;
    canvas.beginPath();
    canvas.moveTo(x - 4, view.yOf(track));
    canvas.lineTo(x + 4, view.yOf(track));
    canvas.lineTo(x, view.yOf(track) + 7);
    canvas.fill();
  }
}

function drawLabels(
  canvas: CanvasRenderingContext2D,
  timeline: Timeline,
  view: Viewport,
  theme: Theme,
  first: number,
  last: number,
): void {
  canvas.fillStyle = theme.background;
  canvas.fillRect(0, RULER, LABELS, view.height);
  canvas.save();
  canvas.beginPath();
  canvas.rect(0, RULER, view.width, view.height - RULER);
  canvas.clip();
  for (let i = first; i <= last && i < timeline.tracks.length; i++) {
    const track = timeline.tracks[i];
    if (track === undefined) continue;
    const y = view.yOf(i);
    canvas.fillStyle = theme.line;
    canvas.fillRect(0, Math.round(y + track.rows * ROW + GAP / 2) - 1, view.width, 1);
    const failed = !["", "done", "cancelled"].includes(track.outcome);
    canvas.fillStyle = failed ? theme.error : theme.foreground;
    const name = failed ? `${track.name} ✗ ${track.outcome}` : track.name;
    canvas.fillText(name.length > 27 ? `${name.slice(0, 26)}…` : name, 8, y + ROW / 2);
  }
  canvas.restore();
  canvas.fillStyle = theme.line;
  canvas.fillRect(LABELS - 1, 0, 1, view.height);
}

function gridStep(view: Viewport): number {
  const wanted = 90 / view.perNanosecond;
  const power = 10 ** Math.floor(Math.log10(wanted));
  return (STEPS.find((step) => step * power >= wanted) ?? 10) * power;
}

function drawGrid(canvas: CanvasRenderingContext2D, view: Viewport, theme: Theme): void {
  const step = gridStep(view);
  canvas.fillStyle = theme.line;
  for (let time = Math.ceil(view.begin / step) * step; view.xOf(time) < view.width; time += step) {
    canvas.fillRect(Math.round(view.xOf(time)), RULER, 1, view.height);
  }
}

function drawRuler(canvas: CanvasRenderingContext2D, view: Viewport, theme: Theme): void {
  canvas.fillStyle = theme.background;
  canvas.fillRect(0, 0, view.width, RULER);
  canvas.fillStyle = theme.line;
  canvas.fillRect(0, RULER - 1, view.width, 1);
  canvas.fillStyle = theme.faint;
  const step = gridStep(view);
  for (let time = Math.ceil(view.begin / step) * step; view.xOf(time) < view.width; time += step) {
    canvas.fillText(timeText(time, step), view.xOf(time) + 4, RULER / 2);
  }
}

/** Nanoseconds as text, as fine as `step` needs. */
export function timeText(time: number, step = time): string {
  const [unit, name] = step >= 1e8 ? [1e9, "s"] : step >= 1e5 ? [1e6, "ms"] : step >= 100 ? [1e3, "µs"] : [1, "ns"];
  return `${Number((time / unit).toFixed(Math.max(0, 2 - Math.floor(Math.log10(Math.max(1, step / unit))))))} ${name}`;
}
