r"""Rows of logits, one label each: the kernel that the sparse loss and its gradient share.

With the target t, the others o = Σ_{j≠t} exp z_j and s = o + exp z_t, the loss is log(1 + o / exp z_t) and the
gradient is p_j = exp z_j / s elsewhere and p_t - 1 = -o / s at the target. Taking the target out of the sum, instead of
subtracting it afterwards, is what keeps every digit of a small loss.

The work goes through blocks that fit in a core's cache. Most logits are small enough to be exponentiated as they are;
the rows in which a sum overflows, or comes near the underflow that would cost digits, are done anew in float64, their
maximum subtracted first. NumPy releases its lock inside, so that two threads share the blocks where there are enough;
the environment variable ``XENTBOOK_THREADS`` gives another number of threads, 1 for none beside the caller's.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_array, as_numpy
from xentbook._weights import product

__all__ = [
    "as_logits",
    "rows_of_labels",
    "rows_of_targets",
    "resolve_infinities",
    "require_defined",
    "sums_of_others",
    "blocks",
    "parallel",
    "threads",
]

Scale = float | NDArray[np.float64]  # what multiplies the gradients: one number, or one for each row

_BLOCK = 2**17  # entries of a block
_SEGMENT = 2**11  # entries added up in one stretch, in the precision of the input
_WORTH_THREADS = 2**18  # entries below which a second thread costs more than it saves
_AT_MOST = 2  # threads, unless XENTBOOK_THREADS says otherwise
# Sums in this range have all their digits without a shift, and their ratios and reciprocals do not overflow.
_RANGE = {np.dtype(np.float32): (2.0**-80, 2.0**120), np.dtype(np.float64): (2.0**-500, 2.0**500)}


def as_logits(logits: ArrayLike) -> NDArray:
    """Return logits (..., K) as `as_array` does, but leave the search for NaN among floats to the computation."""
    array = as_numpy(logits, "logits")
    native = array.dtype.newbyteorder("=")
    if native in (np.float32, np.float64) and array.size and array.ndim:
        return array.astype(native, copy=False)
    return as_array(array, "logits", min_ndim=1)


def rows_of_labels(
    labels: NDArray[np.intp],
    logits: NDArray,
    *,
    keep: NDArray[np.bool_] | None = None,
    out: NDArray | None = None,
    scale: Scale = 1.0,
) -> NDArray[np.float64]:
    """Return the loss of each row in float64, NaN where it has none; `out` takes `scale` times the gradient.

    `logits` is (n, K), `labels` (n,) within 0 … K - 1, `out` C-contiguous like `logits`, `scale` a number or one for
    each row. Rows outside `keep` are not looked at: their loss and their gradient are 0.
    """
    losses = np.zeros(labels.size)

    def work(rows: slice) -> None:
        chosen = rows if keep is None or keep[rows].all() else np.flatnonzero(keep[rows]) + rows.start
        whole = chosen is rows
        t = labels[chosen]
        space = out[rows] if whole and out is not None else np.empty((t.size, logits.shape[1]), logits.dtype)
        losses[chosen] = _block(t, logits[chosen], space, None if out is None else _of_rows(scale, chosen))
        if out is not None and not whole:
            out[rows], out[chosen] = 0.0, space

    blocks(work, *logits.shape)
    return losses


def rows_of_targets(
    targets: Callable[[slice], NDArray[np.float64]],
    logits: NDArray,
    *,
    keep: NDArray[np.bool_] | None = None,
    out: NDArray | None = None,
    scale: Scale = 1.0,
) -> NDArray[np.float64]:
    """Return the sum over the classes of target times -log p, for each row of `logits` (n, K), in float64.

    `targets` gives the non-negative targets of a slice of rows; `keep`, `out` and `scale` are those of
    `rows_of_labels`. NaN marks a row without a loss, or without a gradient where that is asked for.
    """
    losses = np.zeros(logits.shape[0])

    def work(rows: slice) -> None:
        wide, y = logits[rows].astype(np.float64), targets(rows)
        losses[rows], slope = _surprise_of_targets(y, wide, out is not None)
        if out is not None:
            out[rows] = slope * np.reshape(_of_rows(scale, rows), (-1, 1)) + 0.0
        for result in (losses, out):
            if result is not None and keep is not None:
                result[rows][~keep[rows]] = 0.0

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


def sums_of_others(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for each entry the sum of the others: summed anew for the largest, subtracted where that is harmless."""
    first = x.argmax(axis=-1)[..., np.newaxis]
    without = x.copy()
    np.put_along_axis(without, first, 0.0, axis=-1)
    others = x.sum(axis=-1, keepdims=True) - x
    np.put_along_axis(others, first, without.sum(axis=-1, keepdims=True), axis=-1)
    return others


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
    parts = min(threads(), n) if n * width >= _WORTH_THREADS else 1
    bounds = [n * part // parts for part in range(parts + 1)]
    parallel(lambda part: _in_steps(work, bounds[part], bounds[part + 1], max(1, _BLOCK // width)), parts)


def threads() -> int:
    """Return how many threads may share the blocks: XENTBOOK_THREADS, or two where there are two processors."""
    given = os.environ.get("XENTBOOK_THREADS", "")
    if not given:
        return min(_AT_MOST, _cpus())
    if not given.isdecimal() or int(given) < 1:
        raise ValueError(f"`XENTBOOK_THREADS` must be a whole number of at least 1; got {given!r}")
    return int(given)


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


def _of_rows(scale: Scale, rows: slice | NDArray[np.intp]) -> Scale:
    """Return the part of `scale` that belongs to the rows."""
    return scale[rows] if isinstance(scale, np.ndarray) else scale


def _surprise_of_targets(
    y: NDArray[np.float64], wide: NDArray[np.float64], with_slope: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
    """Return the losses of the rows `wide`, which is overwritten, and their gradient where it is wanted."""
    gaps = resolve_infinities(wide) - wide
    weights = np.exp(-gaps)
    rest = weights.copy()
    np.put_along_axis(rest, gaps.argmin(axis=-1)[:, np.newaxis], 0.0, axis=-1)
    surprise = gaps + np.log1p(rest.sum(axis=-1, keepdims=True))  # both at least 0: nothing cancels
    losses = product(y, surprise).sum(axis=-1)  # 0 log 0 = 0 by continuity
    losses[((y > 0) & (gaps == np.inf)).any(axis=-1)] = np.inf  # whatever else is undefined
    if not with_slope:
        return losses, None
    total = weights.sum(axis=-1, keepdims=True)
    # p_k times the sum of the targets, less y_k: with y_k p_k taken out of both, a hard label keeps its digits.
    slope = (weights * sums_of_others(y) - y * sums_of_others(weights)) / total
    return losses + 0.0 * total[:, 0], slope  # no gradient where several classes tie at infinity: NaN


def _block(t: NDArray[np.intp], z: NDArray, e: NDArray, scale: Scale | None) -> NDArray[np.float64]:
    """Return the losses of the rows `z`; `e` is overwritten, by the gradient unless `scale` is None."""
    np.exp(z, out=e)
    at, entries = np.arange(0, e.size, e.shape[1], dtype=np.intp) + t, e.reshape(-1)
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
    t: NDArray[np.intp],
    z: NDArray,
    e: NDArray,
    bad: NDArray[np.bool_],
    scale: Scale | None,
) -> NDArray[np.float64]:
    """Return the losses with the rows `bad` done anew, as are their gradients in `e`."""
    rows = np.flatnonzero(bad)
    step = max(1, _BLOCK // (4 * z.shape[1]))  # four arrays in double precision in place of one
    for some in np.split(rows, range(step, rows.size, step)):
        losses[some] = _shifted(t, z, e, some, scale)
    return losses


def _shifted(
    t: NDArray[np.intp], z: NDArray, e: NDArray, bad: NDArray[np.intp], scale: Scale | None
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
        e[bad] = weights * (np.reshape(_of_rows(scale, bad), (-1, 1)) / (others + own)) + 0.0
    return losses[:, 0]


def _row_sums(e: NDArray) -> NDArray[np.float64]:
    """Return the sums of the rows: products with ones are the fastest, in stretches short enough to keep the digits."""
    n, width = e.shape
    if width <= _SEGMENT:
        return (e @ np.ones(width, e.dtype)).astype(np.float64)
    whole = width - width % _SEGMENT
    stretches = e[:, :whole].reshape(n, whole // _SEGMENT, _SEGMENT) @ np.ones(_SEGMENT, e.dtype)
    return stretches.sum(axis=-1, dtype=np.float64) + e[:, whole:].sum(axis=-1)
