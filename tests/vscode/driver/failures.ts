// What the window showed when a test failed.
import * as path from "node:path";
import type { TestContext } from "node:test";
import { ROOT } from "./lab.ts";
import type { Window } from "./window.ts";

type Ended = TestContext & { readonly passed?: boolean; readonly error?: unknown };

/** Takes a picture of the window if the test has failed; to be called after each. */
export async function pictured(context: object, window: Window): Promise<void> {
  const { name, passed } = context as Ended;
  if (passed !== false) return;
  const file = path.join(ROOT, "build", "vscode-failures", `${name.replaceAll(/[^\w]+/g, "-")}.png`);
  await window.picture(file);
  process.stderr.write(`What the window showed: ${file}\n`);
}
