"""The descent figure: its formulas in the browser are xentbook's at every state, and it shows what chapter 9 says."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pytest
from front_ends import call, source

import xentbook as xb
from xentbook import datasets, widgets

SURFACES = ("one minimum", "two minima")
METHODS = ("gradient descent", "momentum", "Adam", "Newton")


@pytest.fixture(scope="module")
def figure():
    made = widgets.DescentPath()
    made.unobserve_all()  # no sentence for each of the hundreds of states
    return made


def on_the_page(figure, states, *, edit=None):
    """The numbers of the front end for each state, and in words where its path has come to."""
    given = [[{"flights": figure.flights, "landscape": figure.landscape, **state}] for state in states]
    return call("descent_path.js", "outcome", given, edit=edit)


def set_to(figure, state):
    for name, value in state.items():
        setattr(figure, name, value)
    return figure.quantities() | {"steps": figure.descent().n_iterations, "uphill": figure.uphill()}


KNOWN = {}  # xentbook's numbers, computed once for each state


def worst_difference(figure, states, found):
    worst = 0.0
    for state, numbers in zip(states, found, strict=True):
        key = json.dumps(state)
        wanted = KNOWN[key] = KNOWN.get(key) or set_to(figure, state)
        assert sorted(wanted) == sorted(set(numbers) - {"verdict"})
        worst = max(worst, *(abs(numbers[name] - value) / max(1, abs(value)) for name, value in wanted.items()))
    return worst


CORNERS = [-5.0, 0.0, 5.0]
EXTREMES = [
    {"surface": surface, "method": method, "start": [w, other], "step": step}
    for surface, method in itertools.product(SURFACES, METHODS)
    for w, other in itertools.product(CORNERS, CORNERS)
    for step in ([1.0] if method == "Newton" else [0.02, 8.0])
]


def random_states(n, seed):
    rng = np.random.default_rng(seed)
    return [
        {
            "surface": SURFACES[rng.integers(2)],
            "method": METHODS[rng.integers(4)],
            "start": rng.uniform(-5, 5, 2).round(3).tolist(),
            "step": float(f"{10 ** rng.uniform(np.log10(0.02), np.log10(8)):.4g}"),
        }
        for _ in range(n)
    ]


@pytest.mark.parametrize("states", [EXTREMES, random_states(100, seed=9)], ids=["extremes", "random"])
def test_paths_on_the_page_are_those_of_xentbook(figure, states):
    assert worst_difference(figure, states, on_the_page(figure, states)) < 1e-7


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("0.9 * v[k] - eta * g)", "0.9 * v[k] - 0.1 * eta * g)"),
        ("Math.sqrt(v[k] / (1 - 0.999 ** t))", "Math.sqrt(v[k])"),
        ("sum(axes.map((axis, i) => axis[k] * inverse[i] * parts[i]))",
         "sum(axes.map((axis, i) => axis[k] * inverse[i] * parts[0]))"),
        ("return (g) => -eta * g", "return (g) => -eta * g * 1.00001"),
        ("- 1e-4 * share * fall", "- 0.9 * share * fall"),
        ("].map(Math.abs);", "];"),
    ],
)  # fmt: skip
def test_the_comparison_sees_a_wrong_rule(figure, right, wrong):
    assert source("descent_path.js").count(right) == 1
    states = [state for state in EXTREMES if state["step"] != 0.02][::2]
    found = on_the_page(figure, states, edit=lambda text: text.replace(right, wrong))
    with pytest.raises(AssertionError):
        assert worst_difference(figure, states, found) < 1e-7


# -- the Python side --------------------------------------------------------------------------------------------


def test_one_surface_is_logistic_regression_on_the_flights(figure):
    flights = datasets.load_challenger()
    x = (flights.temperature - flights.temperature.mean()) / flights.temperature.std()
    model = xb.LogisticRegression().fit(x[:, None], flights.distress)
    ((w, b, value),) = figure.landscape["one minimum"]["minima"]
    assert (w, b) == pytest.approx((model.coef_[0], model.intercept_), abs=1e-9)
    assert value == pytest.approx(-model.log_likelihood_ / 23, abs=1e-12)
    assert figure.landscape["one minimum"]["L"] == pytest.approx(0.25, abs=1e-12)  # columns of unit size, uncorrelated


@pytest.mark.parametrize("surface", SURFACES)
def test_gradient_and_hessian_are_the_derivatives_of_the_loss(figure, surface):
    loss, gradient, hessian = figure.functions(surface)
    for point in np.random.default_rng(1).uniform(-5, 5, (8, 2)):
        np.testing.assert_allclose(gradient(point), xb.numerical_gradient(loss, point), atol=1e-7)
        rows = [xb.numerical_gradient(lambda p, k=k: gradient(p)[k], point) for k in range(2)]
        np.testing.assert_allclose(hessian(point), rows, atol=1e-7)


@pytest.mark.parametrize("surface", SURFACES)
def test_no_curvature_on_the_map_is_above_l(figure, surface):
    hessian, largest = figure.functions(surface)[2], figure.landscape[surface]["L"]
    points = np.concatenate([np.random.default_rng(2).uniform(-5, 5, (400, 2)), [[0.26, -5.0], [0.0, 0.0]]])
    top = max(np.linalg.eigvalsh(hessian(point))[-1] for point in points)
    assert 0.99 * largest < top <= largest * (1 + 1e-12)


def test_the_minima_and_the_saddle_are_what_they_are_called(figure):
    for surface in SURFACES:
        loss, gradient, hessian = figure.functions(surface)
        for w, other, value in figure.landscape[surface]["minima"]:
            point = np.array([w, other])
            assert np.abs(gradient(point)).max() < 1e-10 and np.linalg.eigvalsh(hessian(point))[0] > 0
            assert loss(point) == pytest.approx(value, abs=1e-14)
    higher, lowest = figure.landscape["two minima"]["minima"]
    assert lowest[2] < higher[2]
    _, gradient, hessian = figure.functions("two minima")
    saddle = np.array(figure.landscape["two minima"]["saddle"])
    low, high = np.linalg.eigvalsh(hessian(saddle))
    assert np.abs(gradient(saddle)).max() < 1e-14 and low < 0 < high


# -- what the chapter says it shows -----------------------------------------------------------------------------


def test_below_the_limit_no_step_goes_uphill_and_above_it_the_path_swings(figure):
    for start in ([3.5, 3.0], [-4.0, 2.0], [0.0, 0.0]):
        for step in (0.5, 1.0, 1.99):
            calm = set_to(
                figure, {"surface": "one minimum", "method": "gradient descent", "start": start, "step": step}
            )
            assert calm["uphill"] == 0
        wild = set_to(figure, {"step": 4.5})
        assert wild["uphill"] > 10 and wild["gap"] > 0.1


def test_the_start_decides_which_minimum_is_found(figure):
    common = {"surface": "two minima", "method": "gradient descent", "step": 1.9}
    for start, wanted in (([1.0, -1.0], 1), ([-1.0, 1.0], 0)):
        figure_end = set_to(figure, {**common, "start": start})
        minima = [np.array(minimum[:2]) for minimum in figure.landscape["two minima"]["minima"]]
        end = np.array([figure_end["end_w"], figure_end["end_other"]])
        assert np.argmin([np.linalg.norm(end - minimum) for minimum in minima]) == wanted


def test_the_verdicts_say_where_a_path_has_come_to(figure):
    saddle = figure.landscape["two minima"]["saddle"]
    cases = [
        ({"surface": "one minimum", "method": "Newton", "start": [3.5, 3.0], "step": 1.0}, "come to the minimum"),
        ({"surface": "one minimum", "method": "gradient descent", "start": [3.5, 3.0], "step": 0.02},
         "still on its way down"),
        ({"surface": "one minimum", "method": "gradient descent", "start": [0.0, 0.0], "step": 4.0},
         "goes up and down"),
        ({"surface": "one minimum", "method": "momentum", "start": [5.0, 5.0], "step": 8.0}, "left the map"),
        ({"surface": "two minima", "method": "Newton", "start": saddle, "step": 1.0}, "rests on the saddle"),
        ({"surface": "two minima", "method": "Adam", "start": [0.68, -2.96], "step": 0.02}, "lower of the two"),
        ({"surface": "two minima", "method": "gradient descent", "start": [-3.5, 0.6], "step": 1.0},
         "higher of the two"),
    ]  # fmt: skip
    found = on_the_page(figure, [state for state, _ in cases])
    for numbers, (_, words) in zip(found, cases, strict=True):
        assert words in numbers["verdict"]


def test_the_grip_moves_in_both_directions_under_the_pointer(browser):
    from test_widgets import open_figure

    with open_figure(browser, widgets.DescentPath()) as visit:
        before = visit.state()["start"]
        grip = visit.page.get_by_role("slider", name="start: w").locator(".xb-grip").bounding_box()
        x, y = grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2
        visit.page.mouse.move(x, y)
        visit.page.mouse.down()
        visit.page.mouse.move(x - 60, y + 50)
        visit.page.mouse.up()
        after = visit.state()["start"]
        assert after[0] < before[0] - 0.3 and after[1] < before[1] - 0.3
        visit.page.keyboard.press("ArrowLeft")  # the keys move the first parameter alone
        keyed = visit.state()["start"]
        assert keyed[0] < after[0] and keyed[1] == after[1]
        assert visit.errors == []
