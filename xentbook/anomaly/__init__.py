r"""What a model of the usual did not expect is strange: surprise as an alarm, and distance from what can be rebuilt.

Conventions
-----------
- Every detector learns from samples (n, d) alone, ``fit(X)``, without labels, and gives ``score(X)``, (n,): more is
  stranger. No fit depends on the origin or on a common unit of the columns.
- Of a density the score is the surprisal −ln p(x), in nats. It may be below 0, as a density may be above 1, and it
  changes with the units of the columns, by the same number for all samples.
- Of an autoencoder the score is the squared distance of a sample from its reconstruction, in squared units of the
  columns: bring these to one scale first.
- A score is an order, no probability. `conformal_p_value` makes it one, from scores of samples known to be usual.
"""

from xentbook.anomaly._autoencoders import Autoencoder, LinearAutoencoder
from xentbook.anomaly._conformal import conformal_p_value
from xentbook.anomaly._densities import GaussianDensity, GaussianMixture

__all__ = ["GaussianDensity", "GaussianMixture", "LinearAutoencoder", "Autoencoder", "conformal_p_value"]
