// What the settings grant to programs.
import { homedir } from "node:os";
import * as vscode from "vscode";

/** What a program may use, as far as the settings say; the names are the launch configuration's. */
export interface Grants {
  memory?: string;
  timeLimit?: number;
  mounts?: string[];
  packages?: string[];
  callbacks?: string;
  justMyCode?: boolean;
}

/** The settings that apply to a file; what is at its default is left out. */
export function grantsFor(resource: vscode.Uri | undefined): Grants {
  const settings = vscode.workspace.getConfiguration("sandstep", resource);
  const text = (name: string) => substituted(settings.get<string>(name, "").trim(), resource);
  const list = (name: string) => settings.get<string[]>(name, []).map((item) => substituted(item, resource));
  const grants: Grants = {};
  const [memory, callbacks, timeLimit] = [text("memory"), text("callbacks"), settings.get<number | null>("timeLimit")];
  const [mounts, packages] = [list("mounts"), list("packages")];
  if (memory) grants.memory = memory;
  if (typeof timeLimit === "number") grants.timeLimit = timeLimit;
  if (mounts.length > 0) grants.mounts = mounts;
  if (packages.length > 0) grants.packages = packages;
  if (callbacks) grants.callbacks = callbacks;
  if (!settings.get<boolean>("justMyCode", true)) grants.justMyCode = false;
  return grants;
}

/** The options of `sandstep run` that say the same. */
export function asOptions(grants: Grants): string[] {
  return [
    ...(grants.memory ? ["--memory", grants.memory] : []),
    ...(grants.timeLimit ? ["--time", String(grants.timeLimit)] : []),
    ...(grants.mounts ?? []).flatMap((mount) => ["--mount", mount]),
    ...(grants.packages ?? []).flatMap((folder) => ["--packages", folder]),
    ...(grants.callbacks ? ["--callbacks", grants.callbacks] : []),
  ];
}

/** The text of a setting with its variables filled in: `${workspaceFolder}`, `${userHome}`, `${env:NAME}`, and `~` at its beginning. */
export function substituted(text: string, resource: vscode.Uri | undefined): string {
  const folder = (resource && vscode.workspace.getWorkspaceFolder(resource)) ?? vscode.workspace.workspaceFolders?.[0];
  return text
    .replace(/^~(?=$|[\\/])/, () => homedir())
    .replaceAll("${workspaceFolder}", () => folder?.uri.fsPath ?? "${workspaceFolder}")
    .replaceAll("${userHome}", () => homedir())
    .replaceAll(/\$\{env:([^}]+)\}/g, (_, name: string) => process.env[name] ?? "");
}
