// A code-server with the extension in it, on a port of its own.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import * as path from "node:path";
import { promisify } from "node:util";
import { CODE_SERVER, EXTENSION, temporaryFolder } from "./lab.ts";
import { until } from "./until.ts";

const MARK = "SANDSTEP_TEST_RUN";

const SETTINGS = {
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.reduceMotion": "on",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.tree.enableStickyScroll": false,
  "editor.minimap.enabled": false,
  "editor.stickyScroll.enabled": false,
  "editor.codeLens": false, // lines move when they appear
  "terminal.integrated.gpuAcceleration": "off", // its text is in the page then
  "terminal.integrated.stickyScroll.enabled": false,
  "chat.disableAIFeatures": true,
  "telemetry.telemetryLevel": "off",
  "extensions.autoUpdate": false,
  "extensions.autoCheckUpdates": false,
  "extensions.ignoreRecommendations": true,
  "git.enabled": false,
  "remote.autoForwardPorts": false,
  "debug.internalConsoleOptions": "openOnSessionStart",
  "window.commandCenter": false,
};

export interface Setup {
  /** The workspace's files, by their paths in it. */
  readonly files: Readonly<Record<string, string>>;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Settings of the machine that the code runs on, as `sandstep.command` is one. */
  readonly machine?: Readonly<Record<string, unknown>>;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A running code-server; `processes` are its own and all that were started below it. */
export class CodeServer {
  readonly folder: string;
  readonly workspace: string;
  readonly url: string;
  private readonly mark: string;
  private readonly server: ChildProcess;

  private constructor(folder: string, workspace: string, url: string, mark: string, server: ChildProcess) {
    this.folder = folder;
    this.workspace = workspace;
    this.url = url;
    this.mark = mark;
    this.server = server;
  }

  static async start(setup: Setup): Promise<CodeServer> {
    const folder = temporaryFolder("vscode");
    const workspace = path.join(folder, "workspace");
    const mark = randomUUID();
    write(workspace, setup.files);
    write(path.join(folder, "data", "User"), { "settings.json": JSON.stringify({ ...SETTINGS, ...setup.settings }) });
    write(path.join(folder, "data", "Machine"), { "settings.json": JSON.stringify(setup.machine ?? {}) });
    const places = ["--config", path.join(folder, "config.yaml"), "--user-data-dir", path.join(folder, "data")];
    const options = [CODE_SERVER, ...places, "--extensions-dir", path.join(folder, "extensions")];
    const env = { ...process.env, ...setup.environment, [MARK]: mark };
    await promisify(execFile)(process.execPath, [...options, "--install-extension", EXTENSION], {
      env,
      timeout: 120_000,
    });
    const port = await freePort();
    const log = openSync(path.join(folder, "server.log"), "a");
    const flags = [
      "--auth",
      "none",
      "--bind-addr",
      `127.0.0.1:${port}`,
      "--disable-telemetry",
      "--disable-update-check",
    ];
    const more = ["--disable-workspace-trust", "--disable-getting-started-override"];
    const server = spawn(process.execPath, [...options, ...flags, ...more], {
      env,
      cwd: workspace,
      stdio: ["ignore", log, log],
    });
    closeSync(log);
    const started = new CodeServer(folder, workspace, `http://127.0.0.1:${port}`, mark, server);
    process.once("exit", () => started.kill());
    const answers = () =>
      fetch(`${started.url}/healthz`).then(
        (answer) => answer.ok,
        () => false,
      );
    await until("code-server answers", answers, {
      seconds: 60,
      otherwise: () => readFileSync(path.join(folder, "server.log"), "utf8"),
    });
    return started;
  }

  /** The command lines of what runs below it, by process id. */
  processes(): Map<number, string> {
    const found = new Map<number, string>();
    for (const entry of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      try {
        const marked = readFileSync(`/proc/${entry}/environ`, "latin1").split("\0").includes(`${MARK}=${this.mark}`);
        if (marked)
          found.set(Number(entry), readFileSync(`/proc/${entry}/cmdline`, "latin1").replaceAll("\0", " ").trim());
      } catch {
        // it has ended
      }
    }
    return found;
  }

  private kill(): void {
    this.server.kill("SIGKILL");
    for (const id of this.processes().keys()) {
      try {
        process.kill(id, "SIGKILL");
      } catch {
        // it has ended
      }
    }
  }

  /** Ends it, and all below it. */
  async close(): Promise<void> {
    this.kill();
    await until("all processes have ended", () => this.processes().size === 0);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Writes files into a folder. */
export function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port is free");
  return address.port;
}
