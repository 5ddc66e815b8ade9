"""How tests are run: nbval runs each notebook once and all that came is compared; long files first; on several workers.

Conventions
-----------
nbval starts the kernel, runs the cells and compares texts. To that the classes here add what it leaves out: pictures,
cells never executed, stderr, a trailing `;`, and after the last cell the widgets. What a cell gave is brought into the
form that `tools/execute.py` stores, and compared by `guards.notebooks`.
"""

from __future__ import annotations

import os
import re

import nbformat
import pytest
from nbval.plugin import IPyNbCell, IPyNbFile

from guards import notebooks

__all__ = ["LONG", "not_checked", "unit_of"]

# The order in which tests are begun. One worker builds the site, while another runs notebooks; then its pages can be
# opened. What takes longest comes first, so that no long file is left over at the end.
LONG = (
    r".*test_site\.py::test_the_site_has.*", r".*\.ipynb::.*", r".*test_site\.py::.*", r".*test_widgets.*\.py::.*",
    r".*test_(scoring|models|frameworks|optimize|package|plots|notebooks|running)\.py::.*",
    r".*test_(calibration|information|language|losses|convexity)\.py::.*",
)  # fmt: skip
NEEDS_A_BROWSER = {"browser", "chromium", "site"}  # fixtures
NEEDS_A_KERNEL = {"good"}  # the chapter that `test_notebooks.py` executes


def not_checked(reason):
    """Skip the test that calls, saying why; with ``CI=true``, where nothing may be left out, fail it."""
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


# ---- Notebooks


class Notebook(IPyNbFile):
    """A notebook whose cells nbval runs; `fresh` is `stored` with the outputs of this run."""

    def collect(self):
        self.stored = notebooks.read(self.path)
        for cell in super().collect():
            yield Cell.from_parent(self, name=cell.name, cell_num=cell.cell_num, cell=cell.cell, options=cell.options)
        yield Widgets.from_parent(self, name="Widgets")

    def setup(self):
        super().setup()
        self.client = notebooks.executor.client_for(self.stored, self.path.parent)  # it runs nothing here, it listens
        self.fresh = self.client.nb

    def get_kernel_message(self, timeout=None, stream="iopub"):
        message = super().get_kernel_message(timeout, stream)
        if message["msg_type"].startswith("comm"):
            self.client.handle_comm_msg([], message, 0)
        return message

    def code_cells(self):
        """Return the pairs of a stored code cell and its new run."""
        pairs = zip(self.stored.cells, self.fresh.cells, strict=True)
        return [pair for pair in pairs if pair[0].cell_type == "code"]

    def widget_differences(self):
        """Return where the widgets stored are not those that this run has made."""
        self.client.set_widgets_metadata()
        state = self.fresh.metadata.get("widgets", {}).get(notebooks.STATE)
        if state:
            notebooks.executor.keep_displayed_models(self.fresh, state, self.path.stem)
        return notebooks.widget_differences(self.stored, self.fresh)


class Cell(IPyNbCell):
    """A code cell: run and compared by nbval, then compared in full."""

    def runtest(self):
        stored, fresh = self.parent.code_cells()[self.cell_num]
        try:
            super().runtest()
        finally:
            if self.test_outputs is not None:
                fresh.outputs = notebooks.executor.tidy_outputs(nbformat.from_dict(self.test_outputs))
                fresh.execution_count = self.cell_num + 1
        problems = notebooks.what_nbval_passes(stored)
        if not notebooks.is_excluded(stored, name_of(self.path)):
            problems += notebooks.cell_differences(stored, fresh)
        if problems:
            self.raise_cell_error("The cell is not as it should be stored", "\n".join(problems))


class Widgets(pytest.Item):
    """What the notebook stores of its widgets, once all cells were run."""

    def runtest(self):
        if any(fresh.execution_count is None for _, fresh in self.parent.code_cells()):
            pytest.skip("not all cells of the notebook were run: nothing is known about its widgets")
        problems = self.parent.widget_differences()
        if problems:
            pytest.fail("\n".join(problems), pytrace=False)

    def reportinfo(self):
        return self.path, 0, f"{name_of(self.path)}: widgets"


class Companion(pytest.File):
    """A notebook that needs modules which are not here: one line that says so, in place of its cells."""

    def collect(self):
        yield Modules.from_parent(self, name="Modules")


class Modules(pytest.Item):
    """The modules that a companion needs."""

    def runtest(self):
        not_checked(notebooks.executor.needs(self.path.name))

    def reportinfo(self):
        return self.path, 0, f"{name_of(self.path)}: modules"


def name_of(path):
    """Return how the book calls the notebook at `path`: `01-surprise.ipynb`, `solutions/01-surprise.ipynb`."""
    return path.name if path.parent.name == "notebooks" else f"{path.parent.name}/{path.name}"


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path, parent):
    """Put the collectors above in the place of nbval's own."""
    collectors = yield
    kind = Companion if notebooks.executor.missing_modules(file_path.name) else Notebook
    return [kind.from_parent(parent, path=file_path) if isinstance(one, IPyNbFile) else one for one in collectors]


# ---- Marks, order, and what runs on which worker


@pytest.hookimpl(tryfirst=True)  # before the tests are chosen by their marks
def pytest_collection_modifyitems(items):
    """Mark what needs a kernel or a browser and what is evidence, and put the tests that take longest first."""
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if isinstance(item, Cell | Widgets | Modules) or NEEDS_A_KERNEL.intersection(fixtures):
            item.add_marker("notebook")
        elif NEEDS_A_BROWSER.intersection(fixtures):
            item.add_marker("browser")
        if "tests/evidence/" in item.nodeid:
            item.add_marker("evidence")
    items.sort(key=lambda item: _rank(item.nodeid))


def _rank(nodeid):
    return next((place for place, long in enumerate(LONG) if re.fullmatch(long, nodeid, re.DOTALL)), len(LONG))


def unit_of(nodeid):
    """Return what the test belongs to whose tests one worker runs, in order: its file, its figure, or the test itself.

    A file of notebook or of tests is one unit. In the two long files the tests of one figure, or each test of the site,
    are.
    """
    file, _, test = nodeid.partition("::")
    if file.endswith("test_site.py"):
        return nodeid
    figure = re.search(r"\[([A-Z]\w+)", test) if file.endswith("test_widgets.py") else None
    return f"{file}[{figure[1]}]" if figure else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Give whole units to the workers of pytest-xdist, whatever `--dist` says: a notebook's cells share a kernel."""
    from xdist.scheduler import LoadFileScheduling

    class Scheduler(LoadFileScheduling):
        def _split_scope(self, nodeid):
            return unit_of(nodeid)

    config.option.loadscopereorder = False  # the order is that of LONG
    return Scheduler(config, log)
