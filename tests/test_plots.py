"""Every figure takes data and axes, returns the axes, and leaves Matplotlib's settings and figures alone."""

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from xentbook import plots

# One call for each figure: its positional arguments and its keyword arguments.
EXAMPLES = {}

FIGURES = [name for name in plots.__all__ if name.startswith("plot_")]


@pytest.fixture(autouse=True)
def no_figure_is_left_open():
    yield
    plt.close("all")


def draw(name, **options):
    args, kwargs = EXAMPLES[name]
    return getattr(plots, name)(*args, **kwargs, **options)


def test_every_figure_has_an_example_here():
    assert sorted(EXAMPLES) == sorted(FIGURES)


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_draws_on_the_axes_it_is_given_and_returns_them(name):
    figure, ax = plt.subplots()
    assert draw(name, ax=ax) is ax
    assert ax.has_data()
    assert plt.get_fignums() == [figure.number]


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_without_axes_makes_one_figure_in_the_house_style(name):
    ax = draw(name)
    assert ax.has_data()
    assert len(plt.get_fignums()) == 1
    assert ax.figure.get_figwidth() == pytest.approx(5.6)


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_changes_no_global_setting_and_never_shows_itself(name, monkeypatch):
    monkeypatch.setattr(plt, "show", lambda *args, **kwargs: pytest.fail("a figure called show()"))
    before = dict(matplotlib.rcParams)
    draw(name)
    assert dict(matplotlib.rcParams) == before


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_leaves_its_data_unchanged(name):
    args, kwargs = EXAMPLES[name]
    arrays = [value for value in (*args, *kwargs.values()) if isinstance(value, np.ndarray)]
    copies = [array.copy() for array in arrays]
    draw(name)
    assert all(np.array_equal(array, copy, equal_nan=True) for array, copy in zip(arrays, copies, strict=True))


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_names_both_axes(name):
    ax = draw(name)
    assert ax.get_xlabel() and ax.get_ylabel()


@pytest.mark.parametrize("name", FIGURES)
def test_no_text_of_a_figure_is_smaller_than_a_phone_can_show(name):
    ax = draw(name)
    ax.figure.canvas.draw()
    texts = [text for text in ax.findobj(matplotlib.text.Text) if text.get_text() and text.get_visible()]
    assert min(text.get_fontsize() for text in texts) >= 10
