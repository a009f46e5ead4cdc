// Intent: reading and writing the wide characters of files is reported, as is
// waiting for those of standard input; streams without a descriptor, and those of
// non-blocking or memory ones, are not.

// RUN: %bsan_cc -fno-builtin -fno-inline -Wall -Werror -Wno-unused-result %s %S/Inputs/rule_main.c -o %t -ldl -lpthread
// RUN: %python %S/check_rule.py %s %t.dir %run %t

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <wchar.h>

#include "rule.h"

extern wchar_t *__fgetws_chk(wchar_t *, size_t, int, FILE *);
extern wchar_t *__fgetws_unlocked_chk(wchar_t *, size_t, int, FILE *);
extern int __wprintf_chk(int, const wchar_t *, ...);
extern int __fwprintf_chk(FILE *, int, const wchar_t *, ...);
extern int __vwprintf_chk(int, const wchar_t *, va_list);
extern int __vfwprintf_chk(FILE *, int, const wchar_t *, va_list);

typedef int scan(const wchar_t *, ...);
typedef int scan_list(const wchar_t *, va_list);
typedef int scan_stream(FILE *, const wchar_t *, ...);
typedef int scan_stream_list(FILE *, const wchar_t *, va_list);

enum { ROOM = sizeof(rule_data) / sizeof(wchar_t), SIZE = 8, WRITES_N = 1 };

#define WIDE_DATA ((wchar_t *)rule_data)

static FILE *file, *memory, *null, *ready;
static FILE *real_stdin, *real_stdout;
static wchar_t *kept;
static size_t kept_size;
// Never looked at: the formats that go with it take no arguments.
static va_list no_arguments;

void rule_setup(void) {
  int ends[2];
  real_stdin = stdin;
  real_stdout = stdout;
  file = fopen("file", "w+");
  fputws(L"12 text\n", file);
  rewind(file);
  memory = open_wmemstream(&kept, &kept_size);
  null = fopen("/dev/null", "r+");
  if (pipe2(ends, O_NONBLOCK) != 0 ||
      write(ends[1], "12 text\n", SIZE) != SIZE)
    abort();
  ready = fdopen(ends[0], "r");
}

void rule_teardown(void) {
  stdin = real_stdin;
  stdout = real_stdout;
  fclose(file);
  fclose(memory);
  fclose(null);
  fclose(ready);
  free(kept);
}

// What has been written counts as data.
static long wrote(long value) {
  int error = errno;
  rule_leave_loop();
  fflush(file);
  if (pread(fileno(file), rule_data, sizeof(rule_data), 0) < 0)
    abort();
  errno = error;
  return value;
}

#define FROM_FILE (stdin = file)
#define FROM_READY (stdin = ready)
#define SCANNED (int *)rule_data, WIDE_DATA + 1
#define OUTPUT_TO(stream) (stdout = stream)

RULE(fgetwc, fgetwc, stdio, fgetwc(file), fgetwc(ready));
RULE(fgetwc_unlocked, fgetwc, stdio, fgetwc_unlocked(file),
     fgetwc_unlocked(null));
RULE(getwc, getwc, stdio, getwc(file), getwc(ready));
RULE(getwc_unlocked, getwc, stdio, getwc_unlocked(file), getwc_unlocked(ready));
RULE_PREPARED(getwchar, getwchar, input, (FROM_FILE), getwchar(), (FROM_READY),
              getwchar());
RULE_PREPARED(getwchar_unlocked, getwchar, input, (FROM_FILE),
              getwchar_unlocked(), (FROM_READY), getwchar_unlocked());
RULE(fgetws, fgetws, stdio, fgetws(WIDE_DATA, SIZE, file) != NULL,
     fgetws(WIDE_DATA, SIZE, ready) != NULL);
RULE(fgetws_unlocked, fgetws, stdio,
     fgetws_unlocked(WIDE_DATA, SIZE, file) != NULL,
     fgetws_unlocked(WIDE_DATA, SIZE, ready) != NULL);
RULE(__fgetws_chk, fgetws, stdio,
     __fgetws_chk(WIDE_DATA, ROOM, SIZE, file) != NULL,
     __fgetws_chk(WIDE_DATA, ROOM, SIZE, ready) != NULL);
RULE(__fgetws_unlocked_chk, fgetws, stdio,
     __fgetws_unlocked_chk(WIDE_DATA, ROOM, SIZE, file) != NULL,
     __fgetws_unlocked_chk(WIDE_DATA, ROOM, SIZE, ready) != NULL);
RULE(fputwc, fputwc, stdio, wrote(fputwc(L'x', file)), fputwc(L'x', memory));
RULE(fputwc_unlocked, fputwc, stdio, wrote(fputwc_unlocked(L'x', file)),
     fputwc_unlocked(L'x', memory));
RULE(putwc, putwc, stdio, wrote(putwc(L'x', file)), putwc(L'x', memory));
RULE(putwc_unlocked, putwc, stdio, wrote(putwc_unlocked(L'x', file)),
     putwc_unlocked(L'x', memory));
RULE_PREPARED(putwchar, putwchar, stdio, OUTPUT_TO(file), wrote(putwchar(L'x')),
              OUTPUT_TO(null), putwchar(L'x'));
RULE_PREPARED(putwchar_unlocked, putwchar, stdio, OUTPUT_TO(file),
              wrote(putwchar_unlocked(L'x')), OUTPUT_TO(null),
              putwchar_unlocked(L'x'));
RULE(fputws, fputws, stdio, wrote(fputws(L"new", file)),
     fputws(L"new", memory));
RULE(fputws_unlocked, fputws, stdio, wrote(fputws_unlocked(L"new", file)),
     fputws_unlocked(L"new", memory));
RULE_PREPARED(vwprintf, vwprintf, stdio, OUTPUT_TO(file),
              wrote(vwprintf(L"new", no_arguments)), OUTPUT_TO(memory),
              vwprintf(L"new", no_arguments));
RULE_PREPARED(__vwprintf_chk, vwprintf, stdio, OUTPUT_TO(file),
              wrote(__vwprintf_chk(WRITES_N, L"other", no_arguments)),
              OUTPUT_TO(memory),
              __vwprintf_chk(WRITES_N, L"other", no_arguments));
RULE(vfwprintf, vfwprintf, stdio, wrote(vfwprintf(file, L"new", no_arguments)),
     vfwprintf(memory, L"new", no_arguments));
RULE(__vfwprintf_chk, vfwprintf, stdio,
     wrote(__vfwprintf_chk(file, WRITES_N, L"other", no_arguments)),
     __vfwprintf_chk(memory, WRITES_N, L"other", no_arguments));
RULE_PREPARED(wprintf, wprintf, stdio, OUTPUT_TO(file),
              wrote(wprintf(L"%d %s", 12, "new")), OUTPUT_TO(memory),
              wprintf(L"%d %s", 12, "new"));
RULE_PREPARED(__wprintf_chk, wprintf, stdio, OUTPUT_TO(file),
              wrote(__wprintf_chk(WRITES_N, L"%g %s", 1.5, "other")),
              OUTPUT_TO(memory),
              __wprintf_chk(WRITES_N, L"%g %s", 1.5, "other"));
RULE(fwprintf, fwprintf, stdio, wrote(fwprintf(file, L"%d %s", 12, "new")),
     fwprintf(memory, L"%d %s", 12, "new"));
RULE(__fwprintf_chk, fwprintf, stdio,
     wrote(__fwprintf_chk(file, WRITES_N, L"%g %s", 1.5, "other")),
     __fwprintf_chk(memory, WRITES_N, L"%g %s", 1.5, "other"));
RULE_PREPARED(wscanf, wscanf, input,
              (FROM_FILE; scan *call = rule_lookup("wscanf")),
              call(L"%d %7ls", SCANNED),
              (FROM_READY; scan *call = rule_lookup("wscanf")),
              call(L"%d %7ls", SCANNED));
RULE_PREPARED(vwscanf, vwscanf, input,
              (FROM_FILE; scan_list *call = rule_lookup("vwscanf")),
              call(L"12", no_arguments),
              (FROM_READY; scan_list *call = rule_lookup("vwscanf")),
              call(L"12", no_arguments));
RULE_PREPARED(fwscanf, fwscanf, stdio,
              (scan_stream *call = rule_lookup("fwscanf")),
              call(file, L"%d %7ls", SCANNED),
              (scan_stream *call = rule_lookup("fwscanf")),
              call(ready, L"%d %7ls", SCANNED));
RULE_PREPARED(vfwscanf, vfwscanf, stdio,
              (scan_stream_list *call = rule_lookup("vfwscanf")),
              call(file, L"12", no_arguments),
              (scan_stream_list *call = rule_lookup("vfwscanf")),
              call(ready, L"12", no_arguments));
RULE_PREPARED(__isoc99_wscanf, wscanf, input,
              (FROM_FILE; scan *call = rule_lookup("__isoc99_wscanf")),
              call(L"%d %7ls", SCANNED),
              (FROM_READY; scan *call = rule_lookup("__isoc99_wscanf")),
              call(L"%d %7ls", SCANNED));
RULE_PREPARED(__isoc99_vwscanf, vwscanf, input,
              (FROM_FILE; scan_list *call = rule_lookup("__isoc99_vwscanf")),
              call(L"12", no_arguments),
              (FROM_READY; scan_list *call = rule_lookup("__isoc99_vwscanf")),
              call(L"12", no_arguments));
RULE_PREPARED(__isoc99_fwscanf, fwscanf, stdio,
              (scan_stream *call = rule_lookup("__isoc99_fwscanf")),
              call(file, L"%d %7ls", SCANNED),
              (scan_stream *call = rule_lookup("__isoc99_fwscanf")),
              call(ready, L"%d %7ls", SCANNED));
RULE_PREPARED(__isoc99_vfwscanf, vfwscanf, stdio,
              (scan_stream_list *call = rule_lookup("__isoc99_vfwscanf")),
              call(file, L"12", no_arguments),
              (scan_stream_list *call = rule_lookup("__isoc99_vfwscanf")),
              call(ready, L"12", no_arguments));
RULE_OPTIONAL(__isoc23_wscanf, wscanf, input,
              (FROM_FILE; scan *call = rule_lookup("__isoc23_wscanf")),
              call(L"%d %7ls", SCANNED),
              (FROM_READY; scan *call = rule_lookup("__isoc23_wscanf")),
              call(L"%d %7ls", SCANNED));
RULE_OPTIONAL(__isoc23_vwscanf, vwscanf, input,
              (FROM_FILE; scan_list *call = rule_lookup("__isoc23_vwscanf")),
              call(L"12", no_arguments),
              (FROM_READY; scan_list *call = rule_lookup("__isoc23_vwscanf")),
              call(L"12", no_arguments));
RULE_OPTIONAL(__isoc23_fwscanf, fwscanf, stdio,
              (scan_stream *call = rule_lookup("__isoc23_fwscanf")),
              call(file, L"%d %7ls", SCANNED),
              (scan_stream *call = rule_lookup("__isoc23_fwscanf")),
              call(ready, L"%d %7ls", SCANNED));
RULE_OPTIONAL(__isoc23_vfwscanf, vfwscanf, stdio,
              (scan_stream_list *call = rule_lookup("__isoc23_vfwscanf")),
              call(file, L"12", no_arguments),
              (scan_stream_list *call = rule_lookup("__isoc23_vfwscanf")),
              call(ready, L"12", no_arguments));
