// SPDX-License-Identifier: Apache-2.0
// EXPECT: never reached
int main() { return undeclared; }
