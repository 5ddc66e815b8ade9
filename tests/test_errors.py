"""The page of errors: every entry has its reasons, a computation that runs by itself, and a link to its chapter."""

import re

import pytest
from guards import ROOT, changed, markdown
from guards.errors import FEWEST, MOST, computation, entries, preamble, problems

PAGE = ROOT / "book" / "errors.md"


@pytest.fixture(scope="module")
def page():
    return PAGE.read_text(encoding="utf-8")


# ---- The page


def test_every_error_has_its_reasons_a_computation_that_runs_by_itself_and_a_link(page):
    assert problems(page) == []


def test_every_block_of_the_page_belongs_to_an_entry_or_is_the_two_lines_before_them(page):
    assert preamble(page) == ">>> import numpy as np\n>>> import xentbook as xb"
    blocks = markdown.code_blocks(page)
    assert {block.kind for block in blocks} == {"python"}
    assert len(blocks) == len(entries(page)) + 1


# ---- Broken copies


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("0.0528 bits", "0.0529 bits", "Expected"),
        (">>> from scipy.stats import entropy\n", "", "NameError"),
        (">>> kl = xb.kl_divergence", ">>> import torch", "torch is imported"),
        ("**It tempts** because the code looks", "It tempts because the code looks", "there is no **It tempts**"),
        ("**Met in** course notes, forum", "In course notes, forum", "there is no **Met in**"),
        ("**Met in** course notes, forum", "**Met in** {cite:t}`zhang2023`, forum", "the source is cited by name"),
        ("### “The KL divergence is a distance between distributions”", "### KL is a distance", "quotation marks"),
        ("“A mean is a mean”", "“Means differ”", "no entry on reductions"),
        ("“Log-sum-exp does not change", "“Softmax does not change", "no entry on log-sum-exp and shifts"),
        (
            ">>> total = np.cumsum(losses)[-1]  # one",
            f">>> total = np.cumsum(losses)[-1]  # {'one ' * 9}",
            "characters",
        ),
    ],
)
def test_a_broken_copy_of_the_page_is_seen(page, old, new, complaint):
    assert complaint in "\n".join(problems(changed(page, old, new)))


def test_an_entry_without_a_computation_a_result_or_a_link_is_seen(page):
    title, body = next(iter(entries(page).items()))
    without_code = re.sub(r"```python\n[\s\S]*?```\n", "", body)
    without_result = re.sub(r"```python\n[\s\S]*?```\n", "```python\n>>> x = 1\n```\n", body)
    without_link = re.sub(r"\]\([^)]*\)", "]", body)
    for broken, complaint in [
        (without_code, "there is no computation with a result"),
        (without_result, "there is no computation with a result"),
        (without_link, "what is right has no link to a chapter"),
    ]:
        assert f"{title}: {complaint}" in problems(changed(page, body, broken))


def test_a_page_with_too_few_or_too_many_entries_is_seen(page):
    body = list(entries(page).values())[1]
    cut = page[: [match.start() for match in re.finditer("^### ", page, re.MULTILINE)][FEWEST - 1]]
    assert f"{FEWEST - 1} entries, not {FEWEST} to {MOST}" in problems(cut)
    more = "".join(f"\n### “{number}”\n{body}" for number in range(MOST + 1 - len(entries(page))))
    assert f"{MOST + 1} entries, not {FEWEST} to {MOST}" in problems(page + more)


def test_the_form_of_the_code_is_that_of_a_session():
    assert computation("x = 1\n", "") == ["there is no computation with a result"]
    assert computation(">>> 1 + 1\n2\n", "") == []
