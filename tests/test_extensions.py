"""The site's own extensions: punctuation stays where it was written; the reference forgets no module and no field."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import pytest
import yaml
from docutils import nodes
from hypothesis import given
from hypothesis import strategies as st
from sphinx.errors import ExtensionError

import xentbook as xb

ROOT = Path(__file__).resolve().parent.parent
API = ROOT / "book" / "api"


def _extension(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "book" / "_ext" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


house, reference = _extension("house"), _extension("reference")

# -- punctuation beside formulas --------------------------------------------------------------------------------


def paragraph(*parts):
    """A document of one paragraph: what is between dollars is a formula, between stars emphasised, else plain text."""
    kinds = {"$": nodes.math, "*": nodes.emphasis}
    made = [kinds[part[0]]("", part[1:-1]) if part[0] in kinds else nodes.Text(part) for part in parts]
    return nodes.container("", nodes.paragraph("", "", *made))


def bound_text(document):
    """The text once punctuation is bound, with each bound piece in braces."""
    house.keep_together(None, document, "page")
    for piece in list(document.findall(lambda node: "together" in getattr(node, "attributes", {}).get("classes", []))):
        piece.insert(0, nodes.Text("{"))
        piece += nodes.Text("}")
    return document.astext()


def test_a_full_stop_stays_with_its_formula():
    assert bound_text(paragraph("so ", "$c$", ", (", "$d$", ") and on")) == "so {c,} {(d)} and on"


def test_text_that_stands_twice_in_a_paragraph_is_changed_where_the_formula_is():
    """Section 13.7: the same ". A " ends a sentence without a formula first, and then one with a formula."""
    sentence = [
        "one needs ",
        "*prices*",
        ". A ",
        "*false positive*",
        " costs; so ",
        "$c = 1$",
        ". A ",
        "*false negative*",
        " too",
    ]
    assert (
        bound_text(paragraph(*sentence)) == "one needs prices. A false positive costs; so {c = 1.} A false negative too"
    )


def test_text_before_a_formula_is_changed_where_the_formula_is():
    """The solutions of chapter 3: the same " (" opens a bracket before two formulas, and before a word."""
    assert bound_text(paragraph("a", "*b*", " (", "*c*", ") ", "$d$", " (", "$e$", ")")) == "ab (c) d {(e)}"


@given(st.lists(st.sampled_from(["$x$", "*word*", ". A ", " (", ") and (", ", so ", "plain"]), min_size=1, max_size=12))
def test_no_character_of_a_paragraph_is_lost_or_moved(parts):
    written = paragraph(*parts).astext()
    document = paragraph(*parts)
    house.keep_together(None, document, "page")
    assert document.astext() == written


# -- the reference ----------------------------------------------------------------------------------------------


def entries(tree):
    return [tree.get("file", "")] + [
        file for key in ("parts", "chapters", "sections") for part in tree.get(key, []) for file in entries(part)
    ]


def test_every_module_has_its_page_and_its_line_in_the_contents():
    listed = [file for file in entries(yaml.safe_load((ROOT / "_toc.yml").read_text())) if file.startswith("book/api/")]
    assert sorted(listed) == [f"book/api/{name}" for name in sorted(reference.modules())]
    for name in reference.modules():
        assert f".. automodule:: xentbook.{name}\n" in (API / f"{name}.md").read_text("utf-8")


def test_the_table_has_every_module_once_and_says_how_it_is_reached():
    rows = reference.table(API)[2:]
    assert [re.match(r"\| \[(\w+)\]\(api/\1\.md\) \| \S", row)[1] for row in rows] == reference.modules()
    reached = {row.split("[")[1].split("]")[0]: row.split("`")[1] for row in rows}
    assert reached["losses"] == "xentbook.name"
    assert reached["datasets"] == "xentbook.datasets.name"
    assert {name.split(".")[1] for name in (getattr(xb, n).__module__ for n in xb.__all__)} <= set(reached)


def test_a_module_without_a_page_is_an_error_that_says_what_to_add(tmp_path):
    with pytest.raises(ExtensionError, match=r"has no page: add book/api/\w+\.md"):
        reference.table(tmp_path)


class Pair(NamedTuple):
    """Two numbers."""

    first: int
    second: float


def test_fields_of_a_named_tuple_are_told_once_and_not_as_aliases():
    assert reference.skip_fields(None, "class", "first", Pair.first, False, {})
    assert not reference.skip_fields(None, "class", "count", Pair.count, False, {})
    lines = ["Two numbers."]
    reference.describe_fields(None, "class", "Pair", Pair, {}, lines)
    assert lines[2] == "Fields, in this order: ``first`` (``int``), ``second`` (``float``)."


def test_a_docstring_with_attributes_of_its_own_is_left_alone():
    lines = ["Two numbers.", "", ":ivar first: one"]
    reference.describe_fields(None, "class", "Pair", Pair, {}, lines)
    reference.describe_fields(None, "class", "Path", Path, {}, lines)
    assert len(lines) == 3


def test_the_site_connects_both():
    connected, directives = [], []
    app = SimpleNamespace(
        connect=lambda event, _, priority=500: connected.append(event),
        add_directive=lambda name, _: directives.append(name),
    )
    reference.setup(app)
    assert connected == ["autodoc-skip-member", "autodoc-process-docstring"] and directives == ["modules"]
