"""Accept, have it reviewed, or roll it back: two thresholds on a confidence, and where costs put them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_array, as_number, as_numpy, as_probability, require_same_shape, require_where
from xentbook._weights import as_relative_weight, weighted_mean

__all__ = ["Gate", "gate_cost"]

DECISIONS = ("rollback", "review", "accept")


class Gate:
    r"""Sort predictions by their confidence: accept, review or rollback.

    .. math:: c \ge t_\text{accept}: \text{accept}, \qquad
        t_\text{review} \le c < t_\text{accept}: \text{review}, \qquad
        c < t_\text{review}: \text{rollback}

    Parameters
    ----------
    accept, review : float
        The thresholds, 0 ≤ review ≤ accept ≤ 1. Where they are equal nothing is reviewed.

    Raises
    ------
    TypeError
        If a threshold is no number.
    ValueError
        If a threshold leaves [0, 1] or `review` is above `accept`.

    See Also
    --------
    gate_cost : what its decisions cost.
    bayes_decision : the same thought for any table of costs.

    References
    ----------
    .. [1] C. K. Chow, "On optimum recognition error and reject tradeoff", IEEE Transactions on Information Theory
       16(1), 1970, 41-46: the rule of [1]_ has one threshold, between accepting and rejecting.
       doi:10.1109/TIT.1970.1054406

    Examples
    --------
    >>> Gate(accept=0.9, review=0.5).decide([0.95, 0.7, 0.2]).tolist()
    ['accept', 'review', 'rollback']
    >>> Gate.from_costs(error=100, review=2, rollback=20, repair=40)
    Gate(accept=0.9667, review=0.55)
    """

    def __init__(self, *, accept: float, review: float) -> None:
        self.accept = as_number(accept, "accept", minimum=0, maximum=1)
        self.review = as_number(review, "review", minimum=0, maximum=1)
        if self.review > self.accept:
            raise ValueError(f"`review` must not be above `accept`; got {self.review} and {self.accept}")

    def __repr__(self) -> str:
        return f"Gate(accept={self.accept:.4g}, review={self.review:.4g})"

    @classmethod
    def from_costs(cls, *, error: float, review: float, rollback: float, repair: float = 0.0) -> Gate:
        r"""Return the gate whose decisions cost least on average, where a confidence is the probability of being right.

        .. math:: \text{accept: } (1 - c)\,E, \qquad \text{review: } R + (1 - c)\,F, \qquad \text{rollback: } B

        Parameters
        ----------
        error : float
            E, the cost of accepting what is wrong; above 0.
        review : float
            R, the cost of a look at it.
        rollback : float
            B, the cost of undoing it, right or wrong.
        repair : float
            F, what a review costs beyond the look where it finds an error.

        Returns
        -------
        Gate
            The thresholds between the cheapest decisions. Of equals it takes the one that keeps more. Without `repair`
            review and rollback both have one price, and the dearer of them is never used.

        Raises
        ------
        TypeError
            If a cost is no number.
        ValueError
            If a cost is negative or not finite, or `error` is 0.
        """
        e = as_number(error, "error", minimum=0)
        r, b, f = (
            as_number(x, name, minimum=0)
            for x, name in ((review, "review"), (rollback, "rollback"), (repair, "repair"))
        )
        if e == 0:
            raise ValueError("`error` must be above 0, or all would be accepted; got 0.0")
        over_rollback = max(0.0, 1.0 - b / e)
        over_review = max(0.0, 1.0 - r / (e - f)) if f < e else 0.0
        if f == 0:  # review and rollback have one price each
            return cls(accept=over_review, review=0.0) if r <= b else cls(accept=over_rollback, review=over_rollback)
        review_over_rollback = 1.0 - (b - r) / f
        if over_review <= over_rollback:  # no room for a review between the two
            return cls(accept=over_rollback, review=over_rollback)
        return cls(accept=over_review, review=max(0.0, review_over_rollback))

    def decide(self, confidence: ArrayLike) -> NDArray[np.str_]:
        """Return the decision for each confidence.

        Parameters
        ----------
        confidence : array_like
            In [0, 1], any shape.

        Returns
        -------
        ndarray of str, the shape of `confidence`
            "accept", "review" or "rollback".

        Raises
        ------
        ValueError
            If a confidence leaves [0, 1], is NaN, or there is none.
        """
        c = as_probability(confidence, "confidence").astype(np.float64)
        return np.array(DECISIONS)[(c >= self.review).astype(int) + (c >= self.accept)]


def gate_cost(
    decisions: ArrayLike,
    correct: ArrayLike,
    *,
    error: float,
    review: float,
    rollback: float,
    repair: float = 0.0,
    sample_weight: ArrayLike | None = None,
) -> float:
    r"""Return what decisions cost on average, once it is known what was right.

    .. math:: \frac1n \sum_i \begin{cases} E\,[i \text{ wrong}] & \text{accept} \\
        R + F\,[i \text{ wrong}] & \text{review} \\ B & \text{rollback} \end{cases}

    Parameters
    ----------
    decisions : array_like of str, shape (n,)
        "accept", "review" and "rollback".
    correct : array_like of bool, shape (n,)
        Whether each prediction was right.
    error, review, rollback, repair : float
        E, R, B and F, as of `Gate.from_costs`.
    sample_weight : array_like, shape (n,), optional
        Non-negative weights; the mean divides by their sum.

    Returns
    -------
    float
        Mean cost, in the unit of the costs.

    Raises
    ------
    TypeError
        If a cost is no number.
    ValueError
        If a decision is none of the three, an entry of `correct` is not true or false, the lengths differ, or a cost is
        negative.

    See Also
    --------
    Gate : makes the decisions.
    expected_cost : the same for any table of costs.

    Examples
    --------
    >>> decisions = ["accept", "accept", "review", "rollback"]
    >>> gate_cost(decisions, [True, False, True, False], error=100, review=2, rollback=20)
    30.5
    """
    decided, right = as_numpy(decisions, "decisions"), as_array(correct, "correct", ndim=1)
    if decided.dtype.kind not in "USO":
        raise TypeError(f"`decisions` must hold text; got dtype {decided.dtype}")
    require_same_shape(decided, right, ("decisions", "correct"))
    require_where(np.isin(decided, DECISIONS), decided, "decisions", "be 'accept', 'review' or 'rollback'")
    require_where((right == 0) | (right == 1), right, "correct", "be true or false")
    e, r, b, f = (
        as_number(x, name, minimum=0)
        for x, name in ((error, "error"), (review, "review"), (rollback, "rollback"), (repair, "repair"))
    )
    wrong = 1.0 - right
    costs = np.select([decided == "accept", decided == "review"], [e * wrong, r + f * wrong], b)
    return weighted_mean(costs, as_relative_weight(sample_weight, right.shape))
