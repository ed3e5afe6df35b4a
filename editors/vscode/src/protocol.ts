// Sandstep's own requests of a debug session, beside those of the protocol.
import type { DebugProtocol } from "@vscode/debugprotocol";
import type * as vscode from "vscode";
import { log } from "./log";

export type TaskState = "running" | "ready" | "waiting" | "failed" | "cancelled" | "done";

/** A task of the program. */
export interface TaskEntry {
  readonly kind: "task";
  readonly threadId: number;
  readonly name: string;
  readonly label: string;
  readonly runtime: "main" | "asyncio" | "effects";
  readonly state: TaskState;
  readonly waitsFor?: string;
  /** For how long it has waited at least. */
  readonly seconds?: number;
  readonly children: number;
  readonly held: boolean;
  readonly breakOnResume: boolean;
  readonly spawned?: { readonly source: DebugProtocol.Source; readonly line: number };
}

/** Many tasks that are alike. */
export interface GroupEntry {
  readonly kind: "group";
  readonly group: string;
  readonly label: string;
  readonly state: TaskState;
  readonly count: number;
}

export type Entry = TaskEntry | GroupEntry;

/** A place in the program that the effects view leads to. */
export interface Place {
  readonly source?: DebugProtocol.Source;
  readonly line?: number;
}

export interface HandlerEntry extends Place {
  readonly name: string;
  /** The traceback's sign for what it did, "" if it did nothing. */
  readonly mark: string;
}

export interface LabelledPlace extends Place {
  readonly label: string;
}

/** What surrounds a frame: the handlers innermost first, the dispatches in progress, where its task and their parents were started. */
export interface Effects {
  readonly handlers: readonly HandlerEntry[];
  readonly dispatches: readonly LabelledPlace[];
  readonly spawns: readonly LabelledPlace[];
}

/** The requests: their arguments, and what answers them. */
interface Requests {
  sandstepTasks: [
    { parent?: number; group?: string; start?: number; count?: number },
    { entries: Entry[]; total: number },
  ];
  sandstepEffects: [{ frameId: number }, Effects];
  sandstepHoldTask: [{ threadId: number; hold: boolean }, Record<string, never>];
  sandstepBreakOnResume: [{ threadId: number; enabled: boolean }, Record<string, never>];
  terminateThreads: [{ threadIds: number[] }, Record<string, never>];
  sandstepShowTask: [{ threadId: number }, Record<string, never>];
}

/** Sends a request. Throws what the adapter answers in its place. */
export async function ask<Name extends keyof Requests>(
  session: vscode.DebugSession,
  name: Name,
  given: Requests[Name][0],
): Promise<Requests[Name][1]> {
  return session.customRequest(name, given);
}

/** Sends a request for a view. Where the adapter has no answer (now, or at all) there is nothing to show. */
export async function look<Name extends keyof Requests>(
  session: vscode.DebugSession,
  name: Name,
  given: Requests[Name][0],
): Promise<Requests[Name][1] | undefined> {
  try {
    return await ask(session, name, given);
  } catch (error) {
    log.debug(`${name}: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}
