// Intent: the time of a loop's callbacks is told apart by how long they took
// and by how much of it was blocking calls; computing counts as callbacks' time
// and not as blocked.

// RUN: %bsan_cc %s -o %t
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:symbolize=0:print_stats_on_exit=1:max_reports=1 %run %t >%t.log 2>&1
// RUN: %python %S/Inputs/check_loop_times.py %t.log

#include <sanitizer/bsan_interface.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS = 200 };

static long now_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void compute(long us) {
  long end = now_us() + us;
  while (now_us() < end)
    ;
}

// One callback in a hundred sleeps; the others compute for a short while.
static void on_event(int i) {
  if (i % 100 == 50)
    usleep(50000);
  else
    compute(1000);
}

int main(void) {
  for (int i = 0; i < ROUNDS; i++) {
    __bsan_enter_loop_named("ui");
    on_event(i);
    __bsan_leave_loop();
  }
  return 0;
}
