import * as vscode from "vscode";
import { Adapters, Configurations, TYPE } from "./configurations";
import { registerEffects } from "./effects_view";
import { installNow } from "./installing";
import { registerLanguageClient } from "./language";
import { registerLinks } from "./links";
import { log } from "./log";
import { Running, type Target } from "./running";
import { registerTasks } from "./tasks_view";
import { registerTrace } from "./trace/commands";

export function activate(context: vscode.ExtensionContext): void {
  const configurations = new Configurations(context);
  const running = new Running(context);
  const { registerCommand } = vscode.commands;
  context.subscriptions.push(
    log,
    vscode.debug.registerDebugConfigurationProvider(TYPE, configurations),
    vscode.debug.registerDebugConfigurationProvider(
      TYPE,
      configurations,
      vscode.DebugConfigurationProviderTriggerKind.Dynamic,
    ),
    vscode.debug.registerDebugAdapterDescriptorFactory(TYPE, new Adapters()),
    registerCommand("sandstep.run", (uri?: vscode.Uri) => running.run(uri)),
    registerCommand("sandstep.debug", (uri?: vscode.Uri) => running.debug(uri)),
    registerCommand("sandstep.runFile", (uri: string, target?: Target) => running.run(vscode.Uri.parse(uri), target)),
    registerCommand("sandstep.debugFile", (uri: string, target?: Target) =>
      running.debug(vscode.Uri.parse(uri), target),
    ),
    registerCommand("sandstep.install", () => installNow(context)),
    registerCommand("sandstep.showLog", () => log.show()),
    registerTasks(),
    registerEffects(),
    registerLinks(),
    registerTrace(context),
    registerLanguageClient(context),
  );
}
