"""Calls the front ends' own functions under Node: their formulas are compared with the package without a page."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from guards.running import not_checked

WIDGETS = Path(__file__).resolve().parent.parent / "xentbook" / "widgets"
# JSON has no word for what is not finite; Python reads these ones bare, and JavaScript has them as names.
SCRIPT = """
import * as found from "{module}";
const calls = {calls};
const named = (key, value) => (typeof value === "number" && !Number.isFinite(value) ? `@@${{value}}@@` : value);
const results = JSON.stringify(calls.map((given) => found.{function}(...given)), named);
process.stdout.write(results.replaceAll('"@@', "").replaceAll('@@"', ""));
"""


def node() -> str:
    """Return where Node is; without it the test is skipped, or fails where `CI` is set."""
    found = shutil.which("node")
    if found is None:
        not_checked("no Node found: the formulas of the front ends were not compared with the package")
    return found


def source(module: str) -> str:
    """Return the text of a front end."""
    return (WIDGETS / module).read_text("utf-8")


def call(
    module: str, function: str, calls: Sequence[Sequence[object]], *, edit: Callable[[str], str] | None = None
) -> list:
    """Return what an exported function of a front end gives for each list of arguments.

    `edit` changes the text of that module and of those that it imports first.
    """
    executable = node()
    with tempfile.TemporaryDirectory() as folder:
        for path in WIDGETS.glob("*.js"):
            text = path.read_text("utf-8")
            Path(folder, path.name).write_text(edit(text) if edit else text, "utf-8")
        Path(folder, "package.json").write_text('{"type": "module"}', "utf-8")
        script = SCRIPT.format(module=Path(folder, module).as_uri(), function=function, calls=json.dumps(calls))
        result = subprocess.run(
            [executable, "--input-type=module", "-"], input=script, capture_output=True, text=True, encoding="utf-8"
        )
    if result.returncode:
        raise RuntimeError(f"{module}: {function} failed under Node\n{result.stderr}")
    return json.loads(result.stdout)
