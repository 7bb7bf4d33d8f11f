// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/speech/wake_fallback.h"

#include <algorithm>
#include <deque>

#include "base/log.h"

namespace entente::speech {
namespace {

using Position = std::int64_t;
using State = RemoteWakeStream::State;

constexpr std::size_t kept = 2 * recogniser_rate;  // samples, for an engine that begins to hear in the middle
constexpr Position same_word = recogniser_rate;    // two detections of a phrase this close are one
constexpr std::size_t most_pending = 16;

}  // namespace

struct FallbackWakeSpotter::Model final : WakeModel {
  std::vector<WakePhrase> phrases;
  std::shared_ptr<const WakeModel> built_in;  // null where the built-in engine cannot wait for them
};

class FallbackWakeSpotter::Stream final : public WakeStream {
 public:
  Stream(FallbackWakeSpotter& spotter, std::shared_ptr<const Model> model)
      : spotter_(spotter), model_(std::move(model)), last_end_(model_->phrases.size(), -same_word) {}

  std::optional<WakeDetection> feed(Samples samples) override {
    look_after_remote();
    feed_built_in(samples);
    if (remote_) remote_->feed(samples);
    remember(samples);
    while (remote_) {
      const auto detection = remote_->next();
      if (!detection) break;
      found(*detection, remote_first_);
    }
    if (pending_.empty()) return std::nullopt;
    const auto first = pending_.front();
    pending_.pop_front();
    return first;
  }

 private:
  void look_after_remote() {
    if (!remote_ && spotter_.rest_.over()) {
      remote_ = spotter_.remote_.start(model_->phrases);
      remote_first_ = fed_;
      greeted_ = false;
    }
    if (remote_ && remote_->state() == State::away) {
      spotter_.rest_.failed(remote_->why_away());
      remote_.reset();
    }
    if (remote_ && !greeted_ && remote_->state() == State::here) {
      spotter_.rest_.worked();
      greeted_ = true;
    }
  }

  bool remote_covers(std::size_t phrase) const { return remote_ && remote_->covers(phrase); }

  void feed_built_in(Samples samples) {
    bool needed = false;
    for (std::size_t i = 0; i < model_->phrases.size(); ++i) needed = needed || !remote_covers(i);
    if (!needed || !model_->built_in) return built_in_.reset();
    if (!built_in_) {
      built_in_ = spotter_.built_in_->start(model_->built_in);
      built_in_first_ = fed_ - static_cast<Position>(history_.size());
      take(built_in_->feed(history_));
    }
    take(built_in_->feed(samples));
  }

  void take(std::optional<WakeDetection> detection) {
    for (; detection; detection = built_in_->feed({})) {
      if (!remote_covers(detection->phrase)) found(*detection, built_in_first_);
    }
  }

  // Each word once, whoever heard it.
  void found(WakeDetection detection, Position first) {
    if (detection.phrase >= last_end_.size() || pending_.size() >= most_pending) return;
    detection.begin += first;
    detection.end += first;
    if (detection.end < last_end_[detection.phrase] + same_word) return;
    last_end_[detection.phrase] = detection.end;
    pending_.push_back(detection);
  }

  void remember(Samples samples) {
    fed_ += static_cast<Position>(samples.size());
    const auto part = samples.last(std::min(samples.size(), kept));
    history_.insert(history_.end(), part.begin(), part.end());
    if (history_.size() > kept) history_.erase(history_.begin(), history_.end() - static_cast<std::ptrdiff_t>(kept));
  }

  FallbackWakeSpotter& spotter_;
  const std::shared_ptr<const Model> model_;
  std::unique_ptr<RemoteWakeStream> remote_;
  Position remote_first_ = 0;  // where in our sound its sound begins
  bool greeted_ = false;
  std::unique_ptr<WakeStream> built_in_;
  Position built_in_first_ = 0;
  Position fed_ = 0;
  std::vector<std::int16_t> history_;  // the last that was fed
  std::vector<Position> last_end_;     // of each phrase
  std::deque<WakeDetection> pending_;
};

FallbackWakeSpotter::FallbackWakeSpotter(const RestingWakeSpotter& remote, WakeSpotter* built_in, Now now)
    : remote_(*remote.engine),
      built_in_(built_in),
      rest_(std::string(remote_.name()),
            built_in ? "the built-in engine waits for the wake word instead" : "nothing waits for the wake word",
            std::move(now), remote.rest) {}

bool FallbackWakeSpotter::supports(std::string_view language) const {
  return remote_.supports(language) || (built_in_ && built_in_->supports(language));
}

Result<std::shared_ptr<const WakeModel>> FallbackWakeSpotter::prepare(std::span<const WakePhrase> phrases) {
  auto model = std::make_shared<Model>();
  model->phrases.assign(phrases.begin(), phrases.end());
  if (built_in_) {
    auto prepared = built_in_->prepare(phrases);
    if (prepared) {
      model->built_in = *std::move(prepared);
    } else {
      log::warning("speech", "only '{}' waits for the wake word: {}", remote_.name(), prepared.error().message);
    }
  }
  return std::shared_ptr<const WakeModel>(std::move(model));
}

std::unique_ptr<WakeStream> FallbackWakeSpotter::start(std::shared_ptr<const WakeModel> model) {
  return std::make_unique<Stream>(*this, std::static_pointer_cast<const Model>(std::move(model)));
}

}  // namespace entente::speech
