# Zugabe. `make` lists the targets.
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2
GO_FILES    = $(shell git ls-files '*.go')

.DEFAULT_GOAL := help
.PHONY: help run test test-deps check bench generate

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: ## the app with a demo shop on SQLite; needs only Go
	@mkdir -p data && go build -o data/zugabe ./app && exec data/zugabe demo

test: test-deps ## all tests, with a private MariaDB and Redis that are gone afterwards
	.ci/test

test-deps: ## install what the tests need (MariaDB, Redis, Node, Chromium; Debian, as root)
	.ci/services deps

check: ## formatting, vet, staticcheck, house rules, generated files up to date
	@unformatted=$$(gofmt -l $(GO_FILES)); test -z "$$unformatted" || { echo "run gofmt -w on: $$unformatted"; exit 1; }
	go vet ./...
	go run $(STATICCHECK) ./...
	go test -count=1 ./app
	$(MAKE) generate
	git diff --exit-code
	@new=$$(git status --porcelain --untracked-files=all -- adminui); test -z "$$new" || { echo "commit what make generate has made: $$new"; exit 1; }

bench: test-deps ## speeds as ratios to yardsticks of the same run
	.ci/bench

generate: ## make the generated files again
	go generate ./...
	mkdir -p data && go run ./app openapi > data/openapi.json
	node=$$(.ci/node) && export PATH="$${node:+$$node:}$$PATH" && cd adminui && npm ci --ignore-scripts --no-audit --no-fund && npm run schema -- ../data/openapi.json && npm run build
