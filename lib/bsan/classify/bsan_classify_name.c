//===-- bsan_classify_name.c - Name lookups -------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every lookup goes through NSS, so to files and the network; except when there
// is nothing to look up.  Literal addresses are recognised by inet_pton, which
// is a pure function.
//
// Context: armed.
//
//===----------------------------------------------------------------------===//

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "bsan_text.h"
#include "classify/bsan_classify.h"
#include "platform/bsan_platform.h"

static bool is_number(const char *text) {
  const char *at = text;
  while (*at >= '0' && *at <= '9')
    at++;
  return at != text && !*at;
}

// IPv4 in any spelling that glibc takes for an address ("127.1"), and IPv6 with
// or without a zone.  inet_aton also takes text behind a blank; glibc does not.
static bool is_literal(const char *name) {
  char address[INET6_ADDRSTRLEN];
  unsigned char bytes[sizeof(struct in6_addr)];
  size_t length = strcspn(name, "%");
  if (length >= sizeof(address))
    return false;
  memcpy(address, name, length);
  address[length] = 0;
  int saved_errno = errno;
  struct in_addr v4;
  bool literal = (!strpbrk(name, " \t\n\v\f\r") && inet_aton(name, &v4)) ||
                 inet_pton(AF_INET6, address, bytes) == 1;
  errno = saved_errno;
  return literal;
}

bsan_verdict bsan_name_lookup(struct bsan_event *ev, const char *node,
                              const char *service,
                              const struct addrinfo *hints) {
  (void)ev;
  int flags = hints ? hints->ai_flags : 0;
  // A service that is not a number is looked up in /etc/services.
  bool service_is_free =
      !service || (flags & AI_NUMERICSERV) || is_number(service);
  bool node_is_free = !node || (flags & AI_NUMERICHOST) || is_literal(node);
  return service_is_free && node_is_free ? BSAN_WONT_BLOCK : BSAN_MAY_BLOCK;
}

bsan_verdict bsan_name_reverse(struct bsan_event *ev, int flags) {
  (void)ev;
  int numeric = NI_NUMERICHOST | NI_NUMERICSERV;
  return (flags & numeric) == numeric ? BSAN_WONT_BLOCK : BSAN_MAY_BLOCK;
}

bsan_verdict bsan_name_host(struct bsan_event *ev, const char *name) {
  (void)ev;
  return name && is_literal(name) ? BSAN_WONT_BLOCK : BSAN_MAY_BLOCK;
}
