"""The boxes of a chapter: statements, exercises, lead, take-aways and formulas; and the pages that collect them.

Conventions
-----------
sphinx-proof numbers the statements and sphinx-exercise the exercises. Added here: a cited result, a proof that can be
folded, minutes and aim of an exercise and a link to its solution, and the minutes of a page. A box that is collected
holds no label and no relative link: it is shown on two pages.
"""

from __future__ import annotations

import ast
import math
import re
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode
from sphinx_exercise.directive import ExerciseDirective, SolutionDirective, SolutionStartDirective
from sphinx_exercise.nodes import exercise_enumerable_node, solution_node
from sphinx_proof.directive import DEFAULT_REALTYP_TO_COUNTERTYP, ElementDirective

EVIDENCE = Path(__file__).resolve().parents[2] / "tests" / "evidence"
STATEMENTS = ("definition", "proposition", "cited", "observation")
COLLECTED = ("lead", "take-aways", "formula-card")
WORD = re.compile(r"\S*\w\S*")  # a comma between two formulas is none
WORDS_A_MINUTE, MINUTES_A_CELL, MINUTES_A_PROOF, MINUTES_A_FIGURE = 130, 0.5, 2, 3
_COUNTED = {
    "words": ("word", "words"), "cells": ("cell of code", "cells of code"), "proofs": ("proof", "proofs"),
    "figures": ("interactive figure", "interactive figures"),
}  # fmt: skip
VIEW = "application/vnd.jupyter.widget-view+json"


# ---- Statements


class Cited(ElementDirective):
    """A result that the book does not prove: it says who does."""

    def run(self):
        """Return the numbered box; its title says what it is."""
        (box,) = super().run()
        box["realtype"] = self.env.proof_list[box["label"]]["realtype"] = "cited result"
        return [box]


class Observation(ElementDirective):
    """What was measured; the test that measures it anew is folded below it."""

    def run(self):
        """Return the numbered box, and a folded one with the code of its test."""
        found = [part for path in sorted(EVIDENCE.glob("*.py")) for part in self._test_in(path)]
        return [*super().run(), *found]

    def _test_in(self, path):
        self.env.note_dependency(str(path))
        source = path.read_text(encoding="utf-8")
        for test in ast.parse(source).body:
            if isinstance(test, ast.FunctionDef) and any(self._names(mark) for mark in test.decorator_list):
                box = nodes.admonition(classes=["dropdown", "how-measured"])
                box += nodes.title("", "How it was measured")
                box += nodes.paragraph("", "In ", nodes.literal("", f"tests/evidence/{path.name}"), nodes.Text(":"))
                code = ast.get_source_segment(source, test)
                box += nodes.literal_block(code, code, language="python")
                return [box]
        return []

    def _names(self, mark):
        """Return whether a decorator is the mark of this observation."""
        given = [value.value for value in getattr(mark, "args", ()) if isinstance(value, ast.Constant)]
        return ast.unparse(mark).startswith("pytest.mark.observation(") and self.options.get("label") in given


class Proof(SphinxDirective):
    """A proof, below its proposition; with the class `dropdown` it is folded."""

    has_content = True
    option_spec = {"class": directives.class_option}

    def run(self):
        """Return a box with the title "Proof"."""
        box = nodes.admonition(classes=["proof-of", *self.options.get("class", [])])
        box += nodes.title("", "Proof")
        self.state.nested_parse(self.content, self.content_offset, box)
        return [box]


# ---- Exercises


class Exercise(ExerciseDirective):
    """An exercise with its minutes and its aim."""

    option_spec = ExerciseDirective.option_spec | {
        "minutes": directives.positive_int,
        "aim": directives.unchanged_required,
    }

    def run(self):
        """Return the numbered box, minutes and aim below its title."""
        (box,) = super().run()
        if not {"label", "minutes", "aim"} <= set(self.options):
            raise self.error("an exercise must say its :label:, its :minutes: and its :aim:")
        aim, _ = self.state.inline_text(self.options["aim"], self.lineno)
        box.insert(
            1, nodes.paragraph("", f"{self.options['minutes']} minutes · aim: ", *aim, classes=["exercise-facts"])
        )
        return [box]


class _Anchored:
    """A solution whose anchor follows from that of its exercise."""

    def run(self):
        self.options.setdefault("label", f"solution-{self.arguments[0]}")
        return super().run()


class Solution(_Anchored, SolutionDirective):
    """A solution in one piece."""


class SolutionStart(_Anchored, SolutionStartDirective):
    """The start of a solution with cells of code in it."""


class LinkToSolution(SphinxPostTransform):
    """End an exercise with a link to its solution on another page; the solution's title links back."""

    default_priority = 25  # after sphinx-exercise has made the titles

    def run(self):
        """Add the links of one page, and take the space at their start out of the links back."""
        registry = getattr(self.env, "sphinx_exercise_registry", {})
        for box in self.document.findall(exercise_enumerable_node):
            label = f"solution-{box['label']}"
            page = registry.get(label, {}).get("docname", self.env.docname)
            if page != self.env.docname:
                link = make_refnode(self.app.builder, self.env.docname, page, label, nodes.Text("Solution"))
                box += nodes.paragraph("", "", link, classes=["to-solution"])
        for box in self.document.findall(solution_node):
            text = next(box[0].findall(nodes.reference))[0]
            text.parent.replace(text, nodes.Text(text.lstrip()))
            box[0].insert(1, nodes.Text(" "))


# ---- What a page says of itself


class Collected(SphinxDirective):
    """A box that another page shows once more: the lead, the take-aways, the formula card."""

    has_content = True

    def run(self):
        """Return the box, found later by its class."""
        box = nodes.container(classes=[self.name, "collected"])
        self.state.nested_parse(self.content, self.content_offset, box)
        return [box]


class AtAGlance(SphinxDirective):
    """What a reader needs, units and symbols; the minutes are put in once the page is read."""

    has_content = True

    def run(self):
        """Return a box with the title "At a glance"."""
        box = nodes.admonition(classes=["at-a-glance"])
        box += nodes.title("", "At a glance")
        self.state.nested_parse(self.content, self.content_offset, box)
        return [box]


def measure(doctree):
    """Return what takes time on a page: open words, code cells, proofs, interactive figures."""
    cells = [
        node
        for node in doctree.findall(nodes.container)
        if node.get("nb_element") == "cell_code" and not _removed(node)
    ]
    return {
        "words": sum(len(WORD.findall(text)) for text in doctree.findall(nodes.Text) if _is_open_prose(text)),
        "cells": len(cells),
        "proofs": sum("proof-of" in node["classes"] for node in doctree.findall(nodes.admonition)),
        "figures": sum(any(_shows_a_widget(part) for part in cell.findall(nodes.container)) for cell in cells),
    }


def minutes(words, cells, proofs, figures):
    """Return how long a page takes, rounded up to five minutes."""
    exact = words / WORDS_A_MINUTE + MINUTES_A_CELL * cells + MINUTES_A_PROOF * proofs + MINUTES_A_FIGURE * figures
    return 5 * math.ceil(exact / 5)


def told(found):
    """Return the minutes of a page and what they are made of, in words."""
    parts = [
        f"{found[kind]:,} {one if found[kind] == 1 else more}" for kind, (one, more) in _COUNTED.items() if found[kind]
    ]
    return f"{minutes(**found)} minutes: {', '.join(parts)}"


def tell_minutes(app, doctree):
    """Put the minutes into the box at the top of a chapter."""
    for box in doctree.findall(nodes.admonition):
        if "at-a-glance" in box["classes"]:
            found = measure(doctree)
            item = nodes.definition_list_item("", nodes.term("", "Time"))
            item += nodes.definition("", nodes.paragraph("", told(found), classes=["minutes"]))
            facts = next(box.findall(nodes.definition_list), None)
            if facts is None:
                box += (facts := nodes.definition_list())
            facts.insert(0, item)


def plain_contents(app, doctree):
    """Make the inside of each box a plain container: sphinx-proof and sphinx-exercise make it a section of one name."""
    repeated = {"proof-content", "exercise-content", "solution-content"}
    for part in [part for part in doctree.findall(nodes.section) if repeated.intersection(part["ids"])]:
        part.parent[part.parent.index(part)] = nodes.container("", *part.children, classes=["box-content"])


def _removed(cell):
    return any(name.startswith("tag_remove") for name in cell["classes"])


def _shows_a_widget(part):
    return part.get("mime_type") == VIEW


def _is_open_prose(text):
    """Return whether a reader meets the words without opening a box: no code, no formula, no exercise."""
    node = text.parent
    while node is not None:
        if isinstance(
            node, nodes.math | nodes.math_block | nodes.literal_block | nodes.comment | exercise_enumerable_node
        ):
            return False
        if "dropdown" in node.get("classes", ()) or node.get("nb_element") == "cell_code":
            return False
        node = node.parent
    return True


# ---- The pages that collect


class collection(nodes.General, nodes.Element):
    """The place of the collected boxes."""


class Collection(SphinxDirective):
    """The place where the boxes of all chapters are shown: their names are the argument."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self):
        """Return the place; it is filled when all pages are read."""
        return [collection(what=self.arguments[0].split())]


class Collect(SphinxPostTransform):
    """Fill a collection: for each chapter its title and copies of its boxes, or its first picture."""

    default_priority = 3  # before links are resolved and outputs chosen

    def run(self):
        """Fill the collections of one page."""
        for place in list(self.document.findall(collection)):
            chapters = sorted(
                name for name in self.env.found_docs if name.startswith("notebooks/") and name[10:12].isdigit()
            )
            place.replace_self([part for name in chapters for part in self._from(name, place["what"])])
            if any(self.document.findall(nodes.math)):  # else the page would not load what draws them
                self.env.get_domain("math").data["has_equations"][self.env.docname] = True

    def _from(self, name, what):
        doctree = self.env.get_doctree(name)
        boxes = [self._copies(doctree, kind, name) for kind in what]
        if not all(boxes):
            return []
        number = ".".join(map(str, self.env.toc_secnumbers.get(name, {}).get("", ())))
        title = nodes.Text(f"{number}. {self.env.titles[name].astext()}")
        section = nodes.section(ids=[f"from-{name[10:]}"], classes=["from-chapter"])
        section += nodes.title("", "", make_refnode(self.app.builder, self.env.docname, name, "", title))
        section += [node for box in boxes for node in box]
        return [section]

    def _copies(self, doctree, kind, name):
        if kind == "picture":
            return self._picture(doctree, name)
        copies = [box.deepcopy() for box in doctree.findall(nodes.container) if kind in box["classes"]]
        for copy in copies:
            for node in copy.findall(nodes.Element):
                node["ids"] = node["names"] = []
                if "refdoc" in node:
                    node["refdoc"] = self.env.docname
        return copies

    def _picture(self, doctree, name):
        image = next(iter(doctree.findall(nodes.image)), None)
        if image is None:
            return []
        link = make_refnode(self.app.builder, self.env.docname, name, "", image.deepcopy())
        return [nodes.container("", nodes.paragraph("", "", link), classes=["cell_output", "first-picture"])]


def setup(app):
    """Add the boxes."""
    for extension in ("sphinx_proof", "sphinx_exercise"):
        app.setup_extension(extension)
    DEFAULT_REALTYP_TO_COUNTERTYP.update(dict.fromkeys(STATEMENTS, "theorem"))  # one row of numbers a chapter
    app.add_directive_to_domain("prf", "cited", Cited)
    app.add_directive_to_domain("prf", "observation", Observation, override=True)
    app.add_directive_to_domain("prf", "proof", Proof, override=True)
    for name, directive in (("exercise", Exercise), ("solution", Solution), ("solution-start", SolutionStart)):
        app.add_directive(name, directive, override=True)
    app.add_directive("at-a-glance", AtAGlance)
    app.add_directive("collection", Collection)
    for name in COLLECTED:
        app.add_directive(name, Collected)
    app.add_node(collection)
    app.add_post_transform(LinkToSolution)
    app.add_post_transform(Collect)
    app.connect("doctree-read", tell_minutes)
    app.connect("doctree-read", plain_contents)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
