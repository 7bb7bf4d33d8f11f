// SPDX-License-Identifier: GPL-3.0-or-later
// Flite's American English voice "rms", the one that is understood best of those in Debian. The library is not
// re-entrant: its owner gives it a pool of one thread, and opens it once. It knows letters of English only; what else
// is in a text is spelled nearest to it ("café" as "cafe") or left out.
#pragma once

#include <memory>

#include "services/speech/speech.h"

namespace entente::flite {

Result<std::unique_ptr<speech::Synthesiser>> open();

}  // namespace entente::flite
