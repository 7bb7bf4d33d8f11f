// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/home/routines/suggestion.h"

#include <algorithm>
#include <vector>

#include "base/text.h"

namespace entente::home {
namespace {

constexpr std::size_t longest_compared = 60;
constexpr std::size_t most_listed = 12;

// How many letters must be added, taken away, changed or swapped with their neighbour.
std::size_t distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> before(right.size() + 1), last(right.size() + 1), now(right.size() + 1);
  for (std::size_t j = 0; j <= right.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= left.size(); ++i) {
    now[0] = i;
    for (std::size_t j = 1; j <= right.size(); ++j) {
      const std::size_t changed = left[i - 1] == right[j - 1] ? 0 : 1;
      now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + changed});
      const bool swapped = i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
      if (swapped) now[j] = std::min(now[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(now);
  }
  return last[right.size()];
}

// "lamp bedroom" and "bedroom lamp" are the same words.
std::string sorted_words(std::string_view name) {
  std::vector<std::string> words;
  for (const auto word : text::split(name, ' ')) words.emplace_back(word);
  std::sort(words.begin(), words.end());
  return text::join(words, " ");
}

}  // namespace

std::string nearest(std::string_view word, std::span<const std::string> candidates) {
  if (word.empty() || word.size() > longest_compared) return {};
  const std::string wanted = text::to_lower_ascii(word);
  std::size_t best = wanted.size() / 3 + 1;
  std::string found;
  for (const auto& candidate : candidates) {
    if (candidate.size() > longest_compared) continue;
    const std::string lower = text::to_lower_ascii(candidate);
    std::size_t off = distance(wanted, lower);
    if (off > 1 && sorted_words(wanted) == sorted_words(lower)) off = 1;
    const bool part = wanted.size() >= 4 && off > 2 && lower.find(wanted) != std::string::npos;
    if (part) off = 2;
    if (off >= best) continue;
    best = off;
    found = candidate;
  }
  return found;
}

std::string suggestion(std::string_view word, std::span<const std::string> candidates) {
  const std::string near = nearest(word, candidates);
  if (!near.empty()) return fmt::format("; did you mean {}?", shown(near));
  if (candidates.empty()) return {};
  const std::vector<std::string> first(
      candidates.begin(), candidates.begin() + static_cast<std::ptrdiff_t>(std::min(candidates.size(), most_listed)));
  return fmt::format("; there is {}{}", text::shorten(text::join(first, ", "), 400),
                     candidates.size() > most_listed ? ", …" : "");
}

std::string shown(std::string_view name) { return fmt::format("'{}'", text::shorten(text::to_valid_utf8(name), 80)); }

}  // namespace entente::home
