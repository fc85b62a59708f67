// SPDX-License-Identifier: Apache-2.0
//
// fuzz/finding: what a further oracle says of one case.
#pragma once

#include <string>

namespace ashlar::fuzz {

struct finding {
  bool applies = false;  // otherwise the oracle has nothing to say of such a case
  std::string why{};     // what is wrong; empty for nothing
};

}  // namespace ashlar::fuzz
