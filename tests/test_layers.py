"""A module imports only from those below it, says what it offers, and stays small enough to be read in one sitting."""

import importlib
import subprocess
import sys

import pytest
from guards import ROOT, layers

import xentbook

PACKAGE = ROOT / "xentbook"
FILES = layers.design_modules(PACKAGE)
SOURCES = {place: path.read_text(encoding="utf-8") for place, path in FILES.items()}
IMPORTED = layers.imported_names(SOURCES)
MODULES = sorted({layers.module_of(place) for place in FILES})
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

each_file = pytest.mark.parametrize("place", FILES)

GOOD = '''"""One idea."""

from xentbook._checks import as_probabilities

__all__ = ["surprise"]


def surprise(p: float, *, base: float = 2) -> float:
    """Return the surprise.

    Parameters
    ----------
    p : float
        The probability.
    base : float
        Of the logarithm.

    Returns
    -------
    float
        In bits.

    Examples
    --------
    >>> surprise(0.5)
    1.0
    """
    return _log(as_probabilities(p), base)


def _log(p, base):
    return p
'''


def public_names(module):
    return set() if module.startswith("_") else set(importlib.import_module(f"xentbook.{module}").__all__)


def broken(old, new):
    assert GOOD.count(old) == 1
    return GOOD.replace(old, new)


# ---- The package


def test_the_core_of_the_design_is_there():
    assert layers.CORE <= set(MODULES)


@each_file
def test_modules_import_only_from_below(place):
    assert layers.import_problems(SOURCES[place], place) == []


@each_file
def test_all_names_what_is_public(place):
    assert layers.export_problems(SOURCES[place], used_elsewhere=IMPORTED) == []


@each_file
def test_docstrings_are_whole(place):
    module = layers.module_of(place)
    examples = module not in layers.AT_MODULE_LEVEL
    assert layers.doc_problems(SOURCES[place], public_names(module), examples=examples) == []


@each_file
def test_signatures_are_typed(place):
    assert layers.signature_problems(SOURCES[place], public_names(layers.module_of(place))) == []


@each_file
def test_modules_keep_the_style(place):
    assert layers.shape_problems(SOURCES[place], public_names(layers.module_of(place))) == []


@each_file
def test_functions_fit_on_one_screen(place):
    long = layers.long_functions(SOURCES[place])
    assert {name: size for name, size in long.items() if f"{place} {name}" not in layers.LONG_FUNCTIONS} == {}


def test_long_functions_are_few_and_each_has_its_reason():
    now = {f"{place} {name}" for place, source in SOURCES.items() for name in layers.long_functions(source)}
    assert set(layers.LONG_FUNCTIONS) <= now
    assert all(len(reason.split()) >= 4 for reason in layers.LONG_FUNCTIONS.values())
    assert len(layers.LONG_FUNCTIONS) <= layers.LONG_FUNCTIONS_AT_MOST


def test_every_module_has_its_test_file():
    assert layers.missing_tests(PACKAGE, ROOT / "tests") == []


@pytest.mark.parametrize("module", MODULES)
def test_every_listed_name_can_be_had(module):
    found = importlib.import_module(f"xentbook.{module}")
    assert len(set(found.__all__)) == len(found.__all__)
    assert [name for name in found.__all__ if not hasattr(found, name)] == []


@pytest.mark.parametrize(
    "module", [name for name in MODULES if not name.startswith("_") and name not in {"datasets", "plots", "widgets"}]
)
def test_every_function_can_be_had_from_the_package(module):
    import xentbook

    found = importlib.import_module(f"xentbook.{module}")
    assert [name for name in found.__all__ if getattr(xentbook, name, None) is not getattr(found, name)] == []


def test_the_package_lists_every_name_of_every_module_and_no_other():
    for module, names in xentbook._NAMES.items():
        assert names.split() == importlib.import_module(f"xentbook.{module}").__all__
    modules = {layers.module_of(place) for place in SOURCES} - {"datasets", "plots", "widgets"}
    present = {module for module in modules if not module.startswith("_")}
    assert set(xentbook._NAMES) == present
    assert len(set(xentbook.__all__)) == len(xentbook.__all__)


def test_importing_the_package_imports_none_of_its_modules():
    loaded = set(run("import sys, xentbook; print(*sys.modules)").split())
    assert [name for name in loaded if name == "numpy" or name.startswith("xentbook.")] == []


def test_no_public_name_of_the_package_loads_anything_heavy():
    every_name = "import xentbook; [getattr(xentbook, name) for name in xentbook.__all__]"
    assert loaded_by(every_name) & HEAVY == set()


def run(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout


def loaded_by(code):
    return {name.split(".")[0] for name in run(f"import sys; {code}; print(*sys.modules)").split()}


# ---- The guards see it when it is broken


def test_a_good_module_passes():
    assert layers.import_problems(GOOD, "information/sums.py") == []
    assert layers.export_problems(GOOD) == []
    assert layers.doc_problems(GOOD, {"surprise"}) == []
    assert layers.signature_problems(GOOD, {"surprise"}) == []
    assert layers.shape_problems(GOOD, {"surprise"}) == []
    assert layers.long_functions(GOOD) == {}


@pytest.mark.parametrize(
    ("place", "statement", "complaint"),
    [
        ("links.py", "from xentbook.information import entropy", "links imports information"),
        ("links.py", "import xentbook.coding", "links imports coding"),
        ("links.py", "from xentbook import coding", "links imports coding"),
        ("links.py", "from . import coding", "links imports coding"),
        ("links.py", "from .coding import huffman_code", "links imports coding"),
        ("information/sums.py", "from ..coding.prefix import huffman_code", "information imports coding"),
        ("links.py", "def f():\n    from .language import compress", "links imports language"),
        ("links.py", "import xentbook", "imported through the package"),
        ("language.py", "from xentbook import entropy", "imported through the package"),
        ("language.py", "from . import entropy", "imported through the package"),
        ("language.py", "from xentbook.coding.bits import _pack", "imports the private"),
        ("coding/bits.py", "from ..information import _averages", "imports the private"),
        ("information.py", "import scipy.special", "the core needs NumPy alone"),
        ("information.py", "def f():\n    import scipy.special", "the core needs NumPy alone"),
        ("datasets.py", "from sklearn.datasets import load_iris", "before its first use"),
        ("datasets.py", "try:\n    import sklearn\nexcept ImportError:\n    pass", "before its first use"),
        ("datasets.py", "class A:\n    import sklearn", "before its first use"),
        ("utils.py", "import numpy", "no module of the design"),
    ],
)
def test_an_import_in_the_wrong_direction_is_seen(place, statement, complaint):
    assert complaint in " ".join(layers.import_problems(statement, place))


@pytest.mark.parametrize(
    ("place", "statement"),
    [
        ("coding/prefix.py", "from ..information import entropy"),
        ("coding/prefix.py", "from .arithmetic import ArithmeticCoder"),
        ("coding/prefix.py", "from ._bits import pack"),
        ("coding/__init__.py", "from .prefix import huffman_code"),
        ("coding/prefix.py", "from xentbook._checks import check_base"),
        ("language.py", "import bisect, numpy as np\nfrom . import coding"),
        ("datasets.py", "def f():\n    import sklearn"),
        ("plots/codes.py", "import matplotlib.pyplot as plt\nfrom ..information import entropy"),
        ("losses.py", "def f():\n    import scipy"),
    ],
)
def test_an_import_from_below_passes(place, statement):
    assert layers.import_problems(statement, place) == []


def test_a_wrong_all_is_seen():
    assert layers.export_problems(broken('__all__ = ["surprise"]\n', "")) == ["there is no __all__"]
    assert layers.export_problems(broken('["surprise"]', '["surprise", "entropy"]')) == [
        "__all__ lists 'entropy', which is not there"
    ]
    assert layers.export_problems(broken('["surprise"]', "[]")) == ["'surprise' is public but not in __all__"]
    assert layers.export_problems(broken('["surprise"]', "[]"), used_elsewhere={"surprise"}) == []


def test_names_imported_elsewhere_are_found():
    sources = {"language.py": "from .coding.arithmetic import Encoder", "links.py": "from math import log"}
    assert layers.imported_names(sources) == {"Encoder"}


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('"""One idea."""', "", "the module has no docstring"),
        ("Return the surprise.", "Return the surprise", "one line that ends"),
        ("Return the surprise.", "Return\n    the surprise.", "one line that ends"),
        ("Parameters\n", "Arguments\n", "no section Parameters"),
        ("Returns\n", "Result\n", "no section Returns"),
        ("Examples\n", "Example\n", "no section Examples"),
        ("    base : float\n        Of the logarithm.\n", "", "`base` is not under Parameters"),
    ],
)
def test_a_docstring_with_a_gap_is_seen(old, new, complaint):
    assert complaint in " ".join(layers.doc_problems(broken(old, new), {"surprise"}))


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("p: float,", "p,", "surprise: `p` has no type"),
        ("base: float = 2", "base=2", "surprise: `base` has no type"),
        (" -> float:", ":", "surprise: the result has no type"),
    ],
)
def test_an_untyped_signature_is_seen(old, new, complaint):
    assert layers.signature_problems(broken(old, new), {"surprise"}) == [complaint]


def test_methods_are_held_to_the_same():
    source = '''"""One idea."""
__all__ = ["A"]


class A:
    """Return.

    Examples
    --------
    """

    def fit(self, x):
        pass
'''
    assert layers.signature_problems(source, {"A"}) == ["A.fit: `x` has no type", "A.fit: the result has no type"]
    assert layers.doc_problems(source, {"A"}) == ["A.fit: there is no docstring"]


def test_a_breach_of_style_is_seen():
    assert (
        "swallows typos"
        in layers.shape_problems(broken("base: float = 2)", "base: float = 2, **options: int)"), {"surprise"})[0]
    )
    assert (
        "assert as validation"
        in layers.shape_problems(broken("    return p\n", "    assert p\n    return p\n"), {"surprise"})[0]
    )
    assert "make it a package" in layers.shape_problems(GOOD + "\n" * 450, {"surprise"})[0]


def test_a_long_function_is_seen():
    body = '    """Return it.\n\n    More.\n    """\n    # why\n\n' + "    p = p + 1\n" * 15
    assert layers.long_functions(f"def f(p):\n{body}") == {}
    assert layers.long_functions(f"def f(p):\n{body}    return p\n") == {"f": 16}
    inner = "\n".join(f"    {line}" for line in f"def f(p):\n{body}    return p".splitlines())
    assert layers.long_functions(f"class A:\n{inner}\n") == {"A.f": 16}


def test_a_module_without_tests_is_seen(tmp_path):
    package, tests = tmp_path / "xentbook", tmp_path / "tests"
    (package / "coding").mkdir(parents=True)
    tests.mkdir()
    for file in ("__init__.py", "_checks.py", "links.py", "coding/__init__.py"):
        (package / file).touch()
    for file in ("test_checks.py", "test_coding.py"):
        (tests / file).touch()
    assert layers.missing_tests(package, tests) == ["links has no tests/test_links.py"]


def test_a_heavy_import_is_seen():
    assert "scipy" in loaded_by("import scipy.special")
