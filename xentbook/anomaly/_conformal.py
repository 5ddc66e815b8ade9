"""From a score to a probability: how many usual samples are as strange."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_array

__all__ = ["conformal_p_value"]


def conformal_p_value(usual_scores: ArrayLike, scores: ArrayLike) -> NDArray[np.float64] | float:
    r"""Return how probable a score as large is for a usual sample.

    .. math:: \frac{1 + \#\{i : u_i \ge s\}}{m + 1}

    Parameters
    ----------
    usual_scores : array_like, shape (m,)
        Scores u of usual samples that the detector has not learned from; ±inf is allowed.
    scores : array_like
        Scores s of the samples in question, any shape; ±inf is allowed.

    Returns
    -------
    ndarray of float64, or float
        In [1 / (m + 1), 1]. If the sample is usual and, given what the detector learned from, the m + 1 samples are
        exchangeable, it is at most α with a probability of at most α, whatever the detector: on average over the
        samples kept back, an alarm at α = 0.01 calls at most one usual sample in a hundred strange.

    Raises
    ------
    ValueError
        If an input is empty or contains NaN, or `usual_scores` is not 1-D.

    Notes
    -----
    There is no `sample_weight`: the promise is about ranks among exchangeable samples, of which each counts once.

    See Also
    --------
    GaussianDensity, Autoencoder : whence scores come.

    References
    ----------
    .. [1] S. Bates, E. Candès, L. Lei, Y. Romano and M. Sesia, "Testing for outliers with conformal p-values",
       Annals of Statistics 51(1), 2023, 149-178: equation 2 of [1]_. doi:10.1214/22-AOS2244

    Examples
    --------
    >>> print(conformal_p_value([1.0, 2.0, 3.0, 4.0], [0.0, 2.0, 9.0]))
    [1.  0.8 0.2]
    """
    usual, given = as_array(usual_scores, "usual_scores", ndim=1), as_array(scores, "scores")
    above = usual.size - np.searchsorted(np.sort(usual), given, side="left")
    return np.asarray((1.0 + above) / (usual.size + 1.0), dtype=np.float64)[()]
