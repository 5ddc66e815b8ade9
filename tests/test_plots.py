"""Every figure takes data and axes, returns the axes, and leaves Matplotlib's settings and figures alone."""

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from xentbook import plots

# One call for each figure: its positional arguments and its keyword arguments.
EXAMPLES = {}

EXAMPLES |= {  # chapter 1, surprise
    "plot_additivity": ([np.array([1, 2, 3]), {"−log₂ p": np.ones(3), "1 − p": np.array([1.0, 0.75, 0.583])}], {}),
    "plot_running_surprise": (
        [{"careful": np.array([0.1, 0.3, 0.4]), "confident": np.array([0.0, 4.0, 4.0]), "base rate": np.array([0.5, 1.0, 3.9])}],
        {"unit": "nats", "things": "tumours"},
    ),
    "plot_letter_surprisals": ([list(" etz"), np.array([2.34, 3.29, 3.67, 10.4])], {}),
    "plot_surprise_shares": (
        [np.array([0.01, 0.1, 0.37, 1.0]), np.array([0.066, 0.332, 0.531, 0.0]), {" ": (0.2, 0.46), "e": (0.1, 0.33)}],
        {"named": " e"},
    ),
    "plot_text_surprisals": (["dark ly", np.array([4.7, 3.8, 4.6, 7.5, 2.3, 4.9, 6.1])], {"top": 11}),
}

EXAMPLES |= {  # chapter 2, entropy and codes
    "plot_binary_entropy": ([np.array([0.0, 0.5, 1.0]), np.array([0.0, 1.0, 0.0])], {}),
    "plot_dyadic_intervals": ([{"a": "0", "b": "100", "c": "101"}], {}),
    "plot_code_lengths": ([list(" eq"), np.array([0.5, 1.8, 3.2]), {"Shannon": [1, 2, 4], "Huffman": [1, 2, 2]}], {}),
    "plot_narrowing": ([[(0.0, 1.0), (0.6, 0.9), (0.6, 0.78)], {"e": (0.0, 0.6), "t": (0.6, 0.9), "a": (0.9, 1.0)}], {}),
    "plot_block_codes": ([[1, 2, 3], {"real": ([4.1, 3.6, 3.2], [4.0, 3.5, 3.1]), "shuffled": ([4.1] * 3, [4.0] * 3)}], {}),
    "plot_next_letter_entropy": (
        [[1, 2, 3], {"all": np.array([4.0, 3.2, 2.4]), "part": np.array([3.9, 2.9, 1.8])}],
        {"published": {1: 4.03, 2: 3.32}},
    ),
    "plot_bits_per_letter": ([{"five": 5, "Huffman": 4.06}], {"band": (0.6, 1.3), "band_label": "a reader"}),
}

EXAMPLES |= {  # chapter 3, cross-entropy and KL divergence
    "plot_excess_terms": ([list(" qth"), np.array([0.029, 0.117, -0.041, -0.034])], {}),
    "plot_excess_matrix": ([np.array([[0.0, np.inf], [0.25, 0.0]]), ["English", "Spanish"]], {"quantity": "bits"}),
    "plot_cross_entropy_curves": (
        [np.array([0.1, 0.5, 0.9]), np.array([[1.737, 1.0, 1.737], [3.322, 1.0, 0.152]])],
        {"truths": np.array([0.5, 1.0]), "floors": np.array([1.0, 0.0])},
    ),
    "plot_detour": ([[0.5, 0.3, 0.1], np.array([0.126, 0.222, 0.737])], {}),
    "plot_gaussian_fits": (
        [np.linspace(-2, 2, 5), np.array([0.1, 0.4, 0.1, 0.3, 0.1])],
        {"forward": np.array([0.1, 0.2, 0.4, 0.2, 0.1]), "reverse": np.array([0.2, 0.6, 0.2, 0.0, 0.0])},
    ),
    "plot_triangles": ([np.array([[0.3, 0.5], [0.4, 0.6]]), np.array([[0.2, 0.6], [0.5, 0.9]]), ["JS (bits)", "√JS"]], {}),
    "plot_information_gain": (
        [np.array([1.0, 2.0, 3.0]), np.array([0.1, 0.4, 0.2])],
        {"best": (2.0, 0.4), "xlabel": "length (cm)"},
    ),
    "plot_sampling_bias": ([np.array([100, 1000, 10_000]), *np.array([[0.2, 0.02, 0.002]] * 3)], {}),
}

EXAMPLES |= {  # chapter 4, predicting text
    "plot_bits_by_order": (
        [[1, 2, 3], {"no smoothing": np.array([4.0, np.inf, np.inf]), "add one": np.array([4.0, 3.1, 2.4])}],
        {},
    ),
    "plot_smoothing_curve": ([np.array([0.01, 0.1, 1.0]), {"held out": np.array([2.1, 1.9, 2.4]), "training": np.ones(3)}], {}),
    "plot_passage_surprisals": (["to be or not to be", np.linspace(0, 7, 18)], {"width": 8}),
    "plot_bits_by_position": ([np.array([3.5, 1.6, 1.5])], {}),
    "plot_learning_curve": ([np.array([1000, 10_000]), {"order 2": np.array([3.3, 3.1]), "order 5": np.array([3.2, 2.5])}], {}),
    "plot_compressed_sizes": ([["zlib", "ours"], np.array([2.2, np.nan]), np.array([2.1, 1.6])], {}),
    "plot_bits_along_text": (
        [np.array([0, 2000, 4000]), {"order 8": np.array([2.7, 0.9, 2.6])}],
        {"mark": (1900, 3900, "copied")},
    ),
}

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
