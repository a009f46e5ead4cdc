// Intent: arguments and results of every kind pass through a trampoline bit for
// bit, on a thread in a loop and outside; so do errno and the control words.

// RUN: %plain_cc -O1 -g -shared -fPIC -DLIBRARY %s -o %t.so
// RUN: %bsan_cc %s -o %t %t.so -lm
// RUN: %run %t outside > %t.plain
// RUN: %env_bsan_opts="blocking_functions=arg_*" %exits 0 %run %t outside > %t.outside
// RUN: diff %t.plain %t.outside
// RUN: %env_bsan_opts="blocking_functions=arg_*:halt_on_error=0:exitcode=0" %run %t inside > %t.inside 2> %t.log
// RUN: diff %t.plain %t.inside
// RUN: FileCheck %s < %t.log
// CHECK-COUNT-12: blocking-call: arg_
// RUN: FileCheck %s --check-prefix=EVERY < %t.log
// EVERY-DAG: blocking-call: arg_nine
// EVERY-DAG: blocking-call: arg_large
// EVERY-DAG: blocking-call: arg_small
// EVERY-DAG: blocking-call: arg_mixed
// EVERY-DAG: blocking-call: arg_variadic
// EVERY-DAG: blocking-call: arg_long_double
// EVERY-DAG: blocking-call: arg_complex
// EVERY-DAG: blocking-call: arg_by_value
// EVERY-DAG: blocking-call: arg_errno
// EVERY-DAG: blocking-call: arg_rounding
// EVERY-DAG: blocking-call: arg_narrow
// EVERY-DAG: blocking-call: arg_vector

#include <complex.h>
#include <errno.h>
#include <fenv.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct large {
  long values[9];
};
struct small {
  long first, second;
};
struct mixed {
  double first;
  long second;
};
typedef float vector __attribute__((vector_size(16)));

long arg_nine(long, long, long, long, long, long, long, long, long);
struct large arg_large(long first, double second);
struct small arg_small(long first);
struct mixed arg_mixed(double first, long second);
double arg_variadic(int count, ...);
long double arg_long_double(long double first, int second, long double third);
double complex arg_complex(double complex first, float complex second);
long arg_by_value(struct large first, int second, struct large third);
int arg_errno(int result);
float arg_rounding(float first, float second);
_Bool arg_narrow(signed char a, unsigned short b, _Bool c, float d);
vector arg_vector(vector first, vector second);

#ifdef LIBRARY

long arg_nine(long a, long b, long c, long d, long e, long f, long g, long h,
              long i) {
  return a + 2 * b + 3 * c + 5 * d + 7 * e + 11 * f + 13 * g + 17 * h + 19 * i;
}

struct large arg_large(long first, double second) {
  struct large result;
  for (int i = 0; i < 9; i++)
    result.values[i] = first * i + (long)second;
  return result;
}

struct small arg_small(long first) {
  return (struct small){first ^ 0x5555, ~first};
}

struct mixed arg_mixed(double first, long second) {
  return (struct mixed){first / 3, second * 3};
}

double arg_variadic(int count, ...) {
  va_list list;
  double sum = 0;
  va_start(list, count);
  for (int i = 0; i < count; i++)
    sum = sum * 3 + va_arg(list, double) + va_arg(list, int);
  va_end(list);
  return sum;
}

long double arg_long_double(long double first, int second, long double third) {
  return first / third + second;
}

double complex arg_complex(double complex first, float complex second) {
  return first * second;
}

long arg_by_value(struct large first, int second, struct large third) {
  return first.values[8] * second + third.values[0];
}

int arg_errno(int result) {
  int before = errno;
  errno = result;
  return before;
}

float arg_rounding(float first, float second) {
  feraiseexcept(FE_OVERFLOW);
  return first / second;
}

_Bool arg_narrow(signed char a, unsigned short b, _Bool c, float d) {
  return a < 0 && b == 65535 && c && d == 0.5f;
}

vector arg_vector(vector first, vector second) { return first / second; }

#else

#include <sanitizer/bsan_interface.h>

static void print(const char *what, const void *data, size_t size) {
  printf("%s", what);
  for (size_t i = 0; i < size; i++)
    printf(" %02x", ((const unsigned char *)data)[i]);
  printf("\n");
}

// For types without padding, which may hold anything.
#define CALL(type, call)                                                       \
  do {                                                                         \
    type result_ = call;                                                       \
    print(#call, &result_, sizeof(result_));                                   \
  } while (0)

static void call_with_words(int mode) {
  fesetround(mode);
  feclearexcept(FE_ALL_EXCEPT);
  float down = arg_rounding(1, 3);
  int raised = fetestexcept(FE_ALL_EXCEPT), after = fegetround();
  unsigned short control;
  __asm__ volatile("fnstcw %0" : "=m"(control));
  fesetround(FE_TONEAREST);
  feclearexcept(FE_ALL_EXCEPT);
  print("rounded", &down, sizeof(down));
  printf("raised %x mode %x control %x\n", (unsigned)raised, (unsigned)after,
         control);
}

static void call_all(void) {
  struct large large = {{1, 2, 3, 4, 5, 6, 7, 8, 9}};
  vector ones = {1, 2, 3, 4}, threes = {3, 5, 7, 11};
  CALL(long, arg_nine(1, -2, 3, -4, 5, -6, 7, -8, 1L << 60));
  CALL(struct large, arg_large(-7, 1e10));
  CALL(struct small, arg_small(0x123456789abcdef));
  CALL(struct mixed, arg_mixed(-1e300, 1L << 50));
  CALL(double, arg_variadic(10, .1, 1, .2, 2, .3, 3, .4, 4, .5, 5, .6, 6, .7, 7,
                            .8, 8, .9, 9, 1.1, 10));
  long double wide = arg_long_double(1.0L, -1, 3.0L);
  print("long double", &wide, 10);
  CALL(double complex, arg_complex(1.5 - 2.5 * I, 0.1f + 7.0f * I));
  CALL(long, arg_by_value(large, 3, large));
  errno = ENOTTY;
  int before = arg_errno(EXDEV), after = errno;
  printf("errno %d %d\n", before, after);
  call_with_words(FE_DOWNWARD);
  call_with_words(FE_UPWARD);
  CALL(_Bool, arg_narrow(-1, 65535, 1, 0.5f));
  CALL(vector, arg_vector(ones, threes));
}

int main(int argc, char **argv) {
  int is_inside = argc > 1 && strcmp(argv[1], "inside") == 0;
  setvbuf(stdout, NULL, _IOFBF, 1 << 16);
  if (is_inside)
    __bsan_enter_loop();
  call_all();
  if (is_inside)
    __bsan_leave_loop();
  return 0;
}

#endif
