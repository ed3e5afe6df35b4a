"""debugpy as the peer of the benchmarks: on the Python that runs them, or on the one that SANDSTEP_BENCH_PYTHON names."""

from __future__ import annotations

import os
import sys
from dataclasses import replace

from tests.dap import peers

PEER_PYTHON = os.environ.get("SANDSTEP_BENCH_PYTHON", sys.executable)
DEBUGPY = replace(peers.DEBUGPY, launch={**peers.DEBUGPY.launch, "python": [PEER_PYTHON]})
