//===-- bsan_loop_learned_test.c - Unit tests of bsan_loop_learned.c ------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The stacks are real: functions that may not be inlined, with something left
// to do after their calls. wait_once() and call() stand for the wrappers of a
// wait and of a call; the last tests use the real ones.
//
//===----------------------------------------------------------------------===//

#define _GNU_SOURCE
#include "bsan_unit.h"

#include <pthread.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "bsan_flags.h"
#include "bsan_unit_fakes.h"
#include "intercept/bsan_calls.h"
#include "loop/bsan_gate.h"
#include "loop/bsan_loop.h"

#define NOINLINE __attribute__((noinline))
// Keeps the call before it from becoming a jump.
#define KEEP_FRAME() __asm__ volatile("" ::: "memory")

static int wait_fd = 77;
static bool wait_is_epoll = true;

NOINLINE static enum bsan_wait_role wait_once(void) {
  struct bsan_wait wait = {.pc = BSAN_CALLER_PC(),
                           .cfa = BSAN_CFA(),
                           .fd = wait_fd,
                           .is_epoll = wait_is_epoll,
                           .call = BSAN_CALL_epoll_wait};
  bsan_learned_begin_wait(&wait);
  bsan_learned_end_wait(&wait);
  KEEP_FRAME();
  return (enum bsan_wait_role)wait.role;
}

// A call as it was found: is it inside, and, when a stack is asked, still?
struct found {
  enum bsan_inside where;
  bool is_inside;
};

NOINLINE static struct found call(void) {
  struct bsan_event event = bsan_unit_make_event(BSAN_CALL_nanosleep);
  event.thread = bsan_thread_self;
  event.pc = BSAN_CALLER_PC();
  event.cfa = BSAN_CFA();
  struct found found = {bsan_loop_where(event.thread, event.cfa),
                        bsan_learned_is_inside(&event)};
  if (found.where == BSAN_UNDECIDED)
    bsan_learned_keep(&event);
  KEEP_FRAME();
  return found;
}

NOINLINE static struct found call_from_callback(void) {
  struct found found = call();
  KEEP_FRAME();
  return found;
}

//===-- What makes a loop -------------------------------------------------===//

TEST the_first_epoll_wait_makes_a_loop(void) {
  ASSERT_EQ(NULL, bsan_thread_self);
  ASSERT_EQ(BSAN_WAIT_OWN, wait_once());
  ASSERT_EQ(BSAN_LOOP_LEARNED, bsan_thread_self->kind);
  ASSERT_EQ(77, bsan_thread_self->learned.fd);
  ASSERT_EQ(1, bsan_thread_self->times.iterations);
  ASSERT(bsan_gate_is_armed());
  bsan_loop_forget_thread();
  ASSERT_FALSE(bsan_gate_is_armed());
  PASS();
}

TEST other_waits_make_one_only_when_told_to(void) {
  wait_is_epoll = false;
  ASSERT_EQ(BSAN_WAIT_PLAIN, wait_once());
  ASSERT_EQ(NULL, bsan_thread_self);
  bsan_flags.auto_loop = "all";
  ASSERT_EQ(BSAN_WAIT_OWN, wait_once());
  bsan_loop_forget_thread();
  PASS();
}

TEST no_wait_makes_one_when_it_is_turned_off(void) {
  bsan_flags.auto_loop = "0";
  ASSERT_EQ(BSAN_WAIT_PLAIN, wait_once());
  ASSERT_FALSE(bsan_gate_is_armed());
  ASSERT_EQ(NULL, bsan_thread_self);
  PASS();
}

TEST a_thread_with_hooks_learns_nothing(void) {
  bsan_loop_enter(NULL, 0x1000, BSAN_CFA());
  ASSERT_EQ(BSAN_WAIT_NESTED, wait_once());
  bsan_loop_leave();
  ASSERT_EQ(BSAN_WAIT_PLAIN, wait_once());
  ASSERT_FALSE(bsan_gate_is_armed());
  ASSERT_EQ(BSAN_LOOP_API, bsan_thread_self->kind);
  PASS();
}

static greatest_test_res check_kind(const char *module,
                                    enum bsan_loop_kind kind) {
  bsan_unit_fakes.module = module;
  wait_once();
  int got = bsan_thread_self->kind;
  bsan_loop_forget_thread();
  ASSERT_EQ_FMTm(module, (int)kind, got, "%d");
  PASS();
}

TEST libraries_are_known_by_their_files(void) {
  CHECK_CALL(
      check_kind("/usr/lib/x86_64-linux-gnu/libuv.so.1.0.0", BSAN_LOOP_LIBUV));
  CHECK_CALL(check_kind("libuv.so", BSAN_LOOP_LIBUV));
  CHECK_CALL(check_kind("/a/libevent-2.1.so.7", BSAN_LOOP_LIBEVENT));
  CHECK_CALL(check_kind("/a/libev.so.4", BSAN_LOOP_LIBEV));
  CHECK_CALL(check_kind("/usr/bin/python3.11", BSAN_LOOP_CPYTHON));
  CHECK_CALL(check_kind("/usr/bin/node", BSAN_LOOP_NODE));
  CHECK_CALL(check_kind("/usr/bin/nodejs", BSAN_LOOP_LEARNED));
  CHECK_CALL(check_kind("/a/mylibuv.so.1", BSAN_LOOP_LEARNED));
  CHECK_CALL(check_kind("/libuv.so.1/program", BSAN_LOOP_LEARNED));
  PASS();
}

TEST the_loop_is_named_by_the_caller_of_the_helper(void) {
  bsan_unit_fakes.module = "/usr/bin/server";
  wait_once();
  ASSERT_EQ(1, bsan_thread_self->stack_loop_frame);
  bsan_loop_forget_thread();
  bsan_unit_fakes.module = "/lib/libc.so.6";
  wait_once();
  ASSERT_EQ(0, bsan_thread_self->stack_loop_frame);
  bsan_loop_forget_thread();
  PASS();
}

static void learn_verbosely(void *unused) {
  (void)unused;
  bsan_unit_use_flags("verbosity=1:symbolize=0");
  wait_once();
  wait_once();
}

TEST what_was_learned_is_told_once_when_asked_for(void) {
  struct bsan_child_result result = bsan_unit_run_child(learn_verbosely, NULL);
  // Two instructions wait, so there are two sites; none of them repeats.
  ASSERT_EQ(2, bsan_unit_count(result.stderr_text,
                               "is a loop thread: it waits on fd 77 in "));
  ASSERT(strstr(result.stderr_text, "thread T0 \"bsan-unit\""));
  PASS();
}

//===-- Inside and outside ------------------------------------------------===//

// A compiler that knew the number would unroll the loops: other instructions.
static volatile int two = 2, three = 3;

static struct found in_callback[2], beside_wait[2];

NOINLINE static void run_loop(void) {
  for (int i = 0; i < two; i++) {
    wait_once();
    in_callback[i] = call_from_callback();
    beside_wait[i] = call();
  }
  KEEP_FRAME();
}

TEST what_the_waiting_function_calls_is_inside(void) {
  run_loop();
  for (int i = 0; i < 2; i++) {
    ASSERT_EQ(BSAN_INSIDE, in_callback[i].where);
    ASSERT(in_callback[i].is_inside);
    ASSERT_EQ(BSAN_INSIDE, beside_wait[i].where);
    ASSERT(beside_wait[i].is_inside);
  }
  ASSERT_EQ(2, bsan_thread_self->times.iterations);
  bsan_loop_forget_thread();
  PASS();
}

NOINLINE static void serve(void) {
  run_loop();
  KEEP_FRAME();
}

// Deep enough to reach below the loop's frame.
NOINLINE static struct found shut_down(int depth) {
  volatile char room[256];
  room[0] = (char)depth;
  struct found found = room[0] ? shut_down(depth - 1) : call();
  KEEP_FRAME();
  return found;
}

// Its return address may still stand in memory that nobody has written since:
// then only the stack tells.
TEST after_the_loop_has_returned_depth_proves_nothing(void) {
  serve();
  ASSERT_FALSE(shut_down(6).is_inside);
  ASSERT_EQ(BSAN_UNDECIDED, call().where);
  bsan_loop_forget_thread();
  PASS();
}

//===-- Undecided calls ---------------------------------------------------===//

static struct bsan_pending reported[4];
static int reported_count;

static void keep_report(const struct bsan_pending *pending) {
  if (reported_count < 4)
    reported[reported_count] = *pending;
  reported_count++;
}

NOINLINE static void wait_in_helper(void) {
  wait_once();
  KEEP_FRAME();
}

NOINLINE static void wait_two_helpers_down(void) {
  wait_in_helper();
  KEEP_FRAME();
}

static struct found rounds[4];

// The loop is further out than the first guess.
NOINLINE static void run_loop_with_helper(void) {
  for (int i = 0; i < three; i++) {
    wait_in_helper();
    rounds[i] = call();
  }
  KEEP_FRAME();
}

NOINLINE static void run_loop_with_two_helpers(void) {
  for (int i = 0; i < three; i++) {
    wait_two_helpers_down();
    rounds[i] = call();
  }
  KEEP_FRAME();
}

static greatest_test_res check_that_it_moves_out(void (*run)(void)) {
  bsan_learned_set_reporter(keep_report);
  run();
  ASSERT_EQ(BSAN_UNDECIDED, rounds[0].where);
  ASSERT_EQ(BSAN_INSIDE, rounds[1].where);
  ASSERT(rounds[1].is_inside);
  ASSERT_EQ(BSAN_INSIDE, rounds[2].where);
  ASSERT_EQ(1, reported_count);
  ASSERT_EQ(BSAN_CALL_nanosleep, reported[0].event.call);
  ASSERT_EQ(bsan_thread_self, reported[0].event.thread);
  ASSERT_EQ(0, bsan_thread_self->learned.pending_count);
  bsan_loop_forget_thread();
  PASS();
}

TEST the_anchor_moves_out_to_what_went_round(void) {
  CHECK_CALL(check_that_it_moves_out(run_loop_with_helper));
  PASS();
}

TEST the_anchor_moves_out_past_two_helpers(void) {
  CHECK_CALL(check_that_it_moves_out(run_loop_with_two_helpers));
  PASS();
}

// A script, not a loop: each of its waits stands elsewhere.
NOINLINE static void wait_three_times_in_a_row(void) {
  wait_in_helper();
  rounds[0] = call();
  wait_in_helper();
  rounds[1] = call();
  wait_in_helper();
  KEEP_FRAME();
}

TEST waits_from_two_instructions_prove_no_loop(void) {
  bsan_learned_set_reporter(keep_report);
  wait_three_times_in_a_row();
  ASSERT_EQ(BSAN_UNDECIDED, rounds[0].where);
  ASSERT_EQ(BSAN_UNDECIDED, rounds[1].where);
  ASSERT_EQ(0, reported_count);
  bsan_loop_forget_thread();
  PASS();
}

// One wait while it starts, through the helper of the loop that follows.
NOINLINE static void start_and_run_loop(void) {
  wait_in_helper();
  rounds[3] = call();
  for (int i = 0; i < three; i++) {
    wait_in_helper();
    rounds[i] = call();
  }
  KEEP_FRAME();
}

TEST a_wait_before_the_loop_does_not_hide_it(void) {
  bsan_learned_set_reporter(keep_report);
  start_and_run_loop();
  ASSERT_EQ(BSAN_UNDECIDED, rounds[3].where);
  ASSERT_EQ(BSAN_UNDECIDED, rounds[0].where);
  ASSERT_EQ(BSAN_INSIDE, rounds[1].where);
  ASSERT_EQ(BSAN_INSIDE, rounds[2].where);
  ASSERT_EQ(1, reported_count);
  bsan_loop_forget_thread();
  PASS();
}

// Between the two runs the program may block.
TEST two_runs_of_a_loop_are_not_one(void) {
  bsan_learned_set_reporter(keep_report);
  serve();
  ASSERT_EQ(BSAN_UNDECIDED, call().where);
  serve();
  ASSERT_EQ(0, reported_count);
  bsan_loop_forget_thread();
  PASS();
}

// Learns a loop and comes back with an event of a call beside it.
static struct bsan_event make_undecided_event(void) {
  wait_two_helpers_down();
  struct bsan_event event = bsan_unit_make_event(BSAN_CALL_open);
  event.thread = bsan_thread_self;
  event.pc = 1;
  event.cfa = BSAN_CFA();
  return event;
}

TEST undecided_calls_are_kept_once_per_place(void) {
  struct bsan_event event = make_undecided_event();
  const struct bsan_learned *learned = &bsan_thread_self->learned;
  bsan_learned_keep(&event);
  bsan_learned_keep(&event);
  ASSERT_EQ(1, learned->pending_count);
  event.pc = 2;
  bsan_learned_keep(&event);
  ASSERT_EQ(2, learned->pending_count);
  bsan_loop_forget_thread();
  PASS();
}

TEST undecided_calls_are_limited_in_number(void) {
  struct bsan_event event = make_undecided_event();
  const struct bsan_learned *learned = &bsan_thread_self->learned;
  for (uintptr_t pc = 1; pc < 40; pc++) {
    event.pc = pc;
    bsan_learned_keep(&event);
  }
  ASSERT_EQ(BSAN_MAX_PENDING, learned->pending_count);
  ASSERT_EQ(1, learned->pending[0].event.pc);
  ASSERT_EQ(16, learned->pending[15].event.pc);
  bsan_loop_forget_thread();
  PASS();
}

TEST kept_calls_have_strings_of_their_own(void) {
  int ends[2];
  char path[200] = "/tmp/x";
  struct bsan_event event = make_undecided_event();
  const struct bsan_pending *pending = &bsan_thread_self->learned.pending[0];
  bsan_loop_end_callbacks(bsan_thread_self);
  ASSERT_EQ(0, pipe(ends));
  event.fd = ends[0];
  event.args[0] = (struct bsan_arg){'s', {.string = path}};
  event.args[1] = (struct bsan_arg){'s', {.string = NULL}};
  event.args[2] = (struct bsan_arg){'d', {.number = 7}};
  bsan_learned_keep(&event);
  memset(path, 'y', sizeof(path) - 1);
  close(ends[0]);
  ASSERT_STR_EQ("/tmp/x", pending->event.args[0].value.string);
  ASSERT_EQ(NULL, pending->event.args[1].value.string);
  ASSERT_EQ(7, pending->event.args[2].value.number);
  ASSERT_STRN_EQ("pipe:[", pending->event.object, 6);
  event.pc = 2;
  bsan_learned_keep(&event);
  ASSERT_EQ(BSAN_KEPT_STRING - 1,
            strlen(pending[1].event.args[0].value.string));
  PASS();
}

//===-- Other waits -------------------------------------------------------===//

NOINLINE static enum bsan_wait_role wait_in_callback(void) {
  enum bsan_wait_role role = wait_once();
  KEEP_FRAME();
  return role;
}

static enum bsan_wait_role nested_role, other_role;

NOINLINE static void wait_and_wait_in_callback(void) {
  wait_once();
  nested_role = wait_in_callback();
  wait_is_epoll = false;
  other_role = wait_in_callback();
  KEEP_FRAME();
}

TEST a_wait_in_a_callback_is_nested(void) {
  wait_and_wait_in_callback();
  ASSERT_EQ(BSAN_WAIT_NESTED, nested_role);
  ASSERT_EQ(BSAN_WAIT_NESTED, other_role);
  ASSERT(bsan_gate_is_armed());
  ASSERT_EQ(1, bsan_thread_self->times.iterations);
  bsan_loop_forget_thread();
  PASS();
}

NOINLINE static enum bsan_wait_role wait_in_itself(int depth) {
  enum bsan_wait_role role = wait_once();
  if (depth)
    role = wait_in_itself(depth - 1);
  KEEP_FRAME();
  return role;
}

TEST the_loop_run_again_in_a_callback_is_the_loop(void) {
  ASSERT_EQ(BSAN_WAIT_OWN, wait_in_itself(three));
  ASSERT_EQ(4, bsan_thread_self->times.iterations);
  bsan_loop_forget_thread();
  PASS();
}

TEST a_wait_further_out_is_another_loop(void) {
  wait_in_callback();
  uintptr_t site = bsan_thread_self->learned.site;
  ASSERT_EQ(BSAN_WAIT_OWN, wait_once());
  ASSERT(site != bsan_thread_self->learned.site);
  ASSERT_EQ(BSAN_LOOP_LEARNED, bsan_thread_self->kind);
  bsan_loop_forget_thread();
  PASS();
}

TEST closing_the_descriptor_ends_the_loop(void) {
  wait_once();
  bsan_learned_closing(78);
  ASSERT(bsan_gate_is_armed());
  bsan_learned_closing(77);
  ASSERT_FALSE(bsan_gate_is_armed());
  ASSERT_EQ(BSAN_LOOP_NONE, bsan_thread_self->kind);
  PASS();
}

//===-- Real waits --------------------------------------------------------===//

static int make_ready_epoll(void) {
  int epfd = epoll_create1(EPOLL_CLOEXEC);
  int event_fd = eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK);
  struct epoll_event event = {.events = EPOLLIN};
  epoll_ctl(epfd, EPOLL_CTL_ADD, event_fd, &event);
  return epfd;
}

static void sleep_shortly(void) {
  struct timespec time = {0, 1000};
  nanosleep(&time, NULL);
}

NOINLINE static void run_epoll(int epfd, bool sleeps) {
  struct epoll_event event;
  for (int i = 0; i < three; i++) {
    epoll_wait(epfd, &event, 1, -1);
    if (sleeps)
      sleep_shortly();
  }
  KEEP_FRAME();
}

NOINLINE static void serve_epoll(int epfd, bool sleeps) {
  run_epoll(epfd, sleeps);
  KEEP_FRAME();
}

static void sleep_in_a_real_loop(void *unused) {
  (void)unused;
  bsan_unit_use_flags("halt_on_error=0:symbolize=0");
  sleep_shortly(); // May block: start-up.
  serve_epoll(make_ready_epoll(), true);
}

TEST a_real_loop_is_learned_and_reported_in(void) {
  struct bsan_child_result result =
      bsan_unit_run_child(sleep_in_a_real_loop, NULL);
  const char *text = result.stderr_text;
  ASSERT_EQ(44, result.exit_code);
  ASSERT_EQ_FMTm(text, 1, bsan_unit_count(text, "WARNING: BlockSanitizer"),
                 "%d");
  ASSERT(strstr(text, "blocking-call: nanosleep on event loop thread T0 "
                      "\"bsan-unit\" (learned, "));
  PASS();
}

static void sleep_beside_real_loops(void *unused) {
  (void)unused;
  bsan_unit_use_flags("halt_on_error=0:symbolize=0");
  for (int i = 0; i < 3; i++) {
    int epfd = make_ready_epoll();
    serve_epoll(epfd, false);
    sleep_shortly();
    close(epfd);
    sleep_shortly();
  }
}

TEST what_a_program_does_between_real_loops_may_block(void) {
  ASSERT_CHILD_EXITS(0, "", sleep_beside_real_loops, NULL);
  PASS();
}

static void *loop_in_a_thread(void *arg) {
  int epfd = make_ready_epoll();
  serve_epoll(epfd, true);
  close(epfd);
  return arg;
}

static void loop_in_threads(void *unused) {
  pthread_t threads[4];
  bsan_unit_use_flags("halt_on_error=0:symbolize=0");
  for (int i = 0; i < 4; i++)
    pthread_create(&threads[i], NULL, loop_in_a_thread, unused);
  for (int i = 0; i < 4; i++)
    pthread_join(threads[i], NULL);
}

TEST every_thread_learns_its_own_loop(void) {
  struct bsan_child_result result = bsan_unit_run_child(loop_in_threads, NULL);
  ASSERT_EQ(44, result.exit_code);
  // Their stacks are equal, so they are one finding.
  ASSERT_EQ_FMTm(result.stderr_text, 1,
                 bsan_unit_count(result.stderr_text, "WARNING: BlockSanitizer"),
                 "%d");
  PASS();
}

BSAN_UNIT_SUITE(LoopLearned, BSAN_UNIT(the_first_epoll_wait_makes_a_loop),
                BSAN_UNIT(other_waits_make_one_only_when_told_to),
                BSAN_UNIT(no_wait_makes_one_when_it_is_turned_off),
                BSAN_UNIT(a_thread_with_hooks_learns_nothing),
                BSAN_UNIT(libraries_are_known_by_their_files),
                BSAN_UNIT(the_loop_is_named_by_the_caller_of_the_helper),
                BSAN_UNIT(what_was_learned_is_told_once_when_asked_for),
                BSAN_UNIT(what_the_waiting_function_calls_is_inside),
                BSAN_UNIT(after_the_loop_has_returned_depth_proves_nothing),
                BSAN_UNIT(the_anchor_moves_out_to_what_went_round),
                BSAN_UNIT(the_anchor_moves_out_past_two_helpers),
                BSAN_UNIT(waits_from_two_instructions_prove_no_loop),
                BSAN_UNIT(a_wait_before_the_loop_does_not_hide_it),
                BSAN_UNIT(two_runs_of_a_loop_are_not_one),
                BSAN_UNIT(undecided_calls_are_kept_once_per_place),
                BSAN_UNIT(undecided_calls_are_limited_in_number),
                BSAN_UNIT(kept_calls_have_strings_of_their_own),
                BSAN_UNIT(a_wait_in_a_callback_is_nested),
                BSAN_UNIT(the_loop_run_again_in_a_callback_is_the_loop),
                BSAN_UNIT(a_wait_further_out_is_another_loop),
                BSAN_UNIT(closing_the_descriptor_ends_the_loop),
                BSAN_UNIT(a_real_loop_is_learned_and_reported_in),
                BSAN_UNIT(what_a_program_does_between_real_loops_may_block),
                BSAN_UNIT(every_thread_learns_its_own_loop));
