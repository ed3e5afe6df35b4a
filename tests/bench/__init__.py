"""Benchmarks: the same programs and the same client on Sandstep and on its peers, side by side in one run."""
