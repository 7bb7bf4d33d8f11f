// SPDX-License-Identifier: GPL-3.0-or-later
//
// file        = "Trie Language Model" order:u8 count:u32 {order times}
//               [ u32 tables ]                                   of orders above 1
//               unigram {count[1] + 1 times} level {order - 1 times} text
// tables      = likelihood:f32[65536] back-off:f32[65536]        for each order between the first and the highest
//               likelihood:f32[65536]                            for the highest
// unigram     = likelihood:f32 back-off:f32 first:u32            its bigrams are first ... first of the next one
// level       = record {count + 1 times}, packed bit by bit from the lowest, padded to a byte, and 8 bytes more
// record      = word back-off:16 likelihood:16 first             "first" in the level above
//             | word likelihood:16                               on the highest level
// text        = size:u32 { word NUL }
// All little-endian. `word` and `first` take as many bits as the number of words and the count of the level above need.
// Likelihoods are logarithms to base 1.0001. The n-gram "a b c" is found as c, b, a.
#include "drivers/sphinx/ngram_model.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <numeric>

#include "base/file.h"

namespace entente::sphinx {
namespace {

static_assert(std::endian::native == std::endian::little, "the model's files are little-endian");

constexpr std::string_view magic = "Trie Language Model";
constexpr unsigned quantised_bits = 16;
constexpr std::size_t table_size = (std::size_t{1} << quantised_bits) * sizeof(float);
constexpr std::size_t unigram_size = 12;
constexpr std::size_t padding = 8;
constexpr std::size_t size_limit = std::size_t{1} << 31U;
constexpr std::uint32_t word_limit = 1U << 22U;
constexpr std::uint32_t record_limit = 1U << 25U;
constexpr float natural = 9.9995000333e-5F;  // ln 1.0001
constexpr float impossible = -100;           // no logarithm is below this

Error broken(std::string_view name, std::string_view cause) {
  return Error{ErrorCode::corrupt, fmt::format("language model: {}: {}", name, cause)};
}

Error system_error(const std::filesystem::path& path) {
  return Error{errno == ENOENT ? ErrorCode::not_found : ErrorCode::failed,
               fmt::format("language model: open {}: {}", path.string(), system_reason(errno))};
}

}  // namespace

Result<NgramModel> NgramModel::open(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return system_error(path);
  struct stat status {};
  const bool regular = ::fstat(file, &status) == 0 && S_ISREG(status.st_mode);
  const auto size = static_cast<std::size_t>(status.st_size);
  void* mapped = MAP_FAILED;
  if (regular && size > 0 && size <= size_limit) mapped = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
  const int error = errno;
  ::close(file);
  if (!regular) return broken(path.string(), "not a regular file");
  if (size == 0 || size > size_limit) return broken(path.string(), size == 0 ? "empty" : "too large");
  errno = error;
  if (mapped == MAP_FAILED) return system_error(path);
  Bytes bytes;
  bytes.holder = std::shared_ptr<const void>(mapped, [mapped, size](const void*) { ::munmap(mapped, size); });
  bytes.data = static_cast<const char*>(mapped);
  bytes.size = size;
  return read(std::move(bytes), path.string());
}

Result<NgramModel> NgramModel::parse(std::string bytes, std::string_view name) {
  auto held = std::make_shared<const std::string>(std::move(bytes));
  Bytes all;
  all.data = held->data();
  all.size = held->size();
  all.holder = std::move(held);
  return read(std::move(all), name);
}

Result<NgramModel> NgramModel::read(Bytes bytes, std::string_view name) {
  NgramModel model;
  model.bytes_ = std::move(bytes);
  const std::size_t size = model.bytes_.size;
  if (size < magic.size() + 1 || std::string_view(model.bytes_.data, magic.size()) != magic) {
    return broken(name, "not a binary n-gram model");
  }
  const std::size_t order = model.number<std::uint8_t>(magic.size());
  if (order < 1 || order > 3) return broken(name, fmt::format("n-grams of order {}, only 1 to 3 are read", order));
  std::size_t at = magic.size() + 1;
  if (size - at < order * sizeof(std::uint32_t)) return broken(name, "truncated");
  std::vector<std::uint32_t> counts;
  for (std::size_t i = 0; i < order; ++i, at += sizeof(std::uint32_t))
    counts.push_back(model.number<std::uint32_t>(at));
  const std::uint32_t words = counts.front();
  if (words == 0 || words > word_limit) return broken(name, fmt::format("{} words", words));
  for (auto count : counts) {
    if (count >= record_limit) return broken(name, fmt::format("{} n-grams of one order", count));
  }

  // No sum below can overflow: all counts are limited.
  model.word_bits_ = static_cast<unsigned>(std::bit_width(words));
  std::size_t table = at + sizeof(std::uint32_t);
  if (order > 1) at = table + (2 * order - 3) * table_size;
  model.unigrams_ = at;
  at += (std::size_t{words} + 1) * unigram_size;
  for (std::size_t i = 1; i < order; ++i) {
    const bool highest = i + 1 == order;
    Level level;
    level.at = at;
    level.count = counts[i];
    level.next_bits = highest ? 0 : static_cast<unsigned>(std::bit_width(counts[i + 1]));
    level.record_bits = model.word_bits_ + quantised_bits * (highest ? 1 : 2) + level.next_bits;
    level.likelihoods = table;
    level.back_offs = highest ? 0 : table + table_size;
    table += 2 * table_size;
    at += ((std::size_t{level.count} + 1) * level.record_bits + 7) / 8 + padding;
    model.levels_.push_back(level);
  }
  if (size < at + sizeof(std::uint32_t)) return broken(name, "truncated");
  ENTENTE_TRY_VOID(model.read_words(at, name));
  return model;
}

Result<void> NgramModel::read_words(std::size_t at, std::string_view name) {
  const std::size_t length = number<std::uint32_t>(at);
  text_ = at + sizeof(std::uint32_t);
  if (length > bytes_.size - text_) return broken(name, "truncated");
  const auto words = (levels_.empty() ? at - unigrams_ : levels_.front().at - unigrams_) / unigram_size - 1;
  starts_.reserve(words + 1);
  starts_.push_back(0);
  for (std::size_t i = 0; i < words; ++i) {
    const char* from = bytes_.data + text_ + starts_.back();
    const auto* end = static_cast<const char*>(std::memchr(from, 0, length - starts_.back()));
    if (!end) return broken(name, fmt::format("{} words where {} belong", i, words));
    starts_.push_back(static_cast<std::uint32_t>(end + 1 - bytes_.data - static_cast<std::ptrdiff_t>(text_)));
  }
  std::vector<Word> order(words);
  std::iota(order.begin(), order.end(), Word{0});
  const auto before = [this](Word a, Word b) { return word(a) < word(b); };
  if (!std::is_sorted(order.begin(), order.end(), before)) {
    std::sort(order.begin(), order.end(), before);
    sorted_ = std::move(order);
  }
  return {};
}

std::string_view NgramModel::word(Word word) const {
  return {bytes_.data + text_ + starts_[word], starts_[word + 1] - starts_[word] - 1};
}

std::optional<NgramModel::Word> NgramModel::find(std::string_view text) const {
  const auto at = [this](std::size_t place) { return sorted_.empty() ? static_cast<Word>(place) : sorted_[place]; };
  std::size_t from = 0;
  std::size_t to = size();
  while (from < to) {
    const auto middle = (from + to) / 2;
    if (word(at(middle)) < text) {
      from = middle + 1;
    } else {
      to = middle;
    }
  }
  if (from == size() || word(at(from)) != text) return std::nullopt;
  return at(from);
}

template <class T>
T NgramModel::number(std::size_t at) const {
  T value{};
  std::memcpy(&value, bytes_.data + at, sizeof(T));
  return value;
}

float NgramModel::logarithm(std::size_t at) const {
  const float value = number<float>(at) * natural;
  return value > impossible ? std::min(value, -impossible) : impossible;  // NaN is impossible, too
}

// Up to 25 of them. Every level is followed by as many bytes as this may read too far.
std::uint32_t NgramModel::bits(std::size_t base, std::size_t bit, unsigned count) const {
  const auto word = number<std::uint64_t>(base + bit / 8);
  return static_cast<std::uint32_t>(word >> (bit % 8)) & ((1U << count) - 1);
}

NgramModel::Range NgramModel::after_unigram(Word word) const {
  if (levels_.empty()) return {};
  const std::size_t at = unigrams_ + word * unigram_size + 8;
  return {number<std::uint32_t>(at), std::min(number<std::uint32_t>(at + unigram_size), levels_.front().count)};
}

NgramModel::Range NgramModel::after(const Level& level, std::uint32_t record) const {
  if (level.next_bits == 0) return {};
  const std::size_t bit = std::size_t{record} * level.record_bits + level.record_bits - level.next_bits;
  const auto limit = (&level + 1)->count;
  return {bits(level.at, bit, level.next_bits),
          std::min(bits(level.at, bit + level.record_bits, level.next_bits), limit)};
}

std::optional<std::uint32_t> NgramModel::find(const Level& level, Range range, Word word) const {
  while (!range.empty()) {
    const auto middle = range.from + (range.to - range.from) / 2;
    const auto found = bits(level.at, std::size_t{middle} * level.record_bits, word_bits_);
    if (found == word) return middle;
    if (found < word) {
      range.from = middle + 1;
    } else {
      range.to = middle;
    }
  }
  return std::nullopt;
}

float NgramModel::likelihood(const Level& level, std::uint32_t record) const {
  const unsigned skipped = word_bits_ + (level.back_offs != 0 ? quantised_bits : 0);
  const auto code = bits(level.at, std::size_t{record} * level.record_bits + skipped, quantised_bits);
  return std::min(logarithm(level.likelihoods + code * sizeof(float)), 0.0F);
}

float NgramModel::back_off(const Level& level, std::uint32_t record) const {
  if (level.back_offs == 0) return 0;
  const auto code = bits(level.at, std::size_t{record} * level.record_bits + word_bits_, quantised_bits);
  return logarithm(level.back_offs + code * sizeof(float));
}

float NgramModel::unigram(Word word) const { return std::min(logarithm(unigrams_ + word * unigram_size), 0.0F); }

float NgramModel::back_off(Word last) const {
  return levels_.empty() ? 0 : logarithm(unigrams_ + last * unigram_size + 4);
}

void NgramModel::pairs(Word word, std::vector<Seen>& out) const {
  out.clear();
  if (levels_.empty()) return;
  const Level& bigrams = levels_.front();
  const Range range = after_unigram(word);
  for (auto record = range.from; record < range.to; ++record) {
    const auto last = bits(bigrams.at, std::size_t{record} * bigrams.record_bits, word_bits_);
    if (last < size()) out.push_back(Seen{last, likelihood(bigrams, record)});
  }
}

// Katz: the longest n-gram that is there, with the back-offs of the longer histories that are there without the word.
float NgramModel::score(Word word, Word last, Word before) const {
  if (levels_.empty() || last >= size()) return unigram(word);
  const Level& bigrams = levels_.front();
  const auto bigram = find(bigrams, after_unigram(word), last);
  if (levels_.size() > 1 && bigram && before < size()) {
    if (const auto trigram = find(levels_[1], after(bigrams, *bigram), before)) return likelihood(levels_[1], *trigram);
  }
  float score = bigram ? likelihood(bigrams, *bigram) : unigram(word) + back_off(last);
  if (levels_.size() > 1 && before < size()) {
    if (const auto history = find(bigrams, after_unigram(last), before)) score += back_off(bigrams, *history);
  }
  return std::clamp(score, impossible, 0.0F);
}

}  // namespace entente::sphinx
