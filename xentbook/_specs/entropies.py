r"""Cross-entropy three ways, each with its derivative: of binary targets, of distributions, of labels.

With c = w y, the targets times the weights of their classes, the loss is Σ c_k (ln Σ exp z_j - z_k), and its derivative
p_k Σ c_j - c_k, written as p_k Σ_{j≠k} c_j - c_k Σ_{j≠k} p_j so that a hard label keeps its digits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import (
    as_array,
    as_finite,
    as_number,
    as_probabilities,
    as_probability,
    quiet,
    require_broadcast,
    require_same_shape,
    require_where,
)
from xentbook._rows import as_logits, blocks, require_defined, rows_of_labels, rows_of_targets
from xentbook._specs.doors import (
    FIX,
    Array,
    Labelled,
    Outcome,
    as_out,
    finish,
    labelled_rows,
    one_of,
    warn_of_one_output,
)
from xentbook._weights import as_class_weight, as_sample_weight, power_of_two, product, rates, reduce
from xentbook.links import sigmoid

__all__ = ["of_binary_targets", "of_targets", "of_labels", "softplus_pair"]


@quiet
def of_binary_targets(
    y_true: ArrayLike,
    *,
    probs: ArrayLike | None = None,
    logits: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    pos_weight: ArrayLike | None = None,
    label_smoothing: float,
    reduction: str = "mean",
    gradient: bool = False,
) -> Outcome:
    """Return binary cross-entropy: w y (-ln p) + (1 - y) (-ln(1 - p)), and (1 - y) p - w y (1 - p)."""
    y = as_probability(y_true, "y_true").astype(np.float64)
    name, raw = one_of(probs=probs, logits=logits)
    given = as_array(raw, name) if name == "logits" else as_probability(raw, name, fix=FIX)
    require_same_shape(y, given, ("y_true", name))
    amount = as_number(label_smoothing, "label_smoothing", minimum=0, maximum=1)
    # 1 - y is smoothed by itself, so that nothing cancels in 1 - (y smoothed).
    one, zero = _as_pos_weight(pos_weight, y) * _smoothed(y, amount, 2), _smoothed(1.0 - y, amount, 2)
    wide = given.astype(np.float64)
    if_one, if_zero = softplus_pair(wide) if name == "logits" else (-np.log(wide), -np.log1p(-wide))
    losses = product(one, if_one) + product(zero, if_zero)
    slope = zero * sigmoid(wide) - one * sigmoid(-wide) if gradient else None
    weight = as_sample_weight(sample_weight, y.shape)
    return finish(given, losses, slope, reduction, weight)


@quiet
def of_targets(
    y_true: ArrayLike,
    *,
    probs: ArrayLike | None = None,
    logits: ArrayLike | None = None,
    class_weight: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    label_smoothing: float,
    reduction: str = "mean",
    gradient: bool = False,
) -> Outcome:
    """Return the cross-entropy of distributions over K classes, and its derivative."""
    y, given, name = _targets(y_true, probs, logits)
    amount = as_number(label_smoothing, "label_smoothing", minimum=0, maximum=1)
    flat = y.reshape(-1, y.shape[-1])
    by_class = _as_terms(class_weight, np.asarray((flat > 0).any(axis=0)), reduction)
    share = None if by_class is None else product(y, by_class).sum(axis=-1)
    weight, out = as_sample_weight(sample_weight, y.shape[:-1]), np.empty_like(given, order="C") if gradient else None
    options: dict[str, Any] = {
        "by_class": by_class,
        "weight": weight,
        "share": share,
        "reduction": reduction,
        "out": out,
    }
    return _over_classes(lambda rows: _smoothed(flat[rows], amount, flat.shape[1]), given, name, **options)


@quiet
def of_labels(
    y_true: ArrayLike,
    *,
    probs: ArrayLike | None = None,
    logits: ArrayLike | None = None,
    class_weight: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    label_smoothing: float,
    ignore_index: int | None = None,
    reduction: str = "mean",
    gradient: bool = False,
    out: NDArray | None = None,
) -> Outcome:
    """Return the cross-entropy of labels, -ln p_y, and its derivative p - y, which may go into `out`."""
    name, raw = one_of(probs=probs, logits=logits)
    rows = labelled_rows(y_true, raw, name, ignore_index, reduction)
    amount = as_number(label_smoothing, "label_smoothing", minimum=0, maximum=1)
    space = None
    if gradient:
        space = np.empty_like(rows.predictions, order="C") if out is None else as_out(out, rows.predictions)
    weights = {"class_weight": class_weight, "sample_weight": sample_weight}
    if amount:
        return _of_smoothed_labels(rows, name, amount, reduction, space, **weights)
    return _of_hard_labels(rows, name, reduction, rows.weights(reduction, **weights), space)


def _targets(y_true: ArrayLike, probs: ArrayLike | None, logits: ArrayLike | None) -> tuple[Array, NDArray, str]:
    """Return targets and predictions of one shape, (..., K), and which predictions they are."""
    y = as_probabilities(y_true, "y_true").astype(np.float64, copy=False)
    name, raw = one_of(probs=probs, logits=logits)
    given = as_logits(raw) if name == "logits" else as_probabilities(raw, name, fix=FIX)
    require_same_shape(y, given, ("y_true", name))
    if name == "logits":
        warn_of_one_output(given.shape)
    return y, given, name


def _of_hard_labels(rows: Labelled, name: str, reduction: str, weight: Array | None, out: NDArray | None) -> Outcome:
    """Return the losses of labels by the kernel that leaves the true class out of the sum."""
    t, flat = rows.labels.reshape(-1), rows.predictions.reshape(-1, rows.n_classes)
    rate = 1.0 if out is None else rates(reduction, t.size, weight=weight)
    if name == "logits":
        losses = rows_of_labels(
            t,
            flat,
            keep=None if rows.keep is None else rows.keep.reshape(-1),
            out=None if out is None else out.reshape(flat.shape),
            scale=rate.reshape(-1) if isinstance(rate, np.ndarray) else float(rate),
        )
    else:
        losses = -np.log(flat[np.arange(t.size, dtype=np.intp), t].astype(np.float64))
    losses = losses.reshape(rows.labels.shape)
    require_defined(losses, rows.predictions, out)
    return reduce(losses, reduction, rows.predictions.dtype, weight=weight), out


def _of_smoothed_labels(
    rows: Labelled,
    name: str,
    amount: float,
    reduction: str,
    out: NDArray | None,
    *,
    class_weight: ArrayLike | None,
    sample_weight: ArrayLike | None,
) -> Outcome:
    """Return the losses of labels that are moved towards the uniform distribution, each class with its weight."""
    t, k = rows.labels.reshape(-1), rows.n_classes
    by_class = _as_terms(class_weight, np.ones(k, np.bool_), reduction)
    return _over_classes(
        lambda part: _smoothed((t[part, np.newaxis] == np.arange(k)).astype(np.float64), amount, k),
        rows.predictions,
        name,
        by_class=by_class,
        weight=rows.weights(reduction, sample_weight=sample_weight, class_weight=None),
        share=None if by_class is None else by_class[rows.labels],
        reduction=reduction,
        out=out,
        keep=rows.keep,
    )


def _over_classes(
    targets: Callable[[slice], Array],
    given: NDArray,
    name: str,
    *,
    by_class: Array | None,
    weight: Array | None,
    share: Array | None,
    reduction: str,
    out: NDArray | None,
    keep: NDArray[np.bool_] | None = None,
) -> Outcome:
    """Return the losses of `targets`, given by a slice of rows, times each class's weight, and their derivatives."""
    rows, samples = given.reshape(-1, given.shape[-1]), given.shape[:-1]
    terms = targets if by_class is None else lambda part: product(targets(part), by_class)
    rate = 1.0 if out is None else rates(reduction, rows.shape[0], weight=weight, share=share)
    kept = None if keep is None else keep.reshape(-1)
    if name == "probs":
        losses = _surprise(terms, rows)
    else:
        scale = rate.reshape(-1) if isinstance(rate, np.ndarray) else float(rate)
        space = None if out is None else out.reshape(rows.shape)
        losses = rows_of_targets(terms, rows, keep=kept, out=space, scale=scale)
    losses = losses.reshape(samples)
    require_defined(losses, given, out)
    return reduce(losses, reduction, given.dtype, weight=weight, share=share), out


def _surprise(terms: Callable[[slice], Array], probs: NDArray) -> Array:
    """Return the sum over the classes of -ln p times its term, for each row."""
    losses = np.empty(probs.shape[0])

    def work(part: slice) -> None:
        losses[part] = product(terms(part), -np.log(probs[part].astype(np.float64))).sum(axis=-1)

    blocks(work, *probs.shape)
    return losses


def softplus_pair(z: Array) -> tuple[Array, Array]:
    """Return ln(1 + exp(-z)) and ln(1 + exp z), the surprise at 1 and at 0; the sums have terms of one sign."""
    tail = np.log1p(np.exp(-np.abs(z)))
    return np.maximum(-z, 0.0) + tail, np.maximum(z, 0.0) + tail


def _smoothed(y: Array, amount: float, n_classes: int) -> Array:
    """Return `y` moved towards the uniform distribution by `amount`."""
    return (1.0 - amount) * y + amount / n_classes if amount else y


def _as_pos_weight(pos_weight: ArrayLike | None, y: NDArray) -> Array | float:
    """Return the factor of the positive term, which may broadcast to the targets but not beyond."""
    if pos_weight is None:
        return 1.0
    factor = as_finite(pos_weight, "pos_weight").astype(np.float64)
    require_where(factor >= 0, factor, "pos_weight", "not be negative")
    if require_broadcast(factor, y, names=("pos_weight", "y_true")) != y.shape:
        raise ValueError(f"`pos_weight` must broadcast to the shape {y.shape} of `y_true`; got {factor.shape}")
    return factor


def _as_terms(class_weight: ArrayLike | None, occurs: NDArray[np.bool_], reduction: str) -> Array | None:
    """Return the factors of the K terms; for a mean divided by the power of two of the largest that occurs."""
    by_class = as_class_weight(class_weight, occurs.size)
    return by_class if by_class is None or reduction != "mean" else by_class / power_of_two(by_class[occurs])
