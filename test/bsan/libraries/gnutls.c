// Intent: GnuTLS's calls on a connection are reported once, as themselves, when
// its socket is in blocking mode; not when it is nonblocking or not a socket.

// REQUIRES: gnutls
// RUN: %bsan_cc -Wall -Werror -I%S/../calls %s %S/../calls/Inputs/rule_main.c -o %t -lgnutls -ldl -lpthread
// RUN: %python %S/../calls/check_rule.py %s %t.dir %run %t
// RUN: %python %S/Inputs/check_once.py %t.dir %run %t

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "rule.h"

enum { SIZE = 8 };

// Nobody has a certificate: the keys are agreed on and that is all.
static const char priority[] = "NORMAL:-VERS-ALL:+VERS-TLS1.2:+ANON-ECDH";
static const char text[] = "some text";

static gnutls_anon_client_credentials_t client_credentials;
static gnutls_anon_server_credentials_t server_credentials;

// The first two have shaken hands, and the peer has sent something; the third
// pair is blocking too, the last is not.
static gnutls_session_t blocking, peer, nonblocking, quiet_peer;
static gnutls_session_t new_client, new_peer, quiet_client, silent_peer;
// Its transport is two functions of the program.
static gnutls_session_t memory;

static void check(bool is_good, const char *what) {
  if (is_good)
    return;
  perror(what);
  abort();
}

static gnutls_session_t make(unsigned end) {
  gnutls_session_t session;
  check(gnutls_init(&session, end) == 0, "gnutls_init");
  gnutls_priority_set_direct(session, priority, NULL);
  if (end == GNUTLS_CLIENT)
    gnutls_credentials_set(session, GNUTLS_CRD_ANON, client_credentials);
  else
    gnutls_credentials_set(session, GNUTLS_CRD_ANON, server_credentials);
  return session;
}

static void make_pair(int flags, gnutls_session_t *client,
                      gnutls_session_t *server) {
  int ends[2];
  check(!socketpair(AF_UNIX, SOCK_STREAM | flags, 0, ends), "socketpair");
  *client = make(GNUTLS_CLIENT);
  *server = make(GNUTLS_SERVER);
  gnutls_transport_set_int(*client, ends[0]);
  gnutls_transport_set_int(*server, ends[1]);
}

// Both ends in turn, none of which waits.
static void make_connected(gnutls_session_t *client, gnutls_session_t *server) {
  int client_status = GNUTLS_E_AGAIN, server_status = GNUTLS_E_AGAIN;
  make_pair(SOCK_NONBLOCK, client, server);
  do {
    // Once more would be another handshake.
    if (client_status)
      client_status = gnutls_handshake(*client);
    if (server_status)
      server_status = gnutls_handshake(*server);
    check(!gnutls_error_is_fatal(client_status) &&
              !gnutls_error_is_fatal(server_status),
          "gnutls_handshake");
  } while (client_status || server_status);
  check(gnutls_record_send(*server, text, sizeof(text)) == sizeof(text),
        "gnutls_record_send");
}

static ssize_t pull_nothing(gnutls_transport_ptr_t session, void *data,
                            size_t size) {
  (void)data, (void)size;
  gnutls_transport_set_errno(session, EAGAIN);
  return -1;
}

static ssize_t push_away(gnutls_transport_ptr_t session, const void *data,
                         size_t size) {
  (void)session, (void)data;
  return (ssize_t)size;
}

void rule_setup(void) {
  if (!client_credentials) {
    gnutls_anon_allocate_client_credentials(&client_credentials);
    gnutls_anon_allocate_server_credentials(&server_credentials);
  }
  make_connected(&blocking, &peer);
  fcntl(gnutls_transport_get_int(blocking), F_SETFL, 0);
  make_connected(&nonblocking, &quiet_peer);
  make_pair(0, &new_client, &new_peer);
  make_pair(SOCK_NONBLOCK, &quiet_client, &silent_peer);
  memory = make(GNUTLS_CLIENT);
  gnutls_transport_set_ptr(memory, memory);
  gnutls_transport_set_pull_function(memory, pull_nothing);
  gnutls_transport_set_push_function(memory, push_away);
}

void rule_teardown(void) {
  gnutls_session_t all[] = {blocking,     peer,        nonblocking,
                            quiet_peer,   new_client,  new_peer,
                            quiet_client, silent_peer, memory};
  for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
    gnutls_deinit(all[i]);
}

static void handshake_peer(void) { gnutls_handshake(new_peer); }

RULE(gnutls_record_recv, gnutls_record_recv, tls,
     gnutls_record_recv(blocking, rule_data, SIZE),
     gnutls_record_recv(nonblocking, rule_data, SIZE));
RULE(gnutls_record_send, gnutls_record_send, tls,
     gnutls_record_send(blocking, text, SIZE),
     gnutls_record_send(nonblocking, text, SIZE));
RULE_PREPARED(gnutls_handshake, gnutls_handshake, tls,
              (rule_other(NULL, handshake_peer);), gnutls_handshake(new_client),
              (), gnutls_handshake(quiet_client));
RULE(gnutls_bye, gnutls_bye, tls, gnutls_bye(blocking, GNUTLS_SHUT_WR),
     gnutls_bye(nonblocking, GNUTLS_SHUT_WR));
RULE_VARIANT(handshake_memory, gnutls_handshake, gnutls_handshake, tls,
             (rule_other(NULL, handshake_peer);), gnutls_handshake(new_client),
             (), gnutls_handshake(memory));
