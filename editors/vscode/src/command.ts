// Which `sandstep` is used for a workspace.
import * as path from "node:path";
import * as vscode from "vscode";
import { commandBeside, type Environment, environmentOf, isExecutable, onPath, pythonIn } from "./environments";
import { substituted } from "./settings";

/** The command `sandstep`, or why there is none. */
export type Command =
  | { readonly kind: "found"; readonly executable: string }
  | { readonly kind: "wrong setting"; readonly named: string }
  | { readonly kind: "missing"; readonly environment: Environment | undefined };

/** Finds the command: the setting, the workspace's environment, the PATH, the environment that the extension made itself. */
export async function findCommand(
  context: vscode.ExtensionContext,
  resource: vscode.Uri | undefined,
): Promise<Command> {
  const setting = vscode.workspace.getConfiguration("sandstep", resource).get<string>("command", "").trim();
  if (setting !== "") {
    const named = substituted(setting, resource);
    const executable = path.isAbsolute(named) ? named : await onPath(named);
    if (executable === undefined || !(await isExecutable(executable))) return { kind: "wrong setting", named };
    return { kind: "found", executable };
  }
  const environment = await environmentOf(resource);
  const executable =
    (environment && (await commandBeside(environment.python))) ??
    (await onPath("sandstep")) ??
    (await commandBeside(pythonIn(ownFolder(context))));
  return executable === undefined ? { kind: "missing", environment } : { kind: "found", executable };
}

/** The folder of the environment that the extension makes where a workspace has none. */
export function ownFolder(context: vscode.ExtensionContext): string {
  return path.join(context.globalStorageUri.fsPath, "environment");
}
