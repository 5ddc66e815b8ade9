"""Weights of any scale: no mean depends on it, and what does not count costs nothing."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xentbook import _weights

positive = st.lists(st.floats(0.01, 100), min_size=1, max_size=8)


@given(positive, st.integers(-900, 900))
def test_a_mean_does_not_change_by_a_digit_when_the_weights_are_scaled_by_a_power_of_two(weights, power):
    values, weight = np.arange(1.0, len(weights) + 1), np.array(weights)
    assert _weights.weighted_mean(values, weight * 2.0**power) == _weights.weighted_mean(values, weight)


@given(positive, st.sampled_from([math.exp(-700), math.exp(700)]))
def test_a_mean_changes_by_rounding_only_when_the_weights_are_scaled(weights, factor):
    values, weight = np.arange(1.0, len(weights) + 1), np.array(weights)
    exact = math.fsum(values * weight) / math.fsum(weight)
    assert _weights.weighted_mean(values, weight * factor) == pytest.approx(exact, rel=1e-14)


@pytest.mark.parametrize("size", [5e-324, 1e-310, 1e-170, 1.0, 1e155, 1e308, 1.7976931348623157e308])
def test_weights_of_every_size_can_be_used(size):
    assert _weights.weighted_mean([1.0, 3.0], np.array([size, size])) == 2.0
    assert _weights.reduce(np.array([1.0, 3.0]), "mean", np.float64, weight=np.array([size, size])) == 2.0
    relative = _weights.as_relative_weight([size, 0.0], (2,))
    assert relative[0] > 0
    assert relative[1] == 0


@pytest.mark.parametrize(
    "size, unit",
    [(1.0, 2.0), (0.5, 1.0), (0.75, 1.0), (3.0, 4.0), (0.0, 1.0), (1e308, 2.0**1021), (5e-324, 2.0**-1021)],
)
def test_the_power_of_two_brings_the_largest_weight_below_1(size, unit):
    assert _weights.power_of_two(np.array([size, 0.0])) == unit


@pytest.mark.parametrize("weight", [None, np.array([1.0, 1.0, 2.0])])
@pytest.mark.parametrize("size", [1e-308, 1.0, 1e289, 5e290, 1.7e308])
def test_values_of_every_size_have_a_mean(size, weight):
    values = np.array([size, -size, size])
    assert _weights.weighted_mean(np.full(3, size), weight) == pytest.approx(size, rel=1e-15)
    assert _weights.weighted_mean(values, weight) == pytest.approx(size / (3 if weight is None else 2), rel=1e-15)
    assert _weights.weighted_mean([size, np.inf, 1.0], weight) == np.inf


def test_a_weight_of_0_counts_for_nothing_though_the_value_be_infinite():
    assert _weights.weighted_mean([np.inf, 2.0], np.array([0.0, 1.0])) == 2.0
    np.testing.assert_array_equal(_weights.product(np.array([0.0, 2.0]), np.array([np.inf, 3.0])), [0.0, 6.0])
    assert _weights.weighted_mean([1.0, 2.0]) == 1.5


def test_a_value_that_does_not_count_does_not_set_the_unit_of_the_mean_either():
    weight = np.array([0.0, 1.0, 1.0, 1.0, 1.0])
    for out in (np.inf, 1e300, 1.7e308):
        assert _weights.weighted_mean([out, *[1.7e308] * 4], weight) == 1.7e308
        assert _weights.weighted_mean([out, *[1e-300] * 4], weight) == 1e-300
        assert _weights.weighted_mean([out, 0.0, 0.0, 0.0, 0.0], weight) == 0.0


def test_a_reduction_is_the_losses_their_sum_or_their_mean():
    losses, weight = np.array([1.0, 2.0]), np.array([1.0, 3.0])
    np.testing.assert_array_equal(_weights.reduce(losses, "none", np.float64, weight=weight), [1.0, 6.0])
    assert _weights.reduce(losses, "sum", np.float64, weight=weight) == 7.0
    assert _weights.reduce(losses, "mean", np.float64, weight=weight) == 1.75
    assert _weights.reduce(losses, "mean", np.float64) == 1.5
    assert _weights.reduce(losses, "sum", np.float64) == 3.0
    np.testing.assert_array_equal(_weights.reduce(losses, "none", np.float64), [1.0, 2.0])
    share = np.array([0.0, 1.0])  # the first is ignored: its loss is 0 already, and its weight does not count
    assert _weights.reduce(losses * share, "mean", np.float64, weight=weight, share=share) == 2.0


@pytest.mark.parametrize("reduction", ["none", "sum", "mean"])
def test_no_loss_is_a_negative_zero(reduction):
    assert not np.signbit(_weights.reduce(np.array([-0.0, -0.0]), reduction, np.float64)).any()
    assert not np.signbit(_weights.reduce(np.array([-0.0]), reduction, np.float64, weight=np.array([2.0]))).any()


def test_a_reduction_in_units_of_1e308_neither_overflows_nor_vanishes():
    losses, share = np.array([1.0, 3.0]), np.array([1e-300, 1e-300])
    for size in (1e-300, 1e300):
        mean = _weights.reduce(losses * share, "mean", np.float64, weight=np.array([size, size]), share=share)
        assert mean == pytest.approx(2.0, rel=1e-12)


@pytest.mark.parametrize(
    "call, message",
    [
        (
            lambda: _weights.as_sample_weight([1.0], (2,)),
            r"one weight for each sample, shape \(2,\); got shape \(1,\)$",
        ),
        (lambda: _weights.as_sample_weight([1.0, -1.0], (2,)), r"^`sample_weight` must not be negative; got -1 at"),
        (lambda: _weights.as_sample_weight([1.0, np.inf], (2,)), "^`sample_weight` must be finite; got inf"),
        (lambda: _weights.as_relative_weight([0.0, 0.0], (2,)), "^the weights must not sum to 0; got 0.0$"),
        (
            lambda: _weights.as_class_weight([1.0], 2),
            r"^`class_weight` must have one weight for each of 2 classes; got",
        ),
        (
            lambda: _weights.reduce(np.ones(1), "mean", float, weight=np.zeros(1)),
            "must not sum to 0 for a mean; got 0.0",
        ),
        (lambda: _weights.reduce(np.ones(1), "median", float), "^`reduction` must be one of 'mean', 'sum', 'none'"),
    ],
)
def test_bad_weights_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_no_weights_are_no_weights():
    assert _weights.as_sample_weight(None, (2,)) is None
    assert _weights.as_relative_weight(None, (2,)) is None
    assert _weights.as_class_weight(None, 2) is None


def test_a_product_of_weights_of_any_scale_keeps_their_ratios_beside_a_weight_of_0():
    one, other = np.array([1e-300, 2e-300, 1e300]), np.array([1e-300, 1e-300, 0.0])
    found = _weights.relative_product(one, other)
    assert found[1] == pytest.approx(2 * found[0], rel=1e-15)
    assert 0.25 <= found.max() < 1
    assert found[2] == 0
    np.testing.assert_array_equal(_weights.relative_product(np.zeros(2), np.array([1e300, 1.0])), [0.0, 0.0])


def test_rates_are_what_a_reduction_multiplies_the_losses_by():
    losses, weight, share = np.array([1.0, 2.0]), np.array([1.0, 3.0]), np.array([0.5, 1.0])
    assert _weights.rates("sum", 2) == 1.0
    assert _weights.rates("mean", 2) == 0.5
    np.testing.assert_array_equal(_weights.rates("none", 2, weight=weight), weight)
    for options in ({"weight": weight}, {"share": share}, {"weight": weight, "share": share}):
        total = (_weights.rates("mean", 2, **options) * losses).sum()
        assert total == pytest.approx(_weights.reduce(losses, "mean", np.float64, **options), rel=1e-15)


def test_shares_of_1e308_do_not_overflow_in_a_mean():
    large = np.full(3, 1e308)
    assert _weights.reduce(large, "mean", np.float64, share=large) == pytest.approx(1.0, rel=1e-15)
    np.testing.assert_allclose(_weights.rates("mean", 3, share=large) * large, 1 / 3, rtol=1e-15)


def test_the_mean_of_the_least_numbers_keeps_them():
    assert _weights.weighted_mean([5e-324] * 3) == 5e-324
    assert _weights.weighted_mean([5e-324, 1.5e-323], np.array([1.0, 1.0])) == 1e-323
