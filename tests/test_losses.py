"""Losses keep every digit and every limit: against closed forms, mpmath at fifty digits, SciPy and scikit-learn."""

from __future__ import annotations

import re
import tracemalloc

import mpmath
import numpy as np
import pytest
import scipy.optimize
import scipy.special
import sklearn.metrics
from guards import ROOT, notebooks
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from xentbook.information import cross_entropy, entropy, kl_divergence
from xentbook.links import log_sigmoid, log_softmax, logit, logsumexp, sigmoid, softmax
from xentbook.losses import (
    absolute_error,
    binary_cross_entropy,
    categorical_cross_entropy,
    categorical_hinge,
    focal_loss,
    generalized_cross_entropy,
    hinge,
    sparse_categorical_cross_entropy,
    squared_error,
)

INF = float("inf")
NAN = float("nan")
LN2 = np.log(2.0)
TOLERANCE = {np.float64: 2e-13, np.float32: 1e-5}  # the accuracy that the package promises
GAPS = [-700.0, -345.6, -120.0, -88.0, -60.0, -20.0, -1.0, -1e-9, 0.0, 1e-9, 1.0, 20.0, 60.0, 88.0, 345.6, 700.0]
OF_LABELS = [squared_error, absolute_error, focal_loss, generalized_cross_entropy]
ENTROPIES = [binary_cross_entropy, categorical_cross_entropy, sparse_categorical_cross_entropy]

logit_rows = hnp.arrays(
    np.float64, hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=6), elements=st.floats(-1e3, 1e3)
)

# Where a test draws any number of classes, one among them.
any_number_of_classes = pytest.mark.filterwarnings("ignore:softmax over one output")


def one_hot(labels, n_classes):
    return np.eye(n_classes)[np.asarray(labels)]


def labels_for(z, data):
    return data.draw(hnp.arrays(np.intp, z.shape[:-1], elements=st.integers(0, z.shape[-1] - 1)))


def require_close(value, exact, kind):
    """Compare a float with an mpmath number; a subnormal one has no digits to promise."""
    tiny = float(np.finfo(kind).tiny)
    if abs(exact) < tiny:
        assert abs(float(value)) <= tiny
    elif exact > float(np.finfo(kind).max):
        assert value == INF
    else:
        assert abs(mpmath.mpf(float(value)) - exact) <= TOLERANCE[kind] * abs(exact), (value, exact)


def exact_surprise(row, t):
    """Return the loss of label t in mpmath, from the logits as stored."""
    z = [mpmath.mpf(float(value)) for value in row]
    return mpmath.log1p(mpmath.fsum(mpmath.exp(value - z[t]) for k, value in enumerate(z) if k != t))


def rows_of_every_scale(kind):
    """Return (logits, label) of every gap and scale: ordinary, shifted far away, one class dominant, tied."""
    rng = np.random.default_rng(7)
    rows = [(np.array([gap, 0.0]), t) for gap in GAPS for t in (0, 1)]
    rows += [(np.array([gap, 0.0, gap / 3, -gap]) + shift, 0) for gap in GAPS for shift in (-300.0, 0.0, 1000.0)]
    rows += [(rng.normal(size=k) * 10.0**s, int(rng.integers(k))) for k in (2, 3, 10, 40) for s in range(-9, 4)]
    rows += [(np.r_[gap, rng.normal(size=5000)], 0) for gap in (-80.0, 0.0, 40.0, 80.0)]
    return [(row.astype(kind), t) for row, t in rows]


# -- closed forms -------------------------------------------------------------------------------------------


@pytest.mark.claim(3)
def test_the_right_class_given_one_tenth_costs_more_than_given_nine_tenths():
    probs = [[0.9, 0.05, 0.05], [0.1, 0.8, 0.1]]
    losses = sparse_categorical_cross_entropy([0, 0], probs=probs, reduction="none")
    np.testing.assert_allclose(losses, [-np.log(0.9), -np.log(0.1)], rtol=1e-15)
    np.testing.assert_array_equal(categorical_cross_entropy([[1, 0, 0]] * 2, probs=probs, reduction="none"), losses)


@pytest.mark.claim(12)
def test_a_confident_mistake_costs_seven_and_a_half_times_a_doubtful_one():
    losses = binary_cross_entropy([1, 1], probs=[0.001, 0.4], reduction="none")
    assert losses.round(3).tolist() == [6.908, 0.916]
    assert losses[0] / losses[1] == pytest.approx(7.54, abs=0.005)


@pytest.mark.claim(15)
@pytest.mark.identity("eq-binary-cross-entropy")
def test_binary_cross_entropy_is_its_formula():
    y, p = np.array([0.0, 1.0, 0.25, 0.6]), np.array([0.3, 0.7, 0.5, 0.01])
    formula = -(y * np.log(p) + (1 - y) * np.log(1 - p))
    np.testing.assert_allclose(binary_cross_entropy(y, probs=p, reduction="none"), formula, rtol=1e-15)
    z = np.log(p / (1 - p))
    np.testing.assert_allclose(binary_cross_entropy(y, logits=z, reduction="none"), formula, rtol=1e-14)


@pytest.mark.claim(15)
@pytest.mark.identity("eq-categorical-cross-entropy")
def test_categorical_cross_entropy_is_its_formula():
    y = np.array([[0.2, 0.3, 0.5], [0.0, 1.0, 0.0]])
    p = np.array([[0.1, 0.6, 0.3], [0.25, 0.5, 0.25]])
    formula = -(y * np.log(p)).sum(axis=-1)
    np.testing.assert_allclose(categorical_cross_entropy(y, probs=p, reduction="none"), formula, rtol=1e-15)
    np.testing.assert_allclose(categorical_cross_entropy(y, logits=np.log(p), reduction="none"), formula, rtol=1e-14)


@any_number_of_classes
@pytest.mark.parametrize("n_classes", [1, 2, 10, 5000])
def test_ignorance_costs_the_logarithm_of_the_number_of_classes(n_classes):
    z = np.full((3, n_classes), 1.5)
    np.testing.assert_allclose(
        sparse_categorical_cross_entropy([0, n_classes // 2, n_classes - 1], logits=z), np.log(n_classes), rtol=1e-14
    )


def test_squared_and_absolute_error_of_numbers_and_of_probabilities():
    assert squared_error([1.0, 2.0, 4.0], [1.5, 2.0, 2.0], reduction="sum") == 4.25
    assert absolute_error([1.0, 2.0, 4.0], [1.5, 2.0, 2.0], reduction="sum") == 2.5
    np.testing.assert_allclose(squared_error([0, 1], probs=[0.25, 0.25], reduction="none"), [1 / 16, 9 / 16])
    np.testing.assert_allclose(absolute_error([0, 1], probs=[0.25, 0.25], reduction="none"), [0.25, 0.75])
    probs = [[0.5, 0.25, 0.25]]
    assert squared_error([0], probs=probs) == 0.25 + 2 / 16
    assert absolute_error([0], probs=probs) == 1.0


def test_hinge_is_the_shortfall_from_a_margin_of_one():
    np.testing.assert_array_equal(hinge([1, 1, 0, 0], [2.0, 0.5, -1.0, 9.0], reduction="none"), [0, 0.5, 0, 10])
    z = [[5.0, 1.0, 2.0], [1.5, 1.0, 0.0], [0.0, 1.0, 4.0]]
    np.testing.assert_array_equal(categorical_hinge([0, 0, 0], z, reduction="none"), [0.0, 0.5, 5.0])


def test_focal_loss_without_focus_and_generalized_at_zero_are_cross_entropy():
    z, y = np.array([[1.0, -2.0, 0.5], [60.0, 0.0, 0.0]]), [1, 0]
    expected = sparse_categorical_cross_entropy(y, logits=z, reduction="none")
    np.testing.assert_array_equal(focal_loss(y, logits=z, gamma=0, reduction="none"), expected)
    np.testing.assert_array_equal(generalized_cross_entropy(y, logits=z, q=0, reduction="none"), expected)
    np.testing.assert_allclose(generalized_cross_entropy(y, logits=z, q=1e-14, reduction="none"), expected, rtol=1e-12)


def test_generalized_cross_entropy_at_one_is_half_the_absolute_error():
    z, y = np.array([[1.0, -2.0, 0.5], [60.0, 0.0, 0.0]]), [1, 0]
    np.testing.assert_allclose(
        2 * generalized_cross_entropy(y, logits=z, q=1, reduction="none"),
        absolute_error(y, logits=z, reduction="none"),
        rtol=1e-15,
    )


# -- identities ---------------------------------------------------------------------------------------------


@any_number_of_classes
@pytest.mark.claim(15)
@pytest.mark.identity("eq-sparse-identity")
@settings(deadline=None, max_examples=60)
@given(logit_rows, st.data(), st.sampled_from([0.0, 0.1]))
def test_the_sparse_loss_is_the_categorical_loss_of_the_one_hot_label(z, data, smoothing):
    y = labels_for(z, data)
    weights = data.draw(hnp.arrays(np.float64, z.shape[-1], elements=st.floats(0.1, 5)))
    options = {"class_weight": weights, "label_smoothing": smoothing}
    for reduction in ("mean", "sum", "none"):
        np.testing.assert_allclose(
            sparse_categorical_cross_entropy(y, logits=z, reduction=reduction, **options),
            categorical_cross_entropy(one_hot(y, z.shape[-1]), logits=z, reduction=reduction, **options),
            rtol=1e-12,
        )


@pytest.mark.identity("eq-sparse-identity")
@settings(deadline=None, max_examples=60)
@given(st.integers(1, 6), st.integers(1, 8), st.integers(0, 2**32 - 1))
def test_from_probabilities_the_sparse_loss_is_minus_the_logarithm_of_one_of_them(n, n_classes, seed):
    rng = np.random.default_rng(seed)
    q, y = rng.dirichlet(np.full(n_classes, 0.3), size=n), rng.integers(n_classes, size=n)
    losses = sparse_categorical_cross_entropy(y, probs=q, reduction="none")
    with np.errstate(divide="ignore"):
        np.testing.assert_allclose(losses, -np.log([row[c] for row, c in zip(q, y, strict=True)]), rtol=1e-15)
    np.testing.assert_array_equal(losses, categorical_cross_entropy(one_hot(y, n_classes), probs=q, reduction="none"))


@settings(deadline=None, max_examples=60)
@given(hnp.arrays(np.float64, 5, elements=st.floats(-700, 700)))
def test_the_binary_loss_is_the_sparse_loss_of_two_classes(z):
    y = np.array([0, 1, 0, 1, 1])
    pairs = np.stack([np.zeros_like(z), z], axis=-1)
    np.testing.assert_allclose(
        binary_cross_entropy(y, logits=z, reduction="none"),
        sparse_categorical_cross_entropy(y, logits=pairs, reduction="none"),
        rtol=1e-13,
    )
    np.testing.assert_allclose(
        binary_cross_entropy(np.ones(5), logits=z, reduction="none"), -log_sigmoid(z), rtol=1e-15
    )


@any_number_of_classes
@settings(deadline=None, max_examples=60)
@given(logit_rows)
def test_the_loss_is_the_cross_entropy_of_information_theory_in_nats(z):
    target = softmax(z[::-1] / 100)
    loss = categorical_cross_entropy(target, logits=z / 100, reduction="none")
    np.testing.assert_allclose(loss, cross_entropy(target, softmax(z / 100), base=np.e), rtol=1e-11, atol=1e-13)


@any_number_of_classes
@settings(deadline=None, max_examples=60)
@given(logit_rows, st.floats(0, 1))
def test_label_smoothing_mixes_the_label_with_the_uniform_distribution(z, amount):
    n_classes = z.shape[-1]
    y = np.arange(len(z)) % n_classes
    smooth = (1 - amount) * one_hot(y, n_classes) + amount / n_classes
    expected = -(smooth * log_softmax(z)).sum(axis=-1)
    for loss, target in ((sparse_categorical_cross_entropy, y), (categorical_cross_entropy, one_hot(y, n_classes))):
        value = loss(target, logits=z, label_smoothing=amount, reduction="none")
        np.testing.assert_allclose(value, expected, rtol=1e-12, atol=1e-300)


@pytest.mark.identity("eq-binary-logit")
@settings(deadline=None, max_examples=60)
@given(st.floats(-700, 700), st.floats(-300, 300))
def test_the_prices_of_two_outcomes_are_softplus_of_one_logit(z, other):
    with mpmath.workdps(50):
        exact = [mpmath.log1p(mpmath.exp(-mpmath.mpf(z))), mpmath.log1p(mpmath.exp(mpmath.mpf(z)))]
        for y in (1, 0):
            require_close(binary_cross_entropy([y], logits=[z]), exact[1 - y], np.float64)
    # The softmax of two logits is the sigmoid of their difference, which is exact for these.
    z, other = np.round(z * 1024) / 1024, np.round(other * 1024) / 1024
    pair = softmax([other, other + z])
    np.testing.assert_allclose(pair, [sigmoid(-z), sigmoid(z)], rtol=2e-13)


@pytest.mark.identity("eq-shift-max")
@settings(deadline=None, max_examples=60)
@given(hnp.arrays(np.float64, 5, elements=st.floats(-1e3, 1e3)), st.floats(-1e3, 1e3))
def test_a_sum_of_exponentials_can_be_shifted_by_anything(z, m):
    with mpmath.workdps(60):
        direct = mpmath.log(mpmath.fsum(mpmath.exp(mpmath.mpf(v)) for v in z))
        for shift in (mpmath.mpf(m), mpmath.mpf(z.max())):
            shifted = shift + mpmath.log(mpmath.fsum(mpmath.exp(mpmath.mpf(v) - shift) for v in z))
            assert abs(shifted - direct) <= mpmath.mpf(10) ** -50 * max(1, abs(direct))
        assert abs(mpmath.mpf(float(logsumexp(z))) - direct) <= 2e-13 * max(1, np.abs(z).max())
    total = np.exp(z - z.max()).sum()
    assert 1 <= total <= 5


@pytest.mark.identity("eq-shift-target")
@settings(deadline=None, max_examples=60)
@given(hnp.arrays(np.float64, 4, elements=st.floats(-150, 150)), st.integers(0, 3))
def test_the_loss_is_log1p_of_the_odds_against_the_true_class(z, t):
    with mpmath.workdps(320):  # enough for 1 + exp(-600)
        weights = [mpmath.exp(mpmath.mpf(v)) for v in z]
        quotient = -mpmath.log(weights[t] / mpmath.fsum(weights))
        odds = mpmath.fsum(mpmath.exp(mpmath.mpf(v) - mpmath.mpf(z[t])) for k, v in enumerate(z) if k != t)
        assert abs(mpmath.log1p(odds) - quotient) <= mpmath.mpf(10) ** -30 * quotient
        require_close(sparse_categorical_cross_entropy(t, logits=z), quotient, np.float64)
        if odds < 1e300:
            require_close(np.log1p(np.exp(np.delete(z, t) - z[t]).sum()), quotient, np.float64)


@any_number_of_classes
@pytest.mark.identity("eq-label-smoothing")
@settings(deadline=None, max_examples=60)
@given(logit_rows, st.floats(0, 1), st.integers(0, 2**32 - 1))
def test_a_smoothed_loss_is_a_mixture_of_that_to_the_label_and_that_to_the_uniform_distribution(z, amount, seed):
    n, n_classes = z.shape
    y = np.random.default_rng(seed).dirichlet(np.ones(n_classes), size=n)
    to_label = categorical_cross_entropy(y, logits=z, reduction="none")
    to_uniform = categorical_cross_entropy(np.full((n, n_classes), 1 / n_classes), logits=z, reduction="none")
    smooth = categorical_cross_entropy(y, logits=z, label_smoothing=amount, reduction="none")
    np.testing.assert_allclose(smooth, (1 - amount) * to_label + amount * to_uniform, rtol=1e-12, atol=1e-300)
    information = cross_entropy((1 - amount) * y + amount / n_classes, softmax(z / 100), base=np.e)
    np.testing.assert_allclose(
        categorical_cross_entropy(y, logits=z / 100, label_smoothing=amount, reduction="none"), information, rtol=1e-11
    )


@pytest.mark.identity("eq-smoothing-gap")
@pytest.mark.parametrize("n_classes", [2, 10, 50257])
@pytest.mark.parametrize("amount", [0.01, 0.1, 0.5])
def test_a_smoothed_loss_is_least_at_the_entropy_of_the_smoothed_label(amount, n_classes):
    own, other = 1 - amount + amount / n_classes, amount / n_classes
    gap = np.log(own / other)
    assert gap == pytest.approx(np.log1p((1 - amount) * n_classes / amount), rel=1e-13)
    floor = -own * np.log(own) - (n_classes - 1) * other * np.log(other)

    def loss(z):
        return sparse_categorical_cross_entropy([0], logits=[z], label_smoothing=amount)

    at_gap = np.zeros(n_classes)
    at_gap[0] = gap
    assert loss(at_gap) == pytest.approx(floor, rel=1e-12)
    rng = np.random.default_rng(n_classes)
    for size in (1e-3, 0.1, 1.0, 10.0):
        assert loss(at_gap + size * rng.normal(size=n_classes)) > floor


def test_smoothed_binary_targets_move_towards_one_half():
    y, z = np.array([0.0, 1.0, 0.3]), np.array([0.5, 3.0, -40.0])
    smooth = 0.8 * y + 0.1
    np.testing.assert_allclose(
        binary_cross_entropy(y, logits=z, label_smoothing=0.2), binary_cross_entropy(smooth, logits=z), rtol=1e-14
    )
    assert binary_cross_entropy([1.0], logits=[0.0], label_smoothing=1.0) == pytest.approx(LN2)
    # A little smoothing of a certain answer is not lost in 1 - (1 - 5e-13).
    assert binary_cross_entropy([1.0], logits=[700.0], label_smoothing=1e-12) == pytest.approx(
        3.5e-10, rel=1e-13, abs=0
    )


@pytest.mark.parametrize("loss", OF_LABELS)
def test_two_classes_by_one_logit_and_by_two_agree(loss):
    z, y = np.array([-50.0, -1.0, 0.0, 2.0, 60.0]), np.array([0, 1, 1, 0, 1])
    one = loss(y, logits=z, reduction="none")
    two = loss(y, logits=np.stack([np.zeros(5), z], axis=-1), reduction="none")
    factor = 2.0 if loss in (squared_error, absolute_error) else 1.0  # K classes count each error twice
    np.testing.assert_allclose(two, factor * one, rtol=1e-13)


@pytest.mark.parametrize("loss", OF_LABELS)
def test_losses_from_probabilities_and_from_logits_agree(loss):
    z = np.random.default_rng(1).normal(size=(6, 4))
    y = [0, 1, 2, 3, 0, 1]
    np.testing.assert_allclose(loss(y, probs=softmax(z)), loss(y, logits=z), rtol=1e-13)
    binary = [0, 1, 1, 0, 0, 1]
    np.testing.assert_allclose(loss(binary, probs=sigmoid(z[:, 0])), loss(binary, logits=z[:, 0]), rtol=1e-13)


# -- the equations of chapter 10: what a loss charges, and what it asks for ----------------------------------


@pytest.mark.identity("eq-squared-error", "eq-absolute-error", "eq-focal-loss", "eq-generalised-cross-entropy")
def test_five_losses_are_their_formulas_of_the_probability_of_the_label():
    rng = np.random.default_rng(20)
    y, q = rng.integers(2, size=40), rng.random(40)
    own = np.where(y == 1, q, 1 - q)
    for loss, expected in [
        (squared_error, (1 - own) ** 2),
        (absolute_error, 1 - own),
        (focal_loss, -((1 - own) ** 2) * np.log(own)),
        (generalized_cross_entropy, (1 - own**0.7) / 0.7),
    ]:
        np.testing.assert_allclose(loss(y, probs=q, reduction="none"), expected, rtol=1e-13)
    np.testing.assert_allclose((q - y) ** 2, (1 - own) ** 2, rtol=1e-13)
    rows = rng.dirichlet(np.ones(5), size=40)
    gaps, own = rows - one_hot(y, 5), rows[np.arange(40), y]
    np.testing.assert_allclose(squared_error(y, probs=rows, reduction="none"), np.sum(gaps**2, axis=1), rtol=1e-13)
    np.testing.assert_allclose(absolute_error(y, probs=rows, reduction="none"), np.abs(gaps).sum(axis=1), rtol=1e-13)
    np.testing.assert_allclose(np.abs(gaps).sum(axis=1), 2 * (1 - own), rtol=1e-13)


@pytest.mark.identity("eq-kl-label")
def test_for_a_hard_label_the_divergence_is_the_cross_entropy_and_for_a_soft_one_it_lacks_the_entropy():
    rng = np.random.default_rng(21)
    q, soft = rng.dirichlet(np.ones(4), size=9), rng.dirichlet(np.ones(4), size=9)
    y = rng.integers(4, size=9)
    hard = sparse_categorical_cross_entropy(y, probs=q, reduction="none")
    np.testing.assert_allclose(kl_divergence(one_hot(y, 4), q, base=np.e), hard, rtol=1e-13)
    cross = categorical_cross_entropy(soft, probs=q, reduction="none")
    np.testing.assert_allclose(kl_divergence(soft, q, base=np.e), cross - entropy(soft, base=np.e), atol=1e-13)


@pytest.mark.identity("eq-hinge", "eq-categorical-hinge")
def test_both_hinges_are_their_formulas():
    rng = np.random.default_rng(22)
    y, z = rng.integers(2, size=30), rng.normal(size=30) * 2
    np.testing.assert_allclose(
        hinge(y, z, reduction="none"), [max(0, 1 - (2 * t - 1) * s) for t, s in zip(y, z, strict=True)]
    )
    y, z = rng.integers(4, size=30), rng.normal(size=(30, 4)) * 2
    expected = [max(0, 1 + np.delete(row, t).max() - row[t]) for t, row in zip(y, z, strict=True)]
    np.testing.assert_allclose(categorical_hinge(y, z, reduction="none"), expected)


def expected_price(loss, p, q):
    """Return the average price of each answer in q where label 1 has probability p."""
    heads, tails = (loss(np.full(q.size, y), probs=q, reduction="none") for y in (1, 0))
    return p * heads + (1 - p) * tails


ANSWERS = np.linspace(0, 1, 20_001)
TRUTHS = [0.03, 0.2, 0.45, 0.6, 0.7, 0.9]


def cheapest(loss, p):
    return ANSWERS[expected_price(loss, p, ANSWERS).argmin()]


@pytest.mark.claim(16)
@pytest.mark.parametrize("p", TRUTHS)
@pytest.mark.identity("eq-squared-minimiser")
def test_squared_error_asks_for_the_truth_and_charges_the_square_of_the_distance_beyond_the_variance(p):
    q = np.linspace(0, 1, 101)
    np.testing.assert_allclose(expected_price(squared_error, p, q), (q - p) ** 2 + p * (1 - p), atol=1e-15)
    assert cheapest(squared_error, p) == cheapest(binary_cross_entropy, p) == pytest.approx(p, abs=1e-12)
    scores = np.linspace(-2, 2, 401)  # without a sigmoid too
    price = p * (scores - 1) ** 2 + (1 - p) * scores**2
    np.testing.assert_allclose(price, (scores - p) ** 2 + p * (1 - p), atol=1e-14)


@pytest.mark.parametrize("p", TRUTHS)
@pytest.mark.identity("eq-absolute-minimiser")
def test_absolute_error_asks_which_side_is_likelier(p):
    q = np.linspace(0, 1, 101)
    np.testing.assert_allclose(expected_price(absolute_error, p, q), p + (1 - 2 * p) * q, atol=1e-15)
    assert cheapest(absolute_error, p) == (p > 0.5)


@pytest.mark.parametrize("p", TRUTHS)
@pytest.mark.parametrize("r", [0.2, 0.7])
@pytest.mark.identity("eq-generalised-minimiser")
def test_generalised_cross_entropy_stretches_the_log_odds(p, r):
    found = cheapest(lambda *args, **options: generalized_cross_entropy(*args, q=r, **options), p)
    assert found == pytest.approx(sigmoid(logit(p) / (1 - r)), abs=5e-5)


@pytest.mark.parametrize("p", TRUTHS)
@pytest.mark.parametrize("gamma", [1.0, 2.0, 5.0])
@pytest.mark.identity("eq-focal-minimiser")
def test_the_focal_loss_means_another_probability_than_it_says(p, gamma):
    def g(q):
        return (1 - q) ** gamma / q - gamma * (1 - q) ** (gamma - 1) * np.log(q)

    says = cheapest(lambda *args, **options: focal_loss(*args, gamma=gamma, **options), p)
    assert g(1 - says) / g(says) == pytest.approx(p / (1 - p), rel=2e-3)
    assert min(p, 0.5) < says < max(p, 0.5)  # less confident than the truth


@pytest.mark.parametrize("p", TRUTHS)
@pytest.mark.parametrize("amount", [0.1, 0.4])
@pytest.mark.identity("eq-smoothing-minimiser")
def test_smoothed_labels_ask_for_the_smoothed_truth(p, amount):
    found = cheapest(lambda *args, **options: binary_cross_entropy(*args, label_smoothing=amount, **options), p)
    assert found == pytest.approx((1 - amount) * p + amount / 2, abs=5e-5)


def test_smoothed_labels_of_several_classes_ask_for_the_smoothed_truth():
    rng = np.random.default_rng(23)
    truth = rng.dirichlet(np.ones(4))
    answer = 0.7 * truth + 0.3 / 4

    def price(q):
        rows = np.broadcast_to(q, (4, 4))
        return truth @ sparse_categorical_cross_entropy(range(4), probs=rows, label_smoothing=0.3, reduction="none")

    others = [price(0.999 * answer + 0.001 * other) for other in rng.dirichlet(np.ones(4), size=200)]
    assert price(answer) < min(others)


@pytest.mark.parametrize("p", TRUTHS)
@pytest.mark.identity("eq-hinge-minimiser")
def test_the_hinge_asks_for_a_side_and_says_nothing_of_how_likely_it_is(p):
    z = np.linspace(-3, 3, 601)
    heads, tails = (hinge(np.full(601, y), z, reduction="none") for y in (1, 0))
    price, inner = p * heads + (1 - p) * tails, np.abs(z) <= 1
    np.testing.assert_allclose(price[inner], 1 + (1 - 2 * p) * z[inner], atol=1e-14)
    assert z[price.argmin()] == pytest.approx(np.sign(2 * p - 1), abs=1e-12)


@settings(deadline=None, max_examples=60)
@given(
    hnp.arrays(np.float64, (5,), elements=st.floats(-5, 5)), hnp.arrays(np.float64, (5,), elements=st.floats(0.01, 1))
)
@pytest.mark.identity("eq-categorical-hinge-bound")
def test_without_a_majority_no_scores_are_better_than_silence_under_the_categorical_hinge(z, weights):
    p = weights / weights.sum()
    price = p @ categorical_hinge(range(5), np.broadcast_to(z, (5, 5)), reduction="none")
    second, first = np.sort(z)[-2:]
    assert price >= 1 + (1 - 2 * p[z.argmax()]) * (first - second) - 1e-12
    if p.max() <= 0.5:
        assert price >= p @ categorical_hinge(range(5), np.zeros((5, 5)), reduction="none") - 1e-12


@pytest.mark.identity("eq-symmetric-noise")
def test_labels_replaced_at_random_have_the_smoothed_truth_for_their_shares():
    rng = np.random.default_rng(24)
    truth, rate, n = rng.dirichlet(np.ones(4)), 0.4, 400_000
    labels = rng.choice(4, size=n, p=truth)
    labels = np.where(rng.random(n) < rate, rng.integers(4, size=n), labels)
    np.testing.assert_allclose(np.bincount(labels) / n, (1 - rate) * truth + rate / 4, atol=0.003)


@pytest.mark.identity("eq-symmetric-sum")
def test_the_absolute_errors_of_all_labels_have_a_sum_that_no_prediction_changes():
    q = np.random.default_rng(25).dirichlet(np.ones(6), size=20)
    total = sum(absolute_error(np.full(20, k), probs=q, reduction="none") for k in range(6))
    np.testing.assert_allclose(total, 2 * (6 - 1), rtol=1e-13)
    truth = np.random.default_rng(26).dirichlet(np.ones(6))
    prices = np.stack([absolute_error(np.full(20, k), probs=q, reduction="none") for k in range(6)])
    clean, noisy = truth @ prices, (0.6 * truth + 0.4 / 6) @ prices  # so noise scales and lifts the expected price
    np.testing.assert_allclose(noisy, 0.6 * clean + 0.4 / 6 * 2 * (6 - 1), rtol=1e-13)
    others = sum(generalized_cross_entropy(np.full(20, k), probs=q, reduction="none") for k in range(6))
    assert np.ptp(others) > 0.1  # generalised cross-entropy has it only nearly


# -- the verdicts of chapters 1, 6 and 10 --------------------------------------------------------------------


@pytest.mark.claim(3)
def test_for_a_certain_label_the_loss_is_the_logarithm_of_the_right_class_and_nothing_else_is_looked_at():
    label = np.tile([1.0, 0.0, 0.0], (4, 1))
    probs = [[1, 0, 0], [0.9, 0.05, 0.05], [0.1, 0.8, 0.1], [0.1, 0.45, 0.45]]
    losses = categorical_cross_entropy(label, probs=probs, reduction="none")
    assert losses[0] == 0 and losses.round(4).tolist() == [0, 0.1054, 2.3026, 2.3026]
    q = 10.0 ** -np.arange(9)
    losses = categorical_cross_entropy(
        label[:1].repeat(9, axis=0), probs=np.stack([q, 1 - q, 0 * q], axis=1), reduction="none"
    )
    np.testing.assert_allclose(np.diff(losses), np.log(10), rtol=1e-13)  # every further factor of ten


@pytest.mark.claim(3)
def test_for_a_label_that_is_a_coin_toss_a_perfect_prediction_costs_its_entropy_and_nothing_costs_less():
    coin = [[0.5, 0.5, 0.0]]
    assert categorical_cross_entropy(coin, probs=coin) == pytest.approx(LN2, rel=1e-15) == entropy(coin[0], base=np.e)
    others = np.random.default_rng(3).dirichlet(np.ones(3), size=500)
    assert categorical_cross_entropy(np.repeat(coin, 500, axis=0), probs=others, reduction="none").min() > LN2


@pytest.mark.claim(12)
def test_bounded_measures_hardly_tell_a_confident_mistake_from_a_doubtful_one():
    ones, probs = [1, 1], [0.001, 0.4]
    ratios = [np.divide(*loss(ones, probs=probs, reduction="none")) for loss in (absolute_error, squared_error)]
    assert np.round(ratios, 3).tolist() == [1.665, 2.772]
    bits = cross_entropy([[0, 1], [0, 1]], [[0.999, 0.001], [0.6, 0.4]])
    assert bits[0] / bits[1] == pytest.approx(np.log(0.001) / np.log(0.4), rel=1e-14)  # 7.539 in any unit
    assert np.argmax([0.3, 0.4, 0.3]) == 1 and 0.4 < 0.5  # among three, 0.4 may be the best bet there was


@pytest.mark.claim(15)
def test_three_forms_are_one_number_and_a_soft_label_has_no_sparse_form():
    rng = np.random.default_rng(15)
    p, y = rng.uniform(0.01, 0.99, size=50), rng.integers(2, size=50)
    formula = -(y * np.log(p) + (1 - y) * np.log(1 - p))
    pairs, hot = np.stack([1 - p, p], axis=1), one_hot(y, 2)
    for value in (
        binary_cross_entropy(y, probs=p, reduction="none"),
        categorical_cross_entropy(hot, probs=pairs, reduction="none"),
        sparse_categorical_cross_entropy(y, probs=pairs, reduction="none"),
        -np.sum(hot * np.log(pairs), axis=1),
    ):
        np.testing.assert_allclose(value, formula, rtol=1e-13)
    with pytest.raises((TypeError, ValueError), match="y_true"):
        sparse_categorical_cross_entropy([0.3], probs=[[0.7, 0.3]])
    assert categorical_cross_entropy([[0.7, 0.3]], probs=[[0.7, 0.3]]) > 0


class Counting(np.ndarray):
    """An array that notes how many numbers go through each elementary function."""

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        plain = [np.asarray(value) for value in inputs]
        self.done[ufunc.__name__] = self.done.get(ufunc.__name__, 0) + max(value.size for value in plain)
        return np.asarray(getattr(ufunc, method)(*plain, **options))


@pytest.mark.claim(15)
def test_the_sparse_form_takes_one_logarithm_where_the_categorical_takes_one_for_each_class():
    q, y = np.random.default_rng(16).dirichlet(np.ones(10), size=797), np.arange(797) % 10
    done = []
    for formula in (lambda q: -np.sum(one_hot(y, 10) * np.log(q), axis=1), lambda q: -np.log(q[np.arange(797), y])):
        counted = q.view(Counting)
        Counting.done = {}
        formula(counted)
        done.append(Counting.done["log"])
    assert done == [7970, 797]


@pytest.mark.claim(15)
def test_the_sparse_loss_takes_a_fifth_of_the_memory_of_the_categorical_one_and_its_labels_far_less():
    z, y, peaks = np.zeros((8000, 1000)), np.arange(8000) % 1000, []  # 64 MB; two threads have a block of 1 MB each
    hot = one_hot(y, 1000)
    for loss, labels in ((categorical_cross_entropy, hot), (sparse_categorical_cross_entropy, y)):
        tracemalloc.start()
        loss(labels, logits=z)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] <= peaks[0] / 5 and hot.nbytes == 1000 * y.nbytes
    assert (8 * 1024 * 50_257, 8 * 1024) == (411_705_344, 8192)  # 1024 tokens of a vocabulary of 50,257


@pytest.mark.claim(16)
def test_the_verdicts_on_the_cells_of_the_table_are_14_and_20_and_2():
    chapter = notebooks.read(ROOT / "notebooks" / "10-other-losses.ipynb")
    text = "\n".join(cell.source for cell in chapter.cells if cell.cell_type == "markdown")
    rows = re.search(r"(?:\|.*\n)+", text[text.index("| primary use |") :])[0].splitlines()
    cells = [cell.replace("*", "").strip().split("·") for row in rows for cell in row.strip("|").split("|")[1:]]
    assert (len(rows), len(cells)) == (9, 36)
    verdicts = [cell[0].split(": ")[-1] for cell in cells]  # behind what the table claims, where it has a word for that
    assert [verdicts.count(verdict) for verdict in ("holds", "if", "no")] == [14, 20, 2]
    assert {why for _, why in cells} == set("PCMU")  # proved, cited, measured, a usage


@pytest.mark.claim(16)
def test_three_of_the_four_losses_have_no_ceiling_and_squared_error_of_a_probability_has():
    z = np.array([-1e2, -1e4, -1e6])
    ones = np.ones(3, dtype=int)
    np.testing.assert_allclose(binary_cross_entropy(ones, logits=z, reduction="none"), -z)
    np.testing.assert_allclose(hinge(ones, z, reduction="none"), 1 - z)
    q = 10.0 ** np.array([-2.0, -100.0, -300.0])
    divergence = kl_divergence([0, 1], np.stack([1 - q, q], axis=1), base=np.e)
    np.testing.assert_allclose(divergence, binary_cross_entropy(ones, probs=q, reduction="none"), rtol=1e-14)
    assert divergence[-1] > 600 and kl_divergence([0, 1], [1, 0]) == INF
    assert squared_error(ones, logits=z, reduction="none").max() <= 1


def refit(price, u, s):
    """Return where w u + b is zero for the fit that pays least for its margins s (w u + b), with a small penalty."""

    def total(theta):
        return np.sum(price(s * (theta[0] * u + theta[1]))) + 0.01 * theta @ theta

    options = {"xatol": 1e-7, "fatol": 1e-10, "maxiter": 4000, "maxfev": 4000}
    starts = [(w, -w * c) for w in (1.0, 4.0, 16.0) for c in (-0.7, 0.0, 0.7)]
    fits = [scipy.optimize.minimize(total, start, method="Nelder-Mead", options=options) for start in starts]
    w, b = min(fits, key=lambda fit: fit.fun).x
    return -b / w


@pytest.mark.claim(16)
def test_one_flower_moves_the_boundary_of_cross_entropy_and_of_the_hinge_and_not_that_of_a_bounded_loss():
    from sklearn.datasets import load_iris

    iris = load_iris()
    petals, y = iris.data[50:, 2][::4], iris.target[50:][::4] - 1
    u, s, far = (petals - petals.mean()) / petals.std(), 2.0 * y - 1, (12 - petals.mean()) / petals.std()
    prices = {
        "cross-entropy": lambda m: np.logaddexp(0, -m),
        "hinge": lambda m: np.maximum(0, 1 - m),
        "squared error of the probability": lambda m: sigmoid(-m) ** 2,
    }
    moved = [(refit(f, np.r_[u, far], np.r_[s, -1]) - refit(f, u, s)) * petals.std() for f in prices.values()]
    np.testing.assert_allclose(moved, [0.93, 0.65, 0], atol=0.006)


# -- limits -------------------------------------------------------------------------------------------------


def test_a_true_class_given_probability_zero_costs_infinity():
    assert sparse_categorical_cross_entropy([1], probs=[[1.0, 0.0]]) == INF
    assert categorical_cross_entropy([[0.0, 1.0]], probs=[[1.0, 0.0]]) == INF
    np.testing.assert_array_equal(binary_cross_entropy([1, 0], probs=[0.0, 1.0], reduction="none"), [INF, INF])
    assert focal_loss([1], probs=[0.0]) == INF
    assert generalized_cross_entropy([1], probs=[0.0], q=0.5) == 2.0


def test_what_cannot_happen_and_was_given_nothing_costs_nothing():
    assert categorical_cross_entropy([[1.0, 0.0]], probs=[[1.0, 0.0]]) == 0.0
    assert categorical_cross_entropy([[0.5, 0.5, 0.0]], logits=[[0.0, 0.0, -INF]]) == pytest.approx(LN2)
    np.testing.assert_array_equal(binary_cross_entropy([0, 1], probs=[0.0, 1.0], reduction="none"), [0.0, 0.0])
    np.testing.assert_array_equal(binary_cross_entropy([0, 1], logits=[-INF, INF], reduction="none"), [0.0, 0.0])


def test_no_loss_is_minus_zero():
    values = [
        binary_cross_entropy([1], probs=[1.0]),
        sparse_categorical_cross_entropy([0], probs=[[1.0, 0.0]]),
        categorical_cross_entropy([[1, 0]], logits=[[INF, 0.0]]),
        focal_loss([1], probs=[1.0]),
        generalized_cross_entropy([1], probs=[1.0]),
        generalized_cross_entropy([1], logits=[INF]),
    ]
    assert [(value, bool(np.signbit(value))) for value in values] == [(0.0, False)] * len(values)


@pytest.mark.parametrize("scale", [1e4, 1e9, 1e300])
def test_enormous_logits_cost_their_gap_or_nothing(scale):
    z = [[scale, -scale], [scale, -scale]]
    np.testing.assert_array_equal(sparse_categorical_cross_entropy([0, 1], logits=z, reduction="none"), [0, 2 * scale])
    np.testing.assert_array_equal(
        categorical_cross_entropy([[1, 0], [0, 1]], logits=z, reduction="none"), [0, 2 * scale]
    )
    np.testing.assert_array_equal(binary_cross_entropy([1, 0], logits=[scale, scale], reduction="none"), [0, scale])


def test_infinite_logits_have_their_limit():
    z = [[INF, 0.0, -INF], [INF, 0.0, -INF], [0.0, 0.0, -INF], [0.0, 0.0, -INF]]
    y = [0, 1, 0, 2]
    expected = [0.0, INF, LN2, INF]
    np.testing.assert_array_equal(sparse_categorical_cross_entropy(y, logits=z, reduction="none"), expected)
    np.testing.assert_array_equal(categorical_cross_entropy(one_hot(y, 3), logits=z, reduction="none"), expected)


def test_a_target_below_a_tie_at_infinity_costs_infinity_whatever_the_limit():
    z = [[INF, INF, 0.0]]
    assert sparse_categorical_cross_entropy([2], logits=z) == INF
    assert categorical_cross_entropy([[0.5, 0.0, 0.5]], logits=z) == INF

    assert focal_loss([2], logits=z) == INF
    assert absolute_error([2], logits=z) == 2.0
    assert generalized_cross_entropy([2], logits=z, q=0.5) == 2.0


@pytest.mark.parametrize("row, label, shown", [([INF, INF, 0], 0, "inf"), ([-INF, -INF, -INF], 1, "-inf")])
def test_a_tie_at_infinity_has_no_limit_and_the_entry_is_named(row, label, shown):
    z = np.array([[0.0, 1.0, 2.0], row])
    message = rf"^`logits` must not tie at infinity; got {shown} for classes \[0, 1.* at index \(1,\)$"
    with pytest.raises(ValueError, match=message):
        sparse_categorical_cross_entropy([0, label], logits=z)
    with pytest.raises(ValueError, match=message):
        categorical_cross_entropy(one_hot([0, label], 3), logits=z)
    with pytest.raises(ValueError, match=message):
        focal_loss([0, label], logits=z)


@any_number_of_classes
def test_the_only_class_is_certain_whatever_its_logit():
    z = np.array([[-INF], [-1e308], [0.0], [INF]])
    np.testing.assert_array_equal(sparse_categorical_cross_entropy([0] * 4, logits=z, reduction="none"), np.zeros(4))
    np.testing.assert_array_equal(categorical_cross_entropy([[1]] * 4, logits=z, reduction="none"), np.zeros(4))


def test_label_smoothing_with_an_impossible_class_costs_infinity():
    z = [[0.0, 0.0, -INF]]
    assert sparse_categorical_cross_entropy([0], logits=z, label_smoothing=0.1) == INF
    assert categorical_cross_entropy([[1, 0, 0]], logits=z, label_smoothing=0.1) == INF
    assert sparse_categorical_cross_entropy([0], probs=[[0.5, 0.5, 0.0]], label_smoothing=0.1) == INF
    assert binary_cross_entropy([1], logits=[INF], label_smoothing=0.1) == INF


def test_half_precision_at_its_largest_number_is_computed_in_double():
    z = np.array([[65504.0, -65504.0]], dtype=np.float16)
    assert sparse_categorical_cross_entropy([1], logits=z) == 131008.0
    assert sparse_categorical_cross_entropy([0], logits=z) == 0.0
    assert binary_cross_entropy(np.float16([0]), logits=np.float16([65504])) == 65504.0


# -- against mpmath -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_each_sparse_loss_agrees_with_mpmath_however_small(kind):
    with mpmath.workdps(50):
        for row, t in rows_of_every_scale(kind):
            exact = exact_surprise(row, t)
            require_close(sparse_categorical_cross_entropy([t], logits=row[None], reduction="none")[0], exact, kind)


@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_each_categorical_loss_agrees_with_mpmath_hard_and_soft(kind):
    rng = np.random.default_rng(8)
    with mpmath.workdps(50):
        for row, t in rows_of_every_scale(kind)[::2]:
            if row.size > 100:
                continue
            hard = categorical_cross_entropy(one_hot(t, row.size), logits=row, reduction="none")
            require_close(hard, exact_surprise(row, t), kind)
            y = rng.dirichlet(np.ones(row.size))
            soft = mpmath.fsum(mpmath.mpf(y[k]) * exact_surprise(row, k) for k in range(row.size))
            require_close(categorical_cross_entropy(y, logits=row, reduction="none"), soft, kind)


@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_each_binary_loss_and_each_loss_of_labels_agree_with_mpmath(kind):
    with mpmath.workdps(50):
        for gap in GAPS:
            z = kind(gap)
            exact = mpmath.log1p(mpmath.exp(-mpmath.mpf(float(z))))
            rest = -mpmath.expm1(-exact)
            require_close(binary_cross_entropy(1, logits=z, reduction="none"), exact, kind)
            require_close(binary_cross_entropy(0, logits=-z, reduction="none"), exact, kind)
            for logits, y, count in ((kind([z]), [1], 1), (kind([[0, z]]), [1], 2)):
                value = {loss: loss(y, logits=logits, reduction="none")[0] for loss in OF_LABELS}
                require_close(value[squared_error], count * rest**2, kind)
                require_close(value[absolute_error], count * rest, kind)
                require_close(value[focal_loss], rest**2 * exact, kind)
                require_close(
                    value[generalized_cross_entropy], -mpmath.expm1(-mpmath.mpf(0.7) * exact) / mpmath.mpf(0.7), kind
                )


def test_a_loss_of_1e_26_is_not_zero():
    assert sparse_categorical_cross_entropy([0], logits=[[60.0, 0.0]]) == pytest.approx(
        8.75651076269652e-27, rel=2e-13, abs=0
    )
    assert binary_cross_entropy([1], logits=[60.0]) == pytest.approx(8.75651076269652e-27, rel=2e-13, abs=0)


# -- weights and reductions ---------------------------------------------------------------------------------


def test_a_mean_over_weights_divides_by_their_sum():
    y, z = [0, 1, 1], np.array([[1.0, 0.0], [2.0, 0.0], [0.0, 0.5]])
    losses = sparse_categorical_cross_entropy(y, logits=z, reduction="none")
    s, w = np.array([1.0, 2.0, 0.5]), np.array([3.0, 0.25])
    total = s * w[y]
    for loss, target in ((sparse_categorical_cross_entropy, y), (categorical_cross_entropy, one_hot(y, 2))):
        options = {"logits": z, "sample_weight": s, "class_weight": w}
        np.testing.assert_allclose(loss(target, reduction="none", **options), total * losses, rtol=1e-14)
        assert loss(target, reduction="sum", **options) == pytest.approx((total * losses).sum(), rel=1e-14)
        assert loss(target, reduction="mean", **options) == pytest.approx(
            (total * losses).sum() / total.sum(), rel=1e-14
        )
    assert squared_error([1.0, 3.0], [0.0, 0.0], sample_weight=[1.0, 3.0]) == 28 / 4
    assert focal_loss([0, 1], probs=[0.5, 0.5], gamma=0, class_weight=[1.0, 3.0]) == pytest.approx(LN2)
    huge = sparse_categorical_cross_entropy(y, logits=z, sample_weight=[1e308, 1e308, 1e308])
    assert huge == pytest.approx(losses.mean(), rel=1e-14)


def test_the_weight_of_a_smoothed_label_is_that_of_the_label():
    z, w = np.array([[1.0, 0.0, -1.0], [0.0, 0.5, 2.0]]), np.array([1.0, 2.0, 4.0])
    smooth = 0.7 * one_hot([0, 2], 3) + 0.1
    terms = (-(smooth * w) * log_softmax(z)).sum(axis=-1)
    options = {"logits": z, "class_weight": w, "label_smoothing": 0.3}
    assert sparse_categorical_cross_entropy([0, 2], **options) == pytest.approx(terms.sum() / 5.0, rel=1e-14)


def test_pos_weight_is_a_price_and_does_not_enter_the_divisor():
    y, z = np.array([1.0, 0.0, 1.0]), np.array([0.3, -0.2, 2.0])
    plain = binary_cross_entropy(y, logits=z, reduction="none")
    priced = np.where(y == 1, 3.0, 1.0) * plain
    assert binary_cross_entropy(y, logits=z, pos_weight=3.0) == pytest.approx(priced.mean(), rel=1e-15)
    table = binary_cross_entropy(np.ones((2, 2)), probs=np.full((2, 2), 0.5), pos_weight=[1.0, 2.0], reduction="none")
    np.testing.assert_allclose(table, [[LN2, 2 * LN2]] * 2)


def test_a_sample_without_weight_does_not_count_though_it_cost_infinity():
    z = [[0.0, 0.0], [0.0, -INF]]
    assert sparse_categorical_cross_entropy([0, 1], logits=z, sample_weight=[1, 0]) == pytest.approx(LN2)
    assert sparse_categorical_cross_entropy([0, 1], logits=z, class_weight=[1, 0]) == pytest.approx(LN2)
    assert categorical_cross_entropy([[1, 0], [0, 1]], logits=z, class_weight=[1, 0]) == pytest.approx(LN2)


def test_ignored_samples_cost_nothing_and_do_not_count():
    z = np.array([[0.0, 0.0], [5.0, 0.0], [NAN, INF], [0.0, 0.0]])
    y = np.array([0, -100, -100, 1])
    losses = sparse_categorical_cross_entropy(y, logits=z, ignore_index=-100, reduction="none")
    np.testing.assert_allclose(losses, [LN2, 0, 0, LN2])
    assert sparse_categorical_cross_entropy(y, logits=z, ignore_index=-100) == pytest.approx(LN2)
    inside = sparse_categorical_cross_entropy([0, 1, 0], logits=[[3.0, 0.0], [0.0, 0.0], [9.0, 0.0]], ignore_index=0)
    assert inside == pytest.approx(LN2)
    full = sparse_categorical_cross_entropy(np.uint8([0, 255]), logits=z[:2], ignore_index=255, label_smoothing=0.1)
    assert full == pytest.approx(LN2)


def test_a_class_that_never_occurs_changes_nothing():
    z = np.array([[1.0, 0.0, 0.5], [0.0, 2.0, 0.5]])
    with_it = sparse_categorical_cross_entropy([0, 1], logits=z, class_weight=[1.0, 2.0, 1e9])
    assert with_it == sparse_categorical_cross_entropy([0, 1], logits=z, class_weight=[1.0, 2.0, 0.0])


def test_sums_of_single_precision_add_up_in_double():
    z = np.zeros((2**20, 1), np.float32)
    y = np.ones((2**20, 1))
    z[0] = -1e4  # in single precision the small losses would be lost beside it
    assert binary_cross_entropy(y, logits=z, reduction="sum") == pytest.approx(1e4 + (2**20 - 1) * LN2, rel=1e-7)


# -- invariances --------------------------------------------------------------------------------------------


@any_number_of_classes
@settings(deadline=None, max_examples=60)
@given(logit_rows, st.integers(-(2**20), 2**20), st.data())
def test_softmax_cross_entropy_is_shift_invariant(z, shift, data):
    z = np.round(z * 1024) / 1024  # so that the shift itself is exact
    y = labels_for(z, data)
    np.testing.assert_allclose(
        sparse_categorical_cross_entropy(y, logits=z + shift, reduction="none"),
        sparse_categorical_cross_entropy(y, logits=z, reduction="none"),
        rtol=2e-13,
        atol=1e-307,
    )


@any_number_of_classes
@settings(deadline=None, max_examples=60)
@given(logit_rows, st.data())
def test_the_order_of_classes_and_of_samples_does_not_matter(z, data):
    y = labels_for(z, data)
    losses = sparse_categorical_cross_entropy(y, logits=z, reduction="none")
    assert np.all(losses >= 0)
    turned = sparse_categorical_cross_entropy(z.shape[-1] - 1 - y[::-1], logits=z[::-1, ::-1], reduction="none")
    np.testing.assert_allclose(turned[::-1], losses, rtol=2e-13, atol=1e-307)


@settings(deadline=None, max_examples=40)
@given(hnp.arrays(np.float64, (2, 3, 4), elements=st.floats(-50, 50)), st.data())
def test_leading_axes_are_samples(z, data):
    y = labels_for(z, data)
    flat = sparse_categorical_cross_entropy(y.ravel(), logits=z.reshape(-1, 4), reduction="none")
    np.testing.assert_array_equal(sparse_categorical_cross_entropy(y, logits=z, reduction="none"), flat.reshape(2, 3))
    single = sparse_categorical_cross_entropy(y[0, 0], logits=z[0, 0], reduction="none")
    assert isinstance(single, float) and single == pytest.approx(flat[0], rel=2e-13)
    assert categorical_hinge(y, z) == pytest.approx(categorical_hinge(y.ravel(), z.reshape(-1, 4)))


# -- against SciPy and scikit-learn (scipy.special.log_softmax; sklearn.metrics.log_loss, hinge_loss) --------


@settings(deadline=None, max_examples=40)
@given(hnp.arrays(np.float64, (5, 3), elements=st.floats(-30, 30)))
def test_losses_agree_with_scipy_and_scikit_learn(z):
    y = [0, 1, 2, 1, 1]
    reference = -scipy.special.log_softmax(z, axis=-1)[np.arange(5), y]
    np.testing.assert_allclose(
        sparse_categorical_cross_entropy(y, logits=z, reduction="none"), reference, rtol=1e-12, atol=1e-14
    )
    weight = np.array([1.0, 2.0, 0.5, 3.0, 1.0])
    p = softmax(z / 10)
    assert sparse_categorical_cross_entropy(y, probs=p, sample_weight=weight) == pytest.approx(
        sklearn.metrics.log_loss(y, p, sample_weight=weight, labels=[0, 1, 2]), rel=1e-12
    )
    assert hinge([0, 1, 0, 1, 1], z[:, 0]) == pytest.approx(sklearn.metrics.hinge_loss([0, 1, 0, 1, 1], z[:, 0]))
    assert categorical_hinge(y, z) == pytest.approx(sklearn.metrics.hinge_loss(y, z, labels=[0, 1, 2]), rel=1e-12)


# -- quiet, types, and what is left alone -------------------------------------------------------------------


@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_no_loss_warns_in_the_strictest_error_state(kind):
    z = np.array([[-INF, 745.0], [1e38, -1e38], [0.0, 3e-45], [-90.0, 1e-30]], dtype=kind)
    y = [0, 1, 1, 0]
    with np.errstate(all="raise"):
        for smoothing in (0.0, 0.2):
            assert not np.isnan(sparse_categorical_cross_entropy(y, logits=z, label_smoothing=smoothing))
            assert not np.isnan(categorical_cross_entropy(one_hot(y, 2), logits=z, label_smoothing=smoothing))
            assert not np.isnan(binary_cross_entropy(y, logits=z[:, 1], label_smoothing=smoothing))
        for loss in OF_LABELS:
            assert not np.isnan(loss(y, logits=z)) and not np.isnan(loss(y, logits=z[:, 1]))
        assert binary_cross_entropy([1, 0], probs=kind([0, 1])) == INF
        assert not np.isnan(hinge(y, z[:, 1])) and not np.isnan(categorical_hinge(y, z[1:4, [0, 1, 1]][[0, 1, 2, 2]]))


@pytest.mark.parametrize(
    "kind, result", [("float32", "float32"), ("float64", "float64"), ("float16", "float64"), ("int64", "float64")]
)
def test_losses_of_samples_have_the_precision_of_the_prediction_and_means_have_double(kind, result):
    z = np.array([[0, 1], [2, 1]], dtype=kind)
    calls = [
        lambda loss=loss, **o: loss([0, 1], logits=z, **o) for loss in (sparse_categorical_cross_entropy, *OF_LABELS)
    ]
    calls += [
        lambda **o: categorical_cross_entropy(np.eye(2), logits=z, **o),
        lambda **o: categorical_hinge([0, 1], z, **o),
    ]
    calls += [lambda **o: binary_cross_entropy(np.eye(2), logits=z, **o), lambda **o: hinge([0, 1], z[0], **o)]
    for call in calls:
        assert call(reduction="none").dtype == result
        assert isinstance(call(), float)


@pytest.mark.parametrize("kind", ["uint8", "int32", "int64", "bool"])
def test_labels_of_any_integer_type_are_taken(kind):
    z, y = np.array([[0.0, 1.0], [2.0, 1.0]]), np.array([1, 0], dtype=kind)
    assert sparse_categorical_cross_entropy(y, logits=z) == sparse_categorical_cross_entropy([1, 0], logits=z)
    for loss in OF_LABELS:
        assert loss(y, logits=z) == loss([1, 0], logits=z)
    assert focal_loss(y, logits=z, class_weight=[1, 2]) == focal_loss([1, 0], logits=z, class_weight=[1, 2])


def test_inputs_are_not_changed_and_strided_ones_are_taken():
    z = np.random.default_rng(5).normal(size=(8, 12))
    y = np.array([0, 1, 2, 3])
    view = z[::2, ::3]
    z.flags.writeable = False
    before = z.copy()
    for reverse in (view, view[::-1], np.asfortranarray(view)):
        expected = sparse_categorical_cross_entropy(y, logits=np.ascontiguousarray(reverse))
        assert sparse_categorical_cross_entropy(y, logits=reverse) == pytest.approx(expected, rel=1e-14)
        assert sparse_categorical_cross_entropy(y, logits=reverse.tolist()) == pytest.approx(expected, rel=1e-14)
        assert sparse_categorical_cross_entropy(y, logits=reverse.astype(">f8")) == pytest.approx(expected, rel=1e-14)
    np.testing.assert_array_equal(z, before)


@pytest.mark.parametrize("library", ["pandas", "torch"])
def test_frames_and_tensors_are_taken(library):
    foreign = getattr(pytest.importorskip(library), {"pandas": "DataFrame", "torch": "tensor"}[library])
    z = np.array([[0.0, 1.0], [2.0, 1.0]])
    assert sparse_categorical_cross_entropy([0, 1], logits=foreign(z)) == sparse_categorical_cross_entropy(
        [0, 1], logits=z
    )


# -- errors -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", [*ENTROPIES, focal_loss, generalized_cross_entropy])
def test_exactly_one_of_probabilities_and_logits_is_taken(loss):
    with pytest.raises(TypeError, match=r"^exactly one of `probs=`, `logits=` must be given; got none$"):
        loss([1.0] if loss is categorical_cross_entropy else [0])
    with pytest.raises(TypeError, match=r"^exactly one of .* must be given; got `probs=` and `logits=`$"):
        loss([[1.0]] if loss is categorical_cross_entropy else [0], probs=[[1.0]], logits=[[0.0]])


@pytest.mark.parametrize("loss", [squared_error, absolute_error])
def test_distances_take_exactly_one_of_three(loss):
    with pytest.raises(TypeError, match="^exactly one of `y_pred=`, `probs=`, `logits=` must be given; got none$"):
        loss([0])
    with pytest.raises(TypeError, match="got `y_pred=` and `logits=`$"):
        loss([0], [0.0], logits=[0.0])


@pytest.mark.parametrize(
    "labels, error, message",
    [
        ([0, 3], ValueError, r"must lie in 0 … 2; got 3 at index \(1,\)"),
        ([0, -1], ValueError, r"must lie in 0 … 2; got -1 at index \(1,\)"),
        ([0.5, 1.0], TypeError, r"must hold integers; got 0.5 at index \(0,\)"),
        ([0], ValueError, r"must have the shape \(2,\), a label for each row of `(logits|scores)`; got \(1,\)$"),
        ([[0], [1]], ValueError, r"must have the shape \(2,\)"),
        ([], ValueError, r"must have the shape \(2,\), a label for each row of `(logits|scores)`; got \(0,\)$"),
        (["a", "b"], TypeError, "must hold integers; got text"),
    ],
)
def test_bad_labels_are_refused(labels, error, message):
    for loss in (sparse_categorical_cross_entropy, *OF_LABELS):
        with pytest.raises(error, match="^`y_true` " + message):
            loss(labels, logits=np.zeros((2, 3)))
    with pytest.raises(error, match="^`y_true` " + message):
        categorical_hinge(labels, np.zeros((2, 3)))


@pytest.mark.parametrize("where", [(0, 0), (1, 2)])
def test_nan_is_found_and_its_place_named(where):
    z = np.zeros((2, 3))
    z[where] = NAN
    message = rf"^`(logits|scores)` must not contain NaN; got nan at index \({where[0]}, {where[1]}\)$"
    calls = [lambda loss=loss: loss([0, 1], logits=z) for loss in (sparse_categorical_cross_entropy, *OF_LABELS)]
    calls += [lambda: categorical_cross_entropy(one_hot([0, 1], 3), logits=z), lambda: categorical_hinge([0, 1], z)]
    calls += [lambda: sparse_categorical_cross_entropy([0, 1], logits=z.astype(np.float32), label_smoothing=0.1)]
    calls += [lambda: binary_cross_entropy(np.zeros((2, 3)), logits=z)]
    for call in calls:
        with pytest.raises(ValueError, match=message):
            call()


def test_nan_in_a_prediction_of_three_axes_is_named_by_three_numbers():
    z = np.zeros((2, 2, 3))
    z[1, 0, 2] = NAN
    with pytest.raises(ValueError, match=r"got nan at index \(1, 0, 2\)$"):
        sparse_categorical_cross_entropy([[0, 0], [0, 0]], logits=z)


def test_rows_that_do_not_sum_to_one_are_refused_with_the_fix():
    rows = [[0.5, 0.5], [0.5, 0.43]]
    message = r"^`probs` must sum to 1 along axis -1; got 0.93 at index \(1,\); pass logits=… instead$"
    for loss in (sparse_categorical_cross_entropy, *OF_LABELS):
        with pytest.raises(ValueError, match=message):
            loss([0, 1], probs=rows)
    with pytest.raises(ValueError, match=message):
        categorical_cross_entropy(np.eye(2), probs=rows)
    with pytest.raises(ValueError, match=r"^`y_true` must sum to 1"):
        categorical_cross_entropy(rows, logits=np.zeros((2, 2)))
    with pytest.raises(ValueError, match=r"^`probs` must lie in \[0, 1\]; got 1.5 at index \(0,\); pass logits"):
        binary_cross_entropy([1], probs=[1.5])


def test_a_mean_of_ignored_labels_alone_is_an_error_that_says_what_to_do():
    message = (
        "^`y_true` must have a label other than `ignore_index` for a mean; got -1 everywhere; pass reduction='sum'"
    )
    with pytest.raises(ValueError, match=message):
        sparse_categorical_cross_entropy([-1, -1], logits=np.zeros((2, 2)), ignore_index=-1)
    with pytest.raises(TypeError, match="^`ignore_index` must be an integer; got -1.0$"):
        sparse_categorical_cross_entropy([-1, 0], logits=np.zeros((2, 2)), ignore_index=-1.0)


def test_a_mean_over_no_weight_is_an_error_and_a_sum_is_zero():
    z, message = np.zeros((2, 2)), "^the weights must not sum to 0 for a mean"
    for options in ({"sample_weight": [0, 0]}, {"class_weight": [0, 1]}, {"class_weight": [0, 1], "ignore_index": 1}):
        y = [0, 1] if "ignore_index" in options else [0, 0]
        with pytest.raises(ValueError, match=message):
            sparse_categorical_cross_entropy(y, logits=z, **options)
        assert sparse_categorical_cross_entropy(y, logits=z, reduction="sum", **options) == 0.0
    with pytest.raises(ValueError, match=message):
        binary_cross_entropy([0, 1], logits=[0.0, 0.0], sample_weight=[0, 0])


@pytest.mark.parametrize(
    "options, error, message",
    [
        ({"class_weight": [1.0]}, ValueError, "`class_weight` must have one weight for each of 2 classes"),
        ({"class_weight": [1.0, -1.0]}, ValueError, r"`class_weight` must not be negative; got -1 at index \(1,\)"),
        (
            {"sample_weight": [1.0]},
            ValueError,
            r"`sample_weight` must have one weight for each sample, shape \(2,\); got shape \(1,\)",
        ),
        ({"sample_weight": [1.0, INF]}, ValueError, "`sample_weight` must be finite"),
        ({"label_smoothing": 1.5}, ValueError, "`label_smoothing` must be at most 1; got 1.5"),
        ({"label_smoothing": "a"}, TypeError, "`label_smoothing` must be a number"),
        ({"reduction": "average"}, ValueError, "`reduction` must be one of 'mean', 'sum', 'none'; got 'average'"),
    ],
)
def test_bad_options_are_refused(options, error, message):
    for loss, y in ((sparse_categorical_cross_entropy, [0, 1]), (categorical_cross_entropy, np.eye(2))):
        with pytest.raises(error, match="^" + message):
            loss(y, logits=np.zeros((2, 2)), **options)


def test_parameters_of_other_losses_have_their_range():
    with pytest.raises(ValueError, match="^`gamma` must be at least 0; got -1.0$"):
        focal_loss([0], probs=[0.5], gamma=-1)
    with pytest.raises(ValueError, match="^`q` must be at most 1; got 1.5$"):
        generalized_cross_entropy([0], probs=[0.5], q=1.5)
    with pytest.raises(ValueError, match="^`pos_weight` must not be negative"):
        binary_cross_entropy([0], probs=[0.5], pos_weight=-1)
    with pytest.raises(ValueError, match=r"^`pos_weight` must broadcast to the shape \(1,\) of `y_true`; got \(2,\)$"):
        binary_cross_entropy([0], probs=[0.5], pos_weight=[1, 2])
    with pytest.raises(ValueError, match="^`y_true` must lie in 0 … 1; got -1"):
        hinge([-1, 1], [0.0, 0.0])
    with pytest.raises(ValueError, match="^`scores` must have at least 2 classes; got 1$"):
        categorical_hinge([0], [[0.0]])
    with pytest.raises(ValueError, match="^`scores` must be finite"):
        hinge([1], [INF])


def test_one_hot_targets_are_not_mistaken_for_binary_ones():
    for loss in OF_LABELS:
        with pytest.raises((ValueError, TypeError), match="^`y_true` must"):
            loss(np.eye(2), logits=np.zeros((2, 2)))
        with pytest.raises(ValueError, match=r"must have the shape \(n,\) or \(n, K\)"):
            loss([[0]], logits=np.zeros((1, 1, 2)))
    with pytest.raises(ValueError, match=r"^`y_true` and `logits` must have the same shape; got \(2,\) and \(2, 1\)$"):
        binary_cross_entropy([0, 1], logits=[[0.0], [1.0]])


@pytest.mark.parametrize("loss", ENTROPIES)
def test_empty_input_is_refused(loss):
    with pytest.raises(ValueError, match=r"^`(y_true|logits)` must not be empty; got shape"):
        loss([], logits=[])
    with pytest.raises(ValueError, match=r"^`(y_true|logits)` must not be empty; got shape"):
        loss(np.zeros((0, 3)), logits=np.zeros((0, 3)))
