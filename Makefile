PYTHON ?= python3
ENV := .venv/.installed
RUN := .venv/bin/python

book: $(ENV)                       ## build the site and say where to open it
	@$(RUN) tools/build_site.py build

serve: $(ENV)                      ## build the site and serve it on a free local port
	@$(RUN) tools/build_site.py serve

test: $(ENV)                       ## everything: package, notebooks, guards, browser
	@$(RUN) -m pytest -q -rs -n 2

frameworks: $(ENV)                 ## PyTorch, torchmetrics, Keras, JAX and Optax, for the tests and the notebook that call them
	@.venv/bin/pip install -q -r requirements-frameworks.txt

notebooks: $(ENV)                  ## execute the notebooks anew and store their outputs
	@$(RUN) tools/execute.py

bench: $(ENV)                      ## ratios against peers
	@for script in benchmarks/bench_*.py; do $(RUN) $$script; done

lock: $(ENV)                       ## requirements.in -> requirements.txt
	@.venv/bin/pip install -q uv
	@UV_CUSTOM_COMPILE_COMMAND="make lock" .venv/bin/uv pip compile -q --universal --python-version 3.11 requirements.in -o requirements.txt

clean:                             ## remove what the targets above made
	rm -rf .venv _build

$(ENV): requirements.txt pyproject.toml
	@$(PYTHON) -c "import sys; sys.version_info < (3, 11) and sys.exit('The book needs Python 3.11 or later: make PYTHON=python3.12 ...')"
	$(PYTHON) -m venv .venv
	.venv/bin/pip install -q -r requirements.txt
	.venv/bin/pip install -q --no-deps -e .
	@touch $@

.PHONY: book serve test frameworks notebooks bench lock clean
