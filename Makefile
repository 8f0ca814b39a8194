# SPDX-License-Identifier: BSD-2-Clause
#
# FrontDesk.  `make help` lists what there is; `make run` is the way to begin.

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

SHELL   := /bin/sh
BUILD   := build
CC      := gcc
ROOT    := $(CURDIR)

# snprintf() cuts on purpose here: that it may is not worth a warning.
WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Werror \
            -Wno-format-truncation
HARDEN   := -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fcf-protection
CFLAGS   := -std=c11 -D_GNU_SOURCE -g -MMD -MP $(WARNINGS)
INCLUDES := -I. -Iworkers -Ishm -Ingx_frontdesk -isystem /usr/include/postgresql \
            -isystem /usr/include/pocketsphinx -isystem /usr/include/sphinxbase \
            -isystem /usr/include/$(shell $(CC) -dumpmachine 2>/dev/null)/sphinxbase
OPTIMIZE := -O2 $(HARDEN)
LIBS     := -lpocketsphinx -lsphinxbase -lflite_cmu_us_slt -lflite_cmu_us_rms -lflite_cmu_us_awb \
            -lflite_cmu_us_kal -lflite_usenglish -lflite_cmulex -lflite -lspeexdsp -luv -lpq \
            -lcjson -lcurl -lcrypto -lwslay -lm -lpthread

SHM_SOURCES    := $(wildcard shm/*.c)
WORKER_SOURCES := $(filter-out workers/main.c workers/speech/build.c, \
                    $(wildcard workers/*.c workers/*/*.c))
MODULE_SOURCES := $(wildcard ngx_frontdesk/*.c)
# Of the module, what knows nothing of nginx: tests link it like any other code.
PURE_SOURCES   := $(addprefix ngx_frontdesk/ngx_frontdesk_, \
                    body.c common.c csv.c event.c fields.c frame.c frame_wslay.c json.c lag.c \
                    query.c shape.c signature.c strength.c token.c totp.c twiml.c)
LIB_SOURCES    := $(SHM_SOURCES) $(WORKER_SOURCES) $(PURE_SOURCES)
FUZZ_TARGETS   := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/*.c))
DRIVER_SOURCES := $(wildcard tests/provider/*.c)
UNIT_TESTS     := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/*.c))

HTML_SOURCES := $(shell find html/src html/public -type f 2>/dev/null) \
                $(addprefix html/,index.html docs.html package.json vite.config.js precompress.js)

.PHONY: all
all: workers module speech html ## build everything

.PHONY: help
help: ## this list
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | column -t -s '|'

.PHONY: deps
deps: ## install the packages that are missing (Debian 12, as root)
	@conf/bin/deps.sh

# ---- programs ----

.PHONY: workers
workers: $(BUILD)/frontdesk-workers ## build the AI workers

# The same rules three times: as it runs, and under two kinds of sanitizers.
define variant
$(1)/obj/%.o: %.c
	@mkdir -p $$(@D)
	@echo "  CC   $$@"
	@$(3) $(CFLAGS) $(2) $(INCLUDES) -c $$< -o $$@

$(1)/libfrontdesk.a: $(LIB_SOURCES:%.c=$(1)/obj/%.o)
	@rm -f $$@
	@ar rcs $$@ $$^

$(1)/tests/%: $(1)/obj/tests/unit/%.o $(1)/libfrontdesk.a
	@mkdir -p $$(@D)
	@echo "  LINK $$@"
	@$(3) $(2) -o $$@ $$^ $(LIBS) -lcmocka

$(1)/bench/%: $(1)/obj/tests/bench/%.o $(1)/libfrontdesk.a
	@mkdir -p $$(@D)
	@echo "  LINK $$@"
	@$(3) $(2) -o $$@ $$^ $(LIBS)

$(1)/replay/%: $(1)/obj/tests/fuzz/%.o $(1)/obj/tests/fuzz/replay/main.o $(1)/libfrontdesk.a
	@mkdir -p $$(@D)
	@echo "  LINK $$@"
	@$(3) $(2) -o $$@ $$^ $(LIBS)

$(1)/provider-driver: $(DRIVER_SOURCES:%.c=$(1)/obj/%.o) $(1)/libfrontdesk.a
	@echo "  LINK $$@"
	@$(3) $(2) -o $$@ $$^ $(LIBS)

$(1)/frontdesk-workers: $(1)/obj/workers/main.o $(1)/libfrontdesk.a
	@echo "  LINK $$@"
	@$(3) $(2) -Wl,-z,relro,-z,now -o $$@ $$^ $(LIBS)

.PRECIOUS: $(1)/obj/%.o
endef

# With the failpoints that unit tests die in; the program as it runs has none.
ASAN := -DDESK_RING_STEPS -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
TSAN := -DDESK_RING_STEPS -O1 -fsanitize=thread

$(eval $(call variant,$(BUILD),$(OPTIMIZE),$(CC)))
$(eval $(call variant,$(BUILD)/asan,$(ASAN),$(CC)))
# gcc's sanitizer does not know fences; warnings are seen by gcc all the same.
$(eval $(call variant,$(BUILD)/tsan,$(TSAN),clang-14 -w))
$(eval $(call variant,$(BUILD)/failpoints,$(OPTIMIZE) -DFRONTDESK_FAILPOINTS,$(CC)))

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

# ---- nginx module ----

NGINX      := $(BUILD)/nginx
NGINX_LIBS := -lpq -lcjson -largon2 -lwslay -lcrypto
NGINX_DIRS := core event event/modules os/unix http http/modules http/v2
# Hidden: what its files call of each other they call directly. nginx looks up signature.o alone.
MODULE_CFLAGS := -std=gnu11 -g -O2 -fPIC -fvisibility=hidden -MMD -MP $(WARNINGS) \
                 -Wno-unused-parameter $(HARDEN) \
                 -I. -Ingx_frontdesk -Ishm -isystem /usr/include/postgresql \
                 $(NGINX_DIRS:%=-isystem $(NGINX)/src/%) -isystem $(NGINX)/objs
MODULE_OBJECTS := $(MODULE_SOURCES:%.c=$(BUILD)/module/%.o) $(SHM_SOURCES:%.c=$(BUILD)/module/%.o) \
                  $(BUILD)/module/signature.o

.PHONY: module
module: $(BUILD)/ngx_frontdesk_module.so $(BUILD)/rows ## build nginx's module

# nginx's own configure, with the distribution's flags, gives the headers and the signature.
$(NGINX)/objs/ngx_frontdesk_module_modules.c: config /usr/share/nginx/src/conf_flags
	@echo "  CONF $(NGINX)"
	@rm -rf $(NGINX) && mkdir -p $(BUILD) && cp -RL /usr/share/nginx/src $(NGINX)
	@cd $(NGINX) && bash -c '. ./conf_flags; ./configure "$${NGX_CONF_FLAGS[@]}" \
	    --add-dynamic-module="$(ROOT)" >configure.log 2>&1' || { tail $(NGINX)/configure.log; exit 1; }

$(BUILD)/module/%.o: %.c | $(NGINX)/objs/ngx_frontdesk_module_modules.c
	@mkdir -p $(@D)
	@echo "  CC   $@"
	@$(CC) $(MODULE_CFLAGS) -c $< -o $@

$(BUILD)/module/signature.o: $(NGINX)/objs/ngx_frontdesk_module_modules.c
	@mkdir -p $(@D)
	@$(CC) -fPIC -O2 $(NGINX_DIRS:%=-isystem $(NGINX)/src/%) -isystem $(NGINX)/objs -c $< -o $@

$(BUILD)/ngx_frontdesk_module.so: $(MODULE_OBJECTS)
	@echo "  LINK $@"
	@$(CC) -shared -Wl,-z,relro,-z,now -o $@ $^ $(NGINX_LIBS)

# ---- the API's description ----

# The table's files as the module has them; handlers are only named in them.
$(BUILD)/rows: conf/openapi/rows.c $(patsubst %.c,$(BUILD)/module/%.o,$(wildcard ngx_frontdesk/ngx_frontdesk_routes_*.c))
	@echo "  LINK $@"
	@$(CC) $(filter-out -fPIC,$(MODULE_CFLAGS)) -no-pie -Wl,--unresolved-symbols=ignore-all -o $@ $(filter %.c %.o,$^) -lcjson

.PHONY: openapi
openapi: $(BUILD)/rows ## write the API's description anew (html/public/openapi.json)
	@conf/openapi/make.sh html/public/openapi.json

# ---- what the recognizer knows ----

SPEECH_MODEL := /usr/share/pocketsphinx/model/en-us
GRAMMAR      := $(sort $(wildcard workers/speech/grammar/*.txt))
HELD_OUT     := tests/bench/recognition.tsv tests/bench/held-out.tsv

.PHONY: speech
speech: $(BUILD)/speech/base.lm ## build the recognizer's language model

$(BUILD)/speech-build: $(BUILD)/obj/workers/speech/build.o $(BUILD)/libfrontdesk.a
	@$(CC) -o $@ $^ $(LIBS)

$(BUILD)/speech/base.lm: $(BUILD)/speech-build $(GRAMMAR) $(HELD_OUT)
	@mkdir -p $(@D)
	@echo "  LM   $@"
	@$(BUILD)/speech-build $(SPEECH_MODEL) $(@D) $(GRAMMAR) $(HELD_OUT)

# ---- dashboard ----

.PHONY: html
html: html/dist/index.html ## build the dashboard

html/node_modules/.package-lock.json: html/package-lock.json
	@echo "  NPM  html"
	@cd html && npm ci --no-audit --no-fund --silent

html/dist/index.html: html/node_modules/.package-lock.json $(HTML_SOURCES)
	@echo "  VITE $@"
	@cd html && npm run --silent build >../$(BUILD)/vite.log 2>&1 || { cat ../$(BUILD)/vite.log; exit 1; }

tests/node_modules/.package-lock.json: tests/package-lock.json
	@echo "  NPM  tests"
	@cd tests && npm ci --no-audit --no-fund --silent

$(BUILD)/vite.log html/dist/index.html: | $(BUILD)
$(BUILD):
	@mkdir -p $@

# ---- running ----

.PHONY: run
run: ## install, build, start, place a demonstration call, run until Ctrl-C
	@conf/bin/run.sh

.PHONY: start
start: all tests/node_modules/.package-lock.json ## start the stack in the background (FRONTDESK_HOME, FRONTDESK_PORT)
	@conf/bin/start.sh

.PHONY: stop
stop: ## stop what `make start` has started
	@conf/bin/stop.sh

.PHONY: audit-verify
audit-verify: ## whether the running stack's audit log is as it was written (FRONTDESK_HOME)
	@conf/bin/audit-verify.sh

.PHONY: call
call: tests/node_modules/.package-lock.json ## place a call with recorded speech: AUDIO=f.wav [TO=+1...] [FROM=+1...]
	@AUDIO='$(AUDIO)' TO='$(TO)' FROM='$(FROM)' conf/bin/call.sh

.PHONY: drain
drain: ## take no more calls, and wait until the last one is over (FRONTDESK_DRAIN_SECONDS)
	@conf/bin/drain.sh

.PHONY: drain-abort
drain-abort: ## take calls again
	@conf/bin/drain.sh abort

# ---- checking ----

.PHONY: test
test: ## install, build and run every suite
	@conf/bin/deps.sh
	@+tests/run.sh

.PHONY: unit-programs
unit-programs: $(UNIT_TESTS:%=$(BUILD)/tests/%)
.PHONY: unit-programs-asan
unit-programs-asan: $(UNIT_TESTS:%=$(BUILD)/asan/tests/%) $(FUZZ_TARGETS:%=$(BUILD)/asan/replay/%)
# What the provider suite tells what to do.
.PHONY: provider-programs
provider-programs: $(BUILD)/asan/provider-driver
# What runs on threads.
THREAD_TESTS := $(filter desk_ring desk_doorbell desk_news smtp stt_% tts_%,$(UNIT_TESTS))
.PHONY: unit-programs-tsan
unit-programs-tsan: $(THREAD_TESTS:%=$(BUILD)/tsan/tests/%)

# The stack with sanitized workers: the rest is as it is.
.PHONY: sanitized-stack
sanitized-stack: $(BUILD)/asan/frontdesk-workers all
	@ln -sfn ../ngx_frontdesk_module.so $(BUILD)/asan/ngx_frontdesk_module.so
	@ln -sfn ../speech $(BUILD)/asan/speech

# The stack with a module that asks who comes, and leaves it to Postgres what they may.
UNCHECKED := $(BUILD)/unchecked
.PHONY: unchecked-stack
unchecked-stack: $(UNCHECKED)/ngx_frontdesk_module.so all

$(UNCHECKED)/ngx_frontdesk_module.o: ngx_frontdesk/ngx_frontdesk_module.c | $(NGINX)/objs/ngx_frontdesk_module_modules.c
	@mkdir -p $(@D)
	@echo "  CC   $@"
	@$(CC) $(MODULE_CFLAGS) -DFRONTDESK_NO_ROUTE_CHECKS -c $< -o $@

$(UNCHECKED)/ngx_frontdesk_module.so: $(UNCHECKED)/ngx_frontdesk_module.o \
        $(filter-out %/ngx_frontdesk_module.o,$(MODULE_OBJECTS))
	@echo "  LINK $@"
	@$(CC) -shared -Wl,-z,relro,-z,now -o $@ $^ $(NGINX_LIBS)

# The stack with workers that can be made to fail.
.PHONY: failing-stack
failing-stack: $(BUILD)/failpoints/frontdesk-workers all

.PHONY: chaos
chaos: failing-stack tests-modules ## kill, freeze and replace parts under live calls (CHAOS="case...", SEED=n, CALLS=n)
	@node tests/chaos/run.js $(if $(SEED),--seed $(SEED)) $(if $(CALLS),--calls $(CALLS)) $(CHAOS)

# What the suites `model` and `unit` do for a while, to its end; see docs/segment.md.
KILLS ?= 1000000
QUERIES ?= 1000000

.PHONY: proof
proof: all tests-modules $(BUILD)/asan/tests/desk_crash $(BUILD)/asan/tests/desk_litmus ## prove the rings (every model, KILLS deaths, SEED=n), and that owners are apart (QUERIES)
	@FRONTDESK_BUILD=$(BUILD) tests/model/run.sh full
	@$(BUILD)/asan/tests/desk_litmus
	@FRONTDESK_KILLS=$(KILLS) $(if $(SEED),FRONTDESK_SEED=$(SEED)) $(BUILD)/asan/tests/desk_crash
	@ISOLATION_QUERIES=$(QUERIES) node --test tests/e2e/isolation.test.js

.PHONY: eval
eval: all tests-modules ## personas call each pipeline, scored (PERSONA=, ERRAND=, PIPELINE=, SEED=n, SAY=1; REPLAY=call AGENT_VERSION=n)
	@if [ -n '$(REPLAY)' ]; then \
	    node tests/eval/replay.js '$(REPLAY)' $(if $(AGENT_VERSION),--version '$(AGENT_VERSION)'); \
	else \
	    node tests/eval/run.js $(if $(SEED),--seed '$(SEED)') $(if $(PIPELINE),--pipeline '$(PIPELINE)') \
	        $(if $(PERSONA),--persona '$(PERSONA)') $(if $(ERRAND),--errand '$(ERRAND)') $(if $(SAY),--say); \
	fi

.PHONY: tests-modules
tests-modules: tests/node_modules/.package-lock.json html

.PHONY: bench
bench: bench-deps all tests-modules ## benchmarks, JSON lines (BENCH="ring echo free processes voice api memory speech")
	@BENCH='$(BENCH)' tests/bench/run.sh

# Without the yardsticks the other figures are worth having all the same.
.PHONY: bench-deps
bench-deps:
	@conf/bin/deps.sh bench || echo 'bench: packages are missing; what needs them will fail' >&2

.PHONY: bench-data
bench-data: ## how quick the database is with a million calls in it (BENCH_CALLS=n, about 12 minutes)
	@tests/bench/data.sh

.PHONY: lint
lint: ## formatting, include direction, static analysis
	@tests/lint/run.sh

.PHONY: clean
clean: ## remove what was built; data stays
	rm -rf $(BUILD) html/dist

# Formats in place; `make lint` only compares.
.PHONY: format
format: ## format C files as .clang-format says
	@git ls-files 'shm/*.[ch]' 'workers/*.[ch]' 'ngx_frontdesk/*.[ch]' 'tests/*.[ch]' | \
	    xargs clang-format-14 -i

# Each target for FUZZ_SECONDS, from the corpus in the tree and what build/fuzz/ has of earlier runs;
# what it finds is a file there.
FUZZ_SECONDS ?= 60
FUZZ         ?= $(FUZZ_TARGETS)
FUZZ_SOURCES := $(SHM_SOURCES) $(PURE_SOURCES) workers/call/leg.c \
                workers/net/sse.c workers/net/ws_frames.c $(wildcard workers/mail/*.c)
FUZZ_FLAGS   := -std=c11 -D_GNU_SOURCE -g -O1 -fno-sanitize-recover=all \
                -fno-omit-frame-pointer -MMD -MP
FUZZ_LIBS    := -lpq -lcjson -lcrypto -lwslay

.PRECIOUS: $(BUILD)/fuzz/obj/%.o
$(BUILD)/fuzz/obj/%.o: %.c
	@mkdir -p $(@D)
	@clang-14 $(FUZZ_FLAGS) -fsanitize=fuzzer-no-link,address,undefined $(INCLUDES) -c $< -o $@

$(BUILD)/fuzz/%: $(BUILD)/fuzz/obj/tests/fuzz/%.o $(FUZZ_SOURCES:%.c=$(BUILD)/fuzz/obj/%.o)
	@echo "  FUZZ $@"
	@clang-14 -fsanitize=fuzzer,address,undefined -o $@ $^ $(FUZZ_LIBS)

.PHONY: fuzz
fuzz: $(FUZZ:%=$(BUILD)/fuzz/%) ## fuzz every parser and the segment (FUZZ="target..." FUZZ_SECONDS=n each)
	@cd $(BUILD)/fuzz && for target in $(FUZZ); do \
	    mkdir -p $$target.corpus && ./$$target -max_len=9000 -timeout=5 -print_final_stats=1 \
	        -artifact_prefix=$$target. -max_total_time=$(FUZZ_SECONDS) \
	        $$target.corpus $(ROOT)/tests/fuzz/corpus/$$target || exit 1; done

# Of all that, the few small inputs that reach every line that any of them reaches.
.PHONY: fuzz-corpus
fuzz-corpus: $(FUZZ:%=$(BUILD)/fuzz/%) ## add what `make fuzz` has reached to tests/fuzz/corpus/ (FUZZ="target...")
	@cd $(BUILD)/fuzz && for target in $(FUZZ); do \
	    mkdir -p $$target.corpus $(ROOT)/tests/fuzz/corpus/$$target && ./$$target \
	        -set_cover_merge=1 -use_counters=0 -max_len=1024 \
	        $(ROOT)/tests/fuzz/corpus/$$target $$target.corpus || exit 1; done
