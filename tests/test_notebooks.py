"""A stored notebook has its form, a chapter the shape of a chapter, and the comparison of two runs sees every change.

The notebooks themselves are run by nbval (`guards.running`): `pytest notebooks/03-cross-entropy.ipynb` runs one.
"""

import base64
import copy
import io
import math
import shutil
from functools import cache

import nbformat
import pytest
from guards import ROOT, notebooks
from PIL import ImageChops
from sample_cells import FIGURE, WIDGET, picture_in, png, scratch

FOLDER = ROOT / "notebooks"
BESIDE = {path.name: path for path in sorted(FOLDER.glob("*.ipynb")) if path.name in notebooks.COMPANIONS}
CHAPTERS = {path.name: path for path in sorted(FOLDER.glob("*.ipynb")) if path.name not in BESIDE}
SOLUTIONS = {f"solutions/{path.name}": path for path in sorted((FOLDER / "solutions").glob("*.ipynb"))}
DEEPER = {f"deeper/{path.name}": path for path in sorted((FOLDER / "deeper").glob("*.ipynb"))}
NOTEBOOKS = {**CHAPTERS, **DEEPER, **SOLUTIONS, **BESIDE}

each_notebook = pytest.mark.parametrize("name", NOTEBOOKS)
each_chapter = pytest.mark.parametrize("name", CHAPTERS)

ALT = "Surprisal falls from seven bits for a rare event to zero for a certain one."
TITLE = (
    "# Surprise\n\n" + "How much news is in a message, and why should the answer be a logarithm and nothing else? " * 2
)
EXERCISES = """## Exercises

The [solutions](solutions/01-surprise.ipynb) are a notebook of their own.

### Level 1 · by hand

**Exercise 1.** Add.

### Level 2 · with code

**Exercise 2: halves.** Divide.

### Level 3 · think further

**Exercise 3.** Prove."""


new_text = nbformat.v4.new_markdown_cell


def chapter():
    """Return the smallest notebook with all that a chapter needs, not executed yet."""
    text, code = new_text, nbformat.v4.new_code_cell
    cells = [
        text(TITLE),
        text("## What you will learn\n\nTwenty minutes.\n\nTakes 20 minutes."),
        text("## Predict first\n\nGuess {cite}`shannon1948`."),
        text("## The law\n\n$$\ns = -\\log p\n$$ (eq-surprisal)"),
        code("for word in ('one', 'two'):\n    print(word)"),
        code(FIGURE, metadata={"mystnb": {"image": {"alt": ALT}}}),
        code(WIDGET),
        code("1 + 1", metadata={"tags": ["hide-input"]}),
        text("## Where this breaks\n\nNowhere."),
        text("## Check yourself\n\nDo."),
        text(EXERCISES),
        text("## Take-aways\n\n- One."),
        text("## References\n\nOne."),
    ]
    return nbformat.v4.new_notebook(cells=cells)


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    path = tmp_path_factory.mktemp("notebooks") / "01-surprise.ipynb"
    nbformat.write(chapter(), path)
    notebooks.executor.store(path)
    return path


@pytest.fixture
def stored(good):
    """Return the chapter as executed, to be broken."""
    return notebooks.read(good)


@cache
def book(name):
    """Return a notebook of the book, read once: the guards look and change nothing."""
    return notebooks.read(NOTEBOOKS[name])


def code_cell(notebook, text):
    return next(cell for cell in notebook.cells if cell.cell_type == "code" and text in cell.source)


def at(where, **changes):
    """Return a function that changes the cell of code with the text `where` in it."""
    return lambda notebook: code_cell(notebook, where).update(copy.deepcopy(changes))


def prints(text):
    """Return a function that changes what the first cell printed."""
    return lambda notebook: code_cell(notebook, "print").outputs[0].update(text=text)


def shows(text, kind, data):
    """Return a function that lets the cell of code with `text` in it show other data."""
    return lambda notebook: code_cell(notebook, text).outputs[0].data.update({kind: data})


def adds(text):
    """Return a function that adds a paragraph to the fourth cell."""
    return lambda notebook: notebook.cells[3].update(source=f"{notebook.cells[3].source}\n\n{text}")


def stream(name, text):
    return nbformat.v4.new_output("stream", name=name, text=text)


# ---- The book


def test_chapters_are_numbered_without_a_gap():
    assert len(CHAPTERS) >= 4
    assert notebooks.numbering_problems(list(CHAPTERS)) == []


def test_no_solutions_without_a_chapter():
    assert {name.removeprefix("solutions/") for name in SOLUTIONS} == set(CHAPTERS)


@each_notebook
@pytest.mark.parametrize(
    "guard", [*notebooks.NOTEBOOK_GUARDS, *notebooks.CELL_GUARDS], ids=lambda guard: guard.__name__
)
def test_notebook(name, guard):
    assert guard(book(name)) == []


@each_notebook
def test_notebook_is_small(name):
    assert notebooks.size_problems(NOTEBOOKS[name]) == []


@each_chapter
def test_chapter_has_its_shape(name):
    assert notebooks.chapter_problems(book(name), name) == []


@each_chapter
def test_every_exercise_has_its_solution(name):
    assert notebooks.solution_problems(CHAPTERS[name]) == []


@each_notebook
def test_every_exclusion_has_its_reason(name):
    assert notebooks.excluded_cells(book(name), name)[1] == []


def test_few_cells_are_excluded():
    assert len(notebooks.EXCLUDED) <= notebooks.EXCLUDED_AT_MOST
    assert all(name in NOTEBOOKS and len(reason.split()) >= 4 for (name, _), reason in notebooks.EXCLUDED.items())


# ---- A good chapter passes; executing is steady


def test_a_good_chapter_passes(good, stored):
    for guard in [*notebooks.NOTEBOOK_GUARDS, *notebooks.CELL_GUARDS]:
        assert guard(stored) == []
    assert notebooks.chapter_problems(stored, good.name) == []
    assert notebooks.size_problems(good) == []


@pytest.fixture(scope="module")
def again(good, tmp_path_factory):
    path = tmp_path_factory.mktemp("again") / good.name
    shutil.copy(good, path)
    notebooks.executor.store(path)
    return path


def test_executing_again_gives_the_same_bytes(good, again):
    assert again.read_bytes() == good.read_bytes()


def test_only_the_widgets_that_are_shown_are_stored(stored):
    state = stored.metadata.widgets[notebooks.STATE].state
    names = sorted(model.model_name for model in state.values())
    assert names == ["AnyModel", "LayoutModel"]
    assert code_cell(stored, "anywidget").outputs[0].data[notebooks.VIEW].model_id in state


def test_a_stored_front_end_is_seen(stored):
    assert "_esm" not in stored.metadata.widgets[notebooks.STATE].state[shown_model(stored)].state
    stored.metadata.widgets[notebooks.STATE].state[shown_model(stored)].state["_esm"] = "export default {}"
    (problem,) = notebooks.stores_no_front_ends(stored)
    assert problem.endswith("stores _esm: run tools/execute.py --strip-only")


def shown_model(notebook):
    return code_cell(notebook, "anywidget").outputs[0].data[notebooks.VIEW].model_id


def test_a_failing_cell_leaves_the_file_alone(tmp_path, capsys):
    path = tmp_path / "01-fails.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 / 0")]), path)
    before = path.read_bytes()
    assert notebooks.executor.main([str(path)]) == 1
    complaint = capsys.readouterr().err
    assert "the file is left as it was" in complaint and "ZeroDivisionError" in complaint
    assert path.read_bytes() == before


def test_a_companion_is_executed_only_where_its_modules_are(tmp_path, capsys, monkeypatch):
    path = tmp_path / "notebooks" / "with-rockets.ipynb"
    path.parent.mkdir()
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1")]), path)
    before = path.read_bytes()
    monkeypatch.setitem(notebooks.COMPANIONS, path.name, ("json", "no_such_rocket"))
    assert notebooks.executor.main([], root=tmp_path) == 0
    assert capsys.readouterr().out == "with-rockets: needs json, no_such_rocket (make frameworks); left as it was\n"
    assert path.read_bytes() == before
    monkeypatch.setitem(notebooks.COMPANIONS, path.name, ("json",))
    stored = []
    monkeypatch.setattr(notebooks.executor, "store", stored.append)
    assert notebooks.executor.main([], root=tmp_path) == 0
    assert stored == [path]


def test_pieces_of_one_stream_are_joined_and_others_are_not():
    piece = nbformat.v4.output_from_msg
    outputs = [
        piece({"header": {"msg_type": "stream"}, "content": {"name": name, "text": text}})
        for name, text in [("stdout", "a"), ("stdout", "b"), ("stderr", "c"), ("stdout", "d")]
    ]
    joined = notebooks.executor.join_streams(outputs)
    assert [(output.name, output.text) for output in joined] == [("stdout", "ab"), ("stderr", "c"), ("stdout", "d")]


# ---- The comparison sees what changed


@pytest.fixture
def fresh(again):
    return notebooks.read(again)


def differences(stored, fresh):
    """Return what the comparisons say, first of the cells, then of the widgets."""
    pairs = zip(notebooks.code_cells(stored), notebooks.code_cells(fresh), strict=True)
    found = [problem for pair in pairs for problem in notebooks.cell_differences(*pair)]
    return found + notebooks.widget_differences(stored, fresh)


def test_a_true_copy_has_no_differences(stored, fresh):
    assert differences(stored, fresh) == []


CHANGES = {  # what is changed in the stored file, and how the one difference begins
    "a text": (prints("one\nthree\n"), "'one\\nthree\\n' is stored, 'one\\ntwo\\n' came"),
    "a value": (shows("1 + 1", "text/plain", "3"), "text/plain is '3' in the file, '2' when run"),
    "no output": (at("1 + 1", outputs=[]), "0 outputs are stored, 1 came"),
    "another kind of output": (
        at("1 + 1", outputs=[stream("stdout", "2")]),
        "a stream is stored, a execute_result came",
    ),
    "another form of output": (shows("1 + 1", "text/html", "2"), "text/html is in one only"),
    "a figure": (lambda book: scratch(code_cell(book, "plt")), "the picture differs by"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_of_an_output_is_seen(stored, fresh, what):
    change, complaint = CHANGES[what]
    change(stored)
    (difference,) = differences(stored, fresh)
    assert difference.startswith(complaint)


def test_a_changed_widget_is_seen(stored, fresh):
    state = stored.metadata.widgets[notebooks.STATE].state
    model = next(model for model in state.values() if model.model_name == "AnyModel")
    model.state.p[0] += 1e-14
    assert differences(stored, fresh) == []
    model.state.p[0] = 0.6
    assert "0.6" in differences(stored, fresh)[0]
    del model.state["p"]
    assert "is in one only" in differences(stored, fresh)[0]


def test_a_widget_without_state_or_with_that_of_another_is_seen(stored, fresh):
    view = code_cell(stored, "anywidget").outputs[0].data[notebooks.VIEW]
    view.model_id = "0" * 32
    assert len(differences(stored, fresh)) == 1
    del code_cell(stored, "anywidget").outputs[0].data[notebooks.VIEW]
    assert len(differences(stored, fresh)) == 2  # the cell lacks it, and so does the notebook
    stored = copy.deepcopy(fresh)
    del stored.metadata["widgets"]
    assert len(differences(stored, fresh)) == len(fresh.metadata.widgets[notebooks.STATE].state)


def test_the_last_bits_of_a_figure_are_free(stored):
    picture = picture_in(code_cell(stored, "plt")).convert("RGBA")
    original = png(picture)
    brighter = picture.point(lambda level: max(level - 3, 0))
    moved = ImageChops.offset(picture, 1, 0)
    assert notebooks.picture_difference(original, original) == 0
    assert 0 < notebooks.picture_difference(original, png(brighter)) <= notebooks.PICTURE_TOLERANCE
    assert notebooks.picture_difference(original, png(moved)) <= notebooks.PICTURE_TOLERANCE
    assert notebooks.picture_difference(original, png(ImageChops.offset(picture, 3, 0))) > notebooks.PICTURE_TOLERANCE
    assert notebooks.picture_difference(original, png(picture.crop((0, 0, 50, 50)))) == math.inf


# ---- Form, cells and figures: each guard sees its fault


def problems_of(notebook):
    guards = [*notebooks.NOTEBOOK_GUARDS, *notebooks.CELL_GUARDS]
    return " | ".join(problem for guard in guards for problem in guard(notebook))


def older(notebook):
    notebook.nbformat_minor = 4
    for cell in notebook.cells:
        del cell["id"]


def with_sizes(*sizes):
    """Give the cells of code as many lines."""

    def change(notebook):
        for cell, size in zip(notebooks.code_cells(notebook), sizes, strict=True):
            cell.source = "x = 1\n\n" * size  # an empty line counts for nothing

    return change


def said(text):
    """Give the figure another alternative text."""
    return at("plt", metadata=nbformat.from_dict({"mystnb": {"image": {"alt": text}}}))


def begins(text):
    return said(f"{text} the surprisal, which falls as the probability grows.")


def pictured(kind):
    return shows("plt", kind, "…")


def code(source):
    return at("1 + 1", source=source)


def lost(notebook):
    del code_cell(notebook, "plt").outputs[0].data["image/png"]


def twice(notebook):
    code_cell(notebook, "1 + 1").outputs *= 2


def each(complaint, change, *values):
    """Return a row of the table for each of `values`."""
    return {value: (change(value), complaint) for value in values}


ERROR = nbformat.v4.new_output("error", ename="ValueError", evalue="no", traceback=[])
GIF = base64.b64encode(b"GIF89a").decode()
FAULTS = {  # what is changed, and a part of what is said
    "a cell never executed": (at("1 + 1", execution_count=None), "code cell 4 was never executed"),
    "counts out of order": (at("1 + 1", execution_count=5), "code cell 4 was executed as number 5"),
    "an empty cell": (lambda book: book.cells.append(new_text("  ", id="cell-14")), "a cell is empty"),
    "an error": (at("1 + 1", outputs=[ERROR]), "the error ValueError is stored"),
    "stderr": (at("1 + 1", outputs=[stream("stderr", "UserWarning: no")]), "stderr: 'UserWarning: no'"),
    "another kernel": (lambda book: book.metadata.kernelspec.update(name="conda-env"), "conda-env"),
    "no kernel": (lambda book: book.metadata.pop("kernelspec"), "the metadata is"),
    "more metadata": (lambda book: book.metadata.update(toc={}), "toc"),
    "a version of Python": (lambda book: book.metadata.language_info.update(version="3.11"), "3.11"),
    "more under widgets": (lambda book: book.metadata.widgets.update(x={}), "there is more than state under widgets"),
    "metadata of a cell": (lambda book: book.cells[0].metadata.update(x=1), "cell-01 has the metadata 'x'"),
    "no valid notebook": (lambda book: code_cell(book, "1 + 1").outputs[0].update(colour="red"), "nbformat:"),
    "a cell without an id": (lambda book: book.cells[0].pop("id"), "a cell without an id"),
    "the id of another cell": (lambda book: book.cells[0].update(id="cell-02"), "a cell without an id"),
    "an older format": (older, "the format is not 4.5"),
    "a random id": (lambda book: book.cells[2].update(id="a1b2c3d4"), "a1b2c3d4 should be cell-03"),
    "no title": (lambda book: book.cells[0].update(source="Surprise"), "the first cell is not a title"),
    "two titles": (lambda book: book.cells[2].update(source="# Another title"), "the titles are"),
    "no text": (lambda book: book.update(cells=notebooks.code_cells(book)), "the first cell is not a title"),
    "a long cell": (with_sizes(1, 1, 1, 16), "code cell 4 has 16 lines"),
    "long cells": (with_sizes(6, 7, 7, 7), "the median cell has 7 lines"),
    "two outputs": (twice, "code cell 4 has 2 outputs"),
    "an address in memory": (shows("1 + 1", "text/plain", "<Bars object at 0x7f3b70558050>"), "is another one"),
    "a lost picture": (lost, "code cell 2 has a figure without its picture"),
    "a GIF": (shows("plt", "image/png", GIF), "code cell 2 has a picture that is not PNG"),
    "no alternative text": (said(""), "code cell 2: the alternative text has 0 characters"),
    "a short alternative text": (said(ALT[:39]), "fewer than 40"),
    "no text of a picture in Markdown": (adds("![](y.png)"), "Markdown picture: the alternative text has 0 characters"),
    **each("code cell 2 stores", pictured, "image/svg+xml", "image/jpeg", "application/pdf"),
    **each("the machine path", prints, "/home/ada/book", "to /opt/x.csv", "/Users/ada/x", "C:\\Users\\ada"),
    **each("a trailing `;`", code, "1 + 1;", "1 + 1 ;  # hidden", "a = 1;\n1 + 1", "1 + 1;\n\n", "f(\n  2\n);"),
    **each("is not plain Python", code, "%matplotlib inline", "!ls", "%%time\n1", "help?", "%pip install numpy"),
    **each("uses the private name", code, "xb._x", "xb._checks.f()", "from xentbook._checks import f"),
    **each("uses the private name", code, "from xentbook import _checks", "import xentbook._checks", "f(a._b)"),
    **each("more than 4 digits", prints, "0.12345", "12.345", "1,234.5", "0.00012345", "[0.1 0.33333333]"),
    **each("says it is a picture", begins, "A plot of", "Plot of", "The figure shows", "A line chart of"),
    **each("says it is a picture", begins, "This graph shows", "Image:"),
}  # fmt: skip
INSTALLS = "if missing:\n    %pip install -q xentbook\nelse:\n    pass"
OWN = "class A:\n    def f(self):\n        return self._x"
FREE = {
    "a cell of 15 lines": with_sizes(1, 1, 1, 15),
    "a median of 6 lines": with_sizes(6, 6, 6, 7),
    "a first cell that installs": at("print", source=INSTALLS),
    "a picture in Markdown": adds(f"![{ALT}](x.png)"),
    **{source: code(source) for source in ("a = 1; b = 2", "'one;'", "'''one;\ntwo;\n'''", "1 + 1  # one;")},
    **{source: code(source) for source in ("_, ax = f()", "_ = xb.f()", "x.__class__", OWN)},
    **{number: prints(number) for number in ("0.1234", "0.0001234", "123.4", "43211", "43,211")},
    **{number: prints(number) for number in ("(10,0.1234)", "2.10.31")},
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_a_notebook_is_seen(stored, fault):
    change, complaint = FAULTS[fault]
    change(stored)
    assert complaint in problems_of(stored)


@pytest.mark.parametrize("what", FREE)
def test_what_is_no_fault_passes(stored, what):
    FREE[what](stored)
    assert problems_of(stored) == ""


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda content: content + b" " * notebooks.LARGEST, "400000 at most"),
        (lambda content: content.rstrip(), "the file does not end with one line feed"),
        (lambda content: content + b"\n", "the file does not end with one line feed"),
    ],
    ids=["too large", "no line feed", "two line feeds"],
)
def test_a_file_that_is_too_large_or_stored_otherwise_is_seen(good, tmp_path, change, complaint):
    path = tmp_path / good.name
    path.write_bytes(change(good.read_bytes()))
    assert complaint in notebooks.size_problems(path)[0]


def test_the_site_shows_the_alternative_text(good, tmp_path):
    """MyST-NB puts `mystnb: image: alt` of the cell into the page; the guard relies on it."""
    publish = pytest.importorskip("myst_nb.docutils_").Parser
    from docutils.core import publish_doctree

    settings = {
        "output_folder": str(tmp_path),
        "nb_execution_mode": "off",
        "report_level": 5,
        "warning_stream": io.StringIO(),
    }
    tree = publish_doctree(good.read_text(), source_path=str(good), parser=publish(), settings_overrides=settings)
    assert [node["alt"] for node in tree.findall() if node.tagname == "image"] == [ALT]


# ---- Exclusion


@pytest.mark.parametrize(
    "tag", ["nbval-ignore-output", "nbval-skip", "nbval-raises-exception", "raises-exception", "skip-execution"]
)
def test_an_exclusion_by_tag_without_a_reason_is_seen(stored, tag):
    code_cell(stored, "1 + 1").metadata["tags"] = [tag]
    assert exclusions(stored, {}) == (["1 + 1"], ["the cell '1 + 1' is excluded without a reason"])
    assert exclusions(stored, {"1 + 1": "it shows the hour of the day"}) == (["1 + 1"], [])


@pytest.mark.parametrize("comment", ["# NBVAL_IGNORE_OUTPUT", "# NBVAL_SKIP", "#PYTEST_VALIDATE_IGNORE_OUTPUT"])
def test_an_exclusion_by_comment_without_a_reason_is_seen(stored, comment):
    code_cell(stored, "1 + 1").source = f"{comment}\n1 + 1"
    assert len(exclusions(stored, {})[1]) == 1


def exclusions(stored, allowed):
    reasons = {("01-surprise.ipynb", line): reason for line, reason in allowed.items()}
    return notebooks.excluded_cells(stored, "01-surprise.ipynb", allowed=reasons)


def test_a_reason_without_a_cell_is_seen(stored):
    assert exclusions(stored, {"gone()": "it showed the hour of the day"})[1] == [
        "the exclusion of 'gone()' has no cell"
    ]


# ---- The shape of a chapter


def swapped(notebook):
    notebook.cells[8], notebook.cells[9] = notebook.cells[9], notebook.cells[8]


def replaces(old, new):
    """Return a function that changes the first cell of Markdown with `old` in it."""

    def change(notebook):
        cell = next(cell for cell in notebook.cells if cell.cell_type == "markdown" and old in cell.source)
        cell.source = cell.source.replace(old, new)

    return change


GAPS = {  # what is changed, and a part of what is said
    "an open beginning": (replaces(TITLE, "# Surprise\n\nWhy?"), "no question opens the chapter"),
    "no minutes": (replaces("Twenty minutes.\n\nTakes 20 minutes.", "A lot."), "does not say how long"),
    "no section of its own": (replaces("## The law", "### The law"), "no section of the chapter's own"),
    "sections out of order": (swapped, "the sections are in the order"),
    "one more at the end": (replaces("- One.", "- One.\n\n## More\n\nText."), "stands among the closing ones"),
    "no third level": (replaces("### Level 3 · think further", "### Hard"), "the levels of the exercises are"),
    "an empty level": (replaces("**Exercise 2: halves.** Divide.", "Divide."), "level 2 has no exercise"),
    "a number twice": (replaces("**Exercise 3.**", "**Exercise 1.**"), "the exercises are numbered"),
    "other solutions": (replaces("solutions/01-surprise", "solutions/02-other"), "do not link to solutions/01-"),
    "a titled solution": (replaces("## The law", "## The law and its solution"), "gives a solution away"),
    "a hint to open": (replaces("Add.", "Add.\n\n```{dropdown} Hint\nThree.\n```"), "gives a solution away"),
    "a folded box": (replaces("Add.", "Add.\n\n:::{note}\n:class: dropdown\nThree.\n:::"), "gives a solution away"),
    "a tagged cell": (at("1 + 1", metadata={"tags": ["solution"]}), "'solution' gives a solution away"),
    "no equation": (replaces(" (eq-surprisal)", ""), "the chapter lacks a numbered equation"),
    "no citation": (replaces("{cite}`shannon1948`", "Shannon"), "the chapter lacks a citation"),
    "no interactive figure": (at("anywidget", outputs=[]), "the chapter lacks an interactive figure"),
    "no state": (lambda book: book.metadata.pop("widgets"), "is not stored"),
    "no state, no figure": (lambda book: book.metadata.pop("widgets"), "the chapter lacks an interactive figure"),
} | {
    title: (replaces(f"## {title}", "## Something else"), f"there is no section {title!r}")
    for title in notebooks.CHAPTER_SECTIONS
}  # fmt: skip


@pytest.mark.parametrize("gap", GAPS)
def test_a_gap_in_a_chapter_is_seen(stored, gap):
    change, complaint = GAPS[gap]
    change(stored)
    assert complaint in " | ".join(notebooks.chapter_problems(stored, "01-surprise.ipynb"))


def test_missing_solutions_are_seen(good, tmp_path):
    path = tmp_path / good.name
    shutil.copy(good, path)
    assert notebooks.solution_problems(path) == ["solutions/01-surprise.ipynb is missing"]
    cell = nbformat.v4.new_markdown_cell(
        "# Solutions\n\n## Exercise 1\n\n## Exercise 2: halves\n\n## Exercise 3 · proof"
    )
    (tmp_path / "solutions").mkdir()
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "solutions" / path.name)
    assert notebooks.solution_problems(path) == []
    cell.source = "# Solutions\n\n## Exercise 1\n\n## Exercise 2\n\n## Exercise 4"
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "solutions" / path.name)
    assert notebooks.solution_problems(path) == ["exercise 3 has no solution", "the solution 4 has no exercise"]


def test_a_gap_in_the_numbering_is_seen():
    assert notebooks.numbering_problems(["01-a.ipynb", "02-b-c.ipynb"]) == []
    assert notebooks.numbering_problems(["01-a.ipynb", "03-b.ipynb"]) == ["the chapters are numbered ['01', '03']"]
    assert "is not NN-name.ipynb" in notebooks.numbering_problems(["01-a.ipynb", "2_B.ipynb"])[0]
