// Intent: calls on sockets, and reads and writes on pipes, are reported when
// the descriptor is in blocking mode, unless the call itself says not to wait.

// RUN: %bsan_cc -Wall -Werror -Wno-unused-result %s %S/Inputs/rule_main.c -o %t -ldl -lpthread
// RUN: %python %S/check_rule.py %s %t.dir %run %t

#define _GNU_SOURCE
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "rule.h"

extern int __connect(int, const struct sockaddr *, socklen_t);
extern ssize_t __send(int, const void *, size_t, int);
extern ssize_t __recv_chk(int, void *, size_t, size_t, int);
extern ssize_t __recvfrom_chk(int, void *, size_t, size_t, int,
                              struct sockaddr *, socklen_t *);

enum { SIZE = 8, NO_WAIT = MSG_DONTWAIT };

// A connected pair in blocking mode with data to read, one without in
// nonblocking mode, and sockets that listen, one with a peer waiting.
static int blocking, nonblocking, listener, quiet_listener, client,
    quiet_client;
static int full_pipe[2], empty_pipe[2], event, quiet_event, file, no_fd = -1;
static const char text[] = "some text";
static struct sockaddr_un address = {AF_UNIX, "socket"};
static struct iovec in_parts = {rule_data, SIZE};
static struct iovec out_parts = {(void *)text, SIZE};
static struct msghdr in, out;
static struct mmsghdr ins, outs;
static volatile size_t size = SIZE;

#define ADDRESS (const struct sockaddr *)&address, sizeof(address)

static int listen_at(const char *name, int flags) {
  int fd = socket(AF_UNIX, SOCK_STREAM | flags, 0);
  strcpy(address.sun_path, name);
  bind(fd, ADDRESS);
  listen(fd, 4);
  return fd;
}

void rule_setup(void) {
  int pair[2], quiet_pair[2];
  socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
  socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, quiet_pair);
  write(pair[1], text, sizeof(text));
  blocking = pair[0];
  nonblocking = quiet_pair[0];
  quiet_listener = listen_at("quiet", SOCK_NONBLOCK);
  listener = listen_at("socket", 0);
  connect(socket(AF_UNIX, SOCK_STREAM, 0), ADDRESS);
  client = socket(AF_UNIX, SOCK_STREAM, 0);
  quiet_client = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
  pipe(full_pipe);
  write(full_pipe[1], text, sizeof(text));
  pipe2(empty_pipe, O_NONBLOCK);
  event = eventfd(1, 0);
  quiet_event = eventfd(0, EFD_NONBLOCK);
  file = open("file", O_RDWR | O_CREAT, 0600);
  in = (struct msghdr){.msg_iov = &in_parts, .msg_iovlen = 1};
  out = (struct msghdr){.msg_iov = &out_parts, .msg_iovlen = 1};
  ins = (struct mmsghdr){.msg_hdr = in};
  outs = (struct mmsghdr){.msg_hdr = out};
}

void rule_teardown(void) {}

RULE(connect, connect, socket, connect(client, ADDRESS),
     connect(quiet_client, ADDRESS));
RULE(__connect, connect, socket, __connect(client, ADDRESS),
     __connect(no_fd, ADDRESS));
RULE(accept, accept, socket, accept(listener, NULL, NULL),
     accept(quiet_listener, NULL, NULL));
RULE(accept4, accept4, socket, accept4(listener, NULL, NULL, SOCK_CLOEXEC),
     accept4(quiet_listener, NULL, NULL, 0));

RULE(send, send, socket, send(blocking, text, size, 0),
     send(blocking, text, size, NO_WAIT));
RULE(__send, send, socket, __send(blocking, text, size, 0),
     __send(nonblocking, text, size, 0));
RULE(sendto, sendto, socket, sendto(blocking, text, size, 0, NULL, 0),
     sendto(nonblocking, text, size, 0, NULL, 0));
RULE(sendmsg, sendmsg, socket, sendmsg(blocking, &out, 0),
     sendmsg(blocking, &out, NO_WAIT));
RULE(sendmmsg, sendmmsg, socket, sendmmsg(blocking, &outs, 1, 0),
     sendmmsg(nonblocking, &outs, 1, 0));
RULE(recv, recv, socket, recv(blocking, rule_data, size, 0),
     recv(nonblocking, rule_data, size, 0));
RULE(__recv_chk, recv, socket,
     __recv_chk(blocking, rule_data, size, sizeof(rule_data), MSG_PEEK),
     __recv_chk(blocking, rule_data, size, sizeof(rule_data), NO_WAIT));
RULE(recvfrom, recvfrom, socket,
     recvfrom(blocking, rule_data, size, 0, NULL, NULL),
     recvfrom(full_pipe[0], rule_data, size, 0, NULL, NULL));
RULE(__recvfrom_chk, recvfrom, socket,
     __recvfrom_chk(blocking, rule_data, size, sizeof(rule_data), 0, NULL,
                    NULL),
     __recvfrom_chk(file, rule_data, size, sizeof(rule_data), 0, NULL, NULL));
RULE(recvmsg, recvmsg, socket, recvmsg(blocking, &in, 0),
     recvmsg(nonblocking, &in, 0));
RULE(recvmmsg, recvmmsg, socket, recvmmsg(blocking, &ins, 1, 0, NULL),
     recvmmsg(blocking, &ins, 1, NO_WAIT, NULL));

RULE_VARIANT(read_socket, read, read, socket, (),
             read(blocking, rule_data, size), (),
             read(nonblocking, rule_data, size));
RULE_VARIANT(write_socket, write, write, socket, (),
             write(blocking, text, size), (), write(nonblocking, text, size));
RULE_VARIANT(readv_socket, readv, readv, socket, (),
             readv(blocking, &in_parts, 1), (),
             readv(nonblocking, &in_parts, 1));
RULE_VARIANT(read_pipe, read, read, pipe, (),
             read(full_pipe[0], rule_data, size), (),
             read(empty_pipe[0], rule_data, size));
RULE_VARIANT(write_pipe, write, write, pipe, (),
             write(full_pipe[1], text, size), (),
             write(empty_pipe[1], text, size));
RULE_VARIANT(writev_pipe, writev, writev, pipe, (),
             writev(full_pipe[1], &out_parts, 1), (),
             writev(empty_pipe[1], &out_parts, 1));
RULE_VARIANT(read_event, read, read, pipe, (), read(event, rule_data, size), (),
             read(quiet_event, rule_data, size));
