// Intent: code that is in the program's perf map has the names of the script in
// reports, JSON and suppressions; the stack goes on behind it, by frame pointer,
// stub and tables in turn.  The map grows; only an own regular file is believed.
// REQUIRES: x86_64
// RUN: %bsan_cc %s -o %t
// RUN: %exits 44 %env_bsan_opts=halt_on_error=0:print_stats_on_exit=1 %run %t map > %t.out 2>&1
// RUN: FileCheck %s < %t.out
// RUN: FileCheck --check-prefix=NEW %s < %t.out
// RUN: %exits 44 %env_bsan_opts=halt_on_error=0 %run %t none 2>&1 | FileCheck --check-prefix=NONE %s
// RUN: %exits 44 %env_bsan_opts=halt_on_error=0 %run %t link 2>&1 | FileCheck --check-prefix=NONE %s
// RUN: %exits 44 %env_bsan_opts=halt_on_error=0 %run %t pipe 2>&1 | FileCheck --check-prefix=NONE %s
// RUN: %exits 44 %env_bsan_opts=halt_on_error=0:log_format=json %run %t map 2>&1 \
// RUN:   | FileCheck --check-prefix=JSON %s
// RUN: echo 'blocking:app.js:handler' > %t.supp
// RUN: echo 'usleep:srv/new.js:reload*' >> %t.supp
// RUN: %exits 0 %env_bsan_opts=halt_on_error=0:suppressions=%t.supp %run %t map 2>&1 \
// RUN:   | FileCheck --check-prefix=SUPPRESSED %s
// RUN: echo 'blocking:app.js:hand' > %t.other
// RUN: echo 'blocking:pp.js:handler' >> %t.other
// RUN: echo 'blocking:tool.py:Tool' >> %t.other
// RUN: %exits 44 %env_bsan_opts=halt_on_error=0:suppressions=%t.other %run %t map 2>&1 \
// RUN:   | FileCheck --check-prefix=UNMATCHED %s

// CHECK: blocking-call: usleep on event loop
// CHECK: #0 {{.*}} in usleep
// CHECK-NEXT: #1 {{.*}} in leaf {{.*}}map.c:
// CHECK-NEXT: #2 {{.*}} in Tool.load /srv/tool.py{{$}}
// CHECK-NEXT: #3 {{.*}} in middle {{.*}}map.c:
// CHECK-NEXT: #4 {{.*}} in handler /srv/my app/app.js:12:9{{$}}
// CHECK-NEXT: #5 {{.*}} in main {{.*}}map.c:
// CHECK: The thread entered the loop here:
// CHECK: SUMMARY: BlockSanitizer: blocking-call {{.*}}map.c:{{.*}} in leaf (usleep)
// NEW: blocking-call: usleep on event loop
// NEW: blocking-call: usleep on event loop
// NEW: #2 {{.*}} in reloaded /srv/new.js:3:4{{$}}
// NEW: SUMMARY
// NONE: blocking-call: usleep on event loop
// NONE: #1 {{.*}} in leaf
// NONE-NEXT: #2 0x{{[0-9a-f]+}} (<unknown module>)
// NONE-NEXT: #3 {{.*}} in middle
// NONE-NEXT: #4 0x{{[0-9a-f]+}} (<unknown module>)
// NONE-NEXT: #5 {{.*}} in main
// JSON: {"pc":"{{[^"]*}}","function":"Tool.load","file":"/srv/tool.py"},
// JSON-SAME: {"pc":"{{[^"]*}}","function":"handler","file":"/srv/my app/app.js","line":12,"column":9},
// SUPPRESSED-NOT: blocking-call
// SUPPRESSED: 1 {{.*}} blocking:app.js:handler
// SUPPRESSED: 1 {{.*}} usleep:srv/new.js:reload*
// UNMATCHED: blocking-call: usleep
// UNMATCHED: Suppression never used: blocking:app.js:hand

#include "Inputs/jit.h"
#include <fcntl.h>
#include <sanitizer/bsan_interface.h>
#include <sys/stat.h>

static void (*framed)(void (*)(void)), (*stub)(void (*)(void));

static void leaf(void) {
  usleep(1000);
  __asm__ volatile("");
}

static void middle(void) {
  stub(leaf);
  __asm__ volatile("");
}

static FILE *open_map(const char *mode) {
  const char *path = jit_map_path();
  unlink(path);
  if (strcmp(mode, "link") == 0) {
    static char target[80];
    snprintf(target, sizeof(target), "%s.link", path);
    symlink(target, path);
    return fopen(target, "w");
  }
  if (strcmp(mode, "pipe") == 0)
    mkfifo(path, 0600);
  return strcmp(mode, "map") == 0 ? fopen(path, "w") : NULL;
}

static void write_map(FILE *map) {
  fprintf(map, "\n1234\nnothing 10 x\n%zx 40\n%zx ffffffffffffffffff huge\n",
          (size_t)framed, (size_t)framed);
  fprintf(map, "%zx %x JS:~before /srv/before.js:1:1\n", (size_t)framed, 13);
  fprintf(map, "%zx %x JS:*handler /srv/my app/app.js:12:9\n",
          (size_t)framed, 13);
  fprintf(map, "%zx %x py::Tool.load:/srv/tool.py\n", (size_t)stub, 11);
  fprintf(map, "%zx %x JS:~unfinished /srv/unfinished.js:1", (size_t)stub, 11);
  fflush(map);
}

int main(int argc, char **argv) {
  FILE *map = open_map(argc > 1 ? argv[1] : "map");
  framed = (void (*)(void (*)(void)))jit_compile(jit_framed, 13);
  stub = (void (*)(void (*)(void)))jit_compile(jit_stub, 11);
  if (map)
    write_map(map);
  __bsan_enter_loop();
  framed(middle);
  __bsan_leave_loop();
  if (map) { // The last line about an address holds.
    fprintf(map, ":1\n%zx %x LazyCompile:^reloaded file:///srv/new.js:3:4\n",
            (size_t)stub, 11);
    fclose(map);
  }
  __bsan_enter_loop();
  stub(leaf);
  __bsan_leave_loop();
  unlink(jit_map_path());
  char target[80];
  snprintf(target, sizeof(target), "%s.link", jit_map_path());
  unlink(target);
}
