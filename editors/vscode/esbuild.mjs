// Bundles the extension, what it loads only when it is needed, and the script of the timeline's page.
import { build } from "esbuild";

const node = { bundle: true, platform: "node", target: "node22", format: "cjs", external: ["vscode"], minify: true };

await Promise.all([
  build({ ...node, entryPoints: ["src/extension.ts"], outfile: "dist/extension.js" }),
  build({ ...node, entryPoints: ["src/language_client.ts"], outfile: "dist/language_client.js" }),
  build({ ...node, entryPoints: ["src/trace/reading_worker.ts"], outfile: "dist/reading_worker.js" }),
  build({
    entryPoints: ["src/timeline/main.ts"],
    outfile: "dist/timeline.js",
    bundle: true,
    platform: "browser",
    target: "es2022",
    format: "iife",
    minify: true,
  }),
]);
