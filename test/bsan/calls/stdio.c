// Intent: reading, writing and flushing streams of files is reported, as are
// those of pipes in blocking mode; streams without a descriptor, and those of
// non-blocking or memory ones, are not.

// RUN: %bsan_cc -fno-builtin -fno-inline -Wall -Werror -Wno-unused-result -Wno-format-security %s %S/Inputs/rule_main.c -o %t -ldl -lpthread
// RUN: %python %S/check_rule.py %s %t.dir %run %t

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "rule.h"

extern int _IO_getc(FILE *);
extern int _IO_putc(int, FILE *);
extern size_t __fread_chk(void *, size_t, size_t, size_t, FILE *);
extern size_t __fread_unlocked_chk(void *, size_t, size_t, size_t, FILE *);
extern char *__fgets_chk(char *, size_t, int, FILE *);
extern char *__fgets_unlocked_chk(char *, size_t, int, FILE *);
extern int __printf_chk(int, const char *, ...);
extern int __fprintf_chk(FILE *, int, const char *, ...);
extern int __dprintf_chk(int, int, const char *, ...);
extern int __vprintf_chk(int, const char *, va_list);
extern int __vfprintf_chk(FILE *, int, const char *, va_list);
extern int __vdprintf_chk(int, int, const char *, va_list);
extern int __isoc99_fscanf(FILE *, const char *, ...);
extern int __isoc99_vfscanf(FILE *, const char *, va_list);

enum { SIZE = 8, WRITES_N = 1 };

static FILE *file, *memory, *null, *blocking, *ready;
static FILE *real_stdout, *real_stderr;
static int no_fd = -1, null_fd;
static char *line;
static size_t line_size;
static fpos_t start;
static fpos64_t start64;
static char kept[64];
// Never looked at: the formats that go with it take no arguments.
static va_list no_arguments;
static volatile size_t size = SIZE;

static FILE *end_of_pipe(int flags) {
  int ends[2];
  pipe2(ends, flags);
  write(ends[1], "12 text\n", SIZE);
  return fdopen(ends[0], "r");
}

void rule_setup(void) {
  real_stdout = stdout;
  real_stderr = stderr;
  file = fopen("file", "w+");
  fputs("12 text\nmore text\n", file);
  rewind(file);
  memory = fmemopen(kept, sizeof(kept), "w+");
  fputs("12 text\nmore text\n", memory);
  rewind(memory);
  null = fopen("/dev/null", "r+");
  null_fd = fileno(null);
  blocking = end_of_pipe(0);
  ready = end_of_pipe(O_NONBLOCK);
  fgetpos(file, &start);
  fgetpos64(memory, &start64);
  line = NULL;
  line_size = 0;
}

void rule_teardown(void) {
  stdout = real_stdout;
  stderr = real_stderr;
  fclose(file);
  fclose(memory);
  fclose(null);
  fclose(blocking);
  fclose(ready);
  free(line);
}

// What has been written counts as data.
static long wrote(long value) {
  int error = errno;
  rule_leave_loop();
  fflush(file);
  pread(fileno(file), rule_data, sizeof(rule_data), 0);
  errno = error;
  return value;
}

#define OUTPUT_TO(stream) (stdout = stream)
#define ERRORS_TO(stream) (stderr = stream)

RULE(fopen, fopen, stdio, fopen("file", "r") != NULL,
     fopen("/proc/self/stat", "r") != NULL);
RULE(fopen64, fopen, stdio, fopen64("none", "r") != NULL,
     fopen64("", "r") != NULL);
RULE_PREPARED(freopen, freopen, stdio, (FILE *stream = fopen("new", "w")),
              freopen("file", "r", stream) != NULL,
              (FILE *stream = fopen("new", "w")),
              freopen("/dev/null", "r", stream) != NULL);
RULE_PREPARED(freopen64, freopen, stdio, (FILE *stream = fopen("new", "w")),
              freopen64("none", "r", stream) != NULL,
              (FILE *stream = fopen("new", "w")),
              freopen64("/proc/self/nothing", "r", stream) != NULL);
RULE_PREPARED(fclose, fclose, stdio, (FILE *stream = fopen("new", "w")),
              fclose(stream), (FILE *stream = fmemopen(NULL, 8, "w")),
              fclose(stream));

RULE(fread, fread, stdio, fread(rule_data, 1, size, file),
     fread(rule_data, 1, size, memory));
RULE_VARIANT(fread_from_pipe, fread, fread, stdio, (),
             fread(rule_data, 1, size, blocking), (),
             fread(rule_data, 1, size, ready));
RULE(fread_unlocked, fread, stdio, fread_unlocked(rule_data, 1, size, file),
     fread_unlocked(rule_data, 1, size, null));
RULE(__fread_chk, fread, stdio,
     __fread_chk(rule_data, sizeof(rule_data), 1, size, file),
     __fread_chk(rule_data, sizeof(rule_data), 1, size, memory));
RULE(__fread_unlocked_chk, fread, stdio,
     __fread_unlocked_chk(rule_data, sizeof(rule_data), 1, size, file),
     __fread_unlocked_chk(rule_data, sizeof(rule_data), 1, size, ready));
RULE(fgets, fgets, stdio, fgets(rule_data, size, file) != NULL,
     fgets(rule_data, size, memory) != NULL);
RULE(fgets_unlocked, fgets, stdio,
     fgets_unlocked(rule_data, size, blocking) != NULL,
     fgets_unlocked(rule_data, size, null) != NULL);
RULE(__fgets_chk, fgets, stdio,
     __fgets_chk(rule_data, sizeof(rule_data), SIZE, file) != NULL,
     __fgets_chk(rule_data, sizeof(rule_data), SIZE, memory) != NULL);
RULE(__fgets_unlocked_chk, fgets, stdio,
     __fgets_unlocked_chk(rule_data, sizeof(rule_data), SIZE, file) != NULL,
     __fgets_unlocked_chk(rule_data, sizeof(rule_data), SIZE, ready) != NULL);
RULE(fgetc, fgetc, stdio, fgetc(file), fgetc(memory));
RULE(getc, getc, stdio, getc(file), getc(null));
RULE_PREPARED(fgetc_unlocked, fgetc, stdio,
              (int (*call)(FILE *) = rule_lookup("fgetc_unlocked")), call(file),
              (int (*call)(FILE *) = rule_lookup("fgetc_unlocked")),
              call(memory));
RULE_PREPARED(getc_unlocked, getc, stdio,
              (int (*call)(FILE *) = rule_lookup("getc_unlocked")), call(file),
              (int (*call)(FILE *) = rule_lookup("getc_unlocked")),
              call(ready));
RULE(_IO_getc, getc, stdio, _IO_getc(blocking), _IO_getc(memory));
RULE(__uflow, getc, stdio, __uflow(blocking), __uflow(memory));
RULE(__overflow, putc, stdio, wrote(__overflow(file, 'x')),
     __overflow(null, 'x'));
RULE(getw, getw, stdio, getw(file), getw(memory));
RULE(getline, getline, stdio, getline(&line, &line_size, file),
     getline(&line, &line_size, memory));
RULE(getdelim, getdelim, stdio, getdelim(&line, &line_size, ' ', file),
     getdelim(&line, &line_size, ' ', null));
RULE(__getdelim, getdelim, stdio, __getdelim(&line, &line_size, ' ', file),
     __getdelim(&line, &line_size, ' ', ready));

RULE(fwrite, fwrite, stdio, wrote(fwrite("new", 1, 3, file)),
     fwrite("new", 1, 3, memory));
RULE(fwrite_unlocked, fwrite, stdio, wrote(fwrite_unlocked("new", 1, 3, file)),
     fwrite_unlocked("new", 1, 3, null));
RULE(fputs, fputs, stdio, wrote(fputs("new", file)), fputs("new", memory));
RULE(fputs_unlocked, fputs, stdio, wrote(fputs_unlocked("new", file)),
     fputs_unlocked("new", null));
RULE(fputc, fputc, stdio, wrote(fputc('a', file)), fputc('a', memory));
RULE(putc, putc, stdio, wrote(putc('a', file)), putc('a', null));
RULE_PREPARED(fputc_unlocked, fputc, stdio,
              (int (*call)(int, FILE *) = rule_lookup("fputc_unlocked")),
              wrote(call('a', file)),
              (int (*call)(int, FILE *) = rule_lookup("fputc_unlocked")),
              call('a', memory));
RULE_PREPARED(putc_unlocked, putc, stdio,
              (int (*call)(int, FILE *) = rule_lookup("putc_unlocked")),
              wrote(call('a', file)),
              (int (*call)(int, FILE *) = rule_lookup("putc_unlocked")),
              call('a', null));
RULE(_IO_putc, putc, stdio, wrote(_IO_putc('a', file)), _IO_putc('a', memory));
RULE(putw, putw, stdio, wrote(putw(7, file)), putw(7, memory));

RULE_PREPARED(puts, puts, stdio, OUTPUT_TO(file), wrote(puts("new")),
              OUTPUT_TO(memory), puts("new"));
RULE_PREPARED(putchar, putchar, stdio, OUTPUT_TO(file), wrote(putchar('a')),
              OUTPUT_TO(null), putchar('a'));
RULE_PREPARED(putchar_unlocked, putchar, stdio,
              (OUTPUT_TO(file);
               int (*call)(int) = rule_lookup("putchar_unlocked")),
              wrote(call('a')),
              (OUTPUT_TO(memory);
               int (*call)(int) = rule_lookup("putchar_unlocked")),
              call('a'));
RULE_PREPARED(perror, perror, stdio, ERRORS_TO(file), wrote((perror("a"), 0)),
              ERRORS_TO(null), (perror("a"), 0));

RULE_PREPARED(fflush, fflush, stdio, (fputs("new", file)), wrote(fflush(file)),
              (fputs("new", memory)), fflush(memory));
RULE_VARIANT(fflush_all, fflush, fflush, stdio, (fputs("new", file)),
             wrote(fflush(NULL)), (fputs("new", null)), fflush(null));
RULE_PREPARED(fflush_unlocked, fflush, stdio, (fputs("new", file)),
              wrote(fflush_unlocked(file)), (fputs("new", memory)),
              fflush_unlocked(memory));
RULE(fseek, fseek, stdio, fseek(file, 2, SEEK_SET), fseek(memory, 2, SEEK_SET));
RULE(fseeko, fseeko, stdio, fseeko(file, 2, SEEK_SET),
     fseeko(ready, 2, SEEK_SET));
RULE(fseeko64, fseeko, stdio, fseeko64(file, -2, SEEK_SET),
     fseeko64(memory, -2, SEEK_SET));
RULE(rewind, rewind, stdio, (rewind(file), ftell(file)),
     (rewind(memory), ftell(memory)));
RULE(fsetpos, fsetpos, stdio, fsetpos(file, &start), fsetpos(null, &start));
RULE(fsetpos64, fsetpos, stdio, fsetpos64(file, &start64),
     fsetpos64(memory, &start64));

RULE_PREPARED(printf, printf, stdio, OUTPUT_TO(file),
              wrote(printf("%d %s %g", 3, "new", 1.5)), OUTPUT_TO(memory),
              printf("%d %s %g", 3, "new", 1.5));
RULE_VARIANT(printf_to_output, printf, printf, stdio, OUTPUT_TO(file),
             wrote(printf("%s", "")), (), printf("%s", ""));
RULE_PREPARED(__printf_chk, printf, stdio, OUTPUT_TO(file),
              wrote(__printf_chk(WRITES_N, "%d %s %g", 33, "new", 1.5)),
              OUTPUT_TO(null),
              __printf_chk(WRITES_N, "%d %s %g", 33, "new", 1.5));
RULE(fprintf, fprintf, stdio, wrote(fprintf(file, "%g %d %s", 2.5, 4, "new")),
     fprintf(memory, "%g %d %s", 2.5, 4, "new"));
RULE(__fprintf_chk, fprintf, stdio,
     wrote(__fprintf_chk(file, WRITES_N, "%g %d %s", 2.5, 44, "new")),
     __fprintf_chk(null, WRITES_N, "%g %d %s", 2.5, 44, "new"));
RULE(dprintf, dprintf, stdio, wrote(dprintf(fileno(file), "%d%g", 5, 3.5)),
     dprintf(null_fd, "%d%g", 5, 3.5));
RULE(__dprintf_chk, dprintf, stdio,
     wrote(__dprintf_chk(fileno(file), WRITES_N, "%d%g", 55, 3.5)),
     __dprintf_chk(no_fd, WRITES_N, "%d%g", 55, 3.5));
RULE_PREPARED(vprintf, vprintf, stdio, OUTPUT_TO(file),
              wrote(vprintf("new", no_arguments)), OUTPUT_TO(memory),
              vprintf("new", no_arguments));
RULE_PREPARED(__vprintf_chk, vprintf, stdio, OUTPUT_TO(file),
              wrote(__vprintf_chk(WRITES_N, "other", no_arguments)),
              OUTPUT_TO(null), __vprintf_chk(WRITES_N, "other", no_arguments));
RULE(vfprintf, vfprintf, stdio, wrote(vfprintf(file, "new", no_arguments)),
     vfprintf(memory, "new", no_arguments));
RULE(__vfprintf_chk, vfprintf, stdio,
     wrote(__vfprintf_chk(file, WRITES_N, "other", no_arguments)),
     __vfprintf_chk(null, WRITES_N, "other", no_arguments));
RULE(vdprintf, vdprintf, stdio,
     wrote(vdprintf(fileno(file), "new", no_arguments)),
     vdprintf(null_fd, "new", no_arguments));
RULE(__vdprintf_chk, vdprintf, stdio,
     wrote(__vdprintf_chk(fileno(file), WRITES_N, "other", no_arguments)),
     __vdprintf_chk(no_fd, WRITES_N, "other", no_arguments));

// Whatever the header makes of fscanf, and every way to spell it in a program.
#define SCANNED (int *)rule_data, rule_data + sizeof(int)
typedef int scan(FILE *, const char *, ...);
typedef int scan_list(FILE *, const char *, va_list);
RULE_PREPARED(fscanf, fscanf, stdio, (scan *call = rule_lookup("fscanf")),
              call(file, "%d %7s", SCANNED),
              (scan *call = rule_lookup("fscanf")),
              call(memory, "%d %7s", SCANNED));
RULE_VARIANT(fscanf_of_header, fscanf, fscanf, stdio, (),
             fscanf(blocking, "%d %7s", SCANNED), (),
             fscanf(ready, "%d %7s", SCANNED));
RULE(__isoc99_fscanf, fscanf, stdio, __isoc99_fscanf(file, "%d %7s", SCANNED),
     __isoc99_fscanf(null, "%d %7s", SCANNED));
RULE_OPTIONAL(__isoc23_fscanf, fscanf, stdio,
              (scan *call = rule_lookup("__isoc23_fscanf")),
              call(file, "%d %7s", SCANNED),
              (scan *call = rule_lookup("__isoc23_fscanf")),
              call(memory, "%d %7s", SCANNED));
RULE_PREPARED(vfscanf, vfscanf, stdio,
              (scan_list *call = rule_lookup("vfscanf")),
              call(file, "12", no_arguments),
              (scan_list *call = rule_lookup("vfscanf")),
              call(null, "12", no_arguments));
RULE(__isoc99_vfscanf, vfscanf, stdio,
     __isoc99_vfscanf(file, "12", no_arguments),
     __isoc99_vfscanf(memory, "12", no_arguments));
RULE_OPTIONAL(__isoc23_vfscanf, vfscanf, stdio,
              (scan_list *call = rule_lookup("__isoc23_vfscanf")),
              call(file, "12", no_arguments),
              (scan_list *call = rule_lookup("__isoc23_vfscanf")),
              call(null, "12", no_arguments));
