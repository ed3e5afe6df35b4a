// The Python environment that a workspace uses, as the Python extension says, or as its folders show.
import { access, constants } from "node:fs/promises";
import * as path from "node:path";
import { PythonExtension } from "@vscode/python-extension";
import * as vscode from "vscode";

const WINDOWS = process.platform === "win32";

/** A Python interpreter into whose environment packages can be installed. */
export interface Environment {
  readonly python: string;
  /** What the user calls it: the name of its folder, and its version where that is known. */
  readonly label: string;
}

/** Whether the Python extension is there, with which the user selects an environment. */
export function canSelect(): boolean {
  return vscode.extensions.getExtension("ms-python.python") !== undefined;
}

/** The environment that is used for `resource`: the selected one, else `.venv` or `venv` in the workspace. */
export async function environmentOf(resource: vscode.Uri | undefined): Promise<Environment | undefined> {
  if (!vscode.workspace.isTrusted) return undefined; // a workspace's interpreter is a program of the workspace
  return (await selected(resource)) ?? (await inWorkspace(resource));
}

/** Calls back when the user selects another environment. */
export async function onDidSelect(listener: () => void): Promise<vscode.Disposable | undefined> {
  const extension = await pythonExtension();
  return extension?.environments.onDidChangeActiveEnvironmentPath(listener);
}

async function pythonExtension(): Promise<PythonExtension | undefined> {
  return canSelect() ? PythonExtension.api() : undefined;
}

async function selected(resource: vscode.Uri | undefined): Promise<Environment | undefined> {
  const extension = await pythonExtension();
  if (extension === undefined) return undefined;
  const place = extension.environments.getActiveEnvironmentPath(resource);
  const resolved = await extension.environments.resolveEnvironment(place);
  const python = resolved?.executable.uri?.fsPath;
  if (resolved === undefined || python === undefined) return undefined;
  const version = resolved.version ? ` (Python ${resolved.version.major}.${resolved.version.minor})` : "";
  const folder = resolved.environment?.folderUri.fsPath ?? python;
  return { python, label: `${resolved.environment?.name ?? path.basename(folder)}${version}` };
}

async function inWorkspace(resource: vscode.Uri | undefined): Promise<Environment | undefined> {
  const own = resource && vscode.workspace.getWorkspaceFolder(resource);
  const folders = own ? [own] : (vscode.workspace.workspaceFolders ?? []);
  for (const folder of folders) {
    for (const name of [".venv", "venv"]) {
      const python = pythonIn(path.join(folder.uri.fsPath, name));
      if (await isExecutable(python)) return { python, label: name };
    }
  }
  return undefined;
}

/** The interpreter of the virtual environment in `folder`. */
export function pythonIn(folder: string): string {
  return WINDOWS ? path.join(folder, "Scripts", "python.exe") : path.join(folder, "bin", "python");
}

/** Where the command `sandstep` is in the environment of an interpreter, if it is installed there. */
export async function commandBeside(python: string): Promise<string | undefined> {
  const folder = path.dirname(python);
  const places = WINDOWS
    ? [path.join(folder, "sandstep.exe"), path.join(folder, "Scripts", "sandstep.exe")]
    : [path.join(folder, "sandstep")];
  return firstExecutable(places);
}

/** The first place on the PATH that has this command. */
export function onPath(name: string): Promise<string | undefined> {
  const folders = (process.env.PATH ?? "").split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  return firstExecutable(folders.map((folder) => path.join(folder, WINDOWS ? `${name}.exe` : name)));
}

async function firstExecutable(places: readonly string[]): Promise<string | undefined> {
  for (const place of places) if (await isExecutable(place)) return place;
  return undefined;
}

export async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
