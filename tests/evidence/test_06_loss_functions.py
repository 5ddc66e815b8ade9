"""What chapter 6 observed on the digits, computed anew with NumPy and scikit-learn, apart from the notebook."""

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression


def digits_in_two(seed):
    """Return 1,000 digits to learn from and 797 new ones, each as pictures and labels, drawn at random."""
    pictures, labels = load_digits(return_X_y=True)
    known, new = np.split(np.random.default_rng(seed).permutation(len(labels)), [1_000])
    return pictures[known], labels[known], pictures[new], labels[new]


def sizes(known, new):
    return len(known) + len(new), len(known), len(new)


@pytest.mark.observation("obs-rounded-to-one")
def test_probabilities_in_single_precision_lose_losses_in_every_split_and_logits_none():
    from_probabilities, from_logits = [], []
    for seed in range(10):
        X, y, X_new, y_new = digits_in_two(seed)
        assert sizes(y, y_new) == (1_797, 1_000, 797)
        splits, penalty = 10, 0.001
        fit = LogisticRegression(C=1 / penalty, solver="newton-cg", tol=1e-8).fit(X / 16, y)
        z = fit.decision_function(X_new / 16)
        rows = np.arange(len(y_new))
        q = np.exp(z - z.max(axis=1, keepdims=True))
        right = (q / q.sum(axis=1, keepdims=True))[rows, y_new].astype(np.float32)
        from_probabilities.append(int(np.sum(-np.log(right) == 0)))
        leads = z.astype(np.float32).astype(float)
        leads -= leads[rows, y_new][:, None]
        leads[rows, y_new] = -np.inf  # the odds against the true class are those of the others
        from_logits.append(int(np.sum(np.log1p(np.exp(leads).sum(axis=1)) == 0)))
    assert (min(from_probabilities), max(from_probabilities), len(y_new)) == (88, 161, 797)
    assert (sum(lost == 0 for lost in from_logits), splits) == (10, 10)


@pytest.mark.observation("obs-caps-choose")
def test_the_cap_of_a_library_chooses_the_number_of_neighbours_in_most_splits():
    disagree = []
    for seed in range(10):
        X, y, X_new, y_new = digits_in_two(seed)
        assert sizes(y, y_new) == (1_797, 1_000, 797)
        splits, voters = 10, np.arange(1, 60 + 1)
        squares = (X_new**2).sum(axis=1)[:, None] + (X**2).sum(axis=1)
        near = np.argsort(squares - 2 * X_new @ X.T, axis=1, kind="stable")[:, : len(voters)]
        share = np.cumsum(y[near] == y_new[:, None], axis=1) / voters
        losses = -np.log(np.where(share == 0, 1, share))
        charged = {0: (16.12, 36.04, 100)}  # for a probability of 0
        best = {int(np.where(share == 0, cap, losses).mean(axis=0).argmin()) for cap in charged[0]}
        disagree.append(len(best) > 1)
    assert (sum(disagree), len(disagree), splits) == (8, 10, 10)
