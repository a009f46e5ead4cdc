//===-- http.c - A very small HTTP server on libuv ------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One request per connection, and the whole head is read before it is answered:
// closing a socket with unread data would reset the connection under the
// answer. A connection is not read from while its answer is being made, so it
// lives until http_answer() whatever the other side does.
//
//===----------------------------------------------------------------------===//

#include "http.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct http_request {
  uv_tcp_t socket; // First: its address is the request's.
  uv_write_t write;
  http_handler *handler;
  bool is_reading;
  size_t size; // Of what was read into `head`.
  char head[2048];
  char *answer;
};

static void free_request(uv_handle_t *socket) {
  struct http_request *request = (struct http_request *)socket;
  free(request->answer);
  free(request);
}

static void close_request(struct http_request *request) {
  uv_close((uv_handle_t *)&request->socket, free_request);
}

//--- The answer ------------------------------------------------------------//

static const char *status_text(int status) {
  switch (status) {
  case 200:
    return "OK";
  case 400:
    return "Bad Request";
  case 404:
    return "Not Found";
  case 405:
    return "Method Not Allowed";
  case 431:
    return "Request Header Fields Too Large";
  default:
    return "Internal Server Error";
  }
}

static void on_written(uv_write_t *write, int error) {
  (void)error; // The other side is gone: closing is all there is to do.
  close_request(write->data);
}

void http_answer(struct http_request *request, int status, const char *body,
                 size_t size) {
  static const char format[] = "HTTP/1.1 %d %s\r\n"
                               "Content-Type: text/plain\r\n"
                               "Content-Length: %zu\r\n"
                               "Connection: close\r\n"
                               "\r\n";
  const char *text = status_text(status);
  int head_size = snprintf(NULL, 0, format, status, text, size);
  request->answer = malloc((size_t)head_size + 1 + size);
  if (!request->answer) {
    close_request(request);
    return;
  }
  sprintf(request->answer, format, status, text, size);
  memcpy(request->answer + head_size, body, size);
  uv_buf_t buffer =
      uv_buf_init(request->answer, (unsigned)((size_t)head_size + size));
  request->write.data = request;
  if (uv_write(&request->write, (uv_stream_t *)&request->socket, &buffer, 1,
               on_written) < 0)
    close_request(request);
}

static void answer_text(struct http_request *request, int status,
                        const char *text) {
  char line[128];
  int size = snprintf(line, sizeof(line), "%s\n", text);
  http_answer(request, status, line, (size_t)size);
}

void http_fail(struct http_request *request, int error) {
  answer_text(request, 500, uv_strerror(error));
}

uv_loop_t *http_loop(const struct http_request *request) {
  return request->socket.loop;
}

//--- The request -----------------------------------------------------------//

// "GET /path HTTP/1.1": cuts the line into its three words.
static void handle_head(struct http_request *request) {
  char method[8], path[256], version[16];
  int words = sscanf(request->head, "%7s %255s %15s", method, path, version);
  if (words != 3 || strncmp(version, "HTTP/1.", 7) != 0)
    answer_text(request, 400, "expected GET PATH HTTP/1.1");
  else if (strcmp(method, "GET") != 0)
    answer_text(request, 405, "expected GET");
  else
    request->handler(request, path);
}

static void give_room(uv_handle_t *socket, size_t wanted, uv_buf_t *buffer) {
  struct http_request *request = (struct http_request *)socket;
  (void)wanted;
  // One byte stays for the end of the string.
  *buffer = uv_buf_init(request->head + request->size,
                        (unsigned)(sizeof(request->head) - 1 - request->size));
}

static void on_read(uv_stream_t *stream, ssize_t count,
                    const uv_buf_t *buffer) {
  struct http_request *request = (struct http_request *)stream;
  (void)buffer;
  // UV_ENOBUFS is give_room() without room.
  if (count < 0 && count != UV_ENOBUFS) {
    close_request(request);
    return;
  }
  if (count > 0)
    request->size += (size_t)count;
  request->head[request->size] = '\0';
  bool is_whole = strstr(request->head, "\r\n\r\n") != NULL;
  if (!is_whole && count != UV_ENOBUFS)
    return;
  uv_read_stop(stream);
  request->is_reading = false;
  if (is_whole)
    handle_head(request);
  else
    answer_text(request, 431, "the head of the request is too long");
}

//--- The server ------------------------------------------------------------//

static void on_connection(uv_stream_t *listener, int error) {
  struct http_request *request = error < 0 ? NULL : calloc(1, sizeof(*request));
  if (!request)
    return;
  request->handler = *(http_handler **)listener->data;
  uv_tcp_init(listener->loop, &request->socket);
  if (uv_accept(listener, (uv_stream_t *)&request->socket) < 0 ||
      uv_read_start((uv_stream_t *)&request->socket, give_room, on_read) < 0) {
    close_request(request);
    return;
  }
  request->is_reading = true;
}

// The listener and the signals; and connections that have not asked for
// anything, which would keep the loop alive.
static void close_idle(uv_handle_t *handle, void *listener) {
  if (uv_is_closing(handle))
    return;
  if (handle == listener || handle->type == UV_SIGNAL)
    uv_close(handle, NULL);
  else if (handle->type == UV_TCP &&
           ((struct http_request *)handle)->is_reading)
    close_request((struct http_request *)handle);
}

static void on_signal(uv_signal_t *handle, int number) {
  (void)number;
  uv_walk(handle->loop, close_idle, handle->data);
}

static int stop_at(uv_loop_t *loop, uv_signal_t *handle, int number,
                   uv_tcp_t *listener) {
  handle->data = listener;
  int error = uv_signal_init(loop, handle);
  return error < 0 ? error : uv_signal_start(handle, on_signal, number);
}

static int start_listening(uv_loop_t *loop, uv_tcp_t *listener) {
  struct sockaddr_in address;
  uv_ip4_addr("127.0.0.1", 0, &address);
  int error = uv_tcp_init(loop, listener);
  if (error == 0)
    error = uv_tcp_bind(listener, (const struct sockaddr *)&address, 0);
  if (error == 0)
    error = uv_listen((uv_stream_t *)listener, 128, on_connection);
  int size = sizeof(address);
  if (error == 0)
    error = uv_tcp_getsockname(listener, (struct sockaddr *)&address, &size);
  if (error == 0) {
    printf("listening on %d\n", ntohs(address.sin_port));
    fflush(stdout);
  }
  return error;
}

int http_serve(http_handler *handler) {
  uv_loop_t *loop = uv_default_loop();
  uv_tcp_t listener = {.data = &handler};
  uv_signal_t interrupt, terminate;
  signal(SIGPIPE, SIG_IGN); // A write to a closed connection is an error.
  int error = stop_at(loop, &interrupt, SIGINT, &listener);
  if (error == 0)
    error = stop_at(loop, &terminate, SIGTERM, &listener);
  if (error == 0)
    error = start_listening(loop, &listener);
  if (error < 0) {
    fprintf(stderr, "cannot listen on 127.0.0.1: %s\n", uv_strerror(error));
    return 1;
  }
  uv_run(loop, UV_RUN_DEFAULT);
  return uv_loop_close(loop) == 0 ? 0 : 1;
}
