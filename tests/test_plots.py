"""Every figure takes data and axes, returns the axes, and leaves Matplotlib's settings and figures alone.

What the notebooks draw is read from their cells: a figure renamed, or called wrongly, is seen without running them.
"""

import ast
import inspect
import json
import re
import subprocess
import sys

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
from guards import ROOT
from matplotlib.text import Text

from xentbook import plots
from xentbook.plots import book

# One call for each figure: its positional arguments and its keyword arguments.
EXAMPLES = {}

EXAMPLES |= {  # chapter 1, surprise
    "plot_square_and_ruler": ([(0.5, 0.125), (1.0, 3.0), ("a coin\nfalls heads", "a die shows 8")], {}),
    "plot_additivity": ([np.array([1, 2, 3]), {"−log₂ p": np.ones(3), "1 − p": np.array([1.0, 0.75, 0.583])}], {}),
    "plot_running_surprise": (
        [
            {
                "careful": np.array([0.1, 0.3, 0.4]),
                "confident": np.array([0.0, 4.0, 4.0]),
                "base rate": np.array([0.5, 1.0, 3.9]),
            }
        ],
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
    "plot_code_areas": (
        ["abc", np.array([0.5, 0.3, 0.2]), {"two bits": (["00", "01", "10"], 2.0), "short": (["0", "10", "11"], 1.5)}],
        {"ideal": np.array([1.0, 1.74, 2.32])},
    ),
    "plot_binary_entropy": ([np.array([0.0, 0.5, 1.0]), np.array([0.0, 1.0, 0.0])], {}),
    "plot_dyadic_intervals": ([{"a": "0", "b": "100", "c": "101"}], {}),
    "plot_code_lengths": ([list(" eq"), np.array([0.5, 1.8, 3.2]), {"Shannon": [1, 2, 4], "Huffman": [1, 2, 2]}], {}),
    "plot_narrowing": (
        [[(0.0, 1.0), (0.6, 0.9), (0.6, 0.78)], {"e": (0.0, 0.6), "t": (0.6, 0.9), "a": (0.9, 1.0)}],
        {},
    ),
    "plot_block_codes": (
        [[1, 2, 3], {"real": ([4.1, 3.6, 3.2], [4.0, 3.5, 3.1]), "shuffled": ([4.1] * 3, [4.0] * 3)}],
        {},
    ),
    "plot_next_letter_entropy": (
        [[1, 2, 3], {"all": np.array([4.0, 3.2, 2.4]), "part": np.array([3.9, 2.9, 1.8])}],
        {"published": {1: 4.03, 2: 3.32}},
    ),
    "plot_bits_per_letter": ([{"five": 5, "Huffman": 4.06}], {"band": (0.6, 1.3), "band_label": "a reader"}),
}

EXAMPLES |= {  # chapter 3, cross-entropy and KL divergence
    "plot_code_grid": (
        [
            "aetq",
            np.array([[0.5, 0.25, 0.125, 0.125], [0.125, 0.5, 0.25, 0.125]]),
            np.array([[1, 2, 3, 3], [3, 1, 2, 3]]),
            np.array([[1.75, 2.375], [2.25, 1.75]]),
            ["S", "E"],
        ],
        {},
    ),
    "plot_entropy_bars": ([7.18, 4.02, 4.02, 0.86, ("first letter", "second letter")], {}),
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
    "plot_sampling_bias": ([np.array([100, 1000, 10_000]), *np.array([[0.2, 0.02, 0.002]] * 3)], {}),
}

EXAMPLES |= {  # chapter 4, predicting text
    "plot_loss_as_file": (["to be", np.array([0.1, 0.9, 0.5, 0.4, 0.6]), -np.log2([0.1, 0.9, 0.5, 0.4, 0.6])], {}),
    "plot_bits_by_order": (
        [[1, 2, 3], {"no smoothing": np.array([4.0, np.inf, np.inf]), "add one": np.array([4.0, 3.1, 2.4])}],
        {},
    ),
    "plot_smoothing_curve": (
        [np.array([0.01, 0.1, 1.0]), {"held out": np.array([2.1, 1.9, 2.4]), "training": np.ones(3)}],
        {},
    ),
    "plot_passage_surprisals": (["to be or not to be", np.linspace(0, 7, 18)], {"width": 8}),
    "plot_bits_by_position": ([np.array([3.5, 1.6, 1.5])], {}),
    "plot_learning_curve": (
        [np.array([1000, 10_000]), {"order 2": np.array([3.3, 3.1]), "order 5": np.array([3.2, 2.5])}],
        {},
    ),
    "plot_bits_along_text": (
        [np.array([0, 2000, 4000]), {"order 8": np.array([2.7, 0.9, 2.6])}],
        {"mark": (1900, 3900, "copied")},
    ),
}

EXAMPLES |= {  # chapter 5, maximum likelihood
    "plot_probability_bars": (
        [
            np.array([53.0, 70, 70, 70]),
            np.array([1, 1, 1, 0]),
            {
                "one risk": (np.array([50.0, 80.0]), np.array([0.3, 0.3]), np.full(4, 0.3)),
                "a curve": (np.array([50.0, 80.0]), np.array([0.9, 0.1]), np.array([0.8, 0.4, 0.4, 0.4])),
            },
        ],
        {"xlabel": "temperature (°F)", "names": ("quiet", "damage")},
    ),
    "plot_newton_step": (
        [
            np.array([-2.0, -1.0, 0.0]),
            np.array([17.0, 14.2, 15.9]),
            np.array([18.4, 14.3, 15.9]),
            [(0.0, 15.9), (-0.78, 14.1), (-0.83, 14.1)],
        ],
        {"xlabel": "logit", "ylabel": "loss (nats)"},
    ),
    "plot_risk_curve": (
        [np.array([31.0, 65, 81]), np.array([0.9996, 0.5, 0.03])],
        {
            "low": np.array([0.5, 0.2, 0.0]),
            "high": np.array([1.0, 0.8, 0.4]),
            "outcomes": ([53.0, 70, 81], [1, 1, 0]),
            "mark": (31, 0.9996),
            "xlabel": "temperature (°F)",
            "ylabel": "probability",
        },
    ),
    "plot_likelihood_surface": (
        [np.array([-1.0, 0.0, 1.0]), np.array([-0.5, 0.0]), np.array([[4.0, 1.0, 2.5], [1.0, 0.0, 6.0]])],
        {
            "best": (0.0, -0.2),
            "ellipse": ([-0.5, 0.0, 0.5], [-0.2, -0.1, -0.2]),
            "level": 3.0,
            "xlabel": "logit (nats)",
            "ylabel": "slope (nats per °F)",
        },
    ),
    "plot_estimation_error": (
        [np.array([230, 2300]), {"slope": np.array([0.04, 0.01])}, {"slope": np.array([0.034, 0.011])}],
        {"xlabel": "flights"},
    ),
    "plot_projection": (
        [
            np.array([0.0, 4, 8, 10]),
            np.array([0.05, 0.05, 0.95, 0.95]),
            np.array([0.0, 0.04, 0.5, 0.9]),
            np.array([[0.0, 0.1, 0.5, 0.8]]),
        ],
        {"xlabel": "load"},
    ),
    "plot_said_and_happened": ([{"right": ([0.1, 0.9], [0.1, 0.9]), "wrong": ([0.1, 0.9], [0.3, 0.6])}], {}),
    "plot_coverage": ([np.array([0.1, 0.5]), {"Wald": np.array([0.8, 0.93]), "Wilson": np.array([0.95, 0.96])}], {}),
}

EXAMPLES |= {  # chapter 6, the loss functions
    "plot_relative_errors": (
        [np.array([1.0, 20.0, 40.0]), {"a": [1e-16, 1e-4, 1.0], "b": [1e-16, 1e-8, 1.0], "c": [1e-16, 2e-16, 1e-16]}],
        {"floor": 1e-15},
    ),
    "plot_loss_spectrum": ([np.array([3e-11, 2e-8, 4e-6, 0.3, 20.0]), {"rounded to 1": 2.0**-25}], {}),
    "plot_clipped_losses": (
        [np.array([1.0, 1e-20, 1e-40]), {"exact": np.array([0.0, 46.1, 92.1]), "capped": np.array([0.0, 36.0, 36.0])}],
        {"picture": np.eye(8), "title": "a 2, given 0"},
    ),
    "plot_losses_by_choice": (
        [np.array([5, 6, 7]), {"clipped": [0.2, 0.19, 0.21], "exact": [np.inf, np.inf, 0.21]}],
        {"xlabel": "neighbours asked"},
    ),
    "plot_smoothed_losses": (
        [np.array([0.0, 4.0, 12.0]), [[2.3, 0.15, 0.0], [2.3, 0.51, 1.1]]],
        {"amounts": [0, 0.1], "best": [np.inf, 4.51], "floors": [0.0, 0.5]},
    ),
}

EXAMPLES |= {  # in your framework
    "plot_lost_pulls": (
        [np.array([0.0, 10, 20, 30]), {"logits": [0.5, 1.0, 1.0, 1.0], "clipped": [0.5, 1.0, 0.0, 0.0]}],
        {},
    ),
}

EXAMPLES |= {  # chapter 9, optimisers
    "plot_step_lengths": ([{"short": [1.5, 1.2, 1.0], "long": [1.5, -1.2, 1.0], "too long": [1.0, -1.4]}], {}),
    "plot_paths": (
        [(np.linspace(-2, 1, 4), np.linspace(-2, 1, 3), np.outer([0.0, 0.5, 2.0], [1.0, 0.1, 0.5, 1.5]))]
        + [{"scaled": np.array([[0.0, 0.0], [-1.4, -1.9], [-1.1, -1.6]]), "raw": np.array([[0.0, 0.0], [0.0, -1.9]])}],
        {"minimum": (-1.1, -1.6), "xlabel": "intercept", "ylabel": "slope"},
    ),
    "plot_step_sweep": (
        [np.array([1.0, 3.0, 4.0]), np.array([[0.4, 0.4, 0.5], [0.4, 0.4, 0.6]])],
        {"limits": {"2/L": 2.0}},
    ),
    "plot_convergence": (
        [
            {"slow": np.arange(4), "fast": np.arange(3)},
            {"slow": np.array([1, 0.5, 0.2, 0.1]), "fast": np.array([1, 1e-3, 1e-13])},
        ],
        {"xlabel": "step", "log_x": True, "labels_at": {"fast": (1.0, 0.01)}},
    ),
    "plot_noise_floor": (
        [np.array([0.1, 0.2]), {"fresh": np.array([0.01, 0.02]), "shuffled": np.array([1e-4, 8e-4])}],
        {"predicted": np.array([0.01, 0.02])},
    ),
    "plot_step_grid": (
        [{"SGD": (np.array([0.1, 1.0]), np.array([1.0, 9.0])), "Adam": (np.array([0.01, 0.1]), np.array([2.0, 0.2]))}],
        {"ylabel": "loss reached (nats)"},
    ),
}

EXAMPLES |= {  # chapter 8, convexity
    "plot_bowls": (
        [
            [1 + np.add.outer(np.linspace(-1, 1, 5) ** 2, np.linspace(-1, 1, 4) ** 2)] * 3,
            ["a", "b", "c"],
            ["bw", "bw", "w₀ w₁"],
        ],
        {"lowest": [[[0, 0]], [[0, 0.2], [0, 1]], [[-1, -1], [1, 1]]]},
    ),
    "plot_chords": ([np.array([0.0, 0.5, 1.0]), {"a": np.array([1.0, 0.2, 0.4])}], {"ylabel": "loss (nats)"}),
    "plot_boundaries": (
        [
            np.array([[1.0, 0.2], [1.5, 0.4], [4.0, 1.2], [4.5, 1.5]]),
            np.array([0, 0, 1, 1]),
            {"1 step": (-3.0, 1.0, 0.5), "gap": (-4.0, 1.0, 1.0)},
        ],
        {"names": ["a", "b"], "xlabel": "length (cm)", "ylabel": "width (cm)"},
    ),
    "plot_weight_growth": (
        [np.array([1.0, 10.0, 100.0]), np.array([0.5, 2.0, 4.3])],
        {"slope": 1.0, "xlabel": "time", "ylabel": "length"},
    ),
    "plot_penalty_path": (
        [np.array([1.0, 0.1, 0.01]), {"a": np.array([1.0, 2.0, 3.0]), "b": np.array([0.5, 0.9, 1.0])}],
        {"ylabel": "length"},
    ),
    "plot_one_unit": (
        [np.linspace(0, 8, 9), {"a": np.array([1.0, 2.0]), "b": np.array([6.0, 7.9])}, {"one": np.linspace(0, 0.5, 9)}],
        {"xlabel": "length (cm)", "ylabel": "probability"},
    ),
    "plot_pass": (
        [np.linspace(0, 4, 5), np.array([0.4, 0.5, 0.7, 0.6, 0.5])],
        {
            "marks": {"low": 0, "pass": 2, "high": 4},
            "floor": (0.69, "no way below"),
            "xlabel": "way",
            "ylabel": "loss (nats)",
        },
    ),
}

EXAMPLES |= {  # chapter 10, other losses
    "plot_loss_curves": (
        [
            np.array([0.1, 0.5, 0.9]),
            {"cross-entropy": np.array([2.3, 0.7, 0.1]), "squared error": np.array([0.8, 0.25, 0.01])},
        ],
        {
            "labels": {"cross-entropy": (0.3, 2.0), "squared error": (0.2, 0.3, 0.5, 0.25)},
            "lowest": {"cross-entropy": (0.9, 0.1)},
            "truth": 0.7,
            "top": 3.0,
            "xlabel": "probability",
            "ylabel": "price",
        },
    ),
    "plot_best_answers": (
        [
            np.linspace(0.1, 0.9, 9),
            {"squared error": np.linspace(-0.5, 0.3, 9) ** 2, "absolute error": np.linspace(0.6, 0.2, 9)},
            [0, 0, 1, 1, 1],
            ["versicolor", "virginica"],
        ],
        {},
    ),
    "plot_noise_runs": (
        [
            np.array([0.0, 0.2, 0.4]),
            {"absolute": np.array([[0.95, 0.94, 0.93], [0.96, 0.95, 0.92]]), "focal": np.ones((2, 3))},
        ],
        {"labels": {"absolute": 0.93, "focal": 1.0}, "xlabel": "rate of noise", "ylabel": "accuracy"},
    ),
}

EXAMPLES |= {  # chapter 7, gradients
    "plot_pushes": ([range(3), np.array([0.1, 0.8, 0.1]), 0], {"image": np.eye(4)}),
    "plot_way_back": (
        [
            np.eye(4),
            np.array([-0.4, 0.2, 0.0]),
            np.array([True, True, False]),
            np.array([-0.9, 0.9]),
            np.array([[-0.6, -0.3, 0.1], [0.2, 0.5, 0.1]]),
        ],
        {"names": "ab"},
    ),
    "plot_class_images": ([np.linspace(-1, 1, 60).reshape(5, 3, 4), "abcde"], {}),
    "plot_difference_errors": (
        [
            10.0 ** -np.arange(1, 8),
            {"forward": [1e-2, 1e-3, 1e-4, 1e-3, 1e-2, 1e-1, np.nan], "complex step": [1e-4, *[1e-16] * 6]},
        ],
        {},
    ),
    "plot_curvatures": (
        [
            np.linspace(-1, 1, 5),
            {"cross-entropy": np.array([0.1, 0.2, 0.25, 0.2, 0.1]), "squared error": np.linspace(-0.1, 0.1, 5)},
        ],
        {},
    ),
    "plot_turning_steps": (
        [
            np.arange(1, 5),
            {"cross-entropy": np.array([2, 3, 4, 5]), "squared error": np.array([4, 8, 60, 400])},
            np.exp(np.arange(1, 5)),
        ],
        {"law_name": "e^z"},
    ),
    "plot_layer_errors": ([{"sigmoid": np.array([1e-4, 1e-2, 0.4]), "tanh": np.array([0.1, 0.2, 0.4])}], {}),
}

EXAMPLES |= {  # chapter 11, calibration
    "plot_reliability": (
        [
            (
                np.array([0.1, np.nan, 0.8]),
                np.array([0.2, np.nan, 0.7]),
                np.array([10, 0, 30]),
                np.array([0.0, 1 / 3, 2 / 3, 1.0]),
            )
        ],
        {"band": (np.array([0.0, np.nan, 0.6]), np.array([0.3, np.nan, 0.9]))},
    ),
    "plot_promises": ([{"as trained": (90, 7, 0.3), "with T": (45, 1, 1.3)}], {}),
    "plot_chance_error": (
        [np.array([100, 1600]), {"15 bins": np.array([0.08, 0.02])}, {"15 bins": np.array([0.081, 0.0201])}],
        {},
    ),
    "plot_training": ([np.array([16, 64, 256]), np.array([0.3, 0.05, 0.002]), np.array([0.32, 0.25, 0.3])], {}),
    "plot_confidence": ([np.array([16, 64, 256]), np.array([0.84, 0.95, 0.98]), np.array([0.88, 0.9, 0.92])], {}),
    "plot_calibration_maps": (
        [np.array([-5.0, 0.0, 5.0]), {"temperature": np.array([0.1, 0.5, 0.9])}],
        {"seen": (np.array([-3.0, 3.0]), np.array([0.2, 0.8])), "xlabel": "log-odds (nats)"},
    ),
}

EXAMPLES |= {  # chapter 13, decisions
    "plot_scores": (
        [[0, 0, 1, 1], [0.2, 0.7, 0.4, 0.9], [[1, 1], [1, 1]]],
        {"threshold": 0.5, "names": ("benign", "malignant")},
    ),
    "plot_roc": (
        [{"a model": (np.array([0.0, 0.1, 1.0]), np.array([0.0, 0.8, 1.0]))}],
        {"marks": {"t = 0.5": (0.1, 0.8)}},
    ),
    "plot_precision_recall": ([{"a model": (np.array([1.0, 0.8, 0.4]), np.array([0.2, 0.7, 1.0]))}], {}),
    "plot_act_costs": (
        [
            np.array([0.0, 0.05, 0.5, 0.95, 1.0]),
            {"leave": np.array([0.0, 0.1, 1.0, 1.9, 2.0]), "treat": np.array([1.0, 0.95, 0.5, 0.05, 0.0])},
        ],
        {"edges": (1 / 3,), "lost": (1 / 3, 0.5), "cases": (np.array([0.2, 0.8]), np.array([0, 1]))},
    ),
    "plot_log_odds": (
        [{"as it is": np.array([-9.0, -1.0, 2.0]), "divided": np.array([-2.0, 1.0, 0.5])}, np.array([0, 1, 1])],
        {"threshold": -2.2, "names": ("benign", "malignant"), "reach": 5},
    ),
    "plot_rule_costs": (
        [np.array([1, 10, 50]), {"at 0.5": np.array([0.1, 0.9, 4.0]), "at t": np.array([0.1, 0.4, 0.5])}],
        {},
    ),
    "plot_loss_against_f1": ([np.array([0.1, 0.3, 0.6]), np.array([0.9, 0.8, 0.3])], {"pair": {"plain": (0.3, 0.8)}}),
    "plot_all_costs": ([np.array([-4.0, 0.0, 4.0]), {"a model": np.array([0.01, 0.1, 0.02])}], {}),
    "plot_second_looks": (
        [np.array([0.0, 0.5, 1.0]), {"sure": np.array([0.4, 0.4, 0.4]), "not sure": np.array([0.0, 0.3, 0.39])}],
        {"ceiling": 0.9},
    ),
}

EXAMPLES |= {  # chapter 12, proper scores
    "plot_lies": (
        [np.array([0.0, 0.5, 1.0]), {"log": np.array([np.inf, 0.1, np.inf]), "absolute": np.array([0.2, 0.0, -0.1])}],
        {"belief": 0.7, "labels": {"log": (0.2, 0.4), "absolute": (0.4, 0.1)}},
    ),
    "plot_tangent": (
        [np.array([0.0, 0.5, 1.0]), np.array([0.0, 0.25, 0.0]), np.array([0.04, 0.34, 0.64])],
        {"announced": (0.2, 0.16), "believed": (0.7, 0.21, 0.46), "ends": ("dry: 0.04", "rain: 0.64")},
    ),
    "plot_false_certainty": (
        [np.array([0.0, 0.5, 1.0]), {"Brier": (np.array([0.0, 1.0, 0.0]), np.array([4.0, 2.0, 0.0]))}],
        {"said": 0.99},
    ),
    "plot_score_curves": (
        [np.array([0.0, 0.5, 1.0]), {"log": np.array([0.0, 1.0, np.inf]), "Brier": np.array([0.0, 1.0, 4.0])}],
        {
            "labels": {"log": (0.8, 3.0), "Brier": (0.4, 0.5)},
            "xlabel": "q",
            "ylabel": "price",
            "top": 6,
            "mark": (0.9, "here"),
        },
    ),
    "plot_disagreement": (
        [np.array([0.05, 0.1, -0.02]), np.array([-0.03, 0.01, -0.04])],
        {"names": ("weak", "strong")},
    ),
    "plot_attributes": (
        [np.array([0.0, 0.5, 1.0]), np.array([0.01, 0.5, 0.93]), np.array([0.6, 0.3, 0.1])],
        {"base": 0.25, "event": "rain"},
    ),
    "plot_kept_promises": (
        [{"focal": (np.array([0.3, 0.7]), np.array([0.1, 0.9]))}],
        {"labels": {"focal": (0.5, 0.8)}},
    ),
}

EXAMPLES |= {  # chapter 14, anomaly detection
    "plot_alarms": (
        [
            np.array([[1.4, 0.2], [4.5, 1.5]]),
            np.linspace(0, 6, 7),
            np.linspace(0, 3, 4),
            [np.add.outer(np.arange(4), np.arange(7)) > 5, np.add.outer(np.arange(4), np.arange(7)) < 2],
            ["one", "two"],
        ],
        {"marks": {"A": (2.5, 0.7), "B": (5.0, 2.0)}, "caught": [[False, True], [True, False]]},
    ),
    "plot_directions": (
        [
            np.array([[-1.0, -1.1], [1.0, 0.9]]),
            np.array([[2.0, 2.0], [0.3, -0.3]]),
            ["both large", "long and narrow"],
        ],
        {"mark": (0.7, -1.1), "name": "B", "xlabel": "length (sd)", "ylabel": "width (sd)"},
    ),
    "plot_pictures": ([np.eye(8)[np.newaxis], ["a digit"], ["v = 0.25"]], {"xlabel": "p-value", "ylabel": "ink"}),
    "plot_score_levels": (
        [
            np.array([[1.4, 0.2], [4.5, 1.5]]),
            np.linspace(0, 6, 7),
            np.linspace(0, 3, 4),
            np.add.outer(np.arange(4.0), np.arange(7.0)),
            [2, 4],
        ],
        {"marks": {"A": (2.5, 0.7)}, "xlabel": "petal length (cm)", "ylabel": "petal width (cm)"},
    ),
    "plot_tail": (
        [
            np.array([5.0, 50.0, 100.0]),
            {"new benign": np.array([1.0, 0.2, 0.05]), "chi-squared": np.array([1.0, 0.01, 0.0])},
        ],
        {"xlabel": "squared Mahalanobis distance"},
    ),
    "plot_rebuilt": (
        [np.eye(8)[np.newaxis], {"plane": np.full((1, 8, 8), 0.5)}],
        {"titles": ["1.2"], "xlabel": "reconstruction error"},
    ),
    "plot_contest": (
        [
            {
                "cells": {"Gaussian": np.array([0.9, 0.95]), "forest": np.array([0.8, 0.9])},
                "one kind usual": {"Gaussian": np.array([0.99, 1.0]), "forest": np.array([0.97, 0.99])},
                "one kind strange": {"Gaussian": np.array([0.7, 0.8]), "forest": np.array([0.4, 0.7])},
            }
        ],
        {},
    ),
    "plot_contamination": (
        [np.array([0.0, 0.1, 0.2]), {"Gaussian": np.array([0.96, 0.9, 0.82]), "mixture": np.array([0.95, 0.9, 0.82])}],
        {},
    ),
}

EXAMPLES |= {  # chapter 15
    "plot_meters": (
        (np.linspace(0, 1, 2 * 6 * 64).reshape(2, 6, 8, 8), ["123455: 90%, right", "000000: 10%, wrong"]),
        {},
    ),
    "plot_action_costs": (
        (
            np.linspace(0, 1, 50),
            {"accept": 60 * np.linspace(1, 0, 50), "review": np.linspace(5, 1, 50), "roll back": np.full(50, 4.0)},
        ),
        {
            "switches": [0.25, 0.98],
            "zones": ["roll back", "review", ""],
            "xlabel": "probability of being right",
            "ylim": (0, 8),
            "marks": {"A": 0.99, "B": 0.9},
        },
    ),
    "plot_risk_coverage": (
        ({"once": (np.arange(1, 9) / 8, np.arange(8) / 40), "loop": (np.arange(1, 9) / 8, np.arange(8) / 80)},),
        {},
    ),
    "plot_costs_by_split": (
        ({"as trained": np.array([2.0, 2.6, 3.0]), "with temperature": np.array([1.7, 1.9, 2.0])},),
        {},
    ),
    "plot_alarm": (
        (
            np.array([0.15, 0.25, 0.35]),
            {"wrong, it says": np.array([0.5, 0.6, 0.7]), "fails the check": np.array([0.4, 0.6, 0.8])},
        ),
        {"usual": 0.25},
    ),
}

EXAMPLES |= {  # for data of one's own, in no chapter yet
    "plot_distributions": ([["a", "b", " "], {"truth p": np.array([0.5, 0.3, 0.2]), "model q": [0.6, 0.3, 0.1]}], {}),
    "plot_confusion_matrix": ([np.array([[50, 3], [4, 43]])], {"names": ["benign", "malignant"]}),
}

PUBLIC = [name for name in plots.__all__ if name.startswith("plot_")]
FIGURES = PUBLIC + book.__all__
NOTEBOOKS = sorted((ROOT / "notebooks").rglob("*.ipynb"))


@pytest.fixture(autouse=True)
def no_figure_is_left_open():
    yield
    plt.close("all")


def draw(name, **options):
    args, kwargs = EXAMPLES[name]
    return getattr(plots if name in PUBLIC else book, name)(*args, **kwargs, **options)


def calls(path):
    """Return the calls of figures in the code cells of a notebook, as pairs of dotted name and node."""
    cells = [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]
    return [call for cell in cells for call in calls_in("".join(cell["source"]))]


def calls_in(source):
    code = re.sub(r"^(\s*)[%!].*", r"\1pass", source, flags=re.MULTILINE)
    nodes = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    return [(ast.unparse(node.func), node) for node in nodes if ast.unparse(node.func).startswith(("plots.", "book."))]


def call_problem(name, call):
    """Return why the call of a figure, written `plots.name` or `book.name`, cannot work; None if it can."""
    module, _, figure = name.partition(".")
    if figure not in {"plots": plots, "book": book}[module].__all__:
        return f"{name} is no figure"
    several = any(isinstance(argument, ast.Starred) for argument in call.args)
    several |= any(keyword.arg is None for keyword in call.keywords)  # **options: what they hold is not seen here
    signature = inspect.signature(getattr({"plots": plots, "book": book}[module], figure))
    bind = signature.bind_partial if several else signature.bind
    named = {keyword.arg: None for keyword in call.keywords if keyword.arg}
    try:
        bind(*(argument for argument in call.args if not isinstance(argument, ast.Starred)), **named)
    except TypeError as error:
        return f"{name}: {error}"
    return None


def test_every_figure_has_an_example_here():
    assert sorted(EXAMPLES) == sorted(FIGURES)


def test_about_ten_figures_are_public_and_the_others_private_to_the_book():
    assert 8 <= len(PUBLIC) <= 14
    assert "book" not in plots.__all__
    assert not set(PUBLIC) & set(book.__all__)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.relative_to(ROOT / "notebooks").as_posix())
def test_a_notebook_calls_figures_by_their_names_and_with_their_parameters(path):
    assert [problem for problem in (call_problem(*call) for call in calls(path)) if problem] == []


def test_every_figure_of_the_book_is_drawn_in_it():
    drawn = {name for path in NOTEBOOKS for name, _ in calls(path)}
    assert [name for name in book.__all__ if f"book.{name}" not in drawn] == []


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        ("book.plot_coverage(p, shares)", None),
        ("plots.plot_paths(grid, **words)", None),
        ("plots.plot_coverage(p, shares)", "plots.plot_coverage is no figure"),
        ("book.plot_coverages(p, shares)", "book.plot_coverages is no figure"),
        ("book.plot_coverage(p)", "book.plot_coverage: missing a required argument: 'coverage'"),
        ("book.plot_coverage(p, shares, 0.9)", "book.plot_coverage: too many positional arguments"),
        ("plots.plot_paths(grid, floor=0, **words)", "plots.plot_paths: got an unexpected keyword argument 'floor'"),
    ],
)
def test_a_wrong_call_is_noticed(call, problem):
    assert [call_problem(*found) for found in calls_in(f"%matplotlib inline\nax = {call}")] == [problem]


@pytest.mark.parametrize("name", ["plot_roc", "plot_convergence", "plot_distributions"])
def test_more_curves_than_looks_are_refused_rather_than_left_out(name):
    curves = {
        str(k): np.array([[0.0, 0.5], [0.2, 0.8]]) if name == "plot_roc" else np.array([0.4, 0.6]) for k in range(8)
    }
    data = {"plot_convergence": (curves, curves), "plot_distributions": ("ab", curves)}.get(name, (curves,))
    with pytest.raises(ValueError, match="at most 7 curves; got 8"):
        getattr(plots, name)(*data, **({"xlabel": "step"} if name == "plot_convergence" else {}))


def test_a_boundary_without_weight_on_the_first_feature_is_refused():
    words = {"names": ["a", "b"], "xlabel": "x", "ylabel": "y"}
    with pytest.raises(ValueError, match="w_x other than 0; got 0 for 'flat': swap the two features"):
        plots.plot_boundaries([[0.0, 0.0], [1.0, 1.0]], [0, 1], {"flat": (-0.5, 0.0, 1.0)}, **words)


def test_a_text_without_surprise_has_bars_of_no_height():
    assert {bar.get_height() for bar in plots.plot_text_surprisals("aa", [0.0, 0.0]).patches} == {0.0}


def test_the_figures_of_the_book_are_imported_only_when_asked_for():
    code = "import sys, xentbook.plots; print('xentbook.plots.book' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT).stdout == "False\n"


def test_a_confusion_matrix_has_its_rows_actual_and_its_counts_readable():
    ax = plots.plot_confusion_matrix([[90, 1], [2, 7]], names=["no", "yes"])
    assert [(text.get_position(), text.get_text(), text.get_color()) for text in ax.texts] == [
        ((0, 0), "90", "white"),
        ((1, 0), "1", "black"),
        ((0, 1), "2", "black"),
        ((1, 1), "7", "black"),
    ]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["no", "yes"]
    assert ax.get_ylabel() == "actual class"


def test_distributions_are_bars_of_their_probabilities_side_by_side():
    ax = plots.plot_distributions("ab", {"p": [0.5, 0.5], "q": [0.9, 0.1]})
    assert [bar.get_height() for bar in ax.patches] == [0.5, 0.5, 0.9, 0.1]
    assert [bar.get_x() for bar in ax.patches] == pytest.approx([-0.4, 0.6, 0.0, 1.0])
    assert len({(bar.get_facecolor(), bar.get_hatch()) for bar in ax.patches}) == 2


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


@pytest.mark.slow
@pytest.mark.parametrize("name", FIGURES)
def test_no_text_of_a_figure_is_smaller_than_a_phone_can_show(name):
    ax = draw(name)
    ax.figure.canvas.draw()
    texts = [text for text in ax.findobj(Text) if text.get_text() and text.get_visible()]
    assert min(text.get_fontsize() for text in texts) >= 10
