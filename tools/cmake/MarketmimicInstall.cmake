# The program, the rules and the simulator core, and a package: find_package(marketmimic) gives marketmimic::rules
# (headers) and marketmimic::core (the launchers; position-independent, without HDF5 or MPI).
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(marketmimic_package_folder "${CMAKE_INSTALL_LIBDIR}/cmake/marketmimic")
set(marketmimic_launchers_folder "${CMAKE_INSTALL_INCLUDEDIR}/marketmimic/launchers")
set(marketmimic_installed marketmimic_rules marketmimic_random123)
if(TARGET marketmimic_kernels)
  set_target_properties(marketmimic_kernels PROPERTIES EXPORT_NAME core)
  target_include_directories(marketmimic_kernels INTERFACE $<INSTALL_INTERFACE:${marketmimic_launchers_folder}>)
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/kernels/cpu" DESTINATION "${marketmimic_launchers_folder}/kernels"
    FILES_MATCHING PATTERN "*.hpp")
  list(APPEND marketmimic_installed marketmimic_kernels)
endif()

install(TARGETS ${marketmimic_installed} EXPORT marketmimic)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/marketmimic" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
  FILES_MATCHING PATTERN "*.hpp")
if(TARGET marketmimic)
  install(TARGETS marketmimic)
endif()
if(TARGET marketmimic_recipe)
  install(TARGETS marketmimic_recipe LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}/marketmimic/hdf5-plugin")
endif()

install(EXPORT marketmimic NAMESPACE marketmimic:: FILE marketmimic-targets.cmake
  DESTINATION "${marketmimic_package_folder}")
file(WRITE "${PROJECT_BINARY_DIR}/marketmimic-config.cmake" [=[
include(CMakeFindDependencyMacro)
find_dependency(Threads)
find_path(RANDOM123_INCLUDE_DIR Random123/philox.h)
if(NOT RANDOM123_INCLUDE_DIR)
  set(marketmimic_FOUND FALSE)
  set(marketmimic_NOT_FOUND_MESSAGE "marketmimic needs Random123/philox.h (set RANDOM123_INCLUDE_DIR)")
  return()
endif()
include("${CMAKE_CURRENT_LIST_DIR}/marketmimic-targets.cmake")
target_include_directories(marketmimic::random123 SYSTEM INTERFACE "${RANDOM123_INCLUDE_DIR}")
]=])
write_basic_package_version_file("${PROJECT_BINARY_DIR}/marketmimic-config-version.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/marketmimic-config.cmake" "${PROJECT_BINARY_DIR}/marketmimic-config-version.cmake"
  DESTINATION "${marketmimic_package_folder}")
