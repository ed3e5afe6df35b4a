// Runs a command to its end.
import { spawn } from "node:child_process";
import type * as vscode from "vscode";
import { log } from "./log";

/** A command that failed; the message is what it said last. */
export class CommandFailed extends Error {}

/** The user ended it. */
export class Cancelled extends Error {}

function whyNotStarted(program: string, error: NodeJS.ErrnoException): string {
  if (error.code === "ENOENT")
    return `${program} does not start: what it runs with is gone, as after an update of Python.`;
  if (error.code === "EACCES") return `${program} is not a program that can be started.`;
  return error.message;
}

/** Runs a command, and gives its stdout. Each line that it says goes to the log and to `onLine`. Throws CommandFailed or Cancelled. */
export function runCommand(
  command: readonly [string, ...string[]],
  cancellation?: vscode.CancellationToken,
  onLine: (line: string) => void = () => {},
): Promise<string> {
  log.info(command.join(" "));
  return new Promise((resolve, reject) => {
    const child = spawn(command[0], command.slice(1), { stdio: ["ignore", "pipe", "pipe"] });
    const listening = cancellation?.onCancellationRequested(() => child.kill("SIGINT"));
    let [stdout, last] = ["", ""];
    const hear = (text: string) => {
      for (const line of text.split(/\r?\n/).filter((each) => each.trim() !== "")) {
        log.info(line);
        last = line.trim();
        onLine(last);
      }
    };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      hear(text);
    });
    child.stderr.setEncoding("utf8").on("data", hear);
    child.on("error", (error) => reject(new CommandFailed(whyNotStarted(command[0], error))));
    child.on("close", (status) => {
      listening?.dispose();
      if (cancellation?.isCancellationRequested) reject(new Cancelled());
      else if (status === 0) resolve(stdout);
      else reject(new CommandFailed(last || `${command[0]} ended with status ${status}`));
    });
  });
}
