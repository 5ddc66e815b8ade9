r"""The gradient of cross-entropy is prediction minus label: one subtraction, if the subtraction is not carried out.

Where the model is nearly right, p - 1 of the true class cancels; written as minus the sum of the other probabilities it
keeps its digits, and training keeps its direction.

Conventions
-----------
- Gradients are with respect to the logits (or scores), of their shape; ``(y_true, logits)``, classes on the last axis.
- ``reduction="mean"`` divides by the number of samples. "sum" and "none" give the same gradient, since a sample's loss
  depends on its own logits alone.
- With labels 0 … K - 1 each entry has a relative error of at most 2e-13 (1e-5 in float32), however small. With soft targets,
  where p - y is a difference indeed, that is relative to the larger of the two products that are subtracted.
- float32 in, float32 out. An infinite logit has its limit where there is one, else the ``ValueError`` names the entry.
"""

from xentbook.gradients._cross_entropy import (
    binary_cross_entropy_gradient,
    categorical_cross_entropy_gradient,
    softmax_hessian,
    sparse_categorical_cross_entropy_gradient,
    sparse_categorical_cross_entropy_value_and_gradient,
)
from xentbook.gradients._differences import check_gradient, numerical_gradient
from xentbook.gradients._others import (
    absolute_error_gradient,
    categorical_hinge_gradient,
    focal_loss_gradient,
    generalized_cross_entropy_gradient,
    hinge_gradient,
    squared_error_gradient,
)

__all__ = [
    "binary_cross_entropy_gradient",
    "categorical_cross_entropy_gradient",
    "sparse_categorical_cross_entropy_gradient",
    "sparse_categorical_cross_entropy_value_and_gradient",
    "softmax_hessian",
    "numerical_gradient",
    "check_gradient",
    "squared_error_gradient",
    "absolute_error_gradient",
    "hinge_gradient",
    "categorical_hinge_gradient",
    "focal_loss_gradient",
    "generalized_cross_entropy_gradient",
]
