"""What chapter 5 and its depth page observed, computed anew in plain NumPy, apart from the notebooks.

Each test draws its histories, samples or splits itself and asserts every number of the box whose label it carries, in
the order of the box's sentences. Newton's method is written out here, for many fits at once.
"""

from typing import NamedTuple

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression

from xentbook import datasets

SEEDS = range(10)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def logits(X, theta):
    return np.einsum("mnd,md->mn", X, theta)


def log_likelihood(X, y, theta, count=1):
    z = logits(X, theta)
    return np.sum(count * (y * z - np.logaddexp(0, z)), axis=1)


def curvature(X, theta, count=1):
    q = sigmoid(logits(X, theta))
    return np.einsum("mnd,mn,mne->mde", X, count * q * (1 - q), X)


def fits(X, y, count=1, steps=20):
    """Return the maximum-likelihood estimates of each row of `y`, shape (m, n), on its X, shape (m, n, d)."""
    X = np.broadcast_to(X, (len(y), *X.shape[-2:]))
    theta = np.zeros((len(y), X.shape[-1]))
    for _ in range(steps):
        slopes = np.einsum("mnd,mn->md", X, count * (y - sigmoid(logits(X, theta))))
        step = np.linalg.solve(curvature(X, theta, count), slopes[..., np.newaxis])[..., 0]
        size, before = np.ones(len(y)), log_likelihood(X, y, theta, count)
        for _ in range(15):
            worse = log_likelihood(X, y, theta + size[:, np.newaxis] * step, count) < before - 1e-9 * np.abs(before)
            if not worse.any():
                break
            size[worse] /= 2
        theta = theta + size[:, np.newaxis] * step
    slopes = np.einsum("mnd,mn->md", X, count * (y - sigmoid(logits(X, theta))))
    assert np.abs(slopes).max() < 1e-6 * X.shape[1]
    return theta, X


# ---- The flights, redrawn


class Histories(NamedTuple):
    """Outcomes redrawn with one seed: the share without an estimate, and of the others what was fitted to them."""

    missing: float
    y: np.ndarray
    theta: np.ndarray
    logit: np.ndarray
    error: np.ndarray


@pytest.fixture(scope="module")
def flights():
    data = datasets.load_challenger()
    return data.temperature, data.distress


@pytest.fixture(scope="module")
def rows(flights):
    """The flights as rows of 1 and (temperature - 68) / 7, and the launch as such a row."""
    return np.column_stack([np.ones(23), (flights[0] - 68) / 7]), np.array([1, (31 - 68) / 7])


@pytest.fixture(scope="module")
def truth(flights, rows):
    return fits(rows[0], flights[1][np.newaxis])[0][0]


def divided(y, x):
    """Return which rows of `y` a temperature divides: no finite estimate exists for them."""
    hottest, coldest = np.where(y == 1, x, -np.inf).max(axis=1), np.where(y == 0, x, np.inf).min(axis=1)
    lowest, highest = np.where(y == 1, x, np.inf).min(axis=1), np.where(y == 0, x, -np.inf).max(axis=1)
    return (hottest <= coldest) | (highest <= lowest)


def error_of(theta, X, launch):
    covariance = np.linalg.inv(curvature(X, theta))
    return np.sqrt(np.einsum("d,mde,e->m", launch, covariance, launch))


@pytest.fixture(scope="module")
def histories(flights, rows, truth):
    (x, _), (X, launch) = flights, rows
    found = []
    for seed in SEEDS:
        y = (np.random.default_rng(seed).random((1_000, 23)) < sigmoid(X @ truth)).astype(float)
        without = divided(y, x)
        y = y[~without]
        theta, tiled = fits(X, y)
        found.append(Histories(without.mean(), y, theta, theta @ launch, error_of(theta, tiled, launch)))
    return found


def percent(low, high):
    return f"{100 * low:.1f}", f"{100 * high:.1f}"


@pytest.mark.observation("obs-redrawn-forecast")
def test_walds_interval_for_the_launch_holds_the_truth_and_misses_below(flights, rows, truth, histories):
    launch, tiled = rows[1], rows[0][np.newaxis]
    at_launch, error = truth @ launch, error_of(truth[np.newaxis], tiled, launch)[0]
    low = sigmoid(at_launch - 1.96 * error)
    assert (len(flights[0]), f"{sigmoid(at_launch):.4f}") == (23, "0.9996")
    place, level = 31, 95
    assert f"{low:.2f}" == "0.48" and (launch[1] * 7 + 68 == place)
    drawn, times, seeds = 23, 1_000, 10
    assert all(h.y.shape == (times - round(times * h.missing), drawn) for h in histories) and len(histories) == seeds
    missing = [h.missing for h in histories]
    assert percent(min(missing), max(missing)) == ("1.7", "3.7")
    held = [np.mean(np.abs(h.logit - at_launch) <= 1.96 * h.error) for h in histories]
    level, place = 95, 31
    assert percent(min(held), max(held)) == ("95.9", "97.9"), (level, place)
    assert not any(np.any(h.logit - 1.96 * h.error > at_launch) for h in histories)  # no interval lies above it


@pytest.mark.observation("obs-too-sure")
def test_curves_fitted_to_redrawn_flights_are_too_sure(rows, truth, histories):
    risk, said, true = sigmoid(rows[0] @ truth), [], []
    for h in histories:
        q = sigmoid(h.theta @ rows[0].T)
        said.append(q[q >= 0.9].mean())
        true.append(np.broadcast_to(risk, q.shape)[q >= 0.9].mean())
    sure, flights = 0.9, 23
    assert (f"{min(said):.3f}", f"{max(said):.3f}", len(said)) == ("0.966", "0.968", 10), (sure, flights)
    assert (f"{min(true):.3f}", f"{max(true):.3f}") == ("0.858", "0.867")


def best_at(y, launch_logit, x):
    """Return the largest log-likelihood of each row of `y` among the curves with the given logit at 31 °F."""
    far, slope = (x - 31) / 7, np.full(len(y), -1.6)
    for _ in range(100):
        q = sigmoid(launch_logit + np.outer(slope, far))
        step = ((y - q) @ far) / ((q * (1 - q)) @ far**2 + 1e-14)
        slope = slope + np.clip(step, -1, 1)
    z = launch_logit + np.outer(slope, far)
    assert np.abs((y - sigmoid(z)) @ far).max() < 1e-6
    return np.sum(y * z - np.logaddexp(0, z), axis=1)


@pytest.mark.observation("obs-two-intervals")
def test_the_profile_interval_misses_more_often_than_walds_and_on_the_other_side(flights, rows, truth, histories):
    at_launch, held, wald, above, counted, wald_counted, wald_above = truth @ rows[1], [], [], [], [], [], []
    for h in histories:
        X = np.broadcast_to(rows[0], (len(h.y), 23, 2))
        drop = log_likelihood(X, h.y, h.theta) - best_at(h.y, at_launch, flights[0])
        inside = drop <= 1.96**2 / 2
        held.append(inside.mean())
        counted.append(inside.sum() / 1_000)
        above.append(np.mean(~inside & (h.logit > at_launch)))
        wald_inside = np.abs(h.logit - at_launch) <= 1.96 * h.error
        wald.append(wald_inside.mean())
        wald_counted.append(wald_inside.sum() / 1_000)
        wald_above.append(np.sum(h.logit - 1.96 * h.error > at_launch))
    place = 31
    assert percent(min(held), max(held)) == ("92.2", "94.3"), place
    assert (len(held), *percent(min(wald), max(wald))) == (10, "95.9", "97.9")
    assert percent(min(above), max(above)) == ("3.9", "5.8") and not any(wald_above)
    assert percent(min(counted), max(counted)) == ("89.7", "91.9")
    assert percent(min(wald_counted), max(wald_counted)) == ("92.7", "95.9")


@pytest.mark.observation("obs-too-steep")
def test_the_slopes_of_redrawn_flights_are_too_steep_on_average(truth, histories):
    ratios = [h.theta[:, 1] / truth[1] for h in histories]
    means, medians = [r.mean() for r in ratios], [np.median(r) for r in ratios]
    assert (f"{min(means):.2f}", f"{max(means):.2f}", len(means)) == ("1.34", "1.41", 10)
    assert (f"{min(medians):.2f}", f"{max(medians):.2f}") == ("1.07", "1.15")


# ---- More flights, wrong models


def divergence(p, q):
    return p * np.log(p / q) + (1 - p) * np.log((1 - p) / (1 - q))


@pytest.mark.observation("obs-half-nat")
def test_two_parameters_cost_about_one_nat_on_new_flights(rows, truth):
    risk, behind = sigmoid(rows[0] @ truth), []
    flights, times, repetitions, seeds = 23, 100, 100, 10
    for seed in range(seeds):
        shares = np.random.default_rng(seed).binomial(times, risk, (repetitions, flights)) / times
        said = sigmoid(fits(rows[0], shares, times)[0] @ rows[0].T)
        behind.append(np.mean(times * divergence(risk, said).sum(axis=1)))
    assert (f"{min(behind):.2f}", f"{max(behind):.2f}") == ("0.84", "1.10")


def step_at(load):
    return np.where(load < 8, 0.05, 0.95)


@pytest.mark.observation("obs-sandwich")
def test_the_sandwich_holds_the_projection_and_the_usual_error_does_not():
    grid = (np.arange(10_000) + 0.5) / 1_000
    limit = fits(np.column_stack([np.ones(10_000), grid]), step_at(grid)[np.newaxis])[0][0, 1]
    seeds, samples, loads = 10, 200, 400
    usual, robust = [], []
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        load = rng.uniform(0, 10, (samples, loads))
        y = (rng.random((samples, loads)) < step_at(load)).astype(float)
        theta, X = fits(np.stack([np.ones_like(load), load], axis=-1), y, steps=12)
        bread = np.linalg.inv(curvature(X, theta))
        scores = X * (y - sigmoid(logits(X, theta)))[..., np.newaxis]
        filling = np.einsum("mnd,mne->mde", scores, scores)
        for covariance, held in ((bread, usual), (bread @ filling @ bread, robust)):
            held.append(np.mean(np.abs(theta[:, 1] - limit) <= 1.96 * np.sqrt(covariance[:, 1, 1])))
    level = 95
    assert percent(min(usual), max(usual)) == ("73.5", "82.0"), level
    assert percent(min(robust), max(robust)) == ("93.5", "97.5")


def said_and_happened(n, d, seed, models=6, cases=20_000):
    """Return the means of what right models said and of what happened, on new cases, where they said 0.9 or more."""
    rng, said, happened = np.random.default_rng(seed), [], []
    for _ in range(models):
        weights = rng.normal(size=d)
        weights *= 2 / np.linalg.norm(weights)
        old, new = rng.normal(size=(n, d)), rng.normal(size=(cases, d))
        y = (rng.random(n) < sigmoid(old @ weights)).astype(float)
        happened.append(rng.random(cases) < sigmoid(new @ weights))
        said.append(sigmoid(new @ fits(old, y[np.newaxis], steps=14)[0][0]))
    said, happened = np.concatenate(said), np.concatenate(happened)
    return said[said >= 0.9].mean(), happened[said >= 0.9].mean()


@pytest.mark.observation("obs-forty-weights")
def test_forty_weights_from_two_hundred_cases_are_too_sure_and_five_from_five_thousand_are_not():
    weights, cases, seeds, new = 40, 200, 10, 20_000
    said, happened = np.transpose([said_and_happened(cases, weights, seed, cases=new) for seed in range(seeds)])
    sure = 0.9
    assert (f"{min(said):.3f}", f"{max(said):.3f}") == ("0.964", "0.978"), sure
    assert (f"{min(happened):.3f}", f"{max(happened):.3f}") == ("0.800", "0.848")
    weights, cases = 5, 5_000
    said, happened = np.transpose([said_and_happened(cases, weights, seed, cases=new) for seed in range(seeds)])
    assert (f"{min(said):.3f}", f"{max(said):.3f}") == ("0.950", "0.952"), (5, 5_000)
    assert (f"{min(happened):.3f}", f"{max(happened):.3f}") == ("0.945", "0.952")


@pytest.mark.observation("obs-sure-tumours")
def test_a_model_of_sixty_tumours_is_too_sure_and_one_of_280_is_about_right():
    data = load_breast_cancer()
    chosen = ["mean texture", "mean smoothness", "mean symmetry", "mean fractal dimension"]
    X = data.data[:, [list(data.feature_names).index(name) for name in chosen]]
    X, y = (X - X.mean(axis=0)) / X.std(axis=0), 1 - data.target

    def split(n, seed):
        order = np.random.default_rng(seed).permutation(len(y))
        train, test = order[:n], order[n:]
        model = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-10).fit(X[train], y[train])
        said = model.predict_proba(X[test]).max(axis=1)
        return said[said >= 0.9], (model.predict(X[test]) == y[test])[said >= 0.9]

    tumours, splits = 569, 30
    assert len(y) == tumours
    sure = 0.9
    for all_said, all_right, n, wins in [("0.971", "0.906", 60, "28 of 30"), ("0.960", "0.959", 280, "14 of 30")]:
        found = [split(n, seed) for seed in range(splits)]
        said, right = (np.concatenate(column) for column in zip(*found, strict=True))
        more = sum(s.mean() > r.mean() for s, r in found)
        assert (f"{said.mean():.3f}", f"{right.mean():.3f}") == (all_said, all_right), sure
        assert f"{more} of {len(found)}" == wins
