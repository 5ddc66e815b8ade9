"""What chapter 2 and its depth page observed, computed anew in plain NumPy, apart from the notebooks and the package.

Each test splits or shuffles the text itself, with a Huffman rule of its own, and asserts every number of the box whose
label it carries.
"""

import heapq
from itertools import count

import numpy as np
import pytest

from xentbook import datasets

PAGE = 10_000


@pytest.fixture(scope="module")
def text():
    return np.frombuffer(datasets.load_text("english").encode(), np.uint8) % 32


@pytest.fixture(scope="module")
def pages(text):
    return text[: len(text) // PAGE * PAGE].reshape(-1, PAGE)


def shares(counts):
    return counts / counts.sum()


def letters(pages):
    return np.bincount(pages.ravel(), minlength=27)


def entropy(p):
    return -np.sum(p * np.log2(p))


def huffman_lengths(p):
    """Return the word lengths of Huffman's rule, read off the tree from its root."""
    order = count(len(p))
    heap = [(weight, k) for k, weight in enumerate(p)]
    heapq.heapify(heap)
    above = {}
    while len(heap) > 1:
        (one, left), (two, right) = heapq.heappop(heap), heapq.heappop(heap)
        above[left] = above[right] = node = next(order)
        heapq.heappush(heap, (one + two, node))
    depth = {heap[0][1]: 0}
    for node in sorted(above, reverse=True):
        depth[node] = depth[above[node]] + 1
    return np.array([depth[k] for k in range(len(p))])


def test_the_rule_of_these_tests_gives_the_lengths_worked_by_hand():
    assert huffman_lengths([0.4, 0.3, 0.2, 0.1]).tolist() == [1, 2, 3, 3]


@pytest.mark.observation("obs-new-pages")
def test_huffmans_code_is_nearer_to_the_entropy_of_new_pages_than_shannons_in_every_split(pages):
    total, size, learnt, judged, times = 401, 10_000, 200, 201, 10
    assert pages.shape == (total, size)
    overheads = []
    for seed in range(times):
        known, new = np.split(np.random.default_rng(seed).permutation(total), [learnt])
        assert len(new) == judged
        known, new = shares(letters(pages[known])), shares(letters(pages[new]))
        huffman, shannon = huffman_lengths(known), np.ceil(-np.log2(known))
        overheads.append((new @ huffman - entropy(new), new @ shannon - entropy(new)))
    huffman, shannon = np.transpose(overheads)
    ends = [f"{value:.3f}" for values in (huffman, shannon) for value in (values.min(), values.max())]
    assert (learnt, judged, np.sum(huffman < shannon), len(huffman)) == (200, 201, 10, 10)
    assert ends == ["0.036", "0.037", "0.518", "0.527"]

    first, last, neighbours = pages[:learnt], pages[-judged:], {}
    for name, known, new in [("first", first, last), ("last", last, first)]:
        known, new = shares(letters(known)), shares(letters(new))
        codes = huffman_lengths(known), np.ceil(-np.log2(known))
        neighbours[name] = [f"{new @ lengths - entropy(new):.3f}" for lengths in codes]
    assert (len(first), len(last), neighbours["first"]) == (200, 201, ["0.038", "0.545"])
    assert neighbours["last"] == ["0.037", "0.506"]


def block_counts(text, n, *, step=1):
    """Return how often the blocks of n letters that begin at every `step`-th letter occur, those that do."""
    numbers = np.zeros(len(text) - n + 1, dtype=np.intp)
    for j in range(n):
        numbers = 27 * numbers + text[j : j + len(numbers)]
    if n <= 4:
        counts = np.bincount(numbers[::step])
        return counts[counts > 0]
    return np.unique(numbers[::step], return_counts=True)[1]


def saved(text):
    """Return what blocks of three save per letter: in all, by less overhead, by a lower counted entropy."""
    lengths, entropies = [], []
    for n in (1, 3):
        p = shares(block_counts(text, n, step=n))
        lengths.append(p @ huffman_lengths(p) / n)
        entropies.append(entropy(p) / n)
    total, fall = lengths[0] - lengths[1], entropies[0] - entropies[1]
    return total, total - fall, fall


@pytest.fixture(scope="module")
def shuffled(text):
    return np.array([saved(np.random.default_rng(seed).permutation(text)) for seed in range(10)])


@pytest.mark.observation("obs-shuffled-blocks")
def test_blocks_of_three_save_much_in_the_order_of_the_text_and_little_after_shuffling(text, shuffled):
    in_order, total = saved(text)[0], shuffled[:, 0]
    assert f"{in_order:.3f}" == "0.845"
    assert (f"{total.min():.4f}", f"{total.max():.4f}") == ("0.0303", "0.0305")
    assert (np.sum(total < in_order), len(total)) == (10, 10)


@pytest.mark.observation("obs-shuffled-parts")
def test_after_shuffling_most_of_the_saving_is_rounding_and_the_rest_an_error_of_counting(shuffled):
    assert len(shuffled) == 10
    total, rounding, counting = ([f"{part.min():.4f}", f"{part.max():.4f}"] for part in shuffled.T)
    assert total == ["0.0303", "0.0305"]
    assert (np.sum(shuffled > 0, axis=0).tolist(), len(shuffled)) == ([10, 10, 10], 10)
    assert [*rounding, *counting] == ["0.0270", "0.0272", "0.0033", "0.0034"]
    expected = (27**3 - 1) / (2 * (4_014_652 // 3)) / np.log(2) / 3  # the leading term of the error of a count
    assert np.all(np.abs(shuffled[:, 2] / expected - 1) < 0.1)


def next_letter(text):
    """Return the counted entropies of a letter given the ones before it, F1 to F6."""
    return np.diff([0, *(entropy(shares(block_counts(text, n))) for n in range(1, 7))])


@pytest.mark.slow
@pytest.mark.observation("obs-halves")
def test_the_average_of_two_halves_is_below_the_whole_in_every_split_and_the_more_so_the_longer_the_block(pages):
    first, size, times = 400, 10_000, 10
    pages, gaps = pages[:first, :size], []
    whole = next_letter(pages.ravel())
    for seed in range(times):
        halves = np.split(np.random.default_rng(seed).permutation(first), 2)
        gaps += [whole - next_letter(pages[np.sort(half)].ravel()) for half in halves]
    gaps = np.array(gaps)
    paired = gaps.reshape(times, 2, 6).mean(axis=1)
    assert (len(pages), np.sum(paired > 0, axis=0).tolist(), len(paired)) == (400, [10] * 6, 10)

    least, most = (dict(enumerate(ends, start=1)) for ends in (paired.min(axis=0), paired.max(axis=0)))
    limit, small = 0.001, (1, 2)
    falls = [("0.002", "0.003", 3), ("0.006", "0.007", 4), ("0.015", "0.016", 5), ("0.031", "0.032", 6)]
    assert all(least[n] > 0 and most[n] < limit for n in small)
    assert [(f"{least[n]:.3f}", f"{most[n]:.3f}", n) for _, _, n in falls] == falls
    largest, n = "0.015", 4
    assert f"{np.abs(gaps[:, n - 1]).max():.3f}" == largest
