# SPDX-License-Identifier: Apache-2.0
# How a resource agent plugin is built: for the tree's own and, installed with the package `mainstay`, for everybody's.
# Whoever includes it says where mainstay looks for plugins (MAINSTAY_AGENT_DIR) and has the target mainstay::agent.

# mainstay_add_agent(<name> <source>...): the plugin <name>.so, a target of that name, and its installation.
# Nothing but the plugin's table is visible outside of it, so that two plugins never meet each other's symbols.
function(mainstay_add_agent name)
  add_library(${name} MODULE ${ARGN})
  target_link_libraries(${name} PRIVATE mainstay::agent)
  set_target_properties(${name} PROPERTIES
    PREFIX "" CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  install(TARGETS ${name} LIBRARY DESTINATION ${MAINSTAY_AGENT_DIR})
endfunction()

# mainstay_test_agent(<name> [parameter=value]... [second parameter=value...]): the test <name>.conformance, which is
# `mainstay agent test`. Needs the command mainstay (MAINSTAY_PROGRAM) and says so where it is not installed.
function(mainstay_test_agent name)
  if(NOT MAINSTAY_PROGRAM)
    message(STATUS "The agent ${name} is not tested here: mainstay is not installed")
    return()
  endif()
  add_test(NAME ${name}.conformance COMMAND ${MAINSTAY_PROGRAM} agent test $<TARGET_FILE:${name}> ${ARGN})
endfunction()
