# Motcua. "make help" lists what can be done.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

VERSION  := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
BIN      := build/bin
LDFLAGS  := -s -w -X main.version=$(VERSION)
PROGRAMS := daemon/cmd/kioskd kiosk/cmd/kiosk provisioning/cmd/kioskctl protocol/cmd/gatewayd drivers/cmd/emulator
TOOL     := go tool -modfile=.ci/tools.mod
# what kiosks run and builds without C, checked for their processors; the centre has others
PURE      = $$(CGO_ENABLED=0 go list ./protocol/... ./drivers/... ./daemon/... ./kiosk/text ./kiosk/model ./kiosk/scene ./kiosk/raster ./kiosk/link ./provisioning/... | grep -v -e /protocol/cmd/ -e /protocol/gateway -e /protocol/simcentral)
# what reads hostile bytes, tested where an int has 32 bits: natively as 386, and as the kiosks' armv7 under an emulator
WIDTH    := $(addprefix ./,$(addsuffix /...,$(wildcard $(addprefix protocol/,apdu tlv der pki trustbundle mrz montgomery ec modp group emrtd cvc cccd code signedlist jpeg2000))))
# what speaks to devices
DEVICES  := ./drivers/board ./drivers/supervisor ./drivers/uart ./drivers/finger ./drivers/printer/... ./drivers/emu/escpos ./drivers/emu/line ./drivers/qr
FUZZTIME ?= 10s
FUZZED   ?= ./protocol/... ./drivers/... ./daemon/... ./provisioning/... ./kiosk/text ./kiosk/model ./kiosk/link
KILLS    ?= 1000
SESSIONS ?= 200000
REQUESTS ?= 200000

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

.PHONY: run
run: demo-packages build ## one citizen, one card, one ticket: opens the kiosk, or plays the story without a display
	@$(BIN)/emulator demo -bin $(BIN) -out build/demo

.PHONY: build
build: build-packages ## build the programs into build/bin
	@mkdir -p $(BIN)
	@go build -trimpath -ldflags '$(LDFLAGS)' -o $(BIN)/ $(addprefix ./,$(PROGRAMS))

# Many packages wait for devices and clocks more than they compute.
WAITING := -p 4
# The stories of kioskd wait for people. Each half has a card service and a network of its own.
STORIES := ./daemon/cmd/kioskd
FIRST   := ^TestScript$$/^[a-f]

.PHONY: test
test: test-packages ## every check and every test
	@.ci/stage lint $(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory --jobs 3 --output-sync=line stories more-stories checks
	@.ci/stage build $(MAKE) --no-print-directory build
	@.ci/stage demo $(BIN)/emulator demo -alone -bin $(BIN) -out build/demo

.PHONY: stories more-stories
stories:
	@.ci/stage stories go test -timeout 15m $(STORIES) -run '$(FIRST)'
more-stories:
	@.ci/stage more-stories go test -timeout 15m $(STORIES) -skip '$(FIRST)'

.PHONY: checks
checks:
	@.ci/stage test go test $(WAITING) -timeout 15m $$(go list ./... | grep -vx motcua/$(STORIES:./%=%))
	@.ci/stage race go test $(WAITING) -race -short -timeout 15m $(DEVICES) ./drivers/emu ./daemon/session ./daemon/localapi ./daemon/uplink
	@GOARCH=386 .ci/stage 386 go test ./protocol/request ./protocol/wire ./protocol/envelope
	@.ci/stage fuzz $(MAKE) --no-print-directory fuzz FUZZTIME=200x
	@.ci/stage arm $(MAKE) --no-print-directory test-arm

.PHONY: test-arm
test-arm: test-packages ## card protocols and devices on 32-bit ARM, under qemu-user
	# qemu-user has no TCSETS2, so no pty can be set there
	GOARCH=arm GOARM=7 CGO_ENABLED=0 go test -short -timeout 10m -exec qemu-arm -skip '^TestPty|/pty$$|//pty$$' $(WIDTH) $(DEVICES)

.PHONY: lint
lint: build-packages ## formatting, vet, linters, cross checks for arm64 and arm
	@echo "lint: gofumpt, vet, fix, staticcheck, errorlint, exhaustive, arm64, arm"
	@unformatted=$$($(TOOL) gofumpt -l $$(git ls-files '*.go')); [ -z "$$unformatted" ] || { echo "gofumpt would change:"; echo "$$unformatted"; exit 1; }
	@go vet ./... && go vet .ci/bench/main.go && go vet .ci/fleetplot/main.go
	@go fix -diff ./...
	@$(TOOL) staticcheck ./...
	@$(TOOL) go-errorlint ./...
	@$(TOOL) exhaustive -default-signifies-exhaustive ./daemon/session ./kiosk/model ./drivers
	@CGO_ENABLED=0 GOARCH=arm64 go build $(PURE)
	@CGO_ENABLED=0 GOARCH=arm GOARM=7 go vet $(PURE)

.PHONY: bench
bench: test-packages ## every figure beside its peer or limit, into build/bench.json
	@mkdir -p build
	@go test -run '^$$' -bench '^BenchmarkBudget$$' -benchtime $(or $(BENCHTIME),1s) -timeout 20m ./... | go run .ci/bench/main.go -o build/bench.json

.PHONY: fuzz
fuzz: ## every fuzz target for FUZZTIME each (10s)
	@.ci/fuzz $(FUZZTIME) $(FUZZED)

.PHONY: soak-emrtd
soak-emrtd: ## open the emulated chip SESSIONS times (200,000) in every way there is
	go test -run '^TestSessions$$' -count=1 -timeout 120m -v ./drivers/emu -sessions $(SESSIONS)

.PHONY: soak-devices
soak-devices: ## the devices' stories with everything that goes wrong on a line, on ptys too; the finger modules' in every call
	go test -run 'Pty|/pty' -count=1 -timeout 30m ./drivers/finger ./drivers/printer ./drivers/qr -soak

.PHONY: kills
kills: test-packages ## kill -9 the queue and the audit log KILLS times (1000): nothing lost, nothing doubled
	go test -run Kill -timeout 60m ./daemon/outbox -kills $(KILLS)
	go test -run Kill -timeout 60m ./daemon/audit -kills $(KILLS)

.PHONY: verify-vectors
verify-vectors: test-packages ## verify the published envelopes and receipts by docs/verify/verify.py
	/usr/bin/python3 docs/verify/verify.py vectors protocol/envelope/testdata/vectors.json

.PHONY: soak-outbox
soak-outbox: test-packages ## an hour: 1,000 kills of kioskd and 200 of gatewayd while people are served, every damage to the queue's files
	go test -run '^TestKilledWhileServing$$' -v -timeout 4h ./daemon/cmd/kioskd -kills 1000
	go test -run '^TestKilledWhileReceiving$$' -v -timeout 1h ./protocol/cmd/gatewayd -kills 200
	go test -run 'Kill|Damage|Fault|Every|Torn' -v -timeout 4h ./daemon/outbox -kills $(KILLS) -every

.PHONY: cluster
cluster: test-packages ## three brokers, two workers and PostgreSQL on loopback, each killed under load
	go test -run '^TestCluster$$' -count=1 -timeout 30m -v ./protocol/cmd/gatewayd -cluster-kills all

.PHONY: soak-gateway
soak-gateway: ## the gateway's memory over REQUESTS requests (200,000)
	go test -run '^TestMemoryIsFlat$$' -count=1 -timeout 120m -v ./protocol/gateway -gateway.requests $(REQUESTS)

.PHONY: rush
rush: test-packages ## a morning's rush: 480 check-ins at one kiosk, RUSH (0s: at once) after each other, while RUSHING (500) kiosks give out numbers at the same gateway
	go test -run '^TestRush$$' -count=1 -timeout 180m -v ./daemon/cmd/kioskd -rush 480 -rush-every $(or $(RUSH),0s) -rush-kiosks $(or $(RUSHING),500)

.PHONY: outage
outage: test-packages ## 72 hours without the centre in faked time, VISITS people a day (600) at one kiosk
	go test -run '^TestOutage$$' -count=1 -timeout 60m -v ./daemon/cmd/kioskd -outage-visits $(or $(VISITS),600) -outage-items 850

.PHONY: fleet-cost
fleet-cost: ## what 100, 1,000 and 5,000 connected kiosks cost the centre: table, and docs/images/fleet-cost.svg
	@mkdir -p build
	go test -run '^$$' -bench '^BenchmarkBudget$$' -benchtime 1x -timeout 60m ./protocol/cmd/gatewayd -fleet 100,1000,5000 -fleet-watch 20s -fleet-out $(CURDIR)/build/fleet.json
	go run .ci/fleetplot/main.go -in build/fleet.json -o docs/images/fleet-cost.svg

.PHONY: goldens
goldens: build-packages ## draw the golden pictures and texts anew, to be looked at and committed
	go test $$(git grep -l '"update", false' -- '*_test.go' | xargs -n1 dirname | sort -u | sed 's#^#./#') -update

.PHONY: pictures
pictures: ## draw the documentation's pictures of the screens anew
	go run ./kiosk/cmd/gallery -lang vi -only attract,identify,done -strip docs/images/kiosk.png
	go run ./kiosk/cmd/gallery -lang vi -only key,reading,insurance-ok,problem-card-gone -strip docs/images/screens.png
	go run ./kiosk/cmd/gallery -lang vi -size 800x1280 -only identify,insurance-ok,check,done-saved -strip docs/images/screens-small.png
	go run ./kiosk/cmd/gallery -lang vi -size 800x1280 -text large -colours dark -only attract,key,identify,done -strip docs/images/screens-large-dark.png

.PHONY: clean
clean: ## remove what was built
	rm -rf build

.PHONY: build-packages demo-packages test-packages
build-packages:
	@.ci/install build
demo-packages:
	@.ci/install build demo
test-packages:
	@.ci/install build test
