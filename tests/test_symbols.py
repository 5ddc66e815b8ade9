"""The symbols of the boxes stand on the notation page, each with one meaning in a chapter."""

import re

import nbformat
import pytest
from guards import ROOT, markdown, notebooks, symbols

NOTEBOOKS = ROOT / "notebooks"
FILES = [
    path.relative_to(NOTEBOOKS).as_posix()
    for path in sorted(NOTEBOOKS.glob("[01]*.ipynb")) + sorted(NOTEBOOKS.glob("deeper/*.ipynb"))
    if path.parent.name == "deeper" or markdown.is_lecture(notebooks.read(path))
]
PAGE = """| symbol | meaning | chapters | in the package |
| --- | --- | --- | --- |
| $p$, $q_k$ | probabilities | all | |
| $H(X \\mid Y)$ | an entropy | 1–2, 4 | |
| $\\bar\\ell$ | a length | 2 | |
"""


@pytest.fixture(scope="module")
def table():
    return symbols.rows((ROOT / "book" / "notation.md").read_text(encoding="utf-8"))


# ---- The book


def test_a_symbol_has_one_meaning_in_a_chapter(table):
    assert len(table) > 30
    assert symbols.row_problems(table) == []


@pytest.mark.parametrize("name", FILES)
def test_the_symbols_of_the_boxes_are_on_the_notation_page(name, table):
    chapter = int(re.search(r"\d\d", name)[0])
    assert symbols.box_problems(notebooks.read(NOTEBOOKS / name), chapter, table) == []


# ---- The guard sees it when it is broken


def problems(text, chapter=2):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text)])
    return symbols.box_problems(notebook, chapter, symbols.rows(PAGE))


def test_a_row_has_symbols_and_chapters():
    assert [(row.symbols, len(row.chapters)) for row in symbols.rows(PAGE)] == [
        ({"p", "q"}, 15),
        ({"H"}, 3),
        ({r"\bar{\ell}"}, 1),
    ]


@pytest.mark.parametrize(
    ("latex", "found"),
    [
        (r"p_k \log_2 q", ["p", "k", "q"]),
        (r"\bar\ell \le \frac{\mathcal L}{\hat p} + \bar{x}", [r"\bar{\ell}", r"\mathcal{L}", "p", r"\bar{x}"]),
        (r"x^{\mathsf T} w = \text{loss} - \mathrm{KL}", ["x", "T", "w"]),
        (r"2ab\,\lambda_{\max}", ["a", "b", r"\lambda"]),
    ],
)
def test_the_symbols_of_a_formula(latex, found):
    assert symbols.identifiers(latex) == found


@pytest.mark.parametrize(
    "box",
    [":::{prf:proposition} T\n:label: prop-t\n", ":::{formula-card}\n", ":::{take-aways}\n", ":::{at-a-glance}\n"],
)
def test_a_symbol_that_the_page_has_not_for_the_chapter_is_seen(box):
    text = f"{box}Here $p < q$ and $$H = \\bar\\ell .$$\n:::\n"
    assert problems(text) == []
    assert problems(text, chapter=4)[0].endswith(r"\bar{\ell} is not on the notation page")
    assert problems(text.replace("$p < q$", r"$\alpha < q$"))[0].endswith(r"\alpha is not on the notation page")


def test_a_proof_and_what_stands_outside_of_boxes_may_have_symbols_of_their_own():
    assert problems("Let $u$ be.\n\n:::{prf:proof}\nLet $v$ be.\n:::\n") == []


def test_two_meanings_in_one_chapter_are_seen():
    assert symbols.row_problems(symbols.rows(PAGE)) == []
    clash = PAGE + "| $H$ | a height | 4-5 | |\n"
    assert symbols.row_problems(symbols.rows(clash)) == ["['H'] means 'an entropy' and 'a height'"]
    assert symbols.row_problems(symbols.rows(clash.replace("4-5", "3, 5"))) == []
    assert len(symbols.row_problems(symbols.rows(PAGE + "| $=$ | equal | all | |\n"))) == 1
