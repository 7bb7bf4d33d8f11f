// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/audio/flac.h"

#include <FLAC/stream_decoder.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace entente::audio {
namespace {

struct DeleteDecoder {
  void operator()(FLAC__StreamDecoder* decoder) const { FLAC__stream_decoder_delete(decoder); }
};

// What libFLAC's callbacks work on. The first frame decides rate and channels; a later one that differs ends the sound.
struct Reading {
  std::string_view bytes;
  std::size_t at = 0;
  std::size_t max_samples = 0;
  DecodedAudio audio;
  std::uint64_t announced_frames = 0;  // 0: unknown
  bool has_format = false;
  bool too_long = false;
  bool format_changed = false;
};

Reading& reading(void* client) { return *static_cast<Reading*>(client); }

FLAC__StreamDecoderReadStatus read(const FLAC__StreamDecoder*, FLAC__byte buffer[], std::size_t* size, void* client) {
  auto& state = reading(client);
  const auto part = state.bytes.substr(state.at, *size);
  std::copy(part.begin(), part.end(), buffer);
  state.at += part.size();
  *size = part.size();
  return part.empty() ? FLAC__STREAM_DECODER_READ_STATUS_END_OF_STREAM : FLAC__STREAM_DECODER_READ_STATUS_CONTINUE;
}

std::int16_t to_sixteen_bits(FLAC__int32 sample, unsigned bits) {
  const auto wide = std::int64_t{sample};
  const auto scaled = bits >= 16 ? wide >> (bits - 16) : wide * (std::int64_t{1} << (16 - bits));
  return static_cast<std::int16_t>(std::clamp<std::int64_t>(scaled, -32768, 32767));
}

FLAC__StreamDecoderWriteStatus write(const FLAC__StreamDecoder*, const FLAC__Frame* frame,
                                     const FLAC__int32* const channels[], void* client) {
  auto& state = reading(client);
  auto& pcm = state.audio.pcm;
  const auto& header = frame->header;
  if (!state.has_format) {
    state.has_format = true;
    pcm.rate = static_cast<int>(header.sample_rate);
    pcm.channels = static_cast<int>(header.channels);
  }
  state.format_changed =
      pcm.rate != static_cast<int>(header.sample_rate) || pcm.channels != static_cast<int>(header.channels);
  state.too_long = std::size_t{header.blocksize} * header.channels > state.max_samples - pcm.samples.size();
  if (state.format_changed || state.too_long) return FLAC__STREAM_DECODER_WRITE_STATUS_ABORT;
  for (unsigned i = 0; i < header.blocksize; ++i) {
    for (unsigned channel = 0; channel < header.channels; ++channel) {
      pcm.samples.push_back(to_sixteen_bits(channels[channel][i], header.bits_per_sample));
    }
  }
  return FLAC__STREAM_DECODER_WRITE_STATUS_CONTINUE;
}

void take_metadata(const FLAC__StreamDecoder*, const FLAC__StreamMetadata* metadata, void* client) {
  if (metadata->type == FLAC__METADATA_TYPE_STREAMINFO) {
    reading(client).announced_frames = metadata->data.stream_info.total_samples;
  }
}

// libFLAC finds the next good frame by itself.
void note_damage(const FLAC__StreamDecoder*, FLAC__StreamDecoderErrorStatus, void* client) {
  reading(client).audio.truncated = true;
}

Error flac_error(ErrorCode code, std::string_view name, std::string_view cause) {
  return Error{code, fmt::format("audio: {}: {}", name, cause)};
}

Result<DecodedAudio> conclude(Reading& state, std::string_view name) {
  if (state.too_long) {
    return flac_error(ErrorCode::exhausted, name, fmt::format("more than {} samples", state.max_samples));
  }
  if (!state.has_format) return flac_error(ErrorCode::corrupt, name, "FLAC without one good frame");
  if (state.format_changed || state.audio.pcm.frames() < state.announced_frames) state.audio.truncated = true;
  return std::move(state.audio);
}

}  // namespace

Result<DecodedAudio> read_flac(std::string_view bytes, std::string_view name, std::size_t max_samples) {
  const std::unique_ptr<FLAC__StreamDecoder, DeleteDecoder> decoder(FLAC__stream_decoder_new());
  if (!decoder) return flac_error(ErrorCode::exhausted, name, "out of memory");
  Reading state;
  state.bytes = bytes;
  state.max_samples = max_samples;
  const auto started = FLAC__stream_decoder_init_stream(decoder.get(), read, nullptr, nullptr, nullptr, nullptr, write,
                                                        take_metadata, note_damage, &state);
  if (started != FLAC__STREAM_DECODER_INIT_STATUS_OK) {
    return flac_error(ErrorCode::failed, name, FLAC__StreamDecoderInitStatusString[started]);
  }
  if (FLAC__stream_decoder_process_until_end_of_stream(decoder.get()) == 0) state.audio.truncated = true;
  return conclude(state, name);
}

}  // namespace entente::audio
