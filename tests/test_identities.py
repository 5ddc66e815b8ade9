"""Every numbered equation of the book has a test that carries its label, and every such mark has an equation.

How the marks of tests are read is tested here for all kinds of marks: identities, claims, observations.
"""

import pytest
from guards import ROOT, changed, identities, marks, notebooks

PAGES = sorted((ROOT / "book").rglob("*.md")) + [ROOT / "README.md"]
TESTS = sorted((ROOT / "tests").rglob("*.py"))

EQUATION = "Surprise:\n\n$$\ns(p) = -\\log p\n$$ (eq-surprisal)\n"
FENCED = "```{math}\n:label: eq-entropy\nH(p) = -\\sum p \\log p\n```\n"
MARK = '@pytest.mark.identity("eq-surprisal")'
MARKED = f"{MARK}\ndef test_surprisal():\n    assert surprisal(0.5) == 1\n"


@pytest.fixture(scope="module")
def texts():
    paths = sorted((ROOT / "notebooks").rglob("*.ipynb"))
    stored = {path.relative_to(ROOT).as_posix(): notebooks.read(path) for path in paths}
    cells = {
        f"{name} {cell.id}": cell.source
        for name, notebook in stored.items()
        for cell in notebook.cells
        if cell.cell_type == "markdown"
    }
    return cells | {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in PAGES}


# ---- The book


def test_the_equations_of_the_book_have_tests_and_the_marks_equations(texts):
    labels = identities.equation_labels(texts)
    sources = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in TESTS}
    assert len(labels) >= 20
    assert identities.label_problems(labels) + marks.problems(sources, "identity", labels, "equation") == []


def test_no_equation_is_numbered_past_the_labels(texts):
    assert [problem for text in texts.values() for problem in identities.unlabelled_equations(text)] == []


# ---- The guards see it when it is broken


def problems(text, source):
    labels = identities.equation_labels({"a": text})
    return identities.label_problems(labels) + marks.problems({"t": source}, "identity", labels, "equation")


@pytest.mark.parametrize(
    "body", ["assert f() == 1", "np.testing.assert_allclose(a, b)", "with pytest.raises(ValueError):\n        f()"]
)
def test_an_equation_with_a_test_passes(body):
    assert problems(EQUATION, MARKED.replace("assert surprisal(0.5) == 1", body)) == []


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        (EQUATION + FENCED, ["eq-surprisal", "eq-entropy"]),
        (f":::{{admonition}} Note\n{EQUATION}:::\n", ["eq-surprisal"]),
        (f"````markdown\n{EQUATION}{FENCED}````\n", []),
    ],
    ids=["both forms", "in a box", "as code"],
)
def test_equations_are_read_where_a_reader_sees_them(text, labels):
    assert identities.equation_labels({"a": text}) == [(label, "a") for label in labels]


@pytest.mark.parametrize("label", ["surprisal", "eq:surprisal", "eq-Surprisal", "eq-", "eq_surprisal"])
def test_a_label_of_another_form_is_seen(label):
    renamed = [text.replace("eq-surprisal", label) for text in (EQUATION, MARKED)]
    assert problems(*renamed) == [f"a: the label {label!r} does not have the form eq-name"]


NO_TEST = "a: the equation 'eq-surprisal' has no test"
STRAY = "t: a mark identity that is not on a test"
ON_TEST = "t::test_surprisal: "
WEAK = f"{ON_TEST}a marked test without an assertion"
LEFT_OUT = f"{ON_TEST}a marked test that may be skipped or may fail"
ABOUT_NOTHING = [NO_TEST, f"{ON_TEST}a mark without the equation it is about"]
BROKEN = {
    "no test": (MARKED, "", [NO_TEST]),
    "no equation": ('"eq-surprisal"', '"eq-surprisal", "eq-gone"', [f"{ON_TEST}the mark 'eq-gone' has no equation"]),
    "in a string": (MARKED, f"'''\n{MARKED}'''", [NO_TEST]),
    "in a comment": (MARK, f"# {MARK}", [NO_TEST]),
    "no label": ('("eq-surprisal")', "()", ABOUT_NOTHING),
    "not called": ('("eq-surprisal")', "", ABOUT_NOTHING),
    "a label in a variable": ('"eq-surprisal"', "LABEL", ABOUT_NOTHING),
    "on a helper": ("def test_surprisal", "def surprisal_is", [NO_TEST, STRAY]),
    "on a module": (MARKED, f"pytestmark = [{MARK[1:]}]", [NO_TEST, STRAY]),
    "on a class": (MARKED, f"{MARK}\nclass TestIt:\n    def test_one(self):\n        assert f()\n", [NO_TEST, STRAY]),
    "no assertion": ("assert surprisal(0.5) == 1", "surprisal(0.5)", [WEAK]),
    "a constant assertion": ("surprisal(0.5) == 1", "True", [WEAK]),
    "a returned comparison": ("assert surprisal", "return surprisal", [WEAK]),
    "skipped": (MARK, f"@pytest.mark.skip\n{MARK}", [LEFT_OUT]),
    "may be skipped": (MARK, f'@pytest.mark.skipif(True, reason="")\n{MARK}', [LEFT_OUT]),
    "may fail": (MARK, f"@pytest.mark.xfail(strict=True)\n{MARK}", [LEFT_OUT]),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_test_that_proves_nothing_is_seen(fault):
    old, new, complaints = BROKEN[fault]
    assert problems(EQUATION, changed(MARKED, old, new)) == complaints


@pytest.mark.parametrize(
    "latex",
    ["\\begin{equation}x\\end{equation}", "$$x \\tag{1}$$", "$$x \\label{eq-x}$$", "\\begin{align}x\\end{align}"],
)
def test_an_equation_numbered_by_latex_itself_is_seen(latex):
    assert identities.unlabelled_equations(latex) != []


def test_starred_and_inner_environments_are_free():
    free = "$$\\begin{aligned}x\\end{aligned}$$ \\begin{align*}x\\end{align*} `\\tag{1}`"
    assert identities.unlabelled_equations(free) == []
