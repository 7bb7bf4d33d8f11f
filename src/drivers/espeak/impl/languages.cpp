// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/espeak/impl/languages.h"

#include "base/text.h"

namespace entente::espeak {
namespace {

// What people write against what the engine calls it. The rest follows from its own list of voices.
constexpr std::pair<std::string_view, std::string_view> aliases[] = {
    {"zh-hk", "yue"},   {"zh-mo", "yue"},   {"zh-yue", "yue"},  {"zh", "cmn"},       {"en", "en-us"},
    {"en-au", "en-gb"}, {"en-nz", "en-gb"}, {"en-ie", "en-gb"}, {"en-in", "en-gb"},  {"en-za", "en-gb"},
    {"en-uk", "en-gb"}, {"no", "nb"},       {"nn", "nb"},       {"iw", "he"},        {"in", "id"},
    {"mo", "ro"},       {"sh", "hr"},       {"hbs", "hr"},      {"es-us", "es-419"}, {"pt-ao", "pt"},
};

// BCP 47 in lower case with hyphens; POSIX names ("zh_CN.UTF-8") are understood too.
std::string canonical(std::string_view language) {
  auto tag = text::to_lower_ascii(language.substr(0, language.find_first_of(".@")));
  std::replace(tag.begin(), tag.end(), '_', '-');
  return tag;
}

std::string_view alias_of(std::string_view tag) {
  for (const auto& [name, meant] : aliases) {
    if (name == tag) return meant;
  }
  return {};
}

}  // namespace

void Languages::add(std::string_view language, int priority, std::string_view file) {
  auto tag = canonical(language);
  if (tag == "variant" || tag.empty()) return;
  const auto [place, added] = voices_.try_emplace(std::move(tag), Voice{std::string(file), priority});
  if (!added && priority < place->second.priority) place->second = Voice{std::string(file), priority};
}

const Languages::Voice* Languages::lookup(const std::string& language) const {
  const auto found = voices_.find(language);
  return found == voices_.end() ? nullptr : &found->second;
}

std::string Languages::find(std::string_view language) const {
  if (language.size() > 64) return {};
  auto tag = canonical(language);
  while (!tag.empty()) {
    const auto meant = alias_of(tag);
    if (const auto* voice = lookup(meant.empty() ? tag : std::string(meant))) return voice->file;
    const auto cut = tag.rfind('-');
    if (cut == std::string::npos) break;
    tag.resize(cut);
  }
  // The plain language has no voice of its own ("fr" where only "fr-fr" is listed): the best of its regions.
  const Voice* best = nullptr;
  const auto prefix = tag + '-';
  for (auto at = voices_.lower_bound(prefix); at != voices_.end() && at->first.starts_with(prefix); ++at) {
    if (!best || at->second.priority < best->priority) best = &at->second;
  }
  return best && !tag.empty() ? best->file : std::string();
}

}  // namespace entente::espeak
