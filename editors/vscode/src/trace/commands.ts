// Runs a file traced, and opens traces.
import { mkdir, rm } from "node:fs/promises";
import * as path from "node:path";
import { Worker } from "node:worker_threads";
import * as vscode from "vscode";
import { requireCommand } from "../installing";
import { runInTerminal, savedFile } from "../running";
import { asOptions, grantsFor } from "../settings";
import { LineHeat } from "./heat";
import type { Trace } from "./model";
import { showTimeline } from "./panel";
import type { Read, Reading } from "./reading_worker";

class Tracing {
  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly heat: LineHeat,
  ) {}

  /** Runs a file traced in the terminal, and shows its trace when it has ended. */
  async trace(uri: vscode.Uri | undefined): Promise<void> {
    const file = await savedFile(uri);
    const command = file && (await requireCommand(this.context, file));
    if (!file || !command) return;
    const folder = path.join((this.context.storageUri ?? this.context.globalStorageUri).fsPath, "traces");
    await mkdir(folder, { recursive: true });
    const name = path.basename(file.fsPath);
    const written = path.join(folder, `${name}.jsonl`);
    await rm(written, { force: true });
    const args = ["run", "--trace", written, ...asOptions(grantsFor(file)), file.fsPath];
    await runInTerminal(
      `trace ${name}`,
      file,
      new vscode.ProcessExecution(command, args, { cwd: path.dirname(file.fsPath) }),
    );
    await this.open(written, name);
  }

  /** Shows a trace that was written before. */
  async choose(): Promise<void> {
    const chosen = await vscode.window.showOpenDialog({ filters: { Traces: ["jsonl"] }, openLabel: "Open Trace" });
    const file = chosen?.[0];
    if (file) await this.open(file.fsPath, path.basename(file.fsPath, ".jsonl"));
  }

  private async open(file: string, title: string): Promise<void> {
    const options = { location: vscode.ProgressLocation.Window, title: "Reading the trace" };
    const answer = await vscode.window.withProgress(options, () => this.read({ file, title }));
    if ("problem" in answer) {
      await vscode.window.showErrorMessage(`The trace of ${title} cannot be shown: ${answer.problem}.`);
      return;
    }
    this.show(answer.trace);
  }

  private show({ timeline, heat }: Trace): void {
    showTimeline(this.context, timeline);
    this.heat.show(heat);
  }

  private read(reading: Reading): Promise<Read> {
    return new Promise((resolve) => {
      const worker = new Worker(this.context.asAbsolutePath(path.join("dist", "reading_worker.js")), {
        workerData: reading,
      });
      worker.once("message", resolve);
      worker.once("error", (error) => resolve({ problem: error.message }));
    });
  }
}

export function registerTrace(context: vscode.ExtensionContext): vscode.Disposable {
  const heat = new LineHeat();
  const tracing = new Tracing(context, heat);
  const { registerCommand } = vscode.commands;
  return vscode.Disposable.from(
    heat,
    registerCommand("sandstep.trace", (uri?: vscode.Uri) => tracing.trace(uri)),
    registerCommand("sandstep.openTrace", () => tracing.choose()),
    registerCommand("sandstep.clearHeat", () => heat.clear()),
  );
}
