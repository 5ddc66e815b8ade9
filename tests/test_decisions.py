"""Counts, ratios, curves and costs of decisions, against scikit-learn and against the definitions written out."""

import math
import tracemalloc
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics
from sklearn.datasets import load_breast_cancer

import xentbook as xb

TRUTH = [0, 0, 0, 1, 1, 0, 1, 1, 0, 0]
SAID = [0, 0, 1, 1, 0, 0, 1, 1, 1, 0]
CANCER = load_breast_cancer()
PATIENTS, ILL = CANCER.data, 1 - CANCER.target
RATIOS = [(xb.precision, metrics.precision_score), (xb.recall, metrics.recall_score), (xb.f1_score, metrics.f1_score)]
labels_of = st.integers(2, 5).flatmap(
    lambda k: st.tuples(
        st.just(k), st.lists(st.tuples(st.integers(0, k - 1), st.integers(0, k - 1)), min_size=1, max_size=40)
    )
)


def scored(seed, n=60, *, ties=False):
    """Return labels of both classes and scores that know something of them."""
    rng = np.random.default_rng(seed)
    y = rng.integers(2, size=n)
    y[:2] = [0, 1]
    p = 1 / (1 + np.exp(-(1.5 * (2 * y - 1) + rng.normal(size=n) * 2)))
    return y, np.round(p, 1) if ties else p


def thirds_of_patients(seed):
    """Return the patients to train, to choose with and to judge by, as chapter 13 divides them."""
    return np.split(np.random.default_rng(seed).permutation(569), [285, 427])


def malignant(columns, fit, weight=None):
    """Return the probability of all patients by a logistic regression on some of their measurements."""
    x = PATIENTS[:, columns]
    z = (x - x[fit].mean(axis=0)) / x[fit].std(axis=0)
    return xb.LogisticRegression().fit(z[fit], ILL[fit], sample_weight=weight).predict_proba(z)[:, 1]


# -- closed forms


def test_rows_are_actual_and_columns_predicted():
    assert xb.confusion_matrix([0, 0, 0, 1], [1, 1, 0, 0]).tolist() == [[1, 2], [1, 0]]


def test_a_class_that_never_occurs_has_its_row_and_column():
    assert xb.confusion_matrix([0, 0], [0, 0]).tolist() == [[2, 0], [0, 0]]
    assert xb.confusion_matrix([0, 2], [0, 2], n_classes=4).shape == (4, 4)
    assert xb.confusion_matrix([0], [0], n_classes=1).tolist() == [[1]]


def test_ratios_of_a_table_by_hand():
    assert xb.confusion_matrix(TRUTH, SAID).tolist() == [[4, 2], [1, 3]]
    assert xb.accuracy(TRUTH, SAID) == 0.7
    assert xb.precision(TRUTH, SAID) == 3 / 5
    assert xb.recall(TRUTH, SAID) == 3 / 4
    assert xb.f1_score(TRUTH, SAID) == 6 / 9


def test_the_threshold_of_costs_is_their_share():
    assert xb.bayes_threshold(1, 1) == 0.5
    assert xb.bayes_threshold(1, 99) == 0.01
    assert xb.bayes_threshold(0, 5) == 0
    assert xb.bayes_threshold(5, 0) == 1
    assert xb.bayes_threshold(1e308, 1e308) == 0.5
    assert xb.bayes_threshold(5e-324, 5e-324) == 0.5


# -- identities


@pytest.mark.identity("eq-f1")
@settings(deadline=None, max_examples=60)
@given(labels_of)
def test_f1_is_the_harmonic_mean_of_precision_and_recall(case):
    k, pairs = case
    truth, said = np.array(pairs).T
    options = {"average": "none", "n_classes": k, "undefined": math.nan}
    p, r, f = (score(truth, said, **options) for score in (xb.precision, xb.recall, xb.f1_score))
    with np.errstate(invalid="ignore", divide="ignore"):
        harmonic = np.where(p + r > 0, 2 * p * r / (p + r), 0.0)
    both = ~np.isnan(p) & ~np.isnan(r)
    assert f[both] == pytest.approx(harmonic[both], rel=1e-14, abs=0)
    assert np.isnan(f[np.isnan(p) & np.isnan(r)]).all()


@settings(deadline=None, max_examples=60)
@given(labels_of)
def test_micro_averages_of_all_classes_are_the_accuracy(case):
    truth, said = np.array(case[1]).T
    for score in (xb.precision, xb.recall, xb.f1_score):
        assert score(truth, said, average="micro") == pytest.approx(xb.accuracy(truth, said), rel=1e-15, abs=0)


def test_a_class_that_was_seen_once_and_scored_last_has_its_curve():
    curve = xb.roc_curve([1, 0], [0.9, 0.1])
    np.testing.assert_array_equal(curve.false_positive_rate, [0, 0, 1])
    curve = xb.roc_curve([0, 1], [0.9, 0.1])
    np.testing.assert_array_equal(curve.true_positive_rate, [0, 0, 1])


@pytest.mark.identity("eq-auc")
@pytest.mark.parametrize("ties", [False, True])
def test_the_area_under_the_roc_curve_is_the_chance_that_a_positive_scores_higher(ties):
    y, s = scored(1, ties=ties)
    wins = [Fraction(int(a > b)) + Fraction(int(a == b), 2) for a in s[y == 1] for b in s[y == 0]]
    assert xb.roc_auc(y, s) == pytest.approx(float(sum(wins) / len(wins)), rel=1e-14, abs=0)


@pytest.mark.identity("eq-bayes-threshold")
def test_the_cheapest_action_at_the_threshold_changes():
    for false_positive, false_negative in ((1, 1), (1, 9), (3, 0.5)):
        t = xb.bayes_threshold(false_positive, false_negative)
        costs = [[0, false_positive], [false_negative, 0]]
        below, at, above = (xb.conditional_cost([1 - p, p], costs) for p in (t - 1e-6, t, t + 1e-6))
        assert below[0] < below[1] and above[1] < above[0]
        assert at[0] == pytest.approx(at[1], rel=1e-12, abs=0)
        assert xb.bayes_decision([[1 - p, p] for p in (t - 1e-6, t + 1e-6)], costs).tolist() == [0, 1]


@pytest.mark.identity("eq-bayes-decision")
def test_no_action_rule_beats_the_bayes_decision_on_average():
    rng = np.random.default_rng(2)
    p, costs = rng.dirichlet(np.ones(3), size=200), rng.normal(size=(3, 4))
    best = np.take_along_axis(xb.conditional_cost(p, costs), xb.bayes_decision(p, costs)[:, np.newaxis], 1).mean()
    for _ in range(50):
        other = rng.integers(4, size=(200, 1))
        assert best <= np.take_along_axis(xb.conditional_cost(p, costs), other, 1).mean()


@pytest.mark.identity("eq-precision-recall")
@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1)), min_size=1, max_size=40))
def test_precision_and_recall_are_shares_of_a_column_and_of_a_row(pairs):
    called = [truth for truth, said in pairs if said]
    actual = [said for truth, said in pairs if truth]
    truth, said = np.array(pairs).T
    for score, group in ((xb.precision, called), (xb.recall, actual)):
        share = sum(group) / len(group) if group else -1
        assert score(truth, said, undefined=-1) == pytest.approx(share, rel=1e-15)


@pytest.mark.identity("eq-f1-threshold")
@pytest.mark.parametrize("seed", range(8))
def test_the_threshold_of_the_best_f1_is_half_of_it_where_forecasts_are_true(seed):
    q = np.random.default_rng(seed).beta(0.7, 1.5, size=12)
    sets = np.array([[k >> i & 1 for i in range(12)] for k in range(1, 2**12)])  # every rule there is
    f1 = 2 * sets @ q / (sets.sum(axis=1) + q.sum())
    best = int(np.argmax(f1))
    assert sets[best].tolist() == (q >= f1[best] / 2).astype(int).tolist()
    labels, twice, weight = np.repeat([1, 0], 12), np.append(q, q), np.append(q, 1 - q)
    assert xb.best_threshold(labels, twice, goal="f1", sample_weight=weight) == q[q >= f1[best] / 2].min()


@pytest.mark.identity("eq-all-prices")
@settings(deadline=None, max_examples=25)
@given(st.integers(0, 1), st.floats(0.001, 0.999))
def test_the_log_loss_is_the_cost_over_all_ratios_of_prices(y, q):
    u = np.linspace(-45, 45, 90_001)
    t = 1 / (1 + np.exp(-u))
    cost = np.where(q >= t, t * (y == 0), (y == 1) / (1 + np.exp(u)))
    assert np.sum(cost) * 1e-3 == pytest.approx(xb.log_loss([y], [q]), abs=1.1e-3)
    middle = np.linspace(0, 1, 100_001)[:-1] + 5e-6  # weight 2 in place of 1 / (t (1 - t)): the Brier score
    brier = 2 * np.mean(np.where(q >= middle, middle * (y == 0), (1 - middle) * (y == 1)))
    assert brier == pytest.approx(xb.brier_score([y], [q]), abs=5e-5)


@pytest.mark.identity("eq-referral")
@settings(deadline=None, max_examples=60)
@given(st.floats(0.1, 5), st.floats(0.1, 50), st.floats(0.01, 8))
def test_asking_is_best_between_its_share_of_a_miss_and_one_less_its_share_of_a_false_alarm(alarm, miss, r):
    p = np.linspace(0, 1, 2001)
    asks = xb.bayes_decision(np.stack([1 - p, p], axis=1), [[0, alarm, r], [miss, 0, r]]) == 2
    edge = 1e-9
    assert asks[(p > r / miss + edge) & (p < 1 - r / alarm - edge)].all()
    assert not asks[(p < r / miss - edge) | (p > 1 - r / alarm + edge)].any()
    if r > alarm * miss / (alarm + miss) * (1 + 1e-9):
        assert not asks.any()


def test_asking_pays_in_a_band_around_the_threshold():
    p = np.linspace(0, 1, 1001)
    actions = xb.bayes_decision(np.stack([1 - p, p], axis=1), [[0, 1, 0.2], [4, 0, 0.2]])
    edges = p[np.flatnonzero(np.diff(actions)) + 1]
    assert actions[0] == 0 and actions[-1] == 1
    assert edges == pytest.approx([0.2 / 4, 1 - 0.2 / 1], abs=1.001e-3)


def test_the_cost_at_a_threshold_is_that_of_its_decisions():
    y, p = scored(3, ties=True)
    thresholds, costs = xb.threshold_costs(y, p, cost_false_positive=2, cost_false_negative=7)
    assert thresholds[0] == math.inf
    for t, cost in zip(thresholds, costs, strict=True):
        assert cost == pytest.approx(xb.expected_cost(y, (p >= t).astype(int), [[0, 2], [7, 0]]), rel=1e-14, abs=0)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10_000), st.sampled_from([0.1, 1.0, 30.0]), st.booleans())
def test_the_best_threshold_is_best_among_all(seed, price, ties):
    y, p = scored(seed, n=25, ties=ties)
    everywhere = [*np.unique(p), -1.0, math.inf, *(np.unique(p) + 1e-9)]
    t = xb.best_threshold(y, p, cost_false_negative=price)
    costs = [xb.expected_cost(y, (p >= u).astype(int), [[0, 1], [price, 0]]) for u in (t, *everywhere)]
    assert costs[0] == pytest.approx(min(costs), rel=1e-12, abs=1e-15)
    t = xb.best_threshold(y, p, goal="f1")
    scores = [xb.f1_score(y, (p >= u).astype(int)) for u in (t, *everywhere)]
    assert scores[0] == max(scores)


# -- limits


@pytest.mark.parametrize(
    ("score", "truth", "said"),
    [(xb.precision, [0, 1], [0, 0]), (xb.recall, [0, 0], [0, 1]), (xb.f1_score, [0, 0], [0, 0])],
)
def test_a_ratio_of_nothing_to_nothing_is_an_explicit_choice(score, truth, said):
    with pytest.raises(ValueError, match=r"has no value where a class is .*; got class 1: pass undefined="):
        score(truth, said)
    assert score(truth, said, undefined=0.25) == 0.25
    assert math.isnan(score(truth, said, undefined=math.nan))
    assert score(truth, said, undefined=math.nan, average="none")[0] >= 0


def test_f1_without_hits_is_zero_where_one_of_its_parts_has_a_value():
    assert xb.f1_score([0, 1], [0, 0]) == 0
    assert xb.f1_score([0, 0], [0, 1]) == 0


def test_a_class_without_weight_has_no_say_in_the_weighted_mean():
    assert xb.precision([0, 1, 1], [0, 1, 1], average="weighted", n_classes=3) == 1
    with pytest.raises(ValueError, match="precision has no value where a class is never predicted; got class 2"):
        xb.precision([0, 1, 1], [0, 1, 1], average="macro", n_classes=3)


def test_scores_may_be_infinite():
    curve = xb.roc_curve([0, 1, 1, 0], [-math.inf, math.inf, 0.0, 0.0])
    assert curve.thresholds.tolist() == [math.inf, math.inf, 0.0, -math.inf]
    assert xb.roc_auc([0, 1, 1, 0], [-math.inf, math.inf, 0.0, 0.0]) == 0.875
    assert xb.roc_auc([0, 1, 1], [math.inf] * 3) == 0.5


@pytest.mark.parametrize("tiny", [1e-320, 1e-310, 1e-300])
def test_the_area_keeps_its_digits_where_one_class_weighs_next_to_nothing(tiny):
    y, score = np.array([0, 1, 0, 1, 0, 1, 1]), [0.2, 0.9, 0.5, 0.4, 0.7, 0.7, 0.1]
    for light in (0, 1):
        weight = np.where(y == light, tiny, 1.0)
        assert xb.roc_auc(y, score, sample_weight=weight) == pytest.approx(xb.roc_auc(y, score), rel=1e-14)


def test_a_rule_that_should_never_say_yes_has_an_infinite_threshold():
    assert xb.best_threshold([0, 0, 0, 0, 1], [0.9, 0.8, 0.7, 0.9, 0.6]) == math.inf
    assert xb.best_threshold([0, 0], [0.1, 0.9]) == math.inf
    assert xb.best_threshold([1, 1], [0.1, 0.9]) == 0.1


def test_a_table_of_a_hundred_classes_is_that_of_scikit_learn():
    rng = np.random.default_rng(0)
    actual, predicted = rng.permutation(np.arange(1000) % 100), rng.integers(0, 100, 1000)
    np.testing.assert_array_equal(xb.confusion_matrix(actual, predicted), metrics.confusion_matrix(actual, predicted))


def test_decisions_have_the_shape_of_the_forecasts_without_the_classes():
    probs = np.random.default_rng(0).dirichlet(np.ones(2), size=(3, 4))
    costs = [[0, 1, 0.2], [10, 0, 0.2]]
    found = xb.bayes_decision(probs, costs)
    assert found.tolist() == [[xb.bayes_decision(p, costs).tolist() for p in row] for row in probs]
    assert len(set(found.ravel().tolist())) == 3


def test_where_only_the_last_in_rank_is_positive_the_f1_is_best_for_saying_yes_to_all():
    assert xb.best_threshold([0, 1], [0.9, 0.1], goal="f1") == 0.1
    assert xb.best_threshold([0, 1, 0], [0.9, 0.1, 0.5], goal="f1") == 0.1


# -- invariances


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000))
def test_a_weight_of_two_is_the_sample_twice(seed):
    y, p = scored(seed, n=20, ties=True)
    w = np.random.default_rng(seed).integers(1, 4, size=20)
    yy, pp = np.repeat(y, w), np.repeat(p, w)
    said, said_often = (p > 0.5).astype(int), (pp > 0.5).astype(int)
    assert xb.confusion_matrix(y, said, sample_weight=w).tolist() == xb.confusion_matrix(yy, said_often).tolist()
    assert xb.accuracy(y, said, sample_weight=w) == pytest.approx(xb.accuracy(yy, said_often), rel=1e-14, abs=0)
    assert xb.roc_auc(y, p, sample_weight=w) == pytest.approx(xb.roc_auc(yy, pp), rel=1e-13, abs=0)
    assert xb.average_precision(y, p, sample_weight=w) == pytest.approx(xb.average_precision(yy, pp), rel=1e-13, abs=0)
    assert xb.best_threshold(y, p, sample_weight=w) == xb.best_threshold(yy, pp)
    costs = [[0, 1], [3, 0]]
    weighted = xb.expected_cost(y, said, costs, sample_weight=w)
    assert weighted == pytest.approx(xb.expected_cost(yy, said_often, costs), rel=1e-14, abs=0)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.floats(0.1, 10))
def test_the_area_is_the_same_for_any_increasing_function_of_the_scores(seed, power):
    y, p = scored(seed, ties=True)
    assert xb.roc_auc(y, p**power) == xb.roc_auc(y, p) == pytest.approx(1 - xb.roc_auc(y, -p), abs=1e-15)


def test_the_order_of_samples_does_not_matter():
    y, p = scored(4, ties=True)
    order = np.random.default_rng(4).permutation(len(y))
    for curve in (xb.roc_curve, xb.precision_recall_curve, xb.threshold_costs):
        for a, b in zip(curve(y, p), curve(y[order], p[order]), strict=True):
            assert a.tolist() == b.tolist()


def test_inputs_are_left_as_they_were_and_lists_series_and_float32_are_taken():
    y, p = scored(5)
    before = y.copy(), p.copy()
    xb.roc_curve(y, p), xb.best_threshold(y, p), xb.confusion_matrix(y, y)
    assert (y == before[0]).all() and (p == before[1]).all()
    single = p.astype(np.float32)
    t = xb.best_threshold(y.tolist(), single)
    assert (single >= t).sum() == (single.astype(float) >= t).sum()
    assert xb.roc_auc(y.astype(np.uint8), single.tolist()) == xb.roc_auc(y, single)


# -- scikit-learn


@settings(deadline=None, max_examples=60)
@given(labels_of, st.sampled_from(["none", "macro", "weighted", "micro"]))
def test_counts_and_ratios_are_those_of_scikit_learn(case, average):
    k, pairs = case
    truth, said = np.array(pairs).T
    classes = np.arange(k)
    assert (
        xb.confusion_matrix(truth, said, n_classes=k).tolist()
        == metrics.confusion_matrix(truth, said, labels=classes).tolist()
    )
    assert xb.accuracy(truth, said) == pytest.approx(metrics.accuracy_score(truth, said), rel=1e-15, abs=0)
    for mine, theirs in RATIOS:
        got = mine(truth, said, average=average, n_classes=k, undefined=0.0)
        other = theirs(truth, said, labels=classes, average=None if average == "none" else average, zero_division=0.0)
        assert got == pytest.approx(other, rel=1e-14, abs=1e-300)


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("weighted", [False, True])
def test_curves_are_those_of_scikit_learn(ties, weighted):
    for seed in range(5):
        y, p = scored(seed, ties=ties)
        w = np.random.default_rng(seed).uniform(0.1, 3, size=y.size) if weighted else None
        mine, theirs = (
            xb.roc_curve(y, p, sample_weight=w),
            metrics.roc_curve(y, p, sample_weight=w, drop_intermediate=False),
        )
        for a, b in zip(mine, theirs, strict=True):
            assert a == pytest.approx(b, rel=1e-12, abs=1e-15)
        assert xb.roc_auc(y, p, sample_weight=w) == pytest.approx(
            metrics.roc_auc_score(y, p, sample_weight=w), rel=1e-12, abs=0
        )
        assert xb.average_precision(y, p, sample_weight=w) == pytest.approx(
            metrics.average_precision_score(y, p, sample_weight=w), rel=1e-12, abs=0
        )
        curve = xb.precision_recall_curve(y, p, sample_weight=w)
        precision, recall, thresholds = metrics.precision_recall_curve(y, p, sample_weight=w, drop_intermediate=False)
        for a, b in zip(curve, (precision[:-1], recall[:-1], thresholds), strict=True):  # they add a point (1, 0)
            assert a[::-1] == pytest.approx(b, rel=1e-12, abs=1e-15)


def test_where_scikit_learn_answers_zero_with_a_warning_we_ask():
    with pytest.warns(metrics._classification.UndefinedMetricWarning):
        assert metrics.precision_score([0, 1], [0, 0]) == 0
    with pytest.raises(ValueError, match="precision has no value"):
        xb.precision([0, 1], [0, 0])


# -- errors


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: xb.confusion_matrix([], []), ValueError, "`y_true` must not be empty"),
        (lambda: xb.roc_curve([0, 1, 2], [0.1, 0.2, 0.3]), ValueError, "`y_true` must lie in 0 … 1; got 2 at index"),
        (lambda: xb.confusion_matrix([0, 1], [0]), ValueError, "`y_true` and `y_pred` must have the same shape"),
        (lambda: xb.confusion_matrix([0.5, 1.0], [0, 1]), TypeError, "`y_true` must hold integers"),
        (lambda: xb.confusion_matrix([0, 3], [0, 1], n_classes=3), ValueError,
         r"`y_true` must .*got 3 at index \(1,\)"),
        (lambda: xb.confusion_matrix([0, -1], [0, 1]), ValueError, "`y_true` must not be negative; got -1"),
        (lambda: xb.confusion_matrix([[0, 1]], [[0, 1]]), ValueError, "`y_true` must have one dimension"),
        (lambda: xb.confusion_matrix([0, 1], [0, 1], sample_weight=[1, -1]), ValueError,
         "`sample_weight` must not be negative; got -1 at index"),
        (lambda: xb.accuracy([0, 1], [0, 1], sample_weight=[0, 0]), ValueError, "must not sum to 0"),
        (lambda: xb.precision([0, 2], [0, 1]), ValueError, "`average` must be one of .* for 3 classes; got 'binary'"),
        (lambda: xb.recall([0, 1], [0, 1], average="mean"), ValueError, "`average` must be one of 'binary'"),
        (lambda: xb.f1_score([0, 0], [0, 0], undefined="zero"), TypeError, "`undefined` must be a number"),
        (lambda: xb.roc_curve([1, 1], [0.1, 0.2]), ValueError,
         "must have both classes; got 2 positives and 0 negatives"),
        (lambda: xb.roc_auc([0, 2], [0.1, 0.2]), ValueError, "`y_true` must .*got 2"),
        (lambda: xb.roc_auc([0, 1], [0.1, math.nan]), ValueError, "`y_score` must not contain NaN"),
        (lambda: xb.roc_auc([0, 1], [0.1]), ValueError, "must have the same shape"),
        (lambda: xb.precision_recall_curve([0, 0], [0.1, 0.2]), ValueError, "must have a positive"),
        (lambda: xb.best_threshold([0, 0], [0.1, 0.2], goal="f1"), ValueError, "must have a positive for an F1"),
        (lambda: xb.best_threshold([0, 1], [0.1, 1.2]), ValueError, r"`y_prob` must lie in \[0, 1\]; got 1.2"),
        (lambda: xb.best_threshold([0, 1], [0.1, 0.2], goal="recall"), ValueError,
         "`goal` must be one of 'cost', 'f1'"),
        (lambda: xb.threshold_costs([0, 1], [0.1, 0.2], cost_false_positive=-1), ValueError,
         "must be at least 0; got -1"),
        (lambda: xb.threshold_costs([0, 1], [0.1, 0.2], sample_weight=[0, 0]), ValueError, "must not sum to 0"),
        (lambda: xb.bayes_threshold(0, 0), ValueError, "the costs must not both be 0"),
        (lambda: xb.bayes_threshold(-1, 1), ValueError, "`cost_false_positive` must be at least 0; got -1"),
        (lambda: xb.bayes_threshold(1, math.inf), ValueError, "`cost_false_negative` must be finite"),
        (lambda: xb.bayes_threshold("1", 1), TypeError, "`cost_false_positive` must be a number"),
        (lambda: xb.conditional_cost([0.5, 0.4], [[0, 1], [1, 0]]), ValueError, "`probs` must sum to 1"),
        (lambda: xb.conditional_cost([0.5, 0.5], [[0, 1]]), ValueError, "a row for each of 2 classes; got 1"),
        (lambda: xb.bayes_decision([0.5, 0.5], [0, 1]), ValueError, "`costs` must have 2 dimensions"),
        (lambda: xb.bayes_decision([0.5, 0.5], [[0, math.inf], [1, 0]]), ValueError, "`costs` must be finite; got inf"),
        (lambda: xb.expected_cost([0, 1], [0, 2], [[0, 1], [1, 0]]), ValueError, "`actions` must .*got 2"),
        (lambda: xb.expected_cost([0, 1], [0], [[0, 1], [1, 0]]), ValueError, "must have the same shape"),
    ],
)  # fmt: skip
def test_bad_input_is_an_error_at_the_door(call, error, message):
    with pytest.raises(error, match=message):
        call()


# -- the verdicts of the chapter --------------------------------------------------------------------------------------


@pytest.mark.claim(19)
def test_four_counts_give_the_ratios_and_lose_how_sure_a_forecast_was():
    y, mild, bold = [1, 1, 1, 0, 0, 0], [0.8, 0.4, 0.4, 0.3, 0.2, 0.6], [0.99, 0.1, 0.001, 0.1, 0.01, 0.999]
    tables = [xb.confusion_matrix(y, (np.array(q) >= 0.5).astype(int)) for q in (mild, bold)]
    assert tables[0].tolist() == tables[1].tolist() == [[2, 1], [2, 1]]  # rows actual: one false alarm, two missed
    assert xb.log_loss(y, bold) > 3 * xb.log_loss(y, mild)
    says = (np.array(mild) >= 0.5).astype(int)
    assert [score(y, says) for score in (xb.precision, xb.recall, xb.f1_score)] == pytest.approx([1 / 2, 1 / 3, 2 / 5])
    with pytest.raises(ValueError, match="precision has no value"):
        xb.precision(y, np.zeros(6, int))


@pytest.mark.claim(19)
def test_two_models_of_the_breast_cancer_data_share_a_confusion_matrix_but_not_the_log_loss():
    (fit, _, new), losses = thirds_of_patients(13), []
    for pair in ((2, 6), (10, 26)):  # mean perimeter and mean concavity; radius error and worst concavity
        q = malignant(pair, fit)[new]
        assert xb.confusion_matrix(ILL[new], (q >= 0.5).astype(int)).tolist() == [[84, 7], [9, 42]]
        losses.append(xb.log_loss(ILL[new], q))
    assert losses == pytest.approx([0.221, 0.405], abs=5e-4)


@pytest.mark.claim(23)
def test_the_lower_cross_entropy_may_have_the_lower_f1_and_mostly_has_the_higher():
    rng = np.random.default_rng(23)
    z = rng.normal(-1, 1.2, size=40_000)
    y = (rng.random(z.size) < xb.sigmoid(z)).astype(int)
    truth, raised = xb.sigmoid(z), xb.sigmoid(z + 0.8)  # the second calls more cases positive than it should
    score = {name: xb.f1_score(y, (q >= 0.5).astype(int)) for name, q in (("truth", truth), ("raised", raised))}
    assert xb.log_loss(y, truth) < xb.log_loss(y, raised) and score["truth"] < score["raised"] - 0.03
    t = xb.best_threshold(y, truth, goal="f1")
    best = xb.f1_score(y, (truth >= t).astype(int))
    assert best >= score["raised"] and t == pytest.approx(best / 2, abs=0.02) and t < 0.5
    noisy = [xb.sigmoid(z + rng.normal(0, s, size=z.size)) for s in np.linspace(0, 4, 12)]
    losses, scores = zip(*((xb.log_loss(y, q), xb.f1_score(y, (q >= 0.5).astype(int))) for q in noisy), strict=True)
    assert np.corrcoef(losses, scores)[0, 1] < -0.5  # among models that differ in what they know
    many = xb.f1_score(np.append(y, np.zeros(99_999, int)), np.append(truth >= 0.5, np.zeros(99_999)).astype(int))
    assert many == pytest.approx(score["truth"], rel=1e-15)  # true negatives are left out


@pytest.mark.claim(23)
def test_a_class_weighted_twin_has_the_higher_log_loss_and_the_higher_f1():
    rows = []
    for seed in range(40):
        fit, _, new = thirds_of_patients(seed)
        weight = np.where(ILL[fit] == 1, 0.5 / ILL[fit].mean(), 0.5 / (1 - ILL[fit].mean()))
        for q in (malignant((1, 4), fit)[new], malignant((1, 4), fit, weight)[new]):
            rows.append((xb.log_loss(ILL[new], q), xb.f1_score(ILL[new], (q >= 0.5).astype(int))))
    (loss, f1), (twin_loss, twin_f1) = np.moveaxis(np.reshape(rows, (40, 2, 2)), 0, -1)
    assert np.mean((loss < twin_loss) & (f1 < twin_f1)) > 0.6
    assert loss.mean() < twin_loss.mean() and f1.mean() < twin_f1.mean() - 0.03


@pytest.mark.claim(28)
def test_a_calibrated_not_sure_is_cheaper_than_a_guess_and_an_overconfident_one_is_not():
    q = np.linspace(0.0005, 0.9995, 1000)  # a population: of those with forecast q a share q is ill
    miss, r = 10.0, 0.3
    table = np.array([[0, 1, r], [miss, 0, r]])

    def mean_cost(said, acts):  # decide by what was said, pay by what is true
        act = xb.bayes_decision(np.stack([1 - said, said], axis=1), table[:, :acts])
        return np.mean((1 - q) * table[0, act] + q * table[1, act])

    guess, honest = mean_cost(q, 2), mean_cost(q, 3)
    sure = xb.sigmoid(8 * xb.logit(q))
    assert honest < 0.75 * guess
    assert mean_cost(sure, 3) > guess  # too sure: even with the third act it costs more than an honest guess
    table[:, 2] = 1.001 * miss / (1 + miss)
    assert mean_cost(q, 3) == guess  # advice that is too dear is never taken


# -- weights of any scale, labels of any kind, several classes


Y, PROB = np.array([0, 1, 0, 1, 1, 0]), np.array([0.2, 0.9, 0.4, 0.4, 0.7, 0.8])
WEIGHT = np.array([0.5, 1.0, 0.75, 0.125, 1.0, 2.0])
SCORED = {
    "roc_curve": lambda y, **options: np.concatenate(xb.roc_curve(y, PROB, **options)[:2]),
    "roc_auc": lambda y, **options: xb.roc_auc(y, PROB, **options),
    "precision_recall_curve": lambda y, **options: np.concatenate(xb.precision_recall_curve(y, PROB, **options)),
    "average_precision": lambda y, **options: xb.average_precision(y, PROB, **options),
    "threshold_costs": lambda y, **options: xb.threshold_costs(y, PROB, cost_false_negative=3, **options)[1],
    "best_threshold": lambda y, **options: xb.best_threshold(y, PROB, cost_false_negative=3, **options),
    "best_threshold for F1": lambda y, **options: xb.best_threshold(y, PROB, goal="f1", **options),
    "expected_cost": lambda y, **options: xb.expected_cost(y, (PROB > 0.5) * 1, [[0, 1], [5, 0]], **options),
}


@pytest.mark.parametrize("factor", [2.0**-1000, 1e-170, 1e-162, 1e155, 2.0**1000, math.exp(-700), math.exp(700)])
@pytest.mark.parametrize("name", SCORED)
def test_the_scale_of_the_weights_changes_nothing(name, factor):
    scaled = SCORED[name](Y, sample_weight=WEIGHT * factor)
    np.testing.assert_allclose(scaled, SCORED[name](Y, sample_weight=WEIGHT), rtol=1e-13)


@pytest.mark.parametrize("factor", [2.0**-1000, 1e-170, 1e155, 2.0**1000, math.exp(700)])
@pytest.mark.parametrize("ratio", [xb.precision, xb.recall, xb.f1_score, xb.accuracy])
def test_the_scale_of_the_weights_changes_no_ratio_and_scales_the_counts(ratio, factor):
    predicted = (PROB > 0.5) * 1
    expected = ratio(Y, predicted, sample_weight=WEIGHT)
    assert ratio(Y, predicted, sample_weight=WEIGHT * factor) == pytest.approx(expected, rel=1e-13)
    counts = xb.confusion_matrix(Y, predicted, sample_weight=WEIGHT)
    scaled = xb.confusion_matrix(Y, predicted, sample_weight=WEIGHT * factor)
    np.testing.assert_allclose(scaled / factor, counts, rtol=1e-13)


@pytest.mark.parametrize("size", [1e-170, 1e-162, 1.0, 1e155, 1e308])
def test_equal_weights_of_any_size_leave_the_area_as_it_is(size):
    assert xb.roc_auc([0, 1, 0, 1], [0.2, 0.9, 0.5, 0.4], sample_weight=[size] * 4) == 0.75


@pytest.mark.parametrize("labels", [["no", "yes"], [-1, 1], [1, 2], [True, False]])
@pytest.mark.parametrize("name", SCORED)
def test_labels_of_any_kind_count_as_their_places(name, labels):
    named = [labels[k] for k in Y]
    np.testing.assert_array_equal(SCORED[name](named, labels=labels), SCORED[name](Y))


@pytest.mark.parametrize("average", ["macro", "weighted", "micro", "none"])
@pytest.mark.parametrize("ratio", [xb.precision, xb.recall, xb.f1_score])
def test_ratios_of_named_labels_are_those_of_scikit_learn(ratio, average):
    rng = np.random.default_rng(5)
    names = np.array(["cat", "ant", "dog"])
    y, predicted, weight = names[rng.integers(3, size=60)], names[rng.integers(3, size=60)], rng.random(60)
    score = getattr(metrics, {"f1_score": "f1_score"}.get(ratio.__name__, ratio.__name__ + "_score"))
    theirs = score(y, predicted, labels=names, average=None if average == "none" else average, sample_weight=weight)
    ours = ratio(y, predicted, labels=names, average=average, sample_weight=weight)
    np.testing.assert_allclose(ours, theirs, rtol=1e-13)
    np.testing.assert_array_equal(
        xb.confusion_matrix(y, predicted, labels=names), metrics.confusion_matrix(y, predicted, labels=names)
    )
    assert xb.accuracy(y, predicted, labels=names) == metrics.accuracy_score(y, predicted)


def test_one_class_alone_has_a_table_of_one_entry_and_no_positive():
    assert xb.confusion_matrix([0, 0], [0, 0], n_classes=1).tolist() == [[2]]
    assert xb.precision([0, 0], [0, 0], n_classes=1, average="macro") == 1.0
    for ratio in (xb.precision, xb.recall, xb.f1_score):
        with pytest.raises(ValueError, match="`average` must be one of .* for one class; got 'binary'"):
            ratio([0, 0], [0, 0], n_classes=1)
        with pytest.raises(ValueError, match="`average` must be one of .* for 3 classes; got 'binary'"):
            ratio([0, 0], [0, 0], n_classes=3)


def test_labels_that_nobody_can_count_are_refused_and_the_last_that_can_be_is_not():
    assert xb.accuracy([2**26 - 1, 0], [0, 0]) == 0.5
    with pytest.raises(ValueError, match="must hold labels below 67108864; got 67108864; pass labels="):
        xb.accuracy([2**26, 0], [0, 0])
    assert xb.accuracy([10**12, 5], [5, 5], labels=[5, 10**12]) == 0.5


@pytest.mark.parametrize("price", [1e-320, 1e-200, 1.0, 1e308])
def test_only_the_ratio_of_two_costs_counts_at_any_size(price):
    assert xb.bayes_threshold(price, price) == 0.5
    assert xb.bayes_threshold(0.0, price) == 0.0 and xb.bayes_threshold(price, 0.0) == 1.0
    assert xb.bayes_threshold(price / 2, price) == pytest.approx(1 / 3, rel=1e-3 if price < 1e-300 else 1e-15)


def test_of_equal_thresholds_the_highest_is_best_and_of_equal_actions_the_first():
    assert xb.best_threshold([0, 1, 0, 1], [0.1, 0.3, 0.4, 0.8], cost_false_negative=1.0) == 0.8
    assert xb.best_threshold([1, 0, 0, 1], [0.2, 0.4, 0.6, 0.8], goal="f1") in (0.2, 0.8)
    assert xb.best_threshold([1, 1], [0.2, 0.2], cost_false_positive=0.0, cost_false_negative=0.0) == math.inf
    assert xb.bayes_decision([[0.5, 0.5]], [[1.0, 1.0], [1.0, 1.0]]).tolist() == [0]


def test_a_sample_without_weight_makes_no_point_of_the_precision_recall_curve_above_the_first():
    curve = xb.precision_recall_curve([1, 0, 1], [0.9, 0.8, 0.7], sample_weight=[0, 1, 1])
    assert curve.thresholds.tolist() == [0.8, 0.7] and curve.precision.tolist() == [0.0, 0.5]
    assert curve.recall.tolist() == [0.0, 1.0]
    assert xb.average_precision([1, 0, 1], [0.9, 0.8, 0.7], sample_weight=[0, 1, 1]) == 0.5


@pytest.mark.parametrize("ratio", [xb.precision, xb.recall, xb.f1_score])
def test_ratios_of_a_million_classes_need_the_memory_of_a_row_and_not_of_a_table(ratio):
    labels = [0, 10**6]
    tracemalloc.start()
    try:
        assert ratio(labels, labels, average="micro") == 1.0
        assert ratio(labels, labels, average="macro", undefined=0.0) == pytest.approx(2 / (10**6 + 1), rel=1e-12)
        assert tracemalloc.get_traced_memory()[1] < 200e6
    finally:
        tracemalloc.stop()
    with pytest.raises(ValueError, match=r"at most 16384 classes for a table; got 1000001; pass labels=…"):
        xb.confusion_matrix(labels, labels)
    np.testing.assert_array_equal(xb.confusion_matrix(labels, labels, labels=labels), [[1, 0], [0, 1]])
    with pytest.raises(ValueError, match=r"must hold labels below 67108864; got 1099511627776"):
        ratio([0, 2**40], [0, 2**40], average="micro")


def test_a_table_may_have_as_many_classes_as_fit_into_two_gigabytes(monkeypatch):
    monkeypatch.setattr("xentbook.decisions._confusion._LARGEST_TABLE", 16)
    assert xb.confusion_matrix([3], [3]).shape == (4, 4)
    with pytest.raises(ValueError, match="got 5"):
        xb.confusion_matrix([4], [4])


def several(seed, n=80, k=4):
    rng = np.random.default_rng(seed)
    y = np.concatenate([np.arange(k), rng.integers(k, size=n - k)])
    z = rng.normal(size=(n, k)).round(1) + 0.7 * np.eye(k)[y]
    return y, xb.softmax(z), rng.random(n)


@pytest.mark.parametrize("average", ["macro", "weighted"])
@pytest.mark.parametrize("multi_class", ["ovr", "ovo"])
@pytest.mark.parametrize("seed", range(5))
def test_the_area_of_several_classes_is_that_of_scikit_learn(multi_class, average, seed):
    y, p, weight = several(seed)
    options = {"multi_class": multi_class, "average": average}
    assert xb.roc_auc(y, p, **options) == pytest.approx(metrics.roc_auc_score(y, p, **options), rel=1e-13)
    names = np.array(["d", "b", "a", "c"])
    order = np.argsort(names)
    theirs = metrics.roc_auc_score(names[y], p[:, order], labels=names[order], **options)
    assert xb.roc_auc(names[y], p, labels=names, **options) == pytest.approx(theirs, rel=1e-13)
    if multi_class == "ovr":
        theirs = metrics.roc_auc_score(y, p, sample_weight=weight, **options)
        assert xb.roc_auc(y, p, sample_weight=weight, **options) == pytest.approx(theirs, rel=1e-13)


@pytest.mark.parametrize("average", ["macro", "weighted"])
@pytest.mark.parametrize("multi_class", ["ovr", "ovo"])
def test_a_weight_in_the_area_of_several_classes_is_a_repetition(multi_class, average):
    y, p, _ = several(7, n=40)
    weight = np.arange(40) % 3 + 1
    options = {"multi_class": multi_class, "average": average}
    repeated = xb.roc_auc(np.repeat(y, weight), np.repeat(p, weight, axis=0), **options)
    for factor in (1.0, 2.0**-1000, 2.0**1000, math.exp(700)):
        assert xb.roc_auc(y, p, sample_weight=weight * factor, **options) == pytest.approx(repeated, rel=1e-13)


def test_each_class_has_its_own_area_against_the_rest():
    y, p, _ = several(8)
    areas = xb.roc_auc(y, p, multi_class="ovr", average="none")
    np.testing.assert_allclose(areas, metrics.roc_auc_score(y, p, multi_class="ovr", average=None), rtol=1e-13)
    assert areas.shape == (4,)


def test_of_two_columns_the_second_is_the_score_of_the_positive():
    rows = np.stack([1 - PROB, PROB], axis=1)
    assert xb.roc_auc(Y, rows) == xb.roc_auc(Y, PROB) == xb.roc_auc(Y, rows, multi_class="ovr")
    assert xb.roc_auc(Y, rows, multi_class="ovo") == pytest.approx(xb.roc_auc(Y, PROB), rel=1e-15)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda y, p: xb.roc_auc(y, p),
            ValueError,
            r"got shape \(80, 4\); pass multi_class='ovr' or multi_class='ovo'$",
        ),
        (lambda y, p: xb.roc_auc(y, p[:, :1]), ValueError, r"a column for each class; .* pass `y_score\[:, 0\]`$"),
        (
            lambda y, p: xb.roc_auc(y[y != 2], p[y != 2], multi_class="ovr"),
            ValueError,
            "every class; got none of class 2$",
        ),
        (
            lambda y, p: xb.roc_auc(
                np.array(list("abcd"))[y][y != 2], p[y != 2], multi_class="ovo", labels=list("abcd")
            ),
            ValueError,
            "every class; got none of class 2, 'c'$",
        ),
        (lambda y, p: xb.roc_auc(y + 1, p, multi_class="ovo"), ValueError, "labels start at 0: subtract 1$"),
        (lambda y, p: xb.roc_auc(y, p, multi_class="ovo", average="none"), ValueError, "must be 'macro' or 'weighted'"),
        (lambda y, p: xb.roc_auc(y, p, multi_class="all"), ValueError, "^`multi_class` must be one of 'ovr', 'ovo'"),
        (lambda y, p: xb.roc_auc(y[1:], p, multi_class="ovr"), ValueError, "same number of samples; got 79 and 80$"),
        (lambda y, p: xb.roc_auc(["a", "b"], [0.1, 0.2]), TypeError, r"got text; pass labels=\(NEGATIVE, POSITIVE\)$"),
        (
            lambda y, p: xb.f1_score(["a", "b"], ["a", "b"]),
            TypeError,
            "got text; pass labels=…, the values in the order",
        ),
        (
            lambda y, p: xb.f1_score(["a"], ["c"], labels=["a", "b"]),
            ValueError,
            "^`y_pred` must hold the given labels 'a', 'b'",
        ),
    ],
)
def test_bad_scores_of_several_classes_are_refused_with_what_to_do(call, error, message):
    y, p, _ = several(9)
    with pytest.raises(error, match=message):
        call(y, p)
