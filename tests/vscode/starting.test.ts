// The first minutes: nothing is installed, no image is built.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { write } from "./driver/code_server.ts";
import { Debugging } from "./driver/debugging.ts";
import { pictured } from "./driver/failures.ts";
import { PYTHON, temporaryFolder } from "./driver/lab.ts";
import { until } from "./driver/until.ts";
import { Window } from "./driver/window.ts";
import { FILES, line } from "./programs.ts";

const cache = temporaryFolder("cache");
let window: Window;
let debug: Debugging;

before(async () => {
  const PATH = "/usr/local/bin:/usr/bin:/bin";
  window = await Window.open({ files: FILES, environment: { PATH, SANDSTEP_CACHE: cache } });
  debug = new Debugging(window);
  execFileSync(PYTHON, ["-m", "venv", path.join(window.server.workspace, ".venv")]);
});

after(async () => {
  await window?.close();
  rmSync(cache, { recursive: true, force: true });
});

afterEach((context) => pictured(context, window));

describe("the first run", { timeout: 300_000 }, () => {
  it("offers to install Sandstep, and starts nothing if the user declines", async () => {
    await debug.start("plain.py");
    const dialog = await window.dialog("Sandstep is not installed yet.");
    assert.match(await dialog.innerText(), /environment \.venv/);
    await dialog.locator(".monaco-button").filter({ hasText: "Cancel" }).click();
    await dialog.waitFor({ state: "hidden" });
    assert.equal(await window.page.locator(".debug-toolbar:visible").count(), 0);
    assert.equal(existsSync(path.join(window.server.workspace, ".venv", "bin", "sandstep")), false);
  });

  it("installs it into the workspace's environment, and goes on to build the image, which can be cancelled", async () => {
    await window.openFile("plain.py");
    await debug.setBreakpoint(line("plain.py", "here"));
    await window.press("F5");
    const dialog = await window.dialog("Sandstep is not installed yet.");
    await dialog.locator(".monaco-button").filter({ hasText: "Install" }).click();
    await window.notification("Installing Sandstep");
    const installed = path.join(window.server.workspace, ".venv", "bin", "sandstep");
    await until("it is installed", () => existsSync(installed), {
      seconds: 180,
      otherwise: async () => (await window.notifications()).join(),
    });
    const building = await window.notification("Setting up the sandbox");
    await building.hover();
    await building.locator(".monaco-button").filter({ hasText: "Cancel" }).click();
    await debug.ended();
    await until(
      "the building has ended",
      () => ![...window.server.processes().values()].some((command) => /sandbox\.compile/.test(command)),
    );
    assert.deepEqual(
      readdirSync(cache).filter((name) => name.endsWith(".cwasm")),
      [],
    );
  });

  it("leaves no session behind", async () => {
    await until(
      "the adapter has ended",
      () => ![...window.server.processes().values()].some((command) => /sandstep dap/.test(command)),
    );
  });

  it("builds the image the next time, and then debugs", async () => {
    await window.openFile("plain.py");
    await window.command("Debug: Start Debugging"); // which the palette offers when the start before is over
    await window.notification("Setting up the sandbox");
    await until(
      "the image is built",
      () => readdirSync(cache).some((name) => /^image-\w+-wasmtime.*\.cwasm$/.test(name)),
      { seconds: 180 },
    );
    await debug.stopsAt("plain.py", line("plain.py", "here"));
    await debug.stop();
  });
});

describe("a command that is not there", () => {
  it("is named by the error, which leads to the setting", async () => {
    const settings = path.join(window.server.folder, "data", "Machine", "settings.json");
    writeFileSync(settings, '{"sandstep.command": "/nowhere/sandstep"}');
    await debug.start("plain.py");
    const error = await window.notification("names /nowhere/sandstep, which is no command on this machine");
    await error.locator(".monaco-button").filter({ hasText: "Open Settings" }).click();
    await until(
      "the settings are shown",
      async () =>
        /Settings/.test((await window.activeEditor()) ?? "") ||
        (await window.page.locator(".settings-editor:visible").count()) > 0,
    );
  });
});

describe("an environment whose Python is too old", () => {
  it("is named, with what is needed", async () => {
    const bin = path.join(window.server.workspace, ".venv", "bin");
    rmSync(path.dirname(bin), { recursive: true });
    write(bin, { python: "#!/bin/sh\necho 3 8\n" });
    chmodSync(path.join(bin, "python"), 0o755);
    writeFileSync(path.join(window.server.folder, "data", "Machine", "settings.json"), "{}");
    await window.command("Notifications: Clear All Notifications");
    await window.openFile("plain.py");
    const dialog = window.page
      .locator(".monaco-dialog-box")
      .filter({ hasText: "Sandstep is not installed yet." })
      .first();
    await until("it is offered", async () => {
      await window.press("F5");
      return dialog.waitFor({ timeout: 5000 }).then(
        () => true,
        () => false, // the settings are read a moment later
      );
    });
    await dialog.locator(".monaco-button").filter({ hasText: "Install" }).click();
    const error = await window.notification("Python 3.8, and Sandstep needs Python 3.11 or later");
    assert.match(await error.innerText(), /\.venv\/bin\/python/);
  });
});
