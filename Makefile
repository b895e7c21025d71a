# `make serve` starts the shop, `make test` runs every test; both begin by installing what is missing.

# Each version and limit is set in one place. The ones below are set here. rust-toolchain.toml pins Rust, Cargo.lock pins
# wasm-bindgen, end2end/package-lock.json pins sass, wasm-opt, Playwright, axe and validators, lists in benches/ pin Lighthouse and
# the peers, and .ci/checkers.txt pins the programs for `make lint` and `make fuzz`.
CARGO_LEPTOS_VERSION := 0.3.10
CARGO_CYCLONEDX_VERSION := 0.5.9
SECANTUSDB_VERSION := 0.7.0b3
SCHEMATHESIS_VERSION := 4.32.5
WASM_BINDGEN_VERSION := $(shell sed -n '/^name = "wasm-bindgen"$$/{n;s/^version = "\(.*\)"$$/\1/p;}' Cargo.lock 2>/dev/null)
NODE_VERSION := 20
# How much wasm, JS and CSS a first visit may download, compressed by brotli, in KB of 1024 bytes.
WANTED_KB := 100
LIMIT_KB := 125

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-print-directory --no-builtin-rules
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# Targets run one after another, in the order in which `test` names them. Cargo uses all cores by itself.
.NOTPARALLEL:
.PHONY: help serve build watch test lint format-check clippy dependencies deploy-lint unit sqlite postgres stores doc size e2e bench peers lighthouse torture \
	api-fuzz two-nodes dist fmt clean tools prerequisites wasm-target cargo-leptos wasm-bindgen cargo-cyclonedx browser store-servers checkers

# The paths below expect the usual target folder.
unexport CARGO_TARGET_DIR CARGO_BUILD_TARGET_DIR

# If you have another version of a tool, the pinned version goes into this folder. So your own tools are not overwritten, and every
# checkout on this machine finds the pinned ones.
OWN_TOOLS := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/satchel
NPM_TOOLS := end2end/node_modules/.package-lock.json
SECANTUSDB := $(OWN_TOOLS)/secantusdb-$(SECANTUSDB_VERSION)
CYCLONEDX := $(OWN_TOOLS)/cargo-cyclonedx-$(CARGO_CYCLONEDX_VERSION)
# The name contains a checksum of the list: when the list changes, everything is installed again.
CHECKERS := $(OWN_TOOLS)/checkers-$(firstword $(shell cksum < .ci/checkers.txt))
BROWSER_HALF := target/site/pkg/satchel.wasm.br
export PATH := $(CURDIR)/end2end/node_modules/.bin:$(OWN_TOOLS)/cargo-leptos-$(CARGO_LEPTOS_VERSION)/bin:$(OWN_TOOLS)/wasm-bindgen-$(WASM_BINDGEN_VERSION)/bin:$(CYCLONEDX)/bin:$(SECANTUSDB)/bin:$(CHECKERS)/bin:$(PATH):$(or $(CARGO_HOME),$(HOME)/.cargo)/bin

heading = @printf '\n== %s\n' "$(1)"

help: ## lists what can be made
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

##### Running

serve: build ## builds the release and opens the shop in demo mode at http://127.0.0.1:3000
	@target/release/satchel serve

watch: tools ## serves a development build, rebuilt and reloaded at every change
	cargo leptos watch --split -- serve

# Cargo notices when an embedded file changes, but not when one is added or removed. Then the source that embeds them
# is touched. If nothing has to be done, cargo says so within a second.
EMBEDDING_SOURCE := src/server/assets.rs

build: tools $(BROWSER_HALF) $(EMBEDDING_SOURCE) ## leaves the release binary, assets inside, at target/release/satchel
	$(call heading,build: server)
	@find target/site migrations -type f | LC_ALL=C sort > target/embedded.now
	@cmp -s target/embedded.now target/embedded.last || touch $(EMBEDDING_SOURCE)
	@mv target/embedded.now target/embedded.last
	cargo build --locked --release --features ssr --bin satchel

# The browser half comes first, because the server carries it inside. It does not see src/server, src/learn and
# src/main.rs, so a change there does not rebuild it. Folders are inputs too: they change when a file in them is added or removed.
# Its compressed wasm stands for all of its files: it is written last, and a development build removes it.
BROWSER_INPUTS := $(shell find src style public \( -path src/server -o -path src/learn -o -path src/main.rs \) -prune -o -print 2>/dev/null) \
	Cargo.toml Cargo.lock .cargo/config.toml rust-toolchain.toml end2end/package-lock.json .ci/finish-site.mjs Makefile

# Without this, the wasm names the folder of this machine in the place of each panic, and is not the same on another one.
$(BROWSER_HALF): export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS := --remap-path-prefix=$(or $(CARGO_HOME),$(HOME)/.cargo)/registry/src=
$(BROWSER_HALF): $(BROWSER_INPUTS) | tools
	$(call heading,build: browser half)
	@mkdir -p target && touch target/begun
	cargo leptos build --release --frontend-only --split --cargo-locked
	@find target/site/pkg -name '*.d.ts*' -delete # type declarations, which browsers do not need
	@node .ci/finish-site.mjs target/site
	@touch -r target/begun $@ # a file that was saved while this ran is newer, so the next build sees it

##### Testing

test: tools browser format-check dependencies deploy-lint clippy unit doc build size e2e ## runs every check and every test, cheapest first
	@printf '\nall checks and tests passed\n'
	@cat $(NOT_CHECKED)/* 2>/dev/null || true

lint: format-check dependencies deploy-lint clippy doc ## checks formatting, dependencies, the examples of deploy/, clippy's advice on both halves, and the docs

format-check:
	$(call heading,format)
	cargo fmt --check
	cargo fmt --check --manifest-path fuzz/Cargo.toml

clippy: wasm-target
	$(call heading,clippy: server)
	cargo clippy --locked --lib --bins --tests --examples --bench budgets --bench torture --features ssr -- -D warnings
	$(call heading,clippy: browser half)
	cargo clippy --locked --lib --features hydrate --target wasm32-unknown-unknown -- -D warnings

# Checks that could not be made, each as one line in a file; `make test` prints them at its end.
NOT_CHECKED := target/not-checked

# Continuous integration must have the programs. Elsewhere, a check whose program is missing is skipped, and a line says so.
dependencies: $(if $(CI),checkers) ## checks licences, sources and known vulnerabilities of the libraries, and finds libraries that are not used
	$(call heading,dependencies)
	@mkdir -p $(NOT_CHECKED)
	@if command -v cargo-deny >/dev/null; then \
		cargo deny --locked check --allow duplicate licenses bans sources; \
		cargo deny --locked --format json check bans 2>&1 | sed -n "s/.*duplicate entries for crate '\([^']*\)'.*/\1/p" | paste -sd ' ' | sed 's/^/crates in several versions, because libraries need them: /'; \
		.ci/advisories $(NOT_CHECKED)/advisories; \
	else \
		echo "licences, sources and vulnerabilities: not checked: cargo-deny is not installed; make checkers installs it"; \
	fi
	@if command -v cargo-shear >/dev/null; then \
		cargo shear --locked --deny-warnings; \
	else \
		echo "unused libraries: not checked: cargo-shear is not installed; make checkers installs it"; \
	fi
	@.ci/npm-audit $(NOT_CHECKED)/npm

deploy-lint: $(if $(CI),checkers) ## checks the examples of deploy/ with hadolint, Caddy, nginx and systemd
	$(call heading,examples of deploy/)
	@.ci/deploy-lint

# Each test makes a database of its own on this server. Continuous integration must have a server. Elsewhere, these tests
# are skipped if no server answers, and a line says so. Encryption on this machine would only take time.
POSTGRES := $(or $(SATCHEL_TEST_POSTGRES),postgres://127.0.0.1:5432?sslmode=disable)

# How many Rust tests run at once. They wait more than they compute, so even two cores can do six; more could take all of the 100
# connections that a Postgres server usually gives, since each shop may hold 16.
export RUST_TEST_THREADS := $(or $(RUST_TEST_THREADS),6)

unit: sqlite postgres stores ## runs the Rust tests: all on SQLite and Postgres, those of the sessions' contract on every store

sqlite:
	$(call heading,Rust tests on SQLite)
	env -u SATCHEL_TEST_POSTGRES cargo test --locked --features ssr

postgres:
	$(call heading,Rust tests on Postgres)
	@address=$(POSTGRES); address=$${address#*://}; address=$${address#*@}; address=$${address%%[/?]*}; \
	if [[ -n "$${CI:-}$${SATCHEL_TEST_POSTGRES:-}" ]] || (exec 3<>"/dev/tcp/$${address%:*}/$${address##*:}") 2>/dev/null; then \
		SATCHEL_TEST_POSTGRES=$(POSTGRES) cargo test --locked --features ssr --test journeys; \
	else \
		echo "not run: no Postgres answers at $$address; name one by SATCHEL_TEST_POSTGRES=postgres://user@host:port/database"; \
	fi

# The tests start servers of their own. Continuous integration must have the programs. Elsewhere, a store whose program
# is missing is skipped, and a line says so. `make on-redis` runs one of them.
STORES := file redis memcached mongodb
ON_STORES := $(STORES:%=on-%)
on-redis: program := redis-server
on-memcached: program := memcached
on-mongodb: program := secantusd-py
.PHONY: $(ON_STORES)

stores: $(ON_STORES) ## runs the tests of the sessions' contract on every store besides the two databases

$(ON_STORES): on-%: $(if $(CI),store-servers)
	$(call heading,contract of sessions on $*)
	@if [[ -n "$(program)" ]] && ! command -v $(program) >/dev/null; then \
		echo "not run: $(program) is not installed; make store-servers installs it"; \
	else \
		SATCHEL_TEST_STORE=$* env -u SATCHEL_TEST_POSTGRES cargo test --locked --features ssr --test journeys conformance; \
	fi

doc: ## builds the docs of every module, private ones included, into target/doc
	$(call heading,docs)
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps --document-private-items --features ssr

size: build ## prints what a first visit downloads in code; fails above the limit
	$(call heading,size)
	@shopt -s nullglob; \
	bytes=$$(cat target/site/pkg/satchel.{wasm,js,css}.br target/site/pkg/{__wasm_split,snippets/*/}*.js.br | wc -c); \
	for part in target/site/pkg/{chunk,split}_*.wasm.br; do printf '%s: %d bytes, where it is needed\n' "$${part##*/}" "$$(wc -c < "$$part")"; done; \
	awk -v bytes="$$bytes" 'BEGIN { kb = bytes / 1024; \
		printf "first visit: %.1f KB of wasm + JS + CSS over the wire (brotli); wanted <= $(WANTED_KB) KB, limit $(LIMIT_KB) KB\n", kb; \
		exit kb > $(LIMIT_KB) }'

e2e: build browser ## runs the browser tests against the release binary, with scripts on and off
	$(call heading,browser tests)
	@rm -f target/e2e/results.json; \
	browser=$$(.ci/browser); status=0; \
	(cd end2end && SATCHEL_BROWSER=$$browser playwright test) || status=$$?; \
	node .ci/e2e-closing-line.mjs target/e2e/results.json || status=1; \
	exit $$status

bench: build ## prints the performance figures, on SQLite, on Postgres and of all stores; takes about ten minutes
	cargo bench --locked --features ssr --bench budgets

peers: ## installs the peers of `make bench`: the same shop page in Flask, Django and Express
	@benches/peers/install

LIGHTHOUSE := benches/lighthouse/node_modules/.package-lock.json

$(LIGHTHOUSE): benches/lighthouse/package.json benches/lighthouse/package-lock.json | prerequisites
	@echo "installing Lighthouse"
	@cd benches/lighthouse && npm ci --loglevel=error && touch node_modules/.package-lock.json

lighthouse: build browser $(LIGHTHOUSE) ## measures every public page on a slow phone with Lighthouse (about three minutes)
	$(call heading,lighthouse)
	@browser=$$(.ci/browser); SATCHEL_BROWSER=$$browser node benches/lighthouse/lighthouse.mjs --json target/lighthouse.json

# How long each target is fuzzed, in seconds. RUSTC_BOOTSTRAP lets the stable compiler accept cargo-fuzz's options.
FUZZ_SECONDS := 60
FUZZ_TARGETS := $(notdir $(basename $(wildcard fuzz/targets/*.rs)))
fuzz fuzz-%: export RUSTC_BOOTSTRAP := 1
.PHONY: fuzz $(FUZZ_TARGETS:%=fuzz-%)

fuzz: $(FUZZ_TARGETS:%=fuzz-%) ## searches for bytes that break a parser, FUZZ_SECONDS=60 for each, after a build of some minutes

# Bytes that break a parser are kept in fuzz/artifacts. Fix the parser, and put the bytes into fuzz/seeds, where the tests try them.
$(FUZZ_TARGETS:%=fuzz-%): fuzz-%: prerequisites
	$(call heading,fuzz: $*)
	@command -v cargo-fuzz >/dev/null || { echo "missing: cargo-fuzz; make checkers installs it"; exit 1; }
	@mkdir -p target/fuzz-corpus/$*
	@scratch=$$(mktemp -d); trap 'rm -rf "$$scratch"' EXIT; \
	TMPDIR=$$scratch RUST_LOG=off cargo fuzz run --sanitizer none --target-dir target/fuzz $* target/fuzz-corpus/$* fuzz/seeds/$* -- \
		-max_total_time=$(FUZZ_SECONDS) -print_final_stats=1

torture: build $(if $(CI),store-servers) ## breaks things around the shop and all stores, and shows which promises held (Linux; about six minutes)
	cargo bench --locked --features ssr --bench torture

SCHEMATHESIS := $(OWN_TOOLS)/schemathesis-$(SCHEMATHESIS_VERSION)/venv

$(SCHEMATHESIS)/bin/st:
	@echo "installing Schemathesis $(SCHEMATHESIS_VERSION) by pip: it generates requests"
	@python3 -m venv --clear $(SCHEMATHESIS) && $(SCHEMATHESIS)/bin/pip install --quiet "schemathesis==$(SCHEMATHESIS_VERSION)"

api-fuzz: build $(SCHEMATHESIS)/bin/st ## sends random requests to every endpoint, and fails if the shop answers with a 5xx (three minutes)
	$(call heading,random requests)
	@benches/api-fuzz/run target/release/satchel $(SCHEMATHESIS)/bin/st 60

##### Deploying

two-nodes: build ## replaces two nodes on Postgres behind nginx, one after the other, under load, and counts what failed (half a minute)
	@deploy/two-nodes

VERSION := $(shell sed -n '/^name = "satchel"$$/{n;s/^version = "\(.*\)"$$/\1/p;}' Cargo.lock 2>/dev/null)
HOST = $(shell rustc -vV | sed -n 's/^host: //p')
DIST = satchel-$(VERSION)-$(HOST)

# $(call bill,half,feature,target): lists every crate of that half, by CycloneDX. The tool writes its file beside Cargo.toml. The
# file contains the path of this checkout, which is replaced.
bill = cargo cyclonedx --quiet --format json --spec-version 1.5 --features $(2) --target $(3) --override-filename $(1).cdx && \
	sed 's|path+file://$(CURDIR)|path+file:///satchel|g' $(1).cdx.json > target/dist/$(DIST)/$(1).cdx.json && rm $(1).cdx.json

dist: build cargo-cyclonedx ## leaves an archive with the program, the examples of deploy/, the licences of its crates, and bills of materials
	$(call heading,dist: target/dist/$(DIST).tar.gz)
	@rm -rf target/dist/$(DIST) && mkdir -p target/dist/$(DIST)
	@cp target/release/satchel README.md CHANGELOG.md SECURITY.md ACCESSIBILITY.md LICENSE target/dist/$(DIST)/
	@mkdir target/dist/$(DIST)/deploy && cp deploy/satchel.service deploy/Caddyfile deploy/nginx.conf deploy/satchel.env.example deploy/README.md target/dist/$(DIST)/deploy/
	@for half in "ssr" "hydrate --target wasm32-unknown-unknown"; do \
		cargo tree --locked --features $$half --edges normal --prefix none --format '{p}: {l}'; \
	done | sed 's/ (\/[^)]*)//; s/ (proc-macro)//; s/ (\*)$$//' | LC_ALL=C sort -u > target/dist/$(DIST)/LICENCES
	@$(call bill,server,ssr,$(HOST))
	@$(call bill,browser,hydrate,wasm32-unknown-unknown)
	@tar --create --gzip --file target/dist/$(DIST).tar.gz --directory target/dist --owner=0 --group=0 --sort=name $(DIST)
	@cd target/dist && sha256sum $(DIST).tar.gz | tee $(DIST).tar.gz.sha256

##### Tidying

fmt: ## formats the Rust code
	cargo fmt
	cargo fmt --manifest-path fuzz/Cargo.toml

clean: ## removes everything built; installed tools stay
	cargo clean

##### Tools

tools: prerequisites wasm-target cargo-leptos wasm-bindgen $(NPM_TOOLS) ## installs the tools that a build needs, if they are missing

prerequisites:
	@missing=; \
	for program in rustup cargo cc npm; do command -v $$program >/dev/null || missing+=" $$program,"; done; \
	node -e 'process.exit(parseInt(process.versions.node) >= $(NODE_VERSION) ? 0 : 1)' 2>/dev/null || missing+=" node $(NODE_VERSION) or newer,"; \
	[[ -z $$missing ]] || { echo "missing:$${missing%,} (needed: Rust by rustup, a C compiler, Node $(NODE_VERSION)+ with npm)"; exit 1; }
	@[[ -n "$(WASM_BINDGEN_VERSION)" ]] || { echo "missing: Cargo.lock with the version of wasm-bindgen"; exit 1; }

wasm-target:
	@[[ -d $$(rustc --print target-libdir --target wasm32-unknown-unknown) ]] || { \
		echo "installing the Rust target wasm32-unknown-unknown: the browser half is compiled for it"; \
		rustup target add wasm32-unknown-unknown; } || { \
		echo "rustup could not add wasm32-unknown-unknown; add that target to $$(rustc --version) and start again"; exit 1; }

# $(call cargo_tool,program,crate,version,flags,what it is for)
define cargo_tool
@[[ "$$($(1) --version 2>/dev/null) " == "$(1) $(3) "* ]] || { \
	echo "installing $(2) $(3): $(5)"; \
	root=; if command -v $(1) >/dev/null; then root="$(OWN_TOOLS)/$(1)-$(3)"; fi; \
	cargo install --force $(4) $(2)@$(3) $${root:+--root "$$root"}; }
endef

# These tools run for some seconds only: less optimization saves more time in their build than it costs when they run.
cargo-leptos cargo-cyclonedx wasm-bindgen: export CARGO_PROFILE_RELEASE_LTO := off
cargo-leptos cargo-cyclonedx wasm-bindgen: export CARGO_PROFILE_RELEASE_CODEGEN_UNITS := 256
cargo-cyclonedx wasm-bindgen: export CARGO_PROFILE_RELEASE_OPT_LEVEL := 1
cargo-leptos: export CARGO_PROFILE_RELEASE_OPT_LEVEL := 0
# It would compile an OpenSSL of its own, which takes as long as everything else together.
cargo-leptos: export OPENSSL_NO_VENDOR := $(shell pkg-config --exists 'openssl >= 3' 2>/dev/null && echo 1 || echo 0)
cargo-leptos:
	$(call cargo_tool,cargo-leptos,cargo-leptos,$(CARGO_LEPTOS_VERSION),--locked,builds both halves and their assets (about 5 minutes; once))

# The name of its folder contains its version.
cargo-cyclonedx: prerequisites
	@[[ -x "$(CYCLONEDX)/bin/cargo-cyclonedx" ]] || { \
		echo "installing cargo-cyclonedx $(CARGO_CYCLONEDX_VERSION): lists what a release is made of (about 2 minutes; once)"; \
		cargo install --force --locked cargo-cyclonedx@$(CARGO_CYCLONEDX_VERSION) --root "$(CYCLONEDX)"; }

wasm-bindgen:
	$(call cargo_tool,wasm-bindgen,wasm-bindgen-cli,$(WASM_BINDGEN_VERSION),,joins wasm and JS; must match Cargo.lock (about 2 minutes; once))

$(NPM_TOOLS): end2end/package.json end2end/package-lock.json | prerequisites
	@echo "installing the npm tools of end2end/: sass and wasm-opt for the build; Playwright, axe and validators for the browser tests"
	@cd end2end && npm ci --loglevel=error && touch node_modules/.package-lock.json

store-servers: ## installs the servers that the tests keep sessions in, if they are missing
	@.ci/store-servers $(SECANTUSDB) $(SECANTUSDB_VERSION)

checkers: ## installs the programs that check dependencies, the examples of deploy/ and parsers, if they are missing
	@.ci/checkers $(CHECKERS)

browser: $(NPM_TOOLS) ## finds a Chromium for the browser tests, or installs one; in continuous integration Firefox, too
	@echo "browser tests use $$(.ci/browser)"
	@.ci/firefox
