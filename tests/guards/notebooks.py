"""What a stored notebook must be: executed, reproducible, small, and a chapter of the book.

nbval runs the cells again and compares the text of their outputs. It passes cells that were never executed, and it
skips pictures and the widgets. Those are covered here: `guards.running` holds what came of nbval's run against what is
stored by the comparisons below, which look at everything, pictures and the state of the widgets included.
"""

from __future__ import annotations

import ast
import base64
import importlib.util
import io
import json
import math
import re
import tokenize
from itertools import pairwise, takewhile
from pathlib import Path
from statistics import median

import nbformat
import numpy as np
from PIL import Image, ImageFilter

from guards import ROOT, markdown, prose, those_that_are_so

__all__ = [
    "CELL_GUARDS", "CHAPTER_SECTIONS", "COMPANIONS", "EXCLUDED", "EXCLUDED_AT_MOST", "NOTEBOOK_GUARDS",
    "cell_differences",
    "chapter_problems", "excluded_cells", "exercises", "is_excluded", "numbering_problems", "picture_difference",
    "read",
    "size_problems", "solution_problems", "what_nbval_passes", "widget_differences",
]  # fmt: skip

# The sections that every chapter has, in this order. A chapter's own sections stand between the second and the third.
CHAPTER_SECTIONS = [
    "What you will learn",
    "Predict first",
    "Where this breaks",
    "Check yourself",
    "Exercises",
    "Take-aways",
    "References",
]

# The cells that are not compared: (notebook, first line of the cell): the reason. There is no other way out.
EXCLUDED: dict[tuple[str, str], str] = {}
EXCLUDED_AT_MOST = 3

LARGEST = 400_000  # bytes
LONGEST_CELL, LONGEST_MEDIAN = 15, 6  # lines that are not blank
SHORTEST_ALT = 40  # characters
MOST_DIGITS = 4  # significant ones, in a printed decimal

# Matplotlib carries its fonts and its rasteriser in the wheel, so on the locked versions a picture comes out alike
# everywhere, but for the last bit of the arithmetic: it changes the grey of an edge by a level or two, and where a
# coordinate lies half-way between two pixels it moves a line by one. The comparison therefore lets each pixel take any
# value its neighbours have, and then asks for 4 levels of 255 at most, root mean square, in every tile of 16 pixels:
# one changed digit in a label fills one tile, and a mean over the whole picture would lose it. Measured: 3 for 8 in a
# tick label is 7 levels at 72 dots per inch and 22 at 100.
PICTURE_TOLERANCE, TILE = 4.0, 16

STATE = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"
EXCLUSIONS = re.compile(r"nbval-(?:ignore-output|skip|raises-exception)|raises-exception|skip-execution", re.IGNORECASE)
EXCLUDING_COMMENTS = re.compile(
    r"#\s*(?:NBVAL_(?:IGNORE_OUTPUT|SKIP|RAISES_EXCEPTION)|PYTEST_VALIDATE_IGNORE_OUTPUT)", re.I
)
INSTALLING = re.compile(r"^([ \t]*)%pip install .*$", re.MULTILINE)
MACHINE_PATH = re.compile(r"(?<![\w.:/])/(?:home|root|tmp|work|Users|opt|mnt|private/var)/\S|\b[A-Z]:\\\w")
DECIMAL = re.compile(r"(?<![\w.])(?:\d{1,3}(?:,\d{3})+|\d+)\.\d+(?![\d.]*\.\d)")


def load_executor():
    """Return the module `tools/execute.py`, which is a script and on no path."""
    spec = importlib.util.spec_from_file_location("execute", ROOT / "tools" / "execute.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


executor = load_executor()
COMPANIONS = executor.COMPANIONS


def read(path):
    """Return the notebook at `path` exactly as it is stored."""
    return nbformat.v4.reads(Path(path).read_text(encoding="utf-8"))


def code_cells(notebook):
    """Return the code cells of `notebook` that hold code."""
    return [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]


# ---- One notebook: its form


def is_valid(notebook):
    """Return what nbformat says against `notebook`."""
    ids = [cell.get("id") for cell in notebook.cells]
    if notebook.nbformat_minor >= 5 and (
        None in ids or len(set(ids)) < len(ids)
    ):  # nbformat mends these, with a warning
        return ["nbformat: a cell without an id, or two with the same"]
    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError as error:
        return [f"nbformat: {str(error).splitlines()[0]}"]
    return [] if notebook.nbformat == 4 and notebook.nbformat_minor == 5 else ["the format is not 4.5"]


def is_executed_in_order(notebook):
    """Return the code cells whose execution count is not their place, 1 to n."""
    counts = [cell.execution_count for cell in code_cells(notebook)]
    empty = [cell for cell in notebook.cells if not cell.source.strip()]
    return [
        f"code cell {place} was {'never executed' if count is None else f'executed as number {count}'}"
        for place, count in enumerate(counts, start=1)
        if count != place
    ] + ["a cell is empty" for _ in empty]


def shows_no_errors(notebook):
    """Return the errors and the lines of stderr that are stored."""
    found = [output for cell in code_cells(notebook) for output in cell.outputs]
    errors = [f"the error {output.ename} is stored" for output in found if output.output_type == "error"]
    return errors + [f"stderr: {output.text[:80]!r}" for output in found if output.get("name") == "stderr"]


def has_minimal_metadata(notebook):
    """Return the metadata that is more, or less, than kernel, language, tags, alternative texts and widgets."""
    wanted = {"kernelspec": executor.KERNEL, "language_info": {"name": "python"}}
    found = {key: value for key, value in notebook.metadata.items() if key != "widgets"}
    problems = [] if found == wanted else [f"the metadata is {json.dumps(found)}, not {json.dumps(wanted)}"]
    if set(notebook.metadata.get("widgets", {})) - {STATE}:
        problems.append("there is more than state under widgets")
    extra = [(cell.id, key) for cell in notebook.cells for key in cell.metadata if key not in executor.CELL_METADATA]
    return problems + [f"{name} has the metadata {key!r}" for name, key in extra]


def has_steady_ids(notebook):
    """Return the cells whose id is not the one `tools/execute.py` gives."""
    wanted = [(f"cell-{number:02d}", cell) for number, cell in enumerate(notebook.cells, start=1)]
    return [
        f"{cell.get('id')} should be {name}: run tools/execute.py" for name, cell in wanted if cell.get("id") != name
    ]


def stores_no_front_ends(notebook):
    """Return the widgets that store the source of their front end, which the site puts in."""
    models = notebook.metadata.get("widgets", {}).get(STATE, {}).get("state", {})
    found = [(name, key) for name, model in models.items() for key in executor.FRONT_END if key in model["state"]]
    return [f"the widget {name} stores {key}: run tools/execute.py --strip-only" for name, key in found]


def has_no_machine_paths(notebook):
    """Return the paths of somebody's machine in sources and outputs."""
    texts = [cell.source for cell in notebook.cells]
    texts += [text for cell in code_cells(notebook) for output in cell.outputs for text in _texts(output)]
    return [f"the machine path {found[0]!r}" for text in texts for found in MACHINE_PATH.finditer(text)]


def opens_with_a_title(notebook):
    """Return a complaint unless the first cell is Markdown with the one title of the notebook."""
    titles = [title for level, title in markdown.headings(markdown.text_of(notebook.cells)) if level == 1]
    first = notebook.cells[0] if notebook.cells else None
    begins = first is not None and first.cell_type == "markdown" and first.source.startswith("# ")
    return ([] if begins else ["the first cell is not a title"]) + (
        [] if len(titles) == 1 else [f"the titles are {titles}"]
    )


# ---- One notebook: its cells


def keeps_cells_short(notebook):
    """Return the cells that are too long, and the median when it is."""
    sizes = [sum(bool(line.strip()) for line in cell.source.splitlines()) for cell in code_cells(notebook)]
    long = [f"code cell {place} has {size} lines" for place, size in enumerate(sizes, start=1) if size > LONGEST_CELL]
    middle = median(sizes) if sizes else 0
    return long + ([f"the median cell has {middle:g} lines"] if middle > LONGEST_MEDIAN else [])


def shows_one_output_a_cell(notebook):
    """Return the cells with more than one output."""
    numbers = [len(cell.outputs) for cell in code_cells(notebook)]
    return [f"code cell {place} has {number} outputs" for place, number in enumerate(numbers, start=1) if number > 1]


def is_plain_python(notebook):
    """Return the cells that Python itself cannot read, or that end in `;`, which hides an output from nbval.

    The first code cell may hold a line of `%pip install`, for kernels that start without the package.
    """
    problems = []
    for place, cell in enumerate(code_cells(notebook), start=1):
        try:
            ast.parse(INSTALLING.sub(r"\1pass", cell.source) if place == 1 else cell.source)
        except SyntaxError:
            problems.append(f"code cell {place} is not plain Python")
        if _ends_in_semicolon(cell.source):
            problems.append(f"code cell {place} has a trailing `;`")
    return problems


def uses_public_names(notebook):
    """Return the private names in the code: `xb._x`, `from xentbook._checks import ...`."""
    problems = []
    for place, cell in enumerate(code_cells(notebook), start=1):
        names = [name for node in ast.walk(prose.tree(cell.source)) for name in _names_from_elsewhere(node)]
        problems += [f"code cell {place} uses the private name {name}" for name in names if _is_private(name)]
    return problems


def prints_few_digits(notebook):
    """Return the printed decimals with more than four significant digits: those may differ from machine to machine."""
    texts = [text for cell in code_cells(notebook) for output in cell.outputs for text in _texts(output)]
    printed = [found[0] for text in texts for found in DECIMAL.finditer(text)]
    long = [number for number in printed if _digits(number) > MOST_DIGITS]
    return [f"{number} is printed with more than {MOST_DIGITS} digits" for number in long]


def prints_no_addresses(notebook):
    """Return the outputs that name a place in memory, which no second run has again."""
    texts = [text for cell in code_cells(notebook) for output in cell.outputs for text in _texts(output)]
    addresses = [found for text in texts for found in re.findall(r"\S* at 0x[0-9a-fA-F]{5,}", text)]
    return [f"{address!r} is another one in each run" for address in addresses]


# ---- One notebook: its figures


def has_png_figures(notebook):
    """Return the pictures that are not PNG, and the figures that were stored as text alone."""
    problems = []
    for place, cell in enumerate(code_cells(notebook), start=1):
        for data in [output.data for output in cell.outputs if "data" in output]:
            other = [kind for kind in data if re.match(r"image/(?!png$)|application/pdf", kind)]
            problems += [f"code cell {place} stores {kind}" for kind in other]
            if "<Figure size" in str(data.get("text/plain", "")) and "image/png" not in data:
                problems.append(f"code cell {place} has a figure without its picture")
            if "image/png" in data and not base64.b64decode(data["image/png"]).startswith(b"\x89PNG\r\n\x1a\n"):
                problems.append(f"code cell {place} has a picture that is not PNG")
    return problems


def has_alternative_texts(notebook):
    """Return the pictures, of outputs and of Markdown, without a text that says what they show."""
    problems = []
    for place, cell in enumerate(code_cells(notebook), start=1):
        if any(kind.startswith("image/") for output in cell.outputs for kind in output.get("data", {})):
            alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt")
            problems += [f"code cell {place}: {problem}" for problem in alternative_text_problems(alt)]
    sources = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    written = [alt for source in sources for alt in markdown.pictures(source)]
    return problems + [f"Markdown picture: {problem}" for alt in written for problem in alternative_text_problems(alt)]


def alternative_text_problems(alt):
    """Return what is wrong with one alternative text."""
    text = " ".join(str(alt or "").split())
    if len(text) < SHORTEST_ALT:
        return [f"the alternative text has {len(text)} characters, fewer than {SHORTEST_ALT}"]
    kinds = r"(?:an? |the |this )?(?:\w+ ){0,2}?(?:plot|chart|figure|graph|image|picture|diagram)s?\b"
    return [f"the alternative text says it is a picture: {text[:30]!r}"] if re.match(kinds, text, re.IGNORECASE) else []


NOTEBOOK_GUARDS = [
    is_valid, is_executed_in_order, shows_no_errors, has_minimal_metadata, has_steady_ids, stores_no_front_ends,
    has_no_machine_paths, opens_with_a_title,
]  # fmt: skip
CELL_GUARDS = [
    keeps_cells_short, shows_one_output_a_cell, is_plain_python, uses_public_names, prints_few_digits,
    prints_no_addresses,
    has_png_figures, has_alternative_texts,
]  # fmt: skip


def size_problems(path):
    """Return a complaint when the file at `path` is too large, or not stored as `tools/execute.py` stores."""
    content = Path(path).read_bytes()
    problems = [] if len(content) < LARGEST else [f"{len(content)} bytes, {LARGEST} at most"]
    return problems + ([] if content.endswith(b"}\n") else ["the file does not end with one line feed"])


# ---- Execution compared


def excluded_cells(notebook, name, allowed=None):
    """Return the cells of `notebook` that ask not to be compared, and the complaints about those not allowed to."""
    allowed = EXCLUDED if allowed is None else allowed
    marked = [cell.source.partition("\n")[0] for cell in code_cells(notebook) if _asks_for_exclusion(cell)]
    stale = [line for notebook_name, line in allowed if notebook_name == name and line not in marked]
    unlisted = [f"the cell {line!r} is excluded without a reason" for line in marked if (name, line) not in allowed]
    return marked, unlisted + [f"the exclusion of {line!r} has no cell" for line in stale]


def is_excluded(cell, name, allowed=None):
    """Return whether `cell` of the notebook `name` asks not to be compared and is listed as one that is allowed to."""
    listed = (name, cell.source.partition("\n")[0]) in (EXCLUDED if allowed is None else allowed)
    return listed and _asks_for_exclusion(cell)


def what_nbval_passes(cell):
    """Return what is wrong with one stored code cell, whatever a new run of it gives, and nbval is silent about."""
    stderr = [output.text for output in cell.outputs if output.get("name") == "stderr"]
    return (
        ([] if cell.execution_count else ["the cell was never executed"])
        + (["the cell has a trailing `;`"] if _ends_in_semicolon(cell.source) else [])
        + [f"stderr: {text[:80]!r}" for text in stderr]
    )


def cell_differences(stored, fresh):
    """Return where the outputs of the cell `stored` are not those of `fresh`, a new run of it, pictures included.

    Of widgets it sees that they are there; which ones, and in which state, is seen by `widget_differences`.
    """
    if len(stored.outputs) != len(fresh.outputs):
        return [f"{len(stored.outputs)} outputs are stored, {len(fresh.outputs)} came"]
    pairs = zip(stored.outputs, fresh.outputs, strict=True)
    return [problem for pair in pairs for problem in _output_differences(*pair)]


def widget_differences(stored, fresh):
    """Return where the widgets that `stored` shows, and their states, are not those of `fresh`, a new run of it."""
    outputs = [[output for cell in code_cells(notebook) for output in cell.outputs] for notebook in (stored, fresh)]
    views = [[output.data[VIEW] for output in found if VIEW in output.get("data", {})] for found in outputs]
    states = [notebook.metadata.get("widgets", {}).get(STATE, {}).get("state", {}) for notebook in (stored, fresh)]
    return state_differences(*views, "view") + state_differences(*states)


def picture_difference(one, other):
    """Return how far two PNG pictures differ: 0 to 255, root mean square in the worst tile; inf for different sizes."""
    pictures = [Image.open(io.BytesIO(data)).convert("RGBA") for data in (one, other)]
    if pictures[0].size != pictures[1].size:
        return math.inf
    excess = np.maximum(_beyond_neighbours(*pictures), _beyond_neighbours(*reversed(pictures)))
    return float(np.sqrt(_tile_means(excess**2).max()))


def state_differences(old, new, where="state"):
    """Return where two nested states differ; numbers may differ in their last bits, by 1e-9 of their size."""
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        old, new = dict(enumerate(old)), dict(enumerate(new))
    if isinstance(old, dict) and isinstance(new, dict):
        found = [f"{where}.{key} is in one only" for key in sorted(set(old) ^ set(new))]
        for key in sorted(set(old) & set(new)):
            found += state_differences(old[key], new[key], f"{where}.{key}")
        return found
    numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in (old, new))
    same = math.isclose(old, new, rel_tol=1e-9, abs_tol=1e-12) if numbers else type(old) is type(new) and old == new
    return (
        []
        if same
        else ["{} is {!r} in the file, {!r} when run".format(where, *_from_first_difference(str(old), str(new)))]
    )


# ---- A chapter and its solutions


def numbering_problems(names):
    """Return what is wrong with the file names of the chapters: NN-name.ipynb, from 01 without a gap."""
    odd = [
        f"{name} is not NN-name.ipynb"
        for name in names
        if not re.fullmatch(r"\d\d-[a-z0-9]+(?:-[a-z0-9]+)*\.ipynb", name)
    ]
    numbers = sorted(name[:2] for name in names)
    wanted = [f"{number:02d}" for number in range(1, len(names) + 1)]
    return odd + ([] if numbers == wanted else [f"the chapters are numbered {numbers}"])


def chapter_problems(notebook, name):
    """Return what `notebook`, the chapter in the file `name`, lacks of the shape of a chapter, or gives away."""
    if markdown.is_lecture(notebook):  # its order is looked at by `guards.lectures`
        return _missing_features(notebook)
    return (
        _section_order_problems(notebook)
        + _opening_problems(notebook)
        + _exercise_problems(notebook, name)
        + _giveaways(notebook)
        + _missing_features(notebook)
    )


def solution_problems(path):
    """Return what is wrong between the chapter at `path` and its notebook of solutions."""
    path = Path(path)
    other = path.parent / "solutions" / path.name
    if not other.exists():
        return [f"solutions/{path.name} is missing"]
    if markdown.is_lecture(read(path)):
        return []  # looked at by `guards.lectures`
    asked, solved = exercises(read(path)), _solved(read(other))
    unsolved = [f"exercise {number} has no solution" for number in asked if number not in solved]
    return unsolved + [f"the solution {number} has no exercise" for number in solved if number not in asked]


def exercises(notebook):
    """Return the numbers of the exercises in `notebook`, those that start a paragraph in bold: `**Exercise 3**`."""
    return re.findall(
        r"^[ \t]*(?:[-*+] |\d+\. )?\*\*Exercise (\d+(?:\.\d+)?)\b",
        markdown.section(markdown.text_of(notebook.cells), "Exercises"),
        re.MULTILINE,
    )


def _section_order_problems(notebook):
    titles = [title for level, title in markdown.headings(markdown.text_of(notebook.cells)) if level == 2]
    missing = [f"there is no section {title!r}" for title in CHAPTER_SECTIONS if titles.count(title) != 1]
    places = [titles.index(title) for title in CHAPTER_SECTIONS if title in titles]
    problems = {f"the sections are in the order {titles}": places != sorted(places)}
    if not missing:
        own = titles.index("Where this breaks") - titles.index("Predict first") > 1
        problems["there is no section of the chapter's own"] = not own
        problems["a section stands among the closing ones"] = titles[-4:] != CHAPTER_SECTIONS[-4:]
    return missing + those_that_are_so(problems)


def _opening_problems(notebook):
    text = markdown.text_of(notebook.cells)
    opening = "".join(part.source for part in takewhile(lambda part: part.level != 2, markdown.parts(text)))
    words = markdown.prose(opening.partition("\n")[2]).split()
    timed = re.search(r"\bminutes\b|\bhours?\b", markdown.section(text, "What you will learn"))
    problems = {
        "no question opens the chapter: 25 words at least between title and first section": len(words) < 25,
        "'What you will learn' does not say how long it takes": timed is None,
    }
    return those_that_are_so(problems)


def _exercise_problems(notebook, name):
    text = markdown.section(markdown.text_of(notebook.cells), "Exercises")
    levels = [part for part in markdown.parts(text) if part.level == 3 and part.title.startswith("Level ")]
    titles, numbers = [part.title[:7] for part in levels], exercises(notebook)
    linked = {target.partition("#")[0] for target in markdown.links(text)}
    problems = {
        f"the levels of the exercises are {titles}": titles != ["Level 1", "Level 2", "Level 3"],
        f"the exercises are numbered {numbers}": len(set(numbers)) < len(numbers),
        f"the exercises do not link to solutions/{name}": f"solutions/{name}" not in linked,
    }
    problems |= {
        f"level {n} has no exercise": "**Exercise " not in part.source for n, part in enumerate(levels, start=1)
    }
    return those_that_are_so(problems)


def _giveaways(notebook):
    """Return the answers to exercises that a chapter gives away."""
    headed = [
        title
        for _, title in markdown.headings(markdown.text_of(notebook.cells))
        if re.search(r"\b(?:solutions?|answers?)\b", title, re.IGNORECASE)
    ]
    text = markdown.section(markdown.text_of(notebook.cells), "Exercises")
    hidden = re.findall(r"\{(?:dropdown|toggle|solution\S*)\}[^\n]*|<details|:class:[^\n]*(?:dropdown|toggle)", text)
    tagged = [
        tag for cell in notebook.cells for tag in cell.metadata.get("tags", []) if re.search(r"solution|answer", tag)
    ]
    return [f"{found!r} gives a solution away" for found in headed + hidden + tagged]


def _missing_features(notebook):
    """Return what every chapter has and this one lacks: an interactive figure, a numbered equation, a citation."""
    state = notebook.metadata.get("widgets", {}).get(STATE, {}).get("state", {})
    shown = executor.displayed_models(notebook.cells)
    live = [model for model in shown if state.get(model, {}).get("model_module") == "anywidget"]
    text = markdown.text_of(notebook.cells)
    features = {
        "an interactive figure": live,
        "a numbered equation": [label for label, _ in markdown.equations(text) if label],
        "a citation": markdown.roles(text, "cite"),
    }
    lost = [f"the state of the widget {model} is not stored" for model in shown if model not in state]
    return [f"the chapter lacks {name}" for name, found in features.items() if not found] + lost


def _solved(notebook):
    """Return the numbers of the exercises that the headings of a notebook of solutions name."""
    titles = [
        re.match(r"Exercise (\d+(?:\.\d+)?)\b", title)
        for level, title in markdown.headings(markdown.text_of(notebook.cells))
        if level in (2, 3)
    ]
    return [found[1] for found in titles if found]


# ---- Helpers


def _texts(output):
    """Return the texts of one output, as a reader sees them."""
    data = output.get("data", {})
    return [str(text) for text in (output.get("text"), data.get("text/plain"), data.get("text/html")) if text]


def _ends_in_semicolon(source):
    """Return whether a line of `source` ends in `;`, as Python's own tokenizer sees it."""
    try:
        tokens = [
            token for token in tokenize.generate_tokens(io.StringIO(source).readline) if token.type != tokenize.COMMENT
        ]
    except (tokenize.TokenError, SyntaxError):
        return source.rstrip().endswith(";")
    ends = (tokenize.NEWLINE, tokenize.NL, tokenize.ENDMARKER)
    return any(one.string == ";" and other.type in ends for one, other in pairwise(tokens))


def _names_from_elsewhere(node):
    """Return the dotted names that a node takes from another object or module."""
    if isinstance(node, ast.Attribute):
        return [] if ast.unparse(node.value) == "self" else [f"{ast.unparse(node.value)[:40]}.{node.attr}"]
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


def _is_private(name):
    return any(re.match(r"_(?!_)", part) for part in name.split("."))


def _digits(number):
    """Return how many significant digits the text of a decimal has."""
    return len(number.replace(",", "").replace(".", "").lstrip("0"))


def _from_first_difference(old, new):
    """Return two texts from just before the place where they part, shortened to be read."""
    parts = (place for place, (a, b) in enumerate(zip(old, new, strict=False)) if a != b)
    start = max(next(parts, min(len(old), len(new))) - 20, 0)
    return old[start : start + 60], new[start : start + 60]


def _asks_for_exclusion(cell):
    tagged = any(EXCLUSIONS.fullmatch(tag) for tag in cell.metadata.get("tags", []))
    return tagged or EXCLUDING_COMMENTS.search(cell.source) is not None


def _output_differences(old, new):
    """Return how two outputs of one cell differ."""
    if old.output_type != new.output_type or old.get("name") != new.get("name"):
        return [f"a {old.output_type} is stored, a {new.output_type} came"]
    if old.output_type == "stream":
        return [] if old.text == new.text else [f"{old.text[:80]!r} is stored, {new.text[:80]!r} came"]
    if old.output_type == "error":
        return [] if old.ename == new.ename else [f"the error {old.ename} is stored, {new.ename} came"]
    found = [f"{kind} is in one only" for kind in sorted(set(old.data) ^ set(new.data))]
    for kind in sorted(set(old.data) & set(new.data)):
        found += _data_differences(kind, old.data[kind], new.data[kind])
    return found


def _data_differences(kind, old, new):
    """Return how two pieces of data of one kind differ; a view names its widget by an identifier of its run alone."""
    if kind == VIEW or old == new:
        return []
    if kind != "image/png":
        return state_differences(old, new, kind)
    level = picture_difference(base64.b64decode(old), base64.b64decode(new))
    close = level <= PICTURE_TOLERANCE
    return [] if close else [f"the picture differs by {level:.1f} levels of 255, {PICTURE_TOLERANCE:g} at most"]


def _beyond_neighbours(one, other):
    """Return by how much each pixel of `one` lies outside the values around that pixel in `other`."""
    low, high = (np.asarray(other.filter(kind(3)), np.int16) for kind in (ImageFilter.MinFilter, ImageFilter.MaxFilter))
    values = np.asarray(one, np.int16)
    return np.maximum(np.maximum(values - high, low - values), 0).max(axis=-1).astype(float)


def _tile_means(values):
    """Return the means of `values` over tiles; the last ones are padded with zeros."""
    height, width = (-size % TILE for size in values.shape)
    padded = np.pad(values, ((0, height), (0, width)))
    rows, columns = (size // TILE for size in padded.shape)
    return padded.reshape(rows, TILE, columns, TILE).mean(axis=(1, 3))
