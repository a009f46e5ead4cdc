// Intent: OpenSSL's calls on a connection are reported once, as themselves,
// when its socket is in blocking mode; not when it is nonblocking or in memory.

// REQUIRES: openssl
// RUN: %bsan_cc -Wall -Werror -I%S/../calls %s %S/../calls/Inputs/rule_main.c -o %t -lssl -lcrypto -ldl -lpthread
// RUN: %python %S/../calls/check_rule.py %s %t.dir %run %t
// RUN: %python %S/Inputs/check_once.py %t.dir %run %t

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "Inputs/tls.h"
#include "rule.h"

enum { SIZE = 8 };

// What the peer has sent is there to be read by the first three; the rest has
// not shaken hands yet.
static SSL *blocking, *nonblocking, *memory;
static SSL *new_client, *new_server, *quiet_client, *quiet_server;
static SSL *peer, *quiet_peer, *memory_peer, *server_of_client,
    *client_of_server;
static SSL_CTX *client_context, *server_context;
static BIO *bio, *quiet_bio;
static int file, listener;
static char port[8];
static size_t done;
static const char text[] = "some text";

static void make_pair(int flags, SSL **client, SSL **server) {
  int ends[2];
  tls_check(!socketpair(AF_UNIX, SOCK_STREAM | flags, 0, ends), "socketpair");
  *client = tls_new(client_context, 0, ends[0]);
  *server = tls_new(server_context, 1, ends[1]);
}

static void make_pair_in_memory(SSL **client, SSL **server) {
  BIO *client_bio, *server_bio;
  tls_check(BIO_new_bio_pair(&client_bio, 0, &server_bio, 0), "BIO pair");
  *client = tls_new(client_context, 0, -1);
  *server = tls_new(server_context, 1, -1);
  SSL_set_bio(*client, client_bio, client_bio);
  SSL_set_bio(*server, server_bio, server_bio);
}

// Both ends in turn, none of which waits.
static void shake_hands(SSL *client, SSL *server) {
  while (!SSL_is_init_finished(client) || !SSL_is_init_finished(server)) {
    SSL_do_handshake(client);
    SSL_do_handshake(server);
  }
  ERR_clear_error();
  tls_check(SSL_write(server, text, sizeof(text)) == sizeof(text), "SSL_write");
}

// A connected one whose socket is nonblocking.
static BIO *make_bio(int is_nonblocking) {
  BIO *made = BIO_new_ssl_connect(client_context);
  BIO_set_conn_hostname(made, "127.0.0.1");
  BIO_set_conn_port(made, port);
  BIO_set_nbio(made, is_nonblocking);
  return made;
}

static void make_listener(void) {
  struct sockaddr_in address = {.sin_family = AF_INET};
  socklen_t size = sizeof(address);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  listener = socket(AF_INET, SOCK_STREAM, 0);
  tls_check(!bind(listener, (struct sockaddr *)&address, size) &&
                !listen(listener, 4) &&
                !getsockname(listener, (struct sockaddr *)&address, &size),
            "a listener");
  snprintf(port, sizeof(port), "%d", ntohs(address.sin_port));
}

void rule_setup(void) {
  if (!client_context) {
    client_context = tls_client_context();
    server_context = tls_server_context();
  }
  make_pair(SOCK_NONBLOCK, &blocking, &peer);
  shake_hands(blocking, peer);
  fcntl(SSL_get_fd(blocking), F_SETFL, 0);
  make_pair(SOCK_NONBLOCK, &nonblocking, &quiet_peer);
  shake_hands(nonblocking, quiet_peer);
  make_pair_in_memory(&memory, &memory_peer);
  shake_hands(memory, memory_peer);
  make_pair(0, &new_client, &server_of_client);
  make_pair(0, &client_of_server, &new_server);
  make_pair(SOCK_NONBLOCK, &quiet_client, &quiet_server);
  make_listener();
  bio = make_bio(0);
  quiet_bio = make_bio(1);
  file = open("file", O_RDWR | O_CREAT, 0600);
  tls_check(write(file, text, sizeof(text)) == sizeof(text), "write");
}

void rule_teardown(void) {
  SSL *all[] = {blocking,   peer,         nonblocking,      quiet_peer,
                memory,     memory_peer,  new_client,       server_of_client,
                new_server, quiet_client, client_of_server, quiet_server};
  for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
    SSL_free(all[i]);
  BIO_free_all(bio);
  BIO_free_all(quiet_bio);
  ERR_clear_error();
}

static void accept_peer(void) { SSL_accept(server_of_client); }
static void connect_peer(void) { SSL_connect(client_of_server); }

static void accept_bio(void) {
  int fd = accept(listener, NULL, NULL);
  SSL *ssl = tls_new(server_context, 1, fd);
  SSL_accept(ssl);
  SSL_free(ssl);
}

// Its socket is there, and nonblocking, after the first try.
static void start_quiet_bio(void) {
  BIO_do_connect(quiet_bio);
  ERR_clear_error();
}

RULE(SSL_read, SSL_read, tls, SSL_read(blocking, rule_data, SIZE),
     SSL_read(nonblocking, rule_data, SIZE));
RULE(SSL_peek, SSL_peek, tls, SSL_peek(blocking, rule_data, SIZE),
     SSL_peek(nonblocking, rule_data, SIZE));
RULE(SSL_write, SSL_write, tls, SSL_write(blocking, text, SIZE),
     SSL_write(nonblocking, text, SIZE));
RULE(SSL_read_ex, SSL_read_ex, tls,
     SSL_read_ex(blocking, rule_data, SIZE, &done),
     SSL_read_ex(nonblocking, rule_data, SIZE, &done));
RULE(SSL_peek_ex, SSL_peek_ex, tls,
     SSL_peek_ex(blocking, rule_data, SIZE, &done),
     SSL_peek_ex(nonblocking, rule_data, SIZE, &done));
RULE(SSL_write_ex, SSL_write_ex, tls, SSL_write_ex(blocking, text, SIZE, &done),
     SSL_write_ex(nonblocking, text, SIZE, &done));
// Without the kernel's TLS it fails, and is reported nevertheless: whether the
// kernel has it depends on the machine.
RULE(SSL_sendfile, SSL_sendfile, tls, SSL_sendfile(blocking, file, 0, SIZE, 0),
     SSL_sendfile(nonblocking, file, 0, SIZE, 0));
RULE_PREPARED(SSL_connect, SSL_connect, tls, (rule_other(NULL, accept_peer);),
              SSL_connect(new_client), (), SSL_connect(quiet_client));
RULE_PREPARED(SSL_accept, SSL_accept, tls, (rule_other(NULL, connect_peer);),
              SSL_accept(new_server), (), SSL_accept(quiet_server));
RULE_PREPARED(SSL_do_handshake, SSL_do_handshake, tls,
              (rule_other(NULL, accept_peer);), SSL_do_handshake(new_client),
              (), SSL_do_handshake(quiet_client));
RULE(SSL_shutdown, SSL_shutdown, tls, SSL_shutdown(blocking),
     SSL_shutdown(nonblocking));
RULE_PREPARED(BIO_ctrl, BIO_do_connect, tls, (rule_other(NULL, accept_bio);),
              BIO_do_connect(bio), (start_quiet_bio();),
              BIO_do_connect(quiet_bio));

RULE_VARIANT(read_memory, SSL_read, SSL_read, tls, (),
             SSL_read(blocking, rule_data, SIZE), (),
             SSL_read(memory, rule_data, SIZE));
RULE_VARIANT(write_memory, SSL_write, SSL_write, tls, (),
             SSL_write(blocking, text, SIZE), (),
             SSL_write(memory, text, SIZE));
RULE_VARIANT(shutdown_memory, SSL_shutdown, SSL_shutdown, tls, (),
             SSL_shutdown(blocking), (), SSL_shutdown(memory));
// A second call waits for the peer's close_notify.
RULE_VARIANT(shutdown_twice, SSL_shutdown, SSL_shutdown, tls,
             (SSL_read(blocking, rule_data, 16); SSL_shutdown(blocking);
              SSL_shutdown(peer);),
             SSL_shutdown(blocking), (), SSL_shutdown(nonblocking));
// Other commands of BIO_ctrl do not wait.
RULE_VARIANT(other_command, BIO_ctrl, BIO_do_connect, tls,
             (rule_other(NULL, accept_bio);), BIO_do_connect(bio), (),
             BIO_pending(bio));
