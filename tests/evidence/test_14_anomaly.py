"""What chapter 14 and its depth page observed, computed anew, apart from the notebooks.

Gaussians, planes, p-values and areas are plain NumPy here; mixtures and the autoencoder are the package's, the SVM and
the forest scikit-learn's. Each test asserts every number of the box whose label it carries, in the order of the box.
"""

import numpy as np
import pytest
from scipy import stats
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


def columns_alone(X):
    mean, sd = X.mean(axis=0), X.std(axis=0)
    return lambda Z: np.max(np.abs(Z - mean) / sd, axis=1)


def four_gaussians(X):
    return xb.GaussianMixture(4, ridge=0.1, n_starts=1, tol=1e-3).fit(X).score


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
        assert (len(X), len(held)) == (100, 50)
        mixture = xb.GaussianMixture(2, ridge=0.01).fit(X).score
        for name, score in {
            "column": columns_alone(X), "one": gaussian(X), "two": mixture, "line": plane(X, 1)
        }.items():  # fmt: skip
            alarms = np.sum(score(held)[:, np.newaxis] >= score(STRANGERS), axis=0) <= 1
            found[name] = found.get(name, 0) + alarms
    a, b, c = found["column"]
    assert len(splits) == 20
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
        assert len(held) == 50
        cost.append([xb.GaussianMixture(J, ridge=0.01, n_starts=3).fit(X).score(held).mean() for J in (1, 2, 3)])
    second, third = -np.diff(cost).T
    assert np.sum(second > 0) == 20
    assert (round(second.min(), 2), round(second.max(), 2)) == (0.37, 0.90)
    assert np.sum(third > 0) == 17
    assert round(third.mean(), 2) == 0.05
    assert round(third.std(ddof=1) / np.sqrt(20), 2) == 0.01


@pytest.mark.observation("obs-chi-squared")
def test_far_more_new_cells_than_one_in_a_hundred_cross_the_limit_of_chi_squared():
    limit, crossed = stats.chi2.ppf(0.99, 30), []
    for seed in range(20):
        X, fresh, _ = cells_split(seed, 240)
        assert (len(X), len(fresh), X.shape[1]) == (240, 117, 30)
        crossed.append(np.mean(gaussian(X)(fresh) > limit))
    assert limit == pytest.approx(stats.gamma(30 / 2, scale=2).ppf(0.99))  # the 99 % point of chi-squared with 30
    assert (round(min(crossed), 2), round(max(crossed), 2), round(np.mean(crossed), 2)) == (0.08, 0.27, 0.17)  # 8, 27, 17


@pytest.mark.observation("obs-false-alarms")
def test_false_alarms_are_as_rare_as_promised_with_kept_back_cells_and_not_with_learned_ones():
    shares = {}
    for seed in range(300):
        X, rest, _ = cells_split(seed, 200)
        kept, fresh = rest[:79], rest[79:]
        assert (len(X), len(kept), len(fresh)) == (200, 79, 78)
        for name, score in {"Gaussian": gaussian(X), "seven": plane(X, 7)}.items():
            for other, usual in {"kept": kept, "learned": X}.items():
                alarms = p_values(score(usual), score(fresh)) <= 0.05
                shares.setdefault((name, other), []).append(100 * np.mean(alarms))
    mean = {key: round(np.mean(each), 1) for key, each in shares.items()}
    error = {key: round(np.std(each, ddof=1) / np.sqrt(300), 1) for key, each in shares.items()}
    assert mean["Gaussian", "kept"] == 5.0 and mean["seven", "kept"] == 5.0
    assert error["Gaussian", "kept"] == error["seven", "kept"] == 0.2
    assert mean["Gaussian", "learned"] == 9.3 and mean["seven", "learned"] == 7.4


@pytest.mark.claim(24)
@pytest.mark.observation("obs-detectors")
def test_the_order_of_the_same_two_detectors_turns_around_with_the_task():
    pairs = ("Gaussian", "4 Gaussians"), ("SVM", "SVM, narrow")
    wins = {}
    for task, samples in {"cells": lambda seed: cells_split(seed, 240), "digits": digits_split}.items():
        for seed in range(20):
            data = samples(seed)
            for one, other in pairs:
                won = area_of(one, *data) > area_of(other, *data)
                wins[task, one] = wins.get((task, one), 0) + won
    splits = 20
    assert wins["cells", "Gaussian"] == 19 and splits == 20
    assert splits - wins["digits", "Gaussian"] == 20 and splits == 20
    assert wins["cells", "SVM"] == 20 and splits == 20
    assert splits - wins["digits", "SVM"] == 20 and splits == 20


@pytest.mark.claim(24)
@pytest.mark.observation("obs-average")
def test_the_average_digit_is_less_surprising_to_a_gaussian_than_every_kept_back_digit():
    lowest, found, blends = 0, [], 0
    for seed in range(10):
        X, rest = split(digits()[0], 900, seed)
        kept, fresh = rest[:450], rest[450:]
        assert (len(X), len(kept)) == (900, 450)
        score = gaussian(X, 0.03)
        lowest += np.sum(score(kept) > score(X.mean(axis=0)[np.newaxis])) == 450
        mixed = (fresh[:223] + fresh[-223:]) / 2
        found.append(np.sum(p_values(score(kept), score(mixed)) <= 0.05))
        blends = len(mixed)
    assert (lowest, len(found), len(kept)) == (10, 10, 450)
    assert 0.05 * 451 > 22 and sum(found) == 0 and blends == 223


@pytest.mark.claim(24)
@pytest.mark.observation("obs-own-pictures")
def test_an_autoencoder_finds_noise_strange_and_what_it_rebuilds_from_noise_usual():
    noisy, rebuilt = [], []
    for seed in range(10):
        X, rest = split(digits()[0], 900, seed)
        network = xb.Autoencoder(5, l2=0.001, max_iter=100).fit(X)
        noise = np.random.default_rng(seed + 1).random((200, 64))
        kept = network.score(rest[:450])
        noisy.append(np.mean(p_values(kept, network.score(noise)) <= 0.05))
        rebuilt.append(np.mean(p_values(kept, network.score(network.reconstruct(noise))) <= 0.05))
    assert (sum(share == 1 for share in noisy), len(noisy), len(noise)) == (10, 10, 200)
    assert 0.05 > 1 / 451 and 100 * np.mean(noisy) == 100 and 100 * np.mean(rebuilt) == 0
    assert sum(share == 0 for share in rebuilt) == 10


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
    assert (len(before["SVM"]), loud.size, loud.max()) == (10, 30, 100)
    assert sum(b > a for b, a in zip(before["SVM"], after["SVM"], strict=True)) == 10
    assert (round(np.mean(before["SVM"]), 2), round(np.mean(after["SVM"]), 2)) == (0.95, 0.75)
    assert sum(b != a for b, a in zip(before["forest"], after["forest"], strict=True)) == 0 < 10


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
    assert forests.shape == (10, 30)  # each of 30 columns 10 standard deviations off
    assert len(forests) == 10 and len(odd) == 30 * 60 and np.allclose(odd[0] - fresh[0], 10 * np.eye(30)[0])
    assert (round(forests.min(), 2), round(forests.max(), 2)) == (0.09, 0.59)
    assert (round(gaussians.min(), 2), round(gaussians.max(), 2)) == (0.02, 0.03)


@pytest.mark.observation("obs-strays")
def test_strays_among_the_learned_harm_every_detector_and_a_forest_least():
    benign, malignant = cells()
    falls = {name: [] for name in DETECTORS}
    for seed in range(10):
        usual, fresh = split(benign, 200, seed)
        ill, others = split(malignant, 40, seed)
        spoilt = np.concatenate([usual[40:], ill])
        assert len(ill) / len(spoilt) == 0.2
        for name, each in falls.items():
            areas = []
            for X in (usual, spoilt):
                areas.append(area_of(name, *((Z - X.mean(axis=0)) / X.std(axis=0) for Z in (X, fresh, others))))
            each.append(areas[0] - areas[1])
    falls = {name: np.array(each) for name, each in falls.items()}
    assert len(falls) == 7  # detectors
    lost = np.sum([each > 0 for each in falls.values()], axis=1)
    assert len(falls["forest"]) == 10 and (lost == 10).all() and 10 == len(each) and 20 == 100 * 40 / 200
    others = np.array([each for name, each in falls.items() if name != "forest"])
    assert np.sum(falls["forest"] < others.min(axis=0)) == 10
    assert (round(falls["forest"].min(), 2), round(falls["forest"].max(), 2)) == (0.05, 0.09)
    two = np.concatenate([falls["plane"], falls["autoencoder"]])
    assert (round(two.min(), 2), round(two.max(), 2)) == (0.17, 0.25)
