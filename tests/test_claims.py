"""The ledger has all 29 claims; each verdict is that of its box in a chapter, and has a test with its number."""

import nbformat
import pytest
from guards import ROOT, changed, claims, marks, notebooks

CHAPTERS = sorted((ROOT / "notebooks").glob("*.ipynb"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))

ENTRY = """(ledger-17)=
**17.** It is the KL divergence plus the entropy.
: **Holds.** The two have the same minimiser.
  [See it](#claim-17) in [chapter 3](../notebooks/03-cross-entropy.ipynb).
"""
BOX = "(claim-17)=\n:::{admonition} Claim 17: it is a sum\n:class: claim\n**Verdict: holds**, for any truth.\n:::\n"
KNOWN = [(number, "book/claims.md") for number in claims.NUMBERS]
FILE = "notebooks/03-cross-entropy.ipynb"


@pytest.fixture(scope="module")
def page():
    return (ROOT / "book" / "claims.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def stored():
    return claims.boxes({path.relative_to(ROOT).as_posix(): notebooks.read(path) for path in CHAPTERS})


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


def test_each_claim_has_a_test_and_each_mark_a_claim():
    """How marks are read, and that a test without an assertion is none, is tested with those of identities."""
    sources = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in TESTS}
    assert marks.problems(sources, "claim", KNOWN, "claim") == []


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


def test_an_entry_and_a_box_that_fit_pass():
    assert claims.ledger_problems(full_page()) == []
    assert problems() == []
    assert claims.box_problems(claims.entries(ENTRY), claims.boxes({FILE: chapter(SHOWN, BOX)})) == []


def lost(number):
    """Return the entry of a claim in the full page."""
    return f"(ledger-{number})=" + full_page().split(f"(ledger-{number})=")[1].split(f"(ledger-{number + 1})=")[0]


PAGES = {  # how the full page is changed, and the problems that are among those found
    "a missing claim": (lost(12), "", ["claim 12 is in the ledger 0 times"]),
    "a claim twice": (lost(12), lost(12) * 2, ["claim 12 is in the ledger 2 times"]),
    "another label": ("(ledger-17)=", "(ledger-17-again)=", ["claim 17 has the label 'ledger-17-again'"]),
    "no such claim": (lost(17), lost(17) + ENTRY.replace("17", "30"), ["the ledger has a claim 30"]),
    "no label": ("(ledger-17)=\n", "", UNREAD := ["claim 17 is in the ledger 0 times", "lines begin an entry"]),
    "no full stop": ("**17.** ", "**17** ", UNREAD),
    "no bold": ("**17.** ", "17. ", UNREAD),
    "no definition": (DEFINED := "**17.** It is the KL divergence plus the entropy.\n: ", DEFINED[:-2], UNREAD),
    "a wrong count": ("| 10 |", "| 9 |", ["the tally of"]),
    "one claim fewer": ("[17](#ledger-17), ", "", ["the tally of"]),
    "another place": ("[17](#ledger-17)", "[17](#ledger-18)", ["the tally of"]),
    "another number": ("[17]", "[18]", ["the tally of"]),
    "no row": ("| **holds if** |", "| holds if |", ["the tally has no row for 'holds if'"]),
}  # fmt: skip


@pytest.mark.parametrize("fault", PAGES)
def test_a_fault_of_the_ledger_is_seen(fault):
    old, new, complaints = PAGES[fault]
    found = "\n".join(claims.ledger_problems(changed(full_page(), old, new)))
    assert [complaint for complaint in complaints if complaint not in found] == []


NO_LINK = "it has no link to 'claim-17'"
ENTRIES = {  # how the entry is changed, and the problem that is among those found
    "no link": ("[See it](#claim-17)", "See it", NO_LINK),
    "a link in code": ("[See it](#claim-17)", "`[See it](#claim-17)`", NO_LINK),
    "no verdict": ("**Holds.** ", "", "it does not begin with a verdict in bold"),
} | {
    said: ("**Holds.**", said, f"the box 'claim-17' says 'holds', the ledger {ours!r}")
    for said, ours in [
        ("**Does not hold.**", "does not hold"), ("**Holds if**", "holds if"), ("Holds.", None),
        ("**Holds** in part.", None), ("**Perhaps.**", None),
    ]
}  # fmt: skip


@pytest.mark.parametrize("fault", ENTRIES)
def test_a_fault_of_an_entry_is_seen(fault):
    old, new, complaint = ENTRIES[fault]
    assert complaint in problems(changed(ENTRY, old, new))


def box(old, new):
    return changed(BOX, old, new)


UNLED = ["the label 'claim-17' stands before 0 boxes", "it names 03-cross-entropy.ipynb, where none of its boxes is"]
UNSHOWN = ["nothing is shown above the box 'claim-17' in its section"]
CHAPTERS_BROKEN = {  # the parts of a chapter, and all problems of the entry with it
    "no label": ([SHOWN, box("(claim-17)=\n", "")], UNLED),
    "a sentence between": ([SHOWN, box(")=\n", ")=\n\nA sentence between the two.\n\n")], UNLED),
    "another label": ([SHOWN, box("(claim-17)=", "(claim-71)=")], UNLED),
    "another class": ([SHOWN, box(":class: claim", ":class: note")], UNLED),
    "no box": ([SHOWN, "(claim-17)=\nNo box at all."], UNLED),
    "as code": ([SHOWN, f"````markdown\n{BOX}````\n"], UNLED),
    "in a code cell": ([SHOWN, (BOX, "1")], UNLED),
    "twice": ([SHOWN, BOX, BOX], ["the label 'claim-17' stands before 2 boxes"]),
    "of another claim": ([SHOWN, box("Claim 17:", "Claim 18:")], ["'claim-17' stands before the box of claim 18"]),
    "no cell": ([BOX], UNSHOWN),
    "a cell only below": ([BOX, SHOWN], UNSHOWN),
    "a cell never executed": ([(*SHOWN, None), BOX], UNSHOWN),
    "a cell that prints nothing": ([("x = 1", ""), BOX], UNSHOWN),
    "a cell in the section before": ([SHOWN, "## The next section", BOX], UNSHOWN),
    "a section in the same cell": ([SHOWN, f"## The next section\n\nA sentence.\n\n{BOX}"], UNSHOWN),
    "nothing: empty lines after the label": ([SHOWN, box(")=\n", ")=\n\n")], []),
    "nothing: a part of a section": (["## A section", SHOWN, f"### A part of it\n\n{BOX}"], []),
}


@pytest.mark.parametrize("fault", CHAPTERS_BROKEN)
def test_a_fault_of_the_box_that_an_entry_leads_to_is_seen(fault):
    parts, complaints = CHAPTERS_BROKEN[fault]
    assert problems(ENTRY, *parts) == complaints


def test_a_box_in_another_notebook_than_the_one_named_is_seen():
    assert problems(file="notebooks/04-predicting-text.ipynb") == [
        "'claim-17' is in 04-predicting-text.ipynb, which the entry does not link to",
        "it names 03-cross-entropy.ipynb, where none of its boxes is",
    ]


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
    other = box("**Verdict: holds**, for", said)
    assert claims.boxes({FILE: chapter(SHOWN, other)})[0].verdict == verdict
    assert f"the box 'claim-17' says {verdict!r}, the ledger 'holds'" in problems(ENTRY, SHOWN, other)


def test_a_verdict_that_is_in_neither_is_seen():
    silent = box("**Verdict: holds**, for", "For")
    assert problems(ENTRY.replace("**Holds.** ", ""), SHOWN, silent) == ["it does not begin with a verdict in bold"]


def test_each_of_two_boxes_of_a_claim_is_compared():
    both = ENTRY.replace("[chapter 3]", "[once more](#claim-17-again) in [chapter 3]")
    second = box("(claim-17)", "(claim-17-again)")
    assert problems(both, SHOWN, BOX, second) == []
    assert problems(both, SHOWN, BOX, second.replace("holds", "holds if")) != []


@pytest.mark.parametrize(
    ("old", "new"), [("(claim-17)=\n", ""), ("17", "16"), ("Claim 17: it", "It"), ("(claim", "(box")]
)
def test_a_box_that_the_ledger_does_not_know_is_seen(old, new):
    found = claims.box_problems(claims.entries(ENTRY), claims.boxes({FILE: chapter(SHOWN, box(old, new))}))
    assert len(found) == 1 and "is not in the ledger" in found[0]


@pytest.mark.parametrize("number", [30, "17", True])
def test_a_mark_that_names_no_claim_is_seen(number):
    source = f"@pytest.mark.claim({number!r})\ndef test_it():\n    assert f()\n"
    found = marks.problems({"t": source}, "claim", KNOWN, "claim")
    assert f"t::test_it: the mark {number!r} has no claim" in found
