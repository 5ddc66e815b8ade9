r"""One word for each symbol: prefix codes, in which no word begins another, so that no commas are needed.

Conventions
-----------
- A code is a list of K words, strings of "0" and "1"; word k stands for symbol k. Lengths are in bits.
- Ties are broken by the order of the symbols: the same probabilities give the same words on every machine.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_labels, as_probabilities, require_where

if TYPE_CHECKING:
    from fractions import Fraction

__all__ = ["shannon_code_lengths", "kraft_sum", "canonical_code", "shannon_code", "huffman_code"]


def shannon_code_lengths(p: ArrayLike) -> NDArray[np.intp]:
    r"""Return Shannon's code lengths, the surprisals rounded up to whole bits.

    .. math:: \ell_k = \lceil -\log_2 p_k \rceil

    The lengths are exact: 0.125 gets 3 bits, the next float below it 4. A certain event gets 0 bits.

    Parameters
    ----------
    p : array_like of shape (K,)
        Probabilities, all positive, that sum to 1.

    Returns
    -------
    ndarray of intp, shape (K,)
        Lengths in bits.

    Raises
    ------
    ValueError
        If `p` is not a distribution, or has a zero: an event of probability 0 has no finite word.

    See Also
    --------
    shannon_code : words of these lengths.
    huffman_code : the best lengths there are.

    References
    ----------
    The lengths are those of section 9 of [1]_.

    .. [1] C. E. Shannon, "A mathematical theory of communication", Bell System Technical Journal 27, 1948.

    Examples
    --------
    >>> shannon_code_lengths([0.5, 0.3, 0.125, 0.075])
    array([1, 2, 3, 4])
    """
    p = as_distribution(p)
    require_where(p > 0, p, "p", "be positive, as probability 0 has no finite code word")
    # p = m 2^e with 1/2 <= m < 1, so -log2 p lies in (-e, 1 - e]: no logarithm, no rounding error.
    return 1 - np.frexp(p)[1].astype(np.intp)


def kraft_sum(lengths: ArrayLike) -> Fraction:
    r"""Return the Kraft sum of code lengths, exactly.

    .. math:: \sum_k 2^{-\ell_k}

    A prefix code with these lengths exists if and only if the sum is at most 1.

    Parameters
    ----------
    lengths : array_like of int, shape (K,)
        Lengths in bits, none negative.

    Returns
    -------
    fractions.Fraction
        The sum, with no rounding: 1 + 2⁻¹⁰⁰ is more than 1.

    Raises
    ------
    ValueError
        If a length is negative or above 2²⁴, or there are none.
    TypeError
        If the lengths are not integers.

    See Also
    --------
    canonical_code : the construction behind the "if".

    References
    ----------
    The inequality is due to Kraft [1]_; McMillan [2]_ extended it to every uniquely decodable code.

    .. [1] L. G. Kraft, "A device for quantizing, grouping, and coding amplitude-modulated pulses", MIT, 1949.
    .. [2] B. McMillan, "Two inequalities implied by unique decipherability", IRE Trans. Inf. Theory 2, 1956.

    Examples
    --------
    >>> kraft_sum([1, 2, 3, 3])
    Fraction(1, 1)
    >>> print(kraft_sum([2, 2, 3]))
    5/8
    """
    from fractions import Fraction  # here, as it would take a tenth of the time to import the package

    bits = _as_lengths(lengths)
    longest = max(bits)
    return Fraction(sum(1 << (longest - length) for length in bits), 1 << longest)


def canonical_code(lengths: ArrayLike) -> list[str]:
    """Return the canonical prefix code with the given lengths.

    Words are handed out from the shortest to the longest, equal lengths in the order of the symbols, each time the
    first word (in counting order) that no earlier word is a prefix of. The Kraft inequality says that they suffice.

    Parameters
    ----------
    lengths : array_like of int, shape (K,)
        Lengths in bits, with a Kraft sum of at most 1.

    Returns
    -------
    list of str
        K words of "0" and "1". A lone length of 0 gives the empty word.

    Raises
    ------
    ValueError
        If the Kraft sum exceeds 1: no prefix code has these lengths. If a length is negative or above 2²⁴.

    See Also
    --------
    kraft_sum : the condition.

    References
    ----------
    The construction is that of [1]_, section 5.2.

    .. [1] T. M. Cover and J. A. Thomas, "Elements of Information Theory", 2nd ed., Wiley, 2006.

    Examples
    --------
    >>> canonical_code([2, 1, 3, 3])
    ['10', '0', '110', '111']
    """
    excess = kraft_sum(lengths) - 1
    if excess > 0:
        raise ValueError(f"`lengths` must have a Kraft sum of at most 1; got 1 + {float(excess):.4g}")
    bits = _as_lengths(lengths)
    words = [""] * len(bits)
    value, length = 0, 0  # the next word, as a number of so many bits
    for symbol in sorted(range(len(bits)), key=bits.__getitem__):
        value <<= bits[symbol] - length
        length = bits[symbol]
        words[symbol] = f"{value:0{length}b}" if length else ""
        value += 1
    return words


def shannon_code(p: ArrayLike) -> list[str]:
    r"""Return the canonical prefix code with Shannon's lengths.

    Where p adds up to more than 1, by rounding, and its lengths break the Kraft inequality, they are those of
    p / sum(p). The expected length exceeds the entropy by less than one bit:

    .. math:: H(p) \le \sum_k p_k \lceil -\log_2 p_k \rceil < H(p) + 1

    Parameters
    ----------
    p : array_like of shape (K,)
        Probabilities, all positive, that sum to 1.

    Returns
    -------
    list of str
        K words of "0" and "1". A certain symbol (K = 1) gets the empty word: there is nothing to tell.

    Raises
    ------
    ValueError
        If `p` is not a distribution or has a zero.

    See Also
    --------
    shannon_code_lengths : the lengths alone.
    huffman_code : the best prefix code.

    References
    ----------
    See [1]_, section 9.

    .. [1] C. E. Shannon, "A mathematical theory of communication", Bell System Technical Journal 27, 1948.

    Examples
    --------
    >>> shannon_code([0.5, 0.3, 0.125, 0.075])
    ['0', '10', '110', '1110']
    >>> shannon_code([1.0, 2.0**-60])[0]  # they add up to more than 1, so the first is not quite certain
    '0'
    """
    lengths = shannon_code_lengths(p)
    if kraft_sum(lengths) > 1:
        lengths += _falls_below(as_distribution(p), lengths)
    return canonical_code(lengths)


def huffman_code(p: ArrayLike) -> list[str]:
    r"""Return a prefix code of least expected length, by Huffman's algorithm.

    The two least probable nodes are joined until one tree is left. Equal probabilities are taken in the order of the
    symbols, joined nodes last; of the codes of least expected length this gives the one whose longest word is shortest.
    The words themselves are the canonical ones of the lengths found.

    .. math:: H(p) \le L < H(p) + 1 \quad\text{if no symbol is certain}

    Parameters
    ----------
    p : array_like of shape (K,)
        Probabilities that sum to 1. A symbol of probability 0 gets a word all the same, among the longest.

    Returns
    -------
    list of str
        K words of "0" and "1". A single symbol gets the word "0", one bit, so that messages can be counted.

    Raises
    ------
    ValueError
        If `p` is not a distribution.

    See Also
    --------
    expected_length : the length L.
    shannon_code : as long as one bit worse, and no algorithm needed.

    References
    ----------
    The algorithm is that of [1]_; that ties go to the older node, of [2]_.

    .. [1] D. A. Huffman, "A method for the construction of minimum-redundancy codes", Proc. IRE 40, 1952.
    .. [2] E. S. Schwartz, "An optimum encoding with minimum longest code and total number of digits", Information and
       Control 7, 1964.

    Examples
    --------
    >>> huffman_code([0.4, 0.3, 0.2, 0.1])
    ['0', '10', '110', '111']
    """
    p = as_distribution(p)
    n_leaves, n_nodes = p.size, 2 * p.size - 1
    if n_leaves == 1:
        return ["0"]
    heap = [(weight, leaf) for leaf, weight in enumerate(p.tolist())]
    heapq.heapify(heap)
    parent: dict[int, int] = {}
    depth = [0] * n_nodes
    for node in range(n_leaves, n_nodes):
        first, second = heapq.heappop(heap), heapq.heappop(heap)
        parent[first[1]] = parent[second[1]] = node
        heapq.heappush(heap, (first[0] + second[0], node))
    for node in reversed(range(n_nodes - 1)):  # the root came last and has depth 0
        depth[node] = depth[parent[node]] + 1
    return canonical_code(depth[:n_leaves])


# -- helpers ------------------------------------------------------------------------------------------------

_LONGEST = 2**24  # bits: beyond any use, and the Kraft sum still fits in memory


def _as_lengths(lengths: ArrayLike) -> list[int]:
    bits = as_labels(lengths, "lengths")
    require_where(bits <= _LONGEST, bits, "lengths", f"be at most {_LONGEST}")
    return bits.tolist()


def _falls_below(p: NDArray[np.float64], lengths: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Say, exactly, where p / sum(p) is less than 2^-length, although p is not."""
    from fractions import Fraction

    exact = [Fraction(value) for value in p.tolist()]
    total = sum(exact)
    return np.array([value * 2**length < total for value, length in zip(exact, lengths.tolist(), strict=True)])


def as_distribution(p: ArrayLike) -> NDArray[np.float64]:
    """Return `p` as one distribution, of shape (K,), in float64."""
    p = as_probabilities(p, "p")
    if p.ndim != 1:
        raise ValueError(f"`p` must have one dimension; got shape {p.shape}")
    return p.astype(np.float64)
