"""The teaching guide: minutes, needs, sections, figures and exercises are those of the chapters."""

import re

import matplotlib
import nbformat
import pytest
from guards import ROOT, changed, markdown, notebooks, pages, prose
from guards.teaching import all_before, problems

PAGE = ROOT / "book" / "teaching.md"
FIGURE = ROOT / "book" / "_static" / "prerequisites.svg"


@pytest.fixture(scope="module")
def page():
    return PAGE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def figure():
    return FIGURE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def books():
    folder = ROOT / "notebooks"
    paths = [*sorted(folder.glob("*.ipynb")), *sorted(folder.glob("deeper/*.ipynb"))]
    return {path.relative_to(folder).as_posix(): notebooks.read(path) for path in paths}


# ---- The guide


def test_the_guide_holds_to_the_chapters(page, figure, books):
    assert problems(page, figure, books) == []


def test_the_figure_stands_on_the_page_with_the_list_of_its_arrows_below(page):
    drawn, listed = page.index("_static/prerequisites.svg"), page.index("The same in words:")
    assert drawn < listed


def test_the_example_for_a_single_figure_runs(page, tmp_path, monkeypatch):
    matplotlib.use("Agg")
    monkeypatch.chdir(tmp_path)
    (code,) = prose.python_fences(page)
    exec(compile(code, "teaching.md", "exec"), {})
    assert (tmp_path / "distributions.svg").read_text(encoding="utf-8").count("<path") > 5
    matplotlib.pyplot.close("all")


def test_what_is_removed_to_hide_the_solutions_is_what_holds_them(page):
    (code,) = [block.body for block in markdown.code_blocks(page) if block.kind == "text"]
    removed = [
        path.removeprefix("_build/html/").removeprefix("_sources/") for path in re.findall(r"_build/html/\S+", code)
    ]
    assert sorted(set(removed)) == ["book/solutions.html", "notebooks/solutions"]
    assert (ROOT / "book" / "solutions.md").exists()
    assert (ROOT / "notebooks" / "solutions").is_dir()


# ---- Broken copies


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("| [1 · Surprise](../notebooks/01-surprise.ipynb) | 35 |",
         "| [1 · Surprise](../notebooks/01-surprise.ipynb) | 36 |", "not 35"),
        ("[1 · Surprise](../notebooks/01-surprise.ipynb) | 35 | 1–3, 4–6, 7–8 |",
         "[1 · Surprise](../notebooks/01-surprise.ipynb) | 35 | 1–3, 4–6, 7–9 |", "exercises 1–3, 4–6, 7–9, not"),
        ("| **140** |", "| **141** |", "adds up to 140"),
        ("| [4 · Predicting text](../notebooks/04-predicting-text.ipynb) | 35 | 1–3, 4–6, 7–8 |\n", "",
         "not every chapter once"),
        ("(../notebooks/02-entropy-and-codes.ipynb) needs [surprise](../notebooks/01-surprise.ipynb)",
         "(../notebooks/02-entropy-and-codes.ipynb) needs nothing", "the figure and the list differ at 02-"),
        ("needs [convexity](../notebooks/08-convexity.ipynb).",
         "needs [convexity](../notebooks/08-convexity.ipynb) and [gradients](../notebooks/07-gradients.ipynb).",
         "through another already"),
        ("needs nothing but logarithms", "needs [convexity](../notebooks/08-convexity.ipynb), logarithms",
         "no order of reading"),
        ("a look at [convexity]", "all of [convexity]", "11-calibration.ipynb says"),
        ("(70 minutes)", "(75 minutes)", "Week 1 is 70 minutes of reading"),
        ("- **In class:** exercises 1 and 2 of [chapter 1](../notebooks/01-surprise.ipynb), 1 and 2 of",
         "- **In class:** exercises 1 and 9 of [chapter 1](../notebooks/01-surprise.ipynb), 1 and 2 of",
         "has no exercise 9"),
        ("exercises 1 and 2 of [chapter 1](../notebooks/01-surprise.ipynb), ", "exercises ",
         "Week 1 has no exercise on 01-surprise"),
        ("01-surprise.ipynb#by-hand)", "01-gone.ipynb#by-hand)", "01-gone.ipynb is no notebook"),
        ("[three demands](../notebooks/01-surprise.ipynb", "[three demands](../notebooks/03-cross-entropy.ipynb",
         "was not read"),
        ("- **Drag:** [`SurpriseCurve`]", "- **Look at:** [`SurpriseCurve`]", "Week 1 has no Drag:"),
        ("[`HuffmanTree`](../notebooks/02-entropy-and-codes.ipynb#play-with-the-tree)",
         "[`HuffmanTree`](../notebooks/02-entropy-and-codes.ipynb#a-budget-of-one)", "HuffmanTree is not drawn in"),
        ("15 minutes for the figure", "20 minutes for the figure", "a session of 95 minutes"),
        ("| 60 min |", "| 50 min |", "a gap after 9:00"),
        ("it is 390 minutes", "it is 400 minutes", "390 minutes without the breaks"),
        ("375 of them", "380 of them", "375 minutes are on chapters"),
        ("[a count of zero](../notebooks/deeper/04-predicting-text.ipynb#a-count-of-zero).\n- “Max",
         "it costs infinity.\n- “Max", "no cell answers “Never seen"),
    ],
)  # fmt: skip
def test_a_broken_copy_of_the_guide_is_seen(page, figure, books, old, new, complaint):
    assert complaint in "\n".join(problems(changed(page, old, new), figure, books))


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (
            'data-from="01-surprise"',
            'data-from="03-cross-entropy"',
            "the figure and the list differ at 02-entropy-and-codes.ipynb",
        ),
        ('class="look"', 'class="need"', "the figure and the list differ at 11-calibration.ipynb"),
        ("font: 13px", "font: 9px", "letters too small"),
        ("var(--", "#123456; --x: var(--", "does not follow the mode"),
        ("../notebooks/01-surprise.html", "../notebooks/01-surprises.html", "a box leads to another chapter"),
        ("<desc", "<g", "no title or no description"),
    ],
)
def test_a_broken_copy_of_the_figure_is_seen(page, figure, books, old, new, complaint):
    broken = changed(figure, old, new)
    broken = broken.replace("</desc>", "</g>") if old == "<desc" else broken
    assert complaint in "\n".join(problems(page, broken, books))


def test_an_arrow_that_misses_its_box_is_seen(page, figure, books):
    first = re.search(r'data-to="02-entropy-and-codes"[^>]*? d="M ?(\d+)', figure)
    broken = figure[: first.start(1)] + "1" + figure[first.start(1) :]
    assert "an arrow misses 01-surprise" in problems(page, broken, books)


def test_a_section_ends_where_the_next_one_begins_also_within_a_cell():
    text = "# A\none\n## B\n```python\n# no heading\n```\n### C\ntwo\n## D\nthree"
    book = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell(text), nbformat.v4.new_code_cell("plots.plot_x()")]
    )
    found = pages.sections(book)
    assert list(found) == ["a", "b", "c", "d"]
    assert [len(found[anchor].cells) for anchor in found] == [5, 2, 1, 2]
    assert pages.figures(found["d"].cells) == {"plot_x"}
    assert pages.figures(found["c"].cells) == set()


def test_a_cycle_is_seen_however_long():
    needs = {"a": ({"c"}, set()), "b": ({"a"}, set()), "c": ({"b"}, set())}
    with pytest.raises(ValueError, match="a needs c needs b needs a"):
        all_before(needs)
    assert all_before({**needs, "a": (set(), {"c"})}) == {"a": set(), "b": {"a"}, "c": {"a", "b"}}
