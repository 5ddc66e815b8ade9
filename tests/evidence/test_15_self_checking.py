"""What chapter 15 and its depth page observed, computed anew from ten splits, apart from the notebooks.

Confidences, thresholds, costs, the loop and the curves are written out here in NumPy; the package gives the network,
its temperature, and the most probable valid number. Each test asserts every number of the box whose label it carries,
in the order of the box's sentences.
"""

from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.datasets import load_digits

import xentbook as xb

SPLITS, METERS = 10, 800
COSTS = (60, 1, 4, 4)  # an error, a review, a repair, a rollback
USUAL, DARK = 0.25, 0.40  # noise of the camera: where it was calibrated, and later


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


class Digits:
    def __init__(self):
        data, self.y = load_digits(return_X_y=True)
        self.X = data / 16

    def photograph(self, rows, rng, noise=USUAL):
        return np.clip(self.X[rows] + noise * rng.normal(size=self.X[rows].shape), 0, 1)

    def meters(self, rows, rng):
        payload = rng.integers(10, size=(METERS, 5))
        numbers = np.column_stack([payload, xb.luhn_digit(payload)])
        pools = [rows[self.y[rows] == digit] for digit in range(10)]
        return numbers, np.array([[rng.choice(pools[digit]) for digit in number] for number in numbers])


def logits(net, images):
    return net.activations(images.reshape(-1, 64))[-1].reshape(*images.shape[:-1], 10)


def split(digits, seed):
    rng = np.random.default_rng(seed)
    train, held, test = np.split(rng.permutation(1797), [600, 1000])
    net = xb.MLPClassifier([32], max_iter=300, seed=seed).fit(digits.photograph(train, rng), digits.y[train])
    numbers, rows = digits.meters(test, rng)
    held_z = np.stack([logits(net, digits.photograph(held, rng)) for _ in range(3)])
    z = np.stack([logits(net, digits.photograph(rows, rng)) for _ in range(3)])
    y_held = digits.y[held]
    T = xb.TemperatureScaling().fit(held_z[0], y_held).temperature_
    return SimpleNamespace(net=net, numbers=numbers, rows=rows, z=z, held_z=held_z, y_held=y_held, T=T, looks={})


@pytest.fixture(scope="module")
def digits():
    return Digits()


@pytest.fixture(scope="module")
def splits(digits):
    return [split(digits, seed) for seed in range(15, 25)]


def temperatures(splits):
    """Return those of the networks as trained, and those that were fitted."""
    return [1] * len(splits), [w.T for w in splits]


def alone(w, z, T):
    """Return which numbers are read rightly digit by digit, and the confidence in each."""
    q = softmax(z / T)
    return (q.argmax(axis=-1) == w.numbers).all(axis=1), q.max(axis=-1).prod(axis=1)


def checked(w, z, T):
    """Return the same for the most probable number that passes the check."""
    found = xb.luhn_decode(softmax(z / T))
    return (found.digits == w.numbers).all(axis=-1), found.confidence


def thresholds(costs=COSTS):
    error, review, repair, rollback = costs
    return 1 - review / (error - repair), 1 - (rollback - review) / repair


def cost(ok, c, costs=COSTS, accept=None):
    error, review, repair, rollback = costs
    high, low = thresholds(costs)
    high = high if accept is None else accept
    return np.where(c >= high, error * ~ok, np.where(c >= low, review + repair * ~ok, rollback)).mean()


def all_looks(w, T):
    """Return right and confidence for each of the three photographs, computed once."""
    if T not in w.looks:
        w.looks[T] = [checked(w, z, T) for z in w.z]
    return w.looks[T]


def loop(w, T, accept=None):
    """Return what the loop over up to three photographs ends with: right, confidence, photographs."""
    accept = thresholds()[0] if accept is None else accept
    looks = all_looks(w, T)
    ok, c, photos = looks[0][0].copy(), looks[0][1].copy(), np.ones(METERS)
    for good, sure in looks[1:]:
        again = c < accept
        photos += again
        better = again & (sure > c)
        ok[better], c[better] = good[better], sure[better]
    return ok, c, photos


def pooled(w, n=3):
    T = xb.TemperatureScaling().fit(w.held_z[:n].sum(axis=0), w.y_held).temperature_
    return *checked(w, w.z[:n].sum(axis=0), T), np.full(METERS, n)


def total(ok, c, photos, **how):
    return cost(ok, c, **how) + 0.05 * photos.mean()


def area(wrong, score):
    ranked = wrong[np.argsort(-score, kind="stable")]
    return np.mean(np.cumsum(ranked) / np.arange(1, ranked.size + 1))


@pytest.mark.claim(25)
@pytest.mark.observation("obs-six-digits")
def test_a_little_too_sure_of_a_digit_is_much_too_sure_of_a_number(splits):
    raw, mild = ([alone(w, w.z[0], T) for w, T in zip(splits, by, strict=True)] for by in temperatures(splits))
    right = np.array([ok.mean() for ok, _ in raw])
    says, says_mild = (np.array([c.mean() for _, c in runs]) for runs in (raw, mild))
    assert len(splits) == SPLITS == 10
    assert (f"{right.mean():.3f}", f"{says.mean():.3f}") == ("0.395", "0.623")
    assert (np.sum(says > right), SPLITS) == (10, 10)
    gap = says_mild - right
    assert f"{says_mild.mean():.3f}" == "0.384"
    assert (f"{-gap.min():.3f}", f"{gap.max():.3f}") == ("0.045", "0.047")


def at_first(splits, *, reads=checked, trained=False):
    """Return right and confidence in the first photographs of each split, as trained or with its temperature."""
    by = temperatures(splits)[0 if trained else 1]
    first = (lambda w, T: all_looks(w, T)[0]) if reads is checked else (lambda w, T: reads(w, w.z[0], T))
    return [first(w, T) for w, T in zip(splits, by, strict=True)]


@pytest.mark.claim(27)
@pytest.mark.observation("obs-gate")
def test_a_gate_from_costs_beats_a_clerk_for_all_with_a_temperature_and_loses_without(splits):
    raw, mild = at_first(splits, trained=True), at_first(splits)
    gates = {name: np.array([cost(*run) for run in runs]) for name, runs in (("raw", raw), ("mild", mild))}
    review_all = np.array([COSTS[1] + COSTS[2] * np.mean(~ok) for ok, _ in mild])
    assert (f"{gates['mild'].min():.2f}", f"{gates['mild'].max() + 1e-9:.2f}") == ("1.69", "1.98")  # half-way, up
    assert (np.sum(gates["mild"] < review_all), SPLITS) == (10, 10)
    assert (f"{gates['raw'].min():.2f}", f"{gates['raw'].max():.2f}") == ("2.00", "2.98")
    assert (np.sum(gates["raw"] > review_all), SPLITS) == (10, 10)
    lonely = at_first(splits, reads=alone)
    assert sum((c >= thresholds()[0]).sum() for _, c in lonely) == 0


@pytest.mark.claim(26)
@pytest.mark.observation("obs-loop")
def test_a_loop_lowers_the_errors_always_and_the_cost_only_behind_a_temperature(splits):
    raw, mild = at_first(splits, trained=True), at_first(splits)
    loops = {"raw": [loop(w, 1) for w in splits], "mild": [loop(w, w.T) for w in splits]}
    for name, once in (("raw", raw), ("mild", mild)):
        fewer = [np.mean(~ran[0]) < np.mean(~ok) for ran, (ok, _) in zip(loops[name], once, strict=True)]
        assert (np.sum(fewer), SPLITS) == (10, 10)
    once = {name: np.array([total(*run, np.ones(1)) for run in runs]) for name, runs in (("raw", raw), ("mild", mild))}
    ran = {name: np.array([total(*run) for run in runs]) for name, runs in loops.items()}
    assert (f"{once['mild'].mean():.2f}", f"{ran['mild'].mean():.2f}") == ("1.87", "1.43")
    assert (np.sum(ran["mild"] < once["mild"]), SPLITS) == (10, 10)
    assert (f"{once['raw'].mean():.2f}", f"{ran['raw'].mean():.2f}") == ("2.65", "3.26")
    assert (np.sum(ran["raw"] > once["raw"]), SPLITS) == (10, 10)
    newly = {
        name: np.mean([np.mean(~ok[(c >= thresholds()[0]) & (photos > 1)]) for ok, c, photos in runs])
        for name, runs in loops.items()
    }
    allowed = 1 - thresholds()[0]
    assert (f"{newly['raw']:.3f}", f"{newly['mild']:.3f}", f"{1 / allowed:.0f}") == ("0.083", "0.006", "56")
    assert newly["mild"] < allowed < newly["raw"]
    pools = np.array([total(*pooled(w)) for w in splits])
    assert (f"{pools.mean():.2f}", np.sum(pools < ran["mild"]), SPLITS) == ("1.13", 9, 10)


@pytest.mark.claim(25)
@pytest.mark.observation("obs-dark")
def test_in_the_dark_the_promise_breaks_and_the_check_digit_rings(digits, splits):
    found = {}
    for noise in (USUAL, DARK):
        rows = []
        for seed, w in enumerate(splits):
            rng = np.random.default_rng(seed)
            z = np.stack([logits(w.net, digits.photograph(w.rows, rng, noise)) for _ in range(5)])
            q, (ok, c) = softmax(z / w.T), checked(w, z, w.T)
            fails, a = ~xb.luhn_valid(q.argmax(axis=-1)), c >= thresholds()[0]
            alarm = fails.mean() > 1 - q.max(axis=-1).prod(axis=-1).mean()
            rows.append([a.sum(), (1 - c[a]).sum(), (~ok[a]).sum(), alarm])
        found[noise] = np.array(rows)
    assert [f"{noise:.2f}" for noise in found] == ["0.25", "0.40"]
    accepted, says, wrong, alarms = found[DARK].sum(axis=0)
    assert (accepted, f"{says / accepted:.3f}") == (975, "0.009")
    assert (f"{wrong / accepted:.3f}", wrong) == ("0.067", 65)
    assert (np.sum(found[DARK][:, 2] > found[DARK][:, 1]), SPLITS) == (10, 10)
    assert (alarms, SPLITS, f"{USUAL:.2f}", found[USUAL][:, 3].sum(), SPLITS) == (10, 10, "0.25", 2, 10)


# ---- The depth page


@pytest.mark.claim(25)
@pytest.mark.observation("obs-three-scores")
def test_the_three_scores_rank_single_digits_nearly_alike(splits):
    areas = []
    for w in splits:
        q = softmax(w.z[0])
        ranked, wrong = np.sort(q, axis=-1), (q.argmax(axis=-1) != w.numbers).ravel()
        entropy = -np.sum(q * np.log(q), axis=-1)
        scores = ranked[..., -1], ranked[..., -1] - ranked[..., -2], -entropy
        areas.append([area(wrong, score.ravel()) for score in scores])
    largest, margin, entropy = np.transpose(areas)
    apart = np.abs(np.transpose([margin, entropy]) - largest[:, None]).max()
    assert (0.0004 < apart < 0.0005, f"{largest.min():.3f}", f"{largest.max():.3f}") == (True, "0.027", "0.042")
    assert (np.sum(entropy < largest), SPLITS, np.sum(margin > largest), SPLITS) == (10, 10, 10, 10)


@pytest.mark.claim(26)
@pytest.mark.observation("obs-other-costs")
def test_with_cheaper_errors_the_loop_saves_without_a_temperature_too(splits):
    saved, means = {}, {}
    for error in (10, 20, 60):
        costs = (error, *COSTS[1:])
        accept = thresholds(costs)[0]
        for name, by in zip(("raw", "mild"), temperatures(splits), strict=True):
            once = [cost(*all_looks(w, T)[0], costs) + 0.05 for w, T in zip(splits, by, strict=True)]
            ran = [total(*loop(w, T, accept), costs=costs) for w, T in zip(splits, by, strict=True)]
            saved[name, error] = np.sum(np.array(ran) < once)
            means[name, error] = f"{np.mean(once):.2f}", f"{np.mean(ran):.2f}"
    assert (10, *means["raw", 10], saved["raw", 10], SPLITS) == (10, "1.78", "1.58", 10, 10)
    assert (20, saved["raw", 20], SPLITS, 60, saved["raw", 60], SPLITS) == (20, 5, 10, 60, 0, 10)
    assert (saved["mild", 10], SPLITS) == (saved["mild", 20], SPLITS) == (saved["mild", 60], SPLITS) == (10, 10)
    gates = np.array([cost(*all_looks(w, 1)[0], (10, *COSTS[1:])) for w in splits])
    review_all = np.array([COSTS[1] + COSTS[2] * np.mean(~all_looks(w, 1)[0][0]) for w in splits])
    assert (10, f"{gates.mean():.2f}", f"{review_all.mean():.2f}") == (10, "1.73", "1.97")
    assert (np.sum(gates < review_all), SPLITS) == (10, 10)


@pytest.mark.claim(26)
@pytest.mark.observation("obs-surest")
def test_the_surest_of_three_says_too_much_and_photographs_share_their_errors(splits):
    runs = [loop(w, w.T) for w in splits]
    says, right = (np.array([run[k].mean() for run in runs]) for k in (1, 0))
    assert (f"{says.mean():.3f}", f"{right.mean():.3f}") == ("0.896", "0.858")
    assert (np.sum(says > right), SPLITS) == (10, 10)
    alone_says = np.mean([c.mean() - ok.mean() for ok, c in (all_looks(w, w.T)[0] for w in splits)])
    assert f"{-alone_says:.3f}" == "0.003"
    wrong = [w.z.argmax(axis=-1) != w.numbers for w in splits]
    once, again = [x[0].mean() for x in wrong], [x[1][x[0]].mean() for x in wrong]
    assert (f"{np.mean(once):.3f}", f"{np.mean(again):.3f}") == ("0.143", "0.438")


@pytest.mark.claim(25)
@pytest.mark.observation("obs-check-alone")
def test_the_check_alone_finds_a_temperature_nearly_as_good_as_labels_do(digits, splits):
    grid, found = np.linspace(1.2, 3.0, 10), []
    for seed, w in enumerate(splits):
        z = logits(w.net, digits.photograph(w.rows, np.random.default_rng(seed), DARK))
        seen, truth = z[:400], w.numbers[400:]
        surprise = [-np.log(xb.luhn_decode(softmax(seen / T)).valid).mean() for T in grid]
        labelled = xb.TemperatureScaling().fit(seen.reshape(-1, 10), w.numbers[:400].ravel()).temperature_
        for T in (w.T, grid[np.argmin(surprise)], labelled):
            ok, c = checked(SimpleNamespace(numbers=truth), z[400:], T)
            found.append([c.mean() - ok.mean(), cost(ok, c)])
    gap, paid = np.moveaxis(np.reshape(found, (SPLITS, 3, 2)), -1, 0)
    assert (f"{USUAL:.2f}", f"{DARK:.2f}", f"{gap[:, 0].mean():.3f}") == ("0.25", "0.40", "0.150")
    assert f"{gap[:, 1].mean():.3f}" == "0.008"
    assert (np.sum(np.abs(gap[:, 1]) < np.abs(gap[:, 0])), SPLITS) == (10, 10)
    assert (f"{paid[:, 0].mean():.2f}", f"{paid[:, 1].mean():.2f}") == ("3.55", "3.45")
    assert (np.sum(paid[:, 1] < paid[:, 0]), SPLITS, f"{paid[:, 2].mean():.2f}") == (9, 10, "3.43")


@pytest.mark.claim(26)
@pytest.mark.observation("obs-handwriting")
def test_photographs_of_different_pictures_need_nearly_the_temperature_of_one(splits):
    alike, unlike = [], []
    for w in splits:
        z = w.held_z.copy()
        for digit in range(10):
            some = np.flatnonzero(w.y_held == digit)
            for k in (1, 2):
                z[k, some] = w.held_z[k, np.roll(some, k)]
        for found, logits_of in ((alike, w.held_z), (unlike, z)):
            found.append(xb.TemperatureScaling().fit(logits_of.sum(axis=0), w.y_held).temperature_)
    assert (f"{np.mean(alike):.2f}", f"{np.mean(unlike):.2f}") == ("3.87", "1.98")
    assert (np.sum(np.less(unlike, alike)), SPLITS) == (10, 10)


@pytest.mark.slow
@pytest.mark.claim(26)
@pytest.mark.claim(27)
@pytest.mark.observation("obs-twenty")
def test_twenty_further_splits_agree_on_the_loop_and_all_but_agree_on_the_gate(digits):
    gate, ran = [], []
    for w in (split(digits, seed) for seed in range(25, 45)):
        for T in (1, w.T):
            ok, c = all_looks(w, T)[0]
            gate.append(cost(ok, c) - (COSTS[1] + COSTS[2] * np.mean(~ok)))
            ran.append(total(*loop(w, T)) - total(ok, c, np.ones(1)))
    (raw, mild), (looped, looped_mild) = np.reshape(gate, (20, 2)).T, np.reshape(ran, (20, 2)).T
    assert (np.sum(mild < 0), 20, f"{-mild.mean():.2f}") == (18, 20, "0.14")
    assert (np.sum(raw > 0), 20, f"{raw.mean():.2f}") == (18, 20, "0.57")
    assert (np.sum(looped_mild < 0), 20, f"{-looped_mild.mean():.2f}") == (20, 20, "0.37")
    assert (np.sum(looped > 0), 20, f"{looped.mean():.2f}") == (20, 20, "0.78")
