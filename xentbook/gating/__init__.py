r"""A system that checks its own work: how sure it is, what to do with what it doubts, and how to undo it.

At run time there is no label. What stands in its place is a confidence, and everything below is only as good as that is
calibrated: a gate set from costs takes "0.9" at its word.

Conventions
-----------
- A confidence lies in [0, 1], more is surer; where costs are weighed it is read as the probability of being right.
- A gate accepts at or above its upper threshold, rolls back below its lower one, and sends the rest to review.
- Costs are in any unit, the same for all, and not negative.
- Errors are losses of samples, 0 and 1 or any other that is not negative; risk is their mean over what is accepted.
- A check digit is the last of a number, whose digits lie along the last axis; probabilities of digits have one more.
- A rollback leaves the state as it was, to the last object: also where a step raised half-way.
"""

from xentbook.gating._check_digit import Decoding, luhn_decode, luhn_digit, luhn_valid
from xentbook.gating._confidence import confidence
from xentbook.gating._coverage import RiskCoverageCurve, area_under_risk_coverage, risk_coverage_curve
from xentbook.gating._gate import Gate, gate_cost
from xentbook.gating._loop import Attempts, Outcome, feedback_loop, guarded_step
from xentbook.gating._transaction import Transaction

__all__ = [
    "confidence",
    "Gate",
    "gate_cost",
    "RiskCoverageCurve",
    "risk_coverage_curve",
    "area_under_risk_coverage",
    "Attempts",
    "feedback_loop",
    "Transaction",
    "Outcome",
    "guarded_step",
    "luhn_digit",
    "luhn_valid",
    "Decoding",
    "luhn_decode",
]
