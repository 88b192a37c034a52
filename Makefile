# `make demo` and `make test` do all the set-up on a machine that has Python and make.
PYTHON ?= python3
VENV   ?= .venv
BIN     = $(VENV)/bin
INSTALL = -m pip install --quiet --disable-pip-version-check --constraint .ci/constraints.txt --editable
ARGS   ?=

.PHONY: setup demo test test-browser still chromium test-deploy test-monitoring test-train test-kafka test-faults soak java fuzz check format clean

setup: $(VENV)/.installed

$(VENV)/.installed: pyproject.toml .ci/constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "news-streams needs Python 3.11 or newer; set PYTHON=")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python $(INSTALL) '.[embedded,otel,state,dev]'
	touch $@

demo: setup  ## the main job on an embedded broker; ARGS=--once leaves when all samples came out
	$(BIN)/news-streams demo $(ARGS)

JOBS ?= 2

test: setup  ## the whole test suite, in JOBS processes (0: in this one, for a debugger); ARGS go to pytest
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile -m "not apache and not deploy and not prometheus and not browser and not train" $(ARGS)

test-browser: chromium setup  ## the live page in Debian's Chromium
	$(BIN)/python -m pytest tests/browser -m browser $(ARGS)

still: chromium setup  ## the picture of the live page in the README, taken anew
	STILL=tests/browser/live-page.png $(BIN)/python -m pytest tests/browser/test_still.py -m browser

chromium:
	@command -v "$${CHROMIUM:-chromium}" >/dev/null || command -v chromium-browser >/dev/null \
	  || { command -v apt-get >/dev/null && test "$$(id -u)" = 0 && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null; } \
	  || { echo "make test-browser needs Chromium: apt-get install chromium, or CHROMIUM=/path/of/one" >&2; exit 1; }

test-monitoring: setup  ## workers watched by a real Prometheus: Debian's, fetched into .prometheus/ where it is not installed
	$(BIN)/python tests/kafka/monitoring/prometheus.py
	$(BIN)/python -m pytest tests/kafka/monitoring -m prometheus $(ARGS)

TRAINING = .venv-train/bin

test-train:  ## the command that rebuilds the model, whole and killed in every stage, on a small data folder: the extra [train], some GB
	test -x $(TRAINING)/python || $(PYTHON) -m venv .venv-train
	$(TRAINING)/python $(INSTALL) '.[embedded,dev,train]'
	$(TRAINING)/python -m pytest tests/training -m train $(ARGS)

test-kafka: java setup  ## what needs a real Apache Kafka: Java and Maven, which fetches the broker into .kafka/
	$(BIN)/python -m pytest tests/kafka -m "apache and not faults" $(ARGS)

test-faults: java setup  ## 20,000 records and more through each fault on Apache Kafka, with the table of what was lost, repeated, how long it took
	$(BIN)/python -m pytest tests/kafka/faults -m apache $(ARGS)

KUSTOMIZE ?= sigs.k8s.io/kustomize/kustomize/v5@v5.6.0

test-deploy: setup  ## what stands under deploy/, by the validators of Docker, Kubernetes and systemd: Go, systemd and the extra [deploy]
	@command -v go >/dev/null && command -v systemd-analyze >/dev/null || { echo "make test-deploy needs go (1.24 or newer) and systemd-analyze on the PATH" >&2; exit 1; }
	$(BIN)/python $(INSTALL) '.[deploy]'
	GOBIN=$(CURDIR)/.tools go install $(KUSTOMIZE)
	cd tests/deploy/compose && go build -o $(CURDIR)/.tools/compose .
	$(BIN)/python -m pytest tests/deploy -m deploy $(ARGS)

DURATION ?= 3600
RATE     ?= 10
WORKERS  ?= 3

soak: java setup  ## the real worker under kills and joins for DURATION seconds, RATE articles a second, up to WORKERS at a time
	$(BIN)/python tests/kafka/soak.py --duration $(DURATION) --rate $(RATE) --workers $(WORKERS) $(ARGS)

java:
	@command -v java >/dev/null && command -v mvn >/dev/null || { echo "make test-kafka needs java (17 or newer) and mvn on the PATH" >&2; exit 1; }

fuzz: setup  ## mutated records through decode, extract and the pipeline; ARGS="--count 100000 --seed 1 --target extract"
	$(BIN)/python tests/fuzz/fuzzing.py $(ARGS)

check: setup  ## the quality gates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python .ci/check_schemas.py
	$(BIN)/python .ci/generate_manifests.py

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) .venv-train build dist .hypothesis .pytest_cache .mypy_cache .ruff_cache
