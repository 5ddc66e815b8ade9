"""Rows of logits keep their digits in blocks, in threads and beside rows of every other range."""

from __future__ import annotations

import math
import threading
import tracemalloc

import numpy as np
import pytest
import scipy.special

from xentbook import _rows
from xentbook.gradients import sparse_categorical_cross_entropy_gradient
from xentbook.gradients import sparse_categorical_cross_entropy_value_and_gradient as value_and_gradient
from xentbook.links import log_softmax
from xentbook.losses import sparse_categorical_cross_entropy

NAN = float("nan")
TOLERANCE = {np.float64: 2e-13, np.float32: 1e-5}  # the accuracy that the package promises

# -- blocks and threads -------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(70_000, 10), (300, 3000), (3, 300_000)])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_neither_blocks_nor_threads_change_a_loss(shape, smoothing, monkeypatch):
    rng = np.random.default_rng(3)
    z, y = rng.normal(size=shape) * 5, rng.integers(shape[1], size=shape[0])
    options = {"label_smoothing": smoothing, "ignore_index": int(y[0]) if shape[0] > 3 else None, "reduction": "none"}
    in_blocks = sparse_categorical_cross_entropy(y, logits=z, **options)
    monkeypatch.setenv("XENTBOOK_THREADS", "1")
    monkeypatch.setattr(_rows, "_BLOCK", 10**9)
    np.testing.assert_allclose(sparse_categorical_cross_entropy(y, logits=z, **options), in_blocks, rtol=1e-13)
    expected = -log_softmax(z)[np.arange(shape[0]), y]
    if not smoothing:
        np.testing.assert_allclose(in_blocks, np.where(y == options["ignore_index"], 0, expected), rtol=1e-13)


def test_where_no_thread_can_be_started_the_work_is_done_without(monkeypatch):
    monkeypatch.setenv("XENTBOOK_THREADS", "2")
    rng = np.random.default_rng(4)
    z, y = rng.normal(size=(50_000, 10)), rng.integers(10, size=50_000)
    expected = sparse_categorical_cross_entropy(y, logits=z, reduction="none")

    def refuse(thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    np.testing.assert_array_equal(sparse_categorical_cross_entropy(y, logits=z, reduction="none"), expected)


@pytest.mark.parametrize("wanted", [1, 2, 3])
def test_the_environment_says_how_many_threads_share_the_work(wanted, monkeypatch):
    monkeypatch.setenv("XENTBOOK_THREADS", str(wanted))
    workers = set()

    def work(rows):
        barrier.wait(10)  # each waits for the others: all of them are at work
        workers.add(threading.get_ident())

    barrier = threading.Barrier(wanted)
    monkeypatch.setattr(_rows, "_BLOCK", 10**9)
    _rows.blocks(work, 3 * 2**20, 1)
    assert len(workers) == wanted
    monkeypatch.setattr(_rows, "_WORTH_THREADS", 10**9)
    barrier = threading.Barrier(1)
    _rows.blocks(work, 3, 1)  # too little work to share


@pytest.mark.parametrize("n, threads, block", [(10, 1, 4), (10, 2, 4), (11, 3, 2), (2, 8, 4), (7, 2, 1)])
def test_the_blocks_are_every_row_once_and_each_thread_has_an_equal_share(n, threads, block, monkeypatch):
    monkeypatch.setenv("XENTBOOK_THREADS", str(threads))
    monkeypatch.setattr(_rows, "_WORTH_THREADS", 0)
    monkeypatch.setattr(_rows, "_BLOCK", 5 * block)
    monkeypatch.setattr(_rows, "parallel", lambda run, parts: shares.extend(taken(run, part) for part in range(parts)))
    shares, rows = [], []

    def taken(run, part):
        before = len(rows)
        run(part)
        return len(rows) - before

    def work(part):
        assert 0 < part.stop - part.start <= block
        rows.extend(range(part.start, part.stop))

    _rows.blocks(work, n, 5)
    assert rows == list(range(n))
    assert len(shares) == min(threads, n) and max(shares) - min(shares) <= 1
    monkeypatch.setattr(_rows, "_WORTH_THREADS", 5 * n + 1)
    _rows.blocks(work, n, 5)
    assert shares[-1] == n and rows == [*range(n), *range(n)]  # too little to share


def test_threads_are_asked_for_from_262_144_entries_on(monkeypatch):
    monkeypatch.setenv("XENTBOOK_THREADS", "none")
    _rows.blocks(lambda rows: None, 2**18 - 1, 1)
    for n, width in ((2**18, 1), (2**9, 2**9)):
        with pytest.raises(ValueError, match="`XENTBOOK_THREADS` must be a whole number"):
            _rows.blocks(lambda rows: None, n, width)


@pytest.mark.parametrize("width, rows", [(1, 2**17), (10, 13_107), (2**16, 2), (2**17, 1), (2**18, 1)])
def test_a_block_has_131_072_entries_at_most_or_a_single_row(width, rows, monkeypatch):
    monkeypatch.setenv("XENTBOOK_THREADS", "1")
    lengths = []
    _rows.blocks(lambda part: lengths.append(part.stop - part.start), 3 * rows, width)
    assert lengths == [rows] * 3


@pytest.mark.parametrize("width, rows", [(2**10, 32), (2**13, 4), (2**16, 1)])
def test_rows_that_are_done_anew_take_a_quarter_of_a_block_at_a_time(width, rows, monkeypatch):
    taken = []
    monkeypatch.setattr(_rows, "_shifted", lambda t, z, e, some, scale: taken.append(some.tolist()) or 0.0)
    n = 2 * rows + 1
    z = np.broadcast_to(0.0, (n, width))
    _rows._mended(np.zeros(n), np.zeros(n, np.intp), z, z, np.ones(n, bool), None)
    assert [len(some) for some in taken] == [rows, rows, 1] and sum(taken, []) == list(range(n))


def test_the_processors_are_those_of_this_process_and_one_where_nobody_knows(monkeypatch):
    mine = {0: {0, 1, 2}}  # process 0 is the one that asks
    monkeypatch.setattr(_rows.os, "sched_getaffinity", mine.__getitem__, raising=False)
    assert _rows._cpus() == 3
    monkeypatch.delattr(_rows.os, "sched_getaffinity")
    for known, processors in ((5, 5), (None, 1)):
        monkeypatch.setattr(_rows.os, "cpu_count", lambda known=known: known)
        assert _rows._cpus() == processors


def test_without_a_word_from_the_environment_there_are_two_threads_for_two_processors(monkeypatch):
    monkeypatch.delenv("XENTBOOK_THREADS", raising=False)
    for processors, threads in ((1, 1), (2, 2), (64, 2)):
        monkeypatch.setattr(_rows, "_cpus", lambda processors=processors: processors)
        assert _rows.threads() == threads
    monkeypatch.setenv("XENTBOOK_THREADS", "")
    assert _rows.threads() == 2


@pytest.mark.parametrize("given", ["0", "-1", "two", "1.5"])
def test_a_number_of_threads_that_is_none_is_refused(given, monkeypatch):
    monkeypatch.setenv("XENTBOOK_THREADS", given)
    with pytest.raises(ValueError, match=f"^`XENTBOOK_THREADS` must be a whole number of at least 1; got '{given}'$"):
        _rows.threads()


def test_what_fails_in_a_thread_fails_in_the_caller():
    def run(part):
        if part == 1:
            raise MemoryError("block")

    with pytest.raises(MemoryError, match="block"):
        _rows.parallel(run, 2)


@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_the_sparse_loss_takes_the_memory_of_blocks_and_not_of_the_logits(kind):
    z = np.zeros((2000, 5000), kind)
    y = np.zeros(2000, np.intp)
    tracemalloc.start()
    sparse_categorical_cross_entropy(y, logits=z)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4e6 < z.nbytes / 8


@pytest.mark.parametrize("kind", [np.float64, np.float32])
@pytest.mark.parametrize("shape", [(60_000, 10), (300, 3000), (2, 300_000)])
def test_neither_out_nor_blocks_nor_threads_change_a_gradient(kind, shape, monkeypatch):
    rng = np.random.default_rng(3)
    z, y = (rng.normal(size=shape) * 5).astype(kind), rng.integers(shape[1], size=shape[0])
    out = np.full_like(z, NAN)
    value, gradient = value_and_gradient(y, z, out=out)
    assert gradient is out and gradient.dtype == kind
    monkeypatch.setenv("XENTBOOK_THREADS", "1")
    monkeypatch.setattr(_rows, "_BLOCK", 10**9)
    other_value, other = value_and_gradient(y, z)
    rtol = 10 * np.finfo(kind).eps * np.log2(shape[1])
    np.testing.assert_allclose(out, other, rtol=rtol)
    assert value == pytest.approx(other_value, rel=rtol)


def test_where_no_thread_can_be_started_the_gradient_is_the_same(monkeypatch):
    monkeypatch.setenv("XENTBOOK_THREADS", "2")
    rng = np.random.default_rng(4)
    z, y = rng.normal(size=(50_000, 10)), rng.integers(10, size=50_000)
    expected = sparse_categorical_cross_entropy_gradient(y, z)

    def refuse(thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    np.testing.assert_array_equal(sparse_categorical_cross_entropy_gradient(y, z), expected)


@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_the_gradient_takes_the_memory_of_blocks_beyond_its_output(kind):
    z, y = np.zeros((2000, 5000), kind), np.zeros(2000, np.intp)
    out = np.empty_like(z)
    tracemalloc.start()
    value_and_gradient(y, z, out=out)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4e6 < z.nbytes / 8


@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_rows_that_overflow_are_done_anew_a_few_at_a_time(kind):
    z, y = np.full((1000, 5000), 800.0, kind), np.zeros(1000, np.intp)
    out = np.empty_like(z)
    tracemalloc.start()
    value, _ = value_and_gradient(y, z, out=out)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert value == pytest.approx(np.log(5000))
    assert peak < 5e6


# -- digits -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [np.float64, np.float32])
@pytest.mark.parametrize("n_classes", [10, 1000, 50257])
def test_rows_of_every_range_keep_their_digits_side_by_side_in_one_block(kind, n_classes):
    rng = np.random.default_rng(9)
    z = rng.normal(size=(12, n_classes))
    z[1:] *= np.array([10, 30, 80, 100, 300, 0, 1e-5, 3, 3, 3, 3])[:, None]
    y = rng.integers(n_classes, size=12)
    z[np.arange(12), y] += np.array([0, 5, 0, 40, 0, 90, 0, 20, 75, 100, -100, 60])
    z[8:10] -= 50.0
    z = z.astype(kind)
    wide = z.astype(np.float64)
    gaps = wide - wide[np.arange(12), y][:, None]
    gaps[np.arange(12), y] = -np.inf
    exact = np.logaddexp(0.0, [scipy.special.logsumexp(row) for row in gaps])
    small = gaps.max(axis=-1) < -40
    exact[small] = np.exp([scipy.special.logsumexp(row) for row in gaps[small]])  # log1p x = x there
    losses = sparse_categorical_cross_entropy(y, logits=z, reduction="none")
    np.testing.assert_allclose(losses, exact, rtol=TOLERANCE[kind], atol=np.finfo(kind).tiny)


@pytest.mark.parametrize("kind", [np.float64, np.float32])
@pytest.mark.parametrize("n_classes", [10, 1000, 50257])
def test_gradients_of_rows_of_every_range_keep_their_digits_side_by_side_in_one_block(kind, n_classes):
    rng = np.random.default_rng(9)
    z = rng.normal(size=(8, n_classes)) * np.array([1, 10, 30, 80, 300, 1e-5, 3, 3])[:, None]
    y = rng.integers(n_classes, size=8)
    z[np.arange(8), y] += np.array([0, 5, 40, 0, 90, 0, 20, -100])
    z[6] -= 90.0
    z = z.astype(kind)
    gradient = sparse_categorical_cross_entropy_gradient(y, z, reduction="sum")
    wide = z.astype(np.float64)
    e = np.exp(wide - wide.max(axis=-1, keepdims=True))
    own = e[np.arange(8), y].copy()
    e[np.arange(8), y] = 0.0
    others = e.sum(axis=-1)
    e[np.arange(8), y] = -others
    exact = e / (others + own)[:, None]
    np.testing.assert_allclose(gradient, exact, rtol=1.5 * TOLERANCE[kind], atol=np.finfo(kind).tiny)


@pytest.mark.parametrize("scale", [0.5, np.array([1.0, 0.25, 3.0, 0.0, 2.0])])
@pytest.mark.parametrize("height", [0.0, 200.0, 800.0, -800.0])
def test_each_row_of_a_gradient_is_multiplied_by_its_own_scale(scale, height):
    rng = np.random.default_rng(5)
    z, labels = rng.normal(size=(5, 4)) + height, np.array([0, 3, 1, 1, 2])
    p = scipy.special.softmax(z, axis=1)
    hard, soft = np.eye(4)[labels], rng.uniform(size=(5, 4))
    factor = np.broadcast_to(scale, 5)[:, np.newaxis]
    out = np.empty_like(z)
    losses = _rows.rows_of_labels(labels, z, out=out, scale=scale)
    np.testing.assert_allclose(losses, -np.log(p[np.arange(5), labels]), rtol=1e-12)
    np.testing.assert_allclose(out, factor * (p - hard), rtol=1e-12, atol=1e-15)
    losses = _rows.rows_of_targets(lambda rows: soft[rows], z, out=out, scale=scale)
    np.testing.assert_allclose(losses, -(soft * np.log(p)).sum(axis=1), rtol=1e-12)
    np.testing.assert_allclose(out, factor * (p * soft.sum(axis=1, keepdims=True) - soft), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("keep", [[True, False, True, False, True], [False] * 5, [True] * 5])
@pytest.mark.parametrize("height", [0.0, 800.0])
def test_rows_that_are_not_kept_have_no_loss_and_no_gradient_whatever_they_hold(keep, height):
    keep = np.array(keep)
    rng = np.random.default_rng(8)
    z, labels, soft = rng.normal(size=(5, 4)) + height, np.array([0, 3, 1, 1, 2]), rng.uniform(size=(5, 4))
    p = scipy.special.softmax(z, axis=1)
    z[~keep, 1] = NAN
    out = np.full_like(z, 7.0)
    losses = _rows.rows_of_labels(labels, z, keep=keep, out=out)
    np.testing.assert_allclose(losses, np.where(keep, -np.log(p[np.arange(5), labels]), 0.0), rtol=1e-12)
    np.testing.assert_allclose(out, np.where(keep[:, np.newaxis], p - np.eye(4)[labels], 0.0), rtol=1e-12)
    np.testing.assert_array_equal(_rows.rows_of_labels(labels, z, keep=keep), losses)
    losses = _rows.rows_of_targets(lambda rows: soft[rows], z, keep=keep, out=out)
    np.testing.assert_allclose(losses, np.where(keep, -(soft * np.log(p)).sum(axis=1), 0.0), rtol=1e-12)
    slope = p * soft.sum(axis=1, keepdims=True) - soft
    np.testing.assert_allclose(out, np.where(keep[:, np.newaxis], slope, 0.0), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("place, added", [(1, 0.0), (2047, 0.0), (2048, 0.5), (4095, 0.5), (4096, 0.5), (5000, 0.5)])
def test_stretches_of_2048_entries_are_added_up_each_by_itself(place, added):
    e = np.zeros((3, 5001), np.float32)
    e[1, 0], e[1, place] = 2.0**24, 0.5  # beside 2**24 a half is lost in single precision
    assert _rows._row_sums(e).tolist() == [0.0, 2.0**24 + added, 0.0]


@pytest.mark.parametrize("own, other", [(-340.0, 340.0), (-340.0, 450.0), (-340.0, 690.0), (-700.0, 700.0)])
def test_a_loss_is_the_gap_though_the_ratio_of_the_exponentials_is_beyond_float64(own, other):
    for kind in (np.float64, np.float32):
        z = np.array([[other, own, own]], kind)
        assert sparse_categorical_cross_entropy([1], logits=z) == pytest.approx(other - own, rel=2e-13, abs=0)


@pytest.mark.parametrize("shape", [(4,), (3, 4), (2, 3, 4)])
def test_the_limit_of_an_infinite_row_and_the_sums_of_others_are_those_of_each_row(shape):
    z = np.random.default_rng(6).normal(size=shape)
    flat = z.reshape(-1, 4)
    flat[0] = [0.0, np.inf, 1.0, -np.inf]
    top = _rows.resolve_infinities(z)
    assert top.shape == (*shape[:-1], 1)
    np.testing.assert_array_equal(flat[0] - top.ravel()[0], [-np.inf, 0.0, -np.inf, -np.inf])
    np.testing.assert_array_equal(top.ravel()[1:], flat[1:].max(axis=1))
    for tied in ([np.inf, 0.0, np.inf, 1.0], [-np.inf] * 4):
        flat[0] = tied
        _rows.resolve_infinities(z)
        np.testing.assert_array_equal(np.isnan(flat[0]), np.array(tied) == max(tied))
    weights = np.exp(np.random.default_rng(7).normal(size=shape))
    weights.reshape(-1, 4)[0] = [1e-20, 1.0, 2e-20, 0.0]
    rows = weights.reshape(-1, 4).tolist()
    exact = [[math.fsum(row[:k] + row[k + 1 :]) for k in range(4)] for row in rows]
    np.testing.assert_allclose(_rows.sums_of_others(weights).reshape(-1, 4), exact, rtol=1e-14)
