// SPDX-License-Identifier: GPL-3.0-or-later
// sRGB with the D65 white point (IEC 61966-2-1), as lamps that speak CIE xy mean it.
#include "drivers/mqtt_discovery/protocol/colours.h"

#include <algorithm>
#include <cmath>

namespace entente::mqtt_discovery {
namespace {

double to_linear(int channel) {
  const double share = channel / 255.0;
  return share <= 0.04045 ? share / 12.92 : std::pow((share + 0.055) / 1.055, 2.4);
}

double from_linear(double share) {
  return share <= 0.0031308 ? 12.92 * share : 1.055 * std::pow(share, 1 / 2.4) - 0.055;
}

int byte_of(double share) { return static_cast<int>(std::lround(std::clamp(share, 0.0, 1.0) * 255)); }

}  // namespace

Rgb rgb_of(std::int64_t number) {
  return Rgb{static_cast<int>((number >> 16) & 0xff), static_cast<int>((number >> 8) & 0xff),
             static_cast<int>(number & 0xff)};
}

Rgb to_rgb(HueSaturation colour) {
  if (!std::isfinite(colour.hue) || !std::isfinite(colour.saturation)) return {255, 255, 255};
  const double hue = std::fmod(std::fmod(colour.hue, 360) + 360, 360) / 60;
  const double saturation = std::clamp(colour.saturation, 0.0, 100.0) / 100;
  const auto channel = [&](double turn) {
    const double k = std::fmod(turn + hue, 6);
    return byte_of(1 - saturation * std::max(0.0, std::min({k, 4 - k, 1.0})));
  };
  return Rgb{channel(5), channel(3), channel(1)};
}

Rgb to_rgb(Chromaticity colour) {
  if (!std::isfinite(colour.x) || !std::isfinite(colour.y) || colour.y <= 0) return {255, 255, 255};
  const double x = std::clamp(colour.x, 0.0, 1.0) / std::max(colour.y, 1e-4);
  const double z = std::clamp(1 - colour.x - colour.y, 0.0, 1.0) / std::max(colour.y, 1e-4);
  double red = 3.2406 * x - 1.5372 - 0.4986 * z;
  double green = -0.9689 * x + 1.8758 + 0.0415 * z;
  double blue = 0.0557 * x - 0.2040 + 1.0570 * z;
  const double largest = std::max({red, green, blue, 1e-6});
  red = from_linear(std::max(red / largest, 0.0));
  green = from_linear(std::max(green / largest, 0.0));
  blue = from_linear(std::max(blue / largest, 0.0));
  return Rgb{byte_of(red), byte_of(green), byte_of(blue)};
}

HueSaturation to_hue(Rgb colour) {
  const double largest = std::max({colour.red, colour.green, colour.blue});
  const double span = largest - std::min({colour.red, colour.green, colour.blue});
  if (span == 0) return {};
  double hue = 0;
  if (largest == colour.red) {
    hue = std::fmod((colour.green - colour.blue) / span + 6, 6);
  } else if (largest == colour.green) {
    hue = (colour.blue - colour.red) / span + 2;
  } else {
    hue = (colour.red - colour.green) / span + 4;
  }
  return HueSaturation{hue * 60, span / largest * 100};
}

Chromaticity to_chromaticity(Rgb colour) {
  const double red = to_linear(colour.red);
  const double green = to_linear(colour.green);
  const double blue = to_linear(colour.blue);
  const double x = 0.4124 * red + 0.3576 * green + 0.1805 * blue;
  const double y = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  const double z = 0.0193 * red + 0.1192 * green + 0.9505 * blue;
  const double sum = x + y + z;
  if (sum == 0) return {0.3127, 0.3290};
  return Chromaticity{x / sum, y / sum};
}

double kelvin_of(double mireds) { return mireds > 0 ? 1e6 / mireds : 0; }

}  // namespace entente::mqtt_discovery
