//===-- bsan_perf_map.c - Names of a JIT compiler's code ------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A program that compiles code while it runs may tell perf(1), in a file of
// lines "address size name" (hexadecimal), /tmp/perf-PID.map.  It is written as
// code is made, so that the last line about an address holds.
//
// The file can be large and the program small: of a line only where the code is
// and where its name is are kept, of the last lines only, and the name is read
// again when it is asked for.  /tmp is everybody's: a file is believed only if
// it is a regular one of our own user.
//
// Context: report.
//
//===----------------------------------------------------------------------===//

#include "bsan_perf_map.h"

#include "bridge/bsan_bridge.h"
#include "bsan_text.h"
#include "platform/bsan_platform.h"

enum { MAX_LINES = 1 << 18, PIECE_SIZE = 1 << 14, NAME_SIZE = 1024 };

// A piece of code.
struct code {
  uintptr_t start;
  uint32_t size;
  uint32_t name_at; // Where in the file the name is.
};

// What has been read of the map.
static struct {
  struct bsan_file file; // `size` is how much of it.
  int pid;
  struct code *codes; // A ring.
  size_t count;       // Of the lines that were put there.
} map;

//--- Lines -----------------------------------------------------------------//

// "address size " at the beginning of a line, character by character.
struct line {
  uint64_t numbers[2];
  int field; // 0 address, 1 size, 2 the name.
  bool is_bad;
  bool has_digits;
};

static int hex_digit(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// True when C is the last character before the name.
static bool read_char(struct line *line, char c) {
  int digit = hex_digit(c);
  if (line->field == 2 || line->is_bad)
    return false;
  if (digit >= 0) {
    line->is_bad = line->numbers[line->field] >> 60;
    line->numbers[line->field] =
        line->numbers[line->field] << 4 | (unsigned)digit;
    line->has_digits = true;
    return false;
  }
  if (c == 'x' && line->numbers[line->field] == 0)
    return false; // LuaJIT and others write 0x.
  line->is_bad = c != ' ' || !line->has_digits;
  line->has_digits = false;
  return !line->is_bad && ++line->field == 2;
}

static void keep_line(const struct line *line, uint64_t name_at) {
  if (line->numbers[1] == 0 || line->numbers[1] > UINT32_MAX ||
      name_at > UINT32_MAX)
    return;
  map.codes[map.count++ % MAX_LINES] = (struct code){
      line->numbers[0], (uint32_t)line->numbers[1], (uint32_t)name_at};
}

// Reads the lines from where reading ended up to the last whole one.
static void read_lines(const struct bsan_file *file) {
  static char piece[PIECE_SIZE];
  struct line line = {{0, 0}, 0, false, false};
  uint64_t at = map.file.size, name_at = 0;
  while (at < file->size) {
    long length = bsan_platform_read_at(file, piece, sizeof(piece), at);
    if (length <= 0)
      return;
    for (long i = 0; i < length; i++) {
      if (piece[i] != '\n') {
        if (read_char(&line, piece[i]))
          name_at = at + (uint64_t)i + 1;
        continue;
      }
      if (line.field == 2)
        keep_line(&line, name_at);
      line = (struct line){{0, 0}, 0, false, false};
      map.file.size = at + (uint64_t)i + 1;
    }
    at += (uint64_t)length;
  }
}

//--- The file --------------------------------------------------------------//

static bool is_same_file(const struct bsan_file *file) {
  return file->device == map.file.device && file->inode == map.file.inode &&
         file->size >= map.file.size;
}

// Opens the map and reads what is new in it.  A child that was forked has its
// parent's code, and so its lines, until it writes a map of its own.
static bool open_map(struct bsan_file *file) {
  char path[32];
  struct bsan_text text;
  int pid = bsan_platform_pid();
  bsan_text_init(&text, path, sizeof(path));
  bsan_text_add(&text, "/tmp/perf-%d.map", pid);
  if (!bsan_platform_open_own(path, file)) {
    if (!map.count)
      return false;
    text.length = 0;
    bsan_text_add(&text, "/tmp/perf-%d.map", map.pid);
    return bsan_platform_open_own(path, file) && is_same_file(file);
  }
  if (!map.codes)
    map.codes = bsan_bridge_map(sizeof(struct code) * MAX_LINES,
                                "bsan lines of a perf map");
  if (!is_same_file(file)) {
    map.file = *file;
    map.file.size = 0;
    map.count = 0;
  }
  map.pid = pid;
  read_lines(file);
  return true;
}

// The last line's code that PC is in.
static const struct code *find_code(uintptr_t pc) {
  size_t kept = map.count < MAX_LINES ? map.count : MAX_LINES;
  for (size_t i = 1; i <= kept; i++) {
    const struct code *code = &map.codes[(map.count - i) % MAX_LINES];
    if (pc - code->start < code->size)
      return code;
  }
  return NULL;
}

// Reads the name of CODE, terminated; false when there is none any more.
static bool read_name(const struct bsan_file *file, const struct code *code,
                      char *name) {
  long length = bsan_platform_read_at(file, name, NAME_SIZE - 1, code->name_at);
  if (length <= 0)
    return false;
  name[length] = 0;
  for (char *at = name; *at; at++)
    if (*at == '\n')
      *at = 0;
    else if ((unsigned char)*at < ' ' || *at == 127)
      *at = '?'; // It must not forge a line of a report.
  return name[0] != 0;
}

bool bsan_perf_map_find(uintptr_t pc, struct bsan_script_name *name) {
  static char text[NAME_SIZE];
  struct bsan_file file;
  if (!open_map(&file))
    return false;
  const struct code *code = find_code(pc);
  bool found = code && read_name(&file, code, text);
  bsan_platform_close(&file);
  if (found)
    bsan_perf_map_parse(text, name);
  return found;
}

//--- Names -----------------------------------------------------------------//

// Cuts ":NUMBER" from the end of TEXT; 0 when there is none.
static int cut_number(char *text) {
  size_t end = strlen(text), at = end;
  int number = 0, factor = 1;
  while (at && text[at - 1] >= '0' && text[at - 1] <= '9' && end - at < 9) {
    number += (text[--at] - '0') * factor;
    factor *= 10;
  }
  if (at < 2 || at == end || text[at - 1] != ':')
    return 0;
  text[at - 1] = 0;
  return number;
}

// Where the file begins in "name file": both may have blanks, but most files
// are a path or a URL.  NULL when there is none.
static char *find_file(char *text) {
  char *last = NULL;
  for (char *at = text; (at = strchr(at, ' ')) != NULL; at++) {
    last = at;
    if (at[1] == '/' || bsan_text_starts_with(at + 1, "node:") ||
        bsan_text_starts_with(at + 1, "file://"))
      break;
  }
  return last;
}

static void parse_v8(char *text, struct bsan_script_name *name) {
  // Interpreted, baseline, and the optimizing compilers' code.
  while (*text && strchr("~^+*'", *text))
    text++;
  int last = cut_number(text), line = last ? cut_number(text) : 0;
  char *file = find_file(text);
  name->line = line ? line : last;
  name->column = line ? last : 0;
  if (file) {
    *file++ = 0;
    name->file = bsan_text_starts_with(file, "file://") ? file + 7 : file;
  } else {
    name->line = name->column = 0;
  }
  name->function = *text ? text : "<anonymous>";
}

static void parse_python(char *text, struct bsan_script_name *name) {
  char *colon = strchr(text, ':');
  name->function = text;
  if (!colon)
    return;
  *colon = 0;
  name->file = colon[1] ? colon + 1 : NULL;
}

void bsan_perf_map_parse(char *text, struct bsan_script_name *name) {
  static const char *const kinds[] = {
      "JS:", "LazyCompile:", "Function:", "Eval:", "Script:"};
  *name = (struct bsan_script_name){text, NULL, 0, 0};
  if (bsan_text_starts_with(text, "py::")) {
    parse_python(text + 4, name);
    return;
  }
  for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
    if (bsan_text_starts_with(text, kinds[i])) {
      parse_v8(text + strlen(kinds[i]), name);
      return;
    }
}
