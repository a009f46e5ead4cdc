//===-- bsan_classify_name_test.c - Unit tests of bsan_classify_name.c ----===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A lookup is free when there is nothing to look up; libc, which is asked the
// same with AI_NUMERICHOST, says when that is.
//
//===----------------------------------------------------------------------===//

#define _GNU_SOURCE
#include "bsan_unit.h"

#include <errno.h>
#include <netdb.h>

#include "bsan_unit_fakes.h"
#include "classify/bsan_classify.h"
#include "intercept/bsan_calls.h"

static bsan_verdict look_up(const char *node, const char *service, int flags) {
  struct bsan_event event = bsan_unit_make_event(BSAN_CALL_getaddrinfo);
  struct addrinfo hints = {.ai_flags = flags};
  return bsan_name_lookup(&event, node, service, &hints);
}

TEST names_are_looked_up(void) {
  static const char *const names[] = {
      "localhost", "example.org", "127.0.0.1.example.org",
      "1.2.3.4.5", "::1::",       "",
      "256.1.1.1", "fe80",        "1.2.3.4%eth0"};
  for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
    ASSERT_EQm(names[i], BSAN_MAY_BLOCK, look_up(names[i], "80", 0));
  PASS();
}

// Every spelling that libc takes for an address without asking anybody.
TEST addresses_are_not(void) {
  static const char *const addresses[] = {
      "127.0.0.1", "0.0.0.0",     "255.255.255.255", "::1",
      "::",        "2001:db8::1", "fe80::1%lo",      "::ffff:1.2.3.4",
      "127.1",     "2130706433",  "0x7f000001",      "0177.0.0.1"};
  for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST}, *found = NULL;
    ASSERT_EQm(addresses[i], 0,
               getaddrinfo(addresses[i], "80", &hints, &found));
    freeaddrinfo(found);
    ASSERT_EQm(addresses[i], BSAN_WONT_BLOCK, look_up(addresses[i], "80", 0));
  }
  PASS();
}

TEST names_that_must_be_addresses_fail_at_once(void) {
  ASSERT_EQ(BSAN_WONT_BLOCK, look_up("localhost", "80", AI_NUMERICHOST));
  ASSERT_EQ(BSAN_MAY_BLOCK, look_up("localhost", "80", AI_PASSIVE));
  PASS();
}

TEST services_are_looked_up_unless_they_are_numbers(void) {
  ASSERT_EQ(BSAN_MAY_BLOCK, look_up("127.0.0.1", "http", 0));
  ASSERT_EQ(BSAN_MAY_BLOCK, look_up("127.0.0.1", "80x", 0));
  ASSERT_EQ(BSAN_MAY_BLOCK, look_up(NULL, "http", AI_PASSIVE));
  ASSERT_EQ(BSAN_WONT_BLOCK, look_up("127.0.0.1", "http", AI_NUMERICSERV));
  ASSERT_EQ(BSAN_WONT_BLOCK, look_up("127.0.0.1", "65535", 0));
  ASSERT_EQ(BSAN_WONT_BLOCK, look_up("127.0.0.1", NULL, 0));
  ASSERT_EQ(BSAN_WONT_BLOCK, look_up(NULL, "80", AI_PASSIVE));
  ASSERT_EQ(BSAN_MAY_BLOCK, look_up("localhost", "http", AI_NUMERICHOST));
  PASS();
}

TEST hints_may_be_missing(void) {
  struct bsan_event event = bsan_unit_make_event(BSAN_CALL_getaddrinfo);
  ASSERT_EQ(BSAN_MAY_BLOCK, bsan_name_lookup(&event, "localhost", "80", NULL));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_name_lookup(&event, "::1", "80", NULL));
  PASS();
}

TEST errno_is_kept(void) {
  errno = 4711;
  look_up("localhost", "http", 0);
  ASSERT_EQ(4711, errno);
  PASS();
}

TEST only_numbers_on_both_sides_need_no_reverse_lookup(void) {
  struct bsan_event event = bsan_unit_make_event(BSAN_CALL_getnameinfo);
  ASSERT_EQ(BSAN_WONT_BLOCK,
            bsan_name_reverse(&event, NI_NUMERICHOST | NI_NUMERICSERV));
  ASSERT_EQ(
      BSAN_WONT_BLOCK,
      bsan_name_reverse(&event, NI_NUMERICHOST | NI_NUMERICSERV | NI_DGRAM));
  ASSERT_EQ(BSAN_MAY_BLOCK, bsan_name_reverse(&event, NI_NUMERICHOST));
  ASSERT_EQ(BSAN_MAY_BLOCK, bsan_name_reverse(&event, NI_NUMERICSERV));
  ASSERT_EQ(BSAN_MAY_BLOCK, bsan_name_reverse(&event, 0));
  PASS();
}

TEST hosts_are_looked_up_unless_they_are_addresses(void) {
  struct bsan_event event = bsan_unit_make_event(BSAN_CALL_gethostbyname);
  ASSERT_EQ(BSAN_MAY_BLOCK, bsan_name_host(&event, "localhost"));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_name_host(&event, "127.0.0.1"));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_name_host(&event, "::1"));
  ASSERT_EQ(BSAN_MAY_BLOCK, bsan_name_host(&event, NULL));
  PASS();
}

BSAN_UNIT_SUITE(ClassifyName, BSAN_UNIT(names_are_looked_up),
                BSAN_UNIT(addresses_are_not),
                BSAN_UNIT(names_that_must_be_addresses_fail_at_once),
                BSAN_UNIT(services_are_looked_up_unless_they_are_numbers),
                BSAN_UNIT(hints_may_be_missing), BSAN_UNIT(errno_is_kept),
                BSAN_UNIT(only_numbers_on_both_sides_need_no_reverse_lookup),
                BSAN_UNIT(hosts_are_looked_up_unless_they_are_addresses));
