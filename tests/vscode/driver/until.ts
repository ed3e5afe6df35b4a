import { setTimeout as pause } from "node:timers/promises";

/** Looks again and again until `look` gives something, and gives that. Fails after `seconds`, with what `otherwise` says. */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  { seconds = 20, otherwise = async () => "" }: { seconds?: number; otherwise?: () => string | Promise<string> } = {},
): Promise<NonNullable<Exclude<T, false>>> {
  const end = Date.now() + 1000 * seconds;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== null && seen !== false) return seen as NonNullable<Exclude<T, false>>;
    if (Date.now() > end) throw new Error(`after ${seconds} s still not: ${what}. ${await otherwise()}`);
    await pause(40);
  }
}
