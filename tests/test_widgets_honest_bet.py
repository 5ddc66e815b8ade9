"""The figure of an honest bet: closed forms, many states of the page against the package, and what chapter 12 says."""

from __future__ import annotations

import math

import numpy as np
import pytest
from test_widgets import Visit, open_figure, page_html

import xentbook as xb
from xentbook import widgets

SCORES = ["log", "brier", "spherical", "absolute"]
STATES = [(p, q) for p in (0.01, 0.3, 0.5, 0.777, 0.99) for q in (0.0, 0.01, 0.3, 0.5, 0.78, 0.999, 1.0)]


def numbers(p, q):
    return widgets.HonestBet(p=p, q=q).quantities()


# -- the Python side -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("p", "q"), [(0.7, 0.85), (0.2, 0.3), (0.5, 0.9), (0.01, 0.6)])
def test_the_numbers_are_those_of_the_definitions(p, q):
    found = numbers(p, q)
    assert found["expected_log"] == pytest.approx(xb.cross_entropy([p, 1 - p], [q, 1 - q], base=math.e), rel=1e-13)
    assert found["penalty_log"] == pytest.approx(xb.kl_divergence([p, 1 - p], [q, 1 - q], base=math.e), rel=1e-12)
    assert found["expected_brier"] == pytest.approx((p - q) ** 2 + p * (1 - p), rel=1e-13)
    assert found["penalty_brier"] == pytest.approx((p - q) ** 2, rel=1e-12)
    angle = math.atan2(1 - q, q) - math.atan2(1 - p, p)
    assert found["penalty_spherical"] == pytest.approx(math.hypot(p, 1 - p) * (1 - math.cos(angle)), rel=1e-10)
    assert found["penalty_absolute"] == pytest.approx((1 - 2 * p) * (q - p), rel=1e-12, abs=1e-15)


def test_an_honest_announcement_has_no_penalty_and_a_certain_one_may_cost_infinity():
    for p in (0.01, 0.37, 0.5, 0.99):
        assert [numbers(p, p)[f"penalty_{score}"] for score in SCORES] == [0, 0, 0, 0]
        for q in (0.0, 1.0):
            found = numbers(p, q)
            assert found["expected_log"] == found["penalty_log"] == math.inf
            assert all(math.isfinite(found[f"penalty_{score}"]) for score in SCORES[1:])


def test_what_the_chapter_says_about_the_figure():
    for p in np.arange(1, 100) / 100:
        figure = widgets.HonestBet(p=float(p))
        for score in SCORES[:3]:
            honest = figure.expected(score, figure.p)
            penalties = {q: figure.expected(score, float(q)) - honest for q in np.arange(0, 101) / 100}
            assert min(penalties.values()) >= -1e-15
            assert min(penalty for q, penalty in penalties.items() if abs(q - p) > 1e-9) > 1e-6
    assert numbers(0.7, 1.0)["penalty_absolute"] == pytest.approx(-0.12)
    assert numbers(0.5, 0.9)["penalty_absolute"] == numbers(0.5, 0.1)["penalty_absolute"] == 0
    assert numbers(0.95, 0.5)["penalty_log"] < numbers(0.5, 0.99)["penalty_log"]


# -- in a browser --------------------------------------------------------------------------------------------


def test_every_number_keeps_its_digits_in_every_state(browser):
    figures = [widgets.HonestBet(p=p, q=q) for p, q in STATES]
    states = {str(i): figure.stored_state() for i, figure in enumerate(figures)}
    with Visit(browser, page_html(states)).ready() as visit:
        read = "nodes => nodes.map((n) => [n.dataset.quantity, Number(n.dataset.value)])"
        for figure, place in zip(figures, visit.page.locator(".xb").all(), strict=True):
            found = dict(place.locator("[data-quantity]").evaluate_all(read))
            assert found == pytest.approx(figure.quantities(), rel=1e-11, abs=1e-14)
            assert "NaN" not in place.inner_html() and "Infinity" not in place.locator("svg").first.inner_html()
        assert visit.errors == visit.strangers == []


def test_the_page_agrees_with_the_package_along_both_sliders(browser):
    figure = widgets.HonestBet(p=0.01, q=0.0)
    with open_figure(browser, figure) as visit:
        belief, announced = visit.page.get_by_role("slider").all()
        for handle in (belief, announced):
            for _ in range(33):
                for _ in range(3):
                    handle.press("ArrowRight")
                figure.p, figure.q = visit.state()["p"], visit.state()["q"]
                assert visit.numbers() == pytest.approx(figure.quantities(), rel=1e-10, abs=1e-14)
        assert visit.state() == {"p": 0.99, "q": 0.99}
        assert [visit.numbers()[f"penalty_{score}"] for score in SCORES] == [0, 0, 0, 0]


def test_the_buttons_announce_the_belief_or_one_half(browser):
    with open_figure(browser, widgets.HonestBet(p=0.64, q=0.1)) as visit:
        visit.page.get_by_role("button", name="Be honest").click()
        assert visit.state() == {"p": 0.64, "q": 0.64}
        visit.page.get_by_role("button", name="Say ½").click()
        assert visit.state() == {"p": 0.64, "q": 0.5}
        assert visit.numbers()["expected_log"] == pytest.approx(math.log(2), rel=1e-14)


LOWEST = "path[style*='fill: var(--xb-bg)']"


@pytest.mark.parametrize("p", [0.01, 0.25, 0.5, 0.85, 0.99])
def test_the_hollow_marks_stand_at_the_belief_and_for_absolute_error_at_the_likelier_end(browser, p):
    with open_figure(browser, widgets.HonestBet(p=p, q=0.4)) as visit:
        read = (
            "nodes => nodes.map((n) => [n.getAttribute('visibility'),"
            " Number(/translate\\(([-\\d.]+)/.exec(n.getAttribute('transform'))[1])])"
        )
        absolute, *proper = visit.page.locator(LOWEST).evaluate_all(read)
        grip = visit.page.locator(".xb-grip.xb-p").evaluate("node => Number(node.getAttribute('cx'))")
        assert [place for _, place in proper] == pytest.approx([grip] * 3, abs=0.01)
        if p == 0.5:
            assert absolute[0] == "hidden"
        else:
            assert (absolute[1] > grip) == (p > 0.5) and absolute[0] == "visible"


@pytest.mark.parametrize("width", [1000, 700, 360, 320])
def test_no_text_of_the_drawing_runs_into_another_at_any_belief(browser, width):
    boxes = (
        "nodes => nodes.map((n) => { const r = n.getBoundingClientRect();"
        " return [n.textContent, r.left, r.top, r.right, r.bottom]; })"
    )
    states = {
        str(i): widgets.HonestBet(p=p, q=q).stored_state()
        for i, (p, q) in enumerate([(0.01, 0.0), (0.5, 0.5), (0.99, 1.0)])
    }
    with Visit(browser, page_html(states), viewport={"width": width, "height": 900}).ready() as visit:
        for place in visit.page.locator(".xb-plot").all():
            texts = [box for box in place.locator("text").evaluate_all(boxes) if box[0]]
            for i, (one, l1, t1, r1, b1) in enumerate(texts):
                assert l1 >= 0 and r1 <= width, one
                for other, l2, t2, r2, b2 in texts[i + 1 :]:
                    across, down = min(r1, r2) - max(l1, l2), min(b1, b2) - max(t1, t2)
                    assert across <= 0 or down <= 3, (one, other)
