r"""Three classifiers trained by cross-entropy: logistic, softmax, and a small network with hidden layers.

Conventions
-----------
- As in scikit-learn: ``fit(X, y)`` returns the model, what is learned ends in an underscore, ``predict_proba(X)`` has a
  row for each sample and a column for each class. `X` is (n, d); labels are of any values, binary targets may be soft.
- What is minimised is the negative log-likelihood in nats plus l2/2 times the sum of squared weights, intercepts
  not counted: scikit-learn's ``C`` is 1 / l2. Optimisers see it divided by the total weight of the samples.
- Where there is no finite minimum, `fit` raises; it never returns huge weights instead. Nothing is learned then.
"""

from xentbook.models.existence import SeparableDataError
from xentbook.models.logistic import LogisticRegression
from xentbook.models.mlp import MLPClassifier
from xentbook.models.softmax import SoftmaxRegression

__all__ = ["LogisticRegression", "SoftmaxRegression", "MLPClassifier", "SeparableDataError"]
