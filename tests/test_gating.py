"""Confidence, gates, coverage and loops against their definitions; and transactions that leave no trace."""

import collections
import copy
import itertools
import math
import threading
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import xentbook as xb

costs_of = st.fixed_dictionaries(
    {name: st.integers(0, 40).map(float) for name in ("review", "rollback",
                                                      "repair")} | {"error": st.integers(1, 40).map(float)}
)  # fmt: skip


class Meter:
    """An object with attributes."""

    def __init__(self, reading):
        self.reading = reading
        self.log = []


class Slim:
    """An object that keeps what it has outside its `__dict__`."""

    __slots__ = ("values",)


class SlimWithMore(Slim):
    """Part of what it holds lies in a slot, part in its dictionary."""


class MyError(Exception):
    pass


# -- confidence


def test_confidences_of_one_prediction_by_hand():
    p = [0.5, 0.25, 0.125, 0.125]
    assert xb.confidence(probs=p) == 0.5
    assert xb.confidence(probs=p, kind="margin") == 0.25
    assert xb.confidence(probs=p, kind="entropy") == pytest.approx(1 - 1.75 / 2, rel=1e-14, abs=0)


def test_certainty_is_one_and_no_idea_is_the_least():
    for kind, least in (("max_probability", 0.25), ("margin", 0.0), ("entropy", 0.0)):
        assert xb.confidence(probs=[0, 0, 1, 0], kind=kind) == 1
        assert xb.confidence(probs=[0.25] * 4, kind=kind) == pytest.approx(least, abs=1e-15)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.floats(0, 1), min_size=2, max_size=20))
def test_of_two_classes_all_kinds_rank_alike(heads):
    p = np.stack([heads, 1 - np.array(heads)], axis=1)
    ranks = [
        np.argsort(np.round(xb.confidence(probs=p, kind=kind), 9), kind="stable").tolist()
        for kind in ("max_probability", "margin")
    ]
    assert ranks[0] == ranks[1]
    sure = xb.confidence(probs=p)
    entropy = xb.confidence(probs=p, kind="entropy")
    for i, j in itertools.combinations(range(len(p)), 2):
        if sure[i] > sure[j] + 1e-9:
            assert entropy[i] > entropy[j]


def test_logits_are_made_into_probabilities_by_softmax_or_by_a_calibrator():
    class Half:
        def predict_proba(self, logits):
            return xb.softmax(np.asarray(logits) / 2)

    z = [[2.0, 0.0, -1.0], [0.0, 5.0, 1.0]]
    assert xb.confidence(logits=z) == pytest.approx(xb.softmax(z).max(axis=1), rel=1e-15, abs=0)
    assert xb.confidence(logits=z, calibrator=Half()) == pytest.approx(
        xb.softmax(np.array(z) / 2).max(axis=1), rel=1e-15, abs=0
    )
    with pytest.raises(TypeError, match="a `calibrator` needs `logits=`"):
        xb.confidence(probs=[0.5, 0.5], calibrator=Half())


# -- gates


def test_a_gate_takes_its_thresholds_at_their_word():
    gate = xb.Gate(accept=0.9, review=0.5)
    assert gate.decide([0.9, np.nextafter(0.9, 0), 0.5, np.nextafter(0.5, 0), 0, 1]).tolist() == [
        "accept", "review", "review", "rollback", "rollback", "accept"
    ]  # fmt: skip
    assert xb.Gate(accept=0.7, review=0.7).decide([0.7, 0.69]).tolist() == ["accept", "rollback"]
    assert str(gate.decide(0.95)) == "accept"


@settings(deadline=None, max_examples=60)
@given(costs_of)
def test_a_gate_from_costs_always_takes_the_cheapest_decision(costs):
    gate = xb.Gate.from_costs(**costs)
    for c in (Fraction(k, 200) for k in range(201)):
        wrong = 1 - c
        prices = {
            "accept": wrong * Fraction(costs["error"]),
            "review": Fraction(costs["review"]) + wrong * Fraction(costs["repair"]),
            "rollback": Fraction(costs["rollback"]),
        }
        taken = str(gate.decide(float(c)))
        assert float(prices[taken] - min(prices.values())) <= 1e-12 * 40


def test_the_thresholds_of_three_decisions_by_hand():
    gate = xb.Gate.from_costs(error=100, review=2, rollback=20, repair=40)
    assert gate.accept == pytest.approx(1 - 2 / 60, rel=1e-15, abs=0)
    assert gate.review == pytest.approx(1 - 18 / 40, rel=1e-15, abs=0)


def test_where_accepting_all_is_cheapest_there_is_no_room_for_a_review_that_costs_almost_a_rollback():
    gate = xb.Gate.from_costs(error=1.0, review=1.9, rollback=2.0, repair=0.5)
    assert (gate.accept, gate.review) == (0.0, 0.0)


def test_without_repair_the_dearer_of_review_and_rollback_is_never_used():
    cheap_review = xb.Gate.from_costs(error=10, review=1, rollback=2)
    assert (cheap_review.accept, cheap_review.review) == (0.9, 0)
    cheap_rollback = xb.Gate.from_costs(error=10, review=2, rollback=1)
    assert cheap_rollback.accept == cheap_rollback.review == 0.9
    of_equals = xb.Gate.from_costs(error=10, review=1, rollback=1)
    assert (of_equals.accept, of_equals.review) == (0.9, 0)  # a review keeps more


def test_the_mean_cost_on_data_tends_to_the_expected_cost_of_the_gate():
    rng = np.random.default_rng(0)
    c = rng.random(200_000)
    correct = rng.random(c.size) < c  # calibrated
    costs = {"error": 30.0, "review": 2.0, "rollback": 12.0, "repair": 8.0}
    best = xb.Gate.from_costs(**costs)
    prices = np.stack([30 * (1 - c), 2 + 8 * (1 - c), np.full(c.size, 12.0)])
    assert xb.gate_cost(best.decide(c), correct, **costs) == pytest.approx(prices.min(axis=0).mean(), rel=0.02)
    for accept, review in ((0.99, 0.1), (0.5, 0.5), (1.0, 0.0), (0.95, 0.9)):
        assert xb.gate_cost(xb.Gate(accept=accept, review=review).decide(c), correct, **costs) > xb.gate_cost(
            best.decide(c), correct, **costs
        )


def test_the_cost_of_decisions_by_hand():
    decisions = ["accept", "accept", "review", "review", "rollback", "rollback"]
    correct = [1, 0, 1, 0, 1, 0]
    assert (
        xb.gate_cost(decisions, correct, error=100, review=2, rollback=20, repair=8) == (0 + 100 + 2 + 10 + 20 + 20) / 6
    )


# -- risk and coverage


def test_risk_and_coverage_by_hand():
    curve = xb.risk_coverage_curve([0, 1, 0, 1, 1], [0.9, 0.6, 0.8, 0.6, 0.1])
    assert curve.coverage.tolist() == [0.2, 0.4, 0.8, 1.0]
    assert curve.risk.tolist() == [0, 0, 0.5, 0.6]
    assert curve.thresholds.tolist() == [0.9, 0.8, 0.6, 0.1]


@pytest.mark.identity("eq-aurc")
@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 3)), min_size=1, max_size=6))
def test_the_area_is_the_mean_over_all_orders_within_ties(pairs):
    def of_order(order):
        sums = np.cumsum([errors[i] for i in order])
        return np.mean(sums / np.arange(1, len(order) + 1))

    errors, sure = zip(*pairs, strict=True)
    orders = [
        o
        for o in itertools.permutations(range(len(pairs)))
        if all(sure[a] >= sure[b] for a, b in itertools.pairwise(o))
    ]
    assert xb.area_under_risk_coverage(errors, sure) == pytest.approx(np.mean([of_order(o) for o in orders]), abs=1e-14)


def test_a_confidence_that_says_nothing_has_the_mean_error():
    errors = np.random.default_rng(1).random(50)
    assert xb.area_under_risk_coverage(errors, np.full(50, 0.3)) == pytest.approx(errors.mean(), rel=1e-13, abs=0)


def test_the_best_order_has_the_smallest_area_and_the_opposite_the_largest():
    rng = np.random.default_rng(2)
    errors = rng.random(40)
    best, worst = xb.area_under_risk_coverage(errors, -errors), xb.area_under_risk_coverage(errors, errors)
    for _ in range(50):
        assert best <= xb.area_under_risk_coverage(errors, rng.random(40)) <= worst


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000))
def test_neither_the_order_of_samples_nor_the_scale_of_confidence_matters(seed):
    rng = np.random.default_rng(seed)
    errors, sure = rng.integers(2, size=30), np.round(rng.random(30), 1)
    order = rng.permutation(30)
    assert xb.area_under_risk_coverage(errors, sure) == pytest.approx(
        xb.area_under_risk_coverage(errors[order], sure[order] ** 3), rel=1e-14, abs=1e-16
    )
    for a, b in zip(
        xb.risk_coverage_curve(errors, sure)[:2], xb.risk_coverage_curve(errors[order], sure[order])[:2], strict=True
    ):
        assert a.tolist() == b.tolist()


# -- the loop


def test_the_loop_ends_with_the_first_output_that_is_sure_enough():
    seen = []
    found = xb.feedback_loop(lambda k: seen.append(k) or k, lambda k: k / 10, threshold=0.3, budget=9)
    assert found == (3, 0.3, 4, True)
    assert seen == [0, 1, 2, 3]


def test_a_spent_budget_gives_the_surest_output_and_says_that_it_was_not_enough():
    found = xb.feedback_loop([5, 7, 6, 7, 9].__getitem__, lambda x: x / 10, threshold=0.8, budget=4)
    assert found == (7, 0.7, 4, False)
    assert xb.feedback_loop(str, lambda s: 0.0, threshold=0.0, budget=3) == ("0", 0.0, 1, True)
    assert xb.feedback_loop(str, lambda s: 0.4, threshold=0.5, budget=3) == ("0", 0.4, 3, False)


def test_choosing_the_surest_of_several_tries_flatters_confidence():
    rng = np.random.default_rng(3)
    sure, right = [], []
    for _ in range(4000):
        truth = rng.random(5)  # five tries, each calibrated by itself: noise moves what it believes
        believed = np.clip(truth + rng.normal(scale=0.2, size=5), 0, 1)
        found = xb.feedback_loop(lambda k: k, lambda k: believed[k], threshold=1.0, budget=5)  # noqa: B023
        sure.append(found.confidence)
        right.append(rng.random() < truth[found.output])
    assert np.mean(sure) > np.mean(right) + 0.05


@pytest.mark.parametrize("kind", ["max_probability", "margin", "entropy"])
def test_a_confidence_never_leaves_0_and_1_by_rounding(kind):
    rows = np.full((200, 7), 1 / 7) + np.random.default_rng(0).uniform(-1e-17, 1e-17, (200, 7))
    even = xb.confidence(probs=np.concatenate([rows, np.eye(7), np.full((1, 10), 0.1)[:, :7] * 10 / 7]), kind=kind)
    assert even.min() >= 0
    assert even.max() == 1
    for k in range(2, 40):  # the entropy of even odds exceeds ln K in the last digit for some K
        value = xb.confidence(probs=np.full(k, 1 / k), kind="entropy")
        assert 0 <= value < 1e-14


def test_weights_are_samples_that_count_more_often():
    rng = np.random.default_rng(3)
    errors, sure, weight = rng.random(30), rng.integers(0, 8, 30) / 8, rng.integers(0, 4, 30)
    curve = xb.risk_coverage_curve(errors, sure, sample_weight=weight)
    repeated = xb.risk_coverage_curve(np.repeat(errors, weight), np.repeat(sure, weight))
    for ours, theirs in zip(curve, repeated, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-14)
    decisions, right = rng.choice(["accept", "review", "rollback"], 30), rng.random(30) < 0.5
    costs = {"error": 10, "review": 1, "rollback": 3, "repair": 2}
    assert xb.gate_cost(decisions, right, sample_weight=weight, **costs) == pytest.approx(
        xb.gate_cost(np.repeat(decisions, weight), np.repeat(right, weight), **costs), rel=1e-14
    )


def test_the_weighted_area_is_the_sum_of_its_definition():
    errors, sure, weight = np.array([0.0, 1.0, 3.0]), np.array([0.9, 0.8, 0.1]), np.array([2.0, 1.0, 1.0])
    expected = (2 * 0 / 2 + 1 * 1 / 3 + 1 * 4 / 4) / 4
    assert xb.area_under_risk_coverage(errors, sure, sample_weight=weight) == pytest.approx(expected, rel=1e-15)
    assert xb.area_under_risk_coverage(errors, sure, sample_weight=[0, 1, 1]) == pytest.approx((1 + 2) / 2, rel=1e-15)


@pytest.mark.parametrize("factor", [2.0**-1000, 2.0**1000, math.exp(-700), math.exp(700)])
def test_the_scale_of_the_weights_changes_nothing(factor):
    rng = np.random.default_rng(4)
    errors, sure, weight = rng.random(20), rng.random(20), rng.random(20)
    for call in (
        lambda w: np.concatenate(xb.risk_coverage_curve(errors, sure, sample_weight=w)),
        lambda w: xb.area_under_risk_coverage(errors, sure, sample_weight=w),
        lambda w: xb.gate_cost(["review"] * 20, errors < 0.5, error=9, review=1, rollback=3, repair=2, sample_weight=w),
    ):
        np.testing.assert_allclose(call(weight * factor), call(weight), rtol=1e-13)


# -- transactions


def states():
    shared = [1, 2, {"deep": {3}}]
    cycle = {"shared": shared, "again": shared}
    cycle["self"] = cycle
    array = np.arange(6.0).reshape(2, 3)
    return {
        "dict": {"a": 1, "b": [1, 2, {"c": {4, 5}}]},
        "cycle": cycle,
        "nested": {"b": 1, "a": [shared, (shared, "x"), frozenset({"y"})]},
        "array": {"base": array, "view": array[0], "objects": np.array([[1], None], dtype=object)},
        "object": Meter({"x": [1]}),
    }  # fmt: skip


def wreck(thing, seen=None):
    """Change every container that can be reached, deeply."""
    seen = set() if seen is None else seen
    if id(thing) in seen:
        return
    seen.add(id(thing))
    if isinstance(thing, dict):
        parts = list(thing.values())
        thing["new"] = "wrecked"
        thing.pop(next(iter(thing)))
    elif isinstance(thing, list):
        parts = list(thing)
        thing.append("wrecked")
        thing.reverse()
    elif isinstance(thing, set):
        parts = list(thing)
        thing.pop()
        thing.add("wrecked")
    elif isinstance(thing, np.ndarray):
        parts = thing.ravel().tolist() if thing.dtype == object else []
        thing[...] = -1
    elif isinstance(thing, tuple):
        parts = thing
    elif isinstance(thing, Meter):
        parts = [thing.reading, thing.log]
        thing.reading, thing.more = 0, 1
    else:
        parts = []
    for part in parts:
        wreck(part, seen)


def picture(thing, names=None):
    """Return a description of everything that can be reached, identities of mutable things included."""
    names = {} if names is None else names
    if isinstance(thing, (int, float, str, bytes, type(None))):
        return repr(thing)
    if id(thing) in names:
        return f"#{id(thing)}"
    names[id(thing)] = thing
    head = "tuple" if isinstance(thing, tuple) else f"{type(thing).__name__}#{id(thing)}"
    if isinstance(thing, dict):
        return head, [(picture(k, names), picture(v, names)) for k, v in thing.items()]
    if isinstance(thing, (set, frozenset)):
        return head, sorted(map(repr, thing))
    if isinstance(thing, np.ndarray):
        return head, [picture(x, names) for x in thing.ravel().tolist()]
    if isinstance(thing, Meter):
        return head, picture(vars(thing), names)
    return head, [picture(x, names) for x in thing]


@pytest.mark.parametrize("name", states())
def test_a_rollback_leaves_the_state_exactly_as_it_was_to_the_last_object(name):
    state = states()[name]
    before = picture(state)
    with xb.Transaction(state) as transaction:
        wreck(state)
        assert picture(state) != before
        transaction.rollback()
    assert transaction.rolled_back
    assert picture(state) == before


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("name", states())
def test_a_step_that_raises_half_way_leaves_no_trace(name, error):
    state = states()[name]
    before = picture(state)

    def step():
        with xb.Transaction(state):
            wreck(state)
            raise error("half-way")

    with pytest.raises(error, match="half-way"):
        step()
    assert picture(state) == before


@pytest.mark.parametrize("name", states())
def test_a_step_that_succeeds_keeps_its_changes(name):
    state, twin = states()[name], states()[name]
    wreck(twin)
    with xb.Transaction(state) as transaction:
        wreck(state)
    assert not transaction.rolled_back
    anonymous = [str(picture(s)) for s in (state, twin)]
    assert len(anonymous[0]) > 10
    assert [len(a.split("#")) for a in anonymous[:1]] == [len(a.split("#")) for a in anonymous[1:]]
    assert "wrecked" in anonymous[0] or name in ("array", "object")


def test_who_else_holds_a_part_of_the_state_sees_it_restored():
    part = [1, 2]
    state = {"part": part}
    with xb.Transaction(state) as transaction:
        part.append(3)
        state["part"] = "gone"
        transaction.rollback()
    assert state["part"] is part
    assert part == [1, 2]


def test_random_generators_are_wound_back():
    state = {"rng": np.random.default_rng(1)}
    twin = copy.deepcopy(state)
    with xb.Transaction(state) as transaction:
        state["rng"].random(1000)
        transaction.rollback()
    assert state["rng"].random() == twin["rng"].random()


def test_an_array_resized_in_place_is_an_error_and_not_half_restored_in_silence():
    array = np.arange(3)
    with xb.Transaction([array]) as transaction:
        array.resize(4, refcheck=False)
        with pytest.raises(RuntimeError, match=r"the array at state\[0\] was resized in place"):
            transaction.rollback()


def test_a_transaction_that_has_not_run_was_not_rolled_back():
    assert not xb.Transaction([1]).rolled_back


def test_a_transaction_can_be_rolled_back_again_and_used_again():
    state = [1]
    transaction = xb.Transaction(state)
    with transaction:
        state.append(2)
        transaction.rollback()
        state.append(3)
        transaction.rollback()
        assert state == [1]
    with transaction:
        state.append(4)
    assert state == [1, 4]
    assert not transaction.rolled_back
    with pytest.raises(RuntimeError, match="nothing to roll back"):
        transaction.rollback()


def test_transactions_can_be_nested():
    state = {"a": [1]}
    with xb.Transaction(state) as outer:
        state["a"].append(2)
        with xb.Transaction(state) as inner:
            state["a"].append(3)
            inner.rollback()
        assert state == {"a": [1, 2]}
        with pytest.raises(RuntimeError, match="running already"), outer:
            pass
        outer.rollback()
    assert state == {"a": [1]}


@pytest.mark.parametrize(
    ("state", "where"),
    [
        ({"f": iter([1])}, r"list_iterator at state\['f'\]"),
        ([threading.Lock()], r"lock at state\[0\]"),
        ([(1, {"x": (k for k in "ab")})], r"generator at state\[0\]\[1\]\['x'\]"),
        ([memoryview(bytearray(2))], "memoryview"),
        ([np.random.RandomState(0)], "RandomState"),
        ({"e": MyError("x")}, r"MyError at state\['e'\]"),
        (Slim(), "Slim at state$"),
        (SlimWithMore(), "SlimWithMore at state$"),
        ({"d": collections.OrderedDict(a=1)}, r"OrderedDict at state\['d'\]"),
        ([collections.deque([1])], r"deque at state\[0\]"),
        ({(1, MyError("x")): 2}, r"MyError at a key of state\[1\]"),
        (np.array([1, threading.Lock()], dtype=object), "lock at an entry of state$"),
        ([np.ma.masked_array([1, 2], mask=[0, 1])], "MaskedArray"),
    ],
)
def test_what_cannot_be_remembered_is_refused_before_anything_happens(state, where):
    with pytest.raises(TypeError, match=where), xb.Transaction(state):
        pytest.fail("the block must not run")  # pragma: no cover


def test_a_read_only_view_is_restored_through_its_base():
    base = np.arange(3)
    view = base[:2]
    view.flags.writeable = False
    with xb.Transaction([view]) as transaction:
        base[0] = 9
        transaction.rollback()
    assert base[0] == 0


# -- a guarded step


def test_a_guarded_step_keeps_reviews_or_undoes_by_its_confidence():
    gate = xb.Gate(accept=0.9, review=0.5)
    for sure, decision, reading in ((0.95, "accept", 2), (0.6, "review", 2), (0.1, "rollback", 1)):
        meter = Meter(1)

        def step(state):
            state.reading = 2
            return "two"

        found = xb.guarded_step(step, meter, score=lambda output: sure, gate=gate)  # noqa: B023
        assert found == ("two", sure, decision)
        assert meter.reading == reading


@pytest.mark.parametrize("place", ["step", "score", "score out of range"])
def test_whatever_raises_in_a_guarded_step_is_passed_on_with_the_state_as_it_was(place):
    state = {"readings": [1, 2]}

    def step(state):
        state["readings"].append(3)
        if place == "step":
            raise OSError("no meter")
        return 3

    def score(output):
        if place == "score":
            raise OSError("no score")
        return 1.5

    with pytest.raises(ValueError if place == "score out of range" else OSError):
        xb.guarded_step(step, state, score=score, gate=xb.Gate(accept=0.9, review=0.5))
    assert state == {"readings": [1, 2]}


# -- errors


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: xb.confidence(), TypeError, "exactly one of `probs=`, `logits=` must be given; got none"),
        (lambda: xb.confidence(probs=[1.0]), ValueError, "`probs` must have 2 classes at least; got 1"),
        (lambda: xb.confidence(probs=[0.5, 0.4]), ValueError, "`probs` must sum to 1"),
        (lambda: xb.confidence(probs=[0.5, 0.5], kind="log"), ValueError, "`kind` must be one of 'max_probability'"),
        (lambda: xb.confidence(logits=[math.nan, 1]), ValueError, "`logits` must not contain NaN"),
        (lambda: xb.Gate(accept=1.2, review=0), ValueError, "`accept` must be at most 1; got 1.2"),
        (lambda: xb.Gate(accept=0.5, review=0.6), ValueError, "`review` must not be above `accept`; got 0.6 and 0.5"),
        (lambda: xb.Gate(accept="high", review=0.6), TypeError, "`accept` must be a number"),
        (lambda: xb.Gate(accept=0.9, review=0.1).decide([1.1]), ValueError, r"`confidence` must lie in \[0, 1\]"),
        (lambda: xb.Gate(accept=0.9, review=0.1).decide(math.nan), ValueError, "`confidence` must not contain NaN"),
        (lambda: xb.Gate.from_costs(error=0, review=1, rollback=1), ValueError, "`error` must be above 0"),
        (lambda: xb.Gate.from_costs(error=1, review=-1, rollback=1), ValueError, "`review` must be at least 0; got -1"),
        (lambda: xb.gate_cost(["keep"], [True], error=1, review=1, rollback=1), ValueError,
         "must be 'accept', 'review' or"),
        (lambda: xb.gate_cost(["accept"], [0.5], error=1, review=1, rollback=1), ValueError,
         "must be true or false; got 0.5"),
        (lambda: xb.gate_cost(["accept"], [1, 0], error=1, review=1, rollback=1), ValueError,
         "must have the same shape"),
        (lambda: xb.risk_coverage_curve([], []), ValueError, "`errors` must not be empty"),
        (lambda: xb.risk_coverage_curve([-1], [0.5]), ValueError, "`errors` must not be negative; got -1"),
        (lambda: xb.area_under_risk_coverage([1], [math.inf]), ValueError, "`confidence` must be finite; got inf"),
        (lambda: xb.area_under_risk_coverage([1, 0], [0.5]), ValueError, "must have the same shape"),
        (lambda: xb.feedback_loop(int, float, threshold=0.5, budget=0), ValueError,
         "`budget` must be at least 1; got 0"),
        (lambda: xb.feedback_loop(int, float, threshold=2, budget=1), ValueError,
         "`threshold` must be at most 1; got 2"),
        (lambda: xb.feedback_loop(int, lambda x: 7, threshold=0.5, budget=1), ValueError,
         r"`score\(output\)` must be at most 1"),
        (lambda: xb.feedback_loop(int, str, threshold=0.5, budget=1), TypeError, r"`score\(output\)` must be a number"),
    ],
)  # fmt: skip
def test_bad_input_is_an_error_at_the_door(call, error, message):
    with pytest.raises(error, match=message):
        call()


# -- what the chapter says, and its verdicts ------------------------------------------------------------------------


@pytest.mark.identity("eq-confidence")
@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000), st.integers(1, 8))
def test_the_confidence_in_a_whole_is_the_exponential_of_minus_the_losses_of_its_own_answers(seed, m):
    z = np.random.default_rng(seed).normal(scale=3, size=(m, 10))
    losses = xb.sparse_categorical_cross_entropy(z.argmax(axis=1), logits=z, reduction="sum")
    assert np.prod(xb.confidence(logits=z)) == pytest.approx(math.exp(-losses), rel=1e-12, abs=0)


@pytest.mark.identity("eq-gate-costs")
@settings(deadline=None, max_examples=60)
@given(costs_of)
def test_where_a_review_is_ever_cheapest_both_thresholds_are_those_of_the_formula_and_else_there_is_one(costs):
    e, r, b, f = (Fraction(costs[name]) for name in ("error", "review", "rollback", "repair"))
    gate = xb.Gate.from_costs(**costs)
    grid = [Fraction(k, 997) for k in range(998)]
    pays = any(r + (1 - c) * f < min((1 - c) * e, b) for c in grid)
    if f > 0 and f < e and r / (e - f) < b / e:
        assert gate.accept == pytest.approx(float(max(0, 1 - r / (e - f))), abs=1e-12)
        assert gate.review == pytest.approx(float(max(0, 1 - (b - r) / f)), abs=1e-12)
    elif f > 0:
        assert not pays
        assert gate.accept == gate.review == pytest.approx(float(max(0, 1 - b / e)), abs=1e-12)


@pytest.mark.identity("eq-risk-coverage")
@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000))
def test_coverage_and_risk_at_each_threshold_are_counts_over_what_is_at_or_above_it(seed):
    rng = np.random.default_rng(seed)
    errors, sure = rng.integers(2, size=25), np.round(rng.random(25), 1)
    curve = xb.risk_coverage_curve(errors, sure)
    assert sorted(curve.thresholds) == sorted(set(sure))
    for coverage, risk, t in zip(*curve, strict=True):
        assert coverage == np.count_nonzero(sure >= t) / 25
        assert risk == pytest.approx(errors[sure >= t].sum() / np.count_nonzero(sure >= t), rel=1e-14)


@pytest.mark.identity("eq-luhn")
@pytest.mark.parametrize("m", [1, 2, 3, 6, 7])
def test_the_check_digit_is_the_one_that_makes_the_sum_of_shares_a_multiple_of_ten(m):
    numbers = np.random.default_rng(m).integers(10, size=(200, m))
    sums = np.zeros(200, dtype=int)
    for place in range(m):
        share = numbers[:, m - 1 - place] * (1 + place % 2)
        sums += share // 10 + share % 10  # the digits of a double are added, which is to take 9 off
    assert xb.luhn_valid(numbers).tolist() == (sums % 10 == 0).tolist()
    assert xb.luhn_valid(np.column_stack([numbers, xb.luhn_digit(numbers)])).all()


def test_every_single_wrong_digit_is_caught_and_of_swapped_neighbours_all_but_09():
    payload = np.random.default_rng(0).integers(10, size=(300, 5))
    numbers = np.column_stack([payload, xb.luhn_digit(payload)])
    for place in range(6):
        for change in range(1, 10):
            wrong = numbers.copy()
            wrong[:, place] = (wrong[:, place] + change) % 10
            assert not xb.luhn_valid(wrong).any()
    for place in range(5):
        swapped = numbers.copy()
        swapped[:, [place, place + 1]] = numbers[:, [place + 1, place]]
        pair = np.sort(numbers[:, [place, place + 1]], axis=1)
        passes = (pair[:, 0] == pair[:, 1]) | (pair == [0, 9]).all(axis=1)
        assert xb.luhn_valid(swapped).tolist() == passes.tolist()


def test_the_number_of_the_usual_example_is_valid():
    digits = [int(c) for c in "79927398713"]  # the standard worked example of the algorithm
    assert xb.luhn_valid(digits)
    assert xb.luhn_digit(digits[:-1]) == 3


@pytest.mark.identity("eq-slips")
@pytest.mark.parametrize("m", [1, 2, 3, 4])
def test_the_share_of_wrong_numbers_that_pass_follows_the_recursion_exactly(m):
    number = np.array([4, 0, 7, 1, 9])
    number = np.append(number, xb.luhn_digit(number))
    others = [[d for d in range(10) if d != number[place]] for place in range(m)]
    wrong = np.tile(number, (9**m, 1))
    wrong[:, :m] = np.array(list(itertools.product(*others)))
    share = Fraction(0)
    for _ in range(m - 1):
        share = (1 - share) / 9
    assert Fraction(int(xb.luhn_valid(wrong).sum()), 9**m) == share


@pytest.mark.identity("eq-valid-posterior")
@pytest.mark.parametrize("m", [2, 3, 4])
def test_decoding_finds_what_all_valid_numbers_tried_one_by_one_give(m):
    p = np.random.default_rng(m).dirichlet(np.full(10, 0.3), size=(40, m))
    every = np.array(list(itertools.product(range(10), repeat=m)))
    every = every[xb.luhn_valid(every)]
    assert len(every) == 10 ** (m - 1)
    weights = p[:, np.arange(m), every].prod(axis=-1)
    found = xb.luhn_decode(p)
    assert found.digits.tolist() == every[weights.argmax(axis=1)].tolist()
    assert found.valid == pytest.approx(weights.sum(axis=1), rel=1e-12, abs=0)
    assert found.confidence == pytest.approx(weights.max(axis=1) / weights.sum(axis=1), rel=1e-12, abs=0)
    assert xb.luhn_valid(found.digits).all()


def test_decoding_keeps_its_digits_where_probabilities_are_tiny_and_where_they_are_zero():
    assert xb.luhn_decode([[0.25, 0.75] + [0.0] * 8]) == ([0], 1.0, 0.25)  # of one digit only 0 is valid
    sure = np.zeros((3, 10))
    sure[[0, 1, 2], [2, 7, 3]] = 1
    assert xb.luhn_decode(sure) == (pytest.approx([2, 7, 3]), 1.0, 1.0)
    tiny = np.full((400, 10), 0.1)  # the product of 400 of these is below the least float
    found = xb.luhn_decode(tiny)
    assert found.valid == pytest.approx(0.1, rel=1e-9)
    assert xb.luhn_valid(found.digits)
    rare = [[1e-200, 1 - 1e-200] + [0] * 8, [1] + [0] * 9]
    assert xb.luhn_decode(rare).digits.tolist() == [0, 0]
    assert xb.luhn_decode(rare).valid == pytest.approx(1e-200, rel=1e-9, abs=0)


def test_probabilities_that_sum_to_a_little_more_than_1_make_nothing_more_than_certain():
    found = xb.luhn_decode([[1.0 + 1e-9] + [0.0] * 9] * 3)
    assert found.confidence == found.valid == 1.0
    rng = np.random.default_rng(0)
    for p in rng.dirichlet(np.full(10, 0.02), size=(50, 4)):  # nearly certain digits
        assert xb.luhn_decode(p).confidence <= 1.0


@pytest.mark.parametrize("T", [0.3, 1.0, 4.0])
def test_a_temperature_changes_no_decoded_number(T):
    z = np.random.default_rng(1).normal(scale=4, size=(100, 6, 10))
    assert xb.luhn_decode(xb.softmax(z / T)).digits.tolist() == xb.luhn_decode(xb.softmax(z)).digits.tolist()


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: xb.luhn_valid([1, 10]), ValueError, r"`numbers` must lie in 0 … 9; got 10 at index \(1,\)"),
        (lambda: xb.luhn_valid(7), ValueError, "`numbers` must have its digits along the last axis"),
        (lambda: xb.luhn_valid([]), (ValueError, TypeError), "`numbers` must"),
        (lambda: xb.luhn_digit([1.5, 2.0]), TypeError, "`payload` must hold integers"),
        (lambda: xb.luhn_decode([0.1] * 10), ValueError, r"`probs` must have shape \(..., m, 10\); got \(10,\)"),
        (lambda: xb.luhn_decode([[0.5, 0.5]]), ValueError, r"`probs` must have shape"),
        (lambda: xb.luhn_decode([[0.2] * 10]), ValueError, "`probs` must sum to 1"),
        (lambda: xb.luhn_decode([np.eye(10)[[1]], np.eye(10)[[0]]]), ValueError,
         r"leave a valid number possible; got 0.* at index \(0,\)"),
    ],
)  # fmt: skip
def test_check_digits_refuse_bad_input_at_the_door(call, error, message):
    with pytest.raises(error, match=message):
        call()


def noisy_signs(n, tries, seed, sharpen=1.0):
    """Return whether a sign was read rightly from each of `tries` noisy looks, and the probability stated for it.

    The sign is seen with normal noise of mean ±1: exact log-odds are 2 x. With `sharpen` above 1 they are overstated.
    """
    x = 1.0 + np.random.default_rng(seed).normal(size=(tries, n))
    return x > 0, xb.sigmoid(sharpen * np.abs(2 * x))


COSTS = {"error": 60, "review": 1, "rollback": 20, "repair": 4}


def moved(gate, sharpen):
    """Return the gate whose thresholds are overstated as the confidences are: it fits them without calibration."""
    return xb.Gate(
        accept=xb.sigmoid(sharpen * xb.logit(gate.accept)), review=xb.sigmoid(sharpen * xb.logit(gate.review))
    )


@pytest.mark.claim(25)
def test_the_negative_log_loss_of_the_own_answer_ranks_as_the_largest_probability_and_is_as_good_as_the_calibration():
    z = np.random.default_rng(25).normal(scale=3, size=(400, 5))
    own = -xb.sparse_categorical_cross_entropy(z.argmax(axis=1), logits=z, reduction="none")
    assert np.exp(own) == pytest.approx(xb.confidence(logits=z), rel=1e-12, abs=0)
    (right,), (honest,) = noisy_signs(40_000, 1, 25)
    (same,), (loud,) = noisy_signs(40_000, 1, 25, sharpen=3.0)
    assert np.array_equal(right, same)
    errors = 1 - right
    assert xb.area_under_risk_coverage(errors, loud) == pytest.approx(
        xb.area_under_risk_coverage(errors, honest), rel=1e-2
    )
    assert np.mean(honest) == pytest.approx(np.mean(right), abs=0.01)
    assert np.mean(loud) > np.mean(right) + 0.07


@pytest.mark.claim(26)
def test_a_retry_pays_with_new_evidence_and_a_threshold_that_fits_and_else_brings_nothing_or_costs():
    gate = xb.Gate.from_costs(**COSTS)
    answers = {"same": 0.7}
    again = xb.feedback_loop(lambda k: "same", answers.get, threshold=gate.accept, budget=3)
    assert again == ("same", 0.7, 3, False)

    def bill(sharpen, budget, gate=gate):
        right, sure = noisy_signs(6000, 3, 26, sharpen)
        picked = [
            xb.feedback_loop(lambda k: k, sure[:, i].__getitem__, threshold=gate.accept, budget=budget).output
            for i in range(6000)
        ]
        chosen, i = np.array(picked), np.arange(6000)
        return xb.gate_cost(gate.decide(sure[chosen, i]), right[chosen, i], **COSTS)

    assert bill(1.0, 3) < bill(1.0, 1) - 0.1
    assert bill(3.0, 3) > bill(3.0, 1) + 0.1
    assert bill(3.0, 3, moved(gate, 3.0)) == pytest.approx(bill(1.0, 3))


@pytest.mark.claim(27)
def test_a_gate_pays_if_its_thresholds_fit_the_confidence_and_a_rollback_leaves_nothing_behind():
    gate = xb.Gate.from_costs(**COSTS)
    (right,), (honest,) = noisy_signs(40_000, 1, 27)
    loud = noisy_signs(40_000, 1, 27, sharpen=3.0)[1][0]
    review_all, accept_all = 1 + 4 * np.mean(~right), 60 * np.mean(~right)
    with_honest, with_loud = (xb.gate_cost(gate.decide(c), right, **COSTS) for c in (honest, loud))
    assert with_honest < min(review_all, accept_all) < with_loud
    assert xb.gate_cost(moved(gate, 3.0).decide(loud), right, **COSTS) == pytest.approx(with_honest)
    ledger = {"readings": [1, 2], "log": ["start"]}
    before = copy.deepcopy(ledger)

    def step(state):
        state["log"].append("try")
        state["readings"].clear()
        return "done"

    assert (
        xb.guarded_step(step, ledger, score=lambda output: 0.1, gate=xb.Gate(accept=0.9, review=0.5)).decision
        == "rollback"
    )
    assert ledger == before
