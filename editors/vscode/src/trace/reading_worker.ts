// Reads a trace file in a thread of its own, so that the editor stays responsive.
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { parentPort, workerData } from "node:worker_threads";
import { Builder, type TraceEvent } from "./building";
import type { Trace } from "./model";

/** So many events are shown of a trace: a million takes some 30 MB of the page's memory. */
const MOST_EVENTS = 5_000_000;
const SCHEMA = "sandstep-trace";
const VERSION = 1;

/** What the thread is given. */
export interface Reading {
  readonly file: string;
  readonly title: string;
}

/** What it answers: the trace, or why there is none. */
export type Read = { readonly trace: Trace } | { readonly problem: string };

async function read({ file, title }: Reading): Promise<Trace> {
  const lines = createInterface({
    input: createReadStream(file, { highWaterMark: 1 << 20 }),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  const builder = new Builder();
  let count = -1;
  for await (const line of lines) {
    if (count < 0) checkHeader(line);
    else if (count === MOST_EVENTS) return builder.finish(title, true);
    else builder.add(JSON.parse(line) as TraceEvent);
    count += 1;
  }
  if (count < 0) throw new Error("it is empty");
  if (count === 0) throw new Error("it holds no events: nothing of the program's own code ran");
  return builder.finish(title, false);
}

function checkHeader(line: string): void {
  let header: { schema?: unknown; version?: unknown };
  try {
    header = JSON.parse(line);
  } catch {
    throw new Error("it is no trace; write one with `sandstep run --trace FILE PROGRAM`");
  }
  if (header.schema !== SCHEMA) throw new Error("it is no trace; write one with `sandstep run --trace FILE PROGRAM`");
  if (header.version !== VERSION)
    throw new Error(`it is of version ${header.version}, and this extension reads version ${VERSION}`);
}

read(workerData as Reading).then(
  (trace) => parentPort?.postMessage({ trace } satisfies Read),
  (error: Error) => parentPort?.postMessage({ problem: error.message } satisfies Read),
);
