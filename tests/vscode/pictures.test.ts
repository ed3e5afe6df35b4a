// The README's pictures: what the window shows, in the size in which it is read. `make screenshots` keeps them.

import { readFileSync } from "node:fs";
import * as path from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { Debugging } from "./driver/debugging.ts";
import { pictured } from "./driver/failures.ts";
import { ROOT, temporaryFolder, writeCommand } from "./driver/lab.ts";
import { Timeline } from "./driver/timeline.ts";
import { Window } from "./driver/window.ts";

const PLACE = path.resolve(ROOT, process.env.SANDSTEP_SCREENSHOTS ?? path.join("build", "pictures"));
const BATCHES = readFileSync(path.join(ROOT, "examples", "effects_batches.py"), "utf8");
const HARBOUR = `import asyncio
import random


def weigh(crate):
    return sum(hash((crate, part)) % 97 for part in range(400))


def stow(crates):
    return sorted(crates, key=weigh)


async def unload(ship, crates):
    for crate in range(crates):
        weigh(crate)
        await asyncio.sleep(dice.random() / 50)
    return ship


async def inspect(ship):
    await asyncio.sleep(0.03)
    if ship == "Nautilus":
        raise PermissionError(f"{ship} carries no papers")


async def dock(ship):
    async with asyncio.timeout(2):
        await inspect(ship)
        await unload(ship, dice.randint(2, 6))
    stow(range(40))


async def main():
    ships = ["Argo", "Beagle", "Calypso", "Nautilus", "Victory"]
    docks = [asyncio.create_task(dock(ship), name=ship) for ship in ships]
    await asyncio.gather(*docks, return_exceptions=True)


dice = random.Random(7)
asyncio.run(main())
`;
const lineOf = (text: string) => BATCHES.split("\n").findIndex((line) => line.includes(text)) + 1;

let window: Window;
let debug: Debugging;

before(async () => {
  window = await Window.open(
    {
      files: { "effects_batches.py": BATCHES, "harbour.py": HARBOUR },
      machine: { "sandstep.command": writeCommand(temporaryFolder("command")) },
      settings: { "workbench.colorTheme": "Default Dark Modern", "debug.internalConsoleOptions": "neverOpen" },
    },
    { width: 1280, height: 860 },
  );
  debug = new Debugging(window);
  await debug.showViewlet();
  const edge = await window.page.locator(".part.sidebar").boundingBox();
  const x = (edge?.x ?? 0) + (edge?.width ?? 0);
  await window.page.mouse.move(x, 400);
  await window.page.mouse.down();
  await window.page.mouse.move(x + 160, 400, { steps: 5 });
  await window.page.mouse.up();
});

after(() => window?.close());

afterEach((context) => pictured(context, window));

describe("a picture", () => {
  it("of the call stack with tasks, an effect and its handlers", async () => {
    await window.openFile("effects_batches.py");
    await debug.addConditional(lineOf("raise ConnectionError"), "True");
    await window.press("F5");
    await debug.stopsAt("effects_batches.py", lineOf("raise ConnectionError"));
    await debug.unfold("Watch", false);
    await debug.unfold("Breakpoints", false);
    await debug.expand("stack", /PAUSED ON BREAKPOINT/);
    await debug.row("stack", /^network · handles Fetch/);
    await window.park();
    await window.picture(path.join(PLACE, "vscode-tasks.png"));
    await debug.clickRow("stack", /^Fetch\(/);
    await debug.expand("variables", /^Handlers/);
    await debug.row("variables", /cache/);
    await window.park();
    await window.picture(path.join(PLACE, "vscode-effect.png"));
    await debug.stop();
  });

  it("of a timeline and the heat of its lines", async () => {
    await window.press("Control+b");
    await window.openFile("harbour.py");
    await window.command("Sandstep: Trace this File");
    const timeline = await Timeline.shown(window);
    await window.press("Control+j");
    await timeline.find("stow");
    await window.picture(path.join(PLACE, "vscode-timeline.png"));
  });
});
