// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/wake/phrase.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "drivers/wake/network.h"

namespace entente::wake {
namespace {

constexpr std::size_t longest_text = 100;  // bytes
constexpr std::size_t most_words = 8;
constexpr std::size_t most_chains = 12;
constexpr std::size_t least_phones = 3;
constexpr std::size_t most_phones = 60;

Error refused(std::string_view text, std::string_view cause) {
  return Error{ErrorCode::invalid, fmt::format("wake: \"{}\" {}", text.substr(0, longest_text), cause)};
}

// Letters of any script, digits and apostrophes; anything else parts words.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words(1);
  for (const char c : text::to_lower_ascii(text)) {
    const bool part =
        static_cast<unsigned char>(c) >= 0x80 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '\'';
    if (part)
      words.back() += c;
    else if (!words.back().empty())
      words.emplace_back();
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

std::vector<std::uint8_t> phones_of(std::string_view names) {
  std::vector<std::uint8_t> phones;
  for (auto name : text::split(names, ' ')) {
    while (!name.empty() && name.back() >= '0' && name.back() <= '9') name.remove_suffix(1);  // stress
    const auto phone = find_phone(name);
    if (phone < phone_count && phone > 0) phones.push_back(static_cast<std::uint8_t>(phone));
  }
  return phones;
}

}  // namespace

std::size_t Chain::sounding() const {
  return static_cast<std::size_t>(std::count_if(phones.begin(), phones.end(), [](auto p) { return p != 0; }));
}

Result<std::vector<Chain>> chains_of(std::string_view text, std::string_view language, const Pronounce& pronounce) {
  if (text.size() > longest_text) return refused(text, "is too long for a wake word");
  const auto words = words_of(text);
  if (words.empty()) return refused(text, "is no word that can be said");
  if (words.size() > most_words) return refused(text, "has too many words for a wake word");
  std::vector<Chain> chains(1);
  for (const auto& word : words) {
    std::vector<Chain> longer;
    for (const auto& spoken : pronounce(word, language)) {
      const auto phones = phones_of(spoken);
      if (phones.empty()) continue;
      for (const Chain& before : chains) {
        Chain chain = before;
        if (!chain.phones.empty()) chain.phones.push_back(0);
        chain.phones.insert(chain.phones.end(), phones.begin(), phones.end());
        const bool known =
            std::any_of(longer.begin(), longer.end(), [&](const Chain& other) { return other.phones == chain.phones; });
        if (!known && longer.size() < most_chains) longer.push_back(std::move(chain));
      }
    }
    if (longer.empty())
      return refused(text, fmt::format("cannot be listened for: nobody knows how \"{}\" is said", word));
    chains = std::move(longer);
  }
  std::erase_if(chains, [](const Chain& chain) { return chain.sounding() < least_phones; });
  if (chains.empty()) return refused(text, "is too short to be told from other speech");
  if (chains.front().phones.size() > most_phones) return refused(text, "is too long for a wake word");
  return chains;
}

}  // namespace entente::wake
