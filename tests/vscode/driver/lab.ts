// Where the tools are that install.sh has installed, and what is tested with them.
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import * as path from "node:path";

export const ROOT = path.resolve(import.meta.dirname, "../../..");
export const LAB = process.env.SANDSTEP_VSCODE_LAB ?? path.join(homedir(), ".cache", "sandstep-vscode");
export const CODE_SERVER = path.join(LAB, "node_modules", "code-server", "out", "node", "entry.js");
export const CHROMIUM = process.env.SANDSTEP_CHROMIUM ?? "/usr/bin/chromium";
/** The extension as a user installs it: `make vsix`. */
export const EXTENSION = path.join(ROOT, "dist", "sandstep.vsix");
/** The Python that has Sandstep's dependencies; the checkout's own sources are what runs. */
export const PYTHON = process.env.SANDSTEP_TEST_PYTHON ?? path.join(ROOT, ".venv", "bin", "python");

for (const file of [CODE_SERVER, CHROMIUM, EXTENSION, PYTHON]) {
  if (!existsSync(file)) throw new Error(`There is no ${file}: run tests/vscode/install.sh and \`make vsix\` first.`);
}

/** A folder of its own for what is made meanwhile. */
export function temporaryFolder(name: string): string {
  return mkdtempSync(path.join(tmpdir(), `sandstep-${name}-`));
}

/** A command `sandstep` that runs this checkout. */
export function writeCommand(folder: string): string {
  const file = path.join(folder, "sandstep");
  const places = ["adapter", "sandbox", "guest"].map((part) => path.join(ROOT, part)).join(":");
  writeFileSync(file, `#!/bin/sh\nPYTHONPATH='${places}' exec '${PYTHON}' -P -m sandstep.cli "$@"\n`, { mode: 0o755 });
  return file;
}
