# SPDX-License-Identifier: Apache-2.0
#
# ashlar::ashlar   the headers
# ashlar::highway  and Google Highway      (ASHLAR_WITH_HIGHWAY)
# ashlar::dispatch and, in the files that link with it, kernels compiled for several instruction sets
# ashlar::xsimd    and xsimd, for kernels instead of Highway (ASHLAR_WITH_XSIMD)
# ashlar::cuda     and the CUDA toolkit    (ASHLAR_WITH_CUDA)
#
# A dependency is taken from find_package, or else fetched as the pinned release below.
include_guard()
include(FetchContent)

# ashlar_dependency(NAME VERSION REPOSITORY COMMIT): fetches unless find_package(NAME VERSION) works.
function(ashlar_dependency name version repository commit)
  # The options of what is fetched are the plain variables set here and by the caller.
  set(CMAKE_POLICY_DEFAULT_CMP0077 NEW)
  set(CMAKE_POLICY_DEFAULT_CMP0126 NEW)
  set(BUILD_TESTING OFF)
  FetchContent_Declare(
    ${name}
    GIT_REPOSITORY ${repository}
    GIT_TAG ${commit}
    SYSTEM FIND_PACKAGE_ARGS ${version})
  FetchContent_MakeAvailable(${name})
endfunction()

file(GLOB_RECURSE all_headers CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/include/*.hpp")
foreach(backend IN ITEMS highway xsimd cuda)
  set(${backend}_headers ${all_headers})
  list(FILTER ${backend}_headers INCLUDE REGEX "/ashlar/(emit|runtime|kernel)/(.*/)?${backend}")
  list(REMOVE_ITEM all_headers ${${backend}_headers})
endforeach()

add_library(ashlar INTERFACE)
add_library(ashlar::ashlar ALIAS ashlar)
target_compile_features(ashlar INTERFACE cxx_std_20)
set(include_dir "${PROJECT_SOURCE_DIR}/include")
target_sources(ashlar INTERFACE FILE_SET HEADERS BASE_DIRS "${include_dir}" FILES ${all_headers})
set_target_properties(ashlar PROPERTIES VERIFY_INTERFACE_HEADER_SETS ${PROJECT_IS_TOP_LEVEL})

# ashlar_backend(NAME LIBRARIES...): the target ashlar::NAME, which also verifies its own headers.
function(ashlar_backend name)
  add_library(ashlar_${name} INTERFACE)
  add_library(ashlar::${name} ALIAS ashlar_${name})
  target_link_libraries(ashlar_${name} INTERFACE ashlar ${ARGN})
  if(${name}_headers)
    target_sources(ashlar_${name} INTERFACE FILE_SET HEADERS BASE_DIRS "${include_dir}"
                                            FILES ${${name}_headers})
    set_target_properties(ashlar_${name} PROPERTIES VERIFY_INTERFACE_HEADER_SETS
                                                    ${PROJECT_IS_TOP_LEVEL})
  endif()
endfunction()

find_package(Threads REQUIRED)

if(ASHLAR_WITH_HIGHWAY)
  set(HWY_ENABLE_TESTS OFF)
  set(HWY_ENABLE_EXAMPLES OFF)
  set(HWY_ENABLE_CONTRIB OFF)
  set(HWY_ENABLE_INSTALL OFF)
  ashlar_dependency(hwy 1.2 https://github.com/google/highway.git
                    457c891775a7397bdb0376bb1031e6e027af1c48) # 1.2.0
  if(NOT TARGET hwy::hwy)
    add_library(hwy::hwy ALIAS hwy)
  endif()
  ashlar_backend(highway hwy::hwy Threads::Threads)
  ashlar_backend(dispatch ashlar_highway)
  target_compile_definitions(ashlar_dispatch INTERFACE ASHLAR_DISPATCH=15)
endif()

if(ASHLAR_WITH_XSIMD)
  ashlar_dependency(xsimd 13 https://github.com/xtensor-stack/xsimd.git
                    1f8dd9c8e162968d9b4ff0251c56d431b8777f36) # 13.2.0
  ashlar_backend(xsimd xsimd)
  target_compile_definitions(ashlar_xsimd INTERFACE ASHLAR_HAS_XSIMD=1)
endif()

if(ASHLAR_WITH_CUDA)
  find_package(CUDAToolkit 12.4)
  if(CUDAToolkit_FOUND)
    ashlar_backend(cuda CUDA::cudart_static)
  else()
    message(STATUS "ashlar::cuda is left out: there is no CUDA toolkit of at least 12.4")
  endif()
endif()
