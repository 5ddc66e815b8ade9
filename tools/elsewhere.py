"""Run notebooks as other processors would and name what changes: `python tools/elsewhere.py [notebook ...]`.

NumPy and OpenBLAS choose their loops by the processor, and the last bit of a sum or of an exponential hangs on that
choice. What a notebook prints and draws must not. So each notebook is run once for each place of `PLACES`, and a line
of text that is not the stored one is shown, and a picture that the tests would refuse is named. Nothing is written.
Without names: every notebook whose modules are installed.
"""

from __future__ import annotations

import base64
import os
import sys
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path

import nbformat
from execute import ROOT, execute, find_notebooks, missing_modules

sys.path[:0] = [str(ROOT / "tests")]
from guards import notebooks  # noqa: E402

__all__ = ["PLACES", "changes", "main"]

# What the kernel's environment says of the processor: older vector units, and other kernels for products of matrices.
PLACES = {
    "as here": {},
    "without AVX-512": {"NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR"},
    "other products": {"OPENBLAS_CORETYPE": "SkylakeX", "OPENBLAS_NUM_THREADS": "2"},
    "plain": {"NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR", "OPENBLAS_CORETYPE": "Nehalem"},
}


def changes(stored, fresh):
    """Return, by cell, the lines of text that `fresh` has otherwise than `stored`, and the pictures too far off."""
    found = []
    for old, new in zip(stored.cells, fresh.cells, strict=True):
        if old.cell_type == "code" and "nbval-ignore-output" not in old.metadata.get("tags", []):
            pairs = zip_longest(_lines(old), _lines(new))
            found += [(old.id, before or "", after or "") for before, after in pairs if before != after]
            found += [(old.id, "the stored picture", f"{level:.1f} levels away") for level in _picture_levels(old, new)]
    return found


def main(arguments, places=None):
    """Run the notebooks named in `arguments`, or all; return how many lines and pictures changed."""
    paths = [Path(name) for name in arguments] or [path for path in find_notebooks() if not missing_modules(path.name)]
    total = 0
    for path in paths:
        stored = nbformat.read(path, as_version=4)
        for place, settings in (places or PLACES).items():
            with _environment(settings):
                found = changes(stored, execute(stored, path.parent))
            total += len(found)
            for cell, before, after in found:
                print(f"{path.relative_to(ROOT) if path.is_relative_to(ROOT) else path} {cell}, {place}:")
                print(f"  - {before}\n  + {after}", flush=True)
    print(f"{total} lines and pictures changed in {len(paths)} notebooks, {len(places or PLACES)} places")
    return total


def _lines(cell):
    """Return the lines of text that a cell printed or returned."""
    texts = [output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell.outputs]
    return [line for text in texts for line in text.splitlines()]


def _picture_levels(old, new):
    """Return how far apart the pictures of two runs of a cell are, where the tests would refuse the second."""
    pairs = zip_longest(_pictures(old), _pictures(new), fillvalue=b"")
    levels = [notebooks.picture_difference(*pair) if all(pair) else float("inf") for pair in pairs]
    return [level for level in levels if level > notebooks.PICTURE_TOLERANCE]


def _pictures(cell):
    """Return the pictures that a cell drew."""
    return [
        base64.b64decode(output.data["image/png"]) for output in cell.outputs if "image/png" in output.get("data", {})
    ]


@contextmanager
def _environment(settings):
    """Set variables for the kernels that start meanwhile."""
    before = dict(os.environ)
    os.environ.update(settings)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) > 0)
