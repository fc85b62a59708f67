// SPDX-License-Identifier: Apache-2.0
//
// Find the mistake. `scores` is to be the product of the queries and the keys, one row each:
//
//   g++ -std=c++20 -Iinclude -DASHLAR_CASE=1 -fsyntax-only examples/quiz/1_rows_and_columns.cpp
//
// The answer is the second line of the message; with ASHLAR_CASE=0 the mistake is gone.
#include <ashlar/ashlar.hpp>

namespace ash = ashlar;

constexpr ash::axis<"query"> query;
constexpr ash::axis<"key"> key;
constexpr ash::axis<"d"> d;

constexpr auto attention = [](auto scores, auto queries, auto keys) {
  queries.name("queries");
  keys.name("keys");
  // EXPECT: ashlar\[E034\] an axis has one extent in all tensors that it indexes
  // ALSO: axis d is 64 in dimension 1 of queries, but 10 in dimension 0 of keys
#if ASHLAR_CASE == 1
  scores(query, key) = ash::sum(d, queries(query, d) * keys(d, key));
#else
  scores(query, key) = ash::sum(d, queries(query, d) * keys(key, d));
#endif
};

int main() {
  ash::tensor<float, 8, 10> scores;
  ash::tensor<float, 8, 64> queries;
  ash::tensor<float, 10, 64> keys;
  return ash::kernel<attention>{}(scores, queries, keys) ? 0 : 1;
}
