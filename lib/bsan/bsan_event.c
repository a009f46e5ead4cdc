//===-- bsan_event.c - Events that outlive their call ---------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Context: any.
//
//===----------------------------------------------------------------------===//

#include "bsan_event.h"

#include "bsan_text.h"

static void keep_string(struct bsan_arg *arg, char *copy) {
  if (arg->kind != 's' || !arg->value.string)
    return;
  if (bsan_platform_copy_string(arg->value.string, copy, BSAN_PATH_SIZE))
    arg->value.string = copy;
  else
    arg->kind = 'p';
}

static void keep_object(struct bsan_event *copy, char *object, size_t size) {
  if (copy->object) {
    struct bsan_text text;
    bsan_text_init(&text, object, size);
    bsan_text_add_span(&text, bsan_span_of(copy->object));
  } else if (copy->fd >= 0) {
    bsan_platform_describe_fd(copy->fd, object, size);
    copy->object_mode = bsan_platform_fd_is_nonblocking(copy->fd)
                            ? BSAN_OBJECT_NONBLOCKING
                            : BSAN_OBJECT_BLOCKING;
  } else {
    return;
  }
  copy->object = object;
}

void bsan_event_keep(struct bsan_event *copy, struct bsan_event_text *text,
                     const struct bsan_event *event) {
  *copy = *event;
  for (int i = 0; i < BSAN_MAX_SHOWN_ARGS && copy->args[i].kind; i++)
    keep_string(&copy->args[i], text->strings[i]);
  keep_object(copy, text->object, sizeof(text->object));
}
