"""Change one token of the package at a time and see if the module's own tests notice: `python tools/mutate_package.py`.

Conventions
-----------
- A mutant is a place (file, line, column), the token that stands there and the one that is put in its place: an
  operator, a number, a truth value, or one of a few names that have an opposite. Docstrings, messages, annotations,
  imports and the lists of names are left alone, as are `plots` and `widgets`.
- The sample is drawn with a seed from all mutants of all files, so that the same seed on the same sources is the same
  sample.
- "Noticed" means that the tests of the module fail or do not end: `tests/test_<module>.py`, what `ALSO` adds, the
  examples in its docstrings, and the table of public signatures.
- A mutant that computes the same is named, with the reason, in `tools/equivalent_mutants.toml`, and counts for nothing.
  Where a line (or others of the same text) has the token more than once, `occurrence` says which one is meant.
"""

from __future__ import annotations

import argparse
import ast
import io
import itertools
import os
import random
import shutil
import subprocess
import sys
import tempfile
import tokenize
import tomllib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

__all__ = ["Key", "Mutant", "equivalents", "main", "mutants_of", "notices", "own_tests", "sample"]

Key = tuple[str, str, str, int]  # file, line, change, occurrence

ROOT = Path(__file__).resolve().parent.parent
EQUIVALENT = ROOT / "tools" / "equivalent_mutants.toml"
LEFT_ALONE = ("plots", "widgets")
GOAL = 0.97
LONGEST = 300  # seconds for the tests of one module; a mutant that runs longer is noticed

OPPOSITE = {
    "+": "-", "-": "+", "*": "/", "/": "*", "//": "*", "%": "//", "**": "*", "<": "<=", "<=": "<", ">": ">=", ">=": ">",
    "==": "!=", "!=": "==", "&": "|", "|": "&", "+=": "-=", "-=": "+=", "*=": "/=", "/=": "*=", "@": "*",
    "and": "or", "or": "and", "True": "False", "False": "True", "not": "", "is": "is not", "in": "not in",
    "min": "max", "max": "min", "minimum": "maximum", "maximum": "minimum", "argmin": "argmax", "argmax": "argmin",
    "any": "all", "all": "any", "floor": "ceil", "ceil": "floor", "exp": "expm1", "log": "log1p", "log1p": "log",
    "expm1": "exp", "zeros": "ones", "ones": "zeros", "sum": "mean",
}  # fmt: skip
WORDS = {"and", "or", "not", "is", "in", "True", "False"}
# Tests besides those of the same name: where a module's functions are the work of another's public face.
ALSO = {
    "_specs": ("specs", "losses", "gradients"),
    "_rows": ("rows", "losses", "gradients"),
    "_estimator": ("estimator", "models", "sklearn"),
    "losses": ("losses", "specs"),
    "gradients": ("gradients", "specs"),
    "models": ("models", "fits", "sklearn"),
}


@dataclass(frozen=True)
class Mutant:
    """One token of one file, and what is put in its place; `occurrence` is 0 where no other is like it, else from 1."""

    file: str
    line: int
    column: int
    old: str
    new: str
    text: str
    occurrence: int = 0

    @property
    def key(self) -> Key:
        """What names the mutant in the list of those that compute the same."""
        return self.file, self.text, f"{self.old} -> {self.new}", self.occurrence

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column} {self.old!r} -> {self.new!r} in: {self.text}"

    def applied_to(self, source: str) -> str:
        """Return the source with the token changed."""
        lines = source.splitlines(keepends=True)
        line = lines[self.line - 1]
        lines[self.line - 1] = line[: self.column] + self.new + line[self.column + len(self.old) :]
        return "".join(lines)


def mutants_of(source: str, file: str) -> list[Mutant]:
    """Return every change of one token of `source`."""
    left_alone, lines, found = _places_left_alone(ast.parse(source)), source.splitlines(), []
    tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    for token, after in itertools.pairwise(tokens):
        new = _replacement(token, after.string)
        if new is None or any(start <= token.start < end for start, end in left_alone):
            continue
        found.append(Mutant(file, *token.start, token.string, new, lines[token.start[0] - 1].strip()))
    return _numbered(found)


def sample(n: int, seed: int, root: Path = ROOT) -> list[Mutant]:
    """Return `n` mutants of the package that parse, drawn with `seed`, without those known to compute the same."""
    package, known = root / "xentbook", equivalents()
    places = {path.relative_to(package): path.read_text("utf-8") for path in sorted(package.rglob("*.py"))}
    chosen = [p for p in places if p.parts[0] not in LEFT_ALONE and p.name != "__init__.py"]
    everything = [mutant for place in chosen for mutant in mutants_of(places[place], place.as_posix())]
    random.Random(seed).shuffle(everything)
    good = (
        mutant
        for mutant in everything
        if mutant.key not in known and _parses(mutant.applied_to(places[Path(mutant.file)]))
    )
    return list(itertools.islice(good, n))


def equivalents() -> dict[Key, str]:
    """Return the reasons of the mutants that compute the same, by file, line, change and occurrence."""
    entries = tomllib.loads(EQUIVALENT.read_text("utf-8")).get("mutant", []) if EQUIVALENT.exists() else []
    keys = [(entry["file"], entry["line"], entry["change"], entry.get("occurrence", 0)) for entry in entries]
    return dict(zip(keys, (entry["reason"] for entry in entries), strict=True))


def own_tests(file: str, root: Path = ROOT) -> list[str]:
    """Return the files of tests that belong to the module of `file`."""
    module = Path(file).parts[0].removesuffix(".py")
    names = ALSO.get(module, (module.lstrip("_"),))
    files = [f"tests/test_{name}.py" for name in (*names, "signatures")]
    return [file for file in files if (root / file).exists()]


def notices(mutant: Mutant, root: Path = ROOT) -> bool:
    """Return whether the module's own tests fail when the mutant is in its place, in a copy of the package."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        shutil.copytree(root / "xentbook", copy / "xentbook", ignore=shutil.ignore_patterns("__pycache__"))
        target = copy / "xentbook" / mutant.file
        target.write_text(mutant.applied_to(target.read_text("utf-8")), encoding="utf-8")
        paths = [str(copy), str(root / "tests"), str(root / "tools")]
        setting = os.environ | {"PYTHONPATH": os.pathsep.join(paths), "OPENBLAS_NUM_THREADS": "1"}
        # -P: the folder of the sources does not come before the copy
        options = root / "pyproject.toml"
        settings = ["--rootdir", str(root), "--doctest-modules", *(["-c", str(options)] if options.exists() else [])]
        examples = str(copy / "xentbook" / Path(mutant.file).parts[0])
        tests = [*own_tests(mutant.file, root), examples]
        command = [sys.executable, "-P", "-m", "pytest", "-x", "-q", "--no-header", *settings, *tests]
        try:
            run = subprocess.run(command, cwd=root, env=setting, capture_output=True, timeout=LONGEST, check=False)
        except subprocess.TimeoutExpired:
            return True
        if run.returncode not in (0, 1, 2):  # 2: the tests could not even be collected
            raise RuntimeError(f"pytest could not run: {run.stdout.decode()[-500:]}{run.stderr.decode()[-500:]}")
        return run.returncode != 0


def main(arguments: list[str] | None = None) -> int:
    """Run a sample, print what survives and the share that is noticed; return 1 below the goal."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=60, help="number of mutants")
    parser.add_argument("--seed", type=int, default=0, help="of the sample")
    parser.add_argument("--workers", type=int, default=2, help="tests run side by side")
    options = parser.parse_args(arguments)
    chosen = sample(options.n, options.seed)
    for file in sorted({name for mutant in chosen for name in own_tests(mutant.file)}):
        print(f"own tests: {file}")
    with ThreadPoolExecutor(options.workers) as pool:
        verdicts = list(pool.map(_told, chosen))
    share = sum(verdicts) / len(verdicts)
    print(f"{sum(verdicts)} of {len(verdicts)} mutants noticed ({share:.1%}), seed {options.seed}")
    return int(share < GOAL)


def _told(mutant: Mutant) -> bool:
    noticed = notices(mutant)
    print(f"{'noticed ' if noticed else 'SURVIVED'} {mutant}", flush=True)
    return noticed


def _numbered(mutants: list[Mutant]) -> list[Mutant]:
    """Return the mutants of a file with those that are alike numbered from 1."""
    alike, seen, numbered = Counter(mutant.key for mutant in mutants), Counter[Key](), []
    for mutant in mutants:
        seen[mutant.key] += 1
        numbered.append(replace(mutant, occurrence=seen[mutant.key]) if alike[mutant.key] > 1 else mutant)
    return numbered


def _replacement(token: tokenize.TokenInfo, after: str) -> str | None:
    """Return what is put in the place of a token before `after`, or None where it is left alone."""
    if token.type == tokenize.NUMBER:
        return _other_number(token.string)
    if token.type == tokenize.NAME and token.string not in WORDS and after != "(":
        return None  # the name of a variable or of an option, not a call
    if token.type not in (tokenize.OP, tokenize.NAME) or (token.string == "*" and after == ","):
        return None
    return OPPOSITE.get(token.string)


def _other_number(text: str) -> str | None:
    if text.lower().endswith("j"):
        return None
    try:
        return str(int(text, 0) + 1)
    except ValueError:
        return f"{float(text) * 2 + (float(text) == 0)!r}"


def _places_left_alone(tree: ast.AST) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Return the spans of annotations, decorators, imports, lists of names and class fields without a value."""
    spans: list[tuple[tuple[int, int], tuple[int, int]]] = []
    for node in ast.walk(tree):
        parts: list[ast.AST | None] = []
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            arguments = [
                *node.args.posonlyargs,
                *node.args.args,
                *node.args.kwonlyargs,
                node.args.vararg,
                node.args.kwarg,
            ]
            parts = [node.returns, *(argument and argument.annotation for argument in arguments), *node.decorator_list]
        elif isinstance(node, ast.AnnAssign):
            parts = [node.annotation]
        elif isinstance(node, ast.Import | ast.ImportFrom) or (isinstance(node, ast.Assign) and _is_alias(node)):
            parts = [node]
        spans += [_span(part) for part in parts if part is not None]
    return spans


def _is_alias(node: ast.Assign) -> bool:
    """Return whether an assignment names types, or lists what is public."""
    name = getattr(node.targets[0], "id", "")
    return name == "__all__" or (name[:1].isupper() and name != name.upper())


def _span(node: ast.AST) -> tuple[tuple[int, int], tuple[int, int]]:
    return (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]


def _parses(source: str) -> bool:
    try:
        compile(source, "mutant", "exec")
    except (SyntaxError, ValueError):
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
