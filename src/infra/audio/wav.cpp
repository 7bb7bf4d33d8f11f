// SPDX-License-Identifier: GPL-3.0-or-later
// What a WAV file is (all numbers little-endian):
//   file    = ("RIFF" | "RF64") u32 length  "WAVE"  chunk*
//   chunk   = 4 letters  u32 size  size bytes  [1 byte where size is odd]
//   "fmt "  = u16 encoding  u16 channels  u32 rate  u32 bytes a second  u16 bytes a frame  u16 bits a sample
//             [u16 size of the rest  u16 valid bits  u32 speakers  u16 encoding  14 bytes]     encoding 0xFFFE only
//   "data"  = frames
// Where the writer could not seek back, the length of "data" is 0 (with nothing announced behind it) or about as large
// as it can be (0xFFFFFFFF, or sox's and arecord's 2 GiB less a little); the sound then goes on until the bytes end.
#include "infra/audio/wav.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

namespace entente::audio {
namespace {

constexpr std::size_t riff_size = 12;
constexpr std::size_t chunk_header_size = 8;
constexpr std::size_t min_format_size = 16;
constexpr std::size_t max_format_size = 40;  // what lies beyond is nothing we need
constexpr std::size_t encoding_of_extensible = 24;
constexpr std::uint32_t unknown_length = 0xFFFFFFFF;
constexpr std::uint32_t longest_believed = 0x7FFF0000;

template <class T>
T little_endian(std::string_view bytes) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    value = static_cast<T>(value | static_cast<T>(static_cast<T>(static_cast<std::uint8_t>(bytes[i])) << (8 * i)));
  }
  return value;
}
std::uint16_t u16(std::string_view bytes, std::size_t at) { return little_endian<std::uint16_t>(bytes.substr(at, 2)); }
std::uint32_t u32(std::string_view bytes, std::size_t at) { return little_endian<std::uint32_t>(bytes.substr(at, 4)); }

template <class T>
void put(std::string& out, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i) out.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
}

// ITU-T G.711, both tables' arithmetic.
std::int16_t from_mu_law(std::uint8_t code) {
  const int bits = ~code & 0xFF;
  const int magnitude = ((((bits & 0x0F) << 3) + 0x84) << ((bits & 0x70) >> 4)) - 0x84;
  return static_cast<std::int16_t>((bits & 0x80) != 0 ? -magnitude : magnitude);
}
std::int16_t from_a_law(std::uint8_t code) {
  const int bits = code ^ 0x55;
  const int segment = (bits & 0x70) >> 4;
  const int mantissa = (bits & 0x0F) << 4;
  const int magnitude = segment == 0 ? mantissa + 8 : (mantissa + 0x108) << (segment - 1);
  return static_cast<std::int16_t>((bits & 0x80) != 0 ? magnitude : -magnitude);
}

// Wider integers lose their low bytes; 8 bits are unsigned.
std::int16_t from_integer(std::string_view sample) {
  if (sample.size() == 1) return static_cast<std::int16_t>((static_cast<std::uint8_t>(sample[0]) - 128) * 256);
  return static_cast<std::int16_t>(u16(sample, sample.size() - 2));
}
std::int16_t from_real(std::string_view sample) {
  if (sample.size() == 4) return to_sample(static_cast<double>(std::bit_cast<float>(u32(sample, 0))));
  return to_sample(std::bit_cast<double>(little_endian<std::uint64_t>(sample)));
}

}  // namespace

Error WavReader::broken(ErrorCode code, std::string_view cause) {
  stage_ = Stage::broken;
  held_.clear();
  return Error{code, fmt::format("audio: {}: {}", name_, cause)};
}

// Whether `held_` now has the `wanted` bytes.
bool WavReader::gather(std::string_view& bytes, std::size_t wanted) {
  const auto taken = bytes.substr(0, wanted - std::min(wanted, held_.size()));
  held_.append(taken);
  bytes.remove_prefix(taken.size());
  taken_ += taken.size();
  return held_.size() >= wanted;
}

Result<void> WavReader::feed(std::string_view bytes, std::vector<std::int16_t>& samples) {
  while (!bytes.empty() && stage_ != Stage::done && stage_ != Stage::broken) {
    ENTENTE_TRY_VOID(step(bytes, samples));
  }
  return {};
}

Result<void> WavReader::step(std::string_view& bytes, std::vector<std::int16_t>& samples) {
  switch (stage_) {
    case Stage::riff: return gather(bytes, riff_size) ? read_riff() : Result<void>();
    case Stage::chunk: return gather(bytes, chunk_header_size) ? read_chunk_header() : Result<void>();
    case Stage::format:
      return gather(bytes, std::min<std::size_t>(left_, max_format_size)) ? read_format() : Result<void>();
    case Stage::skip: skip(bytes); return {};
    case Stage::sound: decode(bytes, samples); return {};
    case Stage::done:
    case Stage::broken: break;
  }
  return {};
}

Result<void> WavReader::read_riff() {
  const bool known = held_.starts_with("RIFF") || held_.starts_with("RF64");
  if (!known || held_.substr(8, 4) != "WAVE") return broken(ErrorCode::invalid, "not a WAV file");
  const auto length = u32(held_, 4);
  announced_ = length < longest_believed ? std::uint64_t{length} + chunk_header_size : 0;
  held_.clear();
  stage_ = Stage::chunk;
  return {};
}

Result<void> WavReader::read_chunk_header() {
  const std::string kind = held_.substr(0, 4);
  const auto size = u32(held_, 4);
  held_.clear();
  left_ = size;
  padded_ = size % 2 != 0;
  if (kind == "fmt ") {
    if (has_format()) return broken(ErrorCode::corrupt, "two 'fmt ' chunks");
    if (size < min_format_size) return broken(ErrorCode::corrupt, fmt::format("a 'fmt ' chunk of {} bytes", size));
    stage_ = Stage::format;
  } else if (kind == "data") {
    if (!has_format()) return broken(ErrorCode::corrupt, "no 'fmt ' chunk before the samples");
    length_known_ = size != 0 ? size < longest_believed : announced_ > taken_;
    if (!length_known_) left_ = std::numeric_limits<std::uint64_t>::max();
    stage_ = left_ > 0 ? Stage::sound : Stage::done;
  } else {
    left_ += padded_ ? 1 : 0;
    stage_ = left_ > 0 ? Stage::skip : Stage::chunk;
  }
  return {};
}

Result<void> WavReader::read_format() {
  auto encoding = u16(held_, 0);
  const auto channels = u16(held_, 2);
  const auto rate = u32(held_, 4);
  const auto frame_bytes = u16(held_, 12);
  const auto bits = u16(held_, 14);
  if (encoding == 0xFFFE) {
    if (held_.size() < max_format_size) return broken(ErrorCode::corrupt, "an extensible format that ends too early");
    encoding = u16(held_, encoding_of_extensible);
  }
  if (channels == 0 || channels > max_channels) {
    return broken(ErrorCode::unsupported, fmt::format("{} channels; 1 to {} can be read", channels, max_channels));
  }
  if (rate < 1'000 || rate > 768'000) {
    return broken(ErrorCode::unsupported, fmt::format("{} Hz; 1000 to 768000 can be read", rate));
  }
  const bool bits_fit = (encoding == 1 && bits >= 1 && bits <= 32) || (encoding == 3 && (bits == 32 || bits == 64)) ||
                        ((encoding == 6 || encoding == 7) && bits == 8);
  if (encoding != 1 && encoding != 3 && encoding != 6 && encoding != 7) {
    return broken(ErrorCode::unsupported,
                  fmt::format("encoding {:#06x}; PCM, float, A-law and µ-law can be read", encoding));
  }
  if (!bits_fit) return broken(ErrorCode::unsupported, fmt::format("{} bits a sample in encoding {}", bits, encoding));
  const std::size_t bytes_each = (bits + 7U) / 8U;
  if (frame_bytes != bytes_each * channels) {
    return broken(ErrorCode::corrupt,
                  fmt::format("frames of {} bytes, but {} channels of {} bits", frame_bytes, channels, bits));
  }
  encoding_ = encoding == 1   ? Encoding::integer
              : encoding == 3 ? Encoding::real
              : encoding == 6 ? Encoding::a_law
                              : Encoding::mu_law;
  rate_ = static_cast<int>(rate);
  channels_ = channels;
  bytes_each_ = bytes_each;
  left_ -= held_.size();
  left_ += padded_ ? 1 : 0;
  held_.clear();
  stage_ = left_ > 0 ? Stage::skip : Stage::chunk;
  return {};
}

void WavReader::skip(std::string_view& bytes) {
  const auto count = std::min<std::uint64_t>(left_, bytes.size());
  bytes.remove_prefix(static_cast<std::size_t>(count));
  taken_ += count;
  left_ -= count;
  if (left_ == 0) stage_ = Stage::chunk;
}

// Whole frames are decoded where they lie; a frame that is split between two pieces is put together in `held_`.
void WavReader::decode(std::string_view& bytes, std::vector<std::int16_t>& samples) {
  const std::size_t frame = bytes_each_ * static_cast<std::size_t>(channels_);
  auto part = bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size())));
  bytes.remove_prefix(part.size());
  left_ -= part.size();
  if (!held_.empty() && gather(part, frame)) {
    append(held_, samples);
    held_.clear();
  }
  const auto whole = part.size() - part.size() % frame;
  append(part.substr(0, whole), samples);
  held_.append(part.substr(whole));
  if (left_ == 0) stage_ = Stage::done;
}

void WavReader::append(std::string_view frames, std::vector<std::int16_t>& samples) const {
  const auto each = [&](auto decode_one) {
    for (std::size_t at = 0; at + bytes_each_ <= frames.size(); at += bytes_each_) {
      samples.push_back(decode_one(frames.substr(at, bytes_each_)));
    }
  };
  switch (encoding_) {
    case Encoding::integer:
      if (bytes_each_ == 2) return append_from_wire(frames, samples);
      return each(from_integer);
    case Encoding::real: return each(from_real);
    case Encoding::a_law:
      return each([](std::string_view code) { return from_a_law(static_cast<std::uint8_t>(code[0])); });
    case Encoding::mu_law:
      return each([](std::string_view code) { return from_mu_law(static_cast<std::uint8_t>(code[0])); });
  }
}

Result<bool> WavReader::finish() {
  switch (stage_) {
    case Stage::done: return !held_.empty();
    case Stage::sound: return length_known_ || !held_.empty();
    case Stage::riff: return broken(ErrorCode::invalid, held_.empty() ? "empty" : "not a WAV file");
    case Stage::broken: return broken(ErrorCode::invalid, "not readable");
    default: return broken(ErrorCode::corrupt, "ends before any sound");
  }
}

Result<DecodedAudio> read_wav(std::string_view bytes, std::string_view name, std::size_t max_samples) {
  constexpr std::size_t piece = std::size_t{1} << 20U;
  WavReader reader{std::string(name)};
  DecodedAudio audio;
  auto& samples = audio.pcm.samples;
  for (; !bytes.empty() && !reader.done(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
    ENTENTE_TRY_VOID(reader.feed(bytes.substr(0, piece), samples));
    if (samples.size() > max_samples) {
      return Error{ErrorCode::exhausted, fmt::format("audio: {}: more than {} samples", name, max_samples)};
    }
  }
  ENTENTE_TRY(audio.truncated, reader.finish());
  audio.pcm.rate = reader.rate();
  audio.pcm.channels = reader.channels();
  return audio;
}

namespace {

std::string wav_header(int rate, int channels, std::uint32_t sound_bytes, std::uint32_t file_bytes) {
  constexpr std::uint16_t bytes_each = 2;
  const auto frame_bytes = static_cast<std::uint16_t>(channels * bytes_each);
  std::string header = "RIFF";
  put(header, file_bytes);
  header += "WAVEfmt ";
  put(header, std::uint32_t{min_format_size});
  put(header, std::uint16_t{1});
  put(header, static_cast<std::uint16_t>(channels));
  put(header, static_cast<std::uint32_t>(rate));
  put(header, static_cast<std::uint32_t>(rate) * frame_bytes);
  put(header, frame_bytes);
  put(header, std::uint16_t{8 * bytes_each});
  header += "data";
  put(header, sound_bytes);
  return header;
}

}  // namespace

std::string write_wav(const Pcm& sound) {
  const auto bytes = std::uint64_t{sound.samples.size()} * 2;
  const bool countable = bytes <= unknown_length - 36;
  const auto length = countable ? static_cast<std::uint32_t>(bytes) : unknown_length;
  return wav_header(sound.rate, sound.channels, length, countable ? length + 36 : unknown_length) +
         to_wire(sound.samples);
}

std::string wav_stream_header(int rate, int channels) {
  return wav_header(rate, channels, unknown_length, unknown_length);
}

std::string to_wire(std::span<const std::int16_t> samples) {
  std::string bytes(samples.size() * 2, '\0');
  if constexpr (std::endian::native == std::endian::little) {
    if (!samples.empty()) std::memcpy(bytes.data(), samples.data(), bytes.size());
  } else {
    for (std::size_t i = 0; i < samples.size(); ++i) {
      bytes[2 * i] = static_cast<char>(samples[i] & 0xFF);
      bytes[2 * i + 1] = static_cast<char>(samples[i] >> 8 & 0xFF);
    }
  }
  return bytes;
}

void append_from_wire(std::string_view bytes, std::vector<std::int16_t>& samples) {
  const auto count = bytes.size() / 2;
  const auto before = samples.size();
  samples.resize(before + count);
  if constexpr (std::endian::native == std::endian::little) {
    if (count > 0) std::memcpy(samples.data() + before, bytes.data(), count * 2);
  } else {
    for (std::size_t i = 0; i < count; ++i) samples[before + i] = static_cast<std::int16_t>(u16(bytes, 2 * i));
  }
}

}  // namespace entente::audio
