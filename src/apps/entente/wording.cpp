// SPDX-License-Identifier: GPL-3.0-or-later
#include "apps/entente/wording.h"

#include <map>
#include <memory>
#include <optional>

#include "base/log.h"
#include "base/text.h"
#include "services/language/spoken_form.h"

namespace entente::apps {
namespace {

namespace fs = std::filesystem;

class Tables {
 public:
  explicit Tables(std::vector<fs::path> folders) : folders_(std::move(folders)) {}

  const std::optional<language::SpokenForm>& of(const std::string& tag) {
    constexpr std::size_t most_languages = 32;  // as many as anybody speaks
    const auto found = forms_.find(tag);
    if (found != forms_.end()) return found->second;
    if (forms_.size() >= most_languages) forms_.clear();
    return forms_.emplace(tag, load(tag)).first->second;
  }

 private:
  std::optional<language::SpokenForm> load(const std::string& tag) const {
    const auto name = nearest(tag);
    if (name.empty()) return std::nullopt;
    std::vector<fs::path> with_tables;
    for (const auto& folder : folders_) with_tables.push_back(folder / name / "speech");
    auto form = language::SpokenForm::load(with_tables, name);
    for (const auto& problem : form.problems()) log::warning("speech", "{}", language::to_string(problem));
    return form;
  }

  // The folder for a BCP 47 tag: "en" for "en-US", "zh-CN" for "zh" and "zh-TW".
  std::string nearest(const std::string& tag) const {
    const auto family = text::to_lower_ascii(std::string_view(tag).substr(0, tag.find_first_of("-_.@")));
    std::string best;
    for (const auto& folder : folders_) {
      std::error_code ignored;
      for (fs::directory_iterator at(folder, ignored), end; !ignored && at != end; at.increment(ignored)) {
        const auto name = at->path().filename().string();
        const bool related = name == family || name.starts_with(family + '-');
        if (!related || !fs::is_directory(at->path() / "speech", ignored)) continue;
        if (best.empty() || name == tag || (best != tag && name.size() < best.size())) best = name;
      }
    }
    return best;
  }

  const std::vector<fs::path> folders_;
  std::map<std::string, std::optional<language::SpokenForm>> forms_;
};

}  // namespace

speech::Wording wording_from(std::vector<fs::path> folders) {
  return [tables = std::make_shared<Tables>(std::move(folders))](const std::string& text, const std::string& language,
                                                                 const std::string& as) {
    const auto& form = tables->of(language);
    return language::sentences_of(form ? form->say(text, as) : text, language);
  };
}

}  // namespace entente::apps
