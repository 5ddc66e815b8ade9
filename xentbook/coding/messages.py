r"""A message in a code: the words of its symbols in a row, which can be counted, sent and read again.

Conventions
-----------
- A message is a sequence of symbols 0 … K−1; a code is a list of K words, strings of "0" and "1".
- The bits of a message are one string. Lengths are in bits.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_labels
from xentbook.coding.prefix import as_distribution

__all__ = ["expected_length", "encode_symbols", "decode_symbols"]


def expected_length(p: ArrayLike, code: Sequence[str]) -> float:
    r"""Return the expected length of a code, in bits per symbol.

    .. math:: L = \sum_k p_k \ell_k

    Parameters
    ----------
    p : array_like of shape (K,)
        Probabilities that sum to 1: how often each symbol is really used, whatever the code was built for.
    code : sequence of str
        K words of "0" and "1".

    Returns
    -------
    float
        Bits per symbol.

    Raises
    ------
    ValueError
        If `p` is not a distribution or `code` has another number of words.

    See Also
    --------
    huffman_code : the code that makes it least.

    References
    ----------
    See [1]_, section 5.1.

    .. [1] T. M. Cover and J. A. Thomas, "Elements of Information Theory", 2nd ed., Wiley, 2006.

    Examples
    --------
    >>> expected_length([0.5, 0.25, 0.25], ["0", "10", "11"])
    1.5
    """
    p, code = as_distribution(p), _as_code(code)
    if p.size != len(code):
        raise ValueError(f"`code` must have one word for each entry of `p`; got {len(code)} words for {p.size}")
    return float(np.dot(p, [len(word) for word in code]))


def encode_symbols(symbols: ArrayLike, code: Sequence[str]) -> str:
    """Return a message as bits: the code words of its symbols, one after another.

    Parameters
    ----------
    symbols : array_like of int, shape (n,)
        The message, symbols 0 … K−1; may be empty.
    code : sequence of str
        K words of "0" and "1".

    Returns
    -------
    str
        The bits; their number is the length of the string.

    Raises
    ------
    ValueError
        If a symbol is out of range or a word has characters other than "0" and "1".

    See Also
    --------
    decode_symbols : the way back.

    Examples
    --------
    >>> encode_symbols([0, 2, 1, 0], ["0", "10", "11"])
    '011100'
    """
    code = _as_code(code)
    message = as_labels(symbols, "symbols", n_classes=len(code), allow_empty=True)
    return "".join(map(code.__getitem__, message.tolist()))


def decode_symbols(bits: str, code: Sequence[str]) -> NDArray[np.intp]:
    """Return the message that a prefix code has turned into `bits`.

    In a prefix code no word begins another: the first word that fits is the only one.

    Parameters
    ----------
    bits : str
        "0" and "1", as `encode_symbols` returns them.
    code : sequence of str
        K words of "0" and "1", none the beginning of another.

    Returns
    -------
    ndarray of intp, shape (n,)
        The symbols.

    Raises
    ------
    ValueError
        If `code` is no prefix code or `bits` is no row of its words.

    See Also
    --------
    encode_symbols : the way there.

    Examples
    --------
    >>> decode_symbols("011100", ["0", "10", "11"])
    array([0, 2, 1, 0])
    """
    symbol_of = {word: symbol for symbol, word in enumerate(_as_prefix_code(code))}
    longest = max(map(len, symbol_of))
    _require_binary(bits, "bits")
    symbols, start = [], 0
    for end in range(1, len(bits) + 1):
        symbol = symbol_of.get(bits[start:end])
        if symbol is not None:
            symbols.append(symbol)
            start = end
        elif end - start == longest:
            break
    if start < len(bits):
        raise ValueError(f"`bits` must be a row of code words; got {bits[start:][:longest]!r} at index {start}")
    return np.array(symbols, dtype=np.intp)


# -- helpers ------------------------------------------------------------------------------------------------


def _as_code(code: Sequence[str]) -> list[str]:
    if isinstance(code, (str, bytes)) or not isinstance(code, Iterable):
        raise TypeError(f"`code` must be a list of code words; got {code!r}")
    words = list(code)
    if not words:
        raise ValueError("`code` must have at least one word; got none")
    for symbol, word in enumerate(words):
        _require_binary(word, f"code[{symbol}]")
    return words


def _as_prefix_code(code: Sequence[str]) -> list[str]:
    code = _as_code(code)
    words = sorted(code)  # a word stands right before those that it begins
    for word, following in itertools.pairwise(words):
        if following.startswith(word):
            raise ValueError(f"`code` must be a prefix code; got {word!r}, with which {following!r} begins")
    if words[0] == "":
        raise ValueError(
            "`code` must have at least one bit in each word, or symbols cannot be counted; got the empty word"
        )
    return code


def _require_binary(word: str, name: str) -> None:
    if not isinstance(word, str):
        raise TypeError(f"`{name}` must be a str of '0' and '1'; got {word!r}")
    other = word.lstrip("01")
    if other:
        raise ValueError(f"`{name}` must consist of '0' and '1'; got {other[0]!r} at index {len(word) - len(other)}")
