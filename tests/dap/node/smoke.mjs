// Debugs a program with the client of VS Code's own test support: `node smoke.mjs PROGRAM LINE COMMAND ARGUMENT…`.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { DebugClient } from "@vscode/debugadapter-testsupport";

const [program, line, command, ...args] = process.argv.slice(2);
const adapter = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
const client = new DebugClient("", "", "sandstep");
client.defaultTimeout = 20000;
client.connect(adapter.stdout, adapter.stdin);

await client.hitBreakpoint({ type: "sandstep", program }, { path: program, line: Number(line) });
const stack = await client.stackTraceRequest({ threadId: 1 });
const frame = stack.body.stackFrames[0];
assert.equal(frame.line, Number(line));
const scopes = await client.scopesRequest({ frameId: frame.id });
const variables = await client.variablesRequest({ variablesReference: scopes.body.scopes[0].variablesReference });
assert.equal(variables.body.variables.find((variable) => variable.name === "x").value, "20");
const result = await client.evaluateRequest({ expression: "x + 1", frameId: frame.id, context: "watch" });
assert.equal(result.body.result, "21");
const stepped = client.waitForEvent("stopped");
await client.nextRequest({ threadId: 1 });
assert.equal((await stepped).body.reason, "step");
const ended = Promise.all([client.assertOutput("stdout", "21\n"), client.waitForEvent("exited"), client.waitForEvent("terminated")]);
await client.continueRequest({ threadId: 1 });
await ended;
await client.disconnectRequest({});
const status = adapter.exitCode ?? (await new Promise((done) => adapter.on("exit", done)));
assert.equal(status, 0);
console.log("all is well");
