// Makes a trace's events into spans, marks and heat. See docs/tracing.md for the events.
import { Column, Names } from "./columns";
import { CALLBACK, EFFECT, FUNCTION, type Heat, type Timeline, type Trace, type Track } from "./model";

const MOST_FUNCTION_ROWS = 60;
const MOST_EFFECT_ROWS = 12;

/** One event, as a line of the file says it. */
export interface TraceEvent {
  readonly type: string;
  readonly time: number;
  readonly task: number;
  readonly file?: string;
  readonly line?: number;
  readonly function?: string;
  readonly detail?: { readonly [name: string]: unknown };
}

interface Active {
  readonly name: number;
  readonly file: number;
  readonly firstLine: number;
  readonly start: number;
  /** The line that runs. */
  line: number;
}

/** An effect that is on its way, or a call of the host that has no answer yet. */
interface OpenEffect {
  readonly task: Task;
  readonly label: string;
  readonly kind: number;
  readonly start: number;
  readonly lane: number;
  readonly file: number;
  readonly line: number;
}

/** A task while its events are read. */
interface Task {
  readonly index: number;
  readonly task: number;
  name: string;
  outcome: string;
  readonly stack: Active[];
  readonly effects: OpenEffect[];
  functionRows: number;
  effectRows: number;
}

/** Takes the events one by one, and gives the trace in the end. */
export class Builder {
  private readonly names = new Names();
  private readonly files = new Names();
  private readonly tasks = new Map<number, Task>();
  private readonly open = new Map<string, OpenEffect>();
  private readonly spans = {
    tracks: new Column(Uint32Array),
    lanes: new Column(Uint16Array),
    starts: new Column(Float64Array),
    ends: new Column(Float64Array),
    names: new Column(Uint32Array),
    kinds: new Column(Uint8Array),
    files: new Column(Uint32Array),
    lines: new Column(Uint32Array),
  };
  private readonly marks = {
    times: new Column(Float64Array),
    tracks: new Column(Uint32Array),
    names: new Column(Uint32Array),
    files: new Column(Uint32Array),
    lines: new Column(Uint32Array),
  };
  private readonly counts: number[][] = [];
  private readonly spent: number[][] = [];
  private begin: number | undefined;
  private now = 0;
  private running: Task | undefined;
  private events = 0;

  add(event: TraceEvent): void {
    this.begin ??= event.time;
    const time = event.time - this.begin;
    this.spend(time - this.now);
    this.now = time;
    this.events += 1;
    const task = this.task(event.task);
    this.running = task;
    this.take(event, task);
  }

  private take(event: TraceEvent, task: Task): void {
    const text = (name: string) => String(event.detail?.[name] ?? "");
    switch (event.type) {
      case "line":
        return this.lineRuns(event, task);
      case "call":
      case "resume":
        return this.opens(event, task);
      case "return":
      case "yield":
        return this.closes(event, task);
      case "exception":
        return this.marksException(event, task, text("type"));
      case "task_start":
        this.task(Number(event.detail?.task)).name = text("name");
        return;
      case "task_end":
        this.task(Number(event.detail?.task)).outcome = text("outcome");
        return;
      case "effect_dispatched":
        return this.effectOpens(event, task, EFFECT, text("effect"), `effect ${text("dispatch")}`);
      case "effect_handled":
        return this.effectCloses(
          `effect ${text("dispatch")}`,
          `${text("effect")} → ${text("handler") || text("outcome")}`,
        );
      case "callback_start":
        return this.effectOpens(event, task, CALLBACK, text("name"), `callback ${task.task} ${text("name")}`);
      case "callback_end":
        return this.effectCloses(`callback ${task.task} ${text("name")}`, text("name"));
    }
  }

  private task(number: number): Task {
    let task = this.tasks.get(number);
    if (task === undefined) {
      const name = number === 0 ? "main" : `task ${number}`;
      task = {
        index: this.tasks.size,
        task: number,
        name,
        outcome: "",
        stack: [],
        effects: [],
        functionRows: 0,
        effectRows: 0,
      };
      this.tasks.set(number, task);
    }
    return task;
  }

  /** The time since the last event belongs to the line that ran then; while a task waits, to none. */
  private spend(time: number): void {
    const active = this.running?.stack.at(-1);
    if (active === undefined || active.line === 0) return;
    const spent = rowOf(this.spent, active.file);
    spent[active.line] = (spent[active.line] ?? 0) + time;
  }

  private lineRuns(event: TraceEvent, task: Task): void {
    const [file, line] = [this.files.of(event.file ?? ""), event.line ?? 0];
    const counts = rowOf(this.counts, file);
    counts[line] = (counts[line] ?? 0) + 1;
    const active = task.stack.at(-1);
    if (active !== undefined) active.line = line;
  }

  private opens(event: TraceEvent, task: Task): void {
    const firstLine = event.line ?? 0;
    const [name, file] = [this.names.of(event.function ?? ""), this.files.of(event.file ?? "")];
    task.stack.push({ name, file, firstLine, start: this.now, line: event.type === "resume" ? firstLine : 0 });
  }

  private closes(event: TraceEvent, task: Task): void {
    const active = task.stack.at(-1);
    const known =
      active && this.names.texts[active.name] === event.function && this.files.texts[active.file] === event.file;
    if (!known) return; // it began before the trace did
    task.stack.pop();
    this.span(task, active, this.now);
  }

  private span(task: Task, active: Active, end: number): void {
    const lane = task.stack.length;
    if (lane >= MOST_FUNCTION_ROWS) return;
    task.functionRows = Math.max(task.functionRows, lane + 1);
    this.push(task, lane, FUNCTION, active.start, end, active.name, active.file, active.firstLine);
  }

  private effectOpens(event: TraceEvent, task: Task, kind: number, label: string, key: string): void {
    const taken = new Set(task.effects.map((effect) => effect.lane));
    let lane = 0;
    while (taken.has(lane)) lane += 1;
    const known = event.line !== undefined; // a call that is a task of its own was made by no line
    const [file, line] = [this.files.of((known && event.file) || ""), event.line ?? 0];
    const effect = { task, label, kind, start: this.now, lane, file, line };
    task.effects.push(effect);
    this.open.set(key, effect);
  }

  /** The answer may come while another task runs. */
  private effectCloses(key: string, label: string): void {
    const effect = this.open.get(key);
    if (effect === undefined) return; // it began before the trace did
    this.open.delete(key);
    effect.task.effects.splice(effect.task.effects.indexOf(effect), 1);
    this.effectSpan({ ...effect, label }, this.now);
  }

  private effectSpan(effect: OpenEffect, end: number): void {
    const { task } = effect;
    if (effect.lane >= MOST_EFFECT_ROWS) return;
    task.effectRows = Math.max(task.effectRows, effect.lane + 1);
    this.push(task, effect.lane, effect.kind, effect.start, end, this.names.of(effect.label), effect.file, effect.line);
  }

  private push(
    task: Task,
    lane: number,
    kind: number,
    start: number,
    end: number,
    name: number,
    file: number,
    line: number,
  ): void {
    const { spans } = this;
    spans.tracks.push(task.index);
    spans.lanes.push(lane);
    spans.kinds.push(kind);
    spans.starts.push(start);
    spans.ends.push(end);
    spans.names.push(name);
    spans.files.push(file);
    spans.lines.push(line);
  }

  private marksException(event: TraceEvent, task: Task, type: string): void {
    const { marks } = this;
    marks.times.push(this.now);
    marks.tracks.push(task.index);
    marks.names.push(this.names.of(type));
    marks.files.push(this.files.of(event.file ?? ""));
    marks.lines.push(event.line ?? 0);
  }

  /** The trace, of the events so far. */
  finish(title: string, cut: boolean): Trace {
    for (const task of this.tasks.values()) {
      for (let active = task.stack.pop(); active !== undefined; active = task.stack.pop())
        this.span(task, active, this.now);
      for (const effect of task.effects.splice(0)) this.effectSpan(effect, this.now);
    }
    const { tracks, trackOf } = this.layOut();
    const timeline: Timeline = {
      title,
      names: this.names.texts,
      files: this.files.texts,
      tracks,
      spans: this.sorted(tracks, trackOf),
      marks: this.marksOn(trackOf),
      duration: this.now,
      events: this.events,
      cut,
    };
    return { timeline, heat: this.heat() };
  }

  /** The tracks of the tasks in which something of the program ran, and which track each task has. */
  private layOut(): { tracks: Track[]; trackOf: Uint32Array } {
    const trackOf = new Uint32Array(this.tasks.size);
    const tracks: Track[] = [];
    let firstRow = 0;
    for (const { index, task, name, outcome, effectRows, functionRows } of this.tasks.values()) {
      const rows = effectRows + functionRows;
      if (rows === 0) continue;
      trackOf[index] = tracks.push({ task, name, outcome, firstRow, effectRows, rows }) - 1;
      firstRow += rows;
    }
    return { tracks, trackOf };
  }

  /** A stable sort by row: in a lane spans end in the order in which they begin. */
  private sorted(tracks: readonly Track[], trackOf: Uint32Array): Timeline["spans"] {
    const { spans } = this;
    const count = spans.tracks.length;
    const last = tracks.at(-1);
    const rowStarts = new Uint32Array((last ? last.firstRow + last.rows : 0) + 1);
    const rows = new Uint32Array(count);
    for (let i = 0; i < count; i++) {
      const { firstRow, effectRows } = tracks[trackOf[spans.tracks.at(i)] as number] as Track;
      const row = firstRow + (spans.kinds.at(i) === FUNCTION ? effectRows : 0) + spans.lanes.at(i);
      rows[i] = row;
      (rowStarts[row + 1] as number)++;
    }
    for (let row = 1; row < rowStarts.length; row++) (rowStarts[row] as number) += rowStarts[row - 1] as number;
    const next = rowStarts.slice();
    const order = new Uint32Array(count);
    for (let i = 0; i < count; i++) order[(next[rows[i] as number] as number)++] = i;
    return {
      rowStarts,
      starts: spans.starts.inOrder(order),
      ends: spans.ends.inOrder(order),
      names: spans.names.inOrder(order),
      kinds: spans.kinds.inOrder(order),
      files: spans.files.inOrder(order),
      lines: spans.lines.inOrder(order),
    };
  }

  private marksOn(trackOf: Uint32Array): Timeline["marks"] {
    const { marks } = this;
    const order = Uint32Array.from({ length: marks.times.length }, (_, i) => i);
    return {
      times: marks.times.inOrder(order),
      tracks: marks.tracks.inOrder(order).map((task) => trackOf[task] as number),
      names: marks.names.inOrder(order),
      files: marks.files.inOrder(order),
      lines: marks.lines.inOrder(order),
    };
  }

  private heat(): Map<string, Heat[]> {
    const heat = new Map<string, Heat[]>();
    this.counts.forEach((counts, file) => {
      const spent = this.spent[file] ?? [];
      const lines = Object.keys(counts).map((line) => ({
        line: Number(line),
        count: counts[Number(line)] ?? 0,
        time: spent[Number(line)] ?? 0,
      }));
      heat.set(this.files.texts[file] ?? "", lines);
    });
    return heat;
  }
}

function rowOf(rows: number[][], index: number): number[] {
  let row = rows[index];
  if (row === undefined) {
    row = [];
    rows[index] = row;
  }
  return row;
}
