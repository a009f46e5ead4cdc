//===-- bsan_platform_describe.c - Linux: descriptors in words ------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A report that says "read(7)" helps nobody; the kernel knows that 7 is
// /etc/hosts or a connection to a database.
//
// Context: any.
//
//===----------------------------------------------------------------------===//

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "bsan_text.h"
#include "platform/bsan_platform.h"
#include "platform/bsan_syscall.h"

union any_address {
  struct sockaddr generic;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
  struct sockaddr_un local;
};

static void add_v4(struct bsan_text *text, const uint8_t *bytes,
                   uint16_t port) {
  bsan_text_add(text, "%d.%d.%d.%d:%d", bytes[0], bytes[1], bytes[2], bytes[3],
                ntohs(port));
}

// Without the "::" of RFC 5952 but for the common addresses: short code, and
// still one spelling per address.
static void add_v6(struct bsan_text *text, const struct sockaddr_in6 *v6) {
  const uint8_t *bytes = v6->sin6_addr.s6_addr;
  if (IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr)) {
    add_v4(text, bytes + 12, v6->sin6_port);
  } else if (IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr) ||
             IN6_IS_ADDR_UNSPECIFIED(&v6->sin6_addr)) {
    bsan_text_add(text, "[::%s]:%d", bytes[15] ? "1" : "",
                  ntohs(v6->sin6_port));
  } else {
    for (int i = 0; i < 16; i += 2)
      bsan_text_add(text, "%s%x", i ? ":" : "[", bytes[i] << 8 | bytes[i + 1]);
    bsan_text_add(text, "]:%d", ntohs(v6->sin6_port));
  }
}

static void add_local(struct bsan_text *text, const struct sockaddr_un *local,
                      socklen_t length) {
  size_t header = offsetof(struct sockaddr_un, sun_path);
  char path[sizeof(local->sun_path) + 1] = {0};
  if (length > header)
    memcpy(path, local->sun_path, length - header);
  bool is_abstract = length > header && !path[0];
  bsan_text_add(text, "unix:%s", is_abstract ? "@" : "");
  bsan_text_add_quoted(text, path + is_abstract);
}

static void add_address(struct bsan_text *text,
                        const union any_address *address, socklen_t length) {
  switch (address->generic.sa_family) {
  case AF_INET:
    add_v4(text, (const uint8_t *)&address->v4.sin_addr, address->v4.sin_port);
    break;
  case AF_INET6:
    add_v6(text, &address->v6);
    break;
  case AF_UNIX:
    add_local(text, &address->local, length);
    break;
  default:
    bsan_text_add(text, "family %d", address->generic.sa_family);
  }
}

static void add_socket(struct bsan_text *text, int fd) {
  union any_address address;
  socklen_t length = sizeof(address);
  bsan_text_add(text, "socket ");
  if (bsan_syscall3(SYS_getsockname, fd, (long)&address, (long)&length) == 0)
    add_address(text, &address, length);
  length = sizeof(address);
  if (bsan_syscall3(SYS_getpeername, fd, (long)&address, (long)&length) == 0) {
    bsan_text_add(text, " -> ");
    add_address(text, &address, length);
  }
}

void bsan_platform_describe_fd(int fd, char *out, size_t size) {
  struct bsan_text text;
  bsan_text_init(&text, out, size);
  if (bsan_platform_fd_facts(fd).kind == BSAN_FD_SOCKET) {
    add_socket(&text, fd);
    return;
  }
  char link[32];
  struct bsan_text link_text;
  bsan_text_init(&link_text, link, sizeof(link));
  bsan_text_add(&link_text, "/proc/self/fd/%d", fd);
  long length = bsan_syscall4(SYS_readlinkat, AT_FDCWD, (long)link, (long)out,
                              (long)(size - 1));
  out[length > 0 ? length : 0] = 0;
  bsan_text_add_quoted(&text, out); // In place.
}
