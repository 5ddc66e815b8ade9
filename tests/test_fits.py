"""Where zero lies and what the unit is, of features and of weights, changes nothing that was not meant by it."""

from __future__ import annotations

import pickle

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xentbook.convexity import separating_direction
from xentbook.models import LogisticRegression, MLPClassifier, SeparableDataError, SoftmaxRegression

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


@pytest.mark.parametrize("factor", [2.0**-1000, 2.0**1000, np.exp(-700), np.exp(700), 1e-305, 1e305])
@pytest.mark.parametrize("Model", [*BOTH, MLPClassifier])
def test_the_scale_of_the_weights_changes_no_estimate(Model, factor):
    w = np.random.default_rng(1).uniform(0.5, 2, 60)
    one, two = (Model().fit(T[:, np.newaxis] / 60, Y, sample_weight=weights) for weights in (w, w * factor))
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
    one, two = Model().fit(X[:-1], Y), Model().fit(X, np.append(Y, 0), sample_weight=w)
    np.testing.assert_allclose(two.predict_proba(X[:-1]), one.predict_proba(X[:-1]), rtol=1e-9)
    if Model is not MLPClassifier:
        assert two.coef_.tobytes() == one.coef_.tobytes()  # a sample far out moves neither centre nor unit


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


def test_the_direction_that_separates_through_zero_has_an_intercept_of_zero():
    x, y = [[0.0]] * 12 + [[1.0]] * 3, [0] * 9 + [1] * 6
    with pytest.raises(SeparableDataError, match=r"coef = \[1.\], intercept = 0.;") as caught:
        LogisticRegression().fit(x, y)
    assert caught.value.intercept == 0.0
