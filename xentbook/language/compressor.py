r"""A model of a text is a code for it: its probabilities, handed to the arithmetic coder character by character.

Encoder and decoder read the same characters and so know the same counts; from these each computes the next
distribution. The least disagreement would garble the rest, so it is computed in integers: shares of 2⁶⁰, rounded up.

Conventions
-----------
- The result is: the length of the text (base 128, lowest digit first), the arithmetic code, a CRC-32 (little-endian).
- Sizes are in bytes. The model is not part of the result, but the checksum depends on it.
"""

from __future__ import annotations

from binascii import crc32
from functools import lru_cache
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from xentbook._checks import as_text
from xentbook.coding.arithmetic import RangeDecoder, RangeEncoder, as_bytes, damaged, python_integers
from xentbook.language.ngram import START, NGramModel, State
from xentbook.language.tree import Wide

__all__ = ["compress", "decompress"]

_SCALE = 2**60  # probability 1
_CODE_POINTS = 0x110000


def compress(text: str, model: NGramModel) -> bytes:
    r"""Return `text` in as many bits as its characters surprise the model, and a few bytes more.

    .. math:: 8 \cdot \mathrm{bytes} \le -\sum_i \log_2 P(x_i \mid x_{i-n+1} \dots x_{i-1}) + 8 \cdot 10

    This holds for a text in the model's alphabet; see Notes for other characters. Of these 10 bytes at most 5 hold the
    length of the text (3 for up to two million characters), 4 are a checksum, and 1 is the last byte of the code, which
    may not be full.

    Parameters
    ----------
    text : str
        The text; may be empty.
    model : NGramModel
        A fitted model. The same model is needed to decompress: it is not part of the result.

    Returns
    -------
    bytes
        Length, arithmetic code, checksum.

    Raises
    ------
    ValueError
        If the model gives a character probability 0, or is not fitted.
    TypeError
        If `text` is not a str or `model` not an NGramModel.

    See Also
    --------
    decompress : the way back.
    NGramModel.cross_entropy : the size to expect, in bits per character.

    Notes
    -----
    A character outside of the alphabet of a model with ``unknown=True`` costs log2 1114112, that is 20.1 bits, on top
    of the surprisal of its slot: its code point follows.

    Both sides compute the probabilities as integer shares, from integer counts, rounded up: nothing depends on the
    floating point of the machine, and no character costs more than its surprisal by a noticeable fraction of a bit.

    References
    ----------
    A text model that drives an arithmetic coder is the design of [1]_.

    .. [1] J. G. Cleary and I. H. Witten, "Data compression using adaptive coding and partial string matching", IEEE
       Trans. Communications 32, 1984.

    Examples
    --------
    >>> model = NGramModel(4).fit("the rain in spain stays mainly in the plain " * 20)
    >>> data = compress("the rain stays in the plain", model)
    >>> len(data)
    8
    >>> decompress(data, model)
    'the rain stays in the plain'
    """
    codes = _require_model(model)._encode(as_text(text, "text", allow_empty=True))
    reader, encoder, state = _Reader(model), RangeEncoder(), START
    for index, code in enumerate(python_integers(codes)):
        bounds = reader.bounds(state)
        share = bounds[code + 1] - bounds[code] if code >= 0 else 0
        if not share:
            raise ValueError(f"`text` must be possible under `model`; got {text[index]!r} at index {index}")
        encoder.write(bounds[code], share, bounds[-1])
        if code == len(model.alphabet):
            encoder.write(ord(text[index]), 1, _CODE_POINTS)
        state = reader.after(state, code)
    data = _varint(codes.size) + encoder.finish()
    return data + _checksum(data, model)


def decompress(data: bytes, model: NGramModel) -> str:
    """Return the text that `compress` has turned into `data`.

    Parameters
    ----------
    data : bytes
        What `compress` returned, unchanged.
    model : NGramModel
        A model of the same order, smoothing and alphabet, fitted to the same text as the one that compressed.

    Returns
    -------
    str
        The text.

    Raises
    ------
    ValueError
        If `data` is damaged or the model another one. Changes within 32 adjacent bits are found with certainty, others
        but for one in 2³², in both cases before anything is decoded.
    TypeError
        If `data` is not bytes or `model` not an NGramModel.

    See Also
    --------
    compress : the way there.

    Examples
    --------
    >>> model = NGramModel(2).fit("hello world")
    >>> decompress(compress("hold", model), model)
    'hold'
    """
    _require_model(model)._require_fitted()
    body, checksum = as_bytes(data)[:-4], as_bytes(data)[-4:]
    if checksum != _checksum(body, model):
        raise damaged(f"{len(data)} bytes whose checksum does not fit, or another model")
    n, start = _read_varint(body)
    reader, decoder, state, text = _Reader(model), RangeDecoder(body[start:]), START, []
    for _ in range(n):
        bounds = reader.bounds(state)
        if not bounds[-1]:
            raise damaged("a context that the model has never seen")
        code = decoder.read(bounds)
        text.append(model.alphabet[code] if code < len(model.alphabet) else _unknown(decoder, model))
        state = reader.after(state, code)
    decoder.finish()
    return "".join(text)


def _unknown(decoder: RangeDecoder, model: NGramModel) -> str:
    """Return a character outside of the alphabet, of which the code point follows its slot."""
    character = chr(decoder.read(range(_CODE_POINTS + 1)))
    if character in model.alphabet:
        raise damaged("a character of the alphabet in the slot of the unknown ones")
    return character


# -- shares -------------------------------------------------------------------------------------------------


class _Reader:
    """Read a text character by character: what encoder and decoder, each on its side, know at every step."""

    def __init__(self, model: NGramModel) -> None:
        self._model, self._size = model, model._alphabet.size
        remembered = 2**20 // self._size + 1
        self.bounds = lru_cache(remembered)(self._bounds)
        self.shares = lru_cache(remembered)(self._shares)
        self.after = lru_cache(4 * remembered)(model._after)

    def _bounds(self, state: State) -> list[int]:
        """The shares of the next character, added up: character k owns bounds[k] … bounds[k + 1] - 1."""
        alpha = self._model._alpha
        return [0, *accumulate(self._interpolated(state) if alpha is None else self._additive(state, alpha))]

    def _interpolated(self, state: State) -> list[int]:
        """Witten–Bell probabilities times the scale, rounded up at each step."""
        for end in range(1, len(state)):  # shorter contexts first: each finds the one before remembered
            self.shares(state[:end])
        return self.shares(state).tolist()

    def _shares(self, state: State) -> NDArray[Wide]:
        if not state:
            return np.full(self._size, -(-_SCALE // self._size), dtype=Wide)
        counts, distinct = self._model._levels[len(state) - 1].followers(state[-1])
        lower = self.shares(state[:-1])
        return _mixed(counts, distinct, lower) if distinct else lower

    def _additive(self, state: State, alpha: float) -> list[int]:
        """Additively smoothed probabilities times the scale, rounded up; α is a fraction, as every float is."""
        counts, _ = self._model._levels[len(state) - 1].followers(state[-1])
        added, one = alpha.as_integer_ratio()
        weight = int(counts.sum()) * one + added * self._size
        return [-(-(count * one + added) * _SCALE // max(weight, 1)) for count in counts.tolist()]


def _mixed(counts: NDArray[Wide], distinct: int, shares: NDArray[Wide]) -> NDArray[Wide]:
    """(counts · scale + distinct · shares) / weight, rounded up, without a product that exceeds 63 bits."""
    weight = int(counts.sum()) + distinct
    unit, rest = divmod(_SCALE, weight)
    whole, part = np.divmod(shares, weight)
    return counts * unit + distinct * whole - (-(counts * rest + distinct * part) // weight)


# -- helpers ------------------------------------------------------------------------------------------------


def _require_model(model: NGramModel) -> NGramModel:
    if not isinstance(model, NGramModel):
        raise TypeError(f"`model` must be an NGramModel; got {type(model).__name__}")
    return model


def _checksum(data: bytes, model: NGramModel) -> bytes:
    """CRC-32 of the data, continued from one of the model."""
    settings = repr((model.order, model.smoothing, model.alphabet, *([True] if model.unknown else [])))
    start = crc32(settings.encode("utf-8", "surrogatepass"), model._text_checksum)
    return crc32(data, start).to_bytes(4, "little")


def _varint(n: int) -> bytes:
    """`n` in base 128, lowest digit first; all bytes but the last have their top bit set."""
    digits = bytearray()
    while n > 127:
        digits.append(n % 128 + 128)
        n //= 128
    return bytes(digits + bytes([n]))


def _read_varint(data: bytes) -> tuple[int, int]:
    """The number that `data` begins with, and where it ends."""
    n = 0
    for index, digit in enumerate(data):
        n += digit % 128 << 7 * index
        if digit < 128:
            if _varint(n) != data[: index + 1]:  # zeros at the end: not the shortest form
                break
            return n, index + 1
    raise damaged("bytes that do not begin with a length")
