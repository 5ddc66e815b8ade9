"""What chapter 10 and its depth page observed, computed anew in plain NumPy and SciPy, apart from the notebooks."""

import numpy as np
import pytest
from scipy.optimize import minimize
from sklearn.datasets import load_digits, load_iris
from sklearn.model_selection import train_test_split

SPLITS, KEPT_BACK, STEPS, BATCH, UNITS = 10, 200, 1_000, 32, 32
LOSSES = ("cross-entropy", "smoothed", "absolute", "generalised")
SMOOTHING, SIZES = 0.2, (0.0003, 0.001, 0.003, 0.01, 0.03)
PETALS, KIND = load_iris().data[50:, 2], load_iris().target[50:] - 1


# ---- One flower of 12 cm


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


MARGINS = {  # loss and slope over the margin
    "cross-entropy": lambda m: (np.logaddexp(0, -m), -sigmoid(-m)),
    "squared score": lambda m: ((1 - m) ** 2, 2 * (m - 1)),
    "squared probability": lambda m: (sigmoid(-m) ** 2, -2 * sigmoid(-m) ** 2 * sigmoid(m)),
    "generalised": lambda m: ((1 - sigmoid(m) ** 0.7) / 0.7, -(sigmoid(m) ** 0.7) * sigmoid(-m)),
}


def boundary(loss, x, y, far=(), label=()):
    """Return where the score of the lowest fit is 0, with a penalty of 0.01 (w² + b²); `far` is a further flower."""
    u, s = (np.append(x, far) - x.mean()) / x.std(), 2.0 * np.append(y, label) - 1
    rows = np.column_stack([u, np.ones_like(u)]) * s[:, None]
    if loss == "hinge":  # a quadratic program: what each flower costs is a variable, too
        n, J = len(s), np.hstack([rows, np.eye(len(s))])
        above = {"type": "ineq", "fun": lambda v: J @ v - 1, "jac": lambda v: J}
        lowest = minimize(
            lambda v: (v[2:].sum() + 0.01 * v[:2] @ v[:2], np.r_[0.02 * v[:2], np.ones(n)]),
            np.r_[0, 0, np.ones(n)], jac=True, method="SLSQP", bounds=[(None, None)] * 2 + [(0, None)] * n,
            constraints=above, options={"ftol": 1e-12, "maxiter": 500},
        )  # fmt: skip
        assert lowest.success
        w, b = lowest.x[:2]
    else:

        def total(t):
            value, slope = MARGINS[loss](rows @ t)
            return value.sum() + 0.01 * t @ t, slope @ rows + 0.02 * t

        convex = loss in ("cross-entropy", "squared score")
        starts = [(w, -w * c) for w in ((1,) if convex else (1, 4, 16)) for c in ((0,) if convex else (-0.75, 0, 0.75))]
        w, b = min((minimize(total, t, jac=True, method="BFGS") for t in starts), key=lambda fit: fit.fun).x
    return x.mean() - x.std() * b / w


@pytest.mark.claim(16)
@pytest.mark.observation("obs-wrong-drawer")
def test_a_far_flower_moves_convex_losses_if_its_label_is_wrong_and_only_the_squared_score_if_it_is_right():
    draws, few, more, far = 10, 12, 13, 12.0
    moved = {(loss, label): [] for loss in (*MARGINS, "hinge") for label in (0, 1)}
    for seed in range(draws):
        rng = np.random.default_rng(seed)
        some = np.r_[rng.permutation(50)[:few], 50 + rng.permutation(50)[:more]]
        for loss, label in moved:
            x, y = PETALS[some], KIND[some]
            moved[loss, label].append(boundary(loss, x, y, far, label) - boundary(loss, x, y))
    ends = {key: (f"{min(by):.2f}", f"{max(by):.2f}") for key, by in moved.items()}
    assert (draws, few, more, far) == (10, 12, 13, 12)
    convex = [*ends["cross-entropy", 0], *ends["squared score", 0], *ends["hinge", 0]]
    assert convex == ["0.16", "0.40", "0.30", "0.32", "-0.11", "0.32"]
    assert max(np.abs([moved["squared probability", 0], moved["generalised", 0]]).flat) < 0.005
    assert ends["squared score", 1] == ("0.06", "0.11")
    others = [np.abs(moved[loss, 1]).max() for loss in (*MARGINS, "hinge") if loss != "squared score"]
    assert (len(others), max(others) < 0.005) == (4, True)


# ---- Networks on digits


def softmax(Z):
    E = np.exp(Z - Z.max(axis=-1, keepdims=True))
    return E / E.sum(axis=-1, keepdims=True)


def predict(P, X):
    hidden = np.maximum(0, X @ P[0] + P[1])
    return hidden, softmax(hidden @ P[2] + P[3])


def slopes(loss, Q, Y):
    """Return the slopes of a loss over the logits: the factor of the loss times prediction minus label."""
    own = (Q * Y).sum(axis=-1, keepdims=True)
    if loss == "smoothed":
        return Q - ((1 - SMOOTHING) * Y + SMOOTHING / 10)
    return {"cross-entropy": 1, "absolute": own, "generalised": own**0.7}[loss] * (Q - Y)


def train(A, Y, losses, sizes, rng, *, every):
    """Train a network for each pair of a loss and a step size by Adam; yield their weights after each `every` steps."""
    wide, count = (np.sqrt(6 / 64), np.sqrt(6 / UNITS)), len(losses) * len(sizes)
    first = [
        rng.uniform(-wide[0], wide[0], (64, UNITS)), np.zeros((1, UNITS)),
        rng.uniform(-wide[1], wide[1], (UNITS, 10)), np.zeros((1, 10)),
    ]  # fmt: skip
    P = [np.repeat(part[None], count, axis=0) for part in first]
    means, squares, eta = [0 * p for p in P], [0 * p for p in P], np.tile(sizes, len(losses))[:, None, None]
    waiting = []
    for t in range(1, STEPS + 1):
        waiting = waiting if len(waiting) else rng.permutation(len(A))  # the next pass
        batch, waiting = waiting[:BATCH], waiting[BATCH:]
        hidden, Q = predict(P, A[batch])
        blocks = zip(losses, np.split(Q, len(losses)), strict=True)
        delta = np.concatenate([slopes(loss, part, Y[batch]) for loss, part in blocks]) / len(batch)
        back = (delta @ P[2].swapaxes(1, 2)) * (hidden > 0)
        sums = [part.sum(axis=1, keepdims=True) for part in (back, delta)]
        for k, g in enumerate([A[batch].T @ back, sums[0], hidden.swapaxes(1, 2) @ delta, sums[1]]):
            means[k] += 0.1 * (g - means[k])
            squares[k] += 0.001 * (g * g - squares[k])
            P[k] = P[k] - eta * means[k] / (1 - 0.9**t) / (np.sqrt(squares[k] / (1 - 0.999**t)) + 1e-8)
        if t % every == 0:
            yield P


def halves(seed):
    X, y = load_digits(return_X_y=True)
    return train_test_split(X / 16, y, test_size=0.5, stratify=y, random_state=seed)


def replaced(labels, rng):
    """Return the labels with two in five replaced by any digit."""
    return np.where(rng.random(len(labels)) < 0.4, rng.integers(10, size=len(labels)), labels)


def noisy_run(seed):
    """Return of each look, loss and step size: accuracy on held-out digits and on noisy kept-back ones, the least
    recall, and the share of the wrong labels that the network says."""
    A, B, ya, yb = halves(seed)
    rng = np.random.default_rng(seed)
    labels = replaced(ya, rng)
    wrong = np.flatnonzero((labels != ya)[:-KEPT_BACK])
    A, V, Y, v = A[:-KEPT_BACK], A[-KEPT_BACK:], np.eye(10)[labels[:-KEPT_BACK]], labels[-KEPT_BACK:]
    looks = []
    for P in train(A, Y, LOSSES, SIZES, rng, every=50):
        called, kept = predict(P, B)[1].argmax(axis=-1), predict(P, V)[1].argmax(axis=-1)
        recalls = [(called[:, yb == k] == k).mean(axis=-1) for k in range(10)]
        learnt = (predict(P, A[wrong])[1].argmax(axis=-1) == labels[wrong]).mean(axis=-1)
        found = (called == yb).mean(axis=-1), (kept == v).mean(axis=-1), np.min(recalls, axis=0), learnt
        looks.append(np.reshape(found, (4, len(LOSSES), len(SIZES))))
    return looks


@pytest.fixture(scope="module")
def noisy_runs():
    return np.array([noisy_run(seed) for seed in range(SPLITS)])  # split, look, what, loss, step size


@pytest.mark.slow
@pytest.mark.claim(14)
@pytest.mark.observation("obs-two-in-five")
def test_under_cross_entropy_a_network_learns_the_digits_and_then_some_of_the_wrong_labels(noisy_runs):
    splits, looks = noisy_runs.shape[:2]
    by_look = 100 * noisy_runs[..., SIZES.index(0.01)]
    assert (splits, KEPT_BACK) == (10, 200)
    plain, bold = by_look[:, :, 0, 0], by_look[:, -1, 0, LOSSES.index("generalised")]
    least_fall = np.min(plain.max(axis=1) - plain[:, -1])
    assert looks == 20
    assert least_fall > 6
    said = by_look[:, :, 3, 0]
    best = said[np.arange(splits), plain.argmax(axis=1)]
    assert best.mean() < 8 < 25 < said[:, -1].mean()
    kept = []
    for seed in range(splits):
        A, B, ya, yb = halves(seed)
        A, Y = A[:-KEPT_BACK], 0.6 * np.eye(10)[ya[:-KEPT_BACK]] + 0.04
        for P in train(A, Y, ("cross-entropy",), (0.01,), np.random.default_rng(seed), every=STEPS):
            kept.append(100 * np.mean(predict(P, B)[1].argmax(axis=-1) == yb))
    lead = bold - plain[:, -1]
    assert (np.sum(lead > 0), splits) == (10, 10)
    assert lead.mean() > 11
    assert min(kept) > 95


def pick(what, by):
    """Return of each split and loss what belongs to the largest of `by`; the choices are on the last axis."""
    return np.take_along_axis(what, by.argmax(axis=-1)[..., None], axis=-1)[..., 0]


@pytest.mark.slow
@pytest.mark.claim(14)
@pytest.mark.observation("obs-own-step")
def test_stopping_early_or_a_step_of_its_own_takes_most_of_the_lead_of_generalised_cross_entropy(noisy_runs):
    splits, looks = noisy_runs.shape[:2]
    right, by, least = 100 * np.moveaxis(noisy_runs[:, :, :3], 1, -1).swapaxes(0, 1)  # split, loss, step size, look
    plain, smooth, absolute, bold = range(len(LOSSES))

    size = SIZES.index(0.01)
    end, stopped = right[:, :, size, -1], pick(right[:, :, size], by[:, :, size])
    gain, ahead = np.mean(stopped[:, plain] - end[:, plain]), np.mean(stopped[:, bold] - stopped[:, plain])
    assert (splits, looks) == (10, 20)
    assert gain > 9
    assert 3 < ahead < 6

    own, lost = pick(right[..., -1], by[..., -1]), pick(least[..., -1], by[..., -1]) == 0
    lead, modest = own[:, bold] - own[:, plain], np.mean(own[:, smooth] - own[:, plain])
    errors = lead.mean() / (lead.std(ddof=1) / np.sqrt(splits))
    assert SIZES == (0.0003, 0.001, 0.003, 0.01, 0.03)
    assert 2 < lead.mean() < 5
    assert errors > 2
    assert SMOOTHING == 0.2
    assert abs(modest) < 2
    assert (lost[:, absolute].sum() >= 2, splits) == (True, 10)
    assert (by[:, plain, :, -1].argmax(axis=-1) < size).all()  # shorter steps

    kept = pick(right[:, plain], by[:, plain])  # of each step size, stopped
    both = pick(kept, by[:, plain].max(axis=-1))
    assert abs(np.mean(both - own[:, plain])) < 2


@pytest.mark.observation("obs-ten-eights")
def test_absolute_error_lets_go_of_a_rare_digit():
    splits, left, three = 10, 10, ("cross-entropy", "absolute", "generalised")
    recalls = {"all": [], "few": []}
    for seed in range(splits):
        A, B, ya, yb = halves(seed)
        few = np.delete(np.arange(len(ya)), np.flatnonzero(ya == 8)[left:])
        for name, kept in (("all", np.arange(len(ya))), ("few", few)):
            rng = np.random.default_rng(seed)
            for P in train(A[kept], np.eye(10)[ya[kept]], three, (0.01,), rng, every=STEPS):
                recalls[name].append(100 * (predict(P, B)[1].argmax(axis=-1)[:, yb == 8] == 8).mean(axis=-1))
    plain, absolute, bold = np.transpose(recalls["few"])
    dropped = np.sum(absolute == 0)
    assert left == 10
    assert plain.min() > 35
    assert (dropped, splits) == (10, 10)
    assert bold.min() == 0
    assert bold.max() > 60
    assert splits == 10
    assert np.min(recalls["all"]) > 80


# ---- A step of 20


def last_losses(labels, size):
    """Return least and largest of the last hundred losses of descent on the petals, from zero."""
    U, theta, seen = np.column_stack([np.ones(100), (PETALS - PETALS.mean()) / PETALS.std()]), np.zeros(2), []
    for _ in range(STEPS):
        theta = theta - size * U.T @ (sigmoid(U @ theta) - labels) / 100
        seen.append(np.mean(np.logaddexp(0, np.where(labels == 1, -1, 1) * (U @ theta))))
    return min(seen[-100:]), max(seen[-100:])


@pytest.mark.claim(14)
@pytest.mark.observation("obs-long-step")
def test_a_step_beyond_the_safe_one_comes_to_rest_with_true_labels_and_not_with_wrong_ones():
    flowers, steps, draws, rate = len(PETALS), STEPS, 10, 0.4

    def rests(labels, size):
        low, high = last_losses(labels, size)
        return high - low < 1e-6

    noisy = []
    for seed in range(draws):
        rng = np.random.default_rng(seed)
        hit = rng.random(flowers) < rate
        noisy.append(np.where(hit, rng.integers(2, size=flowers), KIND))
    assert rests(KIND, 7.9)
    assert (flowers, steps, 7.9) == (100, 1000, 7.9)
    assert (sum(rests(labels, 7.9) for labels in noisy), draws, rate) == (10, 10, 0.4)
    assert rests(KIND, 20)
    assert (sum(rests(labels, 20) for labels in noisy), draws) == (0, 10)
