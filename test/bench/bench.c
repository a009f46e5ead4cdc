//===-- bench.c - What checking costs a program that does nothing wrong ---===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Usage: bench NAME COUNT plain|outside|inside
//
// Makes COUNT calls of one kind and nothing else, so that the same program can
// be counted in instructions (valgrind --tool=callgrind) or timed from outside;
// utils/bench.sh does both and prints ratios.  "plain" is to be run without the
// runtime, "outside" with it but not in a loop, "inside" in a loop.
//
//===----------------------------------------------------------------------===//

#define BSAN_WEAK_HOOKS
#include "sanitizer/bsan_interface.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int sockets[2], epfd, blocking;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void call_recv(void) {
  char byte;
  recv(sockets[0], &byte, 1, 0);
}

// A buffer of size 0: the kernel's part is as small as it gets.
static void call_read(void) {
  char byte;
  read(sockets[0], &byte, 0);
}

static void call_mutex(void) {
  pthread_mutex_lock(&mutex);
  pthread_mutex_unlock(&mutex);
}

static void call_fcntl(void) { fcntl(sockets[0], F_GETFD); }

static void call_dontwait(void) {
  char byte;
  recv(sockets[1], &byte, 1, MSG_DONTWAIT);
}

static void call_epoll(void) {
  struct epoll_event event;
  epoll_wait(epfd, &event, 1, 0);
}

// Found each time, from the same place: with halt_on_error=0 what a repeated
// call costs.
static void call_found(void) {
  char byte;
  read(blocking, &byte, 0);
}

// What creates a descriptor, and its end.
static void call_open(void) { close(open("/dev/null", O_RDONLY)); }

static void call_socket(void) { close(socket(AF_UNIX, SOCK_STREAM, 0)); }

static const struct {
  const char *name;
  void (*call)(void);
} kinds[] = {
    {"recv", call_recv},   {"read", call_read},         {"mutex", call_mutex},
    {"fcntl", call_fcntl}, {"dontwait", call_dontwait}, {"epoll", call_epoll},
    {"found", call_found}, {"open", call_open},         {"socket", call_socket},
};

static void set_up(void) {
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) < 0) {
    perror("socketpair");
    exit(1);
  }
  fcntl(sockets[0], F_SETFL, O_NONBLOCK);
  epfd = epoll_create1(0);
  blocking = eventfd(0, 0);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
  if (argc != 4) {
    fprintf(stderr, "usage: bench NAME COUNT plain|outside|inside\n");
    return 2;
  }
  long count = atol(argv[2]);
  set_up();
  if (!strcmp(argv[3], "inside"))
    __bsan_enter_loop();
  for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
    if (!strcmp(kinds[i].name, argv[1])) {
      double start = now();
      for (long call = 0; call < count; call++)
        kinds[i].call();
      printf("%.1f\n", (now() - start) / count * 1e9);
      return 0;
    }
  fprintf(stderr, "bench: no kind of call is named '%s'\n", argv[1]);
  return 2;
}
