// SPDX-License-Identifier: GPL-3.0-or-later
// WAV in and out. The reader takes what other programs write: 8, 16, 24 and 32-bit PCM, 32 and 64-bit float, A-law and
// µ-law, WAVE_FORMAT_EXTENSIBLE, RF64, unknown chunks, and streams whose length was not known (0 or 0xFFFFFFFF). All
// of it comes out as 16-bit samples. Foreign bytes never crash it nor make it hold more than it was given room for.
// Values; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "infra/audio/pcm.h"

namespace entente::audio {

struct DecodedAudio {
  Pcm pcm;
  bool truncated = false;  // the bytes ended before the sound that they announced
};

inline constexpr std::size_t default_max_samples = std::size_t{96} << 20U;  // 192 MiB: 100 minutes at 16 kHz mono

// Reads a WAV stream as its bytes come (standard input, an upload): feed() until the bytes end, then finish().
class WavReader {
 public:
  // `name` goes into the errors: "audio: clip.wav: no 'fmt ' chunk before the samples".
  explicit WavReader(std::string name) : name_(std::move(name)) {}

  // Appends the samples that these bytes complete to `samples`. After an error, or once done(), bytes are ignored.
  Result<void> feed(std::string_view bytes, std::vector<std::int16_t>& samples);

  // The bytes have ended. An error if no sound had begun; whether the announced sound was cut short.
  Result<bool> finish();

  bool has_format() const { return rate_ != 0; }  // rate() and channels() are known
  int rate() const { return rate_; }
  int channels() const { return channels_; }
  bool done() const { return stage_ == Stage::done; }  // all the sound that was announced is here

 private:
  enum class Stage { riff, chunk, format, skip, sound, done, broken };
  enum class Encoding { integer, real, a_law, mu_law };

  Result<void> step(std::string_view& bytes, std::vector<std::int16_t>& samples);
  bool gather(std::string_view& bytes, std::size_t wanted);
  Result<void> read_riff();
  Result<void> read_chunk_header();
  Result<void> read_format();
  void skip(std::string_view& bytes);
  void decode(std::string_view& bytes, std::vector<std::int16_t>& samples);
  void append(std::string_view frames, std::vector<std::int16_t>& samples) const;
  Error broken(ErrorCode code, std::string_view cause);

  std::string name_;
  Stage stage_ = Stage::riff;
  std::string held_;             // the beginning of something not complete yet; under 256 bytes
  std::uint64_t left_ = 0;       // bytes of the chunk still to come
  std::uint64_t taken_ = 0;      // bytes of the file before the sound
  std::uint64_t announced_ = 0;  // bytes of the whole file; 0: unknown
  bool length_known_ = true;     // of the sound
  bool padded_ = false;          // the chunk has an odd size
  Encoding encoding_ = Encoding::integer;
  int rate_ = 0;
  int channels_ = 0;
  std::size_t bytes_each_ = 0;  // of one sample
};

// The whole file at once. Bytes that end early give what is there, marked truncated. More than `max_samples` is
// ErrorCode::exhausted.
Result<DecodedAudio> read_wav(std::string_view bytes, std::string_view name,
                              std::size_t max_samples = default_max_samples);

// A 16-bit WAV file.
std::string write_wav(const Pcm& sound);

// The 44 bytes before the samples of a stream whose length is not known yet.
std::string wav_stream_header(int rate, int channels);

// The samples as a WAV file holds them: little-endian, two bytes each.
std::string to_wire(std::span<const std::int16_t> samples);
// The reverse, appended to `samples`; an odd last byte is left out.
void append_from_wire(std::string_view bytes, std::vector<std::int16_t>& samples);

}  // namespace entente::audio
