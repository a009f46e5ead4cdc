//===-- curl_app.c - What curl.sh runs ------------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// curl_app epoll|poll FOLDER URL...: gets all URLs at once with libcurl's multi
// interface, each into a file of FOLDER, and prints how long they are. "epoll"
// is the program's own loop around curl_multi_socket_action(), "poll" is
// curl_multi_poll(). The transfers do not block; files are.
//
//===----------------------------------------------------------------------===//

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { MAX_URLS = 16 };

static CURLM *multi;
static int epoll_fd;
static long timeout_ms = -1;
static int running;

static struct transfer {
  CURL *easy;
  FILE *file;
  long length;
} transfers[MAX_URLS];

static size_t on_data(char *data, size_t size, size_t count, void *arg) {
  struct transfer *transfer = arg;
  transfer->length += (long)(size * count);
  return fwrite(data, size, count, transfer->file) * size;
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *arg,
                     void *known) {
  struct epoll_event event = {.data.fd = fd};
  (void)easy, (void)arg;
  if (what == CURL_POLL_REMOVE)
    return epoll_ctl(epoll_fd, EPOLL_CTL_DEL, fd, NULL) && 0;
  event.events = (what & CURL_POLL_IN ? EPOLLIN : 0) |
                 (what & CURL_POLL_OUT ? EPOLLOUT : 0);
  epoll_ctl(epoll_fd, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event);
  curl_multi_assign(multi, fd, &epoll_fd);
  return 0;
}

static int on_timeout(CURLM *handle, long ms, void *arg) {
  (void)handle, (void)arg;
  timeout_ms = ms;
  return 0;
}

static void finish(CURL *easy, CURLcode result) {
  struct transfer *transfer;
  curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&transfer);
  fflush(transfer->file);
  fsync(fileno(transfer->file));
  fclose(transfer->file);
  printf("%d: %s, %ld bytes\n", (int)(transfer - transfers),
         curl_easy_strerror(result), transfer->length);
  curl_multi_remove_handle(multi, easy);
  curl_easy_cleanup(easy);
}

static void collect(void) {
  int left;
  for (CURLMsg *message; (message = curl_multi_info_read(multi, &left));)
    if (message->msg == CURLMSG_DONE)
      finish(message->easy_handle, message->data.result);
}

static void run_epoll(void) {
  epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
  curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timeout);
  curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running);
  while (running) {
    struct epoll_event events[8];
    int count = epoll_wait(epoll_fd, events, 8, (int)timeout_ms);
    if (count == 0)
      curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running);
    for (int i = 0; i < count; i++) {
      int ready = (events[i].events & EPOLLIN ? CURL_CSELECT_IN : 0) |
                  (events[i].events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
                  (events[i].events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR
                                                            : 0);
      curl_multi_socket_action(multi, events[i].data.fd, ready, &running);
    }
    collect();
  }
  close(epoll_fd);
}

static void run_poll(void) {
  curl_multi_perform(multi, &running);
  while (running) {
    curl_multi_poll(multi, NULL, 0, 1000, NULL);
    curl_multi_perform(multi, &running);
    collect();
  }
}

static int add(const char *folder, int index, const char *url) {
  struct transfer *transfer = &transfers[index];
  char path[4096];
  snprintf(path, sizeof(path), "%s/%d", folder, index);
  transfer->file = fopen(path, "w");
  transfer->easy = curl_easy_init();
  if (!transfer->file || !transfer->easy)
    return 0;
  curl_easy_setopt(transfer->easy, CURLOPT_URL, url);
  curl_easy_setopt(transfer->easy, CURLOPT_WRITEFUNCTION, on_data);
  curl_easy_setopt(transfer->easy, CURLOPT_WRITEDATA, transfer);
  curl_easy_setopt(transfer->easy, CURLOPT_PRIVATE, transfer);
  curl_easy_setopt(transfer->easy, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(transfer->easy, CURLOPT_MAX_RECV_SPEED_LARGE,
                   (curl_off_t)10000000); // More than one round.
  return curl_multi_add_handle(multi, transfer->easy) == CURLM_OK;
}

int main(int argc, char **argv) {
  if (argc < 4 || argc - 3 > MAX_URLS)
    return 2;
  curl_global_init(CURL_GLOBAL_DEFAULT);
  multi = curl_multi_init();
  for (int i = 3; i < argc; i++)
    if (!add(argv[2], i - 3, argv[i]))
      return 2;
  if (strcmp(argv[1], "epoll") == 0)
    run_epoll();
  else
    run_poll();
  usleep(10000); // The loop is over: nobody waits for this thread.
  collect();
  curl_multi_cleanup(multi);
  curl_global_cleanup();
  puts("done");
  return 3;
}
