// The page that shows a timeline.
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { openPlace } from "../opening";
import type { FromPage, Timeline, ToPage } from "./model";

/** Opens a page with a timeline, beside the editor. */
export function showTimeline(context: vscode.ExtensionContext, timeline: Timeline): void {
  const scripts = vscode.Uri.joinPath(context.extensionUri, "dist");
  const panel = vscode.window.createWebviewPanel(
    "sandstep.timeline",
    `Trace: ${timeline.title}`,
    { viewColumn: vscode.ViewColumn.Beside, preserveFocus: false },
    { enableScripts: true, localResourceRoots: [scripts], retainContextWhenHidden: true },
  );
  panel.webview.onDidReceiveMessage(async (message: FromPage) => {
    if (message.say === "ready") await panel.webview.postMessage({ say: "show", timeline } satisfies ToPage);
    else await openPlace(vscode.Uri.file(message.file), message.line);
  });
  panel.webview.html = page(panel.webview, vscode.Uri.joinPath(scripts, "timeline.js"));
}

function page(webview: vscode.Webview, script: vscode.Uri): string {
  const nonce = randomBytes(16).toString("base64url");
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'">
<style nonce="${nonce}">
  html, body { height: 100%; margin: 0; padding: 0; overflow: hidden; }
  body { display: flex; flex-direction: column; color: var(--vscode-foreground); font: var(--vscode-font-size) var(--vscode-font-family); }
  header, footer { display: flex; gap: 8px; align-items: center; padding: 4px 8px; white-space: nowrap; overflow: hidden; }
  header { border-bottom: 1px solid var(--vscode-panel-border); }
  footer { border-top: 1px solid var(--vscode-panel-border); min-height: 20px; }
  #what { flex: 1; overflow: hidden; text-overflow: ellipsis; opacity: .8; }
  #timeline { flex: 1; min-height: 0; position: relative; overflow: hidden; outline: none; }
  #drawing { display: block; width: 100%; height: 100%; cursor: default; touch-action: none; }
  #selected { position: absolute; box-sizing: border-box; border: 2px solid var(--vscode-focusBorder); pointer-events: none; }
  button { color: var(--vscode-button-secondaryForeground); background: var(--vscode-button-secondaryBackground); border: none; padding: 2px 8px;
    font: inherit; cursor: pointer; border-radius: 2px; }
  button:hover { background: var(--vscode-button-secondaryHoverBackground); }
  button:focus-visible, input:focus { outline: 1px solid var(--vscode-focusBorder); }
  input { color: var(--vscode-input-foreground); background: var(--vscode-input-background); border: 1px solid var(--vscode-input-border, transparent);
    padding: 2px 6px; font: inherit; width: 14em; }
</style>
</head>
<body>
<header>
  <button id="in" title="Zoom in (W, or Ctrl and the wheel)" aria-label="Zoom in">+</button>
  <button id="out" title="Zoom out (S)" aria-label="Zoom out">−</button>
  <button id="fit" title="Show all (0)">All</button>
  <input id="find" type="search" placeholder="Find a function or effect" aria-label="Find a function or effect"
    title="Enter goes to the next, Shift+Enter to the one before">
  <span id="what"></span>
</header>
<div id="timeline" tabindex="0" role="application" aria-label="Timeline: the arrows go from span to span, Enter opens the source">
  <canvas id="drawing" aria-hidden="true"></canvas>
  <div id="selected" role="button" hidden></div>
</div>
<footer id="said" role="status">Click a span to go to its source. Ctrl and the wheel zoom, dragging moves. The arrows go from span to span, F zooms to one.</footer>
<script nonce="${nonce}" src="${webview.asWebviewUri(script)}"></script>
</body>
</html>`;
}
