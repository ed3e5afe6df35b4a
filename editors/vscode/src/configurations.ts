// Launch configurations: those that need no launch.json, and what the settings add to each.
import * as vscode from "vscode";
import { requireImage } from "./image";
import { requireCommand } from "./installing";
import { grantsFor } from "./settings";

/** The type of Sandstep's debug sessions. */
export const TYPE = "sandstep";

/** The configuration for a file, without any launch.json. */
export function configurationFor(program: string): vscode.DebugConfiguration {
  return { type: TYPE, request: "launch", name: "Sandstep: Current File", program };
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
      await vscode.window.showErrorMessage(
        "Open the Python file that Sandstep is to run, or name a `program` in launch.json.",
      );
      return undefined;
    }
    const { justMyCode, ...grants } = grantsFor(folder?.uri ?? editor?.document.uri);
    return { ...grants, ...(justMyCode === undefined ? {} : { justMyCode }), ...configuration };
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

/** Starts the adapter, or connects to one that listens. */
export class Adapters implements vscode.DebugAdapterDescriptorFactory {
  createDebugAdapterDescriptor(session: vscode.DebugSession): vscode.DebugAdapterDescriptor {
    const { configuration } = session;
    if (listens(configuration)) {
      return new vscode.DebugAdapterServer(Number(configuration.port), String(configuration.host ?? "127.0.0.1"));
    }
    return new vscode.DebugAdapterExecutable(String(configuration.__command), ["dap"]);
  }
}

function listens(configuration: vscode.DebugConfiguration): boolean {
  return configuration.request === "attach" && configuration.port !== undefined;
}
