// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sphinx/wake_verifier.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "drivers/sphinx/conditions.h"
#include "drivers/sphinx/engine.h"
#include "drivers/sphinx/phone_loop.h"
#include "drivers/sphinx/senone_scorer.h"

namespace entente::sphinx {
namespace {

constexpr float never = -1e30F;
// Each phone must earn more than the loop asks for one, or a few lucky frames would pass for a word.
constexpr float phone_cost = -12;
constexpr std::size_t fewest_frames = 30;
constexpr std::size_t most_frames = 600;

struct State {
  std::uint16_t senone = 0;
  float stay = 0, leave = 0;
  bool may_skip_to = false;  // is entered also from before the pause that stands in front of it
};

// The phrase as a chain of triphone states; words are parted by "SIL", which need not be heard.
std::vector<State> states_of(const AcousticModel& model, std::string_view pronunciation) {
  std::vector<Phone> phones;
  for (const auto name : text::split(pronunciation, ' ')) {
    if (const auto phone = model.find_phone(name)) phones.push_back(*phone);
  }
  const Phone silence = model.silence();
  const auto is_pause = [&](std::size_t at) { return at >= phones.size() || phones[at] == silence; };
  std::vector<State> states;
  for (std::size_t i = 0; i < phones.size(); ++i) {
    const bool begins = i == 0 || is_pause(i - 1);
    const bool ends = is_pause(i + 1);
    const auto place =
        begins ? (ends ? WordPlace::single : WordPlace::begin) : (ends ? WordPlace::end : WordPlace::inside);
    const Phone left = begins ? (i >= 2 ? phones[i - 2] : silence) : phones[i - 1];
    const Phone right = ends ? (i + 2 < phones.size() ? phones[i + 2] : silence) : phones[i + 1];
    const auto sequence =
        phones[i] == silence ? model.context_free(silence) : model.triphone(place, phones[i], left, right);
    const auto& transitions = model.transitions(phones[i]);
    for (std::size_t k = 0; k < state_count; ++k) {
      State state{model.senone_sequence(sequence)[k], transitions.stay[k], transitions.leave[k]};
      state.may_skip_to = k == 0 && i >= 2 && begins;
      states.push_back(state);
    }
  }
  return states;
}

// The phrase's best path through the frames so far, begun wherever the loop was best.
class Chain {
 public:
  explicit Chain(std::vector<State> states) : states_(std::move(states)), tokens_(states_.size()) {}

  // `loop_before` and `loop_after` are what the loop scores without and with this frame.
  void advance(SenoneScorer& scorer, bool may_begin, double loop_before, double loop_after) {
    for (std::size_t i = states_.size(); i-- > 0;) {
      const State& state = states_[i];
      Token best;
      if (i == 0 && may_begin) best = {loop_before + phone_cost, 0};
      if (i > 0) best = from(tokens_[i - 1], states_[i - 1].leave + (i % state_count == 0 ? phone_cost : 0));
      if (i > state_count && state.may_skip_to) {
        const std::size_t before = i - 1 - state_count;
        best = std::max(best, from(tokens_[before], states_[before].leave + phone_cost));
      }
      best = std::max(best, from(tokens_[i], state.stay));
      if (best.score > never / 2)
        best = {best.score + static_cast<double>(scorer.score(state.senone)), best.frames + 1};
      tokens_[i] = best;
    }
    const Token& end = tokens_.back();
    if (end.score > never / 2) best_ = std::max(best_, (end.score - loop_after) / end.frames);
  }
  double best() const { return best_; }

 private:
  struct Token {
    double score = never;
    int frames = 0;
    bool operator<(const Token& other) const { return score < other.score; }
  };
  static Token from(const Token& token, float cost) {
    return token.score > never / 2 ? Token{token.score + static_cast<double>(cost), token.frames} : Token{};
  }

  std::vector<State> states_;
  std::vector<Token> tokens_;
  double best_ = -100;
};

class Verifier : public speech::WakeVerifier {
 public:
  explicit Verifier(std::shared_ptr<const Engine> engine) : engine_(std::move(engine)) {}

  std::optional<double> likeness(speech::Samples sound, std::size_t from, std::size_t to,
                                 std::span<const std::string> pronunciations) const override {
    FrontEnd front_end(engine_->parameters);
    std::vector<MelFrame> frames;
    front_end.feed(sound.first(std::min(sound.size(), most_frames * frame_shift)), frames);
    if (frames.size() < fewest_frames) return std::nullopt;
    const Conditions conditions(*engine_, frames);
    std::vector<Cepstrum> cepstra;
    cepstra.reserve(frames.size());
    for (const auto& frame : frames) cepstra.push_back(conditions.clean(frame));

    std::vector<Chain> chains;
    for (const auto& pronunciation : pronunciations) {
      auto states = states_of(engine_->model, pronunciation);
      if (!states.empty()) chains.emplace_back(std::move(states));
    }
    SenoneScorer scorer(engine_->model);
    PhoneLoop loop(engine_->model);
    const std::size_t first = from / frame_shift;
    const std::size_t last = std::min(frames.size(), to / frame_shift + 1);
    for (std::size_t at = first > lead ? first - lead : 0; at < last; ++at) {
      scorer.begin_frame(features_at(cepstra, at));
      const double before = loop.score();
      loop.advance(scorer, conditions.quiet_bonus(frames, at));
      for (auto& chain : chains) chain.advance(scorer, at >= first, before, loop.score());
    }
    std::optional<double> best;
    for (const auto& chain : chains) best = std::max(best.value_or(-100), chain.best());
    return best;
  }

 private:
  static constexpr std::size_t lead = 10;  // frames in which the loop finds its feet
  std::shared_ptr<const Engine> engine_;
};

}  // namespace

Result<std::unique_ptr<speech::WakeVerifier>> open_wake_verifier(const Options& options) {
  ENTENTE_TRY(auto parameters, FrontEndParameters::open(options.model_folder / "feat.params"));
  ENTENTE_TRY(auto model, AcousticModel::open(options.model_folder));
  ENTENTE_TRY(auto dictionary, Dictionary::parse("a AH\n", "none"));
  auto engine = std::make_shared<const Engine>(std::move(model), parameters, std::move(dictionary), options);
  return std::unique_ptr<speech::WakeVerifier>(std::make_unique<Verifier>(std::move(engine)));
}

}  // namespace entente::sphinx
