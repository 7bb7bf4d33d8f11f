// SPDX-License-Identifier: GPL-3.0-or-later
// The faces of the engines that hear and speak. Drivers implement them; apps passes them in; pipeline.h uses them.
// All sound here is 16-bit mono PCM. A recogniser takes recogniser_rate; whoever feeds it resamples.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/word_graph.h"

namespace entente::speech {

constexpr int recogniser_rate = 16000;  // samples per second

using Samples = std::span<const std::int16_t>;

// How a word that no pronunciation dictionary knows is said.
class Pronouncer {
 public:
  virtual ~Pronouncer() = default;
  // Phonemes as IPA, without stress or length marks, one string per pronunciation, best first. Pool thread; slow
  // (a millisecond) and to be cached by the caller.
  virtual Result<std::vector<std::string>> pronounce(std::string_view word, std::string_view language) = 0;
};

// A WordGraph made ready for one recogniser. Immutable, any thread.
class SearchSpace {
 public:
  virtual ~SearchSpace() = default;
};

struct Hypothesis {
  std::string text;  // the graph's words with one space between, "turn on the lamp"
  double score = 0;  // log likelihood of the whole utterance, comparable within one recognition only
};
struct Recognition {
  std::vector<Hypothesis> hypotheses;  // best first, texts distinct; empty when nothing was heard
  double confidence = 0;               // 0 to 1 that the best one was said, and not something outside the graph
};
struct Partial {
  std::string text;       // the words so far
  bool complete = false;  // they are a whole sentence of the graph
  bool closed = false;    // that, and no word could follow that would change it
  bool dictated = false;  // complete, and the last words are free text, which nobody but the speaker can end
  bool open = false;      // complete, and several more things could be said: "a coffee" with sugar and milk
};

// One utterance. Fed from one thread at a time, in chunks of any length, and decoding as they come.
class RecogniserStream {
 public:
  virtual ~RecogniserStream() = default;
  virtual void feed(Samples samples) = 0;
  virtual Partial partial() = 0;
  // The result for all that was fed. The stream may be fed on and asked again afterwards: an end-pointer asks early and
  // takes the answer only if the silence lasts.
  virtual Recognition result() = 0;
};

// Thread-safe: prepare() runs on a pool thread while streams of an older space are still decoding.
class Recogniser {
 public:
  virtual ~Recogniser() = default;
  virtual bool supports(std::string_view language) const = 0;
  // Words that cannot be pronounced make a warning in the log and are left out. Slow words are cached inside.
  virtual Result<std::shared_ptr<const SearchSpace>> prepare(std::shared_ptr<const model::WordGraph> graph) = 0;
  virtual std::unique_ptr<RecogniserStream> start(std::shared_ptr<const SearchSpace> space) = 0;
};

struct VoiceRequest {
  std::string text;
  std::string language;  // BCP 47
  double speed = 1.0;    // 0.5 to 2
  double pitch = 1.0;    // 0.5 to 2, of the voice's own
};

// A voice engine. Not re-entrant: its owner gives it a pool of one thread.
class Synthesiser {
 public:
  virtual ~Synthesiser() = default;
  virtual std::string_view name() const = 0;
  virtual bool supports(std::string_view language) const = 0;
  virtual int rate() const = 0;  // samples per second of what it makes
  // How loud its speech is where it speaks, in dB of full scale: a mean over 20 ms frames within 30 dB of the loudest.
  // Voice evens it out between engines.
  virtual double level(std::string_view /*language*/) const { return -20; }
  // Calls `sink` with each piece of sound as soon as it is made; the sink returns false to stop the rest.
  virtual Result<void> speak(const VoiceRequest& request, const std::function<bool(Samples)>& sink) = 0;
};

}  // namespace entente::speech
