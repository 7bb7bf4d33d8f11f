// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/espeak/espeak.h"

#include "drivers/espeak/impl/engine.h"
#include "drivers/espeak/impl/phonemes.h"

namespace entente::espeak {
namespace {

// Measured by bench/voices.
double level_of(std::string_view language) {
  constexpr std::pair<std::string_view, double> levels[] = {
      {"en", -21.1}, {"de", -22.2}, {"es", -22.7}, {"fr", -24.0}, {"zh", -21.7}};
  for (const auto& [tag, level] : levels) {
    if (language.starts_with(tag)) return level;
  }
  return -22;
}

class Synthesiser : public speech::Synthesiser {
 public:
  explicit Synthesiser(std::shared_ptr<Engine> engine) : engine_(std::move(engine)) {}

  std::string_view name() const override { return "espeak"; }
  bool supports(std::string_view language) const override { return engine_->supports(language); }
  int rate() const override { return engine_->rate(); }
  double level(std::string_view language) const override { return level_of(language); }
  Result<void> speak(const speech::VoiceRequest& request, const std::function<bool(speech::Samples)>& sink) override {
    return engine_->speak(request, sink);
  }

 private:
  std::shared_ptr<Engine> engine_;
};

class Pronouncer : public speech::Pronouncer {
 public:
  explicit Pronouncer(std::shared_ptr<Engine> engine) : engine_(std::move(engine)) {}

  Result<std::vector<std::string>> pronounce(std::string_view word, std::string_view language) override {
    constexpr std::size_t longest_word = 200;  // bytes
    if (word.size() > longest_word) {
      return Error{ErrorCode::exhausted, fmt::format("espeak: a word of {} bytes", word.size())};
    }
    ENTENTE_TRY(const auto marked, engine_->phonemes(word, language));
    auto plain = plain_phonemes(marked);
    if (plain.empty()) return Error{ErrorCode::unsupported, fmt::format("espeak: nothing to say in '{}'", word)};
    return std::vector<std::string>{std::move(plain)};
  }

 private:
  std::shared_ptr<Engine> engine_;
};

}  // namespace

Result<Faces> open(const std::filesystem::path& data) {
  ENTENTE_TRY(const auto engine, Engine::open(data));
  Faces faces;
  faces.synthesiser = std::make_unique<Synthesiser>(engine);
  faces.pronouncer = std::make_unique<Pronouncer>(engine);
  return faces;
}

}  // namespace entente::espeak
