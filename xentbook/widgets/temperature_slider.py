"""A temperature for logits that are too sure: the reliability diagram, its error and log loss while it is turned."""

from __future__ import annotations

from typing import Any

import numpy as np
import traitlets
from numpy.typing import ArrayLike

from xentbook._checks import as_finite, as_integer, as_labels, require_same_shape
from xentbook.calibration import TemperatureScaling, expected_calibration_error
from xentbook.links import sigmoid
from xentbook.losses import binary_cross_entropy
from xentbook.widgets._figure import Figure, checked, front_end, number, style, text

__all__ = ["TemperatureSlider"]

COLDEST, HOTTEST = 0.25, 16.0
MOST_BINS = 20

# Of 400 digits of scikit-learn that a network has not seen, whether even or odd: its log-odds of "odd", in nats. The
# network is that of chapter 11, 32 hidden units trained on 200 digits until its training loss was 0.0001 nats.
_EVEN = (
    "-13.443 -3.696 10.004 -2.726 -11.944 -12.273 -19.369 3.562 -20.712 -15.572 -25.909 -1.336 -12.628 -21.064 -26.542 "
    "-18.941 -19.743 -22.961 -19.968 -28.215 -21.850 -10.248 -20.853 -3.747 -2.690 -12.868 -15.647 -4.306 -9.420 "
    "-0.878 -15.572 -11.103 -26.584 -16.594 -11.675 -8.139 -9.146 -28.074 -16.703 -25.910 -18.093 -31.466 -25.180 "
    "-16.908 -8.249 -11.413 -6.736 -25.090 -0.427 -2.879 -13.025 8.171 -24.750 -18.057 -13.979 -16.444 -4.961 -9.783 "
    "-16.285 -2.617 -13.855 2.961 -19.581 -20.080 -12.424 -13.445 -14.971 -15.469 -20.757 -9.390 -17.326 -18.070 "
    "-13.918 -19.190 -9.603 -30.052 -17.409 -21.790 -21.020 -1.416 -13.347 -18.644 -0.954 -6.655 -9.604 -8.481 -21.057 "
    "-6.213 -25.986 -2.720 -15.104 -9.724 -21.456 -9.024 -19.240 -8.181 2.227 -10.314 -10.790 -10.160 -15.939 -1.280 "
    "-18.342 -23.530 -10.698 -13.517 0.232 -6.348 -10.130 -16.532 -11.800 -19.136 -5.084 -17.101 -24.037 1.176 -13.101 "
    "-9.208 -16.320 -17.046 -19.205 -16.158 -17.662 -22.235 -19.700 -9.722 -27.413 -20.844 -18.305 -15.474 -25.424 "
    "9.020 -18.174 -27.489 -6.563 -19.703 -16.595 -20.630 -3.180 -19.367 -26.525 -18.648 -8.930 -12.141 -11.869 "
    "-14.144 -19.377 2.204 -19.255 -14.850 -17.412 -2.020 -13.808 -15.641 -12.366 -7.531 -15.069 -20.710 12.926 1.592 "
    "1.579 -17.671 7.915 -17.626 -8.910 -6.951 -25.351 3.355 -7.996 -3.757 -22.598 -10.387 -20.256 -24.837 -18.812 "
    "-20.836 -8.898 -3.320 -16.236 -11.036 -8.367 -6.555 -19.970 -14.016 -18.115 -17.208 -23.557 -18.813 5.189 -21.495 "
    "-25.319 -22.062 -20.211 -18.954 -20.950 -14.083 -7.368 11.619 -18.091 -20.608 -3.604 -9.582 -20.373 -3.501 "
    "-14.407 -30.480 -12.641 -12.683 -20.340 -9.118 -10.008 -4.003 "
)
_ODD = (
    "1.131 7.373 15.184 17.026 9.902 18.636 14.306 18.551 19.001 18.290 11.112 25.598 6.466 12.130 11.540 17.571 "
    "25.138 22.313 11.888 16.910 -0.888 -6.291 17.390 11.352 18.735 11.032 9.382 19.574 2.655 5.858 19.973 19.929 "
    "9.506 11.769 16.443 17.949 12.062 11.389 14.593 1.905 -4.394 12.608 14.851 7.664 14.819 13.943 11.324 12.915 "
    "2.258 5.750 18.754 17.133 8.113 1.929 13.795 17.263 4.437 15.436 24.188 14.604 12.050 -2.207 17.215 10.362 15.958 "
    "11.468 19.919 15.006 12.409 2.777 18.043 0.615 21.754 11.579 9.335 18.397 10.560 9.498 21.270 8.984 17.919 18.351 "
    "10.949 13.137 20.396 10.061 7.837 7.672 2.244 13.112 12.362 5.333 14.701 12.214 13.258 3.730 22.779 -2.746 10.348 "
    "19.566 17.902 11.430 9.655 21.699 -5.811 18.599 29.766 21.898 14.107 12.343 5.635 12.551 20.025 19.396 18.529 "
    "12.514 7.410 24.641 14.787 14.476 23.328 20.329 3.977 18.509 13.006 0.878 7.420 11.596 15.450 28.300 23.547 8.571 "
    "10.261 17.865 -3.576 15.698 14.103 7.857 14.201 19.520 25.658 24.428 16.789 27.856 28.359 15.137 14.782 15.656 "
    "7.677 16.053 20.915 12.182 13.362 3.741 26.841 7.796 20.290 14.384 13.347 20.612 1.825 24.268 24.287 17.573 5.567 "
    "16.640 12.663 15.142 15.332 15.771 1.184 17.174 12.746 3.490 10.053 26.300 2.515 6.913 12.940 12.400 13.368 1.571 "
    "10.991 17.106 19.085 8.641 17.382 13.538 "
)


def _bins(name: str, value: Any) -> int:
    n_bins = as_integer(value, name, minimum=2)
    if n_bins > MOST_BINS:
        raise ValueError(f"`{name}` must be at most {MOST_BINS}; got {n_bins}")
    return n_bins


class TemperatureSlider(Figure):
    r"""The reliability diagram of a two-class model whose log-odds are divided by a temperature T.

    .. math:: p_i = \sigma(z_i / T)

    Parameters
    ----------
    logits : array_like, shape (n,), log-odds of class 1, at most 1000 of them
    y : array_like of int, shape (n,), labels 0 and 1
        Without both: 400 digits, and a network's log-odds that they are odd.
    temperature : float, T, from 0.25 to 16
    n_bins : int, from 2 to 20
        Number of bins of the diagram and of its error.

    Examples
    --------
    >>> figure = TemperatureSlider(n_bins=10)
    >>> hot = figure.quantities()
    >>> figure.temperature = hot["best_temperature"]
    >>> mild = figure.quantities()
    >>> print(f"log loss {hot['log_loss']:.3f}, then {mild['log_loss']:.3f};",
    ...       f"accuracy {hot['accuracy']}, then {mild['accuracy']}")
    log loss 0.292, then 0.159; accuracy 0.9425, then 0.9425
    """

    _esm = front_end("temperature_slider.js")
    _css = style()
    temperature = checked(number(COLDEST, HOTTEST), 1.0)
    n_bins = checked(_bins, 10)
    logits = traitlets.List(traitlets.Float(), read_only=True).tag(sync=True)
    y = traitlets.List(traitlets.Int(), read_only=True).tag(sync=True)

    def __init__(
        self, logits: ArrayLike | None = None, y: ArrayLike | None = None, *, temperature: float = 1.0, n_bins: int = 10
    ) -> None:
        cases: tuple[Any, Any] = _stored_cases() if logits is None and y is None else (logits, y)
        z, labels = as_finite(cases[0], "logits", ndim=1).astype(float), as_labels(cases[1], "y", n_classes=2)
        require_same_shape(labels, z, ("y", "logits"))
        if z.size > 1000:
            raise ValueError(f"`logits` must be at most 1000; got {z.size}")
        self._best = TemperatureScaling().fit(z, labels).temperature_
        if not COLDEST <= self._best <= HOTTEST:
            raise ValueError(
                f"`logits` must have a best temperature in [{COLDEST:g}, {HOTTEST:g}]; got {self._best:.4g}"
            )
        self.set_trait("logits", z.tolist())
        self.set_trait("y", labels.tolist())
        super().__init__(temperature=temperature, n_bins=n_bins)

    def probabilities(self) -> np.ndarray:
        """Return P(class 1) of each sample at the temperature."""
        return np.asarray(sigmoid(np.array(self.logits) / self.temperature))

    def quantities(self) -> dict[str, float]:
        """Return the numbers that the figure shows: losses in nats, errors as differences of probabilities."""
        z, y = np.array(self.logits), np.array(self.y)
        return {
            "temperature": self.temperature,
            "log_loss": float(binary_cross_entropy(y, logits=z / self.temperature)),
            "calibration_error": expected_calibration_error(y, self.probabilities(), n_bins=self.n_bins),
            "accuracy": float(np.mean((z > 0) == y)),
            "best_temperature": self._best,
            "best_log_loss": float(binary_cross_entropy(y, logits=z / self._best)),
        }

    def _sentence(self) -> str:
        shown = {name: text(value) for name, value in self.quantities().items()}
        return (
            f"At temperature {shown['temperature']} the log-odds of {len(self.y)} held-out cases cost "
            f"{shown['log_loss']} nats each; the calibration error in {self.n_bins} bins is "
            f"{shown['calibration_error']}. At the best temperature, {shown['best_temperature']}, they cost "
            f"{shown['best_log_loss']} nats. At every temperature the accuracy is {shown['accuracy']}."
        )


def _stored_cases() -> tuple[np.ndarray, np.ndarray]:
    """Return the log-odds and the labels of the stored cases."""
    even, odd = (np.array(listed.split(), dtype=float) for listed in (_EVEN, _ODD))
    return np.concatenate([even, odd]), np.repeat([0, 1], [even.size, odd.size])
