"""Every numbered equation of the book has a test that carries its label, and every such mark has an equation."""

import nbformat
import pytest
from guards import ROOT, identities, notebooks

PAGES = sorted((ROOT / "book").rglob("*.md")) + [ROOT / "README.md"]
TESTS = sorted((ROOT / "tests").rglob("*.py"))

EQUATION = "Surprise:\n\n$$\ns(p) = -\\log p\n$$ (eq-surprisal)\n"
FENCED = "```{math}\n:label: eq-entropy\nH(p) = -\\sum p \\log p\n```\n"
MARKED = '@pytest.mark.identity("eq-surprisal")\ndef test_surprisal_is_minus_log():\n    assert surprisal(0.5) == 1\n'
BOTH = (
    MARKED
    + '\n@pytest.mark.identity("eq-entropy")\ndef test_entropy():\n    np.testing.assert_allclose(entropy(p), 1)\n'
)


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


@pytest.fixture(scope="module")
def sources():
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in TESTS}


# ---- The book


def test_the_book_has_numbered_equations(texts):
    assert len(identities.equation_labels(texts)) >= 20


def test_equations_and_marks_match(texts, sources):
    assert identities.problems(texts, sources) == []


def test_marked_tests_prove_something(sources):
    assert identities.weak_marks(sources) == []


def test_no_equation_is_numbered_past_the_labels(texts):
    assert [problem for text in texts.values() for problem in identities.unlabelled_equations(text)] == []


# ---- The guards see it when it is broken


def test_equations_with_tests_pass():
    assert identities.problems({"a": EQUATION, "b": FENCED}, {"t": BOTH}) == []
    assert identities.weak_marks({"t": BOTH}) == []


def test_both_forms_of_equation_are_read():
    assert identities.equation_labels({"a": EQUATION + FENCED}) == [("eq-surprisal", "a"), ("eq-entropy", "a")]
    inside = f":::{{admonition}} Note\n{EQUATION}:::\n"
    assert identities.equation_labels({"a": inside}) == [("eq-surprisal", "a")]


def test_an_equation_in_a_code_block_is_no_equation():
    assert identities.equation_labels({"a": f"````markdown\n{EQUATION}{FENCED}````\n"}) == []


def test_an_equation_without_a_test_is_seen():
    assert identities.problems({"a": EQUATION + FENCED}, {"t": MARKED}) == ["a: the equation 'eq-entropy' has no test"]


def test_a_mark_without_an_equation_is_seen():
    assert identities.problems({"a": EQUATION}, {"t": BOTH}) == [
        "t::test_entropy: the mark 'eq-entropy' has no equation"
    ]


def test_a_mark_in_a_comment_or_string_is_no_mark():
    assert identities.marked_labels({"t": f"'''\n{MARKED}'''\n# {MARKED.splitlines()[0]}\n"}) == []


@pytest.mark.parametrize("label", ["surprisal", "eq:surprisal", "eq-Surprisal", "eq-", "eq_surprisal"])
def test_a_label_of_another_form_is_seen(label):
    renamed = {"a": EQUATION.replace("eq-surprisal", label)}, {"t": MARKED.replace("eq-surprisal", label)}
    assert "does not have the form" in identities.problems(*renamed)[0]


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("surprisal(0.5)", "without an assertion"),
        ("assert True", "without an assertion"),
        ("return surprisal(0.5) == 1", "without an assertion"),
    ],
)
def test_a_marked_test_that_proves_nothing_is_seen(body, complaint):
    weak = MARKED.replace("assert surprisal(0.5) == 1", body)
    assert complaint in identities.weak_marks({"t": weak})[0]


@pytest.mark.parametrize(
    "body", ["np.testing.assert_allclose(a, b)", "with pytest.raises(ValueError):\n        f()", "assert_close(a, b)"]
)
def test_other_forms_of_assertion_count(body):
    assert identities.weak_marks({"t": MARKED.replace("assert surprisal(0.5) == 1", body)}) == []


@pytest.mark.parametrize(
    "way", ["@pytest.mark.skip\n", "@pytest.mark.xfail(strict=True)\n", '@pytest.mark.skipif(True, reason="")\n']
)
def test_a_marked_test_that_does_not_run_is_seen(way):
    assert "may be skipped" in identities.weak_marks({"t": way + MARKED})[0]


def test_a_mark_without_a_label_is_seen():
    assert "without a label" in identities.weak_marks({"t": MARKED.replace('("eq-surprisal")', "()")})[0]
    assert "without a label" in identities.weak_marks({"t": MARKED.replace('"eq-surprisal"', "LABEL")})[0]


def test_marks_on_classes_and_modules_are_read():
    method = "class TestIt:\n    def test_one(self):\n        assert f()\n    def helper(self):\n        pass\n"
    mark = 'pytest.mark.identity("eq-a", "eq-b")'
    both = [("eq-a", "t::TestIt::test_one"), ("eq-b", "t::TestIt::test_one")]
    assert identities.marked_labels({"t": f"@{mark}\n{method}"}) == both
    assert identities.marked_labels({"t": f"pytestmark = [{mark}]\n{method}"}) == both


@pytest.mark.parametrize(
    "latex",
    ["\\begin{equation}x\\end{equation}", "$$x \\tag{1}$$", "$$x \\label{eq-x}$$", "\\begin{align}x\\end{align}"],
)
def test_an_equation_numbered_by_latex_itself_is_seen(latex):
    assert identities.unlabelled_equations(latex) != []


def test_starred_and_inner_environments_are_free():
    assert (
        identities.unlabelled_equations("$$\\begin{aligned}x\\end{aligned}$$ \\begin{align*}x\\end{align*} `\\tag{1}`")
        == []
    )


def test_the_equations_of_a_notebook_are_read(tmp_path):
    cells = [nbformat.v4.new_markdown_cell(EQUATION), nbformat.v4.new_code_cell(f'text = """{FENCED}"""')]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "a.ipynb")
    sources = [cell.source for cell in notebooks.read(tmp_path / "a.ipynb").cells if cell.cell_type == "markdown"]
    assert identities.equation_labels({"a": "\n".join(sources)}) == [("eq-surprisal", "a")]
