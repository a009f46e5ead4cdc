// Intent: writing to standard output and error and to terminals is silent
// unless std_streams=1, and the files that are memory unless memory_files=1.

// RUN: %bsan_cc %s -o %t -lutil
// RUN: %env_bsan_opts=halt_on_error=0 %exits 0 %run %t 2>&1 | FileCheck %s --check-prefix=DEFAULT
// DEFAULT-NOT: BlockSanitizer
// DEFAULT: end

// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:std_streams=1 %run %t 2>&1 | FileCheck %s --check-prefix=STREAMS
// STREAMS: blocking-call: write on
// STREAMS-NEXT: write(1, {{.*}}, 4): pipe:
// STREAMS: blocking-call: write on
// STREAMS: fd {{[0-9]+}} is /dev/pts/
// STREAMS-NOT: blocking-call:
// STREAMS: end

// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:memory_files=1 %run %t 2>&1 | FileCheck %s --check-prefix=MEMORY
// MEMORY: blocking-call: open on
// MEMORY-NEXT: open("/proc/self/stat"):
// MEMORY: blocking-call: read on
// MEMORY: fd {{[0-9]+}} is /proc/{{[0-9]+}}/stat
// MEMORY: blocking-call: read on
// MEMORY: fd {{[0-9]+}} is /dev/urandom
// MEMORY-NOT: blocking-call:
// MEMORY: end

#include <fcntl.h>
#include <pty.h>
#include <sanitizer/bsan_interface.h>
#include <stdio.h>
#include <unistd.h>

int main(void) {
  int master, terminal, random = open("/dev/urandom", O_RDONLY);
  char data[4];
  if (openpty(&master, &terminal, NULL, NULL, NULL) || random < 0)
    return 1;
  __bsan_enter_loop();
  int status = open("/proc/self/stat", O_RDONLY);
  int done = read(status, data, 4) == 4 && write(1, "out\n", 4) == 4 &&
             write(terminal, "tty\n", 4) == 4 && read(random, data, 4) == 4;
  __bsan_leave_loop();
  fputs("end\n", stderr);
  return done ? 0 : 1;
}
