// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/home/impl/levels.h"

#include <algorithm>
#include <iterator>

#include "base/text.h"

namespace entente::home {
namespace {

bool says_one_of(const model::ListedValue& listed, std::initializer_list<std::string_view> words) {
  const std::string description = text::to_lower_ascii(listed.description);
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return description.find(word) != std::string::npos; });
}

bool is_level(const model::ListedValue& listed) {
  return !says_one_of(listed, {"auto", "sleep", "favorite", "favourite", "const", "interval", "none", "natur", "smart",
                               "manual", "idle", "off", "close", "error", "自动", "睡眠", "恒湿", "关"});
}

bool runs_downwards(const std::vector<model::ListedValue>& levels) {
  return says_one_of(levels.front(), {"high", "strong", "full", "max", "高"}) &&
         says_one_of(levels.back(), {"low", "weak", "silen", "min", "低"});
}

}  // namespace

std::vector<std::int64_t> levels_of(const model::Property& property) {
  std::vector<model::ListedValue> levels;
  std::copy_if(property.list.begin(), property.list.end(), std::back_inserter(levels), is_level);
  std::sort(levels.begin(), levels.end(), [](const auto& left, const auto& right) { return left.value < right.value; });
  if (!levels.empty() && runs_downwards(levels)) std::reverse(levels.begin(), levels.end());
  std::vector<std::int64_t> values;
  values.reserve(levels.size());
  for (const auto& level : levels) values.push_back(level.value);
  return values;
}

}  // namespace entente::home
