// Which span is at a place, beside another, or the next of a name.
import type { Timeline } from "../trace/model";

export type Direction = "left" | "right" | "up" | "down";

/** A span that was looked for by name: which of how many it is, in the order in which they begin. */
export interface Match {
  readonly span: number;
  readonly number: number;
  readonly count: number;
}

/** The first of `low` up to `high` that ends after a time; `high`, if none does. Looks near by first: neighbours are mostly wanted. */
export function firstEndingAfter(ends: Float64Array, low: number, high: number, time: number): number {
  let step = 1;
  while (low + step < high && (ends[low + step - 1] as number) <= time) {
    low += step;
    step *= 2;
  }
  let top = Math.min(high, low + step);
  while (low < top) {
    const middle = (low + top) >> 1;
    if ((ends[middle] as number) <= time) low = middle + 1;
    else top = middle;
  }
  return low;
}

/** The row that a span is in. */
export function rowOf(timeline: Timeline, span: number): number {
  const { rowStarts } = timeline.spans;
  let [low, high] = [0, rowStarts.length - 1];
  while (low + 1 < high) {
    const middle = (low + high) >> 1;
    if ((rowStarts[middle] as number) <= span) low = middle;
    else high = middle;
  }
  return low;
}

/** The track that a row belongs to. */
export function trackOf(timeline: Timeline, row: number): number {
  let [low, high] = [0, timeline.tracks.length];
  while (low + 1 < high) {
    const middle = (low + high) >> 1;
    if ((timeline.tracks[middle]?.firstRow ?? 0) <= row) low = middle;
    else high = middle;
  }
  return low;
}

/** The span of a row that runs at a time, or the next after it, else the last before it; undefined, if the row is empty. */
export function spanNear(timeline: Timeline, row: number, time: number): number | undefined {
  const { rowStarts, ends } = timeline.spans;
  const [first, end] = [rowStarts[row], rowStarts[row + 1]];
  if (first === undefined || end === undefined || first === end) return undefined;
  return Math.min(end - 1, firstEndingAfter(ends, first, end, time));
}

/** The span beside another in its row, or the one in the next row that runs when it begins; the same one at the edge. */
export function neighbour(timeline: Timeline, span: number, direction: Direction): number {
  const { rowStarts, starts } = timeline.spans;
  const row = rowOf(timeline, span);
  if (direction === "left") return Math.max(rowStarts[row] as number, span - 1);
  if (direction === "right") return Math.min((rowStarts[row + 1] as number) - 1, span + 1);
  const step = direction === "up" ? -1 : 1;
  for (let next = row + step; next >= 0 && next < rowStarts.length - 1; next += step) {
    const near = spanNear(timeline, next, starts[span] as number);
    if (near !== undefined) return near;
  }
  return span;
}

/** The next span whose name is one of `names`, after another or before it, and from the other end where there is none. */
export function nextMatch(
  timeline: Timeline,
  names: ReadonlySet<number>,
  from: number | undefined,
  backwards = false,
): Match | undefined {
  const { starts, names: nameOf } = timeline.spans;
  const isBefore = (one: number, other: number) => {
    const apart = (starts[one] as number) - (starts[other] as number);
    return apart < 0 || (apart === 0 && one < other);
  };
  const precedes = (one: number, other: number) => (backwards ? isBefore(other, one) : isBefore(one, other));
  let onwards: number | undefined;
  let around: number | undefined;
  for (let span = 0; span < nameOf.length; span++) {
    if (!names.has(nameOf[span] as number)) continue;
    if (around === undefined || precedes(span, around)) around = span;
    if (from !== undefined && precedes(from, span) && (onwards === undefined || precedes(span, onwards)))
      onwards = span;
  }
  const span = onwards ?? around;
  if (span === undefined) return undefined;
  let [number, count] = [1, 0];
  for (let other = 0; other < nameOf.length; other++) {
    if (!names.has(nameOf[other] as number)) continue;
    count += 1;
    if (isBefore(other, span)) number += 1;
  }
  return { span, number, count };
}
