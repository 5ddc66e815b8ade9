r"""Linear logits make cross-entropy convex in the weights: its curvature is XᵀSX, and no direction curves downwards.

What convexity does not promise is part of this module: a minimum that is one (softmax has flat directions) or that is
there at all (on separable data the loss falls for ever along a straight line).

Conventions
-----------
- ``X`` has a row for each of n samples and d columns, used as they are: an intercept is a column of ones.
- ``theta`` holds d weights for the binary model, a (K, d) table for softmax. Hessians over a table are over its
  entries row by row: entry k·d + j belongs to class k and column j.
- Losses are sums over the samples, in nats; divide by n for means. Labels are integers 0 … K−1.
- "Certified" means: true of the numbers given, whatever the rounding on the way, short of underflow.
"""

from xentbook.convexity.curvature import (
    CurvatureCertificate,
    curvature_certificate,
    hessian_error_bound,
    logistic_hessian,
    smoothness_bound,
    softmax_null_directions,
    softmax_regression_hessian,
)
from xentbook.convexity.margin import MaximumMargin, maximum_margin
from xentbook.convexity.midpoint import MidpointTest, midpoint_test
from xentbook.convexity.separation import Separation, separating_direction

__all__ = [
    "logistic_hessian",
    "softmax_regression_hessian",
    "softmax_null_directions",
    "hessian_error_bound",
    "CurvatureCertificate",
    "curvature_certificate",
    "smoothness_bound",
    "MidpointTest",
    "midpoint_test",
    "Separation",
    "separating_direction",
    "MaximumMargin",
    "maximum_margin",
]
