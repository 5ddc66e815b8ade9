"""Gradients are prediction minus label to the last digit: against finite differences and mpmath at fifty digits."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from xentbook.gradients import (
    absolute_error_gradient,
    binary_cross_entropy_gradient,
    categorical_cross_entropy_gradient,
    categorical_hinge_gradient,
    check_gradient,
    focal_loss_gradient,
    generalized_cross_entropy_gradient,
    hinge_gradient,
    numerical_gradient,
    softmax_hessian,
    sparse_categorical_cross_entropy_gradient,
    squared_error_gradient,
)
from xentbook.gradients import sparse_categorical_cross_entropy_value_and_gradient as value_and_gradient
from xentbook.links import logit, sigmoid, softmax
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
from xentbook.models import LogisticRegression
from xentbook.optimize import adam

INF = float("inf")
NAN = float("nan")
TOLERANCE = {np.float64: 2e-13, np.float32: 1e-5}  # the accuracy that the package promises
GAPS = [-700.0, -345.6, -120.0, -88.0, -60.0, -20.0, -1.0, -1e-9, 0.0, 1e-9, 1.0, 20.0, 60.0, 88.0, 345.6, 700.0]
OF_LABELS = {
    squared_error: squared_error_gradient,
    absolute_error: absolute_error_gradient,
    focal_loss: focal_loss_gradient,
    generalized_cross_entropy: generalized_cross_entropy_gradient,
}

logit_rows = hnp.arrays(
    np.float64, hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=5), elements=st.floats(-30, 30)
)

# Where a test draws any number of classes, one among them.
any_number_of_classes = pytest.mark.filterwarnings("ignore:softmax over one output")


def one_hot(labels, n_classes):
    return np.eye(n_classes)[np.asarray(labels)]


def require_close(value, exact, kind):
    """Compare a float with an mpmath number; a subnormal one has no digits to promise."""
    tiny = float(np.finfo(kind).tiny)
    if abs(exact) < tiny:
        assert abs(float(value)) <= tiny
    else:
        assert abs(mpmath.mpf(float(value)) - exact) <= TOLERANCE[kind] * abs(exact), (value, exact)


def exact_gradient(row, t):
    """Return p - [k = t] in mpmath, from the logits as stored, as minus the sum of the others at the target."""
    e = [mpmath.exp(mpmath.mpf(float(value))) for value in row]
    total = mpmath.fsum(e)
    rest = mpmath.fsum(value for k, value in enumerate(e) if k != t)
    return [-rest / total if k == t else value / total for k, value in enumerate(e)]


def rows_of_every_scale(kind):
    rng = np.random.default_rng(7)
    rows = [(np.array([gap, 0.0]), t) for gap in GAPS for t in (0, 1)]
    rows += [(np.array([gap, 0.0, gap / 3, -gap]) + shift, 0) for gap in GAPS for shift in (-300.0, 0.0, 1000.0)]
    rows += [(rng.normal(size=k) * 10.0**s, int(rng.integers(k))) for k in (2, 3, 10, 40) for s in range(-9, 4)]
    return [(row.astype(kind), t) for row, t in rows]


# -- closed forms -------------------------------------------------------------------------------------------


@pytest.mark.claim(4)
def test_the_right_class_given_one_tenth_is_pushed_by_nine_tenths():
    z = np.log([0.1, 0.8, 0.1])
    for gradient in (
        categorical_cross_entropy_gradient([1, 0, 0], z),
        sparse_categorical_cross_entropy_gradient(0, z),
        value_and_gradient([0], z[None])[1][0],
    ):
        np.testing.assert_allclose(gradient, [-0.9, 0.8, 0.1], rtol=1e-15)
    np.testing.assert_allclose(binary_cross_entropy_gradient(1, np.log(0.1 / 0.9)), -0.9, rtol=1e-15)


@pytest.mark.claim(4)
@pytest.mark.identity("eq-gradient-logits")
def test_the_gradient_is_prediction_minus_label():
    z = np.random.default_rng(0).normal(size=(5, 4))
    y, soft = [0, 1, 2, 3, 0], softmax(z[::-1])
    expected = (softmax(z) - one_hot(y, 4)) / 5
    np.testing.assert_allclose(sparse_categorical_cross_entropy_gradient(y, z), expected, rtol=1e-14)
    np.testing.assert_allclose(categorical_cross_entropy_gradient(one_hot(y, 4), z), expected, rtol=1e-14)
    np.testing.assert_allclose(categorical_cross_entropy_gradient(soft, z), (softmax(z) - soft) / 5, atol=1e-16)
    np.testing.assert_allclose(binary_cross_entropy_gradient(soft, z), (sigmoid(z) - soft) / 20, atol=1e-16)


@pytest.mark.identity("eq-softmax-hessian")
def test_the_hessian_of_softmax_is_diag_p_minus_p_p_transposed():
    z = np.random.default_rng(1).normal(size=(2, 3, 4))
    p = softmax(z)
    expected = p[..., None] * np.eye(4) - p[..., :, None] * p[..., None, :]
    np.testing.assert_allclose(softmax_hessian(z), expected, atol=1e-16)
    assert softmax_hessian(z).shape == (2, 3, 4, 4)


@pytest.mark.claim(6)
def test_a_confident_mistake_gets_no_push_from_squared_error_and_all_of_it_from_cross_entropy():
    assert abs(squared_error_gradient([1], [-20.0])[0]) < 1e-8
    assert binary_cross_entropy_gradient([1], [-20.0])[0] == pytest.approx(-1.0, abs=1e-8)


def test_hinge_pushes_alike_every_violation_and_nothing_at_the_kink():
    np.testing.assert_array_equal(
        hinge_gradient([1, 1, 1, 0, 0], [-9.0, 0.0, 1.0, -0.5, -2.0], reduction="sum"), [-1, -1, 0, 1, 0]
    )
    z = [[-9.0, 0.0, 3.0], [1.0, 0.0, -1.0], [2.0, 2.0, 0.0]]
    expected = [[-1, 0, 1], [0, 0, 0], [-1, 1, 0]]
    np.testing.assert_array_equal(categorical_hinge_gradient([0, 0, 0], z, reduction="none"), expected)


# -- identities ---------------------------------------------------------------------------------------------


@any_number_of_classes
@settings(deadline=None, max_examples=60)
@given(logit_rows, st.data())
def test_value_and_gradient_are_the_loss_and_the_gradient(z, data):
    y = data.draw(hnp.arrays(np.intp, z.shape[0], elements=st.integers(0, z.shape[1] - 1)))
    for reduction in ("mean", "sum", "none"):
        value, gradient = value_and_gradient(y, z, reduction=reduction)
        loss = sparse_categorical_cross_entropy(y, logits=z, reduction=reduction)
        np.testing.assert_allclose(value, loss, rtol=1e-13)
        np.testing.assert_array_equal(gradient, sparse_categorical_cross_entropy_gradient(y, z, reduction=reduction))
        categorical = categorical_cross_entropy_gradient(one_hot(y, z.shape[1]), z, reduction=reduction)
        np.testing.assert_allclose(gradient, categorical, rtol=1e-13, atol=1e-300)


@any_number_of_classes
@settings(deadline=None, max_examples=60)
@given(logit_rows)
def test_gradients_of_softmax_losses_sum_to_zero_over_the_classes(z):
    y = np.arange(len(z)) % z.shape[1]
    np.testing.assert_allclose(sparse_categorical_cross_entropy_gradient(y, z).sum(axis=-1), 0.0, atol=1e-15)
    for gradient in OF_LABELS.values():
        np.testing.assert_allclose(gradient(y, z).sum(axis=-1), 0.0, atol=1e-15)


@settings(deadline=None, max_examples=60)
@given(logit_rows)
def test_the_hessian_is_positive_semidefinite_and_flat_along_the_constants(z):
    hessian = softmax_hessian(z)
    np.testing.assert_array_equal(hessian, np.swapaxes(hessian, -1, -2))
    np.testing.assert_allclose(hessian.sum(axis=-1), 0.0, atol=1e-15)
    assert np.all(np.linalg.eigvalsh(hessian) > -1e-15)


def test_a_mean_divides_by_the_samples_and_none_is_the_sum():
    z, y = np.random.default_rng(2).normal(size=(2, 3, 4)), np.array([[0, 1, 2], [3, 0, 1]])
    calls = [
        (lambda r: sparse_categorical_cross_entropy_gradient(y, z, reduction=r), 6),
        (lambda r: categorical_cross_entropy_gradient(one_hot(y, 4), z, reduction=r), 6),
        (lambda r: categorical_hinge_gradient(y, z, reduction=r), 6),
        (lambda r: binary_cross_entropy_gradient(one_hot(y, 4), z, reduction=r), 24),
        (lambda r: hinge_gradient(one_hot(y, 4).astype(int), z, reduction=r), 24),
        *[(lambda r, g=g: g(y[0], z[0], reduction=r), 3) for g in OF_LABELS.values()],
        *[(lambda r, g=g: g(y[0] % 2, z[0, :, 0], reduction=r), 3) for g in OF_LABELS.values()],
    ]
    for call, samples in calls:
        np.testing.assert_allclose(call("mean") * samples, call("sum"), rtol=1e-14)
        np.testing.assert_array_equal(call("none"), call("sum"))


# -- against central differences ----------------------------------------------------------------------------


@settings(deadline=None, max_examples=30)
@given(hnp.arrays(np.float64, (3, 4), elements=st.floats(-8, 8)))
def test_gradients_are_what_central_differences_say(z):
    y, soft = np.array([0, 3, 1]), softmax(z[::-1])
    pairs = [
        (lambda x: sparse_categorical_cross_entropy(y, logits=x), lambda x: value_and_gradient(y, x)[1]),
        (lambda x: categorical_cross_entropy(soft, logits=x), lambda x: categorical_cross_entropy_gradient(soft, x)),
        (lambda x: binary_cross_entropy(soft, logits=x), lambda x: binary_cross_entropy_gradient(soft, x)),
        *[(lambda x, f=f: f(y, logits=x), lambda x, g=g: g(y, x)) for f, g in OF_LABELS.items()],
        (lambda x: focal_loss(y, logits=x, gamma=0.5), lambda x: focal_loss_gradient(y, x, gamma=0.5)),
        (
            lambda x: generalized_cross_entropy(y, logits=x, q=0),
            lambda x: generalized_cross_entropy_gradient(y, x, q=0),
        ),
    ]
    for loss, gradient in pairs:
        assert check_gradient(loss, gradient, z) < 1e-8
    one = np.array([1, 0, 1])
    for loss, gradient in OF_LABELS.items():
        assert check_gradient(lambda x, f=loss: f(one, logits=x), lambda x, g=gradient: g(one, x), z[:, 0]) < 1e-8


def test_hinge_gradients_are_what_central_differences_say_away_from_the_kink():
    z = np.random.default_rng(3).normal(size=(6, 4)) * 2
    y = np.array([0, 1, 2, 3, 0, 1])
    assert check_gradient(lambda x: categorical_hinge(y, x), lambda x: categorical_hinge_gradient(y, x), z) < 1e-8
    binary = one_hot(y, 4).astype(int)
    assert check_gradient(lambda x: hinge(binary, x), lambda x: hinge_gradient(binary, x), z) < 1e-8


@pytest.mark.identity("eq-softmax-jacobian", "eq-softmax-hessian")
def test_the_hessian_is_the_derivative_of_the_gradient_and_of_softmax():
    z = np.random.default_rng(4).normal(size=4)
    hessian = softmax_hessian(z)
    for k in range(4):
        assert check_gradient(lambda x, k=k: softmax(x)[k], hessian[k], z) < 1e-9
        assert check_gradient(lambda x, k=k: sparse_categorical_cross_entropy_gradient(2, x)[k], hessian[k], z) < 1e-9


def test_central_differences_are_exact_for_a_parabola_and_forward_ones_are_off_by_the_step():
    def f(x):
        return float((x**2).sum())

    x = np.array([[1.0, -3.0], [0.0, 8.0]])
    np.testing.assert_allclose(numerical_gradient(f, x), 2 * x, atol=1e-9)
    error = numerical_gradient(f, x, scheme="forward", step=1e-4) - 2 * x
    np.testing.assert_allclose(error, 1e-4 * np.maximum(1, np.abs(x)), rtol=1e-4)


def test_the_error_of_finite_differences_is_a_valley():
    errors = [abs(numerical_gradient(lambda x: np.exp(x[0]), [1.0], step=h)[0] - np.e) for h in (1e-1, 1e-5, 1e-13)]
    assert errors[1] < 1e-9 < 1e-4 < min(errors[0], errors[2])


def test_a_wrong_gradient_is_caught():
    z, y = np.array([[0.5, -1.0, 2.0]]), [0]

    def loss(x):
        return sparse_categorical_cross_entropy(y, logits=x)

    assert check_gradient(loss, softmax(z), z) > 0.1
    assert check_gradient(loss, sparse_categorical_cross_entropy_gradient(y, z), z) < 1e-9


@pytest.mark.parametrize("slope, error", [(0.0, 0.5), (0.25, 0.5), (1.0, 0.5), (8.0, 0.0625)])
def test_the_error_of_a_gradient_is_relative_to_its_largest_entry_or_to_1(slope, error):
    slopes = np.array([slope, -slope / 2])
    wrong = slopes + [0.125, -0.5]
    assert check_gradient(lambda x: float(slopes @ x), wrong, [0.0, 1.0]) == pytest.approx(error, rel=1e-8)


# -- the equations of chapter 7 -----------------------------------------------------------------------------


@pytest.mark.claim(4)
@pytest.mark.identity("eq-gradient-logits")
def test_targets_that_sum_to_s_leave_s_times_the_prediction_minus_the_target():
    rng = np.random.default_rng(10)
    z, y = rng.normal(size=5), rng.uniform(size=5)
    assert check_gradient(lambda x: -y @ np.log(softmax(x)), y.sum() * softmax(z) - y, z) < 1e-9
    y = y / y.sum()
    assert check_gradient(lambda x: -y @ np.log(softmax(x)), softmax(z) - y, z) < 1e-9


@pytest.mark.identity("eq-weight-gradient")
def test_the_gradient_over_weights_is_the_error_times_the_samples():
    rng = np.random.default_rng(11)
    X, labels, W, b = rng.normal(size=(7, 4)), rng.integers(0, 3, 7), rng.normal(size=(3, 4)), rng.normal(size=3)
    error = (softmax(X @ W.T + b) - one_hot(labels, 3)) / 7

    def loss(W, b):
        return sparse_categorical_cross_entropy(labels, logits=X @ W.T + b)

    assert check_gradient(lambda x: loss(x, b), error.T @ X, W) < 1e-9
    assert check_gradient(lambda x: loss(W, x), error.T @ np.ones(7), b) < 1e-9
    y, w = rng.integers(0, 2, 7), rng.normal(size=4)
    binary = X.T @ (sigmoid(X @ w) - y) / 7
    assert check_gradient(lambda x: binary_cross_entropy(y, logits=X @ x), binary, w) < 1e-9


def exact_loss(x):
    """By mpmath, the loss over the first of three logits, its first three derivatives, its value off the real axis."""
    return mpmath.log(mpmath.exp(x) + mpmath.exp(0.3) + mpmath.exp(-1.1)) - x


@pytest.mark.identity("eq-forward-difference", "eq-central-difference", "eq-complex-step")
@pytest.mark.parametrize("x", [-2.0, 0.4, 1.7])
def test_what_differences_leave_out_begins_as_taylor_says(x):
    with mpmath.workdps(60):
        slope, bend, third = (mpmath.diff(exact_loss, x, k) for k in (1, 2, 3))
        for h in (mpmath.mpf("1e-5"), mpmath.mpf("1e-7")):
            forward = (exact_loss(x + h) - exact_loss(x)) / h - slope
            central = (exact_loss(x + h) - exact_loss(x - h)) / (2 * h) - slope
            imaginary = mpmath.im(exact_loss(mpmath.mpc(x, h))) / h - slope
            assert abs(forward / (h / 2 * bend) - 1) < 2 * h
            assert abs(central / (h**2 / 6 * third) - 1) < h
            assert abs(imaginary / (-(h**2) / 6 * third) - 1) < h


@pytest.mark.identity("eq-best-step")
def test_the_predicted_steps_are_near_the_bottom_of_the_valley():
    rng, u = np.random.default_rng(12), 2.0**-53
    z, y = rng.normal(size=(4000, 3)), np.zeros(4000, dtype=int)
    exact = sparse_categorical_cross_entropy_gradient(y, z, reduction="sum")[:, 0]

    def value(h):
        moved = z + np.array([h, 0.0, 0.0])
        return sparse_categorical_cross_entropy(y, logits=moved, reduction="none"), moved[:, 0]

    def error(h, below):
        (f1, x1), (f0, x0) = value(h), value(-h if below else 0.0)
        return np.sqrt(np.mean(((f1 - f0) / (x1 - x0) - exact) ** 2))

    q, size = softmax(z)[:, 0], np.sqrt(np.mean(value(0.0)[0] ** 2))
    bend, third = (np.sqrt(np.mean(d**2)) for d in (q * (1 - q), q * (1 - q) * (1 - 2 * q)))
    predicted = {False: 2 * np.sqrt(u * size / bend), True: np.cbrt(3 * u * size / third)}
    for below, step in predicted.items():
        best = min(error(step * 10.0**k, below) for k in np.arange(-3, 3.1, 0.25))
        assert error(step, below) < 2 * best
        assert min(error(step / 30, below), error(step * 30, below)) > 5 * best


@pytest.mark.identity("eq-curvature-variance")
@settings(deadline=None, max_examples=60)
@given(hnp.arrays(np.float64, 5, elements=st.floats(-20, 20)), hnp.arrays(np.float64, 5, elements=st.floats(-3, 3)))
def test_the_curvature_in_a_direction_is_the_variance_of_its_entries(z, v):
    p = softmax(z)
    mean = p @ v
    np.testing.assert_allclose(v @ softmax_hessian(z) @ v, p @ (v - mean) ** 2, rtol=1e-9, atol=1e-13)
    assert np.linalg.eigvalsh(softmax_hessian(z))[-1] <= 0.5 + 1e-15


def test_no_curvature_exceeds_that_of_a_coin_toss_between_two_classes():
    np.testing.assert_allclose(np.linalg.eigvalsh(softmax_hessian([0.0, 0.0, -INF]))[-1], 0.5, rtol=1e-15)


@pytest.mark.identity("eq-squared-error-gradient")
def test_the_gradient_of_squared_error_is_that_of_cross_entropy_times_twice_the_slope_of_the_sigmoid():
    z, y = np.linspace(-9, 9, 37), np.arange(37) % 2
    q = sigmoid(z)
    np.testing.assert_allclose(squared_error_gradient(y, z, reduction="sum"), 2 * (q - y) * q * (1 - q), rtol=1e-11)
    assert check_gradient(lambda x: np.sum((sigmoid(x) - y) ** 2), 2 * (q - y) * q * (1 - q), z) < 1e-9


@pytest.mark.identity("eq-loss-factor")
@pytest.mark.parametrize("name", ["squared", "absolute", "focal", "generalised", "of one's own"])
def test_a_function_of_the_surprise_pushes_like_cross_entropy_times_its_derivative(name):
    rng = np.random.default_rng(13)
    phi, slope, package = {  # of the surprise s; p = exp(-s)
        "squared": (lambda s: (1 - np.exp(-s)) ** 2, lambda s, p: 2 * p * (1 - p), squared_error_gradient),
        "absolute": (lambda s: 1 - np.exp(-s), lambda s, p: p, absolute_error_gradient),
        "focal": (lambda s: (1 - np.exp(-s)) ** 2 * s, lambda s, p: (1 - p) ** 2 + 2 * p * (1 - p) * s,
                  focal_loss_gradient),
        "generalised": (lambda s: (1 - np.exp(-0.7 * s)) / 0.7, lambda s, p: p**0.7,
                        generalized_cross_entropy_gradient),
        "of one's own": (lambda s: np.log1p(s) + s**3, lambda s, p: 1 / (1 + s) + 3 * s**2, None),
    }[name]  # fmt: skip
    for z in rng.normal(size=(5, 4)) * 2:
        surprise, p = sparse_categorical_cross_entropy(1, logits=z), softmax(z)
        expected = slope(surprise, p[1]) * (p - one_hot(1, 4))
        assert check_gradient(lambda x: phi(sparse_categorical_cross_entropy(1, logits=x)), expected, z) < 1e-8
    if package:
        z, y = rng.normal(size=9) * 3, np.arange(9) % 2
        surprise = binary_cross_entropy(y, logits=z, reduction="none")
        expected = slope(surprise, np.exp(-surprise)) * (sigmoid(z) - y)
        np.testing.assert_allclose(package(y, z, reduction="sum"), expected, rtol=1e-11)


# -- the verdicts of chapter 7 ------------------------------------------------------------------------------


@pytest.mark.claim(4)
def test_over_the_probabilities_the_gradient_is_minus_label_by_prediction_and_not_prediction_minus_label():
    y, q = np.array([1.0, 0.0, 0.0]), np.array([0.1, 0.8, 0.1])
    slopes = numerical_gradient(lambda p: -y[0] * np.log(p[0]), q)
    np.testing.assert_allclose(slopes, -y / q, atol=1e-8)  # -10, 0, 0
    np.testing.assert_allclose(
        sparse_categorical_cross_entropy_gradient([0, 0], np.log([q, q])), [(q - y) / 2] * 2, rtol=1e-14
    )


def steps_to_even_odds(gradient, logit):
    count = 0
    while logit < 0:
        logit -= gradient([1], [logit], reduction="sum")[0]
        count += 1
    return count


@pytest.mark.claim(6)
def test_from_a_confident_mistake_squared_error_takes_exponentially_many_steps_and_from_indecision_hardly_more():
    pair = (binary_cross_entropy_gradient, squared_error_gradient)
    assert [steps_to_even_odds(gradient, -5.0) for gradient in pair] == [6, 85]
    few, many = (steps_to_even_odds(gradient, -8.0) for gradient in pair)
    assert few == 9 and many == pytest.approx(np.exp(8) / 2, rel=0.05)
    assert [steps_to_even_odds(gradient, -0.1) for gradient in pair] == [1, 1]


@pytest.mark.claim(6)
@pytest.mark.parametrize("logit", [-2.0, -5.0, -10.0, -30.0])
def test_a_confident_mistake_keeps_its_error_and_loses_it_under_bounded_losses_but_not_under_the_hinge(logit):
    q = sigmoid(logit)
    assert binary_cross_entropy_gradient([1], [logit])[0] == pytest.approx(q - 1, rel=1e-12)
    assert squared_error_gradient([1], [logit])[0] == pytest.approx(2 * q * (1 - q) * (q - 1), rel=1e-12)
    assert absolute_error_gradient([1], [logit])[0] == pytest.approx(q * (q - 1), rel=1e-12)
    assert hinge_gradient([1], [logit])[0] == -1


@pytest.mark.claim(6)
def test_on_the_tumours_the_head_start_shrinks_with_longer_steps_and_adam_and_is_gone_if_undecided():
    from sklearn.datasets import load_breast_cancer

    X, y = load_breast_cancer(return_X_y=True)
    A = np.c_[np.ones(len(X)), (X - X.mean(axis=0)) / X.std(axis=0)]
    fit = LogisticRegression(l2=1.0).fit(A[:, 1:], 1 - y)
    wrong, pair = -2 * np.r_[fit.intercept_, fit.coef_], (binary_cross_entropy_gradient, squared_error_gradient)

    def is_good(w):
        return np.mean((A @ w > 0) == (y == 0)) >= 0.95

    def steps(gradient, w, size):
        for count in range(2000):
            if is_good(w):
                return count
            w = w - size * gradient(1 - y, A @ w) @ A
        return INF

    slow, fast = ([steps(gradient, wrong, size) for gradient in pair] for size in (0.3, 30))
    assert slow[1] > 10 * slow[0] and fast[1] > 5 * fast[0]
    undecided = [min(steps(gradient, 0 * wrong, size) for size in (0.3, 1, 3, 10)) for gradient in pair]
    assert max(undecided) <= 4
    for size, least, most in [(0.03, 0.8, 1.2), (0.1, 1.2, 4), (0.3, 1.2, 4), (1, 1.2, 4)]:
        paths = [
            adam(
                lambda w: 0.0,
                lambda w, gradient=gradient: gradient(1 - y, A @ w) @ A,
                wrong,
                step_size=size,
                max_iter=300,
            ).path
            for gradient in pair
        ]
        first = [next(count for count, w in enumerate(path) if is_good(w)) for path in paths]
        assert least <= first[1] / first[0] <= most


# -- the equations of chapter 10 ----------------------------------------------------------------------------


@pytest.mark.identity("eq-generalised-share")
@pytest.mark.parametrize("r", [0.0, 0.3, 0.7, 1.0])
def test_generalised_cross_entropy_cares_as_much_as_a_power_of_the_probability_of_the_label(r):
    z, y = np.random.default_rng(30).normal(size=(12, 5)) * 3, np.arange(12) % 5
    own = softmax(z)[np.arange(12), y]
    push = sparse_categorical_cross_entropy_gradient(y, z, reduction="sum")
    gradient = generalized_cross_entropy_gradient(y, z, q=r, reduction="sum")
    np.testing.assert_allclose(gradient, own[:, None] ** r * push, rtol=1e-12)


@pytest.mark.identity("eq-squared-push")
def test_squared_error_through_a_sigmoid_pushes_hardest_at_an_error_of_two_thirds():
    errors = np.linspace(0.001, 0.999, 999)
    for y, z in [(1, logit(1 - errors)), (0, logit(errors))]:
        push = np.abs(squared_error_gradient(np.full(999, y), z, reduction="sum"))
        np.testing.assert_allclose(push, 2 * errors**2 * (1 - errors), rtol=1e-11)
        assert errors[push.argmax()] == pytest.approx(2 / 3, abs=1e-3)
        assert push.max() == pytest.approx(8 / 27, rel=1e-5) and push.max() <= 8 / 27


@pytest.mark.identity("eq-noise-share")
def test_a_loss_that_knows_the_noise_cares_as_much_as_it_believes_the_label():
    rng, rate = np.random.default_rng(31), 0.4
    for z in rng.normal(size=(6, 5)) * 2:
        q, label = softmax(z), int(rng.integers(5))
        kept, replaced = (1 - rate) * q[label], rate / 5  # by Bayes' rule the label was kept with probability
        share = kept / (kept + replaced)
        expected = share * sparse_categorical_cross_entropy_gradient(label, z)
        assert check_gradient(lambda x, k=label: -np.log((1 - rate) * softmax(x)[k] + rate / 5), expected, z) < 1e-8


# -- limits -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [1e4, 1e9, 1e300, INF])
def test_enormous_and_infinite_logits_have_the_gradient_of_certainty(scale):
    z = np.array([[scale, 0.0, -scale], [scale, 0.0, -scale]])
    expected = [[0, 0, 0], [1, -1, 0]]
    for value in (
        sparse_categorical_cross_entropy_gradient([0, 1], z, reduction="sum"),
        categorical_cross_entropy_gradient(one_hot([0, 1], 3), z, reduction="sum"),
    ):
        np.testing.assert_array_equal(value, expected)
        assert not np.signbit(value[0]).any() or (value[0] == 0).all()
    np.testing.assert_array_equal(binary_cross_entropy_gradient([1, 0], [scale, scale], reduction="sum"), [0, 1])
    np.testing.assert_array_equal(softmax_hessian(z), np.zeros((2, 3, 3)))
    for gradient in OF_LABELS.values():
        assert np.isfinite(gradient([0, 1], z)).all() and np.isfinite(gradient([0, 1, 1], z[0])).all()


def test_a_class_ruled_out_gets_no_push_unless_it_is_the_true_one():
    z = [[0.0, 0.0, -INF], [0.0, 0.0, -INF]]
    np.testing.assert_array_equal(
        sparse_categorical_cross_entropy_gradient([0, 2], z, reduction="sum"), [[-0.5, 0.5, 0], [0.5, 0.5, -1]]
    )
    value, _ = value_and_gradient([0, 2], z, reduction="none")
    np.testing.assert_allclose(value, [np.log(2), INF])


def test_no_entry_of_a_gradient_is_minus_zero():
    for z in ([[0.0, -INF]], [[1e4, -1e4]], [[INF, 0.0]]):
        gradient = sparse_categorical_cross_entropy_gradient([0], z)
        assert gradient[0, 1] == 0
        assert not np.signbit(gradient).any()


@any_number_of_classes
def test_the_only_class_has_no_gradient():
    z = np.array([[-INF], [0.0], [5.0], [INF]])
    np.testing.assert_array_equal(sparse_categorical_cross_entropy_gradient([0] * 4, z), np.zeros((4, 1)))
    np.testing.assert_array_equal(categorical_cross_entropy_gradient(np.ones((4, 1)), z), np.zeros((4, 1)))
    np.testing.assert_array_equal(softmax_hessian(z), np.zeros((4, 1, 1)))


# -- against mpmath -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_each_entry_agrees_with_mpmath_however_small(kind):
    with mpmath.workdps(400):  # enough for 1 - exp(-700), written as a difference
        for row, t in rows_of_every_scale(kind):
            exact = exact_gradient(row, t)
            hard = one_hot([t], row.size)
            for value in (
                sparse_categorical_cross_entropy_gradient([t], row[None])[0],
                categorical_cross_entropy_gradient(hard, row[None])[0],
            ):
                for k in range(row.size):
                    require_close(value[k], exact[k], kind)


@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_binary_entries_the_diagonal_of_the_hessian_and_other_losses_agree_with_mpmath(kind):
    with mpmath.workdps(400):
        for gap in GAPS:
            z = kind(gap)
            rest = 1 / (1 + mpmath.exp(mpmath.mpf(float(z))))
            own = 1 - rest
            require_close(binary_cross_entropy_gradient(1, z), -rest, kind)
            require_close(binary_cross_entropy_gradient(0, z), own, kind)
            hessian = softmax_hessian(kind([0.0, z]))
            for entry, sign in ((hessian[0, 0], 1), (hessian[1, 1], 1), (hessian[0, 1], -1)):
                require_close(entry, sign * own * rest, kind)
            focal = rest**2 - 2 * own * rest * mpmath.log(own)
            factors = {
                squared_error_gradient: 2 * own * rest,
                absolute_error_gradient: own,
                focal_loss_gradient: focal,
                generalized_cross_entropy_gradient: own ** mpmath.mpf(0.7),
            }
            for gradient, factor in factors.items():
                require_close(gradient([1], kind([z]))[0], -factor * rest, kind)
                both = 2 if gradient in (squared_error_gradient, absolute_error_gradient) else 1
                two = gradient([1], kind([[0.0, z]]))[0]
                require_close(two[0], both * factor * rest, kind)
                require_close(two[1], -both * factor * rest, kind)


@pytest.mark.parametrize("kind, row", [(np.float32, [-50.0, -50.0, -95.0]), (np.float64, [-300.0, -300.0, -730.0])])
def test_an_entry_whose_exponential_underflows_keeps_its_digits_where_the_sum_is_small_too(kind, row):
    gradient = sparse_categorical_cross_entropy_gradient(0, kind(row), reduction="sum")
    np.testing.assert_allclose(gradient, [-0.5, 0.5, np.exp(row[2] - row[0]) / 2], rtol=TOLERANCE[kind])


def test_a_mean_of_many_rows_of_large_logits_keeps_its_digits_in_single_precision():
    z = np.full((100_000, 2), 82.0, np.float32)
    gradient = sparse_categorical_cross_entropy_gradient(np.zeros(100_000, int), z)
    np.testing.assert_allclose(gradient[::9999], np.tile([-5e-6, 5e-6], (11, 1)), rtol=1e-6)


# -- the output array -------------------------------------------------------------------


@pytest.mark.parametrize(
    "out, error, message",
    [
        ([[0.0, 0.0]], TypeError, "must be a NumPy array; got list"),
        (np.zeros((2, 2)), ValueError, r"must have shape \(1, 2\) and dtype float64; got \(2, 2\) and float64"),
        (np.zeros((1, 2), np.float32), ValueError, "must have shape .* got .* and float32"),
        (np.zeros((1, 4))[:, ::2], ValueError, "must be C-contiguous and writeable"),
    ],
)
def test_an_output_that_does_not_fit_is_refused(out, error, message):
    with pytest.raises(error, match="^`out` " + message):
        value_and_gradient([0], np.zeros((1, 2)), out=out)


def test_the_output_must_not_be_the_logits():
    z = np.zeros((1, 2))
    with pytest.raises(ValueError, match="^`out` must not share memory with `logits`"):
        value_and_gradient([0], z, out=z)
    np.testing.assert_array_equal(z, 0.0)

    for kind in (np.float64, np.float32):  # nor where a sample is ignored
        z = np.zeros((2, 2), kind)
        with pytest.raises(ValueError, match="^`out` must not share memory with `logits`"):
            value_and_gradient([0, -1], z, out=z, ignore_index=-1)


def test_after_an_error_in_the_logits_the_output_holds_no_half_written_gradient():
    out = np.zeros((2, 2))
    with pytest.raises(ValueError, match=r"^`logits` must not contain NaN; got nan at index \(1, 0\)$"):
        value_and_gradient([0, 0], np.array([[0.0, 1.0], [NAN, 0.0]]), out=out)
    assert np.isnan(out).all()
    out[:] = 0.0
    with pytest.raises(ValueError, match="^`y_true` must lie in"):
        value_and_gradient([0, 2], np.zeros((2, 2)), out=out)
    np.testing.assert_array_equal(out, 0.0)


# -- types, and what is left alone --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind, result", [("float32", "float32"), ("float64", "float64"), ("float16", "float64"), ("int64", "float64")]
)
def test_gradients_have_the_precision_of_the_logits(kind, result):
    z = np.array([[0, 1], [2, 1]], dtype=kind)
    z.flags.writeable = False
    for gradient in (sparse_categorical_cross_entropy_gradient, categorical_hinge_gradient, *OF_LABELS.values()):
        assert gradient([0, 1], z).dtype == result and gradient([0, 1], z).shape == z.shape
    for gradient in (categorical_cross_entropy_gradient, binary_cross_entropy_gradient):
        assert gradient(np.eye(2), z).dtype == result
    assert hinge_gradient([0, 1], z[0]).dtype == result
    assert softmax_hessian(z).dtype == result
    assert isinstance(binary_cross_entropy_gradient(1, 0.5), float)


@pytest.mark.parametrize("kind", ["uint8", "int32", "bool"])
def test_labels_of_any_integer_type_are_taken(kind):
    z, y = np.array([[0.0, 1.0], [2.0, 1.0]]), np.array([1, 0], dtype=kind)
    for gradient in (sparse_categorical_cross_entropy_gradient, *OF_LABELS.values()):
        np.testing.assert_array_equal(gradient(y, z), gradient([1, 0], z))
    for gradient in (hinge_gradient, *OF_LABELS.values()):
        np.testing.assert_array_equal(gradient(y, z[0]), gradient([1, 0], z[0]))


def test_strided_logits_are_taken():
    z = np.random.default_rng(5).normal(size=(8, 12))[::2, ::3]
    expected = sparse_categorical_cross_entropy_gradient([0, 1, 2, 3], np.ascontiguousarray(z))
    for view in (z, np.asfortranarray(z), z.tolist(), z.astype(">f8")):
        np.testing.assert_allclose(sparse_categorical_cross_entropy_gradient([0, 1, 2, 3], view), expected, rtol=1e-14)


@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_no_gradient_warns_in_the_strictest_error_state(kind):
    z = np.array([[-INF, 745.0], [1e38, -1e38], [0.0, 3e-45], [-90.0, 1e-30]], dtype=kind)
    y = np.array([0, 1, 1, 0])
    with np.errstate(all="raise"):
        for gradient in (sparse_categorical_cross_entropy_gradient, *OF_LABELS.values()):
            assert np.isfinite(gradient(y, z)).all()
        assert np.isfinite(categorical_cross_entropy_gradient(one_hot(y, 2), z)).all()
        assert np.isfinite(binary_cross_entropy_gradient(y, z[:, 0])).all()
        assert np.isfinite(softmax_hessian(z)).all()


# -- errors -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", [[INF, INF, 0.0], [-INF, -INF, -INF]])
@pytest.mark.parametrize("label", [0, 2])
def test_a_tie_at_infinity_has_no_gradient(row, label):
    z = [[0.0, 1.0, 2.0], row]
    calls = [lambda g=g: g([0, label], z) for g in (sparse_categorical_cross_entropy_gradient, *OF_LABELS.values())]
    calls += [lambda: categorical_cross_entropy_gradient(one_hot([0, label], 3), z), lambda: softmax_hessian(z)]
    for call in calls:
        with pytest.raises(ValueError, match=r"^`logits` must not tie at infinity; got .* at index \(1,\)$"):
            call()


def test_bad_input_is_refused():
    z = np.zeros((2, 3))
    for gradient in (sparse_categorical_cross_entropy_gradient, categorical_hinge_gradient, *OF_LABELS.values()):
        with pytest.raises(ValueError, match=r"^`y_true` must lie in 0 … 2; got 3 at index \(1,\)$"):
            gradient([0, 3], z)
        with pytest.raises(TypeError, match=r"^`y_true` must hold integers; got 0.5 at index \(0,\)$"):
            gradient([0.5, 1.0], z)
        with pytest.raises(ValueError, match="^`reduction` must be one of 'mean', 'sum', 'none'; got 'avg'$"):
            gradient([0, 1], z, reduction="avg")
        with pytest.raises(ValueError, match="^`(logits|scores)` must not be empty"):
            gradient([], np.zeros((0, 3)))
        with pytest.raises(ValueError, match=r"must not contain NaN; got nan at index \(0, 0\)$"):
            gradient([0, 1], z * NAN)
    with pytest.raises(ValueError, match="^`y_true` must sum to 1"):
        categorical_cross_entropy_gradient(z, z)
    with pytest.raises(ValueError, match="^`y_true` and `logits` must have the same shape"):
        binary_cross_entropy_gradient([0, 1], z)
    with pytest.raises(ValueError, match=r"must not contain NaN; got nan at index \(1,\)$"):
        softmax_hessian([0.0, NAN])


def test_numerical_gradient_refuses_what_is_no_function_of_numbers():
    with pytest.raises(TypeError, match=r"^`f` must return one number; got shape \(2,\) of dtype float64$"):
        numerical_gradient(lambda x: x, [0.0, 1.0])
    with pytest.raises(ValueError, match=r"^`f` must be finite near `x`; got nan at \["):
        numerical_gradient(lambda x: NAN, [0.0])
    with pytest.raises(ValueError, match="^`x` must be finite"):
        numerical_gradient(lambda x: 0.0, [INF])
    with pytest.raises(ValueError, match="^`step` must be at least 1e-300; got 0.0$"):
        numerical_gradient(lambda x: 0.0, [0.0], step=0)
    with pytest.raises(ValueError, match=r"^`step` must change `x`; got 1e-20 at index \(0,\)$"):
        numerical_gradient(lambda x: 0.0, [1.0], step=1e-20)
    with pytest.raises(ValueError, match="^`scheme` must be one of 'central', 'forward'; got 'backward'$"):
        numerical_gradient(lambda x: 0.0, [0.0], scheme="backward")
    with pytest.raises(ValueError, match="^`gradient` and `x` must have the same shape"):
        check_gradient(lambda x: 0.0, [0.0], [0.0, 1.0])
    with pytest.raises(ValueError, match="^`gradient` must not contain NaN"):
        check_gradient(lambda x: 0.0, [NAN], [0.0])


def test_a_point_at_the_edge_of_float64_leaves_no_room_for_a_step():
    for x in (np.finfo(np.float64).max, -np.finfo(np.float64).max):
        with pytest.raises(ValueError, match=r"^`x` must leave room for a step; got -?1.79\d+e\+308 at index \(1,\)$"):
            numerical_gradient(lambda point: 0.0, [1.0, x])
