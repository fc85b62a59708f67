// SPDX-License-Identifier: Apache-2.0
//
// expr/expr: all that a user writes kernels and expressions with.
#pragma once

#include <ashlar/expr/assignment.hpp>
#include <ashlar/expr/boundary.hpp>
#include <ashlar/expr/carried.hpp>
#include <ashlar/expr/functor.hpp>
#include <ashlar/expr/intrinsic.hpp>
#include <ashlar/expr/ops.hpp>
#include <ashlar/expr/reduce.hpp>
#include <ashlar/expr/scan.hpp>
