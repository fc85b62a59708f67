# SPDX-License-Identifier: Apache-2.0
#
# ashlar_add_model(TARGET MODEL.onnx [NAME namespace] [BATCH n] [DIM name=n ...] [BIND name=file.pb ...]
#                  [NO_WEIGHTS] [DISPATCH] [CUDA [CUDA_FILES n]])
#
# Imports a model at build time. Linking with TARGET gives
#   #include <TARGET/model.hpp>      namespace TARGET (or NAME), with `model` and `definition`
#   TARGET::weights()                the checked block's bytes, linked in, unless NO_WEIGHTS
# and the file MODEL.weights lies in the build folder, named by the target's property
# ASHLAR_WEIGHTS_FILE, for programs that map it instead. With DISPATCH, all kernels of the files that link
# with TARGET are compiled for several instruction sets, as with ashlar::dispatch.
#
# With CUDA there is also
#   #include <TARGET/gpu.hpp>        TARGET::gpu_model, see ashlar/graph/gpu_model.hpp
# for which nvcc compiles CUDA_FILES files, 4 by default, with a part of the kernels each. The language
# CUDA is enabled, and ashlar::cuda is there.
#
# In a build for another machine ASHLAR_IMPORT_EXECUTABLE names the importer, built for this one.
include_guard()

set(ASHLAR_IMPORT_EXECUTABLE "" CACHE FILEPATH "The importer to run instead of one that is built here.")
if(ASHLAR_IMPORT_EXECUTABLE AND NOT TARGET ashlar::import)
  add_executable(ashlar::import IMPORTED GLOBAL)
  set_target_properties(ashlar::import PROPERTIES IMPORTED_LOCATION "${ASHLAR_IMPORT_EXECUTABLE}")
endif()

function(ashlar_add_model target model)
  cmake_parse_arguments(PARSE_ARGV 2 arg "NO_WEIGHTS;DISPATCH;CUDA" "NAME;BATCH;CUDA_FILES" "DIM;BIND")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "ashlar_add_model: unknown arguments ${arg_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT TARGET ashlar::import)
    message(FATAL_ERROR "ashlar_add_model(${target}): ashlar-import is not built here, and no "
                        "ASHLAR_IMPORT_EXECUTABLE is given")
  endif()
  if(arg_CUDA AND (NOT CMAKE_CUDA_COMPILER OR NOT TARGET ashlar::cuda))
    message(FATAL_ERROR "ashlar_add_model(${target}): CUDA needs enable_language(CUDA) and the target "
                        "ashlar::cuda (ASHLAR_WITH_CUDA)")
  endif()
  if(NOT arg_NAME)
    set(arg_NAME ${target})
  endif()
  cmake_path(ABSOLUTE_PATH model BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}")

  set(folder "${CMAKE_CURRENT_BINARY_DIR}/${target}.model")
  set(header "${folder}/${target}/model.hpp")
  set(weights "${folder}/${target}/model.weights")
  file(MAKE_DIRECTORY "${folder}/${target}")
  set(options --name "${arg_NAME}")
  if(arg_BATCH)
    list(APPEND options --batch "${arg_BATCH}")
  endif()
  foreach(dim IN LISTS arg_DIM)
    list(APPEND options --dim "${dim}")
  endforeach()
  set(bound_files "")
  foreach(bind IN LISTS arg_BIND)
    list(APPEND options --bind "${bind}")
    string(REGEX REPLACE "^.*=" "" bound_file "${bind}")
    list(APPEND bound_files "${bound_file}")
  endforeach()
  add_custom_command(
    OUTPUT "${header}" "${weights}"
    COMMAND ashlar::import "${model}" --header "${header}" --weights "${weights}" ${options}
    DEPENDS "${model}" ashlar::import ${bound_files}
    COMMENT "Importing ${target}"
    VERBATIM)

  set(sources "${header}" "${weights}")
  set(gpu_sources)
  set(NAME "${arg_NAME}")
  if(arg_CUDA)
    set(parts "${arg_CUDA_FILES}")
    if(NOT parts)
      set(parts 4)
    endif()
    configure_file("${CMAKE_CURRENT_FUNCTION_LIST_DIR}/ashlar-model-gpu.hpp.in"
                   "${folder}/${target}/gpu.hpp" @ONLY)
    math(EXPR last "${parts} - 1")
    foreach(part RANGE ${last})
      configure_file("${CMAKE_CURRENT_FUNCTION_LIST_DIR}/ashlar-model-gpu.cu.in"
                     "${folder}/gpu_${part}.cu" @ONLY)
      set_source_files_properties("${folder}/gpu_${part}.cu" PROPERTIES OBJECT_DEPENDS "${header}")
      list(APPEND gpu_sources "${folder}/gpu_${part}.cu")
    endforeach()
  endif()
  if(NOT arg_NO_WEIGHTS)
    # The assembler copies the bytes: no compiler ever sees them as constants.
    string(MAKE_C_IDENTIFIER "ashlar_weights_${target}" symbol)
    configure_file("${CMAKE_CURRENT_FUNCTION_LIST_DIR}/ashlar-model-weights.cpp.in"
                   "${folder}/weights.cpp" @ONLY)
    configure_file("${CMAKE_CURRENT_FUNCTION_LIST_DIR}/ashlar-model-weights.hpp.in"
                   "${folder}/${target}/weights.hpp" @ONLY)
    set_source_files_properties("${folder}/weights.cpp" PROPERTIES OBJECT_DEPENDS "${weights}")
    add_library(${target} STATIC "${folder}/weights.cpp" ${gpu_sources} ${sources})
    set(scope PUBLIC)
  elseif(arg_CUDA)
    add_library(${target} STATIC ${gpu_sources} ${sources})
    set(scope PUBLIC)
  else()
    add_library(${target} INTERFACE ${sources})
    set(scope INTERFACE)
  endif()
  target_include_directories(${target} ${scope} "${folder}")
  target_link_libraries(${target} ${scope} ashlar::ashlar)
  if(arg_DISPATCH) # for who runs it; the files here have no kernels of processors
    target_link_libraries(${target} INTERFACE ashlar::dispatch)
  endif()
  if(arg_CUDA)
    target_link_libraries(${target} PUBLIC ashlar::cuda)
  endif()
  set_target_properties(${target} PROPERTIES ASHLAR_WEIGHTS_FILE "${weights}")
endfunction()
