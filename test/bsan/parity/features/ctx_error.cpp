// Intent: blockbuster_ctx() ends after an error too: an exception that leaves
// BSAN_CTX ends the checking.

// REQUIRES: c++
// RUN: %bsan_cxx %s -o %t
// RUN: %env_bsan_opts=enabled=0:halt_on_error=0:exitcode=0 %run %t 2>&1 | FileCheck %s
// CHECK: #1 {{.*}} in in_block
// CHECK: caught
// CHECK-NOT: BlockSanitizer
// CHECK: end

#include <stdexcept>

#include "Inputs/caller.h"

CALLER(in_block, usleep(1))
CALLER(after_block, usleep(1))

int main() {
  __bsan_enter_loop();
  try {
    BSAN_CTX {
      in_block();
      throw std::runtime_error("leaves the block");
    }
  } catch (const std::exception &) {
    SAY("caught");
  }
  after_block();
  __bsan_leave_loop();
  SAY("end");
  return 0;
}
