//===-- bsan_stats_signal.h - Statistics when a signal comes --------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The flag stats_signal.  A handler that the program has for the signal stands.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_REPORT_BSAN_STATS_SIGNAL_H
#define BSAN_REPORT_BSAN_STATS_SIGNAL_H

#include "bsan.h"

// The signal that WORD names ("USR2", "SIGUSR2", "12"), or 0 if it is none that
// a program can be asked by.  Context: any.
int bsan_stats_signal_number(const char *word);
// Takes the signal of the flag, if it names one.  False, and said why, when
// that cannot be had.  Context: init.
bool bsan_stats_signal_init(void);
// A loop begins: sees to it that there is a thread that can print.  Says once
// when the signal has become the program's.  Context: armed.
void bsan_stats_signal_start(void);

#endif // BSAN_REPORT_BSAN_STATS_SIGNAL_H
