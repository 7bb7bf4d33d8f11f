// SPDX-License-Identifier: GPL-3.0-or-later
// AcousticModel is Debian's pocketsphinx-en-us read into the shape our decoder wants: phones, triphones and their
// states (senones), one codebook of Gaussians for each phone in three streams (cepstra, their first and second
// differences), mixture weights, transition costs. Immutable after open(); any thread.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "drivers/sphinx/model_file.h"

namespace entente::sphinx {

constexpr int stream_count = 3;
constexpr int cepstrum_size = 13;
constexpr int density_count = 128;  // Gaussians of one codebook in one stream
constexpr int state_count = 3;      // emitting states of a phone
constexpr std::size_t phone_limit = 64;

using Phone = std::uint8_t;
using PhoneSet = std::uint64_t;  // bit p is phone p
using SenoneSequence = std::array<std::uint16_t, state_count>;

constexpr PhoneSet only(Phone phone) { return PhoneSet{1} << phone; }

enum class WordPlace : std::uint8_t { inside, begin, end, single };  // the numbers are the file format's

// One codebook's Gaussians in one stream, laid out so that one dimension of all densities is contiguous.
struct Codebook {
  std::array<std::array<float, density_count>, cepstrum_size> mean;
  std::array<std::array<float, density_count>, cepstrum_size> precision;  // 1 / (2 variance)
  std::array<float, density_count> constant;                              // log of the normalising factor
};

// Costs of staying in state i and of leaving it for the next one (or out of the phone), as logarithms.
struct Transitions {
  std::array<float, state_count> stay;
  std::array<float, state_count> leave;
};

class AcousticModel {
 public:
  static Result<AcousticModel> open(const std::filesystem::path& folder);

  // The parts of open(), for tests and fuzzing.
  struct Files {
    ModelFile definition, means, variances, mixtures, transitions;
  };
  static Result<AcousticModel> parse(Files files);

  std::size_t phone_count() const { return phone_names_.size(); }
  std::string_view phone_name(Phone phone) const { return phone_names_[phone]; }
  std::optional<Phone> find_phone(std::string_view name) const;
  Phone silence() const { return silence_; }
  PhoneSet fillers() const { return fillers_; }  // silence and noises
  PhoneSet speech_phones() const { return all_phones() & ~fillers_; }
  PhoneSet all_phones() const;

  // Index into senone_sequence() of a phone in its context; a filler as context counts as silence.
  std::uint16_t triphone(WordPlace place, Phone base, Phone left, Phone right) const {
    return triphones_[((static_cast<std::size_t>(place) * phone_count() + base) * phone_count() + left) *
                          phone_count() +
                      right];
  }
  std::uint16_t context_free(Phone phone) const { return context_free_[phone]; }
  const SenoneSequence& senone_sequence(std::uint16_t index) const { return sequences_[index]; }
  const Transitions& transitions(Phone phone) const { return transitions_[phone]; }

  std::size_t senone_count() const { return senone_codebook_.size(); }
  std::uint8_t codebook_of(std::uint16_t senone) const { return senone_codebook_[senone]; }
  const Codebook& codebook(std::size_t index, int stream) const {
    return codebooks_[index * stream_count + static_cast<std::size_t>(stream)];
  }
  // Weights of one density for every senone of its codebook, quantised: log weight = -0.1024 × byte.
  const std::uint8_t* mixtures(int stream, int density) const {
    return mixtures_.data() +
           (static_cast<std::size_t>(stream) * density_count + static_cast<std::size_t>(density)) * senone_count();
  }

 private:
  AcousticModel() = default;
  Result<void> read_definition(ModelFile& file);
  Result<void> read_phone_names(ModelFile& file, std::size_t count);
  Result<void> read_phones(ModelFile& file, std::size_t count, std::size_t senones, std::size_t sequences,
                           std::size_t tree_nodes);
  Result<void> read_gaussians(ModelFile means, ModelFile variances);
  Result<void> read_mixtures(ModelFile& file);
  Result<void> read_transitions(ModelFile file);
  void set_fillers();
  void back_off_triphones();

  std::vector<std::string> phone_names_;
  Phone silence_ = 0;
  PhoneSet fillers_ = 0;
  std::vector<std::uint16_t> triphones_;     // [place][base][left][right]
  std::vector<std::uint16_t> context_free_;  // [phone]
  std::vector<std::uint8_t> matrix_of_;      // [phone], index into the transition matrices
  std::vector<SenoneSequence> sequences_;
  std::vector<std::uint8_t> senone_codebook_;
  std::vector<Codebook> codebooks_;     // [codebook][stream]
  std::vector<std::uint8_t> mixtures_;  // [stream][density][senone]
  std::vector<Transitions> transitions_;
};

}  // namespace entente::sphinx
