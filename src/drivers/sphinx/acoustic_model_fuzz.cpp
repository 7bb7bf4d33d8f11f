// SPDX-License-Identifier: GPL-3.0-or-later
// The model's files: the first byte says which one the rest replaces; the others are the installed ones.
#include <array>
#include <string>

#include "base/file.h"
#include "drivers/sphinx/acoustic_model.h"
#include "drivers/sphinx/front_end.h"
#include "drivers/sphinx/recogniser.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace entente::sphinx;
  static const std::array<std::string, 5> installed = [] {
    std::array<std::string, 5> files;
    const char* names[] = {"mdef", "means", "variances", "sendump", "transition_matrices"};
    for (std::size_t i = 0; i < files.size(); ++i) {
      files[i] = entente::read_file(Options{}.model_folder / names[i]).value_or("");
    }
    return files;
  }();
  if (size == 0) return 0;
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t replaced = data[0] % 6;
  if (replaced == 5) {
    if (auto parameters = FrontEndParameters::parse(bytes, "fuzz"); parameters.ok()) FrontEnd front_end(*parameters);
    return 0;
  }
  if (replaced == 0) {  // alone, for speed: the others are read only after a whole definition
    (void)AcousticModel::parse(
        {ModelFile("0", bytes), ModelFile("1", ""), ModelFile("2", ""), ModelFile("3", ""), ModelFile("4", "")});
    return 0;
  }
  auto file = [&](std::size_t i) { return ModelFile(std::to_string(i), i == replaced ? bytes : installed[i]); };
  (void)AcousticModel::parse({file(0), file(1), file(2), file(3), file(4)});
  return 0;
}
