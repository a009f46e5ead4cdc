//===-- bsan_suppress_test.c - Unit tests of bsan_suppress.c --------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The stacks are made up, with the names as llvm-symbolizer writes them.
//
//===----------------------------------------------------------------------===//

#include "bsan_unit.h"

#include <string.h>

#include "bsan_unit_fakes.h"
#include "intercept/bsan_calls.h"
#include "suppress/bsan_suppress.h"

// on_request at /home/me/src/conf.c calls the library, which calls read.
static const struct bsan_symbol c_stack[] = {
    {.pc = 0x1000, .function = "lib_read", .module = "/usr/lib/libfoo.so.1.2"},
    {.pc = 0x2000,
     .function = "load_config",
     .file = "/home/me/src/conf.c",
     .module = "/home/me/server"},
    // Two frames at one address: inlined.
    {.pc = 0x3000,
     .function = "on_timer",
     .file = "/home/me/src/timer.c",
     .module = "/home/me/server"},
    {.pc = 0x3000,
     .function = "on_request",
     .file = "/home/me/src/req.c",
     .module = "/home/me/server"},
    {.pc = 0x4000, .module = "/home/me/server"}};

// Whether LINE accepts a call of CALL, class CLS, made from SYMBOLS.
static bool accepts_call(const char *line, unsigned call, unsigned cls) {
  uintptr_t pcs[16];
  size_t count = 0;
  const struct bsan_symbol *symbols = bsan_unit_fakes.symbols;
  for (size_t i = 0; i < bsan_unit_fakes.symbol_count; i++)
    if (!count || pcs[count - 1] != symbols[i].pc)
      pcs[count++] = symbols[i].pc;
  bsan_unit_use_flags("print_suppressions=0");
  bsan_unit_use_suppressions(line);
  return bsan_suppress_match(call, cls, bsan_bridge_depot_put(pcs, count));
}

static bool accepts(const char *line) {
  bsan_unit_fakes.symbols = c_stack;
  bsan_unit_fakes.symbol_count = sizeof(c_stack) / sizeof(c_stack[0]);
  return accepts_call(line, BSAN_CALL_read, BSAN_CLASS_SOCKET);
}

// Whether blocking:PATTERN accepts a call made by the C++ function NAME.
static bool accepts_function(const char *pattern, const char *name) {
  char line[512];
  struct bsan_symbol symbol = {.pc = 0x1000, .function = name};
  bsan_unit_fakes.symbols = &symbol;
  bsan_unit_fakes.symbol_count = 1;
  snprintf(line, sizeof(line), "blocking:%s", pattern);
  return accepts_call(line, BSAN_CALL_read, BSAN_CLASS_FILE);
}

TEST nothing_is_accepted_without_a_line(void) {
  ASSERT_FALSE(accepts(""));
  ASSERT_FALSE(accepts("# blocking:*:load_config\n"));
  PASS();
}

TEST one_frame_must_have_both_file_and_function(void) {
  ASSERT(accepts("blocking:conf.c:load_config"));
  ASSERT_FALSE(accepts("blocking:req.c:load_config"));
  ASSERT_FALSE(accepts("blocking:conf.c:on_request"));
  PASS();
}

TEST any_frame_may_match(void) {
  ASSERT(accepts("blocking:req.c:on_request"));
  ASSERT(accepts("blocking:timer.c:on_timer"));
  ASSERT(accepts("blocking:libfoo.so.1.2:lib_read"));
  PASS();
}

TEST a_file_is_the_whole_path_or_its_end_from_a_slash(void) {
  ASSERT(accepts("blocking:/home/me/src/conf.c:load_config"));
  ASSERT(accepts("blocking:src/conf.c:load_config"));
  ASSERT(accepts("blocking:me/src/conf.c:load_config"));
  ASSERT_FALSE(accepts("blocking:onf.c:load_config"));
  ASSERT_FALSE(accepts("blocking:rc/conf.c:load_config"));
  ASSERT_FALSE(accepts("blocking:conf:load_config"));
  ASSERT_FALSE(accepts("blocking:/conf.c:load_config"));
  ASSERT_FALSE(accepts("blocking:src:load_config"));
  PASS();
}

TEST a_file_may_have_wildcards(void) {
  ASSERT(accepts("blocking:c*.c:load_config"));
  ASSERT(accepts("blocking:/home/*/conf.c:load_config"));
  ASSERT(accepts("blocking:*:load_config"));
  ASSERT_FALSE(accepts("blocking:c*.h:load_config"));
  PASS();
}

TEST without_debug_information_the_module_is_the_file(void) {
  ASSERT(accepts("blocking:libfoo.so*:lib_read"));
  ASSERT(accepts("blocking:libfoo.so*:*"));
  ASSERT(accepts("blocking:/usr/lib/libfoo.so.1.2:lib_read"));
  // With it, it is not.
  ASSERT_FALSE(accepts("blocking:server:load_config"));
  PASS();
}

TEST a_function_is_the_whole_name(void) {
  ASSERT(accepts("blocking:conf.c:load_*"));
  ASSERT(accepts("blocking:conf.c:*"));
  ASSERT(accepts("blocking:conf.c:*_config"));
  ASSERT_FALSE(accepts("blocking:conf.c:load"));
  ASSERT_FALSE(accepts("blocking:conf.c:config"));
  ASSERT_FALSE(accepts("blocking:conf.c:Load_config"));
  PASS();
}

TEST the_file_may_be_left_out(void) {
  ASSERT(accepts("blocking:load_config"));
  ASSERT(accepts("read:load_config"));
  ASSERT_FALSE(accepts("blocking:conf.c"));
  PASS();
}

TEST frames_without_names_match_any_function_only(void) {
  ASSERT(accepts("blocking:server:*"));
  ASSERT_FALSE(accepts("blocking:server:main"));
  ASSERT_FALSE(accepts("blocking:server:?*"));
  PASS();
}

TEST a_class_accepts_its_own_calls(void) {
  ASSERT(accepts("socket:conf.c:load_config"));
  ASSERT(accepts("socket:load_config"));
  ASSERT_FALSE(accepts("file:conf.c:load_config"));
  ASSERT_FALSE(accepts("dns:load_config"));
  PASS();
}

TEST a_call_accepts_itself_whatever_its_class(void) {
  ASSERT(accepts("read:conf.c:load_config"));
  ASSERT_FALSE(accepts("recv:conf.c:load_config"));
  ASSERT_FALSE(accepts("pread:conf.c:load_config"));
  ASSERT(
      accepts_call("read:load_config", BSAN_CALL___read_chk, BSAN_CLASS_FILE));
  PASS();
}

TEST a_library_accepts_all_below_it(void) {
  ASSERT(accepts("called_from_lib:libfoo.so.1.2"));
  ASSERT(accepts("called_from_lib:libfoo.so*"));
  ASSERT(accepts("called_from_lib:/usr/lib/libfoo.so*"));
  ASSERT(accepts("called_from_lib:server"));
  ASSERT_FALSE(accepts("called_from_lib:libfoo.so"));
  ASSERT_FALSE(accepts("called_from_lib:foo.so.1.2"));
  ASSERT_FALSE(accepts("called_from_lib:conf.c"));
  PASS();
}

static bool accepts_stall(const char *line) {
  uintptr_t pcs[sizeof(c_stack) / sizeof(c_stack[0])];
  size_t count = 0;
  accepts(line);
  for (size_t i = 0; i < sizeof(c_stack) / sizeof(c_stack[0]); i++)
    pcs[count++] = c_stack[i].pc;
  return bsan_suppress_match_stall(bsan_bridge_depot_put(pcs, count));
}

TEST stalls_are_accepted_by_lines_about_stalls(void) {
  ASSERT(accepts_stall("stall:conf.c:load_config"));
  ASSERT(accepts_stall("stall:load_*"));
  ASSERT(accepts_stall("called_from_lib:libfoo.so*"));
  ASSERT_FALSE(accepts_stall("stall:conf.c:other"));
  ASSERT_FALSE(accepts_stall("blocking:conf.c:load_config"));
  ASSERT_FALSE(accepts_stall("socket:*:load_config\nread:*:load_config"));
  ASSERT_FALSE(accepts("stall:conf.c:load_config"));
  ASSERT(accepts_call("user:load_config", BSAN_CALL_USER, BSAN_CLASS_USER));
  ASSERT_FALSE(
      accepts_call("stall:load_config", BSAN_CALL_USER, BSAN_CLASS_USER));
  PASS();
}

TEST one_line_of_many_is_enough(void) {
  ASSERT(accepts("dns:load_config\n\n# reason\nsocket:on_request\n"));
  ASSERT_FALSE(accepts("dns:load_config\nfile:on_request\n"));
  PASS();
}

TEST the_built_in_lines_are_there(void) {
  struct bsan_symbol symbol = {
      .pc = 0x1000, .function = "uv_spawn", .module = "/usr/lib/libuv.so.1"};
  bsan_unit_fakes.symbols = &symbol;
  bsan_unit_fakes.symbol_count = 1;
  ASSERT(accepts_call("", BSAN_CALL_read, BSAN_CLASS_PIPE));
  ASSERT(accepts_call("", BSAN_CALL_waitpid, BSAN_CLASS_PROCESS));
  ASSERT_FALSE(accepts_call("", BSAN_CALL_read, BSAN_CLASS_FILE));
  PASS();
}

//===-- C++ ---------------------------------------------------------------===//

TEST parameters_may_be_left_out(void) {
  const char *name = "ns::load(int, std::string const&)";
  ASSERT(accepts_function("*:ns::load", name));
  ASSERT(accepts_function("*:ns::load(int, std::string const&)", name));
  ASSERT(accepts_function("ns::load", name));
  ASSERT(accepts_function("*:ns::*", name));
  ASSERT_FALSE(accepts_function("*:load", name));
  ASSERT_FALSE(accepts_function("*:ns::load(int)", name));
  ASSERT_FALSE(accepts_function("*:ns::loa", name));
  PASS();
}

TEST template_arguments_may_be_left_out(void) {
  const char *name = "ns::Map<int, std::less<int> >::get(int) const";
  ASSERT(accepts_function("*:ns::Map::get", name));
  ASSERT(accepts_function("*:ns::Map<*>::get(int) const", name));
  ASSERT(accepts_function("*:ns::Map<int, std::less<int> >::get(int) const",
                          name));
  ASSERT_FALSE(accepts_function("*:ns::Map<int>::get", name));
  ASSERT_FALSE(accepts_function("*:ns::Map", name));
  PASS();
}

// Of function templates the demangled name begins with the result's type.
TEST results_of_function_templates_may_be_left_out(void) {
  ASSERT(accepts_function("ns::twice", "int ns::twice<int>(int)"));
  ASSERT(accepts_function("ns::Map::put", "std::map<int, char> const& "
                                          "ns::Map<int>::put<char>(char)"));
  ASSERT(
      accepts_function("int ns::twice<int>(int)", "int ns::twice<int>(int)"));
  PASS();
}

TEST operators_have_brackets_of_their_own(void) {
  ASSERT(accepts_function("Sum::operator()", "Sum::operator()(int) const"));
  ASSERT(accepts_function("Ptr::operator->", "Ptr<int>::operator->()"));
  ASSERT(accepts_function("V::operator<", "V::operator<(V const&) const"));
  ASSERT(accepts_function("V::operator>>", "V<a>::operator>>(int)"));
  ASSERT(accepts_function("V::operator<=>", "V::operator<=>(V const&) const"));
  ASSERT(accepts_function("V::operator[]", "V<a>::operator[](int)"));
  ASSERT(accepts_function("V::operator int", "V::operator int() const"));
  ASSERT(accepts_function("operator new", "operator new(unsigned long)"));
  ASSERT_FALSE(accepts_function("Sum::operator", "Sum::operator()(int) const"));
  PASS();
}

TEST operator_templates_have_both(void) {
  ASSERT(accepts_function(
      "ns::operator<<",
      "std::ostream& ns::operator<< <std::ostream>(std::ostream&, int)"));
  ASSERT(accepts_function(
      "ns::operator<<",
      "std::ostream& ns::operator<<<std::ostream>(std::ostream&, int)"));
  PASS();
}

// A name that only contains the word.
TEST names_like_operator_are_none(void) {
  ASSERT(accepts_function("my_operators::run", "my_operators::run(int)"));
  ASSERT(
      accepts_function("operators::Map::run", "operators::Map<int>::run(int)"));
  PASS();
}

TEST lambdas_and_unnamed_namespaces_are_names(void) {
  ASSERT(accepts_function("main::{lambda(int)#1}::operator()",
                          "main::{lambda(int)#1}::operator()(int) const"));
  ASSERT(accepts_function("main::$_0::operator()",
                          "main::$_0::operator()(int) const"));
  ASSERT(accepts_function("main::*lambda*",
                          "main::'lambda'(int)::operator()(int) const"));
  ASSERT(accepts_function("ns::(anonymous namespace)::load",
                          "ns::(anonymous namespace)::load(int)"));
  PASS();
}

//===-- Clones ------------------------------------------------------------===//

TEST clones_have_the_name_of_their_function(void) {
  ASSERT(accepts_function("load", "load.part.0"));
  ASSERT(accepts_function("load", "load.constprop.1.isra.0"));
  ASSERT(accepts_function("load", "load.cold"));
  ASSERT(accepts_function("ns::load", "ns::load(int) (.cold)"));
  ASSERT(accepts_function("ns::load(int)", "ns::load(int) [clone .part.1]"));
  ASSERT(accepts_function("load.part.0", "load.part.0"));
  ASSERT_FALSE(accepts_function("load.part.1", "load.part.0"));
  ASSERT(accepts_function("f(int, ...)", "f(int, ...)"));
  PASS();
}

TEST long_names_are_cut_and_not_overrun(void) {
  static char name[2000];
  memset(name, 'f', sizeof(name) - 1);
  ASSERT(accepts_function("fff*", name));
  ASSERT_FALSE(accepts_function("fff", name));
  PASS();
}

TEST what_the_program_declared_is_a_call_like_others(void) {
  bsan_unit_fakes.symbols = c_stack;
  bsan_unit_fakes.symbol_count = sizeof(c_stack) / sizeof(c_stack[0]);
  ASSERT(accepts_call("user:*:load_config", BSAN_CALL_USER, BSAN_CLASS_USER));
  ASSERT(accepts_call("blocking:load_config", BSAN_CALL_USER, BSAN_CLASS_USER));
  ASSERT_FALSE(
      accepts_call("stall:*:load_config", BSAN_CALL_USER, BSAN_CLASS_USER));
  PASS();
}

//===-- Counting ----------------------------------------------------------===//

static void use_and_print(void *unused) {
  (void)unused;
  accepts("dns:unused\nblocking:conf.c:load_config\ncalled_from_lib:never.so");
  uintptr_t pc = 0x2000;
  struct bsan_rule *rule = bsan_suppress_match(BSAN_CALL_read, BSAN_CLASS_FILE,
                                               bsan_bridge_depot_put(&pc, 1));
  bsan_suppress_count(rule, 1, 700000);
  bsan_suppress_count(rule, 2, 1400000);
  bsan_suppress_print();
}

TEST used_and_unused_lines_are_listed(void) {
  struct bsan_child_result result = bsan_unit_run_child(use_and_print, NULL);
  ASSERT_STR_EQ("Suppressions used:\n"
                "     count   hidden ms  suppression\n"
                "         3           2  blocking:conf.c:load_config\n"
                "Suppression never used: dns:unused\n"
                "Suppression never used: called_from_lib:never.so\n",
                result.stderr_text);
  PASS();
}

static void compare_and_print(void *unused) {
  (void)unused;
  accepts("dns:lod_config\nblocking:req.c:on_requst\nfile:*:load_conf\n"
          "blocking:reqs.c:on_request\nblocking:conf.c:load_config");
  uintptr_t pcs[] = {0x1000, 0x2000, 0x3000};
  bsan_suppress_compare(BSAN_CALL_read, BSAN_CLASS_FILE,
                        bsan_bridge_depot_put(pcs, 3));
  uintptr_t pc = 0x2000;
  bsan_suppress_count(bsan_suppress_match(BSAN_CALL_read, BSAN_CLASS_FILE,
                                          bsan_bridge_depot_put(&pc, 1)),
                      1, 0);
  bsan_suppress_print();
}

TEST misspelt_lines_are_listed_with_what_was_meant(void) {
  struct bsan_child_result result =
      bsan_unit_run_child(compare_and_print, NULL);
  ASSERT_STR_EQ(
      "Suppressions used:\n"
      "     count   hidden ms  suppression\n"
      "         1           0  blocking:conf.c:load_config\n"
      "Suppression never used: dns:lod_config\n"
      "Suppression never used: blocking:req.c:on_requst (did you mean "
      "'blocking:req.c:on_request'?)\n"
      "Suppression never used: file:*:load_conf (did you mean "
      "'file:*:load_config'?)\n"
      "Suppression never used: blocking:reqs.c:on_request (did you mean "
      "'blocking:req.c:on_request'?)\n",
      result.stderr_text);
  PASS();
}

BSAN_UNIT_SUITE(Suppress, BSAN_UNIT(nothing_is_accepted_without_a_line),
                BSAN_UNIT(one_frame_must_have_both_file_and_function),
                BSAN_UNIT(any_frame_may_match),
                BSAN_UNIT(a_file_is_the_whole_path_or_its_end_from_a_slash),
                BSAN_UNIT(a_file_may_have_wildcards),
                BSAN_UNIT(without_debug_information_the_module_is_the_file),
                BSAN_UNIT(a_function_is_the_whole_name),
                BSAN_UNIT(the_file_may_be_left_out),
                BSAN_UNIT(frames_without_names_match_any_function_only),
                BSAN_UNIT(a_class_accepts_its_own_calls),
                BSAN_UNIT(a_call_accepts_itself_whatever_its_class),
                BSAN_UNIT(a_library_accepts_all_below_it),
                BSAN_UNIT(stalls_are_accepted_by_lines_about_stalls),
                BSAN_UNIT(one_line_of_many_is_enough),
                BSAN_UNIT(the_built_in_lines_are_there),
                BSAN_UNIT(parameters_may_be_left_out),
                BSAN_UNIT(template_arguments_may_be_left_out),
                BSAN_UNIT(results_of_function_templates_may_be_left_out),
                BSAN_UNIT(operators_have_brackets_of_their_own),
                BSAN_UNIT(operator_templates_have_both),
                BSAN_UNIT(names_like_operator_are_none),
                BSAN_UNIT(lambdas_and_unnamed_namespaces_are_names),
                BSAN_UNIT(clones_have_the_name_of_their_function),
                BSAN_UNIT(long_names_are_cut_and_not_overrun),
                BSAN_UNIT(what_the_program_declared_is_a_call_like_others),
                BSAN_UNIT(used_and_unused_lines_are_listed),
                BSAN_UNIT(misspelt_lines_are_listed_with_what_was_meant));
