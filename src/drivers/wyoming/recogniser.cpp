// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/wyoming/recogniser.h"

#include <atomic>

#include "base/text.h"
#include "drivers/wyoming/impl/connection.h"
#include "drivers/wyoming/impl/waiter.h"
#include "drivers/wyoming/protocol/answers.h"
#include "drivers/wyoming/protocol/messages.h"

namespace entente::wyoming {
namespace {

using Words = std::shared_ptr<const std::string>;

constexpr std::size_t longest_utterance = 60 * speech::recogniser_rate;
constexpr std::size_t chunk = speech::recogniser_rate / 2;

// One conversation, on the loop: sound goes, a text comes.
class Talk {
 public:
  explicit Talk(Server& server)
      : server_(server),
        loop_(server.thread().loop()),
        connection_(loop_, server.settings().address, server.settings().connect_time,
                    {[this](const Event& event) { receive(event); }, [this](const Error& error) { settle(error); }}) {}

  void begin(std::string_view language, std::string_view model) {
    const auto& info = server_.info();
    connection_.open();
    connection_.send(transcribe(language_for(language, info ? info->asr : std::vector<ServerInfo::Model>()), model));
    connection_.send(audio_start());
  }

  void feed(const std::vector<std::int16_t>& samples) {
    for (std::size_t at = 0; at < samples.size(); at += chunk) {
      const auto part = std::span(samples).subspan(at, std::min(chunk, samples.size() - at));
      connection_.send(audio_chunk(part, fed_));
      fed_ += static_cast<std::int64_t>(part.size());
    }
  }

  // The whole text of what was fed, which is all that there will be.
  Task<Result<std::string>> answer() {
    const auto deadline = Deadline::in(loop_, server_.settings().answer_time);
    connection_.send(audio_stop(fed_));
    if (!outcome_) {
      const auto place = "wyoming: " + server_.settings().address.to_string();
      Waiter waiter(loop_, waiting_);
      const auto woken = co_await waiter.wait(deadline, place);
      if (!woken) co_return woken.error();
    }
    co_return *outcome_;
  }

  // Any thread.
  Words words_so_far() const { return words_.load(); }

 private:
  void receive(const Event& event) {
    if (outcome_) return;
    if (const auto received = transcript_.receive(event); !received) return settle(received.error());
    words_.store(std::make_shared<const std::string>(transcript_.text()));
    if (transcript_.done()) settle(transcript_.text());
  }
  void settle(Result<std::string> outcome) {
    if (outcome_) return;
    outcome_.emplace(std::move(outcome));
    if (waiting_) waiting_->fulfil(true);
  }

  Server& server_;
  net::EventLoop& loop_;
  Transcript transcript_;
  std::int64_t fed_ = 0;
  std::optional<Result<std::string>> outcome_;
  OneShot<bool>* waiting_ = nullptr;
  std::atomic<Words> words_;
  Connection connection_;
};

class Utterance final : public speech::RemoteUtterance {
 public:
  Utterance(Server& server, std::string language, std::string model)
      : server_(server), language_(std::move(language)), model_(std::move(model)) {}

  void feed(speech::Samples samples) override {
    const auto room = longest_utterance - std::min(longest_utterance, sound_.size());
    const auto part = samples.first(std::min(samples.size(), room));
    if (part.empty()) return;
    sound_.insert(sound_.end(), part.begin(), part.end());
    result_.reset();
    send({part.begin(), part.end()});
  }

  std::string words_so_far() override {
    const auto words = talk_ ? talk_->words_so_far() : nullptr;
    return words ? *words : std::string();
  }

  Result<speech::Recognition> result() override {
    if (result_) return *result_;
    if (!talk_) send({});
    const auto talk = std::exchange(talk_, nullptr);
    auto text = server_.thread().run<std::string>([talk] { return talk->answer(); });
    if (!text) return text.error();
    speech::Recognition heard;
    heard.confidence = 1;
    if (const auto words = text::trim(*text); !words.empty()) heard.hypotheses.push_back({std::string(words), 0});
    result_ = std::move(heard);
    return *result_;
  }

 private:
  void send(std::vector<std::int16_t> part) {
    const bool anew = talk_ == nullptr;
    if (anew) {
      talk_ = server_.thread().keep(std::make_unique<Talk>(server_));
      part = sound_;  // all of it: the server has forgotten what an earlier conversation told it
    }
    server_.thread().post([talk = talk_, part = std::move(part), anew, language = language_, model = model_] {
      if (anew) talk->begin(language, model);
      talk->feed(part);
    });
  }

  Server& server_;
  const std::string language_;
  const std::string model_;
  std::vector<std::int16_t> sound_;
  std::shared_ptr<Talk> talk_;  // lives on the loop
  std::optional<speech::Recognition> result_;
};

}  // namespace

std::unique_ptr<speech::RemoteUtterance> Recogniser::start(std::string_view language) {
  return std::make_unique<Utterance>(server_, std::string(language), model_);
}

}  // namespace entente::wyoming
