# SPDX-License-Identifier: Apache-2.0
include_guard()
include(ashlar-targets)

ashlar_dependency(Catch2 3.4 https://github.com/catchorg/Catch2.git
                  fa43b77429ba76c462b1898d6cd2f2d7a9416b14) # 3.7.1
# Where the module Catch lies: in the package found, or in the source fetched.
FetchContent_GetProperties(Catch2 SOURCE_DIR catch2_source)
list(APPEND CMAKE_MODULE_PATH "${Catch2_DIR}" "${catch2_source}/extras")

if(ASHLAR_DEV_NVCC)
  # Any architecture will do: these tests run on the host. The standard is an option of our own,
  # because CMake 3.25 does not know that nvcc 13 still starts from C++17.
  set(CMAKE_CUDA_ARCHITECTURES 80-real)
  set(CMAKE_CUDA_HOST_COMPILER "${CMAKE_CXX_COMPILER}")
  set(CMAKE_CUDA_FLAGS_RELEASE "")
  enable_language(CUDA)
  string(APPEND CMAKE_CUDA_FLAGS " -std=c++20")
endif()
