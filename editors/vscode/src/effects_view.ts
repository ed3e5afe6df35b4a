// What surrounds the selected frame: handlers, dispatches in progress, where its task was started.
import * as vscode from "vscode";
import { TYPE } from "./configurations";
import { openSource } from "./opening";
import { type Effects, look, type Place } from "./protocol";

interface Row {
  readonly label: string;
  readonly description?: string;
  readonly icon: string;
  readonly place?: Place;
}

interface Section {
  readonly title: string;
  readonly rows: readonly Row[];
}

type Node = Section | Row;

class EffectsView implements vscode.TreeDataProvider<Node> {
  private readonly changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private sections: readonly Section[] = [];
  private session: vscode.DebugSession | undefined;
  private frameId: number | undefined;

  /** Follows the selection in the call stack. */
  async follow(item: vscode.DebugThread | vscode.DebugStackFrame | undefined): Promise<void> {
    const frame = item instanceof vscode.DebugStackFrame && item.session.type === TYPE ? item : undefined;
    this.frameId = frame?.frameId;
    const session = frame?.session;
    if (session !== this.session && session !== undefined) this.show(false);
    if (session !== undefined) this.session = session;
    const answer = frame && (await look(frame.session, "sandstepEffects", { frameId: frame.frameId }));
    if (frame?.frameId !== this.frameId) return; // another one has been selected meanwhile
    this.sections = answer === undefined ? [] : sectionsOf(answer);
    if (this.sections.length > 0) this.show(true);
    this.changed.fire(undefined);
  }

  /** The session is over. */
  forget(session: vscode.DebugSession): void {
    if (session !== this.session) return;
    this.session = undefined;
    this.sections = [];
    this.show(false);
    this.changed.fire(undefined);
  }

  private show(visible: boolean): void {
    void vscode.commands.executeCommand("setContext", "sandstep.showsEffects", visible);
  }

  getChildren(node?: Node): Node[] {
    if (node === undefined) return [...this.sections];
    return "rows" in node ? [...node.rows] : [];
  }

  getTreeItem(node: Node): vscode.TreeItem {
    if ("rows" in node) return new vscode.TreeItem(node.title, vscode.TreeItemCollapsibleState.Expanded);
    const item = new vscode.TreeItem(node.label);
    item.iconPath = new vscode.ThemeIcon(node.icon);
    const name = node.place?.source?.name ?? node.place?.source?.path;
    const where = name === undefined ? undefined : `${name}:${node.place?.line ?? 1}`;
    item.description = [node.description, where].filter((part) => part).join("  ");
    item.tooltip = [node.label, node.description, node.place?.source?.path ?? name].filter((part) => part).join("\n");
    item.command = { command: "sandstep.effects.goto", title: "Go to Source", arguments: [node] };
    return item;
  }

  async goto({ place }: Row): Promise<void> {
    if (this.session && place?.source) await openSource(this.session, place.source, place.line ?? 1);
  }
}

function sectionsOf({ handlers, dispatches, spawns }: Effects): Section[] {
  const sections = [
    {
      title: "Effects in Progress",
      rows: dispatches.map((each): Row => ({ label: each.label, icon: "zap", place: each })),
    },
    {
      title: "Handlers, Innermost First",
      rows: handlers.map(
        (each): Row => ({
          label: each.mark ? `${each.name} ${each.mark}` : each.name,
          icon: "symbol-event",
          place: each,
        }),
      ),
    },
    {
      title: "Started From",
      rows: spawns.map((each): Row => ({ label: each.label, icon: "git-branch", place: each })),
    },
  ];
  return sections.filter((section) => section.rows.length > 0);
}

/** Makes the view, and follows the call stack's selection. */
export function registerEffects(): vscode.Disposable {
  const effects = new EffectsView();
  return vscode.Disposable.from(
    vscode.window.createTreeView("sandstep.effects", { treeDataProvider: effects }),
    vscode.debug.onDidChangeActiveStackItem((item) => effects.follow(item)),
    vscode.debug.onDidTerminateDebugSession((session) => effects.forget(session)),
    vscode.commands.registerCommand("sandstep.effects.goto", (row: Row) => effects.goto(row)),
  );
}
