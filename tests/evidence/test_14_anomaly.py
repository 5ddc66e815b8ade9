"""What chapter 14 and its depth page observed, computed anew, apart from the notebooks.

Gaussians, planes, p-values and areas are plain NumPy here; mixtures and the autoencoder are the package's, the SVM and
the forest scikit-learn's. Each test asserts every number of the box whose label it carries, in the order of the box.
"""

import numpy as np
import pytest
from scipy import special, stats
from scipy.spatial import distance
from sklearn.datasets import load_breast_cancer, load_digits, load_iris
from sklearn.ensemble import IsolationForest
from sklearn.svm import OneClassSVM

import xentbook as xb

PETALS = load_iris().data[:, 2:]
STRANGERS = np.array([[2.5, 0.7], [5.0, 0.3], [9.0, 3.3]])  # A, B, C


def split(samples, n, seed):
    order = np.random.default_rng(seed).permutation(len(samples))
    return samples[order[:n]], samples[order[n:]]


def cells():
    data = load_breast_cancer()
    return data.data[data.target == 1], data.data[data.target == 0]


def cells_split(seed, n):
    benign, malignant = cells()
    X, fresh = split(benign, n, seed)
    return [(Z - X.mean(axis=0)) / X.std(axis=0) for Z in (X, fresh, malignant)]


def digits():
    X, y = load_digits(return_X_y=True)
    return X / 16, y


def digits_split(seed):
    ink, digit = digits()
    X, fresh = split(ink[digit != seed % 10], 400, seed)
    return X, fresh[:400], ink[digit == seed % 10]


def gaussian(X, ridge=0.0):
    mean, covariance = X.mean(axis=0), np.cov(X.T, bias=True)
    inverse = np.linalg.inv(covariance + ridge * np.trace(covariance) / X.shape[1] * np.eye(X.shape[1]))
    return lambda Z: np.sum((Z - mean) @ inverse * (Z - mean), axis=1)  # D², which orders as the surprisal does


def plane(X, h):
    mean = X.mean(axis=0)
    V = np.linalg.eigh(np.cov(X.T))[1][:, -h:]
    return lambda Z: np.sum(((Z - mean) - (Z - mean) @ V @ V.T) ** 2, axis=1)


def p_values(kept, scores):
    return (1 + np.sum(kept[:, np.newaxis] >= scores, axis=0)) / (len(kept) + 1)


def roc_area(usual, strange):
    ranks = stats.rankdata(np.concatenate([usual, strange]))[len(usual) :]
    return (ranks.sum() - len(strange) * (len(strange) + 1) / 2) / (len(usual) * len(strange))


def ends(values, digits=2):
    """Return the least and the greatest of the values, rounded as a box says them."""
    return round(float(np.min(values)), digits), round(float(np.max(values)), digits)


def columns_alone(X):
    mean, sd = X.mean(axis=0), X.std(axis=0)
    return lambda Z: np.max(np.abs(Z - mean) / sd, axis=1)


def four_gaussians(X):
    return xb.GaussianMixture(4, ridge=0.03, n_starts=1).fit(X).score


def autoencoder(X):
    return xb.Autoencoder(5, l2=0.001, max_iter=100).fit(X).score


def svm(X, factor=1):
    machine = OneClassSVM(gamma=factor / (X.shape[1] * X.var())).fit(X)
    return lambda Z: -machine.score_samples(Z)


def forest(X):
    trees = IsolationForest(random_state=0).fit(X)
    return lambda Z: -trees.score_samples(Z)


DETECTORS = {
    "Gaussian": lambda X: gaussian(X, 0.03), "4 Gaussians": four_gaussians, "plane": lambda X: plane(X, 5),
    "autoencoder": autoencoder, "SVM": svm, "SVM, narrow": lambda X: svm(X, 10), "forest": forest,
}  # fmt: skip


def area_of(name, X, fresh, strange):
    score = DETECTORS[name](X)
    return roc_area(score(fresh), score(strange))


@pytest.mark.claim(24)
@pytest.mark.observation("obs-three-petals")
def test_each_detector_but_two_gaussians_misses_the_same_petals_in_every_split():
    found = {}
    splits = [split(PETALS, 100, seed) for seed in range(20)]
    for X, held in splits:
        mixture = xb.GaussianMixture(2, ridge=0.01).fit(X).score
        for name, score in {
            "column": columns_alone(X), "one": gaussian(X), "two": mixture, "line": plane(X, 1)
        }.items():  # fmt: skip
            alarms = np.sum(score(held)[:, np.newaxis] >= score(STRANGERS), axis=0) <= 1
            found[name] = found.get(name, 0) + alarms
    a, b, c = found["column"]
    assert (len(splits), len(X), len(held)) == (20, 100, 50)
    assert c == 20 and a == b == 0
    a, b, c = found["one"]
    assert b == c == 20 and a == 0
    assert found["two"].tolist() == [20, 20, 20]
    a, b, c = found["line"]
    assert b == 20 and a == c == 0


@pytest.mark.observation("obs-components")
def test_kept_back_flowers_are_less_surprising_to_more_gaussians():
    cost = []
    for seed in range(20):
        X, held = split(PETALS, 100, seed)
        cost.append([xb.GaussianMixture(J, ridge=0.01, n_starts=3).fit(X).score(held).mean() for J in (1, 2, 3, 4)])
    second, third, fourth = -np.diff(cost).T
    assert (len(cost), len(X), len(held)) == (20, 100, 50)
    assert (np.sum(second > 0), len(second)) == (20, 20)
    assert ends(second, 1) == (0.4, 0.9)
    error = third.std(ddof=1) / np.sqrt(len(third))
    assert (np.sum(third > 0), len(third), third.mean().round(2), error.round(2)) == (17, 20, 0.05, 0.01)
    error = fourth.std(ddof=1) / np.sqrt(len(fourth))
    assert (fourth.mean().round(2), error.round(2)) == (0.01, 0.01)


@pytest.mark.observation("obs-descriptions")
def test_another_flower_is_the_strangest_when_petals_are_described_by_logarithms():
    orders, other = [], []
    for seed in range(20):
        X, held = split(PETALS, 100, seed)
        in_cm = xb.GaussianMixture(2, ridge=0.01).fit(X).score(held)
        in_logs = in_cm - np.log(held).sum(axis=1)
        other.append(not np.array_equal(held[np.argmax(in_cm)], held[np.argmax(in_logs)]))
        orders.append(stats.spearmanr(in_cm, in_logs)[0])
    assert (sum(other), len(other)) == (20, 20)
    assert (len(X), len(held)) == (100, 50)
    assert -0.5 < min(orders) < max(orders) < 0.4


@pytest.mark.observation("obs-chi-squared")
def test_far_more_new_cells_than_one_in_a_hundred_cross_the_limit_of_chi_squared():
    limit, crossed = stats.chi2.ppf(0.99, 30), []
    for seed in range(20):
        X, fresh, _ = cells_split(seed, 240)
        crossed.append(100 * np.mean(gaussian(X)(fresh) > limit))
    assert limit == pytest.approx(stats.gamma(30 / 2, scale=2).ppf(0.99))
    assert (len(crossed), len(X), len(fresh), X.shape[1]) == (20, 240, 117, 30)
    point, low, high, mean = 100 * stats.chi2.cdf(limit, 30), *np.round([min(crossed), max(crossed), np.mean(crossed)])
    assert (round(point), X.shape[1]) == (99, 30)
    assert (low, high, mean) == (8, 27, 17)


@pytest.mark.observation("obs-false-alarms")
def test_false_alarms_are_as_rare_as_promised_with_kept_back_cells_and_not_with_learned_ones():
    shares = {}
    for seed in range(300):
        X, rest, _ = cells_split(seed, 200)
        kept, fresh = rest[:79], rest[79:]
        for name, score in {"Gaussian": gaussian(X), "seven": plane(X, 7)}.items():
            for other, usual in {"kept": kept, "learned": X}.items():
                alarms = p_values(score(usual), score(fresh)) <= 0.05
                shares.setdefault((name, other), []).append(100 * np.mean(alarms))
    mean = {key: round(np.mean(each), 1) for key, each in shares.items()}
    errors = {round(np.std(each, ddof=1) / np.sqrt(len(each)), 1) for each in shares.values()}
    assert len(shares["Gaussian", "kept"]) == 300
    assert (len(X), len(kept), len(fresh)) == (200, 79, 78)
    assert (0.05, mean["Gaussian", "kept"], mean["seven", "kept"], *errors) == (0.05, 5.0, 5.0, 0.2)
    assert (mean["Gaussian", "learned"], mean["seven", "learned"]) == (9.3, 7.4)


def bumps(X, gamma, weights):
    """Return the surprisal under one bump on each sample, up to what `gamma`, the columns and the weights add."""
    return lambda Z: -special.logsumexp(-gamma * distance.cdist(Z, X, "sqeuclidean"), b=weights, axis=1)


def chosen_svm(X):
    """Return the SVM whose width makes the last third of the usual samples least surprising under the others."""
    cut, nats = 2 * len(X) // 3, {}
    for factor in (1, 3, 10, 30, 100, 300, 1000):
        gamma = factor / (X.shape[1] * X.var())
        level = -X.shape[1] / 2 * np.log(gamma / np.pi)
        nats[gamma] = level + bumps(X[:cut], gamma, np.ones(cut))(X[cut:]).mean()
    gamma = min(nats, key=nats.get)
    fit = OneClassSVM(gamma=gamma).fit(X)
    return bumps(fit.support_vectors_, gamma, fit.dual_coef_[0])  # in logarithms: score_samples rounds digits away


@pytest.mark.claim(24)
@pytest.mark.observation("obs-detectors")
def test_the_order_of_the_same_two_detectors_turns_around_with_the_task():
    splits, found, detectors = 20, {}, DETECTORS | {"chosen": chosen_svm}
    for task, samples in {"cells": lambda seed: cells_split(seed, 240), "digits": digits_split}.items():
        rows = []
        for X, fresh, strange in map(samples, range(splits)):
            scores = [fit(X) for fit in detectors.values()]
            rows.append([roc_area(score(fresh), score(strange)) for score in scores])
        found[task] = dict(zip(detectors, np.transpose(rows), strict=True))
    means = [tuple(f"{found[task][name].mean():.2f}" for task in found) for name in detectors]
    assert splits == 20
    assert means[:4] == [("0.95", "0.82"), ("0.94", "0.91"), ("0.90", "0.83"), ("0.93", "0.93")]
    assert means[4:] == [("0.95", "0.68"), ("0.95", "0.96"), ("0.95", "0.74"), ("0.95", "0.98")]
    for one, other in (("Gaussian", "4 Gaussians"), ("SVM", "chosen")):
        won = np.sum(found["cells"][one] > found["cells"][other])
        lost = np.sum(found["digits"][one] < found["digits"][other])
        assert (won, splits, lost, splits) == (20, 20, 20, 20)


@pytest.mark.claim(24)
@pytest.mark.observation("obs-average")
def test_the_average_digit_is_less_surprising_to_a_gaussian_than_every_kept_back_digit():
    lowest, found = [], []
    for seed in range(10):
        X, rest = split(digits()[0], 900, seed)
        kept, fresh = rest[:450], rest[450:]
        score = gaussian(X, 0.03)
        lowest.append(np.sum(score(kept) > score(X.mean(axis=0)[np.newaxis])))
        mixed = (fresh[:223] + fresh[-223:]) / 2
        found.append(np.sum(p_values(score(kept), score(mixed)) <= 0.05))
    assert (len(lowest), sum(count == len(kept) for count in lowest)) == (10, 10)
    assert (len(X), len(kept), min(lowest)) == (900, 450, 450)
    assert 0.05 * 451 > 22 and (max(found), len(mixed)) == (0, 223)


@pytest.mark.claim(24)
@pytest.mark.observation("obs-own-pictures")
def test_an_autoencoder_finds_noise_strange_and_what_it_rebuilds_from_noise_usual():
    noisy, rebuilt, impossible = [], [], []
    for seed in range(10):
        X, rest = split(digits()[0], 900, seed)
        network = xb.Autoencoder(5, l2=0.001, max_iter=100).fit(X)
        noise = np.random.default_rng(seed + 1).random((200, 64))
        kept = network.score(rest[:450])
        noisy.append(np.mean(p_values(kept, network.score(noise)) <= 0.05))
        drawn = network.reconstruct(noise)
        rebuilt.append(np.mean(p_values(kept, network.score(drawn)) <= 0.05))
        impossible.append(np.mean(drawn.min(axis=1) < 0))
    assert (sum(share == 1 for share in noisy), len(noisy), len(noise)) == (10, 10, 200)
    assert 0.05 > 1 / 451 and 100 * np.mean(noisy) == 100 and 100 * np.mean(rebuilt) == 0
    assert sum(share == 0 for share in rebuilt) == 10
    assert 100 * min(impossible) >= 95 and digits()[0].min() == 0


@pytest.mark.observation("obs-loud-column")
def test_one_loud_column_harms_an_svm_and_not_a_forest():
    loud = np.ones(30)
    loud[9] = 100
    before, after = {"SVM": [], "forest": []}, {"SVM": [], "forest": []}
    for seed in range(10):
        data = cells_split(seed, 240)
        for name in before:
            before[name].append(area_of(name, *data))
            after[name].append(area_of(name, *(Z * loud for Z in data)))
    svm_before, svm_after = np.array(before["SVM"]), np.array(after["SVM"])
    assert (len(svm_before), loud.size, loud.max()) == (10, 30, 100)
    assert (np.sum(svm_after < svm_before), len(svm_after)) == (10, 10)
    assert (svm_before.mean().round(2), svm_after.mean().round(2)) == (0.95, 0.75)
    changed = np.not_equal(before["forest"], after["forest"])
    assert (changed.sum(), len(changed)) == (0, 10)


@pytest.mark.observation("obs-odd-column")
def test_a_forest_hardly_sees_one_odd_column_in_thirty():
    medians = {"forest": [], "Gaussian": []}
    for seed in range(10):
        X, fresh, _ = cells_split(seed, 240)
        odd = (fresh[:60] + 10 * np.eye(30)[:, np.newaxis]).reshape(-1, 30)
        for name, each in medians.items():
            score = DETECTORS[name](X)
            each.append(np.median(p_values(score(fresh[60:]), score(odd)).reshape(30, 60), axis=1))
    forests, gaussians = np.array(medians["forest"]), np.array(medians["Gaussian"])
    assert np.allclose(odd[:60] - fresh[:60], 10 * np.eye(30)[0])
    assert forests.shape == (10, 30)
    assert odd[0, 0] - fresh[0, 0] == pytest.approx(10)
    assert ends(forests) == (0.09, 0.59)
    assert ends(gaussians) == (0.02, 0.03)


@pytest.mark.observation("obs-strays")
def test_strays_among_the_learned_harm_every_detector_and_a_forest_least():
    benign, malignant = cells()
    falls = {name: [] for name in DETECTORS}
    for seed in range(10):
        usual, fresh = split(benign, 200, seed)
        ill, others = split(malignant, 40, seed)
        spoilt = np.concatenate([usual[40:], ill])
        for name, each in falls.items():
            areas = []
            for X in (usual, spoilt):
                areas.append(area_of(name, *((Z - X.mean(axis=0)) / X.std(axis=0) for Z in (X, fresh, others))))
            each.append(areas[0] - areas[1])
    falls = {name: np.array(each) for name, each in falls.items()}
    lost = np.sum([each > 0 for each in falls.values()], axis=1)
    assert (len(falls), len(each)) == (7, 10)
    assert ends(lost) == (10, 10)
    assert (100 * len(ill) / len(spoilt), len(spoilt)) == (20, 200)
    others = np.array([each for name, each in falls.items() if name != "forest"])
    assert (np.sum(falls["forest"] < others.min(axis=0)), others.shape[1]) == (10, 10)
    assert ends(falls["forest"]) == (0.05, 0.09)
    assert ends([falls["plane"], falls["autoencoder"]]) == (0.17, 0.25)
