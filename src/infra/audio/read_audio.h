// SPDX-License-Identifier: GPL-3.0-or-later
// Reads a sound file of whatever kind we know, told by its first bytes and never by its name. Any thread.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/result.h"
#include "infra/audio/wav.h"

namespace entente::audio {

// "audio: clip.mp3: neither WAV nor FLAC"
Result<DecodedAudio> read_audio(std::string_view bytes, std::string_view name,
                                std::size_t max_samples = default_max_samples);

// The same from a file; blocks.
Result<DecodedAudio> read_audio_file(const std::filesystem::path& path, std::size_t max_samples = default_max_samples);

}  // namespace entente::audio
