// Shows a place of a program in an editor.
import type { DebugProtocol } from "@vscode/debugprotocol";
import * as vscode from "vscode";
import { log } from "./log";

/** Opens a source at a line that counts from 1; what is no file of this machine is asked of the adapter. */
export async function openSource(
  session: vscode.DebugSession,
  source: DebugProtocol.Source,
  line: number,
  focus = false,
): Promise<void> {
  const file = source.path && !source.sourceReference ? vscode.Uri.file(source.path) : undefined;
  const uri = file && (await exists(file)) ? file : vscode.debug.asDebugSourceUri(source, session);
  try {
    await openPlace(uri, line, focus);
  } catch (error) {
    log.debug(String(error));
    vscode.window.setStatusBarMessage(`The source of ${source.name ?? source.path} cannot be shown.`, 4000);
  }
}

export async function exists(file: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(file).then(
    () => true,
    () => false,
  );
}

export async function openPlace(uri: vscode.Uri, line: number, focus = false): Promise<void> {
  const place = new vscode.Position(Math.max(0, line - 1), 0);
  const column =
    vscode.window.tabGroups.activeTabGroup.activeTab?.input instanceof vscode.TabInputWebview
      ? firstTextColumn()
      : undefined;
  await vscode.window.showTextDocument(uri, {
    selection: new vscode.Range(place, place),
    preserveFocus: !focus,
    preview: true,
    ...(column === undefined ? {} : { viewColumn: column }),
  });
}

/** A column of editors that shows text, so that a page which leads to a place is not covered by it. */
function firstTextColumn(): vscode.ViewColumn {
  const group = vscode.window.tabGroups.all.find((each) => each.activeTab?.input instanceof vscode.TabInputText);
  return group?.viewColumn ?? vscode.ViewColumn.Beside;
}
