"""Codes cost what the theory says, to the bit, and give back what was put in."""

import math
from binascii import crc32
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import xentbook as xb
from xentbook.coding import (
    ArithmeticCoder,
    canonical_code,
    decode_symbols,
    encode_symbols,
    expected_length,
    huffman_code,
    kraft_sum,
    shannon_code,
    shannon_code_lengths,
)
from xentbook.coding.arithmetic import RangeDecoder, RangeEncoder

quick = settings(deadline=None, max_examples=60)


def distributions(*, least=0, max_size=8):
    """Distributions with integer weights, zeros among them if `least` is 0."""
    weights = st.lists(st.integers(least, 1000), min_size=1, max_size=max_size).filter(any)
    return weights.map(lambda w: np.array(w) / sum(w))


def ideal_bits(p, symbols):
    return -float(np.sum(np.log2(np.asarray(p, dtype=float)[np.asarray(symbols, dtype=int)])))


def is_prefix_free(code):
    return not any(a != b and code[b].startswith(code[a]) for a, b in product(range(len(code)), repeat=2))


# -- closed forms: one word for each symbol -----------------------------------------------------------------


@pytest.mark.identity("eq-shannon-length")
def test_shannon_length_is_the_surprisal_rounded_up():
    p = [0.5, 0.3, 0.15, 0.05]  # surprisals 1, 1.74, 2.74, 4.32 bits
    assert shannon_code_lengths(p).tolist() == [1, 2, 3, 5]
    assert shannon_code_lengths(p).dtype == np.intp


@pytest.mark.identity("eq-shannon-length")
@pytest.mark.parametrize("k", [1, 2, 3, 10, 29, 52, 1000, 1022, 1030, 1074])
def test_shannon_length_is_exact_at_powers_of_two_and_right_beside_them(k):
    at = 2.0**-k
    assert shannon_code_lengths([at, 1 - at])[0] == k
    assert shannon_code_lengths([np.nextafter(at, 1), 1 - at])[0] == (k if k < 1074 else 1073)
    if k < 1074:  # the next float below 2^-1074 is 0
        assert shannon_code_lengths([np.nextafter(at, 0), 1 - at])[0] == k + 1


@quick
@given(distributions(least=1))
def test_shannon_length_is_the_least_integer_not_below_the_surprisal(p):
    for value, length in zip(p.tolist(), shannon_code_lengths(p).tolist(), strict=True):
        exact = Fraction(value)
        assert Fraction(1, 2**length) <= exact and (length == 0 or exact < Fraction(1, 2 ** (length - 1)))


def test_huffman_code_of_the_textbook_has_2_3_bits_a_symbol():
    # Cover and Thomas, Elements of Information Theory, 2nd ed., example 5.6.1
    p = [0.25, 0.25, 0.2, 0.15, 0.15]
    code = huffman_code(p)
    assert sorted(map(len, code)) == [2, 2, 2, 3, 3]
    assert expected_length(p, code) == pytest.approx(2.3, rel=1e-15, abs=0)


def test_dyadic_probabilities_cost_exactly_their_entropy():
    p = [0.5, 0.25, 0.125, 0.125]
    assert shannon_code(p) == huffman_code(p) == ["0", "10", "110", "111"]
    assert expected_length(p, huffman_code(p)) == xb.entropy(p) == 1.75


def test_where_the_shannon_lengths_have_a_code_none_is_longer():
    assert shannon_code([0.5, np.nextafter(0.5, 1.0)]) == ["0", "1"]  # though their sum is a little above 1
    assert shannon_code([1.0]) == [""] and shannon_code([1.0 + 2.0**-52]) == [""]


def test_shannon_lengths_too_short_by_rounding_are_those_of_the_parts_of_the_sum():
    d = 2.0**-31  # the sum is 1 + d: a little too much for words of 1, 1 and 32 bits
    assert [len(word) for word in shannon_code([(1 + d) / 2, 0.5, d / 2])] == [1, 2, 33]


def test_canonical_words_count_upwards():
    assert canonical_code([3, 1, 3, 3]) == ["100", "0", "101", "110"]
    assert canonical_code([2, 2, 2, 2]) == ["00", "01", "10", "11"]
    assert canonical_code([0]) == [""]


def test_kraft_sum_is_exact_where_floats_are_not():
    assert kraft_sum([1, 2, 3, 3]) == 1
    assert kraft_sum([1, 1, 1100]) - 1 == Fraction(1, 2**1100)
    assert kraft_sum([*range(1, 1101), 1100]) == 1
    assert kraft_sum(np.full(3, 2, dtype=np.uint8)) == Fraction(3, 4)


def test_a_word_may_have_as_many_bits_as_fit_in_memory():
    assert kraft_sum([2**24]).denominator == 1 << 2**24
    with pytest.raises(ValueError, match=r"^`lengths` must be at most 16777216; got 16777217 at index \(0,\)$"):
        kraft_sum([2**24 + 1])


def test_bits_of_a_message_are_its_words_in_a_row():
    code = ["0", "10", "110", "111"]
    bits = encode_symbols([3, 0, 0, 1, 2], code)
    assert bits == "1110010110"
    assert decode_symbols(bits, code).tolist() == [3, 0, 0, 1, 2]
    assert encode_symbols([], code) == "" and decode_symbols("", code).size == 0


# -- identities and bounds ----------------------------------------------------------------------------------


@pytest.mark.identity("eq-kraft")
@quick
@given(st.lists(st.text("01", min_size=1, max_size=6), min_size=1, max_size=30))
def test_kraft_sum_of_a_prefix_code_is_at_most_one(words):
    code = []
    for word in words:
        if is_prefix_free([*code, word]):
            code.append(word)
    assert kraft_sum([len(word) for word in code]) <= 1


@pytest.mark.identity("eq-kraft")
@quick
@given(st.lists(st.integers(0, 8), min_size=1, max_size=12))
def test_lengths_have_a_prefix_code_if_and_only_if_their_kraft_sum_is_at_most_one(lengths):
    if sum(2.0**-length for length in lengths) <= 1:  # exact in floats for lengths up to 8
        code = canonical_code(lengths)
        assert [len(word) for word in code] == lengths and is_prefix_free(code) and len(set(code)) == len(code)
    else:
        with pytest.raises(ValueError, match=r"`lengths` must have a Kraft sum of at most 1; got 1 \+ "):
            canonical_code(lengths)


@pytest.mark.identity("eq-shannon-bound")
@quick
@given(distributions(least=1, max_size=30))
def test_shannon_and_huffman_codes_are_within_one_bit_of_the_entropy(p):
    entropy = xb.entropy(p)
    shannon = expected_length(p, shannon_code(p))
    assert entropy - 1e-12 <= shannon < entropy + 1
    if p.size > 1:
        huffman = expected_length(p, huffman_code(p))
        assert entropy - 1e-12 <= huffman <= shannon + 1e-12


@pytest.mark.identity("eq-block-bound")
@pytest.mark.parametrize("n", [1, 2, 3, 5, 8, 12])
def test_blocks_of_n_symbols_are_within_1_nth_of_a_bit_of_the_entropy(n):
    p = block = np.array([0.9, 0.1])
    for _ in range(n - 1):
        block = np.kron(block, p)
    per_symbol = expected_length(block, huffman_code(block)) / n
    assert xb.entropy(p) <= per_symbol < xb.entropy(p) + 1 / n
    assert per_symbol <= expected_length(block, shannon_code(block)) / n < xb.entropy(p) + 1 / n


@quick
@given(distributions(max_size=5))
def test_huffman_code_is_as_short_as_the_best_of_all_prefix_codes(p):
    # Oracle: every vector of lengths that satisfies the Kraft inequality; no best code has words longer than K - 1.
    code, longest = huffman_code(p), max(p.size - 1, 1)
    candidates = product(range(1, longest + 1), repeat=p.size)
    best = min(np.dot(p, lengths) for lengths in candidates if sum(2.0**-length for length in lengths) <= 1)
    assert expected_length(p, code) == pytest.approx(best, rel=1e-12, abs=0)


@quick
@given(distributions(max_size=40))
def test_huffman_code_is_a_full_prefix_code(p):
    code = huffman_code(p)
    assert is_prefix_free(code) and len(set(code)) == p.size
    assert kraft_sum([len(word) for word in code]) == (1 if p.size > 1 else Fraction(1, 2))


@quick
@given(st.data(), distributions(max_size=12))
def test_prefix_codes_give_back_the_message_and_cost_its_words(data, p):
    code = huffman_code(p)
    message = data.draw(st.lists(st.integers(0, p.size - 1), max_size=50))
    bits = encode_symbols(message, code)
    assert decode_symbols(bits, code).tolist() == message
    assert len(bits) == sum(len(code[symbol]) for symbol in message)


# -- limits -------------------------------------------------------------------------------------------------


def test_a_certain_symbol_costs_shannon_nothing_and_huffman_one_bit():
    assert shannon_code_lengths([1.0]).tolist() == [0] and shannon_code([1.0]) == [""]
    assert huffman_code([1.0]) == ["0"]


def test_impossible_symbols_get_huffman_words_among_the_longest():
    code = huffman_code([0.5, 0.0, 0.3, 0.2, 0.0])
    assert [len(word) for word in code] == [1, 4, 2, 3, 4]
    assert sorted(map(len, huffman_code([1.0, 0.0]))) == [1, 1]


def test_equal_probabilities_get_equal_words_in_the_order_of_the_symbols():
    assert huffman_code([0.25] * 4) == ["00", "01", "10", "11"]
    # Ties could give lengths 1, 2, 3, 3 as well; the tree whose longest word is shortest is taken.
    assert [len(word) for word in huffman_code(np.array([2, 2, 1, 1]) / 6)] == [2, 2, 2, 2]


def test_words_may_be_a_thousand_bits_long():
    p = [1.0 - 1e-16, 1e-300, 5e-324]
    assert [len(word) for word in shannon_code(p)] == [1, 997, 1074]
    code = shannon_code(p)
    assert decode_symbols(encode_symbols([2, 0, 1, 0], code), code).tolist() == [2, 0, 1, 0]


def test_huffman_code_of_65536_symbols_is_within_one_bit_of_the_entropy():
    p = np.random.default_rng(0).dirichlet(np.ones(2**16))
    assert 0 <= expected_length(p, huffman_code(p)) - xb.entropy(p) < 0.1


@pytest.mark.parametrize(
    "p", [[1.0, 2.0**-60], [0.5, 0.25, 0.25, 1e-300], [0.25] * 4 + [1e-12], [1 - 2.0**-53, 2.0**-52]]
)
def test_shannon_code_exists_even_where_rounding_takes_the_sum_above_1(p):
    assert sum(map(Fraction, p)) > 1
    lengths, own = [len(word) for word in shannon_code(p)], shannon_code_lengths(p)
    assert kraft_sum(lengths) <= 1
    scaled = [Fraction(x) / sum(map(Fraction, p)) for x in p]
    if kraft_sum(own) > 1:
        assert all(2 ** -Fraction(n) <= x < 2 ** Fraction(1 - n) for n, x in zip(lengths, scaled, strict=True))
    else:
        assert lengths == own.tolist()


# -- the arithmetic coder: what it costs --------------------------------------------------------------------


def round_trip(p, message):
    coder = ArithmeticCoder(p)
    data = coder.encode(message)
    decoded = coder.decode(data, len(message))
    assert decoded.dtype == np.intp and decoded.tolist() == list(message)
    return data


@pytest.mark.identity("eq-arithmetic-bound")
@settings(deadline=None, max_examples=60)
@given(st.data(), distributions(max_size=12))
def test_arithmetic_coder_gives_back_any_message_within_32_bits_of_its_surprisal(data, p):
    possible = np.flatnonzero(p).tolist()
    message = data.draw(st.lists(st.sampled_from(possible), max_size=300))
    assert 8 * len(round_trip(p, message)) <= ideal_bits(p, message) + 32


@pytest.mark.identity("eq-arithmetic-bound")
@pytest.mark.parametrize(
    ("p", "n"),
    [
        ([0.999, 0.001], 200_000),
        ([1.0], 10_000),
        ([0.5, 0.5], 20_000),
        ([1 - 1e-12, 1e-12], 20_000),
        (np.full(3, 1 / 3), 20_000),
        (np.full(2**16, 2.0**-16), 20_000),
        (np.random.default_rng(1).dirichlet(np.full(2**16, 0.1)), 20_000),
    ],
    ids=["skewed", "certain", "coin", "extreme", "thirds", "65536 equal", "65536 unequal"],
)
def test_arithmetic_coder_stays_within_32_bits_however_long_the_message(p, n):
    p = np.asarray(p)
    message = np.random.default_rng(0).choice(p.size, size=n, p=p)
    message = message[p[message] > 0].tolist()
    excess = 8 * len(round_trip(p, message)) - ideal_bits(p, message)
    assert 16 < excess <= 32


@pytest.mark.identity("eq-arithmetic-bound")
@pytest.mark.parametrize("rare", [1e-300, 5e-324, 1.5 * 2**-60, 1e-18, 1e-9])
def test_arithmetic_coder_stays_within_32_bits_if_every_symbol_is_the_rarest(rare):
    # A share of 1.5 in 2^60, cut to 1, would cost 0.58 bits each time.
    p = [0.75, rare, 0.25]
    message = [1] * 2000
    assert 8 * len(round_trip(p, message)) <= ideal_bits(p, message) + 32


def test_dyadic_probabilities_make_the_arithmetic_code_the_huffman_code():
    p = [0.5, 0.25, 0.125, 0.125]
    message = np.random.default_rng(3).choice(4, size=500, p=p)
    expected = encode_symbols(message, huffman_code(p))
    check = crc32(message.astype("<i8").tobytes()) % 128
    bits = "".join(f"{byte:08b}" for byte in round_trip(p, message.tolist())[:-2])
    assert bits.ljust(len(expected) + 7, "0").startswith(expected + f"{check:07b}")


def test_arithmetic_code_is_the_same_on_every_machine():
    message = [0, 1, 0, 2, 2, 1, 0, 0, 0, 1]
    assert ArithmeticCoder([0.5, 0.3, 0.2]).encode(message).hex() == "52d5a3e7e3"


def test_empty_message_is_its_checksum():
    assert len(round_trip([0.5, 0.5], [])) == 2


@pytest.mark.parametrize("after", [0, 2])
def test_carries_run_back_through_settled_digits(after):
    # The middle third over and over straddles 1/2: the digits stay 0111… until a last symbol decides, and carries.
    for n in (1, 39, 40, 41, 80, 81, 82, 200, 300):
        message = [1] * n + [after] * 50
        assert 8 * len(round_trip(np.full(3, 1 / 3), message)) <= ideal_bits(np.full(3, 1 / 3), message) + 32


def test_no_change_of_the_coder_or_its_input_comes_from_coding():
    p, message = np.array([0.5, 0.5]), np.array([0, 1, 1])
    coder = ArithmeticCoder(p)
    first = coder.encode(message)
    p[:] = [1.0, 0.0]
    assert coder.encode(message) == first and message.tolist() == [0, 1, 1]


# -- the verdict of chapter 3: events from p, a code built for q ---------------------------------------------


@pytest.mark.claim(2)
@quick
@given(st.data(), st.lists(st.integers(0, 100), min_size=5, max_size=5).filter(any))
def test_with_ideal_lengths_the_bill_is_the_cross_entropy_whatever_the_truth(data, weights):
    q, p = np.array([1, 2, 4, 8, 8]) / 23, np.array(weights) / sum(weights)
    dyadic = np.array(data.draw(st.permutations([1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 16])))
    bill = expected_length(p, huffman_code(dyadic))
    assert bill == pytest.approx(xb.cross_entropy(p, dyadic), rel=1e-14)
    assert bill == pytest.approx(xb.cross_entropy(p, dyadic, base=np.e) / math.log(2), rel=1e-14)  # nats are not bits
    assert xb.cross_entropy(p, q) - 1e-12 <= expected_length(p, shannon_code(q)) < xb.cross_entropy(p, q) + 1
    implied = [2.0 ** -len(word) for word in huffman_code(q)]
    assert expected_length(p, huffman_code(q)) == pytest.approx(xb.cross_entropy(p, implied), rel=1e-14)


@pytest.mark.claim(2)
@quick
@given(
    st.lists(st.integers(0, 4), min_size=1, max_size=400),
    distributions(least=1, max_size=5).filter(lambda q: q.size == 5),
)
def test_an_arithmetic_code_for_q_is_within_four_bytes_of_the_cross_entropy_of_a_whole_message(message, q):
    p = np.bincount(message, minlength=5) / len(message)
    foretold = len(message) * xb.cross_entropy(p, q)
    excess = 8 * len(ArithmeticCoder(q).encode(message)) - foretold
    assert 0 < excess <= 32


@pytest.mark.claim(2)
def test_huffmans_code_for_english_costs_spanish_less_than_the_cross_entropy_and_shannons_more():
    from xentbook.datasets import ALPHABET, load_text

    texts = [load_text(name) for name in ("spanish", "english")]
    p, q = (np.array([text.count(letter) for letter in ALPHABET]) / len(text) for text in texts)
    bills = [expected_length(p, huffman_code(q)), xb.cross_entropy(p, q), expected_length(p, shannon_code(q))]
    assert np.round(bills, 3).tolist() == [4.127, 4.148, 4.719]
    assert expected_length(q, huffman_code(q)) > xb.entropy(q)  # and English more: it errs on either side


# -- the engine: exactly one code for each message ----------------------------------------------------------


def engine_encode(message, bounds):
    encoder = RangeEncoder()
    for symbol in message:
        encoder.write(bounds[symbol], bounds[symbol + 1] - bounds[symbol], bounds[-1])
    return encoder.finish()


def engine_read(code, n, bounds):
    decoder = RangeDecoder(code)
    return decoder, tuple(decoder.read(bounds) for _ in range(n))


def test_decoder_accepts_the_shortest_code_of_each_message_and_no_other_bytes():
    bounds, n = [0, 4, 6, 7], 5
    code_of = {message: engine_encode(message, bounds) for message in product(range(3), repeat=n)}
    shortest, accepted = {}, {}
    for length in range(3):
        for code in map(bytes, product(range(256), repeat=length)):
            try:
                decoder, message = engine_read(code, n, bounds)
            except ValueError:
                continue
            shortest.setdefault(message, length)
            try:
                decoder.finish()
            except ValueError:
                continue
            assert message not in accepted
            accepted[message] = code
    assert all(len(code_of[message]) == length for message, length in shortest.items())
    assert accepted == {message: code for message, code in code_of.items() if len(code) <= 2}
    assert len(accepted) > 200


@pytest.mark.parametrize("bounds", [[0, 1], [0, 1, 2], [0, 1, 2, 4], [0, 2, 3, 4]])
def test_what_ends_where_the_next_share_begins_is_read_back(bounds):
    for n in range(6):
        for message in product(range(len(bounds) - 1), repeat=n):
            decoder, found = engine_read(engine_encode(message, bounds), n, bounds)
            decoder.finish()
            assert found == message


@pytest.mark.parametrize("bits", [5, 6, 7, 8, 9])
def test_of_the_bytes_in_one_interval_the_least_alone_are_accepted(bits):
    for code in map(bytes, [*product(range(256), repeat=1), *product(range(0, 256, 5), repeat=2)]):
        decoder, message = engine_read(code, bits, [0, 1, 2])
        if code == engine_encode(message, [0, 1, 2]):
            decoder.finish()
        else:
            with pytest.raises(ValueError, match="got bytes that are not the shortest"):
                decoder.finish()


@quick
@given(st.binary(max_size=40), st.integers(0, 200), st.sampled_from([(0, 1, 3), (0, 5, 5, 6), (0, 2**62, 2**63)]))
def test_bytes_that_the_decoder_accepts_are_those_that_the_encoder_returns(code, n, bounds):
    try:
        decoder, message = engine_read(code, n, bounds)
        decoder.finish()
    except ValueError:
        return
    assert engine_encode(message, bounds) == code


def test_bytes_in_the_sliver_that_rounding_leaves_are_an_error():
    with pytest.raises(ValueError, match="got bytes outside of every symbol's interval"):
        RangeDecoder(b"\xff" * 24).read([0, 1, 2, 3])  # of 3 shares the very top would be the fourth
    with pytest.raises(ValueError, match="got bytes outside of every symbol's interval"):
        RangeDecoder(b"\xff" * 24).read([0, 1, 7])  # 7 does not divide 2^192: the very top is in no share


@pytest.mark.parametrize("halvings", [63, 64, 65, 127, 128])
def test_encoder_and_decoder_take_a_word_from_the_window_at_the_same_step(halvings):
    rng = np.random.default_rng(halvings)
    steps = [(2, k) for k in rng.integers(0, 2, halvings)] + [(3, k) for k in rng.integers(0, 3, 300)]
    encoder = RangeEncoder()
    for total, symbol in steps:
        encoder.write(int(symbol), 1, total)
    decoder = RangeDecoder(encoder.finish())
    assert [decoder.read(range(total + 1)) for total, _ in steps] == [symbol for _, symbol in steps]
    decoder.finish()


def test_a_code_never_names_the_end_of_an_interval_which_is_the_start_of_the_next():
    for symbol in range(512):
        encoder = RangeEncoder()
        encoder.write(symbol, 1, 512)
        assert RangeDecoder(encoder.finish()).read(range(513)) == symbol


@pytest.mark.parametrize("size, found", [(24, "that are not the shortest"), (25, "that go on for 1 after the end")])
def test_bytes_that_nobody_reads_are_told_from_bytes_that_are_not_the_shortest(size, found):
    decoder = RangeDecoder(b"\x01" * size)  # a window of 192 bits
    with pytest.raises(ValueError, match=f"got bytes {found}"):
        decoder.finish()


@quick
@given(st.lists(st.tuples(st.integers(0, 2**63), st.integers(1, 2**63), st.integers(0, 2**63)), max_size=60))
def test_engine_takes_another_distribution_at_each_step(parts):
    encoder, steps = RangeEncoder(), []
    for low, share, high in parts:
        shrink = max(1, -(-(low + share + high) // 2**63))
        low, share, high = low // shrink, max(1, share // shrink), high // shrink
        low = min(low, 2**63 - share - high)
        encoder.write(low, share, low + share + high)
        steps.append([0, low, low + share, low + share + high])
    decoder = RangeDecoder(encoder.finish())
    assert all(decoder.read(bounds) == 1 for bounds in steps)
    decoder.finish()


# -- the arithmetic coder: damage ---------------------------------------------------------------------------

P = np.array([0.6, 0.3, 0.1])
MESSAGE = np.random.default_rng(5).choice(3, size=60, p=P)
CODER = ArithmeticCoder(P)
DATA = CODER.encode(MESSAGE)


@pytest.mark.parametrize("n_flips", [1, 3])
def test_every_changed_bit_and_every_odd_number_of_them_is_an_error(n_flips):
    rng = np.random.default_rng(0)
    flips = [[bit] for bit in range(8 * len(DATA))] if n_flips == 1 else rng.integers(0, 8 * len(DATA), (300, 3))
    for bits in flips:
        number = int.from_bytes(DATA, "big")
        for bit in bits:
            number ^= 1 << int(bit)
        with pytest.raises(ValueError, match="`data` must be what the encoder returned, unchanged; got"):
            CODER.decode(number.to_bytes(len(DATA), "big"), MESSAGE.size)


def test_every_change_within_two_adjacent_bytes_is_an_error():
    rng = np.random.default_rng(0)
    for start in range(len(DATA) - 1):
        for change in rng.integers(1, 2**16, 30):
            damage = int(change) << 8 * (len(DATA) - 2 - start)
            with pytest.raises(ValueError, match="`data` must be what the encoder returned"):
                CODER.decode((int.from_bytes(DATA, "big") ^ damage).to_bytes(len(DATA), "big"), MESSAGE.size)


def test_truncated_data_is_an_error():
    for length in range(len(DATA)):
        with pytest.raises(ValueError, match="`data` must be what the encoder returned"):
            CODER.decode(DATA[:length], MESSAGE.size)


def test_extended_data_is_an_error():
    for extension in [bytes([byte]) for byte in range(256)] + [bytes(length) for length in range(2, 40)] + [DATA]:
        with pytest.raises(ValueError, match="`data` must be what the encoder returned"):
            CODER.decode(DATA + extension, MESSAGE.size)


def test_wrong_number_of_symbols_is_an_error():
    for n in [*range(MESSAGE.size), *range(MESSAGE.size + 1, 2000), 10**9, 2**63 - 1]:
        with pytest.raises(ValueError, match="`data` must be what the encoder returned"):
            CODER.decode(DATA, n)


def test_another_distribution_is_an_error():
    for other in ([0.6, 0.1, 0.3], [0.6, 0.3 - 1e-15, 0.1 + 1e-15], [0.4, 0.6], [0.6, 0.3, 0.1, 0.0], [1.0]):
        with pytest.raises(ValueError, match="`data` must be what the encoder returned"):
            ArithmeticCoder(other).decode(DATA, MESSAGE.size)


def forged(code, n):
    return code + CODER._checksum(code, n)


def test_damage_that_the_checksum_misses_meets_the_check_on_the_symbols():
    n_passed = 0
    for bit in range(8 * (len(DATA) - 2)):
        code = (int.from_bytes(DATA[:-2], "big") ^ 1 << bit).to_bytes(len(DATA) - 2, "big")
        try:
            CODER.decode(forged(code, MESSAGE.size), MESSAGE.size)
            n_passed += 1
        except ValueError:
            pass
    assert n_passed <= 3  # 1 in 128 is to be expected


def test_padding_under_a_valid_checksum_is_an_error():
    for padding in [b"\0", bytes(20), *(bytes(length) + b"\1" for length in range(100))]:
        with pytest.raises(ValueError, match="got bytes that (go on for|are not the shortest)"):
            CODER.decode(forged(DATA[:-2] + padding, MESSAGE.size), MESSAGE.size)


@quick
@given(st.binary(max_size=30), st.integers(0, 50))
def test_random_bytes_are_an_error_or_the_code_of_what_they_decode_to(code, n):
    try:
        message = CODER.decode(forged(code, n), n)
    except ValueError:
        return
    assert CODER.encode(message) == forged(code, n)


def test_bytes_come_in_any_of_the_kinds_that_hold_bytes():
    for kind in (bytes, bytearray, memoryview):
        assert CODER.decode(kind(DATA), MESSAGE.size).tolist() == MESSAGE.tolist()


# -- errors -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("function", [kraft_sum, canonical_code])
def test_a_length_beyond_all_use_is_refused_before_it_fills_the_memory(function):
    with pytest.raises(ValueError, match=r"^`lengths` must be at most 16777216; got 1000000000000 at index \(1,\)$"):
        function([1, 10**12])


@pytest.mark.parametrize("code", [None, 5])
def test_what_is_no_list_of_words_is_refused(code):
    for call in (
        lambda: expected_length([1.0], code),
        lambda: encode_symbols([0], code),
        lambda: decode_symbols("0", code),
    ):
        with pytest.raises(TypeError, match=f"^`code` must be a list of code words; got {code}$"):
            call()


@pytest.mark.parametrize("function", [shannon_code_lengths, shannon_code, huffman_code, ArithmeticCoder])
@pytest.mark.parametrize(
    ("p", "error", "match"),
    [
        ([], ValueError, "`p` must not be empty"),
        ([0.5, 0.4], ValueError, "`p` must sum to 1"),
        ([0.5, math.nan], ValueError, "`p` must not contain NaN"),
        ([1.5, -0.5], ValueError, r"`p` must lie in \[0, 1\]; got 1.5 at index"),
        ([[0.5, 0.5]], ValueError, "`p` must have one dimension"),
        (1.0, ValueError, "`p` must have"),
        (["a", "b"], TypeError, "`p` must hold real numbers"),
        ([0.5, 0.5j], TypeError, "`p` must hold real numbers"),
    ],
)
def test_what_is_no_distribution_is_an_error(function, p, error, match):
    with pytest.raises(error, match=match):
        function(p)


@pytest.mark.parametrize("function", [shannon_code_lengths, shannon_code])
def test_shannon_has_no_word_for_the_impossible(function):
    with pytest.raises(ValueError, match=r"`p` must be positive.*; got 0(\.0)? at index \(1,\)"):
        function([0.5, 0.0, 0.5])


@pytest.mark.parametrize("function", [kraft_sum, canonical_code])
def test_lengths_must_be_natural_numbers(function):
    with pytest.raises(ValueError, match=r"`lengths` must not be negative; got -1 at index \(1,\)"):
        function([1, -1])
    with pytest.raises(ValueError, match="`lengths` must not be empty"):
        function([])
    with pytest.raises(TypeError, match="`lengths` must hold integers"):
        function([1.0, 2.5])


def test_codes_must_consist_of_bits():
    with pytest.raises(ValueError, match=r"`code\[1\]` must consist of '0' and '1'; got '2' at index 1"):
        encode_symbols([0], ["0", "12"])
    with pytest.raises(TypeError, match="`code` must be a list of code words"):
        encode_symbols([0], "01")
    with pytest.raises(TypeError, match=r"`code\[0\]` must be a str"):
        expected_length([1.0], [0])
    with pytest.raises(ValueError, match="`code` must have at least one word"):
        encode_symbols([], [])
    with pytest.raises(ValueError, match="`code` must have one word for each entry of `p`; got 1 words for 2"):
        expected_length([0.5, 0.5], ["0"])


def test_symbols_must_have_a_word():
    with pytest.raises(ValueError, match=r"`symbols` must lie in 0 … 1; got 2 at index \(1,\)"):
        encode_symbols([0, 2], ["0", "1"])
    with pytest.raises(TypeError, match="`symbols` must hold integers"):
        encode_symbols([0.5], ["0", "1"])


def test_bits_that_are_no_row_of_words_are_an_error():
    with pytest.raises(ValueError, match="`bits` must be a row of code words; got '1' at index 3"):
        decode_symbols("0101", ["0", "10", "11"])
    with pytest.raises(ValueError, match="`bits` must be a row of code words; got '11' at index 1"):
        decode_symbols("0110", ["0", "10"])
    with pytest.raises(ValueError, match="`bits` must consist of '0' and '1'; got ' ' at index 2"):
        decode_symbols("01 1", ["0", "1"])
    with pytest.raises(TypeError, match="`bits` must be a str"):
        decode_symbols(b"01", ["0", "1"])


@pytest.mark.parametrize("code", [["0", "01"], ["1", "0", "1"], ["10", "0", "100"]])
def test_only_prefix_codes_are_decoded(code):
    with pytest.raises(ValueError, match="`code` must be a prefix code; got .*, with which .* begins"):
        decode_symbols("0", code)


def test_empty_words_cannot_be_counted():
    with pytest.raises(ValueError, match="`code` must have at least one bit in each word"):
        decode_symbols("", [""])


@pytest.mark.parametrize(
    ("symbols", "error", "match"),
    [
        ([0, 3], ValueError, r"`symbols` must lie in 0 … 2; got 3 at index \(1,\)"),
        ([-1], ValueError, r"`symbols` must lie in 0 … 2; got -1 at index \(0,\)"),
        ([0, 0, 2], ValueError, r"`symbols` must have positive probability; got 2 at index \(2,\)"),
        ([[0]], ValueError, "`symbols` must have one dimension"),
        ([0.5], TypeError, "`symbols` must hold integers"),
        ("01", TypeError, "`symbols` must hold integers"),
    ],
)
def test_symbols_that_cannot_be_encoded_are_an_error(symbols, error, match):
    with pytest.raises(error, match=match):
        ArithmeticCoder([0.5, 0.5, 0.0]).encode(symbols)


@pytest.mark.parametrize(
    ("data", "n", "error", "match"),
    [
        ("text", 1, TypeError, "`data` must be bytes; got str"),
        ([1, 2], 1, TypeError, "`data` must be bytes; got list"),
        (DATA, 1.0, TypeError, "`n` must be an integer"),
        (DATA, True, TypeError, "`n` must be an integer"),
        (DATA, -1, ValueError, "`n` must be at least 0; got -1"),
        (DATA, 2**63, ValueError, "`n` must be at most"),
        (b"", 0, ValueError, "`data` must be what the encoder returned"),
    ],
)
def test_what_cannot_be_decoded_is_an_error(data, n, error, match):
    with pytest.raises(error, match=match):
        CODER.decode(data, n)
