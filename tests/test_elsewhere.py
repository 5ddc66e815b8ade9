"""A notebook whose text or picture hangs on the processor is seen by `tools/elsewhere.py`, and any other passes."""

import elsewhere
import nbformat
import pytest
from execute import execute, tidy

pytestmark = pytest.mark.slow  # each place starts a kernel

PLACES = {name: elsewhere.PLACES[name] for name in ("as here", "plain")}
DRAW = "import os\nimport matplotlib.pyplot as plt\nplt.figure(figsize=(2, 2)).add_subplot(ylim=(0, 3))\n"


def stored(path, source):
    """Write a notebook of one cell, executed, and return its path."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    nbformat.write(tidy(execute(notebook, path.parent), path.stem), path)
    return path


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("import numpy as np\nprint(f'{np.exp(0.3):.3f}')\n'the same'", 0),
        ("import os\nprint('one')\nprint('cpu', os.environ.get('OPENBLAS_CORETYPE') == 'Nehalem')", 1),
        ("import os\nif os.environ.get('OPENBLAS_CORETYPE') == 'Nehalem':\n    print('more')", 1),
        ("import os\nos.environ.get('OPENBLAS_CORETYPE') == 'Nehalem'", 1),
        (f"{DRAW}height = 1\nlines = plt.plot([0, height])", 0),
        (f"{DRAW}height = 1 + (os.environ.get('OPENBLAS_CORETYPE') == 'Nehalem')\nlines = plt.plot([0, height])", 1),
    ],
)
def test_a_line_that_another_processor_prints_otherwise_is_counted(tmp_path, capsys, monkeypatch, source, lines):
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")
    path = stored(tmp_path / "one.ipynb", source)
    before = path.read_bytes()
    assert elsewhere.main([str(path)], PLACES) == lines
    assert f"{lines} lines and pictures changed in 1 notebooks, 2 places" in capsys.readouterr().out
    assert path.read_bytes() == before


def test_the_places_differ_in_loops_of_numpy_and_in_kernels_of_products():
    settings = [set(place) for place in elsewhere.PLACES.values()]
    assert any("NPY_DISABLE_CPU_FEATURES" in place for place in settings)
    assert any("OPENBLAS_CORETYPE" in place for place in settings)
