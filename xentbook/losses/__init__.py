r"""A loss says what a prediction costs once the outcome is known: cross-entropy is the surprise, -ln p, in nats.

Conventions
-----------
- Truth first: ``(y_true, ...)``. Classes lie on the last axis; labels are integers 0 … K - 1, binary targets lie in [0,
  1].
- The prediction is one of ``probs=`` and ``logits=``, never both. From logits each sample's loss has a relative error
  of at most 2e-13 (1e-5 in float32), down to the smallest normal number: a confident right answer costs 1e-26, not 0.
- The limits are exact: a true class given probability 0 costs inf, 0 ln 0 is 0. Nothing is clipped or normalised.
  Logits may be ±inf where the loss has a limit; where it has none the ``ValueError`` names the entry.
- ``reduction="none"`` gives each sample's loss times its weight, in the precision of the prediction; ``"sum"`` and
  ``"mean"`` add up in float64. A mean over weights divides by their sum; if that is 0 it is a ``ValueError``.
- What carries the label `ignore_index` costs 0, does not count in a mean, and may hold anything, NaN too. If nothing
  else is there, a sum is 0 and a mean a ``ValueError``. No mean depends on the scale of its weights.
- Each loss has a gradient in `xentbook.gradients` that takes the same options. Large arrays are read in two threads;
  the environment variable ``XENTBOOK_THREADS`` gives another number, 1 for none beside the caller's.
"""

from xentbook.losses._cross_entropy import (
    binary_cross_entropy,
    categorical_cross_entropy,
    sparse_categorical_cross_entropy,
)
from xentbook.losses._margins import categorical_hinge, hinge
from xentbook.losses._others import absolute_error, focal_loss, generalized_cross_entropy, squared_error

__all__ = [
    "binary_cross_entropy",
    "categorical_cross_entropy",
    "sparse_categorical_cross_entropy",
    "squared_error",
    "absolute_error",
    "hinge",
    "categorical_hinge",
    "focal_loss",
    "generalized_cross_entropy",
]
