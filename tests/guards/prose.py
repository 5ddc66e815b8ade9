r"""Every number a reader meets in prose is a number the book computed, or one that its source is named for.

Checked are decimals, percentages, numbers with a power of ten, and integers that are long enough to be measurements
(five digits, or a thousands separator). A printed number x with d decimals is supported by a computed v when v, rounded
to d decimals, is x; both neighbours are accepted exactly half-way. The sign counts. A long integer that ends in zeros
is read as rounded, to two digits at least. Free of this are sentences with a citation, version and section numbers,
addresses.
"""

from __future__ import annotations

import ast
import doctest
import io
import operator
import re
import tomllib
from collections import Counter
from functools import cache
from itertools import chain
from typing import NamedTuple

from guards import ROOT, markdown

__all__ = [
    "failing_examples", "filler", "inputs", "outputs", "prose_numbers", "printed_by", "prose_of", "python_fences",
    "quoted", "tree", "unbound", "unsupported_in_notebook",
    "unsupported_in_page",
]  # fmt: skip

FILLER = re.compile(
    r"(?<![“\"‘'*_\w])(simply|obviously|clearly|trivial(?:ly)?|of course|needless to say|as everyone knows"
    r"|it is easy to see|it is clear that|basically)(?![\w”\"’*_])",
    re.IGNORECASE,
)
RELATION = re.compile(
    r"\\(?:approx|simeq|sim|le|leq|ge|geq|lt|gt|ne|neq|equiv|to|in|cdot|mapsto|log|ln|exp)(?![a-zA-Z])"
)
THIN = "[\u2009\u202f\u00a0]"
NUMBERED = re.compile(
    r"\b(?:figures?|figs?\.|sections?|sec\.|chapters?|equations?|eqs?\.|exercises?|tables?|theorems?|appendix"
    r"|version|python|numpy|scipy|matplotlib|scikit-learn|pyodide|jupyter book|cc[ -]by(?:[ -](?:sa|nc|nd))*)"
    r"[ ~\n\u00a0]\(?v?\d+(?:\.\d+)*(?:(?:,? and |,? or |, | to |–|-)\d+(?:\.\d+)+)*"
    r"|§ ?\d+(?:\.\d+)*|\b\d+(?:\.\d+){2,}",
    re.IGNORECASE,
)
GROUPED = r"\d{1,3}(?:,\d{3})+(?!\d)"
NUMBER = re.compile(
    rf"(?P<sign>[-+][ ]?)?(?<!\w)(?<!\d\.)(?P<digits>(?:{GROUPED}|\d+)(?:\.\d+)?)"
    r"(?P<ellipsis>…|\.{3})?"
    r"(?P<power>(?:[ ]*×[ ]*10\^\{?(?P<exponent>[-+]?\d+)\}?)|[eE](?P<e>[-+]?\d+))?"
    r"(?:[ ]*(?P<unit>%|per ?cent\b|thousand\b|million\b|billion\b|[kMG]B\b|[kM]\b|[kKMG]iB\b))?"
)
SCALES = {
    "thousand": (1e3,), "million": (1e6,), "billion": (1e9,), "k": (1e3,), "M": (1e6,), "kB": (1e3,), "MB": (1e6,),
    "GB": (1e9,), "KiB": (2**10,), "kiB": (2**10,), "MiB": (2**20,), "GiB": (2**30,), "%": (0.01,),
}  # fmt: skip
OUTPUT_NUMBER = re.compile(
    rf"(?<![\w.])(?P<sign>[-+−])?(?P<digits>(?:{GROUPED}|\d+)(?:\.\d*)?(?:[eE][-+]?\d+)?)(?P<percent> ?%)?"
)
PAIR = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?) (of|to|±|and) (\d+(?:\.\d+)?)(?![\w.]?\d)")
SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
OPERATIONS = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv, ast.Pow: operator.pow, ast.USub: operator.neg, ast.UAdd: operator.pos,
}  # fmt: skip
STATE = "application/vnd.jupyter.widget-state+json"


class Printed(NamedTuple):
    """A number as prose prints it: its text, its value, the worth of one unit of its last digit, how to scale it."""

    text: str
    value: float
    last_digit: float
    scales: tuple[float, ...]
    truncated: bool

    def is_supported_by(self, numbers):
        """Return whether one of `numbers`, rounded as this one is, equals it."""
        return any(self._agrees(number / scale) for number in numbers for scale in (1.0, *self.scales))

    def times_in(self, counts):
        """Return how often this number was printed, with no digit rounded away; `counts` has how often each was."""
        near = 1e-9 * abs(self.value)
        scales = (1.0, *self.scales)
        return sum(n for number, n in counts.items() if any(abs(number / x - self.value) <= near for x in scales))

    def _agrees(self, number):
        slack = self.last_digit * 1e-6
        if (
            self.truncated
            and 0 <= abs(number) - abs(self.value) + slack <= self.last_digit
            and number * self.value >= 0
        ):
            return True
        return abs(number - self.value) <= self.last_digit / 2 + slack


def prose_numbers(text):
    """Return the numbers of the Markdown `text` that need support."""
    return [number for leaf in markdown.leaves(text) for number in _numbers_of(leaf)]


def unsupported_in_notebook(notebook):
    """Return the numbers in the prose of `notebook` that are neither in its outputs nor in its code."""
    supply = set(chain(outputs(notebook), inputs(notebook)))
    return [
        f"{printed.text!r} is in no output and no input of the notebook (cell {cell.get('id')})"
        for cell in notebook.cells
        for printed in prose_numbers(prose_of(cell))
        if not printed.is_supported_by(supply)
    ]


def quoted(page=None):
    """Return the numbers of `book/quoted.toml`, of one page or of all; one without its source is a ValueError."""
    entries = tomllib.loads((ROOT / "book" / "quoted.toml").read_text(encoding="utf-8")).get("quoted", [])
    for entry in entries:
        if set(entry) != {"value", "what", "cite", "page"}:
            raise ValueError(f"a quoted number must have value, what, cite and page; got {entry}")
    return {number for entry in entries if page in (None, entry["page"]) for number in _output_numbers(entry["value"])}


QUESTIONS = ("## Predict first", "## Check yourself", "## Exercises")  # what is given there stands in their code


def unbound(notebook, quoted=(), *, solutions=False, printed=None):
    """Return the numbers in the prose of a lecture, its depth page or its solutions that are bound to nothing.

    A section is held to what its cells print, what those print that its references lead to, and the observations that
    they name, which have tests; `quoted` are the numbers from a source, of `book/quoted.toml`. In questions and
    solutions what the code is given counts, too. Whole numbers from ten on are looked at, unless the bibliography has
    them as years. A number is printed with the very digits that the prose has, at least as often as one sentence says
    it, and a citation excuses none; the text beside a picture is held to the whole notebook, and may round.
    """
    printed = printed or printed_by
    sections = _sections(notebook)
    boxes = {label: body for section in sections for label, body in _observations_in(section)}
    observed = {label: Counter(_output_numbers(body)) for label, body in boxes.items()}
    homes = {label: printed(section) for section in sections for label in _labels_of(section)} | observed
    everywhere = set(chain.from_iterable(map(printed, sections)))
    problems = []
    for section in sections:
        led_to = [homes[label] for label in _references_of(section) if label in homes]
        known = sum([printed(section), *led_to], Counter(quoted))
        asked = section.text.startswith(QUESTIONS)  # a puzzle may name one number often
        if solutions or asked:
            known.update(number for cell in section.code for number in _constants(tree(cell.source)))
        missing = [
            (number, section.name)
            for sentence in _bound_numbers(_without_observations(section.text))
            for number, times in Counter(sentence).items()
            if number.times_in(known) < (1 if asked else times)
        ]
        somewhere = everywhere.union(known)
        missing += [
            (number, cell.id)
            for cell in section.code
            for text in _beside(cell)
            for sentence in _bound_numbers(text)
            for number in sentence
            if not number.is_supported_by(somewhere)
        ]
        problems += [f"{number.text!r} is in no output of its section ({name})" for number, name in missing]
        problems += _miscounted(section, [boxes[label] for label in _references_of(section) if label in boxes])
    return problems


class _Section(NamedTuple):
    """What stands under a heading of level 2, or before the first: its Markdown and its cells of code."""

    name: str
    text: str
    code: tuple


def _sections(notebook):
    """Return the sections of `notebook`: before the first heading of level 2, and from each to the next."""
    groups = [([], [])]
    for cell in notebook.cells:
        if cell.cell_type == "code":
            groups[-1][1].append(cell)
            continue
        for part in markdown.parts(cell.source):
            groups += [([], [])] if part.level == 2 else []
            groups[-1][0].append(part.source)
    texts = [("\n\n".join(parts).strip(), tuple(code)) for parts, code in groups]
    return [_Section(text.partition("\n")[0], text, code) for text, code in texts]


def printed_by(section):
    """Return the numbers that the outputs of a section print, and how often."""
    texts = [text for cell in section.code for output in cell.outputs for text in _output_texts(output)]
    return Counter(chain.from_iterable(map(_output_numbers, texts)))


def _observations_in(section):
    """Return the observations of a section, as pairs of label and text."""
    return [(box.options.get("label"), box.body) for box in markdown.boxes(section.text, "prf:observation")]


def _pairs(text):
    found = PAIR.findall(" ".join(text.replace("+-", "±").replace(",", "").split()))
    return [pair for pair in found if pair[1] != "and" or min(map(len, pair[::2])) > 1]  # classes 0 and 1 are no pair


def _miscounted(section, boxes):
    """Return the pairs "9 of 10", "1.2 to 3.4", "5.6 ± 0.7" and "12 and 34" of a section that were not said as pairs.

    The first two are looked up where the section refers to an observation, in its box and in what the cells print; each
    of the four where the cells print any of its kind.
    """
    printed = [text for cell in section.code for output in cell.outputs for text in _output_texts(output)]
    known = {found for text in [*boxes, *printed] for found in _pairs(text)}
    looked_up = ({"of", "to"} if boxes else set()) | {join for _, join, _ in known}
    return [
        f"'{' '.join(pair)}' is said nowhere that {section.name} refers to"
        for pair in _pairs(_without_observations(section.text))
        if pair[1] in looked_up and pair not in known
    ]


def _without_observations(text):
    for box in markdown.boxes(text, "prf:observation"):
        text = text.replace(box.body, "", 1)
    return text


def _beside(cell):
    """Return the text that stands for a picture."""
    return [text for text in [cell.metadata.get("mystnb", {}).get("image", {}).get("alt")] if text]


def _labels_of(section):
    figures = [cell.metadata.get("mystnb", {}).get("figure", {}).get("name") for cell in section.code]
    return {*figures, *markdown.targets(section.text)}


def _references_of(section):
    found = [target for role in ("prf", "ref", "numref", "eq") for target in markdown.roles(section.text, role)]
    return {
        *(re.sub(r"^.*<(.+)>$", r"\1", target) for target in found),
        *(link[1:] for link in markdown.links(section.text) if link[0] == "#"),
    }


def _bound_numbers(text):
    """Return the numbers that are held to what was printed, a list for each sentence."""
    found = [_numbers(sentence) for leaf in markdown.leaves(text) for sentence in _plain_sentences(leaf, cited=True)]
    return [[number for number in one if _needs_support(number.text) or _is_count(number)] for one in found]


def _is_count(number):
    return abs(number.value) >= 10 and number.text not in _years()


@cache
def _years():
    """Return the years of the bibliography: a year that nobody else has named is a number like others."""
    entries = (ROOT / "book" / "references.bib").read_text(encoding="utf-8")
    return frozenset(re.findall(r"^\s*year\s*=\s*[{\"]?(\d{4})", entries, re.MULTILINE))


def unsupported_in_page(text, notebooks, *, code=()):
    """Return the numbers of a page that are in no output of `notebooks`, a dictionary of path to notebook.

    A leaf that links to notebooks, itself or in the list or table it is part of, is held to those. Numbers in the
    `>>>` examples of the page count,
    since those are run, and so do numbers in the texts of `code`, which the caller knows to be run.
    """
    shown = [part for example in _examples(text) for part in (example.want, example.source)]
    own = set(chain.from_iterable(map(_output_numbers, [*shown, *code])))
    supplies = {path: set(outputs(notebook)) for path, notebook in notebooks.items()}
    return [
        f"{printed.text!r} is in no output of {', '.join(sorted(map(_short, linked))) or 'the notebooks'}"
        for leaf in markdown.leaves(text)
        for linked in [_linked(leaf, supplies)]
        for printed in _numbers_of(leaf)
        if not printed.is_supported_by(own.union(*(supplies[name] for name in linked or supplies)))
    ]


def outputs(notebook):
    """Return the numbers that the outputs of `notebook` print, and those its displayed widgets start with."""
    texts = [text for cell in notebook.cells for output in cell.get("outputs", []) for text in _output_texts(output)]
    state = notebook.metadata.get("widgets", {}).get(STATE, {}).get("state", {})
    starts = [
        model["state"]
        for model in state.values()
        if not model.get("model_name", "").endswith(("LayoutModel", "StyleModel"))
    ]
    return list(chain(chain.from_iterable(map(_output_numbers, texts)), _leaves(starts)))


def inputs(notebook):
    """Return the numbers written in the code of `notebook`, constant arithmetic such as `1 / 3` worked out."""
    sources = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    return [number for source in sources for number in _constants(tree(source))]


def prose_of(cell):
    """Return the Markdown of `cell`: its source, or the alternative text of its picture."""
    if cell.cell_type == "markdown":
        return cell.source
    return str(cell.metadata.get("mystnb", {}).get("image", {}).get("alt", ""))


def filler(text):
    """Return the words in the Markdown `text` that tell a reader how easy it is; quoted ones are free."""
    return [f"{word[0]!r} tells the reader how easy it is" for word in FILLER.finditer(markdown.prose(text))]


def python_fences(text):
    """Return the bodies of the Python fences of a page."""
    return [block.body for block in markdown.code_blocks(text) if block.kind in ("python", "pycon", "code-block")]


def failing_examples(text):
    """Return the failures of the `>>>` examples of a page, run as one session."""
    examples, report = _examples(text), io.StringIO()
    if not examples:
        return []
    test = doctest.DocTest(examples, {}, "page", None, None, None)
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    failed = doctest.DocTestRunner(optionflags=flags, verbose=False).run(test, out=report.write).failed
    return [report.getvalue()] if failed else []


def _examples(text):
    return [example for body in python_fences(text) for example in doctest.DocTestParser().get_examples(body)]


def tree(source):
    """Return the syntax tree of a cell, an empty one where it is not plain Python (another guard says so)."""
    try:
        return ast.parse(source)
    except SyntaxError:
        return ast.parse("")


def _short(path):
    return path.removeprefix("notebooks/")


def _linked(leaf, paths):
    """Return those of `paths` that `leaf` links to, whatever folder it is in."""
    targets = [re.sub(r"^(?:\.{0,2}/)+", "", target.partition("#")[0]) for target in leaf.links]
    return {path for path in paths for target in targets if target and f"/{path}".endswith(f"/{target}")}


def _numbers_of(leaf):
    found = [number for sentence in _plain_sentences(leaf) for number in _numbers(sentence)]
    return [number for number in found if _needs_support(number.text)]


def _plain_sentences(leaf, *, cited=False):
    """Return the sentences of `leaf` without the names of versions; if not `cited`, those without a source."""
    sentences = [sentence for sentence in markdown.sentences(leaf) if cited or "{cite}" not in sentence]
    return [NUMBERED.sub(" ", sentence) for sentence in sentences]


def _numbers(sentence):
    """Return the numbers of one sentence, in the order printed."""
    found = []
    for match in NUMBER.finditer(_plain_numbers(sentence)):
        digits = match["digits"].replace(",", "")
        exponent = int(match["exponent"] or match["e"] or 0)
        value = float(f"{digits}e{exponent}") * (-1 if _is_negative(match) else 1)
        unit = "%" if (match["unit"] or "").startswith("per") else match["unit"]
        in_a_power = match.string[: match.start()].endswith(("^", "^{"))
        scales = (*SCALES.get(unit, ()), *((-1.0,) if in_a_power else ()))  # 2^{-12.3} is a word of 12.3 bits
        last_digit = 10.0 ** (exponent + _place_of_last_digit(digits))
        found.append(Printed(" ".join(match[0].split()), value, last_digit, scales, bool(match["ellipsis"])))
    return found


def _place_of_last_digit(digits):
    """Return the power of ten of the last digit that counts: zeros that end a long integer are taken as rounding."""
    if "." in digits or len(digits) < 4:
        return -len(digits.partition(".")[2])
    return len(digits) - max(len(digits.rstrip("0")), 2)


def _needs_support(text):
    """Return whether a printed number is one that can be wrong: not a count, a year or an index."""
    return bool(re.search(r"\d\.\d|%|per ?cent|×|\de[-+]?\d|\d,\d{3}|\d{5}|illion|thousand|\d ?[kMG]i?B", text))


def _is_negative(match):
    """Return whether the minus of `match` is a sign, not a subtraction and not a range."""
    if not (match["sign"] or "").startswith("-"):
        return False
    before = match.string[: match.start()]
    previous = before.rstrip()
    if match["sign"] == "-" and before != previous:
        return not previous.endswith((*"0123456789)]}",))
    return not re.search(r"[\w)\]}|]$", previous)


def _plain_numbers(sentence):
    """Return `sentence` with the number forms of LaTeX and Unicode in one plain form."""
    plain = (
        sentence.replace("−", "-")
        .replace("–", " to ")
        .replace("\\%", "%")
        .replace("\\ldots", "…")
        .replace("\\dots", "…")
    )
    plain = re.sub(r"[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda power: "^" + power[0].translate(SUPERSCRIPTS), plain)
    plain = re.sub(r"\\times|\\cdot(?=\s*10\^)|[·⋅](?=\s*10\^)", "×", plain)
    plain = re.sub(r"(?<=\d)(?:\\[,;!]|~|\\ )+(?=%|per)", "", plain)
    plain = re.sub(rf"(?<=\d)(?:\{{,\}}|\\,|{THIN})(?=\d{{3}}(?!\d))(?<!(?<!\d)0\{{,\}})", ",", plain)
    plain = re.sub(r"(?<=\d)\{,\}(?=\d)", ".", plain)
    plain = re.sub(rf"\\[,;!:]|~|{THIN}|\$|&", " ", plain)
    plain = re.sub(r"\\(?:text|mathrm|mathbf|operatorname)\s*", "", plain)
    return re.sub(r"\\[a-zA-Z]+", " x ", RELATION.sub(" = ", plain)).replace("\\", " ")


def _output_texts(output):
    """Return the texts of one output in which numbers can be read."""
    if output.output_type == "stream":
        return [output.text]
    data = output.get("data", {})
    page = re.sub(r"<(style|script)\b.*?</\1>|<[^>]+>", " ", str(data.get("text/html", "")), flags=re.DOTALL)
    return [str(data.get(kind, "")) for kind in ("text/plain", "text/markdown", "text/latex")] + [page]


def _output_numbers(text):
    """Return the numbers printed in `text`; 46.9% counts as 46.9 and as 0.469."""
    found = []
    for match in OUTPUT_NUMBER.finditer(re.sub(r"<Figure size[^>]*>", " ", text)):
        value = float(match["digits"].replace(",", "")) * (-1 if match["sign"] in ("-", "−") else 1)
        found += [value, value / 100] if match["percent"] else [value]
    return found


def _leaves(state):
    """Return the numbers in a nested structure of lists and dictionaries, truth values left out."""
    if isinstance(state, dict):
        return [number for key, value in state.items() if not key.startswith("_") for number in _leaves(value)]
    if isinstance(state, list | tuple):
        return [number for value in state for number in _leaves(value)]
    return [float(state)] if isinstance(state, int | float) and not isinstance(state, bool) else []


def _constants(node):
    """Return the numbers of a syntax tree, each with its sign; `1 / 3` gives all three."""
    value = _constant_value(node)
    own = [] if value is None else [value]
    if isinstance(node, ast.UnaryOp) and own:
        return own
    return own + [number for child in ast.iter_child_nodes(node) for number in _constants(child)]


def _constant_value(node):
    """Return the value of a constant expression of plain arithmetic, or None."""
    if isinstance(node, ast.Constant):
        return float(node.value) if isinstance(node.value, int | float) and not isinstance(node.value, bool) else None
    operation = OPERATIONS.get(type(node.op)) if isinstance(node, ast.BinOp | ast.UnaryOp) else None
    names = ("operand",) if isinstance(node, ast.UnaryOp) else ("left", "right")
    operands = [_constant_value(getattr(node, name)) for name in names] if operation else [None]
    if None in operands:
        return None
    try:
        return float(operation(*operands))
    except (ArithmeticError, TypeError):  # a division by zero, an overflow, a complex power
        return None
