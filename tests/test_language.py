"""The model's probabilities are its definition, to the last digit; its code is as long as they say."""

import itertools
import math
import pickle
from collections import Counter
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import xentbook as xb
from xentbook.language import NGramModel, compress, decompress
from xentbook.language.compressor import _SCALE, _checksum, _Reader, _varint
from xentbook.language.tree import _distinct, count_ngrams

quick = settings(deadline=None, max_examples=60)
SMOOTHINGS = ["witten-bell", 0.0, 0.01, 1.0]

TEXT = (
    "it was the best of times, it was the worst of times, it was the age of wisdom, it was the age of foolishness, "
    "it was the epoch of belief, it was the epoch of incredulity, it was the season of light, it was the season of "
    "darkness, it was the spring of hope, it was the winter of despair"
)
OTHER = "it was the winter of light, the age of times, the spring of the worst of wisdom"

texts = st.text("abc", min_size=1, max_size=40)
orders = st.integers(1, 5)
smoothings = st.sampled_from(SMOOTHINGS)


# -- the oracle: the definition, in plain Python and exact fractions ----------------------------------------


class Reference:
    """Counts every n-gram of every length in one dictionary."""

    def __init__(self, text, order, smoothing):
        self.order, self.smoothing, self.alphabet = order, smoothing, sorted(set(text))
        self.counts = Counter(text[i:j] for i in range(len(text)) for j in range(i + 1, min(len(text), i + order) + 1))

    def probability(self, character, context):
        if character not in self.alphabet:
            return Fraction(0)
        context = context[max(0, len(context) - self.order + 1) :]
        if self.smoothing == "witten-bell":
            return self.witten_bell(character, context)
        total = sum(self.counts[context + x] for x in self.alphabet)
        alpha = Fraction(self.smoothing)
        weight = total + alpha * len(self.alphabet)
        return (self.counts[context + character] + alpha) / weight if weight else Fraction(0)

    def witten_bell(self, character, context):
        lower = self.witten_bell(character, context[1:]) if context else Fraction(1, len(self.alphabet))
        followers = [self.counts[context + x] for x in self.alphabet]
        distinct = sum(count > 0 for count in followers)
        if not distinct:
            return lower
        return (self.counts[context + character] + distinct * lower) / (sum(followers) + distinct)


def bits(p):
    if p > Fraction(1, 2):  # the difference of two logarithms would lose the digits of a small cost
        return -math.log1p(-float(1 - p)) / math.log(2)
    return math.log2(p.denominator) - math.log2(p.numerator) if p else math.inf


@quick
@given(texts, st.text("abcd", min_size=1, max_size=30), orders, smoothings)
def test_surprisals_are_those_of_the_definition(training, text, order, smoothing):
    reference = Reference(training, order, smoothing)
    expected = [bits(reference.probability(x, text[:i])) for i, x in enumerate(text)]
    assert NGramModel(order, smoothing=smoothing).fit(training).surprisals(text) == pytest.approx(
        expected, rel=1e-12, abs=0
    )


@quick
@given(texts, st.text("abcd", max_size=10), orders, smoothings)
def test_probabilities_are_those_of_the_definition_and_sum_to_one(training, context, order, smoothing):
    reference, model = Reference(training, order, smoothing), NGramModel(order, smoothing=smoothing).fit(training)
    expected = [reference.probability(x, context) for x in reference.alphabet]
    if not any(expected):
        with pytest.raises(ValueError, match="`context` must have been seen in training, as smoothing is 0"):
            model.probabilities(context)
        return
    assert sum(expected) == 1 and "".join(reference.alphabet) == model.alphabet
    assert model.probabilities(context) == pytest.approx([float(p) for p in expected], rel=1e-14, abs=0)


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
def test_large_alphabets_are_counted_as_small_ones_are(smoothing):
    rng = np.random.default_rng(0)  # so many possible pairs that they are sorted, not tabulated
    draw = lambda n: "".join(map(chr, 0x4E00 + (rng.geometric(0.002, n) % 3000)))  # noqa: E731
    training, text = draw(3000), draw(60)
    reference, model = Reference(training, 3, smoothing), NGramModel(3, smoothing=smoothing).fit(training)
    for known in (training[:20], text):
        expected = [bits(reference.probability(x, known[:i])) for i, x in enumerate(known)]
        assert model.surprisals(known) == pytest.approx(expected, rel=1e-12, abs=0)


# -- closed forms -------------------------------------------------------------------------------------------


def test_maximum_likelihood_is_relative_frequency():
    model = NGramModel(1, smoothing=0).fit("abracadabra")
    assert model.alphabet == "abcdr"
    assert model.probabilities() == pytest.approx(np.array([5, 2, 1, 1, 2]) / 11, rel=1e-15, abs=0)
    pairs = NGramModel(2, smoothing=0).fit("abracadabra")
    assert pairs.probabilities("a").tolist() == [0, 0.5, 0.25, 0.25, 0]  # the last a is followed by nothing
    assert pairs.probabilities("xyza").tolist() == pairs.probabilities("a").tolist()


@pytest.mark.identity("eq-smoothing")
@pytest.mark.parametrize("alpha", [0.1, 1.0, 2.5])
def test_additive_smoothing_adds_alpha_to_every_count(alpha):
    p = NGramModel(2, smoothing=alpha).fit("abracadabra").probabilities("a")
    assert p == pytest.approx((np.array([0, 2, 1, 1, 0]) + alpha) / (4 + 5 * alpha), rel=1e-15, abs=0)


@pytest.mark.identity("eq-smoothing")
@quick
@given(texts, st.floats(0.01, 100))
def test_additive_smoothing_mixes_the_counts_with_ignorance(training, alpha):
    counts = np.array([sum(training[i : i + 2] == "a" + x for i in range(len(training))) for x in "abc"])
    doubt = 3 * alpha / (counts.sum() + 3 * alpha)
    mixture = doubt / 3 + (1 - doubt) * counts / max(counts.sum(), 1)
    model = NGramModel(2, smoothing=alpha, alphabet="abc").fit(training)
    assert model.probabilities("a") == pytest.approx(mixture, rel=1e-12, abs=0)


@pytest.mark.identity("eq-witten-bell")
@quick
@given(texts)
def test_witten_bell_mixes_the_counts_with_the_shorter_context(training):
    counts = np.array([sum(training[i : i + 2] == "a" + x for i in range(len(training))) for x in "abc"])
    seen, different = counts.sum(), np.count_nonzero(counts)
    doubt = different / (seen + different) if seen else 1
    shorter = NGramModel(1, alphabet="abc").fit(training).probabilities()
    mixture = doubt * shorter + (1 - doubt) * counts / max(seen, 1)
    assert NGramModel(2, alphabet="abc").fit(training).probabilities("a") == pytest.approx(mixture, rel=1e-12, abs=0)


@pytest.mark.identity("eq-witten-bell")
def test_witten_bell_gives_each_context_as_many_extra_counts_as_it_has_followers():
    model = NGramModel(2).fit("abracadabra")
    single = (np.array([5, 2, 1, 1, 2]) + 5 * np.full(5, 1 / 5)) / (11 + 5)
    assert NGramModel(1).fit("abracadabra").probabilities() == pytest.approx(single, rel=1e-15, abs=0)
    assert model.probabilities("a") == pytest.approx(
        (np.array([0, 2, 1, 1, 0]) + 3 * single) / (4 + 3), rel=1e-15, abs=0
    )


@pytest.mark.identity("eq-text-cross-entropy")
def test_cross_entropy_of_a_text_is_its_mean_surprisal():
    model = NGramModel(3).fit(TEXT)
    expected = -sum(math.log2(model.probabilities(OTHER[:i])[model.alphabet.index(x)]) for i, x in enumerate(OTHER))
    assert model.cross_entropy(OTHER) == pytest.approx(expected / len(OTHER), rel=1e-13, abs=0)
    assert isinstance(model.cross_entropy(OTHER), float)


@pytest.mark.identity("eq-text-cross-entropy")
@quick
@given(texts, texts)
def test_cross_entropy_of_single_letters_is_that_of_their_frequencies(training, text):
    model = NGramModel(1, smoothing=0.5, alphabet="abc").fit(training)
    frequencies = np.array([text.count(x) for x in "abc"]) / len(text)
    assert model.cross_entropy(text) == pytest.approx(
        xb.cross_entropy(frequencies, model.probabilities()), rel=1e-12, abs=0
    )


def test_cross_entropy_of_the_training_letters_is_their_entropy():
    p = np.array([TEXT.count(x) for x in sorted(set(TEXT))]) / len(TEXT)
    assert NGramModel(1, smoothing=0).fit(TEXT).cross_entropy(TEXT) == pytest.approx(xb.entropy(p), rel=1e-14, abs=0)


@pytest.mark.identity("eq-perplexity")
def test_perplexity_is_two_to_the_cross_entropy_and_that_of_k_equal_letters_is_k():
    model = NGramModel(4).fit(TEXT)
    assert model.perplexity(OTHER) == pytest.approx(2 ** model.cross_entropy(OTHER), rel=1e-15, abs=0)
    for k in (1, 2, 26):
        letters = "abcdefghijklmnopqrstuvwxyz"[:k]
        assert NGramModel(1).fit(letters).perplexity(letters[::-1]) == pytest.approx(k, rel=1e-14, abs=0)


# -- identities ---------------------------------------------------------------------------------------------


@pytest.mark.identity("eq-perplexity-units")
@quick
@given(st.lists(st.integers(1, len(OTHER) - 1), max_size=20, unique=True), orders)
def test_perplexity_per_piece_is_that_per_character_to_the_length_of_a_piece(cuts, order):
    model = NGramModel(order).fit(TEXT)
    edges = [0, *sorted(cuts), len(OTHER)]
    p = [model.probabilities(OTHER[:i])[model.alphabet.index(x)] for i, x in enumerate(OTHER)]
    of_pieces = [math.prod(p[start:end]) for start, end in zip(edges, edges[1:], strict=False)]
    per_piece = math.exp(-math.fsum(map(math.log, of_pieces)) / len(of_pieces))  # the geometric mean of 1 / q
    assert per_piece == pytest.approx(model.perplexity(OTHER) ** (len(OTHER) / len(of_pieces)), rel=1e-9, abs=0)


@pytest.mark.identity("eq-chain-rule")
@pytest.mark.parametrize("order", [1, 2, 3, 6])
@pytest.mark.parametrize("smoothing", SMOOTHINGS)
def test_log_probability_of_a_text_is_the_sum_of_its_conditional_ones(order, smoothing):
    model, text = NGramModel(order, smoothing=smoothing).fit(TEXT), TEXT[:100]
    p_text = math.prod(Fraction(model.probabilities(text[:i])[model.alphabet.index(x)]) for i, x in enumerate(text))
    assert model.surprisals(text).sum() == pytest.approx(bits(p_text), rel=1e-12, abs=0)


@pytest.mark.identity("eq-chain-rule")
@quick
@given(texts, orders, st.sampled_from(["witten-bell", 0.01, 1.0]))
def test_probabilities_of_all_texts_of_one_length_sum_to_one(training, order, smoothing):
    model = NGramModel(order, smoothing=smoothing, alphabet="abc").fit(training)
    every = ["".join(text) for text in product("abc", repeat=4)]
    assert sum(2 ** -model.surprisals(text).sum() for text in every) == pytest.approx(1, rel=1e-12, abs=0)


@quick
@given(texts)
def test_maximum_likelihood_is_most_likely_on_its_own_letters_and_each_smoothing_costs(training):
    fits = [NGramModel(1, smoothing=alpha).fit(training).cross_entropy(training) for alpha in (0, 0.01, 0.1, 1, 10)]
    assert all(better <= worse + 1e-12 for better, worse in itertools.pairwise(fits))


def test_witten_bell_gains_from_context_where_maximum_likelihood_fails():
    costs = [NGramModel(order).fit(TEXT).cross_entropy(OTHER) for order in (1, 2, 3, 4)]
    assert costs == sorted(costs, reverse=True)
    assert NGramModel(4, smoothing=0).fit(TEXT).cross_entropy(OTHER) == math.inf


@quick
@given(texts, orders, smoothings, st.permutations("abc"))
def test_renaming_the_letters_changes_nothing(training, order, smoothing, names):
    renamed = training.translate(str.maketrans("abc", "".join(names)))
    model = NGramModel(order, smoothing=smoothing).fit(training)
    other = NGramModel(order, smoothing=smoothing).fit(renamed)
    assert other.surprisals(renamed) == pytest.approx(model.surprisals(training), rel=1e-12, abs=0)


# -- limits -------------------------------------------------------------------------------------------------


def test_what_was_never_seen_costs_infinity_without_smoothing_and_only_then():
    for smoothing, finite in [(0, False), (1e-300, True), (0.1, True), ("witten-bell", True)]:
        surprisals = NGramModel(2, smoothing=smoothing).fit("abcabc").surprisals("aab")
        assert np.isfinite(surprisals).tolist() == [True, finite, True]


def test_a_context_never_seen_leaves_additive_smoothing_uniform_and_witten_bell_a_shorter_one():
    assert NGramModel(3, smoothing=0.1).fit("abcabc").probabilities("cc").tolist() == [1 / 3] * 3
    model = NGramModel(3).fit("abcabc")
    assert model.probabilities("cc").tolist() == NGramModel(2).fit("abcabc").probabilities("c").tolist()
    without = NGramModel(3, smoothing=0).fit("abcabc").surprisals("ccab")  # only "ca" is followed as before, by b
    assert without.tolist() == [pytest.approx(math.log2(3)), math.inf, math.inf, 0.0]


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
def test_a_character_outside_of_the_alphabet_costs_infinity_and_is_no_context(smoothing):
    surprisals = NGramModel(2, smoothing=smoothing).fit("abcabc").surprisals("a😀ab")
    assert np.isinf(surprisals).tolist() == [False, True, smoothing == 0, False]


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
def test_one_letter_alone_costs_exactly_nothing(smoothing):
    model = NGramModel(3, smoothing=smoothing).fit("aaaa")
    assert model.surprisals("aaaaaaaa").tolist() == [0.0] * 8
    assert not np.signbit(model.surprisals("aaaa")).any()
    assert model.perplexity("aaa") == 1
    assert decompress(compress("a" * 1000, model), model) == "a" * 1000


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
def test_orders_beyond_the_text_are_allowed(smoothing):
    model = NGramModel(10, smoothing=smoothing).fit("ab")
    reference = Reference("ab", 10, smoothing)
    for text in ("ab", "a", "abab" * 4):
        expected = [bits(reference.probability(x, text[:i])) for i, x in enumerate(text)]
        assert model.surprisals(text) == pytest.approx(expected, rel=1e-12, abs=0)


def test_orders_may_exceed_the_recursion_limit():
    model = NGramModel(1200).fit("ab" * 700)
    text = "ab" * 650  # the last contexts are 1199 characters long, and known
    assert model.surprisals(text)[-1] < 1e-300 and decompress(compress(text[:40], model), model) == text[:40]
    state = model._state_after(text)
    assert len(state) == 1200 and min(state) >= 0 and len(_Reader(model).bounds(state)) == 3


def test_small_surprisals_keep_their_digits():
    certain = NGramModel(1, smoothing=0.5).fit("a" * 10**6 + "b")  # P(b) = 1.5 / 1000002
    assert certain.surprisals("a")[0] == pytest.approx(-math.log1p(-1.5 / 1_000_002) / math.log(2), rel=1e-14, abs=0)
    witten_bell = NGramModel(1).fit("a" * 10**6 + "b")  # P(b) = (1 + 2/2) / (1000001 + 2)
    assert witten_bell.surprisals("a")[0] == pytest.approx(-math.log1p(-2 / 1_000_003) / math.log(2), rel=1e-14, abs=0)


def test_extreme_smoothing_does_not_overflow():
    huge = NGramModel(2, smoothing=1e308).fit(TEXT)
    assert huge.cross_entropy(OTHER) == pytest.approx(math.log2(len(huge.alphabet)), rel=1e-14, abs=0)
    assert decompress(compress(OTHER, huge), huge) == OTHER
    tiny = NGramModel(2, smoothing=1e-300).fit("ab" * 4)
    assert tiny.surprisals("aa")[1] == pytest.approx(math.log2(4) + 300 * math.log2(10), rel=1e-12, abs=0)
    assert tiny.perplexity("aaaa") < math.inf and NGramModel(1, smoothing=0).fit("a").perplexity("b") == math.inf
    almost, at, beyond = (NGramModel(1, smoothing=a * 2.0**-1024, alphabet="ab").fit("a") for a in (1.25, 1, 0.75))
    assert 1.4e308 < almost.perplexity("b") < math.inf == at.perplexity("b") == beyond.perplexity("b")
    assert at.cross_entropy("b") == 1024
    tiniest = NGramModel(2, smoothing=5e-324).fit("ab")
    assert 1024 < tiniest.cross_entropy("a" * 100) < 1074 and tiniest.perplexity("a" * 100) == math.inf


def test_any_unicode_is_text():
    for text in ("naïve café ", "日本語の文", "😀😃😀", "a\ud800b\x00", "\U0010ffff!"):
        model = NGramModel(2).fit(text * 3)
        assert model.alphabet == "".join(sorted(set(text)))
        assert decompress(compress(text, model), model) == text


def test_the_order_of_a_given_alphabet_is_kept():
    model = NGramModel(1, smoothing=1, alphabet="zba").fit("abba")
    assert model.alphabet == "zba"
    assert model.probabilities() == pytest.approx([1 / 7, 3 / 7, 3 / 7], rel=1e-15, abs=0)
    assert model.fit("z").alphabet == "zba" and NGramModel(1).fit("ab").fit("cd").alphabet == "cd"


@pytest.mark.parametrize("smoothing", ["witten-bell", 0, 0.5])
@pytest.mark.parametrize("training", ["aaaab", "abracadabra", "abaa"])
def test_an_order_beyond_the_length_of_the_text_costs_no_time(training, smoothing):
    reference, model = Reference(training, 10**9, smoothing), NGramModel(10**9, smoothing=smoothing).fit(training)
    for text in (training, training * 3, training[::-1], "aaaaaaaaaa"):
        expected = [bits(reference.probability(x, text[:i])) for i, x in enumerate(text)]
        assert model.surprisals(text) == pytest.approx(expected, rel=1e-12, abs=0)
        if math.isfinite(sum(expected)):
            assert decompress(compress(text, model), model) == text
    assert len(model.sample(30, seed=0)) == 30


def test_a_vanishing_alpha_neither_raises_nor_warns_in_the_strictest_error_state():
    with np.errstate(all="raise"):
        model = NGramModel(2, smoothing=1e-310).fit("abracadabra")
        assert model.surprisals("aa")[1] == pytest.approx(2 + 310 * math.log2(10), rel=1e-12, abs=0)
        assert model.probabilities("a").sum() == 1.0 and len(model.sample(5, seed=0)) == 5
        huge = NGramModel(2, smoothing=1e308).fit("abracadabra")
        assert huge.perplexity("aab") == pytest.approx(5, rel=1e-14, abs=0)


# -- samples ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
def test_samples_have_the_frequencies_of_the_model(smoothing):
    model = NGramModel(2, smoothing=smoothing).fit("aab" * 30 + "abc" * 20)
    text = model.sample(20_000, seed=1)
    assert len(text) == 20_000 and set(text) <= set("abc")
    for context in "abc":
        following = Counter(text[i + 1] for i in range(len(text) - 1) if text[i] == context)
        expected = model.probabilities(context) * following.total()
        observed = np.array([following[x] for x in "abc"])
        assert np.all(np.abs(observed - expected) <= 4.5 * np.sqrt(expected * (1 - model.probabilities(context))))


def test_a_seed_fixes_the_sample():
    model = NGramModel(3).fit(TEXT)
    assert model.sample(100, seed=4) == model.sample(100, seed=np.random.default_rng(4))
    assert model.sample(100, seed=4) != model.sample(100, seed=5)
    assert model.sample(0, seed=1) == "" and len(model.sample(3)) == 3


def test_samples_continue_a_context():
    model = NGramModel(3, smoothing=0).fit("abcabcabc")
    assert model.sample(6, seed=0, context="zzab") == "cabcab"


def test_samples_leave_dead_ends():
    model = NGramModel(2, smoothing=0).fit("ab")  # nothing ever followed b
    text = model.sample(200, seed=0)
    assert "aa" not in text and "ba" in text and "bb" in text


# -- the compressor -----------------------------------------------------------------------------------------


@pytest.mark.identity("eq-compressed-size")
@pytest.mark.parametrize("order", [1, 2, 4, 7])
@pytest.mark.parametrize("smoothing", ["witten-bell", 0.01, 1.0])
def test_compressed_size_is_the_cross_entropy_and_a_few_bytes(order, smoothing):
    model = NGramModel(order, smoothing=smoothing).fit(TEXT)
    for text in (OTHER, TEXT, OTHER * 20, model.sample(3000, seed=0)):
        data = compress(text, model)
        excess = len(data) - model.cross_entropy(text) * len(text) / 8
        assert 4 < excess <= 8  # length 1 or 2, checksum 4, last byte up to 1 (and now and then a lucky one less)
        assert decompress(data, model) == text


@pytest.mark.identity("eq-compressed-size")
@quick
@given(texts, texts, orders, smoothings)
def test_compressor_gives_back_any_text_within_ten_bytes_of_its_surprisal(training, text, order, smoothing):
    model = NGramModel(order, smoothing=smoothing, alphabet="abc").fit(training)
    surprisals = model.surprisals(text)
    if np.isinf(surprisals).any():
        at = int(np.argmax(np.isinf(surprisals)))
        with pytest.raises(ValueError, match=f"`text` must be possible under `model`; got '.' at index {at}$"):
            compress(text, model)
        return
    data = compress(text, model)
    assert decompress(data, model) == text
    assert 8 * len(data) <= surprisals.sum() + 80


def test_shares_are_the_probabilities_in_integers():
    for smoothing in SMOOTHINGS:
        model = NGramModel(4, smoothing=smoothing).fit(TEXT * 50)
        reader = _Reader(model)
        for i in range(1, 200):
            state = model._state_after(TEXT[:i])
            shares = np.diff(np.array(reader.bounds(state), dtype=object)).astype(float) / _SCALE
            p = model.probabilities(TEXT[:i])
            assert shares == pytest.approx(p, rel=1e-13, abs=10 / _SCALE) and np.all((shares > 0) == (p > 0))


def test_improbable_characters_cost_their_surprisal_too():
    model = NGramModel(6).fit("bc" + "a" * 200)  # only a ever followed an a
    text = ("a" * 10 + "b") * 10
    excess = len(compress(text, model)) - model.cross_entropy(text) * len(text) / 8
    assert model.surprisals(text).max() > 44 and 4 < excess <= 8


@pytest.mark.parametrize("smoothing", ["witten-bell", 1e-300])
def test_what_is_possible_can_be_compressed_however_improbable(smoothing):
    model = NGramModel(6, smoothing=smoothing).fit("bc" + "a" * 20_000)
    text = "a" * 10 + "b" + "a" * 10
    assert 70 < model.surprisals(text).max() < math.inf
    assert decompress(compress(text, model), model) == text


def test_empty_text_is_its_length_and_its_checksum():
    model = NGramModel(2).fit(TEXT)
    assert len(compress("", model)) == 5 and decompress(compress("", model), model) == ""


@pytest.mark.parametrize("n, digits", [(1, "01"), (127, "7f"), (128, "8001"), (300, "ac02"), (16383, "ff7f")])
def test_the_length_comes_first_in_base_128_with_the_lowest_digit_first(n, digits):
    model = NGramModel(1).fit("a")
    data = compress("a" * n, model)
    assert data.hex().startswith(digits) and len(data) == len(digits) // 2 + 4  # nothing else, but for the checksum
    assert decompress(data, model) == "a" * n


def test_compressed_text_is_the_same_on_every_machine():
    golden = {"witten-bell": "1b92ccbfa12a232f", 0.3: "1b9426f1aa2635bebea01c"}
    for smoothing, expected in golden.items():
        model = NGramModel(3, smoothing=smoothing).fit(TEXT)
        assert compress("it was the epoch of despair", model).hex() == expected


def test_a_model_that_was_stored_decompresses():
    model = NGramModel(4).fit(TEXT)
    assert decompress(compress(OTHER, model), pickle.loads(pickle.dumps(model))) == OTHER


@pytest.fixture(scope="module")
def model():
    return NGramModel(3).fit(TEXT)


@pytest.fixture(scope="module")
def data(model):
    return compress(OTHER, model)


def test_every_changed_bit_of_compressed_text_is_an_error(model, data):
    for bit in range(8 * len(data)):
        damaged = (int.from_bytes(data, "big") ^ 1 << bit).to_bytes(len(data), "big")
        with pytest.raises(ValueError, match="`data` must be what the encoder returned, unchanged; got"):
            decompress(damaged, model)


def test_truncated_or_extended_compressed_text_is_an_error(model, data):
    extensions = [bytes([byte]) for byte in range(256)] + [bytes(length) for length in range(2, 40)]
    for damaged in [data[:length] for length in range(len(data))] + [data + extension for extension in extensions]:
        with pytest.raises(ValueError, match="`data` must be what the encoder returned, unchanged; got"):
            decompress(damaged, model)


def test_another_model_is_an_error(model, data):
    others = [
        NGramModel(2).fit(TEXT),
        NGramModel(3, smoothing=0.1).fit(TEXT),
        NGramModel(3).fit(TEXT + "."),
        NGramModel(3).fit(TEXT[:-1] + "s"),
        NGramModel(3, alphabet=model.alphabet[::-1]).fit(TEXT),
        NGramModel(3, alphabet=model.alphabet + "!").fit(TEXT),
    ]
    for other in others:
        with pytest.raises(ValueError, match="`data` must be what the encoder returned, unchanged; got"):
            decompress(data, other)


def test_bytes_under_a_valid_checksum_are_an_error_unless_they_are_the_code_of_a_text(model, data):
    body = data[:-4]
    forgeries = {
        b"": "do not begin with a length",
        b"\x80": "do not begin with a length",
        b"\x80\x00": "do not begin with a length",
        body + b"\0": "go on for|not the shortest",
        body + bytes(30) + b"\1": "go on for",
        _varint(len(OTHER) - 20) + body[1:]: "go on for|not the shortest",
        b"\x05" + b"\xff" * 40: "outside of every symbol's interval",
    }
    for forged, match in forgeries.items():
        with pytest.raises(ValueError, match=f"`data` must be what the encoder returned, unchanged; got .*({match})"):
            decompress(forged + _checksum(forged, model), model)
    dead_end = NGramModel(2, smoothing=0).fit("ab")
    forged = _varint(3) + b"\xf0"  # b, and nothing follows b
    with pytest.raises(ValueError, match="got a context that the model has never seen"):
        decompress(forged + _checksum(forged, dead_end), dead_end)


@quick
@given(st.binary(max_size=12), st.integers(0, 40))
def test_what_decompresses_compresses_to_the_same_bytes(code, n):
    model = NGramModel(2).fit("abracadabra")
    forged = _varint(n) + code
    forged += _checksum(forged, model)
    try:
        text = decompress(forged, model)
    except ValueError:
        return
    assert compress(text, model) == forged


@given(st.integers(0, 2**40))
def test_lengths_take_seven_bits_a_byte(n):
    assert len(_varint(n)) == max(1, -(-n.bit_length() // 7))


# -- errors -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("order", "options", "error", "match"),
    [
        (0, {}, ValueError, "`order` must be at least 1; got 0"),
        (-3, {}, ValueError, "`order` must be at least 1; got -3"),
        (2.0, {}, TypeError, "`order` must be an integer; got 2.0"),
        ("2", {}, TypeError, "`order` must be an integer; got '2'"),
        (True, {}, TypeError, "`order` must be an integer; got True"),
        (2, {"smoothing": -0.1}, ValueError, "`smoothing` must be at least 0; got -0.1"),
        (2, {"smoothing": math.nan}, ValueError, "`smoothing` must be finite; got nan"),
        (2, {"smoothing": math.inf}, ValueError, "`smoothing` must be finite; got inf"),
        (2, {"smoothing": "laplace"}, ValueError, "`smoothing` must be one of 'witten-bell'; got 'laplace'"),
        (2, {"smoothing": None}, TypeError, "`smoothing` must be a number; got None"),
        (2, {"alphabet": ""}, ValueError, "`alphabet` must not be empty"),
        (2, {"alphabet": "aba"}, ValueError, "`alphabet` must have each character once; got 'a' again at index 2"),
        (2, {"alphabet": ["a", "b"]}, TypeError, "`alphabet` must be a str; got list"),
    ],
)
def test_models_that_make_no_sense_are_an_error(order, options, error, match):
    with pytest.raises(error, match=match):
        NGramModel(order, **options)


def test_texts_must_be_text(model):
    for method in (NGramModel(2).fit, model.cross_entropy, model.perplexity, model.surprisals):
        with pytest.raises(ValueError, match="`text` must not be empty"):
            method("")
        for other in (b"bytes", ["a"], None, 3):
            with pytest.raises(TypeError, match="`text` must be a str; got"):
                method(other)
    with pytest.raises(TypeError, match="`context` must be a str; got int"):
        model.probabilities(3)
    with pytest.raises(TypeError, match="`text` must be a str; got bytes"):
        compress(b"bytes", model)


def test_a_training_text_must_keep_to_the_alphabet_and_a_failed_fit_changes_nothing():
    model = NGramModel(1, alphabet="ab").fit("abb")
    before = model.probabilities()
    with pytest.raises(ValueError, match="`text` must keep to the alphabet given; got 'c' at index 2"):
        model.fit("abc")
    assert model.probabilities().tolist() == before.tolist()


def test_a_model_must_be_fitted_first():
    model = NGramModel(2)
    uses = [
        lambda: model.alphabet,
        lambda: model.cross_entropy("a"),
        lambda: model.perplexity("a"),
        lambda: model.surprisals("a"),
        lambda: model.probabilities("a"),
        lambda: model.sample(3),
        lambda: compress("a", model),
        lambda: decompress(b"aaaaa", model),
    ]
    for use in uses:
        with pytest.raises(ValueError, match=r"`model` must be fitted; call fit\(text\) first"):
            use()


def test_samples_have_a_length(model):
    with pytest.raises(ValueError, match="`n` must be at least 0; got -1"):
        model.sample(-1)
    with pytest.raises(TypeError, match="`n` must be an integer; got 1.5"):
        model.sample(1.5)
    with pytest.raises(TypeError, match="`seed` must be an integer or a numpy.random.Generator"):
        model.sample(1, seed="one")


def test_only_models_compress_and_only_bytes_decompress(model):
    for use in (lambda: compress("a", "model"), lambda: decompress(b"aaaaa", None)):
        with pytest.raises(TypeError, match="`model` must be an NGramModel; got"):
            use()
    with pytest.raises(TypeError, match="`data` must be bytes; got str"):
        decompress("text", model)
    for short in (b"", b"\0", b"\0\0\0\0"):
        with pytest.raises(ValueError, match="`data` must be what the encoder returned"):
            decompress(short, model)


def test_impossible_text_cannot_be_compressed(model):
    with pytest.raises(ValueError, match="`text` must be possible under `model`; got 'Q' at index 2"):
        compress("itQ", model)
    with pytest.raises(ValueError, match="`text` must be possible under `model`; got 'a' at index 1"):
        compress("aa", NGramModel(2, smoothing=0).fit("ab"))


# -- unknown characters


@pytest.mark.parametrize("smoothing", ["witten-bell", 0.5])
@pytest.mark.parametrize("order", [1, 3])
def test_a_slot_for_unknown_characters_makes_every_text_possible_and_the_distribution_a_whole(order, smoothing):
    model = NGramModel(order, smoothing=smoothing, unknown=True).fit("abracadabra")
    assert np.isfinite(model.cross_entropy("abra, \u4f60\u597d!"))
    for context in ("", "ab", "a!", "\u4f60"):
        p = model.probabilities(context)
        assert p.shape == (6,) and p.sum() == pytest.approx(1, rel=1e-14) and p[-1] > 0
        assert model.surprisals(context + "?")[-1] == pytest.approx(-np.log2(p[-1]), rel=1e-12)


def test_a_given_alphabet_with_a_slot_counts_the_unknown_characters_of_the_training_text():
    model = NGramModel(1, smoothing=0, alphabet="ab", unknown=True).fit("abxy")
    np.testing.assert_allclose(model.probabilities(), [0.25, 0.25, 0.5])
    assert set(model.sample(50, seed=0)) == {"a", "b", "\ufffd"}


@pytest.mark.parametrize("smoothing", ["witten-bell", 0.5])
def test_the_compressor_gives_back_characters_that_training_did_not_have(smoothing):
    model = NGramModel(3, smoothing=smoothing, unknown=True).fit("abracadabra")
    text = "abra \U0001f600 cad\ud800bra\x00"
    data = compress(text, model)
    assert decompress(data, model) == text
    bits = model.surprisals(text).sum() + 5 * np.log2(0x110000)
    assert 8 * len(data) <= bits + 80
    with pytest.raises(ValueError, match="another model"):
        decompress(data, NGramModel(3, smoothing=smoothing).fit("abracadabra"))


@pytest.mark.parametrize("order", [1, 3, 6])
def test_a_node_of_the_tree_is_the_same_alone_as_among_many_and_minus_1_where_nothing_was_seen(order):
    codes = np.array([0, 1, 2, -1, 0, 1, 1, 2, 0], dtype=np.intp)
    for level in count_ngrams(codes[codes >= 0], order, 3):
        pairs = np.array(list(itertools.product(range(-1, len(level.first) - 1), range(-1, 3))), dtype=np.intp)
        alone = [level.child(node, code) for node, code in pairs.tolist()]
        assert alone == level.find(*pairs.T).tolist()
        assert set(alone) == {-1, *range(len(level.keys))}
        for node in range(-1, len(level.first) - 1):
            counts, distinct = level.followers(node)
            assert counts.tolist() == [level.counts[place] for place in level.find(np.full(3, node), np.arange(3))]
            assert distinct == np.count_nonzero(counts) == level.distinct[node]
            assert counts.sum() == level.totals[node]


def test_keys_are_counted_the_same_in_a_table_and_by_sorting():
    keys = 3 * np.random.default_rng(0).integers(0, 40, size=500)  # with gaps
    for first, second in zip(_distinct(keys, 120), _distinct(keys, 2**40), strict=True):
        assert first.tolist() == second.tolist()
    found, counts, place = _distinct(keys, 120)
    assert {key: keys.tolist().count(key) for key in set(keys.tolist())} == dict(zip(found, counts, strict=True))
    assert found[place].tolist() == keys.tolist()


def test_unknown_is_true_or_false():
    with pytest.raises(TypeError, match="`unknown` must be a bool; got 'yes'"):
        NGramModel(2, unknown="yes")
