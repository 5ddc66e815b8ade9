r"""The gradient of cross-entropy is prediction minus label: one subtraction, if the subtraction is not carried out.

Where the model is nearly right, p - 1 of the true class cancels; written as minus the sum of the other probabilities it
keeps its digits, and training keeps its direction.

Conventions
-----------
- Gradients are with respect to the logits (or scores), of their shape; ``(y_true, logits)``, classes on the last axis.
- The options are those of the loss: weights, smoothing, what is ignored. ``reduction="mean"`` divides by what the loss
  is divided by, the sum of the weights. "sum" and "none" give the same gradient, each sample's own times its weight,
  since a sample's loss depends on its own logits alone. ``..._value_and_gradient`` gives both for the work of one.
- With labels 0 … K - 1 each entry has a relative error of at most 2e-13 (1e-5 in float32), down to the smallest normal
  number. With soft targets, smoothed ones too, p - y is a difference indeed, and that is relative to the larger of the
  two products that are subtracted; so it is for the other classes of `squared_error`.
- float32 in, float32 out. An infinite logit has its limit where there is one, else the ``ValueError`` names the entry.
"""

from xentbook.gradients._bent import (
    focal_loss_gradient,
    focal_loss_value_and_gradient,
    generalized_cross_entropy_gradient,
    generalized_cross_entropy_value_and_gradient,
)
from xentbook.gradients._cross_entropy import (
    binary_cross_entropy_gradient,
    binary_cross_entropy_value_and_gradient,
    categorical_cross_entropy_gradient,
    categorical_cross_entropy_value_and_gradient,
    sparse_categorical_cross_entropy_gradient,
    sparse_categorical_cross_entropy_value_and_gradient,
)
from xentbook.gradients._curvature import softmax_hessian
from xentbook.gradients._differences import check_gradient, numerical_gradient
from xentbook.gradients._distances import (
    absolute_error_gradient,
    absolute_error_value_and_gradient,
    squared_error_gradient,
    squared_error_value_and_gradient,
)
from xentbook.gradients._margins import (
    categorical_hinge_gradient,
    categorical_hinge_value_and_gradient,
    hinge_gradient,
    hinge_value_and_gradient,
)

__all__ = [
    "binary_cross_entropy_gradient",
    "binary_cross_entropy_value_and_gradient",
    "categorical_cross_entropy_gradient",
    "categorical_cross_entropy_value_and_gradient",
    "sparse_categorical_cross_entropy_gradient",
    "sparse_categorical_cross_entropy_value_and_gradient",
    "softmax_hessian",
    "numerical_gradient",
    "check_gradient",
    "squared_error_gradient",
    "squared_error_value_and_gradient",
    "absolute_error_gradient",
    "absolute_error_value_and_gradient",
    "hinge_gradient",
    "hinge_value_and_gradient",
    "categorical_hinge_gradient",
    "categorical_hinge_value_and_gradient",
    "focal_loss_gradient",
    "focal_loss_value_and_gradient",
    "generalized_cross_entropy_gradient",
    "generalized_cross_entropy_value_and_gradient",
]
