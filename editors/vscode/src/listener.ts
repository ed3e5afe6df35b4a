// Whether there is an adapter to attach to.
import { connect } from "node:net";

const PATIENCE = 5000; // milliseconds

/** Throws what to do where nothing listens at the port: the editor would only say that a connection was refused. */
export async function requireListener(port: number, host: string): Promise<void> {
  const listens = await new Promise<boolean>((resolve) => {
    const socket = connect({ port, host, timeout: PATIENCE });
    const end = (listening: boolean) => {
      socket.destroy();
      resolve(listening);
    };
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
    socket.once("timeout", () => end(false));
  });
  if (listens) return;
  throw new Error(
    `Nothing listens at ${host}:${port}: start \`sandstep dap --listen ${host}:${port}\`, and give the token that it prints.`,
  );
}
