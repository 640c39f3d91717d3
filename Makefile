# make lab ARGS="my_folder --update" and the like hand words on to the command.
# make run | test | test-slow | test-matrix | elsewhere | lab | data | notebooks | dictionary | bench | lint | lock | clean
# Everything happens in .venv, made from requirements.lock; only a changed lock or pyproject.toml makes it again.

PYTHON ?= python3
VENV ?= .venv
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(os.cpu_count())')
BIN := $(VENV)/bin
READY := $(VENV)/.ready
NOTEBOOKS := $(wildcard notebooks/*.ipynb)

# Figures in a notebook's kernel need its own drawing backend; a thread pool a worker is enough.
unexport MPLBACKEND
export OMP_NUM_THREADS ?= 1
export OPENBLAS_NUM_THREADS ?= 1

.PHONY: run test test-slow test-matrix elsewhere lab data notebooks dictionary lessons bench lint lock browser box clean

run: $(READY)
	$(BIN)/crmbook run --data datasets --out build/report --workers $(WORKERS)

test: $(READY) browser box
	$(BIN)/python -m pytest -rs -m "not slow" -n $(WORKERS) --dist loadscope --nbval tests notebooks

test-slow: $(READY) browser box
	$(BIN)/python -m pytest -rs --nbval tests notebooks

# The stored outputs on every Python at hand, lowest and newest versions; CHAPTERS="notebooks/06_grading.ipynb …" for some.
test-matrix: $(READY)
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/python -m tests.matrix $(CHAPTERS)

# Chapters on odd companies and other seeds; CHAPTERS="notebooks/06_grading.ipynb …" for some of them.
elsewhere: $(READY)
	$(BIN)/python -m tests.elsewhere $(CHAPTERS)

lab: $(READY)
	$(BIN)/crmbook lab $(ARGS)

data: $(READY)
	$(BIN)/crmbook data --seed 2026 --customers 4000 --out datasets --replace

notebooks: $(READY)
	$(BIN)/python -m crmbook.batch.expected $(NOTEBOOKS)

dictionary: $(READY)
	$(BIN)/python -m crmbook.dictionary_page

lessons: $(READY)
	$(BIN)/python -m tests.crmbook.company.lessons

bench: $(READY)
	$(BIN)/python benchmarks/waiting.py
	$(BIN)/python benchmarks/customer_summary.py
	$(BIN)/python benchmarks/record_linkage.py
	$(BIN)/python benchmarks/simulator.py 100000 parquet
	$(BIN)/python benchmarks/batch_speed.py

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m tests.ceilings

lock: $(READY)
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --universal --upgrade --python-version 3.11 --extra cluster --group dev --no-annotate \
		--no-emit-index-url --custom-compile-command "make lock" --output-file requirements.lock pyproject.toml

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("This workbook needs Python 3.11 or newer, not %d.%d: make PYTHON=python3.11 $(MAKECMDGOALS)" % sys.version_info[:2])'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

# The browser test moves a slider in a real browser. Where none can be installed it is skipped and says so.
browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
		if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
			echo "Installing chromium for the browser test"; \
			{ apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; } >/dev/null 2>&1 || \
				echo "chromium could not be installed; the browser test will be skipped"; \
		else echo "There is no chromium; the browser test will be skipped"; fi

# Students' notebooks are marked in a box. Where bubblewrap cannot be installed those tests are skipped and say so.
box:
	@command -v bwrap >/dev/null || \
		if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
			echo "Installing bubblewrap for the tests of marking"; \
			{ apt-get update -qq && apt-get install -y -qq --no-install-recommends bubblewrap; } >/dev/null 2>&1 || \
				echo "bubblewrap could not be installed; tests of marking will be skipped"; \
		else echo "There is no bubblewrap; tests of marking will be skipped"; fi

clean:
	rm -rf build dist *.egg-info $(VENV) .pytest_cache .ruff_cache
