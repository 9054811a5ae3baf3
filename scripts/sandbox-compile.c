/* sandbox-compile: makes C tables of what programs keep (conf/sandbox/), the filters of system calls as BPF by libseccomp.
 * Part of the build; no program links libseccomp.
 *
 *   sandbox-compile GROUPS PROGRAM…     on standard output: a table for each PROGRAM (a file, its last part is the name)
 *   sandbox-compile --header PROGRAM…   the declarations
 *   sandbox-compile --calls HIGHEST     the names of this machine's system calls, by number, for lib/sys/crash.c
 *
 * GROUPS has lines "@name: CALL…", a PROGRAM's file these, and comments (#):
 *
 *   path PATH RIGHT…      below PATH ($NAME: of the environment): execute read list write make remove move mkdir socket ensure (lib/sandbox/sandbox.h)
 *   tcp connect           TCP connections to anywhere; without this line none
 *   call CALL…            a system call, or @group, or NAME(CONDITION,…): argument 0 to 5, = or & with a value, and = what is
 *                         left of it: socket(0=AF_UNIX)  mmap(2&PROT_EXEC=0); several of a name are alternatives
 *   errno NAME CALL…      these fail with that error instead of ending the process: what libc only tries
 *
 * Calls that this machine's architecture does not have are passed over. */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LINE_MAX_ = 1024, GROUPS_MAX = 64, DEPTH_MAX = 8, CONDITIONS_MAX = 4, FILTER_MAX = 4096 };

struct group { char name[LINE_MAX_], calls[LINE_MAX_]; };
static struct group group[GROUPS_MAX];
static size_t groups;
static const char *file;
static unsigned line_number;

#define NAMED(n) {#n, n}
static const struct { const char *name; uint64_t value; } values[] = {
  NAMED(AF_UNIX), NAMED(AF_INET), NAMED(AF_INET6), NAMED(AF_NETLINK), NAMED(SOL_SOCKET), NAMED(SO_SNDTIMEO), NAMED(SO_RCVTIMEO), NAMED(SO_PASSCRED), NAMED(IPPROTO_TCP), NAMED(TCP_NODELAY), NAMED(PROT_EXEC), NAMED(F_GETFD),
  NAMED(F_SETFD), NAMED(F_GETFL), NAMED(F_SETFL), NAMED(F_DUPFD_CLOEXEC), NAMED(F_OFD_SETLK), NAMED(CLONE_CHILD_CLEARTID), NAMED(CLONE_CHILD_SETTID), NAMED(SIGCHLD), NAMED(SIGKILL), NAMED(CLOCK_MONOTONIC), NAMED(PR_SET_NO_NEW_PRIVS), NAMED(EPERM), NAMED(EACCES), NAMED(ENOSYS), NAMED(ENOTTY),
};
static const struct { const char *name, *constant; } rights[] = {
  {"execute", "SANDBOX_EXECUTE"}, {"read", "SANDBOX_READ"}, {"list", "SANDBOX_LIST"}, {"write", "SANDBOX_WRITE"}, {"make", "SANDBOX_MAKE"},
  {"remove", "SANDBOX_REMOVE"}, {"move", "SANDBOX_MOVE"}, {"mkdir", "SANDBOX_MKDIR"}, {"socket", "SANDBOX_SOCKET"}, {"ensure", "SANDBOX_ENSURE"},
};

static _Noreturn void die(const char *format, ...) {
  va_list args;
  va_start(args, format);
  fprintf(stderr, "%s:%u: ", file, line_number);
  vfprintf(stderr, format, args);
  fputc('\n', stderr);
  va_end(args);
  exit(1);
}

static uint64_t named_value(const char *word) {
  for (size_t i = 0; i < sizeof values / sizeof *values; i++)
    if (!strcmp(values[i].name, word))
      return values[i].value;
  die("unknown value %s", word);
}

static uint64_t value_of(char *text) {
  char *end, *save;
  uint64_t sum = 0;
  for (char *word = strtok_r(text, "|", &save); word; word = strtok_r(NULL, "|", &save)) {
    uint64_t n = strtoull(word, &end, 0);
    sum |= *end || end == word ? named_value(word) : n;
  }
  return sum;
}

/* "0=AF_UNIX", "2&PROT_EXEC=0" */
static struct scmp_arg_cmp condition_of(char *text) {
  char *equals = strrchr(text, '=');
  if (text[0] < '0' || text[0] > '5' || !equals || (text[1] != '=' && text[1] != '&'))
    die("no condition: %s", text);
  bool masked = text[1] == '&';
  *equals = 0;
  unsigned arg = (unsigned)(text[0] - '0');
  uint64_t value = value_of(equals + 1);
  return masked ? SCMP_CMP64(arg, SCMP_CMP_MASKED_EQ, value_of(text + 2), value) : SCMP_CMP64(arg, SCMP_CMP_EQ, value);
}

static void add_calls(scmp_filter_ctx ctx, uint32_t action, const char *text, unsigned depth);

static void add_group(scmp_filter_ctx ctx, uint32_t action, const char *name, unsigned depth) {
  for (size_t i = 0; i < groups; i++)
    if (!strcmp(group[i].name, name)) {
      add_calls(ctx, action, group[i].calls, depth + 1);
      return;
    }
  die("unknown group %s", name);
}

/* The conditions of NAME(CONDITION,…), which becomes NAME. */
static unsigned take_conditions(char *word, struct scmp_arg_cmp condition[CONDITIONS_MAX]) {
  unsigned count = 0;
  char *open = strchr(word, '('), *close = open ? strrchr(open, ')') : NULL, *save;
  if (!open)
    return 0;
  if (!close || close[1])
    die("no ) at the end of %s", word);
  *close = *open = 0;
  for (char *part = strtok_r(open + 1, ",", &save); part; part = strtok_r(NULL, ",", &save)) {
    if (count == CONDITIONS_MAX)
      die("too many conditions");
    condition[count++] = condition_of(part);
  }
  return count;
}

static void add_call(scmp_filter_ctx ctx, uint32_t action, char *word) {
  struct scmp_arg_cmp condition[CONDITIONS_MAX];
  unsigned count = take_conditions(word, condition);
  int call = seccomp_syscall_resolve_name(word);
  if (call == __NR_SCMP_ERROR)
    die("unknown system call %s", word);
  if (call < 0)
    return;                    /* of another architecture */
  int error = seccomp_rule_add_array(ctx, action, call, count, condition);
  if (error && error != -EEXIST)
    die("%s: %s", word, strerror(-error));
}

static void add_calls(scmp_filter_ctx ctx, uint32_t action, const char *text, unsigned depth) {
  char copy[LINE_MAX_], *save;
  if (depth > DEPTH_MAX)
    die("groups in groups without end");
  snprintf(copy, sizeof copy, "%s", text);
  for (char *word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save))
    if (*word == '@')
      add_group(ctx, action, word, depth);
    else
      add_call(ctx, action, word);
}

/* The next line that is not empty, without comment; NULL at the end. */
static char *next_line(FILE *in, char line[LINE_MAX_]) {
  while (fgets(line, LINE_MAX_, in)) {
    line_number++;
    if (strlen(line) == LINE_MAX_ - 1)
      die("the line is too long");
    line[strcspn(line, "#\n")] = 0;
    for (size_t n = strlen(line); n && line[n - 1] == ' '; n--)
      line[n - 1] = 0;
    if (*line)
      return line;
  }
  return NULL;
}

static FILE *open_file(const char *path) {
  file = path;
  line_number = 0;
  FILE *in = fopen(path, "r");
  if (!in)
    die("%s", strerror(errno));
  return in;
}

static void read_groups(const char *path) {
  char line[LINE_MAX_];
  FILE *in = open_file(path);
  while (next_line(in, line)) {
    char *colon = strchr(line, ':');
    if (*line != '@' || !colon || groups == GROUPS_MAX)
      die("no group");
    *colon = 0;
    strcpy(group[groups].name, line);          /* both parts of a line as long as they may be */
    strcpy(group[groups++].calls, colon + 1);
  }
  fclose(in);
}

static const char *last_part(const char *path) { return strrchr(path, '/') ? strrchr(path, '/') + 1 : path; }

static void identifier(char out[64], const char *path) {
  snprintf(out, 64, "%s", last_part(path));
  for (char *s = out; *s; s++)
    if (*s == '-')
      *s = '_';
}

static const char *right_of(const char *word) {
  for (size_t i = 0; i < sizeof rights / sizeof *rights; i++)
    if (!strcmp(rights[i].name, word))
      return rights[i].constant;
  die("unknown right %s", word);
}

/* "PATH RIGHT…" */
static void write_path(char *text) {
  char *save, *path = strtok_r(text, " ", &save);
  printf("  {\"%s\", 0", path ? path : "");
  for (char *word = strtok_r(NULL, " ", &save); word; word = strtok_r(NULL, " ", &save))
    printf(" | %s", right_of(word));
  puts("},");
}

static size_t write_filter(scmp_filter_ctx ctx, const char *name) {
  static struct sock_filter code[FILTER_MAX];
  FILE *out = tmpfile();
  if (!out || seccomp_export_bpf(ctx, fileno(out)) || lseek(fileno(out), 0, SEEK_SET))
    die("the filter could not be made");
  ssize_t n = read(fileno(out), code, sizeof code);
  if (n <= 0 || n == sizeof code)
    die("the filter is too long");
  size_t count = (size_t)n / sizeof *code;
  printf("static const struct sock_filter filter_%s[] = {\n", name);
  for (size_t i = 0; i < count; i++)
    printf("  {0x%02x, %u, %u, 0x%08x},\n", code[i].code, code[i].jt, code[i].jf, code[i].k);
  puts("};");
  fclose(out);
  return count;
}

/* Number -1 is no system call: a tracer that lets one fail puts it there. */
static scmp_filter_ctx new_filter(void) {
  scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_TRAP);
  if (!ctx || seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) || seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2)
      || seccomp_attr_set(ctx, SCMP_FLTATR_API_TSKIP, 1) || seccomp_rule_add(ctx, SCMP_ACT_ALLOW, -1, 0))
    die("libseccomp cannot begin a filter");
  return ctx;
}

/* False: no line of ours. */
static bool take_line(scmp_filter_ctx ctx, char *line, bool *connects) {
  char *save, *verb = strtok_r(line, " ", &save), *error;
  if (!strcmp(verb, "path"))
    write_path(save);
  else if (!strcmp(verb, "tcp") && !strcmp(save, "connect"))
    *connects = true;
  else if (!strcmp(verb, "call"))
    add_calls(ctx, SCMP_ACT_ALLOW, save, 0);
  else if (!strcmp(verb, "errno") && (error = strtok_r(NULL, " ", &save)))
    add_calls(ctx, SCMP_ACT_ERRNO((uint16_t)value_of(error)), save, 0);
  else
    return false;
  return true;
}

static void write_program(const char *path) {
  char line[LINE_MAX_], name[64];
  scmp_filter_ctx ctx = new_filter();
  bool connects = false;
  FILE *in = open_file(path);
  identifier(name, path);
  printf("static const struct sandbox_path path_%s[] = {\n", name);
  while (next_line(in, line))
    if (!take_line(ctx, line, &connects))
      die("neither path, tcp, call nor errno");
  fclose(in);
  puts("};");
  size_t length = write_filter(ctx, name);
  printf("const struct sandbox sandbox_%s = {\"%s\", path_%s, sizeof path_%s / sizeof *path_%s, %s, filter_%s, %zu};\n", name, last_part(path), name, name, name,
         connects ? "true" : "false", name, length);
  seccomp_release(ctx);
}

static int write_header(char **program) {
  char name[64];
  for (; *program; program++) {
    identifier(name, *program);
    printf("extern const struct sandbox sandbox_%s;\n", name);
  }
  return fflush(stdout) || ferror(stdout);
}

/* One string, so that a program has no pointer to relocate as it starts. */
static int write_calls(int highest) {
  puts("/* Made by scripts/sandbox-compile.c. */\nstatic const char call_names[] =");
  for (int i = 0; i <= highest; i++) {
    char *name = seccomp_syscall_resolve_num_arch(seccomp_arch_native(), i);
    printf("  \"%s\\0\"\n", name ? name : "");
    free(name);
  }
  puts("  ;");
  return fflush(stdout) || ferror(stdout);
}

int main(int argc, char **argv) {
  if (argc < 3) {
    fputs("usage: sandbox-compile GROUPS PROGRAM… | --header PROGRAM… | --calls HIGHEST\n", stderr);
    return 100;
  }
  if (!strcmp(argv[1], "--calls"))
    return write_calls(atoi(argv[2]));
  if (!strcmp(argv[1], "--header"))
    return write_header(argv + 2);
  read_groups(argv[1]);
  puts("/* Made by scripts/sandbox-compile.c from conf/sandbox/. */\n#include \"sandbox/table.h\"\n");
  for (char **a = argv + 2; *a; a++)
    write_program(*a);
  return fflush(stdout) || ferror(stdout);
}
