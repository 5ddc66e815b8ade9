r"""The parameters that make the data least surprising are the estimates of maximum likelihood; curvature says how good.

The negative log-likelihood of n observations is n times the cross-entropy of their empirical distribution with the
model, so that fitting by likelihood and fitting by cross-entropy are one act. How sharply the likelihood falls around
its top, the Fisher information, says how far from the truth the estimate may be.

Conventions
-----------
- Unit: nats. A log-likelihood is the sum over observations, not their mean.
- Observations lie on the last axis; of a table of probabilities, classes lie on the last axis, observations before it.
- There is no `sample_weight`: a likelihood is that of data that were seen; a sample seen twice stands there twice.
- Labels are integers 0 … K−1; binary outcomes are 0/1, or soft: a number in [0, 1] that counts as that share of a 1.
- ``probs=`` and ``logits=`` are told apart by keyword; exactly one is given. An observed outcome of probability 0 makes
  the log-likelihood -inf.
- Information matrices are those of all n observations together, in the order of the parameters.
"""

from xentbook.likelihood._estimates import Estimate, bernoulli_mle, categorical_mle, wald_interval
from xentbook.likelihood._information import (
    bernoulli_information,
    categorical_information,
    expected_information,
    observed_information,
    robust_standard_errors,
    standard_errors,
)
from xentbook.likelihood._likelihoods import (
    bernoulli_log_likelihood,
    categorical_log_likelihood,
    empirical_distribution,
)

__all__ = [
    "bernoulli_log_likelihood",
    "categorical_log_likelihood",
    "empirical_distribution",
    "Estimate",
    "bernoulli_mle",
    "categorical_mle",
    "wald_interval",
    "bernoulli_information",
    "categorical_information",
    "expected_information",
    "observed_information",
    "standard_errors",
    "robust_standard_errors",
]
