"""Optimisers do what their formulas say, at the rates that theory gives, and tell where they went."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_breast_cancer, load_iris

from xentbook.convexity import logistic_hessian, smoothness_bound
from xentbook.datasets import load_challenger
from xentbook.gradients import binary_cross_entropy_gradient
from xentbook.optimize import adam, gradient_descent, lbfgs, momentum, newton, sgd

many = settings(deadline=None, max_examples=40)
H = np.diag([1.0, 10.0])  # curvatures 1 and 10: L = 10
BATCHED = {"n_samples": 20, "batch_size": 5}


def bowl(x):
    return float(x @ H @ x / 2)


def slope(x):
    return H @ x


def curvature(x):
    return H


POINTS = np.random.default_rng(0).normal(size=(20, 2))


def mean_distance(x):
    return float(np.mean(np.sum((x - POINTS) ** 2, axis=1)) / 2)


def mean_slope(x, rows=slice(None)):
    return np.mean(x - POINTS[rows], axis=0)


FULL = {
    "gradient_descent": lambda **o: gradient_descent(bowl, slope, [1.0, 1.0], **{"step_size": 0.1, **o}),
    "momentum": lambda **o: momentum(bowl, slope, [1.0, 1.0], **{"step_size": 0.05, **o}),
    "nesterov": lambda **o: momentum(bowl, slope, [1.0, 1.0], **{"step_size": 0.05, "nesterov": True, **o}),
    "adam": lambda **o: adam(bowl, slope, [1.0, 1.0], **{"step_size": lambda t: 0.3 / t**0.5, "max_iter": 9000, **o}),
    "newton": lambda **o: newton(bowl, slope, curvature, [1.0, 1.0], **o),
    "lbfgs": lambda **o: lbfgs(bowl, slope, [1.0, 1.0], **o),
}
STOCHASTIC = {
    "sgd": lambda **o: sgd(mean_distance, mean_slope, [3.0, 3.0], **{**BATCHED, "step_size": 0.1, **o}),
    "momentum": lambda **o: momentum(mean_distance, mean_slope, [3.0, 3.0], **{**BATCHED, "step_size": 0.01, **o}),
    "adam": lambda **o: adam(mean_distance, mean_slope, [3.0, 3.0], **{**BATCHED, "step_size": 0.05, **o}),
}


# -- closed forms -------------------------------------------------------------------------------------------


@pytest.mark.identity("eq-gradient-descent")
@pytest.mark.identity("eq-parabola-step")
@many
@given(st.floats(0.001, 0.25), st.integers(1, 30))
def test_gradient_descent_shrinks_each_coordinate_by_one_minus_step_times_curvature(step, n):
    found = gradient_descent(bowl, slope, [1.0, -2.0], step_size=step, max_iter=n, tol=0)
    factor, t, eps = 1 - step * np.diag(H), np.arange(n + 1)[:, np.newaxis], np.finfo(np.float64).eps
    # A step takes step times slope from what may be nearly as large: it errs by eps times what was there before it.
    before = np.array([1.0, 2.0]) * (np.abs(factor) + 4 * eps) ** np.maximum(t - 1, 0)
    assert (np.abs(found.path - np.array([1.0, -2.0]) * factor**t) <= 4 * (n + 1) * eps * before).all()


@pytest.mark.identity("eq-step-limit")
def test_the_step_of_gradient_descent_must_stay_below_2_over_l():
    below = gradient_descent(bowl, slope, [1.0, 1.0], step_size=0.199, max_iter=5000)
    above = gradient_descent(bowl, slope, [1.0, 1.0], step_size=0.201, max_iter=5000)
    assert below.converged and below.n_iterations < 5000
    assert not above.converged and above.values[-1] > 1e6


@pytest.mark.identity("eq-momentum")
def test_momentum_follows_the_recursion_of_polyak_and_of_nesterov():
    for nesterov in (False, True):
        x, v = np.array([1.0, 1.0]), np.zeros(2)
        for _ in range(7):
            v = 0.8 * v - 0.02 * slope(x)
            x = x + (0.8 * v - 0.02 * slope(x) if nesterov else v)
        found = momentum(bowl, slope, [1.0, 1.0], step_size=0.02, beta=0.8, nesterov=nesterov, max_iter=7)
        np.testing.assert_allclose(found.x, x, rtol=1e-14)


@pytest.mark.identity("eq-adam")
def test_adam_follows_algorithm_1_of_its_paper():
    x, m, v = np.array([1.0, 1.0]), np.zeros(2), np.zeros(2)
    for t in range(1, 12):
        g = slope(x)
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        x = x - 0.1 * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    found = adam(bowl, slope, [1.0, 1.0], step_size=0.1, max_iter=11)
    np.testing.assert_allclose(found.x, x, atol=1e-14)


@pytest.mark.identity("eq-newton")
def test_newton_needs_one_step_on_a_parabola():
    found = newton(bowl, slope, curvature, [3.0, -7.0])
    np.testing.assert_allclose(found.path[1], 0, atol=1e-15)


def test_sgd_with_all_samples_in_a_batch_is_gradient_descent():
    one = sgd(mean_distance, mean_slope, [3.0, 3.0], n_samples=20, batch_size=20, step_size=0.1, max_iter=9)
    two = gradient_descent(mean_distance, mean_slope, [3.0, 3.0], step_size=0.1, max_iter=9)
    np.testing.assert_allclose(one.path, two.path, rtol=1e-12)


# -- rates --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FULL)
def test_every_method_finds_the_bottom_of_a_bowl(name):
    found = FULL[name]()
    assert found.converged and found.message == "converged"
    assert np.max(np.abs(found.x)) < 1e-7


def test_momentum_beats_gradient_descent_on_a_long_valley_at_the_rates_of_theory():
    L, kappa = 1000.0, 1000.0
    valley, down = (lambda x: float(x @ (x * [1.0, L])) / 2), (lambda x: x * [1.0, L])
    plain = gradient_descent(valley, down, [1.0, 1.0], step_size=2 / (L + 1), max_iter=20000, tol=1e-10)
    root = np.sqrt(kappa)
    beta = ((root - 1) / (root + 1)) ** 2
    heavy = momentum(
        valley, down, [1.0, 1.0], step_size=4 / (np.sqrt(L) + 1) ** 2, beta=beta, max_iter=20000, tol=1e-10
    )
    assert plain.converged and heavy.converged
    rate = lambda r: (r.gradient_norms[-1] / r.gradient_norms[0]) ** (1 / r.n_iterations)  # noqa: E731
    assert rate(plain) == pytest.approx((kappa - 1) / (kappa + 1), abs=2e-4)
    assert heavy.n_iterations < plain.n_iterations / 10


@pytest.mark.identity("eq-newton-rate")
def test_newton_doubles_its_digits_each_step_near_the_minimum():
    f, g = (lambda x: float(np.exp(x[0]) - 2 * x[0])), (lambda x: np.exp(x) - 2)
    found = newton(f, g, lambda x: np.diag(np.exp(x)), [1.0])
    errors = np.abs(found.path[:, 0] - np.log(2))
    for before, after in zip(errors[1:4], errors[2:5], strict=True):
        assert after <= 0.6 * before**2 + 2e-16  # the theory's constant is f''' / (2 f'') = 1/2
    assert errors[-1] <= 2e-16


def test_sgd_with_a_constant_step_rattles_and_with_steps_that_shrink_settles():
    centre = POINTS.mean(axis=0)
    noise = [
        np.mean([np.sum((r.path[r.iterations > 2000] - centre) ** 2, axis=1).mean() for r in runs])
        for runs in (
            [STOCHASTIC["sgd"](step_size=s, batch_size=1, max_iter=4000, record_every=7, seed=i) for i in range(3)]
            for s in (0.2, 0.05)
        )
    ]
    assert noise[0] / noise[1] > 3  # at least in proportion to the step, faster as epochs draw without replacement
    settled = STOCHASTIC["sgd"](step_size=lambda t: 1 / t, batch_size=1, max_iter=4000)
    np.testing.assert_allclose(settled.x, centre, atol=1e-3)


# -- the inequalities of the chapter, on logistic regression with random data -----------------------------------


def logistic(seed, *, penalty=0.3, separable=False):
    """Return loss, gradient, Hessian, the bound on curvature, and that on the gradient without a penalty."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(15, 3))
    y = (X[:, 0] > 0 if separable else rng.random(15) < 0.5).astype(float)
    f = lambda w: float(np.mean(np.logaddexp(0, X @ w) - y * (X @ w)) + penalty / 2 * w @ w)  # noqa: E731
    g = lambda w: X.T @ (np.exp(-np.logaddexp(0, -X @ w)) - y) / 15 + penalty * w  # noqa: E731
    h = lambda w: logistic_hessian(X, w) / 15 + penalty * np.eye(3)  # noqa: E731
    return f, g, h, smoothness_bound(X) / 15 + penalty, float(np.mean(np.linalg.norm(X, axis=1)))


seeds = st.integers(0, 10**6)
points = st.lists(st.floats(-4, 4), min_size=3, max_size=3).map(np.array)


@pytest.mark.identity("eq-quadratic-bound")
@many
@given(seeds, points, points)
def test_the_loss_lies_below_the_bowl_of_its_smoothness_constant(seed, w, d):
    f, g, _, L, _ = logistic(seed)
    slack = f(w) + g(w) @ d + L / 2 * d @ d - f(w + d)
    assert -1e-12 <= slack <= (L - 0.3) / 2 * (d @ d) + 1e-12  # and above the bowl of its strong convexity


@pytest.mark.claim(5)
@pytest.mark.identity("eq-step-limit")
@many
@given(seeds, points, st.floats(0.01, 1.99))
def test_a_step_below_the_limit_falls_by_what_the_bound_promises(seed, w, size):
    f, g, _, L, _ = logistic(seed)
    found = gradient_descent(f, g, w, step_size=size / L, max_iter=10, tol=0)
    promised = size / L * (1 - size / 2) * found.gradient_norms[:-1] ** 2
    assert np.all(-np.diff(found.values) >= promised - 1e-13)


@pytest.mark.claim(5)
@pytest.mark.identity("eq-bounded-gradient")
@many
@given(seeds, points, points, st.floats(0.1, 200), st.booleans())
def test_the_average_loss_of_cross_entropy_is_bounded_for_any_step(seed, w, u, size, separable):
    f, g, _, L, G = logistic(seed, penalty=0.0, separable=separable)
    found = gradient_descent(f, g, w, step_size=size / L, max_iter=60, tol=0)
    assert max(found.gradient_norms) <= G
    bound = np.sum((w - u) ** 2) * L / (2 * size * 60) + size / L * G**2 / 2
    assert np.mean(found.values[:-1]) - f(u) <= bound + 1e-12


@many
@given(seeds, points, points, st.floats(0.1, 200))
def test_high_above_any_point_a_step_of_any_size_leads_nearer_to_it(seed, w, u, size):
    f, g, _, L, G = logistic(seed, penalty=0.0)
    eta, w = size / L, 50 * w
    after = gradient_descent(f, g, w, step_size=eta, max_iter=1, tol=0).x
    fall = np.sum((w - u) ** 2) - np.sum((after - u) ** 2)
    assert fall >= 2 * eta * (f(w) - f(u) - eta * G**2 / 2) - 1e-9 * (1 + w @ w + eta**2)


@pytest.mark.claim(5)
@pytest.mark.identity("eq-linear-rate")
@many
@given(seeds, points)
def test_the_gap_shrinks_at_least_by_one_minus_mu_over_l_a_step(seed, w):
    f, g, h, L, _ = logistic(seed)
    lowest = newton(f, g, h, w).values[-1]
    gaps = gradient_descent(f, g, w, step_size=1 / L, max_iter=25, tol=0).values - lowest
    assert np.all(gaps[1:] <= (1 - 0.3 / L) * gaps[:-1] + 1e-14)


def test_near_the_minimum_the_gap_shrinks_by_the_square_of_what_the_flattest_axis_does():
    found = gradient_descent(bowl, slope, [1.0, 0.0], step_size=0.1, max_iter=20, tol=0)
    np.testing.assert_allclose(found.values[1:] / found.values[:-1], (1 - 1 / 10) ** 2, rtol=1e-12)


@pytest.mark.identity("eq-convex-rate")
@many
@given(seeds, points, points, st.floats(0.05, 1), st.booleans())
def test_the_excess_over_any_point_falls_at_least_like_one_over_t(seed, w, u, size, separable):
    f, g, _, L, _ = logistic(seed, penalty=0.0, separable=separable)
    found = gradient_descent(f, g, w, step_size=size / L, max_iter=40, tol=0)
    bound = np.sum((w - u) ** 2) * L / (2 * size * np.arange(1, 41))
    assert np.all(found.values[1:] - f(u) <= bound + 1e-12)


@pytest.mark.identity("eq-momentum-rate")
@pytest.mark.parametrize("kappa", [4.0, 100.0, 2500.0])
def test_nesterovs_momentum_has_the_double_root_one_minus_the_root_of_mu_over_l(kappa):
    root, beta = 1 - 1 / np.sqrt(kappa), (np.sqrt(kappa) - 1) / (np.sqrt(kappa) + 1)
    f, options = (lambda x: float(x @ x) / 2), {"step_size": 1 / kappa, "beta": beta, "max_iter": 60, "tol": 0}
    found = momentum(f, lambda x: x, [1.0], nesterov=True, **options).path[:, 0]
    t, first = np.arange(61), 1 - (1 + beta) / kappa
    np.testing.assert_allclose(found, (1 + (first / root - 1) * t) * root**t, rtol=1e-8, atol=1e-13)
    assert (1 + beta) * (1 - 1 / kappa) / 2 == pytest.approx(root, rel=1e-14)


@pytest.mark.identity("eq-momentum")
def test_with_a_constant_step_momentum_adds_up_slopes_and_multiplies_them_by_the_step_in_the_end():
    x, m = np.array([1.0, 1.0]), np.zeros(2)
    for _ in range(7):
        m = 0.8 * m + slope(x)
        x = x - 0.02 * m
    found = momentum(bowl, slope, [1.0, 1.0], step_size=0.02, beta=0.8, max_iter=7)
    np.testing.assert_allclose(found.x, x, rtol=1e-13)


@pytest.mark.identity("eq-heavy-ball")
@pytest.mark.parametrize("kappa", [4.0, 100.0, 2500.0])
def test_along_every_direction_momentum_shrinks_by_one_minus_the_root_of_the_smallest_curvature_over_l(kappa):
    curved, steps = np.geomspace(1, kappa, 9) / kappa, 10 * int(np.sqrt(kappa))  # L is 1
    root = 1 - np.sqrt(curved[0])
    f, slopes = (lambda x: float(curved @ x**2) / 2), (lambda x: curved * x)
    path = momentum(f, slopes, np.ones(9), step_size=1.0, beta=root**2, max_iter=steps, tol=0).path
    t = np.arange(len(path))[:, np.newaxis]
    assert (np.abs(path) <= 2 * (1 + t) * root**t).all()
    assert np.abs(path[-1, 0]) > root ** len(path)  # and the flattest one no faster


@pytest.mark.identity("eq-noise-floor-exact")
@pytest.mark.parametrize("eta", [0.05, 0.2, 0.4])
def test_the_expected_gap_of_a_parabola_with_fresh_noise_tends_to_its_floor_for_every_step(eta):
    curved, C = np.array([0.5, 4.0]), np.array([[1.0, 0.6], [0.6, 2.0]])
    rng, w, gaps = np.random.default_rng(3), np.zeros((4000, 2)), []
    for _ in range(60 + int(6 / eta)):
        noise = rng.multivariate_normal(np.zeros(2), C, size=len(w))
        w = w - eta * (curved * w + noise)
        gaps.append(np.mean(w**2 @ curved) / 2)
    assert np.mean(gaps[-50:]) == pytest.approx(np.sum(eta * np.diag(C) / (2 * (2 - eta * curved))), rel=0.05)


@pytest.mark.claim(9)
@pytest.mark.identity("eq-noise-floor")
def test_the_noise_floor_of_fresh_draws_is_a_quarter_of_step_times_trace():
    curved, centre, eta, draws = np.array([0.5, 4.0]), POINTS.mean(axis=0), 0.01, np.random.default_rng(6)
    f = lambda x: float(np.mean((x - POINTS) ** 2 @ curved) / 2)  # noqa: E731
    fresh = lambda x, rows=(): (
        curved * np.mean(x - (POINTS[draws.integers(20, size=len(rows))] if len(rows) else POINTS), axis=0)
    )  # noqa: E731
    trace = np.mean((POINTS - centre) ** 2 @ curved**2)
    for size in (1, 4):
        options = {"n_samples": 20, "batch_size": size, "max_iter": 40_000, "record_every": 10}
        run = sgd(f, fresh, centre, step_size=eta, **options)
        floor = np.mean(run.values[50:]) - f(centre)
        assert floor == pytest.approx(eta * trace / size / 4, rel=0.12)


# -- the verdicts of chapter 9, on the data of the chapter -------------------------------------------------------


def standardised(columns):
    return np.column_stack([np.ones(len(columns)), (columns - columns.mean(axis=0)) / columns.std(axis=0)])


def regression(X, y, penalty=0.0):
    """Return mean loss, gradient, Hessian and their bound L; the intercept, the first column, has no penalty."""
    n, part = len(y), penalty / len(y) * (np.arange(X.shape[1]) > 0)
    f = lambda w: float(np.mean(np.logaddexp(0, X @ w) - y * (X @ w)) + part @ w**2 / 2)  # noqa: E731
    g = lambda w, rows=slice(None): (
        X[rows].T @ (np.exp(-np.logaddexp(0, -X[rows] @ w)) - y[rows]) / len(y[rows]) + part * w
    )  # noqa: E731
    return f, g, lambda w: logistic_hessian(X, w) / n + np.diag(part), (smoothness_bound(X) + penalty) / n


def flights():
    data = load_challenger()
    return standardised(data.temperature), data.distress


def two_irises():
    iris = load_iris()
    return standardised(iris.data[:100, 2:]), (iris.target[:100] == 0).astype(int)


@pytest.mark.claim(5)
def test_the_push_on_the_logit_is_what_the_right_class_lacks():
    given = np.array([0.001, 0.1, 0.5, 0.9, 0.999])
    push = -binary_cross_entropy_gradient(np.ones(5, dtype=int), np.log(given / (1 - given)), reduction="none")
    np.testing.assert_allclose(push, 1 - given, rtol=1e-12)


@pytest.mark.claim(5)
def test_a_step_too_long_swings_for_ever_though_the_push_is_bounded_and_a_shorter_one_converges():
    f, g, h, L = regression(*flights())
    short = gradient_descent(f, g, np.zeros(2), step_size=1.9 / L, max_iter=1000)
    assert short.converged and np.all(np.diff(short.values) <= 1e-15)
    long = gradient_descent(f, g, np.zeros(2), step_size=4 / L, max_iter=5000)
    assert not long.converged and np.ptp(long.values[-2:]) < 0.02  # two points of nearly one height
    assert long.values[-500:].min() > short.values[-1] + 0.1 and np.linalg.norm(long.path[-1] - long.path[-2]) > 1
    assert long.values.max() < 1  # and yet it stays bounded


@pytest.mark.claim(5)
def test_where_the_minimum_has_curvature_each_step_keeps_a_fixed_share_of_the_gap():
    tumours = load_breast_cancer()
    f, g, h, L = regression(standardised(tumours.data), tumours.target, penalty=100)
    best = newton(f, g, h, np.zeros(31))
    gap = gradient_descent(f, g, np.zeros(31), step_size=1 / L, max_iter=400).values - best.values[-1]
    kept = (gap[400] / gap[350]) ** (1 / 50)
    assert kept == pytest.approx((1 - np.linalg.eigvalsh(h(best.x))[0] / L) ** 2, abs=2e-4)
    assert kept == pytest.approx(0.9528, abs=2e-4)


@pytest.mark.claim(5)
def test_on_separable_data_the_loss_converges_and_the_weights_do_not():
    f, g, _, L = regression(*two_irises())
    found = gradient_descent(f, g, np.zeros(3), step_size=1 / L, max_iter=10_000, tol=0)
    size = np.linalg.norm(found.path, axis=1)
    assert 0 < found.values[10_000] < found.values[1000] / 7 and found.values[1000] < found.values[100] / 6  # about 1/t
    assert size[10_000] > size[1000] + 2 > size[100] + 4  # and on by as much for each power of ten
    assert not found.converged


def rattling(X, y, best, lowest, step, *, passes=60, walkers=300):
    """Return the mean gap of walkers that take one sample at a time, drawn afresh, from the minimum on."""
    rng, w, gaps = np.random.default_rng(9), np.tile(best, (walkers, 1)), []
    for count in range(passes * 23):
        rows = rng.integers(len(y), size=walkers)
        z = np.sum(X[rows] * w, axis=1)
        w = w - step * (np.exp(-np.logaddexp(0, -z)) - y[rows])[:, np.newaxis] * X[rows]
        if count >= passes * 8 and count % 23 == 0:
            gaps.append(np.mean(np.logaddexp(0, w @ X.T) - y * (w @ X.T)) - lowest)
    return np.mean(gaps)


@pytest.mark.claim(9)
@pytest.mark.parametrize("copies", [1, 40])
def test_with_a_constant_step_sgd_rattles_at_a_floor_that_more_data_of_the_same_kind_do_not_lower(copies):
    X, y = flights()
    if copies > 1:
        drawn = np.random.default_rng(copies).integers(23, size=23 * copies)
        X, y = X[drawn], y[drawn]
    f, g, h, _ = regression(X, y)
    best = newton(f, g, h, np.zeros(2))
    trace = np.mean(np.sum(((np.exp(-np.logaddexp(0, -X @ best.x)) - y)[:, np.newaxis] * X) ** 2, axis=1))
    floor = rattling(X, y, best.x, best.values[-1], 0.1)
    assert floor == pytest.approx(0.1 * trace / 4, rel=0.1) == pytest.approx(0.0045, rel=0.2)


@pytest.mark.claim(9)
@pytest.mark.parametrize("seed", range(3))
def test_with_steps_that_shrink_sgd_reaches_the_minimum_of_23_flights(seed):
    f, g, h, _ = regression(*flights())
    best = newton(f, g, h, np.zeros(2))
    mu, run = (
        np.linalg.eigvalsh(h(best.x))[0],
        {"n_samples": 23, "batch_size": 1, "max_iter": 400 * 23, "record_every": 23, "seed": seed},
    )
    settled = sgd(f, g, np.zeros(2), step_size=lambda t: 1 / (mu * (t + 50)), **run).values[200:] - best.values[-1]
    restless = sgd(f, g, np.zeros(2), step_size=0.4, **run).values[200:] - best.values[-1]
    assert settled.mean() < 1e-5 and settled[-1] < settled[0] and restless.mean() > 1e-3


@pytest.mark.claim(9)
def test_where_every_sample_can_be_fitted_there_is_no_floor_and_no_optimum_to_reach():
    f, g, _, _ = regression(*two_irises())
    run = sgd(f, g, np.zeros(3), n_samples=100, batch_size=1, step_size=1.0, max_iter=20_000, record_every=100)
    passes = [1, 10, 100, 200]
    assert np.all(np.diff(run.values[passes]) < 0) and 0 < run.values[200] < 2e-4
    assert np.all(np.diff(np.linalg.norm(run.path[passes], axis=1)) > 0.5)  # it is at infinity


# -- the path -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FULL)
def test_the_path_begins_at_the_start_ends_at_x_and_carries_its_values(name):
    found = FULL[name](max_iter=4)
    np.testing.assert_array_equal(found.path[0], [1.0, 1.0])
    np.testing.assert_array_equal(found.path[-1], found.x)
    np.testing.assert_array_equal(found.values, [bowl(x) for x in found.path])
    np.testing.assert_array_equal(found.gradient_norms, [np.linalg.norm(slope(x)) for x in found.path])
    np.testing.assert_array_equal(found.iterations, np.arange(found.n_iterations + 1))


def test_only_the_points_asked_for_are_recorded_and_always_the_last():
    found = FULL["gradient_descent"](max_iter=10, record_every=4)
    np.testing.assert_array_equal(found.iterations, [0, 4, 8, 10])
    whole = FULL["gradient_descent"](max_iter=10)
    np.testing.assert_array_equal(found.path, whole.path[[0, 4, 8, 10]])


@pytest.mark.parametrize("name", STOCHASTIC)
def test_the_same_seed_gives_the_same_path_and_another_seed_another(name):
    one, two, other = (STOCHASTIC[name](max_iter=40, seed=seed) for seed in (1, 1, 2))
    assert one.path.tobytes() == two.path.tobytes()
    assert one.path[-1].tolist() != other.path[-1].tolist()
    np.testing.assert_array_equal(one.iterations, np.arange(0, 41, 4))  # an epoch is 4 batches


def test_an_epoch_shows_every_sample_once_the_last_batch_being_short():
    seen = []

    def spy(x, rows=None):
        if rows is not None:
            seen.append(rows)
        return mean_slope(x, slice(None) if rows is None else rows)

    sgd(mean_distance, spy, [0.0, 0.0], n_samples=20, batch_size=6, step_size=0.1, max_iter=8)
    assert [len(rows) for rows in seen] == [6, 6, 6, 2] * 2
    for epoch in (seen[:4], seen[4:]):
        np.testing.assert_array_equal(np.sort(np.concatenate(epoch)), np.arange(20))


@pytest.mark.parametrize("name", FULL)
def test_the_start_is_never_changed_and_none_of_its_steps_are_taken_when_it_is_the_minimum(name):
    start = np.array([1.0, 1.0])
    FULL[name](max_iter=2)
    gradient_descent(bowl, slope, start, step_size=0.1, max_iter=3)
    assert start.tolist() == [1.0, 1.0]
    assert lbfgs(bowl, slope, [0.0, 0.0]).n_iterations == 0
    assert gradient_descent(bowl, slope, [0.0, 0.0], step_size=1.0).n_iterations == 0


@pytest.mark.parametrize("name", FULL)
def test_no_step_at_all_is_a_path_of_one_point(name):
    found = FULL[name](max_iter=0)
    assert found.n_iterations == 0 and not found.converged
    assert found.path.tolist() == [[1.0, 1.0]] and found.message == "stopped at the last iteration allowed"


def test_a_short_last_batch_is_a_batch_of_its_epoch():
    found = STOCHASTIC["sgd"](batch_size=6, max_iter=8)  # 6 + 6 + 6 + 2
    assert found.iterations.tolist() == [0, 4, 8]


def test_a_single_sample_is_a_batch_and_an_epoch():
    found = sgd(bowl, lambda x, rows=None: slope(x), [1.0, 1.0], n_samples=1, step_size=0.1, max_iter=3)
    np.testing.assert_array_equal(found.path, FULL["gradient_descent"](max_iter=3).path)


def test_without_memory_momentum_is_gradient_descent_and_adam_follows_signs():
    plain = FULL["gradient_descent"](max_iter=5).path
    np.testing.assert_array_equal(FULL["momentum"](beta=0, step_size=0.1, max_iter=5).path, plain)
    signs = FULL["adam"](beta1=0, beta2=0, epsilon=0, step_size=0.25, max_iter=3).path
    np.testing.assert_allclose(signs[:, 0], [1.0, 0.75, 0.5, 0.25], rtol=1e-15)


def test_a_schedule_may_say_that_a_step_is_0():
    found = FULL["gradient_descent"](step_size=lambda t: 0.1 * (t > 2), max_iter=3)
    np.testing.assert_array_equal(found.path, [[1.0, 1.0]] * 3 + [[0.9, 0.0]])


# -- limits -------------------------------------------------------------------------------------------------


def test_divergence_ends_in_a_finite_point_and_says_so():
    found = gradient_descent(bowl, slope, [1.0, 1.0], step_size=1e9, max_iter=5000)
    assert found.message == "diverged" and not found.converged and found.n_iterations < 100
    assert np.isfinite(found.path).all() and np.isfinite(found.values).all()


def test_a_coordinate_that_leaves_for_infinity_ends_the_path_though_others_stay_and_nothing_is_recorded():
    away = lambda x: np.array([2 * x[0], -1e150])  # noqa: E731
    found = gradient_descent(lambda x: x[0] ** 2, away, [0.0, 0.0], step_size=1e157, max_iter=99, record_every=50)
    assert found.message == "diverged" and found.n_iterations == 18  # 17 steps of 1e307 are below 1.8e308
    assert found.iterations.tolist() == [0] and not found.converged


@pytest.mark.parametrize("lost", ["value", "gradient"])
def test_a_point_without_a_value_or_a_gradient_is_not_recorded_and_ends_the_path(lost):
    f = lambda x: np.nan if lost == "value" and x[0] < 0.5 else float(x[0])  # noqa: E731
    g = lambda x: np.array([np.nan if lost == "gradient" and x[0] < 0.5 else 1.0])  # noqa: E731
    found = gradient_descent(f, g, [1.0], step_size=0.25, max_iter=9)
    assert found.message == "diverged" and found.path.ravel().tolist() == [1.0, 0.75, 0.5]


@pytest.mark.parametrize("run", [FULL["gradient_descent"], FULL["lbfgs"], FULL["momentum"], FULL["adam"]])
def test_a_gradient_as_short_as_the_tolerance_is_short_enough(run):
    length = float(np.linalg.norm(slope(np.ones(2))))
    assert run(tol=length).n_iterations == 0 and run(tol=length).converged
    assert run(tol=length * (1 - 1e-15), max_iter=1).n_iterations == 1


@pytest.mark.parametrize(
    ("start", "tol", "steps"), [(0.5, 0.25, 1), (1.0, 0.25, 3), (1.0, 0.19, 4), (1.0, 1e-6, 19), (1.0, 1.0, 1)]
)
def test_newton_stops_after_the_step_from_where_the_decrement_is_within_the_tolerance(start, tol, steps):
    # Of 3/4 x⁴ the decrement is x², and a step leaves 2/3 of x.
    found = newton(lambda x: 0.75 * x[0] ** 4, lambda x: 3 * x**3, lambda x: np.diag(9 * x**2), [start], tol=tol)
    assert found.converged and found.n_iterations == steps
    np.testing.assert_allclose(found.x, start * (2 / 3) ** steps, rtol=1e-12)


@pytest.mark.parametrize(
    ("whole", "half", "taken"),
    [
        (1.5e-4, 0.4, 1.0),
        (1e-4, 0.4, 1.0),
        (0.9e-4, 0.4, 0.5),
        (-0.5e-4, 0.4, 0.5),
        (-1.0, 0.75e-4, 0.5),
        (-1.0, 0.4e-4, 0.25),
    ],
)
def test_a_step_of_newton_is_halved_until_f_falls_by_1e_4_of_what_the_gradient_promises(whole, half, taken):
    falls = {1.0: whole, 0.5: half, 0.25: 0.1}  # the gradient promises 1 for the whole step
    found = newton(lambda x: -falls.get(x[0], 0.0), lambda x: -np.ones(1), lambda x: np.eye(1), [0.0], max_iter=1)
    assert found.x.tolist() == [taken]


@pytest.mark.parametrize("power, end", [(59, 1.0), (60, 0.0)])
def test_a_step_of_newton_is_halved_59_times_and_no_more(power, end):
    found = newton(
        lambda x: -x[0] if x[0] <= 1 else x[0],
        lambda x: np.array([-1.0]),
        lambda x: np.array([[2.0**-power]]),
        [0.0],
        max_iter=1,
    )
    assert found.x.tolist() == [end]


@pytest.mark.parametrize("units, taken", [(15, 1.0), (16, 1.0), (17, 0.5)])
def test_newton_takes_a_rise_by_16_units_in_the_last_place_for_rounding(units, taken):
    values = {0.0: 1.0, 1.0: 1.0 + units * 2.0**-52, 0.5: 0.5}
    tiny = 2.0**-70  # what the gradient promises is lost beside 1
    found = newton(
        lambda x: values[x[0]], lambda x: np.array([-tiny]), lambda x: np.array([[tiny]]), [0.0], max_iter=1, tol=0.0
    )
    assert found.x.tolist() == [taken]


def test_newton_has_arrived_where_neither_slope_nor_curvature_is_left():
    found = newton(lambda x: x[0] ** 4, lambda x: 4 * x**3, lambda x: np.diag(12 * x**2), [0.0])
    assert found.converged and found.x.tolist() == [0.0] and found.n_iterations == 0


def test_newton_is_saved_by_shorter_steps_where_whole_ones_diverge():
    f, g = (lambda x: float(np.sqrt(1 + x[0] ** 2))), (lambda x: x / np.sqrt(1 + x**2))
    h = lambda x: np.diag((1 + x**2) ** -1.5)  # noqa: E731
    found = newton(f, g, h, [10.0])  # whole steps go from x to -x³
    assert found.converged and abs(found.x[0]) < 1e-10
    assert np.all(np.diff(found.values) <= 0)


def test_newton_leaves_flat_directions_alone_and_turns_negative_curvature_round():
    flat = newton(
        lambda x: float((x[0] - 1) ** 2),
        lambda x: np.array([2 * (x[0] - 1), 0]),
        lambda x: np.diag([2.0, 0.0]),
        [5.0, 3.0],
    )
    np.testing.assert_allclose(flat.x, [1.0, 3.0], atol=1e-14)
    f = lambda x: float((x[0] ** 2 - 1) ** 2)  # noqa: E731
    hill = newton(f, lambda x: 4 * x * (x**2 - 1), lambda x: np.diag(12 * x**2 - 4), [0.1])
    assert hill.converged and abs(hill.x[0]) == pytest.approx(1, abs=1e-12)


def test_newton_takes_a_curvature_that_is_all_rounding_for_flat():
    for a in np.random.default_rng(0).normal(size=(20, 3)):
        found = newton(
            lambda x, a=a: (a @ x - 1) ** 2,
            lambda x, a=a: 2 * (a @ x - 1) * a,
            lambda x, a=a: 2 * np.outer(a, a),
            np.zeros(3),
        )
        assert found.converged and a @ found.x == pytest.approx(1, abs=1e-12) and np.abs(found.x * a).max() < 2


def test_newton_does_not_care_for_units():
    scale = np.array([1e-8, 1e8])
    f, g = (lambda x: float(np.sum(np.cosh(x / scale)))), (lambda x: np.sinh(x / scale) / scale)
    found = newton(f, g, lambda x: np.diag(np.cosh(x / scale) / scale**2), 2.0 * scale)
    assert found.converged and np.max(np.abs(found.x / scale)) < 1e-12


def test_lbfgs_finds_the_banana_of_rosenbrock():
    from scipy.optimize import rosen, rosen_der

    found = lbfgs(rosen, rosen_der, [-1.2, 1.0, -1.2, 1.0], tol=1e-7)
    assert found.converged
    np.testing.assert_allclose(found.x, 1.0, atol=1e-6)


@pytest.mark.parametrize("d", [1, 2, 50])
def test_lbfgs_has_converged_where_the_length_of_the_gradient_is_within_the_tolerance(d):
    scales = np.linspace(1.0, 3.0, d)
    f, g = (lambda x: float(np.sum(np.cosh(scales * x)))), (lambda x: scales * np.sinh(scales * x))
    for tol in (1e-2, 1e-4, 1e-6):
        found = lbfgs(f, g, np.ones(d), tol=tol)
        assert found.converged and found.gradient_norms[-1] <= tol


@pytest.mark.parametrize("d", [4, 9, 25, 100])
def test_lbfgs_stops_at_the_first_point_within_the_tolerance_where_all_slopes_are_equal(d):
    f, g = (lambda x: float(np.sum(np.log(np.cosh(x))))), np.tanh
    exact = lbfgs(f, g, np.full(d, 3.0), tol=1e-12)
    for norm in exact.gradient_norms[1:]:
        found = lbfgs(f, g, np.full(d, 3.0), tol=1.05 * norm)
        assert found.n_iterations == np.argmax(np.array(exact.gradient_norms) <= 1.05 * norm)


@pytest.mark.framework
def test_torch_takes_the_same_steps():
    torch = pytest.importorskip("torch")
    for run, make in (
        (lambda: adam(bowl, slope, [1.0, 1.0], step_size=0.1, max_iter=20), lambda p: torch.optim.Adam(p, lr=0.1)),
        (
            lambda: momentum(bowl, slope, [1.0, 1.0], step_size=0.01, nesterov=True, max_iter=20),
            lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9, nesterov=True),
        ),
    ):
        x = torch.ones(2, dtype=torch.float64, requires_grad=True)
        optimizer = make([x])
        for _ in range(20):
            optimizer.zero_grad()
            (x @ torch.tensor(H) @ x / 2).backward()
            optimizer.step()
        np.testing.assert_allclose(run().x, x.detach().numpy(), rtol=1e-12)


# -- errors -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: FULL["gradient_descent"](step_size=0.0), "`step_size` must be positive; got 0.0"),
        (lambda: FULL["gradient_descent"](step_size=lambda t: -1.0), r"`step_size\(t\)` must be at least 0"),
        (lambda: FULL["gradient_descent"](max_iter=-1), "`max_iter` must be at least 0"),
        (lambda: FULL["gradient_descent"](tol=-1.0), "`tol` must be at least 0"),
        (lambda: FULL["gradient_descent"](record_every=0), "`record_every` must be at least 1"),
        (lambda: FULL["momentum"](beta=1.0), "`beta` must be below 1; got 1.0"),
        (lambda: FULL["adam"](beta2=1.5), "`beta2` must be below 1"),
        (lambda: FULL["lbfgs"](memory=0), "`memory` must be at least 1"),
        (lambda: STOCHASTIC["sgd"](batch_size=21), "`batch_size` must be at most 20"),
        (lambda: gradient_descent(bowl, slope, [np.nan, 1.0], step_size=1.0), "`x0` must not contain NaN"),
        (lambda: gradient_descent(bowl, slope, [], step_size=1.0), "`x0` must not be empty"),
        (lambda: gradient_descent(bowl, slope, 1.0, step_size=1.0), "`x0` must have one dimension"),
        (lambda: gradient_descent(lambda x: np.nan, slope, [1.0, 1.0], step_size=1.0), "`x0` must have a finite value"),
        (lambda: newton(lambda x: np.inf, slope, curvature, [1.0, 1.0]), "`x0` must have a finite value"),
        (lambda: lbfgs(bowl, lambda x: x * np.nan, [1.0, 1.0]), "`x0` must have a finite value"),
    ],
)
def test_bad_input_is_refused_with_its_reason(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_batches_need_both_numbers():
    with pytest.raises(TypeError, match="`n_samples` and `batch_size` must be given together"):
        adam(mean_distance, mean_slope, [0.0, 0.0], batch_size=3)


# -- what a report of success and a silence mean ------------------------------------------------------------


def test_newton_does_not_take_a_slope_without_curvature_for_a_minimum():
    slope = np.array([1.0, 0.0])
    found = newton(lambda x: x @ slope, lambda x: slope, lambda x: np.zeros((2, 2)), [0.0, 0.0])
    assert not found.converged
    bowl = newton(
        lambda x: x[0] ** 2 + x[1], lambda x: np.array([2 * x[0], 1.0]), lambda x: np.diag([2.0, 0.0]), [3, 3]
    )
    assert not bowl.converged
    flat = newton(lambda x: x[0] ** 2, lambda x: np.array([2 * x[0], 0.0]), lambda x: np.diag([2.0, 0.0]), [3.0, 3.0])
    assert flat.converged and flat.x.tolist() == [0.0, 3.0]


@pytest.mark.parametrize(
    "left, tol, converged",
    [(1e-10, 0.0, True), (1.1e-10, 0.0, False), (0.9e-6, 1e-6, True), (1e-6, 1e-6, True), (1.1e-6, 1e-6, False)],
)
def test_a_slope_along_a_flat_direction_must_vanish_to_1e_10_or_to_a_wider_tolerance(left, tol, converged):
    found = newton(
        lambda x: x[0] ** 2, lambda x: np.array([2 * x[0], left]), lambda x: np.diag([2.0, 0.0]), [3.0, 3.0], tol=tol
    )
    assert found.converged is converged and found.x.tolist() == [0.0, 3.0]


def test_rounding_in_a_large_value_does_not_stop_newtons_method_short_of_the_minimum():
    big = 1e12  # the last step lowers f by far less than its rounding
    found = newton(
        lambda x: big + np.cosh(x[0]) + 1e-4 * np.sin(1e9 * x[0]), np.sinh, lambda x: np.diag(np.cosh(x)), [3.0]
    )
    assert found.converged and abs(found.x[0]) < 1e-10


def test_a_warning_that_the_function_of_the_caller_causes_is_seen_and_overflow_is_not():
    def careless(x):
        return float(x @ x) + 0.0 * np.divide(1.0, np.zeros(1))[0] if x[0] < 2 else float(x @ x)

    with pytest.warns(RuntimeWarning, match="divide by zero"):
        gradient_descent(careless, lambda x: 2 * x, [4.0], step_size=0.3, max_iter=5)
    away = gradient_descent(lambda x: float(x @ x), lambda x: 2 * x, [4.0], step_size=1e200, max_iter=50)
    assert away.message == "diverged"
