//===-- tls.h - What two ends of an OpenSSL connection need ---------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The certificate is made by the program: nothing expires and nothing has to be
// found.  No session tickets: they would be data that no peer wrote.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_TEST_LIBRARIES_TLS_H
#define BSAN_TEST_LIBRARIES_TLS_H

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>

static void tls_check(int is_good, const char *what) {
  if (is_good)
    return;
  fprintf(stderr, "%s\n", what);
  ERR_print_errors_fp(stderr);
  abort();
}

static SSL_CTX *tls_client_context(void) {
  SSL_CTX *context = SSL_CTX_new(TLS_client_method());
  tls_check(context != NULL, "SSL_CTX_new");
  return context;
}

static SSL_CTX *tls_server_context(void) {
  SSL_CTX *context = SSL_CTX_new(TLS_server_method());
  EVP_PKEY *key = EVP_EC_gen("P-256");
  X509 *certificate = X509_new();
  tls_check(context && key && certificate, "a key");
  X509_NAME *name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             (const unsigned char *)"localhost", -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  tls_check(X509_sign(certificate, key, EVP_sha256()) > 0, "X509_sign");
  tls_check(SSL_CTX_use_certificate(context, certificate) &&
                SSL_CTX_use_PrivateKey(context, key) &&
                SSL_CTX_set_num_tickets(context, 0),
            "a context");
  X509_free(certificate);
  EVP_PKEY_free(key);
  return context;
}

// One end, before its handshake.
static SSL *tls_new(SSL_CTX *context, int is_server, int fd) {
  SSL *ssl = SSL_new(context);
  tls_check(ssl != NULL, "SSL_new");
  if (fd >= 0)
    tls_check(SSL_set_fd(ssl, fd), "SSL_set_fd");
  if (is_server)
    SSL_set_accept_state(ssl);
  else
    SSL_set_connect_state(ssl);
  return ssl;
}

#endif  // BSAN_TEST_LIBRARIES_TLS_H
