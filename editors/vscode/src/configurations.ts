// Launch configurations: those that need no launch.json, and what the settings add to each.
import * as path from "node:path";
import * as vscode from "vscode";
import { requireImage } from "./image";
import { requireCommand } from "./installing";
import { requireListener } from "./listener";
import { grantsFor } from "./settings";

/** The type of Sandstep's debug sessions. */
export const TYPE = "sandstep";

const CURRENT = "Sandstep: Current File";

/** The configuration for a file, without any launch.json; the call stack tells sessions apart by its name. */
export function configurationFor(program: string, name = CURRENT): vscode.DebugConfiguration {
  return { type: TYPE, request: "launch", name, program };
}

export class Configurations implements vscode.DebugConfigurationProvider {
  constructor(private readonly context: vscode.ExtensionContext) {}

  provideDebugConfigurations(): vscode.DebugConfiguration[] {
    return [configurationFor("${file}")];
  }

  async resolveDebugConfiguration(
    folder: vscode.WorkspaceFolder | undefined,
    given: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    const configuration = given.type ? given : { ...configurationFor("${file}"), noDebug: given.noDebug };
    const editor = vscode.window.activeTextEditor;
    if (configuration.program === "${file}" && editor?.document.languageId !== "python") {
      void vscode.window.showErrorMessage(
        "Open the Python file that Sandstep is to run, or name a `program` in launch.json.",
      );
      return undefined;
    }
    const { justMyCode, ...grants } = grantsFor(folder?.uri ?? editor?.document.uri);
    const name = given.type ? given.name : nameFor(editor?.document.uri);
    return { ...grants, ...(justMyCode === undefined ? {} : { justMyCode }), ...configuration, name };
  }

  async resolveDebugConfigurationWithSubstitutedVariables(
    folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    if (listens(configuration)) return configuration;
    const program = typeof configuration.program === "string" ? vscode.Uri.file(configuration.program) : undefined;
    const command = await requireCommand(this.context, program ?? folder?.uri);
    if (command === undefined || !(await requireImage(command))) return undefined;
    return { ...configuration, __command: command };
  }
}

/** What the session of a file is called. */
export function nameFor(file: vscode.Uri | undefined): string {
  return file === undefined ? CURRENT : path.basename(file.fsPath);
}

/** Starts the adapter, or connects to one that listens. */
export class Adapters implements vscode.DebugAdapterDescriptorFactory {
  async createDebugAdapterDescriptor(session: vscode.DebugSession): Promise<vscode.DebugAdapterDescriptor> {
    const { configuration } = session;
    if (listens(configuration)) {
      const [port, host] = [Number(configuration.port), String(configuration.host ?? "127.0.0.1")];
      await requireListener(port, host);
      return new vscode.DebugAdapterServer(port, host);
    }
    return new vscode.DebugAdapterExecutable(String(configuration.__command), ["dap"]);
  }
}

function listens(configuration: vscode.DebugConfiguration): boolean {
  return configuration.request === "attach" && configuration.port !== undefined;
}
