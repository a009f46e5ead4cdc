//===-- bsan_wrappers.c - The table of calls as wrappers ------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Nothing but the expansion; see bsan_wrap.h.  _FORTIFY_SOURCE and
// _FILE_OFFSET_BITS must not be set: they would rename the types.
//
// Context: any for the wrappers, armed for their armed halves.
//
//===----------------------------------------------------------------------===//

#include <aio.h>
#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/time_types.h>
#include <mqueue.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <resolv.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <syslog.h>
#include <utime.h>
#include <wchar.h>

#define BSAN_ALLOWS_LIBC
#include "classify/bsan_classify.h"
#include "classify/bsan_fdtable.h"
#include "intercept/bsan_control.h"
#include "intercept/bsan_exec_wrap.h"
#include "intercept/bsan_syscall_wrap.h"
#include "intercept/bsan_wrap.h"

#if defined(_FORTIFY_SOURCE) && _FORTIFY_SOURCE > 0
#  error "Do not build the wrappers with _FORTIFY_SOURCE."
#endif
#if defined(_FILE_OFFSET_BITS) && _FILE_OFFSET_BITS == 64 && !defined(__LP64__)
#  error "Do not build the wrappers with _FILE_OFFSET_BITS=64."
#endif

#define BSAN_CALL(ret, symbol, name, params, args, cls, verdict, show)         \
  BSAN_WRAP_VALUE(ret, symbol, params, args, verdict, show, BSAN_NO_NOTE);
#define BSAN_CALL_VOID(ret, symbol, name, params, args, cls, verdict, show)    \
  BSAN_WRAP_VOID(ret, symbol, params, args, verdict, show, BSAN_NO_NOTE);
#define BSAN_CALL_NOTED(ret, symbol, name, params, args, cls, verdict, show,   \
                        note)                                                  \
  BSAN_WRAP_VALUE(ret, symbol, params, args, verdict, show, note);
#define BSAN_CALL_VARIADIC(ret, symbol, name, params, vargs, cls, verdict,     \
                           show, last, vsymbol)                                \
  BSAN_WRAP_VARIADIC(ret, symbol, params, vargs, verdict, show, last, vsymbol);
#define BSAN_CALL_VARIADIC_VOID(ret, symbol, name, params, vargs, cls,         \
                                verdict, show, last, vsymbol)                  \
  BSAN_WRAP_VARIADIC_VOID(ret, symbol, params, vargs, verdict, show, last,     \
                          vsymbol);
#define BSAN_CALL_JUMP(ret, symbol, name, params, args, cls, verdict, show,    \
                       note)                                                   \
  BSAN_WRAP_JUMP(ret, symbol, params, args, verdict, show, note);
#define BSAN_CALL_WAIT(ret, symbol, name, params, args, cls, verdict, show,    \
                       fd)                                                     \
  BSAN_WRAP_WAIT(ret, symbol, params, args, verdict, show, fd);
#define BSAN_LIBRARY(ret, symbol, name, params, args, cls, verdict, show)      \
  BSAN_WRAP_LIBRARY_VALUE(ret, symbol, params, args, verdict, show);
#define BSAN_LIBRARY_VOID(ret, symbol, name, params, args, cls, verdict, show) \
  BSAN_WRAP_LIBRARY_VOID(ret, symbol, params, args, verdict, show);
#define BSAN_LIBRARY_VARIADIC(ret, symbol, name, params, vargs, cls, verdict,  \
                              show, last, vsymbol)                             \
  BSAN_WRAP_LIBRARY_VARIADIC(ret, symbol, params, vargs, verdict, show, last,  \
                             vsymbol);
#define BSAN_LIBRARY_WAIT(ret, symbol, name, params, args, cls, verdict, show, \
                          fd)                                                  \
  BSAN_WRAP_LIBRARY_WAIT(ret, symbol, params, args, verdict, show, fd);
#define BSAN_LIBRARY_NOTE(ret, symbol, name, params, args, cls, note)          \
  BSAN_WRAP_LIBRARY_NOTE(ret, symbol, params, args, note);
#define BSAN_RUN(ret, symbol, name, params, args, cls, kind, waits)            \
  BSAN_WRAP_RUN(ret, symbol, params, args, kind, waits);
#define BSAN_BODY(ret, symbol, name, params, args, cls)                        \
  BSAN_REAL_SHARED(ret, symbol, params, args)
#define BSAN_VIRTUAL(...)
#define BSAN_NOTE(ret, symbol, name, params, args, cls, note)                  \
  BSAN_WRAP_NOTE(ret, symbol, params, args, note);
#define BSAN_NOTE_LIST(ret, symbol, name, params, args, cls)                   \
  BSAN_REAL_ADDRESS(symbol);
#include "intercept/bsan_calls.inc"

__thread struct bsan_scope bsan_jump_origin
    __attribute__((tls_model("initial-exec")));

const struct bsan_binding bsan_bindings[BSAN_CALL_COUNT] = {
#define BSAN_CALL(ret, symbol, ...)                                            \
  [BSAN_CALL_##                                                                \
      symbol] = {#symbol, &bsan_real_##symbol, (uintptr_t)bsan_wrap_##symbol},
#define BSAN_VIRTUAL(...)
#include "intercept/bsan_calls.inc"
};
