# SPDX-License-Identifier: Apache-2.0
# How every target of the tree is built: warnings, sanitizers, output places, one library per folder.

set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib)
set(MAINSTAY_AGENT_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib/mainstay/agents)
set(MAINSTAY_AGENT_INSTALL_DIR ${CMAKE_INSTALL_LIBDIR}/mainstay/agents)

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast
                    -Woverloaded-virtual)
# g++ 12 sees overlapping copies in std::string's operator+ where there are none (GCC bug 105651).
add_compile_options($<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
# A program loads the libraries that it calls, not all that its folders were built with.
add_link_options(-Wl,--as-needed)
if(MAINSTAY_WERROR)
  add_compile_options(-Werror)
endif()
if(MAINSTAY_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
  # What the sanitizers know of every variable need not be relocated then: half of a program's start.
  add_link_options($<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:-no-pie>)
  # With them g++ 12 sees parts of <regex> used before they are set (GCC bug 105562).
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
endif()

if(MAINSTAY_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all)
  add_link_options(-fsanitize=address,undefined)
endif()

# mainstay_library(<name> SOURCES ... [DEPENDS ...]): the static library mainstay_<name> of one folder.
# Sources include headers by their path from the root of the tree ("core/base/result.h").
function(mainstay_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS" ${ARGN})
  add_library(mainstay_${name} STATIC ${arg_SOURCES})
  target_include_directories(mainstay_${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(mainstay_${name} PUBLIC ${arg_DEPENDS})
endfunction()

# mainstay_carries_libraries(<program>): the C++ libraries become part of the program, as far as they are installed as
# archives. For what is started often, lives for milliseconds and loads no plugin: to load them takes longer than its work.
include(CheckCXXSourceCompiles)
set(CMAKE_REQUIRED_LINK_OPTIONS -static-libstdc++ -static-libgcc)
check_cxx_source_compiles("#include <iostream>\nint main() { std::cout << 1; }" MAINSTAY_HAS_STATIC_LIBSTDCXX)
unset(CMAKE_REQUIRED_LINK_OPTIONS)
function(mainstay_carries_libraries program)
  if(MAINSTAY_SANITIZE OR MAINSTAY_FUZZ)
    return() # the sanitizers want them shared
  endif()
  set_target_properties(${program} PROPERTIES MAINSTAY_CARRIES_LIBRARIES ON)
  if(MAINSTAY_HAS_STATIC_LIBSTDCXX)
    target_link_options(${program} PRIVATE -static-libstdc++ -static-libgcc)
  endif()
endfunction()

# mainstay_may_be_carried(<target> <archive>): the imported library is the archive to such programs, shared to all others.
function(mainstay_may_be_carried target archive)
  find_library(MAINSTAY_${archive} ${archive})
  if(MAINSTAY_${archive})
    get_target_property(shared ${target} INTERFACE_LINK_LIBRARIES)
    set_target_properties(${target} PROPERTIES INTERFACE_LINK_LIBRARIES
      "$<IF:$<BOOL:$<TARGET_PROPERTY:MAINSTAY_CARRIES_LIBRARIES>>,${MAINSTAY_${archive}},${shared}>")
  endif()
endfunction()

# mainstay_agent_plugin(<name> [OCF <type>] SOURCES ... [DEPENDS ...]): one of the tree's own plugins,
# lib/mainstay/agents/<name>.so. OCF: also the executable lib/ocf/resource.d/mainstay/<type>, for other cluster managers; for the
# second agent of one name it is <provider>-<type>.
set(MAINSTAY_AGENT_DIR ${MAINSTAY_AGENT_INSTALL_DIR})
include(MainstayAgent)
function(mainstay_agent_plugin name)
  cmake_parse_arguments(arg "" "OCF" "SOURCES;DEPENDS" ${ARGN})
  mainstay_add_agent(mainstay_plugin_${name} ${arg_SOURCES})
  target_link_libraries(mainstay_plugin_${name} PRIVATE ${arg_DEPENDS})
  set_target_properties(mainstay_plugin_${name} PROPERTIES
    OUTPUT_NAME ${name} LIBRARY_OUTPUT_DIRECTORY ${MAINSTAY_AGENT_OUTPUT_DIRECTORY})
  if(arg_OCF)
    mainstay_ocf_executable(${CMAKE_BINARY_DIR}/lib/ocf/resource.d/mainstay/${arg_OCF} ${name}
      ${CMAKE_RUNTIME_OUTPUT_DIRECTORY})
    mainstay_ocf_executable(${CMAKE_CURRENT_BINARY_DIR}/ocf/${arg_OCF} ${name}
      ${CMAKE_INSTALL_FULL_LIBEXECDIR}/mainstay)
    install(PROGRAMS ${CMAKE_CURRENT_BINARY_DIR}/ocf/${arg_OCF} DESTINATION lib/ocf/resource.d/mainstay)
  endif()
endfunction()

# The file by which a plugin is an OCF executable, for programs in `directory`: nothing but its interpreter's name.
function(mainstay_ocf_executable file plugin directory)
  file(CONFIGURE OUTPUT ${file} CONTENT "#!${directory}/mainstay-ocf ${plugin}\n")
  file(CHMOD ${file} PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
endfunction()

# mainstay_test(<name> LABEL <unit|golden|simulation|component|bench|tidy|lab> SOURCES ... [DEPENDS ...])
# One GoogleTest program; exit 77 of the program counts as skipped.
function(mainstay_test name)
  cmake_parse_arguments(arg "" "LABEL;TIMEOUT" "SOURCES;DEPENDS" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  if(MAINSTAY_SANITIZE)
    math(EXPR arg_TIMEOUT "${arg_TIMEOUT} * 8") # watched: several times slower
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${arg_DEPENDS} GTest::gmock GTest::gtest_main)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS "${arg_LABEL}" TIMEOUT ${arg_TIMEOUT} SKIP_RETURN_CODE 77)
endfunction()
