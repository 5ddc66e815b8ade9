r"""Predict each character from the n − 1 before it, by counting.

Conventions
-----------
- A distribution is an array over the alphabet, in its order; costs are in bits.
- Inside, a state is the tuple of the nodes of the contexts of length 0, 1, 2, … that end at a place in a text. It
  grows from (0,), the empty context, to n nodes.
"""

from __future__ import annotations

import math
from binascii import crc32
from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from xentbook._checks import as_choice, as_generator, as_integer, as_number, as_text, quiet
from xentbook.language.alphabet import Alphabet
from xentbook.language.tree import Level, Wide, count_ngrams

__all__ = ["NGramModel"]

State = tuple[int, ...]
START: State = (0,)
UNKNOWN = "\ufffd"  # what stands in a sample for a character outside of the alphabet


class NGramModel:
    r"""Predict each character from the n − 1 before it, by counts.

    With N(hx) the number of times that character x followed the context h in the training text, N(h) their sum over x,
    T(h) the number of different characters that followed it, and K the size of the alphabet, additive smoothing is

    .. math:: P(x \mid h) = \frac{N(hx) + \alpha}{N(h) + \alpha K}

    and Witten–Bell smoothing, in which h′ is h without its first character and the last resort is 1/K,

    .. math:: P(x \mid h) = \frac{N(hx) + T(h)\,P(x \mid h')}{N(h) + T(h)}

    Parameters
    ----------
    order : int
        Length n of the n-grams, at least 1.
    smoothing : float or "witten-bell"
        The number α ≥ 0 of occurrences added to each count (0: maximum likelihood), or Witten–Bell interpolation. This
        is the default: it has no number to choose, leaves nothing impossible, and gains from long contexts.
    alphabet : str, optional
        The characters, in the order in which `probabilities` lists them. By default those of the training text, sorted.

    unknown : bool
        Whether one more probability, the last, is that of all characters outside of the alphabet together. So a text
        with characters that training did not have costs a finite number of bits; without it they cost inf.

    Raises
    ------
    TypeError
        If `unknown` is not a bool.
    ValueError
        If `order` is below 1, `smoothing` negative or unknown, or `alphabet` empty or with a character twice.

    See Also
    --------
    compress : the model at work as a code.

    Notes
    -----
    A context h that nothing ever followed in training leaves Witten–Bell with what h′ says, and additive smoothing
    with 1/K; for α = 0 there is no distribution at all, every character after h costs inf, and `probabilities` raises.

    References
    ----------
    n-grams of letters are Shannon's [1]_. Witten–Bell smoothing is method C of [2]_ in the interpolated form of [3]_,
    which compares it with others.

    .. [1] C. E. Shannon, "Prediction and entropy of printed English", Bell System Technical Journal 30, 1951.
    .. [2] I. H. Witten and T. C. Bell, "The zero-frequency problem: estimating the probabilities of novel events in
       adaptive text compression", IEEE Trans. Inf. Theory 37, 1991.
    .. [3] S. F. Chen and J. Goodman, "An empirical study of smoothing techniques for language modeling", Computer
       Speech and Language 13, 1999.

    Examples
    --------
    >>> model = NGramModel(2, smoothing=0).fit("abracadabra")
    >>> model.alphabet
    'abcdr'
    >>> model.probabilities("a")
    array([0.  , 0.5 , 0.25, 0.25, 0.  ])
    >>> round(model.cross_entropy("abra"), 4)  # -log2 of 5/11, 1/2, 1, 1, by four
    0.5344
    """

    def __init__(
        self, order: int, *, smoothing: float | str = "witten-bell", alphabet: str | None = None, unknown: bool = False
    ) -> None:
        self.order = as_integer(order, "order", minimum=1)
        if isinstance(smoothing, str):
            self.smoothing: float | str = as_choice(smoothing, "smoothing", ["witten-bell"])
        else:
            self.smoothing = as_number(smoothing, "smoothing", minimum=0)
        if not isinstance(unknown, bool):
            raise TypeError(f"`unknown` must be a bool; got {unknown!r}")
        self.unknown = unknown
        self._given_alphabet = None if alphabet is None else Alphabet(alphabet, unknown=unknown)
        self._levels: list[Level] = []  # one for each context length, once fitted

    def __repr__(self) -> str:
        return f"NGramModel({self.order}, smoothing={self.smoothing!r})"

    @property
    def alphabet(self) -> str:
        """The K characters that have probabilities, in the order of `probabilities`."""
        self._require_fitted()
        return self._alphabet.characters

    # -- learning

    def fit(self, text: str) -> NGramModel:
        """Count the n-grams of `text`, and of every shorter length; return the model itself.

        Parameters
        ----------
        text : str
            The training text, not empty.

        Returns
        -------
        NGramModel
            This model.

        Raises
        ------
        ValueError
            If `text` is empty or has a character outside of the alphabet given.
        TypeError
            If `text` is not a str.
        """
        alphabet = self._given_alphabet or Alphabet.of(as_text(text, "text"), unknown=self.unknown)
        codes = alphabet.encode(as_text(text, "text"))
        if codes.min() < 0:
            at = int(np.argmin(codes))
            raise ValueError(f"`text` must keep to the alphabet given; got {text[at]!r} at index {at}")
        self._alphabet, self._levels = alphabet, count_ngrams(codes, self.order, alphabet.size)
        self._text_checksum = crc32(text.encode("utf-8", "surrogatepass"))
        return self

    # -- measuring

    def surprisals(self, text: str) -> NDArray[np.float64]:
        r"""Return the cost of each character of `text`, given the characters before it.

        .. math:: -\log_2 P(x_i \mid x_{i-n+1} \dots x_{i-1})

        Parameters
        ----------
        text : str
            Any text, not empty.

        Returns
        -------
        ndarray of shape (len(text),)
            Bits; inf where the model says "never". Their sum is −log2 of the probability of the text.

        Raises
        ------
        ValueError
            If `text` is empty or the model not fitted.
        """
        codes = self._encode(as_text(text, "text"))
        p, rest = self._score(codes)
        # The logarithm of a probability near 1 is computed from what is missing to 1, so that no digits are lost.
        with np.errstate(all="ignore"):
            nats = np.where(p > 0.5, -np.log1p(-rest), -np.log(p))
        return nats / math.log(2)

    def cross_entropy(self, text: str) -> float:
        r"""Return the cost of `text` in bits per character.

        .. math:: H = -\frac{1}{N} \sum_{i=1}^{N} \log_2 P(x_i \mid x_{i-n+1} \dots x_{i-1})

        Parameters
        ----------
        text : str
            Any text, not empty. On the training text the result says how well the model remembers, on another one how
            well it predicts.

        Returns
        -------
        float
            Bits per character; inf if the text has an impossible character.

        Raises
        ------
        ValueError
            If `text` is empty or the model not fitted.

        See Also
        --------
        xentbook.cross_entropy : the same quantity for two distributions.

        Examples
        --------
        >>> NGramModel(1, smoothing=0).fit("ab").cross_entropy("abba")
        1.0
        """
        return float(np.mean(self.surprisals(text)))

    def perplexity(self, text: str) -> float:
        r"""Return the perplexity of `text`: among how many equally likely characters the model seems to choose.

        .. math:: 2^{H}

        Parameters
        ----------
        text : str
            Any text, not empty.

        Returns
        -------
        float
            A number from 1 to inf; K for a model that knows nothing.

        Raises
        ------
        ValueError
            If `text` is empty or the model not fitted.

        References
        ----------
        The measure was introduced in [1]_.

        .. [1] F. Jelinek, R. L. Mercer, L. R. Bahl and J. K. Baker, "Perplexity: a measure of the difficulty of speech
           recognition tasks", Journal of the Acoustical Society of America 62, 1977.

        Examples
        --------
        >>> NGramModel(1).fit("abcd").perplexity("dabc")
        4.0
        """
        bits = self.cross_entropy(text)
        return 2.0**bits if bits < 1024 else math.inf

    def probabilities(self, context: str = "") -> NDArray[np.float64]:
        """Return the distribution of the character that follows `context`.

        Parameters
        ----------
        context : str
            The text so far, of any length; its last n − 1 characters matter.

        Returns
        -------
        ndarray of shape (K,)
            Probabilities in the order of `alphabet`; with `unknown` one more, of all other characters together.

        Raises
        ------
        ValueError
            If the model is not fitted, or if it has `smoothing=0` and nothing ever followed the context.
        """
        state = self._state_after(as_text(context, "context", allow_empty=True))
        p = self._distribution(state)
        if not p.any():
            raise ValueError(f"`context` must have been seen in training, as smoothing is 0; got {context[-20:]!r}")
        return p

    def sample(self, n: int, *, seed: int | np.random.Generator | None = None, context: str = "") -> str:
        """Return `n` characters drawn one after another from the model.

        Parameters
        ----------
        n : int
            How many.
        seed : int or numpy.random.Generator, optional
            The same seed gives the same text.
        context : str
            A text to continue; not part of the result.

        Returns
        -------
        str
            `n` characters, U+FFFD for an unknown one. A context that nothing ever followed, a dead end that only
            `smoothing=0` knows, is shortened from the front.

        Raises
        ------
        ValueError
            If `n` is negative or the model not fitted.

        Examples
        --------
        >>> NGramModel(3, smoothing=0).fit("abcabcabc").sample(7, seed=0, context="a")
        'bcabcab'
        """
        n = as_integer(n, "n", minimum=0)
        state = self._state_after(as_text(context, "context", allow_empty=True))
        cumulative = lru_cache(2**20 // self._alphabet.size + 1)(lambda state: self._distribution(state).cumsum())
        drawn = []
        for u in as_generator(seed).random(n).tolist():
            while not cumulative(state)[-1]:
                state = state[:-1]
            code = int(np.searchsorted(cumulative(state), u * cumulative(state)[-1], side="right"))
            drawn.append((self._alphabet.characters + UNKNOWN)[code])
            state = self._after(state, code)
        return "".join(drawn)

    # -- inside

    @property
    def _alpha(self) -> float | None:
        """What is added to each count; None for Witten–Bell."""
        return None if isinstance(self.smoothing, str) else self.smoothing

    def _require_fitted(self) -> None:
        if not self._levels:
            raise ValueError("`model` must be fitted; call fit(text) first")

    def _encode(self, text: str) -> NDArray[np.intp]:
        self._require_fitted()
        return self._alphabet.encode(text)

    def _walk(self, codes: NDArray[np.intp]) -> Iterator[tuple[Level, NDArray[np.intp], NDArray[np.intp]]]:
        """For each context length: its level, and for each character the node of the context and of both together.

        Nodes that do not exist (never seen, or reaching before the start of the text) are -1.
        """
        contexts = np.zeros(codes.size, dtype=np.intp)
        for level in self._levels:
            grams = level.find(contexts, codes)
            yield level, contexts, grams
            contexts = np.concatenate(([-1], grams[:-1]))

    @quiet
    def _score(self, codes: NDArray[np.intp]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """P of each character given those before it, and 1 − P without rounding."""
        known = codes >= 0
        alpha = self._alpha
        p, rest = self._score_interpolated(codes) if alpha is None else self._score_additive(codes, alpha)
        return np.where(known, p, 0.0), np.where(known, rest, 1.0)

    def _score_interpolated(self, codes: NDArray[np.intp]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        size = self._alphabet.size
        p, rest = np.full(codes.size, 1 / size), np.full(codes.size, 1 - 1 / size)
        for level, contexts, grams in self._walk(codes):
            count, total, distinct = level.counts[grams], level.totals[contexts], level.distinct[contexts]
            seen, weight = distinct > 0, np.maximum(total + distinct, 1)
            p = np.where(seen, (count + distinct * p) / weight, p)
            rest = np.where(seen, (total - count + distinct * rest) / weight, rest)
        return p, rest

    def _score_additive(self, codes: NDArray[np.intp], alpha: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        count, total = np.zeros(codes.size, dtype=Wide), np.zeros(codes.size, dtype=Wide)
        for length, (level, contexts, grams) in enumerate(self._walk(codes)):
            count[length:] = level.counts[grams[length:]]  # the next level, if any, corrects all but the first of them
            total[length:] = level.totals[contexts[length:]]
        return self._additive(count, total, alpha)

    def _additive(self, count: NDArray[Wide], total: NDArray[Wide], alpha: float) -> tuple[NDArray, NDArray]:
        """(N(hx) + α) / (N(h) + αK) and what is missing to 1; without any count and α, 0 and 1."""
        scale = max(alpha, 1.0)  # a huge α must not overflow
        alpha, size = alpha / scale, self._alphabet.size
        weight = total / scale + alpha * size
        p = (count / scale + alpha) / np.where(weight > 0, weight, 1)
        rest = ((total - count) / scale + alpha * (size - 1)) / np.where(weight > 0, weight, 1)
        return p, np.where(weight > 0, rest, 1)

    def _after(self, state: State, code: int) -> State:
        """The state one character later."""
        return 0, *(level.child(node, code) for level, node in zip(self._levels[:-1], state, strict=False))

    def _state_after(self, context: str) -> State:
        state = START
        for code in self._encode(context[max(0, len(context) - self.order + 1) :]).tolist():
            state = self._after(state, code)
        return state

    @quiet
    def _distribution(self, state: State) -> NDArray[np.float64]:
        """P of every character in a state; zeros if there is none."""
        alpha = self._alpha
        if alpha is not None:
            counts, _ = self._levels[len(state) - 1].followers(state[-1])
            return self._additive(counts, counts.sum(), alpha)[0]
        p = np.full(self._alphabet.size, 1 / self._alphabet.size)
        for level, node in zip(self._levels, state, strict=False):
            counts, distinct = level.followers(node)
            if distinct:
                p = (counts + distinct * p) / (counts.sum() + distinct)
        return p
