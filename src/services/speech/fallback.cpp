// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/speech/fallback.h"

#include <algorithm>
#include <stdexcept>

#include "base/log.h"

namespace entente::speech {

namespace {

constexpr int most_doublings = 4;

}  // namespace

Rest::Rest(std::string name, std::string instead, Now now, Duration first)
    : name_(std::move(name)), instead_(std::move(instead)), now_(std::move(now)), first_(first) {}

void Rest::worked() {
  if (failures_.exchange(0) == 0) return;
  until_ = TimePoint::min();
  log::info("speech", "'{}' is back", name_);
}

void Rest::failed(const Error& error) {
  if (error.code == ErrorCode::unsupported || error.code == ErrorCode::invalid || error.code == ErrorCode::cancelled) {
    return;
  }
  const int before = failures_.fetch_add(1);
  until_ = now_() + first_ * (1 << std::min(before, most_doublings));
  if (before == 0) log::warning("speech", "'{}' is away ({}); {}", name_, error.message, instead_);
}

struct FallbackRecogniser::Remote {
  Remote(const RestingRecogniser& remote, const std::string& instead, const Now& now)
      : engine(*remote.engine), rest(std::string(engine.name()), instead, now, remote.rest) {}
  RemoteRecogniser& engine;
  Rest rest;
};

struct FallbackRecogniser::Space final : SearchSpace {
  std::string language;
  std::shared_ptr<const SearchSpace> built_in;  // null where the built-in engine does not know the language
};

class FallbackRecogniser::Stream final : public RecogniserStream {
 public:
  Stream(std::unique_ptr<RecogniserStream> built_in, Remote* remote, const std::string& language)
      : built_in_(std::move(built_in)), remote_(remote) {
    // Without a built-in engine even one that rests is better than none.
    if (remote_ && (remote_->rest.over() || !built_in_)) utterance_ = remote_->engine.start(language);
  }

  void feed(Samples samples) override {
    if (utterance_) utterance_->feed(samples);
    if (built_in_) built_in_->feed(samples);
  }

  Partial partial() override {
    if (built_in_) return built_in_->partial();
    Partial partial;
    if (utterance_) partial.text = utterance_->words_so_far();
    return partial;
  }

  Recognition result() override {
    if (!utterance_) return built_in_ ? built_in_->result() : Recognition();
    auto heard = utterance_->result();
    if (heard) {
      remote_->rest.worked();
      return *std::move(heard);
    }
    remote_->rest.failed(heard.error());
    if (!built_in_) throw std::runtime_error(heard.error().message);
    utterance_.reset();
    return built_in_->result();
  }

 private:
  std::unique_ptr<RecogniserStream> built_in_;
  Remote* remote_;
  std::unique_ptr<RemoteUtterance> utterance_;  // null while the engine rests, and once it has failed
};

FallbackRecogniser::FallbackRecogniser(const std::vector<RestingRecogniser>& remotes, Recogniser* built_in,
                                       const Now& now)
    : built_in_(built_in) {
  const std::string instead =
      built_in ? "the built-in engine hears instead" : "speech is not understood until it is back";
  for (const auto& each : remotes) remotes_.push_back(std::make_unique<Remote>(each, instead, now));
}

FallbackRecogniser::~FallbackRecogniser() = default;

FallbackRecogniser::Remote* FallbackRecogniser::remote_for(std::string_view language) const {
  const auto found = std::find_if(remotes_.begin(), remotes_.end(),
                                  [language](const auto& remote) { return remote->engine.supports(language); });
  return found == remotes_.end() ? nullptr : found->get();
}

bool FallbackRecogniser::supports(std::string_view language) const {
  return remote_for(language) != nullptr || (built_in_ && built_in_->supports(language));
}

Result<std::shared_ptr<const SearchSpace>> FallbackRecogniser::prepare(std::shared_ptr<const model::WordGraph> graph) {
  auto space = std::make_shared<Space>();
  space->language = graph->language;
  if (built_in_ && built_in_->supports(graph->language)) {
    auto prepared = built_in_->prepare(std::move(graph));
    if (!prepared && !remote_for(space->language)) return prepared.error();
    if (!prepared)
      log::warning("speech", "only another machine hears '{}': {}", space->language, prepared.error().message);
    if (prepared) space->built_in = *std::move(prepared);
  }
  return std::shared_ptr<const SearchSpace>(std::move(space));
}

std::unique_ptr<RecogniserStream> FallbackRecogniser::start(std::shared_ptr<const SearchSpace> space) {
  const auto& own = static_cast<const Space&>(*space);
  auto built_in = own.built_in ? built_in_->start(own.built_in) : nullptr;
  return std::make_unique<Stream>(std::move(built_in), remote_for(own.language), own.language);
}

RestingSynthesiser::RestingSynthesiser(std::unique_ptr<Synthesiser> engine, Now now, Duration rest)
    : engine_(std::move(engine)),
      rest_(std::string(engine_->name()), "another voice speaks instead", std::move(now), rest) {}

Result<void> RestingSynthesiser::speak(const VoiceRequest& request, const std::function<bool(Samples)>& sink) {
  auto spoken = engine_->speak(request, sink);
  if (spoken) {
    rest_.worked();
  } else {
    rest_.failed(spoken.error());
  }
  return spoken;
}

}  // namespace entente::speech
