"""What a chapter in the form of one lecture must be: its order, its limits, its boxes; and its observations have tests.

A chapter has this form once it opens with a `lead`; depth pages and solutions of such chapters belong to it.
"""

from __future__ import annotations

import ast
import re

from guards import markdown, marks, pages, those_that_are_so

__all__ = ["SECTIONS", "limit_problems", "observation_problems", "observations", "shape_problems", "solution_problems"]

SECTIONS = [
    "Predict first", "By hand", "Where it breaks", "With your tools", "Your predictions", "True or false?",
    "Check yourself", "Exercises", "Take-aways", "References",
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
    found |= {"minutes": pages.minutes(notebook) or 0}
    limits = {} if deeper else {"words": MOST_WORDS, "cells": MOST_CELLS, "minutes": MOST_MINUTES}
    wrong = [f"{found[what]} {what}, {most} at most" for what, most in limits.items() if found[what] > most]
    for cell in pages.shown_code(notebook):
        lines = [line for line in cell.source.splitlines() if line.strip()]
        wrong += [f"{cell.id} has {len(lines)} lines"] if len(lines) > LONGEST_CELL else []
        wrong += [f"{cell.id}: a line of {len(line)} characters" for line in lines if len(line) > WIDEST_CODE]
        printed = [line for output in cell.outputs for line in output.get("text", "").splitlines()]
        wrong += [f"{cell.id} prints {len(line)} characters" for line in printed if len(line) > WIDEST_OUTPUT]
    return wrong


def solution_problems(chapter, solutions):
    """Return which exercises of a lecture have no solution, below them or in its notebook of solutions, or have two."""
    asked = pages.exercise_labels(chapter.cells)
    solved = [target for book in (chapter, solutions) for target in _solved(markdown.text_of(book.cells))]
    return (
        [f"the exercise {label} has {solved.count(label)} solutions" for label in asked if solved.count(label) != 1]
        + [f"the solution of {label} has no exercise" for label in solved if label not in asked]
        + [f"two exercises have the label {label}" for label in {label for label in asked if asked.count(label) > 1}]
    )


def observations(notebooks):
    """Return the observations in `notebooks`, by name: their label to the text of the box and the name."""
    return {
        box.options.get("label"): (box.body, name)
        for name, notebook in notebooks.items()
        for cell in notebook.cells
        if cell.cell_type == "markdown"
        for box in markdown.boxes(cell.source, "prf:observation")
    }


def observation_problems(boxes, sources, *, lonely=False):
    """Return what is wrong between the `boxes` of observations and the tests marked with their labels in `sources`.

    With `lonely` the boxes are those of one page, and a test of another page's box is no fault.
    """
    homes = [(label, name) for label, (_, name) in boxes.items()]
    wrong = marks.problems(sources, "observation", homes, "observation")
    wrong = [line for line in wrong if not (lonely and line.endswith("has no observation"))]
    wrong += [
        f"{name}: {label!r} does not say on how many splits, seeds or data sets, ten at least"
        for label, (text, name) in boxes.items()
        if not _often_enough(text)
    ]
    wrong += [
        f"{name}: {label!r} says {wins} of {trials}"
        for label, (text, name) in boxes.items()
        for wins, trials in re.findall(r"\b(\d+) of (\d+)\b", text)
        if int(wins) > int(trials)
    ]
    for place, labels, test in marks.marked_tests(sources, "observation"):
        told = _numbers_of_test(ast.unparse(test))
        wrong += [
            f"{place}: the {number} of {label!r} is not in its test, beside those of its sentence"
            for label in sorted(set(labels) & set(boxes))
            for sentence in re.split(r"[.;:](?=\s)", boxes[label][0])
            for number in _first_untold(_numbers(sentence), told)
        ]
    return wrong


def _opening_problems(notebook):
    opening = pages.opening(notebook)
    can = re.search(r"^\*\*After this chapter you can\*\*\n\n((?:- .+\n(?: +.+\n)*)+)", opening + "\n", re.MULTILINE)
    lines = len(re.findall(r"^- ", can[1], re.MULTILINE)) if can else 0
    glances = markdown.boxes(opening, "at-a-glance")
    unit = re.search(r"\b(bits?|nats?)\b", " ".join(box.body for box in glances))
    problems = {
        "one `lead` must stand before the first section": len(markdown.boxes(opening, "lead")) != 1,
        "one `at-a-glance` must stand before the first section": len(glances) != 1,
        f"'After this chapter you can' has {lines} lines, not 3": lines != 3,
        "the box at a glance does not say bits or nats": unit is None,
    }
    wrong = those_that_are_so(problems)
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and re.search(r"^## ", cell.source, re.MULTILINE):
            return [*wrong, "no figure with a caption stands on the first screen"]
        if cell.metadata.get("mystnb", {}).get("figure", {}).get("caption"):
            return wrong
    return wrong


def _section_problems(notebook):
    titles = [title for level, title in markdown.headings(markdown.text_of(notebook.cells)) if level == 2]
    wanted = [title for title in SECTIONS if title in titles]
    missing = [title for title in SECTIONS if title not in titles and title not in MAY_BE_MISSING]
    in_order = [title for title in titles if title in SECTIONS] == wanted
    return [f"there is no section {title!r}" for title in missing] + (
        [] if in_order else [f"the sections are {titles}"]
    )


def _ending_problems(notebook):
    by_title = {section.title: markdown.text_of(section.cells) for section in pages.sections(notebook).values()}
    text, drills = markdown.text_of(notebook.cells), by_title.get("Check yourself", "")
    number = len(re.findall(r"^\*\*\d+\.\*\*", drills, re.MULTILINE))
    titled = [box for box in markdown.boxes(drills, "admonition") if box.argument == "Answer"]
    answers = sum("dropdown" in box.options.get("class", "") for box in titled)
    levels = [title for title in by_title if title.startswith("Level ")]
    taken = markdown.boxes(text, "take-aways")
    items = re.findall(r"^- (?:.+\n?(?: +.+\n?)*)", taken[0].body, re.MULTILINE) if len(taken) == 1 else []
    problems = {
        f"{number} drills, {answers} folded answers: six to eight": not 6 <= number <= 8 or answers != number,
        f"the levels are {levels}": [title[:7] for title in levels] != ["Level 1", "Level 2", "Level 3"],
        f"{len(items)} take-aways in {len(taken)} boxes: one box, five at most": not 1 <= len(items) <= 5,
        "there is not one formula card": len(markdown.boxes(text, "formula-card")) != 1,
    }
    alone = [item for item in items if not markdown.roles(item, "prf")]
    return those_that_are_so(problems) + [f"a take-away repeats no numbered statement: {item[:40]}" for item in alone]


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
    return re.findall(r"(?<![\w.])\d+(?:\.\d+)?", source.replace("_", "").replace(",", ""))


def _first_untold(numbers, told):
    """Return the first of `numbers` that `told` lacks, behind those before it and close to them, if there is one."""
    most = 0
    for start in range(len(told)):
        window = iter(told[start : start + len(numbers) + len(numbers) // 2 + 2])
        most = max(most, next((place for place, number in enumerate(numbers) if number not in window), len(numbers)))
    return numbers[most:][:1]
