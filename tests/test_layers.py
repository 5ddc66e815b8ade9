"""The face of the package, and its house: what ruff, mypy, import-linter and numpydoc are asked is what they see.

Order of the modules, private parts, types and sizes are in the settings of those tools in pyproject.toml; `make lint
types` runs them on the tree. Here they are run on a copy that is broken on purpose: settings that see nothing would be
green too.
"""

import importlib
import inspect
import re
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
from guards import ROOT
from numpydoc.validate import validate

import xentbook

PACKAGE = ROOT / "xentbook"
SOURCES = {path.relative_to(PACKAGE).as_posix(): path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")}
NAMED = {module: names.split() for module, names in xentbook._NAMES.items()}
APART = ["datasets", "plots", "widgets"]  # had as modules, not name by name
MODULES = [*NAMED, *APART]
PUBLIC = [(module, name) for module in MODULES for name in importlib.import_module(f"xentbook.{module}").__all__]
HEAVY = {
    "scipy",
    "matplotlib",
    "sklearn",
    "anywidget",
    "ipywidgets",
    "pandas",
    "IPython",
    "traitlets",
    "PIL",
    "mimesis",
}
LONGEST_MODULE = 500  # lines, docstrings included

# What numpydoc is asked of public functions: https://numpydoc.readthedocs.io/en/latest/validation.html says what it is.
# GL08 is that there is one: ruff looks for it in files without an underscore only. That the summary is one sentence in
# one line is seen by ruff.
FOR_ALL = {"GL08"}
FOR_FUNCTIONS = {"PR01", "PR02", "RT01", "YD01"}


# ---- What is public


@pytest.mark.parametrize("module", MODULES)
def test_every_listed_name_can_be_had(module):
    found = importlib.import_module(f"xentbook.{module}")
    assert len(set(found.__all__)) == len(found.__all__)
    assert [name for name in found.__all__ if not hasattr(found, name)] == []


@pytest.mark.parametrize("module", NAMED)
def test_every_function_can_be_had_from_the_package(module):
    found = importlib.import_module(f"xentbook.{module}")
    assert NAMED[module] == found.__all__
    assert [name for name in found.__all__ if getattr(xentbook, name, None) is not getattr(found, name)] == []


def test_the_package_lists_every_module():
    present = {Path(place).parts[0].removesuffix(".py") for place in SOURCES}
    assert {module for module in present if not module.startswith("_")} == set(MODULES)
    assert len(set(xentbook.__all__)) == len(xentbook.__all__)


@pytest.mark.parametrize("place", [place for place in SOURCES if not place.startswith("__init__")])
def test_all_names_what_is_public(place):
    """What another file of the package uses may be left out of `__all__`."""
    module = importlib.import_module(
        f"xentbook.{place.removesuffix('.py').removesuffix('/__init__').replace('/', '.')}"
    )
    own = {name for name, value in vars(module).items() if getattr(value, "__module__", None) == module.__name__}
    elsewhere = "\n".join(source for other, source in SOURCES.items() if other != place)
    forgotten = {name for name in own - set(module.__all__) if not name.startswith("_")}
    assert {name for name in forgotten if not re.search(rf"\b{name}\b", elsewhere)} == set()


@pytest.mark.parametrize(("module", "name"), PUBLIC, ids=lambda part: part)
def test_docstrings_are_whole(module, name):
    thing = getattr(importlib.import_module(f"xentbook.{module}"), name)
    if inspect.isfunction(thing) or inspect.isclass(thing):
        assert docstring_problems(f"xentbook.{module}.{name}", asked_of(module, thing)) == []


def asked_of(module, thing):
    """Return what is asked of the docstring: of figures and of bare records no examples, of classes no sections."""
    methods = [name for name, value in vars(thing).items() if inspect.isfunction(value) and not name.startswith("_")]
    runs = module not in ("plots", "widgets") and (inspect.isfunction(thing) or methods)
    return FOR_ALL | (FOR_FUNCTIONS if inspect.isfunction(thing) else set()) | ({"EX01"} if runs else set())


def docstring_problems(name, asked):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # numpydoc looks at every attribute of a widget
        return [f"{code}: {problem}" for code, problem in validate(name)["errors"] if code in asked]


@pytest.mark.parametrize(("module", "name"), PUBLIC, ids=lambda part: part)
def test_no_typing_error_in_an_option_is_swallowed(module, name):
    thing = getattr(importlib.import_module(f"xentbook.{module}"), name)
    parameters = inspect.signature(thing).parameters.values() if inspect.isfunction(thing) else []
    assert [parameter for parameter in parameters if parameter.kind is parameter.VAR_KEYWORD] == []


# ---- What is loaded, and how long things are


def test_importing_the_package_imports_none_of_its_modules():
    loaded = run("import sys, xentbook; print(*sys.modules)").split()
    assert [name for name in loaded if name == "numpy" or name.startswith("xentbook.")] == []


def test_no_public_name_of_the_package_loads_anything_heavy():
    every_name = "import xentbook; xentbook.datasets; [getattr(xentbook, name) for name in xentbook.__all__]"
    assert loaded_by(every_name) & HEAVY == set()
    assert "scipy" in loaded_by("import scipy.special")


def run(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout


def loaded_by(code):
    return {name.split(".")[0] for name in run(f"import sys; {code}; print(*sys.modules)").split()}


def test_no_module_is_too_long():
    assert [place for place, source in SOURCES.items() if len(source.splitlines()) > LONGEST_MODULE] == []


def test_every_module_has_its_test_file():
    assert [name for name in [*MODULES, "checks"] if not (ROOT / "tests" / f"test_{name}.py").exists()] == []


# ---- The tools see it when it is broken

RUFF = {
    "def undocumented(x: float) -> float:\n    return x": "D103",
    'def f(x: float) -> float:\n    """Return it"""\n    return x': "D400",
    'def f(x: float) -> float:\n    """return it."""\n    return x': "D403",
    'def f(x: float) -> float:\n    """Return\n    it."""\n    return x': "D205",
    'class C:\n    """It."""\n\n    def m(self) -> None:\n        pass': "D102",
    'def f(x) -> float:\n    """Return it."""\n    return x': "ANN001",
    'def f(x: float):\n    """Return it."""\n    return x': "ANN201",
    'def f(x: float) -> float:\n    """Return it."""\n    assert x > 0\n    return x': "S101",
    'def f(x: float) -> float:\n    """Return it."""\n    print(x)\n    return x': "T201",
    'def f(x: float) -> float:\n    """Return it."""\n' + "    x = x + 1\n" * 15 + "    return x": "PLR0915",
    'def f(x: float) -> float:\n    """Return it."""\n' + "    if x:\n        x += 1\n" * 6 + "    return x": "C901",
    "import scipy.special": "TID253",
    "x = np.int64(1)": "TID251",
    '__all__ = ["gone"]': "F822",
}
IMPORTS = {
    "links.py": "from xentbook.information import entropy",
    "information/_sums.py": "def f():\n    from ..coding.prefix import huffman_code",
    "coding/prefix.py": "from xentbook import entropy",
    "coding/messages.py": "from ..information import _sums",
    "language/tree.py": "import scipy.special",
    "utils.py": "import numpy",
}
SEEN = [
    "xentbook.links -> xentbook.information",
    "xentbook.information._sums -> xentbook.coding.prefix",
    "xentbook.coding.prefix -> xentbook (",
    "xentbook.coding.messages -> xentbook.information._sums",
    "xentbook.language.tree -> scipy",
    "utils",
]


@pytest.mark.parametrize("source", RUFF)
def test_ruff_sees_a_breach_of_style(source):
    file = f'"""One idea."""\n\nimport numpy as np\n\n{source}\n'
    command = ["ruff", "check", "--output-format=concise", "--stdin-filename=xentbook/new.py", "-"]
    said = subprocess.run([sys.executable, "-m", *command], input=file, capture_output=True, text=True, cwd=ROOT).stdout
    assert f" {RUFF[source]} " in said


def halves(x):
    """Return `x` halved.

    Parameters
    ----------
    x : float
        A number.

    Returns
    -------
    float
        Its half.

    Examples
    --------
    >>> halves(2.0)
    1.0
    """
    return x / 2


def counts(x):
    """Return the numbers below `x`."""
    yield from range(x)


DOCSTRINGS = {  # what numpydoc says once the first text has become the second one
    "PR01": ("x : float\n        A number.", ""),
    "PR02": ("x : float", "y : float"),
    "RT01": ("Returns\n    -------", "Notes\n    -----"),
    "EX01": ("Examples\n    --------", "Notes\n    -----"),
}


def said_of(function, monkeypatch):
    """Return the codes of what numpydoc says against `function` were it part of the package."""
    monkeypatch.setattr(xentbook.links, function.__name__, function, raising=False)
    asked = asked_of("links", function)
    return [said[:4] for said in docstring_problems(f"xentbook.links.{function.__name__}", asked)]


def test_numpydoc_passes_a_docstring_that_is_whole(monkeypatch):
    assert said_of(halves, monkeypatch) == []
    assert {*DOCSTRINGS, "YD01"} == FOR_FUNCTIONS | {"EX01"}


@pytest.mark.parametrize("code", DOCSTRINGS)
def test_numpydoc_sees_a_broken_docstring(code, monkeypatch):
    old, new = DOCSTRINGS[code]
    assert halves.__doc__.count(old) == 1
    monkeypatch.setattr(halves, "__doc__", halves.__doc__.replace(old, new))
    assert code in said_of(halves, monkeypatch)


def test_numpydoc_sees_that_there_is_no_docstring(monkeypatch):
    monkeypatch.setattr(halves, "__doc__", None)
    assert said_of(halves, monkeypatch) == ["GL08"]


def test_numpydoc_sees_a_generator_without_what_it_yields(monkeypatch):
    assert "YD01" in said_of(counts, monkeypatch)


@pytest.fixture(scope="module")
def said_of_imports(tmp_path_factory):
    """What import-linter says of a copy of the package with the imports above."""
    copy = tmp_path_factory.mktemp("copy")
    shutil.copytree(PACKAGE, copy / "xentbook", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    for place, statement in IMPORTS.items():
        with (copy / "xentbook" / place).open("a") as file:
            file.write(f"\n{statement}\n")
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"]
    result = subprocess.run(command, capture_output=True, text=True, cwd=copy)
    assert result.returncode == 1, result.stderr
    return result.stdout


@pytest.mark.parametrize("broken", SEEN)
def test_import_linter_sees_a_wrong_import(said_of_imports, broken):
    assert broken in said_of_imports


def test_mypy_sees_a_name_that_is_not_there(tmp_path):
    (tmp_path / "use.py").write_text("import xentbook as xb\n\nxb.entropy([0.5, 0.5])\nxb.entrpy([0.5, 0.5])\n")
    command = [sys.executable, "-m", "mypy", f"--config-file={ROOT / 'pyproject.toml'}"]
    result = subprocess.run([*command, str(tmp_path / "use.py")], capture_output=True, text=True, cwd=ROOT)
    assert re.findall(r"use\.py:(\d+): error: (.*)  \[", result.stdout) == [("4", 'Module has no attribute "entrpy"')]
