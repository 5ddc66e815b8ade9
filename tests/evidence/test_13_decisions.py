"""What chapter 13 and its depth page observed, computed anew in plain NumPy, apart from the notebooks.

Each test draws its splits itself, fits its models itself, and asserts every number of the box whose label it carries,
in the order of the box's sentences.
"""

from functools import cache
from itertools import combinations

import numpy as np
import pytest
from scipy.stats import rankdata
from sklearn.datasets import load_breast_cancer

SPLITS, TRIED = 200, np.arange(1, 20, 0.1)
DATA = load_breast_cancer()
X, ILL = DATA.data, 1 - DATA.target  # 1 is malignant


def parts(seed):
    return np.split(np.random.default_rng(seed).permutation(569), [285, 427])


def sigmoid(z):
    return 0.5 * (1 + np.tanh(z / 2))


def newton(A, y, weight=1.0, steps=60):
    """Return the maximum-likelihood weights of a logistic regression on the columns of `A`, by damped Newton steps."""
    theta, n = np.zeros(A.shape[1]), len(y)
    weight = np.broadcast_to(weight, n)

    def loss(theta):
        z = A @ theta
        return np.sum(weight * (np.logaddexp(0, z) - y * z))

    for _ in range(steps):
        p = sigmoid(A @ theta)
        gradient = A.T @ (weight * (p - y))
        step = np.linalg.solve((A * (weight * p * (1 - p))[:, np.newaxis]).T @ A, gradient)
        size = 1.0
        while loss(theta - size * step) > loss(theta) + 1e-12 and size > 1e-6:
            size /= 2
        theta = theta - size * step
        if np.abs(size * step).max() < 1e-11:
            break
    return theta


def log_odds_of_two(train, pair=(1, 4), weight=1.0):
    """Return the log-odds of all tumours by a logistic regression on two measurements."""
    x = X[:, pair]
    A = np.column_stack([np.ones(569), (x - x[train].mean(axis=0)) / x[train].std(axis=0)])
    return A @ newton(A[train], ILL[train], weight)


def log_odds_of_thirty(train, columns=range(30), table=X):
    """Return the log-odds of all tumours by naive Bayes: a normal density for each measurement and class."""
    x = table[:, columns]
    z = (x - x[train].mean(axis=0)) / x[train].std(axis=0)
    joint = []
    for k in (0, 1):
        own = z[train][ILL[train] == k]
        mean, variance = own.mean(axis=0), own.var(axis=0) + 1e-9 * z[train].var(axis=0).max()
        joint.append(np.log(len(own)) - 0.5 * np.sum((z - mean) ** 2 / variance + np.log(variance), axis=1))
    return joint[1] - joint[0]


def temperature(z, y, tried=TRIED):
    losses = np.logaddexp(0, -(2 * y - 1) * z / tried[:, np.newaxis]).mean(axis=1)
    assert 0 < np.argmin(losses) < tried.size - 1  # not at the edge of what was tried
    return tried[np.argmin(losses)]


def platt(z, y):
    """Return slope and intercept of Platt scaling with its softened targets, fitted to log-odds `z`."""
    ones, zeros = y.sum(), np.sum(y == 0)
    target = np.where(y == 1, (ones + 1) / (ones + 2), 1 / (zeros + 2))
    shift, slope = newton(np.column_stack([np.ones(len(z)), z / 10]), target)
    return slope / 10, shift


@cache
def runs():
    """Return for each split the truth and the log-odds of all models on the two parts that did not train."""
    found = []
    for seed in range(SPLITS):
        train, held, test = parts(seed)
        two, thirty = log_odds_of_two(train), log_odds_of_thirty(train)
        slope, shift = platt(thirty[held], ILL[held])
        models = {
            "two": two, "thirty": thirty, "cool": thirty / temperature(thirty[held], ILL[held]),
            "platt": slope * thirty + shift,
        }  # fmt: skip
        found.append((train, held, test, models))
    return found


def pay(z, y, miss, *, t=None):
    """Return the cost of each tumour called from `t` on, by default from the Bayes threshold on."""
    called = z >= (-np.log(miss) if t is None else np.log(t / (1 - t)))
    return np.where(y == 1, miss * ~called, called)


def costs(model, miss, *, t=None):
    return np.array([pay(z[model][test], ILL[test], miss, t=t).mean() for _, _, test, z in runs()])


def third(model, miss, r):
    """Return the mean cost in each split where a tumour may be looked at again."""
    found = []
    for _, _, test, z in runs():
        q = sigmoid(z[model][test])
        look = (q > r / miss) & (q < 1 - r)
        found.append(np.where(look, r, pay(z[model][test], ILL[test], miss)).mean())
    return np.array(found)


def cheapest(z, y, miss):
    """Return the log-odds from which on calling costs least on these tumours, the highest if there are several."""
    tried = np.append(np.unique(z), np.inf)[::-1]
    total = [np.sum((z >= t) & (y == 0)) + miss * np.sum((z < t) & (y == 1)) for t in tried]
    return tried[np.argmin(total)]


def from_data(model, miss):
    """Return the cost there and on new tumours, in each split, of the threshold that is cheapest on the held-out."""
    found = []
    for _, held, test, z in runs():
        t = cheapest(z[model][held], ILL[held], miss)
        found.append([
            np.mean(np.where(ILL[part] == 1, miss * (z[model][part] < t), z[model][part] >= t))
            for part in (held, test)
        ])  # fmt: skip
    return np.transpose(found)


def shown(values, digits=3):
    return f"{np.mean(values):.{digits}f}"


@pytest.mark.observation("obs-threshold-costs")
def test_the_threshold_from_the_costs_is_cheaper_than_one_half():
    line, half = costs("two", 9, t=0.1), costs("two", 9, t=0.5)
    assert (SPLITS, len(ILL), 0.1, 0.5, np.sum(line < half), SPLITS, 9) == (200, 569, 0.1, 0.5, 200, 200, 9)
    assert (shown(line), shown(half)) == ("0.488", "1.468")
    assert shown([np.mean(ILL[test] == 0) for _, _, test, _ in runs()]) == "0.619"


@pytest.mark.observation("obs-overconfident")
def test_the_better_ranking_costs_more_until_its_log_odds_are_divided():
    def area(z, y):
        ranks = rankdata(z)[y == 1].sum()
        ones = y.sum()
        return (ranks - ones * (ones + 1) / 2) / (ones * (len(y) - ones))

    better = [area(z["thirty"][t], ILL[t]) > area(z["two"][t], ILL[t]) for _, _, t, z in runs()]
    two, thirty, cool = (costs(model, 19) for model in ("two", "thirty", "cool"))
    assert (SPLITS, 19, sum(better), SPLITS) == (200, 19, 200, 200)
    assert (np.sum(thirty > two), SPLITS, shown(thirty), shown(two)) == (132, 200, "0.657", "0.533")
    assert (shown(cool), np.sum(cool < thirty), SPLITS) == ("0.258", 188, 200)


def f1(z, y, t=0.5):
    called = z >= np.log(t / (1 - t))
    return 2 * np.sum(called & (y == 1)) / (called.sum() + y.sum())


def log_loss(z, y):
    return np.logaddexp(0, np.where(y == 1, -z, z)).mean()


@pytest.mark.observation("obs-f1-pair")
def test_the_plain_model_has_the_lower_loss_and_the_lower_f1():
    rows = []
    for train, _, test, z in runs():
        share = ILL[train].mean()
        twin = log_odds_of_two(train, weight=np.where(ILL[train] == 1, 0.5 / share, 0.5 / (1 - share)))
        rows.append([[log_loss(v[test], ILL[test]), f1(v[test], ILL[test])] for v in (z["two"], twin)])
    plain, twin = np.moveaxis(rows, 1, 0)
    assert (np.sum((plain < twin).all(axis=1)), SPLITS, 0.5) == (146, 200, 0.5)
    (loss, score), (twin_loss, twin_score) = plain.T, twin.T
    assert (shown(loss), shown(twin_loss)) == ("0.491", "0.510")
    assert (shown(score), shown(twin_score)) == ("0.651", "0.700")


@pytest.mark.observation("obs-not-sure")
def test_a_third_answer_is_cheaper_for_honest_probabilities():
    miss, r = 9, 0.3
    forced, asked, sure = costs("two", miss), third("two", miss, r), costs("thirty", miss)
    assert (SPLITS, miss, r, np.sum(asked < forced), SPLITS) == (200, 9, 0.3, 200, 200)
    assert (shown(forced), shown(asked)) == ("0.488", "0.265")
    assert (r, np.sum(asked < r), SPLITS) == (0.3, 199, 200)  # a second look for all costs r
    assert (np.sum(asked < sure), SPLITS, shown(sure)) == (144, 200, "0.350")


@pytest.mark.observation("obs-from-data")
def test_a_threshold_from_data_is_dearer_for_honest_probabilities_and_cheaper_for_overconfident_ones():
    rows = []
    for model, miss in (("two", 9), ("two", 49), ("thirty", 19), ("cool", 19)):
        own, new = costs(model, miss), from_data(model, miss)[1]
        rows.append((miss, shown(own), shown(new), np.sum(new > own), np.sum(new < own)))
    honest, rare, sure, cool = rows
    assert SPLITS == 200
    assert [honest, rare] == [(9, "0.488", "0.518", 104, 81), (49, "0.599", "0.782", 102, 98)]
    assert [sure, cool] == [(19, "0.657", "0.296", 12, 183), (19, "0.258", "0.296", 105, 84)]
    assert (9, shown(from_data("two", 9)[0])) == (9, "0.424")


@pytest.mark.observation("obs-platt-at-nineteen")
def test_a_temperature_is_cheaper_here_than_platt_scaling():
    two, one = costs("platt", 19), costs("cool", 19)
    assert (SPLITS, 19, shown(two), shown(one), np.sum(one < two), SPLITS) == (200, 19, "0.366", "0.258", 159, 200)


@pytest.mark.observation("obs-copies")
def test_copies_of_one_measurement_make_naive_bayes_too_sure():
    fine, found = np.arange(0.2, 10, 0.05), {}
    for name, columns in (("one", [0]), ("near", [0, 2, 3]), ("copies", [0, 0, 0])):
        rows = []
        for train, held, test, _ in runs():
            z = log_odds_of_thirty(train, columns)
            rows.append([temperature(z[held], ILL[held], fine), pay(z[test], ILL[test], 19).mean()])
        found[name] = np.transpose(rows)
    (t, one), (t_near, near), (t_copies, copies) = found.values()
    assert (SPLITS, 19, shown(t, 2), shown(one)) == (200, 19, "0.97", "0.549")
    assert (shown(t_near, 2), shown(near), np.sum(near > one), SPLITS) == ("2.60", "1.078", 188, 200)
    assert (shown(t_copies, 2), shown(copies)) == ("2.56", "1.061")


@pytest.mark.observation("obs-two-causes")
def test_dependence_alone_makes_naive_bayes_too_sure():
    found = {"as they are": [], "independent": [], "normal": []}
    for seed, (train, _, test, _) in enumerate(runs()):
        tables = {kind: X.copy() for kind in found}
        exchange, draw = np.random.default_rng(seed), np.random.default_rng(seed)
        for own in (ILL == 0, ILL == 1):
            mean, root = X[own].mean(axis=0), np.linalg.cholesky(np.cov(X[own].T, ddof=0))
            tables["independent"][own] = exchange.permuted(X[own], axis=0)
            tables["normal"][own] = mean + draw.normal(size=X[own].shape) @ root.T
        for kind, table in tables.items():
            z = log_odds_of_thirty(train, table=table)[test]
            found[kind].append([100 * sigmoid(-np.abs(z)).mean(), 100 * np.mean((z >= 0) != ILL[test])])
    rows = {kind: np.transpose(pairs) for kind, pairs in found.items()}
    says = [(shown(said, 2), shown(made, 2), np.sum(made > said), SPLITS) for said, made in rows.values()]
    assert SPLITS == 200 and X.shape[1] == 30
    assert says == [("0.50", "6.70", 200, 200), ("0.05", "0.39", 79, 200), ("0.38", "3.20", 198, 200)]


@pytest.mark.observation("obs-loss-and-f1")
def test_models_of_lower_loss_mostly_have_the_higher_f1():
    pairs, rows = list(combinations(range(30), 2))[::10], []
    for seed in range(20):
        train, _, test = parts(seed)
        models = [log_odds_of_two(train, pair)[test] for pair in pairs]
        loss, score = (np.array([of(z, ILL[test]) for z in models]) for of in (log_loss, f1))
        i, j = np.triu_indices(len(pairs), 1)
        both = np.mean((loss[i] - loss[j]) * (score[i] - score[j]) > 0)
        rows.append([np.corrcoef(rankdata(loss), rankdata(score))[0, 1], 100 * both])
    (low, few), (high, many) = np.min(rows, axis=0), np.max(rows, axis=0)
    assert (len(pairs), len(rows), 0.5, f"{low:.2f}", f"{high:.2f}") == (44, 20, 0.5, "-0.98", "-0.90")
    assert (f"{few:.1f}", f"{many:.1f}") == ("5.6", "11.3")


@pytest.mark.observation("obs-tails")
def test_the_share_of_the_loss_in_the_tails_depends_on_the_split():
    reach, shares = np.log(100), []
    for _, _, test, z in runs():
        v = np.where(ILL[test] == 1, z["thirty"][test], -z["thirty"][test])
        inside = np.logaddexp(0, -np.clip(v, -reach, reach)) - np.logaddexp(0, -reach)
        shares.append(1 - inside.sum() / np.logaddexp(0, -v).sum())
    assert (SPLITS, round(np.exp(reach)), 1) == (200, 100, 1)
    assert (f"{min(shares):.2f}", f"{max(shares):.2f}") == ("0.19", "0.88")
    assert (np.sum(np.array(shares) < 0.5), SPLITS) == (50, 200)


@pytest.mark.observation("obs-third-answers")
def test_a_third_answer_raises_the_cost_where_the_repair_is_wrong():
    miss, r = 9, 0.5
    assert (SPLITS, miss, r, np.sum(third("two", miss, r) < costs("two", miss)), SPLITS) == (200, 9, 0.5, 193, 200)
    asked, forced = third("platt", miss, r), costs("platt", miss)
    assert (np.sum(asked > forced), SPLITS, np.sum(asked < forced), SPLITS) == (130, 200, 66, 200)


@pytest.mark.observation("obs-screening")
def test_probabilities_from_one_population_cost_much_in_another():
    share, miss, rows = 0.01, 9, []
    for train, _, test, z in runs():
        y, own = ILL[test], ILL[train].mean()
        weight = np.where(y == 1, share / y.mean(), (1 - share) / (1 - y.mean()))
        moved = z["two"][test] + np.log(share / (1 - share)) - np.log(own / (1 - own))
        rows.append([np.average(pay(v, y, miss), weights=weight) for v in (z["two"][test], moved, moved - np.inf)])
    as_it_is, moved, never = np.transpose(rows)
    assert (SPLITS, f"{share:.0%}", miss, 0.1, shown(as_it_is), shown(moved)) == (200, "1%", 9, 0.1, "0.689", "0.092")
    assert (shown(never, 3), np.sum(as_it_is > never), SPLITS) == ("0.090", 200, 200)
