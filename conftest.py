"""How the tests are run, wherever they are: see `tests/guards/running.py`."""

import os

# Two workers share two cores: a linear algebra library with threads of its own would make them wait for one another.
# The workers and the kernels are started after this is set, and inherit it.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

pytest_plugins = ["guards.running"]
