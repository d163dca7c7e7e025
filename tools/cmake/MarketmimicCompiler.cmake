# The compiler, unless the user names one (CXX or -DCMAKE_CXX_COMPILER): the CPU launchers rely on the vectoriser, and
# clang's does several times better than g++'s on them.
set(MARKETMIMIC_PREFERRED_COMPILERS clang++)

if(NOT DEFINED CMAKE_CXX_COMPILER AND NOT DEFINED ENV{CXX} AND NOT DEFINED CMAKE_TOOLCHAIN_FILE)
  find_program(MARKETMIMIC_COMPILER NAMES ${MARKETMIMIC_PREFERRED_COMPILERS} NAMES_PER_DIR)
  mark_as_advanced(MARKETMIMIC_COMPILER)
  if(MARKETMIMIC_COMPILER)
    set(CMAKE_CXX_COMPILER "${MARKETMIMIC_COMPILER}")
  endif()
endif()

find_program(MARKETMIMIC_CCACHE ccache)
mark_as_advanced(MARKETMIMIC_CCACHE)
if(MARKETMIMIC_CCACHE)
  foreach(language IN ITEMS CXX CUDA)
    if(NOT DEFINED CMAKE_${language}_COMPILER_LAUNCHER)
      set(CMAKE_${language}_COMPILER_LAUNCHER "${MARKETMIMIC_CCACHE}")
    endif()
  endforeach()
endif()
