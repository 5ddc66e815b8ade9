"""Every wrong input is told what is wrong, with the value and where it stands; every right one passes untouched."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st

from xentbook import _checks


class Tensor:
    """Stands for a tensor of another library: NumPy can read it through ``__array__`` only."""

    def __init__(self, values, *, error=None):
        self.values, self.error = values, error

    def __array__(self, dtype=None, copy=None):
        if self.error is not None:
            raise self.error
        return np.array(self.values, dtype=dtype)


# -- what passes, and in which form -------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_float32_and_float64_pass_uncopied(kind):
    x = np.array([0.25, 0.75], dtype=kind)
    assert _checks.as_array(x, "x") is x


@pytest.mark.parametrize("kind", ["bool", "int8", "uint8", "int64", "uint64", "float16", "longdouble"])
def test_other_numbers_become_float64(kind):
    array = _checks.as_array(np.array([0, 1], dtype=kind), "x")
    assert array.dtype == np.float64
    np.testing.assert_array_equal(array, [0.0, 1.0])


@pytest.mark.parametrize("kind, excess", [("float64", 2.0**-52), ("float32", 2.0**-23), (">f4", 2.0**-23)])
def test_a_certain_event_may_be_above_1_by_rounding_and_is_read_as_1(kind, excess):
    p = np.array([0.0, 1 + excess], dtype=kind)
    array = _checks.as_probabilities(p, "p")
    np.testing.assert_array_equal(array, [0.0, 1.0])
    assert array.dtype == p.dtype.newbyteorder("=") and p[1] > 1
    with pytest.raises(ValueError, match=r"^`p` must lie in \[0, 1\]; got 1.0"):
        _checks.as_probabilities([0.0, 1 + 1e-4], "p")


def test_foreign_byte_order_becomes_native():
    array = _checks.as_array(np.array([0.5, 2.0], dtype=">f4"), "x")
    assert array.dtype == np.dtype(np.float32) and array.dtype.isnative
    np.testing.assert_array_equal(array, [0.5, 2.0])


@pytest.mark.parametrize(
    "x",
    [
        [0.25, 0.75],
        (0.25, 0.75),
        [Fraction(1, 4), Fraction(3, 4)],
        [Decimal("0.25"), Decimal("0.75")],
        np.array([0.25, 0.75], dtype=object),
        Tensor([0.25, 0.75]),
        np.ma.MaskedArray([0.25, 0.75], mask=[False, False]),
    ],
)
def test_whatever_numpy_reads_as_numbers_is_accepted(x):
    np.testing.assert_array_equal(_checks.as_array(x, "x"), [0.25, 0.75])


def test_pandas_series_and_frames_are_accepted():
    pandas = pytest.importorskip("pandas")
    series = pandas.Series([0.25, 0.75], index=["b", "a"])
    np.testing.assert_array_equal(_checks.as_probabilities(series, "p"), [0.25, 0.75])
    frame = pandas.DataFrame({"x": [0.25, 1.0], "y": [0.75, 0.0]})
    np.testing.assert_array_equal(_checks.as_probabilities(frame, "p"), [[0.25, 0.75], [1.0, 0.0]])
    with pytest.raises((TypeError, ValueError), match="`p` must"):
        _checks.as_array(pandas.Series([1, None], dtype="Int64"), "p")


def test_infinities_pass_as_numbers_but_not_as_finite_ones():
    np.testing.assert_array_equal(_checks.as_array([-np.inf, np.inf], "z"), [-np.inf, np.inf])
    with pytest.raises(ValueError, match=r"^`z` must be finite; got -inf at index \(0,\)$"):
        _checks.as_finite([-np.inf, np.inf], "z")


def test_a_longdouble_beyond_float64_becomes_inf_without_a_warning():
    if np.finfo(np.longdouble).max == np.finfo(np.float64).max:
        pytest.skip("longdouble is float64 here")
    huge = np.longdouble(2) ** 2000
    with np.errstate(all="raise"):
        assert _checks.as_array(huge, "x") == np.inf


def test_labels_keep_their_values_and_become_indices():
    for y in ([0, 2, 1], np.array([0, 2, 1], dtype=np.uint8), Tensor([0, 2, 1])):
        labels = _checks.as_labels(y, "y", n_classes=3)
        assert labels.dtype == np.intp
        np.testing.assert_array_equal(labels, [0, 2, 1])
    np.testing.assert_array_equal(_checks.as_labels([True, False], "y", n_classes=2), [1, 0])


def test_the_smallest_label_is_0_and_a_bound_is_included():
    assert _checks.as_labels([0, 3], "y").tolist() == [0, 3]
    with pytest.raises(ValueError, match="`y` must not be negative; got -1 at index"):
        _checks.as_labels([0, -1], "y")
    assert _checks.as_integer(2, "n", minimum=2, maximum=2) == 2
    assert _checks.as_number(2, "x", minimum=2, maximum=2) == 2.0
    for bad, message in [(1, "at least 2; got 1"), (3, "at most 2; got 3")]:
        with pytest.raises(ValueError, match=f"`n` must be {message}"):
            _checks.as_integer(bad, "n", minimum=2, maximum=2)


def test_a_bound_beyond_the_type_of_the_labels_is_no_obstacle():
    np.testing.assert_array_equal(_checks.as_labels(np.array([255], dtype=np.uint8), "y", n_classes=65536), [255])


def test_the_largest_index_is_a_label():
    largest = np.iinfo(np.intp).max
    assert _checks.as_labels([largest], "y").tolist() == [largest]
    with pytest.raises(ValueError, match=f"^`y` must not be negative; got {largest + 1} at"):
        _checks.as_labels(np.array([largest + 1], dtype=np.uint64), "y")


def test_an_empty_message_is_allowed_only_on_request():
    assert _checks.as_labels([], "symbols", allow_empty=True).shape == (0,)
    with pytest.raises(ValueError, match=r"^`symbols` must not be empty; got shape \(0,\)$"):
        _checks.as_labels([], "symbols")


@pytest.mark.parametrize(
    "x, values, codes",
    [
        (["b", "a", "b"], ["a", "b"], [1, 0, 1]),
        ([2.5, -1.0], [-1.0, 2.5], [1, 0]),
        ([True, False], [False, True], [1, 0]),
        (np.array(["b", "a"], dtype=object), ["a", "b"], [1, 0]),
    ],
)
def test_categories_are_sorted_values_and_places(x, values, codes):
    found, places = _checks.as_categories(x, "x")
    np.testing.assert_array_equal(found, values)
    np.testing.assert_array_equal(places, codes)
    assert places.dtype == np.intp


def test_numbers_and_integers_of_numpy_become_pythons():
    assert type(_checks.as_integer(np.int8(3), "n")) is int
    assert type(_checks.as_number(np.float32(0.5), "x")) is float
    assert _checks.as_number(Fraction(1, 2), "x") == 0.5


def test_the_same_seed_gives_the_same_numbers_and_a_generator_is_used_itself():
    assert _checks.as_generator(7).random() == _checks.as_generator(np.int32(7)).random()
    generator = np.random.default_rng(0)
    assert _checks.as_generator(generator) is generator
    assert isinstance(_checks.as_generator(None), np.random.Generator)


def test_log_of_base_is_the_natural_logarithm():
    assert _checks.log_of_base(2) == math.log(2)
    assert _checks.log_of_base(np.e) == 1.0
    assert _checks.log_of_base(0.5) == -math.log(2)


def test_axis_is_counted_from_the_front():
    assert [_checks.normalize_axis(axis, 3) for axis in (-3, -1, 0, 2)] == [0, 2, 0, 2]


def test_broadcast_shape_is_returned():
    a, b = np.zeros(3), np.zeros((5, 3))
    assert _checks.require_broadcast(a, b, names=("a", "b"), same_last=True) == (5, 3)


# -- the tolerance of "sums to 1" ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind, tolerance", [("float64", 1e-9), ("float32", 1e-5), ("float16", 1e-3)])
@pytest.mark.parametrize("n_terms", [1, 4, 100])
def test_tolerance_of_the_sum_follows_type_and_number_of_terms(kind, tolerance, n_terms):
    p = np.zeros(n_terms, dtype=kind)
    allowed = tolerance * math.sqrt(n_terms)
    p[0] = 1 - 0.5 * allowed
    _checks.as_probabilities(p, "p")
    p[0] = 1 - 2.0 * allowed
    with pytest.raises(ValueError, match="`p` must sum to 1 along axis -1; got 0.9"):
        _checks.as_probabilities(p, "p")


@pytest.mark.parametrize("kind, n_terms", [("float16", 15_625), ("float64", 1_333_999)])
def test_a_gap_that_is_the_tolerance_to_the_last_digit_is_within_it(kind, n_terms):
    allowed = (1e-3 if kind == "float16" else 1e-9) * math.sqrt(n_terms)  # 1 less that is exact for these two
    p = np.zeros(n_terms, dtype=kind)
    p[0] = 1 - allowed
    assert 1 - p.astype(float).sum() == allowed
    _checks.as_probabilities(p, "p")
    p[0] = np.nextafter(p[0], p.dtype.type(0))
    with pytest.raises(ValueError, match="`p` must sum to 1 along axis -1; got 0.[89]"):
        _checks.as_probabilities(p, "p")


@settings(deadline=None, max_examples=60)
@given(st.lists(st.floats(0, 1e6, width=32), min_size=1, max_size=200).filter(lambda w: sum(w) > 0))
def test_what_is_divided_by_its_sum_passes_in_each_type(weights):
    for kind in (np.float16, np.float32, np.float64):
        p = (np.array(weights) / np.sum(weights)).astype(kind)
        _checks.as_probabilities(p, "p")


def test_the_sum_of_many_float32_is_taken_in_float64():
    p = np.full((4_000_000, 2), 2.5e-7, dtype=np.float32)
    assert p.sum(axis=0)[0] < 0.975  # one by one in float32, each addition rounds down
    _checks.as_probabilities(p, "p", axis=0)


# -- bad input ----------------------------------------------------------------------------------------------

ARRAY_ERRORS = [
    ([], ValueError, r"^`x` must not be empty; got shape \(0,\)$"),
    (np.zeros((3, 0)), ValueError, r"^`x` must not be empty; got shape \(3, 0\)$"),
    ([0.0, np.nan], ValueError, r"^`x` must not contain NaN; got nan at index \(1,\)$"),
    (np.nan, ValueError, r"^`x` must not contain NaN; got nan$"),
    ([[1.0], [1.0, 2.0]], ValueError, r"^`x` must be rectangular; got rows of unequal length$"),
    ([1, 10**400], ValueError, r"^`x` must lie within ±1.8e308; got a larger number$"),
    (
        np.ma.MaskedArray([1.0, 2.0], mask=[True, False]),
        ValueError,
        "^`x` must not have masked entries; got 1; drop them, or give them a weight of 0$",
    ),
    ("0.5", TypeError, "^`x` must hold real numbers; got text$"),
    (["0.5"], TypeError, "^`x` must hold real numbers; got text$"),
    (b"0.5", TypeError, "^`x` must hold real numbers; got text$"),
    (np.array(["0.5", 1], dtype=object), TypeError, "^`x` must hold real numbers; got '0.5'$"),
    (np.array([np.complex128(1j), 1], dtype=object), TypeError, "^`x` must hold real numbers; got np.complex128"),
    (None, TypeError, "^`x` must hold real numbers; got None$"),
    ([0.5, None], TypeError, "^`x` must hold real numbers; got None$"),
    ({"a": 1.0}, TypeError, "^`x` must hold real numbers; "),
    ([1j], TypeError, "^`x` must hold real numbers; got dtype complex128$"),
    (np.array(["2020-01-01"], dtype="M8[D]"), TypeError, r"^`x` must hold real numbers; got dtype datetime64\[D\]$"),
    (Tensor([1.0], error=RuntimeError("requires grad")), TypeError, "^`x` must be convertible .*; requires grad$"),
    (Tensor([1.0], error=TypeError("wrong device")), TypeError, "^`x` must be convertible .*; wrong device$"),
]


@pytest.mark.parametrize("x, error, message", ARRAY_ERRORS)
def test_a_bad_array_is_refused(x, error, message):
    with pytest.raises(error, match=message):
        _checks.as_array(x, "x")


@pytest.mark.parametrize("ndim, message", [(1, "one dimension"), (3, "3 dimensions")])
def test_a_wrong_number_of_dimensions_is_refused(ndim, message):
    with pytest.raises(ValueError, match=rf"^`x` must have {message}; got shape \(2, 2\)$"):
        _checks.as_array(np.ones((2, 2)), "x", ndim=ndim)
    with pytest.raises(ValueError, match=r"^`x` must have at least one dimension; got shape \(\)$"):
        _checks.as_array(1.0, "x", min_ndim=1)


@pytest.mark.parametrize(
    "x, message",
    [
        ([1.0, -0.1], r"^`p` must lie in \[0, 1\]; got -0.1 at index \(1,\)$"),
        ([[0.0, 1.0], [0.5, 1.5]], r"^`p` must lie in \[0, 1\]; got 1.5 at index \(1, 1\)$"),
        (np.float32([0.1, 1.1]), r"^`p` must lie in \[0, 1\]; got 1.1 at index \(1,\)$"),
        (2, r"^`p` must lie in \[0, 1\]; got 2$"),
        (np.inf, r"^`p` must lie in \[0, 1\]; got inf$"),
        (np.nextafter(1.0, 2.0), r"^`p` must lie in \[0, 1\]; got 1"),
    ],
)
def test_a_probability_outside_0_and_1_is_refused(x, message):
    with pytest.raises(ValueError, match=message):
        _checks.as_probability(x, "p")


def test_the_fix_ends_the_message():
    with pytest.raises(ValueError, match=r"got 3 at index \(0,\); pass logits=… instead$"):
        _checks.as_probability([3.0], "probs", fix="pass logits=… instead")


@pytest.mark.parametrize(
    "p, axis, message",
    [
        ([[0.5, 0.5], [0.5, 0.5], [0.3, 0.63]], -1, r"^`p` must sum to 1 along axis -1; got 0.93 at index \(2,\)$"),
        ([[0.5, 0.5], [0.5, 0.25]], 0, r"^`p` must sum to 1 along axis 0; got 0.75 at index \(1,\)$"),
        ([0.5, 0.4], -1, r"^`p` must sum to 1 along axis -1; got 0.9$"),
        ([[0.5, 0.5], [0.5, 0.5]], None, r"^`p` must sum to 1; got 2$"),
        ([1.0, 0.0], 1, r"^`axis` must lie in -1 … 0 for one dimension; got 1$"),
        (1.0, -1, r"^`p` must have at least one dimension; got shape \(\)$"),
    ],
)
def test_probabilities_that_do_not_sum_to_1_are_refused(p, axis, message):
    with pytest.raises(ValueError, match=message):
        _checks.as_probabilities(p, "p", axis=axis)


@pytest.mark.parametrize("axis", [None, 1.0, "0", True])
def test_an_axis_that_is_no_integer_is_refused(axis):
    with pytest.raises(TypeError, match="^`axis` must be an integer; got "):
        _checks.normalize_axis(axis, 2)


@pytest.mark.parametrize(
    "y, options, error, message",
    [
        ([0, 3], {"n_classes": 3}, ValueError, r"^`y` must lie in 0 … 2; got 3 at index \(1,\)$"),
        ([-1], {"n_classes": 3}, ValueError, r"^`y` must lie in 0 … 2; got -1 at index \(0,\)$"),
        ([-1], {}, ValueError, r"^`y` must not be negative; got -1 at index \(0,\)$"),
        (np.array([2**63], dtype=np.uint64), {}, ValueError, "got 9223372036854775808 at index"),
        ([[0, 1]], {}, ValueError, r"^`y` must have one dimension; got shape \(1, 2\)$"),
        (0, {}, ValueError, r"^`y` must have one dimension; got shape \(\)$"),
        ([0.0, 0.5], {}, TypeError, r"^`y` must hold integers; got 0.5 at index \(1,\)$"),
        ([0.0, np.nan], {}, ValueError, r"^`y` must not contain NaN; got nan at index \(1,\)$"),
        ([0.0, np.inf], {}, ValueError, r"^`y` must be finite; got inf at index \(1,\)$"),
        (["0"], {}, TypeError, "^`y` must hold integers; got text$"),
        (["0"], {"fix": "pass labels=…"}, TypeError, "^`y` must hold integers; got text; pass labels=…$"),
        (np.array(["0", 1], dtype=object), {}, TypeError, "^`y` must hold integers; got text$"),
        (np.array([None, 1], dtype=object), {}, TypeError, "^`y` must hold real numbers; got None$"),
        ([1j], {}, TypeError, "^`y` must hold integers; got dtype complex128$"),
        ([0.0, 2.0**31], {}, ValueError, r"^`y` must lie within ±2147483648; got 2147483648 at index \(1,\)$"),
        ([0, 2**70], {}, ValueError, r"^`y` must lie within ±2147483648; got 1.18059162072e\+21 at index \(1,\)$"),
        ([1, 2, 3], {"n_classes": 3}, ValueError, r"got 3 at index \(2,\); labels start at 0: subtract 1$"),
        (np.ma.array([0, 1], mask=[0, 1]), {}, ValueError, "^`y` must not have masked entries; got 1; "),
    ],
)
def test_bad_labels_are_refused(y, options, error, message):
    with pytest.raises(error, match=message):
        _checks.as_labels(y, "y", **options)


@pytest.mark.parametrize(
    "y",
    [
        [0.0, 2.0, 1.0],
        np.array([0, 2, 1], dtype=np.float16),
        np.array([False, 2.0, True], dtype=object),
        [Fraction(0), Fraction(2), Fraction(1)],
    ],
)
def test_what_is_a_whole_number_is_a_label(y):
    labels = _checks.as_labels(y, "y", n_classes=3)
    assert labels.dtype == np.intp
    np.testing.assert_array_equal(labels, [0, 2, 1])


def test_labels_may_be_large_whole_floats():
    np.testing.assert_array_equal(_checks.as_labels([2.0**31 - 1, 100.0], "y"), [2**31 - 1, 100])


def test_a_refused_label_is_shown_beside_the_first_eight_that_are_allowed():
    with pytest.raises(ValueError, match=r"labels 1, 2, 3, 4, 5, 6, 7, 8; got 9 at"):
        _checks.as_labels([9], "y", labels=np.arange(1, 9))
    with pytest.raises(ValueError, match=r"labels 0, 1, 2, 3, 4, 5, 6, 7, …; got 9 at"):
        _checks.as_labels([9], "y", labels=np.arange(9))


def test_labels_of_any_kind_have_their_place_in_the_order_given():
    order = _checks.as_label_order(["dog", "cat"])
    np.testing.assert_array_equal(_checks.as_labels(["cat", "dog", "cat"], "y", labels=order), [1, 0, 1])
    np.testing.assert_array_equal(_checks.as_labels([7, -1], "y", labels=_checks.as_label_order([-1, 3, 7])), [2, 0])
    mixed = np.array([True, None, "a"], dtype=object)
    np.testing.assert_array_equal(_checks.as_labels(mixed, "y", labels=mixed[::-1]), [2, 1, 0])
    assert _checks.as_label_order(None) is None


def test_a_label_that_is_not_among_those_given_is_refused():
    with pytest.raises(ValueError, match=r"^`y` must hold the given labels 'dog', 'cat'; got cow at index \(1,\)$"):
        _checks.as_labels(["cat", "cow"], "y", labels=_checks.as_label_order(["dog", "cat"]))


@pytest.mark.parametrize(
    "labels, message",
    [
        ([1, 1], r"^`labels` must be distinct; got \[1, 1\]$"),
        ([], r"^`labels` must be a list of distinct values; got shape \(0,\)$"),
        ([[0, 1]], r"^`labels` must be a list of distinct values; got shape \(1, 2\)$"),
        (["a", "b"], "^`labels` must have one value for each of 3 classes; got 2$"),
    ],
)
def test_a_bad_order_of_labels_is_refused(labels, message):
    with pytest.raises(ValueError, match=message):
        _checks.as_label_order(labels, n_classes=3)


@pytest.mark.parametrize("nest", [lambda x: x, lambda x: [x, x], lambda x: ([x],), lambda x: [[0.0, x[1]]]])
def test_a_mask_is_not_lost_in_a_list_either(nest):
    masked = np.ma.array([0.0, 1.0], mask=[False, True])
    with pytest.raises(ValueError, match="^`x` must not have masked entries"):
        _checks.as_array(nest(masked), "x")
    _checks.as_array([np.ma.array([0.0, 1.0])], "x")  # nothing is masked, nothing is lost


def test_sparse_input_is_refused_with_what_to_pass_instead():
    with pytest.raises(TypeError, match=r"^`X` must be dense; got a sparse matrix; pass `X.toarray\(\)`$"):
        _checks.as_array(scipy.sparse.csr_array([[0.0, 1.0]]), "X")


@pytest.mark.parametrize("extra", ["toarray", "nnz"])
def test_a_list_that_has_one_of_the_names_of_a_sparse_matrix_is_a_list(extra):
    named = type("Named", (list,), {extra: 2})([0.0, 1.0])
    np.testing.assert_array_equal(_checks.as_array(named, "X"), [0.0, 1.0])


def test_a_sum_off_by_a_trip_through_a_table_says_what_to_do():
    row = np.float64(np.float32([0.1, 0.2, 0.7]))
    with pytest.raises(ValueError, match=r"got 0.99999999\d*; divide each row by its sum, or keep the precision"):
        _checks.as_probabilities(row, "p")
    _checks.as_probabilities(np.float32(row), "p")
    with pytest.raises(ValueError, match=r"got 0.9; pass logits=…$"):
        _checks.as_probabilities([0.5, 0.4], "p", fix="pass logits=…")


def test_the_more_terms_the_larger_a_gap_may_be_called_rounding():
    with pytest.raises(ValueError, match="got 1.001; divide each row by its sum"):
        _checks.as_probabilities([0.25, 0.25, 0.25, 0.251], "p")
    with pytest.raises(ValueError, match="got 1.003$"):
        _checks.as_probabilities([0.25, 0.25, 0.25, 0.253], "p")


def test_a_gap_of_exactly_a_thousandth_of_the_root_of_the_terms_may_be_called_rounding():
    n = next(n for n in range(2, 10_000) if (1e-3 * math.sqrt(n) * 2**53).is_integer())  # 1 less that is a number
    p = np.zeros(n)
    for gap, ending in ((1e-3 * math.sqrt(n), "precision they were computed in, such as float32"), (0.2, "the fix")):
        p[0] = 1.0 - gap
        with pytest.raises(ValueError, match=f"{ending}$"):
            _checks.as_probabilities(p, "p", fix="the fix")


def test_one_number_alone_is_an_array_where_no_axis_is_asked_for():
    for check in (_checks.as_array, _checks.as_finite, _checks.as_positive, _checks.as_probability):
        assert check(0.5, "x").shape == ()


def test_an_entry_above_1_within_the_tolerance_is_a_matter_of_the_sum():
    with pytest.raises(ValueError, match="^`p` must sum to 1 along axis -1; got 1.000000001; divide"):
        _checks.as_probabilities([1 + 1e-9], "p")
    with pytest.raises(ValueError, match=r"^`p` must lie in \[0, 1\]; got 1.00000001 at"):
        _checks.as_probabilities([1 + 1e-8], "p")


def test_exactly_one_is_named_or_refused():
    assert _checks.exactly_one(probs=None, logits=0.0) == "logits"
    with pytest.raises(TypeError, match="^exactly one of `probs=`, `logits=` must be given; got none$"):
        _checks.exactly_one(probs=None, logits=None)
    with pytest.raises(TypeError, match="got `probs=` and `logits=`$"):
        _checks.exactly_one(probs=1, logits=0)


@pytest.mark.parametrize(
    "x, error, message",
    [
        ([], ValueError, r"^`x` must not be empty; got shape \(0,\)$"),
        ([["a"]], ValueError, r"^`x` must have one dimension; got shape \(1, 1\)$"),
        ([1.0, np.nan], ValueError, r"^`x` must not contain NaN; got nan at index \(1,\)$"),
        (["a", None], TypeError, "^`x` must hold values of one kind, numbers or text; "),
        (np.array(["a", 1], dtype=object), TypeError, "^`x` must hold values of one kind, numbers or text; "),
        (np.zeros(2, dtype=[("a", float)]), TypeError, "^`x` must hold numbers or text; got dtype "),
    ],
)
def test_bad_categories_are_refused(x, error, message):
    with pytest.raises(error, match=message):
        _checks.as_categories(x, "x")


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda: _checks.as_integer(1.0, "n"), TypeError, r"^`n` must be an integer; got 1\.0$"),
        (lambda: _checks.as_integer(True, "n"), TypeError, "^`n` must be an integer; got True$"),
        (lambda: _checks.as_integer("1", "n"), TypeError, "^`n` must be an integer; got '1'$"),
        (lambda: _checks.as_integer(0, "n", minimum=1), ValueError, "^`n` must be at least 1; got 0$"),
        (lambda: _checks.as_integer(9, "n", maximum=8), ValueError, "^`n` must be at most 8; got 9$"),
        (lambda: _checks.as_number("1", "x"), TypeError, "^`x` must be a number; got '1'$"),
        (lambda: _checks.as_number([1.0], "x"), TypeError, r"^`x` must be a number; got \[1\.0\]$"),
        (lambda: _checks.as_number(True, "x"), TypeError, "^`x` must be a number; got True$"),
        (lambda: _checks.as_number(1j, "x"), TypeError, "^`x` must be a number; got 1j$"),
        (lambda: _checks.as_number(np.complex64(2), "x"), TypeError, r"^`x` must be a number; got np.complex64\(2"),
        (
            lambda: _checks.as_number(np.timedelta64(3, "s"), "x"),
            TypeError,
            "^`x` must be a number; got np.timedelta64",
        ),
        (lambda: _checks.as_number(np.array("2"), "x"), TypeError, r"^`x` must be a number; got array\('2'"),
        (lambda: _checks.as_number([[1], [1, 2]], "x"), TypeError, r"^`x` must be a number; got \[\[1\], \[1, 2\]\]$"),
        (lambda: _checks.as_number(math.nan, "x"), ValueError, "^`x` must be finite; got nan$"),
        (lambda: _checks.as_number(10**400, "x"), ValueError, "^`x` must be finite; got a number beyond"),
        (lambda: _checks.as_number(-1, "x", minimum=0), ValueError, r"^`x` must be at least 0; got -1\.0$"),
        (lambda: _checks.as_number(2, "x", maximum=1), ValueError, r"^`x` must be at most 1; got 2\.0$"),
        (lambda: _checks.as_positive([1.0, 0.0], "s"), ValueError, r"^`s` must be positive; got 0 at index \(1,\)$"),
        (lambda: _checks.as_text(b"abc", "text"), TypeError, "^`text` must be a str; got bytes$"),
        (lambda: _checks.as_text("", "text"), ValueError, "^`text` must not be empty; got ''$"),
        (lambda: _checks.as_choice("c", "way", ("a", "b")), ValueError, "^`way` must be one of 'a', 'b'; got 'c'$"),
        (lambda: _checks.as_choice(1, "way", ("a", "b")), TypeError, "^`way` must be one of 'a', 'b'; got 1$"),
        (lambda: _checks.as_generator(1.5), TypeError, r"^`seed` must be an integer or a .*Generator; got 1\.5$"),
        (lambda: _checks.as_generator(True), TypeError, "^`seed` must be an integer or a .*Generator; got True$"),
        (lambda: _checks.as_generator(-1), ValueError, "^`seed` must be at least 0; got -1$"),
    ],
)
def test_a_bad_single_value_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize("base", [0, 1, -2, math.nan, math.inf])
def test_a_base_that_has_no_logarithm_is_refused(base):
    with pytest.raises(ValueError, match="^`base` must be (positive and not 1|finite); got "):
        _checks.log_of_base(base)


@pytest.mark.parametrize("base", ["2", None, [2], True])
def test_a_base_that_is_no_number_is_refused(base):
    with pytest.raises(TypeError, match="^`base` must be a number; got "):
        _checks.log_of_base(base)


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"^`a` and `b` must have the same shape; got \(3,\) and \(1, 3\)$"):
        _checks.require_same_shape(np.zeros(3), np.zeros((1, 3)), ("a", "b"))
    with pytest.raises(ValueError, match=r"^`a` and `b` must have shapes that broadcast; got \(2, 3\) and \(4, 3\)$"):
        _checks.require_broadcast(np.zeros((2, 3)), np.zeros((4, 3)), names=("a", "b"))
    with pytest.raises(ValueError, match="^`a` and `b` must have the same number of classes; got 1 and 3$"):
        _checks.require_broadcast(np.zeros((2, 1)), np.zeros((2, 3)), names=("a", "b"), same_last=True)


def test_an_entry_above_1_is_shown_with_the_digits_that_make_it_so():
    with pytest.raises(ValueError, match=r"^`p` must lie in \[0, 1\]; got 1.0000000000000002$"):
        _checks.as_probability(1 + 2.0**-52, "p")


def test_the_first_bad_entry_is_the_one_reported():
    with pytest.raises(ValueError, match=r"got -2 at index \(0, 1\)$"):
        _checks.as_probability([[0.0, -2.0], [-3.0, np.inf]], "p")
