// Intent: a loop that waits for completions with io_uring_enter is learned, and
// submitting without waiting is no wait.

// RUN: %bsan_cc %s -o %t
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t > %t.log 2>&1
// RUN: not grep "in at_start" %t.log
// Where io_uring is not allowed there is nothing to learn.
// RUN: sh %S/Inputs/unless.sh "no io_uring" %t.log FileCheck %s
// CHECK: step: loop
// CHECK: blocking-call: usleep on event loop thread T0 "io_uring.c.tmp" (learned, {{run_loop|main}})
// CHECK: #1 {{.*}} in in_callback
// CHECK: step: end

#define _GNU_SOURCE
#include <errno.h>
#include <linux/io_uring.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "../loops/Inputs/loop.h"

BLOCKING(at_start)
BLOCKING(in_callback)

static int ring;
static struct io_uring_params params;
static char *rings;
static struct io_uring_sqe *entries;

static int make_ring(void) {
  ring = (int)syscall(SYS_io_uring_setup, 4, &params);
  if (ring < 0)
    return -1;
  size_t size = params.cq_off.cqes +
                params.cq_entries * sizeof(struct io_uring_cqe) + 4096;
  rings = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE,
               ring, IORING_OFF_SQ_RING);
  entries = mmap(NULL, params.sq_entries * sizeof(*entries),
                 PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring,
                 IORING_OFF_SQES);
  return rings == MAP_FAILED || (void *)entries == MAP_FAILED ? -1 : 0;
}

#define WORD(offset) ((unsigned *)(rings + (offset)))

// One operation that does nothing.
static void submit(void) {
  unsigned tail = *WORD(params.sq_off.tail);
  unsigned index = tail & *WORD(params.sq_off.ring_mask);
  memset(&entries[index], 0, sizeof(*entries));
  entries[index].opcode = IORING_OP_NOP;
  WORD(params.sq_off.array)[index] = index;
  __atomic_store_n(WORD(params.sq_off.tail), tail + 1, __ATOMIC_RELEASE);
  syscall(SYS_io_uring_enter, ring, 1, 0, 0, NULL, 0);
}

static int is_completed(void) {
  unsigned head = *WORD(params.cq_off.head);
  if (head == __atomic_load_n(WORD(params.cq_off.tail), __ATOMIC_ACQUIRE))
    return 0;
  __atomic_store_n(WORD(params.cq_off.head), head + 1, __ATOMIC_RELEASE);
  return 1;
}

NOINLINE static void run_loop(void) {
  for (int round = 0; round < loop_rounds; round++) {
    submit();
    syscall(SYS_io_uring_enter, ring, 0, 1, IORING_ENTER_GETEVENTS, NULL, 0);
    while (is_completed())
      in_callback();
  }
  calls++;
}

int main(void) {
  if (make_ring()) {
    fprintf(stderr, "no io_uring: %s\n", strerror(errno));
    return 0;
  }
  at_start();
  submit();
  at_start();
  STEP("loop");
  run_loop();
  STEP("end");
  return 0;
}
