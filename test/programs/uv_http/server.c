//===-- server.c - A libuv HTTP server that blocks its loop ---------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Usage: server FILE
//
//   GET /name   the IPv4 address of "localhost"
//   GET /file   what is in FILE (its first 64 KiB)
//
// The answers are right and tests of them pass, but while a name server or a
// disk is slow nobody else is served. BlockSanitizer says so when everything is
// fast. fixed.c is the same server without the mistakes.
//
//===----------------------------------------------------------------------===//

#include "http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char *served_file;

static void answer_name(struct http_request *request) {
  struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
  struct addrinfo *found;
  if (getaddrinfo("localhost", NULL, &hints, &found) != 0) {
    http_fail(request, UV_ENOENT);
    return;
  }
  char text[INET_ADDRSTRLEN + 1];
  uv_ip4_name((struct sockaddr_in *)found->ai_addr, text, INET_ADDRSTRLEN);
  freeaddrinfo(found);
  strcat(text, "\n");
  http_answer(request, 200, text, strlen(text));
}

static void answer_file(struct http_request *request) {
  static char content[64 * 1024];
  int fd = open(served_file, O_RDONLY | O_CLOEXEC);
  ssize_t size = fd < 0 ? -1 : read(fd, content, sizeof(content));
  int error = errno;
  if (fd >= 0)
    close(fd);
  if (size < 0)
    http_fail(request, uv_translate_sys_error(error));
  else
    http_answer(request, 200, content, (size_t)size);
}

static void on_request(struct http_request *request, const char *path) {
  static const char unknown[] = "expected /name or /file\n";
  if (strcmp(path, "/name") == 0)
    answer_name(request);
  else if (strcmp(path, "/file") == 0)
    answer_file(request);
  else
    http_answer(request, 404, unknown, strlen(unknown));
}

int main(int argc, char **argv) {
  if (argc != 2) {
    fprintf(stderr, "Usage: %s FILE\n", argv[0]);
    return 2;
  }
  served_file = argv[1];
  return http_serve(on_request);
}
