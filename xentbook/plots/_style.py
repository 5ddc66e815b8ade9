"""One style sheet for every figure, applied without touching Matplotlib's global settings."""

from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import as_file, files
from typing import Any, TypeAlias

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.lines import Line2D
from matplotlib.typing import ColorType, LineStyleType
from numpy.typing import ArrayLike, NDArray

__all__ = ["COLORS", "new_axes"]

# Okabe and Ito's palette: told apart by readers with any of the common colour deficiencies.
COLORS = {
    "black": "#000000",
    "orange": "#E69F00",
    "sky": "#56B4E9",
    "green": "#009E73",
    "yellow": "#F0E442",
    "blue": "#0072B2",
    "vermilion": "#D55E00",
    "purple": "#CC79A7",
}

GREY = "#444444"  # of what is there to compare with: diagonals, base lines, levels

Array: TypeAlias = NDArray[Any]
Curves: TypeAlias = Mapping[str, ArrayLike]
Point: TypeAlias = tuple[float, float]
Look: TypeAlias = dict[str, Any]  # keyword arguments of Matplotlib
Style: TypeAlias = tuple[str, str, LineStyleType]

# Colour, marker and line of what is told apart in one figure, the colours as names of the palette.
STYLES: tuple[Style, ...] = (
    ("vermilion", "o", "-"),
    ("blue", "s", "--"),
    ("green", "^", "-."),
    ("purple", "D", ":"),
    ("orange", "v", (0, (6, 1, 1, 1))),
    ("black", "P", (0, (1, 1))),
    ("sky", "X", (0, (5, 2))),
)
BLUE_FIRST: tuple[Style, ...] = (
    ("blue", "o", "-"),
    ("vermilion", "s", "--"),
    ("green", "^", "-."),
    ("purple", "D", ":"),
    ("black", "v", (0, (5, 1, 1, 1, 1, 1))),
    ("sky", "P", (0, (7, 2))),
    ("orange", "X", (0, (2, 1))),
)

# The same hues dark enough for words: at least 4.5 to 1 on white, and so when a dark page inverts the figure.
_INKS = {
    COLORS["orange"]: "#8A5F00",
    COLORS["sky"]: "#1A6FA3",
    COLORS["green"]: "#00704F",
    COLORS["yellow"]: "#6B6300",
    COLORS["vermilion"]: "#B04C00",
    COLORS["purple"]: "#9C3F74",
}


def ink(color: ColorType) -> ColorType:
    """Return the shade of a colour of the palette in which words are written; any other colour as it is."""
    return _INKS.get(to_hex(color).upper(), color)


def looks(curves: Curves, styles: Sequence[Style] = STYLES) -> Iterator[tuple[str, Array, str, str, LineStyleType]]:
    """Return name, values, colour, marker and line of each of `curves`; refuse more than `styles`."""
    if len(curves) > len(styles):
        raise ValueError(f"a figure must tell apart at most {len(styles)} curves; got {len(curves)}")
    drawn = zip(curves.items(), styles, strict=False)
    return ((name, np.asarray(curve), COLORS[color], mark, line) for (name, curve), (color, mark, line) in drawn)


def write(ax: Axes, text: str, place: Sequence[float] | Array, offset: Point, color: ColorType, **style: Any) -> None:
    """Write `text` beside the point `place`, moved by `offset` points, in the ink of `color`."""
    style = {"fontsize": 11} | style
    x, y = place
    ax.annotate(text, (x, y), xytext=offset, textcoords="offset points", color=ink(color), **style)


def signed(text: str) -> str:
    """Return `text` with the minus signs that the axes have."""
    return text.replace("-", "−")


def shown(letter: str) -> str:
    """Return a letter as it is written below an axis: the space as an open box."""
    return "␣" if letter == " " else letter


def color_legend(ax: Axes, **style: Any) -> None:
    """Draw the legend without a frame, each name in the ink of its line."""
    legend = ax.legend(**{"frameon": False, "fontsize": 11} | style)
    for text, handle in zip(legend.get_texts(), legend.legend_handles, strict=True):
        if isinstance(handle, Line2D):
            text.set_color(ink(handle.get_color()))


def spread(places: ArrayLike, *, gap: float) -> list[float]:
    """Return `places` moved apart, in the same order, until neighbours are at least `gap` apart."""
    order = np.argsort(places, kind="stable")
    moved = np.asarray(places, dtype=float)[order]
    for _ in range(200):
        short = np.clip(gap - np.diff(moved), 0, None) / 2
        if short.max(initial=0.0) <= 1e-3 * gap:
            break
        moved[1:] += short
        moved[:-1] -= short
    result = np.empty_like(moved)
    result[order] = moved
    return [float(place) for place in result]


def lift(heights: Sequence[float], *, gap: float) -> list[float]:
    """Return `heights` moved up, in the same order, until neighbours are at least `gap` apart; the lowest stays."""
    placed, below = list(heights), -np.inf
    for k in np.argsort(heights, kind="stable"):
        placed[k] = below = max(heights[k], below + gap)
    return placed


def new_axes(*, height: float = 3.4) -> Axes:
    """Return the axes of a new figure in the house style.

    The figure is 5.6 inches wide, so that its labels can still be read when a phone shows it 330 pixels wide.

    Parameters
    ----------
    height : float
        Height of the figure in inches.

    Returns
    -------
    Axes
        Empty axes.
    """
    with as_file(files(__package__) / "house.mplstyle") as sheet, plt.style.context(sheet):
        figure, ax = plt.subplots(figsize=(5.6, height))
        interactive = plt.isinteractive()
    # A notebook's first figure starts its backend, which turns this on; leaving the context has turned it off again.
    matplotlib.interactive(interactive)
    return ax
