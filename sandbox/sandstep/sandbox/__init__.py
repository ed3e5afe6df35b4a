"""The sandbox: runs Python programs in WebAssembly, in worker processes of their own."""
