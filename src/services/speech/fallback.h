// SPDX-License-Identifier: GPL-3.0-or-later
// Engines on other machines with the built-in ones behind them: whoever uses these never notices more than a moment's
// delay when the other machine is switched off. An engine that failed rests, so that not each command waits for it
// again; the log says once that it is away, and once that it is back. Everything here outlives what it is given to, and
// is outlived by the engines that it was made of.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "services/speech/remote.h"
#include "services/speech/speech.h"

namespace entente::speech {

using Now = std::function<TimePoint()>;  // any thread

// Whether an engine is worth asking. After a failure it rests for `first`, after each further one twice as long, up to
// some minutes; then it may be tried again. Any thread.
class Rest {
 public:
  // `name` and `instead` are for the log: "'whisper' is away (connection refused); the built-in engine hears instead".
  Rest(std::string name, std::string instead, Now now, Duration first);

  bool over() const { return now_() >= until_.load(); }
  void worked();
  // A request that the engine refused for what it is (ErrorCode::unsupported, invalid) or that we gave up says nothing
  // about the engine.
  void failed(const Error& error);

 private:
  const std::string name_;
  const std::string instead_;
  const Now now_;
  const Duration first_;
  std::atomic<TimePoint> until_{TimePoint::min()};
  std::atomic<int> failures_{0};  // in a row
};

struct RestingRecogniser {
  RemoteRecogniser* engine;
  Duration rest;  // after its first failure
};

// The built-in recogniser hears everything along with the engine on the other machine: it knows when a sentence is
// complete, and has its answer ready when the other one fails or is late. Without one for the language an utterance
// that the other engine fails is an exception from result(), which speech::Listener makes an Error of.
class FallbackRecogniser final : public Recogniser {
 public:
  // The first of `remotes` that supports a language is asked. `built_in` may be null.
  FallbackRecogniser(const std::vector<RestingRecogniser>& remotes, Recogniser* built_in, const Now& now);
  ~FallbackRecogniser() override;

  bool supports(std::string_view language) const override;
  Result<std::shared_ptr<const SearchSpace>> prepare(std::shared_ptr<const model::WordGraph> graph) override;
  std::unique_ptr<RecogniserStream> start(std::shared_ptr<const SearchSpace> space) override;

 private:
  struct Remote;
  struct Space;
  class Stream;
  Remote* remote_for(std::string_view language) const;

  std::vector<std::unique_ptr<Remote>> remotes_;
  Recogniser* built_in_;
};

// A voice on another machine: speaks no language while it rests, so that Voice takes the next one.
class RestingSynthesiser final : public Synthesiser {
 public:
  RestingSynthesiser(std::unique_ptr<Synthesiser> engine, Now now, Duration rest);

  std::string_view name() const override { return engine_->name(); }
  bool supports(std::string_view language) const override { return rest_.over() && engine_->supports(language); }
  int rate() const override { return engine_->rate(); }
  double level(std::string_view language) const override { return engine_->level(language); }
  Result<void> speak(const VoiceRequest& request, const std::function<bool(Samples)>& sink) override;

 private:
  std::unique_ptr<Synthesiser> engine_;
  Rest rest_;
};

}  // namespace entente::speech
