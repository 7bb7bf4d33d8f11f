// SPDX-License-Identifier: GPL-3.0-or-later
// The network that says which of 40 phones is heard, 50 times a second: convolutions over time, trained on made speech
// (training/wake). Network holds the weights, immutable, any thread; NetworkStream runs it over one stream in fixed
// memory and is single-threaded. What comes out does not depend on how the features were cut into chunks.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "drivers/wake/features.h"

namespace entente::wake {

constexpr std::size_t phone_count = 40;             // silence is 0
using PhoneFrame = std::array<float, phone_count>;  // logarithms of probabilities

// Index of "AH" and so on; phone_count for what is none.
std::size_t find_phone(std::string_view name);
std::string_view phone_name(std::size_t phone);

// One layer: `taps` frames of `inputs` numbers each make one frame of `outputs`.
struct Layer {
  std::size_t inputs = 0, outputs = 0, taps = 0;
  std::size_t dilation = 1, ahead = 0;  // frames between taps; taps that lie in the future
  std::vector<float> weights;           // [tap][input][output]
  std::vector<float> bias;
};

// Background speech, as what the network heard in it: the likeliest phones of each frame.
struct Background {
  static constexpr std::size_t kept = 4;
  static constexpr float step = 1.0F / 16;  // of the logarithms
  std::vector<std::uint8_t> phones, costs;  // [frame][kept], costs as steps below 0
  std::size_t frames() const { return phones.size() / kept; }
  PhoneFrame frame(std::size_t at) const;
};

class Network {
 public:
  static Result<Network> open(const std::filesystem::path& path);
  static Result<Network> parse(std::string_view bytes, std::string_view name);

  const std::vector<Layer>& layers() const { return layers_; }
  const Background& background() const { return background_; }
  // Frames of 10 ms that must have come after one before it is judged.
  std::size_t look_ahead() const;

 private:
  Network() = default;
  std::vector<Layer> layers_;  // the first halves the rate, the last gives the classes, those between are residual
  Background background_;
};

class NetworkStream {
 public:
  explicit NetworkStream(std::shared_ptr<const Network> network);
  // Appends the frames of 20 ms that can be told now. Frame i is about the features 2 i.
  void feed(std::span<const FeatureFrame> features, std::vector<PhoneFrame>& out);

 private:
  struct History {
    std::vector<float> frames;  // as many as the layer spans, oldest first
    std::size_t missing = 0;    // until the first output: what it needs of the future
  };
  bool push(std::size_t layer, std::span<const float> frame, std::vector<float>& out);

  std::shared_ptr<const Network> network_;
  std::vector<History> histories_;
  std::vector<float> in_, out_;  // scratch
  bool odd_ = false;
};

}  // namespace entente::wake
