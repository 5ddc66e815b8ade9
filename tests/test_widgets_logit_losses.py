"""The figure of five losses of a logit: closed forms, every number against xentbook, and what chapter 7 says of it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from test_widgets import Visit, open_figure, page_html

from xentbook import widgets
from xentbook.gradients import numerical_gradient

LOSSES = ["cross_entropy", "squared_error", "absolute_error", "hinge", "focal"]
STATES = [(z, y) for z in (-10.0, -6.3, -1.0, 0.0, 0.37, 1.0, 1.1, 4.0, 10.0) for y in (0, 1)]


def slopes(z, y):
    numbers = widgets.LogitLosses(z=z, y=y).quantities()
    return {name: numbers[f"gradient_{name}"] for name in LOSSES}


# -- the Python side -----------------------------------------------------------------------------------------


def test_an_undecided_prediction_has_its_closed_forms():
    numbers = widgets.LogitLosses(z=0.0, y=1).quantities()
    assert numbers == pytest.approx({
        "probability": 0.5,
        "loss_cross_entropy": math.log(2), "gradient_cross_entropy": -0.5,
        "loss_squared_error": 0.25, "gradient_squared_error": -0.25,
        "loss_absolute_error": 0.5, "gradient_absolute_error": -0.25,
        "loss_hinge": 1.0, "gradient_hinge": -1.0,
        "loss_focal": math.log(2) / 4, "gradient_focal": -0.125 - 0.25 * math.log(2),
    }, rel=1e-14)  # fmt: skip


@pytest.mark.parametrize("y", [0, 1])
@pytest.mark.parametrize("z", [-9.9, -4.0, -0.3, 0.8, 6.0])  # away from the kinks of the hinge
def test_each_slope_is_the_derivative_of_the_loss_beside_it(z, y):
    figure = widgets.LogitLosses(y=y)

    def loss(x, name):
        figure.z = float(x[0])
        return figure.quantities()[f"loss_{name}"]

    for name, slope in slopes(z, y).items():
        assert numerical_gradient(lambda x, name=name: loss(x, name), [z])[0] == pytest.approx(slope, abs=1e-9)


def test_the_other_label_is_the_mirror_image():
    for z in np.linspace(-10, 10, 21):
        one, zero = slopes(float(z), 1), slopes(float(-z), 0)
        for name in LOSSES:
            assert zero[name] == pytest.approx(-one[name], rel=1e-13)


def test_where_most_wrong_two_losses_have_no_slope_left_and_three_have_one_of_size_one():
    # What the text beside the figure says.
    far = slopes(-10.0, 1)
    assert abs(far["squared_error"]) < 1e-4 and abs(far["absolute_error"]) < 1e-4
    assert far["hinge"] == -1
    assert far["cross_entropy"] == pytest.approx(-1, abs=1e-4) and far["focal"] == pytest.approx(-1, abs=1e-3)
    sizes = [abs(slopes(float(z), 1)["focal"]) for z in np.linspace(-6, 0, 601)]
    assert max(sizes) > 1.1  # focal loss pushes harder than cross-entropy somewhere
    assert abs(slopes(5.0, 1)["hinge"]) == 0 < abs(slopes(5.0, 1)["focal"]) < abs(slopes(5.0, 1)["cross_entropy"])


def test_squared_error_pushes_hardest_at_one_third_and_absolute_error_at_one_half():
    grid = np.linspace(-4, 4, 801)
    found = [slopes(float(z), 1) for z in grid]
    for name, q, steepest in (("squared_error", 1 / 3, 8 / 27), ("absolute_error", 1 / 2, 1 / 4)):
        sizes = np.array([abs(at_z[name]) for at_z in found])
        assert grid[sizes.argmax()] == pytest.approx(math.log(q / (1 - q)), abs=0.02)
        assert sizes.max() == pytest.approx(steepest, abs=1e-4)


# -- in a browser --------------------------------------------------------------------------------------------


def test_every_number_keeps_its_digits_in_every_state(browser):
    figures = [widgets.LogitLosses(z=z, y=y) for z, y in STATES]
    states = {str(i): figure.stored_state() for i, figure in enumerate(figures)}
    with Visit(browser, page_html(states)).ready() as visit:
        read = "nodes => nodes.map((n) => [n.dataset.quantity, Number(n.dataset.value)])"
        for figure, place in zip(figures, visit.page.locator(".xb").all(), strict=True):
            found = dict(place.locator("[data-quantity]").evaluate_all(read))
            assert found == pytest.approx(figure.quantities(), rel=1e-13, abs=0)
        assert visit.errors == visit.strangers == []


def test_the_buttons_choose_the_label_and_say_which(browser):
    with open_figure(browser, widgets.LogitLosses(z=-2.0, y=1)) as visit:
        pressed = lambda: [
            visit.page.get_by_role("button", name=f"Label {y}").get_attribute("aria-pressed") for y in (1, 0)
        ]
        assert pressed() == ["true", "false"]
        visit.page.get_by_role("button", name="Label 0").click()
        assert visit.state() == {"z": -2, "y": 0} and pressed() == ["false", "true"]
        assert "right" in visit.page.locator(".xb-tile").inner_text()
        assert visit.numbers()["gradient_cross_entropy"] > 0


@pytest.mark.parametrize("width", [1000, 360])
def test_a_click_into_either_panel_sets_the_logit_there(browser, width):
    with open_figure(browser, widgets.LogitLosses(), viewport={"width": width, "height": 900}) as visit:
        for track in visit.page.locator(".xb-track").all():
            track.scroll_into_view_if_needed()
            box = track.bounding_box()
            for part, z in ((0.75, 5), (0.1, -8), (0.5, 0)):
                visit.page.mouse.click(box["x"] + part * box["width"], box["y"] + 15)
                assert visit.state()["z"] == pytest.approx(z, abs=0.15)


@pytest.mark.parametrize("width", [1000, 360])
def test_both_round_grips_can_be_dragged(browser, width):
    with open_figure(browser, widgets.LogitLosses(), viewport={"width": width, "height": 1200}) as visit:
        for circle in visit.page.locator("[role=slider] circle:not(.xb-hit):not(.xb-ring)").all():
            box, before = circle.bounding_box(), visit.state()["z"]
            x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
            visit.page.mouse.move(x, y)
            visit.page.mouse.down()
            for step in (10, 30, 50):
                visit.page.mouse.move(x + step, y)
            visit.page.mouse.up()
            assert before + 1 < visit.state()["z"] < before + 6


@pytest.mark.parametrize("width", [1000, 700, 360, 320])
def test_the_names_of_the_curves_do_not_run_into_each_other(browser, width):
    boxes = (
        "nodes => nodes.map((n) => { const r = n.getBoundingClientRect();"
        " return [n.textContent, r.left, r.top, r.right, r.bottom]; })"
    )
    states = {str(y): widgets.LogitLosses(y=y).stored_state() for y in (0, 1)}
    with Visit(browser, page_html(states), viewport={"width": width, "height": 900}).ready() as visit:
        places = visit.page.locator(".xb-plot g[aria-hidden] text").evaluate_all(boxes)
        assert len(places) == 20
        for i, (one, l1, t1, r1, b1) in enumerate(places):
            for other, l2, t2, r2, b2 in places[i + 1 :]:
                across, down = min(r1, r2) - max(l1, l2), min(b1, b2) - max(t1, t2)
                assert across <= 0 or down <= 4, (one, other)  # 4: the line spacing of the font
