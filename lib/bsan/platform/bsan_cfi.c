//===-- bsan_cfi.c - Unwind tables, read by ourselves ---------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// libgcc's unwinder cannot begin in the middle of a stack, and reads the stack
// without asking whether it is there.  Where a stack goes on behind code
// without tables both matter.  What a walk needs of a table is little: the CFA,
// and where the return address and the frame pointer are.  Entries are found by
// libgcc, which knows the loader and what was registered.
//
// The format is that of the Linux Standard Base ("Exception Frames") with the
// instructions of DWARF 5, 6.4.2.  Only the x86-64 is known here.
//
// Context: armed.
//
//===----------------------------------------------------------------------===//

#include "platform/bsan_cfi.h"

//--- Reading ---------------------------------------------------------------//

struct reader {
  const unsigned char *at, *end;
  bool is_bad; // Something was cut or not understood.
};

static uint64_t read_bytes(struct reader *reader, size_t size) {
  uint64_t value = 0;
  if ((size_t)(reader->end - reader->at) < size) {
    reader->is_bad = true;
    reader->at = reader->end;
    return 0;
  }
  memcpy(&value, reader->at, size);
  reader->at += size;
  return value;
}

static uint64_t read_leb(struct reader *reader, bool is_signed) {
  uint64_t value = 0;
  unsigned shift = 0, byte;
  do {
    byte = (unsigned)read_bytes(reader, 1);
    if (shift < 64)
      value |= (uint64_t)(byte & 127) << shift;
    shift += 7;
  } while (byte & 128);
  if (is_signed && shift < 64 && (byte & 64))
    value |= ~(uint64_t)0 << shift;
  return value;
}

static uint64_t read_uleb(struct reader *reader) {
  return read_leb(reader, false);
}

static int64_t read_sleb(struct reader *reader) {
  return (int64_t)read_leb(reader, true);
}

static void skip(struct reader *reader, uint64_t size) {
  if (size > (uint64_t)(reader->end - reader->at)) {
    reader->is_bad = true;
    size = 0;
  }
  reader->at += size;
}

// A pointer, of which the encoding (DW_EH_PE_*) tells the size in its low bits.
static void skip_pointer(struct reader *reader, unsigned encoding) {
  static const unsigned char sizes[16] = {
      [0x00] = 8, [0x02] = 2, [0x03] = 4, [0x04] = 8,
      [0x0a] = 2, [0x0b] = 4, [0x0c] = 8};
  unsigned size = sizes[encoding & 15];
  reader->is_bad |= !size || encoding == 0x50; // Aligned: of no compiler.
  skip(reader, size);
}

// A reader of the record that begins at RECORD; bad when it has no length.
static struct reader open_record(const unsigned char *record) {
  uint32_t length;
  memcpy(&length, record, sizeof(length));
  struct reader reader = {record + 4, record + 4 + length, false};
  if (!length || length == UINT32_MAX) {
    reader.end = reader.at;
    reader.is_bad = true;
  }
  return reader;
}

//--- What is common to several entries -------------------------------------//

struct common {
  struct reader instructions;
  uint64_t code_align;
  int64_t data_align;
  unsigned encoding;
  bool has_sizes; // Augmentation data are preceded by their size.
};

static void read_augmentation(struct reader *reader, const char *letters,
                              struct common *common) {
  for (const char *letter = letters; *letter && !reader->is_bad; letter++) {
    switch (*letter) {
    case 'R':
      common->encoding = (unsigned)read_bytes(reader, 1);
      break;
    case 'P':
      skip_pointer(reader, (unsigned)read_bytes(reader, 1));
      break;
    case 'L':
      skip(reader, 1);
      break;
    default: // 'S', a signal frame, whose registers are elsewhere.
      reader->is_bad = true;
    }
  }
}

static bool read_common(const unsigned char *record, struct common *common) {
  struct reader reader = open_record(record);
  skip(&reader, 4); // The 0 that tells it from an entry.
  unsigned version = (unsigned)read_bytes(&reader, 1);
  const char *letters = (const char *)reader.at;
  while (!reader.is_bad && read_bytes(&reader, 1))
    ;
  common->code_align = read_uleb(&reader);
  common->data_align = read_sleb(&reader);
  uint64_t pc_register =
      version == 1 ? read_bytes(&reader, 1) : read_uleb(&reader);
  if (reader.is_bad || (version != 1 && version != 3) ||
      pc_register != BSAN_CFI_PC)
    return false;
  common->encoding = 0;
  common->has_sizes = letters[0] == 'z';
  if (common->has_sizes) {
    uint64_t size = read_uleb(&reader);
    struct reader data = reader;
    read_augmentation(&data, letters + 1, common);
    skip(&reader, size);
    reader.is_bad |= data.is_bad;
  }
  common->instructions = reader;
  return !reader.is_bad && (common->has_sizes || !letters[0]);
}

//--- Instructions ----------------------------------------------------------//

enum { MAX_SAVED = 4 }; // Compilers nest "remember" once or twice.

struct machine {
  const struct common *common;
  uintptr_t location, pc;
  struct bsan_cfi_rules rules, initial, saved[MAX_SAVED];
  int saved_count;
};

// NULL of the registers that are not looked at.
static struct bsan_cfi_place *place_of(struct bsan_cfi_rules *rules,
                                       uint64_t number) {
  if (number == BSAN_CFI_FP)
    return &rules->fp;
  return number == BSAN_CFI_PC ? &rules->pc : NULL;
}

static void set_place(struct machine *machine, uint64_t number,
                      enum bsan_cfi_kind kind, int64_t offset) {
  struct bsan_cfi_place *place = place_of(&machine->rules, number);
  if (place)
    *place = (struct bsan_cfi_place){kind, (int)offset};
}

static void set_cfa(struct machine *machine, uint64_t number, int64_t offset) {
  machine->rules.cfa_register = (int)number;
  machine->rules.cfa_offset = (int)offset;
  machine->rules.cfa_is_loaded = false;
}

static void restore_place(struct machine *machine, uint64_t number) {
  const struct bsan_cfi_place *initial = place_of(&machine->initial, number);
  if (initial)
    set_place(machine, number, initial->kind, initial->offset);
}

// Expressions are a language; gcc writes two sentences of it, for functions
// that align their stack: "the CFA stands at fp + n" and "the register is at fp
// + n".
static bool read_place_by_fp(struct reader *reader, bool is_loaded,
                             int64_t *offset) {
  enum { BREG_FP = 0x76, DEREF = 0x06 };
  uint64_t length = read_uleb(reader);
  struct reader block = *reader;
  skip(reader, length);
  block.end = reader->at;
  bool is_known = !reader->is_bad && read_bytes(&block, 1) == BREG_FP;
  *offset = read_sleb(&block);
  if (is_loaded)
    is_known &= read_bytes(&block, 1) == DEREF;
  return is_known && !block.is_bad && block.at == block.end;
}

static void read_cfa_expression(struct machine *machine,
                                struct reader *reader) {
  int64_t offset;
  if (read_place_by_fp(reader, true, &offset)) {
    set_cfa(machine, BSAN_CFI_FP, offset);
    machine->rules.cfa_is_loaded = true;
  } else {
    set_cfa(machine, UINT8_MAX, 0); // No register that is known.
  }
}

static void read_expression(struct machine *machine, struct reader *reader,
                            bool is_value) {
  int64_t offset;
  uint64_t number = read_uleb(reader);
  bool is_known = read_place_by_fp(reader, false, &offset) && !is_value;
  set_place(machine, number, is_known ? BSAN_CFI_AT_FP : BSAN_CFI_UNKNOWN,
            offset);
}

static void remember(struct machine *machine, struct reader *reader) {
  if (machine->saved_count == MAX_SAVED)
    reader->is_bad = true;
  else
    machine->saved[machine->saved_count++] = machine->rules;
}

static void recall(struct machine *machine, struct reader *reader) {
  if (!machine->saved_count)
    reader->is_bad = true;
  else
    machine->rules = machine->saved[--machine->saved_count];
}

// Instructions that say where a register, or the CFA, is.
static void run_rule(struct machine *machine, struct reader *reader,
                     unsigned code) {
  int64_t align = machine->common->data_align;
  uint64_t number;
  switch (code) {
  case 0x05: // DW_CFA_offset_extended
    number = read_uleb(reader);
    set_place(machine, number, BSAN_CFI_AT_CFA,
              (int64_t)read_uleb(reader) * align);
    return;
  case 0x11: // DW_CFA_offset_extended_sf
    number = read_uleb(reader);
    set_place(machine, number, BSAN_CFI_AT_CFA, read_sleb(reader) * align);
    return;
  case 0x06: // DW_CFA_restore_extended
    restore_place(machine, read_uleb(reader));
    return;
  case 0x07: // DW_CFA_undefined
    set_place(machine, read_uleb(reader), BSAN_CFI_UNKNOWN, 0);
    return;
  case 0x08: // DW_CFA_same_value
    set_place(machine, read_uleb(reader), BSAN_CFI_SAME, 0);
    return;
  case 0x0c: // DW_CFA_def_cfa
    number = read_uleb(reader);
    set_cfa(machine, number, (int64_t)read_uleb(reader));
    return;
  case 0x0d: // DW_CFA_def_cfa_register
    set_cfa(machine, read_uleb(reader), machine->rules.cfa_offset);
    return;
  case 0x0e: // DW_CFA_def_cfa_offset
    machine->rules.cfa_offset = (int)read_uleb(reader);
    return;
  case 0x09: // DW_CFA_register
  case 0x14: // DW_CFA_val_offset
    set_place(machine, read_uleb(reader), BSAN_CFI_UNKNOWN, 0);
    (void)read_uleb(reader);
    return;
  default:
    reader->is_bad = true;
  }
}

static void advance(struct machine *machine, uint64_t by) {
  machine->location += by * machine->common->code_align;
}

static void run_one(struct machine *machine, struct reader *reader) {
  unsigned code = (unsigned)read_bytes(reader, 1);
  unsigned number = code & 63;
  switch (code & 0xc0) {
  case 0x40: // DW_CFA_advance_loc
    advance(machine, number);
    return;
  case 0x80: // DW_CFA_offset
    set_place(machine, number, BSAN_CFI_AT_CFA,
              (int64_t)read_uleb(reader) * machine->common->data_align);
    return;
  case 0xc0: // DW_CFA_restore
    restore_place(machine, number);
    return;
  default:
    break;
  }
  switch (code) {
  case 0x00: // DW_CFA_nop
    return;
  case 0x02: // DW_CFA_advance_loc1, 2, 4
  case 0x03:
  case 0x04:
    advance(machine, read_bytes(reader, (size_t)1 << (code - 2)));
    return;
  case 0x0a: // DW_CFA_remember_state
    remember(machine, reader);
    return;
  case 0x0b: // DW_CFA_restore_state
    recall(machine, reader);
    return;
  case 0x0f: // DW_CFA_def_cfa_expression
    read_cfa_expression(machine, reader);
    return;
  case 0x10: // DW_CFA_expression, DW_CFA_val_expression
  case 0x16:
    read_expression(machine, reader, code == 0x16);
    return;
  case 0x2e: // DW_CFA_GNU_args_size
    (void)read_uleb(reader);
    return;
  default:
    run_rule(machine, reader, code);
  }
}

// Up to the row that PC is in.
static bool run(struct machine *machine, struct reader *reader) {
  while (reader->at < reader->end && !reader->is_bad &&
         machine->location <= machine->pc)
    run_one(machine, reader);
  return !reader->is_bad;
}

//--- Entries ---------------------------------------------------------------//

// libgcc's, of no public header; LLVM's libunwind has it too.
struct dwarf_eh_bases {
  void *text, *data, *function;
};
const void *_Unwind_Find_FDE(void *pc, struct dwarf_eh_bases *bases);

const unsigned char *bsan_cfi_find(uintptr_t pc, uintptr_t *function) {
  struct dwarf_eh_bases bases = {NULL, NULL, NULL};
  const unsigned char *entry = _Unwind_Find_FDE((void *)pc, &bases);
  *function = entry ? (uintptr_t)bases.function : 0;
  return entry;
}

bool bsan_cfi_read(const unsigned char *entry, uintptr_t function, uintptr_t pc,
                   struct bsan_cfi_rules *rules) {
  struct reader reader = open_record(entry);
  struct common common;
  int32_t to_common;
  memcpy(&to_common, reader.at, sizeof(to_common));
  if (reader.is_bad || !read_common(reader.at - to_common, &common))
    return false;
  skip(&reader, 4);
  skip_pointer(&reader, common.encoding);      // Where the code begins,
  skip_pointer(&reader, common.encoding & 15); // and how long it is.
  if (common.has_sizes)
    skip(&reader, read_uleb(&reader));
  struct machine machine = {.common = &common, .pc = UINTPTR_MAX};
  if (reader.is_bad || !run(&machine, &common.instructions))
    return false;
  machine.initial = machine.rules;
  machine.location = function;
  machine.pc = pc;
  if (!run(&machine, &reader))
    return false;
  *rules = machine.rules;
  return true;
}
