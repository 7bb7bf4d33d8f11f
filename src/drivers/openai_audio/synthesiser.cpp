// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/openai_audio/synthesiser.h"

#include "base/wait.h"
#include "drivers/openai_audio/protocol/messages.h"
#include "drivers/openai_audio/protocol/speech_reader.h"

namespace entente::openai_audio {
namespace {

using Sound = std::vector<std::int16_t>;

constexpr seconds longest_answer{120};

// One request, on the loop.
class Talk {
 public:
  Talk(const Server& server, net::ClientRequest request, int rate)
      : server_(server),
        loop_(server.thread().loop()),
        request_(std::move(request)),
        client_(loop_, server.client_options()),
        reader_(rate) {}
  Talk(const Talk&) = delete;
  Talk& operator=(const Talk&) = delete;
  ~Talk() { tasks_.cancel(); }

  void begin() { tasks_.spawn(fetch()); }

  // The sound that came since the last call, as soon as there is some; none at the end.
  Task<Result<Sound>> next() {
    const auto deadline = Deadline::in(loop_, server_.settings().answer_time);
    if (sound_.empty() && !outcome_) {
      OneShot<bool> shot(loop_);
      const Waiting waiting(*this, shot);
      const auto woken = co_await shot.wait(deadline, server_.settings().url);
      if (!woken) settle(woken.error());
    }
    if (sound_.empty() && outcome_ && !*outcome_) co_return outcome_->error();
    co_return std::exchange(sound_, {});
  }

 private:
  struct Waiting {
    Waiting(Talk& talk, OneShot<bool>& shot) : talk_(talk) { talk_.waiting_ = &shot; }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;
    ~Waiting() { talk_.waiting_ = nullptr; }

   private:
    Talk& talk_;
  };

  Task<void> fetch() {
    const auto deadline = Deadline::in(loop_, longest_answer);
    const auto on_body = [this](std::string_view piece) { return take(piece); };
    const auto answer = co_await client_.fetch(std::move(request_), deadline, on_body);
    if (outcome_) co_return;
    if (!answer) co_return settle(answer.error());
    const bool well = answer->status >= 200 && answer->status < 300;
    if (!well) co_return settle(refusal(answer->status, answer->body, server_.settings().key));
    settle(reader_.finish(sound_));
  }

  bool take(std::string_view piece) {
    if (outcome_) return false;
    if (auto read = reader_.feed(piece, sound_); !read) settle(std::move(read));
    if (!sound_.empty() && waiting_) waiting_->fulfil(true);
    return !outcome_;
  }

  void settle(Result<void> outcome) {
    if (outcome_) return;
    outcome_.emplace(std::move(outcome));
    if (waiting_) waiting_->fulfil(true);
  }

  const Server& server_;
  net::EventLoop& loop_;
  net::ClientRequest request_;
  net::HttpClient client_;
  SpeechReader reader_;
  Sound sound_;
  std::optional<Result<void>> outcome_;
  OneShot<bool>* waiting_ = nullptr;
  TaskGroup tasks_{"openai_audio"};
};

}  // namespace

Result<void> Synthesiser::speak(const speech::VoiceRequest& request, const std::function<bool(speech::Samples)>& sink) {
  auto& thread = server_.thread();
  auto body = speech_body({model_, voice_, request.text, request.speed});
  auto http = server_.request("/audio/speech", std::move(body.type), std::move(body.bytes));
  const auto talk = thread.keep(std::make_unique<Talk>(server_, std::move(http), rate()));
  thread.post([talk] { talk->begin(); });
  for (;;) {
    ENTENTE_TRY(const auto sound, thread.run<Sound>([talk] { return talk->next(); }));
    if (sound.empty() || !sink(sound)) return {};
  }
}

}  // namespace entente::openai_audio
