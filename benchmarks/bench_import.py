"""What `import xentbook` adds to `import numpy`: medians of alternating runs, each in a fresh interpreter."""

import statistics
import subprocess
import sys

RUNS = 25
CLOCK = "import time; t = time.perf_counter(); import {}; print(time.perf_counter() - t)"


def seconds(module: str) -> float:
    command = [sys.executable, "-c", CLOCK.format(module)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


if __name__ == "__main__":
    numpy, xentbook = zip(*[(seconds("numpy"), seconds("xentbook")) for _ in range(RUNS)], strict=True)
    alone, both = statistics.median(numpy), statistics.median(xentbook)
    print(f"numpy {1e3 * alone:.1f} ms, xentbook {1e3 * both:.1f} ms: it adds {1e3 * (both - alone):.1f} ms")
