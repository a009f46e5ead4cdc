// Intent: curl_easy_perform is reported once, as itself: not as the lookups,
// polls and reads inside it.

// REQUIRES: curl
// RUN: %bsan_cc -Wall -Werror -I%S/../calls %s %S/../calls/Inputs/rule_main.c -o %t -lcurl -ldl -lpthread
// RUN: %python %S/Inputs/with_server.py http %python %S/../calls/check_rule.py %s %t.dir %run %t
// RUN: %python %S/Inputs/with_server.py http %python %S/Inputs/check_once.py %t.dir %run %t

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "Inputs/remote.h"
#include "rule.h"

static CURL *handle;

static size_t keep(char *data, size_t size, size_t count, void *unused) {
  (void)unused;
  strncat(rule_data, data, size * count);
  return size * count;
}

void rule_setup(void) {
  handle = curl_easy_init();
  curl_easy_setopt(handle, CURLOPT_URL, getenv("BSAN_TEST_SERVER"));
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, keep);
}

void rule_teardown(void) { curl_easy_cleanup(handle); }

RULE(curl_easy_perform, curl_easy_perform, db,
     without_errno(curl_easy_perform(handle)),
     RULE_OUTSIDE(without_errno(curl_easy_perform(handle))));
