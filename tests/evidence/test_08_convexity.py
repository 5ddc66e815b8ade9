"""What chapter 8 and its depth page observed, computed anew in plain NumPy and SciPy, apart from the notebooks."""

import numpy as np
import pytest
from scipy.optimize import minimize
from sklearn.datasets import load_iris

IRIS = load_iris()
LENGTH, KIND = IRIS.data[:, 2], IRIS.target


def descend(x, y, steps, *, step_size):
    """Return the weight and the mean loss of logistic regression after each number of `steps` from zero."""
    rows, theta, found = (2 * y - 1)[:, None] * np.column_stack([np.ones(len(x)), x]), np.zeros(2), {}
    for t in range(1, max(steps) + 1):
        theta = theta + step_size * rows.T @ (1 / (1 + np.exp(rows @ theta))) / len(x)
        if t in steps:
            found[t] = theta[1], np.mean(np.logaddexp(0, -rows @ theta))
    return found


@pytest.mark.observation("obs-flower-halves")
def test_on_halves_of_two_separated_species_the_weight_doubles_while_the_steps_grow_a_hundredfold():
    separated, growth, fall, each, splits = 0, [], [], 25, 10
    step_size, origin, few, many = 1.5, 2.45, 100, 10_000
    for seed in range(splits):
        rng = np.random.default_rng(seed)
        half = np.concatenate([start + rng.permutation(50)[:each] for start in (0, 50)])
        x, y = LENGTH[half] - origin, KIND[half]
        separated += x[y == 0].max() < x[y == 1].min()
        found = descend(x, y, (few, many), step_size=step_size)
        growth.append(found[many][0] / found[few][0])
        fall.append(found[few][1] / found[many][1])
    assert (separated, splits, each) == (10, 10, 25)
    times = [f"{value:.2f}" for value in (min(growth), max(growth))]
    assert (step_size, origin, many, *times, few) == (1.5, 2.45, 10_000, "1.88", "2.33", 100)
    assert (f"{min(fall):.0f}", f"{max(fall):.0f}") == ("52", "88")


def one_unit(theta, x, y, l2=0.1):
    """Return the mean penalised loss of z = u tanh(w x + c) + b, and its gradient over w, c, u, b."""
    w, c, u, b = theta
    h = np.tanh(w * x + c)
    z, penalty = u * h + b, l2 * np.array([1, 1, 1, 0])
    slope = u * (1 - h**2)
    gradient = np.stack([slope * x, slope, h, np.ones(len(x))]) @ (1 / (1 + np.exp(-z)) - y) + penalty * theta
    loss = np.sum(np.logaddexp(0, np.where(y == 1, -z, z))) + penalty @ theta**2 / 2
    return loss / len(x), gradient / len(x)


@pytest.mark.observation("obs-two-minima")
def test_a_hidden_unit_has_two_minima_and_both_are_reached_from_every_set_of_starts():
    x, y, worse, starts, seeds = LENGTH - LENGTH.mean(), (KIND == 1).astype(float), [], 100, 10
    for seed in range(seeds):
        ends = [
            minimize(one_unit, start, (x, y), jac=True, method="BFGS").fun
            for start in np.random.default_rng(seed).normal(size=(starts, 4))
        ]
        losses = [f"{end:.4f}" for end in ends]
        assert set(losses) == {"0.4728", "0.5361"}
        worse.append(losses.count("0.5361"))
    assert (min(worse), max(worse), starts) == (10, 21, 100)
