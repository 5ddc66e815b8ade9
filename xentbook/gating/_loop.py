"""Another try where the first is doubted, within a budget; and a step that is taken back where the doubt stays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from xentbook._checks import as_integer, as_number
from xentbook.gating._gate import Gate
from xentbook.gating._transaction import Transaction

__all__ = ["Attempts", "feedback_loop", "Outcome", "guarded_step"]


class Attempts(NamedTuple):
    """The best output, its confidence, how many tries it took in all, and whether it came up to the threshold."""

    output: Any
    confidence: float
    n_attempts: int
    accepted: bool


class Outcome(NamedTuple):
    """What a step returned, its confidence, and what became of its changes: "accept", "review" or "rollback"."""

    output: Any
    confidence: float
    decision: str


def feedback_loop(
    attempt: Callable[[int], Any], score: Callable[[Any], float], *, threshold: float, budget: int
) -> Attempts:
    """Return the first output whose confidence comes up to the threshold, or the best within the budget.

    Parameters
    ----------
    attempt : callable
        ``attempt(k)`` makes an output, for k = 0, 1, …: k says how often it was tried before.
    score : callable
        ``score(output)`` is its confidence, in [0, 1].
    threshold : float
        The confidence that ends the loop, in [0, 1].
    budget : int
        The most attempts, at least 1.

    Returns
    -------
    Attempts
        ``(output, confidence, n_attempts, accepted)``; of outputs that are equally sure, the first.

    Raises
    ------
    TypeError
        If the threshold, the budget or a confidence is no number.
    ValueError
        If the threshold or a confidence leaves [0, 1], or the budget is below 1. What `attempt` raises is passed on.

    See Also
    --------
    guarded_step : one step, with its changes undone where it is not trusted.

    Notes
    -----
    Choosing the surest of several tries picks those that are sure by accident too: confidences that were calibrated for
    one try are too high for the best of many.

    Examples
    --------
    >>> feedback_loop(lambda k: "cat" if k < 2 else "dog", {"cat": 0.6, "dog": 0.95}.get, threshold=0.9, budget=5)
    Attempts(output='dog', confidence=0.95, n_attempts=3, accepted=True)
    """
    enough = as_number(threshold, "threshold", minimum=0, maximum=1)
    tries = as_integer(budget, "budget", minimum=1)
    best, highest = None, -1.0
    for k in range(tries):
        output = attempt(k)
        confidence = as_number(score(output), "score(output)", minimum=0, maximum=1)
        if confidence > highest:
            best, highest = output, confidence
        if confidence >= enough:
            break
    return Attempts(best, highest, k + 1, highest >= enough)


def guarded_step(step: Callable[[Any], Any], state: Any, *, score: Callable[[Any], float], gate: Gate) -> Outcome:
    """Run a step on a state, and undo what it did where the gate says so or where it raises.

    Parameters
    ----------
    step : callable
        ``step(state)`` changes the state and returns an output.
    state : object
        What may be changed, as `Transaction` takes it.
    score : callable
        ``score(output)`` is the confidence in the step, in [0, 1].
    gate : Gate
        What to do at which confidence.

    Returns
    -------
    Outcome
        ``(output, confidence, decision)``. On "rollback" the state is what it was before; on "review" the changes
        stand, and somebody should look.

    Raises
    ------
    TypeError
        If the state holds what cannot be remembered, or the confidence is no number.
    ValueError
        If the confidence leaves [0, 1]. Whatever `step` or `score` raises is passed on, with the state as it was.

    See Also
    --------
    Transaction : what undoes it.
    feedback_loop : try again before giving up.

    Examples
    --------
    >>> meter = {"reading": 41200}
    >>> def read(meter):
    ...     meter["reading"] = 17
    ...     return 17
    >>> guarded_step(read, meter, score=lambda output: 0.2, gate=Gate(accept=0.9, review=0.5)).decision
    'rollback'
    >>> meter
    {'reading': 41200}
    """
    with Transaction(state) as transaction:
        output = step(state)
        confidence = as_number(score(output), "score(output)", minimum=0, maximum=1)
        decision = str(gate.decide(confidence))
        if decision == "rollback":
            transaction.rollback()
    return Outcome(output, confidence, decision)
