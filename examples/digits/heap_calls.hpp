// SPDX-License-Identifier: Apache-2.0
//
// examples/digits/heap_calls: how often this program has called the heap so far.
//
//   invariants  malloc, calloc, realloc, aligned_alloc, posix_memalign, memalign and every operator
//               new are counted, in all of its object files and static libraries; the program is
//               linked with --wrap for each of the C functions
#pragma once

auto heap_calls() -> long;
