import * as vscode from "vscode";

/** What the extension did and what went wrong, for the output panel. */
export const log = vscode.window.createOutputChannel("Sandstep", { log: true });
