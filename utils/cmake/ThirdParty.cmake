#===-- ThirdParty.cmake - Sources that are not ours -----------------------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
#
# utils/deps.sh knows how to get them and where they are kept; this only asks.
# It is asked each time CMake runs: a cached answer could name a folder that is
# gone, and the second time costs nothing.
#
#===----------------------------------------------------------------------===#

# bsan_third_party(RESULT NAME [VARIABLE=VALUE...]): sets RESULT to the folder
# that `utils/deps.sh NAME` prints, run with these environment variables.
function(bsan_third_party result name)
  execute_process(
    COMMAND ${CMAKE_COMMAND} -E env ${ARGN} sh
      ${PROJECT_SOURCE_DIR}/utils/deps.sh ${name}
    OUTPUT_VARIABLE folder OUTPUT_STRIP_TRAILING_WHITESPACE
    RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "utils/deps.sh ${name} failed; its output above says "
      "what is missing")
  endif()
  set(${result} ${folder} PARENT_SCOPE)
endfunction()
