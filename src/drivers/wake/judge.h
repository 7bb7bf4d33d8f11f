// SPDX-License-Identifier: GPL-3.0-or-later
// Decides whether a candidate was the phrase: what the network thought of it and what a second look said, together.
// Plain functions.
#pragma once

#include <optional>

namespace entente::wake {

// A phrase's own scale of network scores, from background speech.
struct Scale {
  float candidate = -2;  // above this a second look is worth its time
  float alone = -1;      // above this it is taken where nobody can look again
};

// Above 0 it is taken. `network` is the search's score, `likeness` the verifier's, none where there is no verifier.
double judge(const Scale& scale, float network, std::optional<double> likeness, double sensitivity);

}  // namespace entente::wake
