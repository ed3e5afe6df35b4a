// The commands that run and debug a file without any configuration.
import * as path from "node:path";
import * as vscode from "vscode";
import { callOf } from "./calling";
import { configurationFor, nameFor, TYPE } from "./configurations";
import { requireCommand } from "./installing";
import { asOptions, type Grants, grantsFor } from "./settings";

/** What a code lens says to run: a name of the module, or, without one, the file. */
export interface Target {
  readonly call?: string;
}

export class Running {
  constructor(private readonly context: vscode.ExtensionContext) {}

  /** Runs a file in a terminal; without one, that of the active editor. */
  async run(uri: vscode.Uri | undefined, target: Target = {}): Promise<void> {
    const file = await savedFile(uri);
    const command = file && (await requireCommand(this.context, file));
    if (!file || !command) return;
    const grants = grantsFor(file);
    const program = target.call
      ? called(file, target.call, grants)
      : { args: [...asOptions(grants), file.fsPath], cwd: path.dirname(file.fsPath) };
    const name = target.call ?? path.basename(file.fsPath);
    await runInTerminal(
      name,
      file,
      new vscode.ProcessExecution(command, ["run", ...program.args], { cwd: program.cwd }),
    );
  }

  /** Debugs a file; without one, that of the active editor. */
  async debug(uri: vscode.Uri | undefined, target: Target = {}): Promise<void> {
    const file = await savedFile(uri);
    if (!file) return;
    const folder = vscode.workspace.getWorkspaceFolder(file);
    if (target.call === undefined) {
      await vscode.debug.startDebugging(folder, configurationFor(file.fsPath, nameFor(file)));
      return;
    }
    const { code, folder: own } = callOf(file.fsPath, target.call);
    const mounts = [...(grantsFor(file).mounts ?? []), own];
    await vscode.debug.startDebugging(folder, {
      type: TYPE,
      request: "launch",
      name: target.call,
      code,
      mounts,
      cwd: own,
    });
  }
}

function called(file: vscode.Uri, name: string, grants: Grants): { args: string[]; cwd: string } {
  const { code, folder } = callOf(file.fsPath, name);
  return { args: [...asOptions({ ...grants, mounts: [...(grants.mounts ?? []), folder] }), "-c", code], cwd: folder };
}

/** The file to run, saved; undefined if there is none, and then the user was told. */
export async function savedFile(uri: vscode.Uri | undefined): Promise<vscode.Uri | undefined> {
  const wanted = uri ?? vscode.window.activeTextEditor?.document.uri;
  if (wanted === undefined) {
    void vscode.window.showErrorMessage("Open the Python file that Sandstep is to run.");
    return undefined;
  }
  const document = vscode.workspace.textDocuments.find((each) => each.uri.toString() === wanted.toString());
  const file = document?.isDirty ? await saved(document) : wanted;
  if (file !== undefined && file.scheme !== "file") {
    void vscode.window.showErrorMessage("Save the file on disk first: the sandbox reads programs from there.");
    return undefined;
  }
  return file;
}

/** Where a document is saved: one without a name is given one by the user, who may also think better of it. */
async function saved(document: vscode.TextDocument): Promise<vscode.Uri | undefined> {
  if (document.isUntitled) return vscode.workspace.save(document.uri);
  return (await document.save()) ? document.uri : undefined; // the editor says why not
}

/** Runs a process in the terminal, where the user sees its output and types its input, until it ends. */
export async function runInTerminal(name: string, file: vscode.Uri, execution: vscode.ProcessExecution): Promise<void> {
  const scope = vscode.workspace.getWorkspaceFolder(file) ?? vscode.TaskScope.Global;
  const task = new vscode.Task({ type: TYPE, name }, scope, name, "Sandstep", execution, []);
  task.presentationOptions = {
    reveal: vscode.TaskRevealKind.Always,
    panel: vscode.TaskPanelKind.Dedicated,
    focus: true,
    clear: true,
    echo: false,
    showReuseMessage: false,
  };
  const ended = new Set<vscode.TaskExecution>(); // it may end before it is known which it is
  let notice: () => unknown = () => undefined;
  const listening = vscode.tasks.onDidEndTask((end) => {
    ended.add(end.execution);
    notice();
  });
  const running = await vscode.tasks.executeTask(task);
  await new Promise<void>((resolve) => {
    notice = () => ended.has(running) && resolve();
    notice();
  });
  listening.dispose();
}
