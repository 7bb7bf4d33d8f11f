// SPDX-License-Identifier: GPL-3.0-or-later
// Colours in the ways that lamps say them. RGB is 0xRRGGBB at full brightness: how bright a lamp is, it says apart.
// Pure functions; what is out of range is clamped.
#pragma once

#include <cstdint>

namespace entente::mqtt_discovery {

struct Rgb {
  int red = 0, green = 0, blue = 0;  // 0 … 255
  std::int64_t number() const { return (std::int64_t{red} << 16) | (green << 8) | blue; }
};
struct HueSaturation {
  double hue = 0;         // degrees
  double saturation = 0;  // percent
};
struct Chromaticity {
  double x = 0, y = 0;  // CIE 1931
};

Rgb rgb_of(std::int64_t number);
Rgb to_rgb(HueSaturation colour);
Rgb to_rgb(Chromaticity colour);
HueSaturation to_hue(Rgb colour);
Chromaticity to_chromaticity(Rgb colour);

double kelvin_of(double mireds);  // and back: it is its own inverse

}  // namespace entente::mqtt_discovery
