"""Time of the calibration errors beside their peers, in one process: medians of alternating runs; below 1 is faster.

Ten million probabilities and outcomes, 15 bins of equal width; all of xentbook's checks are on, those of torchmetrics
off. `--size 1e6 --runs 5` makes it short. What is not installed is named and left out.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import time
import warnings
from collections.abc import Callable

import numpy as np
from machine import processor

import xentbook
from xentbook.calibration import expected_calibration_error, reliability_curve, smooth_calibration_error

BINS, THREADS = 15, 2
Work = dict[str, Callable[[], float]]


def ours(p: np.ndarray, y: np.ndarray) -> Work:
    return {"xentbook": lambda: expected_calibration_error(y, p, n_bins=BINS)}


def torchmetrics_peer(p: np.ndarray, y: np.ndarray) -> Work:
    import torch
    from torchmetrics.functional.classification import binary_calibration_error

    torch.set_num_threads(THREADS)
    forecasts, outcomes = torch.from_numpy(p), torch.from_numpy(y)
    return {
        "torchmetrics": lambda: float(binary_calibration_error(forecasts, outcomes, n_bins=BINS, validate_args=False))
    }


def netcal_peer(p: np.ndarray, y: np.ndarray) -> Work:
    from netcal.metrics import ECE

    return {"netcal": lambda: float(ECE(BINS, detection=False).measure(p, y))}


def sklearn_peer(p: np.ndarray, y: np.ndarray) -> Work:
    from sklearn.calibration import calibration_curve

    def error() -> float:
        came, said = calibration_curve(y, p, n_bins=BINS)
        count = np.histogram(p, BINS, (0, 1))[0]
        return float(np.average(np.abs(came - said), weights=count[count > 0]))

    return {"scikit-learn": error}


def numpy_peer(p: np.ndarray, y: np.ndarray) -> Work:
    def error() -> float:
        bins = np.digitize(p, np.linspace(0, 1, BINS + 1)[1:-1], right=True)
        return float(np.abs(np.bincount(bins, p - y, minlength=BINS)).sum() / p.size)

    return {"NumPy, digitize": error}


def smooth_ours(p: np.ndarray, y: np.ndarray) -> Work:
    return {"xentbook": lambda: smooth_calibration_error(y, p)}


def relplot_peer(p: np.ndarray, y: np.ndarray) -> Work:
    import relplot

    return {"relplot": lambda: float(relplot.smECE(p, y))}


BINNED = {
    "xentbook": ours,
    "torchmetrics": torchmetrics_peer,
    "netcal": netcal_peer,
    "scikit-learn": sklearn_peer,
    "NumPy": numpy_peer,
}
SMOOTH = {"xentbook": smooth_ours, "relplot": relplot_peer}


def collect(peers: dict[str, Callable[[np.ndarray, np.ndarray], Work]], p: np.ndarray, y: np.ndarray) -> Work:
    """Return the runs of every peer that is installed."""
    work: Work = {}
    for name, make in peers.items():
        try:
            work |= make(p, y)
        except ImportError as error:
            print(f"  {name}: left out ({error})")
    return work


def report(title: str, work: Work, runs: int) -> None:
    """Print each peer's median time, our time as a share of it, and its answer."""
    times: dict[str, list[float]] = {name: [] for name in work}
    answers: dict[str, float] = {}
    for _ in range(runs + 1):
        for name, run in work.items():
            start = time.perf_counter()
            answers[name] = run()
            times[name].append(time.perf_counter() - start)
    medians = {name: statistics.median(values[1:]) for name, values in times.items()}  # the first round warms up
    print(f"\n{title}")
    for name, seconds in medians.items():
        ratio = medians["xentbook"] / seconds
        print(f"  {name:16} {1e3 * seconds:9.1f} ms   xentbook / this {ratio:5.2f}   error {answers[name]:.6f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--size", type=float, default=1e7)
    options = parser.parse_args()
    warnings.simplefilter("ignore")  # of the peers
    print(f"xentbook {xentbook.__version__}, NumPy {np.__version__}, Python {platform.python_version()}")
    print(f"{processor()}, {os.cpu_count()} processors, medians of {options.runs} alternating runs")
    rng, n = np.random.default_rng(0), int(options.size)
    for kind in (np.float32, np.float64):
        p = rng.random(n).astype(kind)
        y = (rng.random(n) < p).astype(np.intp)
        curve = reliability_curve(y, p.astype(np.float64), n_bins=BINS)
        wide = np.average(np.abs(curve.confidence - curve.frequency), weights=curve.count)
        title = f"{n} forecasts, {kind.__name__}, {BINS} bins; error with edges in float64 {wide:.6f}"
        report(title, collect(BINNED, p, y), options.runs)
    small = slice(100_000)
    report("100000 forecasts, float64, without bins", collect(SMOOTH, p[small], y[small]), options.runs)


if __name__ == "__main__":
    main()
