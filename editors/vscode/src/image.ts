// The sandbox's image is built once for each version, before the first session.
import * as vscode from "vscode";
import { log } from "./log";
import { Cancelled, CommandFailed, runCommand } from "./processes";

/** A line of `sandstep image build --json`. */
interface Step {
  readonly title: string;
  /** Of the whole, from 0 to 1. */
  readonly fraction: number;
}

const ready = new Set<string>();

/** Builds the image of a command if it is not there, with progress that can be cancelled. Whether it is there now. */
export async function requireImage(executable: string): Promise<boolean> {
  if (ready.has(executable)) return true;
  try {
    await build(executable);
  } catch (error) {
    if (error instanceof Cancelled) return false;
    await refuse(error);
    return false;
  }
  ready.add(executable);
  return true;
}

/** The progress shows from the first step on: where the image is there already, there is none. */
async function build(executable: string): Promise<void> {
  const cancelling = new vscode.CancellationTokenSource();
  const steps = new vscode.EventEmitter<Step>();
  let shows = false;
  const done = runCommand([executable, "image", "build", "--json"], cancelling.token, (line) => {
    const step = stepOf(line);
    if (step === undefined) return;
    if (!shows) show(done, steps.event, cancelling);
    shows = true;
    steps.fire(step);
  });
  await done;
}

function show(done: Promise<unknown>, steps: vscode.Event<Step>, cancelling: vscode.CancellationTokenSource): void {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: "Setting up the sandbox",
    cancellable: true,
  };
  vscode.window.withProgress(options, async (progress, cancellation) => {
    cancellation.onCancellationRequested(() => cancelling.cancel());
    let last = 0;
    steps(({ title, fraction }) => {
      progress.report({ message: title, increment: 100 * (fraction - last) });
      last = fraction;
    });
    await done.catch(() => undefined); // who waits for the image says what went wrong
  });
}

function stepOf(line: string): Step | undefined {
  try {
    const { title, fraction } = JSON.parse(line) as Partial<Step>;
    return typeof title === "string" && typeof fraction === "number" ? { title, fraction } : undefined;
  } catch {
    return undefined;
  }
}

async function refuse(error: unknown): Promise<void> {
  const reason = error instanceof CommandFailed ? error.message : String(error);
  const show = "Show Log";
  const chosen = await vscode.window.showErrorMessage(`The sandbox could not be set up: ${reason}`, show);
  if (chosen === show) log.show();
}
