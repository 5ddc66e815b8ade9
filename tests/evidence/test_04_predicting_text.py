"""What chapter 4 observed, measured anew: each tenth of the five books of Moses is held out in turn.

The model is written here in plain NumPy, apart from the package: a string of letters is a number in base 27, counts are
looked up by bisection, and one pass over the orders 1, 2, … gives Witten–Bell surprisals of every order.
"""

from functools import cache

import numpy as np
import pytest

from xentbook import datasets

LETTERS = " abcdefghijklmnopqrstuvwxyz"
LONGEST = 12


def grams(x, n):
    """Return every string of `n` letters in `x` as one number in base 27."""
    return sum(x[k : len(x) - n + 1 + k] * 27 ** (n - 1 - k) for k in range(n))


def look_up(keys, values, wanted):
    """Return the value of each wanted key, and 0 for keys that do not occur."""
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[at] == wanted, values[at], 0)


def blended(keys, counts, new, n, q):
    """Return Witten–Bell probabilities of order `n` of the letters of `new`, from `q`, those of the order before."""
    keys, counts, q = keys[counts > 0], counts[counts > 0], q.copy()
    contexts, first = np.unique(keys // 27, return_index=True)
    total, kinds = np.add.reduceat(counts, first), np.diff(np.append(first, len(keys)))
    wanted = grams(new, n)
    seen, different = (look_up(contexts, values, wanted // 27) for values in (total, kinds))
    blend = (look_up(keys, counts, wanted) + different * q[n - 1 :]) / np.maximum(seen + different, 1)
    q[n - 1 :] = np.where(seen > 0, blend, q[n - 1 :])
    return q


@cache
def moses():
    bible = datasets.load_text("english")
    text = bible[: bible.index("now after the death of moses")]
    codes = np.searchsorted(list(LETTERS), list(text))
    return codes.astype(np.int64)  # noqa: TID251 - a string of 12 letters as a number needs 64 bits


@cache
def losses(*, leaked=False):
    """Return bits per character, for each order from 1 to 12 an array of shape (10,): one for each tenth held out."""
    text, found = moses(), {}
    folds = np.array_split(np.arange(len(text)), 10)
    probabilities = [np.full(len(fold), 1 / 27) for fold in folds]
    for n in range(1, LONGEST + 1):
        keys, place = np.unique(grams(text, n), return_inverse=True)
        for k, fold in enumerate(folds):
            outside = [place[: max(fold[0] - n + 1, 0)], place[fold[-1] + 1 :]]
            counts = np.bincount(place if leaked else np.concatenate(outside), minlength=len(keys))
            probabilities[k] = blended(keys, counts, text[fold], n, probabilities[k])
        found[n] = np.array([-np.log2(q[LONGEST - 1 :]).mean() for q in probabilities])
    return found


@pytest.mark.slow
@pytest.mark.observation("obs-order-six")
def test_order_6_beats_order_5_on_every_tenth_and_order_7_on_some():
    loss = losses()
    assert {len(values) for values in loss.values()} == {10}
    gain = -(loss[6] - loss[5])
    assert (np.count_nonzero(gain > 0), len(gain)) == (10, 10)
    assert (f"{gain.min():.3f}", f"{gain.max():.3f}") == ("0.028", "0.125")
    more = loss[7] - loss[6]
    assert (f"{more.min():.3f}", f"{more.max():.3f}") == ("-0.041", "0.055")
    assert (np.count_nonzero(more > 0), len(more)) == (6, 10)
    best = {min(loss, key=lambda n: loss[n][split]) for split in range(10)}
    assert (min(loss), max(loss), best) == (1, 12, {6, 7})


@pytest.mark.slow
@pytest.mark.observation("obs-leak")
def test_a_leak_reverses_the_choice_between_order_6_and_order_12():
    clean, leaked = losses(), losses(leaked=True)
    assert {len(values) for values in (*clean.values(), *leaked.values())} == {10}
    worse = clean[12] - clean[6]
    assert (np.count_nonzero(worse > 0), len(worse)) == (10, 10)
    assert (f"{worse.min():.2f}", f"{worse.max():.2f}") == ("0.17", "0.57")
    better = -(leaked[12] - leaked[6])
    assert (np.count_nonzero(better > 0), len(better)) == (10, 10)
    assert (f"{better.min():.2f}", f"{better.max():.2f}") == ("0.70", "0.88")
