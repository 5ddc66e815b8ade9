"""Scores, the parts they are made of, and which losses make the truth the best bet."""

import math
import warnings
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

import xentbook as xb
from xentbook._forecasts import bin_of, edges_of

TENTHS = np.array([k / 10 for k in range(11)])
seeds = st.integers(0, 10_000)


def binary(seed, n=80, *, decimals=None):
    rng = np.random.default_rng(seed)
    p = rng.beta(0.7, 0.9, size=n)
    y = (rng.random(n) < p**1.3).astype(int)
    y[:2] = [0, 1]
    return y, p if decimals is None else np.round(p, decimals)


def many(seed, n=50, k=4):
    rng = np.random.default_rng(seed)
    return rng.integers(k, size=n), rng.dirichlet(np.ones(k), size=n)


# -- closed forms


def test_scores_of_one_forecast_by_hand():
    assert xb.brier_score([1], [0.25]) == 0.5625
    assert xb.brier_score([0], [[0.5, 0.25, 0.25]]) == 0.375
    assert xb.log_loss([1], [0.25]) == math.log(4)
    assert xb.log_loss([2], [[0.5, 0.25, 0.25]]) == math.log(4)
    assert xb.spherical_score([1], [0.6]) == pytest.approx(0.6 / math.hypot(0.6, 0.4), rel=1e-15, abs=0)
    assert xb.spherical_score([0], [[0.6, 0.0, 0.4]]) == pytest.approx(0.6 / math.hypot(0.6, 0.4), rel=1e-15, abs=0)


def test_two_columns_cost_twice_the_brier_score_of_one():
    y, p = binary(0)
    both = np.stack([1 - p, p], axis=1)
    assert xb.brier_score(y, both) == pytest.approx(2 * xb.brier_score(y, p), rel=1e-14, abs=0)
    assert xb.log_loss(y, both) == pytest.approx(xb.log_loss(y, p), rel=1e-13, abs=0)
    assert xb.spherical_score(y, both) == pytest.approx(xb.spherical_score(y, p), rel=1e-14, abs=0)


def test_a_soft_outcome_is_a_share_of_ones():
    assert xb.log_loss([0.25], [0.4]) == pytest.approx(0.25 * xb.log_loss([1], [0.4]) + 0.75 * xb.log_loss([0], [0.4]))
    assert xb.brier_score([0.25], [0.75]) == 0.25


# -- identities


@pytest.mark.identity("eq-brier-decomposition")
@settings(deadline=None, max_examples=60)
@given(seeds, st.sampled_from([None, 1, 2]), st.booleans())
def test_reliability_less_resolution_plus_uncertainty_is_the_brier_score(seed, decimals, weighted):
    y, p = binary(seed, decimals=decimals)
    w = np.random.default_rng(seed).uniform(0, 2, size=y.size) if weighted else None
    reliability, resolution, uncertainty = xb.brier_decomposition(y, p, sample_weight=w)
    assert min(reliability, resolution, uncertainty) >= 0
    assert reliability - resolution + uncertainty == pytest.approx(xb.brier_score(y, p, sample_weight=w), abs=1e-14)


@settings(deadline=None, max_examples=60)
@given(seeds, st.integers(1, 20))
def test_binned_parts_are_those_of_the_forecasts_replaced_by_their_bins_mean(seed, n_bins):
    y, p = binary(seed)
    bins = np.ceil(p * n_bins).clip(1) - 1  # no forecast of this seed lies on an edge
    means = np.array([p[bins == b].mean() for b in bins])
    reliability, resolution, uncertainty = xb.brier_decomposition(y, p, n_bins=n_bins)
    assert reliability - resolution + uncertainty == pytest.approx(xb.brier_score(y, means), abs=1e-14)
    parts = xb.log_loss_decomposition(y, p, n_bins=n_bins)
    assert sum(parts) == pytest.approx(xb.log_loss(y, means), rel=1e-12, abs=0)
    assert min(parts) >= 0


@pytest.mark.identity("eq-log-loss-decomposition")
@settings(deadline=None, max_examples=60)
@given(seeds, st.sampled_from([1, 2]), st.booleans())
def test_calibration_refinement_and_irreducible_part_are_the_log_loss(seed, decimals, weighted):
    rng = np.random.default_rng(seed)
    y, p = binary(seed, decimals=decimals)
    p = p.clip(0.01, 0.99)
    w = rng.uniform(0, 2, size=y.size) if weighted else None
    groups = rng.integers(5, size=y.size)
    parts = xb.log_loss_decomposition(y, p, groups=groups, sample_weight=w)
    assert sum(parts) == pytest.approx(xb.log_loss(y, p, sample_weight=w), rel=1e-12, abs=0)
    coarse = xb.log_loss_decomposition(y, p, sample_weight=w)
    assert coarse.refinement == 0
    assert coarse.calibration == parts.calibration
    assert coarse.irreducible == pytest.approx(parts.refinement + parts.irreducible, rel=1e-12, abs=1e-15)


def test_parts_of_the_log_loss_in_fractions():
    y, p, groups = [0, 1, 1, 1, 0, 1], [0.25, 0.25, 0.75, 0.75, 0.75, 0.75], list("aabbcc")
    cells = [(Fraction(2, 6), Fraction(1, 2)), (Fraction(2, 6), Fraction(1)), (Fraction(2, 6), Fraction(1, 2))]
    entropy = sum(float(n) * -sum(float(q) * math.log(q) for q in (came, 1 - came) if q) for n, came in cells)
    calibration = 2 / 6 * (0.5 * math.log(0.5 / 0.25) + 0.5 * math.log(0.5 / 0.75))
    refinement = 2 / 6 * math.log(1 / 0.75) + 2 / 6 * (0.5 * math.log(0.5 / 0.75) + 0.5 * math.log(0.5 / 0.25))
    parts = xb.log_loss_decomposition(y, p, groups=groups)
    assert parts == pytest.approx((calibration, refinement, entropy), rel=1e-14, abs=1e-16)


def test_a_recalibrated_forecast_loses_its_reliability_part_alone():
    y, p = binary(3, n=400, decimals=1)
    shares = np.array([y[p == value].mean() for value in p])
    before, after = xb.brier_decomposition(y, p), xb.brier_decomposition(y, shares)
    assert after.reliability == pytest.approx(0, abs=1e-16)
    assert after.uncertainty == before.uncertainty
    assert xb.brier_score(y, shares) == pytest.approx(xb.brier_score(y, p) - before.reliability, abs=1e-14)


# -- limits


def test_what_had_probability_zero_and_came_costs_infinity():
    assert xb.log_loss([1, 0], [0.0, 0.5]) == math.inf
    assert xb.log_loss([0], [[0.0, 1.0]]) == math.inf
    assert xb.log_loss_decomposition([1, 0], [0.0, 0.5]).calibration == math.inf
    assert xb.log_loss([0, 1], [0.0, 1.0]) == 0
    assert xb.log_loss_decomposition([0, 1], [0.0, 1.0]) == (0, 0, 0)


def test_a_tiny_log_loss_keeps_its_digits():
    assert xb.log_loss([0], [1e-20]) == pytest.approx(1e-20, rel=1e-12, abs=0)


def test_multiples_of_a_tenth_lie_in_the_bin_that_ends_there_in_both_precisions():
    wanted = [0, *range(10)]
    for dtype in (np.float64, np.float32):
        p = TENTHS.astype(dtype)
        assert bin_of(p, edges_of(10, dtype)).tolist() == wanted
        above = np.nextafter(p, dtype(2))
        assert bin_of(above[:-1], edges_of(10, dtype)).tolist() == list(range(10))


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 200), st.integers(0, 200))
def test_every_fraction_lies_in_the_bin_that_ends_there(n_bins, k):
    k = min(k, n_bins)
    assert bin_of(np.array([k / n_bins]), edges_of(n_bins))[0] == max(k - 1, 0)


@pytest.mark.parametrize("n_bins", [None, 1, 7])
def test_means_of_a_bin_never_leave_the_range_of_its_members(n_bins):
    rng = np.random.default_rng(0)
    for p in (1.0, 1 - 2.0**-53, 0.0, 5e-324, 0.1):
        weight = rng.random(501) * 10.0 ** rng.uniform(-9, 9, 501)
        y = np.full(501, round(p))
        parts = xb.brier_decomposition(y, np.full(501, p), n_bins=n_bins, sample_weight=weight)
        assert parts.uncertainty == pytest.approx(0, abs=1e-15) and parts.uncertainty >= 0
        parts = xb.log_loss_decomposition(y, np.full(501, p), n_bins=n_bins, sample_weight=weight)
        assert parts.calibration == pytest.approx(-np.log1p(-p) if p < 0.5 else -np.log(p), rel=1e-9, abs=1e-15)


def test_a_sample_without_weight_does_not_count():
    y, p = binary(5)
    w = np.ones(y.size)
    w[-20:] = 0
    for score in (xb.brier_score, xb.log_loss, xb.spherical_score):
        assert score(y, p, sample_weight=w) == pytest.approx(score(y[:-20], p[:-20]), rel=1e-14, abs=0)
    for parts in (xb.brier_decomposition, xb.log_loss_decomposition):
        assert parts(y, p, n_bins=7, sample_weight=w) == pytest.approx(parts(y[:-20], p[:-20], n_bins=7), abs=1e-14)


def test_sums_of_float32_are_taken_in_float64():
    rng = np.random.default_rng(1)
    p = rng.random(2_000_000, dtype=np.float32)
    y = (rng.random(p.size) < p).astype(int)
    assert xb.brier_score(y, p) == pytest.approx(xb.brier_score(y, p.astype(float)), rel=1e-7, abs=0)
    single = xb.brier_decomposition(y, p, n_bins=10)
    double = xb.brier_decomposition(y, p.astype(float), n_bins=10)
    assert single == pytest.approx(double, rel=1e-6, abs=1e-9)


def quietly(f):
    def loss(y, q):
        with np.errstate(all="ignore"):
            return f(q)

    return loss


# -- properness


PROPER = {
    "brier": lambda y, q: (q - y) ** 2,
    "log": lambda y, q: xb.binary_cross_entropy(y, probs=q, reduction="none"),
    "spherical": lambda y, q: 1 - np.where(y == 1, q, 1 - q) / np.hypot(q, 1 - q),
}


@pytest.mark.identity("eq-first-order")
@pytest.mark.parametrize(
    ("loss", "slope", "fits"),
    [
        (lambda q: -np.log(q), lambda q: -1 / q, True),
        (lambda q: (1 - q) ** 2, lambda q: -2 * (1 - q), True),
        (lambda q: 1 - q, lambda q: -1 + 0 * q, False),
        (lambda q: (1 - q) ** 4, lambda q: -4 * (1 - q) ** 3, False),
    ],
    ids=["log", "square", "distance", "fourth power"],
)
def test_where_the_two_slopes_cancel_at_the_belief_the_belief_is_the_best_announcement(loss, slope, fits):
    p = np.delete(np.arange(1, 100) / 100, 49)  # at one half they cancel by symmetry
    assert slope(p) == pytest.approx((loss(p + 1e-6) - loss(p - 1e-6)) / 2e-6, rel=1e-6)
    cancel = np.isclose(p * slope(p), (1 - p) * slope(1 - p), rtol=1e-12)
    assert cancel.all() == cancel.any() == fits
    with np.errstate(divide="ignore"):
        found = xb.is_proper(lambda y, q: loss(np.where(y == 1, q, 1 - q)), truths=p)
    assert (np.abs(found.minimizers - p) < 1e-6).all() == fits


@pytest.mark.identity("eq-proper")
@pytest.mark.parametrize("name", PROPER)
def test_brier_log_and_spherical_scores_are_strictly_proper(name):
    found = xb.is_proper(PROPER[name])
    assert found and found.proper and found.strictly_proper
    assert found.minimizers == pytest.approx(found.truths, abs=1e-12)
    assert found.regrets.max() <= 1e-12


def test_the_scores_of_this_module_are_the_losses_tested():
    y, q = np.array([1, 0]), np.array([0.3, 0.8])
    assert np.mean(PROPER["brier"](y, q)) == pytest.approx(xb.brier_score(y, q), rel=1e-15, abs=0)
    assert np.mean(PROPER["log"](y, q)) == pytest.approx(xb.log_loss(y, q), rel=1e-15, abs=0)
    assert np.mean(PROPER["spherical"](y, q)) == pytest.approx(1 - xb.spherical_score(y, q), rel=1e-14, abs=0)


def test_absolute_error_is_least_at_certainty():
    found = xb.is_proper(lambda y, q: np.abs(q - y))
    assert not found and not found.strictly_proper
    off = found.truths != 0.5
    assert found.minimizers[off] == pytest.approx((found.truths[off] > 0.5).astype(float), abs=1e-12)
    assert found.regrets == pytest.approx(
        2 * found.truths * (1 - found.truths) - np.minimum(found.truths, 1 - found.truths), abs=1e-12
    )


def test_label_smoothing_is_least_at_the_smoothed_truth():
    found = xb.is_proper(
        lambda y, q: xb.binary_cross_entropy(y, probs=q, label_smoothing=0.2, reduction="none"), truths=[0.1, 0.5, 0.9]
    )
    assert not found.proper
    assert found.minimizers == pytest.approx([0.18, 0.5, 0.82], abs=1e-7)


def test_focal_loss_is_least_short_of_the_truth():
    found = xb.is_proper(
        lambda y, q: xb.focal_loss(y, probs=np.stack([1 - q, q], axis=1), reduction="none"), truths=[0.2, 0.7, 0.9]
    )
    assert not found.proper
    assert (np.abs(found.minimizers - 0.5) < np.abs(found.truths - 0.5)).all()
    for p, q in zip(found.truths, found.minimizers, strict=True):  # the derivative vanishes there
        slope = p * (2 * (1 - q) * math.log(q) - (1 - q) ** 2 / q) - (1 - p) * (
            2 * q * math.log(1 - q) - q**2 / (1 - q)
        )
        assert slope == pytest.approx(0, abs=1e-6)


SCORES = {
    "brier": xb.brier_score,
    "log": xb.log_loss,
    "spherical": lambda y, q: 1 - xb.spherical_score(y, q),
}


def expected(name, p, q):
    """What announcing the row `q` costs on average if the classes come from `p`."""
    return sum(p[k] * SCORES[name]([k], [q]) for k in range(len(p)) if p[k] > 0)


def beliefs(seed):
    rng = np.random.default_rng(seed)
    return rng.dirichlet(np.ones(rng.integers(2, 7)), size=2)


@pytest.mark.identity("eq-brier")
@settings(deadline=None, max_examples=60)
@given(seeds)
def test_dishonesty_costs_the_squared_distance_under_the_brier_score(seed):
    p, q = beliefs(seed)
    assert expected("brier", p, q) == pytest.approx(np.sum((q - p) ** 2) + 1 - np.sum(p**2), rel=1e-12)
    for k in range(len(q)):
        assert xb.brier_score([k], [q]) == pytest.approx(np.sum(q**2) - 2 * q[k] + 1, rel=1e-12, abs=1e-15)


@pytest.mark.identity("eq-log-score")
@settings(deadline=None, max_examples=60)
@given(seeds)
def test_dishonesty_costs_the_divergence_under_the_log_loss(seed):
    p, q = beliefs(seed)
    honest = xb.entropy(p, base=math.e)
    assert expected("log", p, q) == pytest.approx(honest + xb.kl_divergence(p, q, base=math.e), rel=1e-12)
    assert expected("log", p, p) == pytest.approx(honest, rel=1e-12) and expected("log", p, q) > honest


@pytest.mark.identity("eq-spherical")
@settings(deadline=None, max_examples=60)
@given(seeds)
def test_dishonesty_costs_the_angle_under_the_spherical_loss(seed):
    p, q = beliefs(seed)
    length = np.linalg.norm
    cosine = p @ q / (length(p) * length(q))
    assert expected("spherical", p, q) - expected("spherical", p, p) == pytest.approx(
        length(p) * (1 - cosine), abs=1e-12
    )
    assert expected("spherical", p, p) == pytest.approx(1 - length(p), abs=1e-12)
    for k in range(len(q)):
        assert xb.spherical_score([k], [q]) == pytest.approx(q[k] / length(q), rel=1e-12, abs=1e-300)


@pytest.mark.identity("eq-brier", "eq-log-score", "eq-spherical")
@settings(deadline=None, max_examples=60)
@given(st.floats(0.001, 0.999), st.integers(0, 1))
def test_one_output_is_two_classes_and_half_of_the_brier_score(q, y):
    row = [[1 - q, q]]
    assert xb.brier_score([y], [q]) == pytest.approx(xb.brier_score([y], row) / 2, rel=1e-12)
    assert xb.log_loss([y], [q]) == pytest.approx(xb.log_loss([y], row), rel=1e-12)
    assert xb.spherical_score([y], [q]) == pytest.approx(xb.spherical_score([y], row), rel=1e-12)


@pytest.mark.slow
@pytest.mark.identity("eq-tangent")
@settings(deadline=None, max_examples=40)
@given(seeds)
def test_the_tangents_of_any_concave_function_make_a_proper_loss(seed):
    a, b, c, d = np.random.default_rng(seed).uniform(0.1, 2, size=4)

    def arch(p):  # a sum of concave functions of many shapes
        return a * p * (1 - p) + b * xb.entropy(np.stack([p, 1 - p], -1), base=math.e) - c * p**4 - d * np.exp(p)

    def slope(p):
        return a * (1 - 2 * p) + b * (np.log1p(-p) - np.log(p)) - 4 * c * p**3 - d * np.exp(p)

    def loss(y, q):
        with np.errstate(all="ignore"):
            paid = np.where(y == 1, arch(q) + (1 - q) * slope(q), arch(q) - q * slope(q))
        return np.where(np.isfinite(paid), paid, np.inf)

    assert xb.is_proper(loss, truths=np.arange(1, 20) / 20).strictly_proper
    p, q = np.random.default_rng(seed).uniform(0.01, 0.99, size=2)
    paid = p * loss(np.array([1]), np.array([q]))[0] + (1 - p) * loss(np.array([0]), np.array([q]))[0]
    assert paid == pytest.approx(float(arch(np.array(q)) + (p - q) * slope(q)), rel=1e-12, abs=1e-12)


def test_an_arch_with_a_hollow_makes_no_proper_loss():
    def loss(y, q):
        arch, slope = q * (1 - q) ** 2, (1 - q) * (1 - 3 * q)
        return np.where(y == 1, arch + (1 - q) * slope, arch - q * slope)

    found = xb.is_proper(loss)
    assert (found.regrets > 1e-9).all()


@pytest.mark.identity("eq-score-weight")
@pytest.mark.parametrize(
    ("name", "weight"),
    [
        ("brier", lambda p: 2.0),
        ("log", lambda p: 1 / (p * (1 - p))),
        ("spherical", lambda p: (p**2 + (1 - p) ** 2) ** -1.5),
    ],
)
@pytest.mark.parametrize("p", [0.03, 0.4, 0.5, 0.9, 0.99])
def test_a_lie_costs_half_its_square_times_the_weight_at_a_point_between(name, weight, p):
    for q in (p - 0.02, p + 0.005, p + 0.0099):
        paid = [t * PROPER[name](np.array([1]),
                                 np.array([s]))[0] + (1 - t) * PROPER[name](np.array([0]), np.array([s]))[0]
                for t, s in ((p, q), (p, p))]  # fmt: skip
        between = [0.5 * weight(x) * (q - p) ** 2 for x in np.linspace(p, q, 101)]
        assert min(between) * (1 - 1e-9) - 1e-15 <= paid[0] - paid[1] <= max(between) * (1 + 1e-9) + 1e-15


@pytest.mark.identity("eq-local")
def test_of_the_functions_of_the_label_s_probability_the_logarithm_alone_is_proper_for_three_classes():
    p = np.array([0.6, 0.3, 0.1])
    slopes = {"log": lambda x: -1 / x, "square": lambda x: -2 * (1 - x), "power": lambda x: -(x**-0.5)}
    level = {name: p * slope(p) for name, slope in slopes.items()}
    assert np.ptp(level["log"]) < 1e-15 and min(np.ptp(level["square"]), np.ptp(level["power"])) > 0.1
    rng = np.random.default_rng(0)
    other = rng.dirichlet(20 * p, size=4000)
    assert (p @ -np.log(other).T).min() >= p @ -np.log(p) - 1e-15
    for f in (lambda x: (1 - x) ** 2, lambda x: -2 * np.sqrt(x)):
        assert (p @ f(other).T).min() < p @ f(p) - 1e-3
    # with two classes the square of what is missing is proper: the Brier score of one output
    assert xb.is_proper(lambda y, q: (1 - np.where(y == 1, q, 1 - q)) ** 2).strictly_proper


@pytest.mark.identity("eq-tempered")
@pytest.mark.parametrize("temperature", [0.5, 2.0, 3.0])
def test_a_tempered_forecast_asks_for_the_power_of_the_truth(temperature):
    def loss(y, q):
        return xb.binary_cross_entropy(y, logits=xb.logit(q) / temperature, reduction="none")

    found = xb.is_proper(loss, truths=[0.2, 0.5, 0.7, 0.9])
    p = found.truths
    assert found.minimizers == pytest.approx(p**temperature / (p**temperature + (1 - p) ** temperature), abs=1e-6)
    assert not found.proper


@pytest.mark.identity("eq-focal-odds")
def test_what_focal_loss_says_is_less_than_it_means_by_a_known_factor():
    found = xb.is_proper(lambda y, q: xb.focal_loss(y, probs=q, reduction="none"), truths=[0.55, 0.7, 0.9, 0.97])
    p, q = found.truths, found.minimizers

    def g(q):
        return (1 - q) ** 2 / q - 2 * (1 - q) * np.log(q)

    assert p / (1 - p) / (q / (1 - q)) == pytest.approx((1 - q) * g(1 - q) / (q * g(q)), rel=1e-5)
    assert (1 - q) * g(1 - q) - q * g(q) == pytest.approx(2 * q - 1 + 2 * q * (1 - q) * np.log(q / (1 - q)), rel=1e-12)
    assert (q > 0.5).all() and (q < p).all()


@pytest.mark.claim(20)
def test_the_brier_score_is_strictly_proper_and_bounded_and_log_loss_punishes_extreme_errors_more():
    y, q = np.array([0, 1, 1, 0]), np.array([0.3, 0.6, 1.0, 0.99])
    assert xb.brier_score(y, q) == pytest.approx(np.mean((q - y) ** 2), rel=1e-15)
    assert xb.is_proper(PROPER["brier"]).strictly_proper
    kept = xb.brier_score([0, 0, 0, 1], [0.25] * 4)  # calibrated: no other single number has a smaller squared error
    assert all(xb.brier_score([0, 0, 0, 1], [s] * 4) > kept for s in (0.0, 0.2, 0.249, 0.251, 0.3, 1.0))
    log, brier = xb.log_loss([0], [0.99]), xb.brier_score([0], [0.99])
    assert (round(log, 3), round(brier, 4)) == (4.605, 0.9801)
    assert (round(log / math.log(2), 3), round(brier / 0.25, 3)) == (6.644, 3.920)
    assert xb.brier_score([0], [1.0]) == 1 and xb.log_loss([0], [1.0]) == math.inf
    extreme, moderate = np.linspace(0.888, 0.9999, 200), np.linspace(0.501, 0.886, 200)
    assert all(xb.log_loss([0], [s]) / math.log(2) > xb.brier_score([0], [s]) / 0.25 for s in extreme)
    assert all(xb.log_loss([0], [s]) / math.log(2) < xb.brier_score([0], [s]) / 0.25 for s in moderate)


@pytest.mark.parametrize("truth", [0.0, 1.0, -0.1])
def test_a_truth_that_is_certain_asks_for_no_forecast(truth):
    with pytest.raises(ValueError, match=r"`truths` must lie in \(0, 1\); got"):
        xb.is_proper(lambda y, q: (y - q) ** 2, truths=[0.5, truth])


@pytest.mark.parametrize("half, strictly", [(0.009, True), (0.015, False), (0.1, False)])
def test_a_plateau_of_forecasts_as_good_as_the_truth_is_seen_from_a_hundredth_on(half, strictly):
    def loss(y, q):
        return (y - np.where(np.abs(q - 0.5) < half, 0.5, q)) ** 2

    assert xb.is_proper(loss, truths=[0.5]).proper
    assert xb.is_proper(loss, truths=[0.5]).strictly_proper is strictly


def test_counting_errors_is_proper_but_not_strictly():
    found = xb.is_proper(lambda y, q: np.where(q > 0.5, y == 0, y == 1).astype(float), truths=[0.2, 0.9])
    assert found.proper and not found.strictly_proper


def test_a_loss_that_is_always_the_same_is_proper_and_worthless():
    found = xb.is_proper(lambda y, q: np.zeros(q.size))
    assert found.proper and not found.strictly_proper


def test_without_a_tolerance_a_truth_that_costs_no_more_than_the_least_is_still_a_minimiser():
    level = xb.is_proper(lambda y, q: np.ones(q.shape), truths=[0.25, 0.5], tol=0.0)
    assert level.proper and not level.strictly_proper and level.regrets.tolist() == [0.0, 0.0]
    assert level.minimizers.tolist() == level.truths.tolist() == [0.25, 0.5]


@pytest.mark.parametrize("low", [0.0, 1e-5, 0.3, 0.7777777, 1.0])
def test_the_minimiser_is_found_wherever_it_lies_and_its_regret_is_what_the_truth_costs_more(low):
    found = xb.is_proper(lambda y, q: (q - low) ** 2, truths=[0.5])
    assert found.minimizers[0] == pytest.approx(low, abs=1e-7)
    assert found.regrets[0] == pytest.approx((0.5 - low) ** 2, rel=1e-9) and not found.proper


@pytest.mark.parametrize("low", [0.5 + 3 * 2.0**-50, 0.3125 - 2.0**-51, 2.0**-6 + 3 * 2.0**-56, 0.75 + 2.0**-51])
def test_the_finest_grid_holds_the_multiples_of_2_to_the_minus_56(low):
    found = xb.is_proper(lambda y, q: np.abs(q - low), truths=[0.2])
    assert found.minimizers.tolist() == [low] and found.regrets[0] == pytest.approx(abs(0.2 - low))


def test_no_grid_is_finer_than_2_to_the_minus_56():
    found = xb.is_proper(lambda y, q: np.abs(q - 2.0**-6 - 2.0**-57), truths=[0.2])  # halfway between two of its points
    assert found.minimizers.tolist() == [2.0**-6]


def test_a_single_forecast_that_costs_less_than_the_truth_is_found_where_it_is_a_point_of_the_first_grid():
    for k in (1024, 2048, 3001):
        assert not xb.is_proper(lambda y, q, k=k: np.where(q == k / 4096, -1.0, (q - y) ** 2))


def test_the_forecast_0_is_a_hundredth_away_from_the_truth_of_a_hundredth():
    def flat(y, q):  # all forecasts up to a hundredth cost the same
        return (y - np.maximum(q, 0.01)) ** 2

    found = xb.is_proper(flat)
    assert found.proper and not found.strictly_proper


def test_a_small_error_in_a_proper_loss_is_found():
    assert not xb.is_proper(lambda y, q: (q - y) ** 2 + 1e-3 * q)


# -- scikit-learn


@settings(deadline=None, max_examples=40)
@given(seeds, st.booleans())
def test_scores_are_those_of_scikit_learn(seed, weighted):
    (y, p), (labels, table) = binary(seed), many(seed)
    for truth, forecast in ((y, p), (labels, table)):
        w = np.random.default_rng(seed).uniform(0.1, 2, size=len(truth)) if weighted else None
        classes = [0, 1] if forecast.ndim == 1 else list(range(4))
        theirs = metrics.log_loss(truth, forecast, labels=classes, sample_weight=w)
        assert xb.log_loss(truth, forecast, sample_weight=w) == pytest.approx(theirs, rel=1e-12, abs=0)
    assert xb.brier_score(y, p) == pytest.approx(metrics.brier_score_loss(y, p), rel=1e-13, abs=0)
    onehot = np.eye(4)[labels]
    assert xb.brier_score(labels, table) == pytest.approx(
        np.mean(np.sum((table - onehot) ** 2, axis=1)), rel=1e-13, abs=0
    )


# -- errors


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: xb.brier_score([], []), ValueError, "`y_prob` must not be empty"),
        (lambda: xb.brier_score([0, 1], [0.5]), ValueError, "`y_true` and `y_prob` must have the same shape"),
        (lambda: xb.brier_score([0, 1], [[0.5, 0.5]]), ValueError, "must have the same number of samples; got 2 and 1"),
        (lambda: xb.brier_score([0], [[0.5, 0.4]]), ValueError, "`y_prob` must sum to 1 along axis -1; got 0.9"),
        (lambda: xb.brier_score([0], [[[0.5, 0.5]]]), ValueError,
         r"must have the shape \(n,\) or \(n, K\); got \(1, 1, 2\)"),
        (lambda: xb.log_loss([0.5], [[0.5, 0.5]]), TypeError, "`y_true` must hold integers"),
        (lambda: xb.log_loss([2], [[0.5, 0.5]]), ValueError, "`y_true` must .*got 2"),
        (lambda: xb.log_loss([2], [0.5]), ValueError, r"`y_true` must lie in \[0, 1\]; got 2"),
        (lambda: xb.log_loss([1], [1.2]), ValueError, r"`y_prob` must lie in \[0, 1\]; got 1.2"),
        (lambda: xb.log_loss([1], [math.nan]), ValueError, "`y_prob` must not contain NaN"),
        (lambda: xb.log_loss([1], [0.5], sample_weight=[0.0]), ValueError, "must not sum to 0"),
        (lambda: xb.spherical_score([1], [0.5], sample_weight=[-1]), ValueError,
         "`sample_weight` must not be negative"),
        (lambda: xb.brier_decomposition([0.5], [0.5], n_bins=10), ValueError, "`y_true` must be 0 or 1; got 0.5"),
        (lambda: xb.brier_decomposition([1], [0.5], n_bins=0), ValueError, "`n_bins` must be at least 1; got 0"),
        (lambda: xb.brier_decomposition([1], [0.5], n_bins=2.0), TypeError, "`n_bins` must be an integer"),
        (lambda: xb.brier_decomposition([0], [[0.5, 0.5]]), ValueError, "`y_prob` must have one dimension"),
        (lambda: xb.log_loss_decomposition([1], [0.5], groups=[1, 2]), ValueError,
         "`y_prob` and `groups` must have the same"),
        (lambda: xb.is_proper(0), TypeError, r"`loss` must be callable as loss\(y, q\); got int"),
        (lambda: xb.is_proper(lambda y, q: q, truths=[0.0]), ValueError, r"`truths` must lie in \(0, 1\); got 0"),
        (lambda: xb.is_proper(lambda y, q: q.mean()), ValueError, "must return one loss for each sample"),
        (lambda: xb.is_proper(lambda y, q: q * math.nan), ValueError, "must be a number or inf; got nan"),
        (lambda: xb.is_proper(quietly(np.log)), ValueError, "must be a number or inf; got -inf"),
    ],
)  # fmt: skip
def test_bad_input_is_an_error_at_the_door(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_inputs_are_left_as_they_were():
    y, p = binary(7)
    before = y.copy(), p.copy()
    xb.brier_score(y, p), xb.brier_decomposition(y, p, n_bins=5), xb.log_loss_decomposition(y, p, n_bins=5)
    labels, table = many(7)
    kept = table.copy()
    xb.brier_score(labels, table), xb.spherical_score(labels, table)
    assert (y == before[0]).all() and (p == before[1]).all() and (table == kept).all()


# -- weights of any scale, labels of any kind, forecasts of any precision


FORECASTS = np.array([[0.5, 0.25, 0.25], [0.125, 0.75, 0.125], [0.25, 0.25, 0.5], [0.5, 0.375, 0.125]])
LABELS = np.array([0, 1, 2, 1])
SCORED = {
    "brier": lambda y, p, **options: xb.brier_score(y, p, **options),
    "log": lambda y, p, **options: xb.log_loss(y, p, **options),
    "spherical": lambda y, p, **options: xb.spherical_score(y, p, **options),
    "brier parts": lambda y, p, **options: np.array(xb.brier_decomposition(y, p, **options)),
    "log parts": lambda y, p, **options: np.array(xb.log_loss_decomposition(y, p, n_bins=2, **options)),
}
OF_CLASSES = ("brier", "log", "spherical")


@pytest.mark.parametrize("factor", [2.0**-1000, 1e-170, 1e155, 1e308, 2.0**1000, math.exp(-700), math.exp(700)])
@pytest.mark.parametrize("name", SCORED)
def test_the_scale_of_the_weights_changes_no_score(name, factor):
    y, p, weight = [0, 1, 0, 1, 1], [0.2, 0.9, 0.4, 0.4, 0.7], np.array([0.5, 1.0, 0.75, 0.125, 1.0])
    expected = SCORED[name](y, p, sample_weight=weight)
    np.testing.assert_allclose(SCORED[name](y, p, sample_weight=weight * factor), expected, rtol=1e-13)
    if name in OF_CLASSES:
        expected = SCORED[name](LABELS, FORECASTS, sample_weight=weight[:4])
        np.testing.assert_allclose(
            SCORED[name](LABELS, FORECASTS, sample_weight=weight[:4] * factor), expected, rtol=1e-13
        )


def test_equal_weights_near_the_largest_number_leave_the_brier_score_as_it_is():
    assert xb.brier_score([0, 1], [0.2, 0.9], sample_weight=[1e308] * 2) == pytest.approx(0.025, rel=1e-15)


@pytest.mark.parametrize("kind", [np.float16, np.float32])
@pytest.mark.parametrize("name", OF_CLASSES)
def test_forecasts_in_low_precision_are_scored_as_they_are(name, kind):
    p = np.array([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1]], kind)
    wide = p.astype(np.float64)
    truth = {
        "brier": ((wide - np.eye(3)[[0, 1]]) ** 2).sum(axis=1).mean(),
        "log": -np.log(wide[[0, 1], [0, 1]]).mean(),
        "spherical": (wide[[0, 1], [0, 1]] / np.linalg.norm(wide, axis=1)).mean(),
    }
    assert SCORED[name]([0, 1], p) == pytest.approx(truth[name], rel=1e-14)


@pytest.mark.parametrize("name", SCORED)
def test_labels_of_any_kind_score_as_their_places(name):
    y, p = [0, 1, 0, 1, 1], [0.2, 0.9, 0.4, 0.4, 0.7]
    for labels in (["no", "yes"], [-1, 1], [7, 3]):
        named = SCORED[name]([labels[k] for k in y], p, labels=labels)
        np.testing.assert_array_equal(named, SCORED[name](y, p))
    if name in OF_CLASSES:
        named = SCORED[name](np.array(["c", "a", "b"])[LABELS], FORECASTS, labels=["c", "a", "b"])
        assert named == SCORED[name](LABELS, FORECASTS)


def test_named_labels_are_scored_as_in_scikit_learn():
    y = np.array(["a", "b", "c"])[LABELS]
    assert xb.log_loss(y, FORECASTS, labels=["a", "b", "c"]) == pytest.approx(
        metrics.log_loss(y, FORECASTS, labels=["a", "b", "c"]), rel=1e-14
    )


def test_a_warning_of_the_own_loss_reaches_its_author():
    with pytest.warns(UserWarning, match="mine"):
        xb.is_proper(lambda y, q: warnings.warn("mine", stacklevel=1) or (q - y) ** 2, truths=[0.5])
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        xb.is_proper(lambda y, q: -np.log(np.where(y == 1, q, 1 - q)), truths=[0.5])


def test_a_second_minimiser_is_seen_at_a_distance_of_one_hundredth_and_not_nearer():
    def flat(width):  # constant within `width` of one half, rising beyond
        return lambda y, q: (q - y) ** 2 - np.where(np.abs(q - 0.5) <= width, (q - 0.5) ** 2, 0.0)

    near, far = (xb.is_proper(flat(width), truths=[0.5]) for width in (0.008, 0.012))
    assert near.proper
    assert near.strictly_proper
    assert far.proper
    assert not far.strictly_proper
