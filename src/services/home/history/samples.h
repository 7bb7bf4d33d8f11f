// SPDX-License-Identifier: GPL-3.0-or-later
// Values over time as few bytes. Times count tenths of a second; a number costs what it differs from the one before,
// decimals as whole numbers of their last digit; a text stands once. Bytes that are no such thing read as an error.
// Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/value.h"

namespace entente::home {

using Bytes = std::vector<std::uint8_t>;

struct Sample {
  std::int64_t at = 0;  // tenths of a second since 1970
  model::Value value;

  bool operator==(const Sample&) const = default;
};

std::int64_t to_tenths(WallTime time);
WallTime from_tenths(std::int64_t tenths);

// Of one property; `base` is any time near theirs.
Bytes encode(const std::vector<Sample>& samples, std::int64_t base);
std::optional<std::vector<Sample>> decode(const Bytes& bytes, std::int64_t base);

// Whole numbers in as few bytes as they need.
class ByteWriter {
 public:
  void number(std::uint64_t value);
  void difference(std::int64_t value) {  // small in either direction
    number((static_cast<std::uint64_t>(value) << 1U) ^ static_cast<std::uint64_t>(value >> 63));
  }
  void text(std::string_view text);
  void real(double value);
  Bytes take() { return std::move(bytes_); }
  std::size_t size() const { return bytes_.size(); }

 private:
  Bytes bytes_;
};

class ByteReader {
 public:
  explicit ByteReader(const Bytes& bytes) : bytes_(bytes) {}

  bool at_end() const { return place_ == bytes_.size(); }
  bool failed() const { return failed_; }
  std::uint64_t number();  // 0 once it failed
  std::int64_t difference() {
    const std::uint64_t held = number();
    return static_cast<std::int64_t>(held >> 1U) ^ -static_cast<std::int64_t>(held & 1U);
  }
  std::string text();
  double real();

 private:
  const Bytes& bytes_;
  std::size_t place_ = 0;
  bool failed_ = false;
};

// A number as a whole number of its last decimal digit: 21.35 is {2135, 2}.
struct Decimal {
  std::int64_t digits = 0;
  int scale = 0;
};
constexpr int largest_scale = 6;
std::optional<Decimal> to_decimal(double value);
double from_decimal(std::int64_t digits, int scale);
double power_of_ten(int scale);

}  // namespace entente::home
