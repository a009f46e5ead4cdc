//===-- bsan_unit_fakes.h - Stand-ins for what tests cannot arrange -------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Time, context switches, the environment and symbols come from outside. The
// linker's --wrap sends the runtime's calls of these here; what is not set is
// the real thing. Every test is a process of its own, so none has to put
// anything back.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_UNIT_FAKES_H
#define BSAN_UNIT_FAKES_H

#include "bridge/bsan_bridge.h"
#include "bsan.h"

// Everything NULL or 0: nothing is faked.
struct bsan_unit_fakes {
  const char *options;              // BSAN_OPTIONS
  const char *run_pid;              // BSAN_RUN_PID
  const char *run_found;            // BSAN_RUN_FOUND
  const char *default_options;      // __bsan_default_options()
  const char *default_suppressions; // __bsan_default_suppressions()
  const char *module;               // of every address
  uint64_t now_ns;
  bool counts_switches; // `switches` instead of getrusage's
  uint32_t switches;
  // Frames by return address; several of one address are inlined, innermost
  // first. An address that is not here is a frame without names.
  const struct bsan_symbol *symbols;
  size_t symbol_count;
};
extern struct bsan_unit_fakes bsan_unit_fakes;

// Reads OPTIONS as the environment's, on the built-in defaults, and sets up
// what depends on flags as the start of the runtime does.
void bsan_unit_use_flags(const char *options);

// Replaces the suppressions by the built-in ones and LINES.
void bsan_unit_use_suppressions(const char *lines);

// As the gate leaves an event of CALL for the classifiers.
struct bsan_event bsan_unit_make_event(unsigned call);

// How often NEEDLE stands in TEXT.
int bsan_unit_count(const char *text, const char *needle);

#endif // BSAN_UNIT_FAKES_H
