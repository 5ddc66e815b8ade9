"""Where zero lies and what the unit is, of features and of weights, changes nothing that was not meant by it."""

from __future__ import annotations

import math
import pickle
from fractions import Fraction
from types import SimpleNamespace

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xentbook.convexity import separating_direction, smoothness_bound
from xentbook.models import LogisticRegression, MLPClassifier, SeparableDataError, SoftmaxRegression, existence
from xentbook.models.existence import _dependence, _involved, _settles, _shown, _turns_up, _without_rounding
from xentbook.models.frame import Design, Frame, Penalty, standardize
from xentbook.models.objective import BinaryObjective, SoftmaxObjective, _root_of_inverse
from xentbook.models.training import Settings, Totals, as_totals, minimize_first_order, minimize_linear

BOTH = [LogisticRegression, SoftmaxRegression]
SOLVERS = ["newton", "lbfgs", "gradient_descent", "momentum"]
T = np.arange(60)
Y = (T * 37 % 60 > 59 - T).astype(int)
PLACES = {
    "seconds": 1.7e9 + T,
    "milliseconds": 1.7e12 + 1000 * T,
    "nanoseconds": 1.7e18 + 1e9 * T,
    "years": 1960.0 + T,
    "tiny": 1e-12 * T,
    "huge": 1e12 * T,
    "far": 1e12 + T,
    "far and tiny": 1.0 + 2.0**-40 * T,
    "at the top": 1e307 * ((T - 30) / 60),
    "at the bottom": 1e-300 * T,
}


def exact(x, y, w=None, k=2, l2=0):
    """Return weights, errors and log-likelihood of a softmax fit: Newton's method, 60 digits, class 0 as reference."""
    with mpmath.workdps(60):
        rows = [[mpmath.mpf(1), *map(mpmath.mpf, row)] for row in np.reshape(x, (len(y), -1)).tolist()]
        unit = [max(abs(row[j]) for row in rows) for j in range(len(rows[0]))]
        rows = [[value / size for value, size in zip(row, unit, strict=True)] for row in rows]
        w, q = [mpmath.mpf(v) for v in (np.ones(len(y)) if w is None else w)], len(rows[0])
        theta, p = mpmath.matrix((k - 1) * q, 1), None
        for _ in range(60):
            g, H, value = mpmath.matrix((k - 1) * q, 1), mpmath.matrix((k - 1) * q), mpmath.mpf(0)
            for row, label, weight in zip(rows, y, w, strict=True):
                z = [mpmath.mpf(0)] + [sum(theta[a * q + j] * row[j] for j in range(q)) for a in range(k - 1)]
                total = sum(mpmath.exp(v) for v in z)
                p = [mpmath.exp(v) / total for v in z]
                value += weight * (z[label] - mpmath.log(total))
                for a in range(k - 1):
                    for j in range(q):
                        g[a * q + j] += weight * (p[a + 1] - (label == a + 1)) * row[j]
                        for b in range(k - 1):
                            for i in range(q):
                                part = p[a + 1] * ((a == b) - p[b + 1]) * row[j] * row[i]
                                H[a * q + j, b * q + i] += weight * part
            for j in range(1, q * (l2 > 0)):
                g[j] += l2 * theta[j] / unit[j] ** 2
                H[j, j] += l2 / unit[j] ** 2
            step = mpmath.lu_solve(H, g)
            theta -= step
            if mpmath.norm(step) < mpmath.norm(theta) * mpmath.mpf(10) ** -45:
                break
        errors = [mpmath.sqrt((H**-1)[i, i]) / unit[i % q] for i in range((k - 1) * q)]
        told = [theta[i] / unit[i % q] for i in range((k - 1) * q)]
        return (*(np.array([float(v) for v in part]).reshape(k - 1, q) for part in (told, errors)), float(value))


# -- against 60 digits --------------------------------------------------------------------------------------


def test_a_fit_on_unix_times_is_the_fit_it_is_on_small_numbers():
    model = LogisticRegression().fit((1.7e9 + T)[:, np.newaxis], Y)
    assert model.converged_
    assert round(model.coef_[0], 7) == 0.0962196
    assert round(model.standard_errors_[0], 7) == 0.0238729
    assert round(model.log_likelihood_, 3) == -28.650


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("Model", BOTH)
def test_weights_errors_and_likelihood_agree_with_60_digits_wherever_the_feature_lies(Model, place):
    weights, errors, value = exact(PLACES[place], Y)
    model = Model().fit(PLACES[place][:, np.newaxis], Y)
    assert model.converged_ and model.log_likelihood_ == pytest.approx(value, rel=1e-12)
    if Model is LogisticRegression:
        found, spread = [model.intercept_, *model.coef_], [model.intercept_standard_error_, *model.standard_errors_]
    else:
        found = [model.intercept_[1] - model.intercept_[0], model.coef_[1, 0] - model.coef_[0, 0]]
        spread = 2 * np.array([model.intercept_standard_errors_[1], model.standard_errors_[1, 0]])
    np.testing.assert_allclose(found, weights[0], rtol=1e-10)
    np.testing.assert_allclose(spread, errors[0], rtol=1e-10)


def test_three_columns_in_three_places_agree_with_60_digits():
    rng = np.random.default_rng(3)
    Z = rng.normal(size=(40, 3)) @ [[1, 0.9, 0], [0, 0.3, 0], [0, 0, 1]]
    X = Z * [1e-9, 1.0, 1e9] + [1e-3, 1.7e9, 1e20]
    y = (rng.random(40) < 1 / (1 + np.exp(-Z.sum(axis=1)))).astype(int)
    weights, errors, value = exact(X, y)
    model = LogisticRegression().fit(X, y)
    np.testing.assert_allclose([model.intercept_, *model.coef_], weights[0], rtol=1e-9)
    np.testing.assert_allclose([model.intercept_standard_error_, *model.standard_errors_], errors[0], rtol=1e-9)
    assert model.log_likelihood_ == pytest.approx(value, rel=1e-12)


def test_three_classes_on_unix_times_agree_with_60_digits():
    labels = (T // 25 + (T * 37 % 60 > 40)) % 3
    weights, errors, value = exact(1.7e9 + T, labels, k=3)
    model = SoftmaxRegression().fit((1.7e9 + T)[:, np.newaxis], labels)
    np.testing.assert_allclose((model.coef_[1:] - model.coef_[0])[:, 0], weights[:, 1], rtol=1e-10)
    np.testing.assert_allclose(model.intercept_[1:] - model.intercept_[0], weights[:, 0], rtol=1e-10)
    slopes = model.covariance_.reshape(3, 2, 3, 2)[:, 1, :, 1]
    told = np.sqrt(np.diagonal(slopes)[1:] + slopes[0, 0] - 2 * slopes[0, 1:])
    np.testing.assert_allclose(told, errors[:, 1], rtol=1e-9)
    assert model.log_likelihood_ == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(("place", "l2"), [("seconds", 40.0), ("tiny", 1e-22), ("huge", 1e26), ("years", 1e3)])
def test_the_penalty_is_on_the_weights_in_the_units_that_were_given(place, l2):
    weights, errors, _ = exact(PLACES[place], Y, l2=l2)
    model = LogisticRegression(l2=l2).fit(PLACES[place][:, np.newaxis], Y)
    assert model.converged_
    np.testing.assert_allclose([model.intercept_, *model.coef_], weights[0], rtol=1e-9)
    np.testing.assert_allclose([model.intercept_standard_error_, *model.standard_errors_], errors[0], rtol=1e-9)


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("Model", BOTH)
@pytest.mark.parametrize("place", ["seconds", "tiny", "huge", "far and tiny"])
def test_every_solver_that_says_it_converged_has(place, Model, solver):
    x = PLACES[place]
    found, truth = Model(solver=solver).fit(x[:, np.newaxis], Y), LogisticRegression().fit(x[:, np.newaxis], Y)
    assert found.converged_
    np.testing.assert_allclose(found.predict_proba(x[:, np.newaxis]), truth.predict_proba(x[:, np.newaxis]), rtol=1e-5)


def test_new_samples_far_from_zero_lose_no_digit():
    new = np.array([[0.25], [17.5], [59.0]])
    near, far = LogisticRegression().fit(T[:, np.newaxis], Y), LogisticRegression().fit(2.0**42 + T[:, np.newaxis], Y)
    np.testing.assert_allclose(far.predict_proba(2.0**42 + new), near.predict_proba(new), rtol=1e-13)
    plain = 1 / (1 + np.exp(-((2.0**42 + new) @ far.coef_ + far.intercept_)))
    assert np.max(np.abs(plain / near.predict_proba(new)[:, 1] - 1)) > 1e-6  # what coef_ and intercept_ alone can tell
    again = pickle.loads(pickle.dumps(far))
    np.testing.assert_array_equal(again.predict_proba(2.0**42 + new), far.predict_proba(2.0**42 + new))


def test_weights_set_by_hand_are_those_that_predict():
    model = LogisticRegression().fit(T[:, np.newaxis], Y)
    model.coef_ *= 2
    np.testing.assert_allclose(model.decision_function([[3.0]]), 3 * model.coef_ + model.intercept_)
    model.coef_, model.intercept_ = np.array([1.0]), -2.0
    np.testing.assert_allclose(model.decision_function([[3.0]]), [1.0])


# -- invariance ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("l2", [0.0, 0.5])
@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("Model", BOTH)
@settings(deadline=None, max_examples=25)
@given(st.floats(-12, 12), st.floats(-12, 12), st.floats(-1, 1), st.integers(0, 10**6))
def test_units_and_origins_change_nothing_but_the_weights(Model, intercept, l2, unit, distance, side, seed):
    rng, scale = np.random.default_rng(seed), 2.0 ** np.round(unit * np.log2(10))
    Z = np.round(rng.normal(size=(50, 2)) * 64) / 64  # so that a shift is exact, up to a distance of 2**46
    y = (rng.random(50) < 1 / (1 + np.exp(-Z[:, 0] - 0.3))).astype(int)
    shift = np.round(side * min(10**distance, 2.0**45)) if intercept else 0.0
    X = (Z + shift) * scale
    one = Model(fit_intercept=intercept, l2=l2).fit(Z, y)
    two = Model(fit_intercept=intercept, l2=l2 * scale**2).fit(X, y)
    assert one.converged_ and two.converged_
    np.testing.assert_allclose(two.coef_ * scale, one.coef_, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(two.standard_errors_ * scale, one.standard_errors_, rtol=1e-9)
    np.testing.assert_allclose(two.predict_proba(X), one.predict_proba(Z), rtol=1e-9)
    assert two.log_likelihood_ == pytest.approx(one.log_likelihood_, rel=1e-12)


def new(Model):
    return Model(max_iter=100) if Model is MLPClassifier else Model()


@pytest.mark.parametrize("factor", [2.0**-1000, 2.0**1000, np.exp(-700), np.exp(700), 1e-305, 1e305])
@pytest.mark.parametrize("Model", [*BOTH, MLPClassifier])
def test_the_scale_of_the_weights_changes_no_estimate(Model, factor):
    w = np.random.default_rng(1).uniform(0.5, 2, 60)
    one, two = (new(Model).fit(T[:, np.newaxis] / 60, Y, sample_weight=weights) for weights in (w, w * factor))
    rtol = 0.0 if factor in (2.0**1000, 2.0**-1000) else 1e-6 if Model is MLPClassifier else 1e-11
    np.testing.assert_allclose(two.predict_proba([[0.3]]), one.predict_proba([[0.3]]), rtol=rtol)
    if Model is not MLPClassifier:
        np.testing.assert_allclose(two.coef_, one.coef_, rtol=rtol)
        np.testing.assert_allclose(two.log_likelihood_ / factor, one.log_likelihood_, rtol=1e-11)
        np.testing.assert_allclose(two.standard_errors_ * np.sqrt(factor), one.standard_errors_, rtol=1e-11)


@pytest.mark.parametrize("Model", BOTH)
def test_a_total_weight_beyond_float64_is_a_total_all_the_same(Model):
    one, two = (Model().fit(T[:, np.newaxis], Y, sample_weight=np.full(60, w)) for w in (1.0, 1e308))
    np.testing.assert_allclose(two.coef_, one.coef_, rtol=1e-12)
    np.testing.assert_allclose(two.standard_errors_ * 1e154, one.standard_errors_, rtol=1e-12)
    assert two.log_likelihood_ == -np.inf  # 1e308 times 28.65


@pytest.mark.parametrize("Model", [*BOTH, MLPClassifier])
def test_a_sample_of_weight_0_is_not_there(Model):
    X, w = np.append(T, 1e9)[:, np.newaxis] / 60, np.append(np.ones(60), 0.0)
    if Model is MLPClassifier:
        X[-1] = 3.0
    one, two = new(Model).fit(X[:-1], Y), new(Model).fit(X, np.append(Y, 0), sample_weight=w)
    np.testing.assert_allclose(two.predict_proba(X[:-1]), one.predict_proba(X[:-1]), rtol=1e-9)
    if Model is not MLPClassifier:
        assert two.coef_.tobytes() == one.coef_.tobytes()  # a sample far out moves neither centre nor unit


# -- the frame, the totals and the defaults -----------------------------------------------------------------

NO_PENALTY = Penalty(0.0, 0)


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("size", [1e-310, 1e-200, 0.3, 1.0, 7e5, 1e300])
def test_columns_are_measured_from_their_mean_in_a_power_of_2_within_a_root_of_2_of_their_spread(size, intercept):
    rng = np.random.default_rng(0)
    samples, shares = np.round(rng.normal(size=(40, 3)), 3) * [1.0, 3.0, 0.02] * size, rng.dirichlet(np.ones(40))
    samples[:, 2] += 5 * size * intercept
    design = standardize(samples, shares, penalty=NO_PENALTY, fit_intercept=intercept)
    columns, frame = design.X[:, int(intercept) :], design.frame
    spread = np.sqrt(shares @ columns**2)
    assert np.all(spread > 0.7071) and np.all(spread < 1.4143)
    np.testing.assert_allclose(shares @ columns, 0 if intercept else shares @ columns, atol=1e-12)
    told = np.ldexp(columns, frame.unit) + frame.centre
    np.testing.assert_allclose(told, samples, rtol=1e-12, atol=1e-15 * size)
    np.testing.assert_allclose(frame.standardize(samples), design.X, rtol=1e-9, atol=1e-12)
    assert frame.n_free == int(intercept) and (not intercept or (design.X[:, 0] == 1).all())


@pytest.mark.parametrize("intercept", [True, False])
def test_weights_of_the_frame_are_weights_of_the_columns_with_the_same_logits(intercept):
    rng = np.random.default_rng(1)
    samples, shares = rng.normal(size=(20, 3)) * [1e-3, 1.0, 1e6] + [5.0, -2.0, 1e7], np.full(20, 0.05)
    design = standardize(samples, shares, penalty=NO_PENALTY, fit_intercept=intercept)
    table = rng.normal(size=(4, 3 + intercept))
    weights = design.frame.original(table)
    ones = np.ones((20, int(intercept)))
    np.testing.assert_allclose(np.hstack([ones, samples]) @ weights.T, design.X @ table.T, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("l2", [1e-300, 1e-3, 1.0, 30.0, 1e6, 1e300])
def test_a_penalty_that_is_wider_than_the_spread_sets_the_unit(l2):
    shares, x = np.full(10, 0.1), np.linspace(-1.0, 1.0, 10)[:, np.newaxis]
    penalty = as_totals(None, 10).penalty(l2)
    design = standardize(x, shares, penalty=penalty, fit_intercept=True)
    on_unit = penalty.in_units(design.frame.unit)
    assert on_unit == pytest.approx(l2 / 10 * 4.0 ** -float(design.frame.unit[0]), rel=1e-12, abs=0)
    assert 0 < on_unit <= 0.25 and np.abs(design.X).max() <= 2
    assert l2 < 1 or on_unit > 1 / 64  # and no wider than it need be


def test_of_two_units_that_are_as_near_the_larger_is_taken_and_without_a_spread_that_of_the_size():
    shares = np.full(4, 0.25)
    half = np.array([[-1.0], [0.0], [0.0], [1.0]])  # a variance of 1/2: the spread is halfway between 1/2 and 1
    assert standardize(half, shares, penalty=NO_PENALTY, fit_intercept=True).frame.unit.tolist() == [0]
    still = np.column_stack([np.full(4, 3.0), np.full(4, 0.3), np.zeros(4)])
    assert standardize(still, shares, penalty=NO_PENALTY, fit_intercept=True).frame.unit.tolist() == [2, -1, 0]


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_the_noise_of_a_column_is_its_precision_over_what_is_left_of_its_length(kind):
    x = np.array([[100.0, 3.0, 1.0], [101.0, 3.0, -1.0]], dtype=kind)
    noise = standardize(x, np.array([0.5, 0.5]), penalty=NO_PENALTY, fit_intercept=True).noise
    length = np.hypot(100.0, 101.0) / np.sqrt(0.5)
    np.testing.assert_allclose(noise, np.finfo(kind).eps * np.array([0.0, length, 0.0, 1.0]), rtol=1e-6)


@pytest.mark.parametrize("exponent", [-7, -2, 0, 1, 5, 2000])
def test_the_sum_of_the_weights_its_root_and_its_inverse_are_exact_at_any_power_of_2(exponent):
    totals = Totals(np.ones(1), 3.0, exponent)
    number, power = totals.root()
    total = 3 * Fraction(2) ** exponent
    assert float(Fraction(number) ** 2 * Fraction(4) ** power / total) == pytest.approx(1, rel=1e-15)
    mantissa, under = totals.penalty(5.0)
    assert 0.5 <= mantissa < 1
    assert float(Fraction(mantissa) * Fraction(2) ** under * total) == pytest.approx(5, rel=1e-15)
    assert totals.times(2.0) == (math.ldexp(6.0, exponent) if exponent < 1000 else math.inf)
    assert totals.times(-2.0) == (math.ldexp(-6.0, exponent) if exponent < 1000 else -math.inf)


@pytest.mark.parametrize("size", [2.0**-1060, 1e-3, 1.0, 12.0, 2.0**1020])
def test_totals_are_the_shares_and_the_sum_of_the_weights(size):
    totals = as_totals(np.array([1.0, 0.0, 3.0]) * size, 3)
    np.testing.assert_allclose(totals.shares, [0.25, 0, 0.75], rtol=1e-15)
    assert totals.times(0.125) == pytest.approx(size / 2, rel=1e-15)
    assert as_totals(None, 4).shares.tolist() == [0.25] * 4 and as_totals(None, 4).times(1.0) == 4


def _settings(solver, **options):
    return Settings(
        solver, **({"step_size": None, "batch_size": None, "max_iter": None, "tol": None, "seed": 0} | options)
    )


def test_newton_takes_100_steps_at_most_and_stops_at_a_decrement_of_1e_10_unless_told_otherwise():
    slope = lambda t: -np.exp(-t)  # noqa: E731
    away = SimpleNamespace(  # each step is 1, and the decrement exp(-t/2): the minimum is at infinity
        size=1, value=lambda t: float(np.exp(-t[0])), gradient=slope, hessian=lambda t: np.diag(np.exp(-t))
    )
    assert minimize_linear(away, _settings("newton", tol=0.0)).n_iterations == 100
    assert minimize_linear(away, _settings("newton")).n_iterations == 48  # from 47 on: 2 log 1e10 is 46.05
    assert minimize_linear(away, _settings("newton", max_iter=5)).n_iterations == 5


@pytest.mark.parametrize("l2", [0.0, 3.0])
@pytest.mark.parametrize("Model", BOTH)
def test_the_step_is_the_inverse_of_the_largest_curvature_unless_it_is_set(Model, l2):
    X, y = np.array([[1.0], [-1.0], [1.0], [-1.0]]), [0, 1, 1, 1]  # of spread 1, and so in units of 1
    curvature = smoothness_bound(X, n_classes=2 if Model is LogisticRegression else 3) / 4 + l2 / 4
    gradient = np.array([0.25]) if Model is LogisticRegression else np.array([-0.25, 0.25])
    for solver, step in (("gradient_descent", 1 / curvature), ("momentum", 1 / curvature), ("sgd", 1 / curvature)):
        model = Model(l2=l2, fit_intercept=False, solver=solver, max_iter=1, batch_size=4 if solver == "sgd" else None)
        np.testing.assert_allclose(model.fit(X, y).descent_.path[1], -step * gradient, rtol=1e-12)
    adam = Model(l2=l2, fit_intercept=False, solver="adam", max_iter=1).fit(X, y)
    unit = 4.0 if l2 else 1.0  # that of the penalty is the wider one
    np.testing.assert_allclose(adam.descent_.path[1], -0.01 / unit * np.sign(gradient), rtol=1e-6)
    short = Model(l2=l2, fit_intercept=False, solver="momentum", step_size=0.5, max_iter=1).fit(X, y)
    np.testing.assert_allclose(short.descent_.path[1], -0.5 / unit**2 * gradient, rtol=1e-12)


def test_a_stochastic_step_is_short_enough_for_the_longest_sample():
    X, y = np.array([[3.0], [-1.0], [1.0], [-1.0]]), [0, 1, 1, 1]
    unit = 2.0  # the spread is √3
    model = LogisticRegression(l2=1.0, fit_intercept=False, solver="sgd", batch_size=4, max_iter=1).fit(X, y)
    slope, curvature = 0.5 * (3 + 1 - 1 + 1) / 4 / unit, 0.25 * (3 / unit) ** 2 + 1 / 4 / unit**2
    np.testing.assert_allclose(model.descent_.path[1], -slope / curvature / unit, rtol=1e-12)


def test_a_stochastic_step_counts_all_columns_of_a_sample_and_the_strongest_penalty():
    X, y = np.array([[3.0, 1.0], [-1.0, 1.0], [1.0, -1.0], [-1.0, -1.0]]), np.array([0, 1, 1, 1])
    unit = np.array([2.0, 1.0])
    model = LogisticRegression(l2=1 / 16, fit_intercept=False, solver="sgd", batch_size=4, max_iter=1).fit(X, y)
    curvature = 0.25 * np.max(np.sum((X / unit) ** 2, axis=1)) + 1 / 64
    slope = np.mean((0.5 - y)[:, np.newaxis] * X / unit, axis=0)
    np.testing.assert_allclose(model.descent_.path[1], -slope / curvature / unit, rtol=1e-12)


@pytest.mark.parametrize("solver", ["gradient_descent", "sgd"])
def test_other_solvers_take_10_000_steps_at_most(solver):
    slope = lambda t, rows=None: np.ones(1)  # noqa: E731
    found = minimize_first_order(lambda t: float(t[0]), slope, np.zeros(1), 500, _settings(solver), 2.0**-20)
    assert found.n_iterations == 10_000 and not found.converged
    assert found.x[0] == -10_000 / 2**20


def test_other_solvers_stop_at_a_gradient_of_1e_8_unless_told_otherwise():
    X, y = T[:, np.newaxis] / 60, Y
    for tol, wanted in ((None, 1e-8), (1e-3, 1e-3)):
        norms = LogisticRegression(solver="gradient_descent", tol=tol).fit(X, y).descent_.gradient_norms
        assert norms[-1] <= wanted < norms[-2]


# -- the proof on the way -----------------------------------------------------------------------------------


@pytest.mark.parametrize("Model", BOTH)
@pytest.mark.parametrize("gap", [1e-3, 0.1, 10.0])
def test_complete_separation_is_found_on_the_path_of_newton_without_a_linear_program(Model, gap, monkeypatch):
    monkeypatch.setattr("xentbook.models.existence.cone_direction", None)
    X = np.array([[0.0, 1.0], [1.0, -1.0], [2.0, 0.5], [2.0 + gap, 1.0], [3.0 + gap, -1.0], [4.0 + gap, 0.2]])
    with pytest.raises(SeparableDataError, match="got complete separation") as caught:
        Model().fit(X, [0, 0, 0, 1, 1, 1])
    side = X @ np.transpose(caught.value.direction) + caught.value.intercept
    side = side if Model is LogisticRegression else side[:, 1] - side[:, 0]
    assert np.all(side[:3] < 0) and np.all(side[3:] > 0)


@pytest.mark.parametrize("kind", ["binary", "softmax"])
@pytest.mark.parametrize("q", [2, 40])
def test_a_margin_that_is_all_rounding_separates_nothing(kind, q):
    rng = np.random.default_rng(3)
    for _ in range(80):
        theta, x = rng.normal(size=q), rng.normal(size=q)
        x[-1] = -float(
            sum(Fraction(a) * Fraction(b) for a, b in zip(theta[:-1], x[:-1], strict=True)) / Fraction(theta[-1])
        )
        wrong = int(
            sum(Fraction(a) * Fraction(b) for a, b in zip(theta, x, strict=True)) <= 0
        )  # the class it is not of
        if kind == "binary":
            objective = BinaryObjective(x[np.newaxis], np.array([float(wrong)]), np.ones(1), np.zeros(q))
            assert not objective.separates(theta) and not objective.separates(0 * theta)
        else:
            objective = SoftmaxObjective(x[np.newaxis], np.array([wrong]), np.ones(1), np.zeros(q), n_classes=2)
            assert not objective.separates(np.append(-theta, theta)) and not objective.separates(np.zeros(2 * q))


@pytest.mark.parametrize("units, separated", [(30, False), (34, True)])
def test_a_margin_separates_beyond_four_units_of_rounding_for_each_weight_and_two_more(units, separated):
    x, theta = np.array([[1.0, -1.0]]), np.array([1.0, 1.0 - units * 2.0**-52])  # 4 (2 + 2) ε times terms of 2
    objective = BinaryObjective(x, np.ones(1), np.ones(1), np.zeros(2))
    assert objective.separates(theta) is separated
    theta = np.array([0.0, 0.0, 1.0, 1.0 - 2 * units * 2.0**-52])  # twice as many for two rows of weights
    objective = SoftmaxObjective(x, np.ones(1, np.intp), np.ones(1), np.zeros(2), n_classes=2)
    assert objective.separates(theta) is separated


def test_a_proof_is_looked_for_at_eight_places_of_the_path_four_steps_apart(monkeypatch):
    asked = []

    def stays(value, gradient, hessian, theta, **options):
        asked.append(options)
        return SimpleNamespace(x=theta)

    monkeypatch.setattr(existence, "newton", stays)
    monkeypatch.setattr(existence, "_turns_up", lambda objective, theta: False)
    objective = BinaryObjective(np.ones((2, 1)), np.array([0.0, 1.0]), np.full(2, 0.5), np.zeros(1))
    assert not _settles(objective, None)
    assert asked == [{"max_iter": 4, "tol": 1e-12}] * 8


@pytest.mark.parametrize("kind", ["binary", "softmax"])
def test_the_reach_is_no_less_than_how_far_logits_part_along_any_direction_of_unit_curvature(kind):
    rng = np.random.default_rng(4)
    X = np.column_stack([rng.normal(size=(30, 2)), np.ones(30)])
    if kind == "binary":
        objective = BinaryObjective(X, (rng.random(30) < 0.5) * 1.0, np.full(30, 1 / 30), np.zeros(3))
    else:
        objective = SoftmaxObjective(X, rng.integers(0, 3, 30), np.full(30, 1 / 30), np.zeros(3), n_classes=3)
    rare = np.outer([0.0, 0.0, -4.0], [0.0, 0.0, 1.0]).ravel()[-objective.size :]  # the last class
    hessian = objective.hessian(rare)
    inverse, k = np.linalg.inv(hessian), 2 if kind == "binary" else 3
    apart = [np.eye(1)[0]] if k == 2 else [np.eye(3)[a] - np.eye(3)[b] for a in range(3) for b in range(a)]
    furthest = max(np.sqrt(v @ inverse @ v) for x in X for v in (np.kron(e, x) for e in apart))
    assert furthest * (1 - 1e-9) <= objective.reach(inverse) <= (1 + 1e-9 if k == 2 else 2) * furthest


def test_for_two_classes_the_reach_of_softmax_is_how_far_the_logits_part_and_no_more():
    objective = SoftmaxObjective(np.array([[3.0]]), np.ones(1, np.intp), np.ones(1), np.zeros(1), n_classes=2)
    assert objective.reach(np.diag([1.0, 1.0])) == pytest.approx(3 * math.sqrt(2), rel=1e-14)


def test_the_message_shows_four_digits_of_twelve_numbers_at_most():
    error = SeparableDataError("complete", np.array([1 / 3, -2 / 3]), 2 / 3, "not so")
    tail = "coef = [ 0.3333 -0.6667], intercept = 0.6667; use l2 > 0, or drop the cause"
    assert str(error) == f"not so: the likelihood rises for ever along {tail}"
    twelve, more = (str(SeparableDataError("complete", np.arange(float(n)), 0.0, "not so")) for n in (12, 13))
    assert "..." not in twelve and "10. 11.]" in twelve and "..." in more


# -- whether there is an estimate ---------------------------------------------------------------------------


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("Model", BOTH)
def test_separation_is_found_wherever_the_feature_lies(Model, place):
    x = PLACES[place]
    with pytest.raises(SeparableDataError, match="got complete separation"):
        Model().fit(x[:, np.newaxis], T > 29)
    tied = x.copy()
    tied[30] = x[29]
    with pytest.raises(SeparableDataError, match="got quasi-complete separation"):
        Model().fit(tied[:, np.newaxis], T > 29)
    if "top" not in place and "bottom" not in place:
        found = separating_direction(np.c_[np.ones(60), x], (T > 29).astype(int))
        assert found.kind == "complete"
        assert separating_direction(np.c_[x, np.full(60, 7.0)], Y) is None


@pytest.mark.parametrize("place", ["seconds", "milliseconds", "nanoseconds", "years", "tiny", "huge", "far"])
@pytest.mark.parametrize("Model", BOTH)
def test_columns_that_depend_on_each_other_are_named_wherever_they_lie(Model, place):
    x, z = PLACES[place], np.random.default_rng(2).normal(size=60)
    size = np.abs(x).max()
    for other in (x / 3, 7 * x, x + size, -x):  # rounded, each of them
        with pytest.raises(ValueError, match=r"rank 3 of 4 \((the intercept, )?column 1, column 2 depend"):
            Model().fit(np.c_[z, x, other], Y)
    for constant in (size, size / 3, np.nextafter(size, np.inf)):
        with pytest.raises(ValueError, match=r"rank 2 of 3 \(the intercept, column 1 depend on each other\)"):
            Model().fit(np.c_[z, np.full(60, constant)], Y)
    nearly = np.full(60, size / 3)
    nearly[::2] = np.nextafter(size / 3, 0)  # the last digit alone differs
    with pytest.raises(ValueError, match=r"rank 2 of 3 \(the intercept, column 1 depend on each other\)"):
        Model().fit(np.c_[z, nearly], Y)


@pytest.mark.parametrize("Model", BOTH)
def test_columns_of_zeros_alone_have_rank_0(Model):
    with pytest.raises(ValueError, match=r"got rank 0 of 1 \(column 0 depend"):
        Model(fit_intercept=False).fit(np.zeros((4, 1)), [0, 1, 0, 1])


@pytest.mark.parametrize("Model", BOTH)
@pytest.mark.parametrize("far, constant", [(2.0**50, False), (2.0**51, True)])
def test_a_column_is_constant_where_its_spread_is_less_than_four_units_in_its_last_place(Model, far, constant):
    X, y = far + np.array([[-1.0], [1.0], [-1.0], [1.0]]), [0, 1, 1, 0]
    if constant:
        with pytest.raises(ValueError, match=r"rank 1 of 2 \(the intercept, column 0 depend"):
            Model().fit(X, y)
    else:
        assert Model().fit(X, y).predict_proba(X) == pytest.approx(np.full((4, 2), 0.5), abs=1e-12)


@pytest.mark.parametrize("size", [1e-20, 1.0, 1e20])
def test_columns_are_independent_in_any_unit_of_their_frame(size):
    frame, noise = Frame(np.zeros(2), np.zeros(2, np.intp), 1), np.zeros(3)
    columns = np.array([[1.0, size, 0.0], [1.0, -size, 0.0], [1.0, 0.0, size], [1.0, 0.0, -size]])
    assert _dependence(Design(columns, frame, noise)) is None
    columns[:, 2] = columns[:, 1] / 4
    assert _dependence(Design(columns, frame, noise)) == "rank 2 of 3 (column 0, column 1 depend on each other)"


def parts_of(relation, *, unit=(1.0, 1.0, 1.0), centre=(0.0, 0.0), noise=0.0):
    """Which of the intercept, -1, and two columns have a part in a relation."""
    frame = Frame(np.array(centre), np.zeros(2, np.intp), 1)
    return _involved(np.array(relation), np.array(unit), Design(np.zeros((4, 3)), frame, np.array([0.0, 0.0, noise])))


def test_a_column_has_a_part_in_a_relation_above_a_millionth():
    assert parts_of([0.0, 1.0, 1e-6]) == [0]
    assert parts_of([0.0, 1.0, -1.5e-6]) == [0, 1]


def test_the_intercept_has_a_part_in_a_relation_beyond_what_rounding_leaves_of_its_terms():
    assert parts_of([0.0, 1.0, 1.0]) == [0, 1]
    assert parts_of([1e-6 * 1e-3, 1.0, 0.0]) == [0]  # no term at all: a thousandth of a millionth
    assert parts_of([1.5e-9, 1.0, 0.0]) == [-1, 0]
    assert parts_of([1.5e-9, 1.0, 0.0], noise=0.125) == [0]  # ten times the noise in place of a millionth
    assert parts_of([1.3e-3, 1.0, 0.0], noise=0.125) == [-1, 0]
    assert parts_of([1.2e-3, 1.0, 0.0], noise=0.125) == [0]
    assert parts_of([2e-3, 1.0, 0.0], noise=0.25) == [0]
    assert parts_of([2e-3, 1.0, 0.0], noise=0.26) == [-1, 0]  # of a column that is constant
    assert parts_of([0.5, 1.0, 0.0], centre=(0.5, 0.0)) == [0]  # it cancels the term of the centre
    assert parts_of([-0.5, 1.0, 0.0], centre=(0.5, 0.0)) == [-1, 0]
    assert parts_of([2.0, 1.0, 0.0], unit=(8.0, 4.0, 1.0), centre=(1.0, 0.0)) == [0]  # 2 / 8 = 1 / 4
    assert parts_of([3e-9, 1.0, 0.0], unit=(4.0, 1.0, 1.0)) == [-1, 0]  # the unit of the intercept divides both
    assert parts_of([0.9e-9, 1.0, 0.0], unit=(4.0, 1.0, 1.0)) == [0]


def test_an_intercept_that_is_four_units_of_rounding_of_its_terms_is_0():
    frame, table = Frame(np.zeros(1), np.zeros(1, np.intp), 1), np.array([[1.0, 0.0]])
    for units, kept in ((4.0, 0.0), (4.5, 4.5)):
        original = np.array([[units * 2.0**-52, 7.0]])
        assert _without_rounding(original, table, frame).tolist() == [[kept * 2.0**-52, 7.0]]


@pytest.mark.parametrize("Model", BOTH)
def test_a_constant_column_is_no_news_under_a_penalty(Model):
    one = Model(l2=1.0).fit(T[:, np.newaxis] / 60, Y)
    two = Model(l2=1.0).fit(np.c_[T / 60, np.full(60, 1.7e9)], Y)
    np.testing.assert_allclose(two.coef_[..., 0], one.coef_[..., 0], rtol=1e-12)
    assert np.max(np.abs(two.coef_[..., 1])) * 1.7e9 < 1e-18


# -- the last digits ----------------------------------------------------------------------------------------


def test_the_slope_of_a_confident_softmax_keeps_its_digits():
    from xentbook.models.objective import BinaryObjective, SoftmaxObjective

    X, ones = np.array([[1.0], [1.5]]), np.full(2, 0.5)
    table = SoftmaxObjective(X, np.array([1, 1]), ones, np.zeros(1), n_classes=3)
    line = BinaryObjective(X, np.ones(2), ones, np.zeros(1))
    with mpmath.workdps(40):
        p = [2 / (mpmath.exp(100 * x) + 2) for x in (1, mpmath.mpf(1.5))]
        q = [1 / (mpmath.exp(100 * x) + 1) for x in (1, mpmath.mpf(1.5))]
        slopes = [float(-(a + b * mpmath.mpf(1.5)) / 2) for a, b in (p, q)]
        curve = float(q[0] * (1 - q[0]) / 2 + q[1] * (1 - q[1]) / 2 * mpmath.mpf(1.5) ** 2)
    np.testing.assert_allclose(table.gradient(np.array([0.0, 100.0, 0.0]))[1], slopes[0], rtol=1e-13)
    np.testing.assert_allclose(line.gradient(np.array([100.0])), slopes[1], rtol=1e-13)
    np.testing.assert_allclose(line.hessian(np.array([100.0])), [[curve]], rtol=1e-13)


@pytest.mark.parametrize("Model", BOTH)
def test_without_scipy_the_error_says_what_to_install(Model, monkeypatch):
    import sys

    for name in [key for key in sys.modules if key == "scipy" or key.startswith("scipy.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "scipy", None)
    assert Model().fit(T[:, np.newaxis], Y).converged_  # Newton's method needs NumPy alone
    with pytest.raises(ModuleNotFoundError, match=r"pip install xentbook\[book\]"):
        Model(solver="lbfgs").fit(T[:, np.newaxis], Y)
    with pytest.raises(ModuleNotFoundError, match=r"pip install xentbook\[book\]"):
        Model().fit([[0.0], [1.0], [1.0], [2.0]], [0, 0, 1, 1])
    with pytest.raises(ModuleNotFoundError, match=r"pip install xentbook\[book\]"):
        separating_direction([[1.0, 0.0], [1.0, 1.0]], [0, 1])


@pytest.mark.parametrize("Model", BOTH)
def test_a_sample_of_weight_0_makes_no_overlap_no_rank_and_no_overflow(Model):
    w = np.append(np.ones(60), 0.0)
    with pytest.raises(SeparableDataError, match="got complete separation"):
        Model().fit(np.append(T, 0.0)[:, np.newaxis], np.append(T > 29, True), sample_weight=w)
    with pytest.raises(ValueError, match="rank 2 of 3"):
        Model().fit(np.c_[np.append(T, 0.0), np.append(2.0 * T, 1.0)], np.append(Y, 0), sample_weight=w)
    far = Model().fit(np.append(T, 1e308)[:, np.newaxis], np.append(Y, 0), sample_weight=w)
    assert far.coef_.tobytes() == Model().fit(T[:, np.newaxis], Y).coef_.tobytes()


def proves_a_minimum(X, hessian, slope):
    """Whether slope and curvature at one point prove a minimum of some objective over the samples X, equally heavy."""
    objective = SimpleNamespace(X=X, shares=np.full(len(X), 1 / len(X)), size=len(slope))
    objective.hessian, objective.gradient = lambda theta: hessian, lambda theta: slope
    objective.reach = lambda inverse: float(np.sqrt(np.max(np.sum((X @ inverse) * X, axis=1))))
    return _turns_up(objective, np.zeros(len(slope)))


@pytest.mark.parametrize("curvature", [1e-6, 1e-3, 0.25])
@pytest.mark.parametrize("ratio, proved", [(0.0, True), (0.49, True), (0.51, False), (100.0, False)])
def test_a_slope_below_half_of_the_curvature_proves_a_minimum(curvature, ratio, proved):
    alone = np.array([[ratio * curvature]])  # along samples of 1: λ m / √c is the slope over the curvature
    assert proves_a_minimum(np.ones((10, 1)), np.array([[curvature]]), alone[0]) is proved
    assert proves_a_minimum(np.ones((10, 1)), np.array([[curvature]]), -alone[0]) is proved


@pytest.mark.parametrize("curvature, proved", [(1e-6, True), (1e-20, False)])
def test_where_a_slope_of_zero_may_be_rounding_it_proves_nothing(curvature, proved):
    assert proves_a_minimum(np.ones((10, 1)), np.array([[curvature]]), np.zeros(1)) is proved


@pytest.mark.parametrize("n, proved", [(10, True), (10_000, False)])
def test_the_rounding_of_a_slope_grows_with_the_samples_it_is_a_sum_over(n, proved):
    assert proves_a_minimum(np.ones((n, 1)), np.array([[1e-12]]), np.zeros(1)) is proved


@pytest.mark.parametrize("seed", range(8))
def test_a_matrix_of_one_rank_too_little_has_no_inverse_however_its_rounding_falls(seed):
    parts = np.random.default_rng(seed).uniform(1.0, 1.1, size=(10, 9))  # nearly the same direction again and again
    assert np.isnan(_root_of_inverse(parts @ parts.T)).any()
    with np.errstate(all="ignore"):  # a column without any curvature
        assert np.isnan(_root_of_inverse(np.diag([1.0, 1.0, 0.0]))).all()
    full = np.random.default_rng(seed).uniform(size=(10, 20))
    root = _root_of_inverse(full @ full.T)
    np.testing.assert_allclose(root @ root.T @ full @ full.T, np.eye(10), atol=1e-9)


@pytest.mark.parametrize("units, lost", [(60, True), (2000, False)])
def test_an_eigenvalue_within_the_rounding_of_all_columns_has_no_inverse(units, lost):
    root = _root_of_inverse(np.ones((16, 16)) + units * 2.0**-52 * np.eye(16))  # 16 ε times the largest, 16
    assert np.isnan(root).any() == lost


@pytest.mark.parametrize("units, proved", [(90, False), (108, True)])
def test_a_least_curvature_within_the_rounding_of_samples_and_weights_proves_nothing(units, proved):
    close = 1.0 - units * 2.0**-52  # 4 (10 + 2) ε times two weights are 96 ε
    assert proves_a_minimum(np.ones((10, 2)), np.array([[1.0, close], [close, 1.0]]), np.zeros(2)) is proved


@pytest.mark.parametrize("curvature, proved", [(1e-1, True), (1e-5, False)])
def test_rounding_counts_by_the_least_curvature_of_all_directions(curvature, proved):
    X = np.array([[1.0, 1.0], [1.0, -1.0]] * 5)
    hessian = curvature * np.array([[1.0, 1.0 - 1e-10], [1.0 - 1e-10, 1.0]])
    assert proves_a_minimum(X, hessian, np.zeros(2)) is proved


def test_numbers_in_a_message_have_four_digits_and_long_rows_are_cut():
    assert _shown(np.array([1 / 3])) == "[0.3333]"
    assert "..." not in _shown(np.arange(12.0)) and "..." in _shown(np.arange(13.0))


def test_the_direction_that_separates_through_zero_has_an_intercept_of_zero():
    x, y = [[0.0]] * 12 + [[1.0]] * 3, [0] * 9 + [1] * 6
    with pytest.raises(SeparableDataError, match=r"coef = \[1.\], intercept = 0.;") as caught:
        LogisticRegression().fit(x, y)
    assert caught.value.intercept == 0.0
