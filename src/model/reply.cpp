// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/reply.h"

namespace entente::model {

const char* to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::done: return "done";
    case Outcome::answered: return "answered";
    case Outcome::refused: return "refused";
    case Outcome::failed: return "failed";
    case Outcome::not_understood: return "not_understood";
  }
  return "failed";
}

}  // namespace entente::model
