// Shows a place of a program in an editor.
import type { DebugProtocol } from "@vscode/debugprotocol";
import * as vscode from "vscode";

/** Opens a source at a line that counts from 1. The focus stays where it is unless `focus` is set. */
export async function openSource(
  session: vscode.DebugSession,
  source: DebugProtocol.Source,
  line: number,
  focus = false,
): Promise<void> {
  const uri = source.sourceReference
    ? vscode.debug.asDebugSourceUri(source, session)
    : vscode.Uri.file(source.path ?? "");
  await openPlace(uri, line, focus);
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
