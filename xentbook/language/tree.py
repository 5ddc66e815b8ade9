r"""All n-grams of a text and how often each occurs: a tree, a layer for each length, in sorted arrays.

A context is a path from the root, its node the end of the path. Layer c holds what followed the contexts of length
c, so that the nodes it makes are the contexts of length c + 1.

Conventions
-----------
- Characters are codes 0 … K−1, and -1 if outside of the alphabet. A node is a place in its layer, -1 for "never seen".
- Codes and nodes are indices, `np.intp`. Keys and counts are `Wide`, 64 bits on every machine.
"""

from __future__ import annotations

from bisect import bisect_left

import numpy as np
from numpy.typing import NDArray

__all__ = ["Level", "Wide", "count_ngrams"]

Wide = np.int64  # noqa: TID251 - node · K + code, and products of counts, pass 2^31: no indices
Index = NDArray[np.intp]
Counts = NDArray[Wide]


class Level:
    """The n-grams of one length, one layer of the tree of all texts seen, in sorted arrays.

    Node j of the layer below is key j of this one: (node of the context) · K + (code of the next character).
    The last entry of `counts`, `totals` and `distinct`, which the index -1 finds, is 0: it stands for "never seen".
    """

    __slots__ = ("keys", "counts", "first", "totals", "distinct", "size")

    def __init__(self, keys: Counts, counts: Counts, n_contexts: int, size: int) -> None:
        nodes = np.arange(n_contexts + 1, dtype=Wide)
        self.keys, self.size = keys, size
        self.first = np.searchsorted(keys, nodes * size)  # where the followers of a context begin
        before = np.concatenate((np.zeros(1, dtype=Wide), np.cumsum(counts, dtype=Wide)))[self.first]
        self.counts = np.append(counts, 0)  # N(hx)
        self.totals = np.append(np.diff(before), 0)  # N(h)
        self.distinct = np.append(np.diff(self.first), 0).astype(Wide)  # T(h)

    def find(self, contexts: Index, codes: Index) -> Index:
        """The nodes of many (context, character)."""
        if not self.keys.size:
            return np.full_like(codes, -1)
        wanted = contexts.astype(Wide) * self.size + codes
        places = np.minimum(np.searchsorted(self.keys, wanted), self.keys.size - 1)
        found = (contexts >= 0) & (codes >= 0) & (self.keys[places] == wanted)
        return np.where(found, places, -1).astype(np.intp, copy=False)

    def child(self, node: int, code: int) -> int:
        """The node of one (context, character)."""
        if node < 0 or code < 0:
            return -1
        low, high = self.first[node : node + 2].tolist()
        place = bisect_left(self.keys, node * self.size + code, low, high)
        return place if place < high and self.keys[place] == node * self.size + code else -1

    def followers(self, node: int) -> tuple[Counts, int]:
        """N(hx) for every character x after the context h, and T(h)."""
        counts = np.zeros(self.size, dtype=Wide)
        if node < 0:
            return counts, 0
        low, high = self.first[node : node + 2].tolist()
        counts[self.keys[low:high] - node * self.size] = self.counts[low:high]
        return counts, high - low


def count_ngrams(codes: Index, order: int, size: int) -> list[Level]:
    """The n-grams of the text of length 1 to `order`; a context as long as the text, and any longer, has no sequel."""
    levels, n_contexts = [], 1
    contexts = np.zeros_like(codes)
    for length in range(min(order, codes.size + 1)):
        keys, counts, grams = _distinct(contexts.astype(Wide) * size + codes[length:], n_contexts * size)
        levels.append(Level(keys, counts, n_contexts, size))
        contexts, n_contexts = grams[:-1], keys.size  # what ends here is the context of the next character
    return levels


def _distinct(keys: Counts, bound: int) -> tuple[Counts, Counts, Index]:
    """The distinct keys in order, how often each occurs, and the place of each key among them; all keys < `bound`."""
    if bound <= 4 * keys.size + 65536:  # a table of all that could occur: several times faster than sorting
        table = np.bincount(keys.astype(np.intp))
        found = np.flatnonzero(table)
        place = np.cumsum(table > 0, dtype=np.intp) - 1
        return found.astype(Wide), table[found].astype(Wide), place[keys]
    found, place, counts = np.unique(keys, return_inverse=True, return_counts=True)
    return found, counts.astype(Wide), place.astype(np.intp, copy=False)
