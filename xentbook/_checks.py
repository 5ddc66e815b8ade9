"""Bad input is an error at the door: validation and its messages, in one place.

Conventions
-----------
- Every message reads "`name` must RULE; got VALUE at index I". A wrong value is a ``ValueError``, a
  wrong kind of thing (text for numbers, a float for a count) a ``TypeError``.
- An ``as_*`` function returns its argument in the one form the caller computes with, or raises. It never
  changes its argument and may return the very same memory: callers must not write into the result.
- float32 and float64 stay as they are; booleans, integers and float16 become float64.
- "Sums to 1" allows for rounding and for nothing else: an error of ``tolerance * sqrt(K)`` for ``K`` terms, the
  tolerance being 1e-9, or 1e-5 for float32 and 1e-3 for float16 input. Nothing is normalised, ever. An entry above 1
  by no more than that, as sums of others can be, is read as 1.
- ±inf is let through by `as_array`, as it may have a limit; NaN never is.
- What is a whole number is a label, whatever its type: 1, 1.0, True and ``Fraction(1)`` are one label.
- A mask is never lost: masked entries are an error, in an array and in a list of arrays. So is a sparse matrix.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "as_numpy",
    "as_array",
    "as_finite",
    "as_positive",
    "as_probability",
    "as_probabilities",
    "as_labels",
    "as_label_order",
    "as_categories",
    "as_integer",
    "as_number",
    "as_text",
    "as_choice",
    "as_generator",
    "log_of_base",
    "normalize_axis",
    "require_same_shape",
    "require_broadcast",
    "require_where",
    "exactly_one",
    "quiet",
]

_SUM_TOLERANCE = {np.dtype(np.float16): 1e-3, np.dtype(np.float32): 1e-5}  # by input type; all others:
_SUM_TOLERANCE_FLOAT64 = 1e-9
_DIVIDE = "divide each row by its sum, or keep the precision they were computed in, such as float32"

# What `float` would read as a number all the same: digits, a real part, a count of some unit of time.
_NO_NUMBERS = (str, bytes, bytearray, complex, np.complexfloating, np.timedelta64, np.datetime64)


# Overflow to inf and underflow to 0 are the right values in this package, whatever the caller's error state.
quiet = np.errstate(all="ignore")


# -- arrays -------------------------------------------------------------------------------------------------


def as_numpy(x: ArrayLike | None, name: str) -> NDArray:
    """Return `x` as an array of any type: `np.asarray` with our messages; masked or sparse input is an error."""
    if hasattr(x, "toarray") and hasattr(x, "nnz"):
        raise TypeError(f"`{name}` must be dense; got a sparse matrix; pass `{name}.toarray()`")
    _require_unmasked(x, name)
    try:
        return np.asarray(x)
    except ValueError:
        raise ValueError(f"`{name}` must be rectangular; got rows of unequal length") from None
    except (TypeError, RuntimeError) as error:  # e.g. a tensor on another device, or one that requires grad
        raise TypeError(f"`{name}` must be convertible to a NumPy array; {error}") from None


def as_array(x: ArrayLike | None, name: str, *, ndim: int | None = None, min_ndim: int = 0) -> NDArray:
    """Return `x` as a non-empty float32 or float64 array without NaN (±inf passes)."""
    array = _as_float(as_numpy(x, name), name)
    if ndim is not None and array.ndim != ndim:
        raise ValueError(f"`{name}` must have {_dimensions(ndim)}; got shape {array.shape}")
    if array.ndim < min_ndim:
        raise ValueError(f"`{name}` must have at least {_dimensions(min_ndim)}; got shape {array.shape}")
    if array.size == 0:
        raise ValueError(f"`{name}` must not be empty; got shape {array.shape}")
    require_where(~np.isnan(array), array, name, "not contain NaN")
    return array


def as_finite(x: ArrayLike | None, name: str, *, ndim: int | None = None, min_ndim: int = 0) -> NDArray:
    """Return `x` as `as_array` does, every entry finite."""
    array = as_array(x, name, ndim=ndim, min_ndim=min_ndim)
    require_where(np.isfinite(array), array, name, "be finite")
    return array


def as_positive(x: ArrayLike | None, name: str) -> NDArray:
    """Return `x` as `as_array` does, every entry finite and above 0."""
    array = as_finite(x, name)
    require_where(array > 0, array, name, "be positive")
    return array


def as_probability(p: ArrayLike, name: str, *, ndim: int | None = None, min_ndim: int = 0, fix: str = "") -> NDArray:
    """Return `p` as `as_array` does, every entry in [0, 1]; `fix` ends the message, e.g. "pass logits=… instead"."""
    array = as_array(p, name, ndim=ndim, min_ndim=min_ndim)
    require_where((array >= 0) & (array <= 1), array, name, "lie in [0, 1]", fix=fix)
    return array


def as_probabilities(
    p: ArrayLike | None, name: str, *, axis: int | None = -1, ndim: int | None = None, fix: str = ""
) -> NDArray:
    """Return `p` as `as_array` does, no entry below 0, summing to 1 along `axis` (over all entries if None)."""
    given = as_numpy(p, name)
    array = as_array(given, name, ndim=ndim, min_ndim=1)
    along = None if axis is None else normalize_axis(axis, array.ndim)
    terms = array.size if along is None else array.shape[along]
    tolerance = _SUM_TOLERANCE.get(given.dtype.newbyteorder("="), _SUM_TOLERANCE_FLOAT64) * math.sqrt(terms)
    require_where((array >= 0) & (array <= 1 + tolerance), array, name, "lie in [0, 1]", fix=fix)
    total = np.asarray(array.sum(axis=along, dtype=np.float64))
    rule = "sum to 1" if axis is None else f"sum to 1 along axis {axis}"
    gap = np.abs(total - 1)
    rounded = gap.max() <= _SUM_TOLERANCE[np.dtype(np.float16)] * math.sqrt(terms)
    require_where(gap <= tolerance, total, name, rule, fix=_DIVIDE if rounded else fix)
    return np.minimum(array, 1) if (array > 1).any() else array


def as_labels(
    y: ArrayLike,
    name: str,
    *,
    n_classes: int | None = None,
    ndim: int | None = 1,
    allow_empty: bool = False,
    labels: NDArray | None = None,
    fix: str = "",
) -> NDArray[np.intp]:
    """Return class labels (or coded symbols) as `np.intp`, each in 0 … n_classes - 1.

    With `labels`, from `as_label_order`, entries may be of any kind, and their places among those are returned.
    """
    array = as_numpy(y, name)
    array = array if labels is not None else _whole_numbers(array, name, fix)
    if ndim is not None and array.ndim != ndim:
        raise ValueError(f"`{name}` must have {_dimensions(ndim)}; got shape {array.shape}")
    if array.size == 0 and not allow_empty:
        raise ValueError(f"`{name}` must not be empty; got shape {array.shape}")
    if labels is not None:
        return _places(array, name, labels)
    if n_classes is None:
        require_where((array >= 0) & (array <= np.iinfo(np.intp).max), array, name, "not be negative")
    elif array.size:
        counted_from_1 = array.min() == 1 and array.max() == n_classes
        shift = "labels start at 0: subtract 1" if counted_from_1 else ""
        require_where((array >= 0) & (array < n_classes), array, name, f"lie in 0 … {n_classes - 1}", fix=shift)
    return array.astype(np.intp, copy=False)


def as_label_order(labels: ArrayLike | None, *, n_classes: int | None = None) -> NDArray | None:
    """Return the distinct values `labels` in the order of the columns, one for each of `n_classes`; None stays None."""
    if labels is None:
        return None
    order = as_numpy(labels, "labels")
    if order.ndim != 1 or order.size == 0:
        raise ValueError(f"`labels` must be a list of distinct values; got shape {order.shape}")
    if len(set(order.tolist())) < order.size:
        raise ValueError(f"`labels` must be distinct; got {order.tolist()}")
    if n_classes is not None and order.size != n_classes:
        raise ValueError(f"`labels` must have one value for each of {n_classes} classes; got {order.size}")
    return order


def as_categories(x: ArrayLike, name: str) -> tuple[NDArray, NDArray[np.intp]]:
    """Return the distinct values of the 1-D `x` (numbers or text), sorted, and for each entry its place there."""
    array = as_numpy(x, name)
    if array.ndim != 1:
        raise ValueError(f"`{name}` must have one dimension; got shape {array.shape}")
    if array.size == 0:
        raise ValueError(f"`{name}` must not be empty; got shape (0,)")
    if array.dtype.kind == "V":
        raise TypeError(f"`{name}` must hold numbers or text; got {_kind(array)}")
    try:
        require_where(array == array, array, name, "not contain NaN")  # NaN alone differs from itself
        values, codes = np.unique(array, return_inverse=True)
    except TypeError as error:
        raise TypeError(f"`{name}` must hold values of one kind, numbers or text; {error}") from None
    return values, codes.astype(np.intp, copy=False)


# -- single values ------------------------------------------------------------------------------------------


def as_integer(x: int, name: str, *, minimum: int | None = None, maximum: int | None = None) -> int:
    """Return `x` as a Python int between `minimum` and `maximum`, both included."""
    if isinstance(x, (bool, np.bool_)):
        raise TypeError(f"`{name}` must be an integer; got {x!r}")
    try:
        value = operator.index(x)
    except TypeError:
        raise TypeError(f"`{name}` must be an integer; got {x!r}") from None
    if minimum is not None and value < minimum:
        raise ValueError(f"`{name}` must be at least {minimum}; got {value}")
    if maximum is not None and value > maximum:
        raise ValueError(f"`{name}` must be at most {maximum}; got {value}")
    return value


def as_number(x: float, name: str, *, minimum: float = -math.inf, maximum: float = math.inf) -> float:
    """Return `x` as a finite Python float between `minimum` and `maximum`, both included."""
    try:
        value = _as_scalar(x)
    except (TypeError, ValueError):
        raise TypeError(f"`{name}` must be a number; got {x!r}") from None
    except OverflowError:
        raise ValueError(f"`{name}` must be finite; got a number beyond 1.8e308") from None
    if not math.isfinite(value):
        raise ValueError(f"`{name}` must be finite; got {value}")
    if value < minimum:
        raise ValueError(f"`{name}` must be at least {minimum}; got {value}")
    if value > maximum:
        raise ValueError(f"`{name}` must be at most {maximum}; got {value}")
    return value


def as_text(text: str, name: str, *, allow_empty: bool = False) -> str:
    """Return `text`, a str."""
    if not isinstance(text, str):
        raise TypeError(f"`{name}` must be a str; got {type(text).__name__}")
    if not text and not allow_empty:
        raise ValueError(f"`{name}` must not be empty; got ''")
    return text


def as_choice(value: str, name: str, choices: Sequence[str]) -> str:
    """Return `value`, one of the strings `choices`."""
    listed = ", ".join(repr(choice) for choice in choices)
    if not isinstance(value, str):
        raise TypeError(f"`{name}` must be one of {listed}; got {value!r}")
    if value not in choices:
        raise ValueError(f"`{name}` must be one of {listed}; got {value!r}")
    return value


def as_generator(seed: int | np.random.Generator | None, name: str = "seed") -> np.random.Generator:
    """Return a Generator: `seed` itself, or a new one from an integer (or from fresh entropy if None)."""
    if isinstance(seed, np.random.Generator) or seed is None:
        return np.random.default_rng(seed)  # hands a Generator back unchanged
    try:
        return np.random.default_rng(as_integer(seed, name, minimum=0))
    except TypeError:
        raise TypeError(f"`{name}` must be an integer or a numpy.random.Generator; got {seed!r}") from None


def log_of_base(base: float, name: str = "base") -> float:
    """Return ln `base`, by which a number of nats is divided; `base` is positive and not 1."""
    value = as_number(base, name)
    if value <= 0 or value == 1:
        raise ValueError(f"`{name}` must be positive and not 1; got {value}")
    return math.log(value)


# -- shapes -------------------------------------------------------------------------------------------------


def normalize_axis(axis: int, ndim: int) -> int:
    """Return `axis` counted from the front, 0 … ndim - 1."""
    axis = as_integer(axis, "axis")
    if not -ndim <= axis < ndim:
        raise ValueError(f"`axis` must lie in {-ndim} … {ndim - 1} for {_dimensions(ndim)}; got {axis}")
    return axis % ndim


def require_same_shape(a: NDArray, b: NDArray, names: tuple[str, str]) -> None:
    """Raise unless the two arrays have one shape."""
    if a.shape != b.shape:
        raise ValueError(f"`{names[0]}` and `{names[1]}` must have the same shape; got {a.shape} and {b.shape}")


def require_broadcast(*arrays: NDArray, names: Sequence[str], same_last: bool = False) -> tuple[int, ...]:
    """Return the shape the arrays broadcast to; with `same_last` their last axes must be equally long."""
    listed = " and ".join(f"`{name}`" for name in names)
    shapes = " and ".join(str(array.shape) for array in arrays)
    if same_last and len({array.shape[-1] for array in arrays}) > 1:
        lengths = " and ".join(str(array.shape[-1]) for array in arrays)
        raise ValueError(f"{listed} must have the same number of classes; got {lengths}")
    try:
        return np.broadcast_shapes(*(array.shape for array in arrays))
    except ValueError:
        raise ValueError(f"{listed} must have shapes that broadcast; got {shapes}") from None


def require_where(good: NDArray[np.bool_] | np.bool_, values: NDArray, name: str, rule: str, *, fix: str = "") -> None:
    """Raise "`name` must `rule`; got VALUE at index I" for the first entry of `values` that is not `good`."""
    if np.all(good):
        return
    index = np.unravel_index(np.argmin(good), np.shape(good))
    value = values[index]
    shown = f"{value:.12g}" if isinstance(value, np.float64) else str(value)
    shown = str(value) if shown == "1" else shown  # 1.0000000000000002 is not in [0, 1]
    where = f" at index {tuple(int(i) for i in index)}" if index else ""
    raise ValueError(f"`{name}` must {rule}; got {shown}{where}" + (f"; {fix}" if fix else ""))


def exactly_one(**given: ArrayLike | None) -> str:
    """Return the name of the one argument that is not None."""
    names = [name for name, value in given.items() if value is not None]
    if len(names) != 1:
        listed = ", ".join(f"`{name}=`" for name in given)
        got = " and ".join(f"`{name}=`" for name in names) or "none"
        raise TypeError(f"exactly one of {listed} must be given; got {got}")
    return names[0]


# -- helpers ------------------------------------------------------------------------------------------------


def _require_unmasked(x: object, name: str) -> None:
    """Raise where NumPy would drop a mask without a word: that of an array, or of an array in a list."""
    if isinstance(x, np.ma.MaskedArray) and np.ma.is_masked(x):
        raise ValueError(
            f"`{name}` must not have masked entries; got {np.ma.count_masked(x)}; drop them, or give them a weight of 0"
        )
    if isinstance(x, (list, tuple)):
        for part in x:
            if isinstance(part, (list, tuple, np.ma.MaskedArray)):
                _require_unmasked(part, name)


def _whole_numbers(array: NDArray, name: str, fix: str) -> NDArray:
    """Return the entries as integers where all of them are whole numbers, of whatever type."""
    end = f"; {fix}" if fix else ""
    if array.dtype.kind in "iub" or array.size == 0:
        return array
    if array.dtype.kind == "O" and any(isinstance(value, (str, bytes)) for value in array.flat):
        raise TypeError(f"`{name}` must hold integers; got text{end}")
    if array.dtype.kind not in "fO":
        raise TypeError(f"`{name}` must hold integers; got {_kind(array)}{end}")
    numbers = _as_float(array, name)
    require_where(~np.isnan(numbers), numbers, name, "not contain NaN")
    require_where(np.isfinite(numbers), numbers, name, "be finite")
    whole = numbers == np.floor(numbers)
    if not whole.all():
        index = tuple(int(i) for i in np.unravel_index(np.argmin(whole), whole.shape))
        raise TypeError(f"`{name}` must hold integers; got {numbers[index]} at index {index}{end}")
    require_where(np.abs(numbers) < 2.0**31, numbers, name, "lie within ±2147483648")
    return numbers.astype(np.intp)


def _places(array: NDArray, name: str, labels: NDArray) -> NDArray[np.intp]:
    """Return for each entry its place among the labels."""
    place = {label: k for k, label in enumerate(labels.tolist())}
    codes = np.array([place.get(value, -1) for value in array.ravel().tolist()], dtype=np.intp).reshape(array.shape)
    listed = ", ".join(map(repr, labels.tolist()[:8])) + (", …" if len(labels) > 8 else "")
    require_where(codes >= 0, array, name, f"hold the given labels {listed}")
    return codes


def _as_float(array: NDArray, name: str) -> NDArray:
    native = array.dtype.newbyteorder("=")
    if native in (np.float32, np.float64):
        return array.astype(native, copy=False)
    if array.dtype.kind in "biuf":
        with np.errstate(over="ignore", under="ignore"):  # a longdouble may lie beyond float64
            return array.astype(np.float64)
    if array.dtype.kind != "O":
        raise TypeError(f"`{name}` must hold real numbers; got {_kind(array)}")
    return _objects_as_float(array, name)


def _objects_as_float(array: NDArray, name: str) -> NDArray:
    """Read fractions, decimals and the objects of a mixed table as numbers."""
    for value in array.flat:
        if value is None or isinstance(value, _NO_NUMBERS):  # NumPy would read None as NaN
            raise TypeError(f"`{name}` must hold real numbers; got {value!r}")
    try:
        return array.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise TypeError(f"`{name}` must hold real numbers; {error}") from None
    except OverflowError:
        raise ValueError(f"`{name}` must lie within ±1.8e308; got a larger number") from None


def _as_scalar(x: float) -> float:
    """`float`, but only of what is one real number."""
    if isinstance(x, (bool, np.bool_, np.ma.MaskedArray, *_NO_NUMBERS)) or np.ndim(x) != 0:
        raise TypeError
    if isinstance(x, np.ndarray):
        return _as_scalar(x[()])
    return float(x)


def _kind(array: NDArray) -> str:
    return "text" if array.dtype.kind in "US" else f"dtype {array.dtype}"


def _dimensions(n: int) -> str:
    return "one dimension" if n == 1 else f"{n} dimensions"
