// SPDX-License-Identifier: GPL-3.0-or-later
#include "apps/entente/wake_engine.h"

#include <fmt/format.h>

#include "base/log.h"
#include "base/text.h"
#include "drivers/espeak/espeak.h"
#include "drivers/sphinx/ipa.h"
#include "drivers/sphinx/pronunciations.h"
#include "drivers/sphinx/wake_verifier.h"
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

// What the dictionary lacks is said as espeak would say it.
std::vector<std::string> guesses_for(speech::Pronouncer* pronouncer, std::string_view word, std::string_view language) {
  std::vector<std::string> found;
  if (pronouncer == nullptr) return found;
  const auto spoken = pronouncer->pronounce(word, language);
  if (!spoken) return found;
  for (const auto& ipa : *spoken) {
    std::string line;
    for (const auto phone : sphinx::arpabet_from_ipa(ipa)) line.append(line.empty() ? "" : " ").append(phone);
    if (!line.empty()) found.push_back(std::move(line));
  }
  return found;
}

// None where the acoustic model is not there: the network decides alone.
std::shared_ptr<const speech::WakeVerifier> open_verifier(const std::filesystem::path& acoustic_model) {
  if (acoustic_model.empty()) return nullptr;
  sphinx::Options options;
  options.model_folder = acoustic_model;
  auto verifier = sphinx::open_wake_verifier(options);
  if (verifier) return std::move(*verifier);
  log::warning("wake", "{}: wake words are told by the network alone", verifier.error().message);
  return nullptr;
}

class WithBuiltIn : public speech::WakeSpotter {
 public:
  WithBuiltIn(const speech::RestingWakeSpotter& remote, std::unique_ptr<speech::WakeSpotter> built_in)
      : built_in_(std::move(built_in)), both_(remote, built_in_.get(), Clock::now) {}

  bool supports(std::string_view language) const override { return both_.supports(language); }
  Result<std::shared_ptr<const speech::WakeModel>> prepare(std::span<const speech::WakePhrase> phrases) override {
    return both_.prepare(phrases);
  }
  std::unique_ptr<speech::WakeStream> start(std::shared_ptr<const speech::WakeModel> model) override {
    return both_.start(std::move(model));
  }

 private:
  const std::unique_ptr<speech::WakeSpotter> built_in_;  // may be null
  speech::FallbackWakeSpotter both_;
};

}  // namespace

Result<std::unique_ptr<speech::WakeSpotter>> open_wake_engine(const WakeEngineOptions& options,
                                                              const std::vector<speech::RestingWakeSpotter>& remotes) {
  auto built_in = open_wake_engine(options);
  if (remotes.empty()) return built_in;
  if (!built_in) log::warning("wake", "{}: wake words are heard only elsewhere", built_in.error().message);
  auto own = built_in ? *std::move(built_in) : nullptr;
  return std::unique_ptr<speech::WakeSpotter>(std::make_unique<WithBuiltIn>(remotes.front(), std::move(own)));
}

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
  std::shared_ptr<espeak::Faces> voice;
  if (auto espeak = espeak::open(); espeak) voice = std::make_shared<espeak::Faces>(std::move(*espeak));
  engine.pronounce = [dictionary, voice](std::string_view word, std::string_view language) {
    auto known = pronunciations_of(*dictionary, word);
    return known.empty() ? guesses_for(voice ? voice->pronouncer.get() : nullptr, word, language) : known;
  };
  engine.verifier = open_verifier(options.acoustic_model);
  return wake::open(std::move(engine));
}

}  // namespace entente::apps
