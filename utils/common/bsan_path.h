//===-- bsan_path.h - Names of files and programs -------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The shell's rules for finding a program, and the way from a running program
// to its own folder.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_PATH_H
#define BSAN_PATH_H

#include <stdbool.h>

// The part after the last '/'. Points into path.
const char *bsan_path_name(const char *path);

// The part before the last '/'; "." when there is none.
char *bsan_path_directory(const char *path);

// Where this program really is, symbolic links resolved. argv0 is used when
// /proc is not mounted; NULL when that does not help either.
char *bsan_path_self(const char *argv0);

// The file that execvp would run for name. NULL, and errno is EACCES when a
// file of that name was found but may not be executed, ENOENT otherwise.
char *bsan_path_search(const char *name);

// The directories of PATH, one after the other: returns the one at *cursor and
// moves the cursor on; NULL at the end. Start with *cursor = NULL.
char *bsan_path_next_directory(const char **cursor);

// Whether both names lead to one file.
bool bsan_path_same_file(const char *a, const char *b);

#endif // BSAN_PATH_H
