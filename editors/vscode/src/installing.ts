// Offers to install Sandstep where it is missing, and installs it.
import { mkdir, readdir } from "node:fs/promises";
import * as path from "node:path";
import * as vscode from "vscode";
import { type Command, findCommand, ownFolder } from "./command";
import { canSelect, type Environment, environmentOf, onPath, pythonIn } from "./environments";
import { log } from "./log";
import { Cancelled, CommandFailed, runCommand } from "./processes";

const OLDEST = [3, 11] as const;
const LATER = `Python ${OLDEST.join(".")} or later`;

/** The command for `resource`; where it is missing, after the user was asked to install it. Undefined if there is none after all. */
export async function requireCommand(
  context: vscode.ExtensionContext,
  resource: vscode.Uri | undefined,
): Promise<string | undefined> {
  const command = await findCommand(context, resource);
  switch (command.kind) {
    case "found":
      return command.executable;
    case "wrong setting":
      await refuseSetting(command.named);
      return undefined;
    case "missing":
      return offer(context, resource, command);
  }
}

/** The command "Install Sandstep": into the environment of the workspace, whether it has a Sandstep or not. */
export async function installNow(context: vscode.ExtensionContext): Promise<void> {
  const resource = vscode.window.activeTextEditor?.document.uri;
  if (await install(context, await environmentOf(resource))) {
    await vscode.window.showInformationMessage(
      "Sandstep is installed. Press F5 in a Python file to debug it in the sandbox.",
    );
  }
}

async function refuseSetting(named: string): Promise<void> {
  const open = "Open Settings";
  const chosen = await vscode.window.showErrorMessage(
    `The setting sandstep.command names ${named}, which is no command on this machine: correct it, or leave it empty.`,
    open,
  );
  if (chosen === open) await vscode.commands.executeCommand("workbench.action.openSettings", "sandstep.command");
}

async function offer(
  context: vscode.ExtensionContext,
  resource: vscode.Uri | undefined,
  missing: Extract<Command, { kind: "missing" }>,
): Promise<string | undefined> {
  const [doInstall, select, settings] = ["Install", "Select Interpreter…", "Open Settings"];
  const where = missing.environment
    ? `It is a Python package, and would be installed into the environment ${missing.environment.label}.`
    : "This workspace has no Python environment, so Sandstep would be installed into one of its own, which nothing else uses.";
  const chosen = await vscode.window.showInformationMessage(
    "Sandstep is not installed yet.",
    { modal: true, detail: where },
    doInstall,
    canSelect() ? select : settings,
  );
  if (chosen === select) await vscode.commands.executeCommand("python.setInterpreter");
  if (chosen === settings) await vscode.commands.executeCommand("workbench.action.openSettings", "sandstep.command");
  if (chosen !== doInstall || !(await install(context, missing.environment))) return undefined;
  const command = await findCommand(context, resource);
  return command.kind === "found" ? command.executable : undefined;
}

/** Whether it was installed; if it was not, the user has been told why. */
async function install(context: vscode.ExtensionContext, environment: Environment | undefined): Promise<boolean> {
  const options = { location: vscode.ProgressLocation.Notification, title: "Installing Sandstep", cancellable: true };
  try {
    await vscode.window.withProgress(options, async (progress, cancellation) => {
      const say = (message: string) => progress.report({ message: message.slice(0, 120) });
      const python = environment?.python ?? (await ownEnvironment(context, cancellation, say));
      await requireVersion(python);
      await runCommand(
        [...(await installer(python, cancellation)), await packageToInstall(context)],
        cancellation,
        say,
      );
    });
    return true;
  } catch (error) {
    if (error instanceof Cancelled) return false;
    log.error(String(error));
    const show = "Show Log";
    const reason = error instanceof CommandFailed ? error.message : String(error);
    const chosen = await vscode.window.showErrorMessage(`Sandstep could not be installed: ${reason}`, show);
    if (chosen === show) log.show();
    return false;
  }
}

async function ownEnvironment(
  context: vscode.ExtensionContext,
  cancellation: vscode.CancellationToken,
  say: (message: string) => void,
): Promise<string> {
  const python = (await onPath("python3")) ?? (await onPath("python"));
  if (python === undefined) throw new CommandFailed(`there is no Python on the PATH; install ${LATER}.`);
  await requireVersion(python);
  say("making an environment for it");
  await mkdir(context.globalStorageUri.fsPath, { recursive: true });
  await runCommand([python, "-m", "venv", ownFolder(context)], cancellation);
  return pythonIn(ownFolder(context));
}

async function requireVersion(python: string): Promise<void> {
  const said = await runCommand([python, "-I", "-c", "import sys; print(*sys.version_info[:2])"]);
  const [major = 0, minor = 0] = said.trim().split(" ").map(Number);
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    throw new CommandFailed(
      `${python} is Python ${major}.${minor}, and Sandstep needs ${LATER}; select another interpreter.`,
    );
  }
}

/** What installs packages into the interpreter's environment: its pip, or uv for an environment that was made without one. */
async function installer(python: string, cancellation: vscode.CancellationToken): Promise<[string, ...string[]]> {
  const pip: [string, ...string[]] = [python, "-I", "-m", "pip"];
  try {
    await runCommand([...pip, "--version"], cancellation);
  } catch (error) {
    const uv = await onPath("uv");
    if (error instanceof Cancelled) throw error;
    if (uv !== undefined) return [uv, "pip", "install", "--python", python, "--upgrade"];
    await runCommand([python, "-I", "-m", "ensurepip"], cancellation);
  }
  return [...pip, "install", "--disable-pip-version-check", "--no-input", "--progress-bar=off", "--upgrade"];
}

/** The wheel that the extension brings, of its own version. */
async function packageToInstall(context: vscode.ExtensionContext): Promise<string> {
  const folder = context.asAbsolutePath("wheel");
  const wheel = (await readdir(folder).catch(() => [])).find((name) => name.endsWith(".whl"));
  if (wheel === undefined)
    throw new CommandFailed("this build of the extension brings no package; make it with `make vsix`.");
  return path.join(folder, wheel);
}
