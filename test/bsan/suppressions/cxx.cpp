// Intent: C++ functions are named with or without their parameters and template
// arguments, and with the colons of their scopes.

// REQUIRES: c++
// RUN: rm -rf %t.dir && mkdir %t.dir
// RUN: %bsan_cxx %s -o %t
// RUN: %python %S/Inputs/check_match.py %s %t.dir %run %t

// ACCEPTED: blocking:*:app::Cache<int>::load(std::vector<int, std::allocator<int>*const&)
// ACCEPTED: blocking:*:app::Cache<int>::load*
// ACCEPTED: blocking:*:app::Cache::load
// ACCEPTED: blocking:app::Cache::load
// ACCEPTED: blocking:cxx.cpp:app::Cache::load
// ACCEPTED: usleep:app::Cache::load
// ACCEPTED: blocking:*:app::*::load
// ACCEPTED: blocking:*::load
// ACCEPTED: sleep:*:(anonymous namespace)::hidden
// ACCEPTED: sleep:*:app::Call::operator()
// ACCEPTED: sleep:*:app::operator<<*
// REPORTED: blocking:*:load
// REPORTED: blocking:*:Cache::load
// REPORTED: blocking:*:app::Cache
// REPORTED: blocking:*:app::Cache<char>::load*
// REPORTED: blocking:*:hidden
// REPORTED: blocking:*:app::operator

#include <sanitizer/bsan_interface.h>
#include <unistd.h>

#include <vector>

static volatile int calls;

namespace {
__attribute__((noinline)) void hidden() {
  usleep(1);
  calls = calls + 1;
}
}  // namespace

namespace app {
template <typename T> struct Cache {
  __attribute__((noinline)) void load(const std::vector<T> &keys) {
    hidden();
    calls = calls + static_cast<int>(keys.size());
  }
};

struct Call {
  __attribute__((noinline)) void operator()(const std::vector<int> &keys) {
    Cache<int>().load(keys);
    calls = calls + 1;
  }
};

__attribute__((noinline)) void operator<<(Call &call,
                                          const std::vector<int> &keys) {
  call(keys);
  calls = calls + 1;
}
}  // namespace app

int main() {
  app::Call call;
  __bsan_enter_loop();
  call << std::vector<int>{1, 2};
  __bsan_leave_loop();
  return 0;
}
