// SPDX-License-Identifier: GPL-3.0-or-later
// Waits for any words that people type: speech::WakeSpotter on a small network of our own. The spotter outlives what it
// makes; its network is immutable and shared by all streams.
#pragma once

#include <filesystem>
#include <memory>

#include "base/result.h"
#include "drivers/wake/phrase.h"
#include "services/speech/wake.h"

namespace entente::wake {

struct Options {
  std::filesystem::path weights;  // models/wake/phones.bin of the data folder
  Pronounce pronounce;
};

// ErrorCode::corrupt, naming the file, for weights that are not whole.
Result<std::unique_ptr<speech::WakeSpotter>> open(Options options);

// Scores of one phrase over a stream, for measuring: every peak, however low.
struct Peak {
  double score = 0;
  std::int64_t begin = 0, end = 0;  // samples
};
struct Measured {
  double threshold = 0;                  // what the spotter takes for this phrase
  std::vector<std::vector<Peak>> peaks;  // of each sound
};
class Meter {
 public:
  virtual ~Meter() = default;
  virtual double threshold() const = 0;
  virtual std::vector<Peak> peaks(speech::Samples sound) = 0;  // of one sound, from its beginning
};
Result<std::unique_ptr<Meter>> open_meter(const Options& options, const speech::WakePhrase& phrase);

}  // namespace entente::wake
