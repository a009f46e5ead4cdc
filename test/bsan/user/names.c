// Intent: functions are named one by one or by patterns; patterns do not touch
// data; a name that is nothing is told at the start.

// RUN: %plain_cc -g -I%include_dir -shared -fPIC -DLIBRARY %s -o %t.so
// RUN: %bsan_cc %s -o %t %t.so
// RUN: %env_bsan_opts="blocking_functions=db_*:halt_on_error=0:exitcode=0" %exits 0 %run %t > %t.log 2>&1
// RUN: FileCheck %s --check-prefix=GLOB < %t.log
// GLOB-NOT: WARNING: blocking_functions
// GLOB-DAG: blocking-call: db_open on event
// GLOB-DAG: blocking-call: db_close on event
// GLOB-DAG: blocking-call: db_fetch_all on event
// GLOB: data is as it was
// GLOB-NOT: blocking-call: db_counter
// RUN: FileCheck %s --check-prefix=OTHERS < %t.log
// OTHERS-NOT: blocking-call: my_db_open
// OTHERS: end

// RUN: %env_bsan_opts="blocking_functions=' db_open , *_all':halt_on_error=0:exitcode=0" %exits 0 %run %t 2>&1 | FileCheck %s --check-prefix=LIST
// LIST-NOT: WARNING: blocking_functions
// LIST: blocking-call: db_open on event
// LIST-NOT: blocking-call: db_close
// LIST: blocking-call: db_fetch_all on event
// LIST-NOT: blocking-call:
// LIST: end

// RUN: %env_bsan_opts="blocking_functions=db_close,db_clos,frob_*:halt_on_error=0:exitcode=0" %exits 0 %run %t 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// UNKNOWN: BlockSanitizer: WARNING: blocking_functions: no loaded module calls a function 'db_clos' of another one (yet)
// UNKNOWN-NEXT: BlockSanitizer: WARNING: blocking_functions: {{.*}} 'frob_*' of another one (yet)
// UNKNOWN-NOT: WARNING: blocking_functions
// UNKNOWN: blocking-call: db_close on event
// UNKNOWN: end

// Functions that have rules of their own, and those that the runtime calls.
// RUN: %env_bsan_opts="blocking_functions=mem*,str*,getpid,puts:halt_on_error=0:exitcode=0" %exits 0 %run %t 2>&1 | FileCheck %s --check-prefix=LIBC
// LIBC: blocking-call: getpid on event
// LIBC: data is as it was
// LIBC: end

#include <sanitizer/bsan_interface.h>
#include <stdio.h>
#include <unistd.h>

extern long db_counter;
extern const char *const db_words[2];
extern __thread int db_local;
int db_open(void), db_close(void), db_fetch_all(void), my_db_open(void);
long db_check(void);

#ifdef LIBRARY
long db_counter = 5;
const char *const db_words[2] = {"one", "two"};
__thread int db_local = 3;
int db_open(void) { return (int)++db_counter; }
int db_close(void) { return (int)--db_counter; }
int db_fetch_all(void) { return db_local++; }
int my_db_open(void) { return 0; }
long db_check(void) {
  return db_counter == 5 && db_words[1][1] == 'w' && db_local == 4;
}
#else
static volatile int calls;

int main(void) {
  __bsan_enter_loop();
  calls += db_open();
  calls += db_close();
  calls += db_fetch_all();
  calls += my_db_open();
  calls += getpid();
  __bsan_leave_loop();
  if (db_counter != 5 || db_words[0][0] != 'o' || db_local != 4 || !db_check())
    return 1;
  fputs("data is as it was\n", stderr);
  fputs("end\n", stderr);
  return 0;
}
#endif
