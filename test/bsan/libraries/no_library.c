// Intent: the functions of libraries that the program does not have stay
// unknown to it: programs ask dlsym what they may use.

// RUN: %bsan_cc -Wall -Werror %s -o %t -ldl
// RUN: %run %t

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>

static const char *const names[] = {
    "SSL_read",     "BIO_ctrl",     "gnutls_record_recv",
    "sqlite3_exec", "PQexec",       "mysql_query",
    "redisCommand", "redisConnect", "curl_easy_perform",
    "sd_bus_call",  "readline",     "dbus_connection_send_with_reply_and_block",
};

int main(void) {
  int found = 0;
  for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    if (!dlsym(RTLD_DEFAULT, names[i]))
      continue;
    fprintf(stderr, "there is a %s\n", names[i]);
    found++;
  }
  return found ? 1 : 0;
}
