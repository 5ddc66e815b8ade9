"""The front ends of the figures: ES modules beside the Python, bound into scripts that work without a server.

Conventions
-----------
A front end is an ES module of this folder. It may import names from other modules of the folder, in the one form
``import { a, b } from "./other.js";``, and exports functions, constants, classes and, a figure's own module, as its
default an object with `render`. A browser follows no import on a page that was opened as a file, and Jupyter takes a
figure as one text: so each module becomes a function that is called once and puts what it exports into a table, under
its file name.
"""

from __future__ import annotations

import re
from importlib.resources import files

__all__ = ["FIGURES", "file_of", "front_end", "modules_of", "site_script", "source", "style"]

FIGURES = {
    "SurpriseCurve": "surprise_curve",
    "HuffmanTree": "huffman_tree",
    "DistributionBars": "distribution_bars",
    "GaussianFit": "gaussian_fit",
    "SmoothingSlider": "smoothing_slider",
    "LogisticFit": "logistic_fit",
    "LogitBars": "logit_bars",
    "LogitLosses": "logit_losses",
    "SeparablePoints": "separable_points",
    "DescentPath": "descent_path",
    "MislabelledPoint": "mislabelled_point",
    "TemperatureSlider": "temperature_slider",
    "HonestBet": "honest_bet",
    "ThresholdSlider": "threshold_slider",
    "StrangePoint": "strange_point",
    "GateQueue": "gate_queue",
}  # the class of each figure: the module that holds it, and beside that its front end, of the same name

_IMPORT = re.compile(r'^import (\{[^}]*\}) from "\./(\w+\.js)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function\*?|const|class) (\w+))", re.MULTILINE)
_DEFAULT = re.compile(r"^export default ", re.MULTILINE)
_REST = re.compile(r"^(?:import|export)\b.*$", re.MULTILINE)
_SITE_TABLE = "globalThis.xentbookFrontEnds"


def file_of(figure: str) -> str:
    """Return the file of a figure's front end.

    Raises
    ------
    ValueError
        If `xentbook.widgets` has no figure of that name.
    """
    if figure not in FIGURES:
        raise ValueError(
            f"`figure` must be a figure of xentbook.widgets; got {figure!r}. A new figure is added to `FIGURES` in "
            f"xentbook/widgets/_front_end.py; known are {', '.join(FIGURES)}"
        )
    return f"{FIGURES[figure]}.js"


def source(name: str) -> str:
    """Return the text of a file of this folder."""
    return files("xentbook.widgets").joinpath(name).read_text("utf-8")


def style() -> str:
    """Return the style sheet that all figures share."""
    return source("_common.css")


def modules_of(name: str) -> list[str]:
    """Return the modules that the module `name` needs, each behind those that it needs itself; the last is `name`."""
    needed = [module for _, other in _IMPORT.findall(source(name)) for module in modules_of(other)]
    return [*dict.fromkeys(needed), name]


def front_end(name: str) -> str:
    """Return the figure of the module `name`, with all that it needs, as one ES module."""
    parts = [_entry(module, source(module), "table") for module in modules_of(name)]
    return "\n".join(["const table = {};", *parts, f'export default table["{name}"].default;\n'])


def site_script(name: str, text: str | None = None) -> str:
    """Return the module `name`, or `text` in its stead, as a script that puts it into the page's table."""
    return f"{_SITE_TABLE} ??= {{}};\n{_entry(name, source(name) if text is None else text, _SITE_TABLE)}"


def _entry(name: str, text: str, table: str) -> str:
    """Return the statement that calls a module once and puts what it exports into the table."""
    exported = _EXPORT.findall(text)
    body = _IMPORT.sub(rf'const \1 = {table}["\2"];', text)
    body, defaults = _DEFAULT.subn("const itsDefault = ", _EXPORT.sub("", body))
    other = _REST.search(body)
    if other or defaults > 1:
        raise ValueError(f"`{name}` must keep to the forms of import and export that this module names; got {other}")
    shown = ["default: itsDefault"] * defaults + exported
    return f'{table}["{name}"] = (() => {{\n"use strict";\n{body.strip()}\nreturn {{ {", ".join(shown)} }};\n}})();\n'
