"""The order of the modules, their public face and their size, read from the sources by `ast`."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

__all__ = [
    "CORE", "LAYERS", "LONG_FUNCTIONS", "LONG_FUNCTIONS_AT_MOST", "design_modules", "doc_problems", "export_problems",
    "import_problems", "imported_names", "long_functions", "missing_tests", "module_of", "shape_problems",
    "signature_problems",
]  # fmt: skip

# From the ground up: a module imports only from those before it.
LAYERS = [
    "_checks", "_weights", "_forecasts", "_rows", "links", "information", "coding", "language", "losses", "gradients", "likelihood", "convexity", "optimize",
    "models", "scoring", "calibration", "decisions", "anomaly", "gating", "datasets", "plots", "widgets",
]  # fmt: skip
CORE = {"_checks", "links", "information", "coding", "language"}
AT_MODULE_LEVEL = {
    "plots",
    "widgets",
}  # these two are loaded on first use as a whole, so they may import what they need
LONGEST_FUNCTION = 15
LONGEST_MODULE = 450  # "about 400" in the design, docstrings included
# "coding/prefix.py function": why it is longer. There is no other way out.
LONG_FUNCTIONS: dict[str, str] = {}
LONG_FUNCTIONS_AT_MOST = 5


def design_modules(package):
    """Return the files of the package below `package` with their places in it, the package's own `__init__` left out."""
    places = [path.relative_to(package) for path in sorted(Path(package).rglob("*.py"))]
    return {place.as_posix(): Path(package) / place for place in places if place.as_posix() != "__init__.py"}


def module_of(place):
    """Return the name of the module of the design that the file `place` belongs to."""
    return Path(place).parts[0].removesuffix(".py")


def import_problems(source, place):
    """Return the imports in `source` that the order of the layers forbids; `place` is its file, "coding/prefix.py"."""
    module, tree, found = module_of(place), ast.parse(source), []
    if module not in LAYERS:
        return [f"{module} is no module of the design"]
    top = {id(node) for node in _module_level(tree.body)}
    for node in ast.walk(tree):
        for line, name in _targets(node, Path(place)):
            problem = _layer_problem(module, name) or _third_party_problem(module, name, id(node) in top)
            found += [f"line {line}: {problem}"] if problem else []
    return found


def export_problems(source, *, used_elsewhere=()):
    """Return the disagreements between `__all__` and the public names that `source` defines.

    A name that other files of the package import, those `used_elsewhere`, may be left out of `__all__`. An `__all__` that
    collects those of the parts of a package is left to the test that imports it.
    """
    tree = ast.parse(source)
    listed = _listed(tree)
    if listed is None:
        return ["there is no __all__"]
    defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    known = defined | {name for node in tree.body for name in _bound(node)}
    lost = [name for name in listed if name not in known and "__getattr__" not in known]
    forgotten = [
        name for name in sorted(defined) if not name.startswith("_") and name not in {*listed, *used_elsewhere}
    ]
    return [f"__all__ lists {name!r}, which is not there" for name in lost] + [
        f"{name!r} is public but not in __all__" for name in forgotten
    ]


def imported_names(sources):
    """Return the names that the files in `sources`, a dictionary of place to source, import from the package."""
    nodes = [(node, Path(place)) for place, source in sources.items() for node in ast.walk(ast.parse(source))]
    targets = [name for node, place in nodes for _, name in _targets(node, place)]
    return {name.rpartition(".")[2] for name in targets if name.startswith("xentbook.")}


def doc_problems(source, public, *, examples=True):
    """Return what the docstrings in `source` lack: that of the module, and those of the `public` names and their methods.

    What draws is not asked for `examples`: the chapters are those. Nor is a class without methods, a bare record.
    """
    tree = ast.parse(source)
    found = [] if ast.get_docstring(tree) else ["the module has no docstring"]
    for name, node in _public(tree, public):
        document = ast.get_docstring(node) or ""
        found += [f"{name}: {problem}" for problem in _summary_problems(document)]
        if "." not in name:
            optional = set() if examples and (isinstance(node, ast.FunctionDef) or _methods(node)) else {"Examples"}
            found += [f"{name}: {problem}" for problem in _section_problems(document, node, optional)]
    return found


def signature_problems(source, public):
    """Return the `public` functions and methods in `source` with a parameter or a result that is not typed."""
    found = []
    for name, node in _public(ast.parse(source), public):
        if isinstance(node, ast.FunctionDef):
            untyped = [argument.arg for argument in _arguments(node) if argument.annotation is None]
            found += [f"{name}: `{argument}` has no type" for argument in untyped]
            found += [] if node.returns is not None else [f"{name}: the result has no type"]
    return found


def shape_problems(source, public):
    """Return what the style forbids in `source`: `**kwargs` in public, assert as validation, a module too long."""
    tree = ast.parse(source)
    functions = [(name, node) for name, node in _public(tree, public) if isinstance(node, ast.FunctionDef)]
    lines = len(source.splitlines())
    return (
        [f"{name}: **{node.args.kwarg.arg} swallows typos" for name, node in functions if node.args.kwarg]
        + [f"line {node.lineno}: assert as validation" for node in ast.walk(tree) if isinstance(node, ast.Assert)]
        + ([f"{lines} lines: make it a package of the same name"] if lines > LONGEST_MODULE else [])
    )


def long_functions(source):
    """Return the functions in `source` whose body is longer than the style admits, with their number of lines."""
    lines = source.splitlines()
    sizes = {}
    for name, node in _functions(ast.parse(source)):
        body = node.body[1:] if ast.get_docstring(node) is not None else node.body
        covered = lines[body[0].lineno - 1 : body[-1].end_lineno] if body else []
        sizes[name] = sum(bool(line.strip()) and not line.lstrip().startswith("#") for line in covered)
    return {name: size for name, size in sizes.items() if size > LONGEST_FUNCTION}


def missing_tests(package, tests):
    """Return the modules below `package` without a file of tests in the folder `tests`."""
    modules = sorted({module_of(place) for place in design_modules(package)})
    return [
        f"{module} has no tests/test_{module.lstrip('_')}.py"
        for module in modules
        if not any((Path(tests) / f"test_{name}.py").exists() for name in (module, module.lstrip("_")))
    ]


def _targets(node, place):
    """Return what an import statement in the file `place` names, in full, as pairs of line and dotted name."""
    if isinstance(node, ast.Import):
        return [(node.lineno, alias.name) for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    here = ["xentbook", *place.parent.parts]
    start = here[: len(here) - node.level + 1] if node.level else []
    base = [*start, *filter(None, [node.module])]
    return [(node.lineno, ".".join([*base, alias.name])) for alias in node.names]


def _layer_problem(module, name):
    """Return the problem of importing `name`, from within the package, in `module`; None without one."""
    first, *inner = name.split(".")
    if first != "xentbook":
        return None
    if not inner or inner[0] not in LAYERS:
        return f"`{name}` is imported through the package, not from its module"
    if LAYERS.index(inner[0]) > LAYERS.index(module):
        return f"{module} imports {inner[0]}, which lies above it"
    foreign = inner[0] != module and len(inner) > 1 and inner[-1].startswith("_")
    return f"{module} imports the private `{name}`" if foreign else None


def _third_party_problem(module, name, at_module_level):
    """Return the problem of importing `name`, from outside the package, in `module`; None without one."""
    first = name.split(".")[0]
    if first in {"numpy", "xentbook", *sys.stdlib_module_names} or module in AT_MODULE_LEVEL:
        return None
    if module in CORE:
        return f"{module} imports {first}: the core needs NumPy alone"
    return f"{module} imports {first} before its first use" if at_module_level else None


def _module_level(body):
    """Return the statements that run when the module is imported, those for type checkers left out."""
    for node in body:
        yield node
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            yield from _module_level(node.orelse)
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            inner = [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt | ast.excepthandler)]
            yield from _module_level(inner)


def _listed(tree):
    """Return the strings of `__all__`, or None where there is none."""
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and "__all__" in ast.unparse(node).split("=")[0]:
            values = getattr(node.value, "elts", [])
            return [value.value for value in values if isinstance(value, ast.Constant)]
    return None


def _bound(node):
    """Return the names that a statement binds by assignment or import, or `__getattr__` where that is defined."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [(alias.asname or alias.name).split(".")[0] for alias in node.names]
    if isinstance(node, ast.FunctionDef):
        return [node.name]
    targets = getattr(node, "targets", [getattr(node, "target", None)])
    return [part.id for target in targets if target for part in ast.walk(target) if isinstance(part, ast.Name)]


def _public(tree, public):
    """Return the functions and classes of a module that are `public`, and the methods of those, with their names."""
    found = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name in public:
            found.append((node.name, node))
            found += [(f"{node.name}.{method.name}", method) for method in _methods(node)]
    return found


def _methods(node):
    """Return the public methods of a class; a function has none."""
    inside = (
        [child for child in node.body if isinstance(child, ast.FunctionDef)] if isinstance(node, ast.ClassDef) else []
    )
    return [method for method in inside if not method.name.startswith("_")]


def _functions(tree, prefix=""):
    """Return all functions and methods of a module with their dotted names; inner functions count with the outer one."""
    found = []
    for node in getattr(tree, "body", []):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.append((prefix + node.name, node))
        elif isinstance(node, ast.ClassDef):
            found += _functions(node, f"{prefix}{node.name}.")
    return found


def _arguments(node):
    """Return the parameters of a function without `self` and `cls`."""
    spec = node.args
    every = [*spec.posonlyargs, *spec.args, *spec.kwonlyargs, *filter(None, (spec.vararg, spec.kwarg))]
    return [argument for argument in every if argument.arg not in ("self", "cls")]


def _summary_problems(document):
    """Return what is wrong with the first line of a docstring."""
    first, _, rest = document.partition("\n")
    if not first:
        return ["there is no docstring"]
    good = first.rstrip().endswith((".", "?")) and not rest.split("\n", 1)[0].strip()
    return [] if good else ["the docstring does not open with one line that ends in a full stop"]


def _section_problems(document, node, optional):
    """Return the numpydoc sections that the docstring of a public function or class lacks, and undocumented parameters."""
    heads = set(re.findall(r"^([A-Z][A-Za-z ]+)\n-{3,}$", document, re.MULTILINE))
    function = node if isinstance(node, ast.FunctionDef) else _initializer(node)
    names = [argument.arg for argument in _arguments(function)] if function else []
    gives = isinstance(node, ast.FunctionDef) and ast.unparse(node.returns or ast.Constant(1)) != "None"
    wanted = {"Examples"} | ({"Parameters"} if names else set()) | ({"Returns"} if gives else set())
    wanted -= optional | ({"Returns"} if "Yields" in heads else set())
    body = re.search(r"^Parameters\n-+\n(.*?)(?=^[A-Z][A-Za-z ]+\n-{3,}$|\Z)", document, re.DOTALL | re.MULTILINE)
    told = re.findall(r"\w+", " ".join(re.findall(r"^([\w*, ]+?)(?: :|$)", body[1], re.MULTILINE))) if body else names
    missing = [f"the docstring has no section {head}" for head in sorted(wanted - heads)]
    return missing + [f"`{name}` is not under Parameters" for name in names if name not in told]


def _initializer(node):
    """Return the `__init__` of a class, or None."""
    return next((child for child in node.body if isinstance(child, ast.FunctionDef) and child.name == "__init__"), None)
