//===-- bsan_event_test.c - Unit tests of bsan_event.c --------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a copy still says when what it was made of is gone.
//
//===----------------------------------------------------------------------===//

#define _GNU_SOURCE
#include "bsan_unit.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "bsan_event.h"
#include "bsan_unit_fakes.h"
#include "intercept/bsan_calls.h"

static struct bsan_event copy;
static struct bsan_event_text text;

TEST strings_are_copied_and_numbers_kept(void) {
  char path[] = "/tmp/x";
  struct bsan_event event = bsan_unit_make_event(BSAN_CALL_open);
  event.args[0] = (struct bsan_arg){'s', {.string = path}};
  event.args[1] = (struct bsan_arg){'s', {.string = NULL}};
  event.args[2] = (struct bsan_arg){'d', {.number = 7}};
  event.elapsed_ns = 5;
  errno = ENOENT;
  bsan_event_keep(&copy, &text, &event);
  ASSERT_EQ(ENOENT, errno);
  path[0] = '!';
  ASSERT_STR_EQ("/tmp/x", copy.args[0].value.string);
  ASSERT_EQ(NULL, copy.args[1].value.string);
  ASSERT_EQ(7, copy.args[2].value.number);
  ASSERT_EQ(BSAN_CALL_open, copy.call);
  ASSERT_EQ(5, copy.elapsed_ns);
  ASSERT_EQ(NULL, copy.object);
  PASS();
}

TEST a_long_string_is_cut(void) {
  char path[2 * BSAN_PATH_SIZE];
  struct bsan_event event = bsan_unit_make_event(BSAN_CALL_open);
  memset(path, 'x', sizeof(path));
  path[sizeof(path) - 1] = 0;
  event.args[0] = (struct bsan_arg){'s', {.string = path}};
  bsan_event_keep(&copy, &text, &event);
  ASSERT_EQ(BSAN_PATH_SIZE - 1, strlen(copy.args[0].value.string));
  PASS();
}

TEST a_string_that_cannot_be_read_becomes_a_pointer(void) {
  struct bsan_event event = bsan_unit_make_event(BSAN_CALL_open);
  event.args[0] = (struct bsan_arg){'s', {.string = (const char *)16}};
  bsan_event_keep(&copy, &text, &event);
  ASSERT_EQ('p', copy.args[0].kind);
  ASSERT_EQ(16, copy.args[0].value.number);
  PASS();
}

TEST a_descriptor_is_put_into_words_with_its_mode(void) {
  struct bsan_event event = bsan_unit_make_event(BSAN_CALL_read);
  event.fd = open("/dev/null", O_RDONLY);
  bsan_event_keep(&copy, &text, &event);
  ASSERT_STR_EQ("/dev/null", copy.object);
  ASSERT_EQ(BSAN_OBJECT_BLOCKING, copy.object_mode);
  ASSERT_EQ(0, fcntl(event.fd, F_SETFL, O_NONBLOCK));
  bsan_event_keep(&copy, &text, &event);
  close(event.fd);
  ASSERT_STR_EQ("/dev/null", copy.object);
  ASSERT_EQ(BSAN_OBJECT_NONBLOCKING, copy.object_mode);
  PASS();
}

TEST words_that_were_found_before_are_kept(void) {
  struct bsan_event event = bsan_unit_make_event(BSAN_CALL_read);
  char words[] = "/var/log/x";
  event.fd = 0;
  event.object = words;
  event.object_mode = BSAN_OBJECT_PAST;
  bsan_event_keep(&copy, &text, &event);
  words[0] = '!';
  ASSERT_STR_EQ("/var/log/x", copy.object);
  ASSERT_EQ(BSAN_OBJECT_PAST, copy.object_mode);
  PASS();
}

BSAN_UNIT_SUITE(Event, BSAN_UNIT(strings_are_copied_and_numbers_kept),
                BSAN_UNIT(a_long_string_is_cut),
                BSAN_UNIT(a_string_that_cannot_be_read_becomes_a_pointer),
                BSAN_UNIT(a_descriptor_is_put_into_words_with_its_mode),
                BSAN_UNIT(words_that_were_found_before_are_kept));
