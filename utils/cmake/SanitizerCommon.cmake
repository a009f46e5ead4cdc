#===-- SanitizerCommon.cmake - LLVM's part of the runtime -----------------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
#
# The object groups of compiler-rt/lib/sanitizer_common, named as there, from
# unmodified sources. The lists are written out and not taken from compiler-rt's
# own CMake files: those name the files of every system, and a list that is read
# shows what becomes part of strangers' processes.
#
# The coverage group is left out: nothing here refers to it.
#
#===----------------------------------------------------------------------===#

if(LLVM_SOURCE_DIR)
  bsan_third_party(BSAN_LLVM_DIR llvm LLVM_SOURCE_DIR=${LLVM_SOURCE_DIR})
else()
  bsan_third_party(BSAN_LLVM_DIR llvm)
endif()
set(BSAN_COMPILER_RT_DIR ${BSAN_LLVM_DIR}/compiler-rt)
message(STATUS "sanitizer_common: ${BSAN_COMPILER_RT_DIR}")

set(SANITIZER_SOURCES
  sanitizer_allocator.cpp
  sanitizer_common.cpp
  sanitizer_deadlock_detector1.cpp
  sanitizer_deadlock_detector2.cpp
  sanitizer_errno.cpp
  sanitizer_file.cpp
  sanitizer_flag_parser.cpp
  sanitizer_flags.cpp
  sanitizer_libc.cpp
  sanitizer_libignore.cpp
  sanitizer_linux.cpp
  sanitizer_mutex.cpp
  sanitizer_platform_limits_linux.cpp
  sanitizer_platform_limits_posix.cpp
  sanitizer_posix.cpp
  sanitizer_printf.cpp
  sanitizer_procmaps_common.cpp
  sanitizer_procmaps_linux.cpp
  sanitizer_range.cpp
  sanitizer_suppressions.cpp
  sanitizer_termination.cpp
  sanitizer_thread_arg_retval.cpp
  sanitizer_thread_registry.cpp
  sanitizer_tls_get_addr.cpp
  sanitizer_type_traits.cpp)

set(SANITIZER_LIBCDEP_SOURCES
  sanitizer_allocator_checks.cpp
  sanitizer_common_libcdep.cpp
  sanitizer_dl.cpp
  sanitizer_linux_libcdep.cpp
  sanitizer_posix_libcdep.cpp
  sanitizer_stoptheworld_linux_libcdep.cpp)

set(SANITIZER_SYMBOLIZER_SOURCES
  sanitizer_allocator_report.cpp
  sanitizer_chained_origin_depot.cpp
  sanitizer_stack_store.cpp
  sanitizer_stackdepot.cpp
  sanitizer_stacktrace.cpp
  sanitizer_stacktrace_libcdep.cpp
  sanitizer_stacktrace_printer.cpp
  sanitizer_symbolizer.cpp
  sanitizer_symbolizer_libbacktrace.cpp
  sanitizer_symbolizer_libcdep.cpp
  sanitizer_symbolizer_markup.cpp
  sanitizer_symbolizer_posix_libcdep.cpp
  sanitizer_symbolizer_report.cpp
  sanitizer_unwind_linux_libcdep.cpp)

set(INTERCEPTION_SOURCES
  interception_linux.cpp)

# bsan_add_compiler_rt_objects(NAME FOLDER SOURCE...): the object library NAME
# from sources in compiler-rt/lib/FOLDER. Their warnings are not ours to mend.
function(bsan_add_compiler_rt_objects name folder)
  list(TRANSFORM ARGN PREPEND ${BSAN_COMPILER_RT_DIR}/lib/${folder}/)
  add_library(${name} OBJECT ${ARGN})
  target_include_directories(${name} PRIVATE
    ${BSAN_COMPILER_RT_DIR}/lib ${BSAN_COMPILER_RT_DIR}/include)
  target_compile_definitions(${name} PRIVATE HAVE_RPC_XDR_H=0)
  target_compile_options(${name} PRIVATE ${BSAN_SANITIZER_COMMON_CXXFLAGS} -w)
  set_target_properties(${name} PROPERTIES
    CXX_EXTENSIONS OFF POSITION_INDEPENDENT_CODE ON)
endfunction()

# See lib/bsan/bridge/bsan_symbolizer_child.cpp.
set_source_files_properties(
  ${BSAN_COMPILER_RT_DIR}/lib/sanitizer_common/sanitizer_posix_libcdep.cpp
  PROPERTIES COMPILE_DEFINITIONS
  "sysconf=bsan_symbolizer_sysconf;internal_fork=bsan_symbolizer_fork;internal_waitpid=bsan_symbolizer_waitpid")
set_source_files_properties(
  ${BSAN_COMPILER_RT_DIR}/lib/sanitizer_common/sanitizer_symbolizer_posix_libcdep.cpp
  PROPERTIES COMPILE_DEFINITIONS
  "pipe=bsan_symbolizer_pipe;Report=bsan_symbolizer_report")
set_source_files_properties(
  ${BSAN_COMPILER_RT_DIR}/lib/sanitizer_common/sanitizer_symbolizer_libcdep.cpp
  PROPERTIES COMPILE_DEFINITIONS
  "Report=bsan_symbolizer_report;ReadFromFile=bsan_symbolizer_read;WriteToFile=bsan_symbolizer_write;CloseFile=bsan_symbolizer_close")
# See lib/bsan/bridge/bsan_bridge_write.cpp.
set_source_files_properties(
  ${BSAN_COMPILER_RT_DIR}/lib/sanitizer_common/sanitizer_printf.cpp
  PROPERTIES COMPILE_DEFINITIONS "RawWrite=bsan_write_printed")

bsan_add_compiler_rt_objects(RTSanitizerCommon
  sanitizer_common ${SANITIZER_SOURCES})
bsan_add_compiler_rt_objects(RTSanitizerCommonLibc
  sanitizer_common ${SANITIZER_LIBCDEP_SOURCES})
bsan_add_compiler_rt_objects(RTSanitizerCommonSymbolizer
  sanitizer_common ${SANITIZER_SYMBOLIZER_SOURCES})
bsan_add_compiler_rt_objects(RTInterception
  interception ${INTERCEPTION_SOURCES})
