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
from xentbook.anomaly._densities import _spread_out
from xentbook.anomaly._frame import frame_of
from xentbook.models.mlp import split_layers

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
    assert density.score([[0.0], [2.0]]) == pytest.approx(
        [0.5 * math.log(2 * math.pi), 0.5 * math.log(2 * math.pi) + 2]
    )


@pytest.mark.identity("eq-gaussian-surprisal")
@settings(deadline=None, max_examples=30)
@given(seeds, st.integers(1, 5))
def test_the_surprisal_is_scipys_log_density(seed, d):
    X, new = cloud(seed, d=d), cloud(seed + 1, n=20, d=d)
    density = xb.GaussianDensity().fit(X)
    theirs = -stats.multivariate_normal(X.mean(axis=0), np.cov(X.T, bias=True)).logpdf(new)
    assert density.score(new) == pytest.approx(np.atleast_1d(theirs), rel=1e-8)


@pytest.mark.identity("eq-gaussian-surprisal")
@pytest.mark.parametrize("d", [1, 2, 7])
def test_surprisal_is_half_a_squared_mahalanobis_distance_which_is_chi_squared(d):
    density = xb.GaussianDensity().fit(cloud(21, d=d))
    draws = np.random.default_rng(22).multivariate_normal(density.mean_, density.covariance_, size=4000)
    gap = draws - density.mean_
    squared = np.einsum("ij,jk,ik->i", gap, np.linalg.inv(density.covariance_), gap)
    rest = 0.5 * np.log(np.linalg.det(2 * np.pi * density.covariance_))
    assert density.score(draws) == pytest.approx(squared / 2 + rest, rel=1e-9)
    assert stats.kstest(squared, stats.chi2(d).cdf).pvalue > 0.001
    if d == 2:  # in the plane the excess is the surprisal of the tail
        assert squared / 2 == pytest.approx(-stats.chi2(2).logsf(squared), rel=1e-9)


def test_the_mean_surprisal_of_its_own_samples_is_the_entropy_of_the_gaussian():
    X = cloud(1)
    density = xb.GaussianDensity().fit(X)
    entropy = stats.multivariate_normal(density.mean_, density.covariance_).entropy()
    assert density.score(X).mean() == pytest.approx(entropy, rel=1e-12)


@pytest.mark.identity("eq-new-units")
def test_a_bent_description_adds_the_logarithm_of_its_slope():
    # A log-normal: the Gaussian of the logarithms, described anew by exponentials, has SciPy's density.
    logs = cloud(23, d=1) / 4
    density = xb.GaussianDensity().fit(logs)
    theirs = stats.lognorm(s=math.sqrt(density.covariance_[0, 0]), scale=math.exp(density.mean_[0]))
    assert density.score(logs) + logs[:, 0] == pytest.approx(-theirs.logpdf(np.exp(logs[:, 0])), rel=1e-9)
    assert (np.argsort(density.score(logs)) != np.argsort(density.score(logs) + logs[:, 0])).any()


@pytest.mark.identity("eq-new-units")
@settings(deadline=None, max_examples=20)
@given(seeds)
def test_new_units_add_one_number_to_all_surprisals(seed):
    X = cloud(seed)
    unit = np.array([1e-4, 1.0, 1e5])
    before, after = xb.GaussianDensity().fit(X).score(X), xb.GaussianDensity().fit(X * unit).score(X * unit)
    assert after - before == pytest.approx(np.full(len(X), np.log(unit).sum()), abs=1e-7)


@pytest.mark.parametrize(
    "X",
    [
        [[1.0, 2.0]],
        [[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]],
        [[1.0, 5.0], [2.0, 5.0], [0.0, 5.0]],
        [[1e8, 2e8], [2e8, 4e8], [3e8, 6e8]],
    ],
)
def test_a_singular_covariance_is_an_error_and_a_ridge_mends_it(X):
    with pytest.raises(ValueError, match="`X` must not have a singular covariance"):
        xb.GaussianDensity().fit(X)
    if len(X) > 1:
        assert np.isfinite(xb.GaussianDensity(ridge=1e-3).fit(X).score(X)).all()


@pytest.mark.parametrize("ridge", [1e-6, 0.1, 2.0])
def test_a_ridge_is_a_share_of_the_mean_variance_added_to_each(ridge):
    X, weight = cloud(38) * 5, np.random.default_rng(38).uniform(size=120)
    for options in ({}, {"sample_weight": weight}):
        plain = np.cov(X.T, bias=True, aweights=options.get("sample_weight"))
        expected = plain + ridge * np.trace(plain) / 3 * np.eye(3)
        np.testing.assert_allclose(xb.GaussianDensity(ridge=ridge).fit(X, **options).covariance_, expected, rtol=1e-9)
        mixture = xb.GaussianMixture(1, ridge=ridge).fit(X, **options)
        np.testing.assert_allclose(mixture.covariances_, [expected], rtol=1e-9)


# -- several


def test_one_component_is_one_gaussian():
    X = cloud(2)
    one = xb.GaussianMixture(1, ridge=1e-12).fit(X)
    assert one.score(X) == pytest.approx(xb.GaussianDensity().fit(X).score(X), rel=1e-6)
    assert one.converged_


@pytest.mark.identity("eq-mixture")
@settings(deadline=None, max_examples=10)
@given(seeds)
def test_the_surprisal_of_a_mixture_is_that_of_the_weighted_sum(seed):
    mixture = xb.GaussianMixture(3, n_starts=1, seed=seed, max_iter=20).fit(two_clouds(seed))
    near, far = two_clouds(seed + 1, n=20), np.array([[1e4, -1e4]])
    parts = list(zip(mixture.weights_, mixture.means_, mixture.covariances_, strict=True))
    density = sum(w * stats.multivariate_normal(m, c).pdf(near) for w, m, c in parts)
    assert np.exp(-mixture.score(near)) == pytest.approx(density, rel=1e-9, abs=1e-300)
    joint = [math.log(w) + stats.multivariate_normal(m, c).logpdf(far[0]) for w, m, c in parts]
    assert np.isfinite(joint).all() and math.exp(max(joint)) == 0  # where the densities underflow
    assert mixture.score(far)[0] == pytest.approx(-np.logaddexp.reduce(joint), rel=1e-9)


@settings(deadline=None, max_examples=8)
@given(seeds)
def test_no_round_makes_the_samples_more_surprising(seed):
    mixture = xb.GaussianMixture(3, ridge=1e-9, seed=seed, n_starts=1, tol=0.0, max_iter=40).fit(two_clouds(seed))
    assert (np.diff(mixture.path_) <= 1e-9).all()
    assert mixture.path_[-1] < mixture.path_[0]


@pytest.mark.parametrize("n", [10, 20_000])
def test_one_component_has_the_digits_of_mean_and_variance_however_many_samples_there_are(n):
    X = np.random.default_rng(46).normal(size=(n, 1)) + 3
    mixture = xb.GaussianMixture(1, n_starts=1, ridge=2.0**-20).fit(X)
    assert mixture.means_[0, 0] == pytest.approx(X.mean(), rel=1e-13)
    assert mixture.covariances_[0, 0, 0] == pytest.approx(X.var() * (1 + 2.0**-20), rel=1e-12)


def test_one_component_is_there_after_the_first_round_and_the_second_says_so():
    still = xb.GaussianMixture(1, tol=0.0).fit(cloud(39))
    assert still.converged_ and len(still.path_) == 2
    np.testing.assert_array_equal(still.weights_, [1.0])
    cut = xb.GaussianMixture(2, max_iter=1, n_starts=3).fit(two_clouds(39))
    assert not cut.converged_ and cut.path_.shape == (1,)


@pytest.mark.parametrize("tol", [1e-3, 1e-6, 1e-9])
def test_a_mixture_ends_with_the_first_round_that_gains_no_more_than_the_tolerance(tol):
    mixture = xb.GaussianMixture(3, tol=tol, n_starts=1, max_iter=1000).fit(two_clouds(45))
    gains = -np.diff(mixture.path_)
    assert mixture.converged_ and len(gains) > 3
    assert abs(gains[-1]) <= tol and (gains[:-1] > tol).all()


def test_the_path_of_a_mixture_ends_with_the_mean_surprisal_of_its_samples():
    X, weight = two_clouds(48) * 1e3 + 7, np.random.default_rng(48).uniform(size=300)
    mixture = xb.GaussianMixture(2, max_iter=5).fit(X, sample_weight=weight)
    assert mixture.path_[-1] == pytest.approx(np.average(mixture.score(X), weights=weight), rel=1e-12)


def test_of_several_starts_the_least_surprised_is_kept():
    X = two_clouds(40)
    paths = [xb.GaussianMixture(4, n_starts=n, max_iter=5, seed=1).fit(X).path_[-1] for n in range(1, 6)]
    assert paths == sorted(paths, reverse=True) and paths[-1] < paths[0]


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
    mixture = xb.GaussianMixture(2).fit(
        np.concatenate([np.random.default_rng(5).normal(size=(50, 1)), [[4.0], [4.5], [5.0]]])
    )
    x = np.linspace(-30, 40, 200_001)
    assert np.trapezoid(np.exp(-mixture.score(x[:, np.newaxis])), x) == pytest.approx(1, abs=1e-9)


def test_repeated_samples_leave_no_component_without_a_covariance():
    X = np.array([[0.0, 0.0]] * 5 + [[1.0, 1.0]] * 5)
    mixture = xb.GaussianMixture(3, n_starts=2).fit(X)
    assert np.isfinite(mixture.score(X)).all()


# -- linear reconstruction


@pytest.mark.identity("eq-reconstruction")
@settings(deadline=None, max_examples=20)
@given(seeds, st.integers(1, 4))
def test_the_linear_reconstruction_is_that_of_scikit_learns_pca(seed, k):
    X, new = cloud(seed, d=5), cloud(seed + 1, n=20, d=5)
    mine, theirs = xb.LinearAutoencoder(k).fit(X), PCA(k, svd_solver="full").fit(X)
    assert mine.reconstruct(new) == pytest.approx(theirs.inverse_transform(theirs.transform(new)), abs=1e-9)
    assert mine.variances_ == pytest.approx(theirs.explained_variance_ * (len(X) - 1) / len(X), rel=1e-9)


@pytest.mark.parametrize("shape", [(2, 5), (5, 2), (2, 2)])
def test_there_are_no_more_components_than_samples_and_columns(shape):
    X = np.random.default_rng(47).normal(size=shape)
    assert xb.LinearAutoencoder(2).fit(X).components_.shape == (2, shape[1])
    with pytest.raises(ValueError, match="`X` must have 3 samples and columns at least"):
        xb.LinearAutoencoder(3).fit(X)


def test_what_the_components_leave_out_is_the_mean_score():
    X = cloud(6, d=5)
    total = np.var(X, axis=0).sum()
    for k in range(1, 6):
        detector = xb.LinearAutoencoder(k).fit(X)
        assert detector.score(X).mean() == pytest.approx(total - detector.variances_.sum(), abs=1e-10)
    assert detector.score(X) == pytest.approx(np.zeros(len(X)), abs=1e-20)


@pytest.mark.identity("eq-noisy-plane")
@settings(deadline=None, max_examples=20)
@given(seeds, st.integers(1, 4), st.floats(1e-3, 10))
def test_reconstruction_error_is_one_of_two_terms_of_a_gaussian_surprisal(seed, k, noise):
    X, new = cloud(seed, d=5), cloud(seed + 1, n=20, d=5)
    detector = xb.LinearAutoencoder(k).fit(X)
    V, spread = detector.components_.T, detector.variances_
    covariance = V @ np.diag(spread) @ V.T + noise * (np.eye(5) - V @ V.T)
    inside = np.sum(((new - detector.mean_) @ V) ** 2 / spread, axis=1)
    constant = np.log(2 * np.pi * spread).sum() + (5 - k) * math.log(2 * np.pi * noise)
    theirs = -stats.multivariate_normal(detector.mean_, covariance).logpdf(new)
    assert 0.5 * (inside + detector.score(new) / noise + constant) == pytest.approx(theirs, rel=1e-6)


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
    shares = np.arange(1.0, 16) / 120
    slope = xb.numerical_gradient(lambda t: detector._loss_and_gradient(t, X, shares)[0], theta)
    assert detector._loss_and_gradient(theta, X, shares)[1] == pytest.approx(slope, rel=1e-6, abs=1e-7)


def test_the_loss_that_is_minimised_is_the_mean_score_in_common_units():
    X = cloud(10) * 7
    detector = xb.Autoencoder(2, n_hidden=6, max_iter=50).fit(X)
    assert detector.score(X).mean() / detector.scale_**2 == pytest.approx(detector.descent_.values[-1], rel=1e-9)
    inner = (X - detector.mean_) / detector.scale_
    assert detector.mean_ == pytest.approx(X.mean(axis=0), rel=1e-12)
    values = _forward(detector.layers_, inner)
    assert detector.reconstruct(X) == pytest.approx(detector.mean_ + detector.scale_ * values[-1], rel=1e-9)
    waist = values[2]
    assert waist.shape == (len(X), 2)


def test_weight_decay_is_half_of_l2_times_the_squares_of_the_weights_without_the_constants():
    X = cloud(41)
    detector = xb.Autoencoder(2, n_hidden=4, l2=0.05, max_iter=40).fit(X)
    weights = sum(np.sum(w**2) for w, _ in detector.layers_)
    loss = detector.score(X).mean() / detector.scale_**2 + 0.05 / 2 * weights
    assert detector.descent_.values[-1] == pytest.approx(loss, rel=1e-9)
    free = xb.Autoencoder(2, n_hidden=4, max_iter=40).fit(X)
    assert weights < sum(np.sum(w**2) for w, _ in free.layers_)


def test_the_common_scale_of_a_network_is_the_root_of_the_mean_variance():
    X, weight = cloud(42) * [1, 20, 300], np.random.default_rng(42).uniform(size=120)
    detector = xb.Autoencoder(1, n_hidden=2, max_iter=1).fit(X, sample_weight=weight)
    variances = np.average((X - np.average(X, axis=0, weights=weight)) ** 2, axis=0, weights=weight)
    assert detector.scale_ == pytest.approx(np.sqrt(variances.mean()), rel=1e-12)
    assert detector.mean_ == pytest.approx(np.average(X, axis=0, weights=weight), rel=1e-12)


def test_a_sample_too_far_for_a_number_is_at_distance_inf():
    for detector in (xb.LinearAutoencoder(1), xb.Autoencoder(1, n_hidden=2, max_iter=2)):
        fitted = detector.fit(cloud(43))
        assert fitted.score([[1e300, 1e300, -1e300]]).tolist() == [math.inf]


def test_a_network_starts_without_constants_and_with_weights_of_the_variance_of_glorot_and_bengio():
    detector = xb.Autoencoder(20, n_hidden=60, seed=4)
    detector._sizes = (40, 60, 20, 60, 40)
    for weights, constants in split_layers(detector._start(), detector._sizes):
        assert not constants.any()
        variance = 2 / sum(weights.shape)  # uniform: its largest is the root of three variances
        assert np.var(weights) == pytest.approx(variance, rel=0.1)
        assert math.sqrt(2.9 * variance) < np.abs(weights).max() <= math.sqrt(3 * variance)
        assert np.mean(weights) == pytest.approx(0, abs=4 * math.sqrt(variance / weights.size))


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


@pytest.mark.identity("eq-conformal")
@pytest.mark.parametrize("scores", [[1.0, 2, 3, 4, 5, 6], [1.0, 1, 2, 2, 2, 3], [0.0] * 6])
def test_among_all_orders_of_the_scores_the_p_value_is_small_no_more_often_than_promised(scores):
    # Exchangeable and nothing more: each of the six is the new one equally often, the others are the usual ones.
    p = [xb.conformal_p_value(scores[:i] + scores[i + 1 :], scores[i]) for i in range(6)]
    for alpha in np.linspace(0, 1, 61):
        assert np.mean(np.array(p) <= alpha + 1e-12) <= alpha + 1e-12
    if len(set(scores)) == 6:
        assert sorted(p) == pytest.approx(np.arange(1, 7) / 6)


def test_false_alarms_are_as_rare_as_promised_whatever_the_detector():
    rng = np.random.default_rng(13)
    for draw in (rng.normal, lambda size: rng.integers(3, size=size)):
        p = np.concatenate([xb.conformal_p_value(draw(size=19), draw(size=1)) for _ in range(4000)])
        for alpha in (0.05, 0.1, 0.5):
            assert np.mean(p <= alpha) <= alpha + 3 * math.sqrt(alpha * (1 - alpha) / p.size)
    assert np.mean(xb.conformal_p_value(rng.normal(size=99), rng.normal(size=20_000)) <= 0.5) == pytest.approx(
        0.5, abs=0.15
    )


# -- the claim of the field


@pytest.mark.claim(24)
def test_surprisal_and_reconstruction_error_are_losses_of_a_model():
    X, new = cloud(24, d=3), cloud(25, d=3)
    density, linear = xb.GaussianDensity().fit(X), xb.LinearAutoencoder(1).fit(X)
    # The fitted parameters minimise the mean surprisal: moving the mean or widening the covariance costs more.
    least = density.score(X).mean()
    for shift, widen in ((0.3, 1.0), (0.0, 1.3), (0.0, 0.8)):
        other = stats.multivariate_normal(density.mean_ + shift, widen * density.covariance_)
        assert -other.logpdf(X).mean() > least + 1e-3
    # So do those of the autoencoder with the mean error, among 200 other lines.
    for direction in np.random.default_rng(29).standard_normal((200, 3)):
        along = (X - linear.mean_) @ direction / np.linalg.norm(direction)
        assert np.mean(np.sum((X - linear.mean_) ** 2, axis=1) - along**2) >= linear.score(X).mean() - 1e-12
    # A squared error is, up to scale and constant, the surprisal of the sample under a Gaussian round its
    # reconstruction.
    pairs = zip(new, linear.reconstruct(new), strict=True)
    price = [-stats.multivariate_normal(rebuilt, 0.7 * np.eye(3)).logpdf(x) for x, rebuilt in pairs]
    assert linear.score(new) / 1.4 + 1.5 * math.log(2 * np.pi * 0.7) == pytest.approx(np.array(price), rel=1e-9)


@pytest.mark.claim(24)
def test_beyond_its_border_the_score_of_a_one_class_svm_is_the_hinge_that_its_fit_made_small():
    from sklearn.svm import OneClassSVM

    X, nu = two_clouds(31, n=100), 0.3
    machine = OneClassSVM(gamma=0.3, nu=nu, tol=1e-8).fit(X)
    alpha, rho, kernel = (
        np.zeros(len(X)),
        machine.offset_[0],
        np.exp(-0.3 * np.sum((X[:, np.newaxis] - X) ** 2, axis=2)),
    )
    alpha[machine.support_] = machine.dual_coef_[0]

    def whole(alpha, rho):
        return alpha @ kernel @ alpha / 2 - nu * len(X) * rho + np.maximum(0, rho - kernel @ alpha).sum()

    score = -machine.score_samples(X)
    hinge = np.maximum(0, rho - kernel @ alpha)
    beyond = hinge > 1e-6
    assert 0.2 < beyond.mean() <= nu
    assert score[beyond] == pytest.approx(hinge[beyond] - rho, rel=1e-9)  # the loss, and a constant
    # Its dual has the same value, which proves the minimum; and what lies beside it costs more.
    least = whole(alpha, rho)
    assert least == pytest.approx(-alpha @ kernel @ alpha / 2, rel=1e-6)
    rng = np.random.default_rng(30)
    for _ in range(100):
        assert whole(alpha + 0.1 * rng.standard_normal(len(X)), rho + 0.1 * rng.standard_normal()) > least


@pytest.mark.claim(24)
def test_an_isolation_forest_draws_its_cuts_by_lot():
    from sklearn.ensemble import IsolationForest

    X = two_clouds(32, n=100)
    trees = IsolationForest(random_state=0).fit(X).estimators_
    assert all(
        tree.splitter == "random" and tree.max_features == 1 for tree in trees
    )  # one column, one place: nothing to compare
    first = np.array([(tree.tree_.feature[0], tree.tree_.threshold[0]) for tree in trees])
    low, high = X.min(axis=0), X.max(axis=0)
    for column in (0, 1):
        cuts = first[first[:, 0] == column, 1]
        assert 25 < len(cuts) < 75
        assert stats.kstest((cuts - low[column]) / (high[column] - low[column]), "uniform").pvalue > 0.001


@pytest.mark.claim(24)
def test_a_high_loss_is_not_the_same_as_strange():
    X = cloud(33, d=40, n=400)
    gaussian, linear = xb.GaussianDensity().fit(X), xb.LinearAutoencoder(2).fit(X)
    assert (
        gaussian.score(gaussian.mean_[np.newaxis])[0] < gaussian.score(X).min()
    )  # nobody near the mean, and yet least strange
    far = linear.mean_ + 1e3 * linear.components_[:1]
    assert linear.score(far)[0] < linear.score(X).min()


@pytest.mark.claim(24)
def test_linear_reconstruction_error_is_the_surprisal_of_no_density():
    linear = xb.LinearAutoencoder(1).fit(cloud(26, d=3))
    along = linear.mean_ + np.outer([0, 1, 1e3, 1e6], linear.components_[0])
    assert np.exp(-linear.score(along)) == pytest.approx(np.ones(4))  # 1 all along an infinite line: no finite integral
    off = along + 0.5 * np.linalg.svd(linear.components_)[2][1]
    assert linear.score(off) == pytest.approx(np.full(4, 0.25), rel=1e-4)


@pytest.mark.claim(24)
def test_a_one_class_svm_orders_as_a_surprisal_and_an_isolation_forest_as_none():
    from sklearn.ensemble import IsolationForest
    from sklearn.svm import OneClassSVM

    X, new = two_clouds(27, n=100), two_clouds(28, n=100)
    machine = OneClassSVM(gamma=0.3, nu=0.4).fit(X)
    weights, centres = machine.dual_coef_[0], machine.support_vectors_
    assert (weights >= 0).all()
    parts = zip(weights / weights.sum(), centres, strict=True)
    density = sum(w * stats.multivariate_normal(c, np.eye(2) / 0.6).pdf(new) for w, c in parts)
    assert (np.argsort(-machine.score_samples(new)) == np.argsort(-np.log(density))).all()
    # Not the weights of least log loss: a few rounds of expectation and maximisation over the weights lower it.
    kernel = np.exp(-0.3 * np.sum((X[:, np.newaxis] - X) ** 2, axis=2)) * 0.3 / np.pi
    alpha = np.zeros(len(X))
    alpha[machine.support_] = weights / weights.sum()
    better = np.full(len(X), 1 / len(X))
    for _ in range(20):
        better = better * np.mean(kernel / (kernel @ better)[:, np.newaxis], axis=0)
    assert -np.log(kernel @ better).mean() < -np.log(kernel @ alpha).mean() - 0.01

    forest = IsolationForest(random_state=0).fit(X)
    strip, corner = -forest.score_samples([[1e3, 0.5], [1e6, 0.5], [1e9, 0.5]]), -forest.score_samples([[1e9, 1e9]])[0]
    # Constant on an endless strip, so a density of this order is 0 there; and yet not least there.
    assert np.ptp(strip) == 0 and corner > strip[0] + 0.01


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
    assert (kept == X).all()
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


# -- neither where the samples lie nor their unit, nor that of their weights


@pytest.mark.parametrize("offset", [0.0, 1e9, -(2.0**40)])
@pytest.mark.parametrize("scale", [2.0**-500, 2.0**-40, 1.0, 2.0**40, 2.0**500])
def test_origin_and_unit_change_the_surprisal_by_the_logarithm_of_the_unit_alone(offset, scale):
    X = np.round(cloud(31) * 256) / 256  # so that neither shift nor scale rounds it
    plain, moved = xb.GaussianDensity().fit(X), xb.GaussianDensity().fit((X + offset) * scale)
    score = moved.score((X + offset) * scale) - 3 * math.log(scale)
    np.testing.assert_allclose(score, plain.score(X), rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("far", [0.0, 1.0, -(2.0**52), 1e300])
@pytest.mark.parametrize("seed", range(4))
def test_inside_of_their_frame_samples_have_mean_0_and_the_widest_fills_it(far, seed):
    rng = np.random.default_rng(seed)
    samples = far + max(abs(far) * 2.0**-52, 1e-300) * rng.integers(0, 3, size=(7, 2))  # neighbouring numbers
    shares = rng.dirichlet(np.ones(7))
    frame, inner = frame_of(samples, shares)
    np.testing.assert_allclose(shares @ inner, 0.0, atol=1e-15)
    assert 0.5 <= np.abs(inner).max() <= 1.0
    np.testing.assert_allclose(frame.outside(inner), samples, rtol=1e-15)


@pytest.mark.parametrize("scale", [1e-12, 1e12])
def test_a_decimal_unit_changes_the_surprisal_by_its_logarithm_alone(scale):
    X = cloud(31)
    score = xb.GaussianDensity().fit(X * scale).score(X * scale) - 3 * math.log(scale)
    np.testing.assert_allclose(score, xb.GaussianDensity().fit(X).score(X), rtol=1e-12, atol=1e-11)


@pytest.mark.parametrize("name", DETECTORS)
@pytest.mark.parametrize("offset, scale", [(2.0**30, 1.0), (0.0, 2.0**-400), (-(2.0**30), 2.0**40)])
def test_a_fit_does_not_depend_on_origin_and_unit(name, offset, scale):
    X = np.round(cloud(32) * 256) / 256
    plain, moved = DETECTORS[name]().fit(X).score(X), DETECTORS[name]().fit((X + offset) * scale)
    score = moved.score((X + offset) * scale)
    score = score - 3 * math.log(scale) if name.startswith("Gaussian") else score / scale**2
    np.testing.assert_allclose(score, plain, rtol=1e-6, atol=1e-9)


def test_a_density_far_from_the_origin_against_mpmath():
    mpmath = pytest.importorskip("mpmath")
    X = np.array([1e9 + 0.5, 1e9 + 1.25, 1e9 - 2.0, 1e9 + 3.0, 1e9])
    with mpmath.workdps(50):
        values = [mpmath.mpf(v) for v in X.tolist()]
        mean = sum(values) / 5
        variance = sum((v - mean) ** 2 for v in values) / 5
        exact = [float((v - mean) ** 2 / variance / 2 + mpmath.log(2 * mpmath.pi * variance) / 2) for v in values]
    np.testing.assert_allclose(xb.GaussianDensity().fit(X[:, None]).score(X[:, None]), exact, rtol=1e-13)


def test_weights_of_a_density_and_of_components_are_those_of_numpy():
    X, weight = cloud(33), np.random.default_rng(33).uniform(size=120)
    density = xb.GaussianDensity().fit(X, sample_weight=weight)
    np.testing.assert_allclose(density.mean_, np.average(X, axis=0, weights=weight), rtol=1e-13)
    np.testing.assert_allclose(density.covariance_, np.cov(X.T, aweights=weight, ddof=0), rtol=1e-12)
    linear = xb.LinearAutoencoder(2).fit(X, sample_weight=weight)
    np.testing.assert_allclose(linear.variances_, np.linalg.eigvalsh(density.covariance_)[:0:-1], rtol=1e-11)


def test_the_mixture_takes_a_weight_for_a_number_of_samples():
    X = two_clouds(34, n=60)
    weight = np.random.default_rng(34).integers(1, 4, size=len(X))
    one = xb.GaussianMixture(2).fit(X, sample_weight=weight)
    other = xb.GaussianMixture(2).fit(np.repeat(X, weight, axis=0))
    np.testing.assert_allclose(np.sort(one.weights_), np.sort(other.weights_), rtol=1e-3)
    assert one.path_[-1] == pytest.approx(other.path_[-1], abs=1e-4)


def test_a_start_is_drawn_by_its_weight_times_its_squared_distance():
    samples, shares = np.array([[0.0], [1.0], [3.0]]), np.array([0.5, 0.25, 0.25])
    rng = np.random.default_rng(36)
    pairs = [tuple(_spread_out(samples, shares, 2, rng)[:, 0]) for _ in range(2000)]
    for first, share in zip(samples[:, 0], shares, strict=True):
        chance = shares * (samples[:, 0] - first) ** 2
        for second, part in zip(samples[:, 0], chance / chance.sum(), strict=True):
            assert pairs.count((first, second)) / 2000 == pytest.approx(share * part, abs=0.04)


@pytest.mark.parametrize("shares", [[0.25] * 4, [0.1, 0.2, 0.3, 0.4]])
def test_no_sample_starts_two_components_while_others_are_left(shares):
    samples, rng = np.array([[0.0], [1.0], [3.0], [100.0]]), np.random.default_rng(44)
    for _ in range(50):
        starts = _spread_out(samples, np.array(shares), 4, rng)
        assert sorted(starts[:, 0]) == [0.0, 1.0, 3.0, 100.0]


def test_a_sample_of_weight_0_starts_no_component():
    X = np.concatenate([two_clouds(37, n=30), [[1e3, 1e3], [-1e3, 1e3]]])
    weight = np.array([1.0] * 45 + [0.0] * 2)
    for seed in range(5):
        mixture = xb.GaussianMixture(2, n_starts=1, seed=seed).fit(X, sample_weight=weight)
        assert np.abs(mixture.means_).max() < 10


def test_a_sample_too_far_for_a_number_has_surprisal_inf_and_no_component():
    mixture = xb.GaussianMixture(2).fit(two_clouds(35))
    assert mixture.score([[1e300, 0.0]])[0] == xb.GaussianDensity().fit(cloud(35)).score([[1e300] * 3])[0] == math.inf
    with pytest.raises(ValueError, match="`X` must lie nearer to the samples of `fit`"):
        mixture.responsibilities([[1e300, 0.0]])
    even = xb.GaussianDensity().fit([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]])
    assert even.score([[1e308, 0.0], [0.0, 1e308], [1e308, -1e308]]).tolist() == [math.inf] * 3


def test_beyond_1e150_times_the_spread_a_surprisal_is_inf():
    density = xb.GaussianDensity().fit([[-1.0], [1.0]])  # within its frame, samples are half as large
    assert density.score([[2e150]])[0] == pytest.approx(2e300, rel=1e-9)
    assert density.score([[3e150]]).tolist() == [math.inf]


def test_as_many_samples_as_fit_into_memory_are_projected():
    X = np.linspace(0.0, 1.0, 1_000_000)[:, np.newaxis]  # a square matrix of that size has eight terabytes
    assert xb.LinearAutoencoder(1).fit(X).variances_ == pytest.approx(1 / 12, rel=1e-4)


def test_equal_weights_draw_the_starts_that_no_weights_do_and_those_are_drawn_by_one_integer():
    samples = np.arange(10.0)[:, np.newaxis]
    for seed in range(5):
        first = np.random.default_rng(seed).integers(10)
        assert _spread_out(samples, np.full(10, 0.1), 1, np.random.default_rng(seed)).tolist() == [[first]]


def test_a_component_without_samples_keeps_a_weight_of_ten_units_of_rounding():
    mixture = xb.GaussianMixture(3, n_starts=1).fit([[-1.0], [-1.0], [1.0], [1.0]])  # two places for three components
    assert np.sort(mixture.weights_) == pytest.approx([10 * 2.0**-52 / 4, 0.5, 0.5], rel=1e-12, abs=0)


@pytest.mark.parametrize("part, refused", [(1.5e-7, False), (0.7e-7, True)])
def test_columns_may_agree_to_seven_digits(part, refused):
    a, b = np.array([1.0, 1.0, -1.0, -1.0]), np.array([1.0, -1.0, 1.0, -1.0])
    X = np.column_stack([a, a + part * b])
    if refused:
        with pytest.raises(ValueError, match="must not have a singular covariance"):
            xb.GaussianDensity().fit(X)
    else:
        assert np.isfinite(xb.GaussianDensity().fit(X).score(X)).all()
