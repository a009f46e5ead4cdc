//===-- bsan_platform_describe_test.c - Tests of bsan_platform_describe.c -===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Real descriptors; the port that the kernel chose is asked of it.
//
//===----------------------------------------------------------------------===//

#define _GNU_SOURCE
#include "bsan_unit.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "bsan_unit_fakes.h"
#include "platform/bsan_platform.h"

static const char *describe(int fd) {
  static char text[400];
  bsan_platform_describe_fd(fd, text, sizeof(text));
  return text;
}

//===-- Sockets of the network --------------------------------------------===//

// A listening socket at the address of FAMILY that only this machine has.
static int listen_locally(int family, int *port) {
  struct sockaddr_in v4 = {.sin_family = AF_INET,
                           .sin_addr = {htonl(INADDR_LOOPBACK)}};
  struct sockaddr_in6 v6 = {.sin6_family = AF_INET6,
                            .sin6_addr = IN6ADDR_LOOPBACK_INIT};
  bool is_v4 = family == AF_INET;
  struct sockaddr *address =
      is_v4 ? (struct sockaddr *)&v4 : (struct sockaddr *)&v6;
  socklen_t size = is_v4 ? sizeof(v4) : sizeof(v6);
  int fd = socket(family, SOCK_STREAM, 0);
  if (bind(fd, address, size) != 0 || listen(fd, 1) != 0)
    return -1;
  getsockname(fd, address, &size);
  *port = ntohs(is_v4 ? v4.sin_port : v6.sin6_port);
  return fd;
}

static int connect_to(int fd) {
  struct sockaddr_storage address = {.ss_family = AF_UNSPEC};
  socklen_t size = sizeof(address);
  getsockname(fd, (struct sockaddr *)&address, &size);
  int client = socket(address.ss_family, SOCK_STREAM, 0);
  return connect(client, (struct sockaddr *)&address, size) == 0 ? client : -1;
}

TEST v4_sockets_have_addresses(void) {
  char expected[64];
  int port = 0, fd = listen_locally(AF_INET, &port);
  ASSERT(fd >= 0);
  snprintf(expected, sizeof(expected), "socket 127.0.0.1:%d", port);
  ASSERT_STR_EQ(expected, describe(fd));
  int client = connect_to(fd);
  snprintf(expected, sizeof(expected), " -> 127.0.0.1:%d", port);
  const char *arrow = strstr(describe(client), " -> ");
  ASSERT(arrow);
  ASSERT_STR_EQ(expected, arrow);
  ASSERT_STRN_EQ("socket 127.0.0.1:", describe(client), 17);
  ASSERT_STR_EQ("socket 0.0.0.0:0", describe(socket(AF_INET, SOCK_DGRAM, 0)));
  PASS();
}

TEST v6_sockets_have_addresses(void) {
  char expected[64];
  int port = 0, fd = listen_locally(AF_INET6, &port);
  if (fd < 0)
    SKIPm("there is no IPv6 here");
  snprintf(expected, sizeof(expected), "socket [::1]:%d", port);
  ASSERT_STR_EQ(expected, describe(fd));
  snprintf(expected, sizeof(expected), " -> [::1]:%d", port);
  ASSERT_STR_EQ(expected, strstr(describe(connect_to(fd)), " -> "));
  ASSERT_STR_EQ("socket [::]:0", describe(socket(AF_INET6, SOCK_STREAM, 0)));
  PASS();
}

TEST v6_addresses_are_written_in_full(void) {
  struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(4711)};
  int fd = socket(AF_INET6, SOCK_DGRAM, 0), on = 1;
  inet_pton(AF_INET6, "2001:db8::a0:1", &v6.sin6_addr);
  setsockopt(fd, IPPROTO_IPV6, IPV6_FREEBIND, &on, sizeof(on));
  if (bind(fd, (struct sockaddr *)&v6, sizeof(v6)) != 0)
    SKIPm("no address of others can be bound here");
  ASSERT_STR_EQ("socket [2001:db8:0:0:0:0:a0:1]:4711", describe(fd));
  PASS();
}

TEST v4_in_v6_is_written_as_v4(void) {
  struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
  int fd = socket(AF_INET6, SOCK_DGRAM, 0);
  inet_pton(AF_INET6, "::ffff:127.0.0.1", &v6.sin6_addr);
  v6.sin6_port = htons(53);
  if (connect(fd, (struct sockaddr *)&v6, sizeof(v6)) != 0)
    SKIPm("there is no IPv6 here");
  ASSERT_STR_EQ(" -> 127.0.0.1:53", strstr(describe(fd), " -> "));
  PASS();
}

//===-- Local sockets -----------------------------------------------------===//

static int bind_unix(const char *path, size_t length) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
  memcpy(address.sun_path, path, length);
  socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
  return bind(fd, (struct sockaddr *)&address, size) == 0 ? fd : -1;
}

TEST unix_sockets_have_paths(void) {
  char path[64], expected[80];
  snprintf(path, sizeof(path), "/tmp/bsan\nunit-%d", getpid());
  int fd = bind_unix(path, strlen(path));
  unlink(path);
  ASSERT(fd >= 0);
  snprintf(expected, sizeof(expected), "socket unix:/tmp/bsan?unit-%d",
           getpid());
  ASSERT_STR_EQ(expected, describe(fd));
  PASS();
}

TEST the_longest_path_has_no_end(void) {
  char path[sizeof(((struct sockaddr_un *)0)->sun_path)], expected[160];
  snprintf(path, sizeof(path), "/tmp/bsan-unit-%d-", getpid());
  size_t length = strlen(path);
  memset(path + length, 'x', sizeof(path) - length);
  int fd = bind_unix(path, sizeof(path));
  snprintf(expected, sizeof(expected), "%.*s", (int)sizeof(path), path);
  unlink(expected);
  ASSERT(fd >= 0);
  snprintf(expected, sizeof(expected), "socket unix:%.*s", (int)sizeof(path),
           path);
  ASSERT_STR_EQ(expected, describe(fd));
  PASS();
}

TEST abstract_and_unnamed_sockets_are_told_apart(void) {
  int pair[2];
  int fd = bind_unix("\0bsan\x1b-unit", 11);
  ASSERT(fd >= 0);
  ASSERT_STR_EQ("socket unix:@bsan?-unit", describe(fd));
  ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  ASSERT_STR_EQ("socket unix: -> unix:", describe(pair[0]));
  PASS();
}

TEST other_sockets_have_families(void) {
  const char *text = describe(socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE));
  ASSERT_STRN_EQ("socket family 16", text, 16);
  PASS();
}

//===-- Files -------------------------------------------------------------===//

TEST files_have_paths(void) {
  char path[64], expected[80];
  ASSERT_STR_EQ("/dev/null", describe(open("/dev/null", O_RDONLY)));
  snprintf(path, sizeof(path), "/tmp/bsan\x07\nunit-%d", getpid());
  int fd = open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
  ASSERT(fd >= 0);
  snprintf(expected, sizeof(expected), "/tmp/bsan??unit-%d", getpid());
  ASSERT_STR_EQ(expected, describe(fd));
  unlink(path);
  snprintf(expected, sizeof(expected), "/tmp/bsan??unit-%d (deleted)",
           getpid());
  ASSERT_STR_EQ(expected, describe(fd));
  ASSERT_STR_EQ("/memfd:x (deleted)", describe(memfd_create("x", 0)));
  PASS();
}

TEST pipes_have_numbers(void) {
  int ends[2];
  ASSERT_EQ(0, pipe(ends));
  ASSERT_STRN_EQ("pipe:[", describe(ends[0]), 6);
  PASS();
}

TEST nothing_is_said_of_what_is_closed(void) {
  ASSERT_STR_EQ("", describe(-1));
  ASSERT_STR_EQ("", describe(9999));
  PASS();
}

TEST descriptions_are_cut_to_the_room(void) {
  char small[8] = "-------";
  bsan_platform_describe_fd(open("/dev/null", O_RDONLY), small, 5);
  ASSERT_STR_EQ("/dev", small);
  ASSERT_EQ('-', small[5]);
  bsan_platform_describe_fd(socket(AF_INET, SOCK_DGRAM, 0), small, 1);
  ASSERT_STR_EQ("", small);
  PASS();
}

BSAN_UNIT_SUITE(PlatformDescribe, BSAN_UNIT(v4_sockets_have_addresses),
                BSAN_UNIT(v6_sockets_have_addresses),
                BSAN_UNIT(v6_addresses_are_written_in_full),
                BSAN_UNIT(v4_in_v6_is_written_as_v4),
                BSAN_UNIT(unix_sockets_have_paths),
                BSAN_UNIT(the_longest_path_has_no_end),
                BSAN_UNIT(abstract_and_unnamed_sockets_are_told_apart),
                BSAN_UNIT(other_sockets_have_families),
                BSAN_UNIT(files_have_paths), BSAN_UNIT(pipes_have_numbers),
                BSAN_UNIT(nothing_is_said_of_what_is_closed),
                BSAN_UNIT(descriptions_are_cut_to_the_room));
