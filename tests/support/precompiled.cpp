// SPDX-License-Identifier: Apache-2.0
//
// precompiled: no code; the precompiled headers of the tests belong to this object file.
