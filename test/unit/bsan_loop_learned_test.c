//===-- bsan_loop_learned_test.c - Unit tests of bsan_loop_learned.c ------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// See bsan_unit_waits.h for wait_once() and call(); the last tests use the real
// wrappers.
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
#include "bsan_unit_waits.h"
#include "loop/bsan_gate.h"

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

static enum bsan_wait_role roles[4];

NOINLINE static void wait_in_a_row(int count) {
  for (int i = 0; i < count; i++)
    roles[i] = wait_once();
  KEEP_FRAME();
}

TEST other_waits_make_one_only_when_told_to(void) {
  wait_is_epoll = false;
  wait_fd = -1;
  wait_in_a_row(2);
  ASSERT_EQ(BSAN_WAIT_PLAIN, roles[1]);
  ASSERT_EQ(NULL, bsan_thread_self);
  bsan_flags.auto_loop = "all";
  // With the second one from the same place.
  wait_in_a_row(3);
  ASSERT_EQ(BSAN_WAIT_PLAIN, roles[0]);
  ASSERT_EQ(BSAN_WAIT_OWN, roles[1]);
  ASSERT_EQ(BSAN_WAIT_OWN, roles[2]);
  ASSERT_EQ(2, bsan_thread_self->times.iterations);
  bsan_loop_forget_thread();
  PASS();
}

TEST other_waits_from_different_places_make_none(void) {
  bsan_flags.auto_loop = "all";
  wait_is_epoll = false;
  wait_fd = -1;
  ASSERT_EQ(BSAN_WAIT_PLAIN, wait_once());
  ASSERT_EQ(BSAN_WAIT_PLAIN, wait_once());
  wait_in_a_row(1);
  ASSERT_EQ(BSAN_WAIT_PLAIN, roles[0]);
  wait_in_a_row(1);
  ASSERT_EQ(BSAN_WAIT_PLAIN, roles[0]);
  ASSERT_FALSE(bsan_gate_is_armed());
  ASSERT_EQ(0, bsan_thread_self->times.iterations);
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

static volatile int two = 2;

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

//===-- Other waits -------------------------------------------------------===//

NOINLINE static enum bsan_wait_role wait_in_callback(void) {
  enum bsan_wait_role role = wait_once();
  KEEP_FRAME();
  return role;
}

// Waits ROUNDS times, in the last of them in a callback too: on INNER_FD,
// several times, and with poll.
static struct nested {
  enum bsan_wait_role first, second, poll;
  bool first_is_undecided;
} nested;

NOINLINE static struct bsan_wait wait_on(int fd) {
  struct bsan_wait wait = {.pc = BSAN_CALLER_PC(),
                           .cfa = BSAN_CFA(),
                           .fd = fd,
                           .is_epoll = true,
                           .call = BSAN_CALL_epoll_wait};
  bsan_learned_begin_wait(&wait);
  bsan_learned_end_wait(&wait);
  KEEP_FRAME();
  return wait;
}

NOINLINE static void wait_twice_in_callback(int fd) {
  struct bsan_wait waits[2];
  for (int i = 0; i < two; i++)
    waits[i] = wait_on(fd);
  nested.first = (enum bsan_wait_role)waits[0].role;
  nested.first_is_undecided = waits[0].is_undecided;
  nested.second = (enum bsan_wait_role)waits[1].role;
  KEEP_FRAME();
}

NOINLINE static void wait_and_wait_in_callback(int rounds_, int inner_fd) {
  for (int i = 0; i < rounds_; i++)
    wait_once();
  wait_twice_in_callback(inner_fd);
  wait_is_epoll = false;
  wait_fd = -1;
  nested.poll = wait_in_callback();
  KEEP_FRAME();
}

TEST a_wait_in_a_callback_is_nested(void) {
  wait_and_wait_in_callback(2, 78);
  ASSERT_EQ(BSAN_WAIT_NESTED, nested.first);
  ASSERT_FALSE(nested.first_is_undecided);
  ASSERT_EQ(BSAN_WAIT_NESTED, nested.second);
  ASSERT_EQ(BSAN_WAIT_NESTED, nested.poll);
  ASSERT(bsan_gate_is_armed());
  ASSERT_EQ(2, bsan_thread_self->times.iterations);
  bsan_loop_forget_thread();
  PASS();
}

TEST after_a_single_wait_who_is_nested_in_whom_is_undecided(void) {
  wait_and_wait_in_callback(1, 78);
  ASSERT_EQ(BSAN_WAIT_NESTED, nested.first);
  ASSERT(nested.first_is_undecided);
  // That is the loop then.
  ASSERT_EQ(BSAN_WAIT_OWN, nested.second);
  ASSERT_EQ(BSAN_WAIT_NESTED, nested.poll);
  ASSERT_EQ(78, bsan_thread_self->learned.fd);
  bsan_loop_forget_thread();
  PASS();
}

TEST a_wait_for_the_loops_own_descriptor_is_the_loops(void) {
  wait_and_wait_in_callback(1, 77);
  ASSERT_EQ(BSAN_WAIT_OWN, nested.first);
  ASSERT_EQ(BSAN_WAIT_OWN, nested.second);
  ASSERT_EQ(BSAN_WAIT_NESTED, nested.poll);
  ASSERT_EQ(3, bsan_thread_self->times.iterations);
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

TEST a_wait_while_the_loop_waits_is_a_signal_handlers(void) {
  struct bsan_wait wait = {.pc = BSAN_CALLER_PC(),
                           .cfa = BSAN_CFA(),
                           .fd = 77,
                           .is_epoll = true,
                           .call = BSAN_CALL_epoll_wait};
  bsan_learned_begin_wait(&wait);
  ASSERT_EQ(BSAN_WAIT_PLAIN, wait_in_callback());
  ASSERT_FALSE(bsan_gate_is_armed());
  bsan_learned_end_wait(&wait);
  ASSERT(bsan_gate_is_armed());
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

BSAN_UNIT_SUITE(
    LoopLearned, BSAN_UNIT(the_first_epoll_wait_makes_a_loop),
    BSAN_UNIT(other_waits_make_one_only_when_told_to),
    BSAN_UNIT(other_waits_from_different_places_make_none),
    BSAN_UNIT(no_wait_makes_one_when_it_is_turned_off),
    BSAN_UNIT(a_thread_with_hooks_learns_nothing),
    BSAN_UNIT(libraries_are_known_by_their_files),
    BSAN_UNIT(the_loop_is_named_by_the_caller_of_the_helper),
    BSAN_UNIT(what_was_learned_is_told_once_when_asked_for),
    BSAN_UNIT(what_the_waiting_function_calls_is_inside),
    BSAN_UNIT(after_the_loop_has_returned_depth_proves_nothing),
    BSAN_UNIT(a_wait_in_a_callback_is_nested),
    BSAN_UNIT(after_a_single_wait_who_is_nested_in_whom_is_undecided),
    BSAN_UNIT(a_wait_for_the_loops_own_descriptor_is_the_loops),
    BSAN_UNIT(the_loop_run_again_in_a_callback_is_the_loop),
    BSAN_UNIT(a_wait_further_out_is_another_loop),
    BSAN_UNIT(a_wait_while_the_loop_waits_is_a_signal_handlers),
    BSAN_UNIT(closing_the_descriptor_ends_the_loop),
    BSAN_UNIT(a_real_loop_is_learned_and_reported_in),
    BSAN_UNIT(what_a_program_does_between_real_loops_may_block),
    BSAN_UNIT(every_thread_learns_its_own_loop));
