// SPDX-License-Identifier: GPL-3.0-or-later
// A number's bucket is the difference of its index to the one before, then in whole steps of the blob's scale (its
// first number): the last value's difference to the last one before, and low, high and mean as differences to the last
// value. A choice's bucket is its index, how many shares, then each text and its share in thousandths, and the last
// text; texts as in samples.cpp.
#include "services/home/history/buckets.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "services/home/spec_names.h"

namespace entente::home {
namespace {

constexpr std::size_t most_shares = 6;
constexpr std::size_t most_buckets = 100'000;
constexpr double largest_digits = 1e15;

bool is_choice(SeriesKind kind) { return kind == SeriesKind::listed || kind == SeriesKind::text; }
bool is_known(const model::Value& value) { return !std::holds_alternative<std::monostate>(value); }

// Adds up one bucket.
class Sum {
 public:
  explicit Sum(SeriesKind kind) : kind_(kind) {}

  void hold(const model::Value& value, double time) {
    if (!is_known(value)) return;
    if (is_choice(kind_)) {
      held_[model::to_text(value)] += time;
    } else {
      add(model::to_number(value).value_or(0), time);
    }
  }
  void hold(const Bucket& bucket, double time) {
    for (const auto& [name, share] : bucket.shares) held_[name] += share * time;
    if (is_choice(kind_)) return;
    add(bucket.mean, time);
    low_ = std::min(low_, bucket.low);
    high_ = std::max(high_, bucket.high);
  }

  Bucket made(std::int64_t index, const model::Value& last) {
    Bucket bucket;
    bucket.index = index;
    bucket.last = last;
    if (is_choice(kind_)) {
      shares(bucket, last);
      return bucket;
    }
    bucket.low = low_;
    bucket.high = high_;
    bucket.mean = time_ > 0 ? std::clamp(weighted_ / time_, low_, high_) : model::to_number(last).value_or(0);
    return bucket;
  }

 private:
  void add(double number, double time) {
    low_ = any_ ? std::min(low_, number) : number;
    high_ = any_ ? std::max(high_, number) : number;
    any_ = true;
    weighted_ += number * time;
    time_ += time;
  }

  void shares(Bucket& bucket, const model::Value& last) {
    double all = 0;
    for (const auto& [name, time] : held_) all += time;
    if (held_.empty()) held_[model::to_text(last)] = 0;
    for (const auto& [name, time] : held_) bucket.shares.emplace_back(name, all > 0 ? time / all : 1.0);
    std::sort(bucket.shares.begin(), bucket.shares.end(),
              [](const auto& left, const auto& right) { return left.second > right.second; });
    if (bucket.shares.size() > most_shares) bucket.shares.resize(most_shares);
  }

  const SeriesKind kind_;
  bool any_ = false;
  double low_ = 0, high_ = 0, weighted_ = 0, time_ = 0;
  std::map<std::string, double> held_;
};

std::int64_t floored(std::int64_t value, std::int64_t step) { return value / step - (value % step < 0 ? 1 : 0); }

}  // namespace

std::vector<Bucket> summarise(const std::vector<Sample>& samples, const model::Value& before, std::int64_t end,
                              std::int64_t step, SeriesKind kind) {
  std::vector<Bucket> made;
  model::Value value = before;
  for (std::size_t i = 0; i < samples.size();) {
    const std::int64_t index = floored(samples[i].at, step);
    Sum sum(kind);
    std::int64_t from = index * step;
    for (; i < samples.size() && floored(samples[i].at, step) == index; ++i) {
      sum.hold(value, static_cast<double>(samples[i].at - from));
      value = samples[i].value;
      from = samples[i].at;
    }
    sum.hold(value, static_cast<double>(std::max<std::int64_t>(std::min((index + 1) * step, end) - from, 0)));
    made.push_back(sum.made(index, value));
  }
  return made;
}

std::vector<Bucket> widened(const std::vector<Bucket>& buckets, std::int64_t factor, SeriesKind kind) {
  std::vector<Bucket> made;
  model::Value value;
  for (std::size_t i = 0; i < buckets.size();) {
    const std::int64_t index = floored(buckets[i].index, factor);
    Sum sum(kind);
    std::int64_t next = index * factor;
    for (; i < buckets.size() && floored(buckets[i].index, factor) == index; ++i) {
      if (buckets[i].index > next) sum.hold(value, static_cast<double>(buckets[i].index - next));
      sum.hold(buckets[i], 1);
      value = buckets[i].last;
      next = buckets[i].index + 1;
    }
    if (next < (index + 1) * factor) sum.hold(value, static_cast<double>((index + 1) * factor - next));
    made.push_back(sum.made(index, value));
  }
  return made;
}

// ---- as bytes

namespace {

// Fine enough for what was measured, and one digit more for the mean; not too fine for what is large.
int scale_for(const std::vector<Bucket>& buckets, SeriesKind kind) {
  int scale = kind == SeriesKind::state ? 2 : 0;
  double largest = 1;
  for (const auto& bucket : buckets) {
    for (const double number : {bucket.low, bucket.high, model::to_number(bucket.last).value_or(0)}) {
      const auto digits = to_decimal(number);
      scale = std::max(scale, digits ? digits->scale : largest_scale);
      largest = std::max(largest, std::abs(number));
    }
  }
  scale = std::min(scale + 1, largest_scale);
  while (scale > 0 && largest * power_of_ten(scale) >= largest_digits) --scale;
  return scale;
}

std::int64_t digits_of(double number, int scale) {
  return static_cast<std::int64_t>(
      std::round(std::clamp(number * power_of_ten(scale), -largest_digits, largest_digits)));
}

void encode_numbers(const std::vector<Bucket>& buckets, std::int64_t index, SeriesKind kind, ByteWriter& out) {
  const int scale = scale_for(buckets, kind);
  out.number(static_cast<std::uint64_t>(scale));
  std::int64_t last = 0;
  for (const auto& bucket : buckets) {
    out.difference(bucket.index - index);
    index = bucket.index;
    const std::int64_t now = digits_of(model::to_number(bucket.last).value_or(0), scale);
    out.difference(now - last);
    last = now;
    for (const double number : {bucket.low, bucket.high, bucket.mean}) out.difference(digits_of(number, scale) - now);
  }
}

model::Value as_kind(double number, SeriesKind kind) {
  if (kind == SeriesKind::state) return number != 0;
  if (number == std::floor(number) && std::abs(number) < largest_digits) return static_cast<std::int64_t>(number);
  return number;
}

bool decode_numbers(ByteReader& in, std::int64_t index, SeriesKind kind, std::vector<Bucket>& made) {
  const std::uint64_t scale = in.number();
  if (scale > largest_scale) return false;
  const int digits = static_cast<int>(scale);
  double last = 0;
  while (!in.at_end()) {
    Bucket bucket;
    bucket.index = index += std::clamp<std::int64_t>(in.difference(), -1'000'000'000, 1'000'000'000);
    last += static_cast<double>(in.difference());
    double* const rest[] = {&bucket.low, &bucket.high, &bucket.mean};
    for (double* number : rest) *number = (last + static_cast<double>(in.difference())) / power_of_ten(digits);
    bucket.last = as_kind(last / power_of_ten(digits), kind);
    if (in.failed() || made.size() >= most_buckets) return false;
    made.push_back(std::move(bucket));
  }
  return true;
}

class Texts {
 public:
  void write(ByteWriter& out, const std::string& text) {
    const auto [known, added] = places_.emplace(text, places_.size());
    out.number(known->second);
    if (added) out.text(text);
  }
  std::optional<std::string> read(ByteReader& in) {
    const std::uint64_t place = in.number();
    if (place > texts_.size() || in.failed()) return std::nullopt;
    if (place == texts_.size()) texts_.push_back(in.text());
    return texts_[place];
  }

 private:
  std::map<std::string, std::uint64_t> places_;
  std::vector<std::string> texts_;
};

void encode_choices(const std::vector<Bucket>& buckets, std::int64_t index, ByteWriter& out) {
  Texts texts;
  for (const auto& bucket : buckets) {
    out.difference(bucket.index - index);
    index = bucket.index;
    out.number(bucket.shares.size());
    for (const auto& [name, share] : bucket.shares) {
      texts.write(out, name);
      out.number(static_cast<std::uint64_t>(std::round(std::clamp(share, 0.0, 1.0) * 1000)));
    }
    texts.write(out, model::to_text(bucket.last));
  }
}

model::Value choice(const std::string& text, SeriesKind kind) {
  const auto number = kind == SeriesKind::listed ? model::to_number(model::Value{text}) : std::nullopt;
  if (number && *number == std::floor(*number) && std::abs(*number) < largest_digits) {
    return static_cast<std::int64_t>(*number);
  }
  return text;
}

bool decode_choices(ByteReader& in, std::int64_t index, SeriesKind kind, std::vector<Bucket>& made) {
  Texts texts;
  while (!in.at_end()) {
    Bucket bucket;
    bucket.index = index += std::clamp<std::int64_t>(in.difference(), -1'000'000'000, 1'000'000'000);
    const std::uint64_t count = in.number();
    if (count > most_shares || made.size() >= most_buckets) return false;
    for (std::uint64_t i = 0; i < count; ++i) {
      const auto name = texts.read(in);
      if (!name) return false;
      bucket.shares.emplace_back(*name, static_cast<double>(in.number()) / 1000);
    }
    const auto last = texts.read(in);
    if (!last || in.failed()) return false;
    bucket.last = choice(*last, kind);
    made.push_back(std::move(bucket));
  }
  return true;
}

}  // namespace

Bytes encode(const std::vector<Bucket>& buckets, std::int64_t first_index, SeriesKind kind) {
  ByteWriter out;
  if (is_choice(kind)) {
    encode_choices(buckets, first_index, out);
  } else {
    encode_numbers(buckets, first_index, kind, out);
  }
  return out.take();
}

std::optional<std::vector<Bucket>> decode(const Bytes& bytes, std::int64_t first_index, SeriesKind kind) {
  std::vector<Bucket> made;
  ByteReader in(bytes);
  const bool read =
      is_choice(kind) ? decode_choices(in, first_index, kind, made) : decode_numbers(in, first_index, kind, made);
  if (!read) return std::nullopt;
  return made;
}

}  // namespace entente::home
