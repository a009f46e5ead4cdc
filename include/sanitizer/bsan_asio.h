//===-- sanitizer/bsan_asio.h - Hooks for Boost.Asio and Asio -*- C++ -*-===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Makes every handler of Boost.Asio or Asio a callback for BlockSanitizer, on
// whatever thread it runs: threads of a pool that only run handlers never wait for
// events themselves, and no wait tells that they are in a loop.  Not included by
// hand, but named when compiling, in all files of the program alike:
//
//     bsan-clang++ -fsanitize=blocking
//         '-DBOOST_ASIO_CUSTOM_HANDLER_TRACKING=<sanitizer/bsan_asio.h>'
//         '-DASIO_CUSTOM_HANDLER_TRACKING=<sanitizer/bsan_asio.h>' ...
//
// The first is for Boost.Asio, the second for Asio without Boost.  Threads that
// run handlers are governed by the hooks; waiting for the next handler is outside.
// Without -fsanitize=blocking it compiles to empty functions.
//
// C++11 and later; Asio 1.10, Boost 1.54 and later (the macros are those of their
// detail/handler_tracking.hpp).
//
//===----------------------------------------------------------------------===//

#ifndef SANITIZER_BSAN_ASIO_H
#define SANITIZER_BSAN_ASIO_H

#include <sanitizer/bsan_interface.h>

namespace __bsan {
namespace asio {

// Takes what the macros pass, whatever it is in a version.
struct tracked_handler {};

struct location {
  template <typename... Args> explicit location(const Args &...) {}
};

// One invocation of a handler.  Destroyed without an end when it throws.
class completion {
  bool is_inside_;

 public:
  template <typename... Args>
  explicit completion(const Args &...) : is_inside_(false) {}
  ~completion() { invocation_end(); }

  template <typename... Args> void invocation_begin(const Args &...) {
    __bsan_enter_loop_named("asio");
    is_inside_ = true;
  }
  void invocation_end() {
    if (is_inside_)
      __bsan_leave_loop();
    is_inside_ = false;
  }

 private:
  completion(const completion &);
  void operator=(const completion &);
};

template <typename... Args> inline void ignore(const Args &...) {}

} // namespace asio
} // namespace __bsan

#endif // SANITIZER_BSAN_ASIO_H

// Outside of the guard: a program may use both, and each asks for its own.

#if defined(BOOST_ASIO_CUSTOM_HANDLER_TRACKING) &&                             \
    !defined(BOOST_ASIO_HANDLER_COMPLETION)
#define BOOST_ASIO_INHERIT_TRACKED_HANDLER                                     \
  : public ::__bsan::asio::tracked_handler
#define BOOST_ASIO_ALSO_INHERIT_TRACKED_HANDLER                                \
  , public ::__bsan::asio::tracked_handler
#define BOOST_ASIO_HANDLER_TRACKING_INIT (void)0
#define BOOST_ASIO_HANDLER_LOCATION(args)                                      \
  ::__bsan::asio::location tracked_location args;                              \
  (void)tracked_location
#define BOOST_ASIO_HANDLER_CREATION(args) ::__bsan::asio::ignore args
#define BOOST_ASIO_HANDLER_COMPLETION(args)                                    \
  ::__bsan::asio::completion tracked_completion args
#define BOOST_ASIO_HANDLER_INVOCATION_BEGIN(args)                              \
  tracked_completion.invocation_begin args
#define BOOST_ASIO_HANDLER_INVOCATION_END tracked_completion.invocation_end()
#define BOOST_ASIO_HANDLER_OPERATION(args) ::__bsan::asio::ignore args
#define BOOST_ASIO_HANDLER_REACTOR_REGISTRATION(args)                          \
  ::__bsan::asio::ignore args
#define BOOST_ASIO_HANDLER_REACTOR_DEREGISTRATION(args)                        \
  ::__bsan::asio::ignore args
#define BOOST_ASIO_HANDLER_REACTOR_READ_EVENT 1
#define BOOST_ASIO_HANDLER_REACTOR_WRITE_EVENT 2
#define BOOST_ASIO_HANDLER_REACTOR_ERROR_EVENT 4
#define BOOST_ASIO_HANDLER_REACTOR_EVENTS(args) ::__bsan::asio::ignore args
#define BOOST_ASIO_HANDLER_REACTOR_OPERATION(args) ::__bsan::asio::ignore args
#endif

#if defined(ASIO_CUSTOM_HANDLER_TRACKING) && !defined(ASIO_HANDLER_COMPLETION)
#define ASIO_INHERIT_TRACKED_HANDLER : public ::__bsan::asio::tracked_handler
#define ASIO_ALSO_INHERIT_TRACKED_HANDLER                                      \
  , public ::__bsan::asio::tracked_handler
#define ASIO_HANDLER_TRACKING_INIT (void)0
#define ASIO_HANDLER_LOCATION(args)                                            \
  ::__bsan::asio::location tracked_location args;                              \
  (void)tracked_location
#define ASIO_HANDLER_CREATION(args) ::__bsan::asio::ignore args
#define ASIO_HANDLER_COMPLETION(args)                                          \
  ::__bsan::asio::completion tracked_completion args
#define ASIO_HANDLER_INVOCATION_BEGIN(args)                                    \
  tracked_completion.invocation_begin args
#define ASIO_HANDLER_INVOCATION_END tracked_completion.invocation_end()
#define ASIO_HANDLER_OPERATION(args) ::__bsan::asio::ignore args
#define ASIO_HANDLER_REACTOR_REGISTRATION(args) ::__bsan::asio::ignore args
#define ASIO_HANDLER_REACTOR_DEREGISTRATION(args) ::__bsan::asio::ignore args
#define ASIO_HANDLER_REACTOR_READ_EVENT 1
#define ASIO_HANDLER_REACTOR_WRITE_EVENT 2
#define ASIO_HANDLER_REACTOR_ERROR_EVENT 4
#define ASIO_HANDLER_REACTOR_EVENTS(args) ::__bsan::asio::ignore args
#define ASIO_HANDLER_REACTOR_OPERATION(args) ::__bsan::asio::ignore args
#endif
