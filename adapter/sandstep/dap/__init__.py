"""The DAP server: speaks the Debug Adapter Protocol with an editor, and owns the worker that runs the program."""
