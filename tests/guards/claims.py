r"""The ledger of claims says what the boxes of the chapters say, leads to them, and each of its verdicts has a test.

An entry of `book/claims.md` is a term and its definition, after a label of its own:

    (ledger-17)=
    **17.** The claim.
    : **Holds.** The condition. [See it](#claim-17) in [chapter 3](../notebooks/03-cross-entropy.ipynb).

A box is an admonition of class `claim` in a chapter, with the label `claim-17` right before it. What the verdicts
are is nowhere else: the page is compared with the boxes, and the boxes with nothing. In a lecture a box stands alone:
its title is the claim in quotation marks after "True or false?", it begins with the verdict and links to its row; its
first sentence, the condition, is that of the row word for word, and it has every number of the row.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from guards import markdown, those_that_are_so

__all__ = [
    "NUMBERS", "VERDICTS", "Box", "Entry", "box_problems", "boxes", "condition_of", "entries", "entry_problems",
    "ledger_problems", "verdict_of",
]  # fmt: skip

NUMBERS = range(1, 30)
VERDICTS = ("holds", "holds if", "does not hold")

ENTRY = re.compile(
    r"^\((?P<label>[\w-]+)\)=\n\*\*(?P<number>\d+)\.\*\* (?P<claim>.+)\n: (?P<body>(?:.+\n?)+)", re.MULTILINE
)
STARTS_AN_ENTRY = re.compile(r"^(?:\*\*\d+\.|\(ledger-)", re.MULTILINE)
VERDICT = re.compile(r"(does not hold|holds if|holds(?= *(?:[.,;:]|$)))(?!\w)", re.IGNORECASE)


class Entry(NamedTuple):
    """A claim as the ledger has it; `links` are the labels and `files` the notebooks it links to."""

    number: int
    label: str
    verdict: str | None
    links: list[str]
    files: list[str]
    says: str


class Box(NamedTuple):
    """A claim as a chapter has it; `shown` says whether a cell above it in its section was executed and printed.

    `says` is its text where it stands alone, as in a lecture, and `leads` whether it links to its row of the ledger.
    """

    number: int | None
    label: str | None
    verdict: str | None
    file: str
    shown: bool
    says: str | None = None
    leads: bool = True


# ---- What is there


def entries(page):
    """Return the entries of the ledger in the Markdown `page`, in their order."""
    return [_entry(found) for found in ENTRY.finditer(page)]


def boxes(notebooks):
    """Return the boxes of class `claim` in `notebooks`, a dictionary of path to notebook."""
    found = []
    for path, notebook in notebooks.items():
        shown = False
        for cell in notebook.cells:
            if cell.cell_type == "code":
                shown = shown or bool(cell.execution_count and cell.outputs)
                continue
            for part in markdown.parts(cell.source):
                shown = shown and not 1 <= part.level <= 2
                labelled = [(label, box) for label, box in markdown.labelled(part.source) if _is_claim(box)]
                found += [_box(label, box, Path(path).name, shown) for label, box in labelled]
    return found


def verdict_of(text):
    """Return the verdict with which `text` begins, in bold: one of VERDICTS, or None."""
    found = VERDICT.match(text.replace("**", "").strip()) if text.strip().startswith("**") else None
    return found[1].lower() if found else None


# ---- What is wrong


def ledger_problems(page):
    """Return what is wrong with the ledger in itself: numbers, labels, and the tally at its top."""
    found = entries(page)
    times = Counter(entry.number for entry in found)
    problems = [f"claim {number} is in the ledger {times[number]} times" for number in NUMBERS if times[number] != 1]
    problems += [f"the ledger has a claim {number}" for number in times if number not in NUMBERS]
    problems += [
        f"claim {entry.number} has the label {entry.label!r}"
        for entry in found
        if entry.label != f"ledger-{entry.number}"
    ]
    begun = len(STARTS_AN_ENTRY.findall(page))
    problems += [] if begun == 2 * len(found) else [f"{begun} lines begin an entry, {len(found)} entries can be read"]
    return problems + [line for verdict in VERDICTS for line in _tally_problems(page, verdict, found)]


def entry_problems(entry, all_boxes):
    """Return what is wrong between an entry of the ledger and the boxes of the chapters that it links to."""
    problems = [] if entry.verdict else ["it does not begin with a verdict in bold"]
    problems += [] if f"claim-{entry.number}" in entry.links else [f"it has no link to 'claim-{entry.number}'"]
    for label in entry.links:
        targets = [box for box in all_boxes if box.label == label]
        problems += [] if len(targets) == 1 else [f"the label {label!r} stands before {len(targets)} boxes"]
        problems += [line for box in targets for line in _mismatches(entry, box)]
    unused = set(entry.files) - {box.file for box in all_boxes if box.label in entry.links}
    return problems + [f"it names {file}, where none of its boxes is" for file in sorted(unused)]


def box_problems(found, all_boxes):
    """Return the boxes that no entry in `found` links to, and those that are no claim at all."""
    linked = {(entry.number, label) for entry in found for label in entry.links}
    return [
        f"{box.file}: the box of claim {box.number} with the label {box.label!r} is not in the ledger"
        for box in all_boxes
        if (box.number, box.label) not in linked
    ]


# ---- Helpers


def condition_of(text):
    """Return the first sentence of a verdict: all of it after "holds if", the one that follows "holds" or another."""
    plain = " ".join(markdown.prose(text).split())
    return re.match(r".*?[.?!](?= |$)|.*", plain)[0]  # the full stop of "**Holds.**" is inside the bold


def _entry(found):
    links = markdown.links(found["body"])
    return Entry(
        number=int(found["number"]),
        label=found["label"],
        verdict=verdict_of(found["body"]),
        links=[target[1:] for target in links if target.startswith("#claim-")],
        files=[Path(target).name for target in links if target.endswith(".ipynb")],
        says=found["body"],
    )


def _is_claim(box):
    return box.name == "admonition" and "claim" in box.options.get("class", "").split()


def _box(label, box, file, shown):
    if re.match(r'True or false\? ".+"$', box.argument):
        place = re.fullmatch(r"claim-(\d+)", label or "")
        number = int(place[1]) if place else None
        leads = f"#ledger-{number}" in markdown.links(box.body)
        return Box(number, label, verdict_of(box.body), file, shown, box.body, leads)
    number = re.match(r"Claim (\d+): \S", box.argument)
    verdict = re.match(r"\*\*Verdict: ?([\s\S]*)", box.body)
    said = verdict_of(f"**{verdict[1]}") if verdict else None
    return Box(int(number[1]) if number else None, label, said, file, shown)


def _mismatches(entry, box):
    """Return what an entry and a box that it links to do not agree on."""
    wrong = {
        f"{box.label!r} stands before the box of claim {box.number}": box.number != entry.number,
        f"the box {box.label!r} says {box.verdict!r}, the ledger {entry.verdict!r}": box.verdict != entry.verdict,
        f"{box.label!r} is in {box.file}, which the entry does not link to": box.file not in entry.files,
        f"nothing is shown above the box {box.label!r} in its section": not box.shown,
        f"the box {box.label!r} does not link to its row of the ledger": not box.leads,
    }
    return those_that_are_so(wrong) + _other_words(entry, box)


def _other_words(entry, box):
    """Return what a box that stands alone says otherwise than its entry: its condition, and a number."""
    if box.says is None:
        return []
    ours, theirs = condition_of(entry.says), condition_of(box.says)
    numbers = set(re.findall(r"\d+(?:\.\d+)?", markdown.prose(entry.says.partition("[")[0])))
    lacking = sorted(numbers - set(re.findall(r"\d+(?:\.\d+)?", markdown.prose(box.says))))
    return ([] if ours == theirs else [f"the box {box.label!r} says {theirs!r}, the ledger {ours!r}"]) + [
        f"the {number} of the ledger is not in the box {box.label!r}" for number in lacking
    ]


def _tally_problems(page, verdict, found):
    """Return what the row of the tally says of `verdict` that the entries do not: how many there are, and which."""
    row = re.search(rf"^\| \*\*{verdict}\*\* \| (\d+) \| (.*) \|$", page, re.MULTILINE)
    if not row:
        return [f"the tally has no row for {verdict!r}"]
    wanted = [entry.number for entry in found if entry.verdict == verdict]
    named = re.findall(r"\[(\d+)\]\(#ledger-(\d+)\)", row[2])
    right = named == [(str(number),) * 2 for number in sorted(wanted)] and int(row[1]) == len(wanted)
    return [] if right else [f"the tally of {verdict!r} is {row[1]}: {row[2]}, and should be {sorted(wanted)}"]
