// Intent: eight threads call named functions in loops of their own and outside
// of loops at the same time: every result is right, and every thread's calls counted.

// RUN: %plain_cc -g -I%include_dir -shared -fPIC -DLIBRARY %s -o %t.so
// RUN: %bsan_cc %s -o %t %t.so -lpthread
// RUN: %env_bsan_opts=blocking_functions=my_query,my_sum:halt_on_error=0:exitcode=0:print_stats_on_exit=1 %exits 0 %run %t > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// CHECK: blocking-call: my_
// CHECK: end
// CHECK-DAG: {{^ +16,000 .* my_query}}
// CHECK-DAG: {{^ +16,000 .* my_sum}}

#include <pthread.h>
#include <sanitizer/bsan_interface.h>
#include <stdio.h>

long my_query(long value);
double my_sum(double a, double b, double c, double d, double e, double f,
              double g, double h, double i);

#ifdef LIBRARY
long my_query(long value) { return value * 3; }
double my_sum(double a, double b, double c, double d, double e, double f,
              double g, double h, double i) {
  return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h + 9 * i;
}
#else
enum { THREADS = 8, ROUNDS = 4000 };

static int check_calls(long value) {
  double sum = my_sum(value, 1, 2, 3, 4, 5, 6, 7, 8);
  return my_query(value) != 3 * value || sum != value + 240;
}

// Half of the threads are in no loop.
static void *run(void *number) {
  long failures = 0, index = (long)number;
  for (int round = 0; round < ROUNDS; round++) {
    if (index % 2)
      __bsan_enter_loop();
    failures += check_calls(index * ROUNDS + round);
    if (index % 2)
      __bsan_leave_loop();
  }
  return (void *)failures;
}

int main(void) {
  pthread_t threads[THREADS];
  long failures = 0;
  for (long i = 0; i < THREADS; i++)
    if (pthread_create(&threads[i], NULL, run, (void *)i))
      return 2;
  for (int i = 0; i < THREADS; i++) {
    void *result;
    pthread_join(threads[i], &result);
    failures += (long)result;
  }
  fputs("end\n", stderr);
  return failures != 0;
}
#endif
