// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sphinx/acoustic_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drivers/sphinx/engine_for_test.h"

namespace entente::sphinx {
namespace {

using testing::HasSubstr;

Phone phone(std::string_view name) { return *installed_model().find_phone(name); }

std::string installed(const std::string& name) { return *read_file(Options{}.model_folder / name); }

AcousticModel::Files installed_files() {
  return {ModelFile("mdef", installed("mdef")), ModelFile("means", installed("means")),
          ModelFile("variances", installed("variances")), ModelFile("sendump", installed("sendump")),
          ModelFile("transition_matrices", installed("transition_matrices"))};
}

TEST(AcousticModel, HasThe39PhonesAndThreeFillers) {
  const auto& model = installed_model();
  EXPECT_EQ(model.phone_count(), 42U);
  EXPECT_EQ(model.phone_name(model.silence()), "SIL");
  EXPECT_EQ(model.fillers(), only(phone("SIL")) | only(phone("+NSN+")) | only(phone("+SPN+")));
  EXPECT_FALSE(model.find_phone("XX").has_value());
}

TEST(AcousticModel, TiesEverySenoneToTheCodebookOfItsPhone) {
  const auto& model = installed_model();
  auto sequence = model.senone_sequence(model.triphone(WordPlace::inside, phone("AE"), phone("L"), phone("M")));
  for (auto senone : sequence) EXPECT_EQ(model.codebook_of(senone), phone("AE"));
}

TEST(AcousticModel, TellsContextsApart) {
  const auto& model = installed_model();
  auto after_l = model.triphone(WordPlace::inside, phone("AE"), phone("L"), phone("M"));
  EXPECT_NE(after_l, model.triphone(WordPlace::inside, phone("AE"), phone("T"), phone("P")));
  EXPECT_NE(after_l, model.context_free(phone("AE")));
}

TEST(AcousticModel, TakesNoiseBesideAPhoneForSilence) {
  const auto& model = installed_model();
  EXPECT_EQ(model.triphone(WordPlace::begin, phone("L"), phone("+NSN+"), phone("AE")),
            model.triphone(WordPlace::begin, phone("L"), phone("SIL"), phone("AE")));
}

TEST(AcousticModel, NormalisesItsTransitions) {
  const auto& model = installed_model();
  for (Phone p = 0; p < model.phone_count(); ++p) {
    for (std::size_t state = 0; state < state_count; ++state) {
      EXPECT_NEAR(std::exp(model.transitions(p).stay[state]) + std::exp(model.transitions(p).leave[state]), 1, 1e-4);
    }
  }
}

TEST(AcousticModel, NamesTheMissingFile) {
  auto model = AcousticModel::open("/nowhere");
  ASSERT_FALSE(model.ok());
  EXPECT_THAT(model.error().message, HasSubstr("acoustic model: "));
  EXPECT_THAT(model.error().message, HasSubstr("/nowhere/mdef"));
}

TEST(AcousticModel, RefusesFilesCutShort) {
  for (std::size_t part = 0; part < 20; ++part) {
    auto files = installed_files();
    files.definition = ModelFile("mdef", installed("mdef").substr(0, 2959176 * part / 20));
    EXPECT_FALSE(AcousticModel::parse(std::move(files)).ok()) << part;
  }
  auto files = installed_files();
  files.mixtures = ModelFile("sendump", installed("sendump").substr(0, 1000000));
  auto model = AcousticModel::parse(std::move(files));
  ASSERT_FALSE(model.ok());
  EXPECT_THAT(model.error().message, HasSubstr("acoustic model: sendump: truncated"));
}

TEST(AcousticModel, RefusesGaussiansWithAFlippedBit) {
  auto files = installed_files();
  auto bytes = installed("means");
  bytes[5000] = static_cast<char>(bytes[5000] ^ 1);
  files.means = ModelFile("means", std::move(bytes));
  auto model = AcousticModel::parse(std::move(files));
  ASSERT_FALSE(model.ok());
  EXPECT_THAT(model.error().message, HasSubstr("checksum"));
}

}  // namespace
}  // namespace entente::sphinx
