#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "host/config/job.hpp"
#include "host/config/market_file.hpp"
#include "tests/refusal.hpp"

namespace marketmimic {

/// Every bit of a configuration, spelled out member by member without a look at how files describe it. The structured
/// bindings fail to compile when a struct gains a member, which then also needs a key.
class Bits {
 public:
  template <class... Values>
  explicit Bits(const Values&... values) {
    (add(values), ...);
  }
  bool operator==(const Bits&) const = default;

 private:
  template <class Value>
  void add(const Value& value) {
    if constexpr (std::is_same_v<Value, float>)
      words_.push_back(std::bit_cast<std::uint32_t>(value));
    else if constexpr (std::is_same_v<Value, double>)
      words_.push_back(std::bit_cast<std::uint64_t>(value));
    else
      words_.push_back(static_cast<std::uint64_t>(value));
  }
  template <class Value, std::size_t size>
  void add(const Value (&values)[size]) {
    for (const Value& value : values) add(value);
  }
  template <class Value>
  void add(const std::vector<Value>& values) {
    words_.push_back(values.size());
    for (const Value& value : values) add(value);
  }
  template <class Value>
  void add(const std::optional<Value>& value) {
    words_.push_back(value.has_value());
    if (value) add(*value);
  }
  template <class... Values>
  void all(const Values&... values) {
    (add(values), ...);
  }
  void add(const std::string& s) {
    words_.push_back(s.size());
    for (const char c : s) add(c);
  }
  void add(const Range& r) {
    const auto& [a, b] = r;
    all(a, b);
  }
  void add(const Regime& r) {
    const auto& [a, b, c] = r;
    all(a, b, c);
  }
  void add(const BookParameters& p) {
    const auto& [a, b, c, d, e, f, g] = p;
    all(a, b, c, d, e, f, g);
  }
  void add(const DiffusionParameters& p) {
    const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, q, r, s, t, u, v, w, x, y, z, aa, ab, ac, ad, ae, af,
                 ag] = p;
    all(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, q, r, s, t, u, v, w, x, y, z, aa, ab, ac, ad, ae, af, ag);
  }
  void add(const OrderBookParameters& p) {
    const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, q, r, s, t, u, v, w, x, y, z, aa, ab, ac, ad, ae, af, ag,
                 ah, ai, aj, ak, al, am, an] = p;
    all(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, q, r, s, t, u, v, w, x, y, z, aa, ab, ac, ad, ae, af, ag, ah, ai,
        aj, ak, al, am, an);
  }
  void add(const MarketFile& m) {
    const auto& [a, b, c, d, e, f, g, h, i] = m;
    all(a, b, c, d, e, f, g, h, i);
  }
  void add(const PerturbationRule& p) {
    const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, q, r, s, t, u, v, w, x, y, z, aa] = p;
    all(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, q, r, s, t, u, v, w, x, y, z, aa);
  }
  void add(const PerturbationEntry& p) {
    const auto& [a, b, c, d] = p;
    all(a, b, c, d);
  }
  void add(const Contagion& p) {
    const auto& [a, b] = p;
    all(a, b);
  }
  void add(const AssetSet& p) {
    const auto& [a, b, c] = p;
    all(a, b, c);
  }
  void add(const VariationShare& p) {
    const auto& [a, b] = p;
    all(a, b);
  }
  void add(const PrimitiveSuccess& p) {
    const auto& [a, b, c] = p;
    all(a, b, c);
  }
  void add(const Repulsion& p) {
    const auto& [a, b, c, d, e] = p;
    all(a, b, c, d, e);
  }
  void add(const AdaptationParameters& p) {
    const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, q, r, s, t, u, v, w, x, y, z, aa, ab, ac, ad, ae, af,
                 ag] = p;
    all(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, q, r, s, t, u, v, w, x, y, z, aa, ab, ac, ad, ae, af, ag);
  }
  void add(const DetectorParameters& p) {
    const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o] = p;
    all(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o);
  }
  void add(const SuccessRules& p) {
    const auto& [a, b, c] = p;
    all(a, b, c);
  }
  void add(const StopRules& p) {
    const auto& [a] = p;
    all(a);
  }
  void add(const RecordedGroups& p) {
    const auto& [a, b, c, d, e, f, g] = p;
    all(a, b, c, d, e, f, g);
  }
  void add(const Job& p) {
    const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, q, r, s, t, u, v, w, x, y, z, aa, ab] = p;
    all(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, q, r, s, t, u, v, w, x, y, z, aa, ab);
  }

  std::vector<std::uint64_t> words_;
};

}  // namespace marketmimic
