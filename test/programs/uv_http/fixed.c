//===-- fixed.c - server.c without blocking its loop ----------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Usage: fixed FILE
//
// The same answers as server.c. Names and files are left to libuv's worker
// threads: every function that may wait gets a callback, and what the callbacks
// share lives in a struct instead of on the stack.
//
//===----------------------------------------------------------------------===//

#include "http.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *served_file;

//--- GET /name -------------------------------------------------------------//

static void on_name(uv_getaddrinfo_t *lookup, int error,
                    struct addrinfo *found) {
  struct http_request *request = lookup->data;
  free(lookup);
  if (error < 0) {
    http_fail(request, UV_ENOENT);
    return;
  }
  char text[INET_ADDRSTRLEN + 1];
  uv_ip4_name((struct sockaddr_in *)found->ai_addr, text, INET_ADDRSTRLEN);
  uv_freeaddrinfo(found);
  strcat(text, "\n");
  http_answer(request, 200, text, strlen(text));
}

static void answer_name(struct http_request *request) {
  struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
  uv_getaddrinfo_t *lookup = malloc(sizeof(*lookup));
  if (!lookup) {
    http_fail(request, UV_ENOMEM);
    return;
  }
  lookup->data = request;
  int error = uv_getaddrinfo(http_loop(request), lookup, on_name, "localhost",
                             NULL, &hints);
  if (error < 0) {
    free(lookup);
    http_fail(request, error);
  }
}

//--- GET /file -------------------------------------------------------------//

struct file_job {
  uv_fs_t fs; // First: its address is the job's. One operation after another.
  struct http_request *request;
  uv_file file;
  ssize_t size; // Of `content`, or an error.
  char content[64 * 1024];
};

static void finish_file(struct file_job *job) {
  if (job->size < 0)
    http_fail(job->request, (int)job->size);
  else
    http_answer(job->request, 200, job->content, (size_t)job->size);
  free(job);
}

static void on_closed(uv_fs_t *fs) {
  uv_fs_req_cleanup(fs);
  finish_file((struct file_job *)fs);
}

static void on_read(uv_fs_t *fs) {
  struct file_job *job = (struct file_job *)fs;
  job->size = fs->result;
  uv_fs_req_cleanup(fs);
  uv_fs_close(http_loop(job->request), fs, job->file, on_closed);
}

static void on_opened(uv_fs_t *fs) {
  struct file_job *job = (struct file_job *)fs;
  job->size = fs->result;
  uv_fs_req_cleanup(fs);
  if (job->size < 0) {
    finish_file(job);
    return;
  }
  job->file = (uv_file)job->size;
  uv_buf_t buffer = uv_buf_init(job->content, sizeof(job->content));
  uv_fs_read(http_loop(job->request), fs, job->file, &buffer, 1, -1, on_read);
}

static void answer_file(struct http_request *request) {
  struct file_job *job = malloc(sizeof(*job));
  if (!job) {
    http_fail(request, UV_ENOMEM);
    return;
  }
  job->request = request;
  int error = uv_fs_open(http_loop(request), &job->fs, served_file,
                         O_RDONLY | O_CLOEXEC, 0, on_opened);
  if (error < 0) {
    free(job);
    http_fail(request, error);
  }
}

//--- Both ------------------------------------------------------------------//

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
