// The client of `sandstep lsp`. Loaded only when a server is started.
import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  type Range,
  RevealOutputChannelOn,
  State,
} from "vscode-languageclient/node";

const RESTARTS = 3;

/** Says in the log alone what goes wrong: a program can be run and debugged without a language server. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

/** What a hover may evaluate at a stop. */
interface Evaluatable {
  range: Range;
  expression: string;
}

export interface LanguageServer {
  stop(): Promise<void>;
}

/** Starts `executable lsp`. Undefined if it does not come up, as with a Sandstep that has no language server yet; the log says why. */
export async function start(executable: string, log: vscode.LogOutputChannel): Promise<LanguageServer | undefined> {
  let [up, restarts] = [false, 0];
  const client = new QuietClient(
    "sandstep",
    "Sandstep",
    { command: executable, args: ["lsp"] },
    {
      documentSelector: [{ scheme: "file", language: "python" }],
      outputChannel: log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationFailedHandler: () => false,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => {
          restarts += 1;
          const again = up && restarts <= RESTARTS;
          if (!again) log.warn("the language server has ended");
          return { action: again ? CloseAction.Restart : CloseAction.DoNotRestart, handled: true };
        },
      },
    },
  );
  try {
    await client.start();
    up = true;
  } catch (error) {
    log.info(`no language server: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
  const hovers = vscode.languages.registerEvaluatableExpressionProvider(
    { scheme: "file", language: "python" },
    {
      provideEvaluatableExpression: async (document, position) => {
        const found = await client.sendRequest<Evaluatable | null>("sandstep/evaluatableExpression", {
          textDocument: { uri: client.code2ProtocolConverter.asUri(document.uri) },
          position: client.code2ProtocolConverter.asPosition(position),
        });
        return (
          found &&
          new vscode.EvaluatableExpression(client.protocol2CodeConverter.asRange(found.range), found.expression)
        );
      },
    },
  );
  return {
    stop: async () => {
      hovers.dispose();
      if (client.state === State.Running) await client.stop();
    },
  };
}
