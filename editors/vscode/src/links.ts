// Links in the terminal for what VS Code does not know: effect tracebacks name files without their folders.
import * as path from "node:path";
import * as vscode from "vscode";
import { openPlace } from "./opening";

const PLACE = /(?<=^|[\s(])((?:[\w.-]+[\\/])*[\w.-]+\.py):(\d+)\b/gu;
const MOST = 50;

class PlaceLink extends vscode.TerminalLink {
  constructor(
    start: number,
    text: string,
    readonly file: string,
    readonly line: number,
    readonly cwd: string | undefined,
  ) {
    super(start, text.length, "Open the source");
  }
}

class PlaceLinks implements vscode.TerminalLinkProvider<PlaceLink> {
  provideTerminalLinks(context: vscode.TerminalLinkContext): PlaceLink[] {
    const options = context.terminal.creationOptions;
    const folder = "cwd" in options && options.cwd ? options.cwd : context.terminal.shellIntegration?.cwd;
    const cwd = folder instanceof vscode.Uri ? folder.fsPath : folder;
    return [...context.line.matchAll(PLACE)].map((match) => {
      return new PlaceLink(match.index, match[0], match[1] ?? "", Number(match[2]), cwd);
    });
  }

  async handleTerminalLink(link: PlaceLink): Promise<void> {
    const uri = await find(link);
    if (uri === undefined) vscode.window.setStatusBarMessage(`There is no file ${link.file} in this workspace.`, 4000);
    else await openPlace(uri, link.line, true);
  }
}

async function find(link: PlaceLink): Promise<vscode.Uri | undefined> {
  if (link.cwd !== undefined) {
    const beside = vscode.Uri.file(path.resolve(link.cwd, link.file));
    if (await exists(beside)) return beside;
  }
  const found = await vscode.workspace.findFiles(`**/${link.file.replaceAll("\\", "/")}`, undefined, MOST);
  if (found.length < 2) return found[0];
  const items = found.map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri }));
  return (await vscode.window.showQuickPick(items, { placeHolder: `Which ${link.file}?` }))?.uri;
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}

export function registerLinks(): vscode.Disposable {
  return vscode.window.registerTerminalLinkProvider(new PlaceLinks());
}
