// SPDX-License-Identifier: Apache-2.0
#include "call.hpp"

#include "tensor_data.hpp"

namespace ashlar::import {

auto call::operand(std::size_t i) const -> tensor_id {
  if (!has(i)) fail(code::operand, "operand " + std::to_string(i) + " is missing");
  return operands[i];
}

auto call::wants(int result) const -> bool {
  return result < node_.output_size() && !node_.output(result).empty();
}

auto call::find(char const* name, onnx::AttributeProto::AttributeType type)
    -> onnx::AttributeProto* {
  seen_.insert(name);
  onnx::AttributeProto* found = nullptr;
  for (auto& a : *node_.mutable_attribute()) {
    if (a.name() != name) continue;
    if (found != nullptr) fail(code::attribute, "two attributes " + quoted(name));
    found = &a;
  }
  if (found != nullptr && found->type() != type) {
    fail(code::attribute, "attribute " + quoted(name) + " has another type");
  }
  if (found != nullptr && !found->ref_attr_name().empty()) {
    fail(code::attribute, "attribute " + quoted(name) + " refers to a function's");
  }
  return found;
}

auto call::integer(char const* name, std::int64_t otherwise) -> std::int64_t {
  auto const* const a = find(name, onnx::AttributeProto::INT);
  return a == nullptr ? otherwise : a->i();
}

auto call::flag(char const* name, bool otherwise) -> bool {
  std::int64_t const v = integer(name, otherwise ? 1 : 0);
  if (v != 0 && v != 1) fail(code::attribute, "attribute " + quoted(name) + " must be 0 or 1");
  return v == 1;
}

auto call::real(char const* name, double otherwise) -> double {
  auto const* const a = find(name, onnx::AttributeProto::FLOAT);
  return a == nullptr ? otherwise : static_cast<double>(a->f());
}

auto call::text(char const* name, std::string const& otherwise) -> std::string {
  auto const* const a = find(name, onnx::AttributeProto::STRING);
  return a == nullptr ? otherwise : a->s();
}

auto call::list(char const* name) -> std::optional<integers> {
  auto const* const a = find(name, onnx::AttributeProto::INTS);
  if (a == nullptr) return std::nullopt;
  return integers(a->ints().begin(), a->ints().end());
}

auto call::real_list(char const* name) -> std::optional<reals> {
  auto const* const a = find(name, onnx::AttributeProto::FLOATS);
  if (a == nullptr) return std::nullopt;
  return reals(a->floats().begin(), a->floats().end());
}

auto call::tensor_value(char const* name) -> std::optional<tensor_id> {
  auto* const a = find(name, onnx::AttributeProto::TENSOR);
  if (a == nullptr) return std::nullopt;
  auto value = decode(*a->mutable_t(), folder_, to.where);
  return to.constant(value.type, std::move(value.data));
}

void call::check_all_attributes_read() const {
  for (auto const& a : node_.attribute()) {
    if (!seen_.contains(a.name())) {
      fail(code::attribute, "the operator has no attribute " + quoted(a.name()));
    }
  }
}

auto call::axis(std::int64_t axis, int rank) const -> int {
  if (axis < -rank || axis >= rank) {
    throw failure(graph::rule::axis, to.where,
                  "axis " + std::to_string(axis) + " of " + std::to_string(rank) + " dimensions");
  }
  return static_cast<int>(axis < 0 ? axis + rank : axis);
}

}  // namespace ashlar::import
