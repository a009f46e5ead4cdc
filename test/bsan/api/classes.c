// Intent: the class that a report shows is the class that checks= and
// __bsan_set_check() know, for calls whose class depends on the descriptor too.

// RUN: %bsan_cc %s -o %t
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %exits 0 %run %t 2>&1 | FileCheck %s --check-prefix=ALL
// ALL-DAG: : pipe: the descriptor is in blocking mode
// ALL-DAG: : socket: the socket is in blocking mode
// ALL-DAG: : file: file data
// ALL: end
// RUN: %env_bsan_opts=checks=-pipe:halt_on_error=0:exitcode=0 %exits 0 %run %t > %t.log 2>&1
// RUN: FileCheck %s --check-prefix=NO-PIPE < %t.log
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %exits 0 %run %t pipe > %t.log 2>&1
// RUN: FileCheck %s --check-prefix=NO-PIPE < %t.log
// NO-PIPE-NOT: checks: 'pipe'
// NO-PIPE-NOT: : pipe: the descriptor
// NO-PIPE: : socket: the socket
// NO-PIPE-NOT: : pipe: the descriptor
// NO-PIPE: : file: file data
// NO-PIPE-NOT: : pipe: the descriptor
// NO-PIPE: end
// RUN: %env_bsan_opts=checks=-file:halt_on_error=0:exitcode=0 %exits 0 %run %t > %t.log 2>&1
// RUN: FileCheck %s --check-prefix=NO-FILE < %t.log
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %exits 0 %run %t file > %t.log 2>&1
// RUN: FileCheck %s --check-prefix=NO-FILE < %t.log
// NO-FILE: : pipe: the descriptor
// NO-FILE: : socket: the socket
// NO-FILE-NOT: : file: file data
// NO-FILE: end
// RUN: %env_bsan_opts=checks=socket:halt_on_error=0:exitcode=0 %exits 0 %run %t > %t.log 2>&1
// RUN: FileCheck %s --check-prefix=SOCKET < %t.log
// SOCKET-NOT: : pipe: the descriptor
// SOCKET: : socket: the socket
// SOCKET-NOT: : file: file data
// SOCKET: end

#include <fcntl.h>
#include <sanitizer/bsan_interface.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static int ends[2], sockets[2], file;

int main(int argc, char **argv) {
  char data[4];
  file = open(argv[0], O_RDONLY);
  if (pipe(ends) || socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) || file < 0)
    return 1;
  if (write(ends[1], "abc", 3) != 3 || write(sockets[1], "abc", 3) != 3)
    return 2;
  if (argc > 1 && !__bsan_set_check(argv[1], 0))
    return 3;
  __bsan_enter_loop();
  long size = read(ends[0], data, 4);
  size += read(sockets[0], data, 4);
  size += read(file, data, 4);
  __bsan_leave_loop();
  fputs("end\n", stderr);
  return size == 10 ? 0 : 4;
}
