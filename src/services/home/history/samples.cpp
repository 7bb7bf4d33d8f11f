// SPDX-License-Identifier: GPL-3.0-or-later
// One sample is the time's difference to the one before, then
//   (difference << 2) | 0   a number, in whole steps of the present scale
//   (0 or 1     << 2) | 1   a switch
//   (index      << 2) | 2   a text; the index after the last is a new one, whose length and bytes follow
//   (scale      << 2) | 3   another scale (0 to 6), then the sample; 7: a double of eight bytes; 8: no value;
//                           9: a whole number as it is
#include "services/home/history/samples.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <unordered_map>

namespace entente::home {
namespace {

constexpr std::uint64_t tag_number = 0, tag_switch = 1, tag_text = 2, tag_other = 3;
constexpr std::uint64_t raw_double = 7, no_value = 8, raw_whole = 9;
constexpr double largest_digits = 1e15;
constexpr std::size_t longest_text = 1U << 16U;
constexpr std::size_t most_samples = 1'000'000;
constexpr std::int64_t furthest = 1'000'000'000'000;  // tenths: three thousand years

class Encoder {
 public:
  explicit Encoder(std::int64_t base) : last_(base) {}

  void add(const Sample& sample) {
    out_.difference(sample.at - last_);
    last_ = sample.at;
    if (const auto* state = std::get_if<bool>(&sample.value)) return tagged(*state ? 1 : 0, tag_switch);
    if (const auto* words = std::get_if<std::string>(&sample.value)) return text(*words);
    if (const auto* whole = std::get_if<std::int64_t>(&sample.value)) {
      if (std::abs(static_cast<double>(*whole)) < largest_digits) return decimal({*whole, 0});
      tagged(raw_whole, tag_other);
      return out_.difference(*whole);
    }
    if (const auto* number = std::get_if<double>(&sample.value)) {
      const auto digits = to_decimal(*number);
      return digits ? decimal(*digits) : real(*number);
    }
    tagged(no_value, tag_other);
  }
  Bytes take() { return out_.take(); }

 private:
  void tagged(std::uint64_t value, std::uint64_t tag) { out_.number(value << 2U | tag); }

  void text(const std::string& words) {
    const auto [known, added] = texts_.emplace(words, texts_.size());
    tagged(known->second, tag_text);
    if (added) out_.text(words.substr(0, longest_text));
  }

  void real(double number) {
    tagged(raw_double, tag_other);
    out_.real(number);
  }

  // Stays at the finest scale that was needed, so that 21.5, 22, 21.5 do not change it to and fro.
  void decimal(Decimal wanted) {
    const int scale = std::max(scale_, wanted.scale);
    const double digits = static_cast<double>(wanted.digits) * power_of_ten(scale - wanted.scale);
    if (std::abs(digits) >= largest_digits) return real(from_decimal(wanted.digits, wanted.scale));
    if (scale != scale_) {
      tagged(static_cast<std::uint64_t>(scale), tag_other);
      digits_ *= static_cast<std::int64_t>(power_of_ten(scale - scale_));
      if (std::abs(static_cast<double>(digits_)) >= largest_digits) digits_ = 0;
      scale_ = scale;
    }
    const auto now = static_cast<std::int64_t>(digits);
    const std::int64_t off = now - digits_;
    const std::uint64_t folded = (static_cast<std::uint64_t>(off) << 1U) ^ static_cast<std::uint64_t>(off >> 63);
    tagged(folded, tag_number);
    digits_ = now;
  }

  ByteWriter out_;
  std::int64_t last_;
  int scale_ = 0;
  std::int64_t digits_ = 0;
  std::unordered_map<std::string, std::uint64_t> texts_;
};

class Decoder {
 public:
  Decoder(const Bytes& bytes, std::int64_t base) : in_(bytes), last_(base) {}

  std::optional<std::vector<Sample>> run() {
    std::vector<Sample> samples;
    while (!in_.at_end()) {
      Sample sample;
      const std::int64_t off = in_.difference();
      if (off > furthest || off < -furthest) return std::nullopt;
      sample.at = last_ += off;
      if (last_ > furthest || last_ < -furthest) return std::nullopt;
      if (!value(sample.value) || in_.failed() || samples.size() >= most_samples) return std::nullopt;
      samples.push_back(std::move(sample));
    }
    return samples;
  }

 private:
  bool value(model::Value& into) {
    const std::uint64_t held = in_.number();
    const std::uint64_t rest = held >> 2U;
    switch (held & 3U) {
      case tag_switch: into = rest != 0; return rest <= 1;
      case tag_text: return text(rest, into);
      case tag_number: return number(rest, into);
      default: break;
    }
    if (rest == no_value) return true;
    if (rest == raw_whole) {
      into = in_.difference();
      return true;
    }
    if (rest == raw_double) {
      into = in_.real();
      return true;
    }
    if (rest > largest_scale || static_cast<int>(rest) <= scale_) return false;
    digits_ *= static_cast<std::int64_t>(power_of_ten(static_cast<int>(rest) - scale_));
    if (std::abs(static_cast<double>(digits_)) >= largest_digits) digits_ = 0;
    scale_ = static_cast<int>(rest);
    return value(into);
  }

  bool text(std::uint64_t index, model::Value& into) {
    if (index > texts_.size()) return false;
    if (index == texts_.size()) texts_.push_back(in_.text());
    into = texts_[index];
    return !in_.failed();
  }

  bool number(std::uint64_t folded, model::Value& into) {
    const std::int64_t off = static_cast<std::int64_t>(folded >> 1U) ^ -static_cast<std::int64_t>(folded & 1U);
    if (std::abs(static_cast<double>(off)) >= 2 * largest_digits) return false;
    digits_ += off;
    if (std::abs(static_cast<double>(digits_)) >= largest_digits) return false;
    if (scale_ == 0) {
      into = digits_;
    } else {
      into = from_decimal(digits_, scale_);
    }
    return true;
  }

  ByteReader in_;
  std::int64_t last_;
  int scale_ = 0;
  std::int64_t digits_ = 0;
  std::vector<std::string> texts_;
};

}  // namespace

std::int64_t to_tenths(WallTime time) {
  return std::chrono::floor<std::chrono::duration<std::int64_t, std::ratio<1, 10>>>(time.time_since_epoch()).count();
}

WallTime from_tenths(std::int64_t tenths) { return WallTime(milliseconds(tenths * 100)); }

Bytes encode(const std::vector<Sample>& samples, std::int64_t base) {
  Encoder encoder(base);
  for (const auto& sample : samples) encoder.add(sample);
  return encoder.take();
}

std::optional<std::vector<Sample>> decode(const Bytes& bytes, std::int64_t base) { return Decoder(bytes, base).run(); }

// ---- bytes

void ByteWriter::number(std::uint64_t value) {
  while (value >= 0x80) {
    bytes_.push_back(static_cast<std::uint8_t>(value | 0x80U));
    value >>= 7U;
  }
  bytes_.push_back(static_cast<std::uint8_t>(value));
}

void ByteWriter::text(std::string_view text) {
  number(text.size());
  bytes_.insert(bytes_.end(), text.begin(), text.end());
}

void ByteWriter::real(double value) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  for (unsigned i = 0; i < 8; ++i) bytes_.push_back(static_cast<std::uint8_t>(bits >> (8 * i)));
}

std::uint64_t ByteReader::number() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && place_ < bytes_.size(); shift += 7) {
    const std::uint8_t byte = bytes_[place_++];
    value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
    if ((byte & 0x80U) == 0) return failed_ ? 0 : value;
  }
  failed_ = true;
  return 0;
}

std::string ByteReader::text() {
  const std::uint64_t length = number();
  if (length > bytes_.size() - place_) {
    failed_ = true;
    return {};
  }
  const auto from = bytes_.begin() + static_cast<std::ptrdiff_t>(place_);
  place_ += length;
  return {from, from + static_cast<std::ptrdiff_t>(length)};
}

double ByteReader::real() {
  if (bytes_.size() - place_ < 8) {
    failed_ = true;
    return 0;
  }
  std::uint64_t bits = 0;
  for (unsigned i = 0; i < 8; ++i) bits |= static_cast<std::uint64_t>(bytes_[place_++]) << (8 * i);
  double value = 0;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

// ---- decimals

double power_of_ten(int scale) {
  constexpr double powers[] = {1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7};
  return powers[std::clamp(scale, 0, 7)];
}

double from_decimal(std::int64_t digits, int scale) { return static_cast<double>(digits) / power_of_ten(scale); }

std::optional<Decimal> to_decimal(double value) {
  if (!std::isfinite(value) || std::abs(value) >= largest_digits) return std::nullopt;
  for (int scale = 0; scale <= largest_scale; ++scale) {
    const double scaled = std::round(value * power_of_ten(scale));
    if (std::abs(scaled) >= largest_digits) return std::nullopt;
    const auto digits = static_cast<std::int64_t>(scaled);
    if (from_decimal(digits, scale) == value) return Decimal{digits, scale};
  }
  return std::nullopt;
}

}  // namespace entente::home
