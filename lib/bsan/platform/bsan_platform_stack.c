//===-- bsan_platform_stack.c - Linux: walking and bounding stacks --------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The learned loop frame needs to know where on the stack each frame lies.
// BufferedStackTrace keeps addresses of code only, so this asks libgcc's
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

//--- Walking ---------------------------------------------------------------//

struct walk {
  uintptr_t callee_cfa;
  struct bsan_frame *frames;
  size_t max;
  size_t count;
  bool is_complete;  // The last frame's place is known too.
};

// libgcc's "CFA" of a context is the stack pointer of its function at the call,
// which is the callee's CFA; a frame's own is learned from the next one.
static _Unwind_Reason_Code visit_frame(struct _Unwind_Context *context,
                                       void *arg) {
  struct walk *walk = arg;
  uintptr_t sp = _Unwind_GetCFA(context);
  uintptr_t pc = _Unwind_GetIP(context);
  if (sp < walk->callee_cfa)
    return _URC_NO_REASON;
  if (walk->count)
    walk->frames[walk->count - 1].cfa = sp;
  walk->is_complete = !pc || walk->count == walk->max;
  if (walk->is_complete)
    return _URC_END_OF_STACK;
  walk->frames[walk->count++] = (struct bsan_frame){
      .pc = pc,
      .cfa = sp,
      .function = (uintptr_t)_Unwind_GetRegionStart(context),
  };
  return _URC_NO_REASON;
}

size_t bsan_platform_walk(uintptr_t callee_cfa, struct bsan_frame *frames,
                          size_t max) {
  struct walk walk = {callee_cfa, frames, max, 0, false};
  _Unwind_Backtrace(visit_frame, &walk);
  if (walk.count && !walk.is_complete) {
    struct bsan_frame *last = &frames[walk.count - 1];
    last->cfa = UINTPTR_MAX;
    last->function = 0;  // libgcc's is the one before.
  }
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

//--- Bounds ----------------------------------------------------------------//

// Reads /proc/self/maps a piece at a time and parses "low-high " at the start
// of each line as the characters come: no line buffer, no allocation.
struct maps_parser {
  uintptr_t numbers[2];
  int field;  // 0 low, 1 high, 2 the rest of the line.
};

static int hex_digit(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// True when C completed the two numbers of a line.
static bool parse_maps_char(struct maps_parser *parser, char c) {
  int digit = hex_digit(c);
  if (c == '\n') {
    *parser = (struct maps_parser){{0, 0}, 0};
  } else if (parser->field < 2 && digit >= 0) {
    uintptr_t *number = &parser->numbers[parser->field];
    *number = *number << 4 | (uintptr_t)digit;
  } else if (parser->field < 2) {
    return ++parser->field == 2;
  }
  return false;
}

static bool find_mapping(uintptr_t address, uintptr_t *low, uintptr_t *high) {
  long fd = bsan_syscall4(SYS_openat, AT_FDCWD, (long)"/proc/self/maps",
                          O_RDONLY | O_CLOEXEC, 0);
  if (fd < 0)
    return false;
  struct maps_parser parser = {{0, 0}, 0};
  bool found = false;
  char piece[256];
  long length;
  while (!found && (length = bsan_syscall3(SYS_read, fd, (long)piece,
                                           sizeof(piece))) > 0)
    for (long i = 0; i < length && !found; i++)
      found = parse_maps_char(&parser, piece[i]) &&
              address >= parser.numbers[0] && address < parser.numbers[1];
  bsan_syscall3(SYS_close, fd, 0, 0);
  *low = parser.numbers[0];
  *high = parser.numbers[1];
  return found;
}

// Where the kernel put the main thread's stack.
static uintptr_t main_stack(void) { return getauxval(AT_RANDOM); }

// The stack is the one that holds what belongs to the thread: not any that it
// may be running on, such as a coroutine's.
static bool find_stack(uintptr_t *low, uintptr_t *high, bool *is_main) {
  uintptr_t here = BSAN_CFA(), self = (uintptr_t)pthread_self();
  bool has_self = find_mapping(self, low, high);
  *is_main = false;
  if (has_self && here >= *low && here < *high) {
    *high = self;  // libc keeps its record of the thread at the top.
    return true;
  }
  *is_main = bsan_platform_tid() == bsan_platform_pid();
  if (*is_main)
    return find_mapping(main_stack(), low, high);
  *high = self;
  return has_self;
}

bool bsan_platform_stack_bounds(uintptr_t *low, uintptr_t *high) {
  enum { MAX_ROOM = 1 << 30 };  // A stack without a limit has some all the same.
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
