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


def surprisals(train, new, longest):
    """Return Witten–Bell surprisals in bits of the letters `new[longest - 1:]`, a row for each order from 1 to `longest`."""
    q = np.full(len(new), 1 / 27)
    rows = []
    for n in range(1, longest + 1):
        keys, counts = np.unique(grams(train, n), return_counts=True)
        contexts, first = np.unique(keys // 27, return_index=True)
        total, kinds = np.add.reduceat(counts, first), np.diff(np.append(first, len(keys)))
        wanted = grams(new, n)
        seen, different = (look_up(contexts, values, wanted // 27) for values in (total, kinds))
        blend = (look_up(keys, counts, wanted) + different * q[n - 1 :]) / np.maximum(seen + different, 1)
        q[n - 1 :] = np.where(seen > 0, blend, q[n - 1 :])
        rows.append(-np.log2(q[longest - 1 :]))
    return np.array(rows)


@cache
def moses():
    bible = datasets.load_text("english")
    text = bible[: bible.index("now after the death of moses")]
    return np.searchsorted(list(LETTERS), list(text)).astype(np.intp)


@cache
def costs(*, leaked=False):
    """Return bits per character, shape (10 folds, orders 1 to 12): the mean over the fold that is held out."""
    text, rows = moses(), []
    for fold in np.array_split(np.arange(len(text)), 10):
        train = text if leaked else np.delete(text, fold)
        rows.append(surprisals(train, text[fold], LONGEST).mean(axis=1))
    return np.array(rows)


@pytest.mark.observation("obs-order-six")
def test_order_6_beats_order_5_on_every_tenth_and_order_7_on_some():
    scores = costs()
    over_5, over_7 = scores[:, 4] - scores[:, 5], scores[:, 6] - scores[:, 5]
    assert len(scores) == 10
    assert np.count_nonzero(over_5 > 0) == 10
    assert (f"{over_5.min():.3f}", f"{over_5.max():.3f}") == ("0.028", "0.125")
    assert np.count_nonzero(over_7 > 0) == 6
    assert (f"{over_7.min():.3f}", f"{over_7.max():.3f}") == ("-0.041", "0.055")
    assert sorted(set(scores.argmin(axis=1) + 1)) == [6, 7]


@pytest.mark.observation("obs-leak")
def test_a_leak_reverses_the_choice_between_order_6_and_order_12():
    clean, leaked = costs(), costs(leaked=True)
    assert len(clean) == len(leaked) == 10
    assert np.count_nonzero(clean[:, 11] > clean[:, 5]) == 10
    assert np.count_nonzero(leaked[:, 11] < leaked[:, 5]) == 10
    worse, better = clean[:, 11] - clean[:, 5], leaked[:, 5] - leaked[:, 11]
    assert (f"{worse.min():.2f}", f"{worse.max():.2f}") == ("0.17", "0.57")
    assert (f"{better.min():.2f}", f"{better.max():.2f}") == ("0.70", "0.88")
