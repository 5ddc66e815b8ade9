"""The same inputs through PyTorch, Keras, JAX with Optax, and scikit-learn: where they agree with us and where not.

A difference is asserted by a test whose name states it, and explained under Notes in the docstring of our function: a
release that changes its mind turns the test red. The versions are those of requirements-frameworks.txt; Keras runs on
JAX. A framework that is not installed skips its tests with one line that says how to get it; with ``CI=true`` they
fail.
"""

from __future__ import annotations

import functools
import importlib.util
import itertools
import os
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
import sklearn.linear_model
import sklearn.metrics
import sklearn.neural_network
from guards import ROOT, notebooks
from guards.running import not_checked

import xentbook as xb

pytestmark = pytest.mark.framework

INF = float("inf")
CLOSE = {"rtol": 1e-12, "atol": 1e-15}  # both compute in double precision, in another order
SINGLE = {"rtol": 1e-6, "atol": 1e-7}  # Keras averages in single precision whatever it is given
TINY = {"rtol": 1e-12, "atol": 0.0}  # nothing is close to 0 but 0
REDUCTIONS = ["mean", "sum", "none"]
K = 4

rng = np.random.default_rng(2024)
Z = rng.normal(size=(7, K)) * 3.0  # logits
Y = np.array([0, 3, 1, 1, 2, 0, 1])
ONE_HOT = np.eye(K)[Y]
SOFT = rng.dirichlet(np.ones(K), size=7)
P = xb.softmax(Z)
CLASS_WEIGHT = np.array([0.5, 2.0, 1.0, 3.0])
SAMPLE_WEIGHT = rng.uniform(0.2, 2.0, size=7)
YB = np.array([1, 0, 0, 1, 1, 0, 1])
YB_SOFT = rng.uniform(size=7)
ZB = rng.normal(size=7) * 3.0  # log-odds
PB = xb.sigmoid(ZB)
X = rng.normal(size=(7, 3))


# -- the frameworks, imported when the first test asks for them ---------------------------------------------------


def framework(name, request):
    """Import a framework; without it skip the test that asks, or fail where CI has to have installed it."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:  # it is there, and broken
            raise
    reason = f"{name} is not installed, nothing was compared with it (make frameworks)"
    request.applymarker(pytest.mark.skip(reason=reason))  # pytest reports all tests with this mark in one line
    return not_checked(reason)


@pytest.fixture
def torch(request):
    return framework("torch", request)


@pytest.fixture
def F(torch):
    return torch.nn.functional


@pytest.fixture
def jax(request):
    """JAX in double precision, which it has to be asked for."""
    module = framework("jax", request)
    before = module.config.jax_enable_x64
    module.config.update("jax_enable_x64", True)
    yield module
    module.config.update("jax_enable_x64", before)


@pytest.fixture
def jnp(jax):
    return jax.numpy


@pytest.fixture
def optax(jax, request):
    return framework("optax", request)


@pytest.fixture
def optax_loss(jax, optax):
    """Return a function that compiles a loss of Optax, as is usual (and quicker), and applies it."""

    def value(name, *arrays, **options):
        compiled = jax.jit(functools.partial(getattr(optax.losses, name), **options))
        return np.asarray(compiled(*map(np.asarray, arrays)))

    return value


@pytest.fixture
def torchmetrics_error(torch, request):
    """Return the calibration error of torchmetrics, of probabilities of class 1."""
    framework("torchmetrics", request)
    error = importlib.import_module("torchmetrics.functional.classification").binary_calibration_error
    return lambda y, p, n_bins: float(error(torch.from_numpy(p), torch.from_numpy(y), n_bins=n_bins))


@pytest.fixture(scope="module")
def keras_home(tmp_path_factory):
    """A folder for the settings of Keras, so that those of the home directory do not count."""
    return tmp_path_factory.mktemp("keras")


@pytest.fixture
def keras(jax, keras_home, monkeypatch, request):
    """Keras on JAX."""
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    monkeypatch.setenv("KERAS_HOME", str(keras_home))
    module = framework("keras", request)
    assert module.backend.backend() == "jax"
    return module


@pytest.fixture
def keras_loss(keras, jax):
    """Return a function that makes a loss by its name, in double precision, compiles it and applies it."""

    def value(name, y_true, y_pred, *, sample_weight=None, **options):
        loss = getattr(keras.losses, name)(dtype="float64", **options)
        compiled = jax.jit(lambda y, z: loss(y, z, sample_weight=sample_weight))
        return np.asarray(compiled(np.asarray(y_true), np.asarray(y_pred)))

    return value


def agrees(theirs, ours, **tolerance):
    theirs = theirs.detach().numpy() if hasattr(theirs, "detach") else np.asarray(theirs)
    np.testing.assert_allclose(theirs, ours, **(tolerance or CLOSE))


def torch_gradient(torch, loss, z):
    """Return the gradient of `loss` at `z` by PyTorch's autograd."""
    leaf = torch.tensor(np.asarray(z), requires_grad=True)
    loss(leaf).backward()
    return leaf.grad.numpy()


def jax_gradient(jax, loss, z):
    """Return the gradient of `loss` at `z` by JAX."""
    return np.asarray(jax.jit(jax.grad(loss))(np.asarray(z)))


def test_a_missing_framework_is_skipped_in_one_line_with_the_way_to_get_it_and_fails_in_ci(monkeypatch):
    marks = []
    request = SimpleNamespace(applymarker=marks.append)
    monkeypatch.setenv("CI", "false")
    with pytest.raises(pytest.skip.Exception, match=r"nowhere is not installed, .* \(make frameworks\)"):
        framework("nowhere", request)
    assert [mark.name for mark in marks] == ["skip"]
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="nowhere is not installed"):
        framework("nowhere", request)


# -- where they agree: losses -------------------------------------------------------------------------------------


def test_pytorch_agrees_on_labels_with_weights_smoothing_and_ignored_labels_in_any_combination(torch, F):
    logits, labels = torch.as_tensor(Z), torch.as_tensor(Y)
    options = itertools.product(REDUCTIONS, [None, CLASS_WEIGHT], [0.0, 0.1], [None, 1])
    for reduction, weight, smoothing, ignored in options:
        theirs = F.cross_entropy(
            logits,
            labels,
            weight=None if weight is None else torch.as_tensor(weight),
            label_smoothing=smoothing,
            ignore_index=-100 if ignored is None else ignored,
            reduction=reduction,
        )
        ours = xb.sparse_categorical_cross_entropy(
            Y, logits=Z, class_weight=weight, label_smoothing=smoothing, ignore_index=ignored, reduction=reduction
        )
        agrees(theirs, ours)


def test_pytorch_agrees_on_distributions_with_smoothing(torch, F):
    for reduction, targets, smoothing in itertools.product(REDUCTIONS, [ONE_HOT, SOFT], [0.0, 0.1]):
        theirs = F.cross_entropy(
            torch.as_tensor(Z), torch.as_tensor(targets), label_smoothing=smoothing, reduction=reduction
        )
        agrees(theirs, xb.categorical_cross_entropy(targets, logits=Z, label_smoothing=smoothing, reduction=reduction))


def test_pytorch_agrees_on_log_probabilities_given_to_nll_loss(torch, F):
    log_probs, labels, weight = torch.as_tensor(np.log(P)), torch.as_tensor(Y), torch.as_tensor(CLASS_WEIGHT)
    for reduction in REDUCTIONS:
        theirs = F.nll_loss(log_probs, labels, weight=weight, reduction=reduction)
        ours = xb.sparse_categorical_cross_entropy(Y, probs=P, class_weight=CLASS_WEIGHT, reduction=reduction)
        agrees(theirs, ours, rtol=1e-11)


def test_pytorch_agrees_on_binary_targets_and_pos_weight(torch, F):
    prices = [None, 3.0, np.linspace(0.5, 2.0, 7)]
    for reduction, y, price in itertools.product(REDUCTIONS, [YB.astype(float), YB_SOFT], prices):
        theirs = F.binary_cross_entropy_with_logits(
            torch.as_tensor(ZB),
            torch.as_tensor(y),
            pos_weight=None if price is None else torch.as_tensor(price),
            reduction=reduction,
        )
        agrees(theirs, xb.binary_cross_entropy(y, logits=ZB, pos_weight=price, reduction=reduction))
        theirs = F.binary_cross_entropy(torch.as_tensor(PB), torch.as_tensor(y), reduction=reduction)
        agrees(theirs, xb.binary_cross_entropy(y, probs=PB, reduction=reduction), rtol=1e-11)


def test_pytorch_agrees_on_a_sequence_once_its_classes_are_moved_to_axis_one(torch, F):
    z, y = rng.normal(size=(2, 3, 3)), rng.integers(0, 3, size=(2, 3))
    ours = xb.sparse_categorical_cross_entropy(y, logits=z)
    agrees(F.cross_entropy(torch.as_tensor(np.moveaxis(z, -1, 1)), torch.as_tensor(y)), ours)
    wrong = F.cross_entropy(torch.as_tensor(z), torch.as_tensor(y))  # as many steps as classes: nothing complains
    assert abs(float(wrong) - ours) > 0.01


def test_keras_agrees_without_weights(keras_loss):
    for theirs, ours, smoothing in [
        ("sum_over_batch_size", "mean", 0.0),
        ("sum_over_batch_size", "mean", 0.1),
        ("sum", "sum", 0.1),
        (None, "none", 0.1),
    ]:
        options = {"reduction": theirs, "label_smoothing": smoothing}
        for targets, (given, from_logits) in itertools.product([ONE_HOT, SOFT], [(Z, True), (P, False)]):
            agrees(
                keras_loss("CategoricalCrossentropy", targets, given, from_logits=from_logits, **options),
                xb.categorical_cross_entropy(targets, logits=Z, label_smoothing=smoothing, reduction=ours),
                rtol=1e-11,
            )
        for given, from_logits in ((ZB, True), (PB, False)):
            agrees(
                keras_loss("BinaryCrossentropy", YB[:, None], given[:, None], from_logits=from_logits, **options),
                xb.binary_cross_entropy(YB, logits=ZB, label_smoothing=smoothing, reduction=ours),
                **SINGLE,
            )
    for given, from_logits in ((Z, True), (P, False)):
        agrees(
            keras_loss("SparseCategoricalCrossentropy", Y, given, from_logits=from_logits),
            xb.sparse_categorical_cross_entropy(Y, logits=Z),
            rtol=1e-11,
        )


def test_keras_agrees_on_ignored_labels_and_on_a_mean_that_is_asked_to_divide_by_the_weights(keras_loss):
    for ignored in (None, 1):
        theirs = keras_loss(
            "SparseCategoricalCrossentropy",
            Y,
            Z,
            from_logits=True,
            ignore_class=ignored,
            sample_weight=SAMPLE_WEIGHT,
            reduction="mean_with_sample_weight",
        )
        ours = xb.sparse_categorical_cross_entropy(Y, logits=Z, ignore_index=ignored, sample_weight=SAMPLE_WEIGHT)
        agrees(theirs, ours)
    theirs = keras_loss("SparseCategoricalCrossentropy", Y, Z, from_logits=True, ignore_class=1)
    agrees(theirs, xb.sparse_categorical_cross_entropy(Y, logits=Z, ignore_index=1))


def test_optax_agrees_sample_by_sample(optax_loss, optax, jnp):
    agrees(
        optax_loss("softmax_cross_entropy_with_integer_labels", Z, Y),
        xb.sparse_categorical_cross_entropy(Y, logits=Z, reduction="none"),
    )
    for smoothing in (0.0, 0.1):
        agrees(
            optax_loss("softmax_cross_entropy", Z, optax.smooth_labels(jnp.asarray(SOFT), smoothing)),
            xb.categorical_cross_entropy(SOFT, logits=Z, label_smoothing=smoothing, reduction="none"),
        )
    agrees(
        optax_loss("sigmoid_binary_cross_entropy", ZB, YB_SOFT),
        xb.binary_cross_entropy(YB_SOFT, logits=ZB, reduction="none"),
    )


def test_optax_leaves_out_what_where_excludes_and_leaves_the_mean_to_the_caller(optax_loss):
    keep = Y != 1
    losses = optax_loss("softmax_cross_entropy_with_integer_labels", Z, Y, where=keep)
    ours = {
        name: xb.sparse_categorical_cross_entropy(Y, logits=Z, ignore_index=1, reduction=name) for name in REDUCTIONS
    }
    agrees(losses, ours["none"])
    agrees(losses.sum() / keep.sum(), ours["mean"])
    agrees(losses.mean(), ours["mean"] * keep.mean())  # counts the ignored samples


@pytest.mark.parametrize("weight", [None, SAMPLE_WEIGHT])
def test_scikit_learn_agrees_on_log_loss_and_divides_by_the_weights_as_we_do(weight):
    for normalize, reduction in ((True, "mean"), (False, "sum")):
        options = {"sample_weight": weight, "normalize": normalize}
        agrees(
            sklearn.metrics.log_loss(Y, P, labels=range(K), **options),
            xb.sparse_categorical_cross_entropy(Y, probs=P, sample_weight=weight, reduction=reduction),
        )
        agrees(
            sklearn.metrics.log_loss(YB, PB, **options),
            xb.binary_cross_entropy(YB, probs=PB, sample_weight=weight, reduction=reduction),
        )


@pytest.mark.parametrize("weight", [None, SAMPLE_WEIGHT])
def test_scikit_learn_agrees_on_hinges_and_the_brier_score(weight):
    for labels in (YB, 2 * YB - 1):
        agrees(sklearn.metrics.hinge_loss(labels, ZB, sample_weight=weight), xb.hinge(YB, ZB, sample_weight=weight))
    agrees(
        sklearn.metrics.hinge_loss(Y, Z, labels=range(K), sample_weight=weight),
        xb.categorical_hinge(Y, Z, sample_weight=weight),
    )
    agrees(
        sklearn.metrics.brier_score_loss(YB, PB, sample_weight=weight),
        xb.squared_error(YB, probs=PB, sample_weight=weight),
    )


def test_hinge_focal_and_generalized_losses_agree_where_a_peer_has_them(optax_loss, keras_loss):
    agrees(optax_loss("hinge_loss", ZB, 2.0 * YB - 1), xb.hinge(YB, ZB, reduction="none"))
    agrees(keras_loss("Hinge", YB[:, None], ZB[:, None], reduction=None), xb.hinge(YB, ZB, reduction="none"), **SINGLE)
    agrees(
        optax_loss("multiclass_hinge_loss", Z, Y),
        xb.categorical_hinge(Y, Z, reduction="none"),
    )
    for gamma in (0.5, 2.0):
        plain = xb.focal_loss(YB, logits=ZB, gamma=gamma, reduction="none")
        agrees(optax_loss("sigmoid_focal_loss", ZB, YB, gamma=gamma), plain)
        theirs = keras_loss(
            "BinaryFocalCrossentropy", YB[:, None], ZB[:, None], from_logits=True, gamma=gamma, reduction=None
        )
        agrees(theirs, plain, **SINGLE)
    weighted = xb.focal_loss(YB, logits=ZB, class_weight=[0.75, 0.25], reduction="none")
    agrees(optax_loss("sigmoid_focal_loss", ZB, YB, alpha=0.25), weighted)
    for q in (0.3, 0.7):
        agrees(
            keras_loss("CategoricalGeneralizedCrossEntropy", Y, P, q=q),
            xb.generalized_cross_entropy(Y, probs=P, q=q),
        )


def test_kl_divergence_agrees_once_each_peer_is_asked_for_it_in_its_own_order(torch, F, optax_loss, keras_loss):
    ours = xb.kl_divergence(SOFT, P, base=np.e)
    log_q = np.log(P)
    agrees(F.kl_div(torch.as_tensor(log_q), torch.as_tensor(SOFT), reduction="batchmean"), ours.mean(), rtol=1e-11)
    agrees(optax_loss("kl_divergence", log_q, SOFT), ours, rtol=1e-11)
    agrees(keras_loss("KLDivergence", SOFT, P, reduction=None), ours, rtol=1e-9)


# -- where they agree: gradients by automatic differentiation ------------------------------------------------------


def test_autograd_of_pytorch_gives_our_gradients(torch, F):
    for loss, y, z, ours in [
        (F.cross_entropy, Y, Z, xb.sparse_categorical_cross_entropy_gradient),
        (F.cross_entropy, SOFT, Z, xb.categorical_cross_entropy_gradient),
        (F.binary_cross_entropy_with_logits, YB_SOFT, ZB, xb.binary_cross_entropy_gradient),
    ]:
        for reduction in ("mean", "sum"):
            value = functools.partial(loss, target=torch.as_tensor(y), reduction=reduction)
            agrees(torch_gradient(torch, value, z), ours(y, z, reduction=reduction), rtol=1e-11)


def test_autodiff_of_jax_gives_our_gradients_and_our_hessian(jax, optax):
    losses, sparse = optax.losses, optax.losses.softmax_cross_entropy_with_integer_labels
    for loss, z, ours in [
        (lambda z: sparse(z, Y).mean(), Z, xb.sparse_categorical_cross_entropy_gradient(Y, Z)),
        (lambda z: losses.softmax_cross_entropy(z, SOFT).mean(), Z, xb.categorical_cross_entropy_gradient(SOFT, Z)),
        (
            lambda z: losses.sigmoid_binary_cross_entropy(z, YB_SOFT).mean(),
            ZB,
            xb.binary_cross_entropy_gradient(YB_SOFT, ZB),
        ),
        (lambda z: losses.hinge_loss(z, 2.0 * YB - 1).mean(), ZB, xb.hinge_gradient(YB, ZB)),
        (lambda z: losses.multiclass_hinge_loss(z, Y).mean(), Z, xb.categorical_hinge_gradient(Y, Z)),
        (lambda z: losses.sigmoid_focal_loss(z, YB).mean(), ZB, xb.focal_loss_gradient(YB, ZB)),
    ]:
        agrees(jax_gradient(jax, loss, z), ours, rtol=1e-11, atol=1e-15)
    agrees(jax.jit(jax.hessian(lambda z: sparse(z, Y[0])))(Z[0]), xb.softmax_hessian(Z[0]), atol=1e-15)


def test_autodiff_through_keras_gives_our_gradients(keras, jax):
    for name, y, z, gradient in [
        ("SparseCategoricalCrossentropy", Y, Z, xb.sparse_categorical_cross_entropy_gradient),
        ("CategoricalCrossentropy", SOFT, Z, xb.categorical_cross_entropy_gradient),
        ("BinaryCrossentropy", YB[:, None], ZB[:, None], xb.binary_cross_entropy_gradient),
        ("BinaryFocalCrossentropy", YB[:, None], ZB[:, None], focal_column_gradient),
    ]:
        loss = getattr(keras.losses, name)(dtype="float64", from_logits=True)
        theirs = jax_gradient(jax, functools.partial(loss, y), z)
        agrees(theirs, gradient(y, z), **(CLOSE if z.shape[1] == K else SINGLE))
    theirs = jax_gradient(jax, functools.partial(keras.losses.Hinge(dtype="float64"), YB[:, None]), ZB[:, None])
    agrees(theirs[:, 0], xb.hinge_gradient(YB, ZB), **SINGLE)


def focal_column_gradient(y, z):
    return xb.focal_loss_gradient(y[:, 0], z[:, 0])[:, None]


def torch_options(torch, **options):
    """Return the options that are given, arrays as tensors."""
    given = {name: value for name, value in options.items() if value is not None}
    return {name: torch.as_tensor(v) if isinstance(v, np.ndarray) else v for name, v in given.items()}


def torch_sides(torch, loss, z, reduction):
    """Return the loss at `z` and its gradient by autograd; without a reduction that of the sum of all losses."""
    leaf = torch.tensor(np.asarray(z), requires_grad=True)
    value = loss(leaf, reduction=reduction)
    value.sum().backward()
    return value.detach().numpy(), leaf.grad.numpy()


def test_autograd_of_pytorch_gives_our_value_and_gradient_of_labels_in_every_combination_of_options(torch, F):
    options = itertools.product(REDUCTIONS, [None, CLASS_WEIGHT], [0.0, 0.1, 1.0], [None, 1])
    for reduction, weight, smoothing, ignored in options:
        theirs = torch_options(torch, weight=weight, ignore_index=ignored, label_smoothing=smoothing)
        loss = functools.partial(F.cross_entropy, target=torch.as_tensor(Y), **theirs)
        ours = {"class_weight": weight, "label_smoothing": smoothing, "ignore_index": ignored, "reduction": reduction}
        both = xb.sparse_categorical_cross_entropy_value_and_gradient(Y, Z, **ours)
        for their, our in zip(torch_sides(torch, loss, Z, reduction), both, strict=True):
            agrees(their, our, rtol=1e-11, atol=1e-15)


def test_autograd_of_pytorch_gives_our_value_and_gradient_of_distributions_in_every_combination_of_options(torch, F):
    options = itertools.product(REDUCTIONS, [None, CLASS_WEIGHT], [0.0, 0.1, 1.0], [ONE_HOT, SOFT])
    for reduction, weight, smoothing, target in options:
        theirs = torch_options(torch, weight=weight, label_smoothing=smoothing)
        loss = functools.partial(F.cross_entropy, target=torch.as_tensor(target), **theirs)
        ours = {"class_weight": weight, "label_smoothing": smoothing, "reduction": reduction}
        both = xb.categorical_cross_entropy_value_and_gradient(target, Z, **ours)
        # Its mean of distributions divides by the samples, though classes have weights; ours by the sum of these.
        factor = 7 / (target @ weight).sum() if weight is not None and reduction == "mean" else 1.0
        for their, our in zip(torch_sides(torch, loss, Z, reduction), both, strict=True):
            agrees(factor * their, our, rtol=1e-11, atol=1e-15)


def test_autograd_of_pytorch_gives_our_value_and_gradient_of_binary_targets_in_every_combination_of_options(torch, F):
    factors = [None, np.array(3.0), np.linspace(0.5, 2.0, 7)]
    options = itertools.product(REDUCTIONS, [None, SAMPLE_WEIGHT], factors, [YB.astype(float), YB_SOFT])
    for reduction, weight, factor, target in options:
        theirs = torch_options(torch, weight=weight, pos_weight=factor)
        loss = functools.partial(F.binary_cross_entropy_with_logits, target=torch.as_tensor(target), **theirs)
        ours = {"sample_weight": weight, "pos_weight": factor, "reduction": reduction}
        both = xb.binary_cross_entropy_value_and_gradient(target, ZB, **ours)
        # Its weighted mean divides by the number of samples, ours by the sum of the weights.
        times = 7 / weight.sum() if weight is not None and reduction == "mean" else 1.0
        for their, our in zip(torch_sides(torch, loss, ZB, reduction), both, strict=True):
            agrees(times * their, our, rtol=1e-11, atol=1e-15)


def test_autograd_of_pytorch_gives_our_categorical_hinge_of_two_classes_where_its_multi_margin_is_half_of_it(torch, F):
    scores, labels = Z[:, :2], Y % 2
    for reduction, weight in itertools.product(["sum", "none"], [None, CLASS_WEIGHT[:2]]):
        theirs = torch_options(torch, weight=weight)
        loss = functools.partial(F.multi_margin_loss, target=torch.as_tensor(labels), **theirs)
        both = xb.categorical_hinge_value_and_gradient(labels, scores, class_weight=weight, reduction=reduction)
        for their, our in zip(torch_sides(torch, loss, scores, reduction), both, strict=True):
            agrees(2 * their, our, rtol=1e-11, atol=1e-15)


def test_autograd_through_softmax_gives_the_gradients_of_the_distances_and_of_the_bounded_loss(torch, F):
    one_hot, labels = torch.as_tensor(ONE_HOT), torch.as_tensor(Y)

    def own(z):
        return z.softmax(dim=1).gather(1, labels[:, None])

    for loss, ours in [
        (lambda z: K * F.mse_loss(z.softmax(dim=1), one_hot), xb.squared_error_gradient(Y, Z)),
        (lambda z: K * F.l1_loss(z.softmax(dim=1), one_hot), xb.absolute_error_gradient(Y, Z)),
        (lambda z: ((1 - own(z) ** 0.7) / 0.7).mean(), xb.generalized_cross_entropy_gradient(Y, Z)),
        (lambda z: (-((1 - own(z)) ** 2) * own(z).log()).mean(), xb.focal_loss_gradient(Y, Z)),
    ]:
        agrees(torch_gradient(torch, loss, Z), ours, rtol=1e-9, atol=1e-15)


# -- where they agree: steps and models ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def step():
    """Return weights (3, K) and intercepts after one step of length 1/2 from zero, by hand."""
    gradient = xb.sparse_categorical_cross_entropy_gradient(Y, np.zeros((7, K)))
    return -0.5 * X.T @ gradient, -0.5 * gradient.sum(axis=0)


def test_a_step_of_pytorch_is_ours(torch, F, step):
    layer = torch.nn.Linear(3, K, dtype=torch.float64)
    torch.nn.init.zeros_(layer.weight)
    torch.nn.init.zeros_(layer.bias)
    F.cross_entropy(layer(torch.as_tensor(X)), torch.as_tensor(Y)).backward()
    torch.optim.SGD(layer.parameters(), lr=0.5).step()
    agrees(layer.weight.T, step[0])
    agrees(layer.bias, step[1])


def test_a_step_of_optax_is_ours(jax, jnp, optax, step):
    sgd = optax.sgd(0.5)

    def loss(theta):
        return optax.softmax_cross_entropy_with_integer_labels(X @ theta[0] + theta[1], Y).mean()

    @jax.jit
    def stepped(theta):
        updates, _ = sgd.update(jax.grad(loss)(theta), sgd.init(theta))
        return optax.apply_updates(theta, updates)

    for theirs, ours in zip(stepped((jnp.zeros((3, K)), jnp.zeros(K))), step, strict=True):
        agrees(theirs, ours)


def test_a_step_of_keras_is_ours_in_single_precision_and_class_weights_do_not_enter_its_divisor(keras, step):
    def after_one_step(**weights):
        model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(K, kernel_initializer="zeros")])
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(optimizer=keras.optimizers.SGD(0.5), loss=loss)
        value = model.train_on_batch(X.astype("float32"), Y, **weights)
        return float(value), [keras.ops.convert_to_numpy(variable.value) for variable in model.weights]

    value, weights = after_one_step()
    assert value == pytest.approx(np.log(K))
    for theirs, ours in zip(weights, step, strict=True):
        agrees(theirs, ours, **SINGLE)
    value, weights = after_one_step(class_weight=dict(enumerate(CLASS_WEIGHT)))
    assert value == pytest.approx(np.log(K) * CLASS_WEIGHT[Y].mean())  # our mean would be ln K
    pushes = xb.sparse_categorical_cross_entropy_gradient(Y, np.zeros((7, K))) * CLASS_WEIGHT[Y][:, None]
    agrees(weights[0], -0.5 * X.T @ pushes, **SINGLE)


def test_a_step_of_a_scikit_learn_network_without_hidden_layers_is_ours(step):
    model = sklearn.neural_network.MLPClassifier(
        (), solver="sgd", learning_rate_init=0.5, momentum=0.0, alpha=0.0, batch_size=7, shuffle=False
    )
    model.partial_fit(X, Y, classes=range(K))  # its start is random: throw it away
    model.coefs_[0][...], model.intercepts_[0][...] = 0.0, 0.0
    model.partial_fit(X, Y)
    assert model.loss_ == pytest.approx(np.log(K))
    agrees(model.coefs_[0], step[0])
    agrees(model.intercepts_[0], step[1])


def test_scikit_learn_ends_where_our_softmax_regression_ends_when_its_c_is_one_over_l2():
    theirs = sklearn.linear_model.LogisticRegression(C=1 / 0.3, tol=1e-12, max_iter=10_000).fit(X, Y)
    ours = xb.SoftmaxRegression(l2=0.3).fit(X, Y)
    agrees(theirs.coef_, ours.coef_, rtol=1e-5, atol=1e-6)
    agrees(theirs.predict_proba(X), ours.predict_proba(X), rtol=1e-5, atol=1e-6)


def test_backpropagation_through_a_network_is_autodiff_of_jax(jax, jnp, optax):
    model = xb.MLPClassifier([5], seed=3, n_classes=K).initialize(X, Y)

    def loss(layers):
        (w1, b1), (w2, b2) = layers
        logits = jnp.tanh(X @ w1.T + b1) @ w2.T + b2
        return optax.softmax_cross_entropy_with_integer_labels(logits, Y).mean()

    ours_value, ours_gradients = model.loss_and_gradients(X, Y)
    layers = list(zip(model.coefs_, model.intercepts_, strict=True))
    value, gradients = jax.jit(jax.value_and_grad(loss))(layers)
    agrees(value, ours_value)
    for theirs, ours in zip(gradients, ours_gradients, strict=True):
        agrees(theirs[0], ours[0], rtol=1e-10, atol=1e-15)
        agrees(theirs[1], ours[1], rtol=1e-10, atol=1e-15)


# -- where they differ: what a mean divides by ----------------------------------------------------------------------


def test_pytorch_divides_by_the_samples_once_targets_are_distributions_though_classes_have_weights(torch, F):
    weight = torch.as_tensor(CLASS_WEIGHT)
    ours = {
        name: xb.categorical_cross_entropy(ONE_HOT, logits=Z, class_weight=CLASS_WEIGHT, reduction=name)
        for name in REDUCTIONS
    }
    for name in ("sum", "none"):
        agrees(F.cross_entropy(torch.as_tensor(Z), torch.as_tensor(ONE_HOT), weight=weight, reduction=name), ours[name])
    of_labels = F.cross_entropy(torch.as_tensor(Z), torch.as_tensor(Y), weight=weight)
    of_one_hot = F.cross_entropy(torch.as_tensor(Z), torch.as_tensor(ONE_HOT), weight=weight)
    agrees(of_labels, ours["mean"])
    agrees(of_one_hot, ours["sum"] / 7)
    assert abs(float(of_labels - of_one_hot)) > 0.1  # the same labels, written in two ways
    ours = xb.categorical_cross_entropy(SOFT, logits=Z, class_weight=CLASS_WEIGHT, label_smoothing=0.1)
    theirs = F.cross_entropy(torch.as_tensor(Z), torch.as_tensor(SOFT), weight=weight, label_smoothing=0.1)
    agrees(theirs, ours * (SOFT @ CLASS_WEIGHT).mean())


def test_pytorch_divides_a_weighted_binary_mean_by_the_number_of_samples(torch, F):
    weight = torch.as_tensor(SAMPLE_WEIGHT)
    logits, targets = torch.as_tensor(ZB), torch.as_tensor(YB_SOFT)
    ours = {
        name: xb.binary_cross_entropy(YB_SOFT, logits=ZB, sample_weight=SAMPLE_WEIGHT, reduction=name)
        for name in REDUCTIONS
    }
    for name in ("sum", "none"):
        agrees(F.binary_cross_entropy_with_logits(logits, targets, weight=weight, reduction=name), ours[name])
    theirs = F.binary_cross_entropy_with_logits(logits, targets, weight=weight)
    agrees(theirs, ours["sum"] / 7)
    assert abs(float(theirs) - ours["mean"]) > 0.01


def test_keras_divides_a_weighted_mean_by_the_number_of_samples_that_are_not_ignored(keras_loss):
    for ignored, counted in ((None, 7), (1, 4)):
        ours = {
            name: xb.sparse_categorical_cross_entropy(
                Y, logits=Z, ignore_index=ignored, sample_weight=SAMPLE_WEIGHT, reduction=name
            )
            for name in REDUCTIONS
        }
        options = {"from_logits": True, "ignore_class": ignored, "sample_weight": SAMPLE_WEIGHT}
        for theirs, name in (("sum", "sum"), (None, "none")):
            agrees(keras_loss("SparseCategoricalCrossentropy", Y, Z, reduction=theirs, **options), ours[name])
        theirs = keras_loss("SparseCategoricalCrossentropy", Y, Z, **options)
        agrees(theirs, ours["sum"] / counted)
        assert abs(theirs - ours["mean"]) > 0.01


def test_mean_errors_of_pytorch_and_keras_divide_by_the_classes_too(torch, F, keras_loss):
    for loss, name, ours in (
        (F.mse_loss, "MeanSquaredError", xb.squared_error(Y, probs=P)),
        (F.l1_loss, "MeanAbsoluteError", xb.absolute_error(Y, probs=P)),
    ):
        agrees(loss(torch.as_tensor(P), torch.as_tensor(ONE_HOT)), ours / K)
        agrees(keras_loss(name, ONE_HOT, P), ours / K, **SINGLE)


def test_the_mean_of_pytorch_kl_div_divides_by_the_classes_too_and_warns(torch, F):
    with pytest.warns(UserWarning, match="batchmean"):
        theirs = F.kl_div(torch.as_tensor(np.log(P)), torch.as_tensor(SOFT), reduction="mean")
    agrees(theirs, xb.kl_divergence(SOFT, P, base=np.e).mean() / K, rtol=1e-11)


# -- where they differ: the limits -----------------------------------------------------------------------------------


def test_a_true_class_with_probability_zero_costs_36_in_scikit_learn_100_in_pytorch_16_in_keras_and_infinity_here(
    torch, F, keras_loss
):
    assert xb.binary_cross_entropy([1], probs=[0.0]) == INF
    assert sklearn.metrics.log_loss([1], [0.0], labels=[0, 1]) == pytest.approx(36.04, abs=0.005)
    single = sklearn.metrics.log_loss([1], np.zeros(1, np.float32), labels=[0, 1])
    assert single == pytest.approx(15.94, abs=0.005)  # it clips at the spacing of floats of the input's precision
    assert F.binary_cross_entropy(torch.zeros(1), torch.ones(1)) == 100
    assert keras_loss("BinaryCrossentropy", [[1.0]], [[0.0]]) == pytest.approx(16.12, abs=0.005)

    p = np.array([[0.0, 0.5, 0.5]])
    assert xb.sparse_categorical_cross_entropy([0], probs=p) == INF
    assert F.nll_loss(torch.as_tensor(p).log(), torch.tensor([0])) == INF  # the one that agrees
    assert sklearn.metrics.log_loss([0], p, labels=range(3)) == pytest.approx(36.04, abs=0.005)
    assert keras_loss("SparseCategoricalCrossentropy", [0], p) == pytest.approx(16.12, abs=0.005)


def test_keras_and_scikit_learn_charge_for_a_certain_right_answer(keras_loss):
    assert xb.binary_cross_entropy([1], probs=[1.0]) == 0
    assert sklearn.metrics.log_loss([1], [1.0], labels=[0, 1]) == pytest.approx(2.22e-16, rel=0.01, abs=0)
    assert keras_loss("SparseCategoricalCrossentropy", [0], np.array([[1.0, 0.0]])) == pytest.approx(1e-7, rel=1e-3)


def test_from_probabilities_a_confident_mistake_has_no_gradient_in_keras_and_a_vanishing_one_in_pytorch(
    torch, F, keras, jax
):
    z = np.array([[0.0, 20.0]])  # the true class is the first
    ours = xb.sparse_categorical_cross_entropy_gradient([0], z)
    agrees(ours, [[-1.0, 1.0]], rtol=1e-8)
    loss = keras.losses.SparseCategoricalCrossentropy(dtype="float64")
    agrees(jax_gradient(jax, lambda z: loss(np.array([0]), jax.nn.softmax(z)), z), np.zeros((1, 2)))
    loss = keras.losses.BinaryCrossentropy(dtype="float64")
    agrees(jax_gradient(jax, lambda z: loss(np.array([[1.0]]), jax.nn.sigmoid(z)), [[-20.0]]), [[0.0]])
    for log_odds, theirs in ((-20.0, -1.0), (-50.0, -1.93e-10)):
        by_probability = torch_gradient(
            torch, lambda z: F.binary_cross_entropy(z.sigmoid(), torch.ones(1, dtype=torch.float64)), [log_odds]
        )
        agrees(by_probability, [theirs], rtol=0.01)
        by_logit = torch_gradient(
            torch, lambda z: F.binary_cross_entropy_with_logits(z, torch.ones(1, dtype=torch.float64)), [log_odds]
        )
        agrees(by_logit, [-1.0], rtol=1e-8)
        assert xb.binary_cross_entropy_gradient([1], [log_odds])[0] == pytest.approx(-1.0)


def test_of_a_confident_right_answer_from_logits_only_ours_keeps_the_digits(torch, F, optax_loss, keras_loss):
    z, exact = np.array([[60.0, 0.0]]), np.exp(-60.0)
    agrees(xb.sparse_categorical_cross_entropy([0], logits=z), exact, **TINY)
    agrees(xb.categorical_cross_entropy([[1, 0]], logits=z), exact, **TINY)
    assert F.cross_entropy(torch.as_tensor(z), torch.tensor([0])) == 0
    assert optax_loss("softmax_cross_entropy_with_integer_labels", z, [0]) == 0
    assert optax_loss("softmax_cross_entropy", z, [[1.0, 0.0]]) == 0
    assert keras_loss("SparseCategoricalCrossentropy", [0], z, from_logits=True) == 0


def test_the_binary_loss_of_a_confident_right_answer_is_zero_in_pytorch_for_0_but_not_for_1(torch, F, optax_loss):
    z, y, exact = np.array([60.0, -60.0]), np.array([1.0, 0.0]), np.full(2, np.exp(-60.0))
    agrees(xb.binary_cross_entropy(y, logits=z, reduction="none"), exact, **TINY)
    agrees(optax_loss("sigmoid_binary_cross_entropy", z, y), exact, **TINY)
    theirs = F.binary_cross_entropy_with_logits(torch.as_tensor(z), torch.as_tensor(y), reduction="none")
    agrees(theirs, [exact[0], 0.0], **TINY)


def test_the_gradient_at_a_confident_right_class_is_zero_in_pytorch_and_jax(torch, F, jax, optax):
    z, tiny = np.array([[60.0, 0.0]]), np.exp(-60.0)
    agrees(xb.sparse_categorical_cross_entropy_gradient([0], z), [[-tiny, tiny]], **TINY)
    theirs = torch_gradient(torch, lambda z: F.cross_entropy(z, torch.tensor([0])), z)
    agrees(theirs, [[0.0, tiny]], **TINY)
    sparse = optax.softmax_cross_entropy_with_integer_labels
    agrees(jax_gradient(jax, lambda z: sparse(z, np.array([0])).sum(), z), [[0.0, tiny]], **TINY)
    agrees(xb.binary_cross_entropy_gradient([1], [60.0]), [-tiny], **TINY)
    one = torch.ones(1, dtype=torch.float64)
    agrees(torch_gradient(torch, lambda z: F.binary_cross_entropy_with_logits(z, one), [60.0]), [0.0], **TINY)
    binary = optax.sigmoid_binary_cross_entropy  # the one that keeps its digits
    agrees(jax_gradient(jax, lambda z: binary(z, np.array([1.0])).sum(), [60.0]), [-tiny], **TINY)


def test_a_class_ruled_out_is_nan_in_the_peers_unless_the_safe_function_of_optax_is_called(
    torch, F, optax_loss, keras, keras_loss
):
    z, soft = np.array([[0.0, 0.0, -INF]]), np.array([[0.5, 0.5, 0.0]])
    assert xb.categorical_cross_entropy(soft, logits=z) == pytest.approx(np.log(2))
    assert F.cross_entropy(torch.as_tensor(z), torch.as_tensor(soft)).isnan()
    assert np.isnan(optax_loss("softmax_cross_entropy", z, soft)).all()
    assert np.isnan(keras_loss("CategoricalCrossentropy", soft, z, from_logits=True))
    sparse = keras.losses.SparseCategoricalCrossentropy(from_logits=True)  # makes one-hot targets, hence 0 times -inf
    assert np.isnan(sparse(np.array([0]), z))
    assert keras_loss("SparseCategoricalCrossentropy", [0], z, from_logits=True) == pytest.approx(np.log(2))  # compiled
    agrees(optax_loss("safe_softmax_cross_entropy", z, soft), [np.log(2)])
    for theirs in (
        F.cross_entropy(torch.as_tensor(z), torch.tensor([0])),
        optax_loss("softmax_cross_entropy_with_integer_labels", z, [0])[0],
    ):
        agrees(theirs, xb.sparse_categorical_cross_entropy([0], logits=z))


def test_label_smoothing_over_a_class_ruled_out_costs_infinity_everywhere(torch, F, optax_loss, optax, jnp, keras_loss):
    z = np.array([[0.0, 0.0, -INF]])
    assert xb.sparse_categorical_cross_entropy([0], logits=z, label_smoothing=0.1) == INF
    assert F.cross_entropy(torch.as_tensor(z), torch.tensor([0]), label_smoothing=0.1) == INF
    smooth = optax.smooth_labels(jnp.asarray([[1.0, 0.0, 0.0]]), 0.1)
    assert optax_loss("softmax_cross_entropy", z, smooth) == INF
    hard = np.array([[1.0, 0.0, 0.0]])
    assert keras_loss("CategoricalCrossentropy", hard, z, from_logits=True, label_smoothing=0.1) == INF


def test_an_infinite_logit_at_the_target_is_nan_in_the_peers_and_zero_here(torch, F, optax_loss, keras_loss):
    z = np.array([[INF, 0.0, 0.0]])
    assert xb.sparse_categorical_cross_entropy([0], logits=z) == 0
    assert F.cross_entropy(torch.as_tensor(z), torch.tensor([0])).isnan()
    assert np.isnan(optax_loss("softmax_cross_entropy_with_integer_labels", z, [0])).all()
    assert np.isnan(keras_loss("SparseCategoricalCrossentropy", [0], z, from_logits=True))


# -- where they differ: labels, shapes and input that is wrong
# ----------------------------------------------------------


def test_the_mean_of_nothing_is_nan_in_pytorch_zero_in_keras_and_an_error_here(torch, F, keras_loss):
    with pytest.raises(ValueError, match="other than `ignore_index` for a mean; got 1 everywhere"):
        xb.sparse_categorical_cross_entropy([1] * 7, logits=Z, ignore_index=1)
    ignored = torch.ones(7, dtype=torch.int64)
    assert F.cross_entropy(torch.as_tensor(Z), ignored, ignore_index=1).isnan()
    assert F.cross_entropy(torch.as_tensor(Z), ignored, ignore_index=1, reduction="sum") == 0
    assert keras_loss("SparseCategoricalCrossentropy", np.ones(7), Z, from_logits=True, ignore_class=1) == 0


def test_a_label_out_of_range_costs_nothing_in_keras_and_nan_or_another_class_in_optax(
    torch, F, optax_loss, keras_loss
):
    for label in (K, -1):
        with pytest.raises(ValueError, match="y_true"):
            xb.sparse_categorical_cross_entropy([label], logits=Z[:1])
        with pytest.raises(IndexError, match="out of bounds"):
            F.cross_entropy(torch.as_tensor(Z[:1]), torch.tensor([label]))
        assert keras_loss("SparseCategoricalCrossentropy", [label], Z[:1], from_logits=True) == 0
    theirs = optax_loss("softmax_cross_entropy_with_integer_labels", Z[:3], [K, -1, K - 1])
    assert np.isnan(theirs[0])
    agrees(theirs[1:], xb.sparse_categorical_cross_entropy([K - 1] * 2, logits=Z[1:3], reduction="none"))


def test_pytorch_ignores_the_label_minus_100_unasked(torch, F):
    y = np.where(Y == 1, -100, Y)
    agrees(
        F.cross_entropy(torch.as_tensor(Z), torch.as_tensor(y)),
        xb.sparse_categorical_cross_entropy(Y, logits=Z, ignore_index=1),
    )
    with pytest.raises(ValueError, match="y_true"):
        xb.sparse_categorical_cross_entropy(y, logits=Z)


BACKENDS = {  # what the five lines of the page on frameworks give: a loss, a derivative, or an error
    "jax": ["16.12", "0", "nan", "nan", "0"],
    "torch": ["16.12", "0", "nan", "0.6931", "IndexError"],
    "tensorflow": ["16.12", "1", "2.303", "0.6931", "InvalidArgumentError"],
}


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.usefixtures("keras", "torch")
def test_the_backends_of_keras_differ_as_the_page_on_frameworks_says(backend):
    """TensorFlow is too large to be installed for one column of a table: without it that column is not looked at."""
    if backend == "tensorflow" and not importlib.util.find_spec(backend):
        pytest.skip("tensorflow is not installed; its column was measured with version 2.21")
    page = notebooks.read(ROOT / "notebooks" / "in-your-framework.ipynb")
    code = [cell.source for cell in page.cells if cell.cell_type == "code"]
    space = {"np": np, "os": os, "sys": sys, "subprocess": subprocess}
    for source in code:
        if source.startswith(("script ", "lines = ")):
            exec(source.partition("\nprint(")[0], space)
    assert space["on"](backend, space["lines"]) == BACKENDS[backend]


def test_keras_cuts_labels_that_are_no_integers_down(keras_loss):
    with pytest.raises(TypeError, match="integers"):
        xb.sparse_categorical_cross_entropy([0.9], logits=Z[:1])
    theirs = keras_loss("SparseCategoricalCrossentropy", np.array([0.9]), Z[:1], from_logits=True)
    agrees(theirs, xb.sparse_categorical_cross_entropy([0], logits=Z[:1]))


def test_keras_normalises_rows_that_do_not_sum_to_one_and_pytorch_and_scikit_learn_take_them(torch, F, keras_loss):
    p = np.array([[0.5, 0.25, 0.75]])
    with pytest.raises(ValueError, match="must sum to 1"):
        xb.sparse_categorical_cross_entropy([0], probs=p)
    assert keras_loss("SparseCategoricalCrossentropy", [0], p) == pytest.approx(np.log(3))
    assert float(F.nll_loss(torch.as_tensor(p).log(), torch.tensor([0]))) == pytest.approx(np.log(2))
    with pytest.warns(UserWarning, match="do not sum to one"):
        assert sklearn.metrics.log_loss([0], p, labels=range(3)) == pytest.approx(np.log(2))


def test_logits_given_to_keras_without_from_logits_are_read_as_probabilities(keras_loss):
    ours = xb.sparse_categorical_cross_entropy(Y, logits=Z)
    assert abs(keras_loss("SparseCategoricalCrossentropy", Y, Z) - ours) > 1
    with pytest.raises(ValueError, match="pass logits=… instead"):
        xb.sparse_categorical_cross_entropy(Y, probs=Z)


def test_probabilities_given_to_pytorch_cross_entropy_go_through_softmax_twice(torch, F):
    theirs = F.cross_entropy(torch.as_tensor(P), torch.as_tensor(Y))
    agrees(theirs, xb.sparse_categorical_cross_entropy(Y, logits=P))
    assert float(theirs) > np.log1p(np.exp(-1))  # however good the model
    best = F.cross_entropy(torch.eye(K, dtype=torch.float64), torch.arange(K))
    agrees(best, np.log1p((K - 1) / np.e))


def test_probabilities_given_to_pytorch_nll_loss_are_negated_and_no_more(torch, F):
    agrees(F.nll_loss(torch.as_tensor(P), torch.as_tensor(Y)), -P[np.arange(7), Y].mean())


def test_a_column_beside_a_row_is_a_square_in_optax_and_an_error_here_and_in_pytorch(torch, F, optax_loss):
    column, row = ZB[:, None], YB_SOFT
    assert optax_loss("sigmoid_binary_cross_entropy", column, row).shape == (7, 7)
    with pytest.raises(ValueError, match="must be the same as input size"):
        F.binary_cross_entropy_with_logits(torch.as_tensor(column), torch.as_tensor(row))
    with pytest.raises(ValueError, match="shape"):
        xb.binary_cross_entropy(row, logits=column)


def test_swapped_arguments_pass_unseen_in_pytorch_optax_and_keras_and_are_an_error_here(
    torch, F, optax_loss, keras_loss
):
    with pytest.raises(ValueError, match="y_true"):
        xb.categorical_cross_entropy(Z, logits=ONE_HOT)
    wrong = float(F.cross_entropy(torch.as_tensor(ONE_HOT), torch.as_tensor(Z)))
    agrees(optax_loss("softmax_cross_entropy", ONE_HOT, Z).mean(), wrong)
    agrees(keras_loss("CategoricalCrossentropy", Z, ONE_HOT, from_logits=True), wrong)
    assert abs(wrong - xb.sparse_categorical_cross_entropy(Y, logits=Z)) > 1


def test_scikit_learn_wants_the_labels_named_where_the_sample_lacks_one():
    with pytest.raises(ValueError, match="different number of classes: 2 vs 4"):
        sklearn.metrics.log_loss([0, 1], P[:2])
    with pytest.raises(ValueError, match="only one label"):
        sklearn.metrics.log_loss([1, 1], PB[:2])
    assert xb.sparse_categorical_cross_entropy([0, 1], probs=P[:2]) > 0


# -- where they differ: the other losses
# ----------------------------------------------------------------------------------


def test_categorical_hinge_of_keras_counts_a_score_of_zero_among_the_others(keras_loss):
    ours = xb.categorical_hinge(Y, Z, reduction="none")
    with_zero = np.maximum(0, 1 + np.where(ONE_HOT == 1, 0, Z).max(axis=1) - Z[np.arange(7), Y])
    theirs = keras_loss("CategoricalHinge", ONE_HOT, Z, reduction=None)
    agrees(theirs, with_zero)
    assert keras_loss("CategoricalHinge", [[1.0, 0.0]], [[-5.0, -9.0]]) == 6  # it leads by 4
    assert xb.categorical_hinge([0], [[-5.0, -9.0]]) == 0
    assert (theirs >= ours).all()


def test_multi_margin_loss_of_pytorch_adds_up_all_rivals_and_divides_by_the_classes(torch, F):
    gaps = np.maximum(0, 1 + Z - Z[np.arange(7), Y][:, None])
    theirs = F.multi_margin_loss(torch.as_tensor(Z), torch.as_tensor(Y), reduction="none")
    agrees(theirs, np.where(ONE_HOT == 1, 0, gaps).sum(axis=1) / K)
    worst = xb.categorical_hinge(Y, Z, reduction="none") / K
    assert (theirs.numpy() >= worst - 1e-12).all() and (theirs.numpy() > worst + 0.01).any()


def test_hinge_embedding_loss_of_pytorch_is_another_loss(torch, F):
    theirs = F.hinge_embedding_loss(torch.as_tensor(ZB), torch.as_tensor(2 * YB - 1), reduction="none")
    agrees(theirs, np.where(YB == 1, ZB, np.maximum(0, 1 - ZB)))
    assert not np.allclose(theirs, xb.hinge(YB, ZB, reduction="none"))


def test_hinge_of_optax_takes_labels_of_minus_one_and_one_and_misreads_zeros(optax_loss):
    theirs = optax_loss("hinge_loss", ZB, YB)
    agrees(theirs[YB == 0], np.ones(3))  # whatever the score
    agrees(theirs[YB == 1], xb.hinge(YB, ZB, reduction="none")[YB == 1])


def test_categorical_focal_loss_of_keras_is_a_quarter_of_ours_by_default(keras_loss):
    ours = xb.focal_loss(Y, logits=Z, reduction="none")
    options = {"from_logits": True, "reduction": None}
    agrees(keras_loss("CategoricalFocalCrossentropy", ONE_HOT, Z, **options), ours / 4, rtol=1e-6)
    agrees(keras_loss("CategoricalFocalCrossentropy", ONE_HOT, Z, alpha=1.0, **options), ours, rtol=1e-6)


def test_binary_focal_loss_of_keras_ignores_its_alpha_unless_told_to_balance(keras_loss):
    plain = keras_loss("BinaryFocalCrossentropy", YB[:, None], ZB[:, None], from_logits=True, alpha=0.25)
    agrees(plain, xb.focal_loss(YB, logits=ZB), **SINGLE)
    options = {"from_logits": True, "alpha": 0.25, "apply_class_balancing": True}
    balanced = keras_loss("BinaryFocalCrossentropy", YB[:, None], ZB[:, None], **options)
    by_class = xb.focal_loss(YB, logits=ZB, class_weight=[0.75, 0.25], reduction="sum")
    agrees(balanced, by_class / 7, **SINGLE)  # our mean divides by the weights


def test_focal_loss_of_keras_has_no_gradient_beyond_its_clip(keras, jax):
    z = np.array([20.0, -20.0])
    loss = keras.losses.BinaryFocalCrossentropy(from_logits=True, reduction="sum", dtype="float64")
    theirs = jax_gradient(jax, lambda z: loss(np.array([[0.0], [1.0]]), z[:, None]), z)
    agrees(theirs, [0.0, 0.0], atol=1e-6)
    agrees(xb.focal_loss_gradient([0, 1], z, reduction="sum"), [1.0, -1.0], rtol=1e-6)


def test_generalized_cross_entropy_of_keras_refuses_its_two_ends(keras):
    for q in (0.0, 1.0):
        with pytest.raises(ValueError, match=r"interval \(0, 1\)"):
            keras.losses.CategoricalGeneralizedCrossEntropy(q=q)
        assert xb.generalized_cross_entropy(Y, probs=P, q=q) > 0


# -- where they differ: precision
# -------------------------------------------------------------------------------------------


def test_keras_averages_over_the_last_axis_in_single_precision(keras_loss):
    theirs = keras_loss("BinaryCrossentropy", [[1.0]], [[1 / 3]], from_logits=True)
    assert theirs.dtype == np.float64
    error = abs(theirs / xb.binary_cross_entropy([1], logits=[1 / 3]) - 1)
    assert 1e-9 < error < 1e-7


def test_jax_takes_double_precision_for_single_unless_asked(jax, jnp):
    with jax.enable_x64(False):
        assert jnp.asarray(Z).dtype == np.float32
    assert jnp.asarray(Z).dtype == np.float64


def test_single_precision_loses_a_small_loss_in_the_peers_and_not_here(torch, F, optax_loss):
    z = np.array([[18.0, 0.0]], dtype=np.float32)
    assert xb.sparse_categorical_cross_entropy([0], logits=z) == pytest.approx(np.exp(-18.0), rel=1e-5, abs=0)
    assert F.cross_entropy(torch.as_tensor(z), torch.tensor([0])) == 0
    assert optax_loss("softmax_cross_entropy_with_integer_labels", z, [0]) == 0


# -- calibration errors -------------------------------------------------------------------------------------------


def multiples_of_a_twentieth():
    """Return outcomes, forecasts 0.05, 0.1 ... 1, many of them on the edges of bins, and the forecasts as integers."""
    rng = np.random.default_rng(0)
    twentieths = rng.integers(1, 21, 400)
    return (rng.random(400) < twentieths / 20).astype(int), twentieths / 20, twentieths


def error_in_integers(y, twentieths, bins):
    """Return the calibration error for bins of integers, of which one part in twenty is rounded once."""
    gaps = np.bincount(bins, weights=20 * y - twentieths)  # whole numbers: exact
    return np.abs(gaps).sum() / (20 * len(y))


def test_the_calibration_error_agrees_with_torchmetrics_away_from_the_edges(torchmetrics_error):
    rng = np.random.default_rng(1)
    p = rng.random(500)
    y = (rng.random(500) < p).astype(int)
    agrees(torchmetrics_error(y, p, 15), xb.expected_calibration_error(y, p, n_bins=15))


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("n_bins", [5, 10, 20])
def test_our_bins_are_closed_above_whatever_the_precision(n_bins, kind):
    y, p, twentieths = multiples_of_a_twentieth()
    width = 20 // n_bins
    exact = error_in_integers(y, twentieths, (twentieths - 1) // width)  # (low, high]
    agrees(
        xb.expected_calibration_error(y, p.astype(kind), n_bins=n_bins),
        exact,
        rtol=1e-6 if kind == np.float32 else 1e-12,
    )


def test_torchmetrics_closes_its_bins_below_and_keeps_a_bin_for_1_alone(torchmetrics_error):
    y, p, twentieths = multiples_of_a_twentieth()
    theirs = torchmetrics_error(y, p, 5)
    agrees(theirs, error_in_integers(y, twentieths, twentieths // 4))  # [low, high), and 1 by itself
    assert theirs > 1.6 * xb.expected_calibration_error(y, p, n_bins=5)


def test_torchmetrics_puts_095_with_the_forecasts_above_it(torchmetrics_error):
    y, p = np.array([1, 0]), np.array([0.93, 0.95])  # one bin of ours: (0.9, 0.95]
    agrees(xb.expected_calibration_error(y, p, n_bins=20), (0.95 - 0.07) / 2)
    agrees(torchmetrics_error(y, p, 20), (0.95 + 0.07) / 2)


def test_torchmetrics_puts_1_into_a_bin_of_its_own(torchmetrics_error):
    y, p = np.array([1, 0]), np.array([0.97, 1.0])  # one bin of ours: (0.95, 1]
    agrees(xb.expected_calibration_error(y, p, n_bins=20), (1.0 - 0.03) / 2)
    agrees(torchmetrics_error(y, p, 20), (1.0 + 0.03) / 2)


def test_the_bins_of_torchmetrics_depend_on_the_precision_of_the_forecasts(torchmetrics_error):
    y, p, _ = multiples_of_a_twentieth()
    single, double = (torchmetrics_error(y, p.astype(kind), 10) for kind in (np.float32, np.float64))
    assert abs(single - double) > 0.05 * double
    ours = [xb.expected_calibration_error(y, p.astype(kind), n_bins=10) for kind in (np.float32, np.float64)]
    agrees(*ours, rtol=1e-6)


def test_torchmetrics_adds_up_in_single_precision_and_finds_an_error_where_there_is_none(torchmetrics_error):
    p = np.full(4_000_000, 0.7, dtype=np.float32)
    y = np.tile([1, 1, 1, 1, 1, 1, 1, 0, 0, 0], 400_000)  # seven of ten, as said
    assert xb.expected_calibration_error(y, p) < 2e-8  # 0.7 in single precision is off by 1.2e-8
    assert torchmetrics_error(y, p, 15) > 1e-3
