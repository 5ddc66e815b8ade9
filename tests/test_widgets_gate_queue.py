"""The figure of the gate: stored readings against chapter 15 computed anew, the page against the package, extremes."""

from __future__ import annotations

import numpy as np
import pytest
from test_widgets import open_figure

import xentbook as xb
from xentbook import widgets

STATE = ["accept", "review", "cost_error", "cost_review", "cost_rollback", "calibrated"]


@pytest.fixture
def figure():
    return widgets.GateQueue()


@pytest.fixture(scope="module")
def world():
    """The sixth split of chapter 15, computed anew: its first 240 meters, read once."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    X, y = digits.data / 16, digits.target
    rng = np.random.default_rng(20)

    def photograph(rows):
        return np.clip(X[rows] + 0.25 * rng.normal(size=X[rows].shape), 0, 1)

    train, held, test = np.split(rng.permutation(1797), [600, 1000])
    net = xb.MLPClassifier([32], max_iter=300, seed=20).fit(photograph(train), y[train])
    payload = rng.integers(10, size=(800, 5))
    numbers = np.column_stack([payload, xb.luhn_digit(payload)])
    pools = [test[y[test] == digit] for digit in range(10)]
    rows = np.array([[rng.choice(pools[d]) for d in number] for number in numbers])
    held_z, *_ = [net.activations(photograph(held))[-1] for _ in range(3)]
    z = net.activations(photograph(rows).reshape(-1, 64))[-1].reshape(800, 6, 10)[:240]
    T = xb.TemperatureScaling().fit(held_z, y[held]).temperature_
    raw, mended = (xb.luhn_decode(xb.softmax(z / t)) for t in (1.0, T))
    return raw.confidence, mended.confidence, (raw.digits == numbers[:240]).all(axis=1)


def test_the_stored_readings_are_those_of_the_chapter(figure, world):
    raw, mended, correct = world
    for flag in (0, 1):
        mine = np.array(figure.correct) == flag
        assert mine.sum() == np.sum(correct == flag)
        for stored, found in ((figure.raw, raw), (figure.mended, mended)):
            ours = np.sort(xb.logit(np.array(stored)[mine]))
            np.testing.assert_allclose(ours, np.sort(xb.logit(found[correct == flag])), atol=0.02)


@pytest.mark.parametrize("calibrated", [0, 1])
@pytest.mark.parametrize(
    ("accept", "review"), [(0.9, 0.5), (1.0, 0.0), (0.0, 0.0), (1.0, 1.0), (0.3, 0.8), (0.9821, 0.25)]
)
def test_the_numbers_are_those_of_the_definitions(figure, accept, review, calibrated):
    figure.accept, figure.review, figure.calibrated, figure.cost_rollback = accept, review, calibrated, 7.5
    c, wrong = figure.confidences(), 1 - np.array(figure.correct)
    found, low = figure.quantities(), min(accept, review)
    bill = sum(60 * w if x >= accept else 1 + 4 * w if x >= low else 7.5 for x, w in zip(c, wrong, strict=True))
    assert found["cost"] == pytest.approx(bill / 240, rel=1e-12)
    assert found["accepted"] + found["reviewed"] + found["rolled_back"] == pytest.approx(1)
    assert found["let_through"] == pytest.approx(np.sum(wrong[c >= accept]) / 240)
    assert found["stated"] == pytest.approx(np.sum(1 - c[c >= accept]) / 240)


def test_what_the_chapter_says_about_the_figure(figure):
    figure.from_costs()
    raw = figure.quantities()
    assert raw["cost"] == raw["gate_cost"]
    assert raw["let_through"] > 5 * raw["stated"]
    by_hand = []
    for figure.accept in (0.99, 0.995, 0.999):
        by_hand.append(figure.quantities()["cost"])
    assert min(by_hand) < 0.6 * raw["cost"]
    figure.calibrated = 1
    figure.from_costs()
    mended = figure.quantities()
    assert mended["cost"] < 0.6 * raw["cost"]
    best = []
    for figure.accept in np.linspace(0.5, 1, 60):
        best.append(figure.quantities()["cost"])
    assert mended["cost"] < 1.15 * min(best)


def numbers(visit):
    """The full values on the page: a mean cost such as 21.625 may be printed either way."""
    pairs = visit.page.eval_on_selector_all(
        "[data-quantity]", "nodes => nodes.map((n) => [n.dataset.quantity, n.dataset.value])"
    )
    return {name: float(value) for name, value in pairs}


def test_the_page_agrees_with_the_package_wherever_the_thresholds_and_costs_are(browser, figure):
    with open_figure(browser, figure) as visit:
        for kind in ("As trained", "Calibrated"):
            visit.page.get_by_role("button", name=kind).click()
            for name in (
                "threshold for accepting",
                "threshold for review",
                "cost of a wrong bill",
                "cost of a clerk",
                "cost of a rollback",
            ):
                handle = visit.page.get_by_role("slider", name=name)
                handle.press("Home")
                for _ in range(8):
                    for trait, value in visit.state().items():
                        setattr(figure, trait, value)
                    assert numbers(visit) == pytest.approx(figure.quantities(), rel=1e-9, abs=1e-12)
                    handle.press("PageUp")
                    handle.press("Shift+ArrowRight")
                visit.page.get_by_role("button", name="From costs").click()
                for trait, value in visit.state().items():
                    setattr(figure, trait, value)
                assert numbers(visit)["cost"] == pytest.approx(figure.quantities()["gate_cost"], rel=1e-9, abs=1e-12)
        assert visit.errors == []


def test_at_the_ends_everything_is_accepted_or_nothing_is(browser, figure):
    with open_figure(browser, figure) as visit:
        words = visit.page.locator("p.xb-hint").first
        accept = visit.page.get_by_role("slider", name="threshold for accepting")
        review = visit.page.get_by_role("slider", name="threshold for review")
        accept.press("Home")  # takes the other threshold with it
        assert (visit.state()["accept"], visit.state()["review"]) == (0, 0)
        wrong = figure.correct.count(0)
        assert words.inner_text() == f"Of 240 meters: 240 accepted, {wrong} of these wrong; 0 to review; 0 rolled back."
        review.press("End")
        assert (visit.state()["accept"], visit.state()["review"]) == (1, 1)
        assert words.inner_text() == "Of 240 meters: 0 accepted, 0 of these wrong; 0 to review; 240 rolled back."
        review.press("Home")
        assert words.inner_text() == "Of 240 meters: 0 accepted, 0 of these wrong; 240 to review; 0 rolled back."
        assert visit.errors == []


def test_the_page_agrees_with_the_package_on_few_cases_and_free_repairs(browser):
    other = widgets.GateQueue([0.0, 1.0, 0.5], [0.2, 0.9, 0.5], [0, 1, 1], repair=0.0, cost_review=5.0)
    with open_figure(browser, other) as visit:
        for kind in ("As trained", "Calibrated"):
            visit.page.get_by_role("button", name=kind).click()
            visit.page.get_by_role("button", name="From costs").click()
            for trait, value in visit.state().items():
                setattr(other, trait, value)
            assert numbers(visit) == pytest.approx(other.quantities(), rel=1e-9, abs=1e-12)
        assert visit.errors == []


def test_a_bad_value_leaves_the_figure_as_it_was(figure):
    before = figure.get_state([*STATE, "fallback"])
    for trait, bad in (("accept", 1.5), ("review", -1), ("cost_error", 0), ("calibrated", 3)):
        with pytest.raises(ValueError, match=f"`{trait}` must"):
            setattr(figure, trait, bad)
    assert figure.get_state([*STATE, "fallback"]) == before
