"""Tests of the debugger through its adapter, as an editor drives it."""
