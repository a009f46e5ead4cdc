//===-- with_ssl.h - What the rows of OpenSSL call with -----------*- C -*-===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Three connections on which nothing has been said yet: a blocking socket, a
// non-blocking one, and none.
//
//===----------------------------------------------------------------------===//

#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

static SSL *blocking_tls, *nonblocking_tls, *memory_tls;
static size_t done;
#ifndef PARITY_LIBC
static char data[64];
#endif

static SSL *make_connection(SSL_CTX *context) {
  SSL *ssl = SSL_new(context);
  check(ssl != NULL, "SSL_new");
  SSL_set_connect_state(ssl);
  return ssl;
}

static SSL *connect_tls(SSL_CTX *context, int flag) {
  SSL *ssl = make_connection(context);
  int pair[2];
  check(socketpair(AF_UNIX, SOCK_STREAM | flag, 0, pair) == 0, "socketpair");
  check(SSL_set_fd(ssl, pair[0]) == 1, "SSL_set_fd");
  return ssl;
}

static void set_up_ssl(void) {
  SSL_CTX *context = SSL_CTX_new(TLS_method());
  check(context != NULL, "SSL_CTX_new");
  blocking_tls = connect_tls(context, 0);
  nonblocking_tls = connect_tls(context, SOCK_NONBLOCK);
  memory_tls = make_connection(context);
  SSL_set_bio(memory_tls, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
}
