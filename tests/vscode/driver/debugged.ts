// A window in which programs are debugged, for a file of tests: opened before them, and no session is left after each.
import { after, afterEach, before } from "node:test";
import { Debugging } from "./debugging.ts";
import { pictured } from "./failures.ts";
import { temporaryFolder, writeCommand } from "./lab.ts";
import { Window } from "./window.ts";

export let window: Window;
export let debug: Debugging;

/** Called once, at the top of a file. */
export function useDebugging(files: Readonly<Record<string, string>>): void {
  before(async () => {
    window = await Window.open({ files, machine: { "sandstep.command": writeCommand(temporaryFolder("command")) } });
    debug = new Debugging(window);
    await debug.showViewlet();
  });

  after(() => window?.close());

  afterEach(async (context) => {
    await pictured(context, window);
    await debug.end();
  });
}
