# SPDX-License-Identifier: Apache-2.0
include_guard()
include(ashlar-targets)

ashlar_dependency(Catch2 3.4 https://github.com/catchorg/Catch2.git
                  fa43b77429ba76c462b1898d6cd2f2d7a9416b14) # 3.7.1
# Where the module Catch lies: in the package found, or in the source fetched.
FetchContent_GetProperties(Catch2 SOURCE_DIR catch2_source)
list(APPEND CMAKE_MODULE_PATH "${Catch2_DIR}" "${catch2_source}/extras")
