"""The plain edition: each piece of MyST becomes what every reader of notebooks shows; all else stays to the byte."""

from __future__ import annotations

import copy
import json
import os
import re
import subprocess
from types import SimpleNamespace

import build_site
import nbformat
import plain
import pytest
import run_branch
import yaml
from bs4 import BeautifulSoup
from guards import ROOT, changed
from guards import plain as guard
from guards.notebooks import read
from guards.running import not_checked
from hypothesis import given
from hypothesis import strategies as st
from myst_parser.config.main import MdParserConfig
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from plain.macros import expand
from plain.spans import Lines, cells, characters
from sphinx.errors import ExtensionError
from test_boxes import CHAPTER, make_book

MACROS = {"E": "\\mathbb{E}", "KL": ["D\\left(#1 \\Vert #2\\right)", 2], "twice": ["\\KL{#1}{#1}", 1]}
MACROS["after"] = ["#1\\alpha", 1]  # its last command would swallow a letter
EXTENSIONS = {"amsmath", "colon_fence", "deflist", "dollarmath", "linkify", "substitution", "tasklist"}
PARSER = plain.make_parser(MdParserConfig(enable_extensions=EXTENSIONS, linkify_fuzzy_links=False))
HOME = "https://here"
PAGE = "notebooks/01-first"
REPOSITORY = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["repository"]["url"]
ADDRESS = plain.public_address(SimpleNamespace(html_baseurl="", html_theme_options={"repository_url": REPOSITORY}))


class Shelf:
    """A book of which all is known."""

    address, macros = HOME, MACROS
    places = {
        "eq": {"eq-one": plain.Place(PAGE, "equation-eq-one", "1.1"),
               "eq-two": plain.Place("b", "equation-eq-two", "2.7")},
        "prf:ref": {"prop-one": plain.Place(PAGE, "prop-one", "Proposition 1.2"),
                    "obs-one": plain.Place(PAGE, "obs-one", "Observation 1.3")},
        "numref": {"fig-one": plain.Place(PAGE, "fig-one", "Figure 1.1")},
        "ref": {"ex-one": plain.Place(PAGE, "ex-one", "Exercise 1.1"), "claim-1": plain.Place("b", "claim-1", "Claim")},
        "exercise": {"ex-one": plain.Place(PAGE, "ex-one", "Exercise 1.1 (Two < three)")},
        "term": {"entropy": plain.Place("book/glossary", "term-entropy", "entropy")},
    }  # fmt: skip
    solved = None

    def __init__(self, headings=()):
        self.titles = list(headings)

    def place(self, role, target):
        return self.places[role][target]

    def citation(self, role, target):
        return {"t": "Guo et al. ([2017](x))", "p": "([Guo et al., 2017](x))"}[role]

    def link(self, page, href):
        known = {"b.ipynb": plain.Place("b", "", "Second"), "#part": plain.Place(PAGE, "part", "A part"),
                 "b.ipynb#part": plain.Place("b", "part", "B part")}  # fmt: skip
        return None if "://" in href else known[href]

    def solution(self, label):
        return self.solved

    def headings(self, page):
        return list(self.titles)

    def minutes(self, page):
        return "5 minutes: 30 words"


def edition(source, book=None):
    """The plain form of one cell of Markdown."""
    notebook = new_notebook(cells=[new_markdown_cell(source)])
    made = plain.plain_notebook(notebook, PAGE, book or Shelf(), PARSER)
    return "\n\n".join(cell.source for cell in made.cells)


# ---- Pieces of a line

PIECES = {
    "a {term}`entropy` b": f"a [entropy]({HOME}/book/glossary.html#term-entropy) b",
    "{term}`the measure <entropy>`": f"[the measure]({HOME}/book/glossary.html#term-entropy)",
    "{cite:t}`guo` say": "Guo et al. ([2017](x)) say",
    "so {cite:p}`guo`.": "so ([Guo et al., 2017](x)).",
    "{eq}`eq-two`": f"[(2.7)]({HOME}/b.html#equation-eq-two)",
    "{prf:ref}`prop-one`": "[Proposition 1.2](#prop-one)",
    "{ref}`claim 1 <claim-1>`": f"[claim 1]({HOME}/b.html#claim-1)",
    "{numref}`fig-one`": "[Figure 1.1](#fig-one)",
    "{kbd}`Tab`": "<kbd>Tab</kbd>",
    "[next](b.ipynb#part)": f"[next]({HOME}/b.html#part)",
    "[](b.ipynb)": f"[Second]({HOME}/b.html)",
    "[*see* {term}`entropy`](b.ipynb)": f"[*see* [entropy]({HOME}/book/glossary.html#term-entropy)]({HOME}/b.html)",
    "[out](https://example.org/a_b)": "[out](https://example.org/a_b)",
    "`{term}` and `{eq}` $\\{a\\}$": "`{term}` and `{eq}` $\\{a\\}$",
    "$\\E[X]$": "$\\mathbb{E}[X]$",
    "$\\KL{p}{q_1}$ \\E": "$D\\left(p \\Vert q_1\\right)$ \\E",
    "* one {kbd}`a`\n  two {kbd}`b`\n\n      code {kbd}`c`":
        "* one <kbd>a</kbd>\n  two <kbd>b</kbd>\n\n      code {kbd}`c`",
    "> quoted {kbd}`a`\n> on {kbd}`b`": "> quoted <kbd>a</kbd>\n> on <kbd>b</kbd>",
    "| a | b |\n| --- | --- |\n| {kbd}`x` \\| y | {kbd}`z` |\n| | {kbd}`x` |\n\nafter {kbd}`t`":
        "| a | b |\n| --- | --- |\n| <kbd>x</kbd> \\| y | <kbd>z</kbd> |\n| | <kbd>x</kbd> |\n\nafter <kbd>t</kbd>",
    "a | b\n--- | ---\n{kbd}`x` | {kbd}`y`": "a | b\n--- | ---\n<kbd>x</kbd> | <kbd>y</kbd>",
}  # fmt: skip


@pytest.mark.parametrize("source", PIECES)
def test_a_piece_of_a_line_becomes_words_and_links(source):
    assert edition(source) == PIECES[source]


# ---- Blocks

BLOCKS = {
    "equation": ("$$\na = b\n$$ (eq-one)", "$$\na = b\n\\tag{1.1}\n$$"),
    "equation without a number": ("$$\na = b\n$$", "$$\na = b\n$$"),
    "equation with a macro": ("$$\n\\E X\n$$", "$$\n\\mathbb{E} X\n$$"),
    "directive of an equation": ("```{math}\n:label: eq-one\na = \\E\n```", "$$\na = \\mathbb{E}\n\\tag{1.1}\n$$"),
    "comment": ("a\n\n% a remark\n\nb", "a\n\n\n\nb"),
    "target that nobody wants": ("(claim-1)=\na", "a"),
    "definitions": ("One\n: first {kbd}`a`\n  goes on\n\nTwo\n: second",
                    "- **One:**\n  first <kbd>a</kbd>\n  goes on\n\n- **Two:**\n  second"),
    "definition of a role": ("{kbd}`a`\n: b", "- **<kbd>a</kbd>:**\n  b"),
    "lead": (":::{lead}\nAll *is*\nwell.\n:::\n\nText.", "> All *is*\n> well.\n\nText."),
    "note": (":::{note}\nMind.\n:::", "> **Note**\n>\n> Mind."),
    "admonition": (":::{admonition} Is $a$ so?\n:class: claim\nNo.\n:::", "> **Is $a$ so?**\n>\n> No."),
    "folded answer": (":::{admonition} Answer\n:class: dropdown\nSix.\n\n$$\na\n$$\n:::",
                      "<details>\n<summary>Answer</summary>\n\nSix.\n\n$$\na\n$$\n\n</details>"),
    "formulas in a box": (":::{lead}\nso $a\n= b$:\n\n$$\na \\\\\nb\n$$ (eq-one)\n:::",
                          "> so $a = b$:\n>\n> $$ a \\\\ b \\tag{1.1} $$"),
    "proposition": (":::{prf:proposition} All $x$\n:label: prop-one\nThey are.\n:::",
                    "> **Proposition 1.2 · All $x$**\n>\n> They are."),
    "observation": (":::{prf:observation}\n:label: obs-one\nSeen.\n:::",
                    f"> **Observation 1.3**\n>\n> Seen.\n>\n> [How it was measured]({HOME}/{PAGE}.html#obs-one)"),
    "proof": (":::{prf:proof}\nEasy.\n:::", "> **Proof**\n>\n> Easy."),
    "folded proof": (":::{prf:proof}\n:class: dropdown\nLong.\n:::",
                     "<details>\n<summary>Proof</summary>\n\nLong.\n\n</details>"),
    "exercise": (":::{exercise} Two < three\n:label: ex-one\n:minutes: 5\n:aim: count\nHow many?\n:::",
                 "> **Exercise 1.1 (Two < three)**\n>\n> 5 minutes · aim: count\n>\n> How many?"),
    "folded solution": (
        ":::{solution} ex-one\n:class: dropdown\nSix.\n:::",
        "<details>\n<summary>Solution to Exercise 1.1 (Two &lt; three)</summary>\n\nSix.\n\n</details>"),
    "solution over cells": ("```{solution-start} ex-one\n```\n\nSo:\n\n```{solution-end}\n```",
                            "> **Solution to [Exercise 1.1 (Two < three)](#ex-one)**\n\nSo:"),
    "at a glance": (":::{at-a-glance}\nUnits\n: bits\n:::",
                    "> **At a glance**\n>\n> - **Time:**\n>   5 minutes: 30 words\n>\n> - **Units:**\n>   bits"),
    "code": ("```{code-block} python\n:name: tools-a\nx = 1  # {term}\n```", "```python\nx = 1  # {term}\n```"),
    "plain code": ("```python\n{term}`x`\n```", "```python\n{term}`x`\n```"),
    "division": (":::{div} stacked\n| a |\n| --- |\n| {kbd}`x` |\n:::", "| a |\n| --- |\n| <kbd>x</kbd> |"),
    "tabs": ("::::{tab-set}\n:::{tab-item} One\na\n:::\n:::{tab-item} Two\nb\n:::\n::::",
             "> **One**\n>\n> a\n> **Two**\n>\n> b"),
    "box in a list": ("- a\n\n  :::{note}\n  {kbd}`b`\n  :::\n- c", "- a\n\n  > **Note**\n  >\n  > <kbd>b</kbd>\n- c"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BLOCKS)
def test_a_block_becomes_plain_markdown(kind):
    source, wanted = BLOCKS[kind]
    assert edition(source) == wanted


def test_the_exercise_leads_to_its_solution_on_another_page():
    book = Shelf()
    book.solved = plain.Place("notebooks/solutions/01-first", "solution-ex-one", "Solution")
    made = edition(BLOCKS["exercise"][0], book)
    assert made.endswith(f"\n>\n> [Solution]({HOME}/notebooks/solutions/01-first.html#solution-ex-one)")


def test_headings_have_the_numbers_of_the_site_and_an_anchor_where_the_page_links_to_them():
    book = Shelf([("3. ", "first"), ("", "part"), ("", "other")])
    made = edition("# First\n\nSee [there](#part).\n\n## A *part*\n\n### Other", book)
    assert made == '# 3. First\n\nSee [there](#part).\n\n## <a id="part"></a>A *part*\n\n### Other'


def test_what_the_page_links_to_gets_an_anchor_in_its_box():
    source = f"{BLOCKS['proposition'][0]}\n\n{BLOCKS['equation'][0]}\n\nBy {{prf:ref}}`prop-one` and {{eq}}`eq-one`."
    made = edition(source)
    assert '> <a id="prop-one"></a>**Proposition 1.2' in made
    assert '<a id="equation-eq-one"></a>\n$$\n' in made
    assert made.endswith("By [Proposition 1.2](#prop-one) and [(1.1)](#equation-eq-one).")


def test_the_caption_of_a_figure_stands_in_a_cell_below_it():
    figure = {"mystnb": {"figure": {"name": "fig-one", "caption": "The {term}`entropy` of $\\E$."}}}
    notebook = new_notebook(cells=[new_code_cell("draw()", metadata=figure, id="cell-01")])
    made = plain.plain_notebook(notebook, PAGE, Shelf(), PARSER)
    assert made.cells[0] == notebook.cells[0]
    assert made.cells[1].id == "cell-01-caption"
    assert made.cells[1].source == (
        f"**Figure 1.1** · The [entropy]({HOME}/book/glossary.html#term-entropy) of $\\mathbb{{E}}$."
    )
    nbformat.validate(made)


def test_a_cell_that_held_nothing_but_marks_is_gone():
    cells = [new_markdown_cell("```{solution-end}\n```"), new_code_cell("1"), new_markdown_cell("a")]
    made = plain.plain_notebook(new_notebook(cells=cells), PAGE, Shelf(), PARSER)
    assert [cell.source for cell in made.cells] == ["1", "a"]


UNKNOWN = {
    ":::{unheard-of}\na\n:::": "the directive 'unheard-of'",
    "{unheard-of}`a`": "the role 'unheard-of'",
    ":::something\na\n:::": ":::something",
    "a {{ b }}": "'substitution_inline'",
    "![a picture](a.png)": "a picture must be part of the notebook",
    "[a][b]\n\n[b]: b.ipynb": "must be written",
    ":::{lead}\n$$\na % b\n$$\n:::": "must have no comment",
    "# Title": "the page must have the headings",
}


@pytest.mark.parametrize("source", UNKNOWN)
def test_what_has_no_plain_form_is_an_error_and_not_a_guess(source):
    book = Shelf([("", "title"), ("", "lost")] if source.startswith("#") else ())
    with pytest.raises(ValueError, match="plain|must") as error:
        edition(source, book)
    assert UNKNOWN[source] in str(error.value)


PLAIN = ["a *b*", "**c** `d`", "$x_1$", "$$\ny\n$$", "1. e\n2. f", "- g\n\n  h", "> i\n> j", "| k |\n| --- |\n| l |",
         "```python\nm = {n}\n```", "[o](https://p.org)", "<kbd>q</kbd>", "***", "r  \ns", "    t"]  # fmt: skip


@given(st.lists(st.sampled_from(PLAIN), min_size=1, max_size=8))
def test_what_is_plain_stays_as_it_was_written(parts):
    source = "\n\n".join(parts)
    assert edition(source) == source
    assert edition(f"{source}\n\n{{kbd}}`z`\n\n{source}") == f"{source}\n\n<kbd>z</kbd>\n\n{source}"


@pytest.mark.parametrize(
    ("tex", "wanted"),
    [
        ("\\E x", "\\mathbb{E} x"),
        ("\\Ex \\\\E", "\\Ex \\\\E"),  # another command; a new line and a letter
        ("\\KL p q", "D\\left(p \\Vert q\\right)"),
        ("\\KL{\\frac{a}{b}}{\\{}", "D\\left(\\frac{a}{b} \\Vert \\{\\right)"),
        ("\\after{a}x", "a\\alpha x"),
        ("\\twice{z}", "D\\left(z \\Vert z\\right)"),
    ],
)
def test_a_macro_is_written_out(tex, wanted):
    assert expand(tex, MACROS) == wanted


def test_a_macro_whose_brace_is_open_is_an_error():
    with pytest.raises(ValueError, match="a brace is not closed"):
        expand("\\KL{a", MACROS)


@given(
    st.lists(st.sampled_from(["a", "bc", " ", "\\|"]), max_size=6), st.lists(st.sampled_from(["d", " e"]), max_size=4)
)
def test_each_character_of_a_cell_is_found_where_it_stands(first, second):
    row = f"> |{''.join(first)}|{''.join(second)}|"
    for content, places in cells(0, Lines(row))[1:3]:
        assert "".join(row[place] for place in places[:-1]) == content


def test_each_character_of_a_paragraph_is_found_where_it_stands():
    text = "x\n> one  \n>   two\n> three"
    content = "one  \n  two\nthree"
    places = characters(content, Lines(text), 1)
    assert [text[place] for place, sign in zip(places, content, strict=False) if sign.isalpha()] == list("onetwothree")


# ---- The guards of the edition can fail

SOUND = "# 1. A\n\n> **Definition 1.1 · B**\n>\n> $a$\n\n<details>\n<summary>C</summary>\n\nd\n\n</details>"
LEFT = {
    "a role": "a {term}`b`",
    "a directive": ":::{note}\na\n:::",
    "a directive in a fence of code": "```{code-block} python\na\n```",
    "a directive in a list": "- b\n\n  :::{prf:proof}\n  a\n  :::",
    "an equation's label": "$$\na\n$$ (eq-a)",
    "a target": "(claim-1)=\na",
    "a macro": "$\\KL{p}{q}$",
    "a list of definitions": "a\n: b",
    "a comment": "% a",
    "a role in a title": "<details>\n<summary>By {term}`a`</summary>\n\nb\n\n</details>",
    "a formula over lines in a quotation": "> $$\n> a\n> $$",
}


@pytest.mark.parametrize("fault", LEFT)
def test_what_is_left_of_myst_is_seen(fault):
    assert guard.raw_pieces(SOUND, MACROS) == []
    assert len(guard.raw_pieces(f"{SOUND}\n\n{LEFT[fault]}", MACROS)) >= 1


def test_a_changed_byte_of_code_outputs_or_metadata_is_seen():
    stored = read(ROOT / "notebooks" / "03-cross-entropy.ipynb")
    assert guard.code_differences(stored, stored) == []

    def broken(change):
        made = copy.deepcopy(stored)
        change(made, next(cell for cell in made.cells if cell.get("outputs")))
        return guard.code_differences(stored, made)

    assert broken(lambda _, cell: cell.update(source=f"{cell.source} "))
    assert broken(lambda _, cell: cell.outputs.clear())
    assert broken(lambda _, cell: cell.metadata.update(tags=[]))
    assert broken(lambda _, cell: cell.update(execution_count=None))
    assert broken(lambda made, _: made.metadata.pop("widgets"))
    assert broken(lambda made, cell: made.cells.remove(cell))
    assert broken(lambda made, _: made.cells.reverse())
    assert broken(lambda made, _: made.cells.append(new_markdown_cell("new")))


HTML = """<article><h1><span class="section-number">1. </span>A</h1>
<div class="proof"><p class="admonition-title"><span class="caption-number">Definition 1.1 </span>B</p></div>
<span class="eqno">(1.1)<a>#</a></span><figcaption><span class="caption-number">Figure 1.1 </span></figcaption>
<a class="reference internal" href="01-first.html#d">Definition 1.1</a></article>"""
NUMBERED = (
    f"{SOUND}\n\n$$ a \\tag{{1.1}} $$\n\n**Figure 1.1** · F\n\n"
    f"[Definition 1.1]({HOME}/{PAGE}.html#d) [G]({HOME}/b.html#h)"
)


def one_cell(text):
    return new_notebook(cells=[new_markdown_cell(text)])


@pytest.mark.parametrize(
    ("old", "new"),
    [("# 1.", "# 2."), ("Definition 1.1 ·", "Definition 1.2 ·"), ("tag{1.1}", "tag{1.2}"), ("Figure 1.1", "X")],
)
def test_a_number_that_is_not_the_sites_is_seen(old, new):
    assert guard.number_differences(one_cell(NUMBERED), HTML) == []
    assert len(guard.number_differences(one_cell(changed(NUMBERED, old, new)), HTML)) == 1


@pytest.mark.parametrize(("old", "new"), [("[Definition 1.1](", "[Definition 1.3]("), ("#d)", "#e)")])
def test_a_reference_that_is_not_the_sites_is_seen(old, new):
    assert guard.reference_differences(one_cell(NUMBERED), HTML, PAGE, HOME) == []
    assert len(guard.reference_differences(one_cell(changed(NUMBERED, old, new)), HTML, PAGE, HOME)) == 2


@pytest.mark.parametrize("link", ["#nowhere", "b.ipynb", f"{HOME}/c.html", f"{HOME}/b.html#i"])
def test_a_link_that_leads_nowhere_is_seen(link):
    anchors = {"b.html": {"h"}, f"{PAGE}.html": {"d"}}
    assert guard.link_problems(one_cell(NUMBERED), PAGE, HOME, anchors) == []
    assert len(guard.link_problems(one_cell(f"{NUMBERED} [x]({link})"), PAGE, HOME, anchors)) == 1


# ---- A small book


@pytest.mark.browser  # a book is built
def test_the_builder_writes_the_plain_edition_alone(tmp_path):
    make_book(tmp_path)
    build_site.build(tmp_path, *build_site.PLAIN_ALONE)
    made = tmp_path / "_build" / "plain" / "notebooks"
    assert sorted(path.name for path in made.parent.rglob("*.*")) == sorted(
        ["01-first.ipynb"] * 3 + ["02-second.ipynb"]
    )
    text = "\n".join(cell.source for cell in read(made / "01-first.ipynb").cells)
    for piece in (
        "# 1. First", "**Definition 1.1 · Thing**", "**Proposition 1.2 · Result**", "**Observation 1.3 · Seen**",
        "**Cited Result 1.4 · Known**", "**Exercise 1.1 (Dice)**", "**Figure 1.1** · What to see.",
        "5 minutes · aim: count $x$ by hand", "- **Time:**\n>   5 minutes: ", "So says Shannon (",
        f"[Proposition 1.5]({ADDRESS}/notebooks/deeper/01-first.html#prop-deep)",
        f"[Solution]({ADDRESS}/notebooks/solutions/01-first.html#solution-ex-two)",
    ):  # fmt: skip
        assert piece in text, piece
    assert not (tmp_path / "_build" / "html").exists()


@pytest.mark.browser
def test_a_page_without_a_plain_form_stops_the_build_and_is_named(tmp_path):
    make_book(tmp_path, (CHAPTER[0], f"{CHAPTER[1]}\n\n{{abbr}}`CE (cross-entropy)`"))
    with pytest.raises(SystemExit) as stop:
        build_site.build(tmp_path, *build_site.PLAIN_ALONE)
    assert "notebooks/01-first has no plain edition" in str(stop.value) and "'abbr'" in str(stop.value)


# ---- The book

PAGES = sorted(path.relative_to(ROOT).with_suffix("").as_posix() for path in (ROOT / "notebooks").rglob("*.ipynb"))


@pytest.fixture(scope="module")
def anchors(site):
    """The anchors of each page of the site."""
    pages = {path.relative_to(site).as_posix(): path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
    return {name: set(re.findall(r'\bid="([^"]+)"', html)) for name, html in pages.items()}


@pytest.mark.parametrize("page", PAGES)
def test_a_plain_notebook_is_sound(site, anchors, page):
    made, stored = read(site / "plain" / f"{page}.ipynb"), read(ROOT / f"{page}.ipynb")
    html = (site / f"{page}.html").read_text(encoding="utf-8")
    nbformat.validate(made)
    pieces = [
        piece for cell in made.cells if cell.cell_type == "markdown" for piece in guard.raw_pieces(cell.source, MACROS)
    ]
    assert pieces == []
    assert guard.code_differences(stored, made) == []
    assert guard.number_differences(made, html) == []
    assert guard.reference_differences(made, html, page, ADDRESS) == []
    assert guard.link_problems(made, page, ADDRESS, anchors) == []


@pytest.mark.parametrize(
    "page", [PAGES[0], "notebooks/deeper/03-cross-entropy", "notebooks/solutions/03-cross-entropy"]
)
def test_nbconvert_renders_a_plain_notebook(site, page):
    try:
        from nbconvert import HTMLExporter
    except ImportError:
        not_checked("no nbconvert: the plain notebooks were not rendered")
    made = read(site / "plain" / f"{page}.ipynb")
    html, _ = HTMLExporter().from_notebook_node(made)
    body = BeautifulSoup(html, "html.parser").select(".jp-RenderedMarkdown")
    source = "\n".join(cell.source for cell in made.cells if cell.cell_type == "markdown")
    text = "\n".join(part.get_text() for part in body)
    assert sum(len(part.select("details > summary")) for part in body) == source.count("<details>")
    assert text.count("\\tag{") == source.count("\\tag{")
    assert sum(len(part.select("blockquote")) for part in body) > 0
    assert [mark for mark in (":::", "{term}", "**", "<a ", "](") if mark in text] == []


# ---- The branch that Binder and Colab open


def test_the_branch_has_the_notebooks_at_the_paths_of_the_buttons_and_what_runs_them(tmp_path):
    (tmp_path / "plain/notebooks/deeper").mkdir(parents=True)
    (tmp_path / "plain/notebooks/deeper/01-a.ipynb").write_text("{}")
    run_branch.lay_out(tmp_path / "plain", tmp_path / "tree")
    made = {path.relative_to(tmp_path / "tree").as_posix() for path in (tmp_path / "tree").rglob("*") if path.is_file()}
    assert {"notebooks/deeper/01-a.ipynb", "requirements.txt", "postBuild", "xentbook/__init__.py"} <= made
    assert not any(name.startswith(("tests/", "book/")) or "__pycache__" in name for name in made)
    assert os.access(tmp_path / "tree/postBuild", os.X_OK)


def test_the_commit_of_the_branch_holds_what_was_laid_out_and_leaves_the_repository_as_it_is(tmp_path):
    def git(*command):
        return subprocess.run(
            ["git", *command], cwd=tmp_path / "main", check=True, capture_output=True, text=True
        ).stdout

    for folder in ("main", "tree"):
        (tmp_path / folder).mkdir()
    (tmp_path / "main/.gitignore").write_text("*.txt\n")
    (tmp_path / "tree/a.txt").write_text("text")
    git("init", "-q", ".")
    git("add", ".gitignore")
    before = git("status", "--porcelain")
    name = run_branch.commit(tmp_path / "tree", "The notebooks", tmp_path / "main")
    assert git("ls-tree", "-r", "--name-only", name) == "a.txt\n"
    assert git("log", "--format=%s", name) == "The notebooks\n"
    assert git("status", "--porcelain") == before


# ---- The buttons


def buttons(**urls):
    inner = [{"text": name.replace("ipynb", ".ipynb"), "url": url} for name, url in urls.items()]
    context = {"page_source_suffix": ".ipynb", "header_buttons": [{"buttons": inner}, {"text": "", "url": "x"}]}
    context["pathto"] = lambda name, _: f"../{name}"
    app = SimpleNamespace(config=SimpleNamespace(html_theme_options={"repository_branch": "main"}))
    plain.point_buttons(app, PAGE, "page.html", context, None)
    return [button["url"] for button in inner]


LAUNCH = {
    "ipynb": "../_sources/a.ipynb",
    "Binder": "h/v2/gh/o/main/main?urlpath=a",
    "Colab": "h/github/o/main/blob/main/a",
}


def test_the_buttons_lead_to_the_plain_edition():
    assert buttons(**LAUNCH) == ["../plain/a.ipynb", "h/v2/gh/o/main/run?urlpath=a", "h/github/o/main/blob/run/a"]


@pytest.mark.parametrize("name", LAUNCH)
def test_a_button_that_is_not_there_or_leads_elsewhere_stops_the_build(name):
    with pytest.raises(ExtensionError, match="has no button"):
        buttons(**{other: url for other, url in LAUNCH.items() if other != name})
    with pytest.raises(ExtensionError, match="must lead to"):
        buttons(**LAUNCH | {name: "elsewhere"})


def test_the_public_address_follows_from_the_repository_unless_it_is_set():
    options = {"repository_url": "https://github.com/Ada/ce"}
    config = SimpleNamespace(html_baseurl="", html_theme_options=options)
    assert plain.public_address(config) == "https://ada.github.io/ce"
    config.html_baseurl = "https://ce.example/"
    assert plain.public_address(config) == "https://ce.example"


def test_json_of_a_notebook_is_written_as_it_is_stored(tmp_path):
    stored = ROOT / "notebooks" / "01-surprise.ipynb"
    nbformat.write(read(stored), tmp_path / "a.ipynb")
    assert json.loads((tmp_path / "a.ipynb").read_text()) == json.loads(stored.read_text())
