"""What chapter 12 and its depth page observed, computed anew in NumPy and scikit-learn, apart from the notebooks."""

import numpy as np
import pytest
from scipy.optimize import brentq, minimize
from scipy.special import expit, log_expit
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression

# Table 7.3 of Wilks (1995): what was said of rain, how often rain came then, and how often it was said.
SAID = np.array([0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1])
CAME = np.array([0.006, 0.019, 0.059, 0.15, 0.277, 0.377, 0.511, 0.587, 0.723, 0.779, 0.934, 0.933])
SHARE = np.array([0.4112, 0.0671, 0.1833, 0.0986, 0.0616, 0.0366, 0.0303, 0.0275, 0.0245, 0.022, 0.017, 0.0203])


def scores(wet, q):
    """Return Brier score and log loss of each row of forecasts."""
    with np.errstate(divide="ignore"):
        logs = -np.log(np.where(wet, q, 1 - q))
    return np.mean((q - wet) ** 2, axis=-1), np.mean(logs, axis=-1)


@pytest.mark.observation("obs-half-years")
def test_in_half_of_the_half_years_a_never_that_failed_turns_the_verdict_of_the_log_loss():
    samples, size = 1_000, 180
    rng = np.random.default_rng(0)
    step = rng.choice(12, (samples, size), p=SHARE / SHARE.sum())
    wet = rng.random((samples, size)) < CAME[step]
    group = np.repeat([0, 1, 2], [4, 4, 4])  # up to 20 %, up to 60 %, more
    words = np.array([SHARE[group == g] @ CAME[group == g] / SHARE[group == g].sum() for g in range(3)])
    (brier, log), (brier_of_words, log_of_words) = (scores(wet, q[step]) for q in (SAID, words[group]))
    finite = np.isfinite(log)
    assert (samples, size, np.sum(brier < brier_of_words)) == (1_000, 180, 796)
    assert (np.sum(~finite), samples, np.sum(log[finite] < log_of_words[finite]), finite.sum()) == (
        504,
        1_000,
        479,
        496,
    )
    read, lost = {0: 0.0125, 1: 0.975}, ~finite
    _, log_of_read = scores(wet, np.array([read.get(q, q) for q in SAID])[step])
    assert (np.sum(log_of_read[lost] < log_of_words[lost]), np.sum(lost)) == (404, 504)
    wrong = SHARE[0] * CAME[0] + SHARE[-1] * (1 - CAME[-1])  # the chance behind the count
    assert abs(np.sum(~finite) / samples - (1 - (1 - wrong) ** size)) < 3 * np.sqrt(0.25 / samples)


@pytest.mark.observation("obs-small-sample")
def test_reliability_and_resolution_of_small_samples_are_too_large_and_the_score_is_not():
    samples, size, rng, found = 1_000, 180, np.random.default_rng(3), []
    for _ in range(samples):
        step = rng.choice(12, size, p=SHARE / SHARE.sum())
        wet = rng.random(size) < CAME[step]
        n = np.bincount(step, minlength=12)
        mean = np.bincount(step, wet, minlength=12) / np.maximum(n, 1)
        found.append(
            [n @ (SAID - mean) ** 2 / size, n @ (mean - wet.mean()) ** 2 / size, np.mean((SAID[step] - wet) ** 2)]
        )
    base = SHARE @ CAME
    table = SHARE @ (SAID - CAME) ** 2, SHARE @ (CAME - base) ** 2
    whole = [*table, table[0] - table[1] + base * (1 - base)]
    pairs = [(f"{mean:.4f}", f"{value:.4f}") for mean, value in zip(np.mean(found, axis=0), whole, strict=True)]
    assert (samples, size) == (1_000, 180)
    assert pairs == [("0.0098", "0.0008"), ("0.0709", "0.0628"), ("0.0736", "0.0735")]


def digits():
    data = load_digits()
    return data.images, data.data / 16, data.target % 2


def order(seed, n):
    return np.random.default_rng(seed).permutation(n)


@pytest.mark.observation("obs-two-verdicts")
def test_a_bold_and_a_timid_model_get_opposite_verdicts_from_two_proper_scores():
    _, X, y = digits()
    splits, learn, bold, timid, found = 20, 200, 0.01, 20, []
    for seed in range(splits):
        rows = order(seed, len(y))
        train, test = rows[:learn], rows[learn:]
        models = [
            LogisticRegression(C=1 / l2, tol=1e-6, max_iter=10_000).fit(X[train], y[train]) for l2 in (bold, timid)
        ]
        found.append([scores(y[test], model.predict_proba(X[test])[:, 1]) for model in models])
    brier, log = np.moveaxis(np.array(found), -1, 0)
    won = brier[:, 0] < brier[:, 1], log[:, 0] < log[:, 1]
    assert (splits, learn, len(test)) == (20, 200, 1597)
    assert (bold, timid, np.sum(won[0]), splits, np.sum(won[1])) == (0.01, 20, 20, 20, 4)
    assert (np.sum(won[0] != won[1]), splits) == (16, 20)


def cooler(z, y):
    """Return the inverse of the best temperature: there the slope of the log loss is 0."""
    return brentq(lambda beta: np.sum((expit(beta * z) - y) * z), 1e-3, 1e3)


@pytest.mark.observation("obs-mended-verdicts")
def test_with_a_temperature_for_each_model_the_two_scores_disagree_in_fewer_splits():
    _, X, y = digits()
    splits, learn, held, found = 20, 200, 400, []
    for seed in range(splits):
        rows = order(seed, len(y))
        train, fit, test = np.split(rows, [learn, learn + held])
        models = [LogisticRegression(C=1 / l2, tol=1e-6, max_iter=10_000).fit(X[train], y[train]) for l2 in (0.01, 20)]
        logits = [model.decision_function(X) for model in models]
        beta = [cooler(z[fit], y[fit]) for z in logits]
        plain = [scores(y[test], expit(z[test])) for z in logits]
        mended = [scores(y[test], expit(b * z[test])) for b, z in zip(beta, logits, strict=True)]
        found.append([plain, mended])
    brier, log = np.moveaxis(np.array(found), -1, 0)
    won = {name: value[:, :, 0] < value[:, :, 1] for name, value in (("Brier", brier), ("log", log))}
    plain, mended = np.sum(won["Brier"] != won["log"], axis=0)
    assert (splits, learn, held, len(test), mended, splits, plain, splits) == (20, 200, 400, 1197, 4, 20, 14, 20)
    assert (np.sum(won["log"][:, 1]), splits, np.sum(won["Brier"][:, 1]), splits) == (14, 20, 18, 20)


LOSSES = {  # of the logit m of the label: value and slope
    "cross-entropy": lambda m: (-log_expit(m), -expit(-m)),
    "squared error": lambda m: (expit(-m) ** 2, -2 * expit(-m) ** 2 * expit(m)),
    "focal": lambda m: (
        -(expit(-m) ** 2) * log_expit(m),
        expit(-m) ** 2 * (2 * expit(m) * log_expit(m) - expit(-m)),
    ),
    "absolute error": lambda m: (expit(-m), -expit(m) * expit(-m)),
}


def fitted(loss, Z, y):
    """Return the weights of the least mean loss, from zero weights."""
    rows = (2 * y - 1)[:, None] * Z

    def value_and_slope(w):
        value, slope = LOSSES[loss](rows @ w)
        return value.mean(), rows.T @ slope / len(y)

    return minimize(value_and_slope, np.zeros(Z.shape[1]), jac=True, method="L-BFGS-B", tol=1e-10).x


def squared_calibration_error(y, q, bins=10):
    """Return the squared gaps of ten bins less what chance adds to them, on average over the cases."""
    b, total = np.clip(np.ceil(bins * q) - 1, 0, bins - 1).astype(int), 0.0
    for k in np.unique(b):
        n, came, said = np.sum(b == k), y[b == k].mean(), q[b == k].mean()
        total += n * ((said - came) ** 2 - came * (1 - came) / (n - 1)) if n > 1 else 0.0
    return total / len(y)


def compared(Z, worlds, losses=tuple(LOSSES)):
    """Return for each loss the squared calibration error, Brier score and log loss on each split of its labels."""
    found = {loss: [] for loss in losses}
    for seed, y in enumerate(worlds):
        rows = order(seed, len(y))
        train, test = rows[:900], rows[900:]
        for loss in losses:
            q = expit(Z[test] @ fitted(loss, Z[train], y[train]))
            found[loss].append((squared_calibration_error(y[test], q), *scores(y[test], q)))
    return {loss: np.array(values) for loss, values in found.items()}


@pytest.mark.observation("obs-squared-calibrates")
def test_squared_error_asks_for_calibration_and_each_loss_wins_by_its_own_score_where_the_model_is_wrong():
    images, _, y = digits()
    ink = images.reshape(-1, 4, 2, 4, 2).sum(axis=(2, 4)).reshape(-1, 16)
    Z, splits = np.column_stack([np.ones(len(y)), (ink - ink.mean(axis=0)) / ink.std(axis=0)]), 40
    real = compared(Z, [y] * splits)
    truth = expit(Z @ fitted("cross-entropy", Z, y))
    worlds = 160
    labels = (np.random.default_rng(1).random((worlds, len(y))) < truth).astype(int)
    drawn = compared(Z, labels, ("cross-entropy", "squared error"))

    def difference(found):
        gap = found["squared error"][:, 0] - found["cross-entropy"][:, 0]
        return f"{gap.mean():.4f}", f"{np.std(gap, ddof=1) / np.sqrt(len(gap)):.4f}"

    def lower(found):  # Brier score, log loss
        return np.sum(found["squared error"][:, 1:] < found["cross-entropy"][:, 1:], axis=0).tolist()

    proper = np.maximum(real["cross-entropy"][:, 0], real["squared error"][:, 0])
    above = [np.sum(real[loss][:, 0] > proper) for loss in ("focal", "absolute error")]
    assert (splits, 900, len(y) - 900, *difference(real)) == (40, 900, 897, "0.0012", "0.0002")
    assert above == [40, 40]
    (brier, log), (drawn_brier, drawn_log) = lower(real), lower(drawn)
    assert (brier, splits, log, splits) == (36, 40, 1, 40)
    assert (worlds, *difference(drawn), drawn_brier, worlds, drawn_log, worlds) == (
        160,
        "0.0002",
        "0.0001",
        35,
        160,
        31,
        160,
    )
