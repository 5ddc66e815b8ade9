"""A threshold on the forecasts of real patients: the four counts, the ratios made of them, and what the errors cost."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import traitlets
from numpy.typing import ArrayLike

from xentbook._checks import as_labels, as_probability, require_same_shape
from xentbook.decisions import (
    bayes_threshold,
    confusion_matrix,
    expected_cost,
    f1_score,
    precision,
    recall,
    threshold_costs,
)
from xentbook.widgets._figure import Figure, checked, front_end, number, style, text

__all__ = ["ThresholdSlider"]

MOST_CASES = 500

# Of 142 patients of scikit-learn's breast cancer data, not used in training, the probability of a malignant tumour by
# the model of chapter 13: a logistic regression on the mean texture and the mean smoothness of the cell nuclei.
_BENIGN = (
    "0.0141 0.0168 0.0208 0.0329 0.0355 0.0355 0.0377 0.0414 0.0473 0.0529 0.0560 0.0605 0.0616 0.0626 0.0654 0.0663 "
    "0.0742 0.0752 0.0815 0.0825 0.0838 0.0851 0.0856 0.0865 0.0881 0.0924 0.1027 0.1032 0.1101 0.1152 0.1175 0.1428 "
    "0.1432 0.1434 0.1439 0.1468 0.1476 0.1513 0.1740 0.1825 0.1831 0.1831 0.1931 0.2003 0.2021 0.2025 0.2046 0.2051 "
    "0.2395 0.2420 0.2486 0.2540 0.2822 0.2842 0.2845 0.2849 0.2949 0.3027 0.3124 0.3155 0.3241 0.3309 0.3358 0.3393 "
    "0.3430 0.3488 0.3583 0.3595 0.3685 0.3883 0.4219 0.4252 0.4321 0.4625 0.4685 0.4690 0.4882 0.5001 0.5250 0.5652 "
    "0.5669 0.5796 0.6461 0.6559 0.6877 0.7288 0.7450 0.8681 0.8971 "
)
_MALIGNANT = (
    "0.0880 0.1199 0.1378 0.1500 0.1555 0.2269 0.2539 0.3103 0.3219 0.3400 0.3479 0.3782 0.3816 0.3880 0.3958 0.4207 "
    "0.4360 0.4389 0.4522 0.5177 0.5247 0.5356 0.5376 0.5402 0.5470 0.5630 0.6167 0.6570 0.6909 0.7082 0.7141 0.7290 "
    "0.7521 0.7844 0.7852 0.8152 0.8215 0.8266 0.8304 0.8305 0.8325 0.8437 0.8542 0.8646 0.8769 0.8814 0.9012 0.9024 "
    "0.9384 0.9502 0.9603 0.9769 0.9824 "
)


class ThresholdSlider(Figure):
    r"""Forecasts cut at a threshold t: the confusion matrix, precision, recall, F1, and the mean cost of the errors.

    .. math:: \text{cost}(t) = \frac{\mathrm{FP}(t) + r\,\mathrm{FN}(t)}{n}

    Parameters
    ----------
    y : array_like of int, shape (n,), labels 0 and 1, both present, at most 500
    probs : array_like, shape (n,), probabilities of label 1
        Without both: 142 patients, and the probability that their tumour is malignant.
    threshold : float, t, from 0 to 1; a case is called positive at or above it
    cost_ratio : float, r, from 1 to 100
        What a missed positive costs, in units of a false alarm.

    Examples
    --------
    >>> figure = ThresholdSlider()
    >>> half = figure.quantities()
    >>> figure.threshold = half["bayes_threshold"]
    >>> figure.counts(), figure.quantities()["cost"] < half["cost"] / 2
    ({'tn': 25, 'fp': 64, 'fn': 1, 'tp': 52}, True)
    """

    _esm = front_end("threshold_slider.js")
    _css = style()
    threshold = checked(number(0.0, 1.0), 0.5)
    cost_ratio = checked(number(1.0, 100.0), 10.0)
    y = traitlets.List(traitlets.Int(), read_only=True).tag(sync=True)
    probs = traitlets.List(traitlets.Float(), read_only=True).tag(sync=True)

    def __init__(
        self,
        y: ArrayLike | None = None,
        probs: ArrayLike | None = None,
        *,
        threshold: float = 0.5,
        cost_ratio: float = 10.0,
    ) -> None:
        cases: tuple[Any, Any] = _stored_cases() if y is None and probs is None else (y, probs)
        labels, p = as_labels(cases[0], "y", n_classes=2), as_probability(cases[1], "probs").astype(float)
        require_same_shape(labels, p, ("y", "probs"))
        if labels.size > MOST_CASES:
            raise ValueError(f"`y` must have at most {MOST_CASES} cases; got {labels.size}")
        if not 0 < labels.sum() < labels.size:
            raise ValueError(f"`y` must have both labels; got {labels[0]} everywhere")
        self.set_trait("y", labels.tolist())
        self.set_trait("probs", p.tolist())
        super().__init__(threshold=threshold, cost_ratio=cost_ratio)

    def counts(self) -> dict[str, int]:
        """Return the four counts at the threshold: true and false negatives and positives."""
        (tn, fp), (fn, tp) = confusion_matrix(self.y, self._called()).tolist()
        return {"tn": tn, "fp": fp, "fn": fn, "tp": tp}

    def quantities(self) -> dict[str, float]:
        """Return the numbers the figure shows: costs in false alarms a case, precision NaN where it has no value."""
        called, bayes = self._called(), bayes_threshold(1.0, self.cost_ratio)
        thresholds, costs = threshold_costs(self.y, self.probs, cost_false_negative=self.cost_ratio)
        best = int(np.argmin(costs))
        return {
            "threshold": self.threshold,
            "cost_ratio": self.cost_ratio,
            "precision": precision(self.y, called, undefined=math.nan),
            "recall": recall(self.y, called),
            "f1": f1_score(self.y, called),
            "cost": self._cost(self.threshold),
            "bayes_threshold": bayes,
            "bayes_cost": self._cost(bayes),
            "best_threshold": float(thresholds[best]),
            "best_cost": float(costs[best]),
        }

    def _called(self, threshold: float | None = None) -> np.ndarray:
        return (np.array(self.probs) >= (self.threshold if threshold is None else threshold)).astype(int)

    def _cost(self, threshold: float) -> float:
        return expected_cost(self.y, self._called(threshold), [[0.0, 1.0], [self.cost_ratio, 0.0]])

    def _sentence(self) -> str:
        shown = {k: "undefined" if math.isnan(v) else text(v) for k, v in self.quantities().items()} | self.counts()
        return (
            f"Of {len(self.y)} cases, threshold {shown['threshold']} finds {shown['tp']} positives and misses "
            f"{shown['fn']}, leaves {shown['tn']} negatives alone and raises {shown['fp']} false alarms: precision "
            f"{shown['precision']}, recall {shown['recall']}, F1 {shown['f1']}. With a miss at {shown['cost_ratio']} "
            f"false alarms the mean cost is {shown['cost']}; at the Bayes threshold, {shown['bayes_threshold']}, it is "
            f"{shown['bayes_cost']}, and the least on these cases, at {shown['best_threshold']}, is "
            f"{shown['best_cost']}."
        )


def _stored_cases() -> tuple[np.ndarray, np.ndarray]:
    """Return the labels and the forecasts of the stored cases."""
    benign, malignant = (np.array(listed.split(), dtype=float) for listed in (_BENIGN, _MALIGNANT))
    return np.repeat([0, 1], [benign.size, malignant.size]), np.concatenate([benign, malignant])
