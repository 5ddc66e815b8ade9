"""The ledger has all 29 claims; each verdict is that of its box in a chapter, and has a test with its number."""

import nbformat
import pytest
from guards import ROOT, claims, notebooks

CHAPTERS = sorted((ROOT / "notebooks").glob("*.ipynb"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))

ENTRY = """(ledger-17)=
**17.** It is the KL divergence plus the entropy.
: **Holds.** The two have the same minimiser.
  [See it](#claim-17) in [chapter 3](../notebooks/03-cross-entropy.ipynb).
"""
BOX = "(claim-17)=\n:::{admonition} Claim 17: it is a sum\n:class: claim\n**Verdict: holds**, for any truth.\n:::\n"
TEST = "@pytest.mark.claim(17)\ndef test_it_is_a_sum():\n    assert cross_entropy(p, q) == entropy(p) + kl(p, q)\n"
FILE = "notebooks/03-cross-entropy.ipynb"


@pytest.fixture(scope="module")
def page():
    return (ROOT / "book" / "claims.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def stored():
    return claims.boxes({path.relative_to(ROOT).as_posix(): notebooks.read(path) for path in CHAPTERS})


@pytest.fixture(scope="module")
def marks():
    sources = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in TESTS}
    return claims.mark_problems(claims.NUMBERS, sources)


# ---- The book


def test_the_ledger_has_each_claim_once_and_counts_them_right(page):
    assert claims.ledger_problems(page) == []


@pytest.mark.parametrize("number", claims.NUMBERS)
def test_the_claim_leads_to_its_box_and_says_the_same(number, page, stored):
    found = [entry for entry in claims.entries(page) if entry.number == number]
    assert [problem for entry in found for problem in claims.entry_problems(entry, stored)] == []
    assert len(found) == 1


def test_no_box_of_a_chapter_is_missing_from_the_ledger(page, stored):
    assert claims.box_problems(claims.entries(page), stored) == []


@pytest.mark.parametrize("number", claims.NUMBERS)
def test_the_verdict_has_a_test(number, marks):
    assert f"claim {number} has no test" not in marks


def test_marked_tests_name_a_claim_and_prove_something(marks):
    assert [problem for problem in marks if not problem.endswith("has no test")] == []


# ---- The guards see it when it is broken


def chapter(*parts):
    """Return a notebook of cells: a text is Markdown, a tuple is code, its print and its count, if not 1."""
    cells = [nbformat.v4.new_markdown_cell(part) if isinstance(part, str) else code_cell(*part) for part in parts]
    return nbformat.v4.new_notebook(cells=cells)


def code_cell(source, printed, count=1):
    outputs = [nbformat.v4.new_output("stream", text=printed)] if printed else []
    return nbformat.v4.new_code_cell(source, outputs=outputs, execution_count=count)


SHOWN = ("print(1)", "1")


def problems(entry=ENTRY, *parts, file=FILE):
    """Return the problems of the first entry in `entry` with a chapter of `parts`: by default a good one."""
    boxes = claims.boxes({file: chapter(*(parts or ("## A section", SHOWN, BOX)))})
    return claims.entry_problems(claims.entries(entry)[0], boxes)


def full_page():
    """Return a ledger with all numbers, of which each third has another verdict, and its tally."""
    verdict = {number: claims.VERDICTS[number % 3] for number in claims.NUMBERS}
    rows = {kind: [number for number in claims.NUMBERS if verdict[number] == kind] for kind in claims.VERDICTS}
    tally = [
        f"| **{kind}** | {len(which)} | {', '.join(f'[{number}](#ledger-{number})' for number in which)} |"
        for kind, which in rows.items()
    ]
    body = [
        ENTRY.replace("17", str(number)).replace("**Holds.**", f"**{verdict[number].capitalize()}**:")
        for number in claims.NUMBERS
    ]
    return "\n".join(["| verdict | how many | which |", "| --- | --- | --- |", *tally, "", *body])


def test_an_entry_a_box_and_a_test_that_fit_pass():
    assert claims.ledger_problems(full_page()) == []
    assert problems() == []
    assert claims.box_problems(claims.entries(ENTRY), claims.boxes({FILE: chapter(SHOWN, BOX)})) == []
    assert claims.mark_problems([17], {"t": TEST}) == []


def test_a_claim_that_is_missing_is_seen():
    entry = full_page().split("(ledger-12)=")[1].split("(ledger-13)=")[0]
    lost = full_page().replace(f"(ledger-12)={entry}", "")
    assert "claim 12 is in the ledger 0 times" in claims.ledger_problems(lost)


def test_a_claim_that_is_there_twice_is_seen():
    twice = full_page() + "\n" + ENTRY.replace("(ledger-17)", "(ledger-17-again)")
    assert "claim 17 is in the ledger 2 times" in claims.ledger_problems(twice)
    assert "claim 17 has the label 'ledger-17-again'" in claims.ledger_problems(twice)


def test_a_claim_that_is_none_is_seen():
    assert "the ledger has a claim 30" in claims.ledger_problems(full_page() + "\n" + ENTRY.replace("17", "30"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("(ledger-17)=\n", ""),
        ("**17.** ", "**17** "),
        ("**17.** ", "17. "),
        (
            "**17.** It is the KL divergence plus the entropy.\n: ",
            "**17.** It is the KL divergence plus the entropy.\n\n",
        ),
    ],
)
def test_an_entry_that_cannot_be_read_is_seen(old, new):
    assert old in full_page()
    found = claims.ledger_problems(full_page().replace(old, new))
    assert "claim 17 is in the ledger 0 times" in found
    assert any("lines begin an entry" in problem for problem in found)


@pytest.mark.parametrize(
    ("old", "new"),
    [("| 10 |", "| 9 |"), ("[17](#ledger-17), ", ""), ("[17](#ledger-17)", "[17](#ledger-18)"), ("[17]", "[18]")],
)
def test_a_tally_that_is_wrong_is_seen(old, new):
    page = full_page()
    assert old in page
    assert any("the tally of" in problem for problem in claims.ledger_problems(page.replace(old, new, 1)))


def test_a_tally_that_is_missing_is_seen():
    page = full_page().replace("| **holds if** |", "| holds if |")
    assert claims.ledger_problems(page) == ["the tally has no row for 'holds if'"]


def test_a_claim_without_a_link_is_seen():
    assert "it has no link to 'claim-17'" in problems(ENTRY.replace("[See it](#claim-17)", "See it"))


def test_a_link_in_code_is_no_link():
    assert "it has no link to 'claim-17'" in problems(ENTRY.replace("[See it](#claim-17)", "`[See it](#claim-17)`"))


@pytest.mark.parametrize(
    "parts",
    [
        (SHOWN, BOX.replace("(claim-17)=\n", "")),
        (SHOWN, BOX.replace("(claim-17)=\n", "(claim-17)=\n\nA sentence between the two.\n\n")),
        (SHOWN, BOX.replace("(claim-17)=", "(claim-71)=")),
        (SHOWN, BOX.replace(":class: claim", ":class: note")),
        (SHOWN, "(claim-17)=\nNo box at all."),
        (SHOWN, f"````markdown\n{BOX}````\n"),
        (SHOWN, (BOX, "1")),
        (SHOWN, BOX, BOX),
    ],
    ids=[
        "no label",
        "a sentence between",
        "another label",
        "another class",
        "no box",
        "as code",
        "in a code cell",
        "twice",
    ],
)
def test_a_link_that_leads_to_no_box_or_to_two_is_seen(parts):
    assert any(problem.startswith("the label 'claim-17' stands before") for problem in problems(ENTRY, *parts))


def test_a_link_to_the_box_of_another_claim_is_seen():
    moved = BOX.replace("Claim 17:", "Claim 18:")
    assert "'claim-17' stands before the box of claim 18" in problems(ENTRY, SHOWN, moved)


def test_a_box_in_another_notebook_than_the_one_named_is_seen():
    assert problems(file="notebooks/04-predicting-text.ipynb") == [
        "'claim-17' is in 04-predicting-text.ipynb, which the entry does not link to",
        "it names 03-cross-entropy.ipynb, where none of its boxes is",
    ]


@pytest.mark.parametrize(
    "parts",
    [
        (BOX,),
        (BOX, SHOWN),
        ((SHOWN[0], SHOWN[1], None), BOX),
        (("x = 1", ""), BOX),
        (SHOWN, "## The next section", BOX),
        (SHOWN, f"## The next section\n\nA sentence.\n\n{BOX}"),
    ],
    ids=["no cell", "only below", "never executed", "prints nothing", "in the section before", "in the same cell"],
)
def test_a_box_under_which_nothing_is_shown_is_seen(parts):
    assert problems(ENTRY, *parts) == ["nothing is shown above the box 'claim-17' in its section"]


def test_empty_lines_may_stand_between_the_label_and_the_box():
    assert problems(ENTRY, SHOWN, BOX.replace(")=\n", ")=\n\n")) == []


def test_a_part_of_a_section_may_stand_between_the_cell_and_the_box():
    assert problems(ENTRY, "## A section", SHOWN, f"### A part of it\n\n{BOX}") == []


@pytest.mark.parametrize(
    "said", ["**Does not hold.**", "**Holds if**", "Holds.", "**Holds** in part.", "**Perhaps.**", ""]
)
def test_a_verdict_in_the_ledger_that_is_not_that_of_the_box_is_seen(said):
    found = problems(ENTRY.replace("**Holds.**", said))
    assert any("the box 'claim-17' says 'holds', the ledger" in problem for problem in found)


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("**Verdict: does not hold** as printed", "does not hold"),
        ("**Verdict: holds if the label is certain.** For", "holds if"),
        ("**Verdict: holds** if", "holds if"),
        ("**Verdict: holds in part.**", None),
        ("**Verdict: holds** more or less", None),
        ("Verdict: holds.", None),
        ("It holds.", None),
    ],
)
def test_the_verdict_of_a_box_is_read_word_by_word(said, verdict):
    box = BOX.replace("**Verdict: holds**, for", said)
    assert claims.boxes({FILE: chapter(SHOWN, box)})[0].verdict == verdict
    assert any(f"says {verdict!r}, the ledger 'holds'" in problem for problem in problems(ENTRY, SHOWN, box))


def test_a_verdict_that_is_in_neither_is_seen():
    silent = BOX.replace("**Verdict: holds**, for", "For")
    assert problems(ENTRY.replace("**Holds.** ", ""), SHOWN, silent) == ["it does not begin with a verdict in bold"]


def test_each_of_two_boxes_of_a_claim_is_compared():
    both = ENTRY.replace("[chapter 3]", "[once more](#claim-17-again) in [chapter 3]")
    second = BOX.replace("(claim-17)", "(claim-17-again)")
    assert problems(both, SHOWN, BOX, second) == []
    assert problems(both, SHOWN, BOX, second.replace("holds", "holds if")) != []


@pytest.mark.parametrize(
    "box",
    [
        BOX.replace("(claim-17)=\n", ""),
        BOX.replace("17", "16"),
        BOX.replace("Claim 17: it", "It"),
        BOX.replace("(claim", "(box"),
    ],
)
def test_a_box_that_the_ledger_does_not_know_is_seen(box):
    found = claims.box_problems(claims.entries(ENTRY), claims.boxes({FILE: chapter(SHOWN, box)}))
    assert len(found) == 1 and "is not in the ledger" in found[0]


def test_a_claim_without_a_test_is_seen():
    assert claims.mark_problems([17, 18], {"t": TEST}) == ["claim 18 has no test"]


def test_a_mark_in_a_comment_or_string_is_no_mark():
    assert claims.mark_problems([17], {"t": f"'''\n{TEST}'''\n# {TEST.splitlines()[0]}\n"}) == ["claim 17 has no test"]


@pytest.mark.parametrize(
    ("mark", "complaint"),
    [
        ("@pytest.mark.claim(30)", "the mark [30] names no claim"),
        ("@pytest.mark.claim(17, 0)", "the mark [0] names no claim"),
        ("@pytest.mark.claim()", "without a number"),
        ("@pytest.mark.claim", "without a number"),
        ("@pytest.mark.claim('17')", "without a number"),
        ("@pytest.mark.skip\n@pytest.mark.claim(17)", "may be skipped"),
        ("@pytest.mark.xfail(strict=True)\n@pytest.mark.claim(17)", "may be skipped"),
    ],
)
def test_a_mark_that_names_no_claim_or_counts_for_nothing_is_seen(mark, complaint):
    found = claims.mark_problems(claims.NUMBERS, {"t": TEST.replace("@pytest.mark.claim(17)", mark)})
    assert any("t::test_it_is_a_sum" in problem and complaint in problem for problem in found)


@pytest.mark.parametrize("body", ["assert True", "cross_entropy(p, q)", "return cross_entropy(p, q) == 1"])
def test_a_marked_test_that_proves_nothing_is_seen(body):
    weak = TEST.replace("assert cross_entropy(p, q) == entropy(p) + kl(p, q)", body)
    assert claims.mark_problems([17], {"t": weak}) == ["t::test_it_is_a_sum: a marked test without an assertion"]


@pytest.mark.parametrize(
    "source",
    [
        TEST.replace("test_it", "it"),
        "pytestmark = pytest.mark.claim(17)\n",
        "@pytest.mark.claim(17)\nclass TestIt:\n    def test_one(self):\n        assert f()\n",
    ],
    ids=["on a helper", "on a module", "on a class"],
)
def test_a_mark_that_is_not_on_a_test_is_seen(source):
    assert claims.mark_problems([17], {"t": source}) == [
        "claim 17 has no test",
        "t: a claim mark that is not on a test",
    ]
