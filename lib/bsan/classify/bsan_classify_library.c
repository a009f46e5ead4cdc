//===-- bsan_classify_library.c - Calls of other libraries ----------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Whether SSL_read may block is known by the descriptor that OpenSSL was given,
// and only OpenSSL can tell which.  The runtime links with none of these
// libraries: their functions are looked up when the program calls them.
//
// Context: armed.
//
//===----------------------------------------------------------------------===//

#include <dlfcn.h>
#include <unistd.h>

#include "classify/bsan_classify.h"
#include "classify/bsan_fdtable.h"

// Functions that are asked, each looked up once: NULL when the program has no
// such library in its global scope.
typedef int (*ask)(void *);
typedef long (*ask_bio)(void *, int, long, void *);

static void *look_up(const char *name, void **cache) {
  void *function = __atomic_load_n(cache, __ATOMIC_RELAXED);
  if (!function) {
    function = dlsym(RTLD_DEFAULT, name);
    __atomic_store_n(cache, function, __ATOMIC_RELAXED);
  }
  return function;
}

static bsan_verdict judge_connection(struct bsan_event *ev, int fd) {
  if (fd < 0)
    return BSAN_WONT_BLOCK; // No descriptor: a memory BIO.
  ev->fd = fd;
  struct bsan_fd_facts facts = bsan_fdtable_get(fd);
  if (facts.nonblocking || bsan_fdtable_verify_nonblocking(fd))
    return BSAN_WONT_BLOCK;
  return BSAN_MAY_BLOCK;
}

bsan_verdict bsan_ssl(struct bsan_event *ev, void *ssl, bool for_writing) {
  static void *get_rfd, *get_wfd;
  ask get = (ask)(for_writing ? look_up("SSL_get_wfd", &get_wfd)
                              : look_up("SSL_get_rfd", &get_rfd));
  if (!ssl)
    return BSAN_WONT_BLOCK;
  return get ? judge_connection(ev, get(ssl)) : BSAN_MAY_BLOCK;
}

// BIO_do_connect() and BIO_do_accept() are macros for a command of BIO_ctrl.
bsan_verdict bsan_bio(struct bsan_event *ev, void *bio, int command) {
  enum { DO_STATE_MACHINE = 101, GET_FD = 105 };
  static void *control;
  if (command != DO_STATE_MACHINE || !bio)
    return BSAN_WONT_BLOCK;
  ask_bio ask_control = (ask_bio)look_up("BIO_ctrl", &control);
  long fd = ask_control ? ask_control(bio, GET_FD, 0, NULL) : -1;
  // Not connected yet: it will look up the name and connect.
  return fd < 0 ? BSAN_MAY_BLOCK : judge_connection(ev, (int)fd);
}

// What the program gave gnutls_transport_set_ptr() is a descriptor unless it
// also replaced the functions that use it.
bsan_verdict bsan_gnutls(struct bsan_event *ev, void *session) {
  static void *get_int;
  ask get = (ask)look_up("gnutls_transport_get_int", &get_int);
  if (!session)
    return BSAN_WONT_BLOCK;
  int fd = get ? get(session) : -1;
  if (fd >= 0 && bsan_fdtable_get(fd).kind != BSAN_FD_SOCKET)
    return BSAN_WONT_BLOCK;
  return judge_connection(ev, fd);
}

bsan_verdict bsan_pq_result(struct bsan_event *ev, void *connection) {
  static void *is_busy;
  ask get = (ask)look_up("PQisBusy", &is_busy);
  (void)ev;
  if (!connection || (get && !get(connection)))
    return BSAN_WONT_BLOCK;
  return BSAN_MAY_BLOCK;
}

bsan_verdict bsan_readline(struct bsan_event *ev) {
  bsan_verdict verdict = judge_connection(ev, STDIN_FILENO);
  return verdict;
}
