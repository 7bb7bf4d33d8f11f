// SPDX-License-Identifier: GPL-3.0-or-later
// Everything that all streams of a recogniser share. Immutable, any thread (the pronunciations lock their cache).
#pragma once

#include "drivers/sphinx/acoustic_model.h"
#include "drivers/sphinx/context_table.h"
#include "drivers/sphinx/enhancer.h"
#include "drivers/sphinx/front_end.h"
#include "drivers/sphinx/pronunciations.h"
#include "drivers/sphinx/recogniser.h"

namespace entente::sphinx {

struct Engine {
  Engine(AcousticModel acoustic_model, FrontEndParameters front_end, Dictionary dictionary, const Options& options);

  const std::size_t longest_utterance;  // samples
  const AcousticModel model;
  const FrontEndParameters parameters;
  const CepstralTransform transform;
  const ContextTable contexts;
  const Pronunciations pronunciations;
  const Enhancer enhancer;
};

}  // namespace entente::sphinx
