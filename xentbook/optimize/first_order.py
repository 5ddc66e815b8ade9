"""Optimisers that see the gradient alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_integer, as_number
from xentbook.optimize.descent import Descent, Recorder, descend, minibatches

__all__ = ["gradient_descent", "sgd", "momentum", "adam"]

Array = NDArray[np.float64]
Function = Callable[[Array], float]
Gradient = Callable[..., ArrayLike]
StepSize = float | Callable[[int], float]
Seed = int | np.random.Generator | None


def gradient_descent(
    f: Function,
    gradient: Gradient,
    x0: ArrayLike,
    *,
    step_size: StepSize,
    max_iter: int = 1000,
    tol: float = 1e-8,
    record_every: int = 1,
) -> Descent:
    r"""Return the path of steepest descent.

    .. math:: x_{t} = x_{t-1} - \eta_t \nabla f(x_{t-1})

    Parameters
    ----------
    f : callable
        The function to minimise.
    gradient : callable
        Its gradient.
    x0 : array_like, shape (d,)
        Where to start.
    step_size : float or callable
        η, or a function of the iteration t = 1, 2, … that gives it.
    max_iter : int
        Largest number of steps.
    tol : float
        The norm of the gradient at which to stop.
    record_every : int
        Which points to record.

    Returns
    -------
    Descent
        The path.

    Raises
    ------
    ValueError
        If `x0` is empty or not finite, if `f` or its gradient is not finite there, or an option is out of range.

    See Also
    --------
    sgd : from minibatches.
    smoothness_bound : L, from which the largest safe step, 2 / L, follows for cross-entropy over linear logits.

    Notes
    -----
    On a convex function with curvature at most L it converges for any step below 2 / L, with an excess of
    O(1 / t), and geometrically where the curvature is also bounded from below ([1]_, section 2.1.5).

    References
    ----------
    .. [1] Y. Nesterov, Lectures on Convex Optimization, 2nd ed., Springer, 2018. doi:10.1007/978-3-319-91578-4

    Examples
    --------
    >>> result = gradient_descent(lambda x: x @ x / 2, lambda x: x, [8.0], step_size=0.5, max_iter=3)
    >>> print(result.path.ravel(), result.converged)
    [8. 4. 2. 1.] False
    """
    rate = _schedule(step_size)
    recorder = Recorder(f, gradient, tol=tol, record_every=record_every)
    return descend(lambda x, g, t: -rate(t) * g, x0, recorder, gradient, max_iter=max_iter)


def sgd(
    f: Function,
    gradient: Gradient,
    x0: ArrayLike,
    *,
    n_samples: int,
    step_size: StepSize,
    batch_size: int = 1,
    max_iter: int = 1000,
    tol: float = 0.0,
    record_every: int | None = None,
    seed: Seed = 0,
) -> Descent:
    r"""Return the path of stochastic gradient descent: each step follows the gradient of one minibatch.

    .. math:: x_{t} = x_{t-1} - \eta_t \frac{1}{|B_t|} \sum_{i \in B_t} \nabla f_i(x_{t-1})

    Parameters
    ----------
    f : callable
        The mean over all samples.
    gradient : callable
        ``gradient(x, rows)`` is its gradient over those rows alone, ``gradient(x)`` over all.
    x0 : array_like, shape (d,)
        Where to start.
    n_samples : int
        Number of samples.
    step_size : float or callable
        η, or a function of the iteration t = 1, 2, … that gives it, e.g. ``lambda t: 1 / t``.
    batch_size : int
        Samples a step.
    max_iter : int
        Number of steps (not of epochs).
    tol : float
        The norm of the full gradient at which to stop.
    record_every : int, optional
        Which points to record; by default one an epoch.
    seed : int, Generator or None
        Of the shuffles.

    Returns
    -------
    Descent
        The path.

    Raises
    ------
    ValueError
        If `x0` is empty or not finite, if `f` or its gradient is not finite there, or an option is out of range.

    See Also
    --------
    gradient_descent : the same without noise.

    Notes
    -----
    With a constant step it comes to rest nowhere but rattles in a region as wide as the step allows. It converges if
    the steps sum to infinity and their squares do not [1]_.

    References
    ----------
    .. [1] H. Robbins and S. Monro, "A stochastic approximation method", Annals of Mathematical Statistics 22, 1951,
       400-407. doi:10.1214/aoms/1177729586

    Examples
    --------
    >>> data = np.array([1.0, 2.0, 3.0, 6.0])
    >>> f = lambda x: np.mean((x - data) ** 2) / 2
    >>> gradient = lambda x, rows=slice(None): np.array([np.mean(x - data[rows])])
    >>> result = sgd(f, gradient, [0.0], n_samples=4, step_size=lambda t: 1 / t, max_iter=4)
    >>> print(result.x)  # with steps 1/t the running mean
    [3.]
    """
    rate = _schedule(step_size)
    batches, epoch = _batches(n_samples, batch_size, seed)
    recorder = Recorder(f, gradient, tol=tol, record_every=epoch if record_every is None else record_every)
    return descend(lambda x, g, t: -rate(t) * g, x0, recorder, gradient, max_iter=max_iter, batches=batches)


def momentum(
    f: Function,
    gradient: Gradient,
    x0: ArrayLike,
    *,
    step_size: StepSize,
    beta: float = 0.9,
    nesterov: bool = False,
    n_samples: int | None = None,
    batch_size: int | None = None,
    max_iter: int = 1000,
    tol: float = 1e-8,
    record_every: int | None = None,
    seed: Seed = 0,
) -> Descent:
    r"""Return the path of a ball that rolls on: each step keeps a share β of the one before.

    .. math:: v_t = \beta v_{t-1} - \eta_t \nabla f(x_{t-1}), \qquad x_t = x_{t-1} + v_t

    Parameters
    ----------
    f : callable
        The function to minimise.
    gradient : callable
        Its gradient; with `batch_size`, also ``gradient(x, rows)``.
    x0 : array_like, shape (d,)
        Where to start.
    step_size : float or callable
        η, or a function of the iteration t = 1, 2, … that gives it.
    beta : float
        The share that is kept, from 0 (gradient descent) to below 1.
    nesterov : bool
        Take βv_t − η∇f as the step: Nesterov's form, as in PyTorch and Keras.
    n_samples, batch_size : int, optional
        Both given: minibatches of that many samples.
    max_iter : int
        Largest number of steps.
    tol : float
        The norm of the full gradient at which to stop.
    record_every : int, optional
        Which points to record; by default all, or one an epoch.
    seed : int, Generator or None
        Of the shuffles.

    Returns
    -------
    Descent
        The path.

    Raises
    ------
    TypeError
        If one of `n_samples` and `batch_size` is given without the other.
    ValueError
        If `x0` is empty or not finite, if `f` or its gradient is not finite there, or an option is out of range.

    See Also
    --------
    gradient_descent : without memory.

    Notes
    -----
    Polyak's heavy ball [1]_. In the long run a steady gradient moves it by η / (1 − β) a step.

    References
    ----------
    .. [1] B. T. Polyak, "Some methods of speeding up the convergence of iteration methods", USSR Computational
       Mathematics and Mathematical Physics 4, 1964, 1-17. doi:10.1016/0041-5553(64)90137-5

    Examples
    --------
    >>> result = momentum(lambda x: x[0], lambda x: np.ones(1), [0.0], step_size=1.0, beta=0.5, max_iter=3)
    >>> print(result.path.ravel())
    [ 0.   -1.   -2.5  -4.25]
    """
    rate, keep = _schedule(step_size), _share(beta, "beta")
    velocity: Array | float = 0.0

    def rule(x: Array, g: Array, t: int) -> Array:
        nonlocal velocity
        push = -rate(t) * g
        velocity = keep * velocity + push
        return keep * velocity + push if nesterov else velocity

    batches, epoch = _batches_or_none(n_samples, batch_size, seed)
    recorder = Recorder(f, gradient, tol=tol, record_every=epoch if record_every is None else record_every)
    return descend(rule, x0, recorder, gradient, max_iter=max_iter, batches=batches)


def adam(
    f: Function,
    gradient: Gradient,
    x0: ArrayLike,
    *,
    step_size: StepSize = 0.001,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    n_samples: int | None = None,
    batch_size: int | None = None,
    max_iter: int = 1000,
    tol: float = 1e-8,
    record_every: int | None = None,
    seed: Seed = 0,
) -> Descent:
    r"""Return the path of Adam: momentum, each coordinate in units of its own recent gradients.

    .. math:: m_t = \beta_1 m_{t-1} + (1 - \beta_1) g_t, \quad v_t = \beta_2 v_{t-1} + (1 - \beta_2) g_t^2, \quad
        x_t = x_{t-1} - \eta_t \frac{m_t / (1 - \beta_1^t)}{\sqrt{v_t / (1 - \beta_2^t)} + \epsilon}

    Parameters
    ----------
    f : callable
        The function to minimise.
    gradient : callable
        Its gradient; with `batch_size`, also ``gradient(x, rows)``.
    x0 : array_like, shape (d,)
        Where to start.
    step_size : float or callable
        η, about how far a coordinate moves in one step, or a function of the iteration t = 1, 2, … that gives it.
    beta1, beta2 : float
        The memory of the gradient and of its square, from 0 to below 1.
    epsilon : float
        Keeps the division finite.
    n_samples, batch_size : int, optional
        Both given: minibatches of that many samples.
    max_iter : int
        Largest number of steps.
    tol : float
        The norm of the full gradient at which to stop.
    record_every : int, optional
        Which points to record; by default all, or one an epoch.
    seed : int, Generator or None
        Of the shuffles.

    Returns
    -------
    Descent
        The path.

    Raises
    ------
    TypeError
        If one of `n_samples` and `batch_size` is given without the other.
    ValueError
        If `x0` is empty or not finite, if `f` or its gradient is not finite there, or an option is out of range.

    See Also
    --------
    momentum : one unit for all coordinates.

    Notes
    -----
    Algorithm 1 of [1]_, with its defaults.

    References
    ----------
    .. [1] D. P. Kingma and J. Ba, "Adam: a method for stochastic optimization", ICLR 2015. arXiv:1412.6980

    Examples
    --------
    >>> result = adam(lambda x: 50 * x[0] ** 2, lambda x: 100 * x, [1.0], step_size=0.1, max_iter=1)
    >>> print(result.x.round(6))  # the first step is η, whatever the gradient
    [0.9]
    """
    rate, floor = _schedule(step_size), as_number(epsilon, "epsilon", minimum=0)
    keep1, keep2 = _share(beta1, "beta1"), _share(beta2, "beta2")
    mean: Array | float = 0.0
    square: Array | float = 0.0

    def rule(x: Array, g: Array, t: int) -> Array:
        nonlocal mean, square
        mean, square = keep1 * mean + (1 - keep1) * g, keep2 * square + (1 - keep2) * g * g
        return -rate(t) * (mean / (1 - keep1**t)) / (np.sqrt(square / (1 - keep2**t)) + floor)

    batches, epoch = _batches_or_none(n_samples, batch_size, seed)
    recorder = Recorder(f, gradient, tol=tol, record_every=epoch if record_every is None else record_every)
    return descend(rule, x0, recorder, gradient, max_iter=max_iter, batches=batches)


def _schedule(step_size: StepSize) -> Callable[[int], float]:
    """Return the step size as a function of the iteration."""
    if callable(step_size):
        return lambda t: as_number(step_size(t), "step_size(t)", minimum=0)
    value = as_number(step_size, "step_size")
    if value <= 0:
        raise ValueError(f"`step_size` must be positive; got {value}")
    return lambda t: value


def _share(value: float, name: str) -> float:
    share = as_number(value, name, minimum=0)
    if share >= 1:
        raise ValueError(f"`{name}` must be below 1; got {share}")
    return share


def _batches(n_samples: int, batch_size: int, seed: Seed) -> tuple[Iterator[NDArray[np.intp]], int]:
    """Return the minibatches and how many make an epoch."""
    n = as_integer(n_samples, "n_samples", minimum=1)
    size = as_integer(batch_size, "batch_size", minimum=1, maximum=n)
    return minibatches(n, size, seed), -(-n // size)


def _batches_or_none(
    n_samples: int | None, batch_size: int | None, seed: Seed
) -> tuple[Iterator[NDArray[np.intp]] | None, int]:
    if n_samples is None and batch_size is None:
        return None, 1
    if n_samples is None or batch_size is None:
        raise TypeError("`n_samples` and `batch_size` must be given together; got one of them")
    return _batches(n_samples, batch_size, seed)
