"""The boxes of a chapter and the pages that collect them, on a small book built with the settings of ours."""

from __future__ import annotations

import re
import shutil

import build_site
import nbformat
import pytest
from guards import ROOT
from guards.site import serve
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

pytestmark = pytest.mark.browser  # a site is built

PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
CHAPTER = """# First

:::{lead}
The one result, after {prf:ref}`prop-one`.
:::
""", """## By hand

:::{at-a-glance}
Units
: bits
:::

See {prf:ref}`def-one`, {prf:ref}`cited-one`, {prf:ref}`obs-one`, {ref}`ex-one`, {numref}`fig-one`,
{prf:ref}`prop-deep`.

:::{prf:definition} Thing
:label: def-one
A *thing* is $x$.
:::

:::{prf:proposition} Result
:label: prop-one
All things are.
:::

:::{prf:proof}
:class: dropdown
SEVEN words that stand in a fold.
:::

:::{prf:observation} Seen
:label: obs-one
In 10 of 10 splits.
:::

:::{prf:cited} Known
:label: cited-one
So says {cite:t}`shannon1948`.
:::

## Exercises

:::{exercise} Dice
:label: ex-one
:minutes: 5
:aim: count $x$ by hand
What is it?
:::

:::{solution} ex-one
:class: dropdown
Six.
:::

:::{exercise} Code
:label: ex-two
:minutes: 15
:aim: write it
Write it.
:::

## Take-aways

:::{take-aways}
- All things are ({prf:ref}`prop-one`).
:::

:::{formula-card}
Thing
: $x = 1$ bit
:::
"""  # fmt: skip
SOLUTIONS = (
    "# Solutions",
    "## Code",
    "```{solution-start} ex-two\n```",
    "Like this.",
    "```{solution-end}\n```\n\n## Last\n\nEnd.",
)
DEEPER = "# First, in depth\n\n:::{prf:proposition} Deep\n:label: prop-deep\nIt holds.\n:::\n"
SECOND = "# Second\n\n:::{prf:proposition} Other\n:label: prop-other\nIt holds, too.\n:::\n"
TOC = """format: jb-book
root: book/index
parts:
- numbered: true
  chapters:
  - file: notebooks/01-first
    sections:
    - file: notebooks/deeper/01-first
  - file: notebooks/02-second
- chapters:
  - file: notebooks/solutions/01-first
  - file: book/one-page
  - file: book/formula-sheet
  - file: book/notation
  - file: book/bibliography
"""


def figure(count):
    output = new_output("display_data", {"image/png": PICTURE, "text/plain": "<Figure size 1x1>"})
    metadata = {
        "tags": ["hide-input"],
        "mystnb": {
            "figure": {"name": "fig-one", "caption": "What to see."},
            "image": {"alt": "a square, as large as it can be"},
        },
    }
    return new_code_cell("draw()", execution_count=count, outputs=[output], metadata=metadata)


def code(source, count):
    return new_code_cell(source, execution_count=count, outputs=[new_output("stream", name="stdout", text="2\n")])


def write(path, *cells):
    path.parent.mkdir(parents=True, exist_ok=True)
    made = [new_markdown_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    nbformat.write(new_notebook(cells=made, metadata={"language_info": {"name": "python"}}), path)


def make_book(root, chapter=CHAPTER):
    shutil.copy(ROOT / "_config.yml", root)
    shutil.copytree(ROOT / "book", root / "book", ignore=shutil.ignore_patterns("*.md", "*.png", "__pycache__"))
    shutil.copy(ROOT / "book/bibliography.md", root / "book")
    for page, boxes in (("one-page", "lead picture take-aways"), ("formula-sheet", "formula-card")):
        (root / f"book/{page}.md").write_text(f"# All\n\n:::{{collection}} {boxes}\n:::\n")
    (root / "book/notation.md").write_text("# Notation\n")
    (root / "book/index.md").write_text("# A book\n")
    (root / "_toc.yml").write_text(TOC)
    write(root / "notebooks/01-first.ipynb", chapter[0], figure(1), chapter[1], code("print(1 + 1)", 2))
    write(root / "notebooks/02-second.ipynb", SECOND)
    write(root / "notebooks/deeper/01-first.ipynb", DEEPER)
    first, title, start, text, end = SOLUTIONS
    write(root / "notebooks/solutions/01-first.ipynb", first, title, start, text, code("print(2)", 1), end)


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The pages of the small book, by name."""
    root = tmp_path_factory.mktemp("book")
    make_book(root)
    build_site.build(root)
    site = root / "_build" / "html"
    return {path.relative_to(site).as_posix(): path.read_text() for path in site.rglob("*.html")} | {"site": site}


def main_of(page):
    return page[page.index("<article") : page.index("</article>")]


def plain(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))


def test_statements_of_all_kinds_share_one_row_of_numbers_in_each_chapter(book):
    chapter = plain(main_of(book["notebooks/01-first.html"]))
    for title in (
        "Definition 1.1 · Thing",
        "Proposition 1.2 · Result",
        "Observation 1.3 · Seen",
        "Cited Result 1.4 · Known",
    ):
        assert title in chapter
    assert (
        "See Definition 1.1, Cited Result 1.4, Observation 1.3, Exercise 1.1, Figure 1.1, Proposition 1.5." in chapter
    )
    assert "Proposition 1.5 · Deep" in plain(main_of(book["notebooks/deeper/01-first.html"]))
    assert "Proposition 2.1 · Other" in plain(main_of(book["notebooks/02-second.html"]))


def test_no_page_has_two_elements_of_one_name(book):
    for name in ("notebooks/01-first.html", "notebooks/solutions/01-first.html", "book/one-page.html"):
        names = re.findall(r'\bid="([^"]+)"', main_of(book[name]))
        assert len(names) == len(set(names)) > 0


def test_an_exercise_says_its_minutes_and_its_aim_and_leads_to_its_solution_and_back(book):
    chapter, solutions = (
        main_of(book[name]) for name in ("notebooks/01-first.html", "notebooks/solutions/01-first.html")
    )
    assert "Exercise 1.1 (Dice) 5 minutes · aim: count" in plain(chapter)
    code = chapter[chapter.index('id="ex-two"') :]
    assert '<a class="reference internal" href="solutions/01-first.html#solution-ex-two">Solution</a>' in code
    assert 'href="solutions/01-first.html#solution-ex-one"' not in chapter  # it is folded below its exercise
    box = solutions[solutions.index('id="solution-ex-two"') : solutions.index('id="last"')]
    assert 'Solution to <a class="reference internal" href="../01-first.html#ex-two">Exercise 1.2 (Code)</a>' in box
    assert "Like this." in box and "print" in box  # its cells are inside
    assert 'class="solution dropdown admonition" id="solution-ex-one"' in chapter


def test_minutes_follow_from_open_words_cells_proofs_and_figures(book):
    chapter = main_of(book["notebooks/01-first.html"])
    told = re.search(r'<p class="minutes">5 minutes: (\d+) words, 2 cells of code, 1 proof</p>', chapter)
    assert "SEVEN" in chapter and 30 <= int(told[1]) <= 75  # the folded proof and the exercises are not among them


@pytest.mark.parametrize(
    ("counts", "told"),
    [((130, 0, 0, 0), 5), ((650, 0, 0, 0), 5), ((651, 0, 0, 0), 10), ((2300, 22, 2, 1), 40), ((2080, 20, 1, 1), 35)],
)
def test_the_rule_of_the_minutes(counts, told):
    from test_extensions import _extension

    assert _extension("boxes").minutes(*counts) == told


def test_two_pages_collect_what_the_chapters_say(book):
    page, sheet = main_of(book["book/one-page.html"]), main_of(book["book/formula-sheet.html"])
    assert "The one result, after Proposition 1.2." in plain(page) and "All things are (Proposition 1.2)." in plain(
        page
    )
    assert (
        'href="../notebooks/01-first.html#prop-one"' in page
        and '<h2><a class="reference internal" href="../notebooks/01-first.html">1. First</a>' in page
    )
    assert re.search(
        r'<a class="reference internal" href="../notebooks/01-first.html"><img alt="a square, as large', page
    )
    assert "bit" in plain(sheet) and "All things" not in sheet
    assert "Second" not in page  # it has no such boxes


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (":minutes: 5\n", "", "an exercise must say its :label:, its :minutes: and its :aim:"),
        ("{prf:ref}`def-one`", "{prf:ref}`def-gone`", "label 'def-gone' not found"),
        (":label: obs-one", ":label: def-one", "duplicate observation label 'def-one'"),
        ("{ref}`ex-one`", "{ref}`ex-gone`", "undefined label: 'ex-gone'"),
        ("{solution} ex-one", "{solution} ex-gone", "undefined label: ex-gone"),
    ],
)
def test_a_box_that_leads_nowhere_stops_the_build(tmp_path, old, new, complaint):
    assert old in CHAPTER[1]
    make_book(tmp_path, (CHAPTER[0], CHAPTER[1].replace(old, new)))
    with pytest.raises(SystemExit) as stop:
        build_site.build(tmp_path)
    assert complaint in str(stop.value)


def test_one_button_folds_all_code_and_the_next_page_remembers(book, browser):
    server = serve(book["site"])
    address = f"http://127.0.0.1:{server.server_port}/notebooks"
    page = browser.new_context().new_page()
    page.goto(f"{address}/01-first.html")
    assert [page.locator("div.cell_input").nth(i).is_visible() for i in (0, 1)] == [False, True]
    button = page.get_by_role("button", name="Fold all code")
    button.focus()
    page.keyboard.press("Enter")
    assert not page.locator("div.cell_input").nth(1).is_visible()
    page.goto(f"{address}/solutions/01-first.html")
    assert not page.locator("div.cell_input").first.is_visible()
    page.locator("details.xb-code > summary").first.click()
    assert page.locator("div.cell_input").first.is_visible()
    page.get_by_role("button", name="Show all code").click()
    page.goto(f"{address}/01-first.html")
    assert page.locator("div.cell_input").nth(1).is_visible()
    page.context.close()
    server.shutdown()
    server.server_close()


def test_on_paper_a_folded_proof_is_printed_and_folded_code_is_not(book, browser):
    page = browser.new_context().new_page()
    page.goto((book["site"] / "notebooks/01-first.html").as_uri())
    proof = page.locator(".proof-of.dropdown p:not(.admonition-title)").first
    page.wait_for_selector(".proof-of.toggle-hidden")
    assert not proof.is_visible()
    page.emulate_media(media="print")
    assert proof.is_visible()
    assert not page.locator("details.hide").first.is_visible()
    assert not page.get_by_role("button", name="Fold all code").is_visible()
    page.context.close()
