"""What it costs to believe q when the truth is p: two distributions as bars, and their cross-entropy in bits."""

from __future__ import annotations

from typing import Any

import traitlets

from xentbook.information import cross_entropy, entropy, kl_divergence
from xentbook.widgets._figure import Figure, checked, front_end, probabilities, style, text

__all__ = ["DistributionBars"]


def _labels(name: str, value: Any) -> list[str]:
    labels = list(value) if isinstance(value, (list, tuple)) else None
    if labels is None or not all(isinstance(label, str) and label for label in labels):
        raise TypeError(f"`{name}` must be a list of non-empty strings; got {value!r}")
    if not 2 <= len(labels) <= 8:
        raise ValueError(f"`{name}` must name 2 to 8 symbols; got {len(labels)}")
    if len(set(labels)) < len(labels):
        raise ValueError(f"`{name}` must all differ; got {labels}")
    return labels


class DistributionBars(Figure):
    r"""Two distributions p (truth) and q (prediction) as draggable bars, with H(p, q) = H(p) + KL(p‖q) live.

    Parameters
    ----------
    p, q : list of float, one probability a symbol
    labels : list of str, the 2 to 8 symbols

    Raises
    ------
    ValueError
        If `p` or `q` is not a distribution over `labels`.

    Examples
    --------
    >>> figure = DistributionBars(p=[0.5, 0.5], q=[0.25, 0.75], labels=["heads", "tails"])
    >>> round(figure.quantities()["cross_entropy"], 4)
    1.2075
    """

    _esm = front_end("distribution_bars.js")
    _css = style()
    p = checked(probabilities, [0.5, 0.25, 0.125, 0.0625, 0.0625])
    q = checked(probabilities, [0.25, 0.125, 0.5, 0.0625, 0.0625])
    labels = checked(_labels, ["sun", "cloud", "rain", "snow", "fog"])

    @traitlets.validate("p", "q", "labels")
    def _one_each(self, proposal: dict) -> object:
        name, value = proposal["trait"].name, proposal["value"]
        for other in ("labels", "p", "q"):
            if len(getattr(self, other)) != len(value):
                raise ValueError(
                    f"`{name}` must have as many entries as `{other}`: {len(getattr(self, other))}; got {len(value)}"
                )
        return value

    def quantities(self) -> dict[str, float]:
        """Return the numbers that the figure shows, in bits, and the perplexity."""
        cost = float(cross_entropy(self.p, self.q))
        return {
            "entropy": float(entropy(self.p)),
            "cross_entropy": cost,
            "kl_divergence": float(kl_divergence(self.p, self.q)),
            "reverse_kl_divergence": float(kl_divergence(self.q, self.p)),
            "perplexity": float(2.0**cost),
        }

    def _sentence(self) -> str:
        shown = {name: text(value) for name, value in self.quantities().items()}
        rows = ", ".join(
            f"{label} {p:.4g} against {q:.4g}" for label, p, q in zip(self.labels, self.p, self.q, strict=True)
        )
        return (
            f"True probabilities p against predicted ones q: {rows}. The entropy H(p) is {shown['entropy']} bits, the "
            f"divergence KL(p‖q) {shown['kl_divergence']} bits; together they are the cross-entropy H(p, q) of "
            f"{shown['cross_entropy']} bits a symbol. The other way round, KL(q‖p) is {shown['reverse_kl_divergence']} "
            "bits."
        )
