"""The interactive figures: their numbers against xentbook's, in Python and in a real browser."""

from __future__ import annotations

import importlib.util
import json
import math
import re
from functools import lru_cache
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

import numpy as np
import pytest
from front_ends import call
from guards.notebooks import executor

import xentbook as xb
from xentbook import widgets
from xentbook.datasets import load_text
from xentbook.widgets import _front_end
from xentbook.widgets._figure import text

BOOK = Path(__file__).resolve().parent.parent / "book"
LETTERS = " abcdefghijklmnopqrstuvwxyz"
HOST = "http://book.test/"
NAMES = widgets.__all__


class Case(NamedTuple):
    """What the tests know of a figure: the traits its grips move, the number its sentence must state, and states."""

    moving: tuple[str, ...]
    main: str
    states: tuple[dict, ...]  # changes of the first state, at which the front end is compared with the package


TIES = [
    [0.25, 0.25, 0.25, 0.25], [0.125] * 8, [1 / 3, 1 / 3, 1 / 3], [0.5, 0.5], [0.2, 0.2, 0.2, 0.2, 0.1, 0.1],
    [0.1, 0.2, 0.3, 0.4], [0.4, 0.2, 0.2, 0.1, 0.1], [1 / 128, 127 / 128], [0.05, 0.05, 0.1, 0.1, 0.3, 0.4],
    [0.3, 0.3, 0.2, 0.1, 0.05, 0.05],
]  # fmt: skip
CASES = {
    "SurpriseCurve": Case(("p_a", "p_b"), "surprisal_both",
                          ({"p_a": 0.01, "p_b": 0.01}, {"p_a": 1.0, "p_b": 0.37}, {"p_b": 1.0})),
    "HuffmanTree": Case(("p",), "huffman_length", tuple({"p": p} for p in ([1 / 6] * 6, [0.2, 0.2, 0.2, 0.2, 0.1, 0.1],
                                                                           [1 / 128] * 5 + [123 / 128]))),
    "DistributionBars": Case(
        ("p", "q"), "cross_entropy",
        ({"q": [0, 0.5, 0.25, 0.125, 0.125]}, {"p": [0, 0, 1, 0, 0]}, {"p": [0, 0, 1, 0, 0], "q": [0, 0, 1, 0, 0]},
         {"p": [0.2] * 5}),
    ),
    "GaussianFit": Case(("mean", "sd"), "forward_kl",
                        ({"mean": -5, "sd": 0.3125}, {"mean": 5, "sd": 5}, {"mean": -1.3, "sd": 1.1})),
    "SmoothingSlider": Case(("alpha", "order"), "cross_entropy",
                            ({"alpha": 0.0}, {"alpha": 1000.0, "order": 5}, {"alpha": 1e-4, "order": 1})),
    "LogisticFit": Case(
        ("risk_a", "risk_b"), "negative_log_likelihood",
        ({"risk_a": 0.001, "risk_b": 0.999}, {"risk_a": 0.999, "risk_b": 0.001}, {"risk_a": 0.5, "risk_b": 0.5}),
    ),
    "LogitBars": Case(
        ("logits", "true_class", "shift"), "loss",
        ({"logits": [20, -20, -20, -20]}, {"logits": [-20, 20, 13.5, -7], "shift": 100}, {"true_class": 2, "shift": 87},
         {"shift": -120}),
    ),
    "LogitLosses": Case(("z", "y"), "loss_cross_entropy",
                        tuple({"z": z, "y": y} for z in (-10.0, -1.0, 0.0, 1.0, 10.0) for y in (0, 1))),
    "SeparablePoints": Case(
        ("a", "b", "l2"), "margin",
        ({"l2": 0.0}, {"l2": 100.0}, {"l2": 1e-6}, {"a": [3.0, 1.5], "b": [2.0, 0.5], "l2": 0.0},
         {"a": [0.5, 0.0], "b": [5.5, 2.0], "l2": 0.1}),
    ),
    "DescentPath": Case(
        ("surface", "method", "start", "step"), "loss",
        tuple({"surface": surface, "method": method, "start": [-4.0, 3.0], "step": 2.0}
              for surface in ("one minimum", "two minima") for method in ("gradient descent", "momentum", "Adam",
                                                                          "Newton")),
    ),
    "MislabelledPoint": Case(("position", "present"), "boundary_cross_entropy",
                             ({"position": 3.0}, {"position": 12.1}, {"present": False})),
    "TemperatureSlider": Case(("temperature", "n_bins"), "log_loss",
                              ({"temperature": 0.25, "n_bins": 2}, {"temperature": 16.0, "n_bins": 20}, {"n_bins": 7})),
    "HonestBet": Case(
        ("p", "q"), "expected_log",
        ({"p": 0.01, "q": 0.0}, {"p": 0.99, "q": 0.0}, {"p": 0.5, "q": 1.0}, {"p": 0.3, "q": 0.3}, {"p": 0.5, "q": 0.2},
         {"p": 0.3, "q": 0.300001}),
    ),
    "StrangePoint": Case(("point", "shown"), "surprisal_gaussian",
                         ({"point": [0.01, 0.01]}, {"point": [8.41, 3.19]}, {"point": [4.01, 1.21]})),
    "ThresholdSlider": Case(
        ("threshold", "cost_ratio"), "cost",
        ({"threshold": 0.0}, {"threshold": 1.0}, {"cost_ratio": 1.0}, {"threshold": 0.3, "cost_ratio": 100.0}),
    ),
    "GateQueue": Case(
        ("accept", "review", "cost_error", "cost_review", "cost_rollback", "calibrated"), "cost",
        ({"accept": 0.0, "review": 0.0}, {"accept": 1.0, "review": 1.0},
         {"accept": 1.0, "review": 0.0, "calibrated": 1},
         {"cost_error": 1.0}, {"cost_error": 1000.0, "cost_rollback": 100.0}, {"cost_review": 100.0}),
    ),
}  # fmt: skip


def case(name):
    """Return what the tests know of a figure; a figure they know nothing of fails and says what to add."""
    if name not in CASES:
        pytest.fail(
            f"`CASES` in tests/test_widgets.py must have an entry for the figure {name}: the traits that its grips "
            "move, "
            "the number that its sentence must state, and a few states with the extremes among them",
            pytrace=False,
        )
    return CASES[name]


def _extension():
    spec = importlib.util.spec_from_file_location("widget_host", BOOK / "_ext" / "widget_host.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


widget_host = _extension()


@lru_cache
def figure_and_state(name):
    if name != "SmoothingSlider":
        figure = getattr(widgets, name)()
    else:
        whole = load_text("english")
        figure = widgets.SmoothingSlider(whole[:20_000], whole[-2_000:], orders=(1, 2, 3, 5), alphabet=LETTERS)
    return figure, {trait: getattr(figure, trait) for trait in case(name).moving}


def first(name):
    """The figure in its first state: the same object each time, as some take a while to make."""
    figure, state = figure_and_state(name)
    return moved(figure, state)


def moved(figure, state):
    for trait, value in state.items():
        setattr(figure, trait, value)
    return figure


# -- the Python side: closed forms, xentbook, errors -----------------------------------------------------------


def test_every_figure_is_exported_and_known_to_these_tests():
    assert set(CASES) <= set(NAMES) <= set(dir(widgets))
    for name in NAMES:
        assert case(name).moving and case(name).states
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        widgets.Nothing  # noqa: B018


def test_a_figure_unknown_to_these_tests_fails_with_what_to_add():
    with pytest.raises(
        pytest.fail.Exception, match="must have an entry for the figure Nothing: the traits that its grips"
    ):
        case("Nothing")


def test_distribution_bars_of_powers_of_two_have_exact_numbers():
    numbers = widgets.DistributionBars().quantities()
    assert numbers["entropy"] == 1.875
    assert numbers["cross_entropy"] == 2.375
    assert numbers["kl_divergence"] == 0.5
    assert numbers["reverse_kl_divergence"] == 0.625
    assert numbers["perplexity"] == 2**2.375


def test_a_prediction_of_zero_costs_infinity_in_the_bars():
    figure = widgets.DistributionBars(p=[0.5, 0.5], q=[1, 0], labels=["a", "b"])
    numbers = figure.quantities()
    assert numbers["cross_entropy"] == numbers["kl_divergence"] == numbers["perplexity"] == math.inf
    assert numbers["reverse_kl_divergence"] == 1
    assert "∞" in figure.fallback


def test_surprisals_add_where_probabilities_multiply():
    numbers = widgets.SurpriseCurve(p_a=0.3, p_b=0.07).quantities()
    assert numbers["surprisal_both"] == pytest.approx(numbers["surprisal_a"] + numbers["surprisal_b"], rel=1e-14, abs=0)
    assert numbers["surprisal_a_nats"] == pytest.approx(-math.log(0.3), rel=1e-14, abs=0)
    assert numbers["probability_both"] == 0.3 * 0.07


def test_huffman_figure_of_powers_of_two_wastes_nothing():
    figure = widgets.HuffmanTree(p=[0.5, 0.25, 0.125, 0.125], symbols="abcd")
    assert figure.code_words() == xb.huffman_code([0.5, 0.25, 0.125, 0.125])
    assert figure.quantities()["huffman_overhead"] == figure.quantities()["shannon_overhead"] == 0


@pytest.mark.parametrize("direction", ["forward", "reverse"])
def test_the_best_gaussians_are_minima(direction):
    figure = widgets.GaussianFit()
    mean, sd = getattr(figure, f"best_{direction}")
    least = figure.quantities()[f"least_{direction}_kl"]
    for m in np.linspace(-5, 5, 41):
        for s in np.linspace(*figure._sd_limits(), 30):
            q, p = figure.prediction(m, s), np.array(figure.p)
            assert (xb.kl_divergence(p, q) if direction == "forward" else xb.kl_divergence(q, p)) >= least
    nearby = [figure.prediction(mean + dm, sd + ds) for dm in (-0.01, 0, 0.01) for ds in (-0.01, 0, 0.01)]
    values = [xb.kl_divergence(p, q) if direction == "forward" else xb.kl_divergence(q, p) for q in nearby]
    assert min(values) == values[4]


def test_the_best_forward_gaussian_has_the_moments_of_p():
    figure = widgets.GaussianFit()
    x, p, q = np.array(figure.x), np.array(figure.p), figure.prediction(*figure.best_forward)
    assert q @ x == pytest.approx(p @ x, abs=1e-5)
    assert q @ x**2 == pytest.approx(p @ x**2, abs=1e-5)


@pytest.mark.parametrize("order", [1, 2, 3, 5])
@pytest.mark.parametrize("alpha", [1e-4, 0.1, 1, 1000])
def test_two_histograms_hold_the_exact_cost_of_the_text(order, alpha):
    figure = first("SmoothingSlider")
    table = next(table for table in figure.tables if table["order"] == order)
    contexts, letters = np.array(table["contexts"]), np.array(table["letters"])
    spent = contexts[:, 1] @ np.log2(contexts[:, 0] + alpha * figure.alphabet_size)
    bits = (spent - letters[:, 1] @ np.log2(letters[:, 0] + alpha)) / table["length"]
    whole = load_text("english")
    model = xb.NGramModel(order, smoothing=alpha, alphabet=LETTERS).fit(whole[:20_000])
    assert bits == pytest.approx(model.cross_entropy(whole[-2_000:]), rel=1e-9, abs=0)


def test_texts_shorter_than_the_order_have_a_cost_too():
    figure = widgets.SmoothingSlider("abcabc", "ca", orders=(4,), alpha=0.5)
    (table,) = figure.tables
    assert sum(times for _, times in table["letters"]) == sum(times for _, times in table["contexts"]) == 2
    assert figure.quantities()["cross_entropy"] == xb.NGramModel(4, smoothing=0.5).fit("abcabc").cross_entropy("ca")


@pytest.mark.parametrize("name", NAMES)
def test_a_fallback_states_the_numbers_of_the_state(name):
    figure = first(name)
    shown = re.findall(r"\d+\.\d+|∞", figure.fallback)
    assert text(figure.quantities()[case(name).main]) in shown
    assert figure.fallback.endswith(".")


def test_a_fallback_follows_the_state():
    figure = widgets.SurpriseCurve(p_a=0.5, p_b=0.5)
    assert "2.000 bits" in figure.fallback
    figure.p_b = 0.25
    assert "3.000 bits" in figure.fallback


@pytest.mark.parametrize("name", NAMES)
def test_what_jupyter_prints_is_the_same_on_every_run(name):
    bundle, _ = first(name)._repr_mimebundle_()
    assert bundle["text/plain"] == f"{name}: {first(name).fallback}"
    assert "0x" not in bundle["text/plain"]


@pytest.mark.parametrize("name", NAMES)
def test_a_stored_state_is_small_plain_json(name):
    stored = json.dumps(first(name).stored_state(), allow_nan=False)
    assert len(stored) < 80_000
    assert "http" not in stored.replace("http://www.w3.org/2000/svg", "")
    assert "<!--" not in stored and "<script" not in stored


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: widgets.DistributionBars(p=[0.5, 0.4], q=[0.5, 0.5], labels=["a", "b"]), ValueError,
         r"`p` must sum to 1"),
        (lambda: widgets.DistributionBars(q=[1.5, -0.5], p=[0.5, 0.5], labels=["a", "b"]), ValueError,
         r"`q` must lie in \[0, 1\]; got 1.5"),
        (lambda: widgets.DistributionBars(p=[0.5, 0.5]), ValueError, "must have as many entries as"),
        (lambda: widgets.DistributionBars(p=[math.nan, 1]), ValueError, "not contain NaN"),
        (lambda: widgets.DistributionBars(p="half"), TypeError, "`p` must hold real numbers"),
        (lambda: widgets.DistributionBars(p=[[0.5, 0.5]]), ValueError, "`p` must be one row"),
        (lambda: widgets.DistributionBars(labels="ab"), TypeError, "`labels` must be a list"),
        (lambda: widgets.DistributionBars(labels=["a", "a"]), ValueError, "`labels` must all differ"),
        (lambda: widgets.DistributionBars(labels=["a"]), ValueError, "`labels` must name 2 to 8"),
        (lambda: widgets.DistributionBars(colour="red"), TypeError, "no option 'colour'"),
        (lambda: widgets.SurpriseCurve(p_a=0), ValueError, "`p_a` must be at least 0.01; got 0"),
        (lambda: widgets.SurpriseCurve(p_b=1.5), ValueError, "`p_b` must be at most 1; got 1.5"),
        (lambda: widgets.SurpriseCurve(p_b=[0.5]), TypeError, "`p_b` must be a number"),
        (lambda: widgets.HuffmanTree(p=[0.5, 0.5, 0], symbols="abc"), ValueError,
         r"at least 1/128; got 0 at index \(2,\)"),
        (lambda: widgets.HuffmanTree(p=[0.5, 0.5]), ValueError, "must have one length"),
        (lambda: widgets.HuffmanTree(p=[1 / 9] * 9, symbols="abcdefghi"), ValueError, "2 to 8 entries; got 9"),
        (lambda: widgets.HuffmanTree(symbols="EEAOIN"), ValueError,
         "`symbols` must be printed characters that all differ"),
        (lambda: widgets.HuffmanTree(symbols=6), TypeError, "`symbols` must be a str"),
        (lambda: widgets.GaussianFit(mean=6), ValueError, r"`mean` must lie in \[-5, 5\]; got 6"),
        (lambda: widgets.GaussianFit(sd=0), ValueError, r"`sd` must lie in \[0.3125, 5\]; got 0"),
        (lambda: widgets.GaussianFit(p=[0.5, 0.5]), ValueError, "`x` and `p` must have one length"),
        (lambda: widgets.GaussianFit(x=[0, 1, 3, 4, 5, 6, 7, 8], p=[1 / 8] * 8), ValueError, "rise in equal steps"),
        (lambda: widgets.GaussianFit(x=range(8), p=[0.5, 0.5] + [0] * 6, mean=1), ValueError, "`p` must be positive"),
        (lambda: widgets.SmoothingSlider("abc", "abd"), ValueError, "`held_out` must keep to the alphabet; got 'd'"),
        (lambda: widgets.SmoothingSlider("abc", ""), ValueError, "`held_out` must not be empty"),
        (lambda: widgets.SmoothingSlider("abc", "abc", orders=(1, 2), order=3), ValueError, r"one of \[1, 2\]; got 3"),
        (lambda: widgets.SmoothingSlider("abc", "abc", orders=(0,)), ValueError, "`orders` must be at least 1"),
        (lambda: widgets.SmoothingSlider("abc", "abc", alpha=-1), ValueError, "`alpha` must be at least 0"),
        (lambda: widgets.SmoothingSlider("abc", "abc", orders=(60,)), ValueError, "`orders` must be less"),
        (lambda: widgets.DescentPath(start=[0.0, 5.1]), ValueError,
         r"`start` must be two numbers in \[-5, 5\]; got \[0.0, 5.1\]"),
        (lambda: widgets.DescentPath(start=[1.0]), ValueError, "`start` must be two numbers"),
        (lambda: widgets.DescentPath(start=[math.nan, 0]), ValueError, "`start` must not contain NaN"),
        (lambda: widgets.DescentPath(step=0.01), ValueError, "`step` must be at least 0.02; got 0.01"),
        (lambda: widgets.DescentPath(step=9), ValueError, "`step` must be at most 8.0; got 9.0"),
        (lambda: widgets.DescentPath(method="adam"), ValueError, "`method` must be one of"),
        (lambda: widgets.DescentPath(surface=2), TypeError, "`surface` must be one of"),
        (lambda: widgets.LogitBars(logits=[20.5, 0]), ValueError,
         r"`logits` must lie in \[-20, 20\]; got 20.5 at index \(0,\)"),
        (lambda: widgets.LogitBars(logits=[1]), ValueError, "`logits` must have 2 to 6 entries; got 1"),
        (lambda: widgets.LogitBars(logits=[0, math.inf]), ValueError, "`logits` must be finite"),
        (lambda: widgets.LogitBars(true_class=4), ValueError, "`true_class` must lie in 0 … 3; got 4"),
        (lambda: widgets.LogitBars(logits=[0, 1], true_class=2), ValueError, "`true_class` must lie in 0 … 1; got 2"),
        (lambda: widgets.LogitBars(true_class=-1), ValueError, "`true_class` must be at least 0; got -1"),
        (lambda: widgets.LogitBars(true_class=0.5), TypeError, "`true_class` must be an integer"),
        (lambda: widgets.LogitBars(shift=121), ValueError, "`shift` must be at most 120.0; got 121"),
        (lambda: widgets.SeparablePoints(l2=-1), ValueError, "`l2` must be at least 0; got -1"),
        (lambda: widgets.SeparablePoints(l2=1e-7), ValueError, "`l2` must be 0 or at least 1e-06; got 1e-07"),
        (lambda: widgets.SeparablePoints(l2=101), ValueError, "`l2` must be at most 100.0; got 101"),
        (lambda: widgets.SeparablePoints(a=[1.93, 0.4]), ValueError, "`a` must lie on the grid of multiples of 0.05"),
        (lambda: widgets.SeparablePoints(a=[1.9, 0.4, 1]), ValueError, "`a` must have two coordinates a point; got 3"),
        (lambda: widgets.SeparablePoints(b=[6, 1]), ValueError, r"`box` must hold all points; got \[6.0, 1.0\]"),
        (lambda: widgets.SeparablePoints(b="there"), TypeError, "`b` must hold real numbers"),
        (lambda: widgets.SeparablePoints(box=[5, 1, 0, 2]), ValueError,
         "`box` must be left < right, then bottom < top"),
        (lambda: widgets.SeparablePoints(zeros=[[1, 1], [2, 1]], ones=[[3, 1]]), ValueError,
         "must not all lie on one line"),
        (lambda: widgets.SeparablePoints(names=["x", "y"]), ValueError, "`names` must name both coordinates"),
        (lambda: widgets.LogitLosses(z=10.5), ValueError, "`z` must be at most 10; got 10.5"),
        (lambda: widgets.LogitLosses(z=math.nan), ValueError, "`z` must"),
        (lambda: widgets.LogitLosses(z="3"), TypeError, "`z` must be a number"),
        (lambda: widgets.LogitLosses(y=2), ValueError, "`y` must be at most 1; got 2"),
        (lambda: widgets.LogitLosses(y=0.5), TypeError, "`y` must be an integer"),
        (lambda: widgets.LogisticFit(risk_a=0), ValueError, "`risk_a` must be at least 0.001; got 0"),
        (lambda: widgets.LogisticFit(risk_b="half"), TypeError, "`risk_b` must be a number"),
        (lambda: widgets.LogisticFit([1, 2, 3, 4], [0, 1, 0]), ValueError,
         "`x` and `y` must have one length; got 4 and 3"),
        (lambda: widgets.LogisticFit([1, 2, 3, 4], [0, 1, 0, 0.5]), ValueError, "`y` must be 0 or 1; got 0.5"),
        (lambda: widgets.LogisticFit([1, 2, 3], [0, 1, 0]), ValueError, "`x` must have 4 to 60 cases; got 3"),
        (lambda: widgets.LogisticFit([1, 2, 3, 4], [0, 0, 1, 1], at=(1, 4)), ValueError,
         "must not separate the classes"),
        (lambda: widgets.LogisticFit(at=(75, 55)), ValueError, "`at` must be two places, the first below the second"),
        (lambda: widgets.LogisticFit(at=(31, 75)), ValueError, "`at` must be places where the best curve lies in"),
        (lambda: widgets.LogisticFit(beyond=math.nan), ValueError, "`beyond` must be finite; got nan"),
        (lambda: widgets.LogisticFit(names=("a", "b", "c", 4)), TypeError, "`names` must be a str"),
        (lambda: widgets.MislabelledPoint(position=20), ValueError, r"`position` must lie in \[3, 12.1\]; got 20"),
        (lambda: widgets.MislabelledPoint(position="far"), TypeError, "`position` must hold real numbers"),
        (lambda: widgets.MislabelledPoint(x=range(8)), ValueError, "`x` and `y` must have one length; got 8 and 25"),
        (lambda: widgets.MislabelledPoint(x=[1, 2, 3], y=[0, 0, 1]), ValueError, "`x` must have 8 to 60 points; got 3"),
        (lambda: widgets.MislabelledPoint(x=[2] * 8, y=[0, 1] * 4), ValueError, "`x` must not be constant; got 2"),
        (lambda: widgets.MislabelledPoint(y=[1] * 25), ValueError, "`y` must have both labels; got 1 everywhere"),
        (lambda: widgets.MislabelledPoint(x=range(8), y=[1, 0] * 4), ValueError,
         "`y` must be 1 on the right; got means 4 of 0 and 3 of 1"),
        (lambda: widgets.MislabelledPoint(names="ab"), TypeError, "`names` must be a list of two strings; got 'ab'"),
        (lambda: widgets.TemperatureSlider(temperature=0.2), ValueError,
         "`temperature` must be at least 0.25; got 0.2"),
        (lambda: widgets.TemperatureSlider(temperature=17), ValueError, "`temperature` must be at most 16.0; got 17"),
        (lambda: widgets.TemperatureSlider(n_bins=1), ValueError, "`n_bins` must be at least 2; got 1"),
        (lambda: widgets.TemperatureSlider(n_bins=21), ValueError, "`n_bins` must be at most 20; got 21"),
        (lambda: widgets.TemperatureSlider(n_bins=2.5), TypeError, "`n_bins` must be an integer"),
        (lambda: widgets.TemperatureSlider([1, -1, 2], [1, 0]), ValueError, "must have the same shape"),
        (lambda: widgets.TemperatureSlider([1, -1, math.nan], [1, 0, 0]), ValueError, "`logits` must"),
        (lambda: widgets.TemperatureSlider([1, -1, 2], [1, 0, 2]), ValueError, "`y` must"),
        (lambda: widgets.TemperatureSlider([1, -1], [1, 0]), ValueError, "no temperature is best"),
        (lambda: widgets.TemperatureSlider([90.0, 80.0, -90.0] * 3, [1, 0, 0] * 3), ValueError,
         r"best temperature in \[0.25, 16\]"),
        (lambda: widgets.TemperatureSlider([0.5] * 1001, [0, 1] * 500 + [1]), ValueError,
         "`logits` must be at most 1000; got 1001"),
        (lambda: widgets.StrangePoint(point=[4.0, 0.61]), ValueError, "`point` must be odd hundredths of a centimetre"),
        (lambda: widgets.StrangePoint(point=[8.61, 0.61]), ValueError, "`point` must lie in the box"),
        (lambda: widgets.StrangePoint(point=[4.01, -0.01]), ValueError, "`point` must lie in the box"),
        (lambda: widgets.StrangePoint(point=[4.01]), ValueError, "`point` must be a length and a width; got 1 numbers"),
        (lambda: widgets.StrangePoint(point=[4.01, math.nan]), ValueError, "`point` must"),
        (lambda: widgets.StrangePoint(point="long"), TypeError, "`point` must hold real numbers"),
        (lambda: widgets.StrangePoint(shown="forest"), ValueError, "`shown` must be one of"),
        (lambda: widgets.StrangePoint(shown=1), TypeError, "`shown` must"),
        (lambda: widgets.HonestBet(p=0.0), ValueError, "`p` must be at least 0.01; got 0"),
        (lambda: widgets.HonestBet(p=1), ValueError, "`p` must be at most 0.99; got 1"),
        (lambda: widgets.HonestBet(q=-0.1), ValueError, "`q` must be at least 0; got -0.1"),
        (lambda: widgets.HonestBet(q=math.nan), ValueError, "`q` must"),
        (lambda: widgets.HonestBet(q="half"), TypeError, "`q` must be a number"),
        (lambda: widgets.ThresholdSlider(threshold=1.01), ValueError, "`threshold` must be at most 1.0; got 1.01"),
        (lambda: widgets.ThresholdSlider(threshold=math.nan), ValueError, "`threshold` must"),
        (lambda: widgets.ThresholdSlider(cost_ratio=0.5), ValueError, "`cost_ratio` must be at least 1.0; got 0.5"),
        (lambda: widgets.ThresholdSlider(cost_ratio=101), ValueError, "`cost_ratio` must be at most 100.0; got 101"),
        (lambda: widgets.ThresholdSlider(cost_ratio="ten"), TypeError, "`cost_ratio` must be a number"),
        (lambda: widgets.ThresholdSlider([0, 1], [0.5]), ValueError, "must have the same shape"),
        (lambda: widgets.ThresholdSlider([0, 1], [0.5, 1.2]), ValueError, r"`probs` must lie in \[0, 1\]; got 1.2"),
        (lambda: widgets.ThresholdSlider([0, 2], [0.5, 0.7]), ValueError, "`y` must"),
        (lambda: widgets.ThresholdSlider([1, 1], [0.5, 0.7]), ValueError,
         "`y` must have both labels; got 1 everywhere"),
        (lambda: widgets.ThresholdSlider([0, 1] * 251, [0.5] * 502), ValueError,
         "`y` must have at most 500 cases; got 502"),
        (lambda: widgets.GateQueue(accept=1.1), ValueError, "`accept` must be at most 1; got 1.1"),
        (lambda: widgets.GateQueue(review=-0.1), ValueError, "`review` must be at least 0; got -0.1"),
        (lambda: widgets.GateQueue(review="low"), TypeError, "`review` must be a number"),
        (lambda: widgets.GateQueue(cost_error=0.5), ValueError, "`cost_error` must be at least 1; got 0.5"),
        (lambda: widgets.GateQueue(cost_rollback=101), ValueError, "`cost_rollback` must be at most 100; got 101"),
        (lambda: widgets.GateQueue(calibrated=2), ValueError, "`calibrated` must be 0 or 1; got 2"),
        (lambda: widgets.GateQueue([0.5, 1.2], [0.5, 0.5], [1, 0]), ValueError, r"`raw` must lie in \[0, 1\]; got 1.2"),
        (lambda: widgets.GateQueue([0.5], [0.5, 0.5], [1, 0]), ValueError,
         "`correct` and `raw` must have the same shape"),
        (lambda: widgets.GateQueue([0.5], [0.5], [2]), ValueError, "`correct` must lie in 0 … 1; got 2"),
        (lambda: widgets.GateQueue([0.5] * 401, [0.5] * 401, [1] * 401), ValueError,
         "`correct` must have at most 400 cases; got 401"),
    ],
)  # fmt: skip
def test_bad_input_is_an_error_at_the_door(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_a_bad_value_leaves_the_figure_as_it_was():
    figure = widgets.DistributionBars()
    before = figure.get_state(["p", "q", "fallback"])
    with pytest.raises(ValueError, match="`p` must sum to 1"):
        figure.p = [0.5, 0.1, 0.1, 0.1, 0.1]
    with pytest.raises(ValueError, match="as many entries"):
        figure.q = [0.5, 0.5]
    assert figure.get_state(["p", "q", "fallback"]) == before


# -- the front end without a page -------------------------------------------------------------------------------


def assert_front_end_agrees(name, *, edit=None):
    """The front end's own `quantities` are the package's in every state of the case."""
    figure, _ = figure_and_state(name)
    given, wanted = [], []
    for change in ({}, *case(name).states):
        moved(first(name), change)
        given.append([{trait: getattr(figure, trait) for trait in figure._own_traits()}])
        wanted.append(numbers_of(name, figure))
    found = call(_front_end.file_of(name), "quantities", given, edit=edit)
    for state, numbers, values in zip(given, found, wanted, strict=True):
        assert sorted(numbers) == sorted(values)
        for quantity, value in values.items():
            where = f"{quantity} at { {trait: state[0][trait] for trait in case(name).moving} }"
            assert numbers[quantity] == pytest.approx(value, rel=1e-7, abs=1e-9, nan_ok=True), where


def numbers_of(name, figure):
    """The numbers of a figure; the page of `SmoothingSlider` shows the amount of smoothing among them."""
    return figure.quantities() | ({"alpha": figure.alpha} if name == "SmoothingSlider" else {})


@pytest.mark.parametrize("name", NAMES)
def test_the_front_end_has_the_package_s_numbers_in_every_state(name):
    assert_front_end_agrees(name)


# -- the page ---------------------------------------------------------------------------------------------------


def page_html(states, shown=None):
    """A page as the site has them, with the figures of these states."""
    views = "".join(widget_host.view_html(model_id, states) for model_id in shown or states)
    scripts = "".join(
        f'<script defer src="{name}"></script>' for name in [*widget_host.scripts_for(views), "widget-host.js"]
    )
    return (
        '<!doctype html><html lang="en" data-theme="light"><head><meta charset="utf-8"><title>figures</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
        f'<link rel="stylesheet" href="widgets.css"><link rel="stylesheet" href="{widget_host.STYLE}">{scripts}'
        "<style>body { margin: 0 auto; padding: 0 16px; max-width: 780px; font-family: sans-serif; }</style></head>"
        f"<body>{views}<p id='after'>after</p>{widget_host.state_html(states)}</body></html>"
    )


def files(html, edits):
    """The files of a site with this page; `edits` changes the text of front ends: file -> function of its text."""
    served = {name: (BOOK / "_static" / name).read_text("utf-8") for name in ("widget-host.js", "widgets.css")}
    served |= widget_host.front_end_files()
    for name, edit in edits.items():
        served[f"{widget_host.FOLDER}/{name}"] = _front_end.site_script(name, edit(_front_end.source(name)))
    return {"index.html": html} | served


class Visit:
    """A page in the browser, and all that went wrong on it."""

    def __init__(self, browser, html, *, folder=None, edits=None, **options):
        self.context = browser.new_context(**({"viewport": {"width": 1000, "height": 900}} | options))
        self.page = self.context.new_page()
        self.errors, self.strangers = [], []
        self.page.on("console", lambda m: self.errors.append(m.text) if m.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", self._note)
        content = files(html, edits or {})
        if folder is None:
            self.context.route(f"{HOST}**", lambda route: self._answer(route, content))
            self.page.goto(f"{HOST}index.html")
        else:
            for name, body in content.items():
                (folder / name).parent.mkdir(exist_ok=True)
                (folder / name).write_text(body, "utf-8")
            self.page.goto((folder / "index.html").as_uri())

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.context.close()

    def _note(self, request):
        if not request.url.startswith((HOST, "file:", "data:")):
            self.strangers.append(request.url)

    @staticmethod
    def _answer(route, content):
        name = route.request.url.removeprefix(HOST)
        kind = {"html": "text/html", "js": "text/javascript", "css": "text/css"}[name.rsplit(".")[-1]]
        route.fulfill(body=content[name], content_type=f"{kind}; charset=utf-8")

    def ready(self):
        self.page.wait_for_function(
            "[...document.querySelectorAll('.xb-widget')].every((place) => place.dataset.status)"
        )
        return self

    def state(self):
        return json.loads(self.page.evaluate("document.querySelector('.xb').dataset.state"))

    def numbers(self):
        pairs = self.page.eval_on_selector_all(
            ".xb:first-of-type [data-quantity]",
            "nodes => nodes.map((n) => [n.dataset.quantity, n.dataset.value, n.textContent])",
        )
        for name, value, shown in pairs:
            assert shown == rounded(float(value), name), f"{name} = {value} is shown as {shown}"
        return {name: float(value) for name, value, _ in pairs}


def open_figure(browser, figure, **options):
    states = {"only": figure.stored_state()}
    return Visit(browser, page_html(states), **options).ready()


def rounded(value, name):
    """How the page should print a number: four significant digits, whole numbers of characters as such."""
    if name == "unseen":
        return f"{value:,.0f}"
    if math.isnan(value):
        return "undefined" if name == "precision" else "NaN"
    size = abs(value)
    if value == 0 or math.isinf(value):
        return "0" if value == 0 else "∞"
    if size < 1e-4 or size >= 1e6:
        mantissa, power = f"{size:.3e}".split("e")
        shown = f"{mantissa}·10{str(int(power)).translate(str.maketrans('-0123456789', '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'))}"
    else:
        digits = max(0, 3 - int(f"{size:.3e}".split("e")[1]))
        shown = f"{float(f'{size:.3e}'):.{digits}f}"
    return ("−" if value < 0 else "") + shown


def expected(name, state):
    """xentbook's numbers for the state that the page reports."""
    assert sorted(state) == sorted(case(name).moving)
    return moved(first(name), state).quantities()


def assert_numbers_agree(visit, name):
    found, wanted = visit.numbers(), expected(name, visit.state())
    if name == "SmoothingSlider":
        wanted["alpha"] = visit.state()["alpha"]
    assert sorted(found) == sorted(wanted)
    for quantity, value in wanted.items():
        assert found[quantity] == pytest.approx(value, rel=1e-6, abs=1e-6, nan_ok=True), quantity


def handles(visit):
    return visit.page.get_by_role("slider").all()


@pytest.fixture(scope="module")
def visits(browser):
    """One page for each figure, opened once for all the tests that need no page of their own."""
    opened = {}

    def visit_of(name):
        if name not in opened:
            opened[name] = open_figure(browser, first(name))
        return opened[name]

    yield visit_of
    for visit in opened.values():
        visit.context.close()


@pytest.fixture
def visit(visits, name):
    """The page of the figure `name` in its first state; whatever a test does, it must not log or ask for anything."""
    visit = visits(name)
    visit.page.set_viewport_size({"width": 1000, "height": 900})
    visit.page.evaluate(
        "document.activeElement.blur(); scrollTo(0, 0); document.documentElement.dataset.theme = 'light'"
    )
    visit.page.evaluate("[...document.querySelectorAll('.xb button')].find((b) => b.textContent === 'Reset').click()")
    yield visit
    assert visit.errors == visit.strangers == []


@pytest.mark.parametrize("name", NAMES)
def test_first_numbers_on_the_page_are_those_of_xentbook(visit, name):
    assert visit.page.locator(".xb-widget").get_attribute("data-status") == "ready"
    assert visit.page.locator(".xb-fallback").count() == 0
    assert_numbers_agree(visit, name)


def press(visit, key):
    """Press a key: the value, its least and its most, of the slider that has the focus."""
    visit.page.keyboard.press(key)
    return visit.page.evaluate(
        "['now', 'min', 'max'].map((p) => parseFloat(document.activeElement.getAttribute(`aria-value${p}`)))"
    )


@pytest.mark.parametrize("name", NAMES)
def test_every_handle_obeys_the_keyboard_and_the_numbers_follow(visit, name):
    for handle in handles(visit):
        handle.focus()
        low, least, most = press(visit, "Home")
        assert low == pytest.approx(least, abs=1e-9)
        assert_numbers_agree(visit, name)
        small = press(visit, "ArrowRight")[0]
        assert small > low
        big = press(visit, "PageUp")[0]
        assert big - small > 2 * (small - low)
        assert_numbers_agree(visit, name)
        assert press(visit, "Shift+ArrowUp")[0] > press(visit, "ArrowDown")[0] > big
        high, least, most = press(visit, "End")
        assert high == pytest.approx(most, abs=1e-9)
        assert_numbers_agree(visit, name)
        assert press(visit, "ArrowLeft")[0] > press(visit, "PageDown")[0]
        assert_numbers_agree(visit, name)
    visit.page.get_by_role("button", name="Reset").click()
    assert_numbers_agree(visit, name)


def drag(visit, handle, dx, dy):
    grip = handle.locator(".xb-grip").bounding_box()
    x, y = grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2
    visit.page.mouse.move(x, y)
    visit.page.mouse.down()
    visit.page.mouse.move(x + dx / 2, y + dy / 2)
    visit.page.mouse.move(x + dx, y + dy)
    visit.page.mouse.up()


@pytest.mark.parametrize("name", NAMES)
def test_every_handle_can_be_dragged_and_the_numbers_follow(visit, name):
    for handle in handles(visit):
        handle.scroll_into_view_if_needed()
        before = visit.state()
        drag(visit, handle, 37, -29)
        after = visit.state()
        assert after != before, handle.get_attribute("aria-label")
        visit.page.mouse.move(5, 5)
        assert visit.state() == after, "a released handle must stay"
        assert_numbers_agree(visit, name)


@pytest.mark.parametrize("name", NAMES)
def test_every_handle_can_be_dragged_by_touch_without_moving_the_page(browser, name):
    with open_figure(
        browser, first(name), viewport={"width": 360, "height": 500}, has_touch=True, is_mobile=True
    ) as visit:
        touch = visit.context.new_cdp_session(visit.page)
        for handle in handles(visit):
            handle.scroll_into_view_if_needed()
            grip, before = handle.locator(".xb-grip").bounding_box(), visit.state()
            x, y = grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2
            scrolled = visit.page.evaluate("scrollY")
            touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
            for part in (0.3, 0.6, 1):
                point = {"x": x + 25 * part, "y": y - 30 * part}
                touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
            touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
            assert visit.state() != before, handle.get_attribute("aria-label")
            assert visit.page.evaluate("scrollY") == scrolled
            assert_numbers_agree(visit, name)
        assert visit.errors == []


@pytest.mark.parametrize("name", NAMES)
def test_every_button_keeps_the_numbers_right_and_reset_restores_them(visit, name):
    start = visit.state()
    for button in visit.page.locator(".xb button").all():
        button.click()
        assert_numbers_agree(visit, name)
    visit.page.get_by_role("button", name="Reset").click()
    assert visit.state() == start


@pytest.mark.parametrize("name", ["DistributionBars"])
def test_a_bar_of_q_at_zero_shows_infinity(visit):
    visit.page.get_by_role("slider", name="prediction q of sun").press("Home")
    numbers = visit.numbers()
    assert numbers["cross_entropy"] == numbers["kl_divergence"] == math.inf
    assert visit.page.locator('[data-quantity="cross_entropy"]').inner_text() == "∞"
    assert numbers["entropy"] == 1.875


@pytest.mark.parametrize("name", ["SmoothingSlider"])
def test_no_smoothing_shows_infinity(visit):
    visit.page.get_by_role("slider").press("Home")
    assert visit.state()["alpha"] == 0
    assert visit.numbers()["cross_entropy"] == math.inf
    assert_numbers_agree(visit, "SmoothingSlider")


@pytest.mark.parametrize("name", ["DistributionBars"])
def test_a_bar_moved_to_one_and_back_restores_the_others(visit):
    handle = visit.page.get_by_role("slider", name="truth p of sun")
    handle.focus()
    for key in ("End", "Home"):
        handle.press(key)
    for _ in range(5):
        handle.press("PageUp")
    assert visit.state()["p"] == pytest.approx([0.5, 0.25, 0.125, 0.0625, 0.0625], abs=1e-12)


def test_code_words_on_the_page_are_those_of_huffman_code_with_ties_too():
    rng = np.random.default_rng(2)
    drawn = [rng.multinomial(n, np.full(k, 1 / k)) + 1 for k in (2, 5, 8) for n in (3, 10, 200)]
    distributions = TIES + [(counts / counts.sum()).tolist() for counts in drawn]
    found = call("huffman_tree.js", "codeWords", [[p] for p in distributions])
    assert found == [xb.huffman_code(p) for p in distributions]


# -- how it looks and speaks ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_nothing_overflows_and_all_text_can_be_read(visit, name):
    for width, key in [(w, k) for w in (1000, 360, 320) for k in ("", "End", "Home")]:
        if key:
            for handle in handles(visit)[:2]:
                handle.press(key)
        else:
            visit.page.set_viewport_size({"width": width, "height": 800})
            visit.page.get_by_role("button", name="Reset").click()
            visit.page.wait_for_function("document.querySelector('.xb svg').viewBox.baseVal.width"
                                         " === document.querySelector('.xb-plot').clientWidth")  # fmt: skip
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
        outside, small = visit.page.evaluate("""() => {
            const box = document.querySelector(".xb").getBoundingClientRect();
            const texts = [...document.querySelectorAll(".xb *")].filter((n) =>
                [...n.childNodes].some((c) => c.nodeType === 3 && c.data.trim())
                && getComputedStyle(n).visibility === "visible"
                && !n.closest(".xb-live") && n.getClientRects().length);
            const bad = (n) => {
                const r = n.getBoundingClientRect();
                return r.left < box.left || r.right > box.right + 0.5;
            };
            const tiny = (n) => parseFloat(getComputedStyle(n).fontSize) < 11;
            return [bad, tiny].map((fault) => texts.filter(fault).map((n) => n.textContent));
        }""")
        assert outside == [], "text outside of the figure"
        assert small == [], "text below 11 pixels"


@pytest.mark.parametrize("name", NAMES)
def test_text_stands_out_from_its_ground_in_both_themes(visit, name):
    for theme in ("light", "dark"):
        visit.page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
        ratios = visit.page.evaluate("""() => {
            const light = (text) => {
                const [r, g, b] = text.match(/[\\d.]+/g).map((v) => {
                    const c = v / 255;
                    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
                });
                return 0.2126 * r + 0.7152 * g + 0.0722 * b;
            };
            const ratio = (a, b) => {
                const [x, y] = [light(a), light(b)].sort((m, n) => n - m);
                return (x + 0.05) / (y + 0.05);
            };
            const ground = (n) => {
                for (let e = n; e; e = e.parentElement) {
                    const c = getComputedStyle(e).backgroundColor;
                    if (!/, 0\\)|transparent/.test(c)) return c;
                }
                return "rgb(255, 255, 255)";
            };
            const found = {};
            for (const n of document.querySelectorAll(".xb *")) {
                const bare = ![...n.childNodes].some((c) => c.nodeType === 3 && c.data.trim());
                if (n.closest(".xb-live") || bare) continue;
                const style = getComputedStyle(n), svg = n.namespaceURI.endsWith("svg");
                const onBlue = n.closest("[style*='--xb-on-p']");
                const back = onBlue
                    ? getComputedStyle(document.querySelector(".xb-pfill")).fill
                    : ground(svg ? n.closest(".xb") : n);
                const contrast = ratio(svg ? style.fill : style.color, back);
                found[n.textContent] = Math.min(found[n.textContent] ?? 99, contrast);
            }
            return found;
        }""")
        assert len(ratios) > 10
        assert {shown: ratio for shown, ratio in ratios.items() if ratio < 4.5} == {}
        background = visit.page.evaluate("getComputedStyle(document.querySelector('.xb')).backgroundColor")
        assert (background == "rgb(255, 255, 255)") == (theme == "light")


@pytest.mark.parametrize("name", NAMES)
def test_every_handle_says_what_it_is_and_shows_its_focus(visit, name):
    labels = [handle.get_attribute("aria-label") for handle in handles(visit)]
    assert len(labels) == len(set(labels)) > 0
    seen = set()
    visit.page.locator(".xb button").first.focus()
    for _ in range(len(labels) + visit.page.locator(".xb button").count()):
        visit.page.keyboard.press("Tab")
        focused = visit.page.evaluate("""() => {
            const node = document.activeElement, value = (part) => node.getAttribute(`aria-value${part}`);
            if (node.getAttribute("role") !== "slider") return null;
            return { label: node.getAttribute("aria-label"),
                     ring: getComputedStyle(node.querySelector(".xb-ring")).visibility,
                     bounds: ["min", "now", "max"].map((part) => parseFloat(value(part))), text: value("text") };
        }""")
        if focused:
            seen.add(focused["label"])
            assert focused["ring"] == "visible"
            low, now, high = focused["bounds"]
            assert low <= now <= high
            assert focused["text"]
    assert seen == set(labels)
    assert visit.page.locator(".xb-ring:visible").count() <= 1


@pytest.mark.parametrize("name", NAMES)
def test_a_change_is_announced_once_it_is_made(visit, name):
    live = visit.page.locator("[aria-live=polite]")
    visit.page.wait_for_function("document.querySelector('.xb-live').textContent")
    before = live.text_content()
    handles(visit)[0].press("PageUp")
    visit.page.wait_for_function("(old) => document.querySelector('.xb-live').textContent !== old", arg=before)


def test_the_tree_glides_only_where_motion_is_welcome(browser):
    places = (
        "[...document.querySelectorAll('circle.xb-pfill')]"
        ".map((c) => [c.getAttribute('cx'), c.getAttribute('cy')].map(Math.round))"
    )
    for motion, glides in (("reduce", False), ("no-preference", True)):
        with open_figure(browser, widgets.HuffmanTree(), reduced_motion=motion) as visit:
            at_once = visit.page.evaluate(
                "() => { const all = [...document.querySelectorAll('button')];"
                " all.find((b) => b.textContent === 'Halving').click();"
                f" return {places}; }}"
            )
            visit.page.wait_for_timeout(500)
            assert (visit.page.evaluate(places) != at_once) == glides


# -- the host ------------------------------------------------------------------------------------------------------


def test_all_figures_share_a_page_and_none_disturbs_another(browser):
    states = {f"figure-{name}": first(name).stored_state() for name in NAMES}
    with Visit(browser, page_html(states)).ready() as visit:
        statuses = visit.page.eval_on_selector_all(".xb-widget", "nodes => nodes.map((n) => n.dataset.status)")
        assert statuses == ["ready"] * len(NAMES)
        assert visit.page.locator("style").count() == 1  # the page's own: the figures have a style sheet
        before = visit.page.eval_on_selector_all(".xb", "nodes => nodes.map((n) => n.dataset.state)")
        visit.page.get_by_role("slider", name="mean of q").press("PageUp")
        after = visit.page.eval_on_selector_all(".xb", "nodes => nodes.map((n) => n.dataset.state)")
        assert [a != b for a, b in zip(before, after, strict=True)] == [name == "GaussianFit" for name in NAMES]
        assert visit.errors == visit.strangers == []


@pytest.mark.parametrize("name", NAMES)
def test_what_jupyter_gets_draws_the_same_numbers(browser, name):
    """The one module that anywidget imports, with a model as anywidget has it."""
    figure = first(name)
    page = browser.new_page()
    page.set_content("<!doctype html><title>live</title><div id='el'></div>")
    page.add_style_tag(content=figure._css)
    found = page.evaluate(
        """async ([esm, values]) => {
            const { default: figure } = await import(URL.createObjectURL(new Blob([esm], { type: "text/javascript" })));
            const model = {
                get: (key) => values[key],
                set: (key, value) => { values[key] = value; },
                on() {}, off() {}, save_changes() {},
            };
            await figure.render({ model, el: document.getElementById("el") });
            return [...document.querySelectorAll("[data-quantity]")].map((n) => [n.dataset.quantity, n.dataset.value]);
        }""",
        [figure._esm, figure.stored_state()["state"]],
    )
    page.close()
    assert {key: float(value) for key, value in found} == pytest.approx(numbers_of(name, figure), rel=1e-7, abs=1e-9)


def test_two_views_of_one_model_move_together(browser):
    states = {"one": widgets.SurpriseCurve().stored_state()}
    with Visit(browser, page_html(states, shown=["one", "one"])).ready() as visit:
        visit.page.get_by_role("slider").first.press("End")
        first_view, second_view = visit.page.eval_on_selector_all(".xb", "nodes => nodes.map((n) => n.dataset.state)")
        assert first_view == second_view
        assert json.loads(first_view)["p_a"] == 1


@pytest.mark.parametrize("name", NAMES)
def test_figures_work_from_a_file_on_disk(browser, name, tmp_path):
    with open_figure(browser, first(name), folder=tmp_path) as visit:
        handles(visit)[0].press("PageUp")
        assert_numbers_agree(visit, name)
        assert visit.errors == visit.strangers == []


def test_without_javascript_the_fallback_is_read(browser):
    states = {name: first(name).stored_state() for name in NAMES}
    with Visit(browser, page_html(states), java_script_enabled=False) as visit:
        for name, place in zip(NAMES, visit.page.locator(".xb-fallback").all(), strict=True):
            assert place.is_visible()
            assert place.inner_text() == first(name).fallback


def probe(text):
    """A figure whose front end is `text`: its state, and the edit that puts it in the place of another front end."""
    figure = widgets.DistributionBars().stored_state()
    figure["state"] |= {"value": [1, 2], "other": 0}
    return figure, {"distribution_bars.js": lambda _: text}


@pytest.mark.parametrize(
    ("esm", "why"),
    [
        ("export default { render() { throw new Error('out of ink'); } }", "out of ink"),
        ("this is no program", "did not load"),
        ("export const nothing = 1;", "did not load"),
    ],
)
def test_a_figure_that_fails_says_so_and_leaves_its_sentence_and_the_others(browser, esm, why):
    bad, edits = probe(esm)
    states = {"bad": bad, "good": widgets.SurpriseCurve().stored_state()}
    with Visit(browser, page_html(states), edits=edits).ready() as visit:
        bad, good = visit.page.locator(".xb-widget").all()
        assert (bad.get_attribute("data-status"), good.get_attribute("data-status")) == ("failed", "ready")
        assert bad.locator(".xb-fallback").is_visible()
        assert why in bad.get_by_role("alert").inner_text()
        assert visit.errors


def test_a_page_with_a_damaged_state_says_so(browser):
    html = page_html({"only": widgets.SurpriseCurve().stored_state()}).replace('"version_major": 2,', "")
    with Visit(browser, html.replace('+json">{', '+json">{{')).ready() as visit:
        assert visit.page.locator(".xb-widget").get_attribute("data-status") == "failed"
        assert visit.page.get_by_role("alert").is_visible()


def test_the_model_behaves_as_in_jupyter(browser):
    esm = """
    let initialised = 0;
    export default async () => ({
      async initialize({ model }) { initialised += 1; },
      async render({ model, el }) {
        const heard = [];
        const value = () => heard.push(`change:value ${JSON.stringify(model.get("value"))}`);
        const any = () => heard.push("change");
        model.on("change:value", value);
        model.on("change", any);
        model.set("value", [1, 2]);           // equal: nothing changes
        model.set("value", [1, 3]);           // both events
        model.set("other", 1);                // "change" alone
        model.save_changes();                 // none
        model.send({ any: "message" });       // none
        model.off("change", any);
        model.set("value", [4]);
        model.set({ value: [5], other: 2 });
        model.off("change:value");
        model.set("value", [6]);
        el.id = "probe";
        const [last, other, none] = ["value", "other", "none"].map((key) => model.get(key));
        el.textContent = JSON.stringify({ initialised, heard, last, other, none: none ?? null });
      },
    });
    """
    figure, edits = probe(esm)
    edits = {name: lambda text, edit=edit: dedent(edit(text)) for name, edit in edits.items()}
    with Visit(browser, page_html({"probe": figure}, shown=["probe", "probe"]), edits=edits).ready() as visit:
        found = json.loads(visit.page.locator("#probe").first.text_content())
        heard = ["change:value [1,3]", "change", "change", "change:value [4]", "change:value [5]"]
        assert found == {"initialised": 1, "heard": heard, "last": [6], "other": 2, "none": None}
        assert visit.errors == []


def test_a_place_without_state_is_an_error_when_the_site_is_built():
    from sphinx.errors import ExtensionError

    with pytest.raises(
        ExtensionError, match="no stored state with the class and the fallback text of the figure lost: run"
    ):
        widget_host.view_html("lost", {})


def test_no_text_of_a_state_can_end_its_script():
    states = {"a": {"state": {"figure": "SurpriseCurve", "fallback": "</script><script>alert(1)</script>"}}}
    script = widget_host.state_html(states)
    assert script.count("</script>") == 1
    assert json.loads(script.partition(">")[2].removesuffix("</script>"))["state"] == states
    assert "<script>" not in widget_host.view_html("a", states)


@pytest.mark.parametrize("path", sorted(BOOK.parent.glob("notebooks/**/*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_stores_the_class_and_the_numbers_of_its_figures_and_no_front_end(path):
    stored = json.loads(path.read_text("utf-8"))["metadata"].get("widgets", {}).get(widget_host.STATE, {"state": {}})
    for model in stored["state"].values():
        if model["model_name"] == "AnyModel":
            assert not {"_esm", "_css"} & set(model["state"]), "python tools/execute.py --strip-only"
            figure = getattr(widgets, model["state"]["figure"])
            assert set(figure._own_traits()) <= set(model["state"]), "execute the notebook anew: make notebooks"


def test_a_comment_in_the_shared_helpers_changes_no_notebook():
    figure = first("SurpriseCurve")
    stored, full = figure.stored_state(), figure.get_state()
    assert "_drawing" in full["_esm"]
    commented = full | {"_esm": f"/* a word */ {full['_esm']}", "_css": f"/* a word */ {full['_css']}"}
    saved = [executor.without_front_end({**stored, "state": state}) for state in (full, commented)]
    assert saved[0] == saved[1]
    assert saved[0]["state"].items() >= stored["state"].items()


def test_stripping_takes_the_front_ends_out_and_leaves_every_other_byte(tmp_path):
    path = next(BOOK.parent.glob("notebooks/03-*.ipynb"))
    content = path.read_text("utf-8")
    fat, bare = tmp_path / "fat.ipynb", tmp_path / "bare.ipynb"
    source = '       "_esm": "export default {}",\n'
    mark = '       "_model_module": "anywidget"'
    fat.write_text(content.replace(mark, source + mark), "utf-8")
    bare.write_text(content, "utf-8")
    assert len(fat.read_text("utf-8")) == len(content) + content.count(mark) * len(source) > len(content)
    assert (executor.strip(fat), executor.strip(bare)) == (True, False)
    assert fat.read_bytes() == bare.read_bytes() == path.read_bytes()


def test_sphinx_puts_figures_of_notebooks_and_of_the_directive_on_their_pages(browser, tmp_path):
    import nbformat
    from sphinx.application import Sphinx

    figure = widgets.SurpriseCurve(p_a=0.5)
    view = {"version_major": 2, "version_minor": 0, "model_id": "aa"}
    output = nbformat.v4.new_output("display_data", {widget_host.VIEW: view, "text/plain": repr(figure)})
    cell = nbformat.v4.new_code_cell("figure", execution_count=1, outputs=[output])
    state = {"version_major": 2, "version_minor": 0, "state": {"aa": figure.stored_state()}}
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Stored"), cell])
    notebook.metadata["language_info"] = {"name": "python", "pygments_lexer": "ipython3"}
    notebook.metadata["widgets"] = {widget_host.STATE: state}
    source = tmp_path / "source"
    source.mkdir()
    nbformat.write(notebook, source / "stored.ipynb")
    source.joinpath("index.md").write_text(
        "# Cover\n\n```{widget} DistributionBars\n```\n\n```{toctree}\nstored\nplain\n```\n"
    )
    source.joinpath("plain.md").write_text("# Plain\n\nNo figure here.\n")
    source.joinpath("conf.py").write_text(
        "extensions = ['myst_nb', 'widget_host']\nhtml_theme = 'basic'\nnb_execution_mode = 'off'\n"
    )
    build_site(Sphinx, source, tmp_path / "site")
    html = {name: (tmp_path / "site" / f"{name}.html").read_text("utf-8") for name in ("index", "stored", "plain")}
    assert "cdn" not in "".join(html.values())
    assert widget_host.VIEW not in html["stored"]
    assert [text.count("widget-host.js") for text in html.values()] == [1, 1, 0]
    assert [text.count("widgets.css") for text in html.values()] == [1, 1, 0]
    assert [text.count("figures/_drawing.js") for text in html.values()] == [1, 1, 0]
    assert [text.count("figures/surprise_curve.js") for text in html.values()] == [0, 1, 0]
    assert (
        max(len(re.search("<body[^>]*>(.*)", text, re.S)[1]) for text in html.values()) < 8_000
    )  # no front end in a page
    for name, wanted in (("index", "DistributionBars"), ("stored", "SurpriseCurve")):
        page = browser.new_page()
        page.goto((tmp_path / "site" / f"{name}.html").as_uri())
        page.wait_for_selector(".xb-widget[data-status=ready]")
        found = dict(
            page.eval_on_selector_all(
                "[data-quantity]", "nodes => nodes.map((n) => [n.dataset.quantity, Number(n.dataset.value)])"
            )
        )
        page.close()
        numbers = figure.quantities() if wanted == "SurpriseCurve" else widgets.DistributionBars().quantities()
        assert found == pytest.approx(numbers, abs=1e-6)


def build_site(sphinx, source, target):
    import sys
    import warnings

    sys.path.insert(0, str(BOOK / "_ext"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Sphinx's own; what it warns about the site goes to `log`
            log = target.with_suffix(".log").open("w+", encoding="utf-8")
            with log:
                sphinx(
                    source, source, target, target / "doctrees", "html", status=None, warning=log, confoverrides={}
                ).build()
                log.seek(0)
                assert log.read() == ""
    finally:
        sys.path.remove(str(BOOK / "_ext"))
        sys.modules.pop("widget_host", None)


# -- proof that the comparison can fail ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("DistributionBars", "-p * log2(q)", "-p * log2(q + 1e-5)"),
        ("DistributionBars", "x * log2(x / q[k])", "x * Math.log(x / q[k])"),
        ("SurpriseCurve", "-Math.log2(p))", "-Math.log2(p) - 1e-5)"),
        ("HuffmanTree", "a.weight - b.weight || a.order - b.order", "b.weight - a.weight || a.order - b.order"),
        ("HuffmanTree", "while (2 ** -length > p)", "while (2 ** -length >= p)"),
        ("GaussianFit", "-0.5 * ((value - mean) / sd) ** 2", "-0.5 * ((value - mean) / sd) ** 2 * 1.00001"),
        ("SmoothingSlider", "log2(count + alpha))", "log2(count + alpha + 1e-5))"),
        ("SmoothingSlider", "letters[0][0] === 0) return Infinity", "letters[0][0] === 0) return 9"),
        ("DescentPath", "Math.log1p(small)", "Math.log1p(small * 1.0001)"),
        ("DescentPath", "return (g) => -eta * g", "return (g) => -eta * g * 1.001"),
        ("LogitBars", "Math.exp(value - z[y]))", "Math.exp(value - z[y]) * 1.001)"),
        ("LogitBars", "Math.exp(value - top))", "Math.exp(1.0001 * (value - top)))"),
        ("SeparablePoints", "softplus(-dot(row, theta))", "softplus(dot(row, theta))"),
        ("SeparablePoints", "g[k] -= wrong * row[k];", "g[k] -= 1.001 * wrong * row[k];"),
        ("SeparablePoints", "const penalty = [0, l2, l2];", "const penalty = [l2, l2, l2];"),
        ("LogitLosses", "-2 * p * r * r]", "-2 * p * r]"),
        ("LogitLosses", "-r * r * (r + 2 * p * a)", "-r * r * (r + 2 * p * a) * 1.00001"),
        ("LogitLosses", "[sigmoid(-m), softplus(-m)]", "[sigmoid(-m), 1.001 * softplus(-m)]"),
        ("LogitLosses", "const m = side * z;", "const m = -side * z;"),
        ("LogisticFit", "softplus(y ? -z : z)", "softplus(y ? -z : z) * 1.00001"),
        ("LogisticFit", "(logit(b) - logit(a)) / (high - low)", "(logit(b) - logit(a)) / (high - low + 1e-3)"),
        ("LogisticFit", "(residual, i) => residual * x[i]", "(residual, i) => residual * (x[i] + 1e-4)"),
        ("MislabelledPoint", "softplus(-m), -rest,", "softplus(-m), -(rest ** 1.001),"),
        ("MislabelledPoint", "s[i] - w * x)", "s[i] - 1.0001 * w * x)"),
        ("MislabelledPoint", "(1 - p ** Q) / Q,", "(1 - p ** Q) / (Q + 1e-4),"),
        ("MislabelledPoint", "(m) => [(m - 1) ** 2, 2 * (m - 1), 2]", "(m) => [(m - 1.001) ** 2, 2 * (m - 1.001), 2]"),
        (
            "TemperatureSlider",
            "softplus(y[i] ? -beta * value : beta * value)",
            "softplus(y[i] ? -beta * value : 1.001 * beta * value)",
        ),
        (
            "TemperatureSlider",
            "(sigmoid(beta * value) - y[i]) * value",
            "(sigmoid(beta * value) - y[i]) * value - 0.001",
        ),
        ("TemperatureSlider", "Math.abs(forecasts - outcomes)", "(forecasts - outcomes)"),
        ("HonestBet", "-p * Math.log(q) - (1 - p)", "-p * Math.log(q) - (1.00001 - p)"),
        ("HonestBet", "penalty: (p, q) => (q - p) ** 2", "penalty: (p, q) => (q - p) ** 2 * 1.0001"),
        ("HonestBet", "(length(p) * sine ** 2) / (1 + cosine(p, q))", "(length(p) * sine ** 2) / 2"),
        ("HonestBet", "(1 - 2 * p) * (q - p)", "Math.abs((1 - 2 * p) * (q - p))"),
        (
            "TemperatureSlider",
            "let b = clamp(0, Math.ceil(value * nBins) - 1, nBins - 1);",
            "let b = clamp(0, Math.ceil(value * nBins * 0.98) - 1, nBins - 1); if (b >= 0) { bins[b].count += 1; "
            "bins[b].forecasts += value; bins[b].outcomes += y[i]; return; }",
        ),
        ("StrangePoint", "c * u * u - 2 * b * u * v + a * v * v", "c * u * u - 1.99 * b * u * v + a * v * v"),
        (
            "StrangePoint",
            "Math.log(2 * Math.PI) + 0.5 * Math.log(det)",
            "Math.log(2 * Math.PI) + 0.50001 * Math.log(det)",
        ),
        (
            "StrangePoint",
            "joint.map((value) => Math.exp(value - top))",
            "joint.map((value) => 1.001 * Math.exp(value - top))",
        ),
        ("StrangePoint", "(y - mean[1]) * dx) ** 2", "(y - mean[1]) * dx * 1.001) ** 2"),
        ("StrangePoint", "score >= own[name]", "score >= own[name] + 0.5"),
        ("ThresholdSlider", "[Number(p >= threshold)]", "[Number(p >= threshold + 0.001)]"),
        ("ThresholdSlider", "(fp + ratio * fn) / (tn + fp + fn + tp)", "(fp + ratio * fn) / (tn + fp + fn + tp + 1)"),
        ("ThresholdSlider", "const bayes = 1 / (1 + ratio);", "const bayes = 1 / ratio;"),
        (
            "ThresholdSlider",
            "cost < best.cost ? { threshold, cost } : best",
            "cost < 0.9 * best.cost ? { threshold, cost } : best",
        ),
        ("ThresholdSlider", "(2 * tp) / (2 * tp + fp + fn)", "(2 * tp) / (tp + fp + fn)"),
        ("GateQueue", "review / (error - repair)", "review / (error - 1.001 * repair)"),
        ("GateQueue", "(rollback - review) / repair)", "(rollback - review) / (repair + 0.001))"),
        ("GateQueue", "out.stated += 1 - c;", "out.stated += 1 - 0.999 * c;"),
        ("GateQueue", "out.cost += review + repair * wrong;", "out.cost += review;"),
        ("GateQueue", "if (c >= gate.accept) {", "if (c >= gate.accept - 0.01) {"),
    ],
)
def test_a_broken_formula_is_detected(name, right, wrong):
    file = _front_end.file_of(name)
    assert _front_end.front_end(file).count(right) == 1
    with pytest.raises(AssertionError):
        assert_front_end_agrees(name, edit=lambda text: text.replace(right, wrong))
