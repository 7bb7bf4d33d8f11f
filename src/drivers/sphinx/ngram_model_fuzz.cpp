// SPDX-License-Identifier: GPL-3.0-or-later
// Binary n-gram models. The tables of quantised weights, 256 KiB each, are left out of the input.
#include <cstdlib>
#include <cstring>

#include "drivers/sphinx/ngram_model.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace entente::sphinx;
  std::string bytes(reinterpret_cast<const char*>(data), size);
  constexpr std::size_t order_at = 19;
  if (size > order_at && (data[order_at] == 2 || data[order_at] == 3)) {
    const std::size_t header = order_at + 1 + (data[order_at] + std::size_t{1}) * 4;
    if (size > header) bytes.insert(header, (std::size_t{data[order_at]} * 2 - 3) * 65536 * 4, '\xC5');
  }
  const auto model = NgramModel::parse(std::move(bytes), "fuzz");
  if (!model.ok()) return 0;
  const auto words = static_cast<NgramModel::Word>(std::min<std::size_t>(model->size(), 8));
  for (NgramModel::Word word = 0; word < words; ++word) {
    model->find(model->word(word));
    for (NgramModel::Word last = 0; last < words; ++last) {
      const float score = model->score(word, last, word);
      if (!(score <= 0 && score >= -100)) std::abort();
    }
  }
  return 0;
}
