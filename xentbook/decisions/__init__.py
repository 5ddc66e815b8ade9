r"""A probability is not a decision: what an error costs says where to draw the line.

The counts of the confusion matrix, the ratios made of them, the curves that a moving threshold draws, and the threshold
that costs least.

Conventions
-----------
- Truth first. Rows of a confusion matrix are what was, columns what was predicted; costs are laid out likewise, a row
  for each class and a column for each action.
- The positive class of two is 1; a sample is predicted positive where its score is *at or above* the threshold.
- A ratio of nothing to nothing, such as the precision of a rule that never says yes, has no value. It is a
  ``ValueError`` until ``undefined=`` says what it shall count as.
- Counts are integers, or float64 sums where samples have weights. Costs are in any unit, the same for all.
"""

from xentbook.decisions._confusion import accuracy, confusion_matrix, f1_score, precision, recall
from xentbook.decisions._costs import (
    bayes_decision,
    bayes_threshold,
    best_threshold,
    conditional_cost,
    expected_cost,
    threshold_costs,
)
from xentbook.decisions._curves import (
    PrecisionRecallCurve,
    RocCurve,
    average_precision,
    precision_recall_curve,
    roc_auc,
    roc_curve,
)

__all__ = [
    "confusion_matrix",
    "accuracy",
    "precision",
    "recall",
    "f1_score",
    "RocCurve",
    "roc_curve",
    "roc_auc",
    "PrecisionRecallCurve",
    "precision_recall_curve",
    "average_precision",
    "bayes_threshold",
    "conditional_cost",
    "bayes_decision",
    "expected_cost",
    "threshold_costs",
    "best_threshold",
]
