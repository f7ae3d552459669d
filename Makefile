# Everything that is done to Stowage, by name. `make run` and `make test` are all that a newcomer
# needs: each installs what it lacks first (see packaging/setup.sh), and is quick the second time.

PORT ?= 8480
IMPORTS = --explicit-target-dependency-import-check error
# The release is the same wherever it is built (no path of the checkout in it), is bound when it
# starts, not at the first call, and exports no symbols (3 MB: nobody loads anything into it). Of
# ICU's data it has the part that it needs (packaging/icu.py: 30 MB less).
RELEASE = icu=$$(packaging/icu.py .build/icu.o) && swift build -c release --static-swift-stdlib $(IMPORTS) \
	-Xswiftc -file-prefix-map -Xswiftc $(CURDIR)=. -Xcc -ffile-prefix-map=$(CURDIR)=. \
	-Xlinker -z -Xlinker now -Xlinker --no-export-dynamic $$icu
FORMATTED = Package.swift Sources Tests

.PHONY: help run test hub-cluster bench accuracy bench-peers soak format lint release deb clean
.DEFAULT_GOAL := help

help: ## say what there is
	@sed -n 's/^\([a-z-]*\):.*## /  make \1|/p' Makefile | awk -F'|' '{ printf "%-18s %s\n", $$1, $$2 }'

run: release ## build, make a demo facility and serve it on http://127.0.0.1:8480
	@packaging/run.sh .build/release $(PORT)

test: ## run every test
	@packaging/setup.sh build test package
	@packaging/venv.sh
	@Tests/run.py

hub-cluster: release ## two hubs over PostgreSQL with three NATS nodes, one killed, on loopback
	@packaging/setup.sh build test cluster
	@Tests/System/hub_cluster.py

bench: release ## measure, each figure beside its budget
	@packaging/setup.sh build test
	@packaging/venv.sh
	@Benchmarks/run.py .build/release

accuracy: release ## score the forecasts on real demand, beside trivial ones and peers
	@packaging/setup.sh build score
	@Benchmarks/accuracy.py .build/release

bench-peers: release ## AUTO beside statsforecast's AutoETS, in a venv, on the same series
	@Benchmarks/peers.py .build/release

soak: release ## run the served demo under load for MINUTES (10), with kills; then fleets and fuzzers
	@Benchmarks/soak.py .build/release --minutes $(or $(MINUTES),10)
	@SOAK=1 Tests/System/fleet.py
	@SOAK=1 Tests/System/hub_fleet.py
	@STOWAGE_FUZZ=50 swift test --disable-xctest --filter FuzzTests
	@STOWAGE_RANDOM_PLANS=10000 swift test --disable-xctest --filter RandomPlansTests
	@STOWAGE_BIN=.build/release python3 Tests/System/schema_fuzz.py 100

format: ## lay the sources out as .swift-format says
	swift format --in-place --parallel --recursive $(FORMATTED)

lint: ## fail on a source that is not laid out so
	swift format lint --strict --parallel --recursive $(FORMATTED)

release: ## build the release binaries into .build/release
	@packaging/setup.sh build
	$(RELEASE)

deb: ## make the Debian package in dist/
	@packaging/setup.sh build package
	$(RELEASE)
	@packaging/build-deb.sh .build/release dist

clean: ## remove what was built, and the demo
	rm -rf .build .run dist .venv
