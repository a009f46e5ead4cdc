//===-- bsan_program.c - Looking at a program before running it -----------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Follows #! lines to what the kernel really starts, then asks the questions
// that the kernel and the loader will ask.
//
//===----------------------------------------------------------------------===//

#include "bsan_program.h"
#include "bsan_commands.h"
#include "bsan_elf.h"
#include "bsan_message.h"
#include "bsan_path.h"
#include "bsan_runtime_dir.h"
#include "bsan_strings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

// The kernel's own limits (BINPRM_BUF_SIZE, and its depth of #! lines).
enum { SCRIPT_LINE_BYTES = 256, MAX_SCRIPT_DEPTH = 5 };

static const char setid_advice[] =
    "the loader ignores LD_PRELOAD in it; run a copy without that privilege";

// Whether the kernel will start the file in secure-execution mode.
static const char *find_privilege(const char *path) {
  struct stat file;
  struct statvfs system;
  if (stat(path, &file) != 0 || prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ||
      (statvfs(path, &system) == 0 && (system.f_flag & ST_NOSUID)))
    return NULL;
  if ((file.st_mode & S_ISUID) && file.st_uid != getuid())
    return "set-user-ID";
  // Without the group's execute bit this is a mandatory locking mark.
  if ((file.st_mode & S_ISGID) && (file.st_mode & S_IXGRP) &&
      file.st_gid != getgid())
    return "set-group-ID";
  if (getuid() != 0 && getxattr(path, "security.capability", NULL, 0) > 0)
    return "given file capabilities";
  return NULL;
}

static void check_elf(const char *path, const struct bsan_elf_facts *facts) {
  if (!facts->is_native)
    bsan_fatal(BSAN_EXIT_USAGE,
               "'%s' is built for another machine: expected " BSAN_ARCH, path);
  if (facts->loader[0] == '\0')
    bsan_fatal(BSAN_EXIT_USAGE,
               "'%s' is statically linked: nothing can be preloaded into it; "
               "expected a dynamically linked program",
               path);
  if (!bsan_starts_with(bsan_path_name(facts->loader), "ld-linux"))
    bsan_fatal(BSAN_EXIT_USAGE,
               "'%s' is started by '%s': expected a program that uses glibc",
               path, facts->loader);
  const char *privilege = find_privilege(path);
  if (privilege)
    bsan_fatal(BSAN_EXIT_USAGE, "'%s' is %s: %s", path, privilege,
               setid_advice);
}

// What the kernel, or execvp's shell, starts for a file that is not ELF.
static char *find_interpreter(const char *path, int fd) {
  char line[SCRIPT_LINE_BYTES] = "";
  ssize_t size = pread(fd, line, sizeof(line) - 1, 0);
  if (size < 2 || line[0] != '#' || line[1] != '!')
    return bsan_copy("/bin/sh", strlen("/bin/sh"));
  line[strcspn(line, "\n")] = '\0';
  const char *start = line + 2 + strspn(line + 2, " \t");
  char *interpreter = bsan_copy(start, strcspn(start, " \t\r"));
  if (access(interpreter, X_OK) != 0)
    bsan_fatal(BSAN_EXIT_NOT_EXECUTABLE, "'%s' asks for '%s': %s", path,
               interpreter, strerror(errno));
  return interpreter;
}

// Whether what starts in the end has the runtime linked into it.
static bool check_program(const char *path) {
  for (int depth = 0; depth <= MAX_SCRIPT_DEPTH; depth++) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    // A program that may be run but not read: let the kernel decide.
    if (fd < 0)
      return false;
    struct bsan_elf_facts facts;
    if (!bsan_elf_read(fd, &facts))
      bsan_fatal(BSAN_EXIT_NOT_EXECUTABLE, "'%s' is a damaged ELF file", path);
    char *interpreter = facts.is_elf ? NULL : find_interpreter(path, fd);
    bool has_runtime =
        facts.is_native && bsan_elf_defines(fd, "__bsan_enter_loop");
    close(fd);
    if (facts.is_elf) {
      check_elf(path, &facts);
      return has_runtime;
    }
    path = interpreter;
  }
  bsan_fatal(BSAN_EXIT_NOT_EXECUTABLE, "'%s': too many levels of #! lines",
             path);
}

struct bsan_program bsan_program_find(const char *name) {
  char *path = bsan_path_search(name);
  if (!path)
    bsan_fatal(errno == ENOENT ? BSAN_EXIT_NOT_FOUND : BSAN_EXIT_NOT_EXECUTABLE,
               "cannot run '%s': %s", name,
               errno == ENOENT ? "no such program" : strerror(errno));
  return (struct bsan_program){path, check_program(path)};
}
