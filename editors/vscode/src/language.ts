// When the language client runs: from the first Python file on, with the command of the workspace.
import * as path from "node:path";
import * as vscode from "vscode";
import { findCommand } from "./command";
import { onDidSelect } from "./environments";
import type { LanguageServer } from "./language_client";
import { log } from "./log";

class Language implements vscode.Disposable {
  private server: LanguageServer | undefined;
  private executable: string | undefined;
  private changing: Promise<void> = Promise.resolve();

  constructor(private readonly context: vscode.ExtensionContext) {}

  /** Starts the server, or another one, if that is what the settings and the environment now say. */
  update(): Promise<void> {
    this.changing = this.changing.then(() => this.change()).catch((error) => log.warn(`language server: ${error}`));
    return this.changing;
  }

  private async change(): Promise<void> {
    const wanted = await this.wanted();
    if (wanted === this.executable) return;
    await this.server?.stop();
    this.server = undefined;
    this.executable = wanted;
    if (wanted === undefined) return;
    const client: typeof import("./language_client") = await import(
      this.context.asAbsolutePath(path.join("dist", "language_client.js"))
    );
    this.server = await client.start(wanted, log);
  }

  private async wanted(): Promise<string | undefined> {
    if (!vscode.workspace.getConfiguration("sandstep").get<boolean>("languageServer", true)) return undefined;
    const python = vscode.workspace.textDocuments.find((document) => document.languageId === "python");
    if (python === undefined) return this.executable;
    const command = await findCommand(this.context, python.uri);
    return command.kind === "found" ? command.executable : undefined;
  }

  dispose(): void {
    void this.server?.stop();
  }
}

/** Looks at once, and whenever what decides has changed. */
export function registerLanguageClient(context: vscode.ExtensionContext): vscode.Disposable {
  const language = new Language(context);
  const update = () => void language.update();
  const subscriptions = [
    language,
    vscode.workspace.onDidOpenTextDocument((document) => document.languageId === "python" && update()),
    vscode.workspace.onDidChangeConfiguration((change) => change.affectsConfiguration("sandstep") && update()),
    vscode.debug.onDidStartDebugSession(update), // the command may have been installed for it
  ];
  void onDidSelect(update).then((listening) => listening && context.subscriptions.push(listening));
  update();
  return vscode.Disposable.from(...subscriptions);
}
