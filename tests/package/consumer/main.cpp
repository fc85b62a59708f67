// SPDX-License-Identifier: Apache-2.0
#include "consumer.hpp"

int main() { return twice(21) == 42 ? 0 : 1; }
