"""Run notebooks as other processors would and name the lines that change: `python tools/elsewhere.py [notebook ...]`.

NumPy and OpenBLAS choose their loops by the processor, and the last bit of a sum or of an exponential hangs on that
choice. What a notebook prints must not. So each notebook is run once for each place of `PLACES`, and a line of text
that is not the stored one is shown. Nothing is written. Without names: every notebook whose modules are installed.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path

import nbformat
from execute import ROOT, execute, find_notebooks, missing_modules

__all__ = ["PLACES", "changes", "main"]

# What the kernel's environment says of the processor: older vector units, and other kernels for products of matrices.
PLACES = {
    "as here": {},
    "without AVX-512": {"NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR"},
    "other products": {"OPENBLAS_CORETYPE": "SkylakeX", "OPENBLAS_NUM_THREADS": "2"},
    "plain": {"NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR", "OPENBLAS_CORETYPE": "Nehalem"},
}


def changes(stored, fresh):
    """Return the lines of text that `fresh` prints and `stored` does not have at that place, by cell."""
    found = []
    for old, new in zip(stored.cells, fresh.cells, strict=True):
        if old.cell_type == "code" and "nbval-ignore-output" not in old.metadata.get("tags", []):
            pairs = zip_longest(_lines(old), _lines(new))
            found += [(old.id, before or "", after or "") for before, after in pairs if before != after]
    return found


def main(arguments, places=None):
    """Run the notebooks named in `arguments`, or all; return how many lines changed."""
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
    print(f"{total} lines changed in {len(paths)} notebooks, {len(places or PLACES)} places")
    return total


def _lines(cell):
    """Return the lines of text that a cell printed or returned."""
    texts = [output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell.outputs]
    return [line for text in texts for line in text.splitlines()]


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
