// Intent: what needs the local time zone is reported when it reads the zone's
// file or looks at it, which glibc does again and again while TZ is not set.

// RUN: %bsan_cc -Wall -Werror %s %S/Inputs/rule_main.c -o %t -ldl -lpthread
// RUN: %python %S/check_rule.py %s %t.dir %run %t

#define _GNU_SOURCE
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wchar.h>

#include "rule.h"

static time_t zero;
static struct tm moment = {.tm_mday = 2, .tm_year = 70};
static char buffer[64];
static wchar_t wide[64];
static locale_t language;

void rule_setup(void) { language = newlocale(LC_ALL_MASK, "C", NULL); }

void rule_teardown(void) { freelocale(language); }

static void forget_zone(void) { unsetenv("TZ"); }

static void read_zone(void) {
  setenv("TZ", "UTC0", 1);
  tzset();
}

RULE_PREPARED(tzset, tzset, path, (forget_zone()), (tzset(), 0), (read_zone()),
              (tzset(), 0));
RULE_PREPARED(localtime, localtime, path, (forget_zone()),
              localtime(&zero)->tm_year, (read_zone()),
              localtime(&zero)->tm_year);
RULE_PREPARED(localtime_r, localtime_r, path, (forget_zone()),
              localtime_r(&zero, &moment)->tm_year, (read_zone()),
              localtime_r(&zero, &moment)->tm_year);
RULE_PREPARED(ctime, ctime, path, (forget_zone()), strlen(ctime(&zero)),
              (read_zone()), strlen(ctime(&zero)));
RULE_PREPARED(ctime_r, ctime_r, path, (forget_zone()),
              strlen(ctime_r(&zero, buffer)), (read_zone()),
              strlen(ctime_r(&zero, buffer)));
RULE_PREPARED(mktime, mktime, path, (forget_zone()), mktime(&moment),
              (read_zone()), mktime(&moment));
RULE_PREPARED(timelocal, mktime, path, (forget_zone()), timelocal(&moment),
              (read_zone()), timelocal(&moment));
RULE_PREPARED(strftime, strftime, path, (forget_zone()),
              strftime(buffer, 64, "%Z", &moment), (read_zone()),
              strftime(buffer, 64, "%Z", &moment));
RULE_PREPARED(strftime_l, strftime, path, (forget_zone()),
              strftime_l(buffer, 64, "%s", &moment, language), (forget_zone()),
              strftime_l(buffer, 64, "%%Z%H", &moment, language));
RULE_PREPARED(wcsftime, wcsftime, path, (forget_zone()),
              wcsftime(wide, 64, L"%-10Z", &moment), (forget_zone()),
              wcsftime(wide, 64, L"%F %T Z %%Z %z", &moment));
RULE_PREPARED(wcsftime_l, wcsftime, path, (forget_zone()),
              wcsftime_l(wide, 64, L"%Z", &moment, language), (read_zone()),
              wcsftime_l(wide, 64, L"%Z", &moment, language));
