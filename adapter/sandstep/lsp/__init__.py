"""The language server: what an editor can know of a program before it runs in the sandbox."""
