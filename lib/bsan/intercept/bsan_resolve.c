//===-- bsan_resolve.c - Finding the real functions -----------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// glibc keeps old versions of some functions, and before 2.36 dlsym(RTLD_NEXT)
// could find those (sourceware bug 14932): for these the version is named, and
// the unnamed lookup is the fallback.
//
// Context: init; bsan_resolve_early also any, before that.
//
//===----------------------------------------------------------------------===//

#include "bridge/bsan_bridge.h"
#include "bsan_text.h"
#include "intercept/bsan_wrap.h"

static const struct {
  const char *symbol, *version;
} versions[] = {
#define BSAN_VERSION(symbol, version) {#symbol, version},
#include "intercept/bsan_versions.inc"
#undef BSAN_VERSION
    {NULL, NULL},
};

static int resolved;

// The real functions themselves: what the wrappers jump to may be replaced, see
// bsan_seen.h.
static uintptr_t addresses[BSAN_CALL_COUNT];

static const char *find_version(const char *symbol) {
  for (size_t i = 0; versions[i].symbol; i++)
    if (bsan_text_equal(versions[i].symbol, symbol))
      return versions[i].version;
  return NULL;
}

// The version of glibc's first release for an architecture: names that only old
// programs use (__pthread_mutex_lock) have no default version, which is what a
// lookup without a version asks for.
#if defined(__x86_64__)
#  define BASE_VERSION "GLIBC_2.2.5"
#else
#  define BASE_VERSION "GLIBC_2.17"
#endif

// False when there is no such function; the pointer stays as it was.
static bool resolve(unsigned call) {
  const struct bsan_binding *binding = &bsan_bindings[call];
  uintptr_t real = 0;
  bsan_bridge_intercept(binding->symbol, find_version(binding->symbol),
                        binding->wrapper, &real);
  if (!real)
    bsan_bridge_intercept(binding->symbol, BASE_VERSION, binding->wrapper,
                          &real);
  addresses[call] = real;
  // Pointers to functions of many types: copied as bytes.
  if (real)
    __builtin_memcpy(binding->real, &real, sizeof(real));
  return real != 0;
}

void bsan_resolve_early(unsigned call) {
  if (resolve(call))
    return;
  bsan_print("BlockSanitizer: ERROR: the C library has no function %s, which "
             "the program calls\n",
             bsan_bindings[call].symbol);
  bsan_bridge_fail();
}

// The rows that libc defines; those of other libraries are bound elsewhere.
static const unsigned libc_calls[] = {
#define BSAN_CALL(ret, symbol, ...) BSAN_CALL_##symbol,
#define BSAN_LIBRARY(...)
#define BSAN_VIRTUAL(...)
#include "intercept/bsan_calls.inc"
};

void bsan_resolve_all(void) {
  for (size_t i = 0; i < sizeof(libc_calls) / sizeof(libc_calls[0]); i++)
    resolved += resolve(libc_calls[i]);
}

int bsan_resolve_count(void) { return resolved; }

uintptr_t bsan_resolve_address(unsigned call) {
  uintptr_t real = addresses[call];
  if (real || !bsan_bindings[call].real)
    return real; // 0: no function at all.
  __builtin_memcpy(&real, bsan_bindings[call].real, sizeof(real));
  return real;
}
