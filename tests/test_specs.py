"""The contract of every loss: a gradient with its options, exact to the last digit, that heeds what the loss heeds."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import itertools
import pkgutil
import re
import warnings
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from losses_by_name import BY_NAME, OPTIONS

from xentbook import _specs, gradients, losses
from xentbook._specs.margins import _difference
from xentbook.gradients import check_gradient

NAN, INF = float("nan"), float("inf")
TOLERANCE = {np.float64: 2e-13, np.float32: 1e-5}  # the accuracy that the package promises
N = 9
STEP = mpmath.mpf(2) ** -200  # 1e-60: the square of it is what is left out

every_loss = pytest.mark.parametrize("name", losses.__all__)


# -- what is checked, read from the signatures ----------------------------------------------------------------


def entry_of(name):
    assert name in BY_NAME, f"tests/losses_by_name.py has no entry for {name}"
    return BY_NAME[name]


def functions(name):
    """Return the loss, its gradient, and both together, each as a function of targets and logits (or scores)."""
    value = getattr(losses, name)
    if "logits" in inspect.signature(value).parameters:
        return (lambda y, z, **options: value(y, logits=z, **options)), *of_gradients(name)
    return value, *of_gradients(name)


def of_gradients(name):
    return getattr(gradients, f"{name}_gradient"), getattr(gradients, f"{name}_value_and_gradient")


def options_of(function):
    """Return the names of the keyword-only options; not what the prediction may come as, nor `out`."""
    parameters = inspect.signature(function).parameters.values()
    names = [each.name for each in parameters if each.kind is each.KEYWORD_ONLY]
    return [name for name in names if name not in ("probs", "logits", "out")]


def shared_options(name):
    """Return the options of a loss other than its parameters and `reduction`; each must have a value to check with."""
    parameters = {key for parameter in entry_of(name).parameters for key in parameter}
    return [option for option in options_of(getattr(losses, name)) if option not in parameters | {"reduction"}]


def choices(name, n, k, *, without=()):
    """Return every combination of parameters and of options, as dictionaries."""
    names = [option for option in shared_options(name) if option not in without]
    found = []
    for parameter in entry_of(name).parameters:
        for size in range(len(names) + 1):
            for some in itertools.combinations(names, size):
                found.append({**parameter, **{option: OPTIONS[option](n, max(k, 2)) for option in some}})
    return found


def samples(name, k, *, scale=2.0, seed=0, extreme=False):
    """Return N targets and predictions for a loss, of k columns."""
    rng = np.random.default_rng(seed)
    z = rng.normal(size=(N, k)) * scale
    if extreme:
        far = np.array([700.0, -700.0, 345.6, -88.0, 60.0, -20.0, 1e-9, 1.0, -1.0])
        z = rng.normal(size=(N, k)) * np.array([1e-9, 1, 1, 1, 0.1, 1, 1e-9, 30, 300])[:, None]
        z[:, 0] += far
    y = {
        "labels": lambda: np.arange(N) // 2 % max(k, 2),
        "distributions": lambda: np.r_[rng.dirichlet(np.ones(k), size=N - 2), np.eye(k)[:2]],
        "probabilities": lambda: np.r_[rng.random(N - 4), 0.0, 1.0, 0.0, 1.0],
    }[entry_of(name).targets]()
    return y, (z[:, 0] if k == 1 else z)


def every_case(name):
    return [(k, *samples(name, k)) for k in entry_of(name).columns]


def every_option(name, reduction):
    """Yield targets, logits that hold NaN where ignored, and options: each case of a loss with every choice of them."""
    for k, y, z in every_case(name):
        for options in choices(name, N, k):
            yield *with_ignored(y, z, options, filler=NAN), {**options, "reduction": reduction}


def with_ignored(y, z, options, *, filler=None):
    """Return targets of which two are ignored where the options say so; `filler` replaces what was predicted there."""
    if "ignore_index" in options:
        y, z = y.copy(), z.copy()
        y[[1, 4]] = options["ignore_index"]
        if filler is not None:
            z[[1, 4]] = filler
    return y, z


# -- the faces ------------------------------------------------------------------------------------------------


@every_loss
def test_a_loss_has_a_gradient_and_both_together_with_its_own_options(name):
    wanted = [option for option in options_of(getattr(losses, name)) if option != "y_pred"]
    for suffix in ("gradient", "value_and_gradient"):
        assert f"{name}_{suffix}" in gradients.__all__
        assert options_of(getattr(gradients, f"{name}_{suffix}")) == wanted


@pytest.mark.parametrize("package", [losses, gradients])
def test_what_the_files_of_a_package_offer_is_public(package):
    names = [f"{package.__name__}.{file.name}" for file in pkgutil.iter_modules(package.__path__)]
    assert {name for file in names for name in importlib.import_module(file).__all__} == set(package.__all__)


@pytest.mark.parametrize(
    "call",
    [
        lambda **options: _specs.of_binary_targets([0.5], logits=[1.0], label_smoothing=0.0, **options),
        lambda **options: _specs.of_targets([[0.5, 0.5]], logits=[[1.0, 0.0]], label_smoothing=0.0, **options),
        lambda **options: _specs.of_labels([0], logits=[[1.0, 0.0]], label_smoothing=0.0, **options),
        lambda **options: _specs.of_surprise(_specs.FocalLoss(2.0), [0], logits=[1.0], **options),
        lambda **options: _specs.of_scores(_specs.Hinge(), [0], [1.0], **options),
        lambda **options: _specs.of_scores(_specs.CategoricalHinge(), [0], [[1.0, 0.0]], **options),
    ],
)
def test_a_gradient_is_computed_where_it_is_asked_for_alone(call):
    assert call()[1] is None
    value, gradient = call(gradient=True)
    assert value == call()[0] and gradient is not None


@every_loss
def test_a_loss_has_every_option_of_its_kind(name):
    wanted = {"sample_weight", "reduction"}
    wanted |= {"labels": {"class_weight", "ignore_index"}, "distributions": {"class_weight", "label_smoothing"}}.get(
        entry_of(name).targets, {"pos_weight", "label_smoothing"}
    )
    assert wanted <= set(options_of(getattr(losses, name)))


@every_loss
def test_each_option_has_a_value_to_be_checked_with(name):
    assert [option for option in shared_options(name) if option not in OPTIONS] == []


def test_no_entry_is_without_its_loss():
    assert set(BY_NAME) == set(losses.__all__)


# -- against mpmath -------------------------------------------------------------------------------------------


def exact(name, y, z, options):
    """Return the loss of each sample, its derivatives and what these are accurate relative to, in mpmath.

    The derivatives are central differences of the formula, of a step and with so many digits that they are exact.
    """
    entry = entry_of(name)
    values, slopes, sizes = [], [], []
    for target, row in zip(y, z.reshape(len(y), -1), strict=True):
        numbers = [mpmath.mpf(float(v)) for v in row]
        values.append(entry.exact(target, numbers, options))
        for k in range(len(numbers)):
            above, below = ([*numbers[:k], numbers[k] + h, *numbers[k + 1 :]] for h in (STEP, -STEP))
            slopes.append((entry.exact(target, above, options) - entry.exact(target, below, options)) / (2 * STEP))
            sizes.append(entry.size(target, numbers, k, options) if entry.size else 0)
    return values, slopes, sizes


def require_close(found, exact, kind, size=0):
    """Compare a float with an mpmath number; a subnormal one has no digits to promise."""
    tiny = float(np.finfo(kind).tiny)
    largest = max(abs(exact), size)
    if largest < tiny:
        assert abs(float(found)) <= tiny
    else:
        assert abs(mpmath.mpf(float(found)) - exact) <= TOLERANCE[kind] * largest + tiny * (size > 0), (found, exact)


@every_loss
@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_each_loss_and_each_entry_of_its_gradient_agree_with_mpmath_however_small(name, kind):
    value, gradient, both = functions(name)
    for k in entry_of(name).columns:
        y, z = samples(name, k, extreme=True)
        z = z.astype(kind)
        for options in choices(name, N, k, without=("sample_weight", "ignore_index")):
            with mpmath.workdps(420):
                numbers, slopes, sizes = exact(name, y, z, options)
                found = value(y, z, reduction="none", **options), gradient(y, z, reduction="none", **options)
                for one, other in zip(found[0], numbers, strict=True):
                    require_close(one, other, kind)
                for one, other, size in zip(found[1].ravel(), slopes, sizes, strict=True):
                    require_close(one, other, kind, size)


@every_loss
def test_a_reduction_weighs_ignores_and_divides_as_mpmath_does(name):
    value, gradient, _ = functions(name)
    for k, y, z in every_case(name):
        for options in choices(name, N, k):
            core = {key: v for key, v in options.items() if key not in ("sample_weight", "ignore_index")}
            numbers, slopes = (value(y, z, reduction="none", **core), gradient(y, z, reduction="none", **core))
            weight = np.array(options.get("sample_weight", np.ones(N)))
            share = weight * of_classes(y, core)
            target, blind = with_ignored(y, z, options, filler=NAN)
            for part in (weight, share):
                part[np.asarray(target == -100).reshape(N, -1)[:, 0]] = 0.0
            times = weight.reshape(-1, *[1] * (z.ndim - 1))
            np.testing.assert_allclose(value(target, blind, reduction="none", **options), weight * numbers, rtol=1e-13)
            for reduction, divisor in (("sum", 1.0), ("mean", share.sum()), ("none", 1.0)):
                found = gradient(target, blind, reduction=reduction, **options)
                np.testing.assert_allclose(found, times * slopes / divisor, rtol=1e-13, atol=1e-300)
                if reduction != "none":
                    total = value(target, blind, reduction=reduction, **options)
                    assert total == pytest.approx((weight * numbers).sum() / divisor, rel=1e-13)


def of_classes(y, options):
    """Return the weight that each sample has by its class, or by its classes."""
    if "class_weight" not in options:
        return np.ones(N)
    by_class = options["class_weight"]
    return by_class[y] if y.ndim == 1 else y @ by_class


# -- one side against the other -------------------------------------------------------------------------------


@every_loss
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_a_gradient_is_what_central_differences_of_the_loss_say_with_every_option(name, reduction):
    value, gradient, _ = functions(name)
    for k, y, z in every_case(name):
        for options in choices(name, N, k):
            target, z_there = with_ignored(y, z, options)
            options = {**options, "reduction": reduction}
            slope = gradient(target, z_there, **options)
            assert check_gradient(lambda x, t=target, o=options: value(t, x, **o), slope, z_there) < 1e-8


@every_loss
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_value_and_gradient_are_the_value_and_the_gradient_with_every_option(name, reduction):
    value, gradient, both = functions(name)
    for target, blind, options in every_option(name, reduction):
        found, slope = both(target, blind, **options)
        np.testing.assert_allclose(found, value(target, blind, **options), rtol=1e-14, atol=0)
        np.testing.assert_array_equal(slope, gradient(target, blind, **options))


@pytest.mark.parametrize("name", [name for name in losses.__all__ if "hinge" not in name])
def test_probabilities_cost_what_their_logits_do_with_every_option(name):
    value = getattr(losses, name)
    for k, y, z in every_case(name):
        with np.errstate(over="ignore"):
            e = np.exp(z)
        p = e / (1 + e) if k == 1 else e / e.sum(axis=-1, keepdims=True)
        for options in choices(name, N, k):
            for reduction in ("mean", "sum", "none"):
                target, blind = with_ignored(y, p, options, filler=0.0)  # rows of zeros sum to nothing
                found = value(target, probs=blind, reduction=reduction, **options)
                again = value(target, probs=blind.tolist(), reduction=reduction, **options)
                expected = value(*with_ignored(y, z, options)[:1], logits=z, reduction=reduction, **options)
                np.testing.assert_allclose(found, expected, rtol=1e-11)
                np.testing.assert_array_equal(found, again)


@pytest.mark.parametrize(
    "name", ["categorical_cross_entropy", "sparse_categorical_cross_entropy", "hinge", "categorical_hinge"]
)
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_samples_may_lie_on_several_axes_with_every_option(name, reduction):
    _, _, both = functions(name)
    for target, blind, options in every_option(name, reduction):
        square = {key: v.reshape(3, 3) if key == "sample_weight" else v for key, v in options.items()}
        value, slope = both(target, blind, **options)
        found, slopes = both(*(part.reshape(3, 3, *part.shape[1:]) for part in (target, blind)), **square)
        np.testing.assert_allclose(found, value.reshape(3, 3) if reduction == "none" else value, rtol=1e-14)
        np.testing.assert_allclose(slopes, slope.reshape(slopes.shape), rtol=1e-13)


# -- weights of any scale -------------------------------------------------------------------------------------


@every_loss
@pytest.mark.parametrize("factor", [2.0**1000, 2.0**-1000, np.exp(700.0), np.exp(-700.0)])
def test_no_mean_and_no_gradient_of_a_mean_depends_on_the_scale_of_the_weights(name, factor):
    _, _, both = functions(name)
    scalable = ("sample_weight", "class_weight")
    for k, y, z in every_case(name):
        for options in choices(name, N, k):
            scaled = {key: v * factor if key in scalable else v for key, v in options.items()}
            target, blind = with_ignored(y, z, options, filler=NAN)
            for one, other in zip(both(target, blind, **options), both(target, blind, **scaled), strict=True):
                if abs(np.log2(factor)) == 1000:
                    np.testing.assert_array_equal(one, other)
                np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-300)


@pytest.mark.parametrize("label_smoothing", [0.0, 0.1])
def test_a_class_that_is_ignored_does_not_decide_the_scale_of_the_weights(label_smoothing):
    z, both = (
        np.array([[1.0, -2.0, 0.5], [0.0, 1.0, 3.0], [0.3, 0.2, 0.1]]),
        gradients.sparse_categorical_cross_entropy_value_and_gradient,
    )
    options = {"ignore_index": 2, "label_smoothing": label_smoothing}
    small = both([0, 1, 2], z, class_weight=[1e-300, 1e-300, 1.0], sample_weight=[1e-300, 2e-300, 1e300], **options)
    expected = both([0, 1, 2], z, class_weight=[1.0, 1.0, 1e300], sample_weight=[1.0, 2.0, 1.0], **options)
    for one, other in zip(small, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12)


def test_a_class_that_never_comes_does_not_decide_the_scale_of_the_weights():
    z, y = np.array([[1.0, -2.0, 0.5], [0.0, 1.0, 3.0]]), np.array([[0.25, 0.75, 0.0], [1.0, 0.0, 0.0]])
    both = gradients.categorical_cross_entropy_value_and_gradient
    for one, other in zip(both(y, z, class_weight=[1e-300, 1e-300, 1e300]), both(y, z), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-13)
    both = gradients.sparse_categorical_cross_entropy_value_and_gradient
    weights = {"class_weight": [1e-300, 1e-300, 1e300], "sample_weight": [1e-300, 1e-300]}
    for one, other in zip(both([0, 1], z, **weights), both([0, 1], z), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-13)


def test_a_pos_weight_of_0_leaves_what_is_said_of_the_negatives():
    y, z = np.array([0.0, 1.0, 0.25]), np.array([1.0, -2.0, 0.5])
    found, slope = gradients.binary_cross_entropy_value_and_gradient(y, z, pos_weight=0, reduction="none")
    np.testing.assert_allclose(found, (1 - y) * np.log1p(np.exp(z)), rtol=1e-14)
    np.testing.assert_allclose(slope, (1 - y) / (1 + np.exp(-z)), rtol=1e-14)


@pytest.mark.parametrize("size", [1e308, 1e-310])
def test_the_largest_and_the_smallest_weights_of_classes_can_be_used_beside_a_large_loss(size):
    z = np.array([[700.0, 0.0], [0.0, 700.0]])
    for name, y, smoothing in [
        ("categorical_cross_entropy", np.eye(2)[::-1], 0.0),
        ("categorical_cross_entropy", np.eye(2), 0.1),
        ("sparse_categorical_cross_entropy", [1, 0], 0.0),
        ("sparse_categorical_cross_entropy", [1, 0], 0.1),
    ]:
        both = functions(name)[2]
        found = both(y, z, class_weight=[size, size], label_smoothing=smoothing)
        for one, other in zip(found, both(y, z, label_smoothing=smoothing), strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-12)


@every_loss
def test_a_sample_of_no_weight_counts_for_nothing_and_a_mean_of_such_alone_is_refused(name):
    value, gradient, both = functions(name)
    for _, y, z in every_case(name):
        weight = np.ones(N)
        weight[3] = 0.0
        rest = np.arange(N) != 3
        found, slope = both(y, z, sample_weight=weight)
        np.testing.assert_allclose(found, value(y[rest], z[rest]), rtol=1e-14)
        np.testing.assert_allclose(slope[rest], gradient(y[rest], z[rest]), rtol=1e-13, atol=1e-300)
        assert np.all(slope[3] == 0)
        for function in (value, gradient, both):
            with pytest.raises(
                ValueError, match="^the weights must not sum to 0 for a mean; got 0.0: pass reduction='sum'"
            ):
                function(y, z, sample_weight=np.zeros(N))


# -- doors ----------------------------------------------------------------------------------------------------

taking_ignore_index = pytest.mark.parametrize(
    "name", [name for name in losses.__all__ if "ignore_index" in options_of(getattr(losses, name))]
)


@taking_ignore_index
@pytest.mark.parametrize("filler", [NAN, INF, -INF, 1e308])
def test_what_is_ignored_may_hold_anything_in_arrays_and_lists_of_any_type(name, filler):
    value, gradient, both = functions(name)
    for k, y, z in every_case(name):
        z = z.round(1)
        options = {"ignore_index": -100, "sample_weight": OPTIONS["sample_weight"](N, k)}
        target, blind = with_ignored(y, z, options, filler=filler)
        padded = {**options, "sample_weight": np.where(target == -100, NAN, options["sample_weight"])}
        kept = target != -100
        alone = value(y[kept], z[kept], sample_weight=options["sample_weight"][kept])
        expected = gradient(y[kept], z[kept], sample_weight=options["sample_weight"][kept])
        with np.errstate(over="ignore"):
            single = blind.astype(np.float32)
        for given in (blind, blind.tolist(), blind.astype(object), single, np.longdouble(blind)):
            rtol = 1e-5 if getattr(given, "dtype", None) == np.float32 else 1e-12
            np.testing.assert_allclose(value(target, given, **padded), alone, rtol=rtol)
            found = gradient(target, given, **padded)
            np.testing.assert_allclose(found[kept], expected, rtol=rtol, atol=1e-300)
            assert np.all(found[~kept] == 0) and not np.signbit(found[~kept]).any()
            np.testing.assert_array_equal(both(target.tolist(), given, **padded)[1], found)


@taking_ignore_index
def test_an_all_ignored_batch_sums_to_nothing_and_has_no_mean(name):
    value, gradient, both = functions(name)
    for _, y, z in every_case(name):
        y = np.full_like(y, -1)
        for filler in (0.0, NAN):
            blind = np.full_like(z, filler)
            assert value(y, blind, ignore_index=-1, reduction="sum") == 0.0
            np.testing.assert_array_equal(value(y, blind, ignore_index=-1, reduction="none"), np.zeros(N))
            for reduction in ("sum", "none"):
                np.testing.assert_array_equal(
                    gradient(y, blind, ignore_index=-1, reduction=reduction), np.zeros_like(z)
                )
                found, slope = both(y, blind, ignore_index=-1, reduction=reduction)
                assert not np.any(found) and not np.any(slope)
            for function in (value, gradient, both):
                with pytest.raises(
                    ValueError, match="^`y_true` must have a label other than `ignore_index` for a mean; got -1"
                ):
                    function(y, blind, ignore_index=-1)
                with pytest.raises(TypeError, match="^`ignore_index` must be an integer; got -1.0$"):
                    function(y, blind, ignore_index=-1.0)


@every_loss
def test_a_loss_has_inputs_that_it_and_its_gradient_refuse_with_the_reason(name):
    assert entry_of(name).errors
    for y, z, options, error, message in entry_of(name).errors:
        for function in functions(name):
            with pytest.raises(error, match=message):
                function(y, z, **options)


@every_loss
def test_what_a_loss_and_its_gradient_refuse_is_in_their_docstrings(name):
    for function in (getattr(losses, name), getattr(gradients, f"{name}_gradient")):
        assert "Raises\n------\n" in inspect.getdoc(function)


@every_loss
def test_a_parameter_of_its_own_is_refused_beyond_its_ends_and_checked_at_them(name):
    entry = entry_of(name)
    assert {} in entry.parameters
    for option in options_of(getattr(losses, name)):
        if option not in {*OPTIONS, "reduction"}:
            said = [message for _, _, options, _, message in entry.errors if option in options]
            ends = {float(end) for end in re.findall(r"must be at (?:least|most) (-?[0-9.]+);", " ".join(said))}
            assert ends, f"tests/losses_by_name.py has no error for {option}"
            assert ends <= {row.get(option) for row in entry.parameters}


@pytest.mark.parametrize("name", [name for name in _specs.__all__ if dataclasses.is_dataclass(getattr(_specs, name))])
def test_a_parameter_that_was_checked_stays_what_it_was(name):
    kind = getattr(_specs, name)
    loss = kind(*(0.5 for _ in dataclasses.fields(kind)))
    for field in dataclasses.fields(kind):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(loss, field.name, -1.0)


@every_loss
def test_a_loss_and_its_gradient_know_three_reductions_and_no_other(name):
    for _, y, z in every_case(name):
        for function in functions(name):
            with pytest.raises(ValueError, match="^`reduction` must be one of 'mean', 'sum', 'none'; got 'average'$"):
                function(y, z, reduction="average")


@pytest.mark.parametrize(
    "name", [name for name in losses.__all__ if "label_smoothing" in options_of(getattr(losses, name))]
)
def test_labels_are_smoothed_not_at_all_or_up_to_a_uniform_distribution(name):
    for _, y, z in every_case(name):
        for function in functions(name):
            function(y, z, label_smoothing=1.0)
            with pytest.raises(ValueError, match="^`label_smoothing` must be at least 0; got -0.1$"):
                function(y, z, label_smoothing=-0.1)
            with pytest.raises(ValueError, match="^`label_smoothing` must be at most 1; got 1.1$"):
                function(y, z, label_smoothing=1.1)


@every_loss
def test_half_precision_is_taken_and_probabilities_in_it_within_its_own_tolerance(name):
    value, gradient, _ = functions(name)
    for k, y, z in every_case(name):
        half = z.astype(np.float16)
        np.testing.assert_array_equal(value(y, half), value(y, half.astype(np.float64)))
        np.testing.assert_array_equal(gradient(y, half), gradient(y, half.astype(np.float64)))
        if k > 1 and "probs" in inspect.signature(getattr(losses, name)).parameters:
            p = np.float16(np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True))
            assert abs(p.sum(axis=-1, dtype=np.float64) - 1).max() > 1e-5
            assert getattr(losses, name)(y, probs=p) == pytest.approx(value(y, z), rel=5e-3)


@pytest.mark.parametrize(
    "name", [name for name, entry in BY_NAME.items() if max(entry.columns) > 1 and "hinge" not in name]
)
def test_softmax_over_one_output_is_called_what_it_is_where_it_was_asked_for(name):
    y = np.ones((2, 1)) if BY_NAME[name].targets == "distributions" else [0, 0]
    for function in functions(name):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            result = function(y, [[3.0], [-3.0]])
        assert len(caught) == 1 and caught[0].category is UserWarning and caught[0].filename == __file__
        assert "`logits` of shape (2, 1)" in str(caught[0].message)
        assert "use `binary_cross_entropy`" in str(caught[0].message)
        assert not any(np.any(part) for part in (result if isinstance(result, tuple) else (result,)))
    assert (
        functions(name)[0](np.eye(2) if y is not None and np.ndim(y) == 2 else [0, 0], np.zeros((2, 2))) > 0
    )  # no warning


@pytest.mark.parametrize("name", ["squared_error", "absolute_error"])
@pytest.mark.parametrize("option", [{"class_weight": [1.0, 2.0]}, {"ignore_index": 0}])
def test_numbers_have_no_classes_to_weigh_or_to_ignore(name, option):
    with pytest.raises(
        TypeError, match=f"^`{next(iter(option))}` must be None beside `y_pred`, which has no classes; got"
    ):
        getattr(losses, name)([0.0], [1.0], **option)


@every_loss
def test_no_message_has_a_name_that_the_caller_does_not_know(name):
    known = {*inspect.signature(getattr(losses, name)).parameters, "numpy.moveaxis", "categorical_cross_entropy"}
    for y, z, options, error, _ in entry_of(name).errors:
        with pytest.raises(error) as caught:
            functions(name)[0](y, z, **options)
        quoted = str(caught.value).split("`")[1::2]
        assert {part.split("(")[0].split("=")[0] for part in quoted} <= known


# -- small margins --------------------------------------------------------------------------------------------


def test_a_small_shortfall_from_a_margin_keeps_its_digits():
    with mpmath.workdps(60):
        for own, rival in [(1.3, 0.3 + 1e-9), (1e6 + 1, 1e6 + 1e-10), (0.1, -0.9 + 1e-15), (1e16, 1e16 - 2)]:
            exact_loss = max(0, 1 + mpmath.mpf(rival) - mpmath.mpf(own))
            found, slope = gradients.categorical_hinge_value_and_gradient([0], [[own, rival]])
            require_close(found, exact_loss, np.float64)
            np.testing.assert_array_equal(slope, [[-1.0, 1.0]] if exact_loss > 0 else [[0.0, 0.0]])
    assert losses.categorical_hinge([0], [[-1e308, 1e308]]) == INF
    assert losses.categorical_hinge([0], [[1e308, -1e308]]) == 0.0


def test_a_difference_and_what_its_rounding_took_away_are_exact_together():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 500)) * 2.0 ** rng.integers(-40, 40, size=(2, 500))
    for x, y, rounded, lost in zip(a, b, *_difference(a, b), strict=True):
        assert rounded == x - y
        assert Fraction(rounded) + Fraction(lost) == Fraction(x) - Fraction(y)
