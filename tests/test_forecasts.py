"""One door for outcomes beside forecasts: what is accepted, in which precision, and what the errors say."""

from fractions import Fraction

import numpy as np
import pytest

from xentbook import _forecasts

ROWS = [[0.7, 0.2, 0.1], [0.1, 0.8, 0.1]]


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
def test_rows_are_accepted_in_the_precision_that_came_in(kind):
    labels, p = _forecasts.as_forecasts([0, 1], np.array(ROWS, kind))
    assert labels.dtype == np.intp
    assert p.dtype == (np.float32 if kind is np.float32 else np.float64)
    np.testing.assert_array_equal(p, np.array(ROWS, kind))


@pytest.mark.parametrize("y", [[1, 0], [1.0, 0.0], [True, False], np.array([True, False], object)])
def test_outcomes_are_whole_numbers_of_any_type(y):
    outcome, _ = _forecasts.as_forecasts(y, [0.9, 0.2])
    np.testing.assert_array_equal(outcome, [1.0, 0.0])
    labels, _ = _forecasts.as_forecasts(y, [[0.1, 0.9], [0.8, 0.2]])
    np.testing.assert_array_equal(labels, [1, 0])


@pytest.mark.parametrize("y", [[0, 1], [1, 1], [0, 0], [True, False]])
def test_whole_outcomes_stay_whole_and_others_become_floats(y):
    assert _forecasts.as_outcomes(y).dtype.kind in "iub"
    assert _forecasts.as_outcomes(np.array(y, np.float32)).dtype == np.float64


def test_soft_outcomes_stay_soft():
    for y in ([Fraction(1, 4), 1], np.array([0.25, True], object)):
        np.testing.assert_array_equal(_forecasts.as_forecasts(y, [0.9, 0.2])[0], [0.25, 1.0])
    np.testing.assert_array_equal(_forecasts.as_forecasts([0.25, 1], [0.9, 0.2])[0], [0.25, 1.0])


def test_labels_of_any_kind_follow_the_order_given():
    names = ["a", "b", "c"]
    np.testing.assert_array_equal(_forecasts.as_forecasts(["c", "a"], ROWS, labels=names)[0], [2, 0])
    np.testing.assert_array_equal(_forecasts.as_forecasts(["no", "yes"], [0.1, 0.9], labels=["no", "yes"])[0], [0, 1])
    np.testing.assert_array_equal(_forecasts.as_forecasts([-1, 1], [0.1, 0.9], labels=[-1, 1])[0], [0.0, 1.0])


@pytest.mark.parametrize(
    "y, p, error, message",
    [
        ([1, 0], [[0.6], [0.3]], ValueError, r"pass `y_prob\[:, 0\]` if it holds the probabilities of class 1$"),
        (["a", "b"], [0.6, 0.3], TypeError, r"got text; pass labels=\(NEGATIVE, POSITIVE\)$"),
        (np.array(["a", 1.0], object), [0.6, 0.3], TypeError, r"got text; pass labels=\(NEGATIVE, POSITIVE\)$"),
        (np.array([0.5, "b"], object), [0.6, 0.3], TypeError, r"got text; pass labels=\(NEGATIVE, POSITIVE\)$"),
        ([-1, 1], [0.6, 0.3], ValueError, r"^`y_true` must lie in \[0, 1\]; got -1 at index \(0,\); beside a 1-D"),
        (np.zeros(0, int), [0.6], ValueError, r"^`y_true` must not be empty; got shape \(0,\)$"),
        ([[0, 1]], [0.6, 0.3], ValueError, r"^`y_true` must have one dimension; got shape \(1, 2\)$"),
        (["a", "b"], ROWS, TypeError, "got text; pass labels=…, the values in the order of the columns$"),
        (
            [1, 3],
            ROWS,
            ValueError,
            r"^`y_true` must lie in 0 … 2; got 3 at index \(1,\); labels start at 0: subtract 1$",
        ),
        ([1, 2], [0.6, 0.3], ValueError, r"^`y_true` must lie in \[0, 1\]; got 2 at index \(1,\); beside a 1-D"),
        ([0, 1, 1], ROWS, ValueError, "^`y_true` and `y_prob` must have the same number of samples; got 3 and 2$"),
        ([0, 1, 1], [0.5, 0.5], ValueError, "^`y_true` and `y_prob` must have the same shape"),
        ([0, 1], [[ROWS]], ValueError, r"^`y_prob` must have the shape \(n,\) or \(n, K\); got \(1, 1, 2, 3\)$"),
        (np.ma.array([0, 1], mask=[0, 1]), ROWS, ValueError, "^`y_true` must not have masked entries"),
        (np.ma.array([0, 1], mask=[0, 1]), [0.5, 0.5], ValueError, "^`y_true` must not have masked entries"),
    ],
)
def test_bad_forecasts_are_refused_with_what_to_do(y, p, error, message):
    with pytest.raises(error, match=message):
        _forecasts.as_forecasts(y, p)


def test_ignored_labels_become_0_and_are_not_kept():
    labels, keep = _forecasts.as_kept_labels([0, -100, 2], (3, 3), -100)
    np.testing.assert_array_equal(labels, [0, 0, 2])
    np.testing.assert_array_equal(keep, [True, False, True])
    assert _forecasts.as_kept_labels([0, 1], (2, 3), None)[1] is None
    np.testing.assert_array_equal(_forecasts.as_kept_labels([[0, 2]], (1, 2, 3), None)[0], [[0, 2]])
    with pytest.raises(ValueError, match=r"^`y_true` must lie in 0 … 2; got 3 at"):
        _forecasts.as_kept_labels([[0, 3]], (1, 2, 3), None)


@pytest.mark.parametrize(
    "y, shape, message",
    [
        (np.zeros((2, 5), int), (2, 3, 5), r"pass `numpy.moveaxis\(logits, 1, -1\)`$"),
        (np.zeros((2, 3), int), (2, 3), "pass targets of that shape to `categorical_cross_entropy`$"),
        (np.zeros((2, 3, 5), int), (2, 3, 5), "pass targets of that shape to `categorical_cross_entropy`$"),
        (np.zeros((2, 4), int), (2, 3, 5), r"^`y_true` must have the shape \(2, 3\), a label .*; got \(2, 4\)$"),
        ([0], (2, 3), r"^`y_true` must have the shape \(2,\), a label for each row of `logits`; got \(1,\)$"),
        (np.ma.array([0, 1], mask=[0, 1]), (2, 3), "^`y_true` must not have masked entries"),
    ],
)
def test_labels_of_another_shape_or_with_a_mask_are_refused(y, shape, message):
    for ignore in (None, -100):
        with pytest.raises(ValueError, match=message):
            _forecasts.as_kept_labels(y, shape, ignore)


def test_bins_are_closed_above_and_their_edges_rounded_once():
    edges = _forecasts.edges_of(10, np.float32)
    assert edges.dtype == np.float32
    np.testing.assert_array_equal(_forecasts.bin_of(np.float32([0, 0.1, 0.3, 0.31, 1]), edges), [0, 0, 2, 3, 9])


@pytest.mark.parametrize("n, edges", [(1, [0.0, 1.0]), (2, [0.0, 0.5, 1.0]), (4, [0.0, 0.25, 0.5, 0.75, 1.0])])
def test_the_edges_divide_the_unit_interval_from_one_bin_on(n, edges):
    assert _forecasts.edges_of(n).tolist() == edges
    assert _forecasts.bin_of(np.array(edges), np.array(edges)).tolist() == [0, *range(n)]
    with pytest.raises(ValueError, match="^`n_bins` must be at least 1; got 0$"):
        _forecasts.edges_of(0)
