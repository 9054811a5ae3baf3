# wiz98: `make` puts every program into build/bin.  `make SAN=1` builds the same with ASan and UBSan into build-san/.
# `make install PREFIX= DESTDIR=` installs, `make uninstall` with the same removes.  Needs: gcc, perl, libowfat-dev, libcrypt-dev, libseccomp-dev (scripts/check installs them).

PREFIX ?= /usr/local
DESTDIR ?=
SAN ?=
CC := gcc
comma := ,
B := build$(if $(SAN),-san)

WARN := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wvla -Wno-format-zero-length
HARDEN := -fstack-protector-strong -fstack-clash-protection -D_FORTIFY_SOURCE=2 -fPIE
CPPFLAGS := -D_GNU_SOURCE -iquote lib -iquote $(B)/gen $(if $(wildcard /usr/include/libowfat/stralloc.h),-I/usr/include/libowfat)
# Files are named relative to the source tree, wherever that lay.
CFLAGS := -std=c11 -g -ffile-prefix-map=$(CURDIR)=. $(WARN) $(if $(SAN),-O1 -Wno-format-truncation -fsanitize=address$(comma)undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -fPIE,-O2 $(HARDEN))
# Fewer pages to read at each start; a linker that does not know it goes on without.
PACKED := -Wl,-z,pack-relative-relocs
LDFLAGS := -Wl,-z,relro,-z,now -Wl,--build-id $(if $(SAN),-fsanitize=address$(comma)undefined -pie,-static-pie $(PACKED))

# The two rings of lib/ (doc/architecture.md); scripts/rings holds the pure one to its word.
PURE := base catalogue log addr header smtp pop3 relay queue retry bounce trouble classify local conf migrate user login guess sasl dnsmsg route token transcript zone doctor story spf reputation blank checks watch summary
KERNEL := dispatch notice intake listing sys io control spool maildir dns net pool crashes front auth recv remote reading starttls tls verify refresh rehearse sandbox tracing gather probes watching filtering
MODULES := $(PURE) $(KERNEL)

# One line a program: the modules it may use, then the libraries.  `grep net Makefile` shows who can open a connection.
# Modules that every program has (base catalogue log sys) are not repeated.  What links libssl does so dynamically, so that
# the system's security updates reach it; all else is static.
smtp-recv_USES := recv smtp sasl starttls auth login addr header relay local conf queue spool io control sandbox
pop3-serve_USES := reading pop3 sasl starttls auth login relay local addr conf io control sandbox
pop3-session_USES := reading pop3 maildir auth login addr conf io control sandbox
auth-serve_USES := auth login local addr conf control guess sandbox
tls-serve_USES := tls starttls addr conf control sandbox -lssl -lcrypto
auth-check_USES := verify auth login addr conf control sandbox -lcrypt
queue-put_USES := intake addr header local conf queue spool io control sandbox
sendmail_USES := intake addr header local conf queue spool control
queue-run_USES := dispatch transcript trouble classify queue retry route addr conf spool control
queue-list_USES := listing transcript queue classify route addr conf spool control
queue-edit_USES := queue spool control
local-deliver_USES := queue header addr conf spool maildir control sandbox
remote-send_USES := remote transcript smtp sasl addr queue conf classify dnsmsg zone route spool dns net io control tls sandbox -lssl -lcrypto
mail-doctor_USES := watching watch intake header bounce probes checks crashes front pool spool queue relay rehearse reputation spf doctor remote local transcript smtp sasl addr conf classify user dnsmsg zone route dns net io control tls sandbox -lssl -lcrypto
token-refresh_USES := refresh token conf control
bounce-make_USES := notice bounce trouble transcript classify route local addr queue conf spool control sandbox
conf-check_USES := conf migrate classify user addr local control
user-edit_USES := conf classify user addr local control -lcrypt
relay-check_USES := relay login local addr conf control
msg-explain_USES := io classify conf control
log-filter_USES := filtering summary story io control
mail-trace_USES := tracing story listing queue classify route addr conf spool control io
crash-show_USES := crashes gather front conf io control
report-make_USES := gather blank front queue addr control
tcp-pool_USES := pool addr
wiz98_USES := front pool conf addr control guess sandbox spool queue

PROGRAMS := $(filter $(patsubst %_USES,%,$(filter %_USES,$(.VARIABLES))),$(patsubst cmd/%.c,%,$(wildcard cmd/*.c)))
CATALOGUE := $(B)/gen/catalogue/ids.h $(B)/gen/catalogue/table.c $(B)/gen/catalogue/text.c
# What each program keeps (lib/sandbox): a table a program, made from its list.
SANDBOXES := $(filter-out groups,$(notdir $(wildcard conf/sandbox/*)))
GEN := $(CATALOGUE) $(B)/gen/sandbox/programs.h $(B)/gen/sys/calls.h

all: $(PROGRAMS:%=$(B)/bin/%)

archive = $(B)/lib/lib$1.a
objects = $(patsubst lib/%.c,$(B)/obj/%.o,$(wildcard lib/$1/*.c))
libs = $(foreach m,base catalogue log sys $(filter-out -l%,$($1_USES)),$(call archive,$m))

define module_rule
$(call archive,$1): $(call objects,$1) $(if $(filter catalogue,$1),$(B)/obj/catalogue/table.o $(B)/obj/catalogue/text.o) $(if $(filter sandbox,$1),$(SANDBOXES:%=$(B)/obj/sandbox/table-%.o))
	@mkdir -p $$(@D)
	@rm -f $$@
	ar -rcs $$@ $$^
endef
$(foreach m,$(MODULES),$(eval $(call module_rule,$m)))

dynamic = $(or $(SAN),$(filter -lssl -lcrypto,$($1_USES)))
link = $(if $(call dynamic,$1),$(filter-out -static-pie -pie $(PACKED),$(LDFLAGS)) -pie,$(LDFLAGS))

define program_rule
$(B)/bin/$1: $(B)/obj/cmd/$1.o $(call libs,$1)
	@mkdir -p $$(@D)
	$$(CC) $$(CFLAGS) $(call link,$1) -o $$@ $$< -Wl,--start-group $(call libs,$1) -Wl,--end-group -Wl,-Bstatic -lowfat $(if $(call dynamic,$1),-Wl$$(comma)-Bdynamic) $(filter -l%,$($1_USES))
endef
$(foreach p,$(PROGRAMS),$(eval $(call program_rule,$p)))

$(B)/obj/%.o: lib/%.c | $(GEN)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<
$(B)/obj/catalogue/%.o: $(B)/gen/catalogue/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<
$(B)/obj/cmd/%.o: cmd/%.c | $(GEN)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<
$(B)/obj/tests/%.o: tests/%.c | $(GEN)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(CATALOGUE) &: scripts/catalogue $(wildcard conf/catalogue/*.cat)
	@mkdir -p $(B)/gen/catalogue
	scripts/catalogue compile $(B)/gen/catalogue conf/catalogue/*.cat

$(B)/gen/sandbox-compile: scripts/sandbox-compile.c
	@mkdir -p $(@D)
	$(CC) -std=c11 -O1 $(WARN) -D_GNU_SOURCE -o $@ $< -lseccomp
$(B)/gen/sandbox/programs.h: $(B)/gen/sandbox-compile $(wildcard conf/sandbox/*)
	@mkdir -p $(@D)
	$< --header $(SANDBOXES) >$@
$(B)/gen/sys/calls.h: $(B)/gen/sandbox-compile
	@mkdir -p $(@D)
	$< --calls 480 >$@
$(B)/gen/sandbox/table-%.c: conf/sandbox/% conf/sandbox/groups $(B)/gen/sandbox-compile
	@mkdir -p $(@D)
	$(B)/gen/sandbox-compile conf/sandbox/groups $< >$@
$(B)/obj/sandbox/table-%.o: $(B)/gen/sandbox/table-%.c | $(GEN)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# --- tests: a unit test tests/unit/NAME_test.c is linked with every module; a fuzzer tests/fuzz/NAME_fuzz.c with clang
UNIT := $(patsubst tests/unit/%.c,$(B)/test/%,$(wildcard tests/unit/*_test.c))
ALLLIBS := $(foreach m,$(MODULES),$(if $(call objects,$m),$(call archive,$m)))
unit: $(UNIT)
$(B)/test/%_test: $(B)/obj/tests/unit/%_test.o $(ALLLIBS)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(filter-out -static-pie $(PACKED),$(LDFLAGS)) -pie -o $@ $< -Wl,--start-group $(ALLLIBS) -Wl,--end-group -lowfat -lcrypt -lcmocka

# Programs that tests talk to or through: tests/programs/NAME.c becomes build/test/NAME.
helpers: $(patsubst tests/programs/%.c,$(B)/test/%,$(wildcard tests/programs/*.c))
$(B)/test/%: $(B)/obj/tests/programs/%.o $(ALLLIBS)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< -Wl,--start-group $(ALLLIBS) -Wl,--end-group -lowfat

# Programs that strangers reach, with the deeds of one who has broken in (tests/takeover.c); never installed.
TAKEN := smtp-recv queue-put pop3-serve pop3-session tls-serve remote-send
WRAPPED := read __read_chk recv __recv_chk sandbox_enter sandbox_narrow
takeover: $(TAKEN:%=$(B)/takeover/%)
define takeover_rule
$(B)/takeover/$1: $(B)/obj/cmd/$1.o $(B)/obj/tests/takeover.o $(call libs,$1)
	@mkdir -p $$(@D)
	$$(CC) $$(CFLAGS) $(call link,$1) $(WRAPPED:%=-Wl,--wrap=%) -o $$@ $(B)/obj/cmd/$1.o $(B)/obj/tests/takeover.o -Wl,--start-group $(call libs,$1) -Wl,--end-group -Wl,-Bstatic -lowfat $(if $(call dynamic,$1),-Wl$$(comma)-Bdynamic) $(filter -l%,$($1_USES))
endef
$(foreach p,$(TAKEN),$(eval $(call takeover_rule,$p)))

FUZZ := $(patsubst tests/fuzz/%.c,build-fuzz/%,$(wildcard tests/fuzz/*_fuzz.c))
FUZZOBJ := $(patsubst lib/%.c,build-fuzz/obj/%.o,$(foreach m,$(PURE),$(wildcard lib/$m/*.c)) lib/sys/oom.c) $(addprefix build-fuzz/obj/catalogue/,table.o text.o)
FUZZCC := clang $(CPPFLAGS) -std=c11 -g -O1 -w -fno-sanitize-recover=all
fuzz: $(FUZZ)
build-fuzz/%_fuzz: tests/fuzz/%_fuzz.c build-fuzz/pure.a
	$(FUZZCC) -fsanitize=fuzzer,address,undefined -o $@ $< build-fuzz/pure.a -lowfat -lcrypt
build-fuzz/pure.a: $(FUZZOBJ)
	@rm -f $@
	ar -rcs $@ $^
build-fuzz/obj/%.o: lib/%.c | $(GEN)
	@mkdir -p $(@D)
	$(FUZZCC) -fsanitize=fuzzer-no-link,address,undefined -MMD -MP -c -o $@ $<
build-fuzz/obj/catalogue/%.o: $(B)/gen/catalogue/%.c
	@mkdir -p $(@D)
	$(FUZZCC) -fsanitize=fuzzer-no-link,address,undefined -MMD -MP -c -o $@ $<

archives: $(ALLLIBS)

documents: $(wildcard conf/catalogue/*.cat)
	for lang in en ja; do scripts/catalogue document $$lang $^ >doc/messages.$$lang.md || exit 1; done

install: all
	scripts/install $(B) "$(DESTDIR)" "$(PREFIX)"

uninstall:
	scripts/uninstall "$(DESTDIR)" "$(PREFIX)"

clean:
	rm -rf build build-san build-fuzz

-include $(shell find $(B)/obj build-fuzz/obj -name '*.d' 2>/dev/null)
.PHONY: all helpers takeover unit fuzz archives documents install uninstall clean
.SECONDARY:
.DELETE_ON_ERROR:
