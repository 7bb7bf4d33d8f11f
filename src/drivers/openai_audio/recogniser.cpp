// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/openai_audio/recogniser.h"

#include "base/text.h"
#include "drivers/openai_audio/protocol/messages.h"
#include "infra/audio/wav.h"
#include "infra/net/crypto.h"

namespace entente::openai_audio {
namespace {

constexpr std::size_t longest_utterance = 60 * speech::recogniser_rate;

// `request` is taken by value and `server` outlives the task: both are needed while it waits.
Task<Result<std::string>> transcribe(const Server& server, net::ClientRequest request) {
  auto& loop = server.thread().loop();
  net::HttpClient client(loop, server.client_options());
  const auto deadline = Deadline::in(loop, server.settings().answer_time);
  const auto answer = co_await client.fetch(std::move(request), deadline);
  if (!answer) co_return answer.error();
  if (answer->status != 200) co_return refusal(answer->status, answer->body, server.settings().key);
  co_return transcription_in(answer->headers.get("Content-Type"), answer->body);
}

class Utterance final : public speech::RemoteUtterance {
 public:
  Utterance(const Server& server, std::string language, std::string model)
      : server_(server), language_(std::move(language)), model_(std::move(model)) {}

  void feed(speech::Samples samples) override {
    const auto room = longest_utterance - std::min(longest_utterance, sound_.size());
    const auto part = samples.first(std::min(samples.size(), room));
    if (part.empty()) return;
    sound_.insert(sound_.end(), part.begin(), part.end());
    result_.reset();
  }

  std::string words_so_far() override { return {}; }

  Result<speech::Recognition> result() override {
    if (result_) return *result_;
    const auto wav = audio::write_wav({speech::recogniser_rate, 1, sound_});
    auto body = transcription_body({model_, language_, wav}, text::to_hex(net::random_bytes(16)));
    auto request = server_.request("/audio/transcriptions", std::move(body.type), std::move(body.bytes));
    const auto ask = [this, &request] { return transcribe(server_, std::move(request)); };
    auto text = server_.thread().run<std::string>(ask);
    if (!text) return text.error();
    speech::Recognition heard;
    heard.confidence = 1;
    if (const auto words = text::trim(*text); !words.empty()) heard.hypotheses.push_back({std::string(words), 0});
    result_ = std::move(heard);
    return *result_;
  }

 private:
  const Server& server_;
  const std::string language_;
  const std::string model_;
  std::vector<std::int16_t> sound_;
  std::optional<speech::Recognition> result_;
};

}  // namespace

std::unique_ptr<speech::RemoteUtterance> Recogniser::start(std::string_view language) {
  return std::make_unique<Utterance>(server_, std::string(language), model_);
}

}  // namespace entente::openai_audio
