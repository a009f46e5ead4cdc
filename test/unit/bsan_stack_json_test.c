//===-- bsan_stack_json_test.c - Unit tests of bsan_stack_json.c ----------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Made-up stacks for the frames; for the hash, whose modules are looked for
// without the symbolizer, addresses of this program.
//
//===----------------------------------------------------------------------===//

#include "bsan_unit.h"

#include <stdlib.h>
#include <string.h>

#include "bsan_unit_fakes.h"
#include "intercept/bsan_calls.h"
#include "report/bsan_stack_json.h"

static const unsigned char build_id[] = {0x0a, 0xff, 0x00};

static const struct bsan_symbol symbols[] = {
    {.pc = 0x1000, .function = "read", .file = "/usr/include/unistd.h"},
    {.pc = 0x1000,
     .function = "on_request",
     .file = "/src/\"a\".c",
     .line = 6,
     .column = 11,
     .module = "/bin/server",
     .offset = 0x10,
     .build_id = build_id,
     .build_id_size = sizeof(build_id)},
    {.pc = 0x2000, .module = "/bin/server", .offset = 0x20}};

static char buffer[4096];
static struct bsan_json json;

static uint32_t make_stack(void) {
  static const uintptr_t pcs[] = {0x1000, 0x2000, 0x3000};
  bsan_unit_fakes.symbols = symbols;
  bsan_unit_fakes.symbol_count = sizeof(symbols) / sizeof(symbols[0]);
  return bsan_bridge_depot_put(pcs, 3);
}

TEST frames_have_what_is_known_of_them(void) {
  for (int round = 0; round < 2; round++) {
    bsan_json_begin(&json, buffer, sizeof(buffer));
    bsan_stack_json_add(&json, "stack", make_stack(), 0, BSAN_CALL_read);
    bsan_json_end(&json);
    ASSERT_STR_EQ(
        "{\"stack\":[{\"pc\":\"0xfff\",\"module\":\"/bin/server\",\"offset\":"
        "\"0x10\",\"build_id\":\"0aff00\",\"function\":\"on_request\",\"file\":"
        "\"/src/\\\"a\\\".c\",\"line\":6,\"column\":11},{\"pc\":\"0x1fff\","
        "\"module\":\"/bin/server\",\"offset\":\"0x20\"},{\"pc\":\"0x2fff\"}]}"
        "\n",
        buffer);
  }
  PASS();
}

TEST a_stack_is_symbolized_once(void) {
  uint32_t stack_id = make_stack();
  bsan_json_begin(&json, buffer, sizeof(buffer));
  bsan_json_add_bool(&json, "x", true);
  bsan_stack_json_add(&json, "stack", stack_id, 1, 0);
  bsan_json_end(&json);
  bsan_unit_fakes.symbol_count = 0;
  bsan_json_begin(&json, buffer, sizeof(buffer));
  bsan_stack_json_add(&json, "again", stack_id, 1, 0);
  bsan_json_end(&json);
  ASSERT_STR_EQ("{\"again\":[{\"pc\":\"0x1fff\",\"module\":\"/bin/server\","
                "\"offset\":\"0x20\"},{\"pc\":\"0x2fff\"}]}\n",
                buffer);
  PASS();
}

TEST a_stack_that_did_not_fit_is_not_kept(void) {
  uint32_t stack_id = make_stack();
  bsan_json_begin(&json, buffer, 100);
  bsan_stack_json_add(&json, "stack", stack_id, 1, 0);
  bsan_json_end(&json);
  ASSERT(strstr(buffer, "truncated"));
  bsan_json_begin(&json, buffer, sizeof(buffer));
  bsan_stack_json_add(&json, "stack", stack_id, 1, 0);
  bsan_json_end(&json);
  ASSERT(strstr(buffer, "{\"pc\":\"0x2fff\"}]}\n"));
  PASS();
}

TEST functions_and_modules_are_names(void) {
  uint32_t stack_id = make_stack();
  for (int round = 0; round < 2; round++) {
    bsan_json_begin(&json, buffer, sizeof(buffer));
    bsan_stack_json_add_name(&json, "a", stack_id, 0);
    bsan_stack_json_add_name(&json, "b", stack_id, 1);
    bsan_stack_json_add_name(&json, "c", stack_id, 7);
    bsan_json_end(&json);
    ASSERT_STR_EQ("{\"a\":\"read\",\"b\":\"server+0x20\"}\n", buffer);
  }
  PASS();
}

static const char *hash_of(const uintptr_t *pcs, size_t count,
                           const char *label) {
  bsan_json_begin(&json, buffer, sizeof(buffer));
  bsan_stack_json_add_hash(&json, "h", bsan_bridge_depot_put(pcs, count),
                           label);
  bsan_json_end(&json);
  buffer[strcspn(buffer, "}")] = 0;
  return buffer + strlen("{\"h\":");
}

TEST the_hash_is_of_the_call_and_the_programs_frames(void) {
  char first[32];
  uintptr_t here = (uintptr_t)hash_of, pcs[3] = {here + 9, here + 20, 0x1000};
  snprintf(first, sizeof(first), "%s", hash_of(pcs, 2, "read"));
  ASSERT_EQ(18u, strlen(first));
  ASSERT_STR_EQ(first, hash_of(pcs, 2, "read"));
  ASSERT(strcmp(first, hash_of(pcs, 2, "write")) != 0);
  ASSERT(strcmp(first, hash_of(pcs, 1, "read")) != 0);
  // Neither code of no module, nor the C library.
  ASSERT_STR_EQ(first, hash_of(pcs, 3, "read"));
  pcs[2] = (uintptr_t)strtoul + 9;
  ASSERT_STR_EQ(first, hash_of(pcs, 3, "read"));
  pcs[2] = here + 30;
  ASSERT(strcmp(first, hash_of(pcs, 3, "read")) != 0);
  PASS();
}

BSAN_UNIT_SUITE(StackJson, BSAN_UNIT(frames_have_what_is_known_of_them),
                BSAN_UNIT(a_stack_is_symbolized_once),
                BSAN_UNIT(a_stack_that_did_not_fit_is_not_kept),
                BSAN_UNIT(functions_and_modules_are_names),
                BSAN_UNIT(the_hash_is_of_the_call_and_the_programs_frames));
