// SPDX-License-Identifier: GPL-3.0-or-later
#include "apps/entente/wake_engine.h"

#include <fmt/format.h>

#include "base/text.h"
#include "drivers/sphinx/pronunciations.h"
#include "drivers/wake/spotter.h"

namespace entente::apps {
namespace {

constexpr int most_pronunciations = 8;  // of one word

std::vector<std::string> pronunciations_of(const sphinx::Dictionary& dictionary, std::string_view word) {
  const auto plain = text::to_lower_ascii(word);
  std::vector<std::string> found;
  for (int i = 1; i <= most_pronunciations; ++i) {
    const auto phones = dictionary.find(i == 1 ? plain : fmt::format("{}({})", plain, i));
    if (phones.empty()) break;
    found.emplace_back(phones);
  }
  return found;
}

}  // namespace

Result<std::unique_ptr<speech::WakeSpotter>> open_wake_engine(const WakeEngineOptions& options) {
  const auto weights = options.data_folder / "models" / "wake" / "phones.bin";
  std::error_code ignored;
  if (!std::filesystem::exists(weights, ignored)) {
    return Error{ErrorCode::unavailable,
                 fmt::format("nothing here waits for a wake word: {} is not there", weights.string())};
  }
  ENTENTE_TRY(auto opened, sphinx::Dictionary::open(options.dictionary));
  const auto dictionary = std::make_shared<const sphinx::Dictionary>(std::move(opened));
  wake::Options engine;
  engine.weights = weights;
  engine.pronounce = [dictionary](std::string_view word, std::string_view) {
    return pronunciations_of(*dictionary, word);
  };
  return wake::open(std::move(engine));
}

}  // namespace entente::apps
