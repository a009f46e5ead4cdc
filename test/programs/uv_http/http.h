//===-- http.h - A very small HTTP server on libuv --------------*- C -*-===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What server.c and fixed.c share, so that the two differ only in how they get
// at what they answer.
//
//===----------------------------------------------------------------------===//

#ifndef UV_HTTP_HTTP_H
#define UV_HTTP_HTTP_H

#include <stddef.h>
#include <uv.h>

struct http_request;

// Called on the loop's thread for every well-formed GET. `path` is borrowed
// until it returns. Exactly one http_answer() has to follow, now or later.
typedef void http_handler(struct http_request *request, const char *path);

// Listens on a free port of 127.0.0.1, prints "listening on PORT" as one line
// and serves until SIGINT or SIGTERM; requests that were begun are answered
// first. Returns an exit status.
int http_serve(http_handler *handler);

// Sends what is copied from `body` and ends the connection; `request` is gone
// afterwards. On the loop's thread only.
void http_answer(struct http_request *request, int status, const char *body,
                 size_t size);

// http_answer() with status 500 and what libuv's (negative) error means.
void http_fail(struct http_request *request, int error);

uv_loop_t *http_loop(const struct http_request *request);

#endif // UV_HTTP_HTTP_H
