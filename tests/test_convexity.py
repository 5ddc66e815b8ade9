"""Where cross-entropy is convex, how that is certified, and where the minimum is not one or not there."""

from __future__ import annotations

import itertools

import mpmath
import numpy as np
import pytest
import scipy.optimize
import scipy.sparse
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from xentbook.convexity import (
    curvature_certificate,
    hessian_error_bound,
    logistic_hessian,
    maximum_margin,
    midpoint_test,
    separating_direction,
    smoothness_bound,
    softmax_null_directions,
    softmax_regression_hessian,
)
from xentbook.convexity.separation import _flatten, _origin, centres
from xentbook.information import entropy
from xentbook.likelihood import observed_information
from xentbook.links import log_sigmoid, log_softmax, sigmoid, softmax
from xentbook.models import MLPClassifier, SoftmaxRegression
from xentbook.optimize import newton

many = settings(deadline=None, max_examples=60)


def with_ones(*columns):
    return np.stack([np.ones(len(columns[0])), *columns], axis=1).astype(float)


def data(n=30, d=3, seed=0):
    return np.random.default_rng(seed).normal(size=(n, d))


def exact_hessian(X, theta):
    """The Hessian in the precision that mpmath is set to, (d, d) for weights (d,) and (K d, K d) for (K, d)."""
    wide = np.vectorize(mpmath.mpf, otypes=[object])
    X, table = wide(X), wide(np.atleast_2d(theta))
    exp = np.vectorize(mpmath.exp, otypes=[object])
    z = X @ table.T if theta.ndim == 2 else np.hstack([X @ table.T, 0 * X[:, :1]])
    p = exp(z)
    p = p / p.sum(axis=1, keepdims=True)
    total = 0
    for x, q in zip(X, p, strict=True):
        spread = np.diag(q) - np.outer(q, q) if theta.ndim == 2 else np.array([[q[0] * q[1]]])
        total = total + np.kron(spread, np.outer(x, x))
    return total


# -- Hessians -----------------------------------------------------------------------------------------------


def test_at_zero_weights_the_curvature_is_a_quarter_of_the_gram_matrix():
    X = data()
    np.testing.assert_allclose(logistic_hessian(X, np.zeros(3)), X.T @ X / 4, rtol=1e-14)
    half = softmax_regression_hessian(X, np.zeros((2, 3)))
    np.testing.assert_allclose(half, np.kron([[1, -1], [-1, 1]], X.T @ X / 4), rtol=1e-14)


@pytest.mark.identity("eq-logistic-hessian")
@pytest.mark.identity("eq-softmax-regression-hessian")
def test_the_hessians_are_the_derivatives_of_the_losses():
    X, rng = data(), np.random.default_rng(1)
    theta, table, labels = rng.normal(size=3), rng.normal(size=(4, 3)), rng.integers(0, 4, 30)
    found = observed_information(lambda t: np.sum(log_sigmoid(np.where(labels > 1, 1, -1) * (X @ t))), theta)
    np.testing.assert_allclose(logistic_hessian(X, theta), found, atol=2e-8)
    by_row = lambda t: np.sum(log_softmax(X @ t.reshape(4, 3).T)[np.arange(30), labels])  # noqa: E731
    np.testing.assert_allclose(
        softmax_regression_hessian(X, table), observed_information(by_row, table.ravel()), atol=5e-8
    )


def test_a_hessian_whose_squares_vanish_is_not_said_to_curve_downwards():
    X, table = np.full((8, 3), 6.31682085e-156), np.zeros((3, 3))
    for hessian, theta in ((logistic_hessian(X, table[0]), table[0]), (softmax_regression_hessian(X, table), table)):
        found = curvature_certificate(hessian, error=hessian_error_bound(X, theta))
        assert found.verdict == "convex to rounding"


@pytest.mark.claim(7)
@many
@given(
    hnp.arrays(np.float64, (8, 3), elements=st.floats(-50, 50)),
    hnp.arrays(np.float64, (3, 3), elements=st.floats(-5, 5)),
)
def test_no_direction_ever_curves_downwards(X, table):
    for hessian, theta in ((logistic_hessian(X, table[0]), table[0]), (softmax_regression_hessian(X, table), table)):
        found = curvature_certificate(hessian, error=hessian_error_bound(X, theta))
        assert found.verdict in ("strictly convex", "convex to rounding")
        assert found.largest <= smoothness_bound(X, n_classes=3) * (1 + 1e-9) + found.error


@many
@given(
    hnp.arrays(np.float64, (8, 3), elements=st.floats(-50, 50)), hnp.arrays(np.float64, 3, elements=st.floats(-5, 5))
)
@pytest.mark.identity("eq-sum-of-squares")
def test_the_curvature_along_a_direction_is_a_sum_of_squares(X, v):
    theta = np.array([0.1, -0.2, 0.05])
    s = np.exp(log_sigmoid(X @ theta) + log_sigmoid(-X @ theta))
    np.testing.assert_allclose(v @ logistic_hessian(X, theta) @ v, np.sum(s * (X @ v) ** 2), rtol=1e-9, atol=1e-9)


@many
@given(
    hnp.arrays(np.float64, (8, 3), elements=st.floats(-50, 50)),
    hnp.arrays(np.float64, (4, 3), elements=st.floats(-5, 5)),
)
@pytest.mark.identity("eq-variance-of-logits")
def test_the_curvature_of_softmax_along_a_direction_is_a_sum_of_variances(X, V):
    table = np.linspace(-0.1, 0.2, 12).reshape(4, 3)
    p, change = softmax(X @ table.T), X @ V.T
    mean = np.sum(p * change, axis=1, keepdims=True)
    variances = np.sum(p * (change - mean) ** 2)
    found = V.ravel() @ softmax_regression_hessian(X, table) @ V.ravel()
    np.testing.assert_allclose(found, variances, rtol=1e-9, atol=1e-8)


@pytest.mark.identity("eq-softmax-null")
def test_softmax_is_flat_where_all_classes_move_alike_and_only_there():
    X, table = data(), np.random.default_rng(2).normal(size=(4, 3))
    hessian, null = softmax_regression_hessian(X, table), softmax_null_directions(4, 3)
    np.testing.assert_allclose(hessian @ null.reshape(3, -1).T, 0, atol=1e-13)
    np.testing.assert_allclose(np.einsum("akd,bkd->ab", null, null), np.eye(3), atol=1e-15)
    np.testing.assert_allclose(
        log_softmax(X @ (table + 7 * null[1]).T), log_softmax(X @ table.T), rtol=1e-12, atol=1e-13
    )
    values = np.linalg.eigvalsh(hessian)
    assert np.all(np.abs(values[:3]) < 1e-13) and values[3] > 0.1


@pytest.mark.identity("eq-smoothness")
def test_the_smoothness_bounds_are_attained_at_equal_probabilities():
    X = data()
    assert np.linalg.eigvalsh(logistic_hessian(X, np.zeros(3)))[-1] == pytest.approx(smoothness_bound(X), rel=1e-13)
    two = np.array([[0.0] * 3, [0.0] * 3, [-1e4, 0, 0]])  # all mass on two of three classes
    top = np.linalg.eigvalsh(softmax_regression_hessian(np.abs(X), two))[-1]
    assert top == pytest.approx(smoothness_bound(np.abs(X), n_classes=3), rel=1e-10)


# -- certificates -------------------------------------------------------------------------------------------


@many
@example(np.full((4, 4), 2.22507386e-311), 0.0)  # where eps times the norm is less than the least number there is
@given(hnp.arrays(np.float64, (4, 4), elements=st.floats(-1e3, 1e3)), st.floats(-12, 12))
def test_the_certified_interval_holds_the_true_eigenvalues(matrix, power):
    A = (matrix + matrix.T) * 10.0**power
    found = curvature_certificate(A)
    with mpmath.workdps(50):
        exact = sorted(mpmath.eigsy(mpmath.matrix(A.tolist()), eigvals_only=True))
    assert abs(exact[0] - found.smallest) <= found.error and abs(exact[-1] - found.largest) <= found.error
    assert found.error <= 1e-12 * np.abs(A).max() + 1e-300  # and it is narrow


@pytest.mark.parametrize(
    ("smallest", "verdict"),
    [(1e-9, "strictly convex"), (-1e-9, "not convex"), (0.0, "convex to rounding"), (1e-18, "convex to rounding")]
)  # fmt: skip
def test_the_verdict_follows_the_sign_of_the_smallest_eigenvalue_when_it_can_be_told(smallest, verdict):
    turn = np.linalg.qr(np.random.default_rng(4).normal(size=(5, 5)))[0]
    A = turn @ np.diag([smallest, 0.5, 1.0, 2.0, 3.0]) @ turn.T
    assert curvature_certificate((A + A.T) / 2).verdict == verdict


def test_a_known_error_widens_the_certificate():
    assert curvature_certificate(np.eye(2), error=0.5).verdict == "strictly convex"
    assert curvature_certificate(np.eye(2), error=2.0).verdict == "convex to rounding"


@pytest.mark.parametrize("scale", [1e-3, 1.0, 30.0])
def test_the_bound_on_rounding_in_the_hessian_holds(scale):
    X, rng = data(12, 3, seed=6), np.random.default_rng(7)
    theta = rng.normal(size=3) * scale
    with mpmath.workdps(60):
        M, t = mpmath.matrix(X.tolist()), mpmath.matrix(theta.tolist())
        z = M * t
        s = [1 / ((1 + mpmath.exp(-v)) * (1 + mpmath.exp(v))) for v in z]
        exact = M.T * mpmath.diag(s) * M
        error = np.array([[float(logistic_hessian(X, theta)[i, j] - exact[i, j]) for j in range(3)] for i in range(3)])
    assert np.linalg.norm(error, 2) <= hessian_error_bound(X, theta) <= 1e-8 * np.linalg.norm(X) ** 2


@pytest.mark.parametrize("k", [1, 3])
def test_the_bound_on_rounding_has_the_unit_of_the_hessian(k):
    X, theta = data(9, 3, seed=8), np.random.default_rng(9).normal(size=(k, 3))
    theta = theta[0] if k == 1 else theta
    for unit in (2.0**-30, 2.0**30):
        assert hessian_error_bound(unit * X, theta / unit) == pytest.approx(unit**2 * hessian_error_bound(X, theta))


@pytest.mark.parametrize("size", [1e2, 1e5, 1e8])
@pytest.mark.parametrize("k", [1, 2, 3])
def test_the_bound_on_rounding_holds_where_large_terms_of_the_logits_cancel(size, k):
    rng = np.random.default_rng(5)
    near, far = rng.normal(size=(12, 1)), rng.normal(size=(12, 1))
    X = np.hstack([far, far + near / size, -far, rng.normal(size=(12, 1))])
    X[0] = 0.0  # it has no part in either
    theta = size * np.array([1.0, -3.0, -2.0, 0.0]) * rng.normal(size=(k, 1))
    compute = logistic_hessian if k == 1 else softmax_regression_hessian
    theta = theta[0] if k == 1 else theta
    hessian, bound = compute(X, theta), hessian_error_bound(X, theta)
    with mpmath.workdps(60):
        exact = np.zeros_like(hessian)
        for x in X:
            x = mpmath.matrix(x.tolist())
            z = [(mpmath.matrix(np.atleast_2d(row).tolist()) * x)[0] for row in np.atleast_2d(theta)]
            z = [mpmath.mpf(0), *z] if k == 1 else z
            total = mpmath.fsum(mpmath.exp(v) for v in z)
            p = [mpmath.exp(v) / total for v in z]
            spread = np.array([[float(a * ((i == j) - b)) for j, b in enumerate(p)] for i, a in enumerate(p)])
            outer = np.outer([float(v) for v in x], [float(v) for v in x])
            exact += np.kron(spread[1:, 1:] if k == 1 else spread, outer)
    assert np.linalg.norm(hessian - exact, 2) <= bound
    assert bound <= (1e-12 * size + 1e-11) * np.linalg.norm(X) ** 2  # and it is narrow


@pytest.mark.parametrize("k, d", [(2, 1), (3, 1), (2, 2)])
def test_the_bound_on_rounding_holds_for_large_logits_of_few_columns(k, d):
    rng = np.random.default_rng(k)
    X = rng.uniform(1.0, 2.0, size=(5, 1)) * np.ones(d)
    theta = 1e8 / d + rng.uniform(size=(k, d))  # the logits are large, and their differences are not
    with mpmath.workdps(60):
        error = softmax_regression_hessian(X, theta) - exact_hessian(X, theta)
        assert np.linalg.norm(error.astype(float), 2) <= hessian_error_bound(X, theta)


@pytest.mark.parametrize(
    "X, theta",
    [
        (np.full((1000, 1), 3e-162), [1.0]),  # squares vanish
        (np.full((100, 12), 3e-162), np.zeros(12)),
        ([[1.0]], [735.0]),  # p (1 - p) is a number below 1e-308, with few digits
        ([[1000.0]], [0.7301]),
        ([[1e100, 1e-100]], [7.301e-98, 0.0]),
    ],
)
def test_the_bound_on_rounding_holds_for_what_is_lost_below_the_normal_numbers(X, theta):
    X, theta, unit = np.array(X), np.array(theta), 2.0**800
    with mpmath.workdps(60):
        error = (logistic_hessian(X, theta) - exact_hessian(X, theta)) * unit  # in this unit it has all its digits
    assert 0 < np.linalg.norm(error.astype(float), 2) <= hessian_error_bound(X, theta) * unit


@pytest.mark.parametrize("scale", [1e-200, 1.0, 1e200])
@pytest.mark.parametrize("off, refused", [(0.9e-8, False), (1.1e-8, True)])
def test_a_hessian_is_symmetric_to_eight_digits_of_its_largest_entry(scale, off, refused):
    hessian = scale * np.array([[4.0, 1.0], [1.0 + 4.0 * off, 2.0]])
    if refused:
        with pytest.raises(ValueError, match="`hessian` must be symmetric"):
            curvature_certificate(hessian)
    else:
        assert curvature_certificate(hessian).verdict == "strictly convex"


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_curvature_that_is_as_large_as_its_error_may_be_zero(sign):
    alone = curvature_certificate([[sign]]).error
    found = curvature_certificate([[sign]], error=1.0 - alone)
    assert found.error == abs(found.smallest) == 1.0
    assert found.verdict == "convex to rounding"
    assert curvature_certificate([[sign]], error=1.0 - 2 * alone).verdict != "convex to rounding"


def test_the_bound_on_rounding_of_one_product_is_that_of_its_notes():
    eps, least = 2.0**-52, 2.0**-1074
    for theta, moved in (([0.0, 0.0], 0.0), ([1e6, 1e6], (2 + 2) * eps * 4e6)):  # the logit is 0 in both cases
        gamma = (1 + 8) * eps + 4 * (2e-13 + np.expm1(2 * moved))
        expected = 1.01 * gamma * 4.0 * 0.25 * 2.0  # |x| |x|ᵀ of two entries of 2, times p (1 - p)
        assert hessian_error_bound([[2.0, -2.0]], theta) == pytest.approx(expected, rel=1e-12, abs=0)
    table = 1.01 * (9 * eps + 8e-13) * 4.0 * np.sqrt(2 * 0.75**2 + 2 * 0.25**2)  # diag(p) + p pᵀ, p = 1/2
    assert hessian_error_bound([[2.0]], [[0.0], [0.0]]) == pytest.approx(table, rel=1e-12, abs=0)
    # What may vanish: 4 n times the entries of the Hessian times twice the least number times (1 + |x|)²
    assert hessian_error_bound([[0.0]], [0.0]) == 4 * 2 * least
    assert hessian_error_bound([[2.0]], [1e4]) == 4 * 2 * 3**2 * least
    assert hessian_error_bound([[0.0, 0.0]] * 3, [0.0, 0.0]) == 4 * 3 * 4 * 2 * least


@pytest.mark.parametrize("unit", [1e-100, 1.0, 1e100])
def test_the_error_of_a_diagonal_is_the_bound_on_the_rounding_of_its_products(unit):
    eps = 2.0**-52
    found = curvature_certificate(unit * np.diag([3.0, 4.0]))
    assert (found.smallest, found.largest) == (3 * unit, 4 * unit)
    expected = 1.01 * ((2 + 4) * eps * np.sqrt(2) * 4 + (2 + 4) * eps * 5 + 4 * eps * 5) * unit
    assert found.error == pytest.approx(expected, rel=1e-12, abs=0)
    assert curvature_certificate([[0.0]]).error == 2 * 2.0**-1074


# -- midpoints ----------------------------------------------------------------------------------------------


@pytest.mark.identity("eq-chord")
@pytest.mark.identity("eq-jensen")
@pytest.mark.parametrize("k", [2, 5])
def test_the_value_at_a_mean_is_at_most_the_mean_of_the_values_for_convex_losses_alone(k):
    rng = np.random.default_rng(k)
    X, y = data(20), rng.integers(0, 2, 20)
    rows, points, shares = (
        (2 * y - 1)[:, np.newaxis] * X,
        rng.normal(size=(200, k, 3)) * 9,
        rng.dirichlet(np.ones(k), 200),
    )

    def gaps(f):
        return np.array([p @ [f(a) for a in ends] - f(p @ ends) for ends, p in zip(points, shares, strict=True)])

    assert gaps(lambda theta: binary_loss(rows, theta)).min() >= 0
    square = gaps(lambda theta: float(theta @ theta))  # for squares the gap is a variance
    variances = [p @ np.sum((ends - p @ ends) ** 2, axis=1) for ends, p in zip(points, shares, strict=True)]
    np.testing.assert_allclose(square, variances, rtol=1e-11)
    assert gaps(lambda theta: float(np.sum(sigmoid(-rows @ theta) ** 2))).min() < -0.1


@pytest.mark.identity("eq-midpoint")
def test_cross_entropy_passes_where_squared_error_through_a_sigmoid_fails():
    entropy = midpoint_test(lambda t: -float(log_sigmoid(t[0])), [-8.0], [8.0])
    assert not entropy.refuted and entropy.violation <= 1e-15
    square = midpoint_test(lambda t: float(np.exp(log_sigmoid(-t[0])) ** 2), [-8.0], [8.0])
    assert square.refuted and square.violation > 0.01


@pytest.mark.identity("eq-midpoint")
def test_a_refutation_can_be_checked_by_hand():
    f = lambda x: float(np.sin(x[0]) + x[1] ** 2)  # noqa: E731
    found = midpoint_test(f, [0.0, -1.0], [3.0, 1.0])
    assert found.refuted
    assert f((found.a + found.b) / 2) - (f(found.a) + f(found.b)) / 2 == pytest.approx(found.violation, rel=1e-12)


def test_rounding_refutes_nothing_and_the_same_seed_finds_the_same_pair():
    plane = lambda x: float(1e6 + x @ [0.1, 0.7])  # noqa: E731
    assert not midpoint_test(plane, [-1, -1], [1, 1]).refuted
    one, two = (midpoint_test(lambda x: float(np.sin(9 * x[0])), [0], [1], seed=3) for _ in range(2))
    assert one.violation == two.violation and one.a == two.a and one.b == two.b


def test_a_dent_a_hundred_times_smaller_than_the_box_is_found():
    dent = lambda x: float(x[0] ** 2 - 0.01 * np.exp(-((x[0] / 0.01) ** 2)))  # noqa: E731
    assert midpoint_test(dent, [-1.0], [1.0]).refuted


def test_pairs_lie_within_the_box_at_distances_of_three_powers_of_ten():
    seen = []
    midpoint_test(lambda x: seen.append(x.copy()) or 0.0, [2.0], [3.0], n_pairs=400)
    first, middle, second = np.array(seen).reshape(3, 400)
    assert min(seen) >= 2.0 and max(seen) <= 3.0 and np.ptp(first) > 0.9
    np.testing.assert_allclose(middle, (first + second) / 2, rtol=1e-15)
    apart = np.abs(first - second)
    assert 0.005 < np.median(apart) < 0.02  # a third of the box by 10^-1.5
    assert np.quantile(apart, 0.02) < 1e-3 and apart.max() > 0.5


def test_a_level_function_is_not_refuted_and_a_single_pair_may_be_enough():
    level = midpoint_test(lambda x: 0.0, [0.0], [1.0], tolerance=0.0)
    assert not level.refuted and level.violation == 0
    arch = midpoint_test(lambda x: -float(x[0] ** 2), [0.0], [1.0], n_pairs=1, tolerance=0.0)
    assert arch.refuted and arch.violation == pytest.approx(float(arch.a[0] - arch.b[0]) ** 2 / 4, rel=1e-9)
    bowl = midpoint_test(lambda x: float(x[0] ** 2), [0.0], [1.0], n_pairs=1)
    assert bowl.violation == pytest.approx(-(float(bowl.a[0] - bowl.b[0]) ** 2) / 4, rel=1e-9)


@pytest.mark.parametrize("excess, refuted", [(0.9e-3, False), (1.1e-3, True)])
def test_an_excess_counts_where_it_is_beyond_its_share_of_the_largest_value(excess, refuted):
    values = iter([-8.0, -3.5 + 8 * excess, 1.0])
    assert midpoint_test(lambda x: next(values), [0.0], [1.0], n_pairs=1, tolerance=1e-3).refuted is refuted


# -- separation ---------------------------------------------------------------------------------------------


def test_a_gap_is_complete_separation_and_the_direction_points_across_it():
    X, y = with_ones([1, 2, 3, 4]), np.array([0, 0, 1, 1])
    found = separating_direction(X, y)
    assert found.kind == "complete" and found.separated.all()
    assert np.all((2 * y - 1) * (X @ found.direction) > 0)
    assert np.linalg.norm(found.direction) == pytest.approx(1)


def test_a_shared_border_is_quasi_complete_separation():
    X, y = with_ones([0, 1, 2, 2, 3, 4]), np.array([0, 0, 0, 1, 1, 1])
    found = separating_direction(X, y)
    assert found.kind == "quasi-complete"
    np.testing.assert_array_equal(found.separated, [True, True, False, False, True, True])
    np.testing.assert_allclose(X[2] @ found.direction, 0, atol=1e-15)
    assert np.all((2 * y - 1) * (X @ found.direction) > -1e-15)


@pytest.mark.parametrize("far", [0.0, 1.7e9, -1e15])
def test_the_centre_of_a_column_is_its_weighted_mean_wherever_it_lies(far):
    rng = np.random.default_rng(0)
    samples, shares = np.round(rng.normal(size=(9, 3)), 2), rng.dirichlet(np.ones(9))
    samples[:, 1] = 0.3
    moved = samples + far
    np.testing.assert_allclose(centres(moved, shares) - far, shares @ (moved - far), rtol=1e-12, atol=abs(far) * 1e-15)
    assert centres(moved, shares)[1] == moved[0, 1]  # a constant column has that very constant
    assert centres(moved[:1], np.ones(1)).tolist() == moved[0].tolist()


@pytest.mark.parametrize("seed", range(10))
def test_flattening_takes_off_what_lies_along_the_rows_however_many_there_are(seed):
    rng = np.random.default_rng(seed)
    along, weights = rng.normal(size=(1, 3)), rng.normal(size=3)
    rows = scipy.sparse.csr_array(rng.integers(0, 2, size=(20_000, 1)) @ along)  # of rank 1, but for rounding
    along = along[0] / np.linalg.norm(along)
    np.testing.assert_allclose(_flatten(weights, rows), weights - along * (along @ weights), atol=1e-14)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_direction_does_not_depend_on_which_column_is_constant(place):
    rng = np.random.default_rng(3)
    x = rng.normal(size=(12, 2)) + [5.0, -7.0]
    y = (x @ [1.0, 2.0] > -9.0).astype(int)
    first = separating_direction(np.insert(x, 0, 1.0, axis=1), y).direction
    found = separating_direction(np.insert(x, place, 1.0, axis=1), y).direction
    np.testing.assert_allclose(found, np.insert(first[1:], place, first[0]), rtol=1e-9)


def test_beside_a_constant_column_the_others_are_measured_from_their_means_and_else_from_0():
    origin, anchor = _origin(np.array([[5.0, 1.0, 3.0], [7.0, 1.0, 3.0]]))
    assert (origin.tolist(), anchor.tolist()) == ([6.0, 0.0, 3.0], [0.0, 1.0, 0.0])  # the first constant is kept
    for column in ([1.0, 2.0], [0.0, 0.0]):
        origin, anchor = _origin(np.array([[5.0, column[0]], [7.0, column[1]]]))
        assert (origin.tolist(), anchor.tolist()) == ([0.0, 0.0], [0.0, 0.0])


@pytest.mark.parametrize("unit", [1e-310, 1e-305, 1e300])
def test_separation_is_found_where_the_inverse_of_the_unit_is_beyond_float64(unit):
    x, y = np.array([0.0, 0.2, 0.5, 0.6, 0.7, 1.0]) * unit, [0, 0, 0, 1, 1, 1]
    found = separating_direction(with_ones(x), y)
    assert found.kind == "complete" and found.separated.all()
    assert separating_direction(x[:, np.newaxis] - 0.55 * unit, y).direction.tolist() == [1.0]
    assert separating_direction(with_ones(x), [0, 0, 1, 0, 1, 1]) is None


@pytest.mark.parametrize("size", [0.8e308, 0.95e308, 1.7e308])
def test_separation_is_found_up_to_the_largest_number(size):
    for far in ([[-size], [size]], [[0.0], [size]]):
        assert separating_direction(far, [0, 1]).direction.tolist() == [1.0]


def test_the_linear_program_is_tried_at_two_tolerances_with_and_without_presolve_by_three_methods(monkeypatch):
    tried = []

    def fails(*args, method, options, **others):
        tried.append((method, *sorted(options.items())))
        return scipy.optimize.OptimizeResult(status=4, message="no luck")

    monkeypatch.setattr(scipy.optimize, "linprog", fails)
    with pytest.raises(RuntimeError, match="must be solved, as it always can be; got no luck"):
        separating_direction([[1.0], [2.0]], [0, 1])
    dual, primal = "dual_feasibility_tolerance", "primal_feasibility_tolerance"
    assert tried == [
        (method, (dual, size), ("presolve", presolve), (primal, size))
        for size in (1e-10, 1e-9)
        for presolve in (True, False)
        for method in ("highs", "highs-ipm", "highs-ds")
    ]


def test_one_class_and_one_sample_have_their_directions():
    assert softmax_null_directions(1, 1).tolist() == [[[1.0]]]
    found = separating_direction([[2.0, 0.0]], [1])
    assert found.kind == "complete" and found.direction.tolist() == [1.0, 0.0]


def test_a_binary_column_with_an_empty_cell_is_quasi_complete():
    X, y = with_ones([0, 0, 0, 1, 1], [1, 2, 3, 1, 2]), [0, 1, 0, 1, 1]  # whenever the column is 1, so is the outcome
    found = separating_direction(X, y)
    assert found.kind == "quasi-complete" and found.direction[1] > 0
    np.testing.assert_array_equal(found.separated, [False, False, False, True, True])


@pytest.mark.parametrize("scale", [1e-200, 1e-9, 1.0, 1e9])
@pytest.mark.parametrize("overlap", [1e-1, 1e-3, 1e-6])
def test_a_small_overlap_and_a_small_gap_are_told_apart_in_any_units(scale, overlap):
    y = [0, 0, 0, 1, 1, 1]
    apart = np.array([0, 0.2, 0.5, 0.5 + overlap, 0.7, 1]) * scale
    mixed = np.array([0, 0.2, 0.5 + overlap, 0.5, 0.7, 1]) * scale
    assert separating_direction(with_ones(apart), y).kind == "complete"
    assert separating_direction(with_ones(mixed), y) is None


@pytest.mark.parametrize("overlap", [1e-8, 1e-10, 1e-12])
def test_an_overlap_within_the_tolerance_of_the_linear_program_is_still_an_overlap(overlap):
    mixed = np.array([0, 0.2, 0.5 + overlap, 0.5, 0.7, 1])
    assert separating_direction(with_ones(mixed), [0, 0, 0, 1, 1, 1]) is None


@many
@given(st.lists(st.integers(0, 6), min_size=2, max_size=9), st.integers(0, 2**9 - 1))
def test_on_a_line_separation_is_what_it_looks_like(x, bits):
    y = np.array([bits >> i & 1 for i in range(len(x))])
    x = np.array(x)
    low, high = x[y == 0], x[y == 1]
    if min(low.size, high.size) == 0 or low.max() < high.min() or high.max() < low.min():
        expected = "complete"
    elif (low.max() == high.min() or high.max() == low.min()) and np.ptp(x):
        expected = "quasi-complete"
    else:
        expected = None
    found = separating_direction(with_ones(x), y, n_classes=2)
    assert (found and found.kind) == expected


@many
@given(hnp.arrays(np.int32, (6, 2), elements=st.integers(-2, 2)), st.integers(0, 63))
@pytest.mark.identity("eq-separation")
def test_in_the_plane_no_direction_of_a_fine_fan_contradicts_the_answer(points, bits):
    X, sides = points.astype(float), np.array([1 if bits >> i & 1 else -1 for i in range(6)])
    # The cone's edges are normals of points, so that with those and their midpoints nothing is missed.
    normals = [np.array([-b, a], dtype=float) for a, b in points if a or b]
    edges = [v / np.linalg.norm(v) for n in normals for v in (n, -n)]
    fan = edges + [a + b for a, b in itertools.combinations(edges, 2)] + [v for p in X for v in (p, -p)]
    margins = [sides * (X @ b) for b in fan]
    best = max((np.sum(m > 1e-9) for m in margins if np.all(m > -1e-9)), default=0)
    found = separating_direction(X, (sides + 1) // 2, n_classes=2)
    assert (0 if found is None else found.separated.sum()) == best


def test_three_classes_in_a_row_are_separated_by_softmax():
    X, y = with_ones([0, 1, 4, 5, 8, 9]), np.array([0, 0, 1, 1, 2, 2])
    found = separating_direction(X, y)
    logits = X @ found.direction.T
    assert found.kind == "complete" and found.direction.shape == (3, 2)
    np.testing.assert_array_equal(logits.argmax(axis=1), y)
    assert separating_direction(X, [0, 1, 2, 2, 1, 0]) is None


def test_one_separable_class_among_three_is_quasi_complete():
    X = with_ones([0, 1, 10, 11, 12, 13])
    found = separating_direction(X, [0, 0, 1, 2, 1, 2])
    assert found.kind == "quasi-complete"
    np.testing.assert_array_equal(found.separated, [True, True, False, False, False, False])


def test_a_class_that_never_occurs_can_always_be_ruled_out_further():
    assert separating_direction(with_ones([0, 1, 2, 3]), [0, 2, 0, 2], n_classes=3).kind == "quasi-complete"
    assert separating_direction(with_ones([0, 1, 2]), [0, 0, 0]).kind == "complete"


def test_iris_has_one_class_apart_and_two_that_overlap():
    from sklearn.datasets import load_iris

    X, y = load_iris(return_X_y=True)
    found = separating_direction(np.c_[np.ones(150), X], y)
    assert found.kind == "quasi-complete"
    np.testing.assert_array_equal(found.separated, y == 0)  # setosa
    assert separating_direction(np.c_[np.ones(100), X[50:]], y[50:] - 1) is None


# -- what separation means for the minimum ------------------------------------------------------------------


def binary_loss(rows, theta):
    return float(-np.sum(log_sigmoid(rows @ theta)))


@many
@given(hnp.arrays(np.float64, (9, 3), elements=st.floats(-3, 3).map(lambda x: round(x, 3))), st.integers(0, 2**9 - 1))
@pytest.mark.identity("eq-separation")
def test_along_a_separating_direction_the_loss_falls_from_everywhere_and_for_ever(X, bits):
    y = np.array([bits >> i & 1 for i in range(9)])
    found = separating_direction(X, y, n_classes=2)
    if found is None:
        return
    rows, rng = (2 * y - 1)[:, np.newaxis] * X, np.random.default_rng(0)
    gains = rows @ found.direction
    assert np.all(gains > -1e-9) and gains.max() > 0
    stride = 1 / gains.max()  # far enough to be seen through rounding
    for theta in rng.normal(size=(5, 3)):
        values = [binary_loss(rows, theta + t * stride * found.direction) for t in (0, 0.5, 1, 2, 4)]
        assert all(a > b for a, b in itertools.pairwise(values))


@pytest.mark.claim(8)
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.identity("eq-coercive")
def test_where_the_classes_overlap_the_loss_grows_at_least_in_proportion_to_the_weights(seed):
    rng = np.random.default_rng(seed)
    X = np.c_[np.ones(12), rng.normal(size=12)]
    y = np.argsort(np.argsort(X[:, 1])) % 2  # alternate along the line: no threshold divides them
    rows = (2 * y - 1)[:, np.newaxis] * X
    assert separating_direction(X, y) is None
    turn = np.linspace(0, 2 * np.pi, 20_001)
    worst = -(rows @ np.array([np.cos(turn), np.sin(turn)])).min(axis=0)  # how wrong the worst sample is, each way
    m = worst.min()
    assert m > 0
    for theta in rng.normal(size=(50, 2)) * 10.0 ** rng.uniform(-2, 3, (50, 1)):
        assert binary_loss(rows, theta) >= m * np.linalg.norm(theta) * (1 - 1e-6)


@pytest.mark.identity("eq-log-growth")
def test_one_weight_on_the_gradient_flow_of_one_sample_solves_w_plus_exp_w():
    from scipy.integrate import solve_ivp

    times = [0.0, 1.0, 30.0, 1e3, 1e5]
    path = solve_ivp(lambda t, w: sigmoid(-w), (0, 1e5), [0.0], t_eval=times, method="LSODA", rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(path.y[0] + np.exp(path.y[0]), np.array(times) + 1, rtol=1e-7)
    assert path.y[0][-1] == pytest.approx(np.log(1e5), rel=1e-3)
    steps = 0.0
    for _ in range(20_000):
        steps += 0.05 * float(sigmoid(-steps))
    assert steps + np.exp(steps) == pytest.approx(1001, rel=1e-2)  # small steps stay by the flow


@pytest.mark.parametrize(("seed", "d"), [(0, 2), (1, 2), (2, 3), (3, 5), (4, 12)])
@pytest.mark.identity("eq-max-margin")
def test_the_maximum_margin_is_that_of_a_quadratic_program(seed, d):
    from scipy.optimize import minimize

    rng = np.random.default_rng(seed)
    X, truth = rng.normal(size=(30, d)), rng.normal(size=d)
    y = (X @ truth > 0).astype(int)
    rows, found = (2 * y - 1)[:, np.newaxis] * X, maximum_margin(X, y)
    start = found.direction / found.margin + 0.01 * truth
    program = minimize(lambda w: w @ w / 2, start, jac=lambda w: w, method="SLSQP",
                       options={"ftol": 1e-14, "maxiter": 1000},
                       constraints={"type": "ineq", "fun": lambda w: rows @ w - 1, "jac": lambda w: rows})  # fmt: skip
    assert found.margin == pytest.approx(1 / np.linalg.norm(program.x), rel=1e-6)
    np.testing.assert_allclose(found.direction, program.x / np.linalg.norm(program.x), atol=1e-5)
    assert np.min(rows @ found.direction) == pytest.approx(found.margin, rel=1e-12)
    np.testing.assert_allclose((rows @ found.direction)[found.support], found.margin, rtol=1e-9)
    assert 1 <= found.support.sum() <= d


@pytest.mark.identity("eq-max-margin")
def test_in_the_plane_no_direction_of_a_fine_fan_has_a_larger_margin():
    X, y = np.random.default_rng(5).normal(size=(20, 2)), np.zeros(20, dtype=int)
    y[X @ [1.0, 0.3] > 0] = 1
    turn = np.linspace(0, 2 * np.pi, 200_001)
    best = ((2 * y - 1)[:, np.newaxis] * X @ np.array([np.cos(turn), np.sin(turn)])).min(axis=0).max()
    assert best <= maximum_margin(X, y).margin <= best * (1 + 1e-4)


@pytest.mark.parametrize("scale", [1e-60, 1e-8, 1.0, 1e8, 1e60])
@pytest.mark.parametrize("gap", [1.0, 1e-3, 1e-6])
def test_a_margin_is_as_exact_for_a_narrow_gap_and_in_any_unit(scale, gap):
    X = np.array([[0.0, 0.0], [-1.0, 0.5], [gap, 0.0], [3.0, 1.0]]) - [gap / 2, 0.0]
    found = maximum_margin(X * scale, [0, 0, 1, 1])
    assert found.margin == pytest.approx(gap / 2 * scale, rel=1e-6)
    np.testing.assert_allclose(found.direction, [1.0, 0.0], atol=1e-5)


def test_mirrored_points_have_the_margin_of_a_support_vector_machine_with_an_intercept():
    from sklearn.svm import SVC

    X = np.random.default_rng(6).normal(size=(15, 2)) + [2.0, 2.0]
    both, y = np.concatenate([X, -X]), np.repeat([1, 0], 15)  # its intercept is 0 by symmetry
    machine = SVC(kernel="linear", C=1e9, tol=1e-8).fit(both, y)
    found = maximum_margin(both, y)
    assert found.margin == pytest.approx(1 / np.linalg.norm(machine.coef_), rel=1e-5)
    np.testing.assert_allclose(found.direction, machine.coef_[0] * found.margin, rtol=1e-4)


def test_without_complete_separation_there_is_no_margin():
    assert maximum_margin(with_ones([1, 2, 3, 4]), [0, 1, 0, 1]) is None
    assert maximum_margin(with_ones([0, 1, 2, 2, 3]), [0, 0, 0, 1, 1]) is None  # a shared border: quasi-complete


@pytest.mark.claim(10)
@pytest.mark.identity("eq-network-hessian")
def test_the_hessian_of_a_hidden_unit_is_a_part_that_is_never_negative_and_one_that_may_be():
    rng = np.random.default_rng(8)
    x, y, theta = rng.normal(size=20), rng.integers(0, 2, 20), np.array([0.8, -0.3, 1.1, 0.2])

    def logit_of(t):
        return t[2] * np.tanh(t[0] * x + t[1]) + t[3]

    loss = lambda t: binary_loss((2 * y - 1)[:, np.newaxis] * logit_of(t)[:, np.newaxis], np.ones(1))  # noqa: E731
    steps = 1e-4 * np.eye(4)
    J = np.array([(logit_of(theta + h) - logit_of(theta - h)) / 2e-4 for h in steps]).T
    second = np.array([[logit_of(theta + h + k) - logit_of(theta + h - k)
                        - logit_of(theta - h + k) + logit_of(theta - h - k)
                        for k in steps] for h in steps]) / 4e-8  # fmt: skip
    q = sigmoid(logit_of(theta))
    first = (J.T * (q * (1 - q))) @ J
    whole = -observed_information(lambda t: loss(t), theta)
    np.testing.assert_allclose(first + second @ (q - y), whole, atol=1e-5)
    assert np.linalg.eigvalsh(first)[0] > -1e-10 and np.linalg.eigvalsh(whole)[0] < -0.01
    assert np.abs(second[2:, 2:] @ (q - y)).max() < 1e-5  # nothing of it in the last layer


# -- the verdicts of chapter 8 ------------------------------------------------------------------------------


def weighted_loss(X, targets, weights):
    """Return the cross-entropy of softmax regression as a function of its table of weights, as one vector."""

    def f(theta):
        z = X @ theta.reshape(targets.shape[1], X.shape[1]).T
        return float(-np.sum(weights[:, np.newaxis] * targets * log_softmax(z)))

    return f


@pytest.mark.claim(7)
@many
@given(st.integers(0, 10**6), st.floats(0, 1), st.sampled_from([2, 3, 5]))
def test_no_midpoint_lies_above_its_chord_for_any_data_with_hard_or_soft_labels_and_weights(seed, share, k):
    rng = np.random.default_rng(seed)
    X, hard = rng.normal(size=(8, 3)) * 10.0 ** rng.uniform(-2, 2, 3), np.eye(k)[rng.integers(k, size=8)]
    f = weighted_loss(X, share * rng.dirichlet(np.ones(k), size=8) + (1 - share) * hard, rng.exponential(size=8))
    a, b = rng.normal(size=(2, 3 * k)) * 10.0 ** rng.uniform(-1, 2)
    assert f((a + b) / 2) <= (f(a) + f(b)) / 2 * (1 + 1e-12) + 1e-12


@pytest.mark.claim(7)
def test_a_negative_weight_or_a_logit_that_is_not_linear_loses_convexity_and_strictness_is_not_promised():
    f = weighted_loss(np.eye(2), np.eye(2), np.array([1.0, -0.5]))  # each sample has a column of its own
    assert f(np.zeros(4)) > (f(np.array([0.0, 0.0, 0.0, 4.0])) + f(np.array([0.0, 0.0, 0.0, -4.0]))) / 2
    X, hard = np.ones((2, 1)), np.eye(2)
    g = weighted_loss(X[:1], hard[1:], np.ones(1))
    at = lambda w: g(np.array([0.0, w**2]))  # noqa: E731  # a logit of w²
    assert at(0.0) > (at(-1.0) + at(1.0)) / 2
    flat = softmax_regression_hessian(X, np.zeros((2, 1)))
    assert curvature_certificate(flat, error=hessian_error_bound(X, np.zeros((2, 1)))).verdict == "convex to rounding"


@pytest.mark.claim(8)
def test_convex_may_mean_no_minimum_at_all():
    X, y = with_ones([0, 1, 2, 3]), np.array([0, 0, 1, 1])
    rows = (2 * y - 1)[:, np.newaxis] * X
    direction = separating_direction(X, y).direction
    values = [binary_loss(rows, t * direction / (rows @ direction).min()) for t in (0, 1, 10, 100, 600)]
    assert all(a > b > 0 for a, b in itertools.pairwise(values)) and values[-1] < 1e-250  # towards 0, which it never is


@pytest.mark.claim(8)
def test_convex_may_mean_infinitely_many_minima():
    X, y = with_ones([0, 1, 2, 3, 4, 5]), np.array([0, 1, 2, 0, 1, 2])
    fit = SoftmaxRegression().fit(X[:, 1:], y)
    table = np.column_stack([fit.intercept_, fit.coef_])
    f = weighted_loss(X, np.eye(3)[y], np.ones(6))
    for shift in np.random.default_rng(8).normal(size=(20, 2)):  # the groove: the same for every class
        assert f((table + shift).ravel()) == pytest.approx(f(table.ravel()), rel=1e-13)
    doubled, theta = np.c_[X, 2 * X[:, 1]], np.array([0.3, -0.2, 0.0])  # a column that depends on another
    slide = np.array([0.0, 2.0, -1.0])
    np.testing.assert_allclose(doubled @ (theta + 7 * slide), doubled @ theta, atol=1e-13)
    found = curvature_certificate(logistic_hessian(doubled, theta), error=hessian_error_bound(doubled, theta))
    assert found.verdict == "convex to rounding"


@pytest.mark.claim(8)
@pytest.mark.parametrize("case", ["no separation", "an L2 penalty on separable data", "softmax, one class fixed"])
def test_under_its_condition_there_is_one_minimum_from_wherever_one_starts(case):
    x, rng = np.array([0.0, 1, 2, 3, 4, 5, 6, 7]), np.random.default_rng(9)
    X, penalised = with_ones((x - 3.5) / 2), np.array([0.0, 1.0])
    labels = {"no": [0, 0, 1, 0, 1, 0, 1, 1], "an": [0, 0, 0, 0, 1, 1, 1, 1], "softmax,": [0, 1, 2, 0, 1, 2, 0, 1]}
    y = np.array(labels[case.split()[0]])
    l2, k = 0.1 * ("penalty" in case), y.max() + 1
    assert (separating_direction(X, y) is None) == ("penalty" not in case)

    def table(theta):
        return np.vstack([np.zeros(2), theta.reshape(k - 1, 2)])

    def f(theta):
        return -np.sum(log_softmax(X @ table(theta).T)[np.arange(8), y]) + l2 / 2 * np.sum(
            penalised * table(theta) ** 2
        )

    def slope(theta):
        error = softmax(X @ table(theta).T) - np.eye(k)[y]
        return ((error.T @ X)[1:] + l2 * penalised * table(theta)[1:]).ravel()

    def bend(theta):
        return softmax_regression_hessian(X, table(theta))[2:, 2:] + l2 * np.diag(np.tile(penalised, k - 1))

    ends = np.array([newton(f, slope, bend, start).x for start in rng.normal(size=(25, 2 * (k - 1))) * 3])
    np.testing.assert_allclose(ends, np.broadcast_to(ends[0], ends.shape), atol=1e-6)
    assert (
        np.linalg.norm(slope(ends[0])) < 1e-7
        and curvature_certificate(bend(ends[0]), error=1e-9).verdict == "strictly convex"
    )


@pytest.mark.claim(10)
def test_one_hidden_unit_has_two_minima_of_different_height_with_a_saddle_between_them():
    from sklearn.datasets import load_iris

    iris = load_iris()
    x, y = iris.data[:, 2] - iris.data[:, 2].mean(), (iris.target == 1).astype(float)

    def f(theta):
        z = theta[2] * np.tanh(theta[0] * x + theta[1]) + theta[3]
        return float(np.mean(np.logaddexp(0, z) - y * z) + 0.1 * theta[:3] @ theta[:3] / 300)

    def slope(theta):
        return np.array([(f(theta + h) - f(theta - h)) / 2e-5 for h in 1e-5 * np.eye(4)])

    starts = [[2.0, 3.0, 3.0, -1.5], [1.0, -1.5, -3.0, -1.0]]  # right about the first edge, and about the second
    minima = [scipy.optimize.minimize(f, start, jac=slope, options={"gtol": 1e-8}).x for start in starts]
    saddle = scipy.optimize.root(slope, [0.46, -0.68, -0.01, -0.7]).x
    assert [round(f(place), 4) for place in (*minima, saddle)] == [0.4728, 0.5361, 0.6367]
    for place, downwards in [*((place, 0) for place in minima), (saddle, 1)]:
        assert np.linalg.norm(slope(place)) < 1e-6
        assert np.sum(np.linalg.eigvalsh(observed_information(lambda t: -f(t), place)) < -1e-6) == downwards
    # A model that ignores its input lies on every way between them, and costs the entropy of the labels at least.
    assert f(saddle) > entropy([1 / 3, 2 / 3], base=np.e) > max(map(f, minima))


@pytest.mark.claim(10)
@pytest.mark.parametrize("seed", range(3))
def test_a_network_is_convex_in_its_last_layer_and_not_in_all_its_layers(seed):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(60, 2))
    y = (X[:, 0] * X[:, 1] > 0).astype(int)
    network = MLPClassifier([6, 5], n_classes=3, max_iter=300, seed=seed).fit(X, y)
    hidden, last = (
        with_ones(*network.activations(X)[2].T),
        np.column_stack([network.intercepts_[-1], network.coefs_[-1]]),
    )
    for table in [last, *rng.normal(size=(20, *last.shape)) * 3]:
        found = curvature_certificate(
            softmax_regression_hessian(hidden, table), error=hessian_error_bound(hidden, table)
        )
        assert found.verdict in ("strictly convex", "convex to rounding")
    value = network.loss_and_gradients(X, y)[0]
    (W1, W2, W3), (b1, b2, b3), halves = network.coefs_, network.intercepts_, []
    for order in itertools.permutations(
        range(5)
    ):  # the same function, with the units of the second layer in another order
        order = list(order)
        network.coefs_ = [W1, (W2 + W2[order]) / 2, (W3 + W3[:, order]) / 2]
        network.intercepts_ = [b1, (b2 + b2[order]) / 2, b3]
        halves.append(network.loss_and_gradients(X, y)[0])
    assert max(halves) > value + 0.1  # half-way between two points of one height, and higher than both


# -- errors -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: logistic_hessian([[1.0, 2.0]], [1.0]), "`theta` must have 2 weights, as `X` has columns; got 1"),
        (lambda: logistic_hessian([1.0, 2.0], [1.0]), "`X` must have 2 dimensions"),
        (lambda: logistic_hessian([[np.nan]], [1.0]), "`X` must not contain NaN"),
        (lambda: logistic_hessian([[1.0]], [np.inf]), "`theta` must be finite"),
        (lambda: softmax_regression_hessian([[1.0]], [1.0]), "`theta` must have 2 dimensions"),
        (lambda: hessian_error_bound([[1.0]], 3.0), "`theta` must have one dimension"),
        (lambda: softmax_null_directions(0, 2), "`n_classes` must be at least 1"),
        (lambda: smoothness_bound([[1.0]], n_classes=1), "`n_classes` must be at least 2"),
        (lambda: curvature_certificate([[1.0, 2.0]]), "`hessian` must be square"),
        (lambda: curvature_certificate([[1.0, 2.0], [0.0, 1.0]]), "`hessian` must be symmetric; got 2"),
        (lambda: curvature_certificate([[1.0]], error=-1.0), "`error` must be at least 0"),
        (lambda: midpoint_test(np.sum, [1.0], [0.0]), "`high` must lie above `low`"),
        (lambda: midpoint_test(np.sum, [0.0, 1.0], [1.0, 1.0]), "`high` must lie above `low`"),
        (lambda: midpoint_test(np.sum, [1.0], [0.0, 2.0]), "`low` and `high` must have the same shape"),
        (lambda: midpoint_test(lambda x: np.inf, [0.0], [1.0]), r"`f\(x\)` must be finite"),
        (
            lambda: separating_direction([[1.0]], [0, 1]),
            "`X` and `y` must have the same number of samples; got 1 and 2",
        ),
        (lambda: separating_direction([[1.0]], [2], n_classes=2), "`y` must lie in 0 … 1; got 2"),
        (lambda: separating_direction([[np.inf]], [0]), "`X` must be finite"),
        (lambda: maximum_margin([[1.0]], [0, 1]), "`X` and `y` must have the same number of samples; got 1 and 2"),
        (lambda: maximum_margin([[1.0], [2.0]], [0, 2]), "`y` must lie in 0 … 1; got 2"),
        (lambda: maximum_margin([[np.nan]], [0]), "`X` must not contain NaN"),
    ],
)
def test_bad_input_is_refused_with_its_reason(call, message):
    with pytest.raises(ValueError, match=message):
        call()
