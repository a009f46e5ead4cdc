//===-- bsan_platform_stack.c - Linux: walking and bounding stacks --------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The learned loop frame needs to know where on the stack each frame lies, and
// a stack goes on behind the code of a JIT compiler, where libgcc's unwinder
// ends.  sanitizer_common's BufferedStackTrace can do neither, so this asks the
// unwinder itself.
//
// pthread_getattr_np() would tell the bounds of the stack, but it allocates
// with the host's malloc; /proc/self/maps is read instead, once per loop
// thread.
//
// Context: armed.
//
//===----------------------------------------------------------------------===//

#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <unwind.h>

#include "platform/bsan_platform.h"
#include "platform/bsan_syscall.h"
#include "platform/bsan_unwind.h"

#if defined(__x86_64__)
#  define BSAN_FP_REGISTER 6
#elif defined(__aarch64__)
#  define BSAN_FP_REGISTER 29
#endif

//--- Walking ---------------------------------------------------------------//

struct walk {
  uintptr_t callee_cfa;
  struct bsan_frame *frames; // One of the two is NULL.
  uintptr_t *pcs;
  size_t max;
  size_t count;
  struct bsan_unwind last;
};

static void end_frame(struct walk *walk, uintptr_t cfa) {
  if (walk->frames && walk->count)
    walk->frames[walk->count - 1].cfa = cfa;
}

// False when there is no room.
static bool add_frame(struct walk *walk, const struct bsan_unwind *frame) {
  end_frame(walk, frame->sp);
  if (walk->count == walk->max)
    return false;
  if (walk->pcs)
    walk->pcs[walk->count] = frame->pc;
  if (walk->frames)
    walk->frames[walk->count] = (struct bsan_frame){
        .pc = frame->pc, .cfa = frame->sp, .function = frame->function};
  walk->count++;
  return true;
}

// libgcc's "CFA" of a context is the stack pointer of its function at the call,
// which is the callee's CFA; a frame's own is learned from the next one.
static _Unwind_Reason_Code visit_frame(struct _Unwind_Context *context,
                                       void *arg) {
  struct walk *walk = arg;
  struct bsan_unwind *frame = &walk->last;
  frame->sp = _Unwind_GetCFA(context);
  frame->pc = _Unwind_GetIP(context);
  // A handler's stack may be above the one that was interrupted: such frames
  // count, but have no order.
  if (frame->sp < walk->callee_cfa && (walk->frames || !walk->count))
    return _URC_NO_REASON;
  frame->function = (uintptr_t)_Unwind_GetRegionStart(context);
  frame->fp = (uintptr_t)_Unwind_GetGR(context, BSAN_FP_REGISTER);
  if (frame->pc && add_frame(walk, frame))
    return _URC_NO_REASON;
  end_frame(walk, frame->sp);
  return _URC_END_OF_STACK;
}

// The unwinder visits the first frame that has no tables, and ends there, with
// the function of the one before.
static void go_on(struct walk *walk) {
  struct bsan_unwind *frame = &walk->last;
  bsan_unwind_begin(frame);
  if (walk->frames)
    walk->frames[walk->count - 1].function = frame->function;
  while (bsan_unwind_step(frame))
    if (!add_frame(walk, frame))
      return;
  bool is_complete = frame->sp != 0;
  end_frame(walk, is_complete ? frame->sp : UINTPTR_MAX);
}

// _URC_END_OF_STACK is the unwinder's own answer; when visit_frame() gives it,
// it says that it failed.
static void walk_stack(struct walk *walk) {
  if (_Unwind_Backtrace(visit_frame, walk) == _URC_END_OF_STACK && walk->count)
    go_on(walk);
}

size_t bsan_platform_walk(uintptr_t callee_cfa, struct bsan_frame *frames,
                          size_t max) {
  struct walk walk = {.callee_cfa = callee_cfa, .frames = frames, .max = max};
  walk_stack(&walk);
  return walk.count;
}

size_t bsan_platform_backtrace(uintptr_t pc, uintptr_t callee_cfa,
                               uintptr_t *pcs, size_t max) {
  struct walk walk = {.callee_cfa = callee_cfa, .pcs = pcs, .max = max};
  walk_stack(&walk);
  pcs[0] = pc;
  return walk.count ? walk.count : 1;
}

bool bsan_platform_is_on_signal_stack(void) {
  stack_t stack;
  return bsan_syscall3(SYS_sigaltstack, 0, (long)&stack, 0) == 0 &&
         (stack.ss_flags & SS_ONSTACK);
}

size_t bsan_platform_walk_task(const struct bsan_task *task,
                               struct bsan_frame *frames, size_t max) {
  struct walk walk = {.frames = frames,
                      .max = max,
                      .last = {.pc = task->pc, .sp = task->sp, .fp = task->fp}};
  if (!task->has_registers || !add_frame(&walk, &walk.last))
    return 0;
  go_on(&walk);
  return walk.count;
}

// libc's restorer and the vDSO's consist of rt_sigreturn's system call: by
// these instructions gdb and libgcc know them too (libgcc, linux-unwind.h).
bool bsan_platform_is_signal_return(uintptr_t pc) {
#if defined(__x86_64__)
  // mov $15,%rax; syscall
  static const unsigned char expected[] = {0x48, 0xc7, 0xc0, 0x0f, 0x00,
                                           0x00, 0x00, 0x0f, 0x05};
#elif defined(__aarch64__)
  // mov x8,#139; svc #0
  static const unsigned char expected[] = {0x68, 0x11, 0x80, 0xd2,
                                           0x01, 0x00, 0x00, 0xd4};
#endif
  unsigned char code[sizeof(expected)];
  return bsan_platform_copy((const void *)pc, code, sizeof(code)) &&
         memcmp(code, expected, sizeof(code)) == 0;
}

//--- Mappings --------------------------------------------------------------//

// A mapping of the process.
struct range {
  uintptr_t low, high;
  bool is_executable;
};

// Reads /proc/self/maps a piece at a time and parses "low-high rwx" at the
// start of each line as the characters come: no line buffer, no allocation.
struct maps_parser {
  uintptr_t numbers[2];
  int field; // 0 low, 1 high, then one for each permission.
  bool is_executable;
};

enum { EXECUTE_FIELD = 4 };

static int hex_digit(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// True when C completed what is looked at of a line.
static bool parse_maps_char(struct maps_parser *parser, char c) {
  int digit = hex_digit(c);
  if (c == '\n') {
    *parser = (struct maps_parser){{0, 0}, 0, false};
  } else if (parser->field < 2 && digit >= 0) {
    uintptr_t *number = &parser->numbers[parser->field];
    *number = *number << 4 | (uintptr_t)digit;
  } else if (parser->field <= EXECUTE_FIELD) {
    parser->is_executable = c == 'x';
    return parser->field++ == EXECUTE_FIELD;
  }
  return false;
}

static bool find_mapping(uintptr_t address, struct range *range) {
  long fd = bsan_syscall4(SYS_openat, AT_FDCWD, (long)"/proc/self/maps",
                          O_RDONLY | O_CLOEXEC, 0);
  if (fd < 0)
    return false;
  struct maps_parser parser = {{0, 0}, 0, false};
  bool found = false;
  char piece[256];
  long length;
  while (!found &&
         (length = bsan_syscall3(SYS_read, fd, (long)piece, sizeof(piece))) > 0)
    for (long i = 0; i < length && !found; i++)
      found = parse_maps_char(&parser, piece[i]) &&
              address >= parser.numbers[0] && address < parser.numbers[1];
  bsan_syscall3(SYS_close, fd, 0, 0);
  *range = (struct range){parser.numbers[0], parser.numbers[1],
                          parser.is_executable};
  return found;
}

// Where the kernel put the main thread's stack.
static uintptr_t main_stack(void) { return getauxval(AT_RANDOM); }

// The stack is the one that holds what belongs to the thread: not any that it
// may be running on, such as a coroutine's.
static bool find_stack(uintptr_t *low, uintptr_t *high, bool *is_main) {
  uintptr_t here = BSAN_CFA(), self = (uintptr_t)pthread_self();
  struct range range;
  bool has_self = find_mapping(self, &range);
  *low = range.low;
  *high = self; // libc keeps its record of the thread at the top.
  *is_main = false;
  if (has_self && here >= range.low && here < range.high)
    return true;
  *is_main = bsan_platform_tid() == bsan_platform_pid();
  if (!*is_main)
    return has_self;
  has_self = find_mapping(main_stack(), &range);
  *low = range.low;
  *high = range.high;
  return has_self;
}

bool bsan_platform_stack_bounds(uintptr_t *low, uintptr_t *high) {
  enum { MAX_ROOM = 1 << 30 }; // A stack without a limit has some all the same.
  bool is_main;
  if (!find_stack(low, high, &is_main)) {
    *low = 0;
    *high = UINTPTR_MAX;
    return false;
  }
  // The main thread's mapping grows as it is used.
  struct rlimit limit;
  if (is_main &&
      bsan_syscall4(SYS_prlimit64, 0, RLIMIT_STACK, 0, (long)&limit) == 0) {
    uintptr_t room = limit.rlim_cur < MAX_ROOM ? limit.rlim_cur : MAX_ROOM;
    *low = *high - room < *low ? *high - room : *low;
  }
  return true;
}

// Reading all of a large program's mappings takes a millisecond, so those with
// code are kept: the number of the first page, and how many there are, in one
// word, which needs no lock.
enum { KEPT_RANGES = 16, COUNT_BITS = 24, PAGE_BITS = 12 };

static uint64_t kept_ranges[KEPT_RANGES];
static unsigned next_kept;

static bool is_in_kept_range(uintptr_t address) {
  for (int i = 0; i < KEPT_RANGES; i++) {
    uint64_t range = __atomic_load_n(&kept_ranges[i], __ATOMIC_RELAXED);
    if ((address >> PAGE_BITS) - (range >> COUNT_BITS) <
        (range & ((1u << COUNT_BITS) - 1)))
      return true;
  }
  return false;
}

static void keep_range(const struct range *range) {
  uint64_t pages = (range->high - range->low) >> PAGE_BITS;
  if (pages >> COUNT_BITS)
    return;
  unsigned i = __atomic_fetch_add(&next_kept, 1, __ATOMIC_RELAXED);
  __atomic_store_n(&kept_ranges[i % KEPT_RANGES],
                   range->low >> PAGE_BITS << COUNT_BITS | pages,
                   __ATOMIC_RELAXED);
}

bool bsan_platform_is_executable(uintptr_t address) {
  struct range range;
  if (is_in_kept_range(address))
    return true;
  if (!find_mapping(address, &range) || !range.is_executable)
    return false;
  keep_range(&range);
  return true;
}
