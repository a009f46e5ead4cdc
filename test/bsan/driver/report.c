// Intent: bsan report sums up the logs of several runs, in every format; what
// identifies a finding is equal in all of them.

// RUN: %bsan_cc %s -o %t
// RUN: rm -f %t.log.*
// RUN: %env_bsan_opts=halt_on_error=0:log_format=json:log_path=%t.log %exits 44 %run %t
// RUN: %env_bsan_opts=halt_on_error=0:log_format=json:log_path=%t.log:suppress_equal_stacks=0 %exits 44 %run %t
// RUN: cat %t.log.* > %t.both

// RUN: %bsan_bin/bsan report --source-root %S %t.both | FileCheck %s --check-prefix=TABLE
// RUN: cat %t.both | %bsan_bin/bsan report -q --source-root=%S - | FileCheck %s --check-prefix=TABLE
// TABLE: {{^}}2 blocking sites, 8 calls, {{[0-9.]+ ms}} blocked, in 2 processes{{$}}
// TABLE-NEXT: {{^ +calls +total +max +slept +where$}}
// TABLE-NEXT: {{^ +6 +[0-9.]+ ms +[0-9.]+ ms +6   usleep   on_request   report.c:[0-9]+$}}
// TABLE-NEXT: {{^ +2 .*   read   main   report.c:[0-9]+$}}
// TABLE-NEXT: {{^}}Loop "ui" (hooks) on 2 threads: 6 iterations, {{.*}} in callbacks ({{[0-9.]+}}% of its time), longest {{.*$}}
// TABLE-NOT: {{.}}

// RUN: %bsan_bin/bsan report --format=json -o %t.json %t.both | count 0
// RUN: %python -m json.tool %t.json | FileCheck %s --check-prefix=JSON
// JSON: "v": 1,
// JSON-NEXT: "type": "report",
// JSON-NEXT: "count": 8,
// JSON: "processes": 2,
// JSON: "call": "usleep",
// JSON-NEXT: "class": "sleep",
// JSON-NEXT: "count": 6,
// JSON-NEXT: "slept": 6,
// JSON: "processes": 2,
// JSON: "stack": [
// JSON: "function": "on_request",
// JSON: "call": "read",
// JSON: "suppressed": {
// JSON-NEXT: "count": 0,
// JSON: "loop": "ui",
// JSON-NEXT: "adapter": "hooks",
// JSON-NEXT: "threads": 2,
// JSON-NEXT: "iterations": 6,

// RUN: %bsan_bin/bsan report --format=folded %t.both | FileCheck %s --check-prefix=FOLDED
// FOLDED: {{^}}_start;{{.*;}}main;on_request;usleep {{[0-9]+$}}

// RUN: %bsan_bin/bsan report --format=chrome-trace %t.both > %t.trace
// RUN: %python %S/Inputs/check_trace.py %t.trace > %t.events
// RUN: FileCheck %s --check-prefix=TRACE < %t.events
// TRACE: track report.c.tmp: loop ui
// TRACE-NEXT: X usleep sleep on_request {{.*}}report.c:{{[0-9]+}} on report.c.tmp: loop ui
// TRACE: track report.c.tmp: loop ui
// RUN: grep -c "^X usleep" %t.events | FileCheck %s --check-prefix=SLICES
// SLICES: {{^4$}}

// Calls lie inside of their callbacks.
// RUN: rm -f %t.slices.*
// RUN: %env_bsan_opts=halt_on_error=0:log_format=json:log_path=%t.slices:suppress_equal_stacks=0:log_callbacks_us=1000 %exits 44 %run %t
// RUN: cat %t.slices.* | %bsan_bin/bsan report --format=chrome-trace -o %t.slices.trace -
// RUN: %python %S/Inputs/check_trace.py %t.slices.trace > %t.slices.events
// RUN: grep -c "^X callbacks" %t.slices.events | FileCheck %s --check-prefix=CALLBACKS
// CALLBACKS: {{^3$}}

// Each run alone has the same fingerprints.
// RUN: %bsan_bin/bsan report --format=sarif --source-root %S %t.both > %t.sarif
// RUN: %python %S/Inputs/check_sarif.py %t.sarif > %t.results
// RUN: FileCheck %s --check-prefix=SARIF < %t.results
// SARIF: rules ['sleep', 'file']
// SARIF-NEXT: sleep usleep in on_request blocks the event loop: the thread sleeps {{.*}}. 6 calls, {{[0-9]+\.[0-9]+}} ms. To do: use a timer of the event loop. at report.c:{{[0-9]+}} in on_request prints [('blockSanitizerFunctions/v1', '[[FUNCTIONS:[0-9a-f]+]]'), ('blockSanitizerSite/v1', '[[SITE:[0-9a-f]+]]')]
// SARIF-NEXT: file read in main {{.*}} at report.c:{{[0-9]+}} in main
// RUN: grep -o "prints.*" %t.results | sort > %t.prints
// RUN: rm -f %t.more.*
// RUN: %env_bsan_opts=halt_on_error=0:log_format=json:log_path=%t.more %exits 44 %run %t
// RUN: cat %t.more.* | %bsan_bin/bsan report --format=sarif - > %t.more.sarif
// RUN: %python %S/Inputs/check_sarif.py %t.more.sarif | grep -o "prints.*" | sort | diff - %t.prints
// RUN: grep -c . %t.prints | FileCheck %s --check-prefix=TWO
// TWO: {{^2$}}

// A table is as wide as its terminal.
// RUN: %python %S/Inputs/in_terminal.py 60 %bsan_bin/bsan report --source-root %S %t.both | FileCheck %s --check-prefix=NARROW
// NARROW: {{^[^$]{57}\.\.\.$}}
// NARROW-NOT: {{^.{61}.*}}

#include <sanitizer/bsan_interface.h>
#include <fcntl.h>
#include <unistd.h>

static volatile int rounds = 3;  // Not to be unrolled.

__attribute__((noinline)) static void on_request(int i) {
  usleep((unsigned)(2000 + i));
  rounds = rounds + 0;
}

int main(void) {
  char data[4];
  int fd = open("/etc/passwd", O_RDONLY);
  for (int i = 0; i < rounds; i++) {
    __bsan_enter_loop_named("ui");
    on_request(i);
    if (i == 1 && read(fd, data, sizeof(data)) != sizeof(data))
      return 1;
    __bsan_leave_loop();
  }
  return 0;
}
