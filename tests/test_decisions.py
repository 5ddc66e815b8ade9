"""Counts, ratios, curves and costs of decisions, against scikit-learn and against the definitions written out."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

import xentbook as xb

TRUTH = [0, 0, 0, 1, 1, 0, 1, 1, 0, 0]
SAID = [0, 0, 1, 1, 0, 0, 1, 1, 1, 0]
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


@pytest.mark.parametrize("ties", [False, True])
def test_the_area_under_the_roc_curve_is_the_chance_that_a_positive_scores_higher(ties):
    y, s = scored(1, ties=ties)
    wins = [Fraction(int(a > b)) + Fraction(int(a == b), 2) for a in s[y == 1] for b in s[y == 0]]
    assert xb.roc_auc(y, s) == pytest.approx(float(sum(wins) / len(wins)), rel=1e-14, abs=0)


def test_the_cheapest_action_at_the_threshold_changes():
    for false_positive, false_negative in ((1, 1), (1, 9), (3, 0.5)):
        t = xb.bayes_threshold(false_positive, false_negative)
        costs = [[0, false_positive], [false_negative, 0]]
        below, at, above = (xb.conditional_cost([1 - p, p], costs) for p in (t - 1e-6, t, t + 1e-6))
        assert below[0] < below[1] and above[1] < above[0]
        assert at[0] == pytest.approx(at[1], rel=1e-12, abs=0)
        assert xb.bayes_decision([[1 - p, p] for p in (t - 1e-6, t + 1e-6)], costs).tolist() == [0, 1]


def test_no_action_rule_beats_the_bayes_decision_on_average():
    rng = np.random.default_rng(2)
    p, costs = rng.dirichlet(np.ones(3), size=200), rng.normal(size=(3, 4))
    best = np.take_along_axis(xb.conditional_cost(p, costs), xb.bayes_decision(p, costs)[:, np.newaxis], 1).mean()
    for _ in range(50):
        other = rng.integers(4, size=(200, 1))
        assert best <= np.take_along_axis(xb.conditional_cost(p, costs), other, 1).mean()


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


def test_a_rule_that_should_never_say_yes_has_an_infinite_threshold():
    assert xb.best_threshold([0, 0, 0, 0, 1], [0.9, 0.8, 0.7, 0.9, 0.6]) == math.inf
    assert xb.best_threshold([0, 0], [0.1, 0.9]) == math.inf
    assert xb.best_threshold([1, 1], [0.1, 0.9]) == 0.1


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
    assert xb.confusion_matrix(truth, said, n_classes=k).tolist() == metrics.confusion_matrix(
        truth, said, labels=classes
    ).tolist()
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
        mine, theirs = xb.roc_curve(y, p, sample_weight=w), metrics.roc_curve(
            y, p, sample_weight=w, drop_intermediate=False
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
        (lambda: xb.confusion_matrix([0, 1], [0]), ValueError, "`y_true` and `y_pred` must have the same shape"),
        (lambda: xb.confusion_matrix([0.0, 1.0], [0, 1]), TypeError, "`y_true` must hold integers"),
        (lambda: xb.confusion_matrix([0, 3], [0, 1], n_classes=3), ValueError, r"`y_true` must .*got 3 at index \(1,\)"),
        (lambda: xb.confusion_matrix([0, -1], [0, 1]), ValueError, "`y_true` must not be negative; got -1"),
        (lambda: xb.confusion_matrix([[0, 1]], [[0, 1]]), ValueError, "`y_true` must have one dimension"),
        (lambda: xb.confusion_matrix([0, 1], [0, 1], sample_weight=[1, -1]), ValueError, "`sample_weight` must not be negative; got -1 at index"),
        (lambda: xb.accuracy([0, 1], [0, 1], sample_weight=[0, 0]), ValueError, "must not sum to 0"),
        (lambda: xb.precision([0, 2], [0, 1]), ValueError, "`average` must be one of .* for 3 classes; got 'binary'"),
        (lambda: xb.recall([0, 1], [0, 1], average="mean"), ValueError, "`average` must be one of 'binary'"),
        (lambda: xb.f1_score([0, 0], [0, 0], undefined="zero"), TypeError, "`undefined` must be a number"),
        (lambda: xb.roc_curve([1, 1], [0.1, 0.2]), ValueError, "must have both classes; got 2 positives and 0 negatives"),
        (lambda: xb.roc_auc([0, 2], [0.1, 0.2]), ValueError, "`y_true` must .*got 2"),
        (lambda: xb.roc_auc([0, 1], [0.1, math.nan]), ValueError, "`y_score` must not contain NaN"),
        (lambda: xb.roc_auc([0, 1], [0.1]), ValueError, "must have the same shape"),
        (lambda: xb.precision_recall_curve([0, 0], [0.1, 0.2]), ValueError, "must have a positive"),
        (lambda: xb.best_threshold([0, 0], [0.1, 0.2], goal="f1"), ValueError, "must have a positive for an F1"),
        (lambda: xb.best_threshold([0, 1], [0.1, 1.2]), ValueError, r"`y_prob` must lie in \[0, 1\]; got 1.2"),
        (lambda: xb.best_threshold([0, 1], [0.1, 0.2], goal="recall"), ValueError, "`goal` must be one of 'cost', 'f1'"),
        (lambda: xb.threshold_costs([0, 1], [0.1, 0.2], cost_false_positive=-1), ValueError, "must be at least 0; got -1"),
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
