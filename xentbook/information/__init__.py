r"""Information is surprise, :math:`-\log p`: its average is entropy, and its excess under a wrong belief is divergence.

Conventions
-----------
- Truth first: in ``(p, q)`` the outcomes come from ``p`` and ``q`` is what was believed.
- Unit: bits by default. ``base=2`` gives bits, ``base=np.e`` nats, ``base=10`` hartleys (bans).
- The K outcomes lie on `axis`, the last; the other axes of ``p`` and ``q`` broadcast. `axis` is counted in each.
- A joint distribution is a table, ``joint[x, y]`` = P(X = x, Y = y); all its cells sum to 1.
- 0 log 0 is 0; an outcome that happens (p > 0) and was ruled out (q = 0) costs inf.
- Everything is computed in float64, and float64 is what comes back, whatever the type of the input.
- Probabilities sum to 1 only up to rounding. Entropies are taken of the numbers as given. A divergence is that of
  ``p / sum(p)`` from ``q / sum(q)``, so that rounding can never make it negative, nor drown a tiny one.
"""

from xentbook.information._averages import convert_units, cross_entropy, entropy, surprisal
from xentbook.information._dependence import conditional_entropy, information_gain, mutual_information
from xentbook.information._divergences import gaussian_kl, js_divergence, kl_divergence

__all__ = [
    "surprisal",
    "convert_units",
    "entropy",
    "cross_entropy",
    "kl_divergence",
    "js_divergence",
    "gaussian_kl",
    "conditional_entropy",
    "mutual_information",
    "information_gain",
]
