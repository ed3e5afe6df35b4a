// A trace as the timeline and the line heat need it. Shared with the timeline's page, so it imports nothing.

/** What a span stands for. */
export const FUNCTION = 0;
export const EFFECT = 1;
export const CALLBACK = 2;

/** A task: its rows in the timeline, from `firstRow` on. */
export interface Track {
  readonly task: number;
  readonly name: string;
  /** How it ended: `done`, `cancelled`, an exception's class, or "" where the trace does not say. */
  readonly outcome: string;
  readonly firstRow: number;
  /** Rows of effects and callbacks; the rows of functions come below them. */
  readonly effectRows: number;
  readonly rows: number;
}

/** The spans, sorted by row and then by time: those of row r are `rowStarts[r]` up to `rowStarts[r + 1]`. No two of a row overlap. */
export interface Spans {
  readonly rowStarts: Uint32Array;
  /** Nanoseconds since the trace began. */
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  /** Numbers of `names`. */
  readonly names: Uint32Array;
  readonly kinds: Uint8Array;
  /** Numbers of `files`. */
  readonly files: Uint32Array;
  readonly lines: Uint32Array;
}

/** Exceptions, by time. */
export interface Marks {
  readonly times: Float64Array;
  readonly tracks: Uint32Array;
  readonly names: Uint32Array;
  readonly files: Uint32Array;
  readonly lines: Uint32Array;
}

export interface Timeline {
  readonly title: string;
  readonly names: readonly string[];
  readonly files: readonly string[];
  readonly tracks: readonly Track[];
  readonly spans: Spans;
  readonly marks: Marks;
  /** Nanoseconds from the first event to the last. */
  readonly duration: number;
  readonly events: number;
  /** Whether there are more events in the file than are shown. */
  readonly cut: boolean;
}

/** How often a line ran, and for how long in nanoseconds, without what it called. */
export interface Heat {
  readonly line: number;
  readonly count: number;
  readonly time: number;
}

export interface Trace {
  readonly timeline: Timeline;
  readonly heat: ReadonlyMap<string, readonly Heat[]>;
}

/** What the timeline's page says. */
export type FromPage =
  | { readonly say: "ready" }
  | { readonly say: "open"; readonly file: string; readonly line: number };

/** What it is told. */
export type ToPage = { readonly say: "show"; readonly timeline: Timeline };
