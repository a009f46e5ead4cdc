//===-- bsan_perf_map_test.c - Unit tests of bsan_perf_map.c --------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each test runs in a process of its own, and so has a map of its own.
//
//===----------------------------------------------------------------------===//

#include "bsan_unit.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bsan_perf_map.h"

//===-- Names -------------------------------------------------------------===//

// "function|file|line|column"
static const char *parse(const char *line) {
  static char text[256], parts[300];
  struct bsan_script_name name;
  snprintf(text, sizeof(text), "%s", line);
  bsan_perf_map_parse(text, &name);
  snprintf(parts, sizeof(parts), "%s|%s|%d|%d", name.function,
           name.file ? name.file : "", name.line, name.column);
  return parts;
}

TEST names_of_v8_have_function_file_and_line(void) {
  ASSERT_STR_EQ("handler|/srv/app.js|12|9",
                parse("JS:~handler /srv/app.js:12:9"));
  ASSERT_STR_EQ("handler|/srv/app.js|12|9",
                parse("LazyCompile:*handler /srv/app.js:12:9"));
  ASSERT_STR_EQ("f|/srv/app.js|12|0", parse("Function:^f /srv/app.js:12"));
  ASSERT_STR_EQ("f|node:internal/timers|5|1",
                parse("JS:+f node:internal/timers:5:1"));
  ASSERT_STR_EQ("f|/srv/a.mjs|5|1", parse("JS:*'f file:///srv/a.mjs:5:1"));
  ASSERT_STR_EQ("get size|/my srv/a b.js|5|1",
                parse("JS:~get size /my srv/a b.js:5:1"));
  PASS();
}

TEST functions_without_a_name_are_anonymous(void) {
  ASSERT_STR_EQ("<anonymous>|/srv/app.js|1|1",
                parse("Script:~ /srv/app.js:1:1"));
  ASSERT_STR_EQ("<anonymous>|node:fs|1|1", parse("Eval:~ node:fs:1:1"));
  ASSERT_STR_EQ("<anonymous>||0|0", parse("JS:"));
  PASS();
}

TEST a_name_without_a_file_is_a_functions(void) {
  ASSERT_STR_EQ("f||0|0", parse("JS:~f"));
  ASSERT_STR_EQ("Builtin:ArrayMap||0|0", parse("Builtin:ArrayMap"));
  ASSERT_STR_EQ("Lcom/foo/Bar;::run||0|0", parse("Lcom/foo/Bar;::run"));
  ASSERT_STR_EQ("a b:1:2||0|0", parse("a b:1:2"));
  ASSERT_STR_EQ("f|x:99999999999|7|0", parse("JS:~f x:99999999999:7"));
  PASS();
}

TEST names_of_python_have_function_and_file(void) {
  ASSERT_STR_EQ("main.<locals>.load|/srv/a.py|0|0",
                parse("py::main.<locals>.load:/srv/a.py"));
  ASSERT_STR_EQ("<module>|<frozen runpy>|0|0",
                parse("py::<module>:<frozen runpy>"));
  ASSERT_STR_EQ("f||0|0", parse("py::f"));
  ASSERT_STR_EQ("f||0|0", parse("py::f:"));
  PASS();
}

//===-- Maps --------------------------------------------------------------===//

static char path[64];

static void write_map(const char *mode, const char *text) {
  snprintf(path, sizeof(path), "/tmp/perf-%d.map", getpid());
  FILE *file = fopen(path, mode);
  if (file) {
    fputs(text, file);
    fclose(file);
  }
}

static const char *find(uintptr_t pc) {
  static char function[64];
  struct bsan_script_name name;
  if (!bsan_perf_map_find(pc, &name))
    return "none";
  snprintf(function, sizeof(function), "%s", name.function);
  return function;
}

TEST code_is_found_from_its_first_byte_to_its_last(void) {
  write_map("w", "1000 10 f\n0x2000 0x8 g\n");
  const char *inside[] = {"f", "f", "g"};
  uintptr_t pcs[] = {0x1000, 0x100f, 0x2007};
  int failures = strcmp(find(0xfff), "none") || strcmp(find(0x1010), "none");
  for (int i = 0; i < 3; i++)
    failures += strcmp(find(pcs[i]), inside[i]) != 0;
  unlink(path);
  ASSERT_EQ(0, failures);
  ASSERT_STR_EQ("none", find(0x1000));
  PASS();
}

TEST a_map_that_grows_is_read_on(void) {
  write_map("w", "1000 10 f\n2000 10 cu");
  int failures = strcmp(find(0x1000), "f") || strcmp(find(0x2000), "none");
  write_map("a", "t\n1008 10 later\n");
  failures += strcmp(find(0x2000), "cut") || strcmp(find(0x1000), "f") ||
              strcmp(find(0x1008), "later");
  // Another file of that name.
  unlink(path);
  write_map("w", "1000 10 new\n");
  failures += strcmp(find(0x1000), "new") || strcmp(find(0x2000), "none");
  // The same, begun anew.
  write_map("w", "3000 1 x\n");
  failures += strcmp(find(0x3000), "x") || strcmp(find(0x1000), "none");
  unlink(path);
  ASSERT_EQ(0, failures);
  PASS();
}

TEST bad_lines_are_passed_over(void) {
  write_map("w", "\n\n \n1000\n1000 \n1000 10\nx 10 f\n 1000 10 f\n"
                 "10000000000001000 10 f\n1000 0 f\n1000 ffffffffffff f\n"
                 "1000  10 f\n2000 10 \n3000 10 a\tb\x1b[31m\n4000 10 good\n");
  int failures = strcmp(find(0x1000), "none") || strcmp(find(0x2000), "none") ||
                 strcmp(find(0x3000), "a?b?[31m") ||
                 strcmp(find(0x4000), "good");
  unlink(path);
  ASSERT_EQ(0, failures);
  PASS();
}

TEST the_last_lines_of_a_long_map_are_kept(void) {
  write_map("w", "1 1 first\n");
  FILE *file = fopen(path, "a");
  for (int i = 1; i <= 1 << 18; i++)
    fprintf(file, "%x 1 f%d\n", 0x1000 + i, i);
  fclose(file);
  int failures = strcmp(find(1), "none") || strcmp(find(0x1001), "f1") ||
                 strcmp(find(0x1000 + (1 << 18)), "f262144");
  unlink(path);
  ASSERT_EQ(0, failures);
  PASS();
}

TEST only_an_own_regular_file_is_believed(void) {
  char target[80];
  write_map("w", "1000 10 f\n");
  snprintf(target, sizeof(target), "%s.target", path);
  int failures = rename(path, target) || symlink(target, path) ||
                 strcmp(find(0x1000), "none");
  unlink(path);
  failures += mkfifo(path, 0600) || strcmp(find(0x1000), "none");
  unlink(path);
  if (geteuid() == 0) {
    failures += chown(target, 65534, 65534) || rename(target, path) ||
                strcmp(find(0x1000), "none") || chown(path, 0, 0) ||
                strcmp(find(0x1000), "f");
    unlink(path);
  }
  unlink(target);
  ASSERT_EQ(0, failures);
  PASS();
}

static void find_in_child(void *unused) {
  (void)unused;
  fputs(find(0x1000), stderr);
  write_map("w", "1000 10 own\n");
  fputs(find(0x1000), stderr);
  unlink(path);
}

TEST a_forked_child_has_its_parents_names(void) {
  write_map("w", "1000 10 f\n");
  char own[64];
  snprintf(own, sizeof(own), "%s", path);
  int failures = strcmp(find(0x1000), "f");
  struct bsan_child_result result = bsan_unit_run_child(find_in_child, NULL);
  unlink(own);
  ASSERT_EQ(0, failures);
  ASSERT_STR_EQ("fown", result.stderr_text);
  PASS();
}

BSAN_UNIT_SUITE(PerfMap, BSAN_UNIT(names_of_v8_have_function_file_and_line),
                BSAN_UNIT(functions_without_a_name_are_anonymous),
                BSAN_UNIT(a_name_without_a_file_is_a_functions),
                BSAN_UNIT(names_of_python_have_function_and_file),
                BSAN_UNIT(code_is_found_from_its_first_byte_to_its_last),
                BSAN_UNIT(a_map_that_grows_is_read_on),
                BSAN_UNIT(bad_lines_are_passed_over),
                BSAN_UNIT(the_last_lines_of_a_long_map_are_kept),
                BSAN_UNIT(only_an_own_regular_file_is_believed),
                BSAN_UNIT(a_forked_child_has_its_parents_names));
