"""Models give what was published, what scikit-learn gives, and an error where there is nothing to give."""

from __future__ import annotations

import itertools
import pickle

import mpmath
import numpy as np
import pytest
import scipy.optimize
from hypothesis import given, settings
from hypothesis import strategies as st

from xentbook.convexity import logistic_hessian, separating_direction, smoothness_bound, softmax_regression_hessian
from xentbook.datasets import load_challenger
from xentbook.gradients import (
    absolute_error_gradient,
    sparse_categorical_cross_entropy_gradient,
    squared_error_gradient,
)
from xentbook.likelihood import bernoulli_log_likelihood, categorical_log_likelihood, observed_information
from xentbook.links import log_sigmoid, log_softmax, logit, sigmoid, softmax
from xentbook.losses import absolute_error
from xentbook.models import LogisticRegression, MLPClassifier, SeparableDataError, SoftmaxRegression
from xentbook.models.mlp import _batch, _require_finite

SOLVERS = ["newton", "lbfgs", "gradient_descent", "momentum", "adam", "sgd"]
EXACT = ["lbfgs", "gradient_descent", "momentum"]
BOTH = [LogisticRegression, SoftmaxRegression]


def coin_data(n=200, d=3, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, d))
    return X, (rng.random(n) < sigmoid(X @ rng.normal(size=d) + 0.3)).astype(int)


def class_data(n=240, d=3, k=4, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, d))
    p = softmax(X @ rng.normal(size=(d, k)))
    return X, np.array([rng.choice(k, p=row) for row in p])


# -- published ----------------------------------------------------------------------------------------------


def test_the_challenger_analysis_is_reproduced_to_every_printed_digit():
    flights = load_challenger()
    model = LogisticRegression().fit(flights.temperature[:, np.newaxis], flights.distress)
    assert round(model.intercept_, 4) == 15.0429
    assert round(model.coef_[0], 4) == -0.2322
    assert round(model.intercept_standard_error_, 4) == 7.3786
    assert round(model.standard_errors_[0], 4) == 0.1082
    assert round(-2 * model.log_likelihood_, 3) == 20.315  # the residual deviance; that of the mean alone is 28.267
    assert round(-2 * bernoulli_log_likelihood(flights.distress, probs=7 / 23), 3) == 28.267
    assert model.predict_proba([[31.0]])[0, 1] > 0.999


def test_newton_agrees_with_mpmath_to_1e_10():
    flights = load_challenger()
    model = LogisticRegression().fit(flights.temperature[:, np.newaxis], flights.distress)
    with mpmath.workdps(40):
        rows = list(zip(flights.temperature.tolist(), flights.distress.tolist(), strict=True))
        p = lambda a, b, t: 1 / (1 + mpmath.exp(-a - b * t))  # noqa: E731
        score = lambda a, b: [sum(y - p(a, b, t) for t, y in rows), sum((y - p(a, b, t)) * t for t, y in rows)]  # noqa: E731
        a, b = mpmath.findroot(score, (15, -0.23))
        weights = [p(a, b, t) * (1 - p(a, b, t)) for t, _ in rows]
        information = mpmath.matrix(2, 2)
        for i in range(2):
            for j in range(2):
                information[i, j] = sum(w * mpmath.mpf(t) ** (i + j) for w, (t, _) in zip(weights, rows, strict=True))
        errors = [float(mpmath.sqrt((information**-1)[i, i])) for i in range(2)]
    np.testing.assert_allclose([model.intercept_, model.coef_[0]], [float(a), float(b)], rtol=1e-11)
    np.testing.assert_allclose([model.intercept_standard_error_, model.standard_errors_[0]], errors, rtol=1e-10)


def test_a_two_by_two_table_has_its_closed_form():
    # Coefficient: the log odds ratio; its variance: the sum of the reciprocals of the four counts (Woolf 1955).
    counts = np.array([[20, 10], [5, 15]])  # rows x = 0, 1; columns y = 0, 1
    X, y = [[0.0], [0.0], [1.0], [1.0]], [0, 1, 0, 1]
    model = LogisticRegression().fit(X, y, sample_weight=counts.ravel())
    np.testing.assert_allclose(model.coef_[0], np.log(20 * 15 / (10 * 5)), rtol=1e-13)
    np.testing.assert_allclose(model.intercept_, np.log(10 / 20), rtol=1e-13)
    np.testing.assert_allclose(model.standard_errors_[0], np.sqrt((1 / counts).sum()), rtol=1e-12)


# -- identities ---------------------------------------------------------------------------------------------


def test_at_the_estimate_the_average_prediction_is_the_average_outcome():
    X, y = coin_data()
    model = LogisticRegression().fit(X, y)
    residual = model.predict_proba(X)[:, 1] - y
    np.testing.assert_allclose([residual.sum(), *(X.T @ residual)], 0, atol=1e-11)


def test_two_classes_of_softmax_are_logistic_regression():
    X, y = coin_data()
    one, two = LogisticRegression().fit(X, y), SoftmaxRegression().fit(X, y)
    np.testing.assert_allclose(two.coef_[1] - two.coef_[0], one.coef_, rtol=1e-10)
    np.testing.assert_allclose(two.predict_proba(X), one.predict_proba(X), rtol=1e-10)
    np.testing.assert_allclose(2 * two.standard_errors_[1], one.standard_errors_, rtol=1e-9)
    assert two.log_likelihood_ == pytest.approx(one.log_likelihood_, rel=1e-13)
    np.testing.assert_array_equal(two.coef_[0], -two.coef_[1])  # of all tables with these probabilities, that of sum 0


@pytest.mark.parametrize("only", [0, 1])
def test_where_one_class_alone_was_seen_its_intercept_grows(only):
    with pytest.raises(SeparableDataError, match=f"class {1 - only}, only one class") as caught:
        LogisticRegression().fit(np.arange(5.0)[:, np.newaxis], np.full(5, only))
    assert (caught.value.direction, caught.value.intercept) == ([0.0], 2.0 * only - 1.0)


@pytest.mark.identity("eq-expected-sums")
@pytest.mark.parametrize("seed", range(3))
def test_softmax_regression_expects_the_sums_of_the_features_that_were_seen_class_by_class(seed):
    X, y = class_data(seed=seed)
    table = np.column_stack([np.ones(len(y)), X])
    expected = SoftmaxRegression().fit(X, y).predict_proba(X).T @ table
    seen = np.array([table[y == k].sum(axis=0) for k in range(4)])
    np.testing.assert_allclose(expected, seen, rtol=0, atol=1e-8)


def test_softmax_returns_the_minimum_whose_weights_sum_to_zero():
    X, y = class_data()
    for l2 in (0.0, 0.7):
        model = SoftmaxRegression(l2=l2).fit(X, y)
        np.testing.assert_allclose(model.coef_.sum(axis=0), 0, atol=1e-13)
        np.testing.assert_allclose(model.intercept_.sum(), 0, atol=1e-13)


def test_the_log_likelihood_is_that_of_the_predictions():
    X, y = coin_data()
    model = LogisticRegression(l2=0.5).fit(X, y)
    assert model.log_likelihood_ == pytest.approx(
        bernoulli_log_likelihood(y, logits=model.decision_function(X)), rel=1e-13
    )
    X, y = class_data()
    model = SoftmaxRegression(l2=0.5).fit(X, y)
    assert model.log_likelihood_ == pytest.approx(
        categorical_log_likelihood(y, logits=model.decision_function(X)), rel=1e-13
    )


def test_covariances_are_inverse_hessians():
    X, y = coin_data()
    model, ones = LogisticRegression().fit(X, y), np.c_[np.ones(200), X]
    hessian = logistic_hessian(ones, np.r_[model.intercept_, model.coef_])
    np.testing.assert_allclose(model.covariance_ @ hessian, np.eye(4), atol=1e-11)
    X, y = class_data()
    model, ones = SoftmaxRegression().fit(X, y), np.c_[np.ones(240), X]
    hessian = softmax_regression_hessian(ones, np.c_[model.intercept_, model.coef_])
    np.testing.assert_allclose(model.covariance_, np.linalg.pinv(hessian, rcond=1e-10), atol=1e-10)


def test_weights_count_samples():
    X, y = coin_data(n=60)
    w = np.random.default_rng(2).integers(0, 4, 60)
    for Model in BOTH:
        weighted = Model().fit(X, y, sample_weight=w)
        repeated = Model().fit(np.repeat(X, w, axis=0), np.repeat(y, w))
        np.testing.assert_allclose(weighted.coef_, repeated.coef_, rtol=1e-10)
        np.testing.assert_allclose(weighted.standard_errors_, repeated.standard_errors_, rtol=1e-10)


def test_a_model_without_an_intercept_says_that_it_is_0():
    X, y = coin_data(n=60)
    assert LogisticRegression(fit_intercept=False).fit(X, y).intercept_ == 0.0
    assert np.all(SoftmaxRegression(fit_intercept=False).fit(X, y).intercept_ == 0.0)


@pytest.mark.parametrize("loss", ["cross_entropy", "squared_error"])
def test_weights_count_samples_for_a_network_too(loss):
    X, y = class_data()
    w = np.random.default_rng(3).integers(0, 4, len(y))
    options = dict(loss=loss, l2=0.1, solver="gradient_descent", step_size=0.1, max_iter=40, n_classes=int(y.max()) + 1)
    weighted = MLPClassifier([5], **options).fit(X, y, sample_weight=w)
    repeated = MLPClassifier([5], **options).fit(np.repeat(X, w, axis=0), np.repeat(y, w))
    np.testing.assert_allclose(weighted.predict_proba(X), repeated.predict_proba(X), rtol=1e-9)


def test_a_batch_has_32_samples_unless_its_size_is_set():
    X, y = coin_data(n=100)
    options = dict(solver="sgd", max_iter=30, tol=0.0, seed=4)
    fits = [LogisticRegression(batch_size=size, **options).fit(X, y).coef_ for size in (None, 32, 33)]
    assert (fits[0] == fits[1]).all() and (fits[0] != fits[2]).any()


def test_soft_targets_fit_a_population_and_recover_its_logits():
    X = np.linspace(-2, 2, 9)[:, np.newaxis]
    model = LogisticRegression().fit(X, sigmoid(0.5 - 1.5 * X[:, 0]))
    np.testing.assert_allclose([model.intercept_, model.coef_[0]], [0.5, -1.5], rtol=1e-12)


def test_a_wrong_model_converges_to_the_projection_of_the_truth():
    rng, X = np.random.default_rng(8), np.linspace(-2, 2, 9)
    truth = sigmoid(X**2 - 1 + 0.5 * X)  # curved logits, which no line can follow
    projection = LogisticRegression().fit(X[:, np.newaxis], truth).coef_[0]
    gaps = []
    for n in (1_000, 100_000, 10_000_000):
        heads = rng.binomial(n // 9, truth) / (n // 9)
        gaps.append(abs(LogisticRegression().fit(X[:, np.newaxis], heads).coef_[0] - projection))
    assert gaps[-1] < 2e-3 and gaps[-1] < gaps[0]


@pytest.mark.parametrize("Model", BOTH)
@settings(deadline=None, max_examples=15)
@given(st.sampled_from([1e-6, 1.0, 1e6]), st.floats(-5, 5))
def test_units_and_origins_of_the_columns_change_nothing_but_the_weights(Model, scale, shift):
    X, y = coin_data(n=80)
    one, two = Model().fit(X, y), Model().fit((X + shift) * scale, y)
    np.testing.assert_allclose(two.coef_ * scale, one.coef_, rtol=1e-7)
    np.testing.assert_allclose(two.standard_errors_ * scale, one.standard_errors_, rtol=1e-7)
    assert two.log_likelihood_ == pytest.approx(one.log_likelihood_, rel=1e-11)


# -- solvers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("l2", [0.0, 2.0])
@pytest.mark.parametrize("solver", EXACT)
def test_every_deterministic_solver_finds_newtons_answer(solver, l2):
    for Model, (X, y) in ((LogisticRegression, coin_data()), (SoftmaxRegression, class_data())):
        exact, found = Model(l2=l2).fit(X, y), Model(l2=l2, solver=solver).fit(X, y)
        assert found.converged_
        np.testing.assert_allclose(found.coef_, exact.coef_, atol=2e-6)
        np.testing.assert_allclose(found.standard_errors_, exact.standard_errors_, rtol=1e-4)


@pytest.mark.parametrize("solver", ["adam", "sgd"])
def test_stochastic_solvers_come_near_and_repeat_themselves(solver):
    X, y = coin_data()
    exact = LogisticRegression().fit(X, y)
    one, two = (LogisticRegression(solver=solver, batch_size=20, max_iter=3000, seed=4).fit(X, y) for _ in range(2))
    assert one.coef_.tobytes() == two.coef_.tobytes()
    np.testing.assert_allclose(one.coef_, exact.coef_, atol=0.5)
    assert one.log_likelihood_ > exact.log_likelihood_ - 3
    assert not one.converged_ and np.isnan(one.standard_errors_).all()


def test_the_path_of_the_solver_is_kept():
    X, y = coin_data()
    model = LogisticRegression(solver="gradient_descent").fit(X, y)
    assert model.descent_.path.shape == (model.n_iter_ + 1, 4)
    assert np.all(np.diff(model.descent_.values) <= 1e-15)


# -- no finite minimum --------------------------------------------------------------------------------------


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("Model", BOTH)
def test_separable_data_raise_and_name_a_direction_that_separates(Model, solver):
    X, y = np.array([[1.0, 5.0], [2.0, 1.0], [3.0, 4.0], [4.0, 2.0], [5.0, 7.0]]), np.array([0, 0, 0, 1, 1])
    model = Model(solver=solver, max_iter=20)
    with pytest.raises(
        SeparableDataError, match=r"must not separate the classes of `y`; got complete separation.*use l2 > 0"
    ) as caught:
        model.fit(X, y)
    error = caught.value
    assert error.kind == "complete" and isinstance(error, ValueError)
    logits = X @ np.transpose(error.direction) + error.intercept
    predicted = logits > 0 if Model is LogisticRegression else logits.argmax(axis=1)
    np.testing.assert_array_equal(predicted, y)
    assert not hasattr(model, "coef_")


@pytest.mark.parametrize("Model", BOTH)
def test_quasi_complete_separation_is_found_too(Model):
    X, y = [[0.0], [1.0], [2.0], [2.0], [3.0], [4.0]], [0, 0, 0, 1, 1, 1]
    with pytest.raises(SeparableDataError, match="got quasi-complete separation") as caught:
        Model().fit(X, y)
    assert caught.value.kind == "quasi-complete"
    assert np.ravel(caught.value.direction)[-1] > 0


@pytest.mark.parametrize("x", [[0, 0, 1, 1, 2, 3], [53, 57, 66, 67, 67, 68, 81], [0, 1, 1, 1, 1000]])
def test_an_estimate_exists_exactly_where_no_threshold_divides_the_outcomes_ties_included(x):
    x = np.array(x, dtype=float)
    for y in itertools.product([0, 1], repeat=x.size):
        ones, zeros = x[np.array(y) == 1], x[np.array(y) == 0]
        divided = not ones.size or not zeros.size or ones.max() <= zeros.min() or zeros.max() <= ones.min()
        try:
            assert LogisticRegression().fit(x[:, np.newaxis], y).converged_
            found = False
        except SeparableDataError:
            found = True
        assert found == divided, y


@pytest.mark.parametrize("light", [1e-3, 1e-8, 1e-16, 1e-100])
@pytest.mark.parametrize("Model", BOTH)
def test_quasi_complete_separation_is_found_however_little_the_separated_samples_weigh(Model, light):
    with pytest.raises(SeparableDataError, match="got quasi-complete separation"):
        Model().fit([[0.0], [1.0], [1.0], [2.0]], [0, 0, 1, 1], sample_weight=[light, 1, 1, light])


@pytest.mark.parametrize("seed", range(4))
def test_an_estimate_exists_exactly_where_the_linear_program_finds_no_direction(seed):
    rng = np.random.default_rng(seed)
    for _ in range(40):
        k, n = rng.integers(2, 4), rng.integers(6, 12)
        X, y = (
            rng.integers(-3, 4, (n, 2)) * 10.0 ** rng.integers(-4, 5, 2),
            np.append(rng.integers(0, k, n - k), range(k)),
        )
        design = np.column_stack([np.ones(n), X])
        if np.linalg.matrix_rank(design / np.maximum(np.abs(design).max(axis=0), 1e-9)) < 3:
            continue
        known, weights = separating_direction(design, y), 10.0 ** -rng.uniform(0, 3, n)
        for Model in BOTH if k == 2 else [SoftmaxRegression]:
            try:
                assert Model().fit(X, y, sample_weight=weights).converged_
                found = None
            except SeparableDataError as error:
                found = error.kind
            assert found == (known.kind if known else None), (X, y, weights)


@pytest.mark.parametrize("share", [1e-3, 1e-6, 1e-9, 1e-12])
def test_nearly_separable_data_have_their_estimate_however_large(share):
    sides, slope = [[-1.0], [1.0]], np.log1p(-share) - np.log(share)
    soft = LogisticRegression().fit(sides, [share, 1 - share])
    hard = LogisticRegression().fit(sides * 2, [0, 1, 1, 0], sample_weight=np.repeat([1 - share, share], 2))
    np.testing.assert_allclose([soft.coef_[0], hard.coef_[0]], slope, rtol=1e-6)
    table = SoftmaxRegression().fit(sides * 2, [0, 1, 1, 0], sample_weight=np.repeat([1 - share, share], 2))
    np.testing.assert_allclose(table.coef_[1] - table.coef_[0], slope, rtol=1e-6)
    # An overlap of 2·share: by symmetry b = 0, and the slope solves σ(-w) = share · σ(share · w).
    steep = scipy.optimize.brentq(lambda w: log_sigmoid(-w) - np.log(share) - log_sigmoid(share * w), 0, 100)
    overlap = LogisticRegression().fit([[-1.0], [-share], [share], [1.0]], [0, 1, 0, 1])
    assert overlap.converged_
    np.testing.assert_allclose(overlap.coef_, steep, rtol=1e-3)


@pytest.mark.parametrize("Model", BOTH)
def test_far_outliers_and_large_logits_need_no_linear_program(Model, monkeypatch):
    monkeypatch.setattr("xentbook.models.existence.cone_direction", None)  # would take minutes where samples are many
    rng = np.random.default_rng(1)
    X = rng.standard_t(2, size=(3000, 3))
    y = (rng.random(3000) < sigmoid(X.sum(axis=1))).astype(int)
    model = Model().fit(X, y)
    assert model.converged_ and np.abs(model.decision_function(X)).max() > 30


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_quasi_complete_separation_is_found_in_any_units_and_beside_columns_that_overlap(scale):
    rng = np.random.default_rng(3)
    X, y = rng.normal(size=(100, 3)), rng.integers(0, 2, 100)
    X[:, 2] = np.where((y == 1) & (rng.random(100) < 0.3), scale, 0)  # never set for class 0
    with pytest.raises(SeparableDataError, match="quasi-complete") as caught:
        LogisticRegression().fit(X, y)
    direction = caught.value.direction
    parts = direction * [1, 1, scale]  # of the logits: the columns have their units
    assert direction[2] > 0 and np.max(np.abs(parts[:2])) < 1e-12 * parts[2]


@pytest.mark.parametrize("Model", BOTH)
def test_a_penalty_cures_separation(Model):
    X, y = [[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1]
    weights = [np.abs(Model(l2=l2).fit(X, y).coef_).max() for l2 in (10, 1.0, 0.01, 1e-6)]
    assert np.all(np.diff(weights) > 0) and np.isfinite(weights).all()


@pytest.mark.parametrize("l2", [0.0, 1.0])
@pytest.mark.parametrize("Model", BOTH)
@pytest.mark.parametrize("label", [0, 1])
def test_one_class_alone_has_no_finite_intercept_penalty_or_not(Model, label, l2):
    options = {"l2": l2, **({"n_classes": 2} if Model is SoftmaxRegression else {})}
    with pytest.raises(
        SeparableDataError, match=f"`y` must hold every class; got no sample of class {1 - label}, only"
    ) as caught:
        Model(**options).fit([[0.0], [1.0], [2.0]], [label] * 3)
    towards = np.atleast_1d(caught.value.intercept)
    assert (towards[label] > towards[1 - label]) if len(towards) == 2 else (towards[0] == 2 * label - 1)
    if l2:  # without an intercept everything is penalised
        assert np.isfinite(Model(fit_intercept=False, **options).fit([[0.0], [1.0]], [label] * 2).coef_).all()


@pytest.mark.parametrize("solver, step", [("adam", 0.01), ("gradient_descent", 0.1), ("momentum", 0.1)])
def test_a_network_takes_steps_of_a_hundredth_with_adam_and_of_a_tenth_without(solver, step):
    X, y = np.random.default_rng(0).normal(size=(20, 2)), np.arange(20) % 2
    fits = [MLPClassifier([3], solver=solver, max_iter=5, **given).fit(X, y) for given in ({}, {"step_size": step})]
    assert fits[0].descent_.x.tobytes() == fits[1].descent_.x.tobytes()


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("Model, n_classes", [(LogisticRegression, 2), (SoftmaxRegression, 2), (SoftmaxRegression, 3)])
def test_without_convergence_every_weight_has_an_unknown_standard_error(Model, n_classes, intercept):
    rng = np.random.default_rng(0)
    model = Model(solver="gradient_descent", max_iter=1, fit_intercept=intercept)
    model.fit(rng.normal(size=(40, 2)), rng.integers(0, n_classes, 40))
    assert model.standard_errors_.shape == model.coef_.shape
    assert not model.converged_ and np.isnan(model.standard_errors_).all()


@pytest.mark.parametrize("Model", BOTH)
def test_of_equally_probable_classes_the_first_is_predicted(Model):
    model = Model(fit_intercept=False).fit([[-2.0], [-1.0], [1.0], [1.0], [2.0]], list("aabab"))
    assert model.predict_proba([[0.0]]).tolist() == [[0.5, 0.5]]
    assert model.predict([[0.0], [1e-9], [-1e-9]]).tolist() == ["a", "b", "a"]


@pytest.mark.parametrize("label", [0, 1])
@pytest.mark.parametrize("Model", BOTH)
def test_a_sample_at_zero_lies_on_every_border_through_zero(Model, label):
    with pytest.raises(SeparableDataError) as caught:
        Model(fit_intercept=False).fit([[-2.0], [-1.0], [0.0], [1.0], [2.0]], [0, 0, label, 1, 1])
    assert caught.value.kind == "quasi-complete"


def test_a_class_that_is_announced_and_never_occurs_is_named():
    with pytest.raises(SeparableDataError, match="got no sample of class 1:") as caught:
        SoftmaxRegression(n_classes=3).fit([[0.0], [1.0], [2.0], [3.0]], [0, 2, 0, 2])
    assert caught.value.intercept.argmin() == 1


def test_overlapping_by_one_sample_is_no_separation():
    x = np.arange(10.0)[:, np.newaxis]
    y = (x[:, 0] > 4.5).astype(int)
    y[[4, 5]] = [1, 0]
    model = LogisticRegression().fit(x, y)
    assert model.converged_ and 0 < model.coef_[0] < 10


def test_the_error_survives_pickling():
    with pytest.raises(SeparableDataError) as caught:
        LogisticRegression().fit([[0.0], [1.0]], [0, 1])
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value) and again.kind == "complete"


# -- no single minimum --------------------------------------------------------------------------------------


@pytest.mark.parametrize("Model", BOTH)
def test_columns_that_depend_on_each_other_are_named(Model):
    X, y = coin_data(n=60)
    with pytest.raises(ValueError, match=r"got rank 4 of 5 \(column 1, column 3 depend on each other\)"):
        Model().fit(np.c_[X, 2 * X[:, 1]], y)
    with pytest.raises(ValueError, match=r"got rank 4 of 5 \(the intercept, column 3 depend on each other\)"):
        Model().fit(np.c_[X, np.full(60, 7.0)], y)
    with pytest.raises(ValueError, match=r"got rank 4 of 5 \(column 3 depend"):
        Model().fit(np.c_[X, np.zeros(60)], y)
    with pytest.raises(ValueError, match=r"got rank 2 of 3 \(the intercept, column 0, column 1 depend"):
        Model().fit(np.c_[(np.arange(60) - 29.5) / 32, (np.arange(60) - 29.5) / 32 + 2.0**-27], y)
    shared = Model(l2=1.0).fit(np.c_[X, X[:, 1]], y)
    np.testing.assert_allclose(shared.coef_[..., 1], shared.coef_[..., 3], rtol=1e-9)


def test_more_columns_than_samples_separate():
    with pytest.raises(SeparableDataError):
        LogisticRegression().fit(np.random.default_rng(0).normal(size=(5, 9)), [0, 1, 0, 1, 1])


# -- oracles ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("l2", [0.0, 0.3, 10.0])
@pytest.mark.parametrize("intercept", [True, False])
def test_scikit_learn_agrees(l2, intercept):
    from sklearn.linear_model import LogisticRegression as Peer

    C = np.inf if l2 == 0 else 1 / l2
    for Model, (X, y) in ((LogisticRegression, coin_data()), (SoftmaxRegression, class_data())):
        peer = Peer(C=C, fit_intercept=intercept, tol=1e-10, max_iter=10_000, solver="newton-cg").fit(X, y)
        model = Model(l2=l2, fit_intercept=intercept).fit(X, y)
        np.testing.assert_allclose(model.predict_proba(X), peer.predict_proba(X), atol=1e-7)
        np.testing.assert_array_equal(model.predict(X), peer.predict(X))
        if Model is LogisticRegression:
            np.testing.assert_allclose(model.coef_, peer.coef_[0], atol=1e-6)


def test_statsmodels_agrees_on_standard_errors():
    sm = pytest.importorskip("statsmodels.api")
    X, y = coin_data()
    peer, model = sm.Logit(y, sm.add_constant(X)).fit(disp=0, tol=1e-12), LogisticRegression().fit(X, y)
    np.testing.assert_allclose(np.r_[model.intercept_, model.coef_], peer.params, rtol=1e-9)
    np.testing.assert_allclose(np.r_[model.intercept_standard_error_, model.standard_errors_], peer.bse, rtol=1e-9)
    assert model.log_likelihood_ == pytest.approx(peer.llf, rel=1e-12)
    X, y = class_data()
    peer, model = (
        sm.MNLogit(y, sm.add_constant(X)).fit(disp=0, method="newton", tol=1e-12),
        SoftmaxRegression().fit(X, y),
    )
    table = np.c_[model.intercept_, model.coef_]
    np.testing.assert_allclose((table[1:] - table[0]).T, peer.params, rtol=1e-7)
    to_first = np.kron(np.c_[-np.ones(3), np.eye(3)], np.eye(4))
    errors = np.sqrt(np.diagonal(to_first @ model.covariance_ @ to_first.T)).reshape(3, 4)
    np.testing.assert_allclose(errors.T, peer.bse, rtol=1e-7)


def test_standard_errors_are_the_curvature_of_the_likelihood_measured_by_differences():
    X, y = coin_data(n=80, d=2)
    model, ones = LogisticRegression().fit(X, y), np.c_[np.ones(80), X]
    measured = observed_information(
        lambda t: bernoulli_log_likelihood(y, logits=ones @ t), np.r_[model.intercept_, model.coef_]
    )
    np.testing.assert_allclose(np.linalg.inv(measured), model.covariance_, rtol=1e-6)


# -- the network --------------------------------------------------------------------------------------------


def hinge_like(labels, logits):
    """A loss of one's own: squared logits of the wrong classes."""
    wrong = np.where(np.arange(logits.shape[1]) == labels[:, np.newaxis], 0.0, logits)
    return float(np.mean(np.sum(wrong**2, axis=1))), 2 * wrong / labels.size


@pytest.mark.identity("eq-backpropagation")
@pytest.mark.parametrize("loss", ["cross_entropy", "squared_error", hinge_like])
@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid"])
@pytest.mark.parametrize("sizes", [(), (5,), (4, 3, 6)])
def test_backpropagation_is_the_derivative_of_the_loss(sizes, activation, loss):
    X, y = class_data(n=12)
    model = MLPClassifier(sizes, activation=activation, loss=loss, l2=0.3, seed=3, n_classes=4).initialize(X, y)
    for constants in model.intercepts_:  # off the kink of relu, where a layer fed with zeros would sit
        constants += np.random.default_rng(6).uniform(0.1, 0.4, constants.size)
    gradients = model.loss_and_gradients(X, y)[1]
    for arrays, place in ((model.coefs_, 0), (model.intercepts_, 1)):
        for layer, array in enumerate(arrays):
            measured = np.zeros_like(array)
            for index in np.ndindex(array.shape):
                kept, values = array[index], []
                for shift in (-1e-5, 1e-5):
                    array[index] = kept + shift
                    values.append(model.loss_and_gradients(X, y)[0])
                array[index] = kept
                measured[index] = (values[1] - values[0]) / 2e-5
            np.testing.assert_allclose(gradients[layer][place], measured, atol=3e-9, rtol=1e-7)


@pytest.mark.framework
def test_torch_autodiff_agrees_with_backpropagation():
    torch = pytest.importorskip("torch")
    X, y = class_data(n=30)
    model = MLPClassifier([7, 5], seed=1, n_classes=4).initialize(X, y)
    layers = [
        (torch.tensor(w, requires_grad=True), torch.tensor(b, requires_grad=True))
        for w, b in zip(model.coefs_, model.intercepts_, strict=True)
    ]
    a = torch.tensor(X)
    for depth, (w, b) in enumerate(layers):
        a = a @ w.T + b if depth == 2 else torch.tanh(a @ w.T + b)
    loss = torch.nn.functional.cross_entropy(a, torch.tensor(y))
    loss.backward()
    value, gradients = model.loss_and_gradients(X, y)
    assert value == pytest.approx(loss.item(), rel=1e-13)
    for (w, b), (dw, db) in zip(layers, gradients, strict=True):
        np.testing.assert_allclose(dw, w.grad.numpy(), atol=1e-14)
        np.testing.assert_allclose(db, b.grad.numpy(), atol=1e-14)


@pytest.mark.identity("eq-output-error")
def test_the_error_at_the_output_is_prediction_minus_label():
    X, y = class_data(n=20)
    model = MLPClassifier([5], n_classes=4).initialize(X, y)
    hidden = model.activations(X)[1]
    error = (model.predict_proba(X) - np.eye(4)[y]) / 20
    np.testing.assert_allclose(model.loss_and_gradients(X, y)[1][-1][0], error.T @ hidden, atol=1e-16)


@pytest.mark.parametrize("solver", ["adam", "momentum", "sgd", "gradient_descent", "lbfgs"])
def test_every_solver_lowers_the_loss_and_the_same_seed_gives_the_same_bytes(solver):
    X, y = class_data(n=60)
    one, two = (MLPClassifier([6], solver=solver, max_iter=60, seed=5, n_classes=4).fit(X, y) for _ in range(2))
    assert one.descent_.values[-1] < one.descent_.values[0]
    assert all(a.tobytes() == b.tobytes() for a, b in zip(one.coefs_, two.coefs_, strict=True))
    assert one.fit(X, y).coefs_[0].tobytes() == two.coefs_[0].tobytes()
    other = MLPClassifier([6], solver=solver, max_iter=60, seed=6, n_classes=4).fit(X, y)
    assert other.coefs_[0].tobytes() != one.coefs_[0].tobytes()


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu"])
def test_first_weights_fill_the_interval_of_glorot_or_of_he_and_first_constants_are_0(activation):
    X, y = np.random.default_rng(0).normal(size=(9, 40)), np.arange(9) % 3
    model = MLPClassifier([60, 50], activation=activation).initialize(X, y)
    for weights, constants in zip(model.coefs_, model.intercepts_, strict=True):
        fan_out, fan_in = weights.shape
        bound = np.sqrt(6 / fan_in) if activation == "relu" else np.sqrt(6 / (fan_in + fan_out))
        assert 0.98 * bound < weights.max() < bound and -bound < weights.min() < -0.98 * bound
        assert not constants.any()


@pytest.mark.parametrize("solver, step", [("sgd", 0.1), ("momentum", 0.1), ("gradient_descent", 0.1), ("adam", 0.01)])
def test_the_first_step_of_a_network_is_a_tenth_of_the_gradient_or_of_adam_a_hundredth_a_weight(solver, step):
    X, y = class_data(n=30)
    model = MLPClassifier([5], solver=solver, n_classes=4, max_iter=1, l2=0.3)
    model.set_params(batch_size=30) if solver == "sgd" else None
    path = model.fit(X, y).descent_.path
    start = MLPClassifier([5], n_classes=4, l2=0.3).initialize(X, y)
    np.testing.assert_array_equal(path[0], start.flatten(list(zip(start.coefs_, start.intercepts_, strict=True))))
    gradient = start.flatten(start.loss_and_gradients(X, y)[1])
    expected = step * (gradient / (np.abs(gradient) + 1e-8) if solver == "adam" else gradient)
    np.testing.assert_allclose(path[0] - path[1], expected, rtol=1e-8, atol=1e-15)


def test_without_hidden_layers_the_network_is_softmax_regression():
    X, y = class_data()
    network = MLPClassifier((), solver="lbfgs", max_iter=5000, tol=1e-9).fit(X, y)
    np.testing.assert_allclose(network.predict_proba(X), SoftmaxRegression().fit(X, y).predict_proba(X), atol=1e-6)


def test_a_hidden_layer_learns_exclusive_or_and_a_linear_model_cannot():
    X, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])
    np.testing.assert_array_equal(MLPClassifier([8], max_iter=500).fit(X, y).predict(X), y)
    np.testing.assert_allclose(SoftmaxRegression().fit(X, y).predict_proba(X), 0.5, atol=1e-12)


def test_real_digits_are_learned():
    from sklearn.datasets import load_digits

    X, y = load_digits(return_X_y=True)
    X = X / 16
    model = MLPClassifier([32], activation="relu", batch_size=50, max_iter=600).fit(X[:1200], y[:1200])
    assert np.mean(model.predict(X[1200:]) == y[1200:]) > 0.88


# -- the verdicts of chapters 7 and 10: inside the network, and false labels ---------------------------------------


def digits(n, seed=0):
    from sklearn.datasets import load_digits

    X, y = load_digits(return_X_y=True)
    order = np.random.default_rng(seed).permutation(len(y))
    return X[order[:n]] / 16, y[order[:n]], X[order[n:]] / 16, y[order[n:]]


def sizes_of_errors(network, X, y, gradient):
    """Return the root mean square of the error of each layer, by the chain rule written out for this test."""
    slope = {"sigmoid": lambda a: a * (1 - a), "tanh": lambda a: 1 - a**2}[network.activation]
    values = network.activations(X)
    errors = [gradient(y, values[-1], reduction="none")]
    for W, a in zip(network.coefs_[:0:-1], values[-2:0:-1], strict=True):
        errors.append(errors[-1] @ W * slope(a))
    return np.sqrt([np.mean(error**2) for error in reversed(errors)])


@pytest.mark.claim(6)
def test_inside_a_network_of_sigmoids_the_error_vanishes_under_either_loss_and_a_tanh_or_wider_weights_cure_it():
    X, y, *_ = digits(200)
    losses = (sparse_categorical_cross_entropy_gradient, squared_error_gradient)

    def confidently_wrong(activation, widen=False):
        network = MLPClassifier([24] * 6, activation=activation, n_classes=10).initialize(X, y)
        for layer, W in enumerate(network.coefs_):
            if widen:
                W *= 2 if layer in (0, 6) else 4
                network.intercepts_[layer][:] = -W.sum(axis=1) / 2 * (layer > 0)
        network.intercepts_[-1][3] += 10
        return [sizes_of_errors(network, X, y, gradient) for gradient in losses]

    cross, squared = confidently_wrong("sigmoid")
    assert squared[-1] < cross[-1] / 1000  # at the output cross-entropy keeps its error and squared error does not,
    shares = [errors[0] / errors[-1] for errors in (cross, squared)]
    assert max(shares) < 3 * 4.0**-6 and max(shares) / min(shares) < 5  # inside both lose the same
    per_layer = (cross[0] / cross[5]) ** (1 / 5)
    assert per_layer == pytest.approx(1 / 4, abs=0.03)
    for cured in (confidently_wrong("tanh")[0], confidently_wrong("sigmoid", widen=True)[0]):
        assert cured[0] / cured[-1] > 0.1


@pytest.mark.slow
@pytest.mark.claim(6)
def test_six_layers_of_sigmoids_learn_nothing_under_either_loss_where_a_tanh_learns_under_both():
    X, y, *_ = digits(200)
    options = {"solver": "gradient_descent", "step_size": 0.3, "max_iter": 200}
    for loss in ("cross_entropy", "squared_error"):
        fits = [
            MLPClassifier([24] * 6, activation=name, loss=loss, **options).fit(X, y) for name in ("sigmoid", "tanh")
        ]
        right = [np.mean(fit.predict(X) == y) for fit in fits]
        assert right[0] < 0.2 and right[1] > 0.9
    adam = [MLPClassifier([24] * 6, activation="sigmoid", max_iter=200, seed=seed).fit(X, y) for seed in range(4)]
    assert max(np.mean(fit.predict(X) == y) for fit in adam) > 0.5  # at times


def replaced(labels, rng):
    """Return the labels with two in five replaced by any class."""
    return np.where(rng.random(labels.size) < 0.4, rng.integers(10, size=labels.size), labels)


def absolute(labels, logits):
    return absolute_error(labels, logits=logits), absolute_error_gradient(labels, logits)


@pytest.mark.claim(14)
def test_the_descent_of_a_linear_model_is_as_stable_with_false_labels_as_with_true_ones():
    X, y, *_ = digits(300)
    false, design = replaced(y, np.random.default_rng(14)), np.c_[np.ones(300), X]
    table = np.random.default_rng(15).normal(size=(10, 65))
    L = smoothness_bound(design, n_classes=10) / 300  # from the inputs alone
    top = np.linalg.eigvalsh(softmax_regression_hessian(design, table))[-1] / 300
    assert top <= L  # and neither is the curvature told the labels
    scatter = []
    for labels in (y, false):
        fit = MLPClassifier((), solver="gradient_descent", step_size=1.99 / L, max_iter=150, n_classes=10).fit(
            X, labels
        )
        assert np.all(np.diff(fit.descent_.values) < 0)
        scatter.append(np.mean(np.sum((fit.predict_proba(X) - np.eye(10)[labels]) ** 2, axis=1)))
    assert scatter[1] > 3 * scatter[0]  # the pushes of single samples, and so of minibatches, scatter more


@pytest.mark.claim(14)
@pytest.mark.parametrize("seed", range(3))
def test_with_false_labels_a_network_learns_and_then_unlearns_under_cross_entropy_while_its_loss_falls(seed):
    X, y, X_new, y_new = digits(600, seed)
    labels, ends = replaced(y, np.random.default_rng(seed)), {}
    for loss in ("cross_entropy", absolute):
        options = {"n_classes": 10, "batch_size": 100, "max_iter": 600, "seed": seed}
        fit = MLPClassifier([48], loss=loss, **options).fit(X, labels)
        right = []
        for point in fit.descent_.path:
            W, b, V, c = np.split(point, np.cumsum([64 * 48, 48, 480]))
            z = np.tanh(X_new @ W.reshape(48, 64).T + b) @ V.reshape(10, 48).T + c
            right.append(np.mean(z.argmax(axis=1) == y_new))
        ends[loss] = max(right) - right[-1], np.array(fit.descent_.values)
    lost, values = ends["cross_entropy"]
    assert lost > 0.1 > 0.05 > ends[absolute][0]
    quarters = values[np.linspace(0, len(values) - 1, 5).astype(int)]
    assert np.all(np.diff(quarters) < -0.05)


@pytest.mark.claim(14)
def test_with_false_labels_a_linear_model_loses_more_with_longer_steps_and_is_calibrated_to_what_it_was_shown():
    X, y, X_new, y_new = digits(600)
    rng = np.random.default_rng(0)
    labels, shown = replaced(y, rng), replaced(y_new, rng)
    options, lost, gaps = {"n_classes": 10, "batch_size": 100, "max_iter": 300}, [], []
    for size in (0.005, 0.02, 0.08):
        clean, noisy = (MLPClassifier((), step_size=size, **options).fit(X, target) for target in (y, labels))
        lost.append(np.mean(clean.predict(X_new) == y_new) - np.mean(noisy.predict(X_new) == y_new))
        q = noisy.predict_proba(X_new)
        gaps.append([q.max(axis=1).mean() - np.mean(q.argmax(axis=1) == target) for target in (y_new, shown)])
    assert 0.02 < lost[0] < lost[1] < lost[2]
    assert abs(gaps[1][1]) < 0.1 < 0.2 < -gaps[1][0]  # far too modest about the images


# -- limits and errors --------------------------------------------------------------------------------------


def test_probabilities_keep_their_digits_far_from_the_border():
    X, y = coin_data()
    model = LogisticRegression().fit(X, y)
    far = model.predict_proba(X * 100)
    np.testing.assert_allclose(
        logit(far[:, 0][far[:, 0] < 0.5]), -model.decision_function(X * 100)[far[:, 0] < 0.5], rtol=1e-12
    )
    assert np.all(far.min(axis=1) > 0) or np.abs(model.decision_function(X * 100)).max() > 700


def test_anything_numpy_takes_is_accepted_and_left_alone():
    X, y = coin_data(n=50)
    kept = X.copy()
    exact = LogisticRegression().fit(X, y)
    for other in (LogisticRegression().fit(X.tolist(), y.tolist()), LogisticRegression().fit(X, y.astype(bool))):
        np.testing.assert_array_equal(other.coef_, exact.coef_)
    assert np.array_equal(X, kept)
    np.testing.assert_allclose(LogisticRegression().fit(X.astype(np.float32), y).coef_, exact.coef_, rtol=1e-5)


def test_steps_too_long_are_reported_not_hidden():
    X, y = coin_data()
    model = LogisticRegression(solver="gradient_descent", step_size=1e6, max_iter=50).fit(X, y)
    assert not model.converged_ and np.isnan(model.standard_errors_).all()
    network = MLPClassifier([5], activation="relu", solver="gradient_descent", step_size=1e200, max_iter=50).fit(X, y)
    assert network.descent_.message == "diverged" and not network.converged_
    assert np.isfinite(network.coefs_[0]).all()


def test_a_network_whose_logits_are_beyond_float64_has_no_loss():
    network = MLPClassifier([2], activation="relu", seed=0).initialize(np.eye(2), [0, 1])
    network.coefs_ = [10 * np.eye(2), np.array([[1e308, 0.0], [1e308, 0.0]])]
    with pytest.raises(ValueError, match="`X` must have a finite loss; got nan"):
        network.loss_and_gradients([[1.0, 0.0]], [0])  # the hidden values are finite, both logits are not


@pytest.mark.parametrize("size", [1, 2, 3, 6])
def test_weighted_batches_of_an_epoch_stand_on_average_for_all_samples(size):
    samples, labels, shares = np.arange(6.0)[:, np.newaxis], np.arange(6), np.arange(1.0, 7.0) / 21
    parts = [_batch(samples, labels, shares, rows) for rows in np.split(np.array([3, 0, 5, 1, 4, 2]), 6 // size)]
    assert np.mean([part @ x[:, 0] for x, _, part in parts]) == pytest.approx(shares @ samples[:, 0], rel=1e-14)
    assert all((x[:, 0] == y).all() for x, y, _ in parts)
    assert _batch(samples, labels, None, np.array([2]))[2] is None


@pytest.mark.parametrize("lost", range(5))
def test_training_begins_only_where_the_loss_and_every_part_of_its_gradient_are_finite(lost):
    numbers = [np.inf if k == lost else 1.0 for k in range(5)]
    layers = [tuple(np.array([1.0, number]) for number in pair) for pair in (numbers[1:3], numbers[3:])]
    with pytest.raises(ValueError, match="`X` must have a finite loss under the first weights; got entries up to 7;"):
        _require_finite(lambda theta: (numbers[0], layers), np.zeros(1), np.array([[-7.0]]))


PAIR = ([[1.0], [2.0]], [0, 1])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: LogisticRegression(l2=-1.0).fit(*PAIR), "`l2` must be at least 0"),
        (lambda: LogisticRegression(solver="magic").fit(*PAIR), "`solver` must be one of"),
        (
            lambda: LogisticRegression(solver="newton", batch_size=3).fit(*PAIR),
            "`batch_size` must be None for 'newton'",
        ),
        (lambda: LogisticRegression(step_size=0.0).fit(*PAIR), "`step_size` must be positive"),
        (lambda: LogisticRegression(max_iter=0).fit(*PAIR), "`max_iter` must be at least 1"),
        (lambda: SoftmaxRegression(n_classes=1).fit(*PAIR), "`n_classes` must be at least 2"),
        (lambda: MLPClassifier([0]).fit(*PAIR), "`hidden_sizes` must be at least 1"),
        (lambda: MLPClassifier(activation="step").fit(*PAIR), "`activation` must be one of"),
        (lambda: MLPClassifier(solver="newton").fit(*PAIR), "`solver` must be one of"),
        (lambda: MLPClassifier(loss="hinge").fit(*PAIR), "`loss` must be one of"),
        (
            lambda: LogisticRegression().fit([[1.0], [np.nan]], [0, 1]),
            r"`X` must not contain NaN; got nan at index \(1, 0\)",
        ),
        (lambda: LogisticRegression().fit([[1.0], [np.inf]], [0, 1]), "`X` must be finite"),
        (lambda: LogisticRegression().fit([1.0, 2.0], [0, 1]), "`X` must have 2 dimensions"),
        (lambda: LogisticRegression(tol=-1).fit(*PAIR), "`tol` must be at least 0"),
        (lambda: LogisticRegression().set_params(l2=-5).fit(*PAIR), "`l2` must be at least 0; got -5"),
        (lambda: MLPClassifier().set_params(l2=-5).fit(*PAIR), "`l2` must be at least 0; got -5"),
        (
            lambda: LogisticRegression().fit([[1.0], [2.0]], [0.5, 2.0]),
            r"`y` must lie in \[0, 1\]; got 2 at index \(1,\); soft targets are probabilities",
        ),
        (lambda: LogisticRegression().fit([[1.0]] * 3, [0, 2, 4]), "`y` must hold two classes; got 3 classes, 0, 2, 4"),
        (lambda: LogisticRegression().fit([[1.0]] * 2, ["a", "a"]), "`y` must hold two classes; got one class, 'a'"),
        (lambda: SoftmaxRegression().fit([[1.0]] * 2, ["a", "a"]), "two classes or more; got one class, 'a'"),
        (lambda: LogisticRegression().fit([[1.0]] * 2, [[0], [1]]), "`y` must have one dimension"),
        (lambda: LogisticRegression().fit([[1.0]] * 2, [0.5, np.nan]), "`y` must not contain NaN"),
        (lambda: LogisticRegression().fit([[1.0], [2.0]], [0, 1, 1]), "same number of samples; got 2 and 3"),
        (lambda: LogisticRegression().fit([[1.0]], [1], sample_weight=[-1.0]), "`sample_weight` must not be negative"),
        (
            lambda: LogisticRegression().fit([[1.0]], [1], sample_weight=[0.0]),
            "`sample_weight` must have a positive entry",
        ),
        (
            lambda: LogisticRegression().fit([[1.0]], [1], sample_weight=[1, 2]),
            "must have one weight for each sample, shape",
        ),
        (lambda: SoftmaxRegression(n_classes=2).fit([[1.0], [2.0]], [0, -1]), "`y` must lie in 0 … 1; got -1"),
        (
            lambda: SoftmaxRegression().fit([[1.0], [2.0]], [0, 0.5]),
            "`y` must hold labels, whole numbers or text; got 0.5",
        ),
        (lambda: MLPClassifier().fit([[1.0], [2.0]], [0, 0.5]), "`y` must hold labels, whole numbers or text; got 0.5"),
        (
            lambda: MLPClassifier(activation="relu").fit([[1e308], [2.0]], [0, 1]),
            r"finite loss.*entries up to 1e\+308; subtract from each",
        ),
        (lambda: SoftmaxRegression(n_classes=3).fit([[1.0], [2.0]], [1, 3]), "`y` must lie in 0 … 2; got 3"),
        (lambda: SoftmaxRegression().fit([[1.0]], [0, 1]), "same number of samples"),
        (lambda: MLPClassifier().fit([[1.0]], [0, 1]), "same number of samples"),
        (lambda: MLPClassifier().fit([[np.nan]], [0]), "`X` must not contain NaN"),
        (lambda: LogisticRegression().predict([[1.0]]), r"must be fitted first; call LogisticRegression.fit"),
        (lambda: SoftmaxRegression().predict_proba([[1.0]]), r"must be fitted first; call SoftmaxRegression.fit"),
        (lambda: MLPClassifier().predict([[1.0]]), r"must be fitted first; call MLPClassifier.fit"),
        (
            lambda: LogisticRegression().fit(*coin_data()).predict([[1.0]]),
            "`X` must have 3 columns, as in `fit`; got 1",
        ),
    ],
)
def test_bad_input_is_refused_with_its_reason(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_log_softmax_of_the_logits_is_the_log_of_the_probabilities():
    X, y = class_data()
    model = SoftmaxRegression().fit(X, y)
    np.testing.assert_allclose(
        np.log(model.predict_proba(X)), log_softmax(model.decision_function(X)), rtol=1e-12, atol=1e-15
    )
