"""Surprisal under densities and distance from reconstructions, against SciPy, scikit-learn and finite differences."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.decomposition import PCA
from sklearn.mixture import GaussianMixture as TheirMixture

import xentbook as xb
from xentbook.anomaly._autoencoders import _forward

seeds = st.integers(0, 10_000)
DETECTORS = {
    "GaussianDensity": lambda: xb.GaussianDensity(),
    "GaussianMixture": lambda: xb.GaussianMixture(2, n_starts=2),
    "LinearAutoencoder": lambda: xb.LinearAutoencoder(1),
    "Autoencoder": lambda: xb.Autoencoder(1, n_hidden=4, max_iter=30),
}


def cloud(seed, n=120, d=3):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, d)) @ rng.normal(size=(d, d)) + rng.normal(size=d) * 3


def two_clouds(seed, n=200):
    rng = np.random.default_rng(seed)
    left = rng.normal(size=(n, 2)) @ [[1, 0.5], [0, 0.4]] + [-4, 0]
    right = rng.normal(size=(n // 2, 2)) * [0.3, 1] + [4, 1]
    return np.concatenate([left, right])


# -- one Gaussian


def test_the_surprisal_of_the_standard_gaussian_in_closed_form():
    density = xb.GaussianDensity().fit([[-1.0], [1.0]])
    assert density.score([[0.0], [2.0]]) == pytest.approx([0.5 * math.log(2 * math.pi), 0.5 * math.log(2 * math.pi) + 2])


@settings(deadline=None, max_examples=30)
@given(seeds, st.integers(1, 5))
def test_the_surprisal_is_scipys_log_density(seed, d):
    X, new = cloud(seed, d=d), cloud(seed + 1, n=20, d=d)
    density = xb.GaussianDensity().fit(X)
    theirs = -stats.multivariate_normal(X.mean(axis=0), np.cov(X.T, bias=True)).logpdf(new)
    assert density.score(new) == pytest.approx(np.atleast_1d(theirs), rel=1e-8)


def test_the_mean_surprisal_of_its_own_samples_is_the_entropy_of_the_gaussian():
    X = cloud(1)
    density = xb.GaussianDensity().fit(X)
    entropy = stats.multivariate_normal(density.mean_, density.covariance_).entropy()
    assert density.score(X).mean() == pytest.approx(entropy, rel=1e-12)


@settings(deadline=None, max_examples=20)
@given(seeds)
def test_new_units_add_one_number_to_all_surprisals(seed):
    X = cloud(seed)
    unit = np.array([1e-4, 1.0, 1e5])
    before, after = xb.GaussianDensity().fit(X).score(X), xb.GaussianDensity().fit(X * unit).score(X * unit)
    assert after - before == pytest.approx(np.full(len(X), np.log(unit).sum()), abs=1e-7)


@pytest.mark.parametrize(
    "X",
    [[[1.0, 2.0]], [[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]], [[1.0, 5.0], [2.0, 5.0], [0.0, 5.0]], [[1e8, 2e8], [2e8, 4e8], [3e8, 6e8]]],
)
def test_a_singular_covariance_is_an_error_and_a_ridge_mends_it(X):
    with pytest.raises(ValueError, match="the covariance must not be singular"):
        xb.GaussianDensity().fit(X)
    if len(X) > 1:
        assert np.isfinite(xb.GaussianDensity(ridge=1e-3).fit(X).score(X)).all()


# -- several


def test_one_component_is_one_gaussian():
    X = cloud(2)
    one = xb.GaussianMixture(1, ridge=1e-12).fit(X)
    assert one.score(X) == pytest.approx(xb.GaussianDensity().fit(X).score(X), rel=1e-6)
    assert one.converged_


@settings(deadline=None, max_examples=8)
@given(seeds)
def test_no_round_makes_the_samples_more_surprising(seed):
    mixture = xb.GaussianMixture(3, ridge=1e-9, seed=seed, n_starts=1, tol=0.0, max_iter=40).fit(two_clouds(seed))
    assert (np.diff(mixture.path_) <= 1e-9).all()
    assert mixture.path_[-1] < mixture.path_[0]


def test_two_clouds_are_found():
    mixture = xb.GaussianMixture(2).fit(two_clouds(3))
    order = np.argsort(mixture.means_[:, 0])
    assert mixture.means_[order] == pytest.approx(np.array([[-4, 0], [4, 1]]), abs=0.4)
    assert mixture.weights_[order] == pytest.approx([2 / 3, 1 / 3], abs=0.02)
    assert mixture.responsibilities([[-4, 0], [4, 1]])[:, order] == pytest.approx(np.eye(2), abs=1e-6)
    assert mixture.score([[0.0, 5.0]])[0] > mixture.score(two_clouds(4)).max()


@settings(deadline=None, max_examples=6)
@given(seeds)
def test_the_mixture_is_as_good_as_scikit_learns(seed):
    X = two_clouds(seed)
    mine = xb.GaussianMixture(2, tol=1e-10, max_iter=1000).fit(X)
    theirs = TheirMixture(2, tol=1e-10, max_iter=1000, n_init=5, random_state=0).fit(X)
    assert mine.score(X).mean() <= -theirs.score(X) + 1e-4
    start = TheirMixture(2, weights_init=mine.weights_, means_init=mine.means_, tol=1e-12,
                         precisions_init=np.linalg.inv(mine.covariances_)).fit(X)  # fmt: skip
    assert np.sort(start.means_, axis=0) == pytest.approx(np.sort(mine.means_, axis=0), abs=1e-3)
    assert -start.score_samples(X) == pytest.approx(mine.score(X), abs=1e-3)


def test_the_density_integrates_to_one():
    mixture = xb.GaussianMixture(2).fit(np.concatenate([np.random.default_rng(5).normal(size=(50, 1)), [[4.0], [4.5], [5.0]]]))
    x = np.linspace(-30, 40, 200_001)
    assert np.trapezoid(np.exp(-mixture.score(x[:, np.newaxis])), x) == pytest.approx(1, abs=1e-9)


def test_repeated_samples_leave_no_component_without_a_covariance():
    X = np.array([[0.0, 0.0]] * 5 + [[1.0, 1.0]] * 5)
    mixture = xb.GaussianMixture(3, n_starts=2).fit(X)
    assert np.isfinite(mixture.score(X)).all()


# -- linear reconstruction


@settings(deadline=None, max_examples=20)
@given(seeds, st.integers(1, 4))
def test_the_linear_reconstruction_is_that_of_scikit_learns_pca(seed, k):
    X, new = cloud(seed, d=5), cloud(seed + 1, n=20, d=5)
    mine, theirs = xb.LinearAutoencoder(k).fit(X), PCA(k, svd_solver="full").fit(X)
    assert mine.reconstruct(new) == pytest.approx(theirs.inverse_transform(theirs.transform(new)), abs=1e-9)
    assert mine.variances_ == pytest.approx(theirs.explained_variance_ * (len(X) - 1) / len(X), rel=1e-9)


def test_what_the_components_leave_out_is_the_mean_score():
    X = cloud(6, d=5)
    total = np.var(X, axis=0).sum()
    for k in range(1, 6):
        detector = xb.LinearAutoencoder(k).fit(X)
        assert detector.score(X).mean() == pytest.approx(total - detector.variances_.sum(), abs=1e-10)
    assert detector.score(X) == pytest.approx(np.zeros(len(X)), abs=1e-20)


def test_no_other_projection_rebuilds_better():
    X = cloud(7, d=4)
    detector = xb.LinearAutoencoder(2).fit(X)
    rng = np.random.default_rng(0)
    for _ in range(50):
        basis = np.linalg.qr(rng.normal(size=(4, 2)))[0]
        centred = X - X.mean(axis=0)
        assert np.mean(np.sum((centred - centred @ basis @ basis.T) ** 2, axis=1)) >= detector.score(X).mean()


def test_what_lies_along_the_components_is_missed_and_the_density_sees_it():
    X = np.random.default_rng(8).normal(size=(300, 2)) * [3, 0.1]
    far = [[60.0, 0.0]]
    linear, density = xb.LinearAutoencoder(1).fit(X), xb.GaussianDensity().fit(X)
    assert linear.score(far)[0] < np.quantile(linear.score(X), 0.999)
    assert density.score(far)[0] > density.score(X).max() + 100


# -- the network


@pytest.mark.parametrize("l2", [0.0, 0.3])
def test_backpropagation_is_the_derivative_of_the_mean_score(l2):
    detector = xb.Autoencoder(2, n_hidden=5, l2=l2)
    X = cloud(9, n=15)
    detector._sizes = (3, 5, 2, 5, 3)
    theta = detector._start() + np.random.default_rng(0).normal(size=detector._start().size) * 0.3
    slope = xb.numerical_gradient(lambda t: detector._loss_and_gradient(t, X)[0], theta)
    assert detector._loss_and_gradient(theta, X)[1] == pytest.approx(slope, rel=1e-6, abs=1e-7)


def test_the_loss_that_is_minimised_is_the_mean_score_in_common_units():
    X = cloud(10) * 7
    detector = xb.Autoencoder(2, n_hidden=6, max_iter=50).fit(X)
    assert detector.score(X).mean() / detector.scale_**2 == pytest.approx(detector.descent_.values[-1], rel=1e-9)
    inner = (X - detector.mean_) / detector.scale_
    waist = _forward(detector.layers_, inner)[2]
    assert waist.shape == (len(X), 2)


def test_a_bent_waist_follows_a_curve_that_no_line_does():
    t = np.random.default_rng(11).uniform(0, 3, size=150)
    X = np.stack([np.cos(t), np.sin(t)], axis=1)
    bent, straight = xb.Autoencoder(1, n_hidden=8).fit(X), xb.LinearAutoencoder(1).fit(X)
    assert bent.score(X).mean() < straight.score(X).mean() / 50
    assert bent.score([[0.0, 0.0]])[0] > 100 * bent.score(X).mean()


def test_the_same_seed_gives_the_same_weights():
    X = cloud(12)
    one, two = (xb.Autoencoder(1, n_hidden=4, max_iter=20, seed=3).fit(X) for _ in range(2))
    np.testing.assert_array_equal(one.descent_.x, two.descent_.x)
    mine, other = (xb.GaussianMixture(2, seed=3).fit(X) for _ in range(2))
    np.testing.assert_array_equal(mine.means_, other.means_)


# -- from a score to a probability


def test_conformal_p_values_by_hand():
    assert xb.conformal_p_value([1, 2, 2, 3], [0, 2, 3, 4]).tolist() == [1.0, 0.8, 0.4, 0.2]
    assert xb.conformal_p_value([1.0], math.inf) == 0.5
    assert xb.conformal_p_value([math.inf, -math.inf], [math.inf]).tolist() == [2 / 3]


def test_false_alarms_are_as_rare_as_promised_whatever_the_detector():
    rng = np.random.default_rng(13)
    for draw in (rng.normal, lambda size: rng.integers(3, size=size)):
        p = np.concatenate([xb.conformal_p_value(draw(size=19), draw(size=1)) for _ in range(4000)])
        for alpha in (0.05, 0.1, 0.5):
            assert np.mean(p <= alpha) <= alpha + 3 * math.sqrt(alpha * (1 - alpha) / p.size)
    assert np.mean(xb.conformal_p_value(rng.normal(size=99), rng.normal(size=20_000)) <= 0.5) == pytest.approx(0.5, abs=0.15)


# -- errors


@pytest.mark.parametrize("name", DETECTORS)
def test_detectors_refuse_bad_input_at_the_door(name):
    make = DETECTORS[name]
    with pytest.raises(ValueError, match=rf"must be fitted first; call {name}.fit"):
        make().score([[0.0, 1.0]])
    for X, message in (
        ([], "`X` must"), ([[1.0, math.nan]], "`X` must not contain NaN"), ([[1.0, math.inf]], "`X` must be finite"),
        ([1.0, 2.0], "`X` must have 2 dimensions"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=message):
            make().fit(X)
    X = cloud(14)
    kept = X.copy()
    fitted = make().fit(X)
    with pytest.raises(ValueError, match="`X` must have 3 columns, as in `fit`; got 2"):
        fitted.score([[0.0, 1.0]])
    assert (X == kept).all()
    assert fitted.score(X.tolist()).shape == (120,)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: xb.GaussianDensity(ridge=-1), ValueError, "`ridge` must be at least 0; got -1"),
        (lambda: xb.GaussianMixture(0), ValueError, "`n_components` must be at least 1; got 0"),
        (lambda: xb.GaussianMixture(2.0), TypeError, "`n_components` must be an integer"),
        (lambda: xb.GaussianMixture(2, ridge=0), ValueError, "`ridge` must be above 0"),
        (lambda: xb.GaussianMixture(2, seed="one"), TypeError, "`seed` must be an integer"),
        (lambda: xb.GaussianMixture(3).fit([[0.0], [1.0]]), ValueError, "`X` must have 3 samples at least; got 2"),
        (lambda: xb.GaussianMixture(2).fit([[1.0], [1.0]]), ValueError, "got no variance"),
        (lambda: xb.Autoencoder(1).fit([[1.0], [1.0]]), ValueError, "got no variance"),
        (lambda: xb.Autoencoder(1, n_hidden=0), ValueError, "`n_hidden` must be at least 1"),
        (lambda: xb.LinearAutoencoder(3).fit([[0.0, 1.0], [1.0, 0.0]]), ValueError, "3 samples and columns at least"),
        (lambda: xb.conformal_p_value([], [1.0]), ValueError, "`usual_scores` must not be empty"),
        (lambda: xb.conformal_p_value([1.0], [math.nan]), ValueError, "`scores` must not contain NaN"),
    ],
)
def test_bad_options_are_an_error_at_the_door(call, error, message):
    with pytest.raises(error, match=message):
        call()
