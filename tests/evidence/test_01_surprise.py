"""What chapter 1 and its depth page observed, computed anew with SciPy and scikit-learn, apart from the notebooks.

Each test draws its splits itself and asserts every number of the box whose label it carries.
"""

import numpy as np
import pytest
from scipy.stats import norm
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

CANCER = load_breast_cancer()
X, Y = CANCER.data, CANCER.target  # 0 malignant, 1 benign
ONE = X[:, CANCER.feature_names == "worst perimeter"]


def surprisals(columns, learn, judge):
    """Return the surprisal in nats of each judged truth under bell curves, independent in each class."""
    scores = []
    for k in (0, 1):
        known = columns[learn][Y[learn] == k]
        bells = norm.logpdf(columns[judge], known.mean(axis=0), known.std(axis=0))
        scores.append(np.log(np.mean(Y[learn] == k)) + bells.sum(axis=1))
    towards = np.where(Y[judge] == 1, 1, -1) * (scores[1] - scores[0])
    return np.logaddexp(0, -towards)


def base_rate(share, judge):
    return -np.log(np.where(Y[judge] == 1, share, 1 - share)).sum()


def mistakes(nats):
    return int(np.sum(nats > np.log(2)))


def halves(seed):
    order = np.random.default_rng(seed).permutation(len(Y))
    return order[:284], order[284:]


def ends(values, form=".1f"):
    return [format(value, form) for value in (min(values), max(values))]


def ends_of_pairs(pairs, form):
    """Return the ends of the first and of the second numbers of `pairs`."""
    return [ends(values, form) for values in zip(*pairs, strict=True)]


def compared(number, other):
    return "fewer" if number < other else "more" if number > other else "as many"


@pytest.fixture(scope="module")
def splits():
    """Return for each of 20 halves the surprisals of one measurement, of 30, and of 30 copies of the one."""
    data = (ONE, X, np.repeat(ONE, 30, axis=1))
    return [[surprisals(columns, *halves(seed)) for columns in data] for seed in range(20)]


def test_these_alarms_are_naive_bayes_of_scikit_learn_without_its_addition():
    learn, judge = halves(0)
    model = GaussianNB(var_smoothing=0).fit(X[learn], Y[learn])
    theirs = -model.predict_log_proba(X[judge])[np.arange(len(judge)), Y[judge]]
    np.testing.assert_allclose(surprisals(X, learn, judge), theirs, rtol=1e-9, atol=1e-12)


@pytest.mark.observation("obs-two-alarms")
def test_thirty_measurements_collect_more_surprise_than_one_often_with_fewer_mistakes(splits):
    assert (len(splits), len(Y)) == (20, 569)
    assert (X.shape[1], *map(len, halves(0))) == (30, 284, 285)
    more = [thirty.sum() - one.sum() for one, thirty, _ in splits]
    assert ends(more) == ["31.9", "360.5"]
    wrong = [compared(mistakes(thirty), mistakes(one)) for one, thirty, _ in splits]
    assert (wrong.count("fewer"), wrong.count("as many"), wrong.count("more")) == (16, 1, 3)
    base = [base_rate(Y[learn].mean(), judge) for learn, judge in map(halves, range(len(splits)))]
    assert sum(thirty.sum() > rate for (_, thirty, _), rate in zip(splits, base, strict=True)) == 8
    alone = [[surprisals(X[:, [k]], *halves(seed)).sum() for seed in range(20)] for k in range(X.shape[1])]
    always = [all(thirty.sum() > one for (_, thirty, _), one in zip(splits, row, strict=True)) for row in alone]
    assert (sum(always), len(always)) == (8, 30)
    assert always[list(CANCER.feature_names).index("worst perimeter")]


def test_the_one_measurement_has_the_least_surprise_on_the_first_half():
    learn, _ = halves(0)
    alone = [surprisals(X[:, [k]], learn, learn).sum() for k in range(X.shape[1])]
    assert CANCER.feature_names[np.argmin(alone)] == "worst perimeter"


@pytest.mark.observation("obs-thirty-copies")
def test_thirty_copies_of_one_measurement_multiply_the_surprise(splits):
    assert len(splits) == 20
    times = [copies.sum() / one.sum() for one, _, copies in splits]
    assert ends(times) == ["8.0", "15.3"]
    change = [mistakes(copies) - mistakes(one) for one, _, copies in splits]
    assert ends(change, "+d") == ["-6", "+4"]


@pytest.mark.observation("obs-exchanged")
def test_measurements_exchanged_within_their_class_leave_little_of_the_surprise(splits):
    draws = 10
    left = [exchanged(seed, draws) / thirty.sum() for seed, (_, thirty, _) in enumerate(splits)]
    assert (len(left), draws) == (20, 10)
    assert ends(np.multiply(left, 100)) == ["2.3", "12.5"]


def exchanged(seed, draws):
    """Return the mean surprise in nats where each measurement is exchanged, by itself, among the tumours of a class."""
    rng, totals = np.random.default_rng(seed), []
    for _ in range(draws):
        apart = X.copy()
        for k in (0, 1):
            apart[k == Y] = rng.permuted(X[k == Y], axis=0)
        totals.append(surprisals(apart, *halves(seed)).sum())
    return np.mean(totals)


def logistic(seed):
    """Return the surprisal in nats of each judged truth under logistic regression with all measurements."""
    learn, judge = halves(seed)
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(X[learn], Y[learn])
    return -model.predict_log_proba(X[judge])[np.arange(len(judge)), Y[judge]]


@pytest.mark.observation("obs-thirty-measurements")
def test_logistic_regression_makes_fewer_mistakes_and_collects_less_than_either_alarm(splits):
    found = [logistic(seed) for seed in range(len(splits))]
    assert (len(found), X.shape[1]) == (20, 30)
    for own, (one, thirty, _) in zip(found, splits, strict=True):
        assert mistakes(own) < min(mistakes(one), mistakes(thirty))
        assert own.sum() < min(one.sum(), thirty.sum())


def cross_validated(columns, seed):
    order = np.random.default_rng(seed).permutation(len(Y))
    nats = np.empty(len(Y))
    for part in np.array_split(order, 10):
        nats[part] = surprisals(columns, np.setdiff1d(order, part), part)
    return nats


@pytest.mark.observation("obs-ten-parts")
def test_cross_validated_thirty_measurements_make_fewer_mistakes_and_collect_more():
    runs = [(cross_validated(X, seed), cross_validated(ONE, seed)) for seed in range(20)]
    assert (len(runs), len(Y)) == (20, 569)
    assert ends_of_pairs([[mistakes(nats) for nats in run] for run in runs], "d") == [["34", "41"], ["46", "49"]]
    missed = [[mistakes(nats[Y == 0]) for nats in run] for run in runs]
    assert ends_of_pairs(missed, "d") == [["21", "23"], ["33", "35"]]
    totals = [[nats.sum() for nats in run] for run in runs]
    assert ends_of_pairs(totals, ".1f") == [["341.6", "511.4"], ["110.6", "111.7"]]
    base = base_rate(Y.mean(), np.arange(len(Y)))
    assert (sum(confident > base for confident, _ in totals), f"{base:.1f}") == (5, "375.7")


@pytest.mark.observation("obs-smoothing")
def test_the_default_of_scikit_learn_on_unscaled_data_is_another_model(splits):
    wrong, change, smaller = [], [], []
    for seed, (_, exact, _) in enumerate(splits):
        learn, judge = halves(seed)
        model = GaussianNB().fit(X[learn], Y[learn])
        nats = -model.predict_log_proba(X[judge])[np.arange(len(judge)), Y[judge]]
        wrong.append(compared(mistakes(nats), mistakes(exact)))
        change.append(nats.sum() - exact.sum())
        added = 1e-9 * X[learn].var(axis=0).max()
        smaller.append([int(np.sum(X[learn][Y[learn] == k].var(axis=0) < added)) for k in (0, 1)])
    found = len(splits), wrong.count("fewer"), wrong.count("as many"), wrong.count("more")
    assert found == (20, 13, 4, 3)
    assert (*ends(change, "+.1f"), sum(value < 0 for value in change)) == ("-127.3", "+27.7", 14)
    malignant, benign = ends_of_pairs(smaller, "d")
    assert (malignant, X.shape[1], benign) == (["6", "7"], 30, ["7", "9"])
