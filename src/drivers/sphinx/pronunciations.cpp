// SPDX-License-Identifier: GPL-3.0-or-later
//
// dictionary = { word [ "(" number ")" ] { space phone } newline }; a line that starts with ";;;" is a comment.
#include "drivers/sphinx/pronunciations.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "drivers/sphinx/ipa.h"

namespace entente::sphinx {
namespace {

constexpr std::size_t dictionary_limit = 64U << 20U;
constexpr int most_variants = 8;
constexpr std::size_t longest_word = 60;           // characters that a Pronouncer is asked for
constexpr std::size_t longest_pronunciation = 80;  // phones
constexpr std::size_t cache_limit = 20000;         // words

struct Addition {
  std::string_view word;
  std::string_view phones;
};

// Weak forms that people use in running speech and the dictionary lacks.
constexpr std::array additions{
    Addition{"of", "AH"},           Addition{"of", "AO V"},         Addition{"and", "AH N"},
    Addition{"and", "EH N"},        Addition{"the", "DH IY"},       Addition{"to", "T AH"},
    Addition{"to", "T IH"},         Addition{"with", "W IH"},       Addition{"with", "W IH TH"},
    Addition{"for", "F ER"},        Addition{"at", "AH T"},         Addition{"can", "K AH N"},
    Addition{"can", "K IH N"},      Addition{"my", "M AH"},         Addition{"your", "Y ER"},
    Addition{"you", "Y AH"},        Addition{"is", "AH Z"},         Addition{"are", "ER"},
    Addition{"in", "AH N"},         Addition{"it", "AH T"},         Addition{"that", "DH AH T"},
    Addition{"please", "P L IY Z"}, Addition{"get", "G IH T"},      Addition{"just", "JH IH S T"},
    Addition{"want", "W AA N"},     Addition{"lot", "L AO T"},      Addition{"don't", "D OW N"},
    Addition{"what", "W AH"},       Addition{"latte", "L AE T EY"}, Addition{"mocha", "M AO K AH"},
};

std::size_t hash_of(std::string_view word) {
  std::uint64_t hash = 14695981039346656037U;
  for (char c : word) hash = (hash ^ static_cast<std::uint8_t>(c)) * 1099511628211U;
  return static_cast<std::size_t>(hash ^ (hash >> 29U));
}

// Whether there is anything in it that one could say.
bool has_sound(std::string_view word) {
  return std::any_of(word.begin(), word.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (static_cast<unsigned char>(c) & 0x80U);
  });
}

bool is_separator(char c) { return c == '-' || c == '_' || c == '.' || c == '/' || c == '&' || c == '+'; }

}  // namespace

Result<Dictionary> Dictionary::open(const std::filesystem::path& path) {
  auto bytes = read_file(path, dictionary_limit);
  if (!bytes.ok()) return bytes.error().within("pronunciations");
  return parse(std::move(bytes).value(), path.string());
}

Result<Dictionary> Dictionary::parse(std::string bytes, std::string_view name) {
  if (bytes.size() > dictionary_limit) {
    return Error{ErrorCode::exhausted, fmt::format("pronunciations: {}: too large", name)};
  }
  Dictionary dictionary;
  dictionary.bytes_ = std::move(bytes);
  const std::string& text = dictionary.bytes_;
  auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  std::size_t slots = 16;
  while (slots < lines * 3 / 2) slots *= 2;
  dictionary.slots_.assign(slots, 0);
  for (std::size_t at = 0; at < text.size();) {
    auto end = std::min(text.find('\n', at), text.size());
    auto word = dictionary.word_at(static_cast<std::uint32_t>(at));
    const auto phones = text::trim(std::string_view(text).substr(at + word.size(), end - at - word.size()));
    if (!word.empty() && !word.starts_with(";;;") && !phones.empty()) {
      auto& slot = dictionary.slots_[dictionary.slot_of(word)];
      if (slot == 0) ++dictionary.size_;
      slot = static_cast<std::uint32_t>(at) + 1;
    }
    at = end + 1;
  }
  if (dictionary.size_ == 0) return Error{ErrorCode::corrupt, fmt::format("pronunciations: {}: no words in it", name)};
  return dictionary;
}

std::string_view Dictionary::word_at(std::uint32_t offset) const {
  auto end = std::min(bytes_.find_first_of(" \t\r\n", offset), bytes_.size());
  return std::string_view(bytes_).substr(offset, end - offset);
}

// Where `word` is, or the empty slot where it belongs.
std::size_t Dictionary::slot_of(std::string_view word) const {
  const std::size_t mask = slots_.size() - 1;
  auto at = hash_of(word) & mask;
  while (slots_[at] != 0 && word_at(slots_[at] - 1) != word) at = (at + 1) & mask;
  return at;
}

std::string_view Dictionary::find(std::string_view word) const {
  auto slot = slots_[slot_of(word)];
  if (slot == 0 || word.empty()) return {};
  auto from = slot - 1 + word.size();
  auto end = std::min(bytes_.find('\n', from), bytes_.size());
  return text::trim(std::string_view(bytes_).substr(from, end - from));
}

Pronunciations::Pronunciations(Dictionary dictionary, const AcousticModel& model, speech::Pronouncer* pronouncer)
    : dictionary_(std::move(dictionary)), model_(model), pronouncer_(pronouncer) {}

std::vector<Pronunciation> Pronunciations::find(std::string_view word) const {
  std::vector<Pronunciation> found;
  add_from_dictionary(word, found);
  add_additions(word, found);
  if (found.empty()) add_possessive(word, found);
  if (found.empty()) add_by_parts(word, found);
  if (found.empty() && pronouncer_ && word.size() <= longest_word && has_sound(word))
    add_pronounced(std::string(word), found);
  return found;
}

bool Pronunciations::append(std::string_view phones, std::vector<Pronunciation>& out) const {
  Pronunciation pronunciation;
  for (auto name : text::split(phones, ' ')) {
    if (name.empty()) continue;
    auto phone = model_.find_phone(name);
    if (!phone || pronunciation.size() == longest_pronunciation) return false;
    pronunciation.push_back(*phone);
  }
  if (pronunciation.empty()) return false;
  if (std::find(out.begin(), out.end(), pronunciation) == out.end()) out.push_back(std::move(pronunciation));
  return true;
}

void Pronunciations::add_from_dictionary(std::string_view word, std::vector<Pronunciation>& out) const {
  auto phones = dictionary_.find(word);
  if (phones.empty()) return;
  append(phones, out);
  for (int variant = 2; variant <= most_variants; ++variant) {
    phones = dictionary_.find(fmt::format("{}({})", word, variant));
    if (phones.empty()) break;
    append(phones, out);
  }
}

void Pronunciations::add_additions(std::string_view word, std::vector<Pronunciation>& out) const {
  for (const auto& addition : additions) {
    if (addition.word == word) append(addition.phones, out);
  }
}

// "thermostat's" where only "thermostat" is known.
void Pronunciations::add_possessive(std::string_view word, std::vector<Pronunciation>& out) const {
  if (!word.ends_with("'s")) return;
  std::vector<Pronunciation> base;
  add_from_dictionary(word.substr(0, word.size() - 2), base);
  for (auto& pronunciation : base) {
    auto last = model_.phone_name(pronunciation.back());
    bool hisses = last == "S" || last == "Z" || last == "SH" || last == "ZH" || last == "CH" || last == "JH";
    bool voiceless = last == "P" || last == "T" || last == "K" || last == "F" || last == "TH";
    for (std::string_view name : {hisses ? "IH" : "", voiceless ? "S" : "Z"}) {
      if (auto phone = model_.find_phone(name)) pronunciation.push_back(*phone);
    }
    out.push_back(std::move(pronunciation));
  }
}

// "wi-fi" and "night_light", part by part.
void Pronunciations::add_by_parts(std::string_view word, std::vector<Pronunciation>& out) const {
  std::string spaced(word);
  std::replace_if(spaced.begin(), spaced.end(), is_separator, ' ');
  auto trimmed = text::trim(spaced);
  if (trimmed.empty() || trimmed == word) return;
  Pronunciation whole;
  for (auto part : text::split(trimmed, ' ')) {
    if (part.empty()) continue;
    auto known = find(part);
    if (known.empty() || whole.size() + known.front().size() > longest_pronunciation) return;
    whole.insert(whole.end(), known.front().begin(), known.front().end());
  }
  out.push_back(std::move(whole));
}

void Pronunciations::add_pronounced(const std::string& word, std::vector<Pronunciation>& out) const {
  {
    std::lock_guard lock(mutex_);
    if (auto found = cache_.find(word); found != cache_.end()) {
      out = found->second;
      return;
    }
  }
  auto spoken = pronouncer_->pronounce(word, "en-US");
  if (!spoken.ok()) {
    log::warning("sphinx", "{}", spoken.error().message);
    return;
  }
  for (const auto& ipa : *spoken) append(fmt::format("{}", fmt::join(arpabet_from_ipa(ipa), " ")), out);
  std::lock_guard lock(mutex_);
  if (cache_.size() >= cache_limit) cache_.clear();
  cache_.emplace(word, out);
}

}  // namespace entente::sphinx
