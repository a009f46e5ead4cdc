//===-- bsan_bind.c - Interception through PLT and GOT slots --------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The loader's own description of each module (PT_DYNAMIC) lists its slots: the
// relocations of kind JUMP_SLOT (calls through the PLT) and GLOB_DAT (calls
// with -fno-plt, and addresses taken).  A slot that lazy binding has not filled
// yet points back into its own module; what it would be bound to is looked up
// in the modules' hash tables.  dlsym would not do: it sees no library that was
// loaded with RTLD_LOCAL, and takes a lock that must be taken before the one
// that dl_iterate_phdr holds (glibc, dlsym.c and dl-iteratephdr.c).
//
// Context: init, and armed after a dlopen.
//
//===----------------------------------------------------------------------===//

#include "intercept/bsan_bind.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <sys/mman.h>

#include "bsan_text.h"
#include "platform/bsan_platform.h"

#if defined(__x86_64__)
enum { JUMP_SLOT = R_X86_64_JUMP_SLOT, GLOB_DAT = R_X86_64_GLOB_DAT };
#elif defined(__aarch64__)
enum { JUMP_SLOT = R_AARCH64_JUMP_SLOT, GLOB_DAT = R_AARCH64_GLOB_DAT };
#endif

// What PT_DYNAMIC says of one module.
struct module {
  uintptr_t base, low, high;
  uintptr_t relro_low, relro_high;
  const ElfW(Sym) * symbols;
  const char *names;
  const uint32_t *hash;         // DT_GNU_HASH.
  const ElfW(Rela) * tables[2]; // DT_JMPREL and DT_RELA.
  size_t sizes[2];
};

//--- One module ------------------------------------------------------------//

// glibc has relocated these addresses in place, except in the vDSO.
static uintptr_t pointer_of(const struct module *module,
                            const ElfW(Dyn) * entry) {
  uintptr_t value = entry->d_un.d_ptr;
  return value < module->base ? module->base + value : value;
}

static void read_dynamic(struct module *module, const ElfW(Dyn) * entry) {
  for (; entry->d_tag != DT_NULL; entry++) {
    switch (entry->d_tag) {
    case DT_SYMTAB:
      module->symbols = (const void *)pointer_of(module, entry);
      break;
    case DT_STRTAB:
      module->names = (const void *)pointer_of(module, entry);
      break;
    case DT_GNU_HASH:
      module->hash = (const void *)pointer_of(module, entry);
      break;
    case DT_JMPREL:
      module->tables[0] = (const void *)pointer_of(module, entry);
      break;
    case DT_PLTRELSZ:
      module->sizes[0] = entry->d_un.d_val;
      break;
    case DT_RELA:
      module->tables[1] = (const void *)pointer_of(module, entry);
      break;
    case DT_RELASZ:
      module->sizes[1] = entry->d_un.d_val;
      break;
    }
  }
}

static struct module describe(const struct dl_phdr_info *info) {
  struct module module = {.base = info->dlpi_addr, .low = UINTPTR_MAX};
  const ElfW(Dyn) *dynamic = NULL;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *part = &info->dlpi_phdr[i];
    uintptr_t start = module.base + part->p_vaddr;
    uintptr_t end = start + part->p_memsz;
    if (part->p_type == PT_DYNAMIC)
      dynamic = (const void *)start;
    if (part->p_type == PT_GNU_RELRO) {
      module.relro_low = start;
      module.relro_high = end;
    }
    if (part->p_type == PT_LOAD) {
      module.low = start < module.low ? start : module.low;
      module.high = end > module.high ? end : module.high;
    }
  }
  if (dynamic)
    read_dynamic(&module, dynamic);
  return module;
}

//--- Looking up ------------------------------------------------------------//

// The layout of DT_GNU_HASH: four words (buckets, first hashed symbol, words of
// the Bloom filter, its shift), the filter, the buckets, and for each hashed
// symbol its hash, of which bit 0 marks the end of a bucket.
static const ElfW(Sym) *
    look_up(const struct module *module, const char *name) {
  const uint32_t *table = module->hash;
  uint32_t hash = 5381;
  if (!table || !table[0])
    return NULL;
  for (const unsigned char *at = (const void *)name; *at; at++)
    hash = hash * 33 + *at;
  const uint32_t *buckets =
      table + 4 + table[2] * (sizeof(ElfW(Addr)) / sizeof(uint32_t));
  const uint32_t *chain = buckets + table[0] - table[1];
  for (uint32_t i = buckets[hash % table[0]]; i; i++) {
    const ElfW(Sym) *symbol = &module->symbols[i];
    if ((chain[i] | 1) == (hash | 1) && symbol->st_shndx != SHN_UNDEF &&
        bsan_text_equal(module->names + symbol->st_name, name))
      return symbol;
    if (chain[i] & 1)
      break;
  }
  return NULL;
}

struct definition {
  const char *name;
  uintptr_t address;
  bool is_ambiguous;
};

// An unfilled slot's module may be in a scope of its own (RTLD_LOCAL,
// RTLD_DEEPBIND), which nobody tells: only what is defined once is certain.  A
// STT_GNU_IFUNC only says who would choose.
static int find_definition(struct dl_phdr_info *info, size_t size, void *arg) {
  struct definition *definition = arg;
  (void)size;
  struct module module = describe(info);
  if (!module.symbols || !module.names)
    return 0;
  const ElfW(Sym) *symbol = look_up(&module, definition->name);
  if (!symbol)
    return 0;
  definition->is_ambiguous =
      definition->address || ELF64_ST_TYPE(symbol->st_info) != STT_FUNC;
  definition->address = module.base + symbol->st_value;
  return definition->is_ambiguous;
}

uintptr_t bsan_bind_find(const char *name) {
  struct definition definition = {name, 0, false};
  dl_iterate_phdr(find_definition, &definition);
  return definition.is_ambiguous ? 0 : definition.address;
}

//--- One slot --------------------------------------------------------------//

// What the slot is bound to, or will be; 0 when that is not to be told.
static uintptr_t target_of(const struct module *module, const uintptr_t *slot,
                           int type, const char *name) {
  bool is_unbound = *slot >= module->low && *slot < module->high;
  if (*slot && !(is_unbound && type == JUMP_SLOT))
    return *slot;
  return bsan_bind_find(name);
}

// Relocated data is read-only in most modules.
static void write_slot(const struct module *module, uintptr_t *slot,
                       uintptr_t value) {
  uintptr_t page_size = (uintptr_t)bsan_platform_page_size();
  uintptr_t page = (uintptr_t)slot & ~(page_size - 1);
  bool is_relro = (uintptr_t)slot >= module->relro_low &&
                  (uintptr_t)slot < module->relro_high;
  if (is_relro && bsan_platform_protect(page, page_size, true) < 0)
    return;
  __atomic_store_n(slot, value, __ATOMIC_RELEASE);
  if (is_relro)
    bsan_platform_protect(page, page_size, false);
}

// Patterns match the names of variables too, whose slots hold their addresses.
// A module need not say what kind of thing it refers to; who defines it does.
static bool is_function(const ElfW(Sym) * symbol, int type, uintptr_t real) {
  int kind = ELF64_ST_TYPE(symbol->st_info);
  const ElfW(Sym) *definition = NULL;
  Dl_info info;
  if (kind == STT_NOTYPE && type == GLOB_DAT &&
      dladdr1((const void *)real, &info, (void **)&definition,
              RTLD_DL_SYMENT) &&
      definition)
    kind = ELF64_ST_TYPE(definition->st_info);
  return kind != STT_OBJECT && kind != STT_TLS && kind != STT_COMMON;
}

static void scan_slots(const struct module *module, int table,
                       bsan_bind_choice choose) {
  const ElfW(Rela) *relocation = module->tables[table];
  size_t count = module->sizes[table] / sizeof(*relocation);
  for (size_t i = 0; i < count; i++, relocation++) {
    int type = (int)ELF64_R_TYPE(relocation->r_info);
    const ElfW(Sym) *symbol = &module->symbols[ELF64_R_SYM(relocation->r_info)];
    if ((type != JUMP_SLOT && type != GLOB_DAT) || !symbol->st_name)
      continue;
    const char *name = module->names + symbol->st_name;
    uintptr_t *slot = (uintptr_t *)(module->base + relocation->r_offset);
    uintptr_t chosen = choose(name, 0);
    if (!chosen)
      continue;
    uintptr_t real = target_of(module, slot, type, name);
    chosen = real && is_function(symbol, type, real) ? choose(name, real) : 0;
    if (chosen && chosen != *slot)
      write_slot(module, slot, chosen);
  }
}

//--- Modules in flight -----------------------------------------------------//

// dl_iterate_phdr shows a module as soon as it is mapped, before another thread
// that loads it has relocated it.  Until then a slot holds an offset; the
// loader fills the PLT's last.
static bool is_offset(const struct module *module, uintptr_t value) {
  return module->base && value < module->high - module->low;
}

// What a slot tells: weak references may stay 0 for ever, and tell nothing.
static bool is_telling(const struct module *module,
                       const ElfW(Rela) * relocation, int wanted) {
  const ElfW(Sym) *symbol = &module->symbols[ELF64_R_SYM(relocation->r_info)];
  return (int)ELF64_R_TYPE(relocation->r_info) == wanted &&
         ELF64_ST_BIND(symbol->st_info) != STB_WEAK;
}

static bool is_relocated(const struct module *module) {
  for (int table = 0; table < 2; table++) {
    const ElfW(Rela) *relocation = module->tables[table];
    size_t count = module->sizes[table] / sizeof(*relocation);
    int wanted = table == 0 ? JUMP_SLOT : GLOB_DAT;
    while (relocation && count--)
      if (is_telling(module, &relocation[count], wanted)) {
        uintptr_t slot = module->base + relocation[count].r_offset;
        return !is_offset(module, *(const uintptr_t *)slot);
      }
  }
  return true; // No slots.
}

//--- All modules -----------------------------------------------------------//

// The loader's list is walked under its lock, which is recursive.
struct scan {
  bsan_bind_choice choose;
  uintptr_t own_base; // The runtime's module: its calls are its own business.
  bool is_complete;
};

static int scan_module(struct dl_phdr_info *info, size_t size, void *arg) {
  struct scan *scan = arg;
  (void)size;
  struct module module = describe(info);
  bool is_own = scan->own_base >= module.low && scan->own_base < module.high;
  // A runtime that is part of the executable shares its slots.
  bool is_shared_runtime = is_own && info->dlpi_name && info->dlpi_name[0];
  if (is_shared_runtime || !module.symbols || !module.names)
    return 0;
  if (!is_relocated(&module)) {
    scan->is_complete = false;
    return 0;
  }
  for (int table = 0; table < 2; table++)
    if (module.tables[table])
      scan_slots(&module, table, scan->choose);
  return 0;
}

bool bsan_bind_scan(bsan_bind_choice choose) {
  struct scan scan = {choose, (uintptr_t)&bsan_bind_scan, true};
  dl_iterate_phdr(scan_module, &scan);
  return scan.is_complete;
}
