"""What is not installed is asked for by name."""

from __future__ import annotations

import sys

import pytest

from xentbook._optional import scipy_part


def test_a_part_of_scipy_is_that_part():
    import scipy.optimize

    assert scipy_part("optimize") is scipy.optimize


def test_without_scipy_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy", None)
    monkeypatch.delitem(sys.modules, "scipy.optimize", raising=False)
    with pytest.raises(ModuleNotFoundError, match=r"SciPy must be installed for this.*pip install xentbook\[book\]"):
        scipy_part("optimize")
