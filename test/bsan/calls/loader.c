// Intent: loading a library is reported; asking for one that is loaded already
// is not, and unloading only when it took its time. So is what loads modules.

// RUN: %plain_cc -shared -fPIC %S/Inputs/slow_library.c -o %t.so
// RUN: %bsan_cc -Wall -Werror -DLIBRARY=\"%t.so\" %s %S/Inputs/rule_main.c -o %t -ldl -lpthread
// RUN: %python %S/check_rule.py %s %t.dir %run %t

#define _GNU_SOURCE
#include <dlfcn.h>
#include <iconv.h>

#include "rule.h"

static void *library;

void rule_setup(void) { library = NULL; }

void rule_teardown(void) {
  if (library)
    dlclose(library);
}

#define LOADED (library = dlopen(LIBRARY, RTLD_NOW))
#define LOADED_TWICE                                                           \
  (library = dlopen(LIBRARY, RTLD_NOW); dlopen(LIBRARY, RTLD_NOW))

static int closed(int result) {
  library = NULL;
  return result;
}

RULE_PREPARED(dlopen, dlopen, loader, (),
              (library = dlopen(LIBRARY, RTLD_NOW)) != NULL, LOADED,
              dlopen(LIBRARY, RTLD_NOW | RTLD_NOLOAD) == library &&
                  dlclose(library) == 0);
RULE_VARIANT(dlopen_program, dlopen, dlopen, loader, (),
             dlopen("none.so", RTLD_LAZY) != NULL, (),
             dlopen(NULL, RTLD_LAZY) != NULL);
RULE_PREPARED(dlmopen, dlmopen, loader, (),
              (library = dlmopen(LM_ID_BASE, LIBRARY, RTLD_NOW)) != NULL,
              LOADED,
              dlmopen(LM_ID_BASE, LIBRARY, RTLD_NOW) == library &&
                  dlclose(library) == 0);
RULE_MEASURED(dlclose, dlclose, loader, LOADED, closed(dlclose(library)),
              LOADED_TWICE, dlclose(library));

static bool convert(const char *to, const char *from) {
  iconv_t conversion = iconv_open(to, from);
  bool is_good = conversion != (iconv_t)-1;
  if (is_good)
    iconv_close(conversion);
  return is_good;
}

RULE_PREPARED(iconv_open, iconv_open, loader, (),
              iconv_close(iconv_open("ISO-8859-1", "UTF-8")),
              (convert("UTF-8", "ASCII")),
              convert("utf-8/", "ASCII"));
