r"""A proper score is least, on average, where the forecaster says what they believe: the truth is the best bet.

The Brier, logarithmic and spherical scores, the parts that the first two are made of, and a test for any other.

Conventions
-----------
- Truth first. A 1-D `y_prob` holds probabilities of class 1, its `y_true` is 0 or 1, or soft: a share in [0, 1]. A 2-D
  `y_prob` holds a row of K probabilities for each sample, its `y_true` labels 0 … K−1.
- Logarithms are natural: the log loss and its parts are in nats. A probability of 0 for what came costs inf.
- Scores are means over samples; with `sample_weight` the mean divides by the sum of the weights.
- Bins are (low, high], the first one closed at 0; an edge k / n is compared in the precision of the probabilities, so
  that 0.3 lies in the third of ten bins, in float32 too.
"""

from xentbook.scoring._decompositions import (
    BrierDecomposition,
    LogLossDecomposition,
    brier_decomposition,
    log_loss_decomposition,
)
from xentbook.scoring._properness import Properness, is_proper
from xentbook.scoring._scores import brier_score, log_loss, spherical_score

__all__ = [
    "brier_score",
    "log_loss",
    "spherical_score",
    "BrierDecomposition",
    "brier_decomposition",
    "LogLossDecomposition",
    "log_loss_decomposition",
    "Properness",
    "is_proper",
]
