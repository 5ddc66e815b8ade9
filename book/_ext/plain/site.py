"""What the site says: numbers, names, addresses and citations, as Sphinx counted and made them."""

from __future__ import annotations

import posixpath
from functools import cached_property
from urllib.parse import unquote

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.environment import BuildEnvironment
from sphinx_exercise.nodes import exercise_subtitle

from .edition import Place

__all__ = ["Site", "public_address"]


def public_address(config) -> str:
    """Return where the site stands: `html_baseurl`, or else the Pages of the repository."""
    if config.html_baseurl:
        return config.html_baseurl.rstrip("/")
    owner, name = config.html_theme_options["repository_url"].rstrip("/").rsplit("/", 2)[1:]
    return f"https://{owner.lower()}.github.io/{name}"


class Site:
    """The book as Sphinx has read it."""

    def __init__(self, env: BuildEnvironment):
        self.env = env
        self.address = public_address(env.config)
        self.macros = env.config.mathjax3_config.get("tex", {}).get("macros", {})
        self.std, self.math, self.cite = (env.get_domain(name) for name in ("std", "math", "cite"))
        self.exercises = getattr(env, "sphinx_exercise_registry", {})

    def place(self, role: str, target: str) -> Place:
        """Return what a role points at."""
        find = {"eq": self._equation, "prf:ref": self._statement, "term": self._term, "numref": self._figure}
        if role in find:
            return find[role](target)
        if target in self.exercises:
            return self._exercise(target, titled=role == "exercise")
        return self._anything(target)

    def citation(self, role: str, target: str) -> str:
        """Return a citation as on the site, its year in round brackets."""
        asked = pending_xref(), nodes.Text("")
        found = self.cite.resolve_xref(self.env, "", _Addresses(self.address), role, target, *asked)
        return "".join(map(_markdown, found.children))

    def link(self, page: str, href: str) -> Place | None:
        """Return what a link on a page points at, or None where it leaves the book."""
        if "://" in href or href.startswith("mailto:"):
            return None
        file, _, anchor = unquote(href).partition("#")
        if file:
            page = posixpath.splitext(posixpath.normpath(posixpath.join(posixpath.dirname(f"/{page}"), file)))[0][1:]
            title = self.env.titles[page].astext()  # a KeyError says which page is not in the book
        slugs = self.env.metadata[page].get("myst_slugs", {})
        if not anchor:
            return Place(page, "", title)
        if anchor in slugs:
            return Place(page, *slugs[anchor][1:])
        if file:
            raise KeyError(href)
        return self._anything(anchor)

    def solution(self, label: str) -> Place | None:
        """Return where the exercise of that label is solved."""
        found = self.exercises.get(f"solution-{label}")
        return Place(found["docname"], f"solution-{label}", "Solution") if found else None

    def headings(self, page: str) -> list[tuple[str, str]]:
        """Return the numbers and the anchors of the headings of a page, in their order."""
        numbers = self.env.toc_secnumbers.get(page, {})
        found = []
        for section in self._doctree(page).findall(nodes.section):
            # The title of a page has the number of no anchor; that of another section may lack a number.
            anchor = section["ids"][0]
            number = numbers.get(f"#{anchor}", numbers.get("") if not found else None)
            found.append((".".join(map(str, number)) + ". " if number else "", anchor))
        return found

    def minutes(self, page: str) -> str:
        """Return how long a page takes, as the box at its top says."""
        paragraphs = self._doctree(page).findall(nodes.paragraph)
        return next(part.astext() for part in paragraphs if "minutes" in part["classes"])

    def _doctree(self, page):
        if page not in self._doctrees:
            self._doctrees.clear()  # one page at a time
            self._doctrees[page] = self.env.get_doctree(page)
        return self._doctrees[page]

    @cached_property
    def _doctrees(self) -> dict[str, nodes.document]:
        return {}

    def _number(self, page, kind, anchor):
        return ".".join(map(str, self.env.toc_fignumbers[page][kind][anchor]))

    def _equation(self, label):
        page, _ = self.math.equations[label]
        anchor = f"equation-{label}"
        return Place(page, anchor, self._number(page, "displaymath", anchor))

    def _statement(self, label):
        found = self.env.proof_list[label]
        page = found["docname"]
        return Place(page, label, f"{found['realtype'].title()} {self._number(page, found['countertype'], label)}")

    def _figure(self, label):
        if label in self.exercises:
            return self._exercise(label, titled=False)
        page, anchor, *_ = self.std.anonlabels[label.lower()]
        return Place(page, anchor, self.env.config.numfig_format["figure"] % self._number(page, "figure", anchor))

    def _exercise(self, label, titled):
        page, box = (self.exercises[label][key] for key in ("docname", "node"))
        name = f"{box['title']} {self._number(page, 'exercise', label)}"
        title = next(box[0].findall(exercise_subtitle), None) if titled else None
        return Place(page, label, f"{name} ({''.join(map(_markdown, title.children))})" if title else name)

    def _term(self, name):
        page, anchor = self.std._terms[" ".join(name.split()).lower()]
        return Place(page, anchor, name)

    def _anything(self, label):
        """Return what a link of the form `#label` leads to."""
        if label in self.env.proof_list:
            return self._statement(label)
        if label in self.math.equations:
            return self._equation(label)
        page, anchor = self.std.anonlabels[label.lower()]
        return Place(page, anchor, self.std.labels.get(label.lower(), ("", "", label))[2])


class _Addresses:
    """As much of a builder as a citation asks for: every page of the site by its whole address."""

    name = "html"

    def __init__(self, address):
        self.address = address

    def get_relative_uri(self, origin, page, typ=None):
        return f"{self.address}/{page}.html"


def _markdown(node):
    """Return what stands inside of a line as Markdown; square brackets, which are those of links, become round."""
    inside = "".join(map(_markdown, node.children))
    if isinstance(node, nodes.Text):
        return "".join({"[": "(", "]": ")"}.get(sign, f"\\{sign}" if sign in "\\`*_<" else sign) for sign in node)
    if isinstance(node, nodes.reference):
        return f"[{inside}]({node['refuri']})"
    if isinstance(node, nodes.math):
        return f"${node.astext()}$"
    if isinstance(node, nodes.emphasis):
        return f"*{inside}*"
    if isinstance(node, nodes.inline):
        return inside
    raise ValueError(f"no plain form is known of {node!r}")
