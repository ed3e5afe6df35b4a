// Line heat: how much of the time each line took, behind its text.
import * as vscode from "vscode";
import { duration } from "../tasks_view";
import type { Heat } from "./model";

const LEVELS = 6;
const WORTH_WORDS = 0.02;

/** Shows the heat of the last trace in the editors, until a file is changed or it is cleared. */
export class LineHeat implements vscode.Disposable {
  private heat = new Map<string, readonly Heat[]>();
  private total = 0;
  private readonly levels = Array.from({ length: LEVELS }, (_, level) =>
    vscode.window.createTextEditorDecorationType({
      isWholeLine: true,
      backgroundColor: `rgba(235, 110, 30, ${(0.06 + (0.3 * level) / (LEVELS - 1)).toFixed(3)})`,
      overviewRulerColor: `rgba(235, 110, 30, ${(0.2 + (0.8 * level) / (LEVELS - 1)).toFixed(3)})`,
      overviewRulerLane: vscode.OverviewRulerLane.Left,
    }),
  );
  private readonly subscriptions = [
    vscode.window.onDidChangeVisibleTextEditors(() => this.draw()),
    vscode.workspace.onDidChangeTextDocument(
      ({ document, contentChanges }) => contentChanges.length > 0 && this.forget(document.uri),
    ),
  ];

  show(heat: ReadonlyMap<string, readonly Heat[]>): void {
    this.heat = new Map(heat);
    this.total = [...heat.values()].flat().reduce((sum, { time }) => sum + time, 0);
    this.draw();
  }

  clear(): void {
    this.heat.clear();
    this.draw();
  }

  private forget(file: vscode.Uri): void {
    if (this.heat.delete(file.fsPath)) this.draw();
  }

  private draw(): void {
    void vscode.commands.executeCommand("setContext", "sandstep.heat", this.heat.size > 0);
    for (const editor of vscode.window.visibleTextEditors) {
      const lines = this.heat.get(editor.document.uri.fsPath) ?? [];
      const decorations = this.levels.map((): vscode.DecorationOptions[] => []);
      for (const line of lines) decorations[this.levelOf(line)]?.push(this.decoration(line));
      for (const [level, type] of this.levels.entries()) editor.setDecorations(type, decorations[level] ?? []);
    }
  }

  /** By the logarithm of its part of the whole: a tenth of the time is two levels below all of it. */
  private levelOf({ time }: Heat): number {
    const part = Math.max(1e-6, time / Math.max(1, this.total));
    return Math.max(0, Math.round(LEVELS - 1 + 2 * Math.log10(part)));
  }

  private decoration({ line, count, time }: Heat): vscode.DecorationOptions {
    const part = time / Math.max(1, this.total);
    const percent = `${(100 * part).toFixed(part < 0.1 ? 1 : 0)} %`;
    const words = `${duration(time / 1e9)}, ${percent} of the traced time; ran ${count.toLocaleString("en")} ${count === 1 ? "time" : "times"}`;
    const after = {
      contentText: `  ${percent}`,
      color: new vscode.ThemeColor("editorCodeLens.foreground"),
      fontStyle: "italic",
    };
    return {
      range: new vscode.Range(line - 1, 0, line - 1, 0),
      hoverMessage: words,
      ...(part >= WORTH_WORDS ? { renderOptions: { after } } : {}),
    };
  }

  dispose(): void {
    for (const each of [...this.levels, ...this.subscriptions]) each.dispose();
  }
}
