// SPDX-License-Identifier: GPL-3.0-or-later
#include "apps/entente/commands/bench_speech_curve.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace entente::apps {
namespace {

constexpr double width = 640, height = 400;
constexpr double left = 56, right = 130, top = 24, bottom = 48;  // margins
constexpr std::array colours{"#1b6ca8", "#c8553d", "#2e8b57", "#8a4fbe", "#b8860b", "#444444", "#d1477f", "#008b8b"};

std::vector<double> ratios_of(const std::vector<SpeechCondition>& conditions) {
  std::vector<double> ratios;
  for (const auto& condition : conditions) {
    if (condition.snr_db) ratios.push_back(*condition.snr_db);
  }
  std::sort(ratios.rbegin(), ratios.rend());
  ratios.erase(std::unique(ratios.begin(), ratios.end()), ratios.end());
  return ratios;
}

const SpeechCondition* find(const std::vector<SpeechCondition>& conditions, std::string_view noise, double ratio) {
  for (const auto& condition : conditions) {
    if (condition.noise == noise && condition.snr_db && *condition.snr_db == ratio) return &condition;
  }
  return nullptr;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '<' || c == '>' || c == '&') {
      out += fmt::format("&#{};", static_cast<int>(c));
    } else {
      out += c;
    }
  }
  return out;
}

// Where things are drawn.
struct Axes {
  double first, last;  // ratios, left and right
  double lowest;       // percent

  double x(double ratio) const {
    const double range = first - last;
    return left + (range > 0 ? (first - ratio) / range : 0.5) * (width - left - right);
  }
  double y(double percent) const { return top + (100 - percent) / (100 - lowest) * (height - top - bottom); }
};

std::string grid(const Axes& axes, const std::vector<double>& ratios) {
  std::string out;
  for (double percent = axes.lowest; percent <= 100; percent += 10) {
    out += fmt::format(
        "<line x1=\"{0:.0f}\" y1=\"{2:.1f}\" x2=\"{1:.0f}\" y2=\"{2:.1f}\" stroke=\"#ddd\"/>"
        "<text x=\"{3:.0f}\" y=\"{4:.1f}\" text-anchor=\"end\">{5:g} %</text>\n",
        left, width - right, axes.y(percent), left - 6, axes.y(percent) + 4, percent);
  }
  for (double ratio : ratios) {
    out += fmt::format("<text x=\"{:.1f}\" y=\"{:.0f}\" text-anchor=\"middle\">{:g}</text>\n", axes.x(ratio),
                       height - bottom + 18, ratio);
  }
  return out + fmt::format("<text x=\"{:.0f}\" y=\"{:.0f}\" text-anchor=\"middle\">signal to noise, dB</text>\n",
                           (left + width - right) / 2, height - 10);
}

}  // namespace

double mean_in_noise(const std::vector<SpeechCondition>& conditions, std::string_view noise) {
  double sum = 0;
  int count = 0;
  for (const auto& condition : conditions) {
    if (!condition.snr_db || (!noise.empty() && condition.noise != noise)) continue;
    sum += condition.percent();
    ++count;
  }
  return count > 0 ? sum / count : 0;
}

std::vector<std::string> noises_of(const std::vector<SpeechCondition>& conditions) {
  std::vector<std::string> noises;
  for (const auto& condition : conditions) {
    if (!condition.snr_db) continue;
    if (std::find(noises.begin(), noises.end(), condition.noise) == noises.end()) noises.push_back(condition.noise);
  }
  return noises;
}

std::string table_of(const std::vector<SpeechCondition>& conditions) {
  const auto ratios = ratios_of(conditions);
  std::string out = fmt::format("  {:<12}", "% understood");
  for (double ratio : ratios) out += fmt::format(" {:>6}", fmt::format("{:g} dB", ratio));
  out += "   mean\n";
  for (const auto& noise : noises_of(conditions)) {
    out += fmt::format("  {:<12}", noise);
    for (double ratio : ratios) {
      const auto* condition = find(conditions, noise, ratio);
      out += condition ? fmt::format(" {:>6.1f}", condition->percent()) : fmt::format(" {:>6}", "");
    }
    out += fmt::format(" {:>6.1f}\n", mean_in_noise(conditions, noise));
  }
  return out;
}

std::string svg_of(const std::vector<SpeechCondition>& conditions) {
  const auto ratios = ratios_of(conditions);
  Axes axes{ratios.empty() ? 1 : ratios.front(), ratios.empty() ? 0 : ratios.back(), 50};
  for (const auto& condition : conditions) {
    while (axes.lowest > 0 && condition.percent() < axes.lowest) axes.lowest -= 10;
  }
  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" font-family=\"sans-serif\" "
      "font-size=\"12\">\n<rect width=\"{0:.0f}\" height=\"{1:.0f}\" fill=\"#fff\"/>\n{2}",
      width, height, grid(axes, ratios));
  double legend = top + 10;
  std::size_t number = 0;
  for (const auto& noise : noises_of(conditions)) {
    const auto* colour = colours[number++ % colours.size()];
    std::string points;
    std::string dots;
    for (double ratio : ratios) {
      const auto* condition = find(conditions, noise, ratio);
      if (!condition) continue;
      const double x = axes.x(ratio);
      const double y = axes.y(condition->percent());
      points += fmt::format("{:.1f},{:.1f} ", x, y);
      dots += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3\" fill=\"{}\"/>", x, y, colour);
    }
    out += fmt::format("<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2\"/>{}\n", points, colour,
                       dots);
    out += fmt::format("<text x=\"{:.0f}\" y=\"{:.0f}\" fill=\"{}\">{} ({:.1f} %)</text>\n", width - right + 12, legend,
                       colour, escaped(noise), mean_in_noise(conditions, noise));
    legend += 18;
  }
  return out + "</svg>\n";
}

}  // namespace entente::apps
