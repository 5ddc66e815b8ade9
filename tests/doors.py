"""What goes through every public function: a table of valid arguments, and the awkward forms of them.

`ROWS` has, for every public function and method, the arguments of valid calls; of two rows one has `probs`, the other
`logits`, and so on. Who adds a public function adds a row. An argument in `OPTIONS` is left out where the function does
not have it.
"""

# ruff: noqa: C408 - a row reads as the call it stands for

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from fractions import Fraction

import numpy as np
import scipy.sparse

import xentbook as xb
from xentbook import datasets

# -- data: six samples, three classes, two columns ----------------------------------------------------------

P, Q = [0.7, 0.2, 0.1], [0.25, 0.5, 0.25]
JOINT = [[0.4, 0.1], [0.2, 0.3]]
LABELS = [0, 2, 1, 0, 1, 2]
TABLE = [[0.7, 0.2, 0.1], [0.1, 0.3, 0.6], [0.2, 0.5, 0.3], [0.4, 0.5, 0.1], [0.3, 0.3, 0.4], [0.1, 0.8, 0.1]]
LOGITS = [[2.0, 1.0, 0.0], [0.0, 1.0, 2.5], [-1.0, 1.5, 0.5], [0.5, 1.0, 0.0], [1.0, 0.25, -0.5], [0.0, 2.0, 0.5]]
OUTCOMES = [0, 1, 1, 0, 1, 0]
FORECASTS = [0.2, 0.7, 0.4, 0.3, 0.9, 0.6]
SCORES = [-1.5, 1.0, -0.5, -1.0, 2.0, 0.5]
WEIGHTS = [1.0, 2.0, 0.5, 1.5, 1.0, 0.75]
POINTS = [[0.0, 1.0], [1.0, 0.5], [2.0, 2.5], [3.0, 0.0], [4.0, 3.0], [1.5, 2.0], [2.5, 1.5], [0.5, 2.75]]
TWO = [0, 0, 1, 0, 1, 1, 0, 1]
THREE = [0, 1, 2, 0, 1, 2, 1, 0]
EIGHT = [1.0, 2.0, 0.5, 1.5, 1.0, 0.75, 1.25, 1.0]
COSTS = [[0.0, 1.0], [10.0, 0.0]]
SHARES, ORDER, TWO_ORDER = [1.0, 2.0, 0.5], [0, 1, 2], [0, 1]
MATRIX = [[2.0, 0.5], [0.5, 1.0]]

WITH_BINARY = dict(y_true=OUTCOMES, sample_weight=WEIGHTS, pos_weight=2.0)
WITH_CLASSES = dict(y_true=LABELS, sample_weight=WEIGHTS, class_weight=SHARES)
SOFT = [[0.8, 0.1, 0.1], [0.0, 0.25, 0.75], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.5, 0.25, 0.25], [0.1, 0.2, 0.7]]
WITH_TARGETS = {**WITH_CLASSES, "y_true": SOFT}
PREDICTED = dict(y_true=LABELS, y_pred=[0, 2, 1, 1, 1, 0], sample_weight=WEIGHTS, labels=ORDER)
BINARY = dict(y_true=OUTCOMES, y_prob=FORECASTS, sample_weight=WEIGHTS, labels=TWO_ORDER)
CLASSES = dict(y_true=LABELS, y_prob=TABLE, sample_weight=WEIGHTS, labels=ORDER)
RANKED = dict(y_true=OUTCOMES, y_score=SCORES, sample_weight=WEIGHTS, labels=TWO_ORDER)
SEEN = dict(X=POINTS, y=TWO, sample_weight=EIGHT)
SEEN_THREE = dict(X=POINTS, y=THREE, sample_weight=EIGHT)
CALIBRATED = dict(logits=SCORES, y=OUTCOMES, sample_weight=WEIGHTS)
MIXED = [[2.0, 0.0, 0.5], [0.0, 2.5, 0.0], [0.25, 0.0, 2.0]] * 4
CALIBRATED_THREE = dict(logits=MIXED, y=[0, 1, 2] * 3 + [1, 2, 0], sample_weight=WEIGHTS * 2)
USUAL = dict(X=POINTS, sample_weight=EIGHT)


def square(x):
    return float(np.sum(np.asarray(x) ** 2))


def twice(x, *rows):
    return 2 * np.asarray(x)


def coin(theta):
    return xb.log_softmax([0.0, theta[0]])


DESCENT = dict(f=square, gradient=twice, x0=[1.0, -0.5])

ROWS: dict[str, list[dict]] = {
    # links
    "sigmoid": [dict(z=SCORES)],
    "logit": [dict(p=FORECASTS)],
    "log_sigmoid": [dict(z=SCORES)],
    "softmax": [dict(z=LOGITS)],
    "log_softmax": [dict(z=LOGITS)],
    "logsumexp": [dict(z=LOGITS)],
    # information
    "surprisal": [dict(p=FORECASTS, base=2)],
    "convert_units": [dict(value=SCORES, from_base=np.e, to_base=2)],
    "entropy": [dict(p=P, base=2)],
    "cross_entropy": [dict(p=P, q=Q, base=2)],
    "kl_divergence": [dict(p=P, q=Q)],
    "js_divergence": [dict(p=P, q=Q)],
    "gaussian_kl": [dict(mean_p=[0.0, 1.0], std_p=[1.0, 2.0], mean_q=[0.5, 1.0], std_q=[2.0, 0.5])],
    "conditional_entropy": [dict(joint=JOINT)],
    "mutual_information": [dict(joint=JOINT)],
    "information_gain": [dict(labels=LABELS, groups=[0, 1, 1, 0, 1, 0])],
    # coding
    "shannon_code_lengths": [dict(p=P)],
    "kraft_sum": [dict(lengths=[1, 2, 3])],
    "canonical_code": [dict(lengths=[1, 2, 3])],
    "shannon_code": [dict(p=P)],
    "huffman_code": [dict(p=P)],
    "expected_length": [dict(p=P, code=["0", "10", "11"])],
    "encode_symbols": [dict(symbols=LABELS, code=["0", "10", "11"])],
    "decode_symbols": [dict(bits="011100", code=["0", "10", "11"])],
    "ArithmeticCoder": [dict(p=P)],
    "ArithmeticCoder.encode": [dict(symbols=LABELS)],
    "ArithmeticCoder.decode": [dict(data=xb.ArithmeticCoder(P).encode(LABELS), n=6)],
    # language
    "NGramModel": [dict(order=2, smoothing=0.5, alphabet="abc")],
    "NGramModel.fit": [dict(text="abracadabra")],
    "NGramModel.surprisals": [dict(text="abra")],
    "NGramModel.cross_entropy": [dict(text="abra")],
    "NGramModel.perplexity": [dict(text="abra")],
    "NGramModel.probabilities": [dict(context="a")],
    "NGramModel.sample": [dict(n=3, seed=0, context="a")],
    "compress": [dict(text="abra", model=xb.NGramModel(2).fit("abracadabra"))],
    "decompress": [dict(data=xb.compress("abra", xb.NGramModel(2).fit("abra")), model=xb.NGramModel(2).fit("abra"))],
    # losses
    "binary_cross_entropy": [{**WITH_BINARY, "probs": FORECASTS}, {**WITH_BINARY, "logits": SCORES}],
    "categorical_cross_entropy": [{**WITH_TARGETS, "probs": TABLE}, {**WITH_TARGETS, "logits": LOGITS}],
    "sparse_categorical_cross_entropy": [{**WITH_CLASSES, "probs": TABLE}, {**WITH_CLASSES, "logits": LOGITS}],
    "squared_error": [
        dict(y_true=OUTCOMES, y_pred=SCORES, sample_weight=WEIGHTS),
        dict(y_true=OUTCOMES, probs=FORECASTS, sample_weight=WEIGHTS),
        dict(y_true=OUTCOMES, logits=SCORES, sample_weight=WEIGHTS),
    ],
    "absolute_error": [
        dict(y_true=OUTCOMES, y_pred=SCORES, sample_weight=WEIGHTS),
        dict(y_true=OUTCOMES, probs=FORECASTS, sample_weight=WEIGHTS),
        dict(y_true=OUTCOMES, logits=SCORES, sample_weight=WEIGHTS),
    ],
    "hinge": [dict(y_true=OUTCOMES, scores=SCORES, sample_weight=WEIGHTS)],
    "categorical_hinge": [dict(y_true=LABELS, scores=LOGITS, sample_weight=WEIGHTS)],
    "focal_loss": [{**WITH_CLASSES, "probs": TABLE}, {**WITH_CLASSES, "logits": LOGITS}],
    "generalized_cross_entropy": [{**WITH_CLASSES, "probs": TABLE}, {**WITH_CLASSES, "logits": LOGITS}],
    # gradients
    "binary_cross_entropy_gradient": [{**WITH_BINARY, "logits": SCORES}],
    "categorical_cross_entropy_gradient": [{**WITH_TARGETS, "logits": LOGITS}],
    "sparse_categorical_cross_entropy_gradient": [{**WITH_CLASSES, "logits": LOGITS}],
    "sparse_categorical_cross_entropy_value_and_gradient": [{**WITH_CLASSES, "logits": LOGITS}],
    "softmax_hessian": [dict(logits=LOGITS)],
    "numerical_gradient": [dict(f=square, x=[1.0, 2.0])],
    "check_gradient": [dict(f=square, gradient=[2.0, 4.0], x=[1.0, 2.0])],
    "squared_error_gradient": [dict(y_true=LABELS, logits=LOGITS, sample_weight=WEIGHTS)],
    "absolute_error_gradient": [dict(y_true=LABELS, logits=LOGITS, sample_weight=WEIGHTS)],
    "hinge_gradient": [dict(y_true=OUTCOMES, scores=SCORES, sample_weight=WEIGHTS)],
    "categorical_hinge_gradient": [dict(y_true=LABELS, scores=LOGITS, sample_weight=WEIGHTS)],
    "focal_loss_gradient": [{**WITH_CLASSES, "logits": LOGITS}],
    "generalized_cross_entropy_gradient": [{**WITH_CLASSES, "logits": LOGITS}],
    # likelihood
    "bernoulli_log_likelihood": [dict(y_true=OUTCOMES, probs=FORECASTS), dict(y_true=OUTCOMES, logits=SCORES)],
    "categorical_log_likelihood": [dict(y_true=LABELS, probs=TABLE), dict(y_true=LABELS, logits=LOGITS)],
    "empirical_distribution": [dict(labels=LABELS, n_classes=3)],
    "bernoulli_mle": [dict(y_true=OUTCOMES)],
    "categorical_mle": [dict(labels=LABELS, n_classes=3)],
    "wald_interval": [dict(estimate=[0.5, 1.0], standard_error=[0.25, 0.5], level=0.9)],
    "bernoulli_information": [dict(p=FORECASTS, n_samples=3)],
    "categorical_information": [dict(p=P, n_samples=3)],
    "expected_information": [dict(log_probs=coin, theta=[0.25])],
    "observed_information": [dict(log_likelihood=lambda theta: -xb.logsumexp([0.0, *theta]), theta=[0.25, 0.5])],
    "standard_errors": [dict(information=MATRIX)],
    "robust_standard_errors": [dict(information=MATRIX, scores=[[1.0, 0.5], [-1.0, 0.25], [0.5, -0.75]])],
    # convexity
    "logistic_hessian": [dict(X=POINTS, theta=[0.5, -0.25], sample_weight=EIGHT)],
    "softmax_regression_hessian": [dict(X=POINTS, theta=[[0.5, -0.25], [0.0, 1.0]], sample_weight=EIGHT)],
    "softmax_null_directions": [dict(n_classes=3, n_features=2)],
    "hessian_error_bound": [dict(X=POINTS, theta=[0.5, -0.25])],
    "curvature_certificate": [dict(hessian=MATRIX, error=0.0)],
    "smoothness_bound": [dict(X=POINTS, n_classes=2, sample_weight=EIGHT)],
    "midpoint_test": [dict(f=square, low=[-1.0, -1.0], high=[1.0, 1.0], n_pairs=20, seed=0)],
    "separating_direction": [dict(X=POINTS, y=TWO, n_classes=2)],
    "maximum_margin": [dict(X=[[1.0, 0.0], [1.0, 2.0], [1.0, 4.0]], y=[0, 1, 1])],
    # optimize
    "gradient_descent": [{**DESCENT, "step_size": 0.25, "max_iter": 20}],
    "sgd": [{**DESCENT, "n_samples": 2, "step_size": 0.25, "max_iter": 5}],
    "momentum": [{**DESCENT, "step_size": 0.125, "max_iter": 20}],
    "adam": [{**DESCENT, "max_iter": 20}],
    "newton": [dict(f=square, gradient=twice, hessian=lambda x: 2 * np.eye(len(x)), x0=[1.0, -0.5])],
    "lbfgs": [DESCENT],
    # models
    "LogisticRegression": [dict(l2=0.5)],
    "LogisticRegression.fit": [SEEN],
    "LogisticRegression.decision_function": [dict(X=POINTS)],
    "LogisticRegression.predict_proba": [dict(X=POINTS)],
    "LogisticRegression.predict": [dict(X=POINTS)],
    "LogisticRegression.score": [SEEN],
    "SoftmaxRegression": [dict(l2=0.5)],
    "SoftmaxRegression.fit": [SEEN_THREE],
    "SoftmaxRegression.decision_function": [dict(X=POINTS)],
    "SoftmaxRegression.predict_proba": [dict(X=POINTS)],
    "SoftmaxRegression.predict": [dict(X=POINTS)],
    "SoftmaxRegression.score": [SEEN_THREE],
    "MLPClassifier": [dict(l2=0.5)],
    "MLPClassifier.fit": [SEEN_THREE],
    "MLPClassifier.initialize": [dict(X=POINTS, y=THREE)],
    "MLPClassifier.loss_and_gradients": [SEEN_THREE],
    "MLPClassifier.activations": [dict(X=POINTS)],
    "MLPClassifier.predict_proba": [dict(X=POINTS)],
    "MLPClassifier.predict": [dict(X=POINTS)],
    "MLPClassifier.score": [SEEN_THREE],
    # scoring
    "brier_score": [BINARY, CLASSES],
    "log_loss": [BINARY, CLASSES],
    "spherical_score": [BINARY, CLASSES],
    "brier_decomposition": [{**BINARY, "n_bins": 2}],
    "log_loss_decomposition": [{**BINARY, "n_bins": 2}, {**BINARY, "groups": [0, 1, 0, 1, 0, 1]}],
    "is_proper": [dict(loss=lambda y, q: (q - y) ** 2, truths=[0.25, 0.75])],
    # calibration
    "reliability_curve": [{**BINARY, "n_bins": 2}, {**CLASSES, "n_bins": 2}],
    "consistency_band": [dict(y_prob=FORECASTS, n_bins=2, n_resamples=5, sample_weight=WEIGHTS)],
    "expected_calibration_error": [{**BINARY, "n_bins": 2}, {**CLASSES, "n_bins": 2}],
    "maximum_calibration_error": [{**BINARY, "n_bins": 2}, {**CLASSES, "n_bins": 2}],
    "classwise_calibration_error": [{**CLASSES, "n_bins": 2}],
    "debiased_calibration_error": [{**BINARY, "n_bins": 2}, {**CLASSES, "n_bins": 2}],
    "smooth_calibration_error": [BINARY, CLASSES],
    "TemperatureScaling.fit": [CALIBRATED, CALIBRATED_THREE],
    "TemperatureScaling.predict_proba": [dict(logits=SCORES)],
    "PlattScaling.fit": [CALIBRATED, CALIBRATED_THREE],
    "PlattScaling.predict_proba": [dict(logits=SCORES)],
    "VectorScaling.fit": [CALIBRATED, CALIBRATED_THREE],
    "VectorScaling.predict_proba": [dict(logits=SCORES)],
    "IsotonicCalibration.fit": [CALIBRATED, CALIBRATED_THREE],
    "IsotonicCalibration.predict_proba": [dict(logits=SCORES)],
    "HistogramBinning": [dict(n_bins=2)],
    "HistogramBinning.fit": [CALIBRATED, CALIBRATED_THREE],
    "HistogramBinning.predict_proba": [dict(logits=SCORES)],
    # decisions
    "confusion_matrix": [PREDICTED],
    "accuracy": [PREDICTED],
    "precision": [{**PREDICTED, "average": "macro"}],
    "recall": [{**PREDICTED, "average": "macro"}],
    "f1_score": [{**PREDICTED, "average": "macro"}],
    "roc_curve": [RANKED],
    "roc_auc": [RANKED],
    "precision_recall_curve": [RANKED],
    "average_precision": [RANKED],
    "bayes_threshold": [dict(cost_false_positive=1.0, cost_false_negative=10.0)],
    "conditional_cost": [dict(probs=[[0.9, 0.1], [0.25, 0.75]], costs=COSTS)],
    "bayes_decision": [dict(probs=[[0.9, 0.1], [0.25, 0.75]], costs=COSTS)],
    "expected_cost": [dict(y_true=OUTCOMES, actions=[0, 1, 1, 1, 0, 0], costs=COSTS, sample_weight=WEIGHTS)],
    "threshold_costs": [{**BINARY, "cost_false_positive": 1.0, "cost_false_negative": 10.0}],
    "best_threshold": [{**BINARY, "cost_false_positive": 1.0, "cost_false_negative": 10.0}],
    # anomaly
    "GaussianDensity": [dict(ridge=0.5)],
    "GaussianDensity.fit": [USUAL],
    "GaussianDensity.score": [dict(X=POINTS)],
    "GaussianMixture": [dict(n_components=2, ridge=0.5)],
    "GaussianMixture.fit": [USUAL],
    "GaussianMixture.score": [dict(X=POINTS)],
    "GaussianMixture.responsibilities": [dict(X=POINTS)],
    "LinearAutoencoder": [dict(n_components=1)],
    "LinearAutoencoder.fit": [USUAL],
    "LinearAutoencoder.reconstruct": [dict(X=POINTS)],
    "LinearAutoencoder.score": [dict(X=POINTS)],
    "Autoencoder": [dict(n_components=1, l2=0.5)],
    "Autoencoder.fit": [USUAL],
    "Autoencoder.reconstruct": [dict(X=POINTS)],
    "Autoencoder.score": [dict(X=POINTS)],
    "conformal_p_value": [dict(usual_scores=SCORES, scores=[0.0, 9.0])],
    # gating
    "confidence": [dict(probs=TABLE), dict(logits=LOGITS)],
    "Gate": [dict(accept=0.75, review=0.5)],
    "Gate.decide": [dict(confidence=FORECASTS)],
    "Gate.from_costs": [dict(error=100.0, review=2.0, rollback=20.0)],
    "gate_cost": [
        dict(decisions=["accept", "review"], correct=[True, False], error=9.0, review=2.0, rollback=5.0, repair=0.0)
    ],
    "risk_coverage_curve": [dict(errors=OUTCOMES, confidence=FORECASTS, sample_weight=WEIGHTS)],
    "area_under_risk_coverage": [dict(errors=OUTCOMES, confidence=FORECASTS, sample_weight=WEIGHTS)],
    "feedback_loop": [dict(attempt=lambda k: k, score=lambda k: k / 2, threshold=0.5, budget=3)],
    "guarded_step": [dict(step=lambda s: 1, state={}, score=lambda o: 0.5, gate=xb.Gate(accept=0.9, review=0.1))],
    "luhn_digit": [dict(payload=[7, 9, 9, 2])],
    "luhn_valid": [dict(numbers=[[7, 9, 9, 2, 7], [1, 2, 3, 4, 5]])],
    "luhn_decode": [dict(probs=[[0.1] * 10, [0.0, 0.6, 0.4, *[0.0] * 7], [0.0, 0.0, 0.0, 1.0, *[0.0] * 6]])],
    # data sets
    "datasets.load_text": [dict(language="french")],
    "datasets.split_text": [dict(text="abcdefghij", held_out=0.2)],
}

OPTIONS = {"sample_weight", "class_weight", "pos_weight", "labels"}

MAKERS: dict[str, Callable[[], object]] = {
    "ArithmeticCoder": lambda: xb.ArithmeticCoder(P),
    "NGramModel": lambda: xb.NGramModel(2),
    "LogisticRegression": lambda: xb.LogisticRegression(l2=0.5),
    "SoftmaxRegression": lambda: xb.SoftmaxRegression(l2=0.5),
    "MLPClassifier": lambda: xb.MLPClassifier((3,), max_iter=5, step_size=0.125),
    "GaussianDensity": lambda: xb.GaussianDensity(),
    "GaussianMixture": lambda: xb.GaussianMixture(2, n_starts=1, max_iter=5, ridge=0.25),
    "LinearAutoencoder": lambda: xb.LinearAutoencoder(1),
    "Autoencoder": lambda: xb.Autoencoder(1, n_hidden=2, max_iter=5),
    "HistogramBinning": lambda: xb.HistogramBinning(n_bins=2),
    "Gate": lambda: xb.Gate(accept=0.75, review=0.5),
}  # all others: no argument


# -- every public function ----------------------------------------------------------------------------------


def public() -> Iterator[str]:
    """The names of all public functions, classes and methods; not of results, which are named tuples, and errors."""
    for name in xb.__all__:
        value = getattr(xb, name)
        if not inspect.isclass(value):
            yield name
        elif not issubclass(value, (tuple, Exception)):
            yield name
            yield from (f"{name}.{method}" for method, _ in inspect.getmembers(value, _is_method) if method[0] != "_")
    for name in datasets.__all__:
        if inspect.isfunction(getattr(datasets, name)):
            yield f"datasets.{name}"


def function_of(name: str) -> Callable:
    first, _, rest = name.partition(".")
    if first == "datasets":
        return getattr(datasets, rest)
    return getattr(getattr(xb, first), rest) if rest else getattr(xb, first)


def parameters_of(name: str) -> dict[str, inspect.Parameter]:
    parameters = dict(inspect.signature(function_of(name)).parameters)
    parameters.pop("self", None)
    return parameters


def array_parameters(name: str) -> list[str]:
    return [key for key, value in parameters_of(name).items() if _takes_arrays(str(value.annotation))]


def single_parameters(name: str) -> list[str]:
    """Parameters that take one number or one text."""
    kinds = {"float", "int", "str", "float | None", "int | None", "str | None", "bytes"}
    return [key for key, value in parameters_of(name).items() if str(value.annotation).strip("'") in kinds]


def rows(name: str) -> list[dict]:
    known = parameters_of(name)
    return [{k: v for k, v in row.items() if k in known or k not in OPTIONS} for row in ROWS.get(name, [])]


def call(name: str, arguments: dict) -> object:
    """Call a public function, or a method of a fresh object, fitted with its first row where it has `fit`."""
    first, _, method = name.partition(".")
    if first == "datasets" or not method or name == "Gate.from_costs":
        return function_of(name)(**arguments)
    receiver = MAKERS.get(first, getattr(xb, first))()
    if method not in ("fit", "initialize") and f"{first}.fit" in ROWS:
        receiver.fit(**rows(f"{first}.fit")[0])
    if method == "loss_and_gradients":
        receiver.initialize(
            **{key: arguments.get(key, SEEN_THREE[key]) for key in ("X", "y")} | dict(y=THREE, X=POINTS)
        )
    return getattr(receiver, method)(**arguments)


def _takes_arrays(annotation: str) -> bool:
    return "ArrayLike" in re.sub(r"Callable\[.*?\], \w+\]", "", annotation)


def _is_method(value: object) -> bool:
    return inspect.isfunction(value) or inspect.ismethod(value)


# -- awkward forms of a valid argument ----------------------------------------------------------------------


def same(value: object) -> Iterator[tuple[str, object]]:
    """The same numbers in other forms: the result must be the same."""
    array = np.asarray(value)
    yield "tuple", tuple(value) if array.ndim else value
    yield "not masked", np.ma.MaskedArray(array, mask=False)
    yield "read-only", _read_only(array)
    if array.ndim:
        yield "strided", np.repeat(array, 2, axis=-1)[..., ::2]
        yield "Fortran order", np.asfortranarray(array)
    if array.dtype.kind not in "biuf":
        return
    yield "objects", array.astype(object)
    if array.dtype.kind != "b":
        yield "big-endian", array.astype(array.dtype.newbyteorder(">"))
    if array.dtype.kind == "i":
        yield "whole floats", array.astype(float)
        yield "int8", array.astype(np.int8)
        yield "fractions", np.vectorize(Fraction, otypes=[object])(array)
        if array.ndim and array.min() >= 0:
            yield "uint64", array.astype(np.uint64)
        if set(array.ravel().tolist()) <= {0, 1}:
            yield "booleans", array.astype(bool)


def rounded(value: object) -> Iterator[tuple[str, object]]:
    """The same numbers in less precision: nearly the same result."""
    array = np.asarray(value)
    if array.dtype.kind == "f":
        yield "float16", array.astype(np.float16)
        yield "float32", array.astype(np.float32)


def refused(value: object) -> Iterator[tuple[str, object]]:
    """No numbers, or numbers without a meaning: an error."""
    array = np.asarray(value)
    floats = array.astype(float) if array.dtype.kind in "biuf" else np.ones(array.shape)
    mask = np.zeros(array.shape, dtype=bool)
    mask[(0,) * array.ndim] = True
    masked = np.ma.MaskedArray(array, mask=mask)
    yield "masked", masked
    yield "list of masked", list(masked) if array.ndim else [masked]
    yield "sparse", scipy.sparse.csr_array(np.atleast_2d(floats))
    yield "NaN", np.where(mask, np.nan, floats)
    yield "empty", []
    yield "empty table", np.zeros((0, 3))
    yield "text", "text"
    yield "texts", np.full(array.shape, "no")
    yield "bytes", b"text"
    yield "None", None
    yield "Nones", np.full(array.shape, None)
    yield "ragged", [[1], [1, 2]]
    yield "complex", floats + 1j
    yield "dates", np.full(array.shape, np.datetime64("2026-01-01"))
    yield "durations", np.full(array.shape, np.timedelta64(1, "D"))
    yield "dict", {"a": 1}
    yield "set", {1, 2}
    yield "generator", (x for x in [1, 2])
    yield "object", object()
    yield "structured", np.zeros(array.shape, dtype=[("a", float)])


def doubtful(value: object) -> Iterator[tuple[str, object]]:
    """A result, or an error that names the argument: not a crash, a warning or NaN."""
    array = np.asarray(value)
    if array.dtype.kind not in "biuf":
        return
    floats = array.astype(float)
    yield "inf", np.where(np.arange(array.size).reshape(array.shape) == 0, np.inf, floats)
    yield "-inf", np.where(np.arange(array.size).reshape(array.shape) == 0, -np.inf, floats)
    yield "one number", float(floats.flat[0])
    yield "0-d", np.array(floats.flat[0])
    yield "0", np.zeros_like(array)
    yield "negative", -floats - 1
    yield "from 1", array + 1
    yield "huge", floats * 1e300
    yield "tiny", floats * 1e-310
    yield "largest float", np.full(array.shape, 1.7976931348623157e308)
    yield "largest int", np.full(array.shape, 2**63 - 1)
    yield "beyond int", np.full(array.shape, 10**400, dtype=object)
    yield "longdouble", floats.astype(np.longdouble)
    yield "halves", floats + 0.5
    yield "one dimension more", array[np.newaxis]
    yield "one column", array.reshape(-1, 1)
    yield "one entry", array.reshape(-1)[:1]
    if array.ndim:
        yield "one sample less", array[:-1]
        yield "flat", array.ravel()
        yield "booleans", array.astype(bool)


def not_single(value: object) -> Iterator[tuple[str, object]]:
    """What is not one number (or one text)."""
    yield "None", None
    yield "list", [1.0, 2.0]
    yield "masked", np.ma.masked
    yield "object", object()
    if isinstance(value, (str, bytes)):
        yield "number", 1.0
        yield "other kind", b"text" if isinstance(value, str) else "text"
        return
    yield "text", "text"
    yield "complex", 1j
    yield "NaN", float("nan")
    yield "inf", float("inf")


def _read_only(array: np.ndarray) -> np.ndarray:
    array = array.copy()
    array.setflags(write=False)
    return array


# -- comparing ----------------------------------------------------------------------------------------------


def numbers(result: object) -> list[np.ndarray]:
    """All numbers and texts of a result in a row: of a tuple, of a list, of what a fit has learned."""
    if isinstance(result, (bool, int, float, str, bytes, Fraction, np.ndarray, np.generic)):
        array = np.asarray(result)
        return [array.astype(float) if array.dtype.kind in "biuO" else array]
    if isinstance(result, dict):
        result = list(result.values())
    if isinstance(result, (tuple, list)):
        return [array for part in result for array in numbers(part)]
    if type(result).__module__.startswith("xentbook"):
        return numbers({k: v for k, v in vars(result).items() if k[-1] == "_" and k[0] != "_"})
    return []


def has_nan(result: object) -> bool:
    return any(array.dtype.kind in "fc" and np.isnan(array).any() for array in numbers(result))


def differ(result: object, expected: object, *, rtol: float, atol: float = 0.0) -> bool:
    mine, theirs = numbers(result), numbers(expected)
    return len(mine) != len(theirs) or not all(
        a.shape == b.shape
        and (np.allclose(a, b, rtol=rtol, atol=atol, equal_nan=True) if b.dtype.kind in "fc" else np.array_equal(a, b))
        for a, b in zip(mine, theirs, strict=True)
    )
