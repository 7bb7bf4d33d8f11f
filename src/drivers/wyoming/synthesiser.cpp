// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/wyoming/synthesiser.h"

#include "drivers/wyoming/impl/connection.h"
#include "drivers/wyoming/impl/waiter.h"
#include "drivers/wyoming/protocol/answers.h"
#include "drivers/wyoming/protocol/messages.h"

namespace entente::wyoming {
namespace {

using Sound = std::vector<std::int16_t>;

// One conversation, on the loop: a text goes, sound comes.
class Talk {
 public:
  Talk(Server& server, std::string text, VoiceChoice voice, int rate)
      : server_(server),
        loop_(server.thread().loop()),
        text_(std::move(text)),
        voice_(std::move(voice)),
        rate_(rate),
        connection_(loop_, server.settings().address, server.settings().connect_time,
                    {[this](const Event& event) { receive(event); }, [this](const Error& error) { settle(error); }}) {}

  void begin() {
    connection_.open();
    if (server_.info()) return ask();
    connection_.send(describe());  // whether it streams
  }

  // The sound that came since the last call, as soon as there is some; none at the end.
  Task<Result<Sound>> next() {
    const auto deadline = Deadline::in(loop_, server_.settings().answer_time);
    if (sound_.empty() && !outcome_) {
      const auto place = "wyoming: " + server_.settings().address.to_string();
      Waiter waiter(loop_, waiting_);
      const auto woken = co_await waiter.wait(deadline, place);
      if (!woken) settle(woken.error());
    }
    if (sound_.empty() && outcome_ && !*outcome_) co_return outcome_->error();
    co_return std::exchange(sound_, {});
  }

 private:
  void ask() {
    const auto& info = *server_.info();
    voice_.language = language_for(voice_.language, info.voices);
    answer_.emplace(rate_, info.speech_streams ? SpokenSound::Ends::when_said : SpokenSound::Ends::with_the_sound);
    if (!info.speech_streams) return connection_.send(synthesize(text_, voice_));
    for (const auto& event : synthesize_in_pieces(text_, voice_)) connection_.send(event);
  }

  void receive(const Event& event) {
    if (outcome_) return;
    if (!answer_) {
      if (event.type == "error") return settle(error_in(event));
      if (event.type != "info") return;
      server_.learn(std::make_shared<const ServerInfo>(read_info(event.data)));
      return ask();
    }
    const auto received = answer_->receive(event, sound_);
    if (!received) return settle(received.error());
    if (answer_->done()) return settle({});
    if (!sound_.empty() && waiting_) waiting_->fulfil(true);
  }

  void settle(Result<void> outcome) {
    if (outcome_) return;
    if (!outcome) server_.learn(nullptr);  // another server may answer the next time
    outcome_.emplace(std::move(outcome));
    if (waiting_) waiting_->fulfil(true);
  }

  Server& server_;
  net::EventLoop& loop_;
  const std::string text_;
  VoiceChoice voice_;
  const int rate_;
  std::optional<SpokenSound> answer_;  // once it was asked
  Sound sound_;
  std::optional<Result<void>> outcome_;
  OneShot<bool>* waiting_ = nullptr;
  Connection connection_;
};

}  // namespace

Result<void> Synthesiser::speak(const speech::VoiceRequest& request, const std::function<bool(speech::Samples)>& sink) {
  auto& thread = server_.thread();
  const VoiceChoice voice{voice_, speaker_, request.language};
  const auto talk = thread.keep(std::make_unique<Talk>(server_, request.text, voice, rate()));
  thread.post([talk] { talk->begin(); });
  for (;;) {
    ENTENTE_TRY(const auto sound, thread.run<Sound>([talk] { return talk->next(); }));
    if (sound.empty() || !sink(sound)) return {};
  }
}

}  // namespace entente::wyoming
