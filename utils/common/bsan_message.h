//===-- bsan_message.h - Errors of the tools ------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One shape for every error, so that a user knows at once which program speaks.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_MESSAGE_H
#define BSAN_MESSAGE_H

// Sets the name that messages begin with. Kept, not copied.
void bsan_message_set_name(const char *name);

// Prints "NAME: error: ..." and a newline on stderr.
void bsan_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

// The same, then ends the process with that status.
_Noreturn void bsan_fatal(int status, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif // BSAN_MESSAGE_H
