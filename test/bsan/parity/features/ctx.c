// Intent: blockbuster_ctx(): BSAN_CTX checks what is in its block, however that
// is left, and afterwards checking is what it was.

// The block is plain in programs that have only the weak hooks.
// RUN: %bsan_cc %s -o %t
// RUN: %env_bsan_opts=enabled=0:halt_on_error=0:exitcode=0 %run %t 2>&1 | FileCheck %s
// CHECK-NOT: BlockSanitizer
// CHECK: inside
// CHECK: #1 {{.*}} in in_block
// CHECK: #1 {{.*}} in in_block_of_block
// CHECK: #1 {{.*}} in after_inner_block
// CHECK: left by its end
// CHECK-NOT: BlockSanitizer
// CHECK: left by break
// CHECK-NOT: BlockSanitizer
// CHECK: left by return
// CHECK-NOT: BlockSanitizer
// CHECK: end
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t 2>&1 | FileCheck %s --check-prefix=ON
// ON: #1 {{.*}} in before_block
// ON: left by its end
// ON: #1 {{.*}} in after_block

#include "Inputs/caller.h"

CALLER(before_block, usleep(1))
CALLER(in_block, usleep(1))
CALLER(in_block_of_block, usleep(1))
CALLER(after_inner_block, usleep(1))
CALLER(after_block, usleep(1))
CALLER(after_break, usleep(1))
CALLER(after_return, usleep(1))

static int returns(void) {
  BSAN_CTX { return 1; }
  return 0;
}

int main(void) {
  __bsan_enter_loop();
  before_block();
  SAY("inside");
  BSAN_CTX {
    in_block();
    BSAN_CTX { in_block_of_block(); }
    after_inner_block();
  }
  SAY("left by its end");
  after_block();
  BSAN_CTX {
    if (calls)
      break;
    SAY("not left by break");
  }
  SAY("left by break");
  after_break();
  if (!returns())
    return 1;
  SAY("left by return");
  after_return();
  __bsan_leave_loop();
  SAY("end");
  return 0;
}
