// Which part of the timeline is seen.
import type { Timeline } from "../trace/model";

export const ROW = 18;
export const GAP = 8;
export const RULER = 24;
export const LABELS = 170;
const CLOSEST = 20; // nanoseconds across the whole width

/** The part of the time and of the rows that is on the canvas, whose size is in CSS pixels. */
export class Viewport {
  begin = 0;
  span: number;
  top = 0;
  width = 1;
  height = 1;
  /** The top of each track, and the bottom of the last. */
  readonly tops: Float64Array;

  constructor(private readonly timeline: Timeline) {
    this.span = Math.max(CLOSEST, timeline.duration);
    this.tops = new Float64Array(timeline.tracks.length + 1);
    timeline.tracks.forEach((track, i) => {
      this.tops[i + 1] = (this.tops[i] as number) + track.rows * ROW + GAP;
    });
  }

  get bottom(): number {
    return this.tops[this.tops.length - 1] as number;
  }

  get perNanosecond(): number {
    return Math.max(1, this.width - LABELS) / this.span;
  }

  xOf(time: number): number {
    return LABELS + (time - this.begin) * this.perNanosecond;
  }

  timeAt(x: number): number {
    return this.begin + (x - LABELS) / this.perNanosecond;
  }

  /** The track at a place of the canvas, or the last above it. */
  trackAt(y: number): number {
    const wanted = y - RULER + this.top;
    let [low, high] = [0, this.tops.length - 1];
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if ((this.tops[middle] as number) <= wanted) low = middle;
      else high = middle;
    }
    return low;
  }

  yOf(track: number): number {
    return RULER + (this.tops[track] as number) - this.top;
  }

  resize(width: number, height: number): void {
    this.width = width;
    this.height = height;
    this.keep();
  }

  /** Makes what is at `x` `factor` times as wide, and leaves it where it is. */
  zoom(factor: number, x: number): void {
    const time = this.timeAt(x);
    const span = Math.min(Math.max(CLOSEST, this.timeline.duration), Math.max(CLOSEST, this.span / factor));
    this.begin = time - ((time - this.begin) * span) / this.span;
    this.span = span;
    this.keep();
  }

  move(dx: number, dy: number): void {
    this.begin += dx / this.perNanosecond;
    this.top += dy;
    this.keep();
  }

  show(begin: number, end: number): void {
    const margin = 0.05 * (end - begin);
    this.span = Math.max(CLOSEST, end - begin + 2 * margin);
    this.begin = begin - margin;
    this.keep();
  }

  /** Moves as little as shows a time of a row of a track; what is off the screen comes to its middle. */
  reveal(begin: number, end: number, track: number, row: number): void {
    if (end < this.begin || begin > this.begin + this.span) this.begin = (begin + end - this.span) / 2;
    const y = this.yOf(track) + row * ROW;
    if (y < RULER) this.top -= RULER - y;
    if (y + ROW > this.height) this.top += y + ROW - this.height;
    this.keep();
  }

  private keep(): void {
    this.span = Math.min(this.span, Math.max(CLOSEST, this.timeline.duration));
    this.begin = Math.min(Math.max(0, this.begin), Math.max(0, this.timeline.duration - this.span));
    this.top = Math.min(Math.max(0, this.top), Math.max(0, this.bottom - (this.height - RULER)));
  }
}
