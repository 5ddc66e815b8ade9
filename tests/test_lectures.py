"""Chapters in the form of one lecture: their order and limits, their numbers, their observations and their snippets."""

from __future__ import annotations

import copy
import importlib.util
import random
import re
import subprocess
import sys
import tomllib

import mutate
import nbformat
import pytest
from guards import ROOT, lectures, markdown, notebooks, pages, prose
from guards.running import not_checked
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

FILES = {path.relative_to(ROOT / "notebooks").as_posix(): path for path in mutate.lecture_files()}
LECTURES = [name for name in FILES if "/" not in name]
DEEPER = [name for name in FILES if name.startswith("deeper/")]
TESTS = {str(path): path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")}
FRAMEWORKS = ("torch", "jax", "keras", "optax", "statsmodels")


def book(name):
    return notebooks.read(FILES[name])


@pytest.mark.parametrize("name", LECTURES)
def test_a_lecture_has_its_order_and_keeps_its_limits(name):
    assert lectures.shape_problems(book(name)) + lectures.limit_problems(book(name)) == []


@pytest.mark.parametrize("name", DEEPER)
def test_a_page_in_depth_keeps_the_limits_of_its_cells_and_is_led_to(name):
    assert lectures.limit_problems(book(name), deeper=True) == []
    chapter = "\n".join(
        cell.source for cell in book(name.removeprefix("deeper/")).cells if cell.cell_type == "markdown"
    )
    assert f"]({name}#" in chapter or f"]({name})" in chapter


@pytest.mark.parametrize("name", LECTURES)
def test_each_exercise_of_a_lecture_has_one_solution(name):
    assert lectures.solution_problems(book(name), book(f"solutions/{name}")) == []


def test_each_observation_has_a_test_that_says_its_numbers_and_each_test_an_observation():
    boxes = lectures.observations({name: book(name) for name in FILES})
    assert lectures.observation_problems(boxes, TESTS) == []


@pytest.mark.parametrize("name", FILES)
def test_each_number_in_prose_is_printed_in_its_section_or_quoted(name):
    assert prose.unbound(book(name), prose.quoted(FILES[name].stem), solutions="solutions" in name) == []


@pytest.mark.slow
def test_of_a_sample_of_changed_digits_nearly_all_are_noticed():
    if FILES:
        assert mutate.main(["--n", "200", "--seed", "2026"]) >= 0.98


def test_a_quoted_number_names_its_source():
    keys = set(
        re.findall(r"^@\w+\{([^,]+),", (ROOT / "book" / "references.bib").read_text(encoding="utf-8"), re.MULTILINE)
    )
    entries = tomllib.loads((ROOT / "book" / "quoted.toml").read_text(encoding="utf-8")).get("quoted", [])
    assert [entry for entry in entries if entry["cite"] not in keys] == []
    assert prose.quoted() >= prose.quoted("nowhere") == set()


# ---- With your tools


def snippets():
    """Return the blocks of code in the prose of the lectures that are named tools-…, by their names."""
    texts = [cell.source for name in FILES for cell in book(name).cells if cell.cell_type == "markdown"]
    named = [(block.options.get("name", ""), block) for text in texts for block in markdown.boxes(text, "code-block")]
    return {name: block.body for name, block in named if name.startswith("tools-")}


def run(source):
    """Return what a snippet printed, and what its last comment says it prints."""
    result = subprocess.run([sys.executable, "-W", "ignore", "-c", source], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr[-1000:]
    return result.stdout.split(), [
        word for line in re.findall(r"print\(.*\)[ \t]*# *(.+)$", source, re.MULTILINE) for word in line.split()
    ]


def needed(source):
    """Return the frameworks that a snippet imports."""
    return [module for module in FRAMEWORKS if re.search(rf"^(?:import|from) {module}\b", source, re.MULTILINE)]


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[pytest.mark.framework] * bool(needed(body))) for name, body in snippets().items()],
)
def test_a_snippet_prints_what_it_says(name):
    source = snippets()[name]
    for module in needed(source):
        if importlib.util.find_spec(module) is None:  # Keras asks for its backend when it is imported
            not_checked(f"{name} needs {module}: make frameworks")
    printed, said = run(source)
    assert printed == said != []


def test_a_snippet_that_prints_another_number_is_seen():
    printed, said = run("print(1 + 1)  # 3")
    assert (printed, said) == (["2"], ["3"])


# ---- The guards see


def lecture():
    """A small lecture that has all it needs."""
    drill = "**{}.** What?\n\n:::{{admonition}} Answer\n:class: dropdown\nThat.\n:::"
    drills = "\n\n".join(drill.format(place) for place in range(1, 7))
    exercise = ":::{{exercise}} Name\n:label: ex-{}\n:minutes: 5\n:aim: see\nDo it.\n:::"
    levels = "\n\n".join(f"### Level {place} · x\n\n" + exercise.format(place) for place in (1, 2, 3))
    figure = {
        "mystnb": {"figure": {"name": "fig-a", "caption": "See."}, "image": {"alt": "a line of length 0.75 that falls"}}
    }
    cells = [
        new_markdown_cell("# Title\n\n:::{lead}\nThe loss is 0.25 bits ({prf:ref}`prop-a`).\n:::"),
        new_code_cell("draw()", metadata=figure),
        new_markdown_cell("**After this chapter you can**\n\n- one\n- two\n- three\n\n"
                          ":::{at-a-glance}\nUnits\n: bits\n:::"),
        new_markdown_cell("## Predict first\n\nIs it 0.5?"),
        new_code_cell("guess = 0.5"),
        new_markdown_cell("## By hand\n\n:::{prf:proposition} A\n:label: prop-a\nIt was 0.25 of 48.\n:::"),
        new_code_cell("print(1)", outputs=[new_output("stream", name="stdout", text="0.25 of 48, 0.75 and 0.99\n")]),
        new_markdown_cell("## Own\n\n:::{prf:observation} B\n:label: obs-b\nIn 9 of 10 splits, by 0.31 bits.\n:::"),
        *(new_markdown_cell(f"## {title}")
          for title in ("Where it breaks", "With your tools", "Your predictions", "True or false?")),
        new_markdown_cell(f"## Check yourself\n\n{drills}"),
        new_markdown_cell(f"## Exercises\n\n{levels}"),
        new_markdown_cell("## Take-aways\n\n:::{take-aways}\n- In 9 of 10, 0.31 ({prf:ref}`obs-b`).\n:::\n\n"
                          ":::{formula-card}\nA\n: b\n:::"),
        new_markdown_cell("## References\n\nA paper of 1948."),
    ]  # fmt: skip
    made = new_notebook(cells=cells)
    for place, cell in enumerate(made.cells):
        cell.id = f"cell-{place:02d}"
    return made


EVIDENCE = {
    "test_a.py": "@pytest.mark.observation('obs-b')\ndef test_b():\n    assert wins == 9 and splits == 10\n"
    "    assert f'{low:.2f}' == '0.31'\n"
}


def all_problems(notebook, evidence=EVIDENCE):
    solutions = new_notebook(cells=[new_markdown_cell(f"```{{solution-start}} ex-{place}\n```") for place in (1, 2, 3)])
    found = lectures.shape_problems(notebook) + lectures.limit_problems(notebook) + prose.unbound(notebook)
    found += lectures.solution_problems(notebook, solutions)
    return found + lectures.observation_problems(lectures.observations({"a": notebook}), evidence)


def test_a_good_lecture_passes():
    assert all_problems(lecture()) == []


FAULTS = {
    "a wrong digit": ("0.25 of 48.", "0.26 of 48.", "'0.26' is in no output of its section"),
    "a wrong count": ("0.25 of 48.", "0.25 of 49.", "'49' is in no output"),
    "a year that nobody named": ("paper of 1948", "paper of 2044", "'2044' is in no output"),
    "two printed numbers in one pair": ("0.25 of 48.", "0.75 of 48.", "'0.75 of 48' is said nowhere"),
    "a pair that was not printed": ("0.25 of 48.", "0.25 of 48, 0.99 and 0.75.", "'0.99 and 0.75' is said nowhere"),
    "a wrong digit in the lead": ("loss is 0.25", "loss is 0.35", "'0.35' is in no output"),
    "a lead that leads nowhere": ("({prf:ref}`prop-a`)", "", "'0.25' is in no output"),
    "a number of another section": ("It was 0.25", "It was 0.31", "'0.31' is in no output"),
    "a question that is not in the code": ("Is it 0.5?", "Is it 0.6?", "'0.6' is in no output"),
    "a wrong take-away": ("In 9 of 10, 0.31", "In 9 of 10, 0.32", "'0.32' is in no output"),
    "a take-away of its own": (" ({prf:ref}`obs-b`)", "", "a take-away repeats no numbered statement"),
    "another number of wins": ("In 9 of 10 splits", "In 8 of 10 splits", "the 8 of 'obs-b' is not in its test"),
    "more wins than trials": ("In 9 of 10 splits", "In 90 of 10 splits", "'obs-b' says 90 of 10"),
    "another size": ("by 0.31 bits", "by 0.41 bits", "the 0.41 of 'obs-b' is not in its test"),
    "too few trials": ("In 9 of 10 splits", "In 9 splits", "does not say on how many"),
    "an observation without a test": ("obs-b", "obs-c", "the observation 'obs-c' has no test"),
    "no lead": (":::{lead}", ":::{note}", "one `lead` must stand"),
    "a fourth line": ("- three", "- three\n- four", "has 4 lines"),
    "no unit": (": bits", ": none", "bits or nats"),
    "a missing section": ("## By hand", "## By eye", "no section 'By hand'"),
    "five drills": ("**6.**", "6.", "5 drills, 6 folded answers"),
    "an open answer": (":class: dropdown", "", "folded answers"),
    "no formula card": ("{formula-card}", "{note}", "formula card"),
    "an exercise without a solution": ("ex-3", "ex-4", "'ex-4' has 0 solutions"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_a_lecture_is_seen(fault):
    old, new, complaint = FAULTS[fault]
    broken = lecture()
    cells = [cell for cell in broken.cells if old in cell.source]
    cells[0].source = cells[0].source.replace(old, new, 1 if "answer" not in fault else -1)
    found = " ".join(all_problems(broken)).replace("exercise ex-4", "exercise 'ex-4'")
    assert cells and complaint in found, found


CELL_FAULTS = {
    "a long cell": (lambda cell: cell.update(source="x = 1\n" * 13), "has 13 lines"),
    "a wide line": (lambda cell: cell.update(source="x" * 80), "a line of 80 characters"),
    "a wide output": (lambda cell: cell.outputs[0].update(text="x" * 73), "prints 73 characters"),
}


@pytest.mark.parametrize("fault", CELL_FAULTS)
def test_a_cell_that_does_not_fit_is_seen(fault):
    change, complaint = CELL_FAULTS[fault]
    broken = lecture()
    change(next(cell for cell in broken.cells if cell.cell_type == "code" and cell.outputs))
    assert any(complaint in problem for problem in lectures.limit_problems(broken, deeper=True))


def test_words_cells_and_minutes_beyond_the_limits_are_seen():
    broken = lecture()
    broken.cells += [new_markdown_cell("word " * 3001)] + [new_code_cell("x = 1")] * 31
    found = " ".join(lectures.limit_problems(broken))
    assert "words, 3000 at most" in found and "34 cells, 30 at most" in found and "minutes, 35 at most" in found


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("", "has no test"),
        (
            "@pytest.mark.observation('obs-z')\ndef test_z():\n    assert x == 1\n",
            "the mark 'obs-z' has no observation",
        ),
        (
            "@pytest.mark.observation('obs-b')\ndef test_b():\n    print(9, 10, 0.31)\n",
            "a marked test without an assertion",
        ),
        (
            "@pytest.mark.skip\n@pytest.mark.observation('obs-b')\ndef test_b():\n    assert x == (9, 10, 0.31)\n",
            "may be skipped",
        ),
    ],
)
def test_evidence_that_proves_nothing_is_seen(source, complaint):
    found = lectures.observation_problems(lectures.observations({"a": lecture()}), {"test_a.py": source})
    assert any(complaint in problem for problem in found), found


def test_folded_text_and_exercises_take_no_minutes_and_a_proof_takes_two():
    text = (
        "one two three\n\n:::{prf:proof}\n:class: dropdown\nfour five\n:::\n\n:::{exercise} X\nsix\n:::\n\n"
        "$$a = b$$ (eq-a)\n\nseven $x + y$ `code`"
    )
    measured = pages.measure(new_notebook(cells=[new_markdown_cell(text), new_code_cell("x")]))
    assert measured == {"words": 5, "cells": 1, "proofs": 1, "figures": 0}  # a name in code is a word


# ---- The mutation of prose


def test_a_changed_digit_is_a_change_of_one_digit_of_a_number_in_prose():
    text = (
        "It was 0.25 of 48 in $x^{12}$ and `17`, [see](#a-33), {prf:ref}`prop-55`.\n\n"
        "$$y = 66$$\n\n```python\n77\n```\n"
    )
    assert [text[start:end] for start, end in mutate.places(text)] == ["0.25", "48"]
    short = "In 9 of 10."
    assert [short[start:end] for start, end in mutate.places(short, single=True)] == ["9", "10"]
    for seed in range(20):
        new = mutate.changed(text, (7, 11), random.Random(seed))
        assert sum(a != b for a, b in zip(text, new, strict=True)) == 1 and re.fullmatch(r"\d\.\d\d", new[7:11])


def test_the_mutation_tells_noticed_changes_from_others(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(mutate, "ROOT", tmp_path)
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_a.py").write_text(EVIDENCE["test_a.py"])
    path = tmp_path / "notebooks" / "01-a.ipynb"
    broken = copy.deepcopy(lecture())
    nbformat.write(broken, path)
    assert mutate.main([str(path)]) == 1.0
    monkeypatch.setattr(mutate.prose, "unbound", lambda *args, **options: [])
    assert mutate.main([str(path)]) < 0.6  # without the guard, the observation's numbers alone are noticed
    assert "changes noticed" in capsys.readouterr().out
