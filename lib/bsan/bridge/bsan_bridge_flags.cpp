//===-- bsan_bridge_flags.cpp - Flags, without dying of them --------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// sanitizer_common ends the program at the first flag it does not understand. A
// runtime that people preload into other people's programs must not: a mistake
// is reported, and changes nothing.
//
// Context: init.
//
//===----------------------------------------------------------------------===//

#include "bridge/bsan_bridge.h"
#include "bsan_flags.h"
#include "sanitizer_common/sanitizer_common.h"
#include "sanitizer_common/sanitizer_file.h"
#include "sanitizer_common/sanitizer_flag_parser.h"
#include "sanitizer_common/sanitizer_flags.h"
#include "sanitizer_common/sanitizer_interface_internal.h"
#include "sanitizer_common/sanitizer_libc.h"
#include "sanitizer_common/sanitizer_placement_new.h"

using namespace __sanitizer;

namespace {

const char *flag_source; // What is being parsed, for messages.

// sanitizer_common ends the program when a value does not fit a flag's type.
// A runtime that people preload into programs of others must not: report,
// and keep the value.
template <typename T> class TolerantHandler final : public FlagHandlerBase {
  FlagHandler<T> handler_;
  T *value_;
  const char *name_;

public:
  TolerantHandler(T *value, const char *name)
      : handler_(value), value_(value), name_(name) {}
  bool Parse(const char *text) final {
    if (Accepts(text, value_) && handler_.Parse(text))
      return true;
    char kept[256];
    Format(kept, sizeof(kept));
    Printf("%s: WARNING: %s: '%s' is no value for %s: keeping %s\n",
           SanitizerToolName, flag_source, text, name_, kept);
    return true;
  }
  bool Format(char *buffer, uptr size) final {
    if (!IsNull(*value_))
      return handler_.Format(buffer, size);
    return FormatString(buffer, size, "");
  }

private:
  // What FlagHandler would refuse after having said so itself, and numbers that
  // it would cut.
  static bool Accepts(const char *text, const bool *) {
    bool ignored;
    return ParseBool(text, &ignored);
  }
  static bool Accepts(const char *text, const int *) {
    const char *end;
    s64 number = internal_simple_strtoll(text, &end, 10);
    return *text && !*end && number == static_cast<int>(number);
  }
  template <typename U> static bool Accepts(const char *, const U *) {
    return true;
  }
  static bool IsNull(const char *value) { return !value; }
  template <typename U> static bool IsNull(const U &) { return false; }
};

// `include=` and `include_if_exists=`.
class IncludeHandler final : public FlagHandlerBase {
  FlagParser *parser_;
  bool may_be_missing_;

public:
  IncludeHandler(FlagParser *parser, bool may_be_missing)
      : parser_(parser), may_be_missing_(may_be_missing) {}
  bool Parse(const char *path) final {
    InternalMmapVector<char> real_path(kMaxPathLength);
    SubstituteForFlagValue(path, real_path.data(), real_path.size());
    parser_->ParseFile(real_path.data(), may_be_missing_);
    return true;
  }
};

template <typename T>
void Register(FlagParser *parser, const char *name, const char *description,
              T *value) {
  parser->RegisterHandler(
      name, new (GetGlobalLowLevelAllocator()) TolerantHandler<T>(value, name),
      description);
}

alignas(alignof(FlagParser)) char flag_parser_storage[sizeof(FlagParser)];
alignas(alignof(CommonFlags)) char common_storage[sizeof(CommonFlags)];
FlagParser *flag_parser;
CommonFlags *common;
int parsed_count;

} // namespace

void bsan_bridge_begin_flags(int default_exit_code) {
  SetCommonFlagsDefaults();
  common = new (common_storage) CommonFlags;
  common->CopyFrom(*common_flags());
  common->exitcode = default_exit_code;
  common->external_symbolizer_path = GetEnv("BSAN_SYMBOLIZER_PATH");
  flag_parser = new (flag_parser_storage) FlagParser;
#define BSAN_FLAG(type, name, value, description)                              \
  Register<type>(flag_parser, #name, description, &bsan_flags.name);
#include "bsan_flags.inc"
#undef BSAN_FLAG
#define COMMON_FLAG(type, name, value, description)                            \
  Register<type>(flag_parser, #name, description, &common->name);
#include "sanitizer_common/sanitizer_flags.inc"
#undef COMMON_FLAG
  flag_parser->RegisterHandler("include",
                               new (GetGlobalLowLevelAllocator())
                                   IncludeHandler(flag_parser, false),
                               "read more options from the given file");
  flag_parser->RegisterHandler(
      "include_if_exists",
      new (GetGlobalLowLevelAllocator()) IncludeHandler(flag_parser, true),
      "read more options from the given file (if it exists)");
}

// FlagParser keeps at most 20 unknown names and dies of one more; each call
// here adds at most one.
void bsan_bridge_parse_flag(const char *assignment, const char *source) {
  flag_source = source;
  flag_parser->ParseString(assignment, source);
  if (++parsed_count % 16 == 0)
    ReportUnrecognizedFlags();
}

// sanitizer_common ends the program when external_symbolizer_path is nothing
// that it knows.
static bool IsKnownSymbolizer(const char *path) {
  if (!FileExists(path))
    return false;
  const char *name = StripModuleName(path);
  return internal_strncmp(name, "llvm-symbolizer", 15) == 0 ||
         internal_strcmp(name, "addr2line") == 0;
}

static void CheckSymbolizerPath() {
  const char *path = common->external_symbolizer_path;
  if (!path || !path[0] || internal_strchr(path, '%') ||
      IsKnownSymbolizer(path))
    return;
  Printf("%s: WARNING: external_symbolizer_path: '%s' is no llvm-symbolizer or "
         "addr2line; not used\n",
         SanitizerToolName, path);
  common->external_symbolizer_path = "";
}

void bsan_bridge_finish_flags() {
  CheckSymbolizerPath();
  OverrideCommonFlags(*common);
  InitializeCommonFlags();
  // Like all that is said of options, to the error stream: the log's format is
  // not chosen yet.
  ReportUnrecognizedFlags();
  if (common_flags()->help)
    flag_parser->PrintFlagDescriptions();
  __sanitizer_set_report_path(common_flags()->log_path);
}
