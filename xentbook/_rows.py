r"""Rows of logits, one label each: the kernel that the sparse loss and its gradient share.

With the target t, the others o = Σ_{j≠t} exp z_j and s = o + exp z_t, the loss is log(1 + o / exp z_t) and the
gradient is p_j = exp z_j / s elsewhere and p_t - 1 = -o / s at the target. Taking the target out of the sum, instead of
subtracting it afterwards, is what keeps every digit of a small loss.

The work goes through blocks that fit in a core's cache. Most logits are small enough to be exponentiated as they are;
the rows in which a sum overflows, or comes near the underflow that would cost digits, are done anew in float64, their
maximum subtracted first. NumPy releases its lock inside, so that two threads share the blocks where there are enough.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_array

__all__ = [
    "as_logits",
    "rows_of_labels",
    "rows_of_targets",
    "resolve_infinities",
    "require_defined",
    "blocks",
    "parallel",
]

_BLOCK = 2**17  # entries of a block
_SEGMENT = 2**11  # entries added up in one stretch, in the precision of the input
_WORTH_THREADS = 2**18  # entries below which a second thread costs more than it saves
_THREADS = 2
# Sums in this range have all their digits without a shift, and their ratios and reciprocals do not overflow.
_RANGE = {np.dtype(np.float32): (2.0**-80, 2.0**120), np.dtype(np.float64): (2.0**-500, 2.0**500)}


def as_logits(logits: ArrayLike) -> NDArray:
    """Return logits (..., K) as `as_array` does, but leave the search for NaN in a large array to the computation."""
    if type(logits) is np.ndarray and logits.dtype in (np.float32, np.float64) and logits.size and logits.ndim:
        return logits if logits.dtype.isnative else logits.astype(logits.dtype.newbyteorder("="))
    return as_array(logits, "logits", min_ndim=1)


def rows_of_labels(
    labels: NDArray[np.int64],
    logits: NDArray,
    *,
    keep: NDArray[np.bool_] | None = None,
    out: NDArray | None = None,
    scale: float = 1.0,
) -> NDArray[np.float64]:
    """Return the loss of each row in float64, NaN where it has none; `out` takes `scale` times the gradient.

    `logits` is (n, K), `labels` (n,) within 0 … K - 1, `out` C-contiguous like `logits`. Rows outside `keep` get 0.
    """
    losses = np.zeros(labels.size)
    rate = None if out is None else scale

    def work(rows: slice) -> None:
        chosen = rows if keep is None or keep[rows].all() else np.flatnonzero(keep[rows]) + rows.start
        t = labels[chosen]
        space = np.empty((t.size, logits.shape[1]), logits.dtype) if out is None else out[rows]
        losses[chosen] = _block(t, logits[chosen], space, rate)

    blocks(work, *logits.shape)
    return losses


def rows_of_targets(targets: Callable[[slice], NDArray[np.float64]], logits: NDArray) -> NDArray[np.float64]:
    """Return the sum over the classes of target times -log p, for each row of `logits` (n, K), in float64.

    `targets` gives the non-negative targets of a slice of rows. NaN marks a row without a loss.
    """
    losses = np.zeros(logits.shape[0])

    def work(rows: slice) -> None:
        wide, y = logits[rows].astype(np.float64), targets(rows)
        gaps = resolve_infinities(wide) - wide
        weights = np.exp(-gaps)
        np.put_along_axis(weights, gaps.argmin(axis=-1)[:, np.newaxis], 0.0, axis=-1)
        surprise = gaps + np.log1p(weights.sum(axis=-1, keepdims=True))  # both at least 0: nothing cancels
        losses[rows] = np.where(y > 0, y * surprise, 0.0).sum(axis=-1)  # 0 log 0 = 0 by continuity
        losses[rows][((y > 0) & (gaps == np.inf)).any(axis=-1)] = np.inf  # whatever else is undefined

    blocks(work, *logits.shape)
    return losses


def resolve_infinities(wide: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the maximum of each row, kept; write the limit of the shifted row into `wide` where that is infinite.

    One class alone at the top takes everything. Several tied at infinity have no limit: NaN, and so has a row with NaN.
    """
    top = wide.max(axis=-1, keepdims=True)
    if np.isfinite(top).all():
        return top
    at_top = wide == top
    alone = np.where(at_top.sum(axis=-1, keepdims=True) > 1, np.nan, 0.0)
    np.copyto(wide, np.where(at_top, alone, -np.inf), where=np.isinf(top))
    return np.where(np.isinf(top), 0.0, top)


def require_defined(losses: NDArray[np.float64], logits: NDArray, out: NDArray | None = None) -> None:
    """Raise for the first loss that is NaN, with the reason in the logits; `out` is filled with NaN before that."""
    undefined = np.isnan(losses)
    if not undefined.any():
        return
    if out is not None:
        out.fill(np.nan)
    index = tuple(int(i) for i in np.unravel_index(undefined.argmax(), losses.shape))
    row = logits[index]
    if np.isnan(row).any():
        index += (int(np.isnan(row).argmax()),)
        raise ValueError(f"`logits` must not contain NaN; got nan at index {index}")
    tied = np.flatnonzero(row == row.max()).tolist()
    raise ValueError(f"`logits` must not tie at infinity; got {row.max()} for classes {tied} at index {index}")


def blocks(work: Callable[[slice], None], n: int, width: int) -> None:
    """Call `work` with slices that cover n rows of `width` entries, a block each; in two threads where it pays."""
    parts = min(_THREADS, _cpus(), n) if n * width >= _WORTH_THREADS else 1
    bounds = [n * part // parts for part in range(parts + 1)]
    parallel(lambda part: _in_steps(work, bounds[part], bounds[part + 1], max(1, _BLOCK // width)), parts)


def parallel(run: Callable[[int], None], parts: int) -> None:
    """Call `run` with 0 … parts - 1, each in a thread of its own; raise what the first to fail has raised."""
    failures: list[BaseException] = []

    def guarded(part: int) -> None:
        try:
            run(part)
        except BaseException as failure:  # would be lost with the thread
            failures.append(failure)

    threads = [thread for part in range(1, parts) if (thread := _start(guarded, part))]
    guarded(0)
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def _start(run: Callable[[int], None], part: int) -> threading.Thread | None:
    """Start a thread on `part`, or do the work at once where there are no threads, as in a browser."""
    thread = threading.Thread(target=run, args=(part,))
    try:
        thread.start()
    except RuntimeError:
        run(part)
        return None
    return thread


@np.errstate(all="ignore")  # here, because the error state is each thread's own
def _in_steps(work: Callable[[slice], None], start: int, stop: int, step: int) -> None:
    for first in range(start, stop, step):
        work(slice(first, min(first + step, stop)))


def _cpus() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _block(t: NDArray[np.int64], z: NDArray, e: NDArray, scale: float | None) -> NDArray[np.float64]:
    """Return the losses of the rows `z`; `e` is overwritten, by the gradient unless `scale` is None."""
    np.exp(z, out=e)
    at, entries = np.arange(0, e.size, e.shape[1]) + t, e.reshape(-1)
    own = entries.take(at).astype(np.float64)
    entries[at] = 0
    others = _row_sums(e)
    low, high = _RANGE[e.dtype]
    good = (others >= low) & (own >= low) & (others + own <= high)
    losses = np.log1p(others / own)
    if scale is not None:
        rate = scale / (others + own)
        good &= (rate >= np.finfo(e.dtype).tiny) & (rate <= 1)  # else digits are lost to underflow
        np.multiply(e, rate.astype(e.dtype)[:, np.newaxis], out=e)
        entries[at] = -others * rate
    return losses if good.all() else _mended(losses, t, z, e, ~good, scale)


def _mended(
    losses: NDArray[np.float64],
    t: NDArray[np.int64],
    z: NDArray,
    e: NDArray,
    bad: NDArray[np.bool_],
    scale: float | None,
) -> NDArray[np.float64]:
    """Return the losses with the rows `bad` done anew, as are their gradients in `e`."""
    rows = np.flatnonzero(bad)
    step = max(1, _BLOCK // (4 * z.shape[1]))  # four arrays in double precision in place of one
    for some in np.split(rows, range(step, rows.size, step)):
        losses[some] = _shifted(t, z, e, some, scale)
    return losses


def _shifted(
    t: NDArray[np.int64], z: NDArray, e: NDArray, bad: NDArray[np.int64], scale: float | None
) -> NDArray[np.float64]:
    """Return the losses of the rows `bad` by the formula that holds for all logits; write their gradients into `e`."""
    wide, t = z[bad].astype(np.float64), t[bad][:, np.newaxis]
    top = resolve_infinities(wide)
    gap = top - np.take_along_axis(wide, t, axis=-1)
    weights = np.exp(np.subtract(wide, top, out=wide), out=wide)
    own = np.take_along_axis(weights, t, axis=-1)
    np.put_along_axis(weights, t, 0.0, axis=-1)
    others = weights.sum(axis=-1, keepdims=True)
    # exp z_t / exp z_max - 1 is exactly 0 where the target is the maximum, and the loss at least ln 2 elsewhere.
    losses = np.where(gap == np.inf, np.inf, gap + np.log1p(others + (own - 1.0)))
    if scale is not None:
        losses += 0.0 * others  # no gradient where several classes tie at infinity: NaN
        np.put_along_axis(weights, t, -others, axis=-1)
        e[bad] = weights * (scale / (others + own))
    return losses[:, 0]


def _row_sums(e: NDArray) -> NDArray[np.float64]:
    """Return the sums of the rows: products with ones are the fastest, in stretches short enough to keep the digits."""
    n, width = e.shape
    if width <= _SEGMENT:
        return (e @ np.ones(width, e.dtype)).astype(np.float64)
    whole = width - width % _SEGMENT
    stretches = e[:, :whole].reshape(n, whole // _SEGMENT, _SEGMENT) @ np.ones(_SEGMENT, e.dtype)
    return stretches.sum(axis=-1, dtype=np.float64) + e[:, whole:].sum(axis=-1)
