PYTHON ?= python3
ENV := .venv/.installed
BIN := .venv/bin
RUN := $(BIN)/python
NODE := node_modules/.installed

book: $(ENV)                       ## build the site and say where to open it
	@$(RUN) tools/build_site.py build

serve: $(ENV)                      ## build the site and serve it on a free local port
	@$(RUN) tools/build_site.py serve

plain: $(ENV)                      ## write the plain edition of every notebook: for Jupyter, VS Code and Colab, with no MyST in it
	@$(RUN) tools/build_site.py plain

test: lint types front-ends        ## everything: package, notebooks, guards, browser
	@$(RUN) -m pytest -q -rs -n 2

quick: lint types front-ends       ## lint, types, unit tests: no notebook, browser or framework, no evidence, nothing slow
	@$(RUN) -m pytest -q -rs -n 2 -m "not (browser or notebook or framework or evidence or slow)" tests xentbook

lint: $(ENV)                       ## ruff, and import-linter for the order of the modules
	@$(BIN)/ruff check -q .
	@$(BIN)/ruff format -q --check .
	@$(BIN)/lint-imports --no-logo >/dev/null || $(BIN)/lint-imports --no-logo

types: $(ENV)                      ## mypy on the package
	@$(BIN)/mypy --no-error-summary

front-ends:                        ## the figures' JavaScript: eslint, tsc and node --test; without Node it is skipped
	@if command -v npm >/dev/null; then $(MAKE) -s $(NODE) && npm run -s lint && npm run -s types && npm test -s; \
	else echo "no Node: the figures' JavaScript was not checked"; test "$$CI" != true; fi

coverage: $(ENV)                   ## which lines and branches of the package its tests run
	@$(RUN) -m pytest -q -n 2 -m "not browser and not notebook" --cov --cov-report=term:skip-covered tests xentbook

frameworks: $(ENV)                 ## PyTorch, torchmetrics, Keras, JAX and Optax, for the tests and the notebook that call them
	@$(BIN)/pip install -q -r requirements-frameworks.txt

notebooks: $(ENV)                  ## execute the notebooks anew and store their outputs
	@$(RUN) tools/execute.py

elsewhere: $(ENV)                  ## run the notebooks as other processors would: which lines and pictures change?
	@$(RUN) tools/elsewhere.py

mutate: $(ENV)                     ## change each number in the prose by one digit: how many changes do the guards notice?
	@$(RUN) tools/mutate.py

bench: $(ENV)                      ## ratios against peers
	@for script in benchmarks/bench_*.py; do $(RUN) $$script; done

lock: $(ENV)                       ## requirements.in -> requirements.txt, with hashes
	@$(BIN)/pip install -q uv
	@UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile -q --universal --generate-hashes --no-strip-extras \
		--python-version 3.11 requirements.in -o requirements.txt

clean:                             ## remove what the targets above made
	rm -rf .venv _build node_modules .mypy_cache .ruff_cache .import_linter_cache .coverage

$(ENV): requirements.txt pyproject.toml
	@$(PYTHON) -c "import sys; sys.version_info < (3, 11) and sys.exit('The book needs Python 3.11 or later: make PYTHON=python3.12 ...')"
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -q -r requirements.txt
	$(BIN)/pip install -q --no-deps -e .
	@touch $@

$(NODE): package-lock.json
	@npm ci --silent --no-audit --no-fund
	@touch $@

.PHONY: book serve plain test quick lint types front-ends coverage frameworks notebooks elsewhere mutate bench lock clean
