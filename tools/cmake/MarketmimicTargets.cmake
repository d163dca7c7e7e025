# How a folder declares what it builds. All targets get the same flags, and include paths so that
# `#include "host/error.hpp"` and `#include "marketmimic/host_device.hpp"` work everywhere.
#
#   marketmimic_library(name SOURCES a.cpp ... [LINK targets ...])     static, position-independent
#   marketmimic_executable(name SOURCES a.cpp ... [LINK targets ...])
#   marketmimic_test(name SOURCES a.cpp ... [LINK targets ...] [THREADED] [RELEASE_ONLY] [OPTIMISED] [TIMEOUT seconds])
#   marketmimic_fuzzer(name SOURCES a.cpp ... [LINK targets ...] [CORPUS folder])
#   marketmimic_benchmark(name SOURCES a.cpp ... [LINK targets ...])
#
# Link names of the packages: marketmimic::hdf5 marketmimic::isal marketmimic::xxhash Eigen3::Eigen CLI11::CLI11 fmt::fmt ZLIB::ZLIB
# tomlplusplus::tomlplusplus nlohmann_json::nlohmann_json Threads::Threads. Random123 comes with the rules.

# Warnings, sanitizers and optimisation, for our own sources only. Vector width: wherever a launcher asks for AVX-512,
# use all of it; the baseline is not affected, and no unit is compiled with -march (an inline function's AVX-512 copy
# might be linked into the baseline).
add_library(marketmimic_flags INTERFACE)
target_compile_options(marketmimic_flags INTERFACE
  "$<$<COMPILE_LANGUAGE:CXX>:-Wall;-Wextra;-Wpedantic;-Wshadow;-Wfloat-conversion;-Werror;-mprefer-vector-width=512>"
  "$<$<AND:$<COMPILE_LANGUAGE:CXX>,$<BOOL:${CMAKE_UNITY_BUILD}>>:-Wno-shadow>"  # of a name in another file
  "$<$<COMPILE_LANG_AND_ID:CXX,Clang>:-Wshorten-64-to-32>"
  "$<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-unknown-pragmas>"
  "$<$<COMPILE_LANGUAGE:CUDA>:-Werror=all-warnings;-Xcompiler=-Wall;-Xcompiler=-Wextra;--extended-lambda>")
if(MARKETMIMIC_SANITIZE)
  target_compile_options(marketmimic_flags INTERFACE "$<$<COMPILE_LANGUAGE:CXX>:-fsanitize=${MARKETMIMIC_SANITIZE}>"
    "$<$<COMPILE_LANGUAGE:CXX>:-fno-sanitize-recover=all;-fno-omit-frame-pointer;-g1;-Wno-error>")
  target_link_options(marketmimic_flags INTERFACE -fsanitize=${MARKETMIMIC_SANITIZE})
endif()

macro(marketmimic_common_)
  target_link_libraries(${name} PUBLIC marketmimic_rules ${arg_LINK} PRIVATE $<BUILD_INTERFACE:marketmimic_flags>)
  target_include_directories(${name} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>)
  set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
endmacro()

function(marketmimic_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK")
  add_library(${name} STATIC ${arg_SOURCES})
  marketmimic_common_()
endfunction()

function(marketmimic_executable name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK")
  add_executable(${name} ${arg_SOURCES})
  marketmimic_common_()
endfunction()

# A GoogleTest program; each TEST becomes a ctest test. THREADED: it is what the thread sanitizer is for, so it belongs
# to the tsan build too. RELEASE_ONLY: it parses nothing, and takes a sanitizer long to build or to run, so that only
# MARKETMIMIC_SANITIZE_ALL has it done. OPTIMISED: it computes much itself; other tests build three times as fast without.
function(marketmimic_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "THREADED;RELEASE_ONLY;OPTIMISED" "TIMEOUT" "SOURCES;LINK")
  if((MARKETMIMIC_SANITIZE MATCHES "thread" AND NOT arg_THREADED) OR
     (MARKETMIMIC_SANITIZE AND arg_RELEASE_ONLY AND NOT MARKETMIMIC_SANITIZE_ALL))
    return()
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 600)
  endif()
  add_executable(${name} ${arg_SOURCES})
  marketmimic_common_()
  if(NOT arg_OPTIMISED)
    target_compile_options(${name} PRIVATE "$<$<COMPILE_LANGUAGE:CXX>:-O0>")
  endif()
  target_link_libraries(${name} PRIVATE GTest::gtest GTest::gmock GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE MARKETMIMIC_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  include(GoogleTest)
  gtest_discover_tests(${name} TEST_PREFIX "${MARKETMIMIC_TEST_PREFIX}" DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
    PROPERTIES TIMEOUT ${arg_TIMEOUT})
endfunction()

# A libFuzzer program (LLVMFuzzerTestOneInput), built in the asan tree only; as a test it runs for
# MARKETMIMIC_FUZZ_SECONDS (60) from the seeds in CORPUS, which it does not change. IN_CHILD: what it tests runs in a
# process of its own.
function(marketmimic_fuzzer name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "IN_CHILD" "CORPUS" "SOURCES;LINK")
  if(NOT MARKETMIMIC_SANITIZE MATCHES "fuzzer")
    return()
  endif()
  add_executable(${name} ${arg_SOURCES})
  marketmimic_common_()
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  set(corpus "")
  if(arg_CORPUS)
    get_filename_component(corpus "${arg_CORPUS}" ABSOLUTE)
  endif()
  set(child "")
  if(arg_IN_CHILD)
    set(child --in-child)
  endif()
  add_test(NAME ${MARKETMIMIC_TEST_PREFIX}fuzz.${name}
    COMMAND "${PROJECT_SOURCE_DIR}/tests/fuzz.sh" ${child} $<TARGET_FILE:${name}> ${corpus})
  set_tests_properties(${MARKETMIMIC_TEST_PREFIX}fuzz.${name} PROPERTIES TIMEOUT 900 LABELS fuzz)
endfunction()

function(marketmimic_benchmark name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK")
  add_executable(${name} ${arg_SOURCES})
  marketmimic_common_()
  target_link_libraries(${name} PRIVATE benchmark::benchmark benchmark::benchmark_main)
endfunction()
