// SPDX-License-Identifier: Apache-2.0
//
// ashlar: everything. Only includes, sorted; tools/check holds that every header can be reached.
//
//   -Wshadow    g++ looks at templates again where they are used, and says that their locals hide
//               global axes of the user with names such as c or v; so it is off for these lines
//   macros      of old headers with names that occur here are set aside, and put back at the end;
//               where max is one, a call is written (ash::max)(a, b)
#pragma once

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#pragma push_macro("min")
#pragma push_macro("max")
#pragma push_macro("small")
#pragma push_macro("I")
#pragma push_macro("N")
#pragma push_macro("Complex")
#undef min
#undef max
#undef small
#undef I
#undef N
#undef Complex

#include <ashlar/config.hpp>
#include <ashlar/emit/cuda/atoms.hpp>
#include <ashlar/emit/simd/dot_product.hpp>
#include <ashlar/emit/simd/scalar.hpp>
#include <ashlar/expr/expr.hpp>
#include <ashlar/graph/explain.hpp>
#include <ashlar/graph/interpret.hpp>
#include <ashlar/graph/model.hpp>
#include <ashlar/graph/print.hpp>
#include <ashlar/kernel/check_intrinsic.hpp>
#include <ashlar/kernel/explain.hpp>
#include <ashlar/kernel/functor_table.hpp>
#include <ashlar/kernel/kernel.hpp>
#include <ashlar/kernel/report.hpp>
#include <ashlar/kernel/run.hpp>
#include <ashlar/runtime/arena.hpp>
#include <ashlar/runtime/pool_adapter.hpp>
#include <ashlar/runtime/thread_pool.hpp>
#include <ashlar/runtime/weights_file.hpp>
#include <ashlar/tensor/dlpack.hpp>
#include <ashlar/tensor/mdspan.hpp>
#include <ashlar/tir/interpret.hpp>
#include <ashlar/tir/verify.hpp>

#if ASHLAR_NVCC || ASHLAR_INSPECT
#include <ashlar/pass/lower_grid.hpp>
#include <ashlar/schedule/automatic_grid.hpp>
#if ASHLAR_NVCC
#include <ashlar/kernel/cuda.hpp>
#endif
#if ASHLAR_INSPECT
#include <ashlar/kernel/inspect.hpp>
#include <ashlar/tir/emulate_grid.hpp>
#endif
#endif

#if ASHLAR_HAS_HIGHWAY
#include <ashlar/runtime/highway_pool.hpp>
#endif

#pragma pop_macro("min")
#pragma pop_macro("max")
#pragma pop_macro("small")
#pragma pop_macro("I")
#pragma pop_macro("N")
#pragma pop_macro("Complex")
#pragma GCC diagnostic pop
