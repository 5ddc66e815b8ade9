"""Time and memory of the sparse loss beside its peers, in one process: medians of alternating runs; below 1 is faster.

Every peer computes the mean loss of the same labels from the same logits; "gradient" adds its derivative in the logits.
Two limits stand below the peers: one pass that reads the array, and the exponential alone over cache-sized blocks.
`--runs 5 --sizes 0` makes it short. What is not installed is named and left out.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import time
import tracemalloc
from collections.abc import Callable

import numpy as np
from machine import processor

import xentbook
from xentbook.gradients import sparse_categorical_cross_entropy_value_and_gradient
from xentbook.losses import sparse_categorical_cross_entropy

SIZES = [(100_000, 10), (10_000, 1000), (1000, 50_257)]
BLOCK = 2**16
THREADS = 2
Work = dict[str, Callable[[], float]]


def ours(z: np.ndarray, y: np.ndarray) -> tuple[Work, Work]:
    out = np.empty_like(z)
    return (
        {"xentbook": lambda: sparse_categorical_cross_entropy(y, logits=z)},
        {"xentbook": lambda: sparse_categorical_cross_entropy_value_and_gradient(y, z, out=out)[0]},
    )


def naive(z: np.ndarray, y: np.ndarray) -> tuple[Work, Work]:
    rows = np.arange(y.size)

    def value() -> float:
        shifted = z - z.max(axis=1, keepdims=True)
        return float(-(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))[rows, y].mean())

    def gradient() -> float:
        shifted = z - z.max(axis=1, keepdims=True)
        e = np.exp(shifted)
        total = e.sum(axis=1, keepdims=True)
        loss = float((np.log(total[:, 0]) - shifted[rows, y]).mean())
        p = e / total
        p[rows, y] -= 1
        p /= y.size
        return loss

    return {"NumPy, naive": value}, {"NumPy, naive": gradient}


def scipy_peer(z: np.ndarray, y: np.ndarray) -> tuple[Work, Work]:
    from scipy.special import log_softmax

    rows = np.arange(y.size)
    return {"SciPy log_softmax": lambda: float(-log_softmax(z, axis=1)[rows, y].mean())}, {}


def sklearn_peer(z: np.ndarray, y: np.ndarray) -> tuple[Work, Work]:
    from sklearn._loss import HalfMultinomialLoss  # what its logistic regression minimises

    loss, labels = HalfMultinomialLoss(n_classes=z.shape[1]), y.astype(z.dtype)
    return (
        {"scikit-learn": lambda: float(loss.loss(labels, z, n_threads=THREADS).mean())},
        {"scikit-learn": lambda: float(loss.loss_gradient(labels, z, n_threads=THREADS)[0].mean())},
    )


def torch_peer(z: np.ndarray, y: np.ndarray) -> tuple[Work, Work]:
    import torch

    torch.set_num_threads(THREADS)
    logits, labels = torch.from_numpy(z), torch.from_numpy(y)
    leaf = torch.from_numpy(z).requires_grad_(True)

    def value() -> float:
        with torch.no_grad():
            return float(torch.nn.functional.cross_entropy(logits, labels))

    def gradient() -> float:
        leaf.grad = None
        loss = torch.nn.functional.cross_entropy(leaf, labels)
        loss.backward()
        return float(loss.detach())

    return {"PyTorch": value}, {"PyTorch": gradient}


def optax_peer(z: np.ndarray, y: np.ndarray) -> tuple[Work, Work]:
    import jax
    import optax

    jax.config.update("jax_enable_x64", True)
    logits, labels = jax.numpy.asarray(z), jax.numpy.asarray(y)

    def mean(x: jax.Array) -> jax.Array:
        return optax.losses.softmax_cross_entropy_with_integer_labels(x, labels).mean()

    forward, both = jax.jit(mean), jax.jit(jax.value_and_grad(mean))
    return (
        {"Optax, jitted": lambda: float(forward(logits))},
        {"Optax, jitted": lambda: float(jax.block_until_ready(both(logits))[0])},
    )


def limits(z: np.ndarray, y: np.ndarray) -> tuple[Work, Work]:
    flat, block = z.reshape(-1), np.empty(BLOCK, z.dtype)

    def exponentials() -> float:
        for start in range(0, flat.size, BLOCK):
            part = flat[start : start + BLOCK]
            np.exp(part, out=block[: part.size])
        return float("nan")

    work = {"limit: read once": lambda: float(np.max(flat)), "limit: np.exp": exponentials}
    return work, work


PEERS = {
    "xentbook": ours,
    "NumPy, naive": naive,
    "SciPy": scipy_peer,
    "scikit-learn": sklearn_peer,
    "PyTorch": torch_peer,
    "Optax": optax_peer,
    "limits": limits,
}


def collect(z: np.ndarray, y: np.ndarray, missing: set[str]) -> tuple[Work, Work]:
    """Return the forward and the gradient runs of every peer that is installed."""
    forward: Work = {}
    both: Work = {}
    for name, make in PEERS.items():
        try:
            more = make(z, y)
        except ImportError as error:
            missing.add(f"{name}: left out ({error})")
            continue
        forward |= more[0]
        both |= more[1]
    return forward, both


def medians(work: Work, runs: int) -> dict[str, float]:
    """Return the median seconds of each over alternating runs; the first round warms up."""
    times: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(runs + 1):
        for name, run in work.items():
            start = time.perf_counter()
            run()
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(values[1:]) for name, values in times.items()}


def peak_memory(run: Callable[[], float]) -> float:
    """Return the peak of what NumPy allocates during a run, in MB; other libraries' allocators are not seen."""
    tracemalloc.start()
    run()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def report(title: str, work: Work, runs: int, size: float) -> None:
    values = {name: run() for name, run in work.items() if not name.startswith("limit")}
    spread = max(values.values()) / min(values.values()) - 1
    if spread > 1e-4:
        raise SystemExit(f"the peers disagree: {values}")
    times = medians(work, runs)
    seen = {name: peak_memory(work[name]) for name in ("xentbook", "NumPy, naive", "SciPy log_softmax") if name in work}
    print(f"\n{title} (logits of {size:.0f} MB)")
    for name, seconds in times.items():
        memory = f"{seen[name]:9.1f} MB extra" if name in seen else ""
        print(f"  {name:18} {1e3 * seconds:9.2f} ms   xentbook / this {times['xentbook'] / seconds:5.2f} {memory}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--sizes", type=int, nargs="*", choices=range(len(SIZES)), default=range(len(SIZES)))
    options = parser.parse_args()
    missing: set[str] = set()
    print(f"xentbook {xentbook.__version__}, NumPy {np.__version__}, Python {platform.python_version()}")
    print(f"{processor()}, {os.cpu_count()} processors, medians of {options.runs} alternating runs")
    rng = np.random.default_rng(0)
    for n, k in (SIZES[i] for i in options.sizes):
        for kind in (np.float32, np.float64):
            z, y = (3 * rng.standard_normal((n, k))).astype(kind), rng.integers(k, size=n)
            forward, both = collect(z, y, missing)
            title = f"{n} x {k} {kind.__name__}"
            report(f"{title}, loss", forward, options.runs, z.nbytes / 1e6)
            report(f"{title}, loss and gradient", both, options.runs, z.nbytes / 1e6)
    for line in sorted(missing):
        print(line)


if __name__ == "__main__":
    main()
