r"""Who says "nine in ten" and is calibrated is right nine times in ten: how far off, and how to mend it.

Conventions
-----------
- Truth first. A 1-D `y_prob` holds P(class 1) and is held against the frequency of class 1; of a 2-D `y_prob`, (n, K),
  the top probability of each row is held against its being right.
- Bins are (low, high], the first closed at 0. The edges k / n are rounded once to the precision of the probabilities
  and compared exactly: 0.3 lies in the third of ten bins, in float32 too. Sums are taken in float64.
- An empty bin has the count 0 and means of NaN, and adds nothing to an error.
- Calibrators learn from held-out logits and labels: ``fit(logits, y)``, then ``predict_proba(logits)``. Logits are (n,)
  for two classes, the log-odds of class 1, or (n, K); probabilities are (n, 2) or (n, K). They are estimators as in
  scikit-learn.
- Weights are relative: their scale changes nothing but the counts of a curve. `labels` names classes of any kind.
"""

from xentbook.calibration._errors import (
    classwise_calibration_error,
    debiased_calibration_error,
    expected_calibration_error,
    maximum_calibration_error,
)
from xentbook.calibration._nonparametric import HistogramBinning, IsotonicCalibration
from xentbook.calibration._platt import PlattScaling
from xentbook.calibration._reliability import ConsistencyBand, ReliabilityCurve, consistency_band, reliability_curve
from xentbook.calibration._smooth import smooth_calibration_error
from xentbook.calibration._temperature import TemperatureScaling
from xentbook.calibration._vector import VectorScaling

__all__ = [
    "ReliabilityCurve",
    "reliability_curve",
    "ConsistencyBand",
    "consistency_band",
    "expected_calibration_error",
    "maximum_calibration_error",
    "classwise_calibration_error",
    "debiased_calibration_error",
    "smooth_calibration_error",
    "TemperatureScaling",
    "PlattScaling",
    "VectorScaling",
    "IsotonicCalibration",
    "HistogramBinning",
]
