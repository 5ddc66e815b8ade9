"""How much smoothing a model of text needs: bits per character on unseen text, for every amount at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import traitlets
from numpy.typing import NDArray

from xentbook._checks import as_integer, as_text
from xentbook.language import NGramModel
from xentbook.widgets._figure import Figure, checked, front_end, number, style, text

__all__ = ["SmoothingSlider"]

Codes = NDArray[np.int64]  # noqa: TID251 - windows as numbers of up to 62 bits, not indices

LARGEST = 1000.0  # the largest alpha of the slider, which goes from 10^-4 up in tenths of a power of ten, and has 0


def _order(name: str, value: Any) -> int:
    return as_integer(value, name, minimum=1)


class SmoothingSlider(Figure):
    r"""Additively smoothed n-gram models on unseen text, for every order and every α.

    The cost of a text needs no more than two histograms, and they are all that the page stores: how often each
    count N(hx) of a context with its character, and each count N(h) of a context, occurs along the text.

    .. math:: \sum_i \log_2 (N(h_i) + \alpha K) - \sum_i \log_2 (N(h_i x_i) + \alpha)

    Parameters
    ----------
    train, held_out : str
        The text that is counted, and the one that is predicted. By default two parts of the English text of the book.
    orders : sequence of int
        Lengths n of the n-grams.
    alphabet : str, optional
        All K characters; by default those of `train`.
    alpha : float in [0, 1000]
    order : int, one of `orders`; by default the nearest to 3

    Examples
    --------
    >>> figure = SmoothingSlider("abracadabra", "abrab", orders=(1, 2), alpha=1, order=2)
    >>> round(figure.quantities()["cross_entropy"], 4)
    1.4059
    """

    _esm = front_end("smoothing_slider.js")
    _css = style()
    alpha = checked(number(0, LARGEST), 0.1)
    order = checked(_order, 3)
    tables = traitlets.List(traitlets.Dict(), read_only=True).tag(sync=True)
    alphabet_size = traitlets.Int(read_only=True).tag(sync=True)

    def __init__(
        self, train: str | None = None, held_out: str | None = None, *,
        orders: Sequence[int] = (1, 2, 3, 4), alphabet: str | None = None, alpha: float = 0.1, order: int | None = None,
    ) -> None:  # fmt: skip
        texts: tuple[Any, Any] = _two_parts() if train is None and held_out is None else (train, held_out)
        orders = sorted({as_integer(n, "orders", minimum=1) for n in orders})
        self._models: dict[int, Any] = {n: NGramModel(n, smoothing=0, alphabet=alphabet).fit(texts[0]) for n in orders}
        self._held_out, letters = as_text(texts[1], "held_out"), self._models[orders[0]].alphabet
        strange = set(self._held_out) - set(letters)
        if strange:
            raise ValueError(
                f"`held_out` must keep to the alphabet; got {min(strange)!r}; pass alphabet=… if it is larger"
            )
        self.set_trait("alphabet_size", len(letters))
        self.set_trait("tables", [_table(texts[0], self._held_out, n, letters) for n in orders])
        super().__init__(alpha=alpha, order=min(orders, key=lambda n: abs(n - 3)) if order is None else order)

    @traitlets.validate("order")
    def _has_a_table(self, proposal: dict) -> int:
        orders = [table["order"] for table in self.tables]
        if proposal["value"] not in orders:
            raise ValueError(f"`order` must be one of {orders}; got {proposal['value']}")
        return proposal["value"]

    def quantities(self) -> dict[str, float]:
        """Return the numbers that the figure shows: bits per character, perplexity, and what was never seen."""
        model = self._model(self.alpha)
        steps = 10 ** (np.arange(-40, 31) / 10)
        return {
            "cross_entropy": model.cross_entropy(self._held_out),
            "perplexity": model.perplexity(self._held_out),
            "least_cross_entropy": min(self._model(alpha).cross_entropy(self._held_out) for alpha in steps),
            "unseen": float(np.isinf(self._model(0).surprisals(self._held_out)).sum()),
        }

    def _model(self, alpha: float) -> NGramModel:
        model = self._models[self.order]
        model.smoothing = alpha
        return model

    def _sentence(self) -> str:
        bits = self._model(self.alpha).cross_entropy(self._held_out)
        return (
            f"An n-gram model of order {self.order} with α = {self.alpha:.4g} predicts {len(self._held_out)} unseen "
            f"characters at {text(bits)} bits each. Knowing nothing costs {text(float(np.log2(self.alphabet_size)))} "
            f"bits; without smoothing (α = 0), one character that never followed its context would make it infinite."
        )


def _two_parts() -> tuple[str, str]:
    from xentbook.datasets import load_text

    whole = load_text("english")
    return whole[:100_000], whole[-10_000:]


def _table(train: str, held_out: str, order: int, alphabet: str) -> dict[str, object]:
    """Return the histograms of N(hx) and of N(h) along the held-out text: pairs of a count and how often it occurs."""
    letters, contexts = [], []
    code_of = {character: code for code, character in enumerate(alphabet)}
    old, new = (np.array([code_of[c] for c in part], dtype="int64") for part in (train, held_out))
    for length in range(1, order + 1):  # the first characters of the text have shorter contexts
        grams, seen = _grams(new, length, len(code_of)), _grams(old, length, len(code_of))
        rows = slice(0, None) if length == order else slice(0, 1)
        letters.append(_occurrences(seen, grams[rows]))
        # A context counts where a character follows it, so the last place of the text does not.
        contexts.append(_occurrences(seen // len(code_of), grams[rows] // len(code_of)))
    return {"order": order, "length": len(held_out)} | {
        name: np.transpose(np.unique(np.concatenate(counts), return_counts=True)).tolist()
        for name, counts in (("letters", letters), ("contexts", contexts))
    }


def _grams(codes: Codes, length: int, size: int) -> Codes:
    """The windows of a text as numbers to the base of the alphabet's size."""
    if length * np.log2(size) > 62:
        raise ValueError(f"`orders` must be less for an alphabet of {size} characters; got {length}")
    n_windows = max(0, codes.size - length + 1)
    return sum(
        (codes[i : i + n_windows] * size ** (length - 1 - i) for i in range(length)), np.zeros(n_windows, "int64")
    )


def _occurrences(seen: Codes, wanted: Codes) -> Codes:
    """How often each wanted number is among those seen."""
    seen = np.sort(seen)
    return np.searchsorted(seen, wanted, side="right") - np.searchsorted(seen, wanted, side="left")
