"""Every number that a reader meets in prose is one that the book computed or names.

Terms, citations, equations and links of the site are looked up by Sphinx, where a warning is an error: `test_site.py`
shows that each is one. Links on the pages that Sphinx does not build are looked up here.
"""

import re
from pathlib import Path

import mutate
import nbformat
import pytest
from guards import ROOT, markdown, notebooks, prose

LECTURES = {path.relative_to(ROOT).as_posix() for path in mutate.lecture_files()}  # held by tests/test_lectures.py
NOTEBOOKS = {path.relative_to(ROOT).as_posix(): path for path in sorted((ROOT / "notebooks").rglob("*.ipynb"))}
PAGES = {
    path.relative_to(ROOT).as_posix(): path for path in [*sorted((ROOT / "book").rglob("*.md")), ROOT / "README.md"]
}

OUTSIDE = [*ROOT.glob("*.md"), *(ROOT / ".github").rglob("*.md"), *(ROOT / "docs").rglob("*.md")]
RESULTS = sorted((ROOT / "benchmarks" / "results").glob("*.txt"))  # stored runs of the benchmarks

each_notebook = pytest.mark.parametrize("name", NOTEBOOKS)
each_page = pytest.mark.parametrize("name", PAGES)


@pytest.fixture(scope="module")
def stored():
    return {name: notebooks.read(path) for name, path in NOTEBOOKS.items()}


def text_of(name):
    """Return the prose of a page, or all Markdown and alternative texts of a notebook."""
    if name in PAGES:
        return PAGES[name].read_text(encoding="utf-8")
    return "\n\n".join(map(prose.prose_of, notebooks.read(NOTEBOOKS[name]).cells))


def notebook_with(text, *, code="", printed="", alt=""):
    """Return a notebook with one cell of Markdown and one of code that printed something."""
    code_cell = nbformat.v4.new_code_cell(code, outputs=[nbformat.v4.new_output("stream", text=printed)])
    code_cell.metadata = nbformat.from_dict({"mystnb": {"image": {"alt": alt}}})
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text), code_cell])


def passes(text, printed="", code=""):
    return prose.unsupported_in_notebook(notebook_with(text, printed=printed, code=code)) == []


# ---- The book


@pytest.mark.parametrize("name", sorted(set(NOTEBOOKS) - LECTURES))
def test_numbers_in_prose_were_computed(name, stored):
    assert prose.unsupported_in_notebook(stored[name]) == []


@each_page
def test_numbers_on_pages_were_computed(name, stored):
    # the README's example is run by tests/test_package.py, which also holds its table to the benchmark's stored run
    code = [*prose.python_fences(text_of(name)), *map(Path.read_text, RESULTS)] if name == "README.md" else []
    assert prose.unsupported_in_page(text_of(name), stored, code=code) == []


@each_page
def test_examples_on_pages_run(name):
    assert prose.failing_examples(text_of(name)) == []


@pytest.mark.parametrize("name", [*NOTEBOOKS, *PAGES])
def test_nothing_is_called_easy(name):
    assert prose.filler(text_of(name)) == []


@each_notebook
def test_a_changed_decimal_is_seen_in_this_notebook(name, stored):
    """Move the last digit of each number by one: most are seen, and far more would be missed were the guard lax.

    Not all can be: where a notebook prints both 0.46 and 0.47, either may stand in its prose.
    """
    supply = {*prose.outputs(stored[name]), *prose.inputs(stored[name])}
    found = [number for cell in stored[name].cells for number in prose.prose_numbers(prose.prose_of(cell))]
    fine = [number for number in found if abs(number.value) >= 100 * number.last_digit]
    moved = [number._replace(value=number.value + step * number.last_digit) for number in fine for step in (-1, 1)]
    seen = [number for number in moved if not number.is_supported_by(supply)]
    assert len(seen) >= len(moved) * 2 / 3


@pytest.mark.parametrize("path", OUTSIDE, ids=lambda path: path.name)
def test_a_link_on_a_page_that_sphinx_does_not_build_leads_to_a_file(path):
    assert [target for target in markdown.links(path.read_text(encoding="utf-8")) if not leads(path, target)] == []


def test_a_link_that_leads_nowhere_is_seen():
    found = markdown.links("[a](gone.md) ![b](README.md) <https://c.d> [e](#f) `[g](h)`\n\n```text\n[i](j)\n```\n")
    assert found == ["gone.md", "README.md", "https://c.d", "#f"]
    assert [leads(ROOT / "x.md", target) for target in found] == [False, True, True, True]


def leads(page, target):
    """Return whether a file is where the link from `page` leads; an address or a place on the page is let be."""
    return bool(re.match(r"[a-z]+:|#", target)) or (page.parent / target.partition("#")[0]).exists()


# ---- Numbers: what passes


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("Entropy is 0.47 bits.", "0.469"),
        ("Entropy is 0.4690 bits.", "0.469"),
        ("Entropy is $H = 0.47$ bits.", "0.469"),
        ("$$H = 0.47$$ (eq-h)", "0.469"),
        ("```{math}\n:label: eq-h\nH = 0.47\n```", "0.469"),
        ("Half-way: 0.46 and 0.47.", "0.465"),
        ("It is 46.9 % or 46.9\\% or $46.9\\,\\%$ or 46.9 percent or 46.9\u202f%.", "0.469"),
        ("It is 46.9 %.", "46.9"),
        ("It is 0.469.", "46.9%"),
        ("It is 47%.", "0.469"),
        ("It is 50 %.", "[0.5 0.25 0.25]"),
        ("It falls to −0.3, $-0.3$, $x \\approx -0.3$, $x = - 0.3$ and (−0.3).", "-0.3"),
        ("It is $p - 0.3$, $p-0.3$, 1 − 0.3, $)-0.3$, 0.3–0.3 and\n\n- 0.3 in a list.", "0.3"),
        ("A decimal comma: $0{,}5$.", "0.5"),
        ("Thousands: 43,211 and $43{,}211$ and $43\\,211$ and 43\u2009211 bytes.", "43211"),
        ("Thousands: 43,211 bytes.", "43,211"),
        ("Powers: $4.1\\times10^{6}$, $4.1 \\times 10^6$, 4.1 × 10⁶, $4.1\\cdot 10^{6}$, 4.1e6.", "4096000"),
        ("Small: $2 \\times 10^{-16}$ and 2 × 10⁻¹⁶.", "2.2e-16"),
        ("Scales: 4.1 million characters, 4 million, 4096 kB, 4.1 MB.", "4,096,000"),
        ("About 4,100,000 characters, 130,000 bits, $2^{-130000}$ and $2^{-0.5}$.", "4096000 129612 0.5"),
        ("A third is 0.333… or $0.333\\ldots$, and 0.666….", "0.3333333 0.6666667"),
        ("All in (0.1,0.2) and [0.3, 0.4] and 0.5/0.6.", "(0.1,0.2) [0.3 0.4] 0.5 0.6"),
        ("Units stick: 1.5 bits, 1.5-bit, 1.5&nbsp;bits, (1.5).", "1.5"),
        ("It is 2.0.", "[2. 4.]"),
        ("It is 0.47.", "np.float64(0.469)"),
        ("It is 0.47.", "x=0.469, y"),
    ],
)
def test_a_number_that_was_printed_passes(text, printed):
    assert passes(text, printed)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Take 0.25.", "p = 0.25"),
        ("Take 25 %.", "p = 0.25"),
        ("Take −0.25.", "z = -0.25"),
        ("A third is 0.333.", "p = 1 / 3"),
        ("The alphabet has 65,536 symbols.", "K = 2**16"),
        ("Take 0.125.", "f([0.5, {'a': 1 / 8}], base=2)"),
    ],
)
def test_a_number_that_was_put_in_passes(text, code):
    assert passes(text, code=code)


@pytest.mark.parametrize(
    "text",
    [
        "In 1948 there were 27 symbols and 100 guesses.",
        "Shannon found 1.3 bits {cite}`shannon1951`.",
        "{cite:t}`shannon1951` et al. found 1.3 bits, cf. Fig. 4 there.",
        "| 1.3 bits | 50 % | {cite:p}`shannon1951` |",
        "With Python 3.11, 3.12 or 3.13, version 1.2.3, CC BY 4.0.",
        "See Figure 2.1, section 3.2 and equation (3.4), §4.5.",
        "See [here](https://example.org/1.5) and https://example.org/2.5 or doi:10.1002/j.1538-7305.1948.tb01338.x.",
        "Call `entropy([0.5, 0.5])` or `x = 0.999`.",
        "```python\nx = 0.999\n```",
        "<!-- 0.999 -->\n% 0.999\n",
    ],
)
def test_a_number_that_needs_no_support_is_free(text):
    assert passes(text)


# ---- Numbers: what is seen


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("It is 0.48.", "0.469"),
        ("It is 0.46.", "0.469"),
        ("It is 3.3199.", "3.32"),
        ("It is 3.32.", "3.3251"),
        ("It is 0.47.", "-0.469"),
        ("It is −0.47.", "0.469"),
        ("It is $-0.47$.", "0.469"),
        ("It is $x \\approx -0.47$.", "0.469"),
        ("It is 4.7.", "0.47"),
        ("It is 0.047.", "0.47"),
        ("It is 46.8 %.", "0.469"),
        ("It is 48 %.", "0.469"),
        ("It is 0.469 %.", "0.47"),
        ("It is 43,212 bytes.", "43211"),
        ("It is 43212 bytes.", "43211"),
        ("It is 43,200 bytes.", "43311"),
        ("It is 4,200,000 characters.", "4096000"),
        ("It is 110,000 characters.", "104000"),
        ("It is 40,000 characters.", "41000"),
        ("It is $2^{-0.6}$.", "0.5"),
        ("It is $4.2\\times10^{6}$.", "4096000"),
        ("It is $4.1\\times10^{5}$.", "4096000"),
        ("It is 4.1 × 10⁻⁶.", "4096000"),
        ("It is 4.2 million.", "4096000"),
        ("It is 55 kB.", "56000"),
        ("It is 0.334….", "0.3333333"),
        ("It is $0{,}6$.", "0.5"),
        ("It is `0.48`.", "0.469"),
        ("It is **0.48**.", "0.469"),
        ("Shannon found 1.3 {cite}`shannon1951`. We found 1.4.", "0.469"),
        ("| a | b |\n|---|---|\n| 1.3 | {cite}`shannon1951` |\n| 1.4 | ours |", "0.469"),
        ("- one {cite}`a`\n- 1.4 of ours", "0.469"),
        ("## A heading with 1.4 bits\n\nText.", "0.469"),
        ("```{admonition} Title\n:class: tip\nIt is 0.48.\n```", "0.469"),
        (":::{note}\nIt is 0.48.\n:::", "0.469"),
        ("```{math}\n:label: eq-h\nH = 0.48\n```", "0.469"),
        ("A level of 0.05.", "0.5"),
        ("It is 0.48[^1].\n\n[^1]: A note {cite}`a`.", "0.469"),
        ("It is 6.4.", "<Figure size 640x480 with 1 Axes>"),
    ],
)
def test_a_number_that_was_not_computed_is_seen(text, printed):
    assert not passes(text, printed)


def test_a_changed_decimal_is_seen():
    text = "The entropy is 0.469 bits, the overhead 0.031 bits, in all 6.6 %."
    printed = "0.4690 0.0310 0.0661"
    assert passes(text, printed)
    for old, new in [
        ("0.469", "0.468"),
        ("0.469", "0.479"),
        ("0.031", "0.032"),
        ("6.6 %", "6.7 %"),
        ("6.6 %", "6.5 %"),
    ]:
        assert not passes(text.replace(old, new), printed)


def test_numbers_of_html_tables_and_widgets_count_and_styles_do_not():
    table = nbformat.v4.new_output(
        "execute_result", {"text/html": "<style>p {margin: 0.77em}</style><td width='0.66'>0.469</td>"}
    )
    notebook = notebook_with("It is 0.47.")
    notebook.cells[1].outputs = [table]
    assert prose.unsupported_in_notebook(notebook) == []
    for hidden in ("0.77", "0.66"):
        notebook.cells[0].source = f"It is {hidden}."
        assert prose.unsupported_in_notebook(notebook) != []
    model = {"model_name": "AnyModel", "state": {"p": [0.77, True], "_private": 0.66}}
    notebook.metadata["widgets"] = nbformat.from_dict({prose.STATE: {"state": {"m": model}}})
    notebook.cells[0].source = "It starts at 0.77."
    assert prose.unsupported_in_notebook(notebook) == []
    notebook.cells[0].source = "It starts at 0.66."
    assert prose.unsupported_in_notebook(notebook) != []


def test_numbers_in_alternative_texts_are_checked():
    assert prose.unsupported_in_notebook(notebook_with("Text.", printed="0.469", alt="A peak of 0.47 bits.")) == []
    assert prose.unsupported_in_notebook(notebook_with("Text.", printed="0.469", alt="A peak of 0.48 bits.")) != []


def test_an_input_has_its_sign():
    assert not passes("It is 0.25.", code="z = -0.25")
    assert not passes("It is −0.25.", code="z = 1 - 0.25")


def test_numbers_in_strings_and_comments_of_code_are_no_inputs():
    assert not passes("It is 0.25.", code="text = 'p is 0.25'  # 0.25")
    assert not passes("It is 0.4.", code="print(f'{x:.4f}')")


# ---- Pages


def test_a_page_is_held_to_the_notebooks():
    books = {
        "notebooks/01-a.ipynb": notebook_with("", printed="0.469"),
        "notebooks/02-b.ipynb": notebook_with("", printed="0.811"),
    }
    assert prose.unsupported_in_page("It is 0.47 and 0.81.", books) == []
    assert prose.unsupported_in_page("It is 0.48.", books) == ["'0.48' is in no output of the notebooks"]
    assert prose.unsupported_in_page("It is 0.48 {cite}`a`.", books) == []


def test_an_input_of_a_notebook_supports_no_page():
    assert prose.unsupported_in_page("It is 0.25.", {"01-a.ipynb": notebook_with("", code="p = 0.25")}) != []


def test_a_paragraph_that_links_to_a_notebook_is_held_to_that_one():
    books = {
        "notebooks/01-a.ipynb": notebook_with("", printed="0.469"),
        "notebooks/02-b.ipynb": notebook_with("", printed="0.811"),
    }
    row = "| claim | verdict |\n| 0.47 | [cell](../notebooks/{}#x) |"
    assert prose.unsupported_in_page(row.format("01-a.ipynb"), books) == []
    assert prose.unsupported_in_page(row.format("02-b.ipynb"), books) == ["'0.47' is in no output of 02-b.ipynb"]
    solutions = {"notebooks/solutions/01-a.ipynb": notebook_with("", printed="0.5")}  # the same name, another notebook
    assert prose.unsupported_in_page(row.format("01-a.ipynb"), books | solutions) == []
    found = prose.unsupported_in_page(row.format("solutions/01-a.ipynb"), books | solutions)
    assert found == ["'0.47' is in no output of solutions/01-a.ipynb"]


def test_an_example_of_a_page_supports_its_numbers_and_is_run():
    page = "It is 0.75.\n\n```python\n>>> 0.5 + 0.25\n0.75\n```\n"
    assert prose.unsupported_in_page(page, {}) == []
    assert prose.failing_examples(page) == []
    assert "Expected" in prose.failing_examples(page.replace("0.75\n```", "0.76\n```"))[0]
    assert prose.unsupported_in_page("It is 0.75.\n\n```python\nx = 0.75\n```\n", {}) != []
    assert prose.unsupported_in_page("It is 0.75.\n", {}, code=["print(x)  # 0.75"]) == []


# ---- Words


@pytest.mark.parametrize(
    "word", ["simply", "Obviously", "clearly", "trivial", "trivially", "of course", "needless to say"]
)
def test_a_word_that_calls_it_easy_is_seen(word):
    assert prose.filler(f"This is, {word}, so.") != []
    assert prose.filler(f"```{{note}}\n{word} so\n```") != []
    assert prose.filler(f"Nothing is “{word}” here; nor `{word}`, nor *{word}*.") == []
    assert prose.filler(f"```python\n# {word}\n```") == []


# ---- How Markdown is read


def test_sentences_end_where_a_reader_ends_them():
    text = "One, e.g. 0.5 of it. Two et al. go on! (Three.) Four\n- five\n- six\n\n"
    text += "| a | b |\n|---|---|\n| c | d |\n\n# Head\nBody"
    said = [sentence.strip() for leaf in markdown.leaves(text) for sentence in markdown.sentences(leaf)]
    assert said == [
        "One, e.g. 0.5 of it.", "Two et al. go on!", "(Three.)", "Four", "five", "six", "a | b", "c | d", "Head",
        "Body",
    ]  # fmt: skip


def test_blocks_inside_blocks_are_opened():
    text = "````{note}\nOuter\n```{math}\n:label: eq-a\nx\n```\n```python\ncode\n```\n````\nafter"
    assert [leaf.text for leaf in markdown.leaves(text)] == ["Outer", "$$x$$", "after"]
    assert [(block.kind, block.body) for block in markdown.blocks(text)][1:] == [("math", "x"), ("python", "code")]


def test_roles_and_code_are_told_apart():
    text = "By {eq}`eq-a` and {eq}`eq-b`, `code` and ``b`b``: {term}`x`."
    text += "\n\n$$ y $$ (eq-c)\n\nA stray ` mark.\n\nAnd {cite}`z`."
    assert markdown.roles(text, "eq") == ["eq-a", "eq-b"]
    assert markdown.roles(text, "cite") == ["z"]
    assert markdown.equations(text) == [("eq-c", "y")]
    assert markdown.leaves(text)[0].text == "By  eq-a  and  eq-b ,  code  and  code :  x ."


def test_a_part_of_a_list_or_of_a_definition_is_held_to_the_links_beside_it():
    text = "term\n: said [here](a.md)\n\n- one\n- [two](b.md)\n\nalone"
    links = [leaf.links for leaf in markdown.leaves(text)]
    assert links == [("a.md",), ("a.md",), ("b.md",), ("b.md",), ()]
