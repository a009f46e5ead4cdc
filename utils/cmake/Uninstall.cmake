#===-- Uninstall.cmake - Removes what was installed -----------------------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
#
# Usage: cmake -DMANIFEST=install_manifest.txt -P this
#
# A folder is removed with its last file, if its name says that it is ours.
#
#===----------------------------------------------------------------------===#

if(NOT EXISTS ${MANIFEST})
  message(FATAL_ERROR
    "nothing to uninstall: no ${MANIFEST}, which an installation writes")
endif()

# Removes FOLDER and its parents as long as they are empty and ours.
function(remove_empty_folders folder)
  while(folder MATCHES "/(bsan|BlockSanitizer)(/|$)")
    file(GLOB content ${folder}/*)
    if(content OR NOT IS_DIRECTORY ${folder})
      return()
    endif()
    file(REMOVE_RECURSE ${folder})
    cmake_path(GET folder PARENT_PATH folder)
  endwhile()
endfunction()

file(STRINGS ${MANIFEST} files)
foreach(file IN LISTS files)
  set(file $ENV{DESTDIR}${file})
  if(EXISTS ${file} OR IS_SYMLINK ${file})
    message(STATUS "Removing ${file}")
    file(REMOVE ${file})
  endif()
  cmake_path(GET file PARENT_PATH folder)
  remove_empty_folders(${folder})
endforeach()
file(REMOVE ${MANIFEST})
