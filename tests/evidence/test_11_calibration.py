"""What chapter 11 and its depth page observed, computed anew apart from the notebooks.

The networks, forests and lines are trained as in the chapter; bins, errors, temperatures and repairs are in NumPy,
SciPy and scikit-learn. All splits are of the same 1797 digits.
"""

from functools import cache, partial
from itertools import pairwise

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import expit, log_softmax, logit, softmax
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB

import xentbook as xb

SPLITS, BINS = 20, 10
DIGITS = load_digits()
X, ODD = DIGITS.data / 16, DIGITS.target % 2


def parts(seed):
    """Return 500 digits to learn, 400 held out and 897 to measure; a network learns the first 200 of the 500."""
    return np.split(np.random.default_rng(seed).permutation(1797), [500, 900])


def calibration_error(y, q, n_bins=BINS):
    """Return the sum over bins of the absolute sums of forecasts minus outcomes, over the number of cases."""
    which = np.clip(np.ceil(n_bins * q) - 1, 0, n_bins - 1).astype(int)
    return np.abs(np.bincount(which, q - y, minlength=n_bins)).sum() / len(y)


def log_loss(y, z):
    return np.mean(np.logaddexp(0, np.where(y == 1, -z, z)))


def brier(y, q):
    return np.mean((q - y) ** 2)


def temperature(z, y):
    return 1 / brentq(lambda beta: np.sum((expit(beta * z) - y) * z), 1e-4, 1e4, xtol=1e-14)


def by_temperature(z, y, z_new):
    return expit(z_new / temperature(z, y))


def by_platt(z, y, z_new):
    """Return the probabilities of Platt's curve, fitted to his targets: a sample of each label, with their weights."""
    ones, zeros = y.sum(), len(y) - y.sum()
    target = np.where(y == 1, (ones + 1) / (ones + 2), 1 / (zeros + 2))
    scale = z.std()
    line = LogisticRegression(C=np.inf, tol=1e-10, max_iter=10_000)
    line.fit(np.r_[z, z][:, None] / scale, np.repeat([1, 0], len(z)), sample_weight=np.r_[target, 1 - target])
    return line.predict_proba(z_new[:, None] / scale)[:, 1]


def by_isotonic(z, y, z_new):
    return IsotonicRegression(out_of_bounds="clip").fit(z, y).predict(z_new)


def trained(samples, odd, seeds, when):
    """Return the layers of tanh networks, one a split, after each of `when` steps: full batches, Adam, step 0.01."""
    started = [
        xb.MLPClassifier([32], seed=seed).initialize(*data) for *data, seed in zip(samples, odd, seeds, strict=True)
    ]
    drawn = ([*net.coefs_, *net.intercepts_] for net in started)
    W, V, b, c = (np.stack(parts) for parts in zip(*drawn, strict=True))
    theta = [W.swapaxes(1, 2), V.swapaxes(1, 2), b[:, None], c[:, None]]
    truth, found = np.eye(2)[odd], {}
    first, second = ([np.zeros_like(part) for part in theta] for _ in range(2))
    for step in range(1, max(when) + 1):
        hidden = np.tanh(samples @ theta[0] + theta[2])
        logits = hidden @ theta[1] + theta[3]
        error = (softmax(logits, axis=2) - truth) / odd.shape[1]
        back = (error @ theta[1].swapaxes(1, 2)) * (1 - hidden**2)
        slopes = [samples.swapaxes(1, 2) @ back, hidden.swapaxes(1, 2) @ error]
        slopes += [part.sum(axis=1, keepdims=True) for part in (back, error)]
        for part, slope, mean, square in zip(theta, slopes, first, second, strict=True):
            mean += 0.1 * (slope - mean)
            square += 0.001 * (slope**2 - square)
            part -= 0.01 * mean / (1 - 0.9**step) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
        if step in when:
            found[step] = [part.copy() for part in theta]
    return found


@cache
def networks():
    """Return for each split the outcomes and log-odds after 64 and 1024 steps (learnt, held, new) and the base rate."""
    cuts = [(learnt[:200], held, new) for learnt, held, new in map(parts, range(SPLITS))]
    few = np.array([part for part, _, _ in cuts])
    nets = trained(X[few], ODD[few], range(SPLITS), (64, 1024))
    found = []
    for i, cut in enumerate(cuts):
        runs = {}
        for steps, layers in nets.items():
            W, V, b, c = (part[i] for part in layers)
            runs[steps] = [np.diff(np.tanh(X[part] @ W + b) @ V + c)[:, 0] for part in cut]
        found.append((ODD[cut[0]], ODD[cut[1]], ODD[cut[2]], runs, ODD[np.r_[cut[0], cut[1]]].mean()))
    return found


@cache
def models():
    """Return for each split the outcomes and, by model, the log-odds held out and on new digits."""
    found = []
    for seed in range(SPLITS):
        learnt, held, new = parts(seed)
        data = X[learnt], ODD[learnt]
        bayes = GaussianNB(var_smoothing=0.01).fit(*data)
        forest = RandomForestClassifier(100, random_state=seed).fit(*data)
        line = LogisticRegression(C=1 / (0.5), tol=1e-8, max_iter=10_000).fit(*data)
        scores = {
            "naive Bayes": lambda part, bayes=bayes: np.diff(bayes.predict_joint_log_proba(X[part]))[:, 0],
            "forest": lambda part, forest=forest: logit((100 * forest.predict_proba(X[part])[:, 1] + 1) / 102),
            "logistic": lambda part, line=line: line.decision_function(X[part]),
        }
        found.append((ODD[held], ODD[new], {name: (score(held), score(new)) for name, score in scores.items()}, new))
    return found


@pytest.mark.observation("obs-sure-mistakes")
def test_after_a_thousand_steps_the_network_makes_far_more_mistakes_than_its_numbers_allow():
    sure, allowed, made, threshold = [], [], [], 99
    for _, _, y, runs, _ in networks():
        z = runs[1024][2]
        confidence, wrong = expit(np.abs(z)), (z > 0) != y
        certain = confidence >= threshold / 100
        sure.append(certain.sum())
        allowed.append((1 - confidence)[certain].sum())
        made.append(wrong[certain].sum())
    assert (len(sure), 200, len(y), 1024, threshold, min(sure), max(sure)) == (20, 200, 897, 1024, 99, 762, 817)
    assert (f"{max(allowed):.2f}", min(made), max(made)) == ("0.38", 15, 64)


@pytest.mark.claim(13)
@pytest.mark.observation("obs-trained-to-zero")
def test_training_from_64_to_1024_steps_improves_the_choices_and_worsens_the_log_loss():
    right, loss, each, missed = ([] for _ in range(4))
    for y_few, _, y, runs, _ in networks():
        wrong = [(runs[k][2] > 0) != y for k in (64, 1024)]
        right.append([np.mean(~w) for w in wrong])
        loss.append([log_loss(y, runs[k][2]) for k in (64, 1024)])
        each.append([log_loss(y[w], runs[k][2][w]) for w, k in zip(wrong, (64, 1024), strict=True)])
        missed.append([np.sum((runs[k][0] > 0) != y_few) for k in (64, 1024)])
    better, worse, dearer = (sum(b > a for a, b in table) for table in (right, loss, each))
    assert (better, worse, dearer, len(loss), len(y_few), len(y)) == (20, 20, 20, 20, 200, 897)
    means = [f"{mean:.3f}" for mean in np.mean(loss, axis=0)[::-1]]
    assert (better, 20, 200, 897, 1024, 64, *means) == (20, 20, 200, 897, 1024, 64, "0.458", "0.279")
    costs = [f"{mean:.2f}" for mean in np.mean(each, axis=0)[::-1]]
    assert costs == ["5.53", "2.38"]
    assert (min(missed)[0], max(missed)[0], len(y_few), 64) == (0, 5, 200, 64)


@pytest.mark.observation("obs-temperature")
def test_a_temperature_lowers_log_loss_and_calibration_error_in_every_split():
    found, lower, less, long_wins = [], 0, 0, 0
    for _, y_held, y, runs, _ in networks():
        T = {k: temperature(runs[k][1], y_held) for k in runs}
        z = runs[1024][2]
        before, after = log_loss(y, z), log_loss(y, z / T[1024])
        lower += after < before
        less += calibration_error(y, expit(z / T[1024])) < calibration_error(y, expit(z))
        long_wins += after < log_loss(y, runs[64][2] / T[64])
        found.append((T[1024], before, after))
    T, before, after = np.transpose(found)
    assert (lower, less, len(T), len(y_held), 1024, len(y)) == (20, 20, 20, 400, 1024, 897)
    spread = [f"{value:.2f}" for value in (T.min(), T.max())]
    assert (lower, 20, *spread, 400, 1024, 897) == (20, 20, "2.15", "4.77", 400, 1024, 897)
    assert (f"{before.mean():.3f}", f"{after.mean():.3f}", 64, long_wins, 20) == ("0.458", "0.207", 64, 20, 20)


@pytest.mark.observation("obs-temperature-leaves")
def test_in_some_splits_the_mended_network_is_still_refuted_and_has_more_mistakes_than_it_allows():
    refuted, worlds, sure = 0, 400, []
    for seed, (_, y_held, y, runs, _) in enumerate(networks()):
        z = runs[1024][2]
        q = expit(z / temperature(runs[1024][1], y_held))
        flawless = np.random.default_rng(seed).random((worlds, len(y))) < q
        as_large = [calibration_error(world, q) >= calibration_error(y, q) for world in flawless]
        refuted += np.mean(as_large) < 0.05
        confidence, wrong = np.maximum(q, 1 - q), (z > 0) != y
        certain = confidence >= 0.99
        sure.append((certain.sum(), wrong[certain].sum(), (1 - confidence)[certain].sum()))
    told = refuted, len(sure), len(y_held), len(y), 5, worlds, 1024
    assert told == (7, 20, 400, 897, 5, 400, 1024)
    called, made, allowed = np.sum(sure, axis=0)
    assert (len(sure), 99, called, made, round(allowed)) == (20, 99, 7101, 65, 24)


@pytest.mark.observation("obs-freedom")
def test_on_the_network_more_freedom_than_a_temperature_was_no_gain():
    scores, infinite = [], 0
    for _, y_held, y, runs, _ in networks():
        _, z_held, z = runs[1024]
        p = [tool(z_held, y_held, z) for tool in (by_temperature, by_platt, by_isotonic)]
        scores.append([brier(y, q) for q in p])
        infinite += np.any(np.where(y == 1, p[2], 1 - p[2]) == 0)
    cool, platt, steps = np.transpose(scores)
    wins = np.sum(cool < platt), np.sum(cool < steps), np.sum(platt < steps)
    assert (1024, len(scores), len(y_held), *wins) == (1024, 20, 400, 9, 18, 17)
    assert (infinite, len(scores)) == (19, 20)


@pytest.mark.claim(22)
@pytest.mark.observation("obs-base-rate")
def test_a_forecaster_of_the_base_rate_has_the_smaller_calibration_error_and_the_larger_loss():
    lower, larger = {64: 0, 1024: 0}, {64: 0, 1024: 0}
    for _, _, y, runs, base in networks():
        always = np.full(len(y), base)
        for steps in lower:
            z = runs[steps][2]
            lower[steps] += log_loss(y, z) < log_loss(y, logit(always))
            larger[steps] += calibration_error(y, expit(z)) > calibration_error(y, always)
    assert (SPLITS, 64, 200 + 400, lower[64], larger[64]) == (20, 64, 600, 20, 18)
    assert (1024, lower[1024], larger[1024]) == (1024, 18, 20)


@pytest.mark.claim(22)
@pytest.mark.observation("obs-forest-logistic")
def test_the_forest_has_the_lower_log_loss_and_the_larger_calibration_error():
    found = []
    for y_held, y, scores, _ in models():
        pairs = [scores[name] for name in ("forest", "logistic")]
        mended = [z / temperature(z_held, y_held) for z_held, z in pairs]
        found.append(
            [
                [log_loss(y, z) for _, z in pairs],
                [calibration_error(y, expit(z)) for _, z in pairs],
                [log_loss(y, z) for z in mended],
            ]
        )
    loss, error, after = np.swapaxes(found, 0, 1)
    lower, larger = np.sum(loss[:, 0] < loss[:, 1]), np.sum(error[:, 0] > error[:, 1])
    still = np.sum(after[:, 0] < after[:, 1])
    losses, errors, left = ([f"{mean:.3f}" for mean in table.mean(axis=0)] for table in (loss, error, after))
    assert (lower, larger, still) == (20, 20, 20)
    assert (still, len(found), *left) == (20, 20, "0.094", "0.228")
    told = lower, len(found), 500, len(y_held), 897, *losses, *errors
    assert told == (20, 20, 500, 400, 897, "0.211", "0.228", "0.135", "0.028")


@pytest.mark.observation("obs-repairs")
def test_which_repair_has_the_lower_brier_score_depends_on_the_model_and_on_the_split():
    table = {name: [] for name in ("naive Bayes", "forest", "logistic")}
    for y_held, y, scores, _ in models():
        for name, (z_held, z) in scores.items():
            tools = [tool(z_held, y_held, z) for tool in (by_temperature, by_platt, by_isotonic)]
            table[name].append([brier(y, q) for q in (expit(z), *tools)])
    wins = [[np.sum(b < a) for a, b in pairwise(np.transpose(table[name]))] for name in table]
    cool, platt, steps = np.transpose(wins)
    assert (SPLITS, 500, len(y_held), len(y), *cool[:2], 20, cool[2], 20) == (20, 500, 400, 897, 20, 20, 20, 9, 20)
    assert (platt[0], 20, platt[1], platt[2]) == (7, 20, 15, 11)
    assert (*steps, 20) == (6, 5, 3, 20)


@pytest.mark.observation("obs-groups")
def test_pale_digits_are_underestimated_in_every_split():
    ink = DIGITS.images[:, 3:5, 3:5].mean(axis=(1, 2))
    gaps = []
    for _, y, scores, new in models():
        z = scores["logistic"][1]
        slack, pale = expit(np.abs(z)) - ((z > 0) == y), ink[new] < np.median(ink[new])
        gaps.append((slack[pale].mean(), slack[~pale].mean()))
    pale, rest = np.transpose(gaps)
    assert np.sum(pale < 0) == len(gaps) == 20
    ends = [f"{value:.3f}" for value in (pale.min(), pale.max())]
    assert (np.sum(pale < 0), 20, 500, len(y), *ends) == (20, 20, 500, 897, "-0.037", "-0.003")
    assert (np.sum(rest > pale), 20, np.sum(rest > 0), 20) == (20, 20, 13, 20)


@pytest.mark.slow
@pytest.mark.observation("obs-yardsticks")
def test_four_yardsticks_refute_logistic_regression_in_few_splits():
    splits, worlds, level = 20, 39, 0.05
    yardsticks = {
        "smooth": xb.smooth_calibration_error,
        "10 bins": partial(calibration_error, n_bins=10),
        "15 bins": partial(calibration_error, n_bins=15),
        "debiased": partial(xb.debiased_calibration_error, n_bins=15, squared=True),
    }
    refuted = dict.fromkeys(yardsticks, 0)
    for seed, (_, y, scores, _) in enumerate(models()[:splits]):
        q = expit(scores["logistic"][1])
        flawless = (np.random.default_rng(seed).random((worlds, len(y))) < q).astype(int)
        for name, error in yardsticks.items():
            seen, reached = error(y, q), 0
            for world in flawless:
                reached += error(world, q) >= seen
                if (1 + reached) / (worlds + 1) > level:  # the p-value can only grow
                    break
            else:
                refuted[name] += 1
    plain, finer, smooth, debiased = (refuted[name] for name in ("10 bins", "15 bins", "smooth", "debiased"))
    told = splits, 500, len(y), worlds, level, plain, finer, 15, smooth, debiased, 15
    assert told == (20, 500, 897, 39, 0.05, 3, 5, 15, 5, 3, 15)


@pytest.mark.slow
@pytest.mark.observation("obs-vector-scaling")
def test_a_temperature_helps_ten_classes_and_vector_scaling_has_no_answer_or_a_worse_one():
    lower, none, ahead, behind, splits = 0, 0, 0, 0, 10
    for seed in range(splits):
        learnt, held, new = parts(seed)
        line = xb.SoftmaxRegression(l2=0.5).fit(X[learnt], DIGITS.target[learnt])
        (z_held, y_held), (z, y) = ((line.decision_function(X[part]), DIGITS.target[part]) for part in (held, new))
        cooler = xb.TemperatureScaling().fit(z_held, y_held)

        def loss(log_probs, y):
            return -np.mean(log_probs[np.arange(len(y)), y])

        T = cooler.temperature_
        lower += loss(log_softmax(z / T, axis=1), y) < loss(log_softmax(z, axis=1), y)
        try:
            vector = xb.VectorScaling().fit(z_held, y_held)
        except ValueError:
            none += 1
            continue
        there, here = (
            [loss(np.log(tool.predict_proba(s)), t) for tool in (cooler, vector)] for s, t in ((z_held, y_held), (z, y))
        )
        ahead += there[1] < there[0]
        behind += here[1] > here[0]
    assert (lower, splits, 500, len(y_held), len(y)) == (10, 10, 500, 400, 897)
    assert (none, splits) == (6, 10)
    assert (splits - none, ahead, behind) == (4, 4, 4)


@pytest.mark.identity("eq-chance-bound")
@pytest.mark.parametrize("seed", range(5))
def test_the_mean_error_of_a_flawless_forecaster_is_above_zero_and_below_both_bounds(seed):
    rng, n, n_bins = np.random.default_rng(seed), 10, 4
    q = rng.random(n)
    outcomes = (np.arange(2**n)[:, None] >> np.arange(n)) & 1  # all of them, with their probabilities
    chance = np.where(outcomes, q, 1 - q).prod(axis=1)
    mean = chance @ [calibration_error(y, q, n_bins) for y in outcomes]
    which = np.ceil(n_bins * q).astype(int)
    first = np.sqrt(np.bincount(which, q * (1 - q))).sum() / n
    second = np.sqrt(n_bins * np.mean(q * (1 - q)) / n)
    assert 0 < mean <= first <= second
