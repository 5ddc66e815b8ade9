"""Information keeps its identities, its limits and its digits: against closed forms, mpmath, SciPy and scikit-learn."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import numpy as np
import pytest
import scipy.integrate
import scipy.optimize
import scipy.spatial.distance
import scipy.special
import scipy.stats
import sklearn.metrics
from hypothesis import given, settings
from hypothesis import strategies as st

from xentbook.information import (
    conditional_entropy,
    convert_units,
    cross_entropy,
    entropy,
    gaussian_kl,
    information_gain,
    js_divergence,
    kl_divergence,
    mutual_information,
    surprisal,
)
from xentbook.information._sums import sum_exactly

INF = float("inf")
PAIRS = [cross_entropy, kl_divergence, js_divergence]
OF_TABLES = [conditional_entropy, mutual_information]

bases = st.sampled_from([2, np.e, 10, 256, 1.5])
many = settings(deadline=None, max_examples=60)


@st.composite
def distributions(draw, *, rows: int = 1, min_size: int = 1, max_size: int = 8, zeros: bool = True):
    """Draw `rows` distributions over the same number of outcomes, some of them with outcomes of probability 0."""
    size = draw(st.integers(min_size, max_size))
    weight = st.integers(0 if zeros else 1, 1000)
    weights = st.lists(weight, min_size=size, max_size=size).filter(any)
    drawn = [np.array(draw(weights), dtype=float) for _ in range(rows)]
    return drawn[0] / drawn[0].sum() if rows == 1 else tuple(w / w.sum() for w in drawn)


@st.composite
def tables(draw):
    """Draw a joint distribution of 1 to 5 by 1 to 5 cells."""
    n, m = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    weights = np.array(draw(st.lists(st.integers(0, 99), min_size=n * m, max_size=n * m).filter(any)), dtype=float)
    return (weights / weights.sum()).reshape(n, m)


def exactly(values) -> list:
    """Return the floats as mpmath numbers, divided by their exact sum."""
    numbers = [mpmath.mpf(float(value)) for value in values]
    return [number / mpmath.fsum(numbers) for number in numbers]


def exact_kl(p, q):
    """Return D(p || q) in nats of mpmath numbers."""
    return mpmath.fsum(a * mpmath.log(a / b) for a, b in zip(p, q, strict=True) if a)


def relative_error(value, exact) -> float:
    return float(abs(mpmath.mpf(float(value)) - exact) / abs(exact))


# -- closed forms -------------------------------------------------------------------------------------------


@pytest.mark.identity("eq-surprisal")
def test_surprisal_of_a_half_to_the_n_is_n_bits_exactly():
    n = np.arange(1075)
    np.testing.assert_array_equal(surprisal(0.5**n), n)


@pytest.mark.identity("eq-surprisal")
def test_surprisal_is_minus_the_logarithm():
    p = np.array([0.001, 0.4, 0.9, 1 - 1e-15])
    np.testing.assert_allclose(surprisal(p, base=np.e), -np.log(p), rtol=1e-15)
    np.testing.assert_allclose(surprisal(p), -np.log2(p), rtol=1e-15)
    assert surprisal(0.001, base=10) == pytest.approx(3.0, rel=1e-15, abs=0)
    assert surprisal(1 / 256, base=256) == 1.0


@pytest.mark.identity("eq-entropy")
def test_entropy_of_dyadic_probabilities_is_exact():
    assert entropy([0.5, 0.25, 0.125, 0.125]) == 1.75
    assert entropy(np.full(1024, 1 / 1024)) == 10.0
    assert entropy(np.full(10, 0.1), base=10) == pytest.approx(1.0, rel=1e-15, abs=0)


@pytest.mark.identity("eq-binary-entropy")
def test_binary_entropy_is_a_symmetric_arch_with_its_top_of_1_bit_in_the_middle():
    # h(p) = -p log p - (1 - p) log (1 - p)
    p = np.linspace(0, 1, 1001)
    h = entropy(np.stack([p, 1 - p], axis=-1))
    np.testing.assert_allclose(h, (scipy.special.entr(p) + scipy.special.entr(1 - p)) / np.log(2), rtol=1e-14)
    assert h[100] == pytest.approx(0.4689955935892812, rel=1e-14, abs=0)  # mpmath
    np.testing.assert_allclose(h, h[::-1], rtol=1e-12)
    assert h[500] == 1.0 == h.max()
    assert h[0] == h[-1] == 0.0


@pytest.mark.identity("eq-cross-entropy")
def test_cross_entropy_of_a_fair_coin_taken_for_a_loaded_one():
    assert cross_entropy([0.5, 0.5], [0.25, 0.75]) == pytest.approx(2 - np.log2(3) / 2, rel=1e-15, abs=0)
    assert cross_entropy([0.5, 0.25, 0.25], [0.25, 0.25, 0.5]) == 1.75


@pytest.mark.identity("eq-cross-entropy")
def test_cross_entropy_with_a_one_hot_truth_is_the_surprisal_of_the_right_class():
    q = np.array([0.1, 0.8, 0.1])
    assert cross_entropy([1, 0, 0], q, base=np.e) == surprisal(0.1, base=np.e)
    np.testing.assert_array_equal(cross_entropy(np.eye(3), q), surprisal(q))


@pytest.mark.identity("eq-kl")
def test_kl_divergence_of_two_coins():
    p, q = 0.5, 0.25
    expected = p * np.log2(p / q) + (1 - p) * np.log2((1 - p) / (1 - q))
    assert kl_divergence([p, 1 - p], [q, 1 - q]) == pytest.approx(expected, rel=1e-14, abs=0)
    assert kl_divergence([1.0, 0.0], [0.25, 0.75]) == 2.0


@pytest.mark.identity("eq-js")
def test_js_divergence_is_1_bit_for_distributions_that_share_no_outcome():
    assert js_divergence([1, 0], [0, 1]) == 1.0
    assert js_divergence([0.5, 0.5, 0, 0], [0, 0, 0.3, 0.7]) == 1.0
    # p = (1, 0), q = (1/2, 1/2), m = (3/4, 1/4): (log 4/3 + (log 2/3)/2 + (log 2)/2) / 2
    expected = (np.log2(4 / 3) + 0.5 * np.log2(2 / 3) + 0.5) / 2
    assert js_divergence([1, 0], [0.5, 0.5]) == pytest.approx(expected, rel=1e-14, abs=0)


@pytest.mark.identity("eq-mutual-information")
def test_mutual_information_of_a_binary_symmetric_channel_is_one_minus_its_noise():
    for flip in (0.0, 0.11, 0.25, 0.5):
        joint = np.array([[1 - flip, flip], [flip, 1 - flip]]) / 2
        assert mutual_information(joint) == pytest.approx(1 - entropy([flip, 1 - flip]), rel=1e-13, abs=1e-30)


@pytest.mark.identity("eq-conditional-entropy")
def test_conditional_entropy_is_the_average_entropy_of_the_rows():
    joint = np.array([[0.5, 0.0], [0.25, 0.25]])
    assert conditional_entropy(joint) == 0.5 * entropy([1, 0]) + 0.5 * entropy([0.5, 0.5]) == 0.5
    expected = 0.75 * entropy([2 / 3, 1 / 3]) + 0.25 * entropy([0, 1])
    assert conditional_entropy(joint, given="columns") == pytest.approx(expected, rel=1e-15, abs=0)


@pytest.mark.identity("eq-information-gain")
def test_information_gain_of_outlook_is_that_of_quinlans_table():
    # Quinlan (1986), section 4: 14 mornings, 9 P and 5 N; gain(outlook) = 0.246 as printed, 0.2467 in full
    outlook = ["sunny"] * 5 + ["overcast"] * 4 + ["rain"] * 5
    played = list("NNNPPPPPPPPPNN")
    gain = entropy([9 / 14, 5 / 14]) - 5 / 14 * entropy([2 / 5, 3 / 5]) - 5 / 14 * entropy([3 / 5, 2 / 5])
    assert information_gain(played, outlook) == pytest.approx(gain, rel=1e-13, abs=0)
    assert information_gain(played, outlook) == pytest.approx(0.24675, abs=5e-6)


@pytest.mark.identity("eq-gaussian-kl")
def test_gaussian_kl_in_closed_form():
    assert gaussian_kl(0, 1, 1, 1, base=np.e) == 0.5
    assert gaussian_kl(3, 2, 3, 2) == 0.0
    # the regulariser of a variational autoencoder: (sigma² + mu² - 1 - ln sigma²) / 2
    mean, std = np.array([0.0, 1.0, -2.0]), np.array([1.0, 2.0, 0.1])
    expected = (std**2 + mean**2 - 1 - np.log(std**2)) / 2
    np.testing.assert_allclose(gaussian_kl(mean, std, 0, 1, base=np.e), expected, rtol=1e-14)


@pytest.mark.identity("eq-units")
def test_a_nat_is_1_over_ln_2_bits():
    assert convert_units(1.0, from_base=np.e, to_base=2) == pytest.approx(1.4426950408889634, rel=1e-15, abs=0)
    np.testing.assert_array_equal(convert_units([8.0, INF], from_base=2, to_base=256), [1.0, INF])


# -- identities ---------------------------------------------------------------------------------------------


@pytest.mark.identity("eq-additivity")
@many
@given(st.floats(1e-150, 1), st.floats(1e-150, 1), bases)
def test_surprises_of_independent_events_add_up(p, q, base):
    np.testing.assert_allclose(
        surprisal(p * q, base=base), surprisal(p, base=base) + surprisal(q, base=base), rtol=1e-14, atol=1e-15
    )


@pytest.mark.identity("eq-total")
@many
@given(st.lists(st.floats(1e-6, 1), min_size=1, max_size=100), bases)
def test_surprises_add_up_to_the_surprise_at_the_whole_record(p, base):
    with mpmath.workdps(40):
        whole = -mpmath.log(mpmath.fprod(map(mpmath.mpf, p))) / mpmath.log(mpmath.mpf(float(base)))
        assert abs(mpmath.mpf(float(surprisal(p, base=base).sum())) - whole) <= 1e-13 * whole + mpmath.mpf(10) ** -300


@pytest.mark.identity("eq-share")
def test_the_share_of_the_average_surprise_is_largest_at_one_over_e():
    top = scipy.optimize.minimize_scalar(
        lambda p: -p * surprisal(p), bounds=(0, 1), method="bounded", options={"xatol": 1e-9}
    )
    np.testing.assert_allclose(top.x, 1 / np.e, rtol=1e-7)
    np.testing.assert_allclose(-top.fun, np.log2(np.e) / np.e, rtol=1e-14)
    p = np.concatenate([np.geomspace(1e-300, 1, 1001), np.linspace(0.001, 1, 1001)])
    assert np.all(p * surprisal(p) <= np.log2(np.e) / np.e * (1 + 1e-15))


@pytest.mark.identity("eq-units")
@many
@given(distributions(rows=2, zeros=False), bases)
def test_every_quantity_changes_units_by_the_one_factor(pair, base):
    p, q = pair
    factor = np.log(2) / np.log(base)
    functions = [lambda b: entropy(p, base=b), lambda b: surprisal(p, base=b)]
    for value in functions + [lambda b, f=f: f(p, q, base=b) for f in PAIRS]:
        np.testing.assert_allclose(value(base), value(2) * factor, rtol=1e-14)
        np.testing.assert_allclose(convert_units(value(2), from_base=2, to_base=base), value(base), rtol=1e-14)
    joint = np.outer(p, q) * 0.5 + np.diag(p) * 0.5
    for f in OF_TABLES:
        np.testing.assert_allclose(f(joint, base=base), f(joint) * factor, rtol=1e-14)
    np.testing.assert_allclose(gaussian_kl(0, 1, 2, 3, base=base), gaussian_kl(0, 1, 2, 3) * factor, rtol=1e-14)
    assert information_gain([0, 1, 1], [0, 1, 0], base=base) == pytest.approx(
        information_gain([0, 1, 1], [0, 1, 0]) * factor, rel=1e-14, abs=0
    )


@pytest.mark.identity("eq-entropy")
@many
@given(distributions(), bases)
def test_entropy_is_the_expected_surprisal(p, base):
    possible = p[p > 0]
    np.testing.assert_allclose(entropy(p, base=base), np.sum(possible * surprisal(possible, base=base)), rtol=1e-13)


@pytest.mark.claim(17)
@pytest.mark.identity("eq-decomposition")
@many
@given(distributions(rows=2), bases)
def test_cross_entropy_is_entropy_plus_kl(pair, base):
    p, q = pair
    total = entropy(p, base=base) + kl_divergence(p, q, base=base)
    np.testing.assert_allclose(cross_entropy(p, q, base=base), total, rtol=1e-13, atol=1e-14)


@pytest.mark.identity("eq-decomposition")
@many
@given(distributions())
def test_cross_entropy_with_oneself_is_entropy(p):
    assert cross_entropy(p, p) == entropy(p)


@pytest.mark.identity("eq-kl")
@many
@given(distributions(rows=2, zeros=False))
def test_kl_is_the_expected_difference_of_surprisals(pair):
    p, q = pair
    np.testing.assert_allclose(kl_divergence(p, q), np.sum(p * (surprisal(q) - surprisal(p))), rtol=1e-12, atol=1e-14)


@pytest.mark.identity("eq-js")
@many
@given(distributions(rows=2))
def test_js_is_the_entropy_of_the_midpoint_less_the_mean_entropy(pair):
    p, q = pair
    expected = entropy((p + q) / 2) - (entropy(p) + entropy(q)) / 2
    np.testing.assert_allclose(js_divergence(p, q), expected, rtol=1e-12, atol=1e-14)


@pytest.mark.identity("eq-js")
@many
@given(distributions(rows=2))
def test_js_is_half_of_each_divergence_from_the_midpoint(pair):
    p, q = pair
    middle = (p + q) / 2
    expected = (kl_divergence(p, middle) + kl_divergence(q, middle)) / 2
    np.testing.assert_allclose(js_divergence(p, q), expected, rtol=1e-12, atol=1e-28)


@pytest.mark.identity("eq-conditional-entropy")
@many
@given(tables())
def test_conditional_entropy_is_joint_entropy_less_that_of_the_known(joint):
    h = entropy(joint.ravel())
    np.testing.assert_allclose(conditional_entropy(joint), h - entropy(joint.sum(axis=1)), rtol=1e-12, atol=1e-14)
    other = conditional_entropy(joint, given="columns")
    np.testing.assert_allclose(other, h - entropy(joint.sum(axis=0)), rtol=1e-12, atol=1e-14)
    assert other == conditional_entropy(joint.T)


@pytest.mark.identity("eq-next-letter")
@many
@given(st.integers(0, 2**32 - 1), st.integers(2, 5))
def test_next_letter_entropy_is_the_difference_of_block_entropies(seed, size):
    # A stationary chain, where the entropy of the next letter is known: the average entropy of the transition rows.
    rng = np.random.default_rng(seed)
    step = rng.dirichlet(np.ones(size), size=size) + 0.01
    step /= step.sum(axis=1, keepdims=True)
    letter = np.linalg.matrix_power(step, 4096)[0]
    pairs = letter[:, np.newaxis] * step
    triples = pairs[:, :, np.newaxis] * step
    h1, h2, h3 = (entropy(block.ravel() / block.sum()) for block in (letter, pairs, triples))
    np.testing.assert_allclose([h2 - h1, h3 - h2], letter @ entropy(step), rtol=1e-9)
    np.testing.assert_allclose(h3 - h2, conditional_entropy(triples.reshape(-1, size) / triples.sum()), rtol=1e-9)


@pytest.mark.identity("eq-mutual-information")
@many
@given(tables())
def test_mutual_information_is_the_entropy_that_knowing_the_other_removes(joint):
    rows, columns = joint.sum(axis=1), joint.sum(axis=0)
    value = mutual_information(joint)
    close = {"rtol": 1e-12, "atol": 1e-14}
    np.testing.assert_allclose(value, entropy(columns) - conditional_entropy(joint), **close)
    np.testing.assert_allclose(value, entropy(rows) - conditional_entropy(joint, given="columns"), **close)
    np.testing.assert_allclose(value, entropy(rows) + entropy(columns) - entropy(joint.ravel()), **close)
    np.testing.assert_allclose(value, kl_divergence(joint.ravel(), np.outer(rows, columns).ravel()), **close)


@pytest.mark.identity("eq-information-gain")
@many
@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from("abc")), min_size=1, max_size=40))
def test_information_gain_is_entropy_before_less_mean_entropy_after(samples):
    labels, groups = (np.array(column) for column in zip(*samples, strict=True))

    def h(some):
        return entropy(np.unique(some, return_counts=True)[1] / some.size)

    after = sum(np.mean(groups == g) * h(labels[groups == g]) for g in np.unique(groups))
    np.testing.assert_allclose(information_gain(labels, groups), h(labels) - after, rtol=1e-12, atol=1e-14)


@pytest.mark.identity("eq-gaussian-kl")
@pytest.mark.parametrize("mean_p, std_p, mean_q, std_q", [(0, 1, 1, 2), (-1, 0.5, 2, 1), (0.3, 1, 0.3, 1.1)])
def test_gaussian_kl_is_the_integral_of_the_log_ratio(mean_p, std_p, mean_q, std_q):
    p, q = scipy.stats.norm(mean_p, std_p), scipy.stats.norm(mean_q, std_q)
    integral, _ = scipy.integrate.quad(
        lambda x: p.pdf(x) * (p.logpdf(x) - q.logpdf(x)), mean_p - 12 * std_p, mean_p + 12 * std_p, epsabs=1e-12
    )
    assert gaussian_kl(mean_p, std_p, mean_q, std_q, base=np.e) == pytest.approx(integral, rel=1e-9, abs=0)


@pytest.mark.identity("eq-gaussian-kl")
@many
@given(st.floats(-100, 100), st.floats(-100, 100), st.floats(1e-3, 1e3))
def test_gaussians_of_equal_spread_have_a_symmetric_kl(a, b, std):
    forward = gaussian_kl(a, std, b, std, base=np.e)
    assert forward == gaussian_kl(b, std, a, std, base=np.e)
    assert forward == pytest.approx((a - b) ** 2 / (2 * std**2), rel=1e-14, abs=1e-300)


# -- bounds -------------------------------------------------------------------------------------------------


@pytest.mark.identity("eq-entropy-bounds")
@many
@given(distributions())
def test_entropy_lies_between_0_and_the_log_of_the_number_of_outcomes(p):
    assert 0 <= entropy(p) <= np.log2(p.size) * (1 + 1e-15)
    assert entropy(np.full(p.size, 1 / p.size)) == pytest.approx(np.log2(p.size), rel=1e-15, abs=0)
    assert entropy(np.eye(p.size)).max() == 0


@pytest.mark.identity("eq-max-entropy")
@pytest.mark.parametrize(
    ("values", "mean"), [([1, 2, 3, 4, 5, 6], 4.5), ([1, 2, 3, 4, 5, 6], 1.2), ([0, 0, 1, -2.5], 0.1), ([-1, 7], 3.0)]
)
def test_among_distributions_of_one_mean_the_exponential_one_has_the_largest_entropy(values, mean):
    """SLSQP of SciPy maximises the entropy without knowing the form of the answer."""
    f = np.asarray(values, dtype=float)
    slope = scipy.optimize.brentq(lambda t: scipy.special.softmax(t * f) @ f - mean, -50, 50, xtol=1e-13)
    q = scipy.special.softmax(slope * f)
    known = [{"type": "eq", "fun": lambda p: p.sum() - 1}, {"type": "eq", "fun": lambda p: p @ f - mean}]
    start = np.full(f.size, 1 / f.size)
    found = scipy.optimize.minimize(
        lambda p: -scipy.special.entr(p).sum(), start, bounds=[(1e-9, 1)] * f.size, constraints=known, tol=1e-12
    )
    assert found.success
    np.testing.assert_allclose(found.x, q, rtol=0, atol=1e-5)
    assert entropy(q, base=np.e) == pytest.approx(-found.fun, rel=1e-9, abs=0)
    assert entropy(q, base=np.e) == pytest.approx(scipy.special.logsumexp(slope * f) - slope * mean, rel=1e-11, abs=0)


@pytest.mark.identity("eq-gibbs")
@many
@given(distributions(rows=2))
def test_divergences_are_never_negative_and_are_0_for_the_truth_itself(pair):
    p, q = pair
    assert kl_divergence(p, q) >= 0
    assert 0 <= js_divergence(p, q) <= 1
    for divergence in (kl_divergence, js_divergence):
        assert divergence(p, p) == 0 and not np.signbit(divergence(p, p))


@pytest.mark.identity("eq-three-points")
@many
@given(distributions(rows=3, zeros=False))
def test_the_direct_way_is_the_way_round_plus_a_sum_over_what_lies_between(triple):
    a, b, c = triple
    extra = np.sum((a - b) * (surprisal(c) - surprisal(b)))
    around = kl_divergence(a, b) + kl_divergence(b, c)
    np.testing.assert_allclose(kl_divergence(a, c), around + extra, rtol=1e-12, atol=1e-13)


@pytest.mark.identity("eq-three-points")
@many
@given(st.lists(st.integers(1, 99), min_size=3, max_size=3, unique=True))
def test_for_coins_the_way_round_is_shorter_exactly_if_it_leads_through_a_coin_in_between(heads):
    a, b, c = (np.array([k, 100 - k]) / 100 for k in heads)
    between = min(heads[0], heads[2]) < heads[1] < max(heads[0], heads[2])
    assert (kl_divergence(a, b) + kl_divergence(b, c) < kl_divergence(a, c)) == between


@pytest.mark.identity("eq-sampling-bias")
@pytest.mark.parametrize("p, n", [(0.5, 1000), (0.3, 2000), (0.1, 4000)])
def test_frequencies_counted_from_n_draws_diverge_by_k_less_1_over_2n_nats(p, n):
    # the exact expectation over all numbers of heads, K = 2; the next term of the expansion is of order 1 / n^2
    heads = np.arange(n + 1)
    counted = np.column_stack([heads, n - heads]) / n
    expected = scipy.stats.binom(n, p).pmf(heads) @ kl_divergence(counted, [p, 1 - p], base=np.e)
    assert expected == pytest.approx(1 / (2 * n), rel=4 / n)


@pytest.mark.identity("eq-sampling-bias")
def test_the_bias_of_a_sample_grows_with_the_number_of_outcomes():
    p = np.arange(1, 28) / np.sum(np.arange(1, 28))
    counted = np.random.default_rng(0).multinomial(10_000, p, size=4000) / 10_000
    values = kl_divergence(counted, p, base=np.e)
    assert abs(values.mean() - 26 / 20_000) < 5 * values.std() / np.sqrt(values.size)


@pytest.mark.identity("eq-gibbs")
def test_kl_is_positive_for_neighbours_where_the_textbook_sum_is_not():
    rng = np.random.default_rng(0)
    p = rng.dirichlet(np.ones(5), size=200)
    q = p * np.exp(1e-9 * rng.normal(size=p.shape))
    q /= q.sum(axis=-1, keepdims=True)
    textbook = np.sum(p * np.log(p / q), axis=-1)
    assert np.any(textbook < 0)
    assert np.all(kl_divergence(p, q) > 0)


@pytest.mark.identity("eq-mutual-information")
@many
@given(tables())
def test_mutual_information_is_symmetric_and_between_0_and_either_entropy(joint):
    value = mutual_information(joint)
    assert 0 <= value <= min(entropy(joint.sum(axis=0)), entropy(joint.sum(axis=1))) + 1e-14
    assert value == pytest.approx(mutual_information(joint.T), rel=1e-13, abs=1e-31)
    assert conditional_entropy(joint) <= entropy(joint.sum(axis=0)) + 1e-14


def test_independent_counts_have_a_gain_of_exactly_0():
    labels = np.repeat([0, 1, 2], [3, 21, 7 * 3])
    groups = np.concatenate([np.repeat([0, 1, 2], [1 * k, 1 * k, 1 * k]) for k in (1, 7, 7)])
    assert information_gain(labels, groups) == 0.0
    assert mutual_information(np.outer([0.5, 0.25, 0.25], [0.125, 0.875])) == 0.0
    assert mutual_information(np.outer([0.1, 0.2, 0.7], [0.3, 0.7])) < 1e-30


@pytest.mark.claim(18)
def test_kl_is_neither_symmetric_nor_a_metric_and_the_root_of_js_is_one():
    p, q, r = [0.5, 0.5], [0.25, 0.75], [0.1, 0.9]
    assert kl_divergence(p, q) != kl_divergence(q, p)
    assert kl_divergence(p, r) > kl_divergence(p, q) + kl_divergence(q, r)
    d = [np.sqrt(js_divergence(*pair)) for pair in ((p, q), (q, r), (p, r))]
    assert d[2] <= d[0] + d[1]
    assert js_divergence(p, q) == pytest.approx(js_divergence(q, p), rel=1e-15, abs=0)


# -- the verdicts of chapters 1 and 3 ------------------------------------------------------------------------


@pytest.mark.claim(1)
@many
@given(distributions(rows=2, min_size=2, zeros=False))
def test_cross_entropy_is_least_at_the_truth_and_is_worth_the_entropy_there(pair):
    p, q = pair
    assert cross_entropy(p, p) == entropy(p) > 0  # a truth with chance in it: not zero for a perfect prediction
    between = p + np.linspace(0, 1, 9)[:, np.newaxis] * (q - p)  # from the truth to the other belief
    price = cross_entropy(p, between)
    assert np.all(np.diff(price) >= -1e-12)
    np.testing.assert_allclose(price - entropy(p), kl_divergence(p, between), atol=1e-12)  # the mismatch is the excess


@pytest.mark.claim(1)
def test_cross_entropy_is_no_distance():
    assert cross_entropy([0.5, 0.5], [0.5, 0.5]) == 1.0  # to oneself
    assert cross_entropy([0, 1, 0], [0, 1, 0]) == 0.0  # zero only where the truth is one-hot
    p, q = [0.5, 0.5], [0.25, 0.75]
    assert cross_entropy(p, q) == pytest.approx(2 - np.log2(3) / 2, rel=1e-15)
    assert cross_entropy(q, p) == 1.0  # not symmetric
    a, b, c = [0.5, 0.5], [0.01, 0.99], [0.0001, 0.9999]
    assert cross_entropy(a, c) > cross_entropy(a, b) + cross_entropy(b, c)  # a detour is shorter


@pytest.mark.claim(17)
@many
@given(distributions(min_size=2), st.lists(st.floats(-4, 4), min_size=8, max_size=8))
def test_for_a_fixed_truth_cross_entropy_and_kl_have_the_same_gradient_and_the_same_minimiser(p, numbers):
    z, h = np.array(numbers[: p.size]), 1e-5 * np.eye(p.size)
    beliefs = [scipy.special.softmax(z + s * h, axis=-1) for s in (1, -1)]
    slopes = [
        (f(p, beliefs[0], base=np.e) - f(p, beliefs[1], base=np.e)) / 2e-5 for f in (cross_entropy, kl_divergence)
    ]
    np.testing.assert_allclose(slopes[0], slopes[1], atol=1e-9)
    np.testing.assert_allclose(slopes[0], scipy.special.softmax(z) - p, atol=1e-8)  # zero exactly where q is p


@pytest.mark.claim(18)
def test_the_triple_of_coins_and_the_exception_of_equal_bells():
    a, b, c = [0.5, 0.5], [0.3, 0.7], [0.1, 0.9]
    direct, first, second = (kl_divergence(*pair) for pair in ((a, c), (a, b), (b, c)))
    assert (round(direct, 4), round(first + second, 4)) == (0.7370, 0.3475)
    assert kl_divergence(c, a) == pytest.approx(1 - entropy(c), rel=1e-14)
    assert round(kl_divergence(c, a), 3) == 0.531  # not symmetric in general
    there, back = gaussian_kl(0, 1.5, 2, 1.5), gaussian_kl(2, 1.5, 0, 1.5)  # but for bells of the same width
    assert there == pytest.approx(back, rel=1e-14) and gaussian_kl(0, 1, 2, 1.5) != gaussian_kl(2, 1.5, 0, 1)


@pytest.mark.claim(18)
@many
@given(tables())
def test_information_gain_is_the_divergence_of_a_joint_distribution_from_the_product_of_its_margins(joint):
    product = np.outer(joint.sum(axis=1), joint.sum(axis=0))
    np.testing.assert_allclose(mutual_information(joint), kl_divergence(joint.ravel(), product.ravel()), atol=1e-12)


@pytest.mark.claim(18)
def test_the_gaussian_term_of_a_vae_is_the_divergence_that_an_integral_gives():
    for mean, std in [(0.7, 0.4), (-1.2, 1.8)]:
        coded, prior = scipy.stats.norm(mean, std), scipy.stats.norm(0, 1)
        term = (mean**2 + std**2 - 1) / 2 - np.log(std)
        gain = lambda x, a=coded, b=prior: a.pdf(x) * (a.logpdf(x) - b.logpdf(x))  # noqa: E731
        integral = scipy.integrate.quad(gain, -20, 20)[0]
        np.testing.assert_allclose([gaussian_kl(mean, std, 0, 1, base=np.e), integral], term, rtol=1e-8)


@pytest.mark.claim(18)
def test_languages_are_told_apart_by_their_letters_and_spanish_costs_less_in_english_than_the_reverse():
    from xentbook.datasets import ALPHABET, load_text

    languages = ["english", "spanish", "italian", "french"]
    halves = [[text[: len(text) // 2], text[len(text) // 2 :]] for text in map(load_text, languages)]
    shares = [[np.array([half.count(letter) + 1.0 for letter in ALPHABET]) for half in pair] for pair in halves]
    whole = [sum(pair) - 1 for pair in shares]  # every letter counted once too often, so that none is impossible
    english, spanish = (counts / counts.sum() for counts in whole[:2])
    assert (round(kl_divergence(spanish, english), 3), round(kl_divergence(english, spanish), 3)) == (0.249, 0.386)
    beliefs, truths = (np.array([pair[k] / pair[k].sum() for pair in shares]) for k in (0, 1))
    divergences = kl_divergence(truths[:, np.newaxis], beliefs)
    np.testing.assert_array_equal(divergences.argmin(axis=1), range(4))  # each second half is next to its own first


@pytest.mark.claim(29)
def test_shannons_figures_of_1948_come_from_surprise_and_not_from_counting_errors():
    # A Mathematical Theory of Communication, section 12: 1000 binary digits a second, one in a hundred received wrong.
    def rate(flipped):
        missing = np.dot([flipped, 1 - flipped], surprisal([flipped, 1 - flipped]))
        return 1000 * (1 - missing)

    assert (round(1000 * 0.01), round(1000 - rate(0.01))) == (10, 81)  # errors a second; bits a second that are missing
    assert round(rate(0.01)) == 919 != 990
    assert rate(0.5) == 0 != 500  # noise alone: a count of errors would still credit half
    # Section 6: the grouping law. Section 9: four letters of probability 1/2, 1/4, 1/8, 1/8 carry 7/4 bits each.
    assert entropy([1 / 2, 1 / 3, 1 / 6]) == pytest.approx(1 + entropy([2 / 3, 1 / 3]) / 2, rel=1e-14)
    assert entropy([1 / 2, 1 / 4, 1 / 8, 1 / 8]) == 7 / 4


@pytest.mark.claim(29)
def test_shannons_measure_is_the_case_of_one_distribution_and_cross_entropy_that_of_two():
    p, q = [0.7, 0.2, 0.1], [0.2, 0.5, 0.3]
    assert cross_entropy(p, p) == entropy(p) == pytest.approx(np.dot(p, surprisal(p)), rel=1e-15)
    assert cross_entropy(p, q) == pytest.approx(np.dot(p, surprisal(q)), rel=1e-15)  # Kerridge's inaccuracy of 1961
    # Good's fee of 1952, the logarithm of the probability told: no forecaster does better than by the truth.
    others = np.random.default_rng(29).dirichlet(np.ones(3), size=500)
    assert np.all(cross_entropy(p, others) > entropy(p))


# -- limits -------------------------------------------------------------------------------------------------


def test_certainty_is_plus_zero_and_impossibility_infinite():
    assert surprisal(0.0) == surprisal(-0.0) == INF
    for zero in (surprisal(1.0), surprisal(1), entropy([0, 1]), cross_entropy([0, 1], [0, 1]), entropy([1.0])):
        assert zero == 0 and not np.signbit(zero)
    assert not np.signbit(surprisal(1.0, base=0.5))
    assert not np.signbit(kl_divergence([0.5, 0.5], [0.5, 0.5], base=0.5))


def test_a_margin_that_is_above_1_by_rounding_is_a_certainty():
    certain = [1 + 2.0**-52, 0.0]
    for zero in (entropy(certain), cross_entropy(certain, certain), kl_divergence(certain, [1.0, 0.0])):
        assert zero == 0 and not np.signbit(zero)


def test_a_base_below_1_turns_the_sign():
    assert surprisal(0.25, base=0.5) == -2.0
    assert entropy([0.5, 0.5], base=0.5) == -1.0


def test_zero_times_log_zero_is_zero():
    assert entropy([0.5, 0.0, 0.5]) == 1.0
    assert cross_entropy([0.5, 0.5, 0.0], [0.5, 0.5, 0.0]) == 1.0
    assert kl_divergence([0.5, 0.5, 0.0], [0.25, 0.75, 0.0]) == kl_divergence([0.5, 0.5], [0.25, 0.75])
    assert js_divergence([0.5, 0.5, 0.0], [0.25, 0.75, 0.0]) == js_divergence([0.5, 0.5], [0.25, 0.75])
    assert mutual_information([[0.5, 0.0, 0.0], [0.0, 0.5, 0.0], [0.0, 0.0, 0.0]]) == 1.0
    assert conditional_entropy([[0.5, 0.5], [0.0, 0.0]]) == 1.0


def test_what_was_ruled_out_and_happens_costs_infinity():
    assert cross_entropy([0.5, 0.5], [1.0, 0.0]) == INF
    assert kl_divergence([0.5, 0.5], [1.0, 0.0]) == INF
    assert kl_divergence([5e-324, 1.0], [0.0, 1.0]) == INF
    assert kl_divergence([1.0, 0.0], [0.5, 0.5]) == 1.0
    np.testing.assert_array_equal(kl_divergence(np.eye(2), [1.0, 0.0]), [0.0, INF])


def test_nearly_impossible_is_not_impossible():
    assert kl_divergence([0.5, 0.5], [5e-324, 1.0]) == pytest.approx(0.5 * 1074 - 1, rel=1e-14, abs=0)
    assert cross_entropy([0.5, 0.5], [5e-324, 1.0]) == 0.5 * 1074
    tiny = mutual_information([[1e-200, 0.0], [0.0, 1.0]])
    assert tiny == pytest.approx(1e-200 * (200 * np.log2(10) + 1 / np.log(2)), rel=1e-13, abs=0)


def test_a_single_outcome_tells_nothing():
    one = [[1.0], [1.0]]
    for quantity in (entropy(one), cross_entropy(one, one), kl_divergence(one, one), js_divergence(one, one)):
        np.testing.assert_array_equal(quantity, [0.0, 0.0])
    assert mutual_information([[0.25, 0.75]]) == mutual_information([[0.3], [0.7]]) == 0.0
    assert conditional_entropy([[0.3], [0.7]]) == 0.0
    assert information_gain([1], ["a"]) == information_gain([1, 2], ["a", "a"]) == 0.0


# -- shapes, axes, types ------------------------------------------------------------------------------------


@many
@given(st.integers(0, 2**32 - 1), st.integers(-3, 2))
def test_the_axis_of_the_outcomes_may_lie_anywhere(seed, axis):
    rng = np.random.default_rng(seed)
    p, q = rng.dirichlet(np.ones(4), size=(2, 3, 5))[:2]
    p, q = np.stack([p, q]), np.stack([q, p])
    moved = np.moveaxis(p, -1, axis), np.moveaxis(q, -1, axis)
    np.testing.assert_array_equal(entropy(moved[0], axis=axis), entropy(p))
    for f in PAIRS:
        np.testing.assert_array_equal(f(*moved, axis=axis), f(p, q))


@pytest.mark.parametrize("f", PAIRS)
def test_one_truth_is_compared_with_many_beliefs_and_many_truths_with_one_belief(f):
    rng = np.random.default_rng(0)
    p, q = rng.dirichlet(np.ones(3)), rng.dirichlet(np.ones(3), size=(2, 5))
    expected = [[f(p, belief) for belief in row] for row in q]
    np.testing.assert_array_equal(f(p, q), expected)
    np.testing.assert_array_equal(f(p, np.moveaxis(q, -1, 0), axis=0), expected)
    np.testing.assert_array_equal(f(q, p), [[f(truth, p) for truth in row] for row in q])
    assert f(q[:, :1], q[:1]).shape == (2, 5)


@many
@given(distributions(rows=2), st.randoms(use_true_random=False))
def test_the_order_of_the_outcomes_does_not_matter(pair, random):
    p, q = pair
    order = random.sample(range(p.size), p.size)
    close = {"rtol": 1e-13, "atol": 1e-30}
    np.testing.assert_allclose(entropy(p[order]), entropy(p), **close)
    for f in PAIRS:
        np.testing.assert_allclose(f(p[order], q[order]), f(p, q), **close)


@pytest.mark.parametrize("kind", ["float16", "float32"])
def test_narrow_input_is_summed_in_float64(kind):
    p = np.full(4096, 1 / 4096, dtype=kind)  # exact in both types
    q = np.random.default_rng(0).dirichlet(np.full(4096, 50.0)).astype(kind)
    assert entropy(p) == 12.0
    for value in (entropy(q), *(f(p, q) for f in PAIRS)):
        assert value.dtype == np.float64
    wide = q.astype(np.float64)
    assert entropy(q) == -np.sum(wide * np.log2(wide))
    assert kl_divergence(q, q) == 0.0


def test_kl_of_float32_is_that_of_the_distributions_and_not_of_their_rounding():
    # Each sum is off by up to 1e-7, which the textbook formula would add to a divergence of 1e-9.
    rng = np.random.default_rng(5)
    p = rng.dirichlet(np.ones(50))
    q = p * np.exp(3e-5 * rng.normal(size=50))
    p, q = p.astype(np.float32), (q / q.sum()).astype(np.float32)
    with mpmath.workdps(50):
        assert relative_error(kl_divergence(p, q, base=np.e), exact_kl(exactly(p), exactly(q))) < 1e-12


def test_scalars_come_back_as_floats_and_rows_as_arrays():
    p = [0.5, 0.5]
    values = [surprisal(0.5), entropy(p), cross_entropy(p, p), kl_divergence(p, p), js_divergence(p, p)]
    values += [mutual_information([p]), conditional_entropy([[0.5], [0.5]]), information_gain([0], [0])]
    values += [gaussian_kl(0, 1, 0, 1), convert_units(1, from_base=2, to_base=4)]
    assert all(isinstance(value, float) for value in values)
    assert entropy([p]).shape == (1,)


CALLS = {
    "surprisal": lambda p: surprisal(p),
    "convert_units": lambda p: convert_units(p, from_base=2, to_base=10),
    "entropy": lambda p: entropy(p),
    "cross_entropy": lambda p: cross_entropy(p, p),
    "kl_divergence": lambda p: kl_divergence(p, p[::-1]),
    "js_divergence": lambda p: js_divergence(p, p[::-1]),
    "gaussian_kl": lambda p: gaussian_kl(p, 1 + p, p[::-1], 2 + p),
    "conditional_entropy": lambda p: conditional_entropy(p / p.sum()),
    "mutual_information": lambda p: mutual_information(p / p.sum()),
    "information_gain": lambda p: information_gain(p[0], p[1]),
}
TABLE = np.array([[0.25, 0.75, 0.0], [1e-320, 0.5, 0.5], [1.0, 0.0, 0.0]])


@pytest.mark.parametrize("name", CALLS)
def test_inputs_are_not_changed(name):
    table = TABLE.copy()
    table.flags.writeable = False
    CALLS[name](table)
    np.testing.assert_array_equal(table, TABLE)


@pytest.mark.parametrize("name", CALLS)
def test_nothing_raises_or_warns_in_the_strictest_error_state(name):
    with np.errstate(under="ignore"):
        scaled = TABLE / TABLE.sum()
    table = scaled if name in ("conditional_entropy", "mutual_information") else TABLE
    f = {"conditional_entropy": conditional_entropy, "mutual_information": mutual_information}.get(name, CALLS[name])
    with np.errstate(all="raise"):
        assert not np.isnan(f(table)).any()


def test_lists_series_and_tensors_are_accepted():
    p, q = [0.25, 0.75], [0.5, 0.5]
    assert kl_divergence(p, q) == kl_divergence(tuple(p), np.array(q))
    pandas = pytest.importorskip("pandas")
    assert kl_divergence(pandas.Series(p, index=[7, 3]), pandas.Series(q)) == kl_divergence(p, q)
    frame = pandas.DataFrame({"label": ["a", "b", "a", "b"], "x": [1.0, 2.0, 1.5, 3.0]})
    assert information_gain(frame["label"], frame["x"] < 1.8) == 1.0


# -- against mpmath: a relative error below 1e-12, however small the value ----------------------------------


@pytest.mark.parametrize("exponent", [0, -1, -2, -4, -6, -8, -10, -12])
@pytest.mark.parametrize("alpha", [1.0, 0.05])
def test_divergences_of_neighbours_keep_their_digits(exponent, alpha):
    rng = np.random.default_rng([-exponent, int(alpha * 100)])
    with mpmath.workdps(60):
        for size in (2, 3, 10, 100):
            p = np.maximum(rng.dirichlet(np.full(size, alpha)), 1e-12)
            p /= p.sum()
            q = p * np.exp(10.0**exponent * rng.normal(size=size))
            q /= q.sum()
            exact_p, exact_q = exactly(p), exactly(q)
            middle = [(a + b) / 2 for a, b in zip(exact_p, exact_q, strict=True)]
            js = (exact_kl(exact_p, middle) + exact_kl(exact_q, middle)) / 2
            assert relative_error(kl_divergence(p, q, base=np.e), exact_kl(exact_p, exact_q)) < 1e-13
            assert relative_error(js_divergence(p, q, base=np.e), js) < 1e-13


def test_a_divergence_of_1e_minus_20_is_not_lost():
    d = 2.0**-33  # (1 ± d)/2 are exact
    value = kl_divergence([0.5 + d, 0.5 - d], [0.5, 0.5], base=np.e)
    assert value == pytest.approx(2 * d**2 + 4 * d**4 / 3, rel=1e-14, abs=0)
    assert 1e-20 < value < 1e-19


def test_a_divergence_that_lives_in_the_tail_keeps_its_digits():
    p, q = np.array([1.0, 1e-30, 2e-40]), np.array([1.0, 3e-30, 1e-300])
    with mpmath.workdps(400):
        assert relative_error(kl_divergence(p, q, base=np.e), exact_kl(exactly(p), exactly(q))) < 1e-13
        assert relative_error(kl_divergence(q, p, base=np.e), exact_kl(exactly(q), exactly(p))) < 1e-13


@pytest.mark.parametrize("exponent", [0, -3, -6, -9, -12, -14])
def test_mutual_information_and_conditional_entropy_keep_their_digits(exponent):
    rng = np.random.default_rng(-exponent)
    with mpmath.workdps(60):
        for n, m, alpha in ((2, 2, 1.0), (3, 4, 1.0), (8, 5, 0.2)):
            product = np.outer(rng.dirichlet(np.full(n, alpha)), rng.dirichlet(np.full(m, alpha)))
            joint = product * np.exp(10.0**exponent * rng.normal(size=(n, m)))
            joint /= joint.sum()
            cells = np.array(exactly(joint.ravel()), dtype=object).reshape(n, m)
            rows, columns = cells.sum(axis=1), cells.sum(axis=0)
            mutual = exact_kl(cells.ravel(), np.outer(rows, columns).ravel())
            left = -exact_kl(cells.ravel(), np.repeat(rows, m))
            assert relative_error(mutual_information(joint, base=np.e), mutual) < 1e-13
            assert relative_error(conditional_entropy(joint, base=np.e), left) < 1e-13


@pytest.mark.parametrize("rare", [1e-3, 1e-8, 1e-12, 1e-100, 1e-300])
def test_entropies_of_the_nearly_certain_keep_their_digits(rare):
    p, q = np.array([1 - rare, rare]), np.array([1 - rare / 3, rare / 3])
    with mpmath.workdps(60):
        a, b = ([mpmath.mpf(float(value)) for value in d] for d in (p, q))
        exact = -mpmath.fsum(x * mpmath.log(x) for x in a)
        crossed = -mpmath.fsum(x * mpmath.log(y) for x, y in zip(a, b, strict=True))
    assert relative_error(entropy(p, base=np.e), exact) < 1e-14
    assert relative_error(cross_entropy(p, q, base=np.e), crossed) < 1e-14
    assert relative_error(entropy(p), exact / mpmath.log(2)) < 1e-14


def test_what_is_left_in_a_nearly_settled_row_keeps_its_digits():
    # The row sums to 0.5 in floating point; the 1e-20 beside it contributes 2 % of what is left through the large cell.
    with mpmath.workdps(60):
        a, b = mpmath.mpf(0.5), mpmath.mpf(1e-20)
        exact = a * mpmath.log((a + b) / a) + b * mpmath.log((a + b) / b)
    assert relative_error(conditional_entropy([[0.5, 1e-20], [0.5, 0.0]], base=np.e), exact) < 1e-14


def test_gaussian_kl_keeps_its_digits_for_neighbours_and_for_extremes():
    rng = np.random.default_rng(11)
    with mpmath.workdps(60):
        for _ in range(300):
            a, b = rng.normal(size=2) * 10.0 ** rng.integers(-12, 2)
            s = float(np.exp(3 * rng.normal()))
            t = s * float(np.exp(rng.normal() * 10.0 ** rng.integers(-14, 2)))
            u, v, x, y = map(mpmath.mpf, (float(a), float(b), s, t))
            exact = mpmath.log(y / x) + (x**2 + (u - v) ** 2) / (2 * y**2) - mpmath.mpf(1) / 2
            assert relative_error(gaussian_kl(a, s, b, t, base=np.e), exact) < 1e-13
    assert gaussian_kl(0, 1e-300, 0, 1e300, base=np.e) == pytest.approx(600 * np.log(10) - 0.5, rel=1e-14, abs=0)
    narrow = np.log(0.5) + 305 * np.log(10) - 0.5
    assert gaussian_kl(0, 1e-305, 0, 0.5, base=np.e) == pytest.approx(narrow, rel=1e-14, abs=0)
    assert gaussian_kl(0, 1e300, 0, 1e-300) == INF
    assert gaussian_kl(1e308, 1e308, -1e308, 1e308, base=np.e) == 2.0  # the gap of the means is beyond 1.8e308
    assert gaussian_kl(1.5e154, 1, 0, 1, base=np.e) == pytest.approx(1.125e308, rel=1e-15, abs=0)  # its square, too


@pytest.mark.parametrize("scale", [1.0, 1e10, 1e-200, 1e300])
@pytest.mark.parametrize("ratio", [0.5, 0.8, 0.83, 1.01, 1.3, 1.5])
def test_gaussian_kl_does_not_depend_on_the_unit_of_length(scale, ratio):
    with mpmath.workdps(60):
        x, y = mpmath.mpf(ratio * scale), mpmath.mpf(scale)
        exact = mpmath.log(y / x) + (x / y) ** 2 / 2 - mpmath.mpf(1) / 2
        assert relative_error(gaussian_kl(0, ratio * scale, 0, scale, base=np.e), exact) < 3e-14


@pytest.mark.parametrize("rare", [1e-100, 1e-300])
def test_what_is_left_in_a_rare_row_keeps_its_digits(rare):
    row = [rare * share for share in (0.05, 0.25, 0.3, 0.4)]
    with mpmath.workdps(60):
        exact = [mpmath.mpf(cell) for cell in row]
        left = -mpmath.fsum(cell * mpmath.log(cell / mpmath.fsum(exact)) for cell in exact)
    joint = [[1.0, 0.0, 0.0, 0.0], row]
    assert relative_error(conditional_entropy(joint, base=np.e), left) < 2e-15


def test_information_gain_of_as_many_labels_as_samples_needs_no_table():
    n = 200_000  # a table of labels by groups would have 4e10 cells
    each = np.arange(n)
    assert information_gain(each, each) == pytest.approx(np.log2(n), rel=1e-14, abs=0)
    assert information_gain(each, each % 2) == pytest.approx(1.0, rel=1e-14, abs=0)
    assert information_gain(each % 2, np.zeros(n)) == 0.0


def test_a_tiny_gain_keeps_its_digits():
    counts = [50_001, 49_999, 50_000, 50_000]
    labels, groups = np.repeat([0, 0, 1, 1], counts), np.repeat([0, 1, 0, 1], counts)
    with mpmath.workdps(60):
        n, cells = 200_000, {(0, 0): 50_001, (0, 1): 49_999, (1, 0): 50_000, (1, 1): 50_000}
        rows, columns = [100_000, 100_000], [100_001, 99_999]
        exact = (
            mpmath.fsum(c * mpmath.log(mpmath.mpf(c) * n / (rows[i] * columns[j])) for (i, j), c in cells.items()) / n
        )
    assert relative_error(information_gain(labels, groups, base=np.e), exact) < 1e-15


# -- against SciPy (scipy.stats.entropy, scipy.special.rel_entr, jensenshannon) and scikit-learn -------------


@many
@given(distributions(rows=2), bases)
def test_entropy_and_divergences_agree_with_scipy(pair, base):
    p, q = pair
    np.testing.assert_allclose(entropy(p, base=base), scipy.stats.entropy(p, base=base), rtol=1e-12, atol=1e-15)
    kl = scipy.special.rel_entr(p, q).sum() / np.log(base)
    np.testing.assert_allclose(kl_divergence(p, q, base=base), kl, rtol=1e-11, atol=1e-14)
    js = scipy.spatial.distance.jensenshannon(p, q, base=base) ** 2
    np.testing.assert_allclose(js_divergence(p, q, base=base), np.nan_to_num(js), rtol=1e-11, atol=1e-14)


@many
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=60))
def test_information_gain_agrees_with_scikit_learn(samples):
    labels, groups = zip(*samples, strict=True)
    expected = sklearn.metrics.mutual_info_score(labels, groups)  # nats
    np.testing.assert_allclose(information_gain(labels, groups, base=np.e), expected, rtol=1e-11, atol=1e-14)
    counts = sklearn.metrics.cluster.contingency_matrix(labels, groups)
    np.testing.assert_allclose(mutual_information(counts / len(labels), base=np.e), expected, rtol=1e-11, atol=1e-14)


# -- errors -------------------------------------------------------------------------------------------------

BAD_DISTRIBUTIONS = [
    ([], ValueError, r"must not be empty; got shape \(0,\)$"),
    (np.zeros((2, 0)), ValueError, r"must not be empty; got shape \(2, 0\)$"),
    (1.0, ValueError, r"must have at least one dimension; got shape \(\)$"),
    ([0.5, np.nan], ValueError, r"must not contain NaN; got nan at index \(1,\)$"),
    ([0.5, np.inf], ValueError, r"must lie in \[0, 1\]; got inf at index \(1,\)$"),
    ([1.5, -0.5], ValueError, r"must lie in \[0, 1\]; got 1.5 at index \(0,\)$"),
    ([-0.5, 0.5], ValueError, r"must lie in \[0, 1\]; got -0.5 at index \(0,\)$"),
    ([[0.5, 0.5], [0.5, 0.43]], ValueError, r"must sum to 1 along axis -1; got 0.93 at index \(1,\)$"),
    ([[0.5, 0.5], [1.0]], ValueError, "must be rectangular; got rows of unequal length$"),
    (["a", "b"], TypeError, "must hold real numbers; got text$"),
    ([0.5j, 0.5], TypeError, "must hold real numbers; got dtype complex128$"),
    (None, TypeError, "must hold real numbers; got None$"),
]


@pytest.mark.parametrize("bad, error, message", BAD_DISTRIBUTIONS)
def test_a_bad_distribution_is_refused_wherever_it_stands(bad, error, message):
    with pytest.raises(error, match="^`p` " + message):
        entropy(bad)
    for f in PAIRS:
        with pytest.raises(error, match="^`p` " + message):
            f(bad, [0.5, 0.5])
        with pytest.raises(error, match="^`q` " + message):
            f([0.5, 0.5], bad)


@pytest.mark.parametrize("f", PAIRS)
def test_distributions_that_do_not_fit_each_other_are_refused(f):
    with pytest.raises(ValueError, match="^`p` and `q` must have the same number of classes; got 2 and 3$"):
        f([0.5, 0.5], [0.25, 0.25, 0.5])
    with pytest.raises(ValueError, match="^`p` and `q` must have the same number of classes; got 1 and 2$"):
        f([1.0], [0.5, 0.5])
    with pytest.raises(ValueError, match=r"^`p` and `q` must have shapes that broadcast; got \(2, 2\) and \(3, 2\)$"):
        f(np.full((2, 2), 0.5), np.full((3, 2), 0.5))
    with pytest.raises(ValueError, match="^`axis` must lie in -1 … 0 for one dimension; got 1$"):
        f([0.5, 0.5], [0.5, 0.5], axis=1)
    with pytest.raises(TypeError, match="^`axis` must be an integer; got None$"):
        f([0.5, 0.5], [0.5, 0.5], axis=None)


@pytest.mark.parametrize("p", [-0.1, 1.1, [0.5, np.nan], []])
def test_surprisal_takes_probabilities_only(p):
    with pytest.raises(ValueError, match="^`p` must (lie in|not contain NaN|not be empty)"):
        surprisal(p)


@pytest.mark.parametrize("f", OF_TABLES)
@pytest.mark.parametrize(
    "joint, message",
    [
        ([0.5, 0.5], r"^`joint` must have 2 dimensions; got shape \(2,\)$"),
        ([[0.5, 0.5], [0.5, 0.5]], "^`joint` must sum to 1; got 2$"),
        ([[1.5, -0.5]], r"^`joint` must lie in \[0, 1\]; got 1.5 at index \(0, 0\)$"),
        ([[0.5, np.nan]], r"^`joint` must not contain NaN; got nan at index \(0, 1\)$"),
        ([[]], r"^`joint` must not be empty; got shape \(1, 0\)$"),
    ],
)
def test_a_bad_joint_distribution_is_refused(f, joint, message):
    with pytest.raises(ValueError, match=message):
        f(joint)


def test_conditional_entropy_knows_rows_and_columns_only():
    with pytest.raises(ValueError, match="^`given` must be one of 'rows', 'columns'; got 'x'$"):
        conditional_entropy([[1.0]], given="x")
    with pytest.raises(TypeError, match="^`given` must be one of 'rows', 'columns'; got 0$"):
        conditional_entropy([[1.0]], given=0)


@pytest.mark.parametrize(
    "labels, groups, error, message",
    [
        ([], [], ValueError, "^`labels` must not be empty"),
        ([0, 1], [0], ValueError, r"^`labels` and `groups` must have the same shape; got \(2,\) and \(1,\)$"),
        ([0, 1], [0.0, np.nan], ValueError, r"^`groups` must not contain NaN; got nan at index \(1,\)$"),
        ([[0, 1]], [0, 1], ValueError, r"^`labels` must have one dimension; got shape \(1, 2\)$"),
        (["a", None], [0, 1], TypeError, "^`labels` must hold values of one kind"),
    ],
)
def test_bad_samples_are_refused(labels, groups, error, message):
    with pytest.raises(error, match=message):
        information_gain(labels, groups)


@pytest.mark.parametrize(
    "arguments, message",
    [
        ((0, 0, 0, 1), "^`std_p` must be positive; got 0$"),
        ((0, 1, 0, [1, -1]), r"^`std_q` must be positive; got -1 at index \(1,\)$"),
        ((INF, 1, 0, 1), "^`mean_p` must be finite; got inf$"),
        ((0, 1, np.nan, 1), "^`mean_q` must not contain NaN; got nan$"),
        ((0, INF, 0, 1), "^`std_p` must be finite; got inf$"),
        (([0, 1], 1, [0, 1, 2], 1), r"must have shapes that broadcast; got \(2,\) and \(3,\) and \(\) and \(\)$"),
        (([], 1, 0, 1), "^`mean_p` must not be empty"),
    ],
)
def test_bad_gaussians_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        gaussian_kl(*arguments)


@pytest.mark.parametrize(
    "base, error",
    [(0, ValueError), (1, ValueError), (-2, ValueError), (INF, ValueError), (np.nan, ValueError), ("2", TypeError)],
)
def test_a_bad_base_is_refused_by_every_function(base, error):
    p = [0.5, 0.5]
    calls = [lambda: surprisal(p, base=base), lambda: entropy(p, base=base)]
    calls += [lambda f=f: f(p, p, base=base) for f in PAIRS] + [lambda f=f: f([p], base=base) for f in OF_TABLES]
    calls += [lambda: information_gain(p, p, base=base), lambda: gaussian_kl(0, 1, 0, 1, base=base)]
    for call in calls:
        with pytest.raises(error, match="^`base` must be "):
            call()
    with pytest.raises(error, match="^`to_base` must be "):
        convert_units(1.0, from_base=2, to_base=base)
    with pytest.raises(error, match="^`from_base` must be "):
        convert_units(1.0, from_base=base, to_base=2)


def test_a_row_of_one_subnormal_number_keeps_the_digits_it_has():
    """The expected surprisal of the one outcome that is not certain, in units of the smallest number."""
    least, other = 5e-324, 1e-10
    wanted = int(mpmath.nint(mpmath.log(mpmath.mpf(other) / mpmath.mpf(least)) + 1))
    found = conditional_entropy([[least, other], [0.0, 1 - other]], base=np.e)
    assert abs(found / least - wanted) <= 2


def test_a_table_that_sums_to_1_up_to_rounding_has_the_information_of_the_one_that_sums_to_1():
    joint = np.array([[0.3, 0.1], [0.2, 0.4]])
    assert mutual_information(joint * (1 + 5e-10)) == pytest.approx(mutual_information(joint), rel=1e-13, abs=0)


@pytest.mark.parametrize("shape", [(7,), (1,), (3, 8), (8, 3), (2, 3, 5)])
def test_a_sum_and_its_rounding_error_are_those_over_the_last_axis(shape):
    x = np.random.default_rng(0).normal(size=shape) * 2.0 ** np.arange(shape[-1])
    total, error = sum_exactly(x)
    assert np.shape(total) == np.shape(error) == shape[:-1]
    for row, t, e in zip(x.reshape(-1, shape[-1]), np.ravel(total), np.ravel(error), strict=True):
        assert float(sum(map(Fraction, row))) == t + e
        assert abs(Fraction(t) + Fraction(e) - sum(map(Fraction, row))) <= 1e-30
