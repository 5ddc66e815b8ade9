r"""A loss and its derivative are one specification: the functions of `losses` and `gradients` are faces of these.

Each specification takes checked predictions and gives the losses of the samples and, where `gradient` is wanted, their
derivatives in the logits. The weights, the classes that are ignored and the reduction are the same for both, in one
place.

Conventions
-----------
- Everything returns ``(value, gradient)``; without ``gradient=True`` the second is None.
- A loss of labels is a class with ``value(seen)`` and ``gradient(seen)`` side by side, both per sample, in float64,
  without weights. A loss that is a function φ of the surprise -ln p gives ``slope(seen)``, φ', in place of the
  gradient.
- A new loss of labels is such a class, a face of the same options in each of `losses` and `gradients`, and a row in
  ``tests/losses_by_name.py``. The contract tests in ``tests/test_specs.py`` say what is missing.
"""

from xentbook._specs.entropies import of_binary_targets, of_labels, of_targets
from xentbook._specs.margins import CategoricalHinge, Hinge, of_scores
from xentbook._specs.surprises import (
    AbsoluteError,
    FocalLoss,
    GeneralizedCrossEntropy,
    SquaredError,
    of_distance,
    of_surprise,
)

__all__ = [
    "of_binary_targets",
    "of_targets",
    "of_labels",
    "of_surprise",
    "of_distance",
    "of_scores",
    "SquaredError",
    "AbsoluteError",
    "FocalLoss",
    "GeneralizedCrossEntropy",
    "Hinge",
    "CategoricalHinge",
]
