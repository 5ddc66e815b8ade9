"""What `import xentbook`, and then its first use, add to `import numpy`: medians of alternating fresh interpreters."""

import statistics
import subprocess
import sys

RUNS = 25
CLOCK = "import time; start = time.perf_counter(); {}; print(time.perf_counter() - start)"
WORK = {
    "numpy": "import numpy",
    "and xentbook": "import numpy, xentbook",
    "and one entropy": "import numpy, xentbook; xentbook.entropy([0.5, 0.5])",
    "and every name": "import numpy, xentbook; [getattr(xentbook, name) for name in xentbook.__all__]",
}


def milliseconds(code: str) -> float:
    command = [sys.executable, "-c", CLOCK.format(code)]
    return 1e3 * float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


if __name__ == "__main__":
    rounds = [[milliseconds(code) for code in WORK.values()] for _ in range(RUNS)]
    medians = [statistics.median(column) for column in zip(*rounds, strict=True)]
    for what, median in zip(WORK, medians, strict=True):
        print(f"{what:16} {median:6.1f} ms, {median - medians[0]:+.1f}")
