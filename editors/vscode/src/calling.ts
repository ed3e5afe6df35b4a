// How one program of a module is run alone: a `@do` program, an async function, a test.
import * as path from "node:path";

/** What runs `name` of the file: code, and the folder that it needs. */
export interface Call {
  readonly code: string;
  readonly folder: string;
}

/** The call of a name in a file; the name may be dotted, as `TestCase.test_it`. */
export function callOf(file: string, name: string): Call {
  const folder = path.dirname(file);
  const text = JSON.stringify;
  const code = [
    "import asyncio, functools, importlib, inspect, sys",
    `sys.path.insert(0, ${text(folder)})`,
    `module = importlib.import_module(${text(path.basename(file, ".py"))})`,
    `*owners, name = ${text(name)}.split(".")`,
    "owner = functools.reduce(getattr, owners, module)",
    "program = getattr(owner() if inspect.isclass(owner) else owner, name)()",
    'kind = type(program).__module__.partition(".")[0]',
    "if inspect.iscoroutine(program):",
    "    program = asyncio.run(program)",
    'elif kind in ("sandstep", "doeff", "doeff_vm"):',
    '    runtime = importlib.import_module("sandstep.effects" if kind == "sandstep" else "doeff")',
    "    program = runtime.run(program)",
    "if program is not None:",
    "    print(program)",
  ];
  return { code: `${code.join("\n")}\n`, folder };
}
