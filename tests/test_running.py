"""A run of nbval is red where a stored notebook is not what a new run gives; and what belongs together runs together.

Two copies of one notebook are run as `make test` runs the book: in one, every cell but the first is broken in its own
way.
"""

import warnings

import nbformat
import pytest
from guards import notebooks, running
from sample_cells import FIGURE, WIDGET, scratch

STDERR = "import sys\nprint('careful', file=sys.stderr)"
TABLE = "from IPython.display import HTML\nHTML('<td>0.38</td>')"
EXCUSED = "6 + 1"  # the first line of the cell that is excluded with a reason


def source(old, new):
    """Change the code: its stored output is not what it gives any more."""

    def change(cell):
        assert cell.source.count(old) == 1
        cell.source = cell.source.replace(old, new)

    return change


def text(new):
    return lambda cell: cell.outputs[0].update(text=new)


def data(kind, new):
    return lambda cell: cell.outputs[0].data.update({kind: new})


def without(kind):
    return lambda cell: cell.outputs[0].data.pop(kind)


def no_output(cell):
    cell.outputs = []


def not_executed(cell):
    cell.execution_count = None


def stderr(cell):
    cell.source = STDERR
    cell.outputs = [nbformat.v4.new_output("stream", name="stderr", text="careful\n")]


def excluded(cell):
    cell.metadata["tags"] = ["nbval-ignore-output"]
    cell.outputs[0].data["text/plain"] = "8"


# A cell for each fault: its code, how the file is broken once it is stored, and what the report says.
FAULTS = {
    "a changed text": ("print('two')", text("three\n"), "mismatch 'stdout'"),
    "a changed value": ("1 + 1", data("text/plain", "3"), "mismatch 'text/plain'"),
    "a changed number of a table": (TABLE, data("text/html", "<td>0.39</td>"), "mismatch 'text/html'"),
    "changed code": ("sum([1, 2])", source("2", "3"), "mismatch 'text/plain'"),
    "an output that is not stored": ("1 + 2", no_output, "Unexpected output fields"),
    "an output that does not come": ("1 + 3", source("1 + 3", "x = 1 + 3"), "Missing output fields"),
    "an output that is stored twice": ("1 + 4", lambda cell: cell.outputs.extend(cell.outputs), "number of outputs"),
    "a figure that is not stored": (FIGURE, no_output, "Unexpected output fields"),
    "a missing picture": (FIGURE, without("image/png"), "image/png is in one only"),
    "a picture where none comes": ("1 + 5", data("image/png", "iVBORw0KGgo="), "image/png is in one only"),
    "a changed picture": (FIGURE, scratch, "the picture differs by"),
    "one digit of a label": (FIGURE, source("0.38", "0.39"), "the picture differs by"),
    "the sign of a label": (FIGURE, source("0.38", "−0.38"), "the picture differs by"),
    "one point of a line": (FIGURE, source("[3.3, 1.0, 0.0]", "[3.3, 1.2, 0.0]"), "the picture differs by"),
    "the colour of a line": (FIGURE, source("0.0])", "0.0], color='C1')"), "the picture differs by"),
    "the kind of a line": (FIGURE, source("0.0])", "0.0], linestyle='--')"), "the picture differs by"),
    "a missing widget": (WIDGET, without(notebooks.VIEW), "widget-view+json is in one only"),
    "a cell never executed": ("x = 1", not_executed, "never executed"),
    "an output without execution": ("1 + 6", not_executed, "Unrun reference cell has outputs"),
    "stderr that is stored": ("x = 2", stderr, "stderr: 'careful"),
    "stderr that comes": ("x = 3", source("x = 3", STDERR), "Unexpected output fields"),
    "an error": ("x = 4", source("4", "1 / 0"), "ZeroDivisionError"),
    "a trailing semicolon": ("x = 5", source("x = 5", "x = 5;"), "trailing `;`"),
    "an exclusion without a reason": ("5 + 2", excluded, "'8' in the file, '7' when run"),
}  # fmt: skip
CELLS = {"none": ("print('one')", None), "an exclusion with a reason": (EXCUSED, excluded)} | {
    fault: (code, breaks) for fault, (code, breaks, _) in FAULTS.items()
}
PLACES = {fault: f"Cell {number}" for number, fault in enumerate(CELLS)}


pytestmark = pytest.mark.notebook


class Reports(dict):
    """The reports of a run, by the name of file and item; pytest calls it as a plugin."""

    def pytest_runtest_logreport(self, report):
        if report.when == "call" or not report.passed:
            assert report.nodeid not in self
            self[report.nodeid] = report

    def of(self, name):
        return {nodeid.partition("::")[2]: one for nodeid, one in self.items() if nodeid.partition("::")[0] == name}


def run(folder, *options):
    """Return the reports of the notebooks in `folder`, run with nbval and the plugin that the book's tests use."""
    reports = Reports()
    alone = ["--disable-plugin-autoload", "-p", "nbval.plugin", "-p", "no:cacheprovider", "--rootdir", str(folder)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # nbval opens /dev/null for each kernel and leaves it open
        pytest.main([str(folder), "--nbval", "-q", "--color=no", *alone, *options], plugins=[running, reports])
    return reports


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    """The reports of a run of the sound copy and of the broken one."""
    folder = tmp_path_factory.mktemp("book")
    sound, broken = (
        folder / name / "book.ipynb" for name in ("sound", "broken")
    )  # the name is in the widgets' identifiers
    sound.parent.mkdir()
    broken.parent.mkdir()
    cells = [nbformat.v4.new_code_cell(code) for code, _ in CELLS.values()] + [nbformat.v4.new_code_cell(WIDGET)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), sound)
    notebooks.executor.store(sound)
    notebook = notebooks.read(sound)
    for cell, (_, breaks) in zip(notebook.cells, CELLS.values(), strict=False):
        if breaks:
            breaks(cell)
    shown = notebook.cells[-1].outputs[0].data[notebooks.VIEW].model_id
    notebook.metadata.widgets[notebooks.STATE].state[shown].state.p[0] = 0.6
    nbformat.write(notebook, broken)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(notebooks.EXCLUDED, (running.name_of(broken), EXCUSED), "it shows the hour of the day")
        return run(folder)


def test_a_sound_notebook_is_green(reports):
    found = reports.of("sound/book.ipynb")
    assert list(found) == [*PLACES.values(), f"Cell {len(CELLS)}", "Widgets"]
    assert {report.outcome for report in found.values()} == {"passed"}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_red(reports, fault):
    report = reports.of("broken/book.ipynb")[PLACES[fault]]
    assert report.failed
    assert FAULTS[fault][2] in report.longreprtext


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if " of a line" in fault or " of a label" in fault])
def test_a_small_change_of_a_figure_is_far_beyond_the_tolerance(reports, fault):
    said = reports.of("broken/book.ipynb")[PLACES[fault]].longreprtext
    assert float(said.split("differs by ")[1].split()[0]) > 2 * notebooks.PICTURE_TOLERANCE


def test_a_changed_state_of_a_widget_is_red(reports):
    report = reports.of("broken/book.ipynb")["Widgets"]
    assert report.failed
    assert ".state.p.0 is '0.6' in the file, '0.5' when run" in report.longreprtext


def test_cells_without_a_fault_stay_green_beside_the_broken_ones(reports):
    green = [name for name, report in reports.of("broken/book.ipynb").items() if report.passed]
    assert green == [PLACES["none"], PLACES["an exclusion with a reason"], f"Cell {len(CELLS)}"]


# ---- Companions


@pytest.fixture
def companion(tmp_path, monkeypatch):
    path = tmp_path / "with-rockets.ipynb"
    cells = [nbformat.v4.new_code_cell("import json"), nbformat.v4.new_code_cell("json.dumps(1)")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    monkeypatch.setitem(notebooks.COMPANIONS, path.name, ("json", "no_such_rocket"))
    monkeypatch.delenv("CI", raising=False)
    return path


def test_a_companion_without_its_modules_is_one_line_that_says_so(companion):
    (report,) = run(companion.parent).values()
    assert report.skipped
    assert report.longrepr[2] == "Skipped: with-rockets: needs json, no_such_rocket (make frameworks)"


def test_a_companion_without_its_modules_is_red_on_ci(companion, monkeypatch):
    monkeypatch.setenv("CI", "true")
    (report,) = run(companion.parent).values()
    assert report.failed
    assert "with-rockets: needs json, no_such_rocket (make frameworks)" in report.longreprtext


def test_a_companion_with_its_modules_is_run(companion, monkeypatch, capsys):
    monkeypatch.setitem(notebooks.COMPANIONS, companion.name, ("json",))
    run(companion.parent, "--collect-only")
    listed = capsys.readouterr().out.split("\n\n")[0].splitlines()
    assert [line.rpartition("::")[2] for line in listed] == ["Cell 0", "Cell 1", "Widgets"]


# ---- Order, and what runs on which worker


def test_the_cells_of_a_notebook_and_the_tests_of_a_file_are_one_unit_and_each_test_of_the_site_is_its_own():
    cells = [f"notebooks/solutions/03-a.ipynb::{name}" for name in ("Cell 0", "Cell 10", "Widgets")]
    tests = [f"tests/test_links.py::{name}" for name in ("test_a", "test_b[Light-1]", "test_c[03-a]")]
    pages = [f"tests/test_site.py::test_a[{name}]" for name in ("book/a.html", "book/b.html")]
    assert [running.unit_of(nodeid) for nodeid in pages] == pages
    assert {running.unit_of(nodeid) for nodeid in cells} == {"notebooks/solutions/03-a.ipynb"}
    assert {running.unit_of(nodeid) for nodeid in tests} == {"tests/test_links.py"}


def test_the_figures_of_the_long_file_are_units_of_their_own():
    tests = [
        "test_a",
        "test_b[HuffmanTree]",
        "test_c[HuffmanTree-p / 2-p]",
        "test_d[<lambda>-Value]",
        "test_b[GaussianFit]",
    ]
    units = [running.unit_of(f"tests/test_widgets.py::{test}").removeprefix("tests/test_widgets.py") for test in tests]
    assert units == ["", "[HuffmanTree]", "[HuffmanTree]", "", "[GaussianFit]"]


def test_what_takes_long_goes_first_and_keeps_its_order(pytestconfig):
    assert pytestconfig.pluginmanager.has_plugin("guards.running")
    names = [
        "a/test_links.py::test_a",
        "a/01.ipynb::Cell 0",
        "a/test_site.py::test_the_site_has_it",
        "a/02.ipynb::Cell 0",
    ]
    names += ["a/test_widgets.py::test_a", "a/test_site.py::test_a[\n]", "a/test_links.py::test_b"]
    items = [Item(name) for name in names]
    running.pytest_collection_modifyitems(items)
    assert [names.index(item.nodeid) for item in items] == [2, 1, 3, 5, 4, 0, 6]


@pytest.mark.parametrize("fixture", ["browser", "chromium", "site"])
def test_what_needs_a_browser_is_marked(fixture):
    items = [Item("a", ["tmp_path", fixture]), Item("b", ["tmp_path"])]
    running.pytest_collection_modifyitems(items)
    assert [item.marks for item in items] == [["browser"], []]


def test_what_starts_a_kernel_and_what_is_evidence_is_marked():
    items = [Item("tests/test_notebooks.py::test_a", ["good"]), Item("tests/evidence/test_01.py::test_a", [])]
    running.pytest_collection_modifyitems(items)
    assert [item.marks for item in items] == [["notebook"], ["evidence"]]


def test_cells_are_marked(reports):
    marked = {name: "notebook" in report.keywords for name, report in reports.items()}
    assert len(marked) > 50
    assert set(marked.values()) == {True}


class Item:
    """As much of a test as order and marks need."""

    def __init__(self, nodeid, fixturenames=()):
        self.nodeid, self.fixturenames, self.marks = nodeid, fixturenames, []

    def add_marker(self, mark):
        self.marks.append(mark)
