"""A Huffman code as a tree that changes while the probabilities do, beside the entropy it cannot beat."""

from __future__ import annotations

from typing import Any

import numpy as np
import traitlets

from xentbook.coding import expected_length, huffman_code, shannon_code_lengths
from xentbook.information import entropy
from xentbook.widgets._figure import Figure, checked, front_end, probabilities, style, text

__all__ = ["HuffmanTree"]

LEAST = 1 / 128  # the least probability that a bar can be dragged to: every symbol keeps a finite surprisal


def _distribution(name: str, value: Any) -> list[float]:
    p = probabilities(name, value)
    if not 2 <= len(p) <= 8:
        raise ValueError(f"`{name}` must have 2 to 8 entries; got {len(p)}")
    for k, x in enumerate(p):
        if x < LEAST * (1 - 1e-9):
            raise ValueError(f"`{name}` must be at least 1/128; got {x:g} at index ({k},)")
    return p


def _symbols(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"`{name}` must be a str; got {value!r}")
    if len(set(value)) < len(value) or not value.isprintable() or " " in value:
        raise ValueError(f"`{name}` must be printed characters that all differ; got {value!r}")
    return value


class HuffmanTree(Figure):
    """The Huffman code of 2 to 8 symbols with draggable probabilities, its tree and its length in bits.

    Parameters
    ----------
    p : list of float, each at least 1/128
    symbols : str, one character a probability

    Examples
    --------
    >>> figure = HuffmanTree(p=[0.5, 0.25, 0.25], symbols="abc")
    >>> figure.code_words()
    ['0', '10', '11']
    >>> figure.quantities()["huffman_overhead"]
    0.0
    """

    _esm = front_end("huffman_tree.js")
    _css = style()
    p = checked(_distribution, [0.35, 0.25, 0.15, 0.1, 0.1, 0.05])
    symbols = checked(_symbols, "ETAOIN")

    @traitlets.validate("p", "symbols")
    def _one_each(self, proposal: dict) -> object:
        name, value = proposal["trait"].name, proposal["value"]
        other = getattr(self, "symbols" if name == "p" else "p")
        if len(other) != len(value):
            raise ValueError(f"`p` and `symbols` must have one length; got {len(value)} for `{name}` and {len(other)}")
        return value

    def code_words(self) -> list[str]:
        """Return the code words that the figure shows."""
        return huffman_code(self.p)

    def quantities(self) -> dict[str, float]:
        """Return the numbers that the figure shows, in bits a symbol."""
        bits = float(entropy(self.p))
        huffman = expected_length(self.p, self.code_words())
        shannon = float(np.dot(self.p, shannon_code_lengths(self.p)))
        return {
            "entropy": bits,
            "huffman_length": huffman,
            "shannon_length": shannon,
            "huffman_overhead": huffman - bits,
            "shannon_overhead": shannon - bits,
        }

    def _sentence(self) -> str:
        shown = {name: text(value) for name, value in self.quantities().items()}
        rows = ", ".join(
            f"{s} ({x:.4g}) → {w}" for s, x, w in zip(self.symbols, self.p, self.code_words(), strict=True)
        )
        return (
            f"The Huffman code of these symbols and their probabilities: {rows}. It takes {shown['huffman_length']} "
            f"bits a symbol, {shown['huffman_overhead']} bits more than the entropy of {shown['entropy']} bits; with "
            f"Shannon’s lengths it would be {shown['shannon_length']} bits."
        )
