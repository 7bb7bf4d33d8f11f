// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/audio/read_audio.h"

#include <fmt/format.h>

#include "base/file.h"
#include "infra/audio/flac.h"

namespace entente::audio {
namespace {

constexpr std::size_t max_file = std::size_t{512} << 20U;

// FLAC may stand behind an ID3 tag, which some taggers put there.
bool looks_like_flac(std::string_view bytes) {
  if (!bytes.starts_with("ID3") || bytes.size() < 10) return bytes.starts_with("fLaC");
  std::size_t size = 0;
  for (const char digit : bytes.substr(6, 4)) size = size << 7U | (static_cast<std::uint8_t>(digit) & 0x7FU);
  return bytes.size() > size + 10 && bytes.substr(size + 10).starts_with("fLaC");
}

}  // namespace

Result<DecodedAudio> read_audio(std::string_view bytes, std::string_view name, std::size_t max_samples) {
  if (bytes.empty()) return Error{ErrorCode::invalid, fmt::format("audio: {}: empty", name)};
  if (bytes.starts_with("RIFF") || bytes.starts_with("RF64")) return read_wav(bytes, name, max_samples);
  if (looks_like_flac(bytes)) return read_flac(bytes, name, max_samples);
  return Error{ErrorCode::unsupported, fmt::format("audio: {}: neither WAV nor FLAC", name)};
}

Result<DecodedAudio> read_audio_file(const std::filesystem::path& path, std::size_t max_samples) {
  const auto bytes = read_file(path, max_file);
  if (!bytes) return bytes.error().within("audio");
  return read_audio(*bytes, path.filename().string(), max_samples);
}

}  // namespace entente::audio
