// SPDX-License-Identifier: Apache-2.0
//
// graph/interpret/window: convolution and pooling as seven plain loops.
//
//   conv           pads are zeros; sums in double
//   max_pool       pads are left out; a NaN in the window is the result
//   average_pool   the mean of the elements inside, or, with count_pads, of those and the pads
//   source         ONNX, Conv-22, MaxPool-22, AveragePool-22
#pragma once

#include <ashlar/graph/interpret/element.hpp>

#include <limits>

namespace ashlar::graph::interpret_impl {

struct point {
  std::int64_t at[max_spatial]{};
};

inline auto linear(spatial_extents const& e, point const& p) -> std::int64_t {
  return (p.at[0] * e.dims[1] + p.at[1]) * e.dims[2] + p.at[2];
}

inline auto volume(spatial_extents const& e) -> std::int64_t {
  return e.dims[0] * e.dims[1] * e.dims[2];
}

template <class F> void for_each_point(std::int64_t const (&dims)[max_spatial], F const& f) {
  point p;
  for (p.at[0] = 0; p.at[0] < dims[0]; ++p.at[0]) {
    for (p.at[1] = 0; p.at[1] < dims[1]; ++p.at[1]) {
      for (p.at[2] = 0; p.at[2] < dims[2]; ++p.at[2]) f(p);
    }
  }
}

/// Where element k of the window at position o lies in the input, and whether it is inside.
struct tap {
  point in{};
  bool inside = true;
  bool padded = true;  // inside the input or its declared pads
};

inline auto tap_of(window const& w, spatial_extents const& e, point const& o, point const& k)
    -> tap {
  tap t;
  for (int d = 0; d < max_spatial; ++d) {
    std::int64_t const at = o.at[d] * w.stride[d] + k.at[d] * w.dilation[d] - w.before[d];
    t.in.at[d] = at;
    t.inside = t.inside && at >= 0 && at < e.dims[d];
    t.padded = t.padded && at < e.dims[d] + w.after[d];
  }
  return t;
}

inline void conv(window const& w, operand const& in, operand const& filter, operand const& out) {
  spatial_extents const from = spatial_of(in.type);
  spatial_extents const to = spatial_of(out.type);
  std::int64_t const taps = w.kernel[0] * w.kernel[1] * w.kernel[2];
  std::int64_t const channels = filter.type.dims[1];
  std::int64_t const filters = filter.type.dims[0];
  for (std::int64_t nm = 0; nm < out.type.dims[0] * filters; ++nm) {
    std::int64_t const m = nm % filters;
    std::int64_t const group = m / (filters / w.groups);
    std::int64_t const first = (nm / filters) * in.type.dims[1] + group * channels;
    for_each_point(to.dims, [&](point const& o) {
      double sum = 0;
      std::int64_t k_index = 0;
      for_each_point(w.kernel, [&](point const& k) {
        tap const t = tap_of(w, from, o, k);
        for (std::int64_t c = 0; c < channels && t.inside; ++c) {
          auto const x = load<double>(in, (first + c) * volume(from) + linear(from, t.in));
          sum += x * load<double>(filter, (m * channels + c) * taps + k_index);
        }
        ++k_index;
      });
      store<double>(out, nm * volume(to) + linear(to, o), sum);
    });
  }
}

template <class Wide> void max_pool(window const& w, operand const& in, operand const& out) {
  spatial_extents const from = spatial_of(in.type);
  spatial_extents const to = spatial_of(out.type);
  for (std::int64_t nc = 0; nc < out.type.dims[0] * out.type.dims[1]; ++nc) {
    for_each_point(to.dims, [&](point const& o) {
      bool any = false;
      Wide best{};
      for_each_point(w.kernel, [&](point const& k) {
        tap const t = tap_of(w, from, o, k);
        if (!t.inside) return;
        auto const x = load<Wide>(in, nc * volume(from) + linear(from, t.in));
        if (!any || x > best || x != x) best = best != best ? best : x;
        any = true;
      });
      store<Wide>(out, nc * volume(to) + linear(to, o), best);
    });
  }
}

inline void average_pool(window const& w, operand const& in, operand const& out) {
  spatial_extents const from = spatial_of(in.type);
  spatial_extents const to = spatial_of(out.type);
  for (std::int64_t nc = 0; nc < out.type.dims[0] * out.type.dims[1]; ++nc) {
    for_each_point(to.dims, [&](point const& o) {
      double sum = 0;
      std::int64_t count = 0;
      for_each_point(w.kernel, [&](point const& k) {
        tap const t = tap_of(w, from, o, k);
        if (t.inside || (w.count_pads && t.padded)) ++count;
        if (t.inside) sum += load<double>(in, nc * volume(from) + linear(from, t.in));
      });
      store<double>(out, nc * volume(to) + linear(to, o), sum / static_cast<double>(count));
    });
  }
}

}  // namespace ashlar::graph::interpret_impl
