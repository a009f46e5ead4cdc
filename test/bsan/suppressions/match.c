// Intent: what a suppression names is accepted, and nothing else: by function,
// file, class, called function and library; wildcards; one frame has to match.

// RUN: rm -rf %t.dir && mkdir %t.dir
// RUN: %bsan_cc %s -o %t
// RUN: %python %S/Inputs/check_match.py %s %t.dir %run %t

// Each line: whether load_config's stat is accepted, and its stat only.
// ACCEPTED: blocking:*:load_config
// ACCEPTED: blocking:load_config
// ACCEPTED: blocking:match.c:load_config
// ACCEPTED: blocking:suppressions/match.c:load_config
// ACCEPTED: blocking:*atch.c:load_*
// ACCEPTED: blocking:*:*d_c*fig
// ACCEPTED: path:*:load_config
// ACCEPTED: stat:*:load_config
// ACCEPTED: stat:match.c:load_config
// ACCEPTED: stat:load_config
// ACCEPTED: path:*
// ACCEPTED: stat:*
// ACCEPTED: blocking:*:caller_of_load
// REPORTED: blocking:*:load
// REPORTED: blocking:*:oad_config
// REPORTED: blocking:tch.c:load_config
// REPORTED: blocking:other/match.c:load_config
// REPORTED: blocking:match.c:other
// REPORTED: blocking:other.c:load_config
// REPORTED: sleep:*:load_config
// REPORTED: lstat:*:load_config
// REPORTED: called_from_lib:libother.so
// REPORTED: called_from_lib:match.c
// REPORTED: # blocking:*:load_config
// REPORTED: blocking:match.c:caller_of_load:x

// Both of one frame: a file of one and a function of another do not make one.
// REPORTED: blocking:libc.so.6:load_config

// A whole file: comments, blanks, line ends of other systems, no last newline.
// RUN: printf '# comment\r\n\r\n  stat:*:load_config  \r\n' > %t.crlf
// RUN: %env_bsan_opts=suppressions=%t.crlf %exits 0 %run %t stat
// RUN: printf '\n\t# x\nsleep:*:nothing\nstat:*:load_config' > %t.plain
// RUN: %env_bsan_opts=suppressions=%t.plain %exits 0 %run %t stat
// RUN: %env_bsan_opts=suppressions=%t.plain %exits 44 %run %t usleep
// RUN: printf '' > %t.empty
// RUN: %env_bsan_opts=suppressions=%t.empty %exits 44 %run %t stat

// A relative path is looked for beside the program, too.
// RUN: cp %t.plain %t.dir/rules.supp
// RUN: cp %t %t.dir/program
// RUN: cd / && %env_bsan_opts=suppressions=rules.supp %exits 0 %run %t.dir/program stat

#include <sanitizer/bsan_interface.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static volatile int calls;

__attribute__((noinline)) static void load_config(int argc, char **argv) {
  struct stat st;
  if (argc > 1 && strcmp(argv[1], "usleep") == 0)
    usleep(1);
  else
    stat("/etc/hosts", &st);
  calls++;
}

__attribute__((noinline)) static void caller_of_load(int argc, char **argv) {
  load_config(argc, argv);
  calls++;
}

int main(int argc, char **argv) {
  __bsan_enter_loop();
  caller_of_load(argc, argv);
  __bsan_leave_loop();
  return 0;
}
