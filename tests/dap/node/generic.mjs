// The checks that VS Code's test support is made for, on any adapter: `node generic.mjs FOLDER COMMAND ARGUMENT…`.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { DebugClient } from "@vscode/debugadapter-testsupport";

const [folder, command, ...args] = process.argv.slice(2);
const program = path.join(folder, "generic.py");
writeFileSync(program, "x = 1\nfor n in range(4):\n    x += n\nprint(x)\nx / 0\n");
const source = { path: program };

async function session(check) {
  const adapter = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  const client = new DebugClient("", "", "sandstep");
  client.defaultTimeout = 20000;
  client.connect(adapter.stdout, adapter.stdin);
  await check(client);
  await client.disconnectRequest({});
  const status = adapter.exitCode ?? (await new Promise((done) => adapter.on("exit", done)));
  assert.equal(status, 0);
}

const checks = {
  "an unknown request is refused": async (client) => {
    await client.initializeRequest();
    await assert.rejects(client.send("illegalRequest"));
  },
  "initialize tells what is supported": async (client) => {
    const { body } = await client.initializeRequest();
    assert.equal(body.supportsConfigurationDoneRequest, true);
  },
  "another path format is refused": async (client) => {
    await assert.rejects(
      client.initializeRequest({ adapterID: "sandstep", linesStartAt1: true, columnsStartAt1: true, pathFormat: "url" }),
    );
  },
  "a program runs to its end": (client) =>
    Promise.all([
      client.configurationSequence(),
      client.launch({ program, noDebug: true }),
      client.assertOutput("stdout", "7\n"),
      client.waitForEvent("terminated"),
    ]),
  "a program stops on entry": (client) =>
    Promise.all([
      client.configurationSequence(),
      client.launch({ program, stopOnEntry: true }),
      client.assertStoppedLocation("entry", { ...source, line: 1 }),
    ]),
  "a breakpoint stops": (client) => client.hitBreakpoint({ program }, { ...source, line: 3 }),
  "a breakpoint with a condition stops where it holds": async (client) => {
    await Promise.all([
      client
        .waitForEvent("initialized")
        .then(() => client.setBreakpointsRequest({ source, breakpoints: [{ line: 3, condition: "n == 2" }] }))
        .then(() => client.configurationDoneRequest()),
      client.launch({ program }),
      client.assertStoppedLocation("breakpoint", { ...source, line: 3 }),
    ]);
    const { body } = await client.evaluateRequest({ expression: "n", frameId: await topFrame(client), context: "watch" });
    assert.equal(body.result, "2");
  },
  "an exception that nobody catches stops": (client) =>
    Promise.all([
      client
        .waitForEvent("initialized")
        .then(() => client.setExceptionBreakpointsRequest({ filters: ["uncaught"] }))
        .then(() => client.configurationDoneRequest()),
      client.launch({ program }),
      client.assertStoppedLocation("exception", { ...source, line: 5 }),
    ]),
};

async function topFrame(client) {
  const { body } = await client.stackTraceRequest({ threadId: 1 });
  return body.stackFrames[0].id;
}

for (const [name, check] of Object.entries(checks)) {
  await session(check).catch((error) => {
    throw new Error(name, { cause: error });
  });
}
console.log(`${Object.keys(checks).length} checks passed`);
