//===-- bsan_platform_park.c - Linux: making a thread stand still ---------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A thread that runs is stopped by a signal whose handler keeps its registers
// and waits.  Its stack is walked from outside meanwhile: the handler takes no
// lock, not even the loader's, and needs little room on a stack that may be
// small.
//
// The signal is a realtime one that the program neither handles nor blocks, and
// is looked for each time.  The handler stays: taking it away could take away
// one that the program has just installed.  To whoever else sends the signal it
// is as if there were none.
//
// Between the look at the thread and the signal it may enter a system call, and
// those that are never restarted would give EINTR.  The handler sees that and
// makes the call again, of which nothing has happened yet.
//
// Context: armed, on the runtime's own thread, one at a time; the handler: any.
//
//===----------------------------------------------------------------------===//

#include <errno.h>
#include <string.h>
#include <ucontext.h>

#include "platform/bsan_platform.h"
#include "platform/bsan_syscall.h"

#if defined(__x86_64__)

enum {
  FIRST_SIGNAL = 34, // glibc has the first two for itself.
  LAST_SIGNAL = 64,
  KERNEL_SIGNAL_SET = 8,
  RESTORER_GIVEN = 0x04000000, // SA_RESTORER
};
static const uint64_t arrive_ns = 300000000, stand_ns = 200000000,
                      hold_ns = 1000000000;

struct kernel_action {
  void (*handler)(int number, siginfo_t *info, void *context);
  unsigned long flags;
  void (*restorer)(void);
  uint64_t mask;
};

enum { IDLE, WANTED, ARRIVED, PARKED };
static uint32_t state;
static uint32_t turn; // Which request the state is of.
static int wanted_tid;
static uintptr_t pc, sp, fp;

static uint64_t held_until_ns;

//--- The handler -----------------------------------------------------------//

// The same instructions as libc's, by which unwinders know it.
void bsan_platform_return_from_signal(void)
    __attribute__((visibility("hidden")));
__asm__(".text\n"
        ".p2align 4\n"
        "nop\n" // Unwinders look for the code one byte before a return address.
        ".globl bsan_platform_return_from_signal\n"
        ".hidden bsan_platform_return_from_signal\n"
        ".type bsan_platform_return_from_signal, @function\n"
        "bsan_platform_return_from_signal:\n"
        "movq $15, %rax\n"
        "syscall\n"
        ".size bsan_platform_return_from_signal, "
        ".-bsan_platform_return_from_signal\n");

static long set_action(int number, const struct kernel_action *action,
                       struct kernel_action *before) {
  return bsan_syscall4(SYS_rt_sigaction, number, (long)action, (long)before,
                       KERNEL_SIGNAL_SET);
}

static void send_signal(int tid, int number) {
  bsan_syscall3(SYS_tgkill, bsan_platform_pid(), tid, number);
}

// Somebody else's: what it does when there is no handler.
static void take_default(int number) {
  static const struct kernel_action none;
  set_action(number, &none, NULL);
  send_signal(bsan_platform_tid(), number);
}

// The kernel gives -EINTR behind the instruction that entered it.  Which call
// it was is in no register any more, but mostly in the instruction before (mov
// $number,%eax), which is made again with it.
static void make_call_again(greg_t *registers) {
  enum { LENGTH = 7 };
  unsigned char code[1 + LENGTH];
  const char *at = (const char *)registers[REG_RIP];
  if (registers[REG_RAX] != -EINTR ||
      !bsan_platform_copy(at - sizeof(code), code, sizeof(code)))
    return;
  bool has_prefix = (code[0] & 0xf0) == 0x40; // Then it is another register.
  if (!has_prefix && code[1] == 0xb8 && code[6] == 0x0f && code[7] == 0x05)
    registers[REG_RIP] -= LENGTH;
}

// Yielding, and not asleep: what the thread was doing has not slept for us.
static void stand(uint32_t my_turn) {
  uint64_t end_ns = bsan_platform_now_ns() + stand_ns;
  while (__atomic_load_n(&state, __ATOMIC_ACQUIRE) == PARKED &&
         __atomic_load_n(&turn, __ATOMIC_ACQUIRE) == my_turn) {
    bsan_syscall3(SYS_sched_yield, 0, 0, 0);
    uint32_t parked = PARKED;
    if (bsan_platform_now_ns() > end_ns)
      __atomic_compare_exchange_n(&state, &parked, IDLE, false,
                                  __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
  }
}

static void on_signal(int number, siginfo_t *info, void *arg) {
  greg_t *registers = ((ucontext_t *)arg)->uc_mcontext.gregs;
  uint32_t wanted = WANTED;
  if (info->si_code != SI_TKILL || info->si_pid != bsan_platform_pid()) {
    take_default(number);
    return;
  }
  if (__atomic_load_n(&wanted_tid, __ATOMIC_ACQUIRE) == bsan_platform_tid() &&
      __atomic_compare_exchange_n(&state, &wanted, ARRIVED, false,
                                  __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
    uint32_t my_turn = turn;
    pc = (uintptr_t)registers[REG_RIP];
    sp = (uintptr_t)registers[REG_RSP];
    fp = (uintptr_t)registers[REG_RBP];
    __atomic_store_n(&state, PARKED, __ATOMIC_SEQ_CST);
    bsan_platform_wake(&state);
    stand(my_turn);
  }
  make_call_again(registers);
}

//--- The signal ------------------------------------------------------------//

static bool install(int number) {
  static const struct kernel_action action = {
      on_signal, SA_SIGINFO | SA_ONSTACK | SA_RESTART | RESTORER_GIVEN,
      bsan_platform_return_from_signal, ~(uint64_t)0};
  struct kernel_action before;
  if (set_action(number, &action, &before) < 0)
    return false;
  if (!before.handler || before.handler == on_signal)
    return true;
  set_action(number, &before, NULL);
  return false;
}

static bool is_installed(int number) {
  struct kernel_action now;
  return number && set_action(number, NULL, &now) == 0 &&
         now.handler == on_signal;
}

static bool has_signal(uint64_t set, int number) {
  return set >> (number - 1) & 1;
}

// A signal that may be sent to the thread, 0 if there is none.  The last ones
// are the least likely to be the program's.
static int choose_signal(int tid) {
  static int last;
  struct bsan_signals signals;
  if (!bsan_platform_signals_of(tid, &signals))
    return 0;
  if (is_installed(last) && !has_signal(signals.blocked, last))
    return last;
  for (int number = LAST_SIGNAL; number >= FIRST_SIGNAL; number--)
    if (!has_signal(signals.blocked | signals.handled, number) &&
        install(number))
      return last = number;
  return 0;
}

//--- Parking ---------------------------------------------------------------//

static bool wait_until_parked(void) {
  uint64_t end_ns = bsan_platform_now_ns() + arrive_ns, now_ns;
  uint32_t seen;
  while ((seen = __atomic_load_n(&state, __ATOMIC_SEQ_CST)) != PARKED) {
    now_ns = bsan_platform_now_ns();
    if (now_ns < end_ns || seen == ARRIVED)
      bsan_platform_sleep_for(&state, seen,
                              now_ns < end_ns ? end_ns - now_ns : arrive_ns);
    else if (__atomic_compare_exchange_n(&state, &seen, IDLE, false,
                                         __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
      return false;
  }
  return true;
}

static bool is_held(void) {
  return bsan_platform_now_ns() <
         __atomic_load_n(&held_until_ns, __ATOMIC_SEQ_CST);
}

bool bsan_platform_park(int tid, struct bsan_task *task) {
  int number = choose_signal(tid);
  if (!number)
    return false;
  __atomic_store_n(&wanted_tid, tid, __ATOMIC_SEQ_CST);
  __atomic_store_n(&turn, turn + 1, __ATOMIC_SEQ_CST);
  __atomic_store_n(&state, WANTED, __ATOMIC_SEQ_CST);
  if (is_held() || !bsan_platform_is_running(tid)) {
    __atomic_store_n(&state, IDLE, __ATOMIC_SEQ_CST);
    return false;
  }
  send_signal(tid, number);
  if (!wait_until_parked())
    return false;
  task->has_registers = true;
  task->pc = pc + 1; // As if a call returned there.
  task->sp = sp;
  task->fp = fp;
  return true;
}

bool bsan_platform_unpark(void) {
  uint32_t parked = PARKED;
  return __atomic_compare_exchange_n(&state, &parked, IDLE, false,
                                     __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

void bsan_platform_hold_signals(void) {
  __atomic_store_n(&held_until_ns, bsan_platform_now_ns() + hold_ns,
                   __ATOMIC_SEQ_CST);
  // One that is on its way comes with the way back from a system call.
  while (__atomic_load_n(&state, __ATOMIC_SEQ_CST) == WANTED &&
         wanted_tid == bsan_platform_tid())
    bsan_syscall3(SYS_sched_yield, 0, 0, 0);
}

void bsan_platform_park_after_fork(void) { state = IDLE; }

#else

// Not written for this architecture: what runs has no stack in its report.
bool bsan_platform_park(int tid, struct bsan_task *task) {
  (void)tid;
  (void)task;
  return false;
}

bool bsan_platform_unpark(void) { return false; }

void bsan_platform_hold_signals(void) {}

void bsan_platform_park_after_fork(void) {}

#endif
