"""Calibration errors against their definitions and scikit-learn's bins; calibrators against their optima."""

import math
import warnings
from fractions import Fraction

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, optimize, sparse, stats
from sklearn.base import clone
from sklearn.isotonic import IsotonicRegression
from sklearn.model_selection import GridSearchCV, KFold, cross_val_predict, cross_val_score

import xentbook as xb
from xentbook._forecasts import bin_of, edges_of
from xentbook.calibration._calibrator import joined, log_odds
from xentbook.calibration._platt import _effective_size, half_log_odds
from xentbook.calibration._reliability import _portions, _uniform_bins
from xentbook.calibration._smooth import _cosines, _crossing
from xentbook.calibration._vector import _VectorLoss

seeds = st.integers(0, 10_000)
ERRORS = (
    xb.expected_calibration_error,
    xb.maximum_calibration_error,
    xb.debiased_calibration_error,
    xb.smooth_calibration_error,
)
CALIBRATORS = (
    xb.TemperatureScaling, xb.PlattScaling, xb.VectorScaling, xb.IsotonicCalibration, xb.HistogramBinning
)  # fmt: skip


def binary(seed, n=300, *, dtype=np.float64):
    rng = np.random.default_rng(seed)
    p = rng.beta(0.6, 0.8, size=n).astype(dtype)
    return (rng.random(n) < p**1.4).astype(int), p


def many(seed, n=400, k=4, *, sharp=2.0):
    """Return logits that are `sharp` times too large, and labels."""
    rng = np.random.default_rng(seed)
    z = rng.normal(size=(n, k)) * 1.5
    q = xb.softmax(z)
    y = (q.cumsum(axis=1) < rng.random((n, 1))).sum(axis=1).clip(0, k - 1)
    return sharp * z, y


def slow_curve(y, p, n_bins):
    """Return count, mean forecast and frequency of each bin, by the definition and in fractions."""
    bins = [[] for _ in range(n_bins)]
    for outcome, forecast in zip(y, p, strict=True):
        exact = Fraction(float(forecast))
        place = max(0, math.ceil(exact * n_bins) - 1)
        bins[place].append((exact, int(outcome)))
    return [
        (
            len(b),
            float(sum(x for x, _ in b) / len(b)) if b else math.nan,
            sum(t for _, t in b) / len(b) if b else math.nan,
        )
        for b in bins
    ]


# -- bins


def test_a_curve_by_hand():
    curve = xb.reliability_curve([0, 1, 1, 0, 1], [0.1, 0.2, 0.25, 0.5, 1.0], n_bins=4)
    assert curve.edges.tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert curve.count.tolist() == [3, 1, 0, 1]
    assert curve.confidence[[0, 1, 3]] == pytest.approx([0.55 / 3, 0.5, 1.0], rel=1e-15, abs=0)
    assert curve.frequency[[0, 1, 3]] == pytest.approx([2 / 3, 0, 1], rel=1e-15, abs=0)
    assert np.isnan([curve.confidence[2], curve.frequency[2]]).all()


@settings(deadline=None, max_examples=40)
@given(seeds, st.integers(1, 25))
def test_a_curve_is_its_definition_in_fractions(seed, n_bins):
    y, p = binary(seed, n=60)
    curve = xb.reliability_curve(y, p, n_bins=n_bins)
    count, said, came = (np.array(column) for column in zip(*slow_curve(y, p, n_bins), strict=True))
    assert curve.count.tolist() == count.tolist()
    assert curve.confidence == pytest.approx(said, rel=1e-14, abs=0, nan_ok=True)
    assert curve.frequency == pytest.approx(came, rel=1e-14, abs=0, nan_ok=True)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("n_bins", [2, 3, 5, 7, 10, 15, 20, 49, 100])
def test_a_forecast_on_an_edge_lies_below_it_and_its_neighbour_above(dtype, n_bins):
    edges = np.array([k / n_bins for k in range(n_bins + 1)]).astype(dtype)
    above, below = np.nextafter(edges[:-1], dtype(2)), np.nextafter(edges[1:], dtype(-1))
    for p, wanted in ((edges, [0, *range(n_bins)]), (above, range(n_bins)), (below, range(n_bins))):
        count = xb.reliability_curve(np.zeros(p.size, int), p, n_bins=n_bins).count
        assert count.tolist() == np.bincount(list(wanted), minlength=n_bins).tolist()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_fast_bins_are_the_exact_ones(dtype):
    rng = np.random.default_rng(0)
    for n_bins in (1, 2, 3, 10, 15, 33, 1000):
        edges = edges_of(n_bins, dtype)
        p = np.concatenate(
            [
                rng.random(20_000).astype(dtype),
                edges,
                np.nextafter(edges[:-1], dtype(2)),
                np.nextafter(edges[1:], dtype(0)),
            ]
        )
        assert (_uniform_bins(p, edges) == bin_of(p, edges)).all()


def test_multiples_of_a_tenth_count_alike_in_both_precisions():
    p = np.round(np.random.default_rng(1).random(1000), 1)
    y = (np.arange(1000) % 3 == 0).astype(int)
    single, double = (xb.reliability_curve(y, p.astype(dtype), n_bins=10) for dtype in (np.float32, np.float64))
    assert single.count.tolist() == double.count.tolist()
    assert single.frequency.tolist() == double.frequency.tolist()


def test_quantile_bins_hold_equal_numbers_and_never_part_equals():
    y, p = binary(2, n=1000)
    assert set(xb.reliability_curve(y, p, n_bins=8, strategy="quantile").count.tolist()) == {125}
    tied = np.repeat([0.1, 0.4, 0.7], [10, 80, 10])
    curve = xb.reliability_curve(np.zeros(100, int), tied, n_bins=4, strategy="quantile")
    assert sorted(c for c in curve.count.tolist() if c) == [10, 90] or sorted(c for c in curve.count.tolist() if c) == [
        10,
        10,
        80,
    ]
    assert curve.count.sum() == 100
    assert np.isnan(curve.confidence[curve.count == 0]).all()


def test_top_labels_are_held_against_being_right():
    z, y = many(3)
    p = xb.softmax(z)
    top = xb.reliability_curve(y, p, n_bins=10)
    own = xb.reliability_curve((p.argmax(axis=1) == y).astype(int), p.max(axis=1), n_bins=10)
    for a, b in zip(top, own, strict=True):
        np.testing.assert_array_equal(a, b)


# -- errors by their formulas


@pytest.mark.identity("eq-ece")
@settings(deadline=None, max_examples=40)
@given(seeds, st.integers(1, 20))
def test_the_norms_are_mean_root_mean_square_and_maximum_of_the_gaps(seed, n_bins):
    y, p = binary(seed, n=80)
    rows = [row for row in slow_curve(y, p, n_bins) if row[0]]
    share = np.array([n for n, _, _ in rows]) / 80
    gap = np.array([abs(said - came) for _, said, came in rows])
    for norm, wanted in (("l1", share @ gap), ("l2", math.sqrt(share @ gap**2)), ("max", gap.max())):
        found = xb.expected_calibration_error(y, p, n_bins=n_bins, norm=norm)
        assert found == pytest.approx(wanted, rel=1e-12, abs=1e-16)
    assert xb.maximum_calibration_error(y, p, n_bins=n_bins) == xb.expected_calibration_error(
        y, p, n_bins=n_bins, norm="max"
    )


def test_the_classwise_error_is_the_mean_of_those_of_the_classes():
    z, y = many(4)
    p = xb.softmax(z)
    each = [xb.expected_calibration_error((y == k).astype(int), p[:, k].copy(), n_bins=9) for k in range(4)]
    assert xb.classwise_calibration_error(y, p, n_bins=9) == pytest.approx(np.mean(each), rel=1e-14, abs=0)


def test_the_binary_error_is_not_the_top_label_error_of_two_columns():
    y, p = np.array([1, 0]), np.array([0.1, 0.9])
    assert xb.expected_calibration_error(y, p, n_bins=10) == pytest.approx(0.9)
    assert xb.expected_calibration_error([1, 1], np.stack([1 - p, p], axis=1), n_bins=10) == pytest.approx(0.4)


@pytest.mark.identity("eq-calibrated")
def test_a_forecaster_who_keeps_every_promise_has_no_error():
    p = np.repeat([0.2, 0.5, 0.8], 10)
    y = np.concatenate([np.arange(10) < 10 * x for x in (0.2, 0.5, 0.8)]).astype(int)
    assert xb.expected_calibration_error(y, p) == pytest.approx(0, abs=1e-16)
    assert xb.smooth_calibration_error(y, p) == pytest.approx(0, abs=1e-15)
    assert xb.expected_calibration_error([0, 1], [0.0, 1.0]) == 0
    assert xb.expected_calibration_error([1, 0], [0.0, 1.0]) == 1


@pytest.mark.parametrize("far", [1e3, 1e17, 1e300, 1.7e308])
def test_a_class_that_is_far_behind_takes_no_digit_from_the_others(far):
    calibrator = xb.TemperatureScaling().fit([[0.0, 2.0, 0.0]] * 5, [1, 1, 1, 0, 2])
    found = calibrator.predict_proba([[-far, 0.5, 1.0]])[0]
    odds = math.exp(0.5 / calibrator.temperature_)
    assert found == pytest.approx([0.0, 1 / (1 + odds), odds / (1 + odds)], rel=1e-12, abs=1e-100)


@pytest.mark.parametrize("units, refused", [(7, True), (9, False)])
def test_labels_go_with_the_logits_beyond_four_units_of_rounding_of_all_terms(units, refused):
    z, y = [[0.0, 1.0], [0.0, 1.0 - units * 2.0**-52]], [1, 0]  # what is left of terms that add up to 2
    if refused:
        with pytest.raises(ValueError, match="the labels go against the logits"):
            xb.TemperatureScaling().fit(z, y)
    else:
        assert 1e13 < xb.TemperatureScaling().fit(z, y).temperature_ < 1e17


def test_a_temperature_beyond_the_range_of_numbers_is_refused():
    y = [0] * 6 + [1] * 4
    found = xb.TemperatureScaling().fit([[1e307, 0.0]] * 10, y).temperature_
    assert found == pytest.approx(1e307 / math.log(1.5), rel=1e-12)
    with pytest.raises(ValueError, match="must have a scale that a temperature can have; got T = inf"):
        xb.TemperatureScaling().fit([[1e308, 0.0]] * 10, y)
    with pytest.raises(ValueError, match=r"must have a scale that a temperature can have; got T = 0\.0"):
        xb.TemperatureScaling().fit([[5e-324, 0.0]] * 10, [0] * 9 + [1])


@pytest.mark.parametrize("scale", [1e-300, 1e-160, 1.0, 1e160, 1e300])
def test_the_effective_size_of_equal_weights_is_their_number_and_has_no_unit(scale):
    assert _effective_size(np.full(5, scale)) == pytest.approx(5.0, rel=1e-15)
    assert _effective_size(np.array([1.0, 2.0, 3.0]) * scale) == pytest.approx(36 / 14, rel=1e-14)
    assert _effective_size(np.zeros(0)) == 0.0


@pytest.mark.parametrize("soft", [[0.5, 0.5, 0.5, 0.5], [0.0, 1.0, 1.0, 0.5], [0.25, 0.0, 0.0, 0.0]])
def test_the_debiased_error_refuses_soft_outcomes_though_the_others_are_0_or_1(soft):
    with pytest.raises(ValueError, match="`y_true` must be 0 or 1 for the debiased error; got soft outcomes"):
        xb.debiased_calibration_error(soft, [0.5] * 4, n_bins=1)


def test_the_debiased_error_takes_outcomes_0_and_1_of_any_type():
    p, y = [0.25] * 4 + [0.75] * 4, [0, 0, 0, 1, 1, 1, 1, 0]
    for kind in (float, np.float32, bool, np.uint8):
        assert xb.debiased_calibration_error(np.array(y, kind), p, n_bins=2, squared=True) == -0.0625


@pytest.mark.identity("eq-debiased-ece")
def test_the_debiased_square_has_the_right_mean_and_the_plain_one_does_not():
    rng = np.random.default_rng(5)
    p = np.repeat([0.15, 0.45, 0.75, 0.95], 12)
    truth = np.repeat([0.25, 0.40, 0.75, 0.85], 12)
    wanted = np.mean((p - truth) ** 2)
    draws = [(rng.random(p.size) < truth).astype(int) for _ in range(4000)]
    honest = [xb.debiased_calibration_error(y, p, n_bins=10, squared=True) for y in draws]
    plain = [xb.expected_calibration_error(y, p, n_bins=10, norm="l2") ** 2 for y in draws]
    spread = np.std(honest) / math.sqrt(len(draws))
    assert abs(np.mean(honest) - wanted) < 4 * spread
    assert np.mean(plain) > wanted + 20 * spread
    assert min(honest) < 0
    assert min(xb.debiased_calibration_error(y, p, n_bins=10) for y in draws[:50]) >= 0


@pytest.mark.identity("eq-debiased-ece")
@settings(deadline=None, max_examples=20)
@given(seeds)
def test_the_debiased_square_takes_off_the_variance_within_the_bin_over_n_minus_one(seed):
    rng = np.random.default_rng(seed)
    p, truth = rng.uniform(0.61, 0.79, size=5), rng.random(5)  # one bin, five tosses of different coins
    outcomes = (np.arange(32)[:, np.newaxis] >> np.arange(5)) & 1
    chance = np.where(outcomes, truth, 1 - truth).prod(axis=1)
    found = chance @ [xb.debiased_calibration_error(y, p, n_bins=5, squared=True) for y in outcomes]
    assert found == pytest.approx((p.mean() - truth.mean()) ** 2 - truth.var() / 4, abs=1e-14)


# -- the smooth error


@pytest.mark.identity("eq-smooth-ece")
@pytest.mark.parametrize("sigma", [0.3, 0.08, 0.03])
def test_the_smooth_error_is_the_integral_over_reflected_gaussians(sigma):
    y, p = binary(6, n=40)

    grid = np.linspace(0, 1, 8001)
    images = [sign * p + 2 * m for sign in (1, -1) for m in range(-3, 4)]
    smoothed = sum(stats.norm.pdf(grid[:, np.newaxis], at, sigma) @ (y - p) for at in images) / p.size
    found = xb.smooth_calibration_error(y, p, bandwidth=sigma)
    assert found == pytest.approx(integrate.simpson(np.abs(smoothed), x=grid), rel=1e-5, abs=0)


def test_the_moments_of_the_cells_add_up_to_the_cosines():
    p, residual = np.array([0.0, 0.1, 0.25, 1 / 3, 0.7654321, 1.0]), np.array([0.3, -0.2, 0.1, 0.25, -0.3, 0.05])
    k = np.array([0, 1, 2, 7, 100, 3000])
    with mp.workdps(30):
        exact = [float(sum(r * mp.cos(mp.pi * int(j) * x) for x, r in zip(p, residual, strict=True))) for j in k]
    np.testing.assert_allclose(_cosines(p, residual)[k], exact, rtol=0, atol=1e-11)


@pytest.mark.parametrize("sigma", [1.0, 2.0, 3.0])
def test_under_a_wide_kernel_the_smooth_error_of_opposite_gaps_is_that_of_one_cosine(sigma):
    # Gaps of 1/4 at 1/4 and of -1/4 at 3/4 leave the first cosine, ± cos(π/4) / 4, of which the kernel leaves a part.
    found = xb.smooth_calibration_error([0.5, 0.5], [0.25, 0.75], bandwidth=sigma)
    cosine = 2 * math.exp(-0.5 * (math.pi * sigma) ** 2) * math.cos(math.pi / 4) / 4
    chords = 1 / (64 * math.tan(math.pi / 128))  # of |cos πt| over 64 cells: 2/π but for 2e-4 of it
    assert found == pytest.approx(cosine * chords, rel=1e-12, abs=0)
    assert chords == pytest.approx(2 / math.pi, rel=3e-4)


@pytest.mark.parametrize("turned", [False, True])
def test_an_end_of_the_bracket_that_stays_twice_counts_half(turned):
    seen = []

    def gap(x):
        seen.append(x)
        return (2 - x) ** 4 - 1 if turned else 1 - x**4

    assert _crossing(gap, 0.0, 2.0) == pytest.approx(1.0, rel=1e-12)
    a, b = (2.0, 0.0) if turned else (0.0, 2.0)  # the end that moves at first, and the end that stays
    for place, share in zip(seen[2:5], (1.0, 1.0, 0.5), strict=True):
        moving, staying = (gap(x) for x in (a, b))
        assert place == pytest.approx(a + (b - a) * moving / (moving - share * staying), rel=1e-12)
        a = place


@settings(deadline=None, max_examples=10)
@given(seeds)
def test_the_smooth_error_is_the_bandwidth_that_gives_itself(seed):
    y, p = binary(seed)
    error = xb.smooth_calibration_error(y, p)
    assert xb.smooth_calibration_error(y, p, bandwidth=max(error, 1e-4)) == pytest.approx(error, rel=1e-8, abs=0)
    widths = [0.001, 0.01, 0.03, 0.1, 0.3, 1.0]
    errors = [xb.smooth_calibration_error(y, p, bandwidth=s) for s in widths]
    assert all(a >= b - 1e-9 for a, b in zip(errors, errors[1:], strict=False))


def test_the_smooth_error_sees_how_far_a_forecast_is_from_the_edge_and_from_the_next():
    p, y, sigma = np.array([0.0011, 0.0032, 0.0047]), np.array([1, 0, 1]), 0.0021
    grid = np.linspace(0, 0.05, 400_001)
    kernel = sum(stats.norm.pdf(grid[:, np.newaxis], sign * p, sigma) for sign in (1, -1))
    wanted = integrate.simpson(np.abs(kernel @ (y - p)) / 3, x=grid)
    assert xb.smooth_calibration_error(y, p, bandwidth=sigma) == pytest.approx(wanted, rel=1e-7, abs=0)


def test_the_smooth_error_of_one_forecast_is_its_gap():
    assert xb.smooth_calibration_error([0, 1, 1, 1], [0.5] * 4) == pytest.approx(0.25, rel=1e-6, abs=0)
    assert xb.smooth_calibration_error([1], [0.0]) == pytest.approx(1, rel=1e-3, abs=0)


def test_forecasts_that_move_a_little_change_the_smooth_error_a_little_and_the_binned_one_a_lot():
    p = np.full(1000, 0.5)
    y = np.arange(1000) % 2
    moved = p + np.where(y == 1, -1e-9, 1e-9)  # over the edge of two bins, by outcome
    assert xb.expected_calibration_error(y, p, n_bins=2) == 0
    assert xb.expected_calibration_error(y, moved, n_bins=2) == pytest.approx(0.5, abs=1e-6)
    assert xb.smooth_calibration_error(y, moved) == pytest.approx(xb.smooth_calibration_error(y, p), abs=1e-4)


# -- bands


@pytest.mark.parametrize("level", [0.0, 0.5, 1.0])
def test_a_band_of_level_0_is_the_median_and_of_level_1_is_all_that_was_drawn(level):
    band = xb.consistency_band(np.full(10, 0.5), n_bins=1, n_resamples=2000, level=level)
    low, high = {0.0: (0.5, 0.5), 0.5: (0.4, 0.6), 1.0: (0.0, 1.0)}[level]
    assert (band.low[0], band.high[0]) == pytest.approx((low, high), abs=0.01)
    once = xb.consistency_band([0.0, 1.0, 1.0], n_bins=1, n_resamples=1, level=level)
    assert once.low.tolist() == once.high.tolist() == [2 / 3]


def test_a_band_does_not_show_in_how_many_portions_it_was_drawn(monkeypatch):
    p = np.random.default_rng(0).random(30)
    whole = xb.consistency_band(p, n_bins=3, n_resamples=101)
    for held in (1, 30, 45, 100, 30 * 101):
        monkeypatch.setattr("xentbook.calibration._reliability._DRAWS", held)
        np.testing.assert_array_equal(xb.consistency_band(p, n_bins=3, n_resamples=101), whole)
        portions = _portions(101, p.size)
        assert sum(portions) == 101 and max(portions) * p.size <= max(held, p.size)


def test_no_more_than_4_194_304_numbers_are_drawn_at_a_time():
    assert _portions(10, 2**20) == [4, 4, 2]
    assert _portions(3, 2**23) == [1, 1, 1]


def test_what_was_given_no_chance_never_comes_true():
    class Zeros(np.random.Generator):
        def random(self, size):
            return np.zeros(size)

    band = xb.consistency_band([0.0, 0.5], n_bins=2, n_resamples=3, seed=Zeros(np.random.PCG64()))
    assert band.low.tolist() == band.high.tolist() == [0.5, 0.5] or band.low[0] == 0.5


def test_nine_in_ten_calibrated_forecasters_lie_within_the_band():
    rng = np.random.default_rng(7)
    p = rng.random(3000)
    band = xb.consistency_band(p, n_bins=6, n_resamples=600)
    inside = [
        (band.low <= f) & (f <= band.high)
        for f in (xb.reliability_curve((rng.random(3000) < p).astype(int), p, n_bins=6).frequency for _ in range(300))
    ]
    assert np.mean(inside) == pytest.approx(0.9, abs=0.03)


def test_the_band_of_one_bin_is_that_of_a_binomial():
    band = xb.consistency_band(np.full(400, 0.3), n_bins=1, n_resamples=5000, level=0.8)
    assert (band.low[0], band.high[0]) == pytest.approx(stats.binom(400, 0.3).ppf([0.1, 0.9]) / 400, abs=0.006)


def test_a_band_is_the_same_for_the_same_seed_and_empty_where_no_forecast_is():
    p = np.array([0.05, 0.1, 0.95])
    one, two = (xb.consistency_band(p, n_bins=4, seed=3) for _ in range(2))
    np.testing.assert_array_equal(one, two)
    assert np.isnan(one.low[1:3]).all()
    assert not np.isnan(one.low[[0, 3]]).any()


# -- invariances


@settings(deadline=None, max_examples=10)
@given(seeds)
def test_a_weight_of_two_is_the_sample_twice(seed):
    y, p = binary(seed, n=50)
    w = np.random.default_rng(seed).integers(0, 4, size=50)
    w[0] = 1
    yy, pp = np.repeat(y, w), np.repeat(p, w)
    for error in (xb.expected_calibration_error, xb.maximum_calibration_error, xb.smooth_calibration_error):
        assert error(y, p, sample_weight=w) == pytest.approx(error(yy, pp), rel=1e-9, abs=1e-12)
    z, labels = many(seed, n=50)
    q = xb.softmax(z)
    weighted = xb.classwise_calibration_error(labels, q, sample_weight=w)
    assert weighted == pytest.approx(
        xb.classwise_calibration_error(np.repeat(labels, w), np.repeat(q, w, axis=0)), rel=1e-12
    )


@settings(deadline=None, max_examples=8)
@given(seeds)
def test_the_order_of_samples_does_not_matter_and_blocks_do_not_show(seed):
    y, p = binary(seed, n=400)
    order = np.random.default_rng(seed).permutation(400)
    for error in ERRORS:
        assert error(y[order], p[order]) == pytest.approx(error(y, p), rel=1e-10, abs=1e-14)


@pytest.mark.parametrize("kind", ["hard", "soft", "weighted"])
def test_a_curve_does_not_show_in_how_many_blocks_it_was_counted(kind, monkeypatch):
    y, p = binary(3, n=100)
    y = np.clip(y + np.linspace(-0.3, 0.3, 100), 0, 1) if kind == "soft" else y
    weight = np.arange(100) % 7 if kind == "weighted" else None
    whole = xb.reliability_curve(y, p, n_bins=6, sample_weight=weight)
    for block in (1, 33, 99, 100):
        monkeypatch.setattr("xentbook.calibration._reliability._BLOCK", block)
        for part, wanted in zip(xb.reliability_curve(y, p, n_bins=6, sample_weight=weight), whole, strict=True):
            np.testing.assert_allclose(part, wanted, rtol=1e-13)


def test_the_smooth_error_of_one_kernel_is_that_of_the_next_where_the_step_of_the_grid_changes():
    y, p = binary(21, n=200)
    for sigma in (2.0**-9, 2.0**-5, 0.25, 1.0):
        near = [xb.smooth_calibration_error(y, p, bandwidth=sigma * (1 + d)) for d in (0.0, 1e-7)]
        assert near[1] == pytest.approx(near[0], rel=1e-5)
    assert xb.smooth_calibration_error(y, p, bandwidth=50.0) == pytest.approx(abs(np.mean(y - p)), rel=1e-12)


@pytest.mark.parametrize("gap", [0.01, 0.3, 0.9])
def test_the_smooth_error_of_a_constant_gap_is_the_gap(gap):
    p = np.full(1000, 0.05)
    y = p + gap
    assert xb.smooth_calibration_error(y, p) == pytest.approx(gap, rel=1e-9)
    assert xb.smooth_calibration_error(p, y) == pytest.approx(gap, rel=1e-9)


def test_float32_forecasts_are_summed_in_float64():
    rng = np.random.default_rng(8)
    p = rng.random(1_000_000, dtype=np.float32)
    y = (rng.random(p.size, dtype=np.float32) < p).astype(np.uint8)
    bins = bin_of(p, edges_of(15, np.float32))
    exact = [abs(math.fsum(p[bins == b].tolist()) - int(y[bins == b].sum(dtype=np.intp))) for b in range(15)]
    assert xb.expected_calibration_error(y, p) == pytest.approx(math.fsum(exact) / p.size, rel=1e-9, abs=0)


def test_inputs_are_left_as_they_were_and_any_kind_of_outcome_is_taken():
    y, p = binary(9)
    before = y.copy(), p.copy()
    found = {
        xb.expected_calibration_error(kind, p)
        for kind in (y, y.astype(bool), y.astype(np.uint8), y.astype(float), y.tolist())
    }
    assert len({round(x, 14) for x in found}) == 1
    assert (y == before[0]).all() and (p == before[1]).all()
    assert xb.expected_calibration_error([0.5, 0.5], [0.4, 0.6], n_bins=1) == 0


# -- temperature


def test_the_temperature_of_two_logits_in_closed_form():
    found = xb.TemperatureScaling().fit([[4.0, 0.0]] * 4, [0, 0, 0, 1]).temperature_
    assert found == pytest.approx(4 / math.log(3), rel=1e-14, abs=0)


@pytest.mark.identity("eq-temperature")
@settings(deadline=None, max_examples=25)
@given(seeds, st.floats(0.2, 8))
def test_the_temperature_is_the_minimiser_to_eight_digits(seed, sharp):
    z, y = many(seed, sharp=sharp)
    found = xb.TemperatureScaling().fit(z, y).temperature_

    def slope(beta):
        q = xb.softmax(beta * z)
        return np.sum((q * z).sum(axis=1) - z[np.arange(len(y)), y])

    other = 1 / optimize.brentq(slope, 1e-3 / sharp, 1e3 / sharp, xtol=1e-16, rtol=8.9e-16)
    assert found == pytest.approx(other, rel=1e-10, abs=0)

    def loss(t):
        return xb.sparse_categorical_cross_entropy(y, logits=z / t)

    assert loss(found) <= min(loss(found * (1 + d)) for d in (-0.01, -1e-4, 1e-4, 0.01))


def test_logits_that_are_too_sharp_are_cooled_by_that_factor():
    z, y = many(10, n=20_000, sharp=3.0)
    assert xb.TemperatureScaling().fit(z, y).temperature_ == pytest.approx(3, rel=0.05)


@settings(deadline=None, max_examples=20)
@given(seeds, st.floats(1e-6, 1e6))
def test_the_temperature_scales_with_the_logits(seed, factor):
    z, y = many(seed, n=100)
    one, other = (xb.TemperatureScaling().fit(x, y).temperature_ for x in (z, factor * z))
    assert other == pytest.approx(factor * one, rel=1e-10, abs=0)


def test_a_temperature_changes_no_prediction_and_a_shift_of_a_row_nothing():
    z, y = many(11)
    calibrator = xb.TemperatureScaling().fit(z, y)
    assert (calibrator.predict_proba(z).argmax(axis=1) == z.argmax(axis=1)).all()
    shifted = z + np.random.default_rng(0).normal(size=(len(z), 1)) * 50
    assert xb.TemperatureScaling().fit(shifted, y).temperature_ == pytest.approx(
        calibrator.temperature_, rel=1e-10, abs=0
    )


def test_binary_logits_are_two_columns():
    rng = np.random.default_rng(12)
    z = rng.normal(size=300) * 4
    y = (rng.random(300) < xb.sigmoid(z / 2)).astype(int)
    one = xb.TemperatureScaling().fit(z, y)
    two = xb.TemperatureScaling().fit(np.stack([np.zeros(300), z], axis=1), y)
    assert one.temperature_ == two.temperature_
    assert one.predict_proba(z)[:, 1] == pytest.approx(xb.sigmoid(z / one.temperature_), rel=1e-13, abs=0)


@pytest.mark.parametrize(
    ("z", "y", "message"),
    [
        ([[2.0, 0.0], [0.0, 1.0]], [0, 1], "every label has the largest logit"),
        ([[2.0, 0.0], [2.0, 0.0]], [0, 0], "every label has the largest logit"),
        ([[2.0, 0.0], [0.0, 1.0]], [1, 0], "the labels go against the logits"),
        ([[2.0, 0.0], [2.0, 0.0]], [1, 0], "the labels go against the logits"),
        ([[0.1, 0.0], [0.2, 0.0], [0.3, 0.0]], [0, 0, 1], "the labels go against the logits"),  # 0 but for rounding
        ([[1.0, 1.0], [3.0, 3.0]], [1, 0], "constant rows"),
    ],
)
def test_where_no_temperature_is_best_it_says_why(z, y, message):
    with pytest.raises(ValueError, match=message):
        xb.TemperatureScaling().fit(z, y)


# -- the other calibrators


@settings(deadline=None, max_examples=20)
@given(seeds)
def test_platt_scaling_with_labels_is_logistic_regression_on_the_score(seed):
    z, y = many(seed, k=2)
    found = xb.PlattScaling(smooth_targets=False).fit(z, y)
    score = z[:, 1] - z[:, 0]
    model = xb.LogisticRegression().fit(score[:, np.newaxis], y)
    assert (found.coef_[0], found.intercept_[0]) == pytest.approx((model.coef_[0], model.intercept_), rel=1e-9)
    assert found.predict_proba(score) == pytest.approx(found.predict_proba(z), rel=1e-12, abs=0)


def test_platts_targets_are_those_of_his_paper():
    z, y = np.array([-1.0, 0.0, 1.0, 2.0]), np.array([0, 1, 0, 1])
    found = xb.PlattScaling().fit(z, y)
    targets = np.where(y == 1, 3 / 4, 1 / 4)

    def loss(ab):
        return xb.binary_cross_entropy(targets, logits=ab[0] * z + ab[1])

    other = optimize.minimize(loss, [1, 0], method="BFGS", options={"gtol": 1e-10}).x
    assert (found.coef_[0], found.intercept_[0]) == pytest.approx(other, abs=1e-6)


def test_platts_targets_keep_separable_scores_and_a_single_class_finite():
    found = xb.PlattScaling().fit([-2.0, -1.0, 1.0, 2.0], [0, 0, 1, 1])
    assert np.isfinite([found.coef_[0], found.intercept_[0]]).all()
    alone = xb.PlattScaling().fit([-2.0, -1.0, 1.0], [1, 1, 1])
    assert alone.predict_proba([0.0])[0, 1] == pytest.approx(4 / 5, rel=1e-6)
    with pytest.raises(xb.SeparableDataError):
        xb.PlattScaling(smooth_targets=False).fit([-2.0, -1.0, 1.0, 2.0], [0, 0, 1, 1])


@settings(deadline=None, max_examples=10)
@given(seeds)
def test_vector_scaling_is_the_least_loss_over_scales_and_offsets(seed):
    z, y = many(seed, k=3)
    found = xb.VectorScaling().fit(z, y)

    def loss(theta):
        return xb.sparse_categorical_cross_entropy(y, logits=theta[:3] * z + theta[3:])

    other = optimize.minimize(loss, np.array([1.0, 1, 1, 0, 0, 0]), method="BFGS", options={"gtol": 1e-7}).fun
    assert loss(np.append(found.coef_, found.intercept_)) <= other + 1e-10
    assert found.intercept_.sum() == pytest.approx(0, abs=1e-12)
    slope = xb.numerical_gradient(loss, np.append(found.coef_, found.intercept_))
    assert slope == pytest.approx(np.zeros(6), abs=1e-7)


def test_vector_scaling_of_binary_logits_is_logistic():
    z, y = many(13, k=2)
    score = z[:, 1] - z[:, 0]
    found, platt = xb.VectorScaling().fit(score, y), xb.PlattScaling(smooth_targets=False).fit(score, y)
    assert found.predict_proba(score) == pytest.approx(platt.predict_proba(score), rel=1e-12, abs=0)


@settings(deadline=None, max_examples=25)
@given(seeds, st.integers(0, 2), st.floats(1e-9, 1e3), st.sampled_from([-1, 1]))
def test_a_class_that_its_own_logit_divides_from_the_rest_has_no_best_vector(seed, k, gap, sign):
    z, y = many(seed, k=3)
    z[:, k] = sign * np.where(y == k, gap + np.abs(z[:, k]), -np.abs(z[:, k]))
    with pytest.raises(ValueError, match=f"the logit of class {k} divides it from the rest"):
        xb.VectorScaling().fit(z, y)


@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize("tied", [0, 1, 2])
def test_a_logit_that_divides_its_class_from_the_rest_up_to_ties_has_no_best_vector(sign, tied):
    y = np.array([0, 1, 2] * 4)
    z = np.random.default_rng(2).normal(size=(12, 3))
    z[:, tied] = sign * np.where(y == tied, 1 + np.abs(z[:, tied]), 1 - np.abs(z[:, tied]))
    z[np.flatnonzero(y == tied)[0], tied] = sign
    z[np.flatnonzero(y != tied)[0], tied] = sign  # on the border
    with pytest.raises(ValueError, match=f"the logit of class {tied} divides it from the rest"):
        xb.VectorScaling().fit(z, y)


@pytest.mark.parametrize("seed", range(8))
def test_two_classes_that_their_logits_divide_only_together_have_no_best_vector(seed):
    rng = np.random.default_rng(seed)
    z = rng.normal(size=(12, 2))
    z[:4] = [[0.0, 0.1], [0.1, 0.0], [3.0, 3.1], [3.1, 3.0]]  # neither logit divides the classes alone
    with pytest.raises(ValueError, match="no scales and offsets are best: the loss falls without end"):
        xb.VectorScaling().fit(z, z.argmax(axis=1))


@pytest.mark.parametrize("gap", [0.1, 2.0, 8.0])
@pytest.mark.parametrize("seed", [0, 2])
def test_scales_that_divide_classes_together_have_no_best_vector(seed, gap):
    # Neither logit divides the classes by itself, yet z1 - 3 z0 is above 0 for class 1 and below for class 0.
    z, y = many(seed, k=2)
    z[:, 1] = 3 * z[:, 0] + np.where(y == 1, 1, -1) * (gap + np.random.default_rng(seed).random(y.size))
    with pytest.raises(ValueError, match="falls without end as they grow"):
        xb.VectorScaling().fit(z, y)


def turns_up(curvatures, slopes, curvatures_at_0):
    """Whether slope and curvature at one point prove a minimum of some loss with these along its axes."""
    loss = object.__new__(_VectorLoss)
    loss.hessian = lambda theta: np.diag(curvatures if theta.any() else curvatures_at_0)
    loss.gradient = lambda theta: np.array(slopes)
    return loss.turns_up(np.ones(len(slopes)))


@pytest.mark.parametrize("slope, proved", [(0.2, True), (0.25 - 1e-14, False), (0.3, False)])
def test_a_slope_below_a_quarter_of_the_curvature_proves_a_best_vector(slope, proved):
    assert slope + 1e-14 == 0.25 or abs(slope - 0.25) > 0.01
    assert turns_up([1.0], [slope], [1.0]) is proved


@pytest.mark.parametrize("curvature, proved", [(3e-14, False), (5e-14, True)])
def test_a_curvature_of_four_times_the_rounding_of_a_slope_proves_no_best_vector(curvature, proved):
    assert turns_up([curvature], [0.0], [1.0]) is proved


@pytest.mark.parametrize("ratio, proved", [(0.5e-12, False), (1e-12 * (1 + 1e-12), False), (1.5e-12, True)])
def test_a_curvature_within_a_trillionth_of_all_is_rounding(ratio, proved):
    assert turns_up([1.0, ratio], [0.0, 0.0], [1.0, 1.0]) is proved


@pytest.mark.parametrize("ratio, left_out", [(0.0, True), (1e-12, True), (1.5e-12, False)])
def test_a_direction_within_a_trillionth_of_the_steepest_at_0_is_flat_and_left_out(ratio, left_out):
    assert turns_up([1.0, 1e-14], [0.0, 0.0], [1.0, ratio]) is left_out


def test_directions_that_change_no_probability_do_not_keep_a_vector_from_being_best():
    z, y = many(5, k=2)
    z[:, 1] = -z[:, 0]  # two scales for one score
    found, platt = xb.VectorScaling().fit(z, y), xb.PlattScaling(smooth_targets=False).fit(-2 * z[:, 0], y)
    assert found.predict_proba(z) == pytest.approx(platt.predict_proba(-2 * z[:, 0]), rel=1e-8)


@pytest.mark.parametrize(
    ("z", "y", "message"),
    [
        ([[2.0, 0.0, 0], [0.0, 1.0, 0], [0, 0.0, 1.0]] * 3, [0, 1, 2] * 3, "the loss falls without end"),
        ([[2.0, 0.0, 0.5], [0.0, 1.0, 0]], [0, 1], "none of class 2"),
        ([[2.0, 0.0, 0], [0.0, 1.0, 0], [0, 0.5, 0]], [0, 1, 2], "a constant column 2"),
    ],
)
def test_where_no_vector_is_best_it_says_why(z, y, message):
    with pytest.raises(ValueError, match=message):
        xb.VectorScaling().fit(z, y)


@settings(deadline=None, max_examples=40)
@given(seeds, st.booleans())
def test_isotonic_calibration_is_scikit_learns_isotonic_regression(seed, ties):
    rng = np.random.default_rng(seed)
    z = np.round(rng.normal(size=80) * 2, 0 if ties else 9)
    y = (rng.random(80) < xb.sigmoid(z)).astype(int)
    new = np.concatenate([z, rng.normal(size=50) * 4])
    theirs = IsotonicRegression(out_of_bounds="clip").fit(z, y).predict(new)
    assert xb.IsotonicCalibration().fit(z, y).predict_proba(new)[:, 1] == pytest.approx(theirs, rel=1e-12, abs=1e-14)


def test_isotonic_calibration_has_no_calibration_error_on_what_it_learned():
    y, p = binary(14)
    q = xb.IsotonicCalibration().fit(xb.logit(p), y).predict_proba(xb.logit(p))[:, 1]
    assert xb.brier_decomposition(y, q).reliability == pytest.approx(0, abs=1e-28)


def test_the_isotonic_fit_is_best_for_the_log_loss_too():
    y, p = binary(15, n=60)
    best = xb.log_loss(y, xb.IsotonicCalibration().fit(p, y).predict_proba(p)[:, 1])
    rng = np.random.default_rng(0)
    for _ in range(200):
        steps = np.sort(rng.random(60))[np.argsort(np.argsort(p))]  # rises with the forecast
        assert xb.log_loss(y, steps) >= best


def test_a_constant_score_gets_the_share_of_its_class():
    for calibrator in (xb.IsotonicCalibration(), xb.HistogramBinning(n_bins=3)):
        p = calibrator.fit([1.0] * 4, [0, 1, 1, 1]).predict_proba([1.0, 1.0])
        assert p == pytest.approx(np.array([[0.25, 0.75]] * 2))
    with pytest.raises(ValueError, match="`logits` must not be constant; got 1 throughout"):
        xb.PlattScaling().fit([1.0] * 4, [0, 1, 1, 1])


@pytest.mark.parametrize("strategy", ["quantile", "uniform"])
def test_histogram_binning_says_the_share_of_each_bin(strategy):
    y, p = binary(16, n=500)
    z = xb.logit(p)
    found = xb.HistogramBinning(n_bins=7, strategy=strategy).fit(z, y)
    curve = xb.reliability_curve(y, xb.sigmoid(z), n_bins=7, strategy=strategy)
    bins = bin_of(xb.sigmoid(z), curve.edges)
    assert found.predict_proba(z)[:, 1] == pytest.approx(curve.frequency[bins], rel=1e-15, abs=0)


def test_an_empty_bin_keeps_its_middle():
    found = xb.HistogramBinning(n_bins=4, strategy="uniform").fit([-3.0, 3.0], [0, 1])
    assert found.predict_proba([xb.logit(0.4), xb.logit(0.6)])[:, 1] == pytest.approx([0.375, 0.625])


@pytest.mark.parametrize("make", CALIBRATORS)
@pytest.mark.parametrize("k", [2, 3, 5])
def test_every_calibrator_returns_distributions_and_lowers_the_loss_of_overconfident_logits(make, k):
    z, y = many(17, n=3000, k=k, sharp=3.0)
    held, new = slice(0, 1500), slice(1500, None)
    p = make().fit(z[held], y[held]).predict_proba(z[new])
    assert p.shape == (1500, k)
    assert p.sum(axis=1) == pytest.approx(np.ones(1500), rel=1e-12)
    safe = 0.999 * p + 0.001 / k  # isotonic values of 0 cost inf where they are wrong
    assert xb.log_loss(y[new], safe) < xb.log_loss(y[new], xb.softmax(z[new])) - 0.1


def test_log_odds_and_their_halves_are_those_of_softmax_and_finite_at_the_limits():
    z = np.random.default_rng(4).normal(size=(6, 3)) * 5
    p = xb.softmax(z)
    whole, half = log_odds(z), half_log_odds(z)
    assert list(whole) == list(half) == [0, 1, 2] and list(log_odds(z[:, :2])) == [1]
    for k in range(3):
        np.testing.assert_allclose(whole[k], np.log(p[:, k] / (1 - p[:, k])), rtol=1e-9)
        np.testing.assert_allclose(2 * half[k], whole[k], rtol=1e-15)
    far = np.array([[1.5e308, -1.5e308, 0.0], [-1.5e308, 1.0, 1.5e308]])
    assert log_odds(far)[1].tolist() == [-math.inf, -1.5e308]
    assert half_log_odds(far)[1].tolist() == [-1.5e308, -0.75e308]
    assert half_log_odds(far)[0].tolist() == [0.75e308, -1.5e308]


def test_rows_of_several_classes_are_divided_by_their_sum_and_two_keep_what_each_has():
    assert joined([np.array([0.25])], [np.array([0.75])]).tolist() == [[0.75, 0.25]]
    table = joined([np.array([0.5, 0.0]), np.array([0.5, 0.0]), np.array([1.0, 0.0])], [])
    np.testing.assert_allclose(table, [[0.25, 0.25, 0.5], [1 / 3] * 3], rtol=1e-15)


def test_plateaus_are_kept_by_their_ends_alone():
    found = xb.IsotonicCalibration().fit([0, 1, 2, 3, 4, 5, 6, 7.0], [0, 0, 0, 1, 0, 1, 1, 1])
    assert found.thresholds_[0].tolist() == [0, 2, 3, 4, 5, 7]
    assert found.values_[0].tolist() == [0, 0, 0.5, 0.5, 1, 1]


def test_a_row_that_every_class_denies_gets_equal_shares():
    z = [[5.0, 0, 0], [0, 5.0, 0], [0, 0, 5.0]] * 2
    p = xb.IsotonicCalibration().fit(z, [0, 1, 2] * 2).predict_proba([[0.0, 0.0, 0.0], [-1, -1, -1]])
    assert p.sum(axis=1) == pytest.approx([1, 1])


# -- weights


WEIGHTED = (
    xb.expected_calibration_error,
    xb.maximum_calibration_error,
    xb.smooth_calibration_error,
    xb.debiased_calibration_error,
    lambda y, p, **options: xb.expected_calibration_error(y, p, strategy="quantile", **options),
    lambda y, p, **options: xb.debiased_calibration_error(y, p, strategy="quantile", squared=True, **options),
)
FITS = (
    xb.TemperatureScaling,
    xb.PlattScaling,
    lambda: xb.PlattScaling(smooth_targets=False),
    xb.VectorScaling,
    xb.IsotonicCalibration,
    xb.HistogramBinning,
    lambda: xb.HistogramBinning(n_bins=4, strategy="uniform"),
)
BY_REPETITION = FITS[:1] + FITS[2:]
SCALES = [(2.0**1000, 0.0), (2.0**-1000, 0.0), (math.exp(700), 1e-12), (math.exp(-700), 1e-12)]


@pytest.mark.parametrize("k", [1, 2, 3])
@pytest.mark.parametrize("make", BY_REPETITION)
def test_a_calibrator_takes_an_integer_weight_as_so_many_samples(make, k):
    z, y = many(31, n=120, k=max(k, 2))
    z = np.round(z, 1)  # with ties
    z = z[:, 1] - z[:, 0] if k == 1 else z
    w = np.random.default_rng(31).integers(0, 4, size=120)
    weighted = make().fit(z, y, sample_weight=w).predict_proba(z)
    repeated = make().fit(np.repeat(z, w, axis=0), np.repeat(y, w)).predict_proba(z)
    assert weighted == pytest.approx(repeated, rel=1e-10, abs=1e-14)
    assert not np.allclose(weighted, make().fit(z, y).predict_proba(z), atol=1e-3)


def test_a_weight_of_two_is_the_forecast_twice_in_quantile_bins_too():
    y, p = binary(32, n=90)
    p = np.round(p, 2)
    w = np.random.default_rng(32).integers(0, 4, size=90)
    weighted = xb.reliability_curve(y, p, n_bins=7, strategy="quantile", sample_weight=w)
    repeated = xb.reliability_curve(np.repeat(y, w), np.repeat(p, w), n_bins=7, strategy="quantile")
    for a, b in zip(weighted, repeated, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-14)
    even = xb.reliability_curve(y, p, n_bins=7, strategy="quantile", sample_weight=np.full(90, 0.1))
    assert even.edges.tolist() == xb.reliability_curve(y, p, n_bins=7, strategy="quantile").edges.tolist()


@pytest.mark.parametrize(("factor", "error"), SCALES)
def test_the_scale_of_the_weights_changes_no_error_curve_or_band(factor, error):
    y, p = binary(33)
    w = np.random.default_rng(33).random(300)
    for measure in WEIGHTED:
        wanted = measure(y, p, sample_weight=w)
        assert measure(y, p, sample_weight=w * factor) == pytest.approx(wanted, rel=error, abs=1e-15 if error else 0)
    one, other = (xb.reliability_curve(y, p, sample_weight=weight) for weight in (w, w * factor))
    for a, b in zip(one, other._replace(count=other.count / factor), strict=True):
        np.testing.assert_allclose(b, a, rtol=error)
    bands = [xb.consistency_band(p, n_bins=4, n_resamples=50, sample_weight=weight) for weight in (w, w * factor)]
    np.testing.assert_allclose(bands[1], bands[0], rtol=error)
    z, labels = many(33, n=300)
    found = [xb.classwise_calibration_error(labels, xb.softmax(z), sample_weight=x) for x in (w, w * factor)]
    assert found[1] == pytest.approx(found[0], rel=error, abs=0)


@pytest.mark.parametrize("make", FITS)
@pytest.mark.parametrize(("factor", "error"), SCALES)
def test_the_scale_of_the_weights_changes_no_calibrator(make, factor, error):
    z, y = many(34, n=150, k=3)
    w = np.random.default_rng(34).random(150)
    one, other = (make().fit(z, y, sample_weight=weight).predict_proba(z) for weight in (w, w * factor))
    np.testing.assert_allclose(other, one, rtol=error, atol=1e-15 if error else 0)
    plain, same = (
        make().fit(z, y).predict_proba(z),
        make().fit(z, y, sample_weight=np.full(150, factor)).predict_proba(z),
    )
    np.testing.assert_allclose(same, plain, rtol=1e-13)


def test_the_count_of_a_curve_is_the_sum_of_the_weights_as_they_are_given():
    curve = xb.reliability_curve([0, 1, 1], [0.1, 0.2, 0.9], n_bins=2, sample_weight=[3.0, 5.0, 7.0])
    assert curve.count.tolist() == [8, 7]
    assert xb.reliability_curve([0, 1, 1], [0.1, 0.2, 0.9], n_bins=2).count.dtype == np.intp


@pytest.mark.identity("eq-debiased-ece")
@settings(deadline=None, max_examples=20)
@given(seeds)
def test_the_debiased_square_is_unbiased_under_weights_by_their_effective_size(seed):
    rng = np.random.default_rng(seed)
    p, w, truth = rng.uniform(0.61, 0.79, size=6), rng.exponential(size=6), rng.random()
    outcomes = (np.arange(64)[:, np.newaxis] >> np.arange(6)) & 1  # one bin, all 64 ways that six tosses can end
    chance = np.where(outcomes, truth, 1 - truth).prod(axis=1)
    found = [xb.debiased_calibration_error(y, p, n_bins=5, squared=True, sample_weight=w) for y in outcomes]
    assert chance @ found == pytest.approx((np.average(p, weights=w) - truth) ** 2, abs=1e-14)


def test_the_debiased_square_of_even_weights_is_that_of_none_and_leaves_out_what_has_no_weight():
    y, p = binary(35)
    plain = xb.debiased_calibration_error(y, p, squared=True)
    assert xb.debiased_calibration_error(y, p, squared=True, sample_weight=np.full(300, 0.3)) == pytest.approx(plain)
    half = np.repeat([1.0, 0.0], 150)
    weighted = xb.debiased_calibration_error(y, p, squared=True, sample_weight=half)
    assert weighted == pytest.approx(xb.debiased_calibration_error(y[:150], p[:150], squared=True), rel=1e-12, abs=0)
    with pytest.raises(ValueError, match="a bin must have two samples at least; got 1 samples"):
        xb.debiased_calibration_error(y, p, sample_weight=np.eye(300)[0])


def test_a_second_sample_of_small_weight_is_not_lost_in_the_effective_size():
    w = [Fraction(1), Fraction(2) ** -70]
    mean = [Fraction(x) * w[0] + Fraction(z) * w[1] for x, z in ((0.25, 0.5), (1, 0))]  # forecasts, outcomes
    total, squares = sum(w), sum(x * x for x in w)
    forecast, share = (x / total for x in mean)
    wanted = (forecast - share) ** 2 - share * (1 - share) / (total**2 / squares - 1)
    found = xb.debiased_calibration_error([1, 0], [0.25, 0.5], n_bins=1, squared=True, sample_weight=[1, 2.0**-70])
    assert found == pytest.approx(float(wanted), rel=1e-14, abs=0)


def test_the_band_under_weights_is_as_wide_as_their_effective_size_says():
    w = np.random.default_rng(36).exponential(size=400)
    band = xb.consistency_band(np.full(400, 0.3), n_bins=1, n_resamples=5000, level=0.8, sample_weight=w)
    reach = stats.norm.ppf(0.9) * math.sqrt(0.3 * 0.7 * (w @ w)) / w.sum()
    assert (band.low[0], band.high[0]) == pytest.approx((0.3 - reach, 0.3 + reach), abs=0.003)


def test_platts_targets_under_weights_are_those_of_effective_sizes():
    z, y = np.array([-1.0, 0.0, 1.0, 2.0, 3.0]), np.array([0, 1, 0, 1, 1])
    w = np.array([1.0, 2.0, 0.5, 3.0, 1.0])
    n1, n0 = 36 / 14, 2.25 / 1.25
    targets = np.where(y == 1, (n1 + 1) / (n1 + 2), 1 / (n0 + 2))

    def loss(ab):
        return xb.binary_cross_entropy(targets, logits=ab[0] * z + ab[1], sample_weight=w)

    found = xb.PlattScaling().fit(z, y, sample_weight=w)
    other = optimize.minimize(loss, [1, 0], method="BFGS", options={"gtol": 1e-10}).x
    assert (found.coef_[0], found.intercept_[0]) == pytest.approx(other, abs=1e-6)


# -- invariance, against Newton's method with 60 digits


def exact_minimum(features, codes, weights):
    """Return θ of Σ_i w_i softmax cross-entropy with logits_k = features[i][k] · θ, by Newton's method in mpmath."""
    d = len(features[0][0])
    theta = mp.matrix(d, 1)

    def parts(theta):
        value, slope, curve = mp.mpf(0), mp.matrix(d, 1), mp.matrix(d, d)
        for rows, c, w in zip(features, codes, weights, strict=True):
            z = [mp.fdot(row, theta) for row in rows]
            top = max(z)
            e = [mp.exp(x - top) for x in z]
            q = [x / mp.fsum(e) for x in e]
            value -= w * mp.log(q[c])
            mean = [mp.fdot(q, [row[i] for row in rows]) for i in range(d)]
            for i in range(d):
                slope[i] += w * (mean[i] - rows[c][i])
                for j in range(d):
                    curve[i, j] += w * (
                        mp.fsum(p * r[i] * r[j] for p, r in zip(q, rows, strict=True)) - mean[i] * mean[j]
                    )
        return value, slope, curve

    value, slope, curve = parts(theta)
    for _ in range(60):
        step = mp.lu_solve(curve, -slope)
        while parts(theta + step)[0] > value + mp.mpf(10) ** -50:
            step /= 2
        theta += step
        value, slope, curve = parts(theta)
        if mp.norm(step) < mp.mpf(10) ** -40 * mp.norm(theta):
            return theta
    raise AssertionError("no minimum found")


PLACES = [(1.0, 0.0), (1e-12, 0.0), (1e12, 0.0), (1.0, 1e12), (1e-12, -1.0), (1e12, 1e24), (1e-300, 0.0), (3e307, 0.0)]


@pytest.mark.parametrize(("scale", "shift"), PLACES)
def test_platt_scaling_of_any_affine_map_of_the_score_is_the_minimum(scale, shift):
    z, y = many(41, n=40, k=2, sharp=0.5)
    score = (z[:, 1] - z[:, 0]) / 4 * scale + shift
    with mp.workdps(60), warnings.catch_warnings():
        warnings.simplefilter("error")
        found = xb.PlattScaling(smooth_targets=False).fit(score, y)
        middle, unit = mp.mpf(shift), mp.mpf(scale)
        x = [(mp.mpf(float(s)) - middle) / unit for s in score]
        a, b = exact_minimum([[[0, 0], [s, 1]] for s in x], y, [1] * 40)
        assert found.coef_[0] == pytest.approx(float(a / unit), rel=1e-10, abs=0)
        assert found.intercept_[0] == pytest.approx(float(b - a * middle / unit), rel=1e-9, abs=1e-12)
        wanted = [float(1 / (1 + mp.exp(-a * s - b))) for s in x]
        assert found.predict_proba(score)[:, 1] == pytest.approx(wanted, rel=1e-10, abs=0)


@pytest.mark.parametrize("scale", [1e-300, 1e-12, 1.0, 1e12, 1.5e306])
@pytest.mark.parametrize("shift", [0.0, 1e12])
def test_the_temperature_at_any_scale_and_shift_of_the_rows_is_the_root(scale, shift):
    z, y = many(42, n=40, k=3)
    z = (z / 10 + shift * (np.arange(40) % 3 - 1)[:, np.newaxis]) * (scale if shift == 0 or scale < 1e300 else 1e290)
    w = np.random.default_rng(42).random(40)
    with mp.workdps(60), warnings.catch_warnings():
        warnings.simplefilter("error")
        found = xb.TemperatureScaling().fit(z, y, sample_weight=w)
        unit = mp.mpf(float(np.ptp(z, axis=1).max()))
        rows = [[(mp.mpf(float(x)) - mp.mpf(float(r[0]))) / unit for x in r] for r in z]
        beta = exact_minimum([[[x] for x in row] for row in rows], y, [mp.mpf(float(x)) for x in w])[0]
        assert found.temperature_ == pytest.approx(float(unit / beta), rel=1e-12, abs=0)
        powers = [[mp.exp(beta * x) for x in row] for row in rows]
        wanted = np.array([[float(x / mp.fsum(row)) for x in row] for row in powers])
        assert found.predict_proba(z) == pytest.approx(wanted, rel=1e-11, abs=0)


@pytest.mark.parametrize(
    ("scales", "shifts"),
    [
        ((1, 1, 1), (0, 0, 0)),
        ((1e-12, 1, 1e12), (0, 0, 0)),
        ((1, 1e-12, 1e12), (1e12, -1, 1e24)),
        ((1e-290, 1e307, 1), (0, 0, 1e12)),
    ],
)
def test_vector_scaling_of_classes_at_any_scale_and_shift_is_the_minimum(scales, shifts):
    z, y = many(43, n=50, k=3, sharp=1.0)
    z = z / 4 * np.array(scales, float) + np.array(shifts, float)
    w = np.random.default_rng(43).random(50)
    with mp.workdps(60), warnings.catch_warnings():
        warnings.simplefilter("error")
        found = xb.VectorScaling().fit(z, y, sample_weight=w)
        x = [[(mp.mpf(float(v)) - mp.mpf(t)) / mp.mpf(s) for v, s, t in zip(r, scales, shifts, strict=True)] for r in z]
        rows = [[[r[0], 0, 0, 1, 0], [0, r[1], 0, 0, 1], [0, 0, r[2], 0, 0]] for r in x]
        theta = exact_minimum(rows, y, [mp.mpf(float(v)) for v in w])
        coef = [float(theta[k] / mp.mpf(scales[k])) for k in range(3)]
        assert found.coef_ == pytest.approx(coef, rel=1e-8, abs=0)
        powers = [[mp.exp(mp.fdot(line, theta)) for line in row] for row in rows]
        wanted = np.array([[float(v / mp.fsum(row)) for v in row] for row in powers])
        assert found.predict_proba(z) == pytest.approx(wanted, rel=1e-8, abs=0)


@settings(deadline=None, max_examples=30)
@given(seeds, st.floats(1e-12, 1e12), st.integers(-(2**30), 2**30), st.sampled_from([1, -1]), st.booleans())
def test_platt_scaling_does_not_see_the_scale_and_shift_of_the_score(seed, scale, shift, sign, smooth):
    z, y = many(seed, n=60, k=2)
    score = np.round(z[:, 1] - z[:, 0], 4)
    exact = np.round(score * 2**20) / 2**20  # what a whole number is added to without rounding
    make = lambda: xb.PlattScaling(smooth_targets=smooth)  # noqa: E731
    wanted = make().fit(exact, y).predict_proba(exact)
    assert make().fit(exact + shift, y).predict_proba(exact + shift) == pytest.approx(wanted, rel=1e-9, abs=0)
    moved = sign * scale * exact
    assert make().fit(moved, y).predict_proba(moved) == pytest.approx(wanted, rel=1e-9, abs=0)


@settings(deadline=None, max_examples=20)
@given(
    seeds,
    st.lists(st.floats(1e-12, 1e12), min_size=3, max_size=3),
    st.lists(st.integers(-(2**30), 2**30), min_size=3, max_size=3),
)
def test_vector_scaling_does_not_see_scale_and_shift_of_a_class(seed, scales, shifts):
    z, y = many(seed, n=80, k=3)
    exact = np.round(z * 2**20) / 2**20
    wanted = xb.VectorScaling().fit(exact, y).predict_proba(exact)
    for moved in (exact * scales, exact + shifts):
        assert xb.VectorScaling().fit(moved, y).predict_proba(moved) == pytest.approx(wanted, rel=1e-7, abs=0)


@settings(deadline=None, max_examples=20)
@given(seeds, st.floats(1e-12, 1e12), st.integers(-(2**30), 2**30))
def test_a_temperature_scales_with_the_logits_and_does_not_see_shifts_of_rows(seed, scale, shift):
    z, y = many(seed, n=80, k=3)
    exact = np.round(z * 2**20) / 2**20
    wanted = xb.TemperatureScaling().fit(exact, y).temperature_
    rows = shift * (np.arange(80)[:, np.newaxis] % 3)
    assert xb.TemperatureScaling().fit(exact + rows, y).temperature_ == pytest.approx(wanted, rel=1e-12, abs=0)
    assert xb.TemperatureScaling().fit(scale * exact, y).temperature_ == pytest.approx(scale * wanted, rel=1e-12, abs=0)


def test_one_class_with_log_odds_beyond_float64_is_enough_for_the_error():
    # ln of the odds of the third class of the first row: -1.7e308 - 1.7e308; those of the others are finite
    z = [[1.7e308, 0.0, -1.7e308], [0.0, 1.0, 2.0], [1.0, 0.0, 2.0]]
    with pytest.raises(ValueError, match="must not lie farther apart than 1.8e308; divide them by 2"):
        xb.IsotonicCalibration().fit(z, [0, 1, 2])


@pytest.mark.parametrize("make", FITS)
@pytest.mark.parametrize("k", [1, 2, 3])
def test_logits_at_the_limits_of_float64_give_the_right_answer_or_an_error(make, k):
    z, y = many(44, n=60, k=max(k, 2))
    z = np.clip(z / np.abs(z).max(), -1, 1)
    z[0] = 1
    z[0, ::2] = -1  # two logits 2e308 apart
    z = z[:, 1] - z[:, 0] if k == 1 else z
    z = z / np.abs(z).max()
    with warnings.catch_warnings(), np.errstate(all="warn"):
        warnings.simplefilter("error")
        if isinstance(make(), xb.IsotonicCalibration) and k > 1:
            with pytest.raises(ValueError, match="must not lie farther apart than 1.8e308; divide them by 2"):
                make().fit(1e308 * z, y)
            return
        found = make().fit(1e308 * z, y).predict_proba(1e308 * z)
        if k < 3 or isinstance(make(), (xb.TemperatureScaling, xb.VectorScaling)):  # the rest goes through a softmax
            histogram = isinstance(make(), xb.HistogramBinning)
            near = make().fit(1e290 * z, y).predict_proba(1e290 * z) if histogram else make().fit(z, y).predict_proba(z)
            assert found == pytest.approx(near, rel=1e-9, abs=0)
    assert np.isfinite(found).all() and found.sum(axis=1) == pytest.approx(np.ones(60), rel=1e-14)


def test_a_fit_that_no_number_can_hold_is_an_error():
    score, y = [0.0, 5e-324, 1e-323, 1.5e-323] * 3, [0, 1, 0, 1] * 3
    for make in (xb.PlattScaling, xb.VectorScaling):
        with pytest.raises(ValueError, match="`logits` must differ by more; got scores within"):
            make().fit(score, y)
    with pytest.raises(ValueError, match="`logits` must differ by more; got a column"):
        xb.VectorScaling().fit(np.stack([score, np.arange(12.0) % 5], axis=1), y)
    wide = xb.VectorScaling().fit(
        *(np.array(x) for x in ([[1e-250, 0], [2e-250, 2], [3e-250, 1], [4e-250, -1]] * 3, y))
    )
    with pytest.raises(ValueError, match="`logits` must be of the scale of `fit`; got 1e"):
        wide.predict_proba([[1e100, 0.0]])


# -- isotonic calibration of any numbers


def test_isotonic_values_between_scores_that_no_slope_joins_are_probabilities():
    found = xb.IsotonicCalibration().fit([0.0, 4.1e-320, 4.4e-314, 1.0], [0, 0, 1, 1])
    p = found.predict_proba([0.0, 2.1e-319, 5.4e-316, 1e-10])[:, 1]
    lines = [Fraction(x) - Fraction(4.1e-320) for x in (2.1e-319, 5.4e-316)]
    wanted = [float(x / (Fraction(4.4e-314) - Fraction(4.1e-320))) for x in lines]
    assert p == pytest.approx([0, *wanted, 1], rel=1e-14, abs=0)
    far = xb.IsotonicCalibration().fit([-1.5e308, 1.5e308], [0, 1])
    assert far.predict_proba([-1.6e308, -0.75e308, 0.0, 1.6e308])[:, 1].tolist() == [0, 0.25, 0.5, 1]


any_floats = st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=2, max_size=30)


@settings(deadline=None, max_examples=300)
@given(any_floats, any_floats, st.data())
def test_isotonic_values_lie_between_those_of_their_neighbours_and_never_fall(scores, new, data):
    y = data.draw(st.lists(st.integers(0, 1), min_size=len(scores), max_size=len(scores)))
    new = np.sort(new + scores)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = xb.IsotonicCalibration().fit(scores, y)
        p = found.predict_proba(new)[:, 1]
    x, values = found.thresholds_[0], found.values_[0]
    right = np.searchsorted(x, new)
    low, high = values[np.maximum(right - 1, 0)], values[np.minimum(right, x.size - 1)]
    assert ((low <= p) & (p <= high)).all()
    assert (np.diff(p) >= 0).all() and (np.diff(values) >= 0).all()
    assert found.predict_proba(x)[:, 1].tolist() == values.tolist()


@settings(deadline=None, max_examples=40)
@given(seeds)
def test_weighted_isotonic_calibration_is_scikit_learns_isotonic_regression(seed):
    rng = np.random.default_rng(seed)
    z, w = np.round(rng.normal(size=80) * 2, 1), rng.exponential(size=80)
    y = (rng.random(80) < xb.sigmoid(z)).astype(int)
    new = np.concatenate([z, rng.normal(size=50) * 4])
    theirs = IsotonicRegression(out_of_bounds="clip").fit(z, y, sample_weight=w).predict(new)
    found = xb.IsotonicCalibration().fit(z, y, sample_weight=w).predict_proba(new)[:, 1]
    assert found == pytest.approx(theirs, rel=1e-12, abs=1e-14)


# -- labels of any values, types and kinds


@pytest.mark.parametrize("names", [["b", "c", "a"], [10, -1, 5], [None, "x", 2.5]])
def test_labels_of_any_values_are_those_of_their_columns(names):
    z, y = many(51, n=200, k=3)
    p, named = xb.softmax(z), np.array(names, dtype=object)[y]
    curve, same = xb.reliability_curve(y, p), xb.reliability_curve(named, p, labels=names)
    for a, b in zip(curve, same, strict=True):
        np.testing.assert_array_equal(a, b)
    for measure in (*ERRORS, xb.classwise_calibration_error):
        assert measure(named, p, labels=names) == measure(y, p)
    for make in FITS:
        plain, found = make().fit(z, y), make().fit(z, named, labels=names)
        np.testing.assert_array_equal(found.predict_proba(z), plain.predict_proba(z))
        assert found.classes_.tolist() == names and plain.classes_.tolist() == [0, 1, 2]
        assert found.predict(z).tolist() == [names[k] for k in plain.predict(z)]
        assert found.score(z, named) == plain.score(z, y) == np.mean(plain.predict(z) == y)


def test_binary_labels_are_negative_and_positive():
    y, p = binary(52)
    named = np.where(y == 1, "ill", "well")
    for measure in ERRORS:
        assert measure(named, p, labels=["well", "ill"]) == measure(y, p)
    with pytest.raises(TypeError, match=r"`y_true` must hold integers; got text; pass labels=\(NEGATIVE, POSITIVE\)"):
        xb.expected_calibration_error(named, p)
    for make in FITS:
        found = make().fit(xb.logit(p), named, labels=["well", "ill"])
        np.testing.assert_array_equal(
            found.predict_proba(xb.logit(p)), make().fit(xb.logit(p), y).predict_proba(xb.logit(p))
        )
        assert set(found.predict([-50.0, 50.0])) <= {"well", "ill"}
        with pytest.raises(ValueError, match="`labels` must have one value for each of 2 classes; got 3"):
            make().fit(xb.logit(p), named, labels=["well", "ill", "?"])
    with pytest.raises(ValueError, match="`y` must hold the given labels 'well', 'sick'; got ill"):
        xb.PlattScaling().fit(xb.logit(p), named, labels=["well", "sick"])


def test_forecasts_in_half_precision_have_its_tolerance_and_its_edges():
    p = np.array([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.3, 0.3, 0.4]], np.float16)
    assert abs(p.astype(float).sum(axis=1) - 1).max() > 1e-4
    for measure in (xb.expected_calibration_error, xb.classwise_calibration_error, xb.maximum_calibration_error):
        assert measure([0, 1, 2], p) == pytest.approx(
            measure([0, 1, 2], p.astype(float) / p.astype(float).sum(axis=1, keepdims=True)), abs=1e-3
        )
    assert xb.smooth_calibration_error([0, 1, 2], p) > 0
    assert xb.debiased_calibration_error([0, 1, 2], p, n_bins=1) >= 0
    assert np.isfinite(xb.consistency_band(p, n_bins=1).low).all()
    tenths = np.arange(11) / 10
    counts = [
        xb.reliability_curve(np.zeros(11), tenths.astype(t), n_bins=10).count for t in (np.float16, np.float32, float)
    ]
    assert counts[0].tolist() == counts[1].tolist() == counts[2].tolist() == [2] + [1] * 9


@pytest.mark.parametrize(
    "measure", [*ERRORS, xb.reliability_curve, xb.consistency_band, xb.classwise_calibration_error]
)
def test_awkward_forecasts_get_a_message_that_says_what_to_do(measure):
    def call(y, p):
        return measure(p) if measure is xb.consistency_band else measure(y, p)

    good = [[0.6, 0.4], [0.5, 0.5]]
    for p, error, message in (
        ([[0.6], [0.3]], ValueError, r"`y_prob` must have a column for each class; .*pass `y_prob\[:, 0\]`"),
        ([[0.6, 0.4], [0.5, 0.50000002]], ValueError, "divide each row by its sum, or keep"),
        (sparse.csr_array(good), TypeError, r"`y_prob` must be dense; .*pass `y_prob.toarray\(\)`"),
        (np.ma.array(good, mask=[[0, 0], [1, 1]]), ValueError, "`y_prob` must not have masked entries"),
    ):
        with pytest.raises(error, match=message):
            call([0, 1], p)
    if measure is xb.consistency_band:
        return
    with pytest.raises(ValueError, match="`y_true` must not have masked entries"):
        call(np.ma.array([0, 1], mask=[0, 1]), good)
    with pytest.raises(ValueError, match="`y_true` must lie in 0 … 1; got 2 .*labels start at 0: subtract 1"):
        call([1, 2], good)
    for kind in (np.array([True, False, True], dtype=object), [1.0, 0.0, 1.0], np.array([1, 0, 1], np.uint8)):
        found, wanted = call(kind, [[0.6, 0.4]] * 3), call([1, 0, 1], [[0.6, 0.4]] * 3)
        for a, b in zip(np.atleast_1d(*found), np.atleast_1d(*wanted), strict=True) if isinstance(found, tuple) else []:
            np.testing.assert_array_equal(a, b)
        assert isinstance(found, tuple) or found == wanted


# -- as in scikit-learn


@pytest.mark.parametrize("make", CALIBRATORS)
def test_a_calibrator_is_an_estimator(make):
    z, y = many(61, n=150, k=3)
    fitted = make().fit(z, y)
    copy = clone(fitted)
    assert type(copy) is make and copy.get_params() == fitted.get_params() and not hasattr(copy, "classes_")
    assert fitted.n_features_in_ == 3 and make().fit(z[:, 1], y > 0).n_features_in_ == 1
    folds = KFold(3)
    p = cross_val_predict(make(), z, y, cv=folds, method="predict_proba")
    for train, test in folds.split(z):
        np.testing.assert_array_equal(p[test], make().fit(z[train], y[train]).predict_proba(z[test]))
    weights = np.random.default_rng(61).random(150)
    scores = cross_val_score(make(), z, y, cv=folds, params={"sample_weight": weights})
    train, test = next(folds.split(z))
    assert scores[0] == make().fit(z[train], y[train], sample_weight=weights[train]).score(z[test], y[test])


def test_parameters_are_kept_under_their_own_names_and_checked_by_fit():
    bins = xb.HistogramBinning(n_bins=3, strategy="uniform")
    assert bins.get_params() == {"n_bins": 3, "strategy": "uniform"}
    assert repr(bins) == "HistogramBinning(n_bins=3, strategy='uniform')"
    assert bins.set_params(n_bins=0) is bins
    with pytest.raises(ValueError, match="`n_bins` must be at least 1; got 0"):
        bins.fit([0.0, 1.0], [0, 1])
    assert xb.PlattScaling(smooth_targets=False).get_params() == {"smooth_targets": False}
    assert repr(xb.TemperatureScaling()) == "TemperatureScaling()"
    z, y = many(62, n=200, k=2)
    search = GridSearchCV(xb.HistogramBinning(), {"n_bins": [1, 2, 20]}, scoring="neg_log_loss", cv=2).fit(z, y)
    assert search.best_params_["n_bins"] in (2, 20)


@pytest.mark.parametrize("make", CALIBRATORS)
def test_a_fit_that_fails_leaves_the_calibrator_as_it_was(make):
    z, y = many(63, n=150, k=3)
    fitted = make().fit(z, y)
    before, state = fitted.predict_proba(z), dict(fitted.__dict__)
    for bad in (
        lambda: fitted.fit(z, y + 1),
        lambda: fitted.fit(z[:, :2], [0] * 150),
        lambda: fitted.fit([[1.0, math.nan]], [0]),
    ):
        try:
            bad()
        except ValueError:
            assert fitted.__dict__.keys() == state.keys() and fitted.classes_.tolist() == [0, 1, 2]
            np.testing.assert_array_equal(fitted.predict_proba(z), before)
        else:  # some can be fitted to one class alone
            fitted.fit(z, y)


# -- errors


@pytest.mark.parametrize("make", CALIBRATORS)
def test_calibrators_refuse_bad_input_at_the_door(make):
    with pytest.raises(ValueError, match=rf"must be fitted first; call {make.__name__}.fit"):
        make().predict_proba([[0.0, 1.0]])
    for z, y, error, message in (
        ([], [], ValueError, "`logits` must not be empty"),
        ([[0.0, math.nan]], [0], ValueError, "`logits` must not contain NaN"),
        ([[0.0, math.inf]], [0], ValueError, "`logits` must be finite"),
        ([[0.0], [1.0]], [0, 1], ValueError, r"column for each class; got shape \(2, 1\); pass `logits\[:, 0\]`"),
        ([[[0.0, 1.0]]], [0], ValueError, "must have the shape"),
        (
            [[0.0, 1.0], [1.0, 0.0]],
            [0],
            ValueError,
            "`logits` and `y` must have the same number of samples; got 2 and 1",
        ),
        ([[0.0, 1.0], [1.0, 0.0]], [0, 2], ValueError, r"`y` must lie in 0 … 1; got 2 at index \(1,\)"),
        ([[0.0, 1.0], [1.0, 0.0]], [1, 2], ValueError, "labels start at 0: subtract 1"),
        ([[0.0, 1.0], [1.0, 0.0]], [0.0, 0.5], TypeError, "`y` must hold integers; got 0.5"),
        ([[0.0, 1.0], [1.0, 0.0]], ["no", "yes"], TypeError, "`y` must hold integers; got text; pass labels=…"),
        (np.ma.array([0.0, 1.0], mask=[0, 1]), [0, 1], ValueError, "`logits` must not have masked entries"),
        ([0.0, 1.0], np.ma.array([0, 1], mask=[0, 1]), ValueError, "`y` must not have masked entries"),
        (sparse.csr_array([[0.0, 1.0]]), [0], TypeError, r"`logits` must be dense; .*pass `logits.toarray\(\)`"),
    ):
        with pytest.raises(error, match=message):
            make().fit(z, y)
    z, y = many(18, k=3)
    fitted = make().fit(z, y)
    for odd in ([[0.0, 1.0]], [0.0, 1.0]):
        with pytest.raises(ValueError, match="`logits` must be of 3 classes, as in `fit`; got 2"):
            fitted.predict_proba(odd)
    for weight, message in (([1.0], "one weight for each sample"), (np.zeros(400), "the weights must not sum to 0")):
        with pytest.raises(ValueError, match=message):
            fitted.fit(z, y, sample_weight=weight)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: xb.reliability_curve([], []), ValueError, "`y_prob` must not be empty"),
        (lambda: xb.reliability_curve([0, 1], [0.5]), ValueError, "`y_true` and `y_prob` must have the same shape"),
        (lambda: xb.reliability_curve([2], [0.5]), ValueError,
         r"`y_true` must lie in \[0, 1\]; got 2 at index \(0,\); beside a 1-D `y_prob` outcomes are 0 and 1"),
        (lambda: xb.reliability_curve([1.5], [0.5]), ValueError, r"`y_true` must lie in \[0, 1\]; got 1.5"),
        (lambda: xb.reliability_curve([1], [1.5]), ValueError, r"`y_prob` must lie in \[0, 1\]; got 1.5"),
        (lambda: xb.reliability_curve([1], [math.nan]), ValueError, "`y_prob` must not contain NaN"),
        (lambda: xb.reliability_curve([1], ["0.5"]), TypeError, "`y_prob` must hold real numbers; got text"),
        (lambda: xb.reliability_curve([1], [2]), ValueError, r"`y_prob` must lie in \[0, 1\]; got 2"),
        (lambda: xb.reliability_curve([1], [-0.5]), ValueError, r"`y_prob` must lie in \[0, 1\]; got -0.5"),
        (lambda: xb.reliability_curve([1], [0.5], n_bins=0), ValueError, "`n_bins` must be at least 1; got 0"),
        (lambda: xb.reliability_curve([1], [0.5], strategy="mass"), ValueError,
         "`strategy` must be one of 'uniform', 'quantile'"),
        (lambda: xb.reliability_curve([1], [[0.5, 0.4]]), ValueError, "`y_prob` must sum to 1"),
        (lambda: xb.reliability_curve([2], [[0.5, 0.5]]), ValueError, "`y_true` must .*got 2"),
        (lambda: xb.reliability_curve([0.5], [[0.5, 0.5]]), TypeError, "`y_true` must hold integers; got 0.5"),
        (lambda: xb.reliability_curve([1, 0], [[0.5, 0.5]]), ValueError, "same number of samples; got 2 and 1"),
        (lambda: xb.reliability_curve([1], [[[0.5, 0.5]]]), ValueError, "must have the shape"),
        (lambda: xb.expected_calibration_error([1], [0.5], norm="l3"), ValueError,
         "`norm` must be one of 'l1', 'l2', 'max'"),
        (lambda: xb.expected_calibration_error([1], [0.5], sample_weight=[0]), ValueError, "must not sum to 0"),
        (lambda: xb.expected_calibration_error([1], [0.5], sample_weight=[-1]), ValueError,
         "`sample_weight` must not be negative"),
        (lambda: xb.classwise_calibration_error([1], [0.5]), ValueError, "`y_prob` must have 2 dimensions"),
        (lambda: xb.classwise_calibration_error([1, 0], [[0.5, 0.5]]), ValueError, "same number of samples"),
        (lambda: xb.debiased_calibration_error([0.5, 0.5], [0.5, 0.5]), ValueError, "got soft outcomes"),
        (lambda: xb.debiased_calibration_error([1, 0], [0.1, 0.9]), ValueError, "a bin must have two samples at least"),
        (lambda: xb.smooth_calibration_error([1], [0.5], bandwidth=1e-5), ValueError,
         "`bandwidth` must be at least 0.0001"),
        (lambda: xb.consistency_band([0.5], level=1.5), ValueError, "`level` must be at most 1; got 1.5"),
        (lambda: xb.consistency_band([0.5], n_resamples=0), ValueError, "`n_resamples` must be at least 1"),
        (lambda: xb.consistency_band([1.5]), ValueError, r"`y_prob` must lie in \[0, 1\]"),
        (lambda: xb.HistogramBinning(n_bins=0).fit([0.0, 1.0], [0, 1]), ValueError, "`n_bins` must be at least 1"),
        (lambda: xb.HistogramBinning(strategy="mass").fit([0.0, 1.0], [0, 1]), ValueError, "`strategy` must be one of"),
    ],
)  # fmt: skip
def test_bad_input_is_an_error_at_the_door(call, error, message):
    with pytest.raises(error, match=message):
        call()


# -- what the chapter says of chance, and its verdicts ----------------------------------------------------------------


@pytest.mark.identity("eq-chance-error")
@pytest.mark.parametrize(("n", "n_bins"), [(400, 5), (1600, 15), (3000, 10)])
def test_a_calibrated_forecaster_has_the_error_that_chance_predicts(n, n_bins):
    rng = np.random.default_rng(n)
    p = rng.beta(1.0, 1.4, size=n)
    b = np.ceil(p * n_bins).astype(int) - 1
    share_times_v = np.bincount(b, p * (1 - p), minlength=n_bins) / n
    predicted = math.sqrt(2 / (math.pi * n)) * np.sqrt(share_times_v).sum()
    draws = rng.random((400, n)) < p
    errors = [xb.expected_calibration_error(y.astype(int), p, n_bins=n_bins) for y in draws]
    assert np.mean(errors) == pytest.approx(predicted, rel=0.05)
    assert predicted <= math.sqrt(2 * n_bins * np.mean(p * (1 - p)) / (math.pi * n))


@pytest.mark.claim(21)
def test_binned_error_of_a_flawless_forecaster_is_positive_and_the_debiased_square_is_not():
    rng = np.random.default_rng(21)
    p = rng.random(300)
    draws = [(rng.random(300) < p).astype(int) for _ in range(500)]
    binned = [xb.expected_calibration_error(y, p, n_bins=15) for y in draws]
    fair = np.array([xb.debiased_calibration_error(y, p, n_bins=15, squared=True) for y in draws])
    assert min(binned) > 0 and np.mean(binned) > 0.05
    assert abs(fair.mean()) < 4 * fair.std() / math.sqrt(fair.size)


@pytest.mark.claim(21)
def test_the_binned_error_of_one_flawless_forecaster_depends_on_bins_and_on_cases():
    rng = np.random.default_rng(22)

    def mean_error(n, n_bins):
        forecasts = rng.random((200, n))
        return np.mean(
            [xb.expected_calibration_error((rng.random(n) < p).astype(int), p, n_bins=n_bins) for p in forecasts]
        )

    assert mean_error(300, 40) > 1.5 * mean_error(300, 10) > 2 * mean_error(1200, 10)


@pytest.mark.claim(22)
def test_log_loss_may_order_two_forecasters_one_way_and_calibration_the_other():
    # Exact populations: of four kinds of cases with equal weight, 5 %, 5 %, 95 % and 95 % come true.
    truth = np.repeat([0.05, 0.05, 0.95, 0.95], 100)
    y = np.concatenate([np.arange(100) < 100 * share - 1e-9 for share in (0.05, 0.05, 0.95, 0.95)]).astype(int)
    knows, lazy = np.where(truth > 0.5, 0.8, 0.2), np.full(400, 0.5)
    assert xb.log_loss(y, knows) < xb.log_loss(y, lazy) == pytest.approx(math.log(2))
    assert xb.expected_calibration_error(y, knows) == pytest.approx(0.15)
    assert xb.expected_calibration_error(y, lazy) == pytest.approx(0, abs=1e-12)
    # Miscalibration is one term of the loss: to say the share that came true instead saves just that KL divergence.
    saved = xb.log_loss(y, knows) - xb.log_loss(y, truth)
    assert saved == pytest.approx(xb.kl_divergence([0.05, 0.95], [0.2, 0.8], base=np.e)) and saved > 0


@pytest.mark.identity("eq-loss-split")
@pytest.mark.claim(13)
@settings(deadline=None, max_examples=40)
@given(seeds)
def test_a_forecaster_is_calibrated_just_where_no_function_of_its_output_lowers_the_expected_loss(seed):
    rng = np.random.default_rng(seed)
    share, came = (
        rng.dirichlet(np.ones(6)),
        rng.uniform(0.01, 0.99, size=6),
    )  # of the cases that get each of six forecasts

    def expected(q):
        return share @ -(came * np.log(q) + (1 - came) * np.log(1 - q))

    said, other = rng.uniform(0.01, 0.99, size=(2, 6))
    assert expected(other) > expected(came)  # the calibrated one cannot be mended by another word for each forecast
    lost = share @ [xb.kl_divergence([r, 1 - r], [q, 1 - q], base=np.e) for r, q in zip(came, said, strict=True)]
    assert expected(said) - expected(came) == pytest.approx(lost, rel=1e-9) and lost > 0  # any other can, by this


@pytest.mark.claim(13)
def test_training_cross_entropy_to_zero_leaves_a_model_too_sure_of_new_cases():
    rng = np.random.default_rng(13)
    weights = np.r_[1.5, -1.0, np.zeros(38)]
    X, new = rng.normal(size=(60, 40)), rng.normal(size=(20_000, 40))
    y = (rng.random(60) < xb.sigmoid(X @ weights)).astype(int)
    came = (rng.random(20_000) < xb.sigmoid(new @ weights)).astype(int)

    def fitted(l2):
        model = xb.LogisticRegression(l2=l2).fit(X, y)
        z = model.decision_function(new)
        return xb.binary_cross_entropy(y, logits=model.decision_function(X)), z

    losses, z = zip(*(fitted(l2) for l2 in (10.0, 0.1, 1e-3)), strict=True)
    assert losses[0] > losses[1] > losses[2] and losses[2] < 0.01
    test = [xb.binary_cross_entropy(came, logits=score) for score in z]
    gap = [np.mean(xb.sigmoid(np.abs(score))) - np.mean((score > 0) == came) for score in z]
    assert test[2] > test[1] > test[0] and gap[2] > gap[1] > gap[0]
    assert gap[2] > 0.15
    truth = xb.sigmoid(new @ weights)  # a right model that has learned all there is keeps its word
    assert xb.debiased_calibration_error(came, truth) < 0.02


def test_two_bins_of_equal_counts_meet_at_the_median():
    p = np.array([0.05, 0.1, 0.2, 0.3])
    curve = xb.reliability_curve([0, 1, 0, 1], p, n_bins=2, strategy="quantile")
    assert curve.edges.tolist() == [0, 0.1, 1] and curve.count.tolist() == [2, 2]
