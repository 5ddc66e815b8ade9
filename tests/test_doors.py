"""The same awkward inputs through every public function: the same number as of plain input, or an error that helps.

The tables and the inputs are in `doors.py`. Whatever comes in, no function crashes, warns, makes NaN, loses a mask,
changes its argument or speaks of a name that its caller did not write.
"""

from __future__ import annotations

import copy
import importlib
import math
import os
import re
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import doors
import numpy as np
import pytest
from guards import ROOT

import xentbook as xb

NAMES = list(doors.public())

ARRAYS = [(name, parameter) for name in NAMES for parameter in doors.array_parameters(name)]
SINGLES = [(name, parameter) for name in NAMES for parameter in doors.single_parameters(name)]

COUNTS = {"confusion_matrix", "reliability_curve", "threshold_costs", "logistic_hessian", "softmax_regression_hessian"}
# These have no `sample_weight`, and their docstring or their module says why.
UNWEIGHTED = {
    "bernoulli_log_likelihood": "a likelihood is that of data that were seen",
    "categorical_log_likelihood": "a likelihood is that of data that were seen",
    "bernoulli_mle": "its standard error counts samples",
    "categorical_mle": "its standard error counts samples",
    "empirical_distribution": "a share of samples",
    "conformal_p_value": "the promise is about ranks of exchangeable samples",
    "NGramModel": "a text is one sequence",
    "information_gain": "exact in whole counts",
    "separating_direction": "samples are separated or not, however often they count",
    "maximum_margin": "the margin is that of the nearest samples, however often they count",
    "MLPClassifier": "`initialize` draws, and `loss_and_gradients` shows one pass; `fit` has weights",
}
# An empty bin has no mean, and where rounding ate the curvature there is no covariance: NaN, as the docstrings say.
MAY_BE_NAN = {"reliability_curve", "consistency_band", "LogisticRegression.fit", "SoftmaxRegression.fit"}
CLASSES = {"texts", "complex", "dates", "durations"}  # the labels of a classifier are of any kind that can be sorted

# What has a meaning for some: (name or "*", parameter) → inputs that need not be refused.
MEANINGFUL = {
    ("information_gain", "labels"): {"texts", "complex", "dates", "durations"},  # values of any kind, as groups are
    ("information_gain", "groups"): {"texts", "complex", "dates", "durations"},
    ("log_loss_decomposition", "groups"): {"texts", "complex", "dates", "durations"},
    ("encode_symbols", "symbols"): {"empty"},  # a message may be empty
    ("ArithmeticCoder.encode", "symbols"): {"empty"},
    ("NGramModel", "alphabet"): {"None"},
    ("*", "sample_weight"): {"None"},
    ("*", "seed"): {"None"},
}

MODELS = ("LogisticRegression", "SoftmaxRegression", "MLPClassifier")
MEANINGFUL |= {(f"{model}.{method}", "y"): CLASSES for model in MODELS for method in ("fit", "score", "initialize")}
CALIBRATORS = ("TemperatureScaling", "PlattScaling", "VectorScaling", "IsotonicCalibration", "HistogramBinning")
MEANINGFUL |= {(f"{kind}.score", "y"): CLASSES | {"Nones"} for kind in (*MODELS, *CALIBRATORS)}
LABELLED = {(name, "labels"): CLASSES for name in NAMES if name != "information_gain"}
MEANINGFUL |= {pair: kinds for pair, kinds in LABELLED.items() if pair not in MEANINGFUL}

# Messages about several arguments, which name them further on.
ABOUT_SEVERAL = (
    "exactly one of `",
    "the weights must not sum to 0",
    "no temperature is best: ",
    "no scales and offsets are best: ",
    "precision has no value where ",
    "recall has no value where ",
    "F1 has no value where ",
)
# Here NaN says "leave the gap", and None "the default of the solver".
SAYS_SOMETHING = {
    **{(name, "undefined"): {"NaN"} for name in ("precision", "recall", "f1_score")},
    **{("MLPClassifier", name): {"None"} for name in ("max_iter", "tol")},
}


def cases(pairs):
    return [pytest.param(*pair, id=".".join(pair)) for pair in pairs]


def complaint(name: str, error: Exception) -> str | None:
    """What is wrong with an error: of another kind, or about something that the caller did not write."""
    if not isinstance(error, (TypeError, ValueError)) or isinstance(error, np.linalg.LinAlgError):
        return f"{type(error).__name__}: {error}"
    known = set(doors.parameters_of(name)) | set(doors.parameters_of(name.partition(".")[0]) if "." in name else ())
    first = re.match(r"`(\w+)[^`]*`", str(error))
    if str(error).startswith(ABOUT_SEVERAL) or (first and first[1] in known):
        return None
    return f"{type(error).__name__}: {error}"


def outcome(name: str, arguments: dict) -> object:
    """The result of a call, or the error; a warning is an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return doors.call(name, arguments)
        except Exception as error:  # whatever it is, it is looked at
            return error


def faults(name: str, parameter: str, row: dict) -> list[str]:
    """What went wrong with the awkward forms of one argument, one line each."""
    valid, found = row[parameter], []
    expected = doors.call(name, row)
    optional = doors.parameters_of(name)[parameter].default is None
    meaningful = MEANINGFUL.get((name, parameter), set()) | MEANINGFUL.get(("*", parameter), set())
    for family in (doors.same, doors.rounded, doors.refused, doors.doubtful):
        for kind, value in family(valid):
            before = copy.deepcopy(value) if isinstance(value, np.ndarray) else None
            result = outcome(name, {**row, parameter: value})
            say = f"{kind}: ".__add__
            if before is not None and not _unchanged(before, value):
                found.append(say("the argument was changed"))
            if isinstance(result, Exception):
                wrong = complaint(name, result)
                if wrong or family in (doors.same, doors.rounded):
                    found.append(say(wrong or f"refused, {result}"))
            elif family is doors.refused and kind not in meaningful and not (kind == "None" and optional):
                found.append(say("accepted"))
            elif (
                family is doors.same
                and doors.differ(result, expected, rtol=1e-9, atol=1e-12)
                or family is doors.rounded
                and doors.differ(result, expected, rtol=0.05, atol=0.02)
            ):
                found.append(say("another result"))
            elif name not in MAY_BE_NAN and doors.has_nan(result) and not doors.has_nan(expected):
                found.append(say("NaN"))
    return found


def _unchanged(before: np.ndarray, after: np.ndarray) -> bool:
    return before.dtype == after.dtype and before.tobytes() == after.tobytes() if before.dtype != object else True


# -- the table ----------------------------------------------------------------------------------------------


def test_every_public_function_has_a_row_with_every_argument_that_takes_numbers_or_a_text():
    missing = []
    for name in NAMES:
        given = {key for row in doors.rows(name) for key in row}
        required = {k for k, v in doors.parameters_of(name).items() if v.default is v.empty and k != "params"}
        missing += [f"{name}({key})" for key in {*doors.array_parameters(name), *required} - given]
    assert missing == []


def test_no_row_is_about_something_that_is_not_there():
    assert set(doors.ROWS) - set(NAMES) == set()


@pytest.mark.parametrize("name", [n for n in NAMES if n in doors.ROWS])
def test_valid_arguments_give_a_result(name):
    for row in doors.rows(name):
        result = outcome(name, row)
        assert not isinstance(result, Exception), repr(result)


# -- through every door -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name, parameter", cases(ARRAYS))
def test_an_awkward_array_is_the_same_numbers_or_an_error_that_names_the_argument(name, parameter):
    rows = [row for row in doors.rows(name) if parameter in row]
    assert rows
    assert [fault for row in rows for fault in faults(name, parameter, row)] == []


@pytest.mark.parametrize("name, parameter", cases(SINGLES))
def test_what_is_not_one_number_or_one_text_is_an_error_that_names_the_argument(name, parameter):
    found = []
    default = doors.parameters_of(name)[parameter].default
    for row in doors.rows(name):
        valid = row.get(parameter, default)
        for kind, value in doors.not_single(valid):
            result = outcome(name, {**row, parameter: value})
            if isinstance(result, Exception):
                found += [f"{kind}: {wrong}" for wrong in [complaint(name, result)] if wrong]
            elif kind in SAYS_SOMETHING.get((name, parameter), ()):
                continue
            elif kind != "inf" and value is not None or (value is None and default is not None):
                found.append(f"{kind}: accepted")
    assert found == []


# -- weights ------------------------------------------------------------------------------------------------

NOT_REPEATED = {
    "GaussianMixture.fit": "its starts are drawn from the samples",
    "consistency_band": "its outcomes are drawn, one for each forecast",
    "PlattScaling.fit": "its targets hang on the effective number of samples",
    "debiased_calibration_error": "what chance adds hangs on the effective number of samples",
    "area_under_risk_coverage": "the risk counts after each sample, not between its repetitions",
}
WEIGHTED = [name for name in NAMES if "sample_weight" in doors.parameters_of(name)]


@pytest.mark.parametrize("factor", [2.0**1000, 2.0**-1000, math.exp(700), math.exp(-700)])
@pytest.mark.parametrize("name", WEIGHTED)
def test_the_scale_of_the_weights_changes_no_digit_but_of_counts(name, factor):
    if name in ("LogisticRegression.fit", "SoftmaxRegression.fit"):
        pytest.skip("weights are counts beside a penalty; without one the scale is tested in test_models.py")
    for row in doors.rows(name):
        weight = np.array(row["sample_weight"])
        expected = doors.call(name, row)
        result = outcome(name, {**row, "sample_weight": weight * factor})
        assert not isinstance(result, Exception), repr(result)
        for mine, plain in zip(doors.numbers(result), doors.numbers(expected), strict=True):
            if plain.dtype.kind not in "fc":  # the message of an optimiser
                continue
            scaled = name in COUNTS and not np.allclose(mine, plain, rtol=1e-13, atol=0, equal_nan=True)
            np.testing.assert_allclose(mine, plain * (factor if scaled else 1.0), rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("name", WEIGHTED)
def test_a_sample_of_weight_two_is_a_sample_seen_twice(name):
    if name in NOT_REPEATED or name.endswith("_gradient"):
        pytest.skip(NOT_REPEATED.get(name, "a row for each sample; the contract of the losses covers the weights"))
    for row in doors.rows(name):
        n = len(row["sample_weight"])
        counts = np.array([2, 1, 1, 1, 3, 1, 1, 2] * 2)[:n]
        kept = {k: v for k, v in row.items() if k != "sample_weight"}
        of_samples = {
            k for k, v in kept.items() if isinstance(v, list) and len(v) == n and k not in ("labels", "costs")
        }
        repeated = {k: np.repeat(np.array(v), counts, axis=0) if k in of_samples else v for k, v in kept.items()}
        weighted = doors.call(name, {**kept, "sample_weight": counts})
        assert not doors.differ(weighted, doors.call(name, repeated), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("name", UNWEIGHTED)
def test_what_scores_or_fits_without_weights_says_why(name):
    value = getattr(xb, name)
    package = importlib.import_module(f"xentbook.{xb._MODULE_OF[name]}")
    assert "sample_weight" in value.__doc__ + package.__doc__


def test_whatever_scores_or_fits_has_weights_or_a_reason():
    marks = {"y_true", "y", "y_prob", "labels"}
    lacking = {name for name in NAMES if marks & set(doors.parameters_of(name)) or name.endswith(".fit")} - set(
        WEIGHTED
    )
    assert {name.partition(".")[0] for name in lacking} - set(UNWEIGHTED) == set()


# -- 32 bits ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code, n_faults", [("x.astype(np.int64)", 1), ("np.intp(3)", 0)])
def test_an_index_of_64_bits_is_refused_by_the_linter(code, n_faults):
    command = ["ruff", "check", "--config", str(ROOT / "pyproject.toml"), "--select", "TID251", "-", "--output-format"]
    program = f"import numpy as np\n\nx = np.zeros(3)\nprint({code})\n"
    ruff = shutil.which("ruff", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if ruff is None:
        pytest.skip("ruff is not installed")
    result = subprocess.run([ruff, *command[1:], "concise"], input=program, capture_output=True, text=True)
    assert result.stdout.count("TID251") == n_faults, result.stderr


def test_labels_of_the_package_and_of_its_data_are_indices():
    kinds = [
        xb.datasets.load_challenger().distress,
        xb.decode_symbols("010", ["0", "10"]),
        xb.shannon_code_lengths([1]),
    ]
    assert {array.dtype for array in kinds} == {np.dtype(np.intp)}
