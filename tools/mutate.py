"""Change one digit of one number in the prose of the book at a time and count how many changes the guards notice.

``python tools/mutate.py [--n 200] [--seed 1] [NOTEBOOK ...]``: without notebooks, all that have the form of a lecture,
their depth pages and their solutions; ``--n`` takes a sample. Changed are numbers of two digits or more, with
``--single`` those of one digit too; formulas, code, addresses and anchors are not touched.
"""

from __future__ import annotations

import argparse
import copy
import random
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from guards import lectures, markdown, notebooks, prose  # noqa: E402

NUMBER = re.compile(r"(?<![\w.#^_/-])\d+(?:,\d{3})*(?:\.\d+)?(?![\w]|\.\d)")
NOT_PROSE = re.compile(
    r"^(?P<fence>`{3,}|~{3,})(?!\{(?:prf:|admonition))[\s\S]*?^(?P=fence)[ \t]*$"  # code
    r"|^\$\$[\s\S]*?\$\$.*$|\$(?=[^$\n]*[A-Za-z^_\\/=])[^$\n]+\$"  # formulas, but not a number between dollars
    r"|^:{3,}.*$|^:[\w-]+:.*$|^\([\w-]+\)=$"  # boxes, options, labels
    r"|^#+ .*$|^[ \t]*\d+\. |^\*\*\d+\.\*\*"  # headings, items
    r"|\{[\w:+-]+\}`[^`]*`|`[^`\n]+`|\]\([^)]*\)|https?://\S+",  # roles, code in a line, links
    re.MULTILINE,
)


def places(text, *, single=False):
    """Return where numbers stand in the Markdown `text`, as spans: those of two digits or more, with `single` all."""
    hidden = [found.span() for found in NOT_PROSE.finditer(text)]
    spans = [found.span() for found in NUMBER.finditer(text) if single or sum(map(str.isdigit, found[0])) > 1]
    return [(start, end) for start, end in spans if not any(first < end and start < last for first, last in hidden)]


def changed(text, span, random_source):
    """Return `text` with one digit of the number at `span` changed to another one."""
    at = random_source.choice([at for at in range(*span) if text[at].isdigit()])
    digits = [digit for digit in "0123456789" if digit != text[at] and not (digit == "0" and at == span[0])]
    return text[:at] + random_source.choice(digits) + text[at + 1 :]


def complaints(notebook, name, sources, printed):
    """Return what the guards say of the prose of `notebook`; `printed` returns the numbers that a section prints."""
    found = prose.unbound(notebook, prose.quoted(Path(name).stem), solutions="solutions" in name, printed=printed)
    return found + lectures.observation_problems(lectures.observations({name: notebook}), sources, lonely=True)


def lecture_files(root=ROOT):
    """Return the notebooks in the form of a lecture, with their depth pages and solutions."""
    chapters = [
        path for path in sorted((root / "notebooks").glob("*.ipynb")) if markdown.is_lecture(notebooks.read(path))
    ]
    pages = [
        folder / path.name
        for path in chapters
        for folder in (path.parent, path.parent / "deeper", path.parent / "solutions")
    ]
    return [path for path in pages if path.exists()]


def mutants(files, *, single=False):
    """Return all that can be changed: file, place of the cell, span of the number."""
    found = []
    for path in files:
        for place, cell in enumerate(notebooks.read(path).cells):
            if cell.cell_type == "markdown":
                found += [(path, place, span) for span in places(cell.source, single=single)]
    return found


def survivors(chosen, random_source):
    """Return the changes among `chosen` that no guard notices, as pairs of file and the line that came."""
    sources = {str(path): path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")}
    left, before, books, known = [], {}, {}, {}

    def printed(section):  # the cells of code are those of `books`, whatever the prose around them has become
        key = tuple(map(id, section.code))
        return known[key] if key in known else known.setdefault(key, prose.printed_by(section))

    for path, place, span in chosen:
        name = path.relative_to(ROOT / "notebooks").as_posix()
        if path not in books:
            books[path] = notebooks.read(path)
            before[path] = sorted(complaints(books[path], name, sources, printed))
        mutant = copy.copy(books[path])
        mutant.cells = list(books[path].cells)
        mutant.cells[place] = copy.deepcopy(mutant.cells[place])
        mutant.cells[place].source = text = changed(mutant.cells[place].source, span, random_source)
        if sorted(complaints(mutant, name, sources, printed)) == before[path]:
            left.append((name, text[max(0, span[0] - 50) : span[1] + 30].replace("\n", " ")))
    return left


def main(arguments=None):
    """Print the share that is noticed, and what is not."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--n", type=int, help="as many changes, drawn at random; all without it")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--single", action="store_true", help="numbers of one digit, too")
    parser.add_argument("notebooks", nargs="*", type=Path)
    options = parser.parse_args(arguments)
    random_source = random.Random(options.seed)
    files = [path.resolve() for path in options.notebooks] or lecture_files()
    known = mutants(files, single=options.single)
    chosen = random_source.sample(known, options.n) if options.n and options.n < len(known) else known
    left = survivors(chosen, random_source)
    for name, line in left:
        print(f"{name}: … {line} …")
    share = 1 - len(left) / len(chosen) if chosen else 1.0
    print(f"{len(chosen) - len(left)} of {len(chosen)} changes noticed ({100 * share:.1f} %), seed {options.seed}")
    return share


if __name__ == "__main__":
    sys.exit(main() < 0.98)
