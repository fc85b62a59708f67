// SPDX-License-Identifier: Apache-2.0
//
// import/simplify: moves constant factors and shifts behind a convolution or matrix product into
// its weights and one bias, which is how BatchNormalization disappears.
//
//   add (mul (conv x w) s) t            -->   add (conv x (w * s)) t
//   mul (add (conv x w) b) s            -->   add (conv x (w * s)) (b * s)
//   add (add (conv x w) b) t            -->   add (conv x w) (b + t)
//
//   invariants  only values with one reader disappear; factors have one number for each filter or
//               column, or one in all; extents and types are unchanged
#pragma once

#include "builder.hpp"

namespace ashlar::import {

/// `outputs` are those of the graph, which keep their tensors.
void simplify(builder& b, std::vector<tensor_id> const& outputs);

}  // namespace ashlar::import
