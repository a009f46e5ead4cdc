//===-- bsan_children.h - A program and its children under bsan run -------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `bsan run` is gone when the program starts: it became the program.  What is
// to be known about all the processes that follow from it is therefore settled
// between their runtimes, with what bsan run left in the environment:
//
//   BSAN_RUN_PID    the process that bsan run became, "the program"
//   BSAN_RUN_FOUND  with --fail: the path of a file that does not exist.  A
//                   child that finds something makes it; the program, when it
//                   ends, looks whether it is there
//
// Without these (no bsan run) every process speaks for itself.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_BSAN_CHILDREN_H
#define BSAN_BSAN_CHILDREN_H

#include "bsan.h"

// Keeps what the environment says, which the program may overwrite, and takes
// the runtime out of LD_PRELOAD when children are not to be followed.
// Context: init, after the flags.
void bsan_children_init(void);

// Whether this process is the program, or there is no bsan run.  Context: any.
bool bsan_children_is_program(void);
// Whether only the program's exit status tells what was found, for its children
// too.  Context: any.
bool bsan_children_is_failing(void);

// Something was found here.  Context: armed.
void bsan_children_note_found(void);
// Whether a child found something, asked once, when the program ends.
// Context: armed.
bool bsan_children_take_found(void);

// Takes the entries whose file name is FILE out of VALUE, a list of LD_PRELOAD.
void bsan_children_remove_preload(char *value, const char *file);

#endif // BSAN_BSAN_CHILDREN_H
