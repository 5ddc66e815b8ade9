"""The front ends without a page: their formulas are xentbook's, lint and types are clean, and none can be forgotten."""

from __future__ import annotations

import math
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from front_ends import WIDGETS, call, node, source
from guards.running import not_checked

import xentbook as xb
from xentbook import widgets
from xentbook.widgets import _front_end

ROOT = Path(__file__).resolve().parent.parent

# -- the shared formulas ----------------------------------------------------------------------------------------

LOGITS = [0.0, 1e-300, 1e-9, 0.5, 1.0, 20.0, 36.0, 37.0, 700.0, 745.2, 1e4, 1e308]
LOGITS += [-z for z in LOGITS]


def test_sigmoid_is_the_package_s_at_every_logit():
    np.testing.assert_allclose(call("_formulas.js", "sigmoid", [[z] for z in LOGITS]), xb.sigmoid(LOGITS), rtol=4e-16)


def test_softplus_is_minus_log_sigmoid_of_the_other_side():
    wanted = -xb.log_sigmoid(np.negative(LOGITS))
    np.testing.assert_allclose(call("_formulas.js", "softplus", [[z] for z in LOGITS]), wanted, rtol=4e-16)


def pairs(seed=0):
    rng = np.random.default_rng(seed)
    drawn = [rng.dirichlet(np.full(k, a), 2).tolist() for k in (2, 3, 8) for a in (0.1, 1.0, 30.0)]
    return [
        *drawn,
        [[1.0, 0.0], [1.0, 0.0]],
        [[0.5, 0.5], [1.0, 0.0]],
        [[1.0, 0.0], [0.5, 0.5]],
        [[1e-300, 1.0], [0.5, 0.5]],
    ]


@pytest.mark.parametrize(("own", "function"), [("crossEntropy", xb.cross_entropy), ("klDivergence", xb.kl_divergence)])
def test_divergences_are_the_package_s_also_where_a_probability_is_zero(own, function):
    np.testing.assert_allclose(
        call("_formulas.js", own, pairs()), [function(p, q) for p, q in pairs()], rtol=1e-12, atol=1e-15
    )


def test_entropy_is_the_package_s():
    np.testing.assert_allclose(
        call("_formulas.js", "entropy", [[p] for p, _ in pairs()]), [xb.entropy(p) for p, _ in pairs()], rtol=1e-14
    )


def test_what_is_infinite_and_what_is_not_a_number_come_back_as_such():
    assert call("_formulas.js", "cost", [[0.5, 0.0]]) == [math.inf]
    assert math.isnan(call("_formulas.js", "clamp", [[0, math.nan, 1]])[0])


def test_a_front_end_that_fails_is_an_error_with_its_reason():
    with pytest.raises(RuntimeError, match=r"_formulas.js: nothing failed under Node"):
        call("_formulas.js", "nothing", [[1]])


# -- lint, types and the tests in JavaScript --------------------------------------------------------------------


def test_the_tests_written_in_javascript_pass():
    run(node(), "--test", *map(str, sorted((ROOT / "tests" / "js").glob("*.test.mjs"))))


@pytest.mark.parametrize("script", ["lint", "types"])
def test_front_ends_and_page_host_are_clean(script):
    if not (ROOT / "node_modules").is_dir() or shutil.which("npm") is None:
        not_checked("no node_modules (npm ci): the front ends were neither linted nor type-checked")
    run("npm", "run", "--silent", script)


def run(*command):
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert result.returncode == 0, f"{result.stdout}{result.stderr}"


def test_the_lock_names_no_host():
    lock = (ROOT / "package-lock.json").read_text("utf-8")
    assert '"resolved"' not in lock and "integrity" in lock


# -- how they are bound -----------------------------------------------------------------------------------------


def test_every_front_end_belongs_to_a_registered_figure_of_the_same_name():
    modules = {path.stem for path in WIDGETS.glob("[a-z]*.js")}
    assert modules == {path.stem for path in WIDGETS.glob("[a-z]*.py")}
    forgotten = modules - set(_front_end.FIGURES.values())
    assert not forgotten, f"add the figures of {sorted(forgotten)} to FIGURES in xentbook/widgets/_front_end.py"
    assert sorted(widgets.__all__) == sorted(_front_end.FIGURES)


@pytest.mark.parametrize("name", widgets.__all__)
def test_a_figure_binds_its_own_front_end_and_that_gives_its_numbers_without_a_page(name):
    figure = getattr(widgets, name)
    assert (figure.__name__, figure._esm) == (name, _front_end.front_end(_front_end.file_of(name)))
    exported = re.findall(r"^export (?:function|const) (\w+)", source(_front_end.file_of(name)), re.MULTILINE)
    assert "quantities" in exported, f"export quantities(traits) from {_front_end.file_of(name)}: the tests compare it"


def test_an_unknown_figure_is_an_error_that_says_where_to_add_it():
    with pytest.raises(
        ValueError, match=r"got 'Nothing'. A new figure is added to `FIGURES` in xentbook/widgets/_front_end"
    ):
        _front_end.file_of("Nothing")


@pytest.mark.parametrize(
    "text",
    [
        'import helper from "./_formulas.js";\nexport default {};',
        'import { sum } from "https://elsewhere.test/_formulas.js";\nexport default {};',
        "const a = 1;\nexport { a };",
        "export default {};\nexport default {};",
    ],
)
def test_other_forms_of_import_and_export_are_an_error(text):
    with pytest.raises(ValueError, match=r"`odd.js` must keep to the forms of import and export"):
        _front_end.site_script("odd.js", text)


def test_modules_come_behind_those_that_they_need_and_once():
    assert _front_end.modules_of("surprise_curve.js") == ["_formulas.js", "_drawing.js", "surprise_curve.js"]


def test_a_script_of_the_site_puts_its_exports_into_the_table_and_nothing_else_into_the_page():
    script = _front_end.site_script(
        "odd.js", "const own = 2;\nexport const twice = (x) => own * x;\nexport default { render: twice };"
    )
    odd = "xentbookFrontEnds['odd.js']"
    code = f"{script}; console.log(typeof own, {odd}.twice(4), {odd}.default.render(1))"
    found = subprocess.run([node(), "-e", code], capture_output=True, text=True)
    assert found.stdout.split() == ["undefined", "8", "2"], found.stderr
