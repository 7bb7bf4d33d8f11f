// SPDX-License-Identifier: GPL-3.0-or-later
// What the benches share: figures, and how they are shown. Each bench prints a table for people, or with --json one
// object with the same figures.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "apps/entente/commands/commands.h"
#include "base/json_fwd.h"
#include "base/time.h"

namespace entente::apps {

// The value that so many of a hundred do not exceed (nearest rank). 0 for none.
double percentile(std::vector<double> values, double percent);

// Processor time that this process has used, all threads together.
Duration processor_time();

// Resident memory of a process in MB (10^6 bytes); 0 when it cannot be read.
double resident_megabytes(int process);

// "what it runs on": the processor's name and how many, as Linux tells.
std::string machine_name();

class Figures {
 public:
  explicit Figures(std::string title) : title_(std::move(title)) {}
  void add(std::string name, double value, std::string unit, std::string note = {});
  void print(bool json) const;

 private:
  struct Figure {
    std::string name;
    double value;
    std::string unit;
    std::string note;
  };
  std::string title_;
  std::vector<Figure> figures_;
};

}  // namespace entente::apps
