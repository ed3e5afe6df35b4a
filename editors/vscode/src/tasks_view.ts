// The tree of the program's tasks, in the debug side bar.
import * as vscode from "vscode";
import { TYPE } from "./configurations";
import { log } from "./log";
import { openSource } from "./opening";
import { ask, type GroupEntry, look, type TaskEntry, type TaskState } from "./protocol";

const PAGE = 100;

/** One object for a task as long as the view follows its session: the editor knows a row by it. */
interface TaskNode {
  readonly kind: "task";
  readonly id: string;
  parent: Node | undefined;
  entry: TaskEntry;
}

interface GroupNode {
  readonly kind: "group";
  readonly id: string;
  readonly parent: Node | undefined;
  readonly entry: GroupEntry;
}

/** Stands for the entries that are not shown yet. */
interface MoreNode {
  readonly kind: "more";
  readonly id: string;
  readonly parent: Node | undefined;
  readonly rest: number;
}

type Node = TaskNode | GroupNode | MoreNode;

const ICONS: Record<TaskState, vscode.ThemeIcon> = {
  running: new vscode.ThemeIcon("play", new vscode.ThemeColor("debugIcon.startForeground")),
  ready: new vscode.ThemeIcon("circle-outline"),
  waiting: new vscode.ThemeIcon("watch"),
  failed: new vscode.ThemeIcon("error", new vscode.ThemeColor("list.errorForeground")),
  cancelled: new vscode.ThemeIcon("circle-slash"),
  done: new vscode.ThemeIcon("check", new vscode.ThemeColor("disabledForeground")),
};

class Tasks implements vscode.TreeDataProvider<Node> {
  private readonly changed = new vscode.EventEmitter<Node | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly shown = new Map<number, TaskNode>();
  private readonly limits = new Map<string, number>();
  private session: vscode.DebugSession | undefined;
  private visible = false;

  /** Follows another session, or none. */
  follow(session: vscode.DebugSession | undefined): void {
    const next = session?.type === TYPE ? session : undefined;
    if (next === this.session) return;
    this.session = next;
    this.shown.clear();
    this.limits.clear();
    this.show(false);
    this.changed.fire(undefined); // what it showed of the last session
    void this.refresh();
  }

  /** What is shown may have changed. The view appears with the first task beside the program itself. */
  async refresh(session = this.session): Promise<void> {
    if (session === undefined || session !== this.session) return;
    if (!this.visible) {
      const answer = await look(session, "sandstepTasks", { start: 0, count: 2 });
      if (answer === undefined || session !== this.session) return;
      const [first] = answer.entries;
      if (answer.total < 2 && (first === undefined || (first.kind === "task" && first.children === 0))) return;
      this.show(true);
    }
    this.changed.fire(undefined);
  }

  private show(visible: boolean): void {
    this.visible = visible;
    void vscode.commands.executeCommand("setContext", "sandstep.showsTasks", visible);
  }

  async getChildren(parent?: Node): Promise<Node[]> {
    const session = this.session;
    if (session === undefined || parent?.kind === "more") return [];
    const id = parent?.id ?? "";
    const count = this.limits.get(id) ?? PAGE;
    const answer = await look(session, "sandstepTasks", { ...scope(parent), start: 0, count });
    if (answer === undefined) return [];
    const nodes = answer.entries.map((entry) =>
      entry.kind === "task" ? this.taskNode(entry, parent, session) : groupNode(entry, parent),
    );
    const rest = answer.total - nodes.length;
    return rest > 0 ? [...nodes, { kind: "more", id: `${id}/more`, parent, rest }] : nodes;
  }

  private taskNode(entry: TaskEntry, parent: Node | undefined, session: vscode.DebugSession): TaskNode {
    const known = this.shown.get(entry.threadId);
    if (known !== undefined) return Object.assign(known, { entry, parent });
    // Its id has the session in it: what is unfolded in one program is not in the next.
    const node: TaskNode = { kind: "task", id: `${session.id} task ${entry.threadId}`, parent, entry };
    this.shown.set(entry.threadId, node);
    return node;
  }

  getParent(node: Node): Node | undefined {
    return node.parent;
  }

  getTreeItem(node: Node): vscode.TreeItem {
    switch (node.kind) {
      case "task":
        return taskItem(node);
      case "group":
        return groupItem(node);
      case "more":
        return moreItem(node);
    }
  }

  /** Shows a page more of the entries beside `node`. */
  more(node: MoreNode): void {
    const id = node.parent?.id ?? "";
    this.limits.set(id, (this.limits.get(id) ?? PAGE) + PAGE);
    this.changed.fire(node.parent);
  }

  /** The row of a task, if it has been shown. */
  rowOf(threadId: number): Node | undefined {
    return this.shown.get(threadId);
  }

  /** Selects a task in the call stack, and so its frame and variables; while the program runs, leads to where it was started. */
  async goto(node: TaskNode): Promise<void> {
    if (this.session === undefined) return;
    try {
      await ask(this.session, "sandstepShowTask", { threadId: node.entry.threadId });
    } catch (error) {
      log.debug(String(error));
      if (await this.gotoSpawn(node)) return;
      vscode.window.setStatusBarMessage("Pause the program to see where its tasks stand.", 4000);
    }
  }

  async gotoSpawn(node: TaskNode): Promise<boolean> {
    const { spawned } = node.entry;
    if (this.session === undefined || spawned === undefined) return false;
    await openSource(this.session, spawned.source, spawned.line);
    return true;
  }

  async cancel({ entry }: TaskNode): Promise<void> {
    await this.order((session) => ask(session, "terminateThreads", { threadIds: [entry.threadId] }));
  }

  async hold({ entry }: TaskNode, hold: boolean): Promise<void> {
    await this.order((session) => ask(session, "sandstepHoldTask", { threadId: entry.threadId, hold }));
  }

  async breakOnResume({ entry }: TaskNode, enabled: boolean): Promise<void> {
    await this.order((session) => ask(session, "sandstepBreakOnResume", { threadId: entry.threadId, enabled }));
  }

  private async order(send: (session: vscode.DebugSession) => Promise<unknown>): Promise<void> {
    if (this.session === undefined) return;
    try {
      await send(this.session);
    } catch (error) {
      log.warn(String(error)); // the editor shows what a request was refused with
    }
    this.changed.fire(undefined);
  }
}

function scope(parent: TaskNode | GroupNode | undefined): { parent?: number; group?: string } {
  const task = nearestTask(parent);
  return {
    ...(task === undefined ? {} : { parent: task.entry.threadId }),
    ...(parent?.kind === "group" ? { group: parent.entry.group } : {}),
  };
}

function nearestTask(node: Node | undefined): TaskNode | undefined {
  if (node === undefined || node.kind === "task") return node;
  return nearestTask(node.parent);
}

function groupNode(entry: GroupEntry, parent: Node | undefined): GroupNode {
  return { kind: "group", id: `${parent?.id ?? ""}/group ${entry.group}`, parent, entry };
}

function taskItem(node: TaskNode): vscode.TreeItem {
  const { entry } = node;
  const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  const depth = depthOf(node);
  const item = new vscode.TreeItem(entry.name, entry.children === 0 ? None : depth < 3 ? Expanded : Collapsed);
  item.id = node.id;
  item.iconPath = entry.held ? new vscode.ThemeIcon("debug-pause") : ICONS[entry.state];
  const marks = [entry.held ? "held back" : undefined, entry.breakOnResume ? "breaks when it resumes" : undefined];
  item.description = [doing(entry), ...marks].filter((part) => part !== undefined).join(" · ");
  const alive = entry.state === "running" || entry.state === "ready" || entry.state === "waiting";
  const traits = [
    alive && entry.runtime !== "main" && "alive",
    alive && entry.runtime === "effects" && "holdable", // asyncio runs its tasks in an order of its own
    entry.held && "held",
    entry.breakOnResume && "breaks",
    entry.spawned && "spawned",
  ];
  item.contextValue = ["task", ...traits.filter(Boolean)].join(" ");
  const spawned =
    entry.spawned && `\nstarted at ${entry.spawned.source.name ?? entry.spawned.source.path}:${entry.spawned.line}`;
  item.tooltip = `${entry.name}: ${item.description}${spawned ?? ""}`;
  item.accessibilityInformation = { label: `${entry.name}, ${item.description}` };
  item.command = { command: "sandstep.tasks.goto", title: "Go to Task", arguments: [node] };
  return item;
}

/** What a task does, waits for, or failed with: what its label says after its name; and for how long, if that is worth a word. */
function doing({ name, label, state, seconds }: TaskEntry): string {
  const what = label.startsWith(`${name} · `) ? label.slice(name.length + 3) : state;
  return seconds === undefined || seconds < 0.1 ? what : `${what} · ${duration(seconds)}`;
}

function groupItem(node: GroupNode): vscode.TreeItem {
  const { entry } = node;
  const item = new vscode.TreeItem(
    `${entry.count.toLocaleString("en")} × ${entry.label}`,
    vscode.TreeItemCollapsibleState.Collapsed,
  );
  item.id = node.id;
  item.iconPath = ICONS[entry.state];
  item.description = entry.state;
  item.contextValue = "group";
  return item;
}

function moreItem(node: MoreNode): vscode.TreeItem {
  const item = new vscode.TreeItem(`${node.rest.toLocaleString("en")} more…`);
  item.id = node.id;
  item.iconPath = new vscode.ThemeIcon("ellipsis");
  item.command = { command: "sandstep.tasks.more", title: "Show More", arguments: [node] };
  return item;
}

function depthOf(node: Node): number {
  return node.parent === undefined ? 0 : 1 + depthOf(node.parent);
}

/** A time as it is read at a glance: `0.35 s`, `12 s`, `3 min`. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${Number(seconds.toPrecision(2))} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return `${Math.round(seconds / 60)} min`;
}

/** Makes the view, and follows the sessions. */
export function registerTasks(): vscode.Disposable {
  const tasks = new Tasks();
  const view = vscode.window.createTreeView("sandstep.tasks", { treeDataProvider: tasks, showCollapseAll: true });
  const { registerCommand } = vscode.commands;
  tasks.follow(vscode.debug.activeDebugSession);
  return vscode.Disposable.from(
    view,
    vscode.debug.onDidChangeActiveDebugSession((session) => tasks.follow(session)),
    vscode.debug.onDidReceiveDebugSessionCustomEvent(({ event, session }) => {
      if (event === "sandstepTasksChanged") void tasks.refresh(session);
    }),
    vscode.debug.onDidChangeActiveStackItem((item) => {
      const row = item && tasks.rowOf(item.threadId);
      if (row === undefined || !view.visible || view.selection.some((selected) => selected.id === row.id)) return;
      void view.reveal(row, { select: true, focus: false });
    }),
    registerCommand("sandstep.tasks.goto", (node: TaskNode) => tasks.goto(node)),
    registerCommand("sandstep.tasks.gotoSpawn", (node: TaskNode) => tasks.gotoSpawn(node)),
    registerCommand("sandstep.tasks.more", (node: MoreNode) => tasks.more(node)),
    registerCommand("sandstep.tasks.cancel", (node: TaskNode) => tasks.cancel(node)),
    registerCommand("sandstep.tasks.hold", (node: TaskNode) => tasks.hold(node, true)),
    registerCommand("sandstep.tasks.release", (node: TaskNode) => tasks.hold(node, false)),
    registerCommand("sandstep.tasks.breakOnResume", (node: TaskNode) => tasks.breakOnResume(node, true)),
    registerCommand("sandstep.tasks.dontBreakOnResume", (node: TaskNode) => tasks.breakOnResume(node, false)),
  );
}
