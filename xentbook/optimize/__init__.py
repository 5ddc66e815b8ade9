r"""Every optimiser asks the same question, which way is down and how far, and differs in what it remembers.

Conventions
-----------
- ``f`` takes a point, shape (d,), to a number; ``gradient`` to shape (d,); ``hessian`` to shape (d, d).
- With ``batch_size=`` the gradient is called as ``gradient(x, rows)``, ``rows`` being the indices of a minibatch out of
  ``n_samples``; it returns the mean over those rows, so that it estimates the gradient of a mean. Epochs draw without
  replacement.
- All return a `Descent`: the whole path, or every `record_every`-th point of it, the last point always. `f` and the
  norm of the full gradient are computed where the path is recorded, and ``tol`` is asked of that norm (of the Newton
  decrement in `newton`).
- An optimiser that diverges stops where numbers overflow, and says so in `message`; it raises only for bad input. So
  NumPy's warnings of overflow and of what follows from it are off; all others that `f` and `gradient` cause are seen.
- The same seed gives the same path.
"""

from xentbook.optimize.descent import Descent
from xentbook.optimize.first_order import adam, gradient_descent, momentum, sgd
from xentbook.optimize.second_order import lbfgs, newton

__all__ = ["Descent", "gradient_descent", "sgd", "momentum", "adam", "newton", "lbfgs"]
