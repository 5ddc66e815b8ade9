"""What chapter 9 and its depth page observed, computed anew in plain NumPy, apart from the notebooks."""

from itertools import pairwise

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from xentbook.datasets import load_challenger

TRIALS, WALKERS, PASSES, LEFT_OUT = 10, 200, 100, 30


def standardised_flights():
    flights = load_challenger()
    return (flights.temperature - flights.temperature.mean()) / flights.temperature.std(), flights.distress


def lowest_point(x, y):
    """Return intercept, slope and loss where logistic regression is lowest, by Newton's method."""
    X, w = np.column_stack([np.ones(len(x)), x]), np.zeros(2)
    for _ in range(20):
        q = 1 / (1 + np.exp(-X @ w))
        w = w - np.linalg.solve((X.T * (q * (1 - q))) @ X, X.T @ (q - y))
    return w, np.mean(np.logaddexp(0, X @ w) - y * (X @ w))


def mean_gaps(x, y, lowest, eta, *, shuffled, seed):
    """Return for each trial the mean gap at the ends of all but the first passes, flight by flight from zero."""
    rng, n = np.random.default_rng(seed), len(x)
    b, w = np.zeros((2, TRIALS * WALKERS))
    found = []
    for _ in range(PASSES):
        order = np.tile(np.arange(n), (b.size, 1))
        rows = rng.permuted(order, axis=1) if shuffled else rng.integers(n, size=order.shape)
        for i in rows.T:
            push = 1 / (1 + np.exp(-b - w * x[i])) - y[i]
            b, w = b - eta * push, w - eta * push * x[i]
        z = b[:, None] + w[:, None] * x
        found.append(np.mean(np.logaddexp(0, z) - y * z, axis=1) - lowest)
    return np.mean(found[LEFT_OUT:], axis=0).reshape(TRIALS, WALKERS).mean(axis=1)


@pytest.mark.observation("obs-noise-floor")
def test_the_floor_of_fresh_draws_on_the_flights_is_a_quarter_of_the_step_times_the_sum_of_the_variances():
    x, y = standardised_flights()
    (b, w), lowest = lowest_point(x, y)
    pushes = (1 / (1 + np.exp(-b - w * x)) - y)[:, None] * np.column_stack([np.ones(len(x)), x])
    variance = np.mean(np.sum(pushes**2, axis=1))
    assert (TRIALS, WALKERS) == (10, 200)
    step_sizes = (0.1, 0.2, 0.4)
    ratios = [mean_gaps(x, y, lowest, eta, shuffled=False, seed=1) / (eta / 4 * variance) for eta in step_sizes]
    assert (LEFT_OUT + 1, PASSES) == (31, 100)
    assert [round(np.min(ratios), 2), round(np.max(ratios), 2)] == [0.99, 1.09]


@pytest.mark.observation("obs-shuffled")
def test_shuffled_flights_gain_more_than_half_from_half_the_step():
    x, y = standardised_flights()
    _, lowest = lowest_point(x, y)
    gaps = {eta: mean_gaps(x, y, lowest, eta, shuffled=True, seed=2) for eta in (0.4, 0.2, 0.1)}
    found = []
    for long, short in pairwise(gaps):
        falls = gaps[long] / gaps[short]
        found.append((round(falls.min(), 1), round(falls.max(), 1), long, short))
    assert (TRIALS, WALKERS, LEFT_OUT + 1, PASSES) == (10, 200, 31, 100)
    assert found == [(7.3, 7.4, 0.4, 0.2), (7.8, 8.0, 0.2, 0.1)]


# -- three rules on the digits --------------------------------------------------------------------------------

SPLITS, STEPS, BATCH, SIZES = 30, 300, 32, 5
GRIDS = {"SGD": 0.2 * 2.0 ** np.arange(5), "momentum": 0.05 * 2.0 ** np.arange(5), "Adam": 0.01 * 2.0 ** np.arange(5)}


def softmax(Z):
    E = np.exp(Z - Z.max(axis=-1, keepdims=True))
    return E / E.sum(axis=-1, keepdims=True)


def forward(P, X):
    A = np.maximum(0, X @ P[0] + P[1])
    return A, A @ P[2] + P[3]


def gradients(P, X, Y):
    A, Z = forward(P, X)
    delta = (softmax(Z) - Y) / len(X)
    back = (delta @ np.swapaxes(P[2], -1, -2)) * (A > 0)
    sums = [part.sum(axis=-2, keepdims=True) for part in (back, delta)]
    return [X.T @ back, sums[0], np.swapaxes(A, -1, -2) @ delta, sums[1]]


def trained(rule, P, batches):
    """Return the weights after the `batches`, for all steps of the grid: as many constant as shrinking to zero."""
    P, size = [np.repeat(part[None], 2 * SIZES, axis=0) for part in P], np.tile(GRIDS[rule], 2)[:, None, None]
    shrink, means, squares = np.repeat([0, 1], SIZES)[:, None, None], [0.0] * 4, [0.0] * 4
    for t, (X, Y) in enumerate(batches):
        eta = size * (1 - shrink * t / STEPS)
        for k, g in enumerate(gradients(P, X, Y)):
            if rule == "Adam":
                means[k] = 0.9 * means[k] + 0.1 * g
                squares[k] = 0.999 * squares[k] + 0.001 * g**2
                step = means[k] / (1 - 0.9 ** (t + 1)) / (np.sqrt(squares[k] / (1 - 0.999 ** (t + 1))) + 1e-8)
            else:
                means[k] = step = (0.9 * means[k] if rule == "momentum" else 0) + g
            P[k] = P[k] - eta * step
    return P


def losses_and_errors(split):
    """Return for each rule and schedule (constant, shrinking) the training loss of its best step, errors, and place."""
    X, y = load_digits(return_X_y=True)
    A, B, ya, yb = train_test_split(X / 16, y, test_size=0.5, stratify=y, random_state=split)
    rng, wide = np.random.default_rng(split), np.sqrt([6 / 64, 6 / 32])
    P = [rng.uniform(-wide[0], wide[0], (64, 32)), np.zeros((1, 32))]
    P += [rng.uniform(-wide[1], wide[1], (32, 10)), np.zeros((1, 10))]
    drawn = rng.integers(len(A), size=(STEPS, BATCH))
    found = {}
    for rule in GRIDS:
        end = trained(rule, P, [(A[i], np.eye(10)[ya[i]]) for i in drawn])
        Z = forward(end, A)[1]
        Z = Z - Z.max(axis=-1, keepdims=True)
        loss = np.mean(np.log(np.exp(Z).sum(axis=-1)) - Z[:, np.arange(len(A)), ya], axis=1).reshape(2, SIZES)
        wrong = np.sum(forward(end, B)[1].argmax(axis=-1) != yb, axis=1).reshape(2, SIZES)
        best = loss.argmin(axis=1)
        found[rule] = [(loss[k, best[k]], wrong[k, best[k]], best[k]) for k in (0, 1)]
    return found


@pytest.mark.slow
@pytest.mark.observation("obs-three-rules")
def test_with_steps_that_shrink_momentum_and_adam_are_ahead_of_sgd_on_the_digits_and_not_told_apart():
    splits = [losses_and_errors(split) for split in range(SPLITS)]
    loss, wrong, place = (
        {(rule, shrink): np.array([split[rule][shrink][k] for split in splits]) for rule in GRIDS for shrink in (0, 1)}
        for k in (0, 1, 2)
    )
    assert {k for where in place.values() for k in where} <= {1, 2, 3}  # no best step at an edge
    assert (len(splits), STEPS, BATCH, SIZES) == (30, 300, 32, 5)
    digits = len(load_digits().target) - len(load_digits().target) // 2
    fewer = {rule: np.sum(wrong[rule, 1] < wrong[rule, 0]) for rule in GRIDS}
    assert (digits, [fewer["momentum"], fewer["Adam"], fewer["SGD"]]) == (899, [25, 24, 11])
    highest = loss["SGD", 1] > np.maximum(loss["momentum", 1], loss["Adam", 1])
    assert (highest.sum(), highest.size) == (30, 30)
    assert [wrong[rule, 1].mean().round(1) for rule in GRIDS] == [37.9, 35.0, 35.4]
    assert [wrong[rule, 0].mean().round(1) for rule in GRIDS] == [37.2, 41.9, 40.6]
    pairs = [("SGD", "momentum"), ("SGD", "Adam"), ("momentum", "Adam")]
    gaps = np.array([wrong[one, 1] - wrong[other, 1] for one, other in pairs])
    errors = gaps.std(axis=1, ddof=1) / np.sqrt(len(splits))
    found = list(zip(gaps.mean(axis=1).round(1), errors.round(1), strict=True))
    assert found == [(2.9, 1.0), (2.5, 1.2), (-0.4, 1.2)]
