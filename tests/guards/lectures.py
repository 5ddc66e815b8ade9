"""What a chapter in the form of one lecture must be: its order, its limits, its boxes; and its observations have tests.

A chapter has this form once it opens with a `lead`; depth pages and solutions of such chapters belong to it.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

from guards import identities, markdown, pages

__all__ = ["SECTIONS", "limit_problems", "observation_problems", "observations", "shape_problems", "solution_problems"]

SECTIONS = [
    "Predict first", "By hand", "Where it breaks", "With your tools", "Your predictions", "True or false?", "Check yourself",
    "Exercises", "Take-aways", "References",
]  # fmt: skip
MAY_BE_MISSING = {"True or false?"}  # where a chapter settles none of the claims
MOST_WORDS, MOST_CELLS, MOST_MINUTES = 3000, 30, 35
LONGEST_CELL, WIDEST_CODE, WIDEST_OUTPUT = 12, 79, 72
TRIALS = r"splits?|seeds?|runs?|samples|draws|texts|shuffles|blocks|halvings|data sets|books|sources|pairs|trials"


def shape_problems(notebook):
    """Return what a lecture lacks of its order: first screen, sections, drills, exercises, take-aways, formulas."""
    return _opening_problems(notebook) + _section_problems(notebook) + _ending_problems(notebook)


def limit_problems(notebook, *, deeper=False):
    """Return which limits a lecture exceeds; a page in depth is held to those of its cells alone."""
    found = pages.measure(notebook)
    wrong = [] if deeper else [
        f"{found[name]} {name}, {most} at most" for name, most in (("words", MOST_WORDS), ("cells", MOST_CELLS)) if found[name] > most
    ]  # fmt: skip
    if not deeper and (pages.minutes(notebook) or 0) > MOST_MINUTES:
        wrong.append(f"{pages.minutes(notebook)} minutes, {MOST_MINUTES} at most")
    code = [
        cell
        for cell in notebook.cells
        if cell.cell_type == "code" and "remove-cell" not in cell.metadata.get("tags", [])
    ]
    for cell in code:
        lines = [line for line in cell.source.splitlines() if line.strip()]
        wrong += [f"{cell.id} has {len(lines)} lines"] if len(lines) > LONGEST_CELL else []
        wrong += [f"{cell.id}: a line of {len(line)} characters" for line in lines if len(line) > WIDEST_CODE]
        printed = [line for output in cell.outputs for line in output.get("text", "").splitlines()]
        wrong += [f"{cell.id} prints {len(line)} characters" for line in printed if len(line) > WIDEST_OUTPUT]
    return wrong


def solution_problems(chapter, solutions):
    """Return which exercises of a lecture have no solution, below them or in its notebook of solutions, or have two."""
    asked = pages.exercise_labels(chapter.cells)
    solved = [target for book in (chapter, solutions) for target in _solved(_text(book))]
    return (
        [f"the exercise {label} has {solved.count(label)} solutions" for label in asked if solved.count(label) != 1]
        + [f"the solution of {label} has no exercise" for label in solved if label not in asked]
        + [f"two exercises have the label {label}" for label in {label for label in asked if asked.count(label) > 1}]
    )


def observations(notebooks):
    """Return the observations in `notebooks`, by name: their label to the text of the box and the name."""
    return {
        markdown.option(box, "label"): (box.body, name)
        for name, notebook in notebooks.items()
        for box in markdown.boxes(_text(notebook), "prf:observation")
    }


def observation_problems(boxes, sources, *, lonely=False):
    """Return what is wrong between the `boxes` of observations and the tests marked with their labels in `sources`.

    With `lonely` the boxes are those of one page, and a test of another page's box is no fault.
    """
    tests = {
        label: (place, node, decorators) for place, decorators, labels, node in _marked(sources) for label in labels
    }
    wrong = [
        f"{name}: the observation {label!r} has no test" for label, (_, name) in boxes.items() if label not in tests
    ]
    wrong += [
        f"{place}: the mark {label!r} has no observation"
        for label, (place, _, _) in tests.items()
        if label not in boxes and not lonely
    ]
    for label, (text, name) in boxes.items():
        wrong += (
            []
            if _often_enough(text)
            else [f"{name}: {label!r} does not say on how many splits, seeds or data sets, ten at least"]
        )
        if label in tests:
            place, node, decorators = tests[label]
            wrong += [f"{place}: {weakness}" for weakness in identities.weaknesses(node, decorators)]
            told = _numbers_of_test(ast.unparse(node))
            wrong += [
                f"{place}: the {number} of {label!r} is in no line of its test"
                for number in _numbers(text)
                if number not in told
            ]
    return wrong


def _opening_problems(notebook):
    opening = pages.opening(notebook)
    wrong = [] if len(markdown.boxes(opening, "lead")) == 1 else ["one `lead` must stand before the first section"]
    wrong += (
        []
        if len(markdown.boxes(opening, "at-a-glance")) == 1
        else ["one `at-a-glance` must stand before the first section"]
    )
    can = re.search(r"^\*\*After this chapter you can\*\*\n\n((?:- .+\n(?: +.+\n)*)+)", opening + "\n", re.MULTILINE)
    lines = len(re.findall(r"^- ", can[1], re.MULTILINE)) if can else 0
    wrong += [] if lines == 3 else [f"'After this chapter you can' has {lines} lines, not 3"]
    glance = " ".join(box.body for box in markdown.boxes(opening, "at-a-glance"))
    wrong += [] if re.search(r"\b(bits?|nats?)\b", glance) else ["the box at a glance does not say bits or nats"]
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and re.search(r"^## ", cell.source, re.MULTILINE):
            return [*wrong, "no figure with a caption stands on the first screen"]
        if cell.metadata.get("mystnb", {}).get("figure", {}).get("caption"):
            return wrong
    return wrong


def _section_problems(notebook):
    titles = [title for level, title in markdown.headings(_text(notebook)) if level == 2]
    missing = [
        f"there is no section {title!r}" for title in SECTIONS if title not in titles and title not in MAY_BE_MISSING
    ]
    wanted = [title for title in SECTIONS if title in titles]
    return missing + (
        [] if [title for title in titles if title in SECTIONS] == wanted else [f"the sections are {titles}"]
    )


def _ending_problems(notebook):
    by_title = {section.title: "\n\n".join(_sources(section.cells)) for section in pages.sections(notebook).values()}
    drills = by_title.get("Check yourself", "")
    number = len(re.findall(r"^\*\*\d+\.\*\*", drills, re.MULTILINE))
    answers = len(re.findall(r"\{admonition\} Answer\n:class: dropdown", drills))
    wrong = (
        [] if 6 <= number <= 8 and answers == number else [f"{number} drills, {answers} folded answers: six to eight"]
    )
    levels = [title for title in by_title if title.startswith("Level ")]
    wrong += (
        [] if [title[:7] for title in levels] == ["Level 1", "Level 2", "Level 3"] else [f"the levels are {levels}"]
    )
    taken = markdown.boxes(_text(notebook), "take-aways")
    items = re.findall(r"^- (?:.+\n?(?: +.+\n?)*)", taken[0].body, re.MULTILINE) if len(taken) == 1 else []
    wrong += [] if 1 <= len(items) <= 5 else [f"{len(items)} take-aways in {len(taken)} boxes: one box, five at most"]
    wrong += [f"a take-away repeats no numbered statement: {item[:40]}" for item in items if "{prf:ref}`" not in item]
    return wrong + (
        [] if len(markdown.boxes(_text(notebook), "formula-card")) == 1 else ["there is not one formula card"]
    )


def _text(notebook):
    return "\n\n".join(_sources(notebook.cells))


def _sources(cells):
    return [cell.source for cell in cells if cell.cell_type == "markdown"]


def _solved(text):
    boxes = [box for name in ("solution", "solution-start") for box in markdown.boxes(text, name)]
    return [box.argument.split()[0] for box in boxes]


def _often_enough(text):
    """Return whether a box says how often something was seen: in how many of ten or more trials."""
    found = re.findall(rf"\b(?=(\d+)(?: [\w-]+){{0,3}}? (?:{TRIALS})\b)", text)
    return any(int(number) >= 10 for number in found)


def _numbers(text):
    """Return the numbers of a box as they are written, formulas and references left out."""
    plain = re.sub(r"\{[\w:+-]+\}`[^`]*`|\]\([^)]*\)", " ", text).replace("−", "-").replace("{,}", ",")
    return [number.replace(",", "") for number in re.findall(r"(?<![\w.^_])\d+(?:,\d{3})*(?:\.\d+)?(?![\w])", plain)]


def _numbers_of_test(source):
    return set(re.findall(r"(?<![\w.])\d+(?:\.\d+)?", source.replace("_", "")))


def _marked(sources):
    """Return place, decorators, labels and syntax tree of each test with an observation mark."""
    found = []
    for place, source in sources.items():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test"):
                marks = [mark for mark in node.decorator_list if "mark.observation" in ast.unparse(mark)]
                labels = [arg.value for mark in marks for arg in mark.args if isinstance(arg, ast.Constant)]
                if marks:
                    found.append((f"{Path(place).name}::{node.name}", node.decorator_list, labels, node))
    return found
