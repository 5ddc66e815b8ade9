r"""One number for the whole message: arithmetic coding, which spends −log2 p bits on a message of probability p.

A message is a path of ever narrower intervals. It starts with [0, 1); each symbol keeps, of the interval reached, a
part in proportion to the symbol's probability; so the last interval is as wide as the message is probable. A number
in an interval of width w takes about −log2 w bits, and it tells the whole path. `ArithmeticCoder` does this with one
distribution for all symbols; `RangeEncoder` and `RangeDecoder`, on which it stands, take another one at each step.

Conventions
-----------
- Symbols are 0 … K−1. A distribution is given to the engine as integer shares of a total.
- All arithmetic is on integers: encoder and decoder agree on every machine.
"""

from __future__ import annotations

from binascii import crc32, crc_hqx
from bisect import bisect_right
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_integer, as_labels, require_where
from xentbook.coding.prefix import as_distribution

__all__ = ["ArithmeticCoder"]


class ArithmeticCoder:
    r"""Encode messages in as many bits as their probability calls for, and decode them.

    A message is a path of ever narrower intervals: of the present interval each symbol takes its share, so that a
    message ends in one whose width is its probability. A number in that interval, written with as few bytes as
    possible, is the code. For a message x of any length

    .. math:: 8 \cdot \mathrm{bytes}(x) \le -\sum_i \log_2 p(x_i) + 32

    Of these 32 bits fewer than 8 go to the last, incomplete byte, 7 to a check on the symbols, 16 to a checksum on the
    bytes, and the last one is not used: shares are integers out of 2⁶⁰, which costs 2·10⁻⁵ bits in 10⁸ symbols of
    an alphabet of 2¹⁶. (If `p` sums to 1 + δ, where δ is rounding, each symbol costs log2(1 + δ) on top.)

    Parameters
    ----------
    p : array_like of shape (K,)
        Probabilities that sum to 1. A positive one, however small, can be encoded; a symbol of probability 0 cannot.

    Raises
    ------
    ValueError
        If `p` is not a distribution.

    See Also
    --------
    huffman_code : the best that whole bits per symbol can do.

    Notes
    -----
    `decode` accepts what `encode` returns and nothing else: from any other bytes it raises, or returns a message whose
    code they are. Every change of a single bit, of an odd number of bits or within 16 adjacent bits is found with
    certainty, and so is an `n` that is off by one. Other damage, or another `p`, goes unnoticed once in 2²³ times.

    References
    ----------
    Intervals for messages are Rissanen's [1]_; integers in a fixed window with bytes shifted out, Martin's [2]_.
    A tutorial with a program is [3]_.

    .. [1] J. Rissanen, "Generalized Kraft inequality and arithmetic coding", IBM J. Res. Dev. 20, 1976.
    .. [2] G. N. N. Martin, "Range encoding: an algorithm for removing redundancy from a digitised message", Video and
       Data Recording Conference, Southampton, 1979.
    .. [3] I. H. Witten, R. M. Neal and J. G. Cleary, "Arithmetic coding for data compression", Communications of the
       ACM 30, 1987.

    Examples
    --------
    >>> coder = ArithmeticCoder([0.99, 0.01])
    >>> data = coder.encode([0] * 500 + [1] + [0] * 499)  # 21.1 bits, ideally; Huffman needs 1000
    >>> len(data)
    5
    >>> coder.decode(data, 1000).sum()
    np.int64(1)
    """

    def __init__(self, p: ArrayLike) -> None:
        # Rounded up, no share is too small: the cost is that of the total being a little more than 2^60.
        shares = np.ceil(np.ldexp(as_distribution(p), _SHARE_BITS)).astype(np.int64)  # noqa: TID251 - shares of 2^60, no index
        self._shares = shares
        self._bounds = [0, *np.cumsum(shares).tolist()]  # symbol k owns bounds[k] … bounds[k + 1] - 1
        self._fingerprint = crc_hqx(shares.astype("<i8").tobytes(), 0xFFFF)

    def encode(self, symbols: ArrayLike) -> bytes:
        """Return the code of a message.

        Parameters
        ----------
        symbols : array_like of int, shape (n,)
            The message, symbols 0 … K−1 of positive probability; may be empty. Its length is not part of the code.

        Returns
        -------
        bytes
            At most 32 bits more than the message's surprisal.

        Raises
        ------
        ValueError
            If a symbol is out of range or has probability 0.
        TypeError
            If the symbols are not integers.
        """
        message = as_labels(symbols, "symbols", n_classes=self._shares.size, allow_empty=True)
        require_where(self._shares[message] > 0, message, "symbols", "have positive probability")
        bounds, shares, total = self._bounds, self._shares.tolist(), self._bounds[-1]
        encoder = RangeEncoder()
        for symbol in python_integers(message):
            encoder.write(bounds[symbol], shares[symbol], total)
        encoder.write(_check(message), 1, _N_CHECKS)
        code = encoder.finish()
        return code + self._checksum(code, message.size)

    def decode(self, data: bytes, n: int) -> NDArray[np.intp]:
        """Return the message of `n` symbols whose code is `data`.

        Parameters
        ----------
        data : bytes
            What `encode` returned, unchanged.
        n : int
            The number of symbols that were encoded.

        Returns
        -------
        ndarray of intp, shape (n,)
            The symbols.

        Raises
        ------
        ValueError
            If `data` is not the code of any message of `n` symbols: damaged, too short, too long, or made with
            another `p`.
        TypeError
            If `data` is not bytes or `n` not an integer.
        """
        data = as_bytes(data)
        n = as_integer(n, "n", minimum=0, maximum=2**63 - 1)
        code, checksum = data[:-2], data[-2:]
        if checksum != self._checksum(code, n):
            raise damaged(f"{len(data)} bytes whose checksum does not fit")
        decoder, bounds = RangeDecoder(code), self._bounds
        message = np.fromiter((decoder.read(bounds) for _ in range(n)), dtype=np.intp, count=n)
        if decoder.read(range(_N_CHECKS + 1)) != _check(message):
            raise damaged("symbols whose check does not fit")
        decoder.finish()
        return message

    def _checksum(self, code: bytes, n: int) -> bytes:
        """CRC-16 of the code; `p` and `n` enter too. The complement lets it see zeros appended."""
        start = crc_hqx(n.to_bytes(8, "big"), self._fingerprint)
        return (0xFFFF ^ crc_hqx(code, start)).to_bytes(2, "big")


# -- the engine: intervals in integers ----------------------------------------------------------------------
#
# The interval [low, low + width) of [0, 1) would need ever more digits. But its first digits soon stop changing, as
# both ends share them, and its last ones hardly matter, as `width` has 128 bits to spare. So only a window of 192
# binary digits is kept: digits that leave it at the front are the output. One thing can still happen to those: adding
# to `low` may carry out of the window, and a carry runs back through the output, as in 0.1999 + 0.0001 = 0.2.

_WINDOW = 192  # bits in the window
_WORD = 64  # bits that leave it at a time
_NARROW = 1 << (_WINDOW - _WORD)  # an interval narrower than this has its first word settled (but for a carry)
_SHARE_BITS = 60  # ArithmeticCoder's shares are out of 2^60; the engine takes totals up to 2^63
_N_CHECKS = 128  # values of the check on the symbols: 7 bits


class RangeEncoder:
    """Narrow [0, 1) step by step, each step with its own distribution, and name a number of the result."""

    def __init__(self) -> None:
        self.output = bytearray()
        self.low, self.width = 0, 1 << _WINDOW

    def write(self, start: int, share: int, total: int) -> None:
        """Narrow the interval to the part from `start` to `start` + `share` (at least 1) of `total` (at most 2⁶³)."""
        unit = self.width // total  # what is lost by rounding is less than 1 part in 2^64
        self.low += unit * start
        self.width = unit * share
        if self.width < _NARROW:
            self._shift()
            self.width <<= _WORD  # at least 2^(192 - 64 - 63 + 64): wide enough again

    def finish(self) -> bytes:
        """Return the shortest bytes b₁b₂… for which 0.b₁b₂… in base 256 lies in the interval, the least such number."""
        for unit in (1 << bits for bits in range(_WINDOW, -1, -8)):
            number = -(-self.low // unit) * unit  # the first multiple of the unit that is not below the interval
            if number < self.low + self.width:
                break
        self.low = number
        for _ in range(_WINDOW // _WORD):
            self._shift()
        return bytes(self.output.rstrip(b"\0"))  # the decoder reads zeros beyond the end

    def _shift(self) -> None:
        word, self.low = divmod(self.low, _NARROW)
        self.low <<= _WORD
        if word >> _WORD:
            self._carry()
        self.output += (word % (1 << _WORD)).to_bytes(_WORD // 8, "big")

    def _carry(self) -> None:
        last = len(self.output) - 1
        while self.output[last] == 255:  # ends before the first byte, as the interval lies within [0, 1)
            self.output[last] = 0
            last -= 1
        self.output[last] += 1


class RangeDecoder:
    """Take the encoder's steps again, finding at each the share in which the number lies."""

    def __init__(self, code: bytes) -> None:
        self.code, self.position = code, 0
        self.width = 1 << _WINDOW
        self.offset = self._next(_WINDOW // 8)  # the number, counted from the low end of the interval

    def read(self, bounds: Sequence[int]) -> int:
        """Return the symbol k whose share, from bounds[k] to bounds[k + 1], holds the number, and narrow to it."""
        unit = self.width // bounds[-1]
        target = self.offset // unit
        if target >= bounds[-1]:  # the sliver that rounding leaves unused: no encoder ends there
            raise damaged("bytes outside of every symbol's interval")
        symbol = bisect_right(bounds, target) - 1
        start = bounds[symbol]
        self.offset -= unit * start
        self.width = unit * (bounds[symbol + 1] - start)
        if self.width < _NARROW:
            self.offset = self.offset << _WORD | self._next(_WORD // 8)
            self.width <<= _WORD
        return symbol

    def finish(self) -> None:
        """Raise unless the code is the one that `RangeEncoder.finish` chooses in the interval reached."""
        if not self.code:
            return
        unread = len(self.code) - self.position
        if unread > 0:
            raise damaged(f"bytes that go on for {unread} after the end")
        unit = 1 << (-8 * unread)  # of the last byte, in the window
        gap = (self.offset - self.code[-1] * unit) % (256 * unit)  # from low to the first number one byte shorter
        if self.offset >= unit or gap < self.width:
            raise damaged("bytes that are not the shortest for their message")

    def _next(self, n_bytes: int) -> int:
        piece = self.code[self.position : self.position + n_bytes]
        self.position += n_bytes
        return int.from_bytes(piece.ljust(n_bytes, b"\0"), "big")


# -- helpers ------------------------------------------------------------------------------------------------


def as_bytes(data: bytes) -> bytes:
    if not isinstance(data, (bytes, bytearray, memoryview)):
        raise TypeError(f"`data` must be bytes; got {type(data).__name__}")
    return bytes(data)


def python_integers(array: NDArray[np.intp]) -> Iterator[int]:
    """The entries as Python integers, a piece at a time: a list of them all would take far more memory."""
    for start in range(0, array.size, 65536):
        yield from array[start : start + 65536].tolist()


def _check(message: NDArray[np.intp]) -> int:
    return crc32(message.astype("<i8").tobytes()) % _N_CHECKS


def damaged(found: str) -> ValueError:
    return ValueError(f"`data` must be what the encoder returned, unchanged; got {found}")
