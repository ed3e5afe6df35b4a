// The sandbox's image is built once for each version, before the first session.
import * as vscode from "vscode";
import { onPath } from "./environments";
import { log } from "./log";
import { Cancelled, CommandFailed, runCommand } from "./processes";

const PATIENCE = 3000; // milliseconds

/** A line of `sandstep image build --json`: how far it is, and at last where the image is. */
interface Line {
  readonly title?: string;
  /** Of the whole, from 0 to 1. */
  readonly fraction?: number;
  readonly image?: string;
}

interface Step {
  readonly title: string;
  readonly fraction: number;
}

const ready = new Set<string>();

/** Builds the image of a command if it is not there, with progress that can be cancelled. Whether it is there now. */
export async function requireImage(executable: string): Promise<boolean> {
  if (ready.has(executable)) return true;
  try {
    await build(executable);
  } catch (error) {
    if (!(error instanceof Cancelled)) void refuse(executable, error); // the launch does not wait for the user to read it
    return false;
  }
  ready.add(executable);
  return true;
}

/** The progress shows from the first step on, and where nothing is said for long: if the image is there already, there is none. */
async function build(executable: string): Promise<void> {
  const cancelling = new vscode.CancellationTokenSource();
  const steps = new vscode.EventEmitter<Step>();
  let [shows, image] = [false, false];
  const showOnce = () => {
    if (!shows) show(done, steps.event, cancelling);
    shows = true;
  };
  const done = runCommand([executable, "image", "build", "--json"], cancelling.token, (text) => {
    const line = lineOf(text);
    image ||= line.image !== undefined;
    if (line.title === undefined || line.fraction === undefined) return;
    showOnce();
    steps.fire({ title: line.title, fraction: line.fraction });
  });
  const waiting = setTimeout(showOnce, PATIENCE);
  await done.finally(() => clearTimeout(waiting));
  if (!image) throw new CommandFailed("it is not the command `sandstep`, or one that is too old for this extension.");
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

function lineOf(text: string): Line {
  try {
    const line: unknown = JSON.parse(text);
    return typeof line === "object" && line !== null ? line : {};
  } catch {
    return {};
  }
}

async function refuse(executable: string, error: unknown): Promise<void> {
  const reason = error instanceof CommandFailed ? error.message : String(error);
  const [show, settings, install] = ["Show Log", "Open Settings", "Install Again"];
  const isSet = vscode.workspace.getConfiguration("sandstep").get<string>("command", "").trim() !== "";
  const remedy = isSet ? [settings] : executable === (await onPath("sandstep")) ? [] : [install];
  const chosen = await vscode.window.showErrorMessage(
    `The sandbox could not be set up by ${executable}: ${reason}`,
    ...remedy,
    show,
  );
  if (chosen === show) log.show();
  if (chosen === settings) await vscode.commands.executeCommand("workbench.action.openSettings", "sandstep.command");
  if (chosen === install) await vscode.commands.executeCommand("sandstep.install");
}
