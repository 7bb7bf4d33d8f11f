// SPDX-License-Identifier: GPL-3.0-or-later
//
// mdef             "BMDF" version:i32 length:i32 description:byte[length]
//                  phones:i32 all:i32 states:i32 ci_senones:i32 senones:i32 matrices:i32 sequences:i32 contexts:i32
//                  tree_nodes:i32 silence:i32 { name NUL }phones, padding to 4 bytes from the first name
//                  { i16 i16 i32 }tree_nodes { sequence:i32 matrix:i32 place:u8 base:u8 left:u8 right:u8 }all
//                  numbers:i32 { senone:u16 }numbers
// means, variances s3 header; codebooks:u32 streams:u32 densities:u32 length:u32 × streams, floats
// sendump          { length:i32 text:byte[length] } ending in length 0; densities:i32 senones:i32
//                  weight:u8 [stream][density][senone]
// transitions      s3 header; matrices:u32 from:u32 to:u32, floats (counts, not normalised)
#include "drivers/sphinx/acoustic_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace entente::sphinx {
namespace {

constexpr std::size_t file_limit = 64U << 20U;
constexpr std::uint16_t no_triphone = 0xFFFF;
constexpr int place_count = 4;
constexpr float variance_floor = 1e-4F;
constexpr float transition_floor = 1e-4F;

Result<S3File> open_gaussians(ModelFile file, std::size_t codebooks) {
  ENTENTE_TRY(S3File s3, S3File::open(std::move(file)));
  auto books = s3.take_count();
  auto streams = s3.take_count();
  auto densities = s3.take_count();
  if (s3.file().failed()) return s3.file().truncated();
  if (books != codebooks || streams != stream_count || densities != density_count) {
    return s3.file().broken(
        fmt::format("{} codebooks of {} streams and {} densities; only {} of {} and {} are supported", books, streams,
                    densities, codebooks, stream_count, density_count));
  }
  for (int stream = 0; stream < stream_count; ++stream) {
    if (s3.take_count() != cepstrum_size) return s3.file().broken("a stream is not 13 numbers wide");
  }
  return s3;
}

Result<std::vector<float>> read_numbers(ModelFile file, std::size_t codebooks) {
  ENTENTE_TRY(S3File s3, open_gaussians(std::move(file), codebooks));
  ENTENTE_TRY(auto numbers, s3.take_floats(codebooks * stream_count * density_count * cepstrum_size));
  ENTENTE_TRY_VOID(s3.verify());
  if (!std::all_of(numbers.begin(), numbers.end(), [](float x) { return std::isfinite(x); })) {
    return s3.file().broken("a number that is not finite");
  }
  return numbers;
}

void fill(Codebook& book, const float* means, const float* variances) {
  for (std::size_t density = 0; density < density_count; ++density) {
    double constant = 0;
    for (std::size_t i = 0; i < cepstrum_size; ++i) {
      float variance = std::max(variances[density * cepstrum_size + i], variance_floor);
      book.mean[i][density] = means[density * cepstrum_size + i];
      book.precision[i][density] = 0.5F / variance;
      constant -= 0.5 * std::log(2 * std::numbers::pi * variance);
    }
    book.constant[density] = static_cast<float>(constant);
  }
}

}  // namespace

Result<AcousticModel> AcousticModel::open(const std::filesystem::path& folder) {
  ENTENTE_TRY(auto definition, ModelFile::read(folder / "mdef", file_limit));
  ENTENTE_TRY(auto means, ModelFile::read(folder / "means", file_limit));
  ENTENTE_TRY(auto variances, ModelFile::read(folder / "variances", file_limit));
  ENTENTE_TRY(auto mixtures, ModelFile::read(folder / "sendump", file_limit));
  ENTENTE_TRY(auto transitions, ModelFile::read(folder / "transition_matrices", file_limit));
  return parse(Files{std::move(definition), std::move(means), std::move(variances), std::move(mixtures),
                     std::move(transitions)});
}

Result<AcousticModel> AcousticModel::parse(Files files) {
  AcousticModel model;
  ENTENTE_TRY_VOID(model.read_definition(files.definition));
  ENTENTE_TRY_VOID(model.read_gaussians(std::move(files.means), std::move(files.variances)));
  ENTENTE_TRY_VOID(model.read_mixtures(files.mixtures));
  ENTENTE_TRY_VOID(model.read_transitions(std::move(files.transitions)));
  return model;
}

std::optional<Phone> AcousticModel::find_phone(std::string_view name) const {
  auto found = std::find(phone_names_.begin(), phone_names_.end(), name);
  if (found == phone_names_.end()) return std::nullopt;
  return static_cast<Phone>(found - phone_names_.begin());
}

PhoneSet AcousticModel::all_phones() const {
  return phone_count() == phone_limit ? ~PhoneSet{0} : (PhoneSet{1} << phone_count()) - 1;
}

Result<void> AcousticModel::read_definition(ModelFile& file) {
  if (file.take_text(4) != "BMDF") return file.broken("not a binary model definition");
  if (auto version = file.take<std::uint32_t>(); version != 1) {
    return file.broken(fmt::format("version {} of the format is not supported", version));
  }
  file.skip(file.take<std::uint32_t>());
  auto phones = file.take<std::uint32_t>();
  auto all = file.take<std::uint32_t>();
  auto states = file.take<std::uint32_t>();
  file.skip(4);
  auto senones = file.take<std::uint32_t>();
  file.skip(4);
  auto sequences = file.take<std::uint32_t>();
  auto contexts = file.take<std::uint32_t>();
  auto tree_nodes = file.take<std::uint32_t>();
  auto silence = file.take<std::uint32_t>();
  if (file.failed()) return file.truncated();
  if (phones == 0 || phones > phone_limit || all < phones) return file.broken("an impossible number of phones");
  if (states != state_count || contexts != 3) return file.broken("only triphones of three states are supported");
  if (senones == 0 || senones > 0xFFFF || sequences == 0 || sequences >= no_triphone || silence >= phones) {
    return file.broken("a number out of range in its header");
  }
  silence_ = static_cast<Phone>(silence);
  ENTENTE_TRY_VOID(read_phone_names(file, phones));
  set_fillers();
  return read_phones(file, all, senones, sequences, tree_nodes);
}

Result<void> AcousticModel::read_phone_names(ModelFile& file, std::size_t count) {
  auto start = file.position();
  for (std::size_t i = 0; i < count; ++i) phone_names_.emplace_back(file.take_until('\0'));
  file.skip((4 - (file.position() - start) % 4) % 4);
  if (file.failed()) return file.truncated();
  return {};
}

void AcousticModel::set_fillers() {
  fillers_ = only(silence_);
  for (Phone phone = 0; phone < phone_count(); ++phone) {
    if (phone_names_[phone].starts_with('+')) fillers_ |= only(phone);
  }
}

Result<void> AcousticModel::read_phones(ModelFile& file, std::size_t count, std::size_t senones, std::size_t sequences,
                                        std::size_t tree_nodes) {
  struct Entry {
    std::uint32_t sequence, matrix;
    std::uint8_t place, base, left, right;
  };
  static_assert(sizeof(Entry) == 12);

  if (tree_nodes > file.left() / 8) return file.truncated();
  file.skip(tree_nodes * 8);
  auto entries = file.take_many<Entry>(count);
  auto numbers = file.take<std::uint32_t>();
  if (!file.failed() && numbers != sequences * state_count) return file.broken("senone sequences of the wrong length");
  sequences_ = file.take_many<SenoneSequence>(sequences);
  if (file.failed()) return file.truncated();
  for (const auto& sequence : sequences_) {
    for (auto senone : sequence) {
      if (senone >= senones) return file.broken("a senone out of range");
    }
  }

  const auto phones = phone_count();
  triphones_.assign(place_count * phones * phones * phones, no_triphone);
  senone_codebook_.assign(senones, 0);
  for (std::size_t i = 0; i < count; ++i) {
    const Entry& entry = entries[i];
    if (entry.sequence >= sequences) return file.broken("a senone sequence out of range");
    auto base = i < phones ? i : entry.base;
    if (base >= phones) return file.broken("a phone out of range");
    for (auto senone : sequences_[entry.sequence]) senone_codebook_[senone] = static_cast<std::uint8_t>(base);
    if (i < phones) {
      if (entry.matrix >= phones) return file.broken("a transition matrix out of range");
      context_free_.push_back(static_cast<std::uint16_t>(entry.sequence));
      matrix_of_.push_back(static_cast<std::uint8_t>(entry.matrix));
      continue;
    }
    if (entry.place >= place_count || entry.left >= phones || entry.right >= phones) {
      return file.broken("a triphone out of range");
    }
    triphones_[((entry.place * phones + base) * phones + entry.left) * phones + entry.right] =
        static_cast<std::uint16_t>(entry.sequence);
  }
  back_off_triphones();
  return {};
}

// A triphone that was never trained takes, in this order: another place in the word, silence for a filler context,
// the phone without context.
void AcousticModel::back_off_triphones() {
  const auto phones = phone_count();
  const auto trained = triphones_;
  auto seen = [&](std::size_t place, std::size_t base, std::size_t left, std::size_t right) {
    auto at = [&](std::size_t where) { return trained[((where * phones + base) * phones + left) * phones + right]; };
    auto found = at(place);
    for (std::size_t other = 0; found == no_triphone && other < place_count; ++other) found = at(other);
    return found;
  };
  auto context = [&](std::size_t phone) { return (fillers_ >> phone) & 1U ? silence_ : phone; };
  std::size_t index = 0;
  for (std::size_t place = 0; place < place_count; ++place) {
    for (std::size_t base = 0; base < phones; ++base) {
      for (std::size_t left = 0; left < phones; ++left) {
        for (std::size_t right = 0; right < phones; ++right) {
          auto found = seen(place, base, context(left), context(right));
          triphones_[index++] = found == no_triphone ? context_free_[base] : found;
        }
      }
    }
  }
}

Result<void> AcousticModel::read_gaussians(ModelFile means, ModelFile variances) {
  ENTENTE_TRY(auto mean_numbers, read_numbers(std::move(means), phone_count()));
  ENTENTE_TRY(auto variance_numbers, read_numbers(std::move(variances), phone_count()));
  codebooks_.resize(phone_count() * stream_count);
  for (std::size_t i = 0; i < codebooks_.size(); ++i) {
    auto offset = i * density_count * cepstrum_size;
    fill(codebooks_[i], mean_numbers.data() + offset, variance_numbers.data() + offset);
  }
  return {};
}

Result<void> AcousticModel::read_mixtures(ModelFile& file) {
  for (;;) {
    auto length = file.take<std::uint32_t>();
    if (file.failed()) return file.truncated();
    if (length == 0) break;
    auto line = std::string(file.take_text(length).substr(0, length - 1));
    if (line.starts_with("cluster_count ") && line != "cluster_count 0") {
      return file.broken("clustered mixture weights are not supported");
    }
    if (line.starts_with("mixw_shift ") && line != "mixw_shift 10") {
      return file.broken("mixture weights of another scale are not supported");
    }
  }
  auto densities = file.take<std::uint32_t>();
  auto senones = file.take<std::uint32_t>();
  if (!file.failed() && (densities != density_count || senones != senone_count())) {
    return file.broken(fmt::format("weights of {} densities for {} senones where {} for {} belong", densities, senones,
                                   density_count, senone_count()));
  }
  mixtures_ = file.take_many<std::uint8_t>(stream_count * density_count * senone_count());
  if (file.failed()) return file.truncated();
  return {};
}

Result<void> AcousticModel::read_transitions(ModelFile file) {
  ENTENTE_TRY(S3File s3, S3File::open(std::move(file)));
  auto matrices = s3.take_count();
  auto from = s3.take_count();
  auto to = s3.take_count();
  if (s3.file().failed()) return s3.file().truncated();
  if (matrices == 0 || matrices > phone_limit || from != state_count || to != state_count + 1) {
    return s3.file().broken("only one matrix of 3 × 4 for a phone is supported");
  }
  ENTENTE_TRY(auto counts, s3.take_floats(matrices * state_count * (state_count + 1)));
  ENTENTE_TRY_VOID(s3.verify());
  for (Phone phone = 0; phone < phone_count(); ++phone) {
    if (matrix_of_[phone] >= matrices) return s3.file().broken("too few matrices");
    const float* matrix = counts.data() + std::size_t{matrix_of_[phone]} * state_count * (state_count + 1);
    Transitions costs;
    for (std::size_t state = 0; state < state_count; ++state) {
      const float* row = matrix + state * (state_count + 1);
      float stay = row[state];
      float leave = row[state + 1];
      float sum = stay + leave;
      if (!(stay >= 0 && leave >= 0 && sum > 0 && std::isfinite(sum))) {
        return s3.file().broken("a row that is no probability");
      }
      costs.stay[state] = std::log(std::max(stay / sum, transition_floor));
      costs.leave[state] = std::log(std::max(leave / sum, transition_floor));
    }
    transitions_.push_back(costs);
  }
  return {};
}

}  // namespace entente::sphinx
