// Intent: with bsan_asio.h every handler of Boost.Asio and of Asio is a callback:
// timer, I/O, signal, posted and dispatched ones, also after one that threw and on
// the threads of a pool; waiting for the next handler is outside on all of them, and
// so is what is done before and after run().

// REQUIRES: c++, asio
// RUN: %bsan_cxx -std=c++14 -DBOOST -I%include_dir "-DBOOST_ASIO_CUSTOM_HANDLER_TRACKING=<sanitizer/bsan_asio.h>" %s -o %t.boost -lpthread
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:print_stats_on_exit=1 %exits 0 %run %t.boost >%t.boost.log 2>&1
// RUN: FileCheck %s < %t.boost.log
// RUN: grep "^SUMMARY" %t.boost.log | count 8
// RUN: FileCheck %s --check-prefix=QUIET < %t.boost.log
// RUN: %bsan_cxx -std=c++14 -I%include_dir "-DASIO_CUSTOM_HANDLER_TRACKING=<sanitizer/bsan_asio.h>" %s -o %t -lpthread
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:print_stats_on_exit=1 %exits 0 %run %t >%t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: grep "^SUMMARY" %t.log | count 8

// CHECK: WARNING: BlockSanitizer: blocking-call: usleep on event loop thread T0 "{{.*}}" (hooks, asio)
// CHECK-DAG: in on_posted{{.*}} (usleep)
// CHECK-DAG: in on_dispatched{{.*}} (usleep)
// CHECK-DAG: in on_thrown{{.*}} (usleep)
// CHECK-DAG: in on_io{{.*}} (usleep)
// CHECK-DAG: in on_signal{{.*}} (usleep)
// CHECK-DAG: in on_timer{{.*}} (usleep)
// CHECK-DAG: in on_pool{{.*}} (usleep)
// CHECK-DAG: in on_strand{{.*}} (usleep)
// CHECK: BlockSanitizer: 8 blocking sites
// CHECK-DAG: Loop "asio" on thread T0
// QUIET-NOT: {{in quiet_|bsan_wrap}}

#ifdef BOOST
#include <boost/asio.hpp>
namespace asio = boost::asio;
typedef boost::system::error_code error_code;
#else
#include <asio.hpp>
typedef asio::error_code error_code;
#endif

#include <chrono>
#include <csignal>
#include <stdexcept>
#include <thread>

#include "Inputs/block.h"

static asio::io_context context;
static asio::steady_timer timer(context);
static asio::signal_set signals(context, SIGUSR1);
static char data[1];

NOINLINE static void on_timer(const error_code &) { BLOCK(); }

NOINLINE static void on_signal(const error_code &, int) {
  BLOCK();
  timer.expires_after(std::chrono::milliseconds(20));
  timer.async_wait(on_timer);
}

NOINLINE static void on_io(const error_code &, std::size_t) {
  BLOCK();
  raise(SIGUSR1);
}

NOINLINE static void on_dispatched() { BLOCK(); }

NOINLINE static void on_posted() {
  asio::dispatch(context, on_dispatched); // Inside this one.
  BLOCK();                                // Still inside.
}

NOINLINE static void on_thrown() {
  BLOCK();
  throw std::runtime_error("out of a handler");
}

NOINLINE static void quiet_between() { BLOCK(); }

NOINLINE static void run_all() {
  int fds[2];
  must(!pipe(fds) && write(fds[1], "x", 1) == 1, "pipe");
  asio::posix::stream_descriptor input(context, fds[0]);
  input.async_read_some(asio::buffer(data), on_io);
  signals.async_wait(on_signal);
  asio::post(context, on_posted);
  asio::post(context, on_thrown);
  for (;;)
    try {
      context.run();
      return;
    } catch (const std::runtime_error &) {
      quiet_between();
    }
}

NOINLINE static void on_pool() { BLOCK(); }
NOINLINE static void on_strand() { BLOCK(); }

NOINLINE static void run_pool() {
  asio::thread_pool pool(2);
  auto strand = asio::make_strand(pool);
  asio::post(pool, on_pool);
  asio::post(strand, on_strand);
  pool.join();
}

NOINLINE static void quiet_before() { BLOCK(); }
NOINLINE static void quiet_after() { BLOCK(); }

int main() {
  quiet_before();
  run_all();
  quiet_after();
  run_pool();
  quiet_after();
  return 0;
}
