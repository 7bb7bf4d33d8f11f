// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sphinx/front_end.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numbers>

#include "base/file.h"
#include "base/text.h"

namespace entente::sphinx {
namespace {

constexpr double sample_rate = 16000;
constexpr std::size_t transform_size = 512;
constexpr float emphasis = 0.97F;
constexpr float energy_floor = 1e-4F;

double to_mel(double hertz) { return 2595 * std::log10(1 + hertz / 700); }
double from_mel(double mel) { return 700 * (std::pow(10, mel / 2595) - 1); }

// Radix-2, in place; `twiddles` are exp(-2πi k / n) for k < n / 2.
void fourier_transform(std::vector<std::complex<float>>& x, const std::vector<std::complex<float>>& twiddles) {
  const std::size_t n = x.size();
  for (std::size_t i = 1, j = 0; i < n; ++i) {
    std::size_t bit = n >> 1U;
    for (; j & bit; bit >>= 1U) j ^= bit;
    j ^= bit;
    if (i < j) std::swap(x[i], x[j]);
  }
  for (std::size_t length = 2; length <= n; length *= 2) {
    const std::size_t half = length / 2;
    const std::size_t step = n / length;
    for (std::size_t start = 0; start < n; start += length) {
      for (std::size_t k = 0; k < half; ++k) {
        const auto a = x[start + k];
        const auto b = x[start + k + half];
        const auto w = twiddles[k * step];
        const std::complex<float> turned{b.real() * w.real() - b.imag() * w.imag(),
                                         b.real() * w.imag() + b.imag() * w.real()};
        x[start + k] = a + turned;
        x[start + k + half] = a - turned;
      }
    }
  }
}

bool read_number(std::string_view text, double& value) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && std::isfinite(value);
}

Error unsupported(std::string_view name, std::string_view line) {
  return Error{ErrorCode::unsupported, fmt::format("acoustic model: {}: '{}' is not supported", name, line)};
}

}  // namespace

Result<FrontEndParameters> FrontEndParameters::open(const std::filesystem::path& path) {
  auto text = read_file(path, 1U << 16U);
  if (!text.ok()) return text.error().within("acoustic model");
  return parse(*text, path.string());
}

Result<FrontEndParameters> FrontEndParameters::parse(std::string_view text, std::string_view name) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> required{{{"-transform", "dct"},
                                                                                   {"-feat", "1s_c_d_dd"},
                                                                                   {"-svspec", "0-12/13-25/26-38"},
                                                                                   {"-agc", "none"},
                                                                                   {"-varnorm", "no"},
                                                                                   {"-model", "ptm"},
                                                                                   {"-nfilt", "25"}}};
  FrontEndParameters parameters;
  for (auto raw : text::split(text, '\n')) {
    auto line = text::trim(raw);
    auto space = line.find(' ');
    auto key = line.substr(0, space);
    auto value = space == std::string_view::npos ? std::string_view() : text::trim(line.substr(space));
    for (const auto& [option, only_value] : required) {
      if (key == option && value != only_value) return unsupported(name, line);
    }
    double number = 0;
    if (key == "-lowerf" || key == "-upperf" || key == "-lifter") {
      if (!read_number(value, number) || number < 0 || number > sample_rate / 2) return unsupported(name, line);
      if (key == "-lowerf") parameters.lowest = number;
      if (key == "-upperf") parameters.highest = number;
      if (key == "-lifter") parameters.lifter = static_cast<int>(number);
    }
  }
  if (parameters.lowest + 100 > parameters.highest || parameters.lifter < cepstrum_size)
    return unsupported(name, "-lowerf, -upperf, -lifter");
  return parameters;
}

FrontEnd::FrontEnd(const FrontEndParameters& parameters) {
  for (std::size_t i = 0; i < frame_length; ++i) {
    window_[i] =
        static_cast<float>(0.54 - 0.46 * std::cos(2 * std::numbers::pi * static_cast<double>(i) / (frame_length - 1)));
  }
  for (std::size_t k = 0; k < transform_size / 2; ++k) {
    auto angle = -2 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(transform_size);
    twiddles_.emplace_back(static_cast<float>(std::cos(angle)), static_cast<float>(std::sin(angle)));
  }
  // Triangles of equal area, their corners rounded to the transform's bins.
  const double bin = sample_rate / static_cast<double>(transform_size);
  const double low = to_mel(parameters.lowest);
  const double width = (to_mel(parameters.highest) - low) / (mel_bands + 1);
  for (int band = 0; band < mel_bands; ++band) {
    std::array<double, 3> corner{};
    for (int j = 0; j < 3; ++j) {
      corner[static_cast<std::size_t>(j)] = std::floor(from_mel(low + (band + j) * width) / bin + 0.5) * bin;
    }
    Filter filter;
    filter.first = static_cast<std::size_t>(corner[0] / bin + 0.5);
    for (std::size_t k = filter.first; k <= transform_size / 2 && static_cast<double>(k) * bin <= corner[2]; ++k) {
      const double hertz = static_cast<double>(k) * bin;
      const double scale = 2 / std::max(corner[2] - corner[0], bin);
      const double rising = (hertz - corner[0]) / std::max(corner[1] - corner[0], bin);
      const double falling = (corner[2] - hertz) / std::max(corner[2] - corner[1], bin);
      filter.weights.push_back(static_cast<float>(scale * std::min(rising, falling)));
    }
    filters_.push_back(std::move(filter));
  }
}

void FrontEnd::feed(std::span<const std::int16_t> samples, std::vector<MelFrame>& out) {
  constexpr std::size_t piece = 16000;  // so that a whole file at once needs no second copy of itself
  for (std::size_t from = 0; from < samples.size(); from += piece) {
    for (auto sample : samples.subspan(from, std::min(piece, samples.size() - from))) {
      const auto value = static_cast<float>(sample);
      pending_.push_back(value - emphasis * last_sample_);
      last_sample_ = value;
    }
    std::size_t used = 0;
    for (; pending_.size() - used >= frame_length; used += frame_shift) out.push_back(compute(pending_.data() + used));
    pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(used));
  }
}

MelFrame FrontEnd::compute(const float* samples) {
  spectrum_.assign(transform_size, {});
  for (std::size_t i = 0; i < frame_length; ++i) spectrum_[i] = samples[i] * window_[i];
  fourier_transform(spectrum_, twiddles_);
  MelFrame mel;
  for (std::size_t band = 0; band < mel_bands; ++band) {
    const Filter& filter = filters_[band];
    float energy = 0;
    for (std::size_t k = 0; k < filter.weights.size(); ++k) {
      energy += filter.weights[k] * std::norm(spectrum_[filter.first + k]);
    }
    mel[band] = std::log(energy + energy_floor);
  }
  return mel;
}

CepstralTransform::CepstralTransform(int lifter) {
  for (std::size_t i = 0; i < cepstrum_size; ++i) {
    const double order = static_cast<double>(i);
    const double lift = 1 + lifter / 2.0 * std::sin(order * std::numbers::pi / lifter);
    const double norm = std::sqrt((i == 0 ? 1.0 : 2.0) / mel_bands);
    for (std::size_t band = 0; band < mel_bands; ++band) {
      const double wave = norm * std::cos(order * std::numbers::pi / mel_bands * (static_cast<double>(band) + 0.5));
      forward_[i][band] = static_cast<float>(wave * lift);
      inverse_[i][band] = static_cast<float>(wave / lift);
    }
  }
}

Cepstrum CepstralTransform::forward(const MelFrame& mel) const {
  Cepstrum cepstrum;
  for (std::size_t i = 0; i < cepstrum_size; ++i) {
    float sum = 0;
    for (std::size_t band = 0; band < mel_bands; ++band) sum += forward_[i][band] * mel[band];
    cepstrum[i] = sum;
  }
  return cepstrum;
}

MelFrame CepstralTransform::inverse(const Cepstrum& cepstrum) const {
  MelFrame mel{};
  for (std::size_t i = 0; i < cepstrum_size; ++i) {
    for (std::size_t band = 0; band < mel_bands; ++band) mel[band] += inverse_[i][band] * cepstrum[i];
  }
  return mel;
}

Features features_at(std::span<const Cepstrum> cepstra, std::size_t at) {
  const auto last = static_cast<std::ptrdiff_t>(cepstra.size()) - 1;
  auto near = [&](std::ptrdiff_t offset) -> const Cepstrum& {
    return cepstra[static_cast<std::size_t>(
        std::clamp(static_cast<std::ptrdiff_t>(at) + offset, std::ptrdiff_t{0}, last))];
  };
  Features features;
  features[0] = near(0);
  for (std::size_t i = 0; i < cepstrum_size; ++i) {
    features[1][i] = near(2)[i] - near(-2)[i];
    features[2][i] = (near(3)[i] - near(-1)[i]) - (near(1)[i] - near(-3)[i]);
  }
  return features;
}

}  // namespace entente::sphinx
