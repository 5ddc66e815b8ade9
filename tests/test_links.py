"""Links keep every digit: against closed forms, limits and mpmath at fifty digits."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
import scipy.special
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from xentbook.links import log_sigmoid, log_softmax, logit, logsumexp, sigmoid, softmax

INF = float("inf")
TOLERANCE = {np.float64: 2e-13, np.float32: 1e-5}  # the accuracy that the package promises
ELEMENTWISE = [sigmoid, logit, log_sigmoid]
OVER_CLASSES = [softmax, log_softmax, logsumexp]

finite_logits = hnp.arrays(
    np.float64, hnp.array_shapes(min_dims=1, max_dims=3, max_side=6), elements=st.floats(-1e4, 1e4)
)


def relative_error(value, exact) -> float:
    """Return the relative error of a float against an mpmath number; 0 counts as right only for a subnormal."""
    if abs(exact) < np.finfo(type(value)).tiny:
        return 0.0 if abs(float(value)) <= np.finfo(type(value)).tiny else INF
    return float(abs(mpmath.mpf(float(value)) - exact) / abs(exact))


def rows_of_logits():
    """Return rows of K logits of every scale, among them ties, near-ties and rows of one dominant class."""
    rng = np.random.default_rng(20240)
    rows = [rng.normal(size=k) * 10.0**scale for k in (1, 2, 3, 10) for scale in range(-12, 4) for _ in range(3)]
    rows += [np.array([gap, 0.0, -gap]) for gap in (1e-300, 1e-17, 1e-8, 30.0, 60.0, 345.0, 700.0, 745.0, 5000.0)]
    rows += [np.zeros(7), np.array([1e4, -1e4, 1e4]), np.array([60.0] + [0.0] * 1000), np.array([1e16, 1e16 - 2])]
    return rows


# -- closed forms -------------------------------------------------------------------------------------------


def test_sigmoid_of_the_log_odds_of_three_to_one_is_three_quarters():
    assert sigmoid(np.log(3.0)) == pytest.approx(0.75, rel=1e-15, abs=0)
    assert logit(0.75) == pytest.approx(np.log(3.0), rel=1e-15, abs=0)
    assert sigmoid(0.0) == 0.5
    assert logit(0.5) == 0.0


def test_equal_logits_give_equal_probabilities():
    np.testing.assert_array_equal(softmax(np.full((2, 4), -7.5)), np.full((2, 4), 0.25))
    np.testing.assert_allclose(log_softmax(np.zeros(8)), np.full(8, -3 * np.log(2.0)), rtol=1e-15)
    assert logsumexp(np.zeros(8)) == pytest.approx(3 * np.log(2.0), rel=1e-15, abs=0)


def test_softmax_of_log_probabilities_gives_the_probabilities_back():
    p = np.array([0.5, 0.25, 0.125, 0.125])
    np.testing.assert_allclose(softmax(np.log(p)), p, rtol=1e-15)
    assert abs(logsumexp(np.log(p))) < 1e-15


# -- identities ---------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=60)
@given(finite_logits)
def test_softmax_is_the_exponential_of_log_softmax_and_sums_to_1(z):
    p = softmax(z)
    np.testing.assert_allclose(p, np.exp(log_softmax(z)), rtol=1e-12, atol=1e-307)
    np.testing.assert_allclose(p.sum(axis=-1), 1.0, rtol=1e-14)
    assert np.all((p >= 0) & (p <= 1)) and np.all(log_softmax(z) <= 0)


@settings(deadline=None, max_examples=60)
@given(finite_logits)
def test_two_classes_are_the_sigmoid_of_the_difference(z):
    pair = np.stack([z, np.zeros_like(z)], axis=-1)
    np.testing.assert_allclose(softmax(pair)[..., 0], sigmoid(z), rtol=1e-13, atol=1e-307)
    np.testing.assert_allclose(log_softmax(pair)[..., 0], log_sigmoid(z), rtol=1e-13, atol=1e-307)


@settings(deadline=None, max_examples=60)
@given(finite_logits)
def test_logsumexp_is_the_logit_that_log_softmax_subtracts(z):
    np.testing.assert_allclose(z - logsumexp(z)[..., np.newaxis], log_softmax(z), rtol=1e-12, atol=1e-11)


@settings(deadline=None, max_examples=60)
@given(finite_logits)
def test_sigmoid_of_minus_z_is_the_complement(z):
    np.testing.assert_allclose(sigmoid(z) + sigmoid(-z), 1.0, rtol=3e-16)
    np.testing.assert_allclose(log_sigmoid(z) - log_sigmoid(-z), z, rtol=1e-14, atol=1e-15)


@settings(deadline=None, max_examples=60)
@given(hnp.arrays(np.float64, 5, elements=st.floats(-700, 30)))
def test_logit_undoes_sigmoid_up_to_the_rounding_of_the_probability(z):
    # Near 1 the probability itself is known to 1.1e-16 only, which is exp(z) times that in the logit.
    assert np.all(np.abs(logit(sigmoid(z)) - z) <= 1e-13 * np.maximum(1, np.abs(z)) + 4e-16 * np.exp(np.maximum(z, 0)))


# -- limits -------------------------------------------------------------------------------------------------


def test_limits_of_the_sigmoid_and_of_the_logit_are_exact():
    np.testing.assert_array_equal(sigmoid([-INF, -1e4, 1e4, INF]), [0.0, 0.0, 1.0, 1.0])
    np.testing.assert_array_equal(log_sigmoid([-INF, -1e4, 1e4, INF]), [-INF, -1e4, 0.0, 0.0])
    np.testing.assert_array_equal(logit([0.0, 1.0]), [-INF, INF])
    assert logit(5e-324) == pytest.approx(-744.4400719213812, rel=1e-15, abs=0)  # the smallest positive float
    assert not np.signbit(log_sigmoid(INF))


def test_one_class_at_plus_infinity_takes_everything():
    np.testing.assert_array_equal(softmax([0.0, INF, -INF, 3.0]), [0.0, 1.0, 0.0, 0.0])
    np.testing.assert_array_equal(log_softmax([0.0, INF, -INF, 3.0]), [-INF, 0.0, -INF, -INF])


def test_a_class_at_minus_infinity_takes_nothing():
    np.testing.assert_array_equal(softmax([0.0, -INF, 0.0]), [0.5, 0.0, 0.5])
    np.testing.assert_array_equal(log_softmax([5.0, -INF]), [0.0, -INF])


def test_the_only_class_is_certain_whatever_its_logit():
    for z in (-INF, -1e308, 0.0, 1e308, INF):
        np.testing.assert_array_equal(softmax([z]), [1.0])
        np.testing.assert_array_equal(log_softmax([z]), [0.0])
        assert logsumexp([z]) == z


def test_infinite_rows_leave_finite_rows_alone():
    z = np.array([[0.0, INF], [0.0, 0.0], [-INF, 1.0]])
    np.testing.assert_array_equal(softmax(z), [[0.0, 1.0], [0.5, 0.5], [0.0, 1.0]])
    np.testing.assert_allclose(logsumexp(z), [INF, np.log(2.0), 1.0], rtol=1e-15)


def test_logsumexp_has_every_infinite_limit():
    z = [[-INF, -INF], [INF, INF], [INF, -INF], [0.0, INF], [2.0, -INF]]
    np.testing.assert_array_equal(logsumexp(z), [-INF, INF, INF, INF, 2.0])


def test_logits_at_the_ends_of_the_range_do_not_overflow():
    np.testing.assert_array_equal(softmax([1e308, -1e308]), [1.0, 0.0])
    np.testing.assert_array_equal(softmax([1e4, -1e4]), [1.0, 0.0])
    np.testing.assert_array_equal(log_softmax([1e4, -1e4]), [0.0, -2e4])
    assert logsumexp([1e308, 1e308]) == 1e308
    np.testing.assert_array_equal(softmax(np.float32([3e38, -3e38])), np.float32([1.0, 0.0]))


def test_a_confident_answer_has_a_small_loss_and_not_none():
    # exp(-60) = 8.756510762696520e-27, from its series to 16 digits (mpmath agrees below)
    assert -log_softmax([60.0, 0.0])[0] == pytest.approx(8.75651076269652e-27, rel=2e-13, abs=0)
    assert -log_sigmoid(60.0) == pytest.approx(8.75651076269652e-27, rel=2e-13, abs=0)
    assert -log_softmax(np.float32([60.0, 0.0]))[0] == pytest.approx(8.75651076269652e-27, rel=1e-5, abs=0)


# -- invariances --------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=60)
@given(finite_logits, st.integers(-(2**20), 2**20))
def test_softmax_is_shift_invariant(z, shift):
    z = np.round(z * 1024) / 1024  # so that the shift itself is exact
    np.testing.assert_array_equal(softmax(z + shift), softmax(z))
    np.testing.assert_array_equal(log_softmax(z + shift), log_softmax(z))
    np.testing.assert_allclose(logsumexp(z + shift), logsumexp(z) + shift, rtol=1e-15, atol=1e-9)


@settings(deadline=None, max_examples=60)
@given(finite_logits, st.data())
def test_the_axis_of_the_classes_may_lie_anywhere(z, data):
    axis = data.draw(st.integers(-z.ndim, z.ndim - 1))
    last = np.moveaxis(z, axis, -1)
    for link in (softmax, log_softmax):
        np.testing.assert_array_equal(link(z, axis=axis), np.moveaxis(link(last), -1, axis))
    np.testing.assert_array_equal(logsumexp(z, axis=axis), logsumexp(last))


@settings(deadline=None, max_examples=60)
@given(finite_logits)
def test_the_order_of_the_classes_does_not_matter(z):
    np.testing.assert_allclose(softmax(z[..., ::-1])[..., ::-1], softmax(z), rtol=1e-14, atol=1e-307)


@settings(deadline=None, max_examples=60)
@given(finite_logits)
def test_logsumexp_lies_between_the_maximum_and_the_maximum_plus_log_k(z):
    top = z.max(axis=-1)
    slack = 1e-15 * np.maximum(1.0, np.abs(top))
    assert np.all(top <= logsumexp(z))
    assert np.all(logsumexp(z) <= top + np.log(z.shape[-1]) + slack)


# -- against mpmath -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_sigmoid_and_its_logarithm_agree_with_mpmath(kind):
    rng = np.random.default_rng(1)
    z = np.concatenate([rng.normal(size=100) * 10.0**s for s in range(-15, 4, 2)] + [[-745.0, 36.8, 745.0, 88.0]])
    with mpmath.workdps(50):
        for value in z.astype(kind):
            exact = mpmath.mpf(float(value))
            assert relative_error(sigmoid(value), 1 / (1 + mpmath.exp(-exact))) < TOLERANCE[kind]
            assert relative_error(log_sigmoid(value), -mpmath.log1p(mpmath.exp(-exact))) < TOLERANCE[kind]


@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_logit_agrees_with_mpmath_near_0_near_one_half_and_near_1(kind):
    rng = np.random.default_rng(2)
    eps = np.finfo(kind).eps
    near = np.concatenate([10.0 ** rng.uniform(-37, -1, 200), [eps, 0.25, 0.75]])
    p = np.concatenate([near, rng.random(200), 0.5 + near[near < 0.5], 0.5 - near[near < 0.5], 1 - near]).astype(kind)
    with mpmath.workdps(60):
        for value in p[(p > 0) & (p < 1)]:
            exact = mpmath.mpf(float(value))
            assert relative_error(logit(value), mpmath.log(exact / (1 - exact))) < TOLERANCE[kind]


@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_softmax_and_its_logarithm_agree_with_mpmath_however_small(kind):
    with mpmath.workdps(50):
        for row in rows_of_logits():
            z = row.astype(kind)
            exact = [mpmath.mpf(float(value)) for value in z]
            top = max(exact)
            first = exact.index(top)
            others = mpmath.fsum(mpmath.exp(value - top) for k, value in enumerate(exact) if k != first)
            p, log_p = softmax(z), log_softmax(z)
            for k in range(min(z.size, 12)):
                exact_log = exact[k] - top - mpmath.log1p(others)
                assert relative_error(log_p[k], exact_log) < TOLERANCE[kind], (row, k)
                assert relative_error(p[k], mpmath.exp(exact_log)) < TOLERANCE[kind], (row, k)


def test_logsumexp_agrees_with_mpmath_relative_to_its_terms():
    with mpmath.workdps(50):
        for z in rows_of_logits():
            exact = [mpmath.mpf(float(value)) for value in z]
            top = max(exact)
            total = top + mpmath.log(mpmath.fsum(mpmath.exp(value - top) for value in exact))
            assert abs(logsumexp(z) - total) < 2e-13 * max(1, abs(top))


def test_many_classes_on_any_axis_keep_the_accuracy():
    z = np.random.default_rng(3).normal(size=(2**16, 2))
    exact = np.array([float(mpmath.log(mpmath.fsum(map(mpmath.exp, column)))) for column in z[:2000].T])
    np.testing.assert_allclose(logsumexp(z[:2000], axis=0), exact, rtol=2e-15)
    np.testing.assert_allclose(softmax(z, axis=0).sum(axis=0), 1.0, rtol=1e-13)
    np.testing.assert_array_equal(log_softmax(z, axis=0), log_softmax(np.ascontiguousarray(z.T)).T)


# -- against SciPy (scipy.special: expit, logit, log_expit, softmax, log_softmax, logsumexp) ----------------


@settings(deadline=None, max_examples=60)
@given(finite_logits)
def test_links_agree_with_scipy(z):
    with np.errstate(all="ignore"):
        expected = {
            sigmoid: scipy.special.expit(z),
            log_sigmoid: scipy.special.log_expit(z),
            softmax: scipy.special.softmax(z, axis=-1),
            log_softmax: scipy.special.log_softmax(z, axis=-1),
            logsumexp: scipy.special.logsumexp(z, axis=-1),
        }
        probs = expected[sigmoid]
        logits = scipy.special.logit(probs)
    for link, value in expected.items():
        np.testing.assert_allclose(link(z), value, rtol=2e-13, atol=1e-15)
    np.testing.assert_allclose(logit(probs), logits, rtol=1e-12, atol=1e-15)


# -- quiet, whatever the caller's error state ---------------------------------------------------------------


@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_no_link_raises_or_warns_in_the_strictest_error_state(kind):
    z = np.array([[-INF, 745.0], [1e38, -1e38], [0.0, 3e-45], [-90.0, 1e-30]], dtype=kind)
    p = np.array([0.0, 1e-45, 0.25, 0.5, 1.0], dtype=kind)
    with np.errstate(all="raise"):
        for link in (sigmoid, log_sigmoid, softmax, log_softmax, logsumexp):
            assert not np.isnan(link(z)).any()
        assert not np.isnan(logit(p)).any()


# -- types, and what is left alone --------------------------------------------------------------------------


@pytest.mark.parametrize("link", ELEMENTWISE + OVER_CLASSES)
@pytest.mark.parametrize(
    "kind, result", [("float32", "float32"), ("float64", "float64"), ("float16", "float64"), ("int64", "float64")]
)
def test_float32_stays_and_everything_else_becomes_float64(link, kind, result):
    z = np.array([[0, 1], [1, 0]], dtype=kind)
    assert link(z).dtype == result
    np.testing.assert_allclose(link(z), link(z.astype(np.float64)), rtol=1e-6)


@pytest.mark.parametrize("link", ELEMENTWISE)
def test_a_scalar_gives_a_scalar(link):
    assert isinstance(link(0.25), float)
    assert isinstance(link(np.float32(0.25)), np.float32)
    assert link([0.25]).shape == (1,)
    assert isinstance(logsumexp([0.25]), float)


@pytest.mark.parametrize("link", ELEMENTWISE + OVER_CLASSES)
def test_the_input_is_not_changed_nor_handed_out(link):
    z = np.array([[0.0, 0.25], [1.0, 0.5]])
    z.flags.writeable = False
    before = z.copy()
    result = link(z)
    np.testing.assert_array_equal(z, before)
    assert not np.shares_memory(result, z)


@pytest.mark.parametrize("link", ELEMENTWISE + OVER_CLASSES)
def test_lists_and_strided_views_are_accepted(link):
    z = np.linspace(0, 1, 12).reshape(3, 4)
    np.testing.assert_array_equal(link(z.tolist()), link(z))
    np.testing.assert_array_equal(link(z[::-1, ::2]), link(np.ascontiguousarray(z[::-1, ::2])))


@pytest.mark.parametrize("link", ELEMENTWISE + OVER_CLASSES)
@pytest.mark.parametrize("library, kind", [("pandas", "Series"), ("torch", "tensor")])
def test_pandas_series_and_torch_tensors_are_accepted(link, library, kind):
    z = np.array([0.0, 0.25, 1.0])
    foreign = getattr(pytest.importorskip(library), kind)
    np.testing.assert_array_equal(link(foreign(z)), link(z))


# -- errors -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("link", [softmax, log_softmax])
@pytest.mark.parametrize(
    "z, message",
    [
        ([[0.0, 1.0], [INF, INF]], r"got inf at index \(1,\)$"),
        ([-INF, -INF], "got -inf$"),
    ],
)
def test_a_tie_at_infinity_has_no_limit(link, z, message):
    with pytest.raises(ValueError, match="^`z` must not have its maximum tied at infinity along axis -1; " + message):
        link(z)


@pytest.mark.parametrize("link", ELEMENTWISE + OVER_CLASSES)
@pytest.mark.parametrize(
    "x, error, message",
    [
        ([0.0, np.nan], ValueError, r"must not contain NaN; got nan at index \(1,\)$"),
        ([], ValueError, r"must not be empty; got shape \(0,\)$"),
        (np.zeros((2, 0)), ValueError, r"must not be empty; got shape \(2, 0\)$"),
        ([[0.0], [0.0, 1.0]], ValueError, "must be rectangular; got rows of unequal length$"),
        (["0"], TypeError, "must hold real numbers; got text$"),
        (None, TypeError, "must hold real numbers; got None$"),
        ([0j], TypeError, "must hold real numbers; got dtype complex128$"),
    ],
)
def test_bad_input_is_refused_by_every_link(link, x, error, message):
    with pytest.raises(error, match="^`[zp]` " + message):
        link(x)


@pytest.mark.parametrize("p", [-0.1, 1.1, [0.5, np.inf]])
def test_logit_takes_probabilities_only(p):
    with pytest.raises(ValueError, match=r"^`p` must lie in \[0, 1\]; got "):
        logit(p)


@pytest.mark.parametrize("link", OVER_CLASSES)
def test_classes_need_an_axis_that_exists(link):
    with pytest.raises(ValueError, match=r"^`z` must have at least one dimension; got shape \(\)$"):
        link(1.0)
    with pytest.raises(ValueError, match="^`axis` must lie in -1 … 0 for one dimension; got 1$"):
        link([0.0, 1.0], axis=1)
    with pytest.raises(TypeError, match="^`axis` must be an integer; got None$"):
        link([0.0, 1.0], axis=None)
