"""Time of the package's core as a ratio to its peers: medians of alternating runs in one process, below 1 is faster."""

import statistics
import time
from collections.abc import Callable

import numpy as np
import scipy
from scipy import special, stats

import xentbook as xb

RUNS = 15


def ratio(ours: Callable[[], object], theirs: Callable[[], object]) -> float:
    """Return the median over alternating pairs of runs of our time divided by theirs."""
    pairs = [(seconds(ours), seconds(theirs)) for _ in range(RUNS + 1)][1:]  # the first pair warms up
    return statistics.median(mine / other for mine, other in pairs)


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    z = rng.normal(size=(100_000, 10)) * 5
    p, q = rng.dirichlet(np.ones(10), size=(2, 100_000))
    letters = rng.choice(27, size=200_000, p=(weights := rng.dirichlet(np.ones(27))))
    coder = xb.ArithmeticCoder(weights)
    data = coder.encode(letters)
    print(f"NumPy {np.__version__}, SciPy {scipy.__version__}; arrays of 100000 x 10, float64")
    print(
        "softmax          / scipy.special.softmax      "
        f"{ratio(lambda: xb.softmax(z), lambda: special.softmax(z, axis=-1)):.2f}"
    )
    print(
        "log_softmax      / scipy.special.log_softmax  "
        f"{ratio(lambda: xb.log_softmax(z), lambda: special.log_softmax(z, axis=-1)):.2f}"
    )
    print(
        "logsumexp        / scipy.special.logsumexp    "
        f"{ratio(lambda: xb.logsumexp(z), lambda: special.logsumexp(z, axis=-1)):.2f}"
    )
    print(
        "entropy          / scipy.stats.entropy        "
        f"{ratio(lambda: xb.entropy(p), lambda: stats.entropy(p, base=2, axis=-1)):.2f}"
    )
    print(
        "kl_divergence    / scipy.stats.entropy        "
        f"{ratio(lambda: xb.kl_divergence(p, q), lambda: stats.entropy(p, q, base=2, axis=-1)):.2f}"
    )
    encode = statistics.median(seconds(lambda: coder.encode(letters)) for _ in range(5))
    decode = statistics.median(seconds(lambda: coder.decode(data, letters.size)) for _ in range(5))
    print(
        f"ArithmeticCoder: {letters.size / encode / 1e6:.2f} million symbols a second in, "
        f"{letters.size / decode / 1e6:.2f} out"
    )
