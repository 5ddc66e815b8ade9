"""What chapter 3 and its depth page observed, computed anew in plain NumPy, apart from the notebooks.

Each test draws its splits or samples itself and asserts every number of the box whose label it carries, in the order of
the box's sentences.
"""

import re
import unicodedata

import numpy as np
import pytest

from xentbook import datasets

LANGUAGES = ("english", "spanish", "italian", "french")


def symbols(text):
    return np.frombuffer(text.encode(), np.uint8) % 32


def sentences(language):
    plain = unicodedata.normalize("NFKD", datasets.load_text(language, alphabet="full").casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c)).replace("æ", "ae")
    found = [re.sub("[^a-z]+", " ", line).strip() for line in plain.split("\n")]
    found = [sentence for sentence in found if sentence]
    assert " ".join(found) == datasets.load_text(language)  # nothing is lost: the book's text, cut into its lines
    return found


def frequencies(letters, added=0):
    counts = np.bincount(letters, minlength=27) + added
    return counts / counts.sum()


def expected_length(p, q):
    came = p > 0
    return -np.sum(p[came] * np.log2(q[came]))


def halves(lines, seed):
    order = np.random.default_rng(seed).permutation(len(lines))
    middle = len(order) // 2
    return [symbols(" ".join(lines[i] for i in part)) for part in (order[:middle], order[middle:])]


@pytest.fixture(scope="module")
def english():
    return frequencies(symbols(datasets.load_text("english")))


@pytest.mark.observation("obs-spanish-new-sentences")
def test_new_spanish_sentences_need_more_bits_in_the_english_code_in_every_split(english):
    lines = sentences("spanish")
    assert len(lines) == 4_381
    more, percent = [], []
    for seed in range(10):
        known, new = halves(lines, seed)
        own = expected_length(frequencies(new), frequencies(known, added=1))
        more.append(expected_length(frequencies(new), english) - own)
        percent.append(100 * more[-1] / own)
    assert (sum(value > 0 for value in more), len(more)) == (10, 10)
    assert (f"{min(more):.3f}", f"{max(more):.3f}") == ("0.246", "0.251")
    assert (f"{min(percent):.1f}", f"{max(percent):.1f}") == ("6.3", "6.4")


@pytest.mark.observation("obs-two-samples")
def test_two_samples_of_1000_letters_often_have_an_infinite_divergence(english):
    assert english.min() > 0
    infinite, (n, pairs, seeds) = [], (1_000, 100, 10)
    for seed in range(seeds):
        first, second = np.random.default_rng(seed).multinomial(n, english, size=(2, pairs))
        infinite.append(int(((first > 0) & (second == 0)).any(axis=1).sum()))
    assert (min(infinite), max(infinite), pairs) == (48, 61, 100)


def confusions(lines, size, seed):
    """Return how often snippets of each language (row) are given to each (column), and the surplus of each code."""
    known, new = zip(*(halves(text, seed) for text in lines), strict=True)
    codes = np.array([frequencies(text, added=1) for text in known])
    table = []
    for text in new:
        m = min(500, len(text) // size)
        snippets = [np.bincount(snippet, minlength=27) for snippet in text[: m * size].reshape(m, size)]
        table.append(np.bincount((-np.array(snippets) @ np.log2(codes).T).argmin(axis=1), minlength=4))
    whole = [frequencies(text) for text in known]
    surplus = [[expected_length(p, q) - expected_length(p, p) for q in codes] for p in whole]
    return np.array(table), np.array(surplus)


def cheapest_is_commonest(table, surplus):
    """Return for each language whether the foreign code of least surplus is its most common mistake: alone, tied."""
    found = []
    for row in range(4):
        cheapest, *others = sorted((c for c in range(4) if c != row), key=lambda column: surplus[row, column])
        most = max(table[row, column] for column in others)
        found.append((table[row, cheapest] > most, table[row, cheapest] == most))
    return found


@pytest.mark.observation("obs-which-language")
def test_four_languages_are_told_apart_and_the_cheapest_code_is_not_the_commonest_mistake():
    lines = [sentences(language) for language in LANGUAGES]
    ranges, hits, ties, tables = {}, {}, {}, {}
    for size in (25, 100, 400):
        runs = [confusions(lines, size, seed) for seed in range(10)]
        tables[size] = np.array([table for table, _ in runs])
        right = 100 * np.diagonal(tables[size], axis1=1, axis2=2) / tables[size].sum(axis=2)
        ranges[size] = [
            (round(low), round(high)) for low, high in zip(right.min(axis=0), right.max(axis=0), strict=True)
        ]
        hits[size], ties[size] = np.sum([cheapest_is_commonest(*run) for run in runs], axis=0).T.tolist()
    assert tables[25].sum(axis=2).max() == 500
    assert ranges[25] == [(83, 90), (61, 66), (69, 80), (68, 72)]
    assert ranges[100] == [(98, 100), (91, 94), (90, 96), (91, 95)]
    assert {low for low, _ in ranges[400]} == {99, 100} and tables[400][:, 3].sum(axis=1).min() == 27
    assert (hits[25], len(tables[25])) == ([2, 1, 5, 7], 10), 25
    assert (hits[100], len(tables[100])) == ([1, 0, 9, 6], 10), 100
    assert (ties[100][0], (ties[25][3], ties[100][3])) == (4, (1, 1)), 100
    assert sum(ties[25]) + sum(ties[100]) == 4 + 1 + 1  # no other language ties at these sizes
    mistakes = tables[100][:, 0].sum(axis=1) - tables[100][:, 0, 0]
    assert (mistakes.min(), mistakes.max(), tables[100][:, 0].sum(axis=1).min()) == (0, 8, 500)


def mean_divergence(samples, q):
    return np.mean([expected_length(p, q) - expected_length(p, p) for p in map(frequencies, samples)])


@pytest.mark.observation("obs-sampling-bias")
def test_independent_letters_follow_the_leading_term_and_passages_exceed_it(english):
    text = symbols(datasets.load_text("english"))
    found, times, seeds = {}, 40, 10
    for n in (1_000, 10_000):
        leading = (27 - 1) / (2 * n) / np.log(2)
        ratios = []
        for seed in range(seeds):
            rng = np.random.default_rng(seed)
            letters = [text[rng.integers(len(text), size=n)] for _ in range(times)]
            passages = [text[start : start + n] for start in rng.integers(len(text) - n, size=times)]
            ratios.append([mean_divergence(samples, english) / leading for samples in (letters, passages)])
        found[n] = np.array(ratios)
    letters, passages = ({n: (r[:, k].min(), r[:, k].max()) for n, r in found.items()} for k in (0, 1))
    assert [f"{value:.2f}" for value in letters[1_000]] == ["0.91", "1.05"], 1_000
    assert [f"{value:.2f}" for value in letters[10_000]] == ["0.92", "1.10"], 10_000
    assert [np.sum(ratios[:, 1] > ratios[:, 0]) for ratios in found.values()] == [10, 10]
    assert [f"{value:.1f}" for value in passages[1_000]] == ["1.8", "2.2"], 1_000
    assert [f"{value:.1f}" for value in passages[10_000]] == ["5.6", "7.7"], 10_000
