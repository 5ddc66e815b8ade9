"""A stored notebook has its form, a chapter has the shape of a chapter, and the comparison of two runs sees every change.

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
from PIL import Image, ImageChops, ImageDraw

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
WIDGET = """import anywidget, traitlets

class Bars(anywidget.AnyWidget):
    _esm = "export default { render({ model, el }) {} }"
    p = traitlets.List([0.5, 0.25, 0.25]).tag(sync=True)
    def __repr__(self):
        return "Bars()"

Bars()"""
FIGURE = """import matplotlib.pyplot as plt
_, ax = plt.subplots(figsize=(4, 3))
ax.plot([0.1, 0.5, 1.0], [3.3, 1.0, 0.0])
_ = ax.set_xlabel("probability p = 0.38")"""
EXERCISES = """## Exercises

The [solutions](solutions/01-surprise.ipynb) are a notebook of their own.

### Level 1 · by hand

**Exercise 1.** Add.

### Level 2 · with code

**Exercise 2: halves.** Divide.

### Level 3 · think further

**Exercise 3.** Prove."""


def chapter():
    """Return the smallest notebook with all that a chapter needs, not executed yet."""
    text, code = nbformat.v4.new_markdown_cell, nbformat.v4.new_code_cell
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


def picture_of(notebook):
    return base64.b64decode(code_cell(notebook, "plt").outputs[0].data["image/png"])


def png(picture):
    stream = io.BytesIO()
    picture.save(stream, format="png")
    return stream.getvalue()


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


def test_a_changed_output_is_seen(stored, fresh):
    code_cell(stored, "print").outputs[0].text = "one\nthree\n"
    assert differences(stored, fresh) == ["'one\\nthree\\n' is stored, 'one\\ntwo\\n' came"]


def test_a_changed_value_is_seen(stored, fresh):
    code_cell(stored, "1 + 1").outputs[0].data["text/plain"] = "3"
    assert differences(stored, fresh) == ["text/plain is '3' in the file, '2' when run"]


def test_a_lost_output_is_seen(stored, fresh):
    code_cell(stored, "1 + 1").outputs = []
    assert differences(stored, fresh) == ["0 outputs are stored, 1 came"]


def test_an_output_of_another_kind_is_seen(stored, fresh):
    code_cell(stored, "1 + 1").outputs = code_cell(stored, "print").outputs
    assert differences(stored, fresh) == ["a stream is stored, a execute_result came"]
    stored = copy.deepcopy(fresh)
    code_cell(stored, "1 + 1").outputs[0].data["text/html"] = "2"
    assert differences(stored, fresh) == ["text/html is in one only"]


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


def test_a_changed_figure_is_seen(stored, fresh):
    picture = Image.open(io.BytesIO(picture_of(stored)))
    ImageDraw.Draw(picture).line((100, 40, 130, 60), fill="black", width=2)
    code_cell(stored, "plt").outputs[0].data["image/png"] = base64.b64encode(png(picture)).decode()
    assert "the picture differs by" in differences(stored, fresh)[0]


def test_the_last_bits_of_a_figure_are_free(stored):
    picture = Image.open(io.BytesIO(picture_of(stored))).convert("RGBA")
    original = png(picture)
    brighter = picture.point(lambda level: max(level - 3, 0))
    moved = ImageChops.offset(picture, 1, 0)
    assert notebooks.picture_difference(original, original) == 0
    assert 0 < notebooks.picture_difference(original, png(brighter)) <= notebooks.PICTURE_TOLERANCE
    assert notebooks.picture_difference(original, png(moved)) <= notebooks.PICTURE_TOLERANCE
    assert notebooks.picture_difference(original, png(ImageChops.offset(picture, 3, 0))) > notebooks.PICTURE_TOLERANCE
    assert notebooks.picture_difference(original, png(picture.crop((0, 0, 50, 50)))) == math.inf


# ---- The form: each guard sees its fault


def problems_of(notebook):
    return " | ".join(
        problem for guard in [*notebooks.NOTEBOOK_GUARDS, *notebooks.CELL_GUARDS] for problem in guard(notebook)
    )


def test_a_cell_never_executed_is_seen(stored):
    code_cell(stored, "1 + 1").execution_count = None
    assert "code cell 4 was never executed" in problems_of(stored)


def test_counts_out_of_order_are_seen(stored):
    code_cell(stored, "1 + 1").execution_count = 5
    assert "code cell 4 was executed as number 5" in problems_of(stored)


def test_an_empty_cell_is_seen(stored):
    stored.cells.append(nbformat.v4.new_markdown_cell("  ", id="cell-14"))
    assert "a cell is empty" in problems_of(stored)


def test_a_stored_error_is_seen(stored):
    error = nbformat.v4.new_output("error", ename="ValueError", evalue="no", traceback=[])
    code_cell(stored, "1 + 1").outputs = [error]
    assert "the error ValueError is stored" in problems_of(stored)


def test_stderr_is_seen(stored):
    code_cell(stored, "1 + 1").outputs = [nbformat.v4.new_output("stream", name="stderr", text="UserWarning: no")]
    assert "stderr: 'UserWarning: no'" in problems_of(stored)


def test_another_kernel_is_seen(stored):
    stored.metadata.kernelspec.name = "conda-env"
    assert "conda-env" in problems_of(stored)


def test_a_missing_kernel_is_seen(stored):
    del stored.metadata["kernelspec"]
    assert "the metadata is" in problems_of(stored)


def test_extra_metadata_is_seen(stored):
    stored.metadata["toc"] = {}
    assert "toc" in problems_of(stored)
    stored = copy.deepcopy(stored)
    stored.cells[0].metadata["editable"] = True
    assert "cell-01 has the metadata 'editable'" in problems_of(stored)
    stored.metadata.language_info["version"] = "3.11"
    assert "3.11" in problems_of(stored)


def test_an_invalid_notebook_is_seen(stored):
    code_cell(stored, "1 + 1").outputs[0]["colour"] = "red"
    assert "nbformat:" in problems_of(stored)


@pytest.mark.parametrize("name", [None, "cell-02"])
def test_a_cell_without_an_id_of_its_own_is_seen(stored, name):
    del stored.cells[0]["id"]
    stored.cells[0].update({} if name is None else {"id": name})
    assert "a cell without an id" in problems_of(stored)


def test_an_older_format_is_seen(stored):
    stored.nbformat_minor = 4
    for cell in stored.cells:
        del cell["id"]
    assert "the format is not 4.5" in problems_of(stored)


def test_a_random_cell_id_is_seen(stored):
    stored.cells[2].id = "a1b2c3d4"
    assert "a1b2c3d4 should be cell-03" in problems_of(stored)


@pytest.mark.parametrize("path", ["/home/ada/book", "/opt/x.csv", "/Users/ada/x", "C:\\Users\\ada"])
def test_a_machine_path_is_seen(stored, path):
    code_cell(stored, "print").outputs[0].text = f"read {path}"
    assert "the machine path" in problems_of(stored)


def test_a_notebook_without_a_title_is_seen(stored):
    stored.cells[0].source = "Surprise"
    assert "the first cell is not a title" in problems_of(stored)
    stored.cells[0].source = TITLE
    stored.cells[2].source = "# Another title"
    assert "the titles are" in problems_of(stored)


def test_a_notebook_without_markdown_is_seen(stored):
    stored.cells = [cell for cell in stored.cells if cell.cell_type == "code"]
    assert "the first cell is not a title" in problems_of(stored)


def test_an_oversized_notebook_is_seen(good, tmp_path):
    large = tmp_path / "01-surprise.ipynb"
    large.write_bytes(good.read_bytes() + b" " * notebooks.LARGEST)
    assert "400000 at most" in notebooks.size_problems(large)[0]
    large.write_bytes(good.read_bytes().rstrip())
    assert notebooks.size_problems(large) == ["the file does not end with one line feed"]
    large.write_bytes(good.read_bytes() + b"\n")
    assert notebooks.size_problems(large) == ["the file does not end with one line feed"]


# ---- The cells: each guard sees its fault


def test_a_long_cell_is_seen(stored):
    cell = code_cell(stored, "1 + 1")
    cell.source = "x = 1\n\n" * 15
    assert "code cell 4 has" not in problems_of(stored)
    cell.source = "x = 1\n" * 16
    assert "code cell 4 has 16 lines" in problems_of(stored)


def test_a_median_above_six_is_seen(stored):
    for cell in notebooks.code_cells(stored):
        cell.source = "x = 1\n" * 6
    assert "the median" not in problems_of(stored)
    for cell in notebooks.code_cells(stored)[:3]:
        cell.source = "x = 1\n" * 7
    assert "the median cell has 7 lines" in problems_of(stored)


def test_several_outputs_are_seen(stored):
    code_cell(stored, "1 + 1").outputs *= 2
    assert "code cell 4 has 2 outputs" in problems_of(stored)


@pytest.mark.parametrize("source", ["1 + 1;", "1 + 1 ;  # hidden", "a = 1;\n1 + 1", "1 + 1;\n\n", "f(\n  2\n);"])
def test_a_trailing_semicolon_is_seen(stored, source):
    code_cell(stored, "1 + 1").source = source
    assert "code cell 4 has a trailing `;`" in problems_of(stored)


@pytest.mark.parametrize("source", ["a = 1; b = 2", "'one;'", "'''one;\ntwo;\n'''", "1 + 1  # one;"])
def test_other_semicolons_are_free(stored, source):
    code_cell(stored, "1 + 1").source = source
    assert "trailing" not in problems_of(stored)


@pytest.mark.parametrize("source", ["%matplotlib inline", "!ls", "%%time\n1", "help?", "%pip install numpy"])
def test_code_that_is_not_python_is_seen(stored, source):
    code_cell(stored, "1 + 1").source = source
    assert "code cell 4 is not plain Python" in problems_of(stored)


def test_the_first_cell_may_install_the_package(stored):
    code_cell(stored, "print").source = "if missing:\n    %pip install -q xentbook\nelse:\n    pass"
    assert problems_of(stored) == ""


@pytest.mark.parametrize(
    "source",
    [
        "xb._x",
        "xb._checks.f()",
        "from xentbook._checks import f",
        "from xentbook import _checks",
        "import xentbook._checks",
        "f(a._b)",
    ],
)
def test_a_private_name_is_seen(stored, source):
    code_cell(stored, "1 + 1").source = source
    assert "code cell 4 uses the private name" in problems_of(stored)


@pytest.mark.parametrize(
    "source", ["_, ax = f()", "_ = xb.f()", "x.__class__", "class A:\n    def f(self):\n        return self._x"]
)
def test_names_of_the_cell_itself_are_free(stored, source):
    code_cell(stored, "1 + 1").source = source
    assert "private" not in problems_of(stored)


@pytest.mark.parametrize("number", ["0.12345", "12.345", "1,234.5", "0.00012345", "[0.1 0.33333333]"])
def test_a_number_with_too_many_digits_is_seen(stored, number):
    code_cell(stored, "print").outputs[0].text = f"it is {number}\n"
    assert "with more than 4 digits" in problems_of(stored)


@pytest.mark.parametrize("number", ["0.1234", "0.0001234", "123.4", "43211", "43,211", "(10,0.1234)", "2.10.31"])
def test_a_number_with_few_digits_is_free(stored, number):
    code_cell(stored, "print").outputs[0].text = f"it is {number}\n"
    assert "digits" not in problems_of(stored)


def test_an_address_in_memory_is_seen(stored):
    code_cell(stored, "1 + 1").outputs[0].data["text/plain"] = "<Bars object at 0x7f3b70558050>"
    assert "is another one in each run" in problems_of(stored)


# ---- The figures: each guard sees its fault


@pytest.mark.parametrize("kind", ["image/svg+xml", "image/jpeg", "application/pdf"])
def test_a_figure_that_is_not_png_is_seen(stored, kind):
    code_cell(stored, "plt").outputs[0].data[kind] = "…"
    assert f"code cell 2 stores {kind}" in problems_of(stored)


def test_a_figure_without_its_picture_is_seen(stored):
    del code_cell(stored, "plt").outputs[0].data["image/png"]
    assert "code cell 2 has a figure without its picture" in problems_of(stored)


def test_a_picture_of_another_format_is_seen(stored):
    code_cell(stored, "plt").outputs[0].data["image/png"] = base64.b64encode(b"GIF89a").decode()
    assert "code cell 2 has a picture that is not PNG" in problems_of(stored)


def test_a_picture_without_alternative_text_is_seen(stored):
    code_cell(stored, "plt").metadata = nbformat.from_dict({})
    assert "code cell 2: the alternative text has 0 characters" in problems_of(stored)


@pytest.mark.parametrize(
    "start", ["A plot of", "Plot of", "The figure shows", "A line chart of", "This graph shows", "Image:"]
)
def test_an_alternative_text_that_says_it_is_a_picture_is_seen(stored, start):
    code_cell(stored, "plt").metadata.mystnb.image.alt = f"{start} the surprisal, which falls as the probability grows."
    assert "says it is a picture" in problems_of(stored)


def test_a_short_alternative_text_is_seen(stored):
    code_cell(stored, "plt").metadata.mystnb.image.alt = ALT[:39]
    assert "fewer than 40" in problems_of(stored)


def test_a_picture_in_markdown_needs_its_text_too(stored):
    stored.cells[3].source += f"\n\n![{ALT}](x.png)"
    assert problems_of(stored) == ""
    stored.cells[3].source += "\n\n![](y.png)"
    assert "Markdown picture: the alternative text has 0 characters" in problems_of(stored)


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
    marked, complaints = notebooks.excluded_cells(stored, "01-surprise.ipynb", allowed={})
    assert (marked, complaints) == (["1 + 1"], ["the cell '1 + 1' is excluded without a reason"])
    allowed = {("01-surprise.ipynb", "1 + 1"): "it shows the hour of the day"}
    assert notebooks.excluded_cells(stored, "01-surprise.ipynb", allowed=allowed) == (["1 + 1"], [])


@pytest.mark.parametrize("comment", ["# NBVAL_IGNORE_OUTPUT", "# NBVAL_SKIP", "#PYTEST_VALIDATE_IGNORE_OUTPUT"])
def test_an_exclusion_by_comment_without_a_reason_is_seen(stored, comment):
    code_cell(stored, "1 + 1").source = f"{comment}\n1 + 1"
    assert len(notebooks.excluded_cells(stored, "01-surprise.ipynb", allowed={})[1]) == 1


def test_a_reason_without_a_cell_is_seen(stored):
    allowed = {("01-surprise.ipynb", "gone()"): "it showed the hour of the day"}
    assert notebooks.excluded_cells(stored, "01-surprise.ipynb", allowed=allowed)[1] == [
        "the exclusion of 'gone()' has no cell"
    ]


# ---- The shape of a chapter


def shape_of(notebook):
    return " | ".join(notebooks.chapter_problems(notebook, "01-surprise.ipynb"))


def markdown_cell(notebook, text):
    return next(cell for cell in notebook.cells if cell.cell_type == "markdown" and text in cell.source)


@pytest.mark.parametrize("title", notebooks.CHAPTER_SECTIONS)
def test_a_missing_section_is_seen(stored, title):
    cell = markdown_cell(stored, f"## {title}")
    cell.source = cell.source.replace(f"## {title}", "## Something else")
    assert f"there is no section {title!r}" in shape_of(stored)


def test_sections_out_of_order_are_seen(stored):
    stored.cells[8], stored.cells[9] = stored.cells[9], stored.cells[8]
    assert "the sections are in the order" in shape_of(stored)


def test_a_section_among_the_closing_ones_is_seen(stored):
    markdown_cell(stored, "## Take-aways").source += "\n\n## More\n\nText."
    assert "a section stands among the closing ones" in shape_of(stored)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (TITLE, "# Surprise\n\nWhy?", "no question opens the chapter"),
        ("Twenty minutes.\n\nTakes 20 minutes.", "A lot.", "does not say how long"),
        ("## The law", "### The law", "no section of the chapter's own"),
        ("### Level 3 · think further", "### Hard", "the levels of the exercises are"),
        ("**Exercise 2: halves.** Divide.", "Divide.", "level 2 has no exercise"),
        ("**Exercise 3.**", "**Exercise 1.**", "the exercises are numbered"),
        ("solutions/01-surprise.ipynb", "solutions/02-other.ipynb", "do not link to solutions/01-surprise.ipynb"),
        ("## The law", "## The law and its solution", "gives a solution away"),
        ("**Exercise 1.** Add.", "**Exercise 1.** Add.\n\n```{dropdown} Hint\nThree.\n```", "gives a solution away"),
        (
            "**Exercise 1.** Add.",
            "**Exercise 1.** Add.\n\n:::{note}\n:class: dropdown\nThree.\n:::",
            "gives a solution away",
        ),
        (" (eq-surprisal)", "", "the chapter lacks a numbered equation"),
        ("{cite}`shannon1948`", "Shannon", "the chapter lacks a citation"),
    ],
)
def test_a_gap_in_a_chapter_is_seen(stored, old, new, complaint):
    cell = markdown_cell(stored, old)
    cell.source = cell.source.replace(old, new)
    assert complaint in shape_of(stored)


def test_a_solution_in_a_tagged_cell_is_seen(stored):
    code_cell(stored, "1 + 1").metadata["tags"] = ["solution"]
    assert "'solution' gives a solution away" in shape_of(stored)


def test_a_chapter_without_an_interactive_figure_is_seen(stored):
    code_cell(stored, "anywidget").outputs = []
    assert "the chapter lacks an interactive figure" in shape_of(stored)


def test_a_widget_without_its_state_is_seen(stored):
    del stored.metadata["widgets"]
    assert "is not stored" in shape_of(stored)
    assert "the chapter lacks an interactive figure" in shape_of(stored)


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
