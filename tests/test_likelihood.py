"""Likelihood is cross-entropy in other words, and its curvature is what the data tell."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
import scipy.integrate
import scipy.optimize
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from xentbook.datasets import load_challenger
from xentbook.information import cross_entropy, entropy, kl_divergence, mutual_information
from xentbook.likelihood import (
    bernoulli_information,
    bernoulli_log_likelihood,
    bernoulli_mle,
    categorical_information,
    categorical_log_likelihood,
    categorical_mle,
    empirical_distribution,
    expected_information,
    observed_information,
    robust_standard_errors,
    standard_errors,
    wald_interval,
)
from xentbook.likelihood._derivatives import jacobian_of
from xentbook.links import log_sigmoid, log_softmax, sigmoid, softmax
from xentbook.losses import binary_cross_entropy
from xentbook.models import LogisticRegression

many = settings(deadline=None, max_examples=60)
INF = float("inf")


@st.composite
def labels_and_model(draw):
    """Labels of K classes and a distribution over them without zeros."""
    k = draw(st.integers(1, 6))
    labels = draw(hnp.arrays(np.int32, st.integers(1, 40), elements=st.integers(0, k - 1)))
    return labels, softmax(draw(hnp.arrays(np.float64, k, elements=st.floats(-8, 8))))


# -- closed forms -------------------------------------------------------------------------------------------


def test_a_fair_coin_costs_log_2_a_toss():
    assert bernoulli_log_likelihood([1, 0, 1, 1], probs=0.5) == pytest.approx(-4 * np.log(2), rel=1e-15)
    assert categorical_log_likelihood([0, 3, 1], probs=np.full(4, 0.25)) == pytest.approx(-3 * np.log(4), rel=1e-15)


def test_the_estimate_of_a_coin_is_its_share_of_heads():
    found = bernoulli_mle([1, 1, 1, 0])
    assert (found.value, found.n_samples) == (0.75, 4)
    assert found.standard_error == pytest.approx(np.sqrt(0.75 * 0.25 / 4), rel=1e-15)
    assert found.log_likelihood == pytest.approx(3 * np.log(0.75) + np.log(0.25), rel=1e-15)


def test_the_estimate_of_a_die_is_its_shares():
    found = categorical_mle([0, 2, 2, 1, 2], n_classes=4)
    np.testing.assert_allclose(found.value, [0.2, 0.2, 0.6, 0.0], rtol=1e-15)
    np.testing.assert_allclose(found.standard_error, np.sqrt([0.16 / 5, 0.16 / 5, 0.24 / 5, 0]), rtol=1e-14)
    assert found.log_likelihood == pytest.approx(-5 * entropy(found.value, base=np.e), rel=1e-14)


def test_a_wald_interval_of_95_percent_reaches_1_96_standard_errors():
    low, high = wald_interval([0.0, 1.0], [1.0, 2.0])
    np.testing.assert_allclose(high, [1.959963984540054, 1 + 2 * 1.959963984540054], rtol=1e-14)
    np.testing.assert_allclose(low, [-1.959963984540054, 1 - 2 * 1.959963984540054], rtol=1e-14)
    assert wald_interval(3.0, INF) == (-INF, INF)


# -- identities ---------------------------------------------------------------------------------------------


@pytest.mark.claim(11)
@pytest.mark.identity("eq-nll-cross-entropy")
@many
@given(labels_and_model())
def test_the_negative_log_likelihood_is_n_cross_entropies_of_the_empirical_distribution(case):
    labels, q = case
    found = -categorical_log_likelihood(labels, probs=q)
    exact = labels.size * cross_entropy(empirical_distribution(labels, n_classes=q.size), q, base=np.e)
    np.testing.assert_allclose(found, exact, rtol=1e-13, atol=1e-14)


@pytest.mark.identity("eq-mle-shares")
@many
@given(labels_and_model())
def test_no_distribution_is_likelier_than_the_shares_and_the_gap_is_n_kl(case):
    labels, q = case
    best = categorical_mle(labels, n_classes=q.size)
    gap = best.log_likelihood - categorical_log_likelihood(labels, probs=q)
    np.testing.assert_allclose(gap, labels.size * kl_divergence(best.value, q, base=np.e), rtol=1e-10, atol=1e-11)


@many
@given(hnp.arrays(np.float64, 7, elements=st.floats(0, 1)), hnp.arrays(np.float64, 7, elements=st.floats(-30, 30)))
def test_two_classes_are_the_coin_and_logits_are_its_probabilities(y, z):
    by_logits = bernoulli_log_likelihood(y, logits=z)
    np.testing.assert_allclose(by_logits, np.sum(y * log_sigmoid(z) + (1 - y) * log_sigmoid(-z)), rtol=1e-13)
    hard = (y > 0.5).astype(int)
    pair = np.stack([np.zeros(7), z], axis=-1)
    np.testing.assert_allclose(
        categorical_log_likelihood(hard, logits=pair), bernoulli_log_likelihood(hard, logits=z), rtol=1e-13
    )
    by_pair = categorical_log_likelihood(hard, probs=softmax(pair / 3))  # a third: probabilities near 1 lose digits
    np.testing.assert_allclose(by_pair, bernoulli_log_likelihood(hard, probs=sigmoid(z / 3)), rtol=1e-10)


@many
@given(st.floats(0.02, 0.98))
def test_information_about_the_logit_is_that_about_p_by_the_chain_rule(p):
    slope = p * (1 - p)  # dp / dz
    about_p, about_z = bernoulli_information(p), bernoulli_information(p, parameter="logit")
    np.testing.assert_allclose(about_z, about_p * slope**2, rtol=1e-12)
    np.testing.assert_allclose(categorical_information([1 - p, p]), [[about_p]], rtol=1e-12)


@pytest.mark.identity("eq-fisher-information")
@many
@given(hnp.arrays(np.float64, 4, elements=st.floats(-3, 3)))
def test_expected_information_agrees_with_the_closed_forms(z):
    p = softmax(z)
    found = expected_information(log_softmax, z)
    np.testing.assert_allclose(found, categorical_information(p, parameter="logit"), atol=1e-11)

    def free(theta):
        return np.log([*theta, 1 - theta.sum()])

    inner = 0.2 / 4 + 0.8 * p  # away from 0, where the differences would leave the simplex
    np.testing.assert_allclose(expected_information(free, inner[:-1]), categorical_information(inner), rtol=1e-5)


@pytest.mark.identity("eq-fisher-information")
def test_the_score_has_mean_zero_and_its_variance_is_the_information():
    z, k = np.array([0.3, -1.0, 0.6]), 3
    p = softmax(z)
    scores = np.eye(k) - p  # gradient of log p_k over the logits
    np.testing.assert_allclose(p @ scores, 0, atol=1e-16)
    np.testing.assert_allclose((scores.T * p) @ scores, categorical_information(p, parameter="logit"), rtol=1e-13)


def test_the_observed_information_at_the_estimate_is_the_expected_one():
    labels = np.repeat([0, 1, 2], [5, 3, 12])
    found = observed_information(
        lambda z: categorical_log_likelihood(labels, logits=z), np.log([5 / 20, 3 / 20, 12 / 20])
    )
    exact = categorical_information([5 / 20, 3 / 20, 12 / 20], n_samples=20, parameter="logit")
    np.testing.assert_allclose(found, exact, atol=2e-8)


def test_the_expected_information_of_a_regression_is_that_of_its_rows_added_up():
    X = np.random.default_rng(1).normal(size=(6, 2))
    theta = np.array([0.5, -1.0])
    found = expected_information(lambda t: np.stack([log_sigmoid(-X @ t), log_sigmoid(X @ t)], axis=-1), theta)
    s = sigmoid(X @ theta) * sigmoid(-X @ theta)
    np.testing.assert_allclose(found, (X.T * s) @ X, rtol=1e-10)


@pytest.mark.identity("eq-standard-error")
def test_the_standard_error_of_a_coin_is_one_over_the_root_of_its_information():
    found = bernoulli_mle([1] * 7 + [0] * 13)
    information = bernoulli_information(found.value, n_samples=20)
    np.testing.assert_allclose(standard_errors([[information]]), [found.standard_error], rtol=1e-14)
    shares = categorical_mle([0, 0, 1, 2, 2, 2, 2])
    np.testing.assert_allclose(
        standard_errors(categorical_information(shares.value, n_samples=7)), shares.standard_error[:-1], rtol=1e-13
    )


def test_robust_standard_errors_of_a_right_model_are_the_usual_ones():
    y = np.repeat([0.0, 1.0], [30, 70])
    p = y.mean()
    scores = ((y - p) / (p * (1 - p)))[:, np.newaxis]
    information = [[bernoulli_information(p, n_samples=100)]]
    np.testing.assert_allclose(robust_standard_errors(information, scores), standard_errors(information), rtol=1e-13)


@pytest.mark.identity("eq-sandwich")
def test_robust_standard_errors_of_a_wrong_model_are_those_of_the_mean_under_a_poisson_fit():
    # The Poisson estimate is the mean whatever the truth, and the variance of a mean is var / n.
    y = np.random.default_rng(3).negative_binomial(2, 0.2, size=500).astype(float)
    m = y.mean()
    information, scores = [[y.size / m]], ((y - m) / m)[:, np.newaxis]
    np.testing.assert_allclose(robust_standard_errors(information, scores), np.sqrt(y.var() / y.size), rtol=1e-12)
    assert robust_standard_errors(information, scores)[0] > 2 * standard_errors(information)[0]


@pytest.mark.identity("eq-standard-error")
def test_the_estimate_is_consistent_at_the_rate_of_its_standard_error():
    rng, p = np.random.default_rng(5), 0.3
    for n in (100, 10_000, 1_000_000):
        draws = rng.binomial(n, p, size=4000) / n
        assert np.std(draws) * np.sqrt(bernoulli_information(p, n_samples=n)) == pytest.approx(1, abs=0.05)


def test_ninety_five_percent_of_wald_intervals_hold_the_truth_when_n_is_large():
    rng = np.random.default_rng(7)
    shares = rng.binomial(4000, 0.4, size=4000) / 4000
    low, high = wald_interval(shares, np.sqrt(shares * (1 - shares) / 4000))
    assert np.mean((low <= 0.4) & (high >= 0.4)) == pytest.approx(0.95, abs=0.012)


@pytest.mark.claim(11)
@pytest.mark.identity("eq-nll-cross-entropy")
@many
@given(labels_and_model())
def test_the_negative_log_likelihood_splits_into_the_entropy_of_the_data_and_the_divergence_from_it(case):
    labels, q = case
    shares = empirical_distribution(labels, n_classes=q.size)
    parts = entropy(shares, base=np.e) + kl_divergence(shares, q, base=np.e)
    np.testing.assert_allclose(
        -categorical_log_likelihood(labels, probs=q), labels.size * parts, rtol=1e-12, atol=1e-13
    )


@pytest.mark.identity("eq-standard-error")
def test_the_standard_errors_of_a_regression_are_the_spread_of_its_estimates():
    rng = np.random.default_rng(17)
    X, times = rng.normal(size=(40, 2)), np.full(40, 200)
    theta = np.array([0.3, 0.8, -0.5])
    design = np.column_stack([np.ones(len(X)), X])
    p = sigmoid(design @ theta)
    fits = [LogisticRegression().fit(X, rng.binomial(times, p) / times, sample_weight=times) for _ in range(150)]
    estimates = np.array([[fit.intercept_, *fit.coef_] for fit in fits])
    exact = standard_errors((design.T * (times * p * (1 - p))) @ design)
    np.testing.assert_allclose(estimates.std(axis=0) / exact, 1, atol=0.15)
    np.testing.assert_allclose((estimates.mean(axis=0) - theta) / exact, 0, atol=0.3)


@pytest.mark.identity("eq-score-equations")
@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**6), st.booleans())
def test_at_the_estimate_residuals_sum_to_zero_alone_and_with_every_feature(seed, soft):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(60, 2)) * [1.0, 30.0]
    y = np.where(rng.random(60) < 0.15, 0.5, rng.integers(0, 2, 60)) if soft else rng.integers(0, 2, 60)
    residuals = y - LogisticRegression().fit(X, y).predict_proba(X)[:, 1]
    np.testing.assert_allclose([residuals.sum(), *(residuals @ X / [1.0, 30.0])], 0, atol=1e-8)


@pytest.mark.identity("eq-score-equations")
def test_the_score_of_a_regression_is_outcome_less_prediction_times_the_feature():
    rng = np.random.default_rng(8)
    X, y = rng.normal(size=(12, 3)), rng.integers(0, 2, 12)
    theta = rng.normal(size=3)
    found = scipy.optimize.approx_fprime(theta, lambda v: bernoulli_log_likelihood(y, logits=X @ v), 1e-7)
    np.testing.assert_allclose(found, X.T @ (y - sigmoid(X @ theta)), atol=1e-5)


def step_at(x):
    """A truth that no logistic curve can follow."""
    return np.where(x < 8, 0.05, 0.95)


def projection_of_the_step():
    """The solution of the population's score equations for inputs spread evenly over 0 … 10, by integration."""

    def expected_score(theta):
        def gap(x, power):
            return (step_at(x) - sigmoid(theta[0] + theta[1] * x)) * x**power

        return [scipy.integrate.quad(gap, 0, 10, args=(power,), points=[8])[0] for power in (0, 1)]

    return scipy.optimize.root(expected_score, [-5.0, 1.0], tol=1e-12).x


@pytest.mark.identity("eq-kl-projection")
def test_a_wrong_model_settles_on_the_curve_of_least_divergence_from_the_truth():
    rng, limit = np.random.default_rng(23), projection_of_the_step()
    x = np.linspace(0.0025, 9.9975, 2000)
    truth = np.stack([1 - step_at(x), step_at(x)], axis=-1)

    def divergence(theta):
        z = theta[0] + theta[1] * x
        return kl_divergence(truth, np.stack([sigmoid(-z), sigmoid(z)], axis=-1), base=np.e).mean()

    least = scipy.optimize.minimize(
        divergence, [-5.0, 1.0], method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-14}
    )
    np.testing.assert_allclose(least.x, limit, rtol=1e-4)
    n = 100_000
    load = rng.uniform(0, 10, n)
    fit = LogisticRegression().fit(load[:, np.newaxis], rng.random(n) < step_at(load))
    np.testing.assert_allclose([fit.intercept_, fit.coef_[0]], limit, atol=4 * 24 / np.sqrt(n))
    assert divergence(limit) > 0.1  # and it is wrong for ever


@pytest.mark.identity("eq-sandwich")
def test_the_sandwich_is_the_spread_around_the_projection_where_the_usual_errors_are_not():
    rng, limit, n = np.random.default_rng(29), projection_of_the_step(), 800
    slopes, usual, robust = [], [], []
    for _ in range(120):
        load = rng.uniform(0, 10, n)
        y = rng.random(n) < step_at(load)
        fit = LogisticRegression().fit(load[:, np.newaxis], y)
        gap = y - fit.predict_proba(load[:, np.newaxis])[:, 1]
        scores = np.stack([gap, gap * load], axis=-1)
        slopes.append(fit.coef_[0])
        usual.append(fit.standard_errors_[0])
        robust.append(robust_standard_errors(np.linalg.inv(fit.covariance_), scores)[1])
    assert np.std(slopes) / np.mean(robust) == pytest.approx(1, abs=0.15)
    assert np.std(slopes) / np.mean(usual) > 1.35
    assert np.mean(slopes) == pytest.approx(limit[1], abs=4 * np.mean(robust) / np.sqrt(120) + 0.01)


@pytest.mark.identity("eq-sandwich")
def test_the_sandwich_is_bread_filling_bread():
    rng = np.random.default_rng(31)
    scores = rng.normal(size=(30, 3))
    root = rng.normal(size=(3, 3))
    bread = root @ root.T + np.eye(3)
    inverse = np.linalg.inv(bread)
    exact = np.sqrt(np.diag(inverse @ (scores.T @ scores) @ inverse))
    np.testing.assert_allclose(robust_standard_errors(bread, scores), exact, rtol=1e-12)


# -- the verdict of chapter 5 -------------------------------------------------------------------------------


@pytest.mark.claim(11)
def test_the_summed_loss_of_a_regression_is_minus_the_log_of_the_probability_of_its_labels_given_the_inputs():
    flights = load_challenger()
    fit = LogisticRegression().fit(flights.temperature[:, np.newaxis], flights.distress)
    p = fit.predict_proba(flights.temperature[:, np.newaxis])[np.arange(23), flights.distress]
    total = binary_cross_entropy(
        flights.distress, logits=fit.decision_function(flights.temperature[:, np.newaxis]), reduction="sum"
    )
    assert total == pytest.approx(-np.log(np.prod(p)), rel=1e-12) == pytest.approx(10.16, abs=0.005)
    places, where = np.unique(flights.temperature, return_inverse=True)
    counts, share = np.bincount(where), np.bincount(where, flights.distress) / np.bincount(where)
    seen, said = np.stack([1 - share, share], axis=1), fit.predict_proba(places[:, np.newaxis])
    floor, excess = counts @ entropy(seen, base=np.e), counts @ kl_divergence(seen, said, base=np.e)
    assert floor + excess == pytest.approx(total, rel=1e-12) and (round(floor, 2), round(excess, 2)) == (4.16, 6.00)


@pytest.mark.claim(11)
@pytest.mark.parametrize("change", ["class weights", "label smoothing", "a penalty", "a clipped logarithm", "none"])
def test_class_weights_smoothing_a_penalty_or_clipping_each_have_another_minimum_than_the_likelihood(change):
    x, y = np.array([-2.0, -1, 0, 0, 0, 1, 1, 2]), np.array([0, 1, 1, 0, 0, 0, 1, 1])

    def loss(theta):
        z = theta[0] + theta[1] * x
        if change == "class weights":
            return binary_cross_entropy(y, logits=z, sample_weight=np.where(y == 1, 3.0, 1.0), reduction="sum")
        if change == "label smoothing":
            return binary_cross_entropy(y, logits=z, label_smoothing=0.2, reduction="sum")
        if change == "a clipped logarithm":
            return -np.sum(np.log(np.clip(np.where(y == 1, sigmoid(z), sigmoid(-z)), 0.3, 0.7)))
        return binary_cross_entropy(y, logits=z, reduction="sum") + (theta[1] ** 2 if change == "a penalty" else 0)

    likeliest = scipy.optimize.minimize(
        lambda t: -bernoulli_log_likelihood(y, logits=t[0] + t[1] * x), [0, 1], tol=1e-10
    ).x
    least = scipy.optimize.minimize(loss, likeliest, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-13}).x
    assert (np.abs(least - likeliest).max() < 1e-4) == (change == "none")


@pytest.mark.claim(11)
def test_where_outcomes_depend_on_each_other_the_sum_is_their_surprise_only_if_each_is_given_the_past():
    joint = np.array([[0.4, 0.1], [0.2, 0.3]])  # of two outcomes, the first one in the rows
    first, second = joint.sum(axis=1), joint.sum(axis=0)
    truly = -np.log(joint)
    given_the_past = -np.log(first)[:, np.newaxis] - np.log(joint / first[:, np.newaxis])
    alone = -np.log(first)[:, np.newaxis] - np.log(second)
    np.testing.assert_allclose(given_the_past, truly, rtol=1e-14)
    assert np.sum(joint * (alone - truly)) == pytest.approx(mutual_information(joint, base=np.e), rel=1e-12) and np.any(
        alone < truly
    )


# -- limits -------------------------------------------------------------------------------------------------


def test_what_was_ruled_out_and_happened_makes_the_log_likelihood_minus_infinity():
    assert bernoulli_log_likelihood([1, 0], probs=[0.0, 0.0]) == -INF
    assert bernoulli_log_likelihood([0, 1], probs=[0.0, 1.0]) == 0
    assert bernoulli_log_likelihood([0, 1], logits=[-INF, INF]) == 0
    assert bernoulli_log_likelihood([0, 1], logits=[INF, INF]) == -INF
    assert categorical_log_likelihood([0, 1], probs=[1.0, 0.0]) == -INF
    assert categorical_log_likelihood([0, 0], probs=[1.0, 0.0]) == 0
    assert categorical_log_likelihood([0], logits=[[INF, 0.0]]) == 0


def test_a_confident_right_answer_keeps_its_digits():
    assert bernoulli_log_likelihood([1], logits=[60.0]) == pytest.approx(
        float(-mpmath.log1p(mpmath.exp(-60))), rel=2e-13
    )
    assert bernoulli_log_likelihood([0], probs=[1e-20]) == pytest.approx(-1e-20, rel=1e-15)


def test_tosses_that_all_fall_alike_have_no_error_and_no_cost():
    assert bernoulli_mle([1, 1, 1])[:3] == (1.0, 0.0, 0.0)
    assert categorical_mle([0, 0])[2] == 0
    np.testing.assert_array_equal(bernoulli_information([0.0, 1.0]), [INF, INF])
    np.testing.assert_array_equal(bernoulli_information([0.0, 1.0], parameter="logit"), [0, 0])
    assert categorical_information([1.0]).shape == (0, 0)


def test_one_call_gives_a_whole_curve():
    y, grid = np.array([1, 1, 0, 1, 0]), np.linspace(0, 1, 11)
    curve = bernoulli_log_likelihood(y, probs=grid[:, np.newaxis])
    np.testing.assert_allclose(curve, [bernoulli_log_likelihood(y, probs=p) for p in grid])
    rivals = softmax(np.random.default_rng(0).normal(size=(4, 1, 3)))
    table = categorical_log_likelihood([0, 2, 1], probs=rivals)
    np.testing.assert_allclose(table, [categorical_log_likelihood([0, 2, 1], probs=q[0]) for q in rivals])


# -- oracles ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", [1.0, 1e3, 1e9, 1e100])
def test_the_information_about_a_parameter_in_large_units_keeps_its_digits(unit):
    at = np.array([0.7, -2.0])  # logits of class 1 and 2 against class 0
    p = softmax(np.append(0.0, at))
    exact = (np.diag(p) - np.outer(p, p))[1:, 1:]
    expected = expected_information(lambda t: log_softmax(np.append(0.0, t / unit)), at * unit)
    np.testing.assert_allclose(expected * unit * unit, exact, rtol=1e-10)
    observed = observed_information(lambda t: float(100 * log_softmax(np.append(0.0, t / unit))[2]), at * unit)
    np.testing.assert_allclose(observed * unit * unit, 100 * exact, rtol=1e-8)


@pytest.mark.parametrize("level", [0.01, 0.5, 0.8, 0.999])
def test_a_wald_interval_is_that_of_scipys_normal_distribution(level):
    low, high = wald_interval([0.5, -3.0], [0.1, 0.0], level=level)
    expected = scipy.stats.norm.interval(level, [0.5, -3.0], [0.1, 1.0])
    np.testing.assert_allclose([low[0], high[0]], [expected[0][0], expected[1][0]], rtol=1e-12)
    assert low[1] == high[1] == -3.0  # an estimate without an error is its own interval


def test_one_class_is_certain_and_one_class_of_many_may_be_all_that_was_seen():
    assert empirical_distribution([0, 0], n_classes=1).tolist() == [1.0]
    assert empirical_distribution([1], n_classes=4).tolist() == [0.0, 1.0, 0.0, 0.0]
    estimate = categorical_mle([1, 1], n_classes=3)
    assert estimate.value.tolist() == [0.0, 1.0, 0.0] and estimate.standard_error.tolist() == [0.0] * 3


def test_one_distribution_serves_all_samples_of_each_rival():
    rivals = softmax(np.random.default_rng(0).normal(size=(4, 1, 3)))
    y = [0, 2, 1, 1, 0]
    table = categorical_log_likelihood(y, logits=np.log(rivals) + 7.0)  # logits need not be normalised
    np.testing.assert_allclose(table, [scipy.stats.multinomial.logpmf(np.eye(3)[y], 1, q[0]).sum() for q in rivals])
    assert categorical_log_likelihood([1], probs=[[0.25, 0.75]]) == np.log(0.75)


@pytest.mark.parametrize("unit", [1e-150, 1.0, 1e150])
def test_standard_errors_are_in_the_units_of_the_parameters(unit):
    information = np.array([[4.0, 1.0], [1.0, 2.0]]) / unit / unit
    np.testing.assert_allclose(standard_errors(information), np.sqrt([2 / 7, 4 / 7]) * unit, rtol=1e-12)


def test_an_information_is_positive_definite_as_long_as_rounding_leaves_it_so():
    for gap in (1e-3, 1e-9, 1e-14):
        near = [[1.0, 1.0 - gap], [1.0 - gap, 1.0]]
        np.testing.assert_allclose(standard_errors(near), [(gap * (2 - gap)) ** -0.5] * 2, rtol=1e-16 / gap + 1e-8)
    with pytest.raises(ValueError, match="`information` must be positive definite; got eigenvalue"):
        standard_errors([[1.0, 1.0 - 1e-16], [1.0 - 1e-16, 1.0]])


@pytest.mark.parametrize("x", [0.0, 0.5, -1.0])
def test_derivatives_by_differences_have_eleven_digits(x):
    found = jacobian_of(lambda t: np.exp([t[0], 4 * t[0]]), np.array([x]))
    np.testing.assert_allclose(found, [[np.exp(x)], [4 * np.exp(4 * x)]], rtol=1e-11)


def test_an_outcome_that_cannot_happen_adds_no_information():
    with np.errstate(divide="ignore"):
        found = expected_information(lambda t: np.append(np.log([1 - t[0], t[0]]), -np.inf), 0.25)
    np.testing.assert_allclose(found, [[1 / (0.25 * 0.75)]], rtol=1e-6)


@pytest.mark.parametrize("seed", range(8))
def test_an_information_of_one_rank_too_little_is_refused_however_its_rounding_falls(seed):
    parts = np.random.default_rng(seed).uniform(1.0, 1.1, size=(10, 9))  # nearly the same direction again and again
    with pytest.raises(ValueError, match="`information` must be positive definite"):
        standard_errors(parts @ parts.T)


@pytest.mark.parametrize("off, refused", [(0.9e-6, False), (1.1e-6, True)])
def test_an_information_is_symmetric_to_a_millionth_of_its_units(off, refused):
    information = np.array([[4.0, (0.5 + off) * 200.0], [0.5 * 200.0, 1e4]])
    if refused:
        with pytest.raises(ValueError, match="`information` must be symmetric"):
            standard_errors(information)
    else:
        exact = np.sqrt(np.diagonal(np.linalg.inv((information + information.T) / 2)))
        np.testing.assert_allclose(standard_errors(information), exact, rtol=1e-12)


def test_scipy_finds_the_same_log_likelihoods():
    rng = np.random.default_rng(11)
    y, p = rng.integers(0, 2, 50), rng.random(50)
    assert bernoulli_log_likelihood(y, probs=p) == pytest.approx(scipy.stats.bernoulli.logpmf(y, p).sum(), rel=1e-13)
    q, labels = softmax(rng.normal(size=(50, 4))), rng.integers(0, 4, 50)
    exact = scipy.stats.multinomial.logpmf(np.eye(4)[labels], 1, q).sum()
    assert categorical_log_likelihood(labels, probs=q) == pytest.approx(exact, rel=1e-12)


def test_the_standard_errors_agree_with_mpmath_for_parameters_of_very_different_units():
    rng = np.random.default_rng(2)
    root = rng.normal(size=(6, 4)) * [1e-6, 1.0, 1e4, 1e8]
    information = root.T @ root
    with mpmath.workdps(60):
        exact = mpmath.matrix(information.tolist()) ** -1
        expected = [float(mpmath.sqrt(exact[j, j])) for j in range(4)]
    np.testing.assert_allclose(standard_errors(information), expected, rtol=1e-10)


# -- errors -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("f", [bernoulli_log_likelihood, categorical_log_likelihood])
def test_probabilities_or_logits_never_both_or_neither(f):
    with pytest.raises(TypeError, match="exactly one of `probs` and `logits` must be given; got neither"):
        f([0, 1])
    with pytest.raises(TypeError, match="exactly one of `probs` and `logits` must be given; got both"):
        f([0, 1], probs=[0.5, 0.5], logits=[0.0, 0.0])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: bernoulli_log_likelihood([0, 2], probs=0.5), r"`y_true` must lie in \[0, 1\]; got 2 at index \(1,\)"),
        (lambda: bernoulli_log_likelihood([0, 1], probs=1.5), r"`probs` must lie in \[0, 1\]; got 1.5; pass logits="),
        (lambda: bernoulli_log_likelihood([0, 1], probs=[0.1, 0.2, 0.3]), "must have shapes that broadcast"),
        (lambda: bernoulli_log_likelihood([1], probs=[0.1, 0.2]), "`probs` must fit the 1 samples of `y_true`; got 2"),
        (lambda: bernoulli_log_likelihood([np.nan], probs=0.5), "`y_true` must not contain NaN"),
        (lambda: bernoulli_log_likelihood([], probs=0.5), "`y_true` must not be empty"),
        (lambda: bernoulli_log_likelihood([1], logits=[np.nan]), "`logits` must not contain NaN"),
        (lambda: categorical_log_likelihood([0, 3], probs=[0.5, 0.5]), "`y_true` must lie in 0 … 1; got 3"),
        (lambda: categorical_log_likelihood([0], probs=[0.5, 0.6]), "`probs` must sum to 1"),
        (lambda: categorical_log_likelihood([0], probs=[[0.5, 0.5]] * 3), "`probs` must fit the 1 samples"),
        (lambda: empirical_distribution([0, -1]), "`labels` must not be negative"),
        (lambda: empirical_distribution([0, 5], n_classes=5), "`labels` must lie in 0 … 4; got 5"),
        (lambda: categorical_information([0.5, 0.5, 0.0]), "`p` must be positive; got 0 at index"),
        (lambda: bernoulli_information(0.5, parameter="odds"), "`parameter` must be one of"),
        (lambda: wald_interval(0.5, -1.0), "`standard_error` must not be negative"),
        (lambda: wald_interval(0.5, 0.1, level=1.0), "`level` must lie between 0 and 1; got 1.0"),
        (lambda: wald_interval(0.5, 0.1, level=0.0), "`level` must lie between 0 and 1; got 0.0"),
        (lambda: categorical_log_likelihood([0, 0, 1], probs=[[0.5, 0.5]] * 2), "`probs` must fit the 3 samples"),
        (lambda: observed_information(lambda t: 0.0, [[0.0]]), r"`theta` must have the shape \(d,\) or \(\)"),
        (lambda: observed_information(lambda t: 0.0, [0.0, 1e300]), "`theta` must lie within ±1e300"),
        (lambda: expected_information(lambda t: [-np.inf, -0.0][:: 1 if t[0] else -1], 0.0), "be smooth near"),
        (lambda: standard_errors([[1.0, 1.0], [1.0, 1.0]]), "`information` must be positive definite"),
        (lambda: standard_errors([[1.0, 0.0], [0.0, 0.0]]), "`information` must have a positive diagonal"),
        (lambda: standard_errors([[1.0, 0.5], [0.0, 1.0]]), "`information` must be symmetric"),
        (lambda: standard_errors([[1.0, 0.5]]), "`information` must be square"),
        (lambda: robust_standard_errors([[1.0]], [[1.0, 2.0]]), "`scores` must have 1 columns"),
        (lambda: observed_information(lambda t: float("nan"), 0.0), "`log_likelihood` must be finite near"),
        (lambda: expected_information(lambda t: np.log([t[0], t[0]]), 0.2), "must sum to 1"),
    ],
)
def test_bad_input_is_refused_with_its_reason(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_labels_must_be_integers():
    with pytest.raises(TypeError, match="`y_true` must hold integers"):
        categorical_log_likelihood([0.0, 0.5], probs=[0.5, 0.5])
