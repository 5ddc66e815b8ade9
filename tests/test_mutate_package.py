"""The mutation check changes one token of code, and nothing else; a test that sees it, and one that does not."""

import tomllib

import mutate_package
import pytest

pytestmark = pytest.mark.slow  # each module of the package is parsed, and tests of a mutant are run

SOURCE = '''"""A + B."""

from a import b

__all__ = ["f"]


def f(x: int | None, *, floor: float = 1.5) -> bool:
    """Return 1 + 2."""
    if x is None or x < 2:
        raise ValueError(f"{x + 1} must be at least 2")
    return max(x, floor) - 1 >= True
'''


def changes(source):
    return [(mutant.old, mutant.new) for mutant in mutate_package.mutants_of(source, "f.py")]


def test_operators_numbers_and_names_of_calls_are_changed_and_text_is_not():
    wanted = [("1.5", "3.0"), ("is", "is not"), ("or", "and"), ("<", "<="), ("2", "3")]
    assert changes(SOURCE) == [*wanted, ("max", "min"), ("-", "+"), ("1", "2"), (">=", ">"), ("True", "False")]


def test_a_mutant_differs_from_the_source_in_its_token_alone():
    for mutant in mutate_package.mutants_of(SOURCE, "f.py"):
        assert len(mutant.applied_to(SOURCE)) == len(SOURCE) - len(mutant.old) + len(mutant.new)
        assert mutant.text in SOURCE


def test_a_sample_hangs_on_its_seed_and_leaves_out_what_is_known_to_be_equivalent(monkeypatch):
    first = mutate_package.sample(5, 0)
    assert first == mutate_package.sample(5, 0) != mutate_package.sample(5, 1)
    known = {**mutate_package.equivalents(), first[0].key: "computes the same"}
    monkeypatch.setattr(mutate_package, "equivalents", lambda: known)
    assert mutate_package.sample(4, 0) == first[1:]


def test_every_equivalent_mutant_is_still_a_mutant_and_has_a_reason():
    package = mutate_package.ROOT / "xentbook"
    for key, reason in mutate_package.equivalents().items():
        file = key[0]
        mutants = mutate_package.mutants_of((package / file).read_text("utf-8"), file)
        assert key in {mutant.key for mutant in mutants}, key
        assert len(reason) > 20


def test_no_equivalent_mutant_is_listed_twice():
    entries = tomllib.loads(mutate_package.EQUIVALENT.read_text("utf-8"))["mutant"]
    assert len(mutate_package.equivalents()) == len(entries)


def test_of_the_same_tokens_on_a_line_each_has_a_number_of_its_own_and_a_single_one_has_none():
    mutants = mutate_package.mutants_of("a = 1 + 1 - 2\n\nb = 1\n", "f.py")
    numbers = [(mutant.old, mutant.text, mutant.occurrence) for mutant in mutants]
    first = "a = 1 + 1 - 2"
    wanted = [("1", first, 1), ("+", first, 0), ("1", first, 2), ("-", first, 0), ("2", first, 0), ("1", "b = 1", 0)]
    assert numbers == wanted


def test_lines_of_the_same_text_are_told_apart_by_the_number_of_their_tokens():
    mutants = mutate_package.mutants_of("if x:\n    a = 1\nelse:\n    a = 1\n", "f.py")
    assert [(mutant.line, mutant.occurrence) for mutant in mutants] == [(2, 1), (4, 2)]


@pytest.mark.parametrize("new, noticed", [("/", True), ("*", False)])
def test_a_change_that_a_test_sees_is_noticed_and_one_that_changes_nothing_is_not(tmp_path, new, noticed):
    (tmp_path / "xentbook").mkdir()
    (tmp_path / "tests").mkdir()
    (tmp_path / "xentbook" / "__init__.py").write_text("")
    (tmp_path / "xentbook" / "area.py").write_text("def area(a, b):\n    return a * b\n")
    test = "from xentbook.area import area\n\n\ndef test_area():\n    assert area(3, 2) == 6\n"
    (tmp_path / "tests" / "test_area.py").write_text(test)
    mutant = mutate_package.Mutant("area.py", 2, 13, "*", new, "return a * b")
    assert mutate_package.notices(mutant, tmp_path) is noticed
