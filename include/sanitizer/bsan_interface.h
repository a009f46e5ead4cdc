//===-- sanitizer/bsan_interface.h - BlockSanitizer's interface -*- C -*-===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// BlockSanitizer reports calls that may block (read on a blocking socket, sleep,
// getaddrinfo, fsync, a contended mutex, ...) when a thread makes them while it
// runs the callbacks of an event loop.
//
// Event loops that use epoll are recognised by themselves.  Others say where
// their callbacks begin and end:
//
//     for (;;) {
//       int n = my_wait(events);          // may block: outside
//       __bsan_enter_loop();
//       for (int i = 0; i < n; i++)
//         events[i].callback(events[i].arg);   // must not block
//       __bsan_leave_loop();
//     }
//
// Without -fsanitize=blocking (__SANITIZE_BLOCKING__ not defined) all of this
// compiles to nothing.  A library that ships the hooks defines BSAN_WEAK_HOOKS
// before it includes this header: its hooks then work in programs that have the
// runtime, linked or preloaded, and cost one test in those that have not.  (Such
// a program has to be position independent: in others the linker settles weak
// references for good.)
//
// C99, C11, C++11 and later; any compiler.  Every function may be called from
// any thread, keeps errno and, unless stated, is not for signal handlers.
//
//===----------------------------------------------------------------------===//

#ifndef SANITIZER_BSAN_INTERFACE_H
#define SANITIZER_BSAN_INTERFACE_H

#if defined(__SANITIZE_BLOCKING__) || defined(BSAN_WEAK_HOOKS)

#if defined(BSAN_WEAK_HOOKS) && !defined(__SANITIZE_BLOCKING__)
#define BSAN_HOOK_ __attribute__((__weak__))
#else
#define BSAN_HOOK_
#endif

#ifdef __cplusplus
extern "C" {
#endif

/// The calling thread begins to run callbacks: from here on blocking calls that
/// it makes are reported.  Nests by counting, up to INT_MAX deep.  A thread that
/// calls this is governed by these hooks alone: its waits are not looked at to
/// find out whether it is a loop.
BSAN_HOOK_ void __bsan_enter_loop(void);

/// The same, with a name for reports.  `name` must live until the matching
/// leave; only the outermost enter's name counts.  NULL is no name.
BSAN_HOOK_ void __bsan_enter_loop_named(const char *name);

/// The calling thread is about to wait for events, or leaves its loop.  One
/// leave too many is reported once, and ignored.
BSAN_HOOK_ void __bsan_leave_loop(void);

/// Blocking calls of this thread are not reported until the matching
/// __bsan_enable().  Nests by counting, up to 65535 deep.  May be called from
/// signal handlers.
BSAN_HOOK_ void __bsan_disable(void);

/// Undoes one __bsan_disable().  One too many is reported once, and ignored.
BSAN_HOOK_ void __bsan_enable(void);

/// Turns checking on for the whole process (it is, unless BSAN_OPTIONS says
/// enabled=0).
BSAN_HOOK_ void __bsan_activate(void);

/// Turns checking off for the whole process.
BSAN_HOOK_ void __bsan_deactivate(void);

/// Checks (`enabled` not 0) or no longer checks what `name` names: a call
/// ("stat"), a class ("file") or "all".  Returns 1, or 0 when nothing has the
/// name.  Takes effect at once on every thread.
BSAN_HOOK_ int __bsan_set_check(const char *name, int enabled);

/// Accepts calls of `name` ("stat", a class such as "file", or "blocking" for all)
/// made, at any depth, inside `function` of `file`: the suppression
/// name:file:function, added while the program runs.  NULL or "*" is any; `file`
/// matches the end of a path.  Returns 1, or 0 (and says why) when it cannot be
/// understood or when 256 were added already.
BSAN_HOOK_ int __bsan_can_block_in(const char *name, const char *file,
                                   const char *function);

/// Before a call named `name` is reported `predicate` is asked, on the thread that
/// makes it, with the call's name, its descriptor (-1 if it has none) and `arg`.
/// Anything but 0 means that this one may block: nothing is reported or counted.  Blocking calls that it
/// makes itself are not looked at.  NULL unsets it.  Returns 1, or 0 when no call
/// has the name.
BSAN_HOOK_ int __bsan_set_predicate(const char *name,
                                    int (*predicate)(const char *function,
                                                     int fd, void *arg),
                                    void *arg);

/// What BSAN_CTX is made of.
BSAN_HOOK_ int __bsan_begin_ctx(void);
BSAN_HOOK_ void __bsan_end_ctx(const int *is_open);

/// 1 if a blocking call made here by this thread would be looked at, else 0.
/// May be called from signal handlers.
BSAN_HOOK_ int __bsan_in_loop(void);

/// Says that the function `function` of the program (a string that lives until
/// this returns) is about to block.  Reported when made inside a loop, with the
/// caller's stack.
BSAN_HOOK_ void __bsan_notify_blocking_call(const char *function);

/// `callback` is called just before a report ends the process.  NULL unsets it.
BSAN_HOOK_ void __bsan_set_death_callback(void (*callback)(void));

/// `callback` is called with the text of each report that is printed (without
/// colours; with log_format=json its line) and `arg`.  It is called by the thread
/// that made the call, before that goes on or the process ends; one at a time.
/// `report` is good until it returns, which it must: no longjmp, no exception.
/// Blocking calls that it makes are not looked at.  It must not wait for another
/// thread that may be reporting.  NULL unsets it; when this returns, the one before
/// has returned too (unless that one calls this).
BSAN_HOOK_ void
__bsan_set_report_callback(void (*callback)(const char *report, void *arg),
                           void *arg);

/// Prints the statistics that print_stats_on_exit=1 prints at the end.
BSAN_HOOK_ void __bsan_print_stats(void);

/// If the program defines this, its result is read before BSAN_OPTIONS, with
/// the same syntax.  It is called before main and before constructors: it must
/// return a constant.
const char *__bsan_default_options(void);

/// If the program defines this, its result is read like a file of suppressions.
/// It is called before main and before constructors: it must return a constant.
const char *__bsan_default_suppressions(void);

/// If the program defines this, it is called with each report, as the callback of
/// __bsan_set_report_callback() is, and before that.
void __bsan_on_report(const char *report);

#ifdef __cplusplus
}  // extern "C"
#endif

#if defined(BSAN_WEAK_HOOKS) && !defined(__SANITIZE_BLOCKING__)
// A call through a weak name that nothing defines jumps to address 0.
#define __bsan_enter_loop() (__bsan_enter_loop ? __bsan_enter_loop() : (void)0)
#define __bsan_enter_loop_named(name)                                          \
  (__bsan_enter_loop_named ? __bsan_enter_loop_named(name) : (void)(name))
#define __bsan_leave_loop() (__bsan_leave_loop ? __bsan_leave_loop() : (void)0)
#define __bsan_disable() (__bsan_disable ? __bsan_disable() : (void)0)
#define __bsan_enable() (__bsan_enable ? __bsan_enable() : (void)0)
#define __bsan_activate() (__bsan_activate ? __bsan_activate() : (void)0)
#define __bsan_deactivate() (__bsan_deactivate ? __bsan_deactivate() : (void)0)
#define __bsan_begin_ctx() (__bsan_begin_ctx ? __bsan_begin_ctx() : 0)
#define __bsan_set_check(name, enabled)                                        \
  (__bsan_set_check ? __bsan_set_check(name, enabled) : 0)
#define __bsan_can_block_in(name, file, function)                              \
  (__bsan_can_block_in ? __bsan_can_block_in(name, file, function) : 0)
#define __bsan_set_predicate(name, predicate, arg)                             \
  (__bsan_set_predicate ? __bsan_set_predicate(name, predicate, arg) : 0)
#define __bsan_in_loop() (__bsan_in_loop ? __bsan_in_loop() : 0)
#define __bsan_notify_blocking_call(function)                                  \
  (__bsan_notify_blocking_call ? __bsan_notify_blocking_call(function)         \
                               : (void)(function))
#define __bsan_set_death_callback(callback)                                    \
  (__bsan_set_death_callback ? __bsan_set_death_callback(callback)             \
                             : (void)(callback))
#define __bsan_set_report_callback(callback, arg)                              \
  (__bsan_set_report_callback ? __bsan_set_report_callback(callback, arg)      \
                              : ((void)(callback), (void)(arg)))
#define __bsan_print_stats()                                                   \
  (__bsan_print_stats ? __bsan_print_stats() : (void)0)
#endif

#else  // Not sanitized, and no hooks wanted.

// 0, without a warning where nobody asks for it.
static inline int bsan_none_(void) { return 0; }

#define __bsan_enter_loop() ((void)0)
#define __bsan_enter_loop_named(name) ((void)(name))
#define __bsan_leave_loop() ((void)0)
#define __bsan_disable() ((void)0)
#define __bsan_enable() ((void)0)
#define __bsan_activate() ((void)0)
#define __bsan_deactivate() ((void)0)
#define __bsan_set_check(name, enabled)                                        \
  ((void)(name), (void)(enabled), bsan_none_())
#define __bsan_can_block_in(name, file, function)                              \
  ((void)(name), (void)(file), (void)(function), bsan_none_())
#define __bsan_set_predicate(name, predicate, arg)                             \
  ((void)(name), (void)(predicate), (void)(arg), bsan_none_())
#define __bsan_in_loop() (bsan_none_())
#define __bsan_notify_blocking_call(function) ((void)(function))
#define __bsan_set_death_callback(callback) ((void)(callback))
#define __bsan_set_report_callback(callback, arg)                              \
  ((void)(callback), (void)(arg))
#define __bsan_print_stats() ((void)0)

#endif

// BSAN_CTX { ... }: checking is on inside the block, on every thread, and
// afterwards what it was, for programs that start with enabled=0.  Leaving the
// block by break, continue, return, goto or an exception ends it too.  Blocks nest,
// and may overlap on several threads.
#if defined(__SANITIZE_BLOCKING__) || defined(BSAN_WEAK_HOOKS)

static inline __attribute__((__unused__)) void
bsan_end_ctx_(const int *is_open) {
#ifndef __SANITIZE_BLOCKING__
  if (!__bsan_end_ctx)
    return;
#endif
  __bsan_end_ctx(is_open);
}

#ifdef __cplusplus
namespace __bsan {
class ScopedContext {
  int is_open_;
  bool once_;

 public:
  ScopedContext() : is_open_(__bsan_begin_ctx()), once_(true) {}
  ~ScopedContext() { bsan_end_ctx_(&is_open_); }
  bool once() {
    bool result = once_;
    once_ = false;
    return result;
  }

 private:
  ScopedContext(const ScopedContext &);
  void operator=(const ScopedContext &);
};
}  // namespace __bsan
#define BSAN_CTX for (__bsan::ScopedContext bsan_ctx_; bsan_ctx_.once();)
#else
#define BSAN_CTX                                                               \
  for (int bsan_ctx_ __attribute__((__cleanup__(bsan_end_ctx_), __unused__)) = \
               __bsan_begin_ctx(),                                             \
           bsan_once_ = 1;                                                     \
       bsan_once_; bsan_once_ = 0)
#endif

#else
#define BSAN_CTX
#endif

#endif  // SANITIZER_BSAN_INTERFACE_H
