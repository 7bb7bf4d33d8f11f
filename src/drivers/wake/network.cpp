// SPDX-License-Identifier: GPL-3.0-or-later
//
// The file (little-endian; training/wake/export.py writes it):
//   "ENTWAKE1" layers:u32
//   { inputs:u32 outputs:u32 taps:u32 dilation:u32 ahead:u32
//     { scale:f32 }outputs { bias:f32 }outputs { weight:i8 [tap][input][output] } }layers
//   frames:u32 { phone:u8 × 4 }frames { cost:u8 × 4 }frames
//   sum:u32 (CRC-32 of everything before)
#include "drivers/wake/network.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/file.h"

namespace entente::wake {
namespace {

constexpr std::string_view magic = "ENTWAKE1";
constexpr std::size_t file_limit = 8U << 20U;
constexpr std::size_t layer_limit = 32, width_limit = 512, tap_limit = 16, dilation_limit = 32;
constexpr std::array<std::string_view, phone_count> names{"SIL", "AA", "AE", "AH", "AO", "AW", "AY", "B",  "CH", "D",
                                                          "DH",  "EH", "ER", "EY", "F",  "G",  "HH", "IH", "IY", "JH",
                                                          "K",   "L",  "M",  "N",  "NG", "OW", "OY", "P",  "R",  "S",
                                                          "SH",  "T",  "TH", "UH", "UW", "V",  "W",  "Y",  "Z",  "ZH"};

std::uint32_t checksum(std::string_view bytes) {
  std::uint32_t sum = 0xFFFFFFFFU;
  for (const char byte : bytes) {
    sum ^= static_cast<std::uint8_t>(byte);
    for (int bit = 0; bit < 8; ++bit) sum = (sum >> 1U) ^ (0xEDB88320U & (0U - (sum & 1U)));
  }
  return ~sum;
}

class Reader {
 public:
  Reader(std::string_view bytes, std::string_view name) : left_(bytes), name_(name) {}

  template <class T>
  bool take(T* to, std::size_t count) {
    if (failed_ || left_.size() / sizeof(T) < count) return failed_ = true, false;
    if (count > 0) std::memcpy(to, left_.data(), count * sizeof(T));
    left_.remove_prefix(count * sizeof(T));
    return true;
  }
  std::uint32_t number() {
    std::uint32_t value = 0;
    take(&value, 1);
    return value;
  }
  bool failed() const { return failed_; }
  bool at_end() const { return left_.empty(); }
  std::size_t left() const { return left_.size(); }
  Error broken(std::string_view cause) const {
    return Error{ErrorCode::corrupt, fmt::format("wake: {}: {}", name_, cause)};
  }

 private:
  std::string_view left_;
  std::string name_;
  bool failed_ = false;
};

Result<Layer> read_layer(Reader& reader) {
  Layer layer;
  layer.inputs = reader.number();
  layer.outputs = reader.number();
  layer.taps = reader.number();
  layer.dilation = reader.number();
  layer.ahead = reader.number();
  if (reader.failed()) return reader.broken("truncated");
  if (layer.inputs == 0 || layer.inputs > width_limit || layer.outputs == 0 || layer.outputs > width_limit ||
      layer.taps == 0 || layer.taps > tap_limit || layer.dilation == 0 || layer.dilation > dilation_limit ||
      layer.ahead >= layer.taps) {
    return reader.broken("a layer of impossible size");
  }
  std::vector<float> scale(layer.outputs);
  layer.bias.resize(layer.outputs);
  const std::size_t count = layer.taps * layer.inputs * layer.outputs;
  if (!reader.take(scale.data(), scale.size()) || !reader.take(layer.bias.data(), layer.bias.size()) ||
      reader.left() < count) {
    return reader.broken("truncated");
  }
  const auto finite = [](float x) { return std::isfinite(x) && std::abs(x) < 1e6F; };
  if (!std::all_of(scale.begin(), scale.end(), finite) || !std::all_of(layer.bias.begin(), layer.bias.end(), finite)) {
    return reader.broken("a number out of range");
  }
  std::vector<std::int8_t> quantised(count);
  reader.take(quantised.data(), count);
  layer.weights.resize(count);
  for (std::size_t i = 0; i < count; ++i) layer.weights[i] = scale[i % layer.outputs] * quantised[i];
  return layer;
}

bool fits(const std::vector<Layer>& layers) {
  if (layers.size() < 2 || layers.front().inputs != feature_size || layers.back().outputs != phone_count) return false;
  for (std::size_t i = 1; i < layers.size(); ++i) {
    if (layers[i].inputs != layers[i - 1].outputs) return false;
    if (i + 1 < layers.size() && layers[i].inputs != layers[i].outputs) return false;
  }
  return layers.back().taps == 1;
}

void multiply(const Layer& layer, const float* frames, float* out) {
  std::copy(layer.bias.begin(), layer.bias.end(), out);
  const float* weights = layer.weights.data();
  const std::size_t outputs = layer.outputs;
  for (std::size_t tap = 0; tap < layer.taps; ++tap) {
    const float* frame = frames + tap * layer.dilation * layer.inputs;
    for (std::size_t i = 0; i < layer.inputs; ++i, weights += outputs) {
      const float x = frame[i];
      if (x == 0) continue;  // half of what a rectifier gives
      for (std::size_t o = 0; o < outputs; ++o) out[o] += x * weights[o];
    }
  }
}

std::size_t span_of(const Layer& layer) { return (layer.taps - 1) * layer.dilation + 1; }

void log_softmax(std::span<const float> in, PhoneFrame& out) {
  const float top = *std::max_element(in.begin(), in.end());
  float sum = 0;
  for (float x : in) sum += std::exp(x - top);
  const float log_sum = top + std::log(sum);
  for (std::size_t i = 0; i < phone_count; ++i) out[i] = in[i] - log_sum;
}

}  // namespace

std::size_t find_phone(std::string_view name) {
  return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
}

std::string_view phone_name(std::size_t phone) { return names[phone]; }

PhoneFrame Background::frame(std::size_t at) const {
  PhoneFrame frame;
  const std::uint8_t* cost = costs.data() + at * kept;
  frame.fill(-step * static_cast<float>(cost[kept - 1]) - 3);  // the others share what is left
  for (std::size_t i = 0; i < kept; ++i) frame[phones[at * kept + i]] = -step * static_cast<float>(cost[i]);
  return frame;
}

Result<Network> Network::open(const std::filesystem::path& path) {
  auto bytes = read_file(path, file_limit);
  if (!bytes.ok()) return bytes.error().within("wake");
  return parse(*bytes, path.string());
}

Result<Network> Network::parse(std::string_view bytes, std::string_view name) {
  Reader reader(bytes, name);
  if (!bytes.starts_with(magic)) return reader.broken("not a file of wake word weights");
  if (bytes.size() < magic.size() + 8) return reader.broken("truncated");
  Reader trailer(bytes.substr(bytes.size() - 4), name);
  if (trailer.number() != checksum(bytes.substr(0, bytes.size() - 4))) return reader.broken("its checksum is wrong");
  reader = Reader(bytes.substr(magic.size(), bytes.size() - magic.size() - 4), name);

  Network network;
  const auto count = reader.number();
  if (count > layer_limit) return reader.broken("too many layers");
  for (std::uint32_t i = 0; i < count; ++i) {
    ENTENTE_TRY(auto layer, read_layer(reader));
    network.layers_.push_back(std::move(layer));
  }
  if (!fits(network.layers_)) return reader.broken("its layers do not fit together");
  const std::size_t frames = reader.number();
  if (reader.failed() || reader.left() != frames * 2 * Background::kept) return reader.broken("truncated");
  auto& background = network.background_;
  background.phones.resize(frames * Background::kept);
  background.costs.resize(frames * Background::kept);
  reader.take(background.phones.data(), background.phones.size());
  reader.take(background.costs.data(), background.costs.size());
  if (std::any_of(background.phones.begin(), background.phones.end(), [](auto p) { return p >= phone_count; })) {
    return reader.broken("a phone out of range");
  }
  return network;
}

std::size_t Network::look_ahead() const {
  std::size_t frames = 0;
  for (std::size_t i = 1; i < layers_.size(); ++i) frames += 2 * layers_[i].ahead * layers_[i].dilation;
  return frames + layers_.front().ahead * layers_.front().dilation;
}

NetworkStream::NetworkStream(std::shared_ptr<const Network> network) : network_(std::move(network)) {
  for (const Layer& layer : network_->layers()) {
    histories_.push_back({std::vector<float>(span_of(layer) * layer.inputs, 0.0F), layer.ahead * layer.dilation});
  }
}

// True when `out` holds the layer's next frame.
bool NetworkStream::push(std::size_t at, std::span<const float> frame, std::vector<float>& out) {
  const Layer& layer = network_->layers()[at];
  History& history = histories_[at];
  std::copy(history.frames.begin() + static_cast<std::ptrdiff_t>(layer.inputs), history.frames.end(),
            history.frames.begin());
  std::copy(frame.begin(), frame.end(), history.frames.end() - static_cast<std::ptrdiff_t>(layer.inputs));
  if (history.missing > 0) return --history.missing, false;
  if (at == 0 && (odd_ = !odd_, !odd_)) return false;
  out.resize(layer.outputs);
  multiply(layer, history.frames.data(), out.data());
  if (at + 1 == network_->layers().size()) return true;
  for (float& x : out) x = std::max(x, 0.0F);
  if (at == 0) return true;
  const float* same = history.frames.data() + (layer.taps - 1 - layer.ahead) * layer.dilation * layer.inputs;
  for (std::size_t i = 0; i < out.size(); ++i) out[i] += same[i];
  return true;
}

void NetworkStream::feed(std::span<const FeatureFrame> features, std::vector<PhoneFrame>& out) {
  for (const auto& frame : features) {
    in_.assign(frame.begin(), frame.end());
    std::size_t layer = 0;
    for (; layer < network_->layers().size() && push(layer, in_, out_); ++layer) in_.swap(out_);
    if (layer < network_->layers().size()) continue;
    log_softmax(in_, out.emplace_back());
  }
}

}  // namespace entente::wake
