//===-- rule_main.c - Runs the rows of a program of rules -----------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// usage: PROGRAM list | fire LABEL | fire-all KIND | silent | same
//
// Every call runs in a fresh folder, with the descriptors that setup() opened.
// `same` makes each call three times: outside of the loop, there again (the
// first call of a function of libc may leave another errno, by loading a
// module), and inside.  `fire-all` makes the first calls of one kind, all in one
// process, each after a line on stderr that names it.
//
//===----------------------------------------------------------------------===//

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../rule.h"

extern const struct rule *const __start_rules[];
extern const struct rule *const __stop_rules[];

char rule_data[64];
bool rule_is_fatal;

// The next call is to be made inside the loop.
static bool is_inside;
static bool is_in_loop;
static int errno_after;
static pthread_t main_thread;
static char main_stat[64];
static int first_fd;
static char folder[] = "rule-XXXXXX";
static int start_folder;

enum stage { BEFORE, CALLING, AFTER };
static volatile enum stage *stage;  // Shared with the children of rules.

static void check(bool is_good, const char *what) {
  if (is_good)
    return;
  perror(what);
  _exit(99);
}

//--- The call --------------------------------------------------------------//

void rule_leave_loop(void) {
  if (is_in_loop)
    __bsan_leave_loop();
  is_in_loop = false;
}

void rule_begin(void) {
  is_in_loop = is_inside;
  if (is_in_loop)
    __bsan_enter_loop_named("rule");
  *stage = CALLING;
  errno = 0;
}

void rule_end(void) {
  errno_after = errno;
  *stage = AFTER;
  rule_leave_loop();
}

//--- Helpers ---------------------------------------------------------------//

static bool is_main_asleep(void) {
  char stat[512];
  FILE *file = fopen(main_stat, "r");
  if (!file)
    _exit(0);
  size_t size = fread(stat, 1, sizeof(stat) - 1, file);
  fclose(file);
  stat[size] = 0;
  const char *name_end = strrchr(stat, ')');
  if (!name_end || !name_end[1])
    return false;
  // In a child: the parent has been ended by its report.
  if (name_end[2] == 'Z' || name_end[2] == 'X')
    _exit(0);
  return name_end[2] == 'S';
}

void rule_wait_for_sleep(void) {
  while (*stage == BEFORE || (*stage == CALLING && !is_main_asleep()))
    sched_yield();
}

// 5 ms of processor time: the call has long been entered.
static void wait_for_work(void) {
  clockid_t clock;
  struct timespec start, now;
  pthread_getcpuclockid(main_thread, &clock);
  while (*stage == BEFORE)
    sched_yield();
  clock_gettime(clock, &start);
  do
    clock_gettime(clock, &now);
  while (*stage == CALLING && (now.tv_sec - start.tv_sec) * 1000000000 +
                                      now.tv_nsec - start.tv_nsec <
                                  5000000);
}

static struct {
  pthread_t thread;
  bool is_running;
  volatile bool has_taken;
  void (*take)(void), (*wait)(void), (*release)(void);
} other;

static void *run_other(void *unused) {
  (void)unused;
  if (other.take)
    other.take();
  other.has_taken = true;
  if (!other.release)
    return NULL;
  other.wait();
  other.release();
  return NULL;
}

static void start_other(void (*take)(void), void (*wait)(void),
                        void (*release)(void)) {
  other.take = take;
  other.wait = wait;
  other.release = release;
  other.has_taken = false;
  errno = pthread_create(&other.thread, NULL, run_other, NULL);
  check(errno == 0, "pthread_create");
  other.is_running = true;
  while (!other.has_taken)
    sched_yield();
}

void rule_other(void (*take)(void), void (*release)(void)) {
  start_other(take, rule_wait_for_sleep, release);
}

void rule_other_while_spinning(void (*take)(void), void (*release)(void)) {
  start_other(take, wait_for_work, release);
}

void *rule_lookup(const char *symbol) {
  void *found = dlsym(RTLD_DEFAULT, symbol);
  check(found != NULL, symbol);
  return found;
}

//--- One call --------------------------------------------------------------//

struct outcome {
  long value;
  int error;
  char data[sizeof(rule_data)];
};

static int remove_entry(const char *path, const struct stat *st, int type,
                        struct FTW *walk) {
  (void)st, (void)type, (void)walk;
  return remove(path);
}

static void make_folder(void) {
  memcpy(folder, "rule-XXXXXX", sizeof(folder));
  check(mkdtemp(folder) != NULL, "mkdtemp");
  check(chdir(folder) == 0, folder);
  memset(rule_data, 0, sizeof(rule_data));
}

static void clean_up(void) {
  if (other.is_running)
    pthread_join(other.thread, NULL);
  other.is_running = false;
  rule_teardown();
  for (int fd = first_fd; fd < first_fd + 64; fd++)
    close(fd);
  check(fchdir(start_folder) == 0, "fchdir");
  nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

static struct outcome run(long (*call)(void), bool inside) {
  struct outcome outcome;
  make_folder();
  rule_setup();
  is_inside = inside;
  *stage = BEFORE;
  outcome.value = call();
  is_inside = false;
  outcome.error = errno_after;
  memcpy(outcome.data, rule_data, sizeof(rule_data));
  clean_up();
  return outcome;
}

//--- All calls -------------------------------------------------------------//

static int compare(const char *label, const char *form, long (*call)(void)) {
  run(call, false);
  struct outcome outside = run(call, false);
  struct outcome inside = run(call, true);
  if (outside.value != inside.value || outside.error != inside.error) {
    printf("%s, the %s call: outside of the loop it returned %ld with errno "
           "%d (%s), inside %ld with %d (%s)\n",
           label, form, outside.value, outside.error, strerror(outside.error),
           inside.value, inside.error, strerror(inside.error));
    return 1;
  }
  if (memcmp(outside.data, inside.data, sizeof(outside.data)) != 0) {
    printf("%s, the %s call: the data differ\n", label, form);
    return 1;
  }
  return 0;
}

// The runtime exports a wrapper of what libc is without: libc itself is asked.
static bool is_present(const char *symbol) {
  void *libc = dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
  check(libc != NULL, "libc.so.6");
  bool found = dlsym(libc, symbol) != NULL;
  dlclose(libc);
  return found;
}

static const char *const kinds[] = {"plain", "measured", "quiet"};

static int do_rule(const struct rule *rule, const char *what,
                   const char *label) {
  if (rule->is_optional && !is_present(rule->symbol))
    return 0;
  if (strcmp(what, "list") == 0)
    printf("%s %s %s %s %s\n", rule->label, rule->symbol, rule->name, rule->cls,
           kinds[rule->kind]);
  else if (strcmp(what, "same") == 0)
    return compare(rule->label, "blocking", rule->fires) +
           compare(rule->label, "silent", rule->silent);
  else if (strcmp(what, "silent") == 0) {
    printf("%s\n", rule->label);  // Tells which one it was that was not.
    if (rule->kind == RULE_IS_QUIET)
      run(rule->fires, true);
    run(rule->silent, true);
  } else if (strcmp(what, "fire-all") == 0 &&
             strcmp(kinds[rule->kind], label) == 0) {
    dprintf(2, "case %s\n", rule->label);
    run(rule->fires, true);
  } else if (strcmp(rule->label, label) == 0)
    run(rule->fires, true);
  return 0;
}

// By a first report.  Its descriptors are below 16, and those that are closed
// after each call are above.
static void start_symbolizer(void) {
  __bsan_enter_loop_named("rule");
  usleep(1);
  __bsan_leave_loop();
  while (open("/dev/null", O_RDONLY) < 16)
    continue;
}

int main(int argc, char **argv) {
  check(argc >= 2, "usage: list | fire LABEL | fire-all KIND | silent | same");
  rule_is_fatal = strcmp(argv[1], "fire") == 0;
  setvbuf(stdout, NULL, _IOLBF, 0);
  main_thread = pthread_self();
  snprintf(main_stat, sizeof(main_stat), "/proc/%d/task/%d/stat", getpid(),
           getpid());
  stage = mmap(NULL, sizeof(*stage), PROT_READ | PROT_WRITE,
               MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  check(stage != MAP_FAILED, "mmap");
  if (strcmp(argv[1], "fire-all") == 0)
    start_symbolizer();
  start_folder = open(".", O_RDONLY | O_DIRECTORY);
  check(start_folder >= 0, "open");
  first_fd = start_folder + 1;
  int failures = 0;
  for (const struct rule *const *row = __start_rules; row < __stop_rules; row++)
    failures += do_rule(*row, argv[1], argc > 2 ? argv[2] : "");
  // Whatever ended the program early, with whatever status, did not say this.
  puts("done");
  return failures ? 1 : 0;
}
