"""The guards of the book: each takes a text, a notebook or a folder and returns a list of problems, empty when all is well.

The tests beside this package apply every guard to the book, and to a copy that is broken on purpose. `running` is the one
module of another kind: the part of pytest that runs the notebooks, and the order of the tests.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
