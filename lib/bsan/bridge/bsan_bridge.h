//===-- bsan_bridge.h - What C gets from sanitizer_common -----------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// sanitizer_common is C++ and its headers cannot be read by C.  This header is
// everything the runtime uses of it, in plain C types.  The bridge holds no
// policy and no state of its own.  See README.md for what may be added.
//
// Context: armed or init, unless stated.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_BRIDGE_BSAN_BRIDGE_H
#define BSAN_BRIDGE_BSAN_BRIDGE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#else
#  include <stdbool.h>
#endif

//--- Start, end, printing ------------------------------------------------===//

// Names the tool and fills the caches that must not be filled lazily.
void bsan_bridge_init(void);
// Runs the death callback and ends the process with `exitcode`, or aborts when
// abort_on_error is set.  Does not run atexit handlers, as in every sanitizer.
void bsan_bridge_die(void) __attribute__((noreturn));
// The same after a mistake in the options, which must not look like success
// whatever `exitcode` is.
void bsan_bridge_fail(void) __attribute__((noreturn));
void bsan_bridge_set_death_callback(void (*callback)(void));
int bsan_bridge_exit_code(void);
int bsan_bridge_verbosity(void);
bool bsan_bridge_prints_suppressions(void);
// Writes to the report file.  Any context but a signal handler.
void bsan_bridge_vprint(const char *format, va_list args);
// Writes LINE with one write(2), to the end of the report file, so that lines
// of several processes stay whole.  The same contexts.
void bsan_bridge_write_line(const char *line, size_t length);
// What bsan_bridge_vprint() is given goes through FORMAT first, which makes a
// line of SIZE bytes at most of TEXT and returns its length.  Context: init.
void bsan_bridge_set_line_format(size_t (*format)(const char *text, char *line,
                                                  size_t size));
// From here on what the calling thread, which has the report lock, writes is
// also kept, without colours, ...
void bsan_bridge_begin_copy(void);
// ... until this gives it; it lives until the next begin.
const char *bsan_bridge_end_copy(void);
// vsnprintf of sanitizer_common: no locale, no allocation.  Context: any.
int bsan_bridge_vformat(char *out, size_t size, const char *format,
                        va_list args);
// One report at a time.  A second lock by the same thread ends the process.
void bsan_bridge_lock_report(void);
void bsan_bridge_unlock_report(void);
// Whether the calling thread has it.  Context: any.
bool bsan_bridge_owns_report(void);
// Around the wait for the symbolizer's answer, which may be long: forks go on
// meanwhile.  The pause is false, and changes nothing, on a thread without the
// lock.
bool bsan_bridge_pause_report(void);
void bsan_bridge_resume_report(void);
// Escape sequences, empty when colours are off.
enum bsan_color { BSAN_COLOR_ERROR, BSAN_COLOR_NAME, BSAN_COLOR_PLAIN };
const char *bsan_bridge_color(enum bsan_color color);

//--- Flags -----------------------------------------------------------------//

// Sets common defaults and registers the common flags and bsan_flags.inc.
void bsan_bridge_begin_flags(int default_exit_code);
// Parses one "name=value" (the value may be quoted).  A value that does not fit
// the flag's type is reported, naming SOURCE, and changes nothing.
void bsan_bridge_parse_flag(const char *assignment, const char *source);
// Applies log_path and the rest, warns of unknown names, prints help=1.
void bsan_bridge_finish_flags(void);
const char *bsan_bridge_getenv(const char *name);
// The path of the executable.
void bsan_bridge_program(char *path, size_t size);

//--- Interception ----------------------------------------------------------//

// Stores the next definition of NAME after ours in *REAL, or NULL: VERSION
// (may be NULL) first, then the default one.  WRAPPER is our definition.
void bsan_bridge_intercept(const char *name, const char *version,
                           uintptr_t wrapper, uintptr_t *real);

//--- Stacks ----------------------------------------------------------------//

// The depot keeps a stack once and for ever; equal stacks have equal ids; 0 is
// the empty stack.
// Unwinds the calling thread's stack from PC, whose frame is at FRAME, outwards
// and puts it there, up to MAX frames.  The runtime's own are left out.
uint32_t bsan_bridge_unwind(uintptr_t pc, uintptr_t frame, size_t max);
// Whether PC is in one of the wrappers that stay on the stacks of callbacks.
bool bsan_bridge_is_own_frame(uintptr_t pc);
uint32_t bsan_bridge_depot_put(const uintptr_t *pcs, size_t count);
size_t bsan_bridge_depot_get(uint32_t id, const uintptr_t **pcs);

// Waits until no other thread is in the middle of something that the child of a
// fork could not go on with.  In the child the report lock is free.
void bsan_bridge_before_fork(void);
void bsan_bridge_after_fork(bool in_child);
// In the child of a fork: the symbolizer that was started is the parent's.
void bsan_bridge_forget_symbolizer(void);

//--- Symbols ---------------------------------------------------------------//

// What is known of one frame; unknown strings are NULL, numbers 0.  Strings
// live until the visitor returns.
struct bsan_symbol {
  uintptr_t pc;
  const char *function;
  const char *file;
  int line;
  int column;
  const char *module;
  uintptr_t offset;
  const unsigned char *build_id;
  size_t build_id_size;
  bool is_script; // Function and file are a script's: never set by the bridge.
};
// Calls VISIT for the frames at PC, inlined ones first, until it says false.
// PC is an address inside the call, so a return address minus one.
void bsan_bridge_symbolize(uintptr_t pc,
                           bool (*visit)(const struct bsan_symbol *, void *),
                           void *arg);
// The file of the module that holds PC and PC's offset in it; NULL if none.
// Needs no symbolizer.  The string lives for ever.
const char *bsan_bridge_module(uintptr_t pc, uintptr_t *offset);
// The same with the build id, in MODULE's last four members: false if there is
// none.  The strings live until modules are looked for again.
bool bsan_bridge_find_module(uintptr_t pc, struct bsan_symbol *module);
// Writes frame INDEX in stack_trace_format, without a newline.
void bsan_bridge_print_frame(unsigned index, const struct bsan_symbol *symbol);
// Prints "SUMMARY: BlockSanitizer: KIND <where> (CALL)".
void bsan_bridge_print_summary(const char *kind,
                               const struct bsan_symbol *where,
                               const char *call);

//--- Suppressions ----------------------------------------------------------//

// TYPES (TYPE_COUNT of them) must live for ever.  To be called once, first.
void bsan_bridge_begin_suppressions(const char **types, int type_count);
// Adds the lines of TEXT, which must be well-formed "type:template" lines.
void bsan_bridge_add_suppressions(const char *text);
size_t bsan_bridge_suppression_count(void);
// The INDEX-th; TEMPLATE lives for ever.
void bsan_bridge_suppression(size_t index, const char **type,
                             const char **template_text);
// '*' matches anything, '^' and '$' anchor.  May write to PATTERN and restore.
bool bsan_bridge_matches(const char *pattern, const char *text);

//--- Files and memory ------------------------------------------------------//

// The whole file with a 0 behind it, or NULL; *SIZE is its size.
char *bsan_bridge_read_file(const char *path, size_t *size);
void bsan_bridge_free_file(char *data, size_t size);
// Zeroed memory for ever, straight from the system; never NULL.
void *bsan_bridge_map(size_t size, const char *what);

#ifdef __cplusplus
}
#endif

#endif // BSAN_BRIDGE_BSAN_BRIDGE_H
