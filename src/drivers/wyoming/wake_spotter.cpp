// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/wyoming/wake_spotter.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>

#include "base/text.h"
#include "drivers/wyoming/impl/connection.h"
#include "drivers/wyoming/protocol/messages.h"

namespace entente::wyoming {
namespace {

using State = speech::RemoteWakeStream::State;
using speech::WakeDetection;

constexpr std::int64_t usual_length = speech::recogniser_rate;  // of a phrase, where the server tells only the end

// What the loop tells the thread that feeds. Written by the loop alone; each part before the atomic that makes it
// public.
struct Shared {
  static constexpr std::size_t most_detections = 16;

  std::atomic<State> state{State::coming};
  std::vector<bool> covered;  // before State::here
  Error reason;               // before State::away
  std::array<WakeDetection, most_detections> detections;
  std::atomic<std::size_t> written{0};
  std::atomic<std::size_t> read{0};

  void give(const WakeDetection& detection) {
    const auto next = written.load(std::memory_order_relaxed);
    if (next - read.load(std::memory_order_acquire) == most_detections) return;  // nobody asks any more
    detections[next % most_detections] = detection;
    written.store(next + 1, std::memory_order_release);
  }
  std::optional<WakeDetection> take() {
    const auto next = read.load(std::memory_order_relaxed);
    if (next == written.load(std::memory_order_acquire)) return std::nullopt;
    const auto detection = detections[next % most_detections];
    read.store(next + 1, std::memory_order_release);
    return detection;
  }
};

// One conversation without end, on the loop: sound goes, names of wake words come.
class Talk {
 public:
  Talk(Server& server, std::vector<std::string> phrases, std::string model, std::shared_ptr<Shared> shared)
      : server_(server),
        phrases_(std::move(phrases)),
        model_(std::move(model)),
        shared_(std::move(shared)),
        answer_(server.thread().loop()),
        connection_(server.thread().loop(), server.settings().address, server.settings().connect_time,
                    {[this](const Event& event) { receive(event); }, [this](const Error& error) { lose(error); }}) {}

  void begin() {
    const auto patience = server_.settings().connect_time + server_.settings().answer_time;
    answer_.start(patience, [this] {
      lose({ErrorCode::timeout, fmt::format("wyoming: {}: no answer in time", server_.settings().address.to_string())});
    });
    connection_.open();
    connection_.send(describe());
  }

  void feed(const std::vector<std::int16_t>& samples) {
    if (shared_->state == State::here) connection_.send(audio_chunk(samples, fed_));
    fed_ += static_cast<std::int64_t>(samples.size());
  }

 private:
  void receive(const Event& event) {
    if (event.type == "error") return lose(error_in(event));
    if (event.type == "info" && shared_->state == State::coming) {
      auto info = std::make_shared<const ServerInfo>(read_info(event.data));
      server_.learn(info);
      return listen(*info);
    }
    if (event.type == "detection" && shared_->state == State::here) detected(event);
  }

  void listen(const ServerInfo& info) {
    std::vector<std::string> wanted;
    for (std::size_t i = 0; i < phrases_.size(); ++i) {
      auto name = i == 0 && !model_.empty() ? std::optional(model_) : wake_model_for(phrases_[i], info);
      if (name) wanted.push_back(*name);
      names_.push_back(name.value_or(""));
      shared_->covered.push_back(name.has_value());
    }
    if (wanted.empty()) {
      return lose({ErrorCode::failed, "wyoming: the server knows none of the wake words that are wanted"});
    }
    answer_.stop();
    connection_.send(detect(wanted));
    connection_.send(audio_start());
    shared_->state = State::here;
  }

  void detected(const Event& event) {
    const auto name = string_or(event.data, "name", "");
    // Some servers do not say which; then it is the first that it knows.
    const auto place = std::find_if(names_.begin(), names_.end(), [&name](const std::string& each) {
      return name.empty() ? !each.empty() : each == name;
    });
    if (place == names_.end()) return;
    const auto milliseconds = integer_or(event.data, "timestamp", -1);
    const auto told = milliseconds >= 0 && milliseconds <= fed_ / 16;
    WakeDetection detection;
    detection.phrase = static_cast<std::size_t>(place - names_.begin());
    detection.score = 1;
    detection.end = told ? milliseconds * 16 : fed_;
    detection.begin = std::max<std::int64_t>(0, detection.end - usual_length);
    shared_->give(detection);
  }

  void lose(const Error& error) {
    if (shared_->state == State::away) return;
    answer_.stop();
    shared_->reason = error;
    shared_->state = State::away;
  }

  Server& server_;
  const std::vector<std::string> phrases_;
  const std::string model_;
  const std::shared_ptr<Shared> shared_;
  Timer answer_;
  std::vector<std::string> names_;  // the server's, for each phrase; empty for one that it does not know
  std::int64_t fed_ = 0;
  Connection connection_;
};

class Stream final : public speech::RemoteWakeStream {
 public:
  Stream(Server& server, std::vector<std::string> phrases, std::string model)
      : thread_(server.thread()),
        talk_(thread_.keep(std::make_unique<Talk>(server, std::move(phrases), std::move(model), shared_))) {
    thread_.post([talk = talk_] { talk->begin(); });
  }

  void feed(speech::Samples samples) override {
    if (samples.empty()) return;
    thread_.post(
        [talk = talk_, part = std::vector<std::int16_t>(samples.begin(), samples.end())] { talk->feed(part); });
  }
  std::optional<WakeDetection> next() override { return shared_->take(); }
  State state() const override { return shared_->state; }
  Error why_away() const override { return state() == State::away ? shared_->reason : Error(); }
  bool covers(std::size_t phrase) const override {
    return state() == State::here && phrase < shared_->covered.size() && shared_->covered[phrase];
  }

 private:
  net::LoopThread& thread_;
  const std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();
  const std::shared_ptr<Talk> talk_;  // lives on the loop
};

}  // namespace

std::unique_ptr<speech::RemoteWakeStream> WakeSpotter::start(const std::vector<speech::WakePhrase>& phrases) {
  std::vector<std::string> texts;
  for (const auto& phrase : phrases) texts.push_back(phrase.text);
  return std::make_unique<Stream>(server_, std::move(texts), model_);
}

}  // namespace entente::wyoming
