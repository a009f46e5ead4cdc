//===-- bsan_loop.h - Loop threads ----------------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Stage 2 of 5 (loop).  A thread becomes a loop thread when it calls the hooks
// (bsan_loop_api.c), runs the loop of a known library (bsan_loop_run.c) or
// waits as event loops do (bsan_loop_learned.c); only then does it get a struct
// bsan_thread.  A thread that calls the hooks is governed by them alone; so is,
// by its adapter, one that runs a library's loop.
//
// Context: armed, on the thread itself, unless stated.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_LOOP_BSAN_LOOP_H
#define BSAN_LOOP_BSAN_LOOP_H

#include "bsan.h"
#include "bsan_event.h"
#include "loop/bsan_histogram.h"
#include "loop/bsan_loop_learned.h"
#include "platform/bsan_platform.h"

// How the state of a thread is known: one per row of bsan_loops.inc.
enum bsan_loop_kind {
  BSAN_LOOP_NONE,
#define BSAN_LOOP(id, word, library, owns_wait) BSAN_LOOP_##id,
#include "loop/bsan_loops.inc"
#undef BSAN_LOOP
  BSAN_LOOP_COUNT
};

struct bsan_run;
struct bsan_tls;
struct bsan_wait;

struct bsan_loop_info {
  const char *word;    // In reports.
  const char *library; // Pattern of the module's file name, or NULL.
  bool (*owns_wait)(struct bsan_run *run, const struct bsan_wait *wait);
};
extern const struct bsan_loop_info bsan_loops[BSAN_LOOP_COUNT];

// A function of a loop library that is running callbacks, see bsan_loop_run.c.
enum { BSAN_MAX_RUNS = 8 };

struct bsan_run {
  struct bsan_scope scope; // Of its wrapper; `function` is the library's.
  uintptr_t wait_depth;    // For the adapter; 0 before the first wait.
  uint16_t call;           // enum bsan_call_id.
  uint8_t kind;            // enum bsan_loop_kind.
  bool waits;              // The function also makes the loop's own wait.
};

// Accounting of one loop thread, in nanoseconds.  A stretch of callbacks is all
// that runs between two waits.
struct bsan_loop_times {
  uint64_t iterations;
  uint64_t callbacks_ns;
  uint64_t blocked_ns; // Of these: what calls took that were found.
  uint64_t longest_ns;
  uint64_t late_events; // Were ready when it got back to its wait after these.
  uint64_t waits_ns;
  uint64_t since_ns; // When the present stretch began; 0 before the first.
  bool is_running;   // It is one of callbacks.
  struct bsan_histogram stretches; // Of callbacks.
};

// What the watchdog knows of a thread (bsan_watchdog.c); nobody else writes it
// but `ended_ns`.
struct bsan_watch {
  uint64_t since_ns;   // Of the stretch of callbacks it looks at.
  uint64_t allowed_ns; // How long that may take until it is told next.
  uint64_t excused_ns; // Of it, when the thread was stopped.
  unsigned number;     // How often it was to be told.
  uint64_t iteration;  // Of the loop, when it was.
  uint32_t stack_id;   // Where it was then (depot).
  uint64_t told_ns;    // As since_ns, once it has been told; atomic.
  uint64_t ended_ns;   // How long it took in the end, or 0; atomic.
};

struct bsan_thread {
  struct bsan_thread *next; // All threads, newest first; never unlinked.
  int tid;
  int index;         // "T<index>": 0 is the main thread.
  uint16_t run_call; // enum bsan_call_id of the function that runs the
                     // loop, 0 when that is a frame of the stack.
  uint8_t kind;      // enum bsan_loop_kind.
  uint8_t last_kind; // The same, when the loop is over.
  bool is_main;
  bool is_excluded;          // By its name, at its last stretch of callbacks.
  bool ended;                // The thread has exited; the record may be reused.
  int depth;                 // Of the hooks.
  const char *loop_name;     // Of __bsan_enter_loop_named(), or NULL.
  uintptr_t enter_pc;        // Of the last enter: the same one is not unwound
  uintptr_t enter_cfa;       // again.
  uint32_t stack_id;         // Where the thread entered the loop (depot).
  uint32_t stack_loop_frame; // Index in that stack of the loop's function.
  uintptr_t stack_low, stack_high;
  struct bsan_loop_times times;
  const struct bsan_tls *tls; // The thread's own, while it lives.
  struct bsan_watch watch;
  int run_count;
  struct bsan_run runs[BSAN_MAX_RUNS];  // Outermost first.
  struct bsan_stack_cache *stack_cache; // Of the report stage, or NULL.
  struct bsan_site *late_site; // Of the longest call that was found since the
  uint64_t late_ns;            // last wait, and its time; or NULL.
  struct bsan_learned learned;
  struct bsan_stack scratch; // Too large for small stacks.
  char name[BSAN_NAME_SIZE];
};

// The calling thread's record, NULL unless it is a loop thread.
extern __thread struct bsan_thread *bsan_thread_self
    __attribute__((tls_model("initial-exec")));

// The calling thread's record, made if there is none.  Never NULL.
struct bsan_thread *bsan_loop_thread(void);
// Programs name their threads late: reads the calling thread's name again.
void bsan_loop_refresh_name(struct bsan_thread *thread);
// Visits every loop thread that is or was.  Context: report.
void bsan_loop_visit(void (*visit)(const struct bsan_thread *, void *),
                     void *arg);
// The thread leaves every loop and its record is put aside.  Also called when a
// thread exits, and by exit().
void bsan_loop_forget_thread(void);
// The calling thread is the runtime's own: nothing that it does is looked at.
void bsan_loop_exempt_thread(void);
// The child of a fork starts outside every loop, alone.
void bsan_loop_after_fork(void);
void bsan_loop_init(void);

// Marks the two ends of a wait (or of hooks), for the accounting.
void bsan_loop_begin_callbacks(struct bsan_thread *thread);
void bsan_loop_end_callbacks(struct bsan_thread *thread);
// A stretch of callbacks that is over.
struct bsan_stretch {
  const struct bsan_thread *thread;
  uint64_t start_ns; // CLOCK_MONOTONIC.
  uint64_t elapsed_ns;
};
// Called with each that took LEAST_NS or longer, on its thread.  Context: init.
void bsan_loop_set_reporter(void (*report)(const struct bsan_stretch *),
                            uint64_t least_ns);
// A call that was found took NS of the callbacks' time.  Context: any, on any
// thread.
void bsan_loop_add_blocked(struct bsan_thread *thread, uint64_t ns);
// The time in callbacks so far, with the stretch that is running.  Context:
// any, on any thread.
uint64_t bsan_loop_callbacks_ns(const struct bsan_thread *thread);

// Called when a loop begins to run callbacks, on its thread.  Context: init.
void bsan_loop_set_starter(void (*start)(void));

//--- bsan_loop_watch.c: from another thread --------------------------------//

// The thread after PREVIOUS (NULL: the first), or NULL.  Context: any.
struct bsan_thread *bsan_loop_next(const struct bsan_thread *previous);
// When the stretch of callbacks that is running began, 0 while there is none.
// Context: any.
uint64_t bsan_loop_running_since(const struct bsan_thread *thread);
// Whether the thread, which stands still with its stack pointer at SP (0: not
// known), is running callbacks that are checked; *SCOPE is its, see
// bsan_gate.h.
bool bsan_loop_is_checked(const struct bsan_thread *thread, uintptr_t sp,
                          struct bsan_scope *scope);

//--- Where -----------------------------------------------------------------//

// Whether a call with CFA is inside the loop; `undecided` is set when it is at
// a level where only the next wait can tell.  Context: any.
enum bsan_inside { BSAN_OUTSIDE, BSAN_INSIDE, BSAN_UNDECIDED };
enum bsan_inside bsan_loop_where(struct bsan_thread *thread, uintptr_t cfa);

// Keeps the stack of whoever entered the loop.  The same place is not unwound
// again.
void bsan_loop_keep_stack(struct bsan_thread *thread, uintptr_t pc,
                          uintptr_t cfa);

//--- bsan_loop_names.c -----------------------------------------------------//

// Opens or shuts the gate for the stretch of callbacks that begins: whether the
// thread's name is one that `loop_threads` and `ignore_threads` let through.
void bsan_loop_choose(struct bsan_thread *thread);
// Context: init.
void bsan_loop_names_init(void);

//--- bsan_loop_api.c -------------------------------------------------------//

void bsan_loop_enter(const char *name, uintptr_t pc, uintptr_t cfa);
void bsan_loop_leave(void);

//--- Waits -----------------------------------------------------------------//

// What a wait is to the thread that makes it.
enum bsan_wait_role {
  BSAN_WAIT_PLAIN,  // Not a loop's: let it through.
  BSAN_WAIT_OWN,    // The loop's own: outside while it lasts.
  BSAN_WAIT_NESTED, // Made inside a callback: class poll.
};
// A wait's wrapper, before and after the real call.
struct bsan_wait {
  uintptr_t pc, cfa;
  int fd;            // epoll descriptor, or one of the values below.
  uint16_t call;     // enum bsan_call_id.
  bool is_epoll;     // One of the waits that `auto_loop=epoll` learns from.
  uint8_t role;      // enum bsan_wait_role.
  bool is_undecided; // Nested: only if the loop around it goes on.
  uint32_t switches; // Before it, on a thread with a `late_site`.
  long ready;        // How many events it returned, or an error.
};
enum {
  BSAN_WAIT_NO_EPOLL = -1,     // A wait of another kind.
  BSAN_WAIT_NONE = -2,         // No wait at all, with these arguments.
  BSAN_WAIT_NO_FD = INT32_MAX, // As epoll, but nothing to be closed.
};

//--- bsan_loop_run.c -------------------------------------------------------//

// Around the library's function; RUN's scope, call, kind and waits are set.
void bsan_run_begin(const struct bsan_run *run);
void bsan_run_end(const struct bsan_run *run);
// Whether a call with CFA is inside a run.  Runs that were left by a jump are
// forgotten.
bool bsan_run_is_inside(struct bsan_thread *thread, uintptr_t cfa);
// A wait's wrapper, before the real call.  False on a thread without runs: the
// learned frame decides what the wait is.
bool bsan_run_begin_wait(struct bsan_wait *wait);
// Whether the wait is made by the library that runs the loop.
bool bsan_run_is_from_library(const struct bsan_run *run,
                              const struct bsan_wait *wait);

//--- The adapters, bsan_loop_<library>.c -----------------------------------//

bool bsan_libuv_owns_wait(struct bsan_run *run, const struct bsan_wait *wait);
bool bsan_libevent_owns_wait(struct bsan_run *run,
                             const struct bsan_wait *wait);
bool bsan_libev_owns_wait(struct bsan_run *run, const struct bsan_wait *wait);
bool bsan_glib_owns_wait(struct bsan_run *run, const struct bsan_wait *wait);
// The program gives a context the poll function FUNCTION.  Context: any.
void bsan_glib_note_poll_function(uintptr_t function);
bool bsan_sdevent_owns_wait(struct bsan_run *run, const struct bsan_wait *wait);
bool bsan_tevent_owns_wait(struct bsan_run *run, const struct bsan_wait *wait);

//--- bsan_loop_learned.c ---------------------------------------------------//

// A wait's wrapper on a thread without runs, before the real call; and on any
// thread, after it.
void bsan_learned_begin_wait(struct bsan_wait *wait);
void bsan_learned_end_wait(const struct bsan_wait *wait);
// Whether an event that seems to be inside really is: walks the stack.
bool bsan_learned_is_inside(const struct bsan_event *event);
// Keeps an undecided event with its stack until the next wait.
void bsan_learned_keep(const struct bsan_event *event);
// The descriptor is about to be closed: a loop on it is over.
void bsan_learned_closing(int fd);
void bsan_learned_closing_range(unsigned first, unsigned last);
// Nothing has been learned.  Context: any.
void bsan_learned_clear(struct bsan_learned *learned);
// Called with each pending event that turned out to be inside.
void bsan_learned_set_reporter(void (*report)(const struct bsan_pending *));

#endif // BSAN_LOOP_BSAN_LOOP_H
