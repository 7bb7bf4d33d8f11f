// SPDX-License-Identifier: GPL-3.0-or-later
// An assistant that was asked to be brief.
#include "services/assistant/home_for_test.h"

namespace entente::assistant {
namespace {

class Brief : public ScriptedHome {
 protected:
  void SetUp() override {
    ScriptedHome::SetUp();
    load({"en", "de"}, {}, Replies::brief);
  }
};

TEST_F(Brief, OnlySaysThatACommandIsDone) {
  EXPECT_EQ(ask("turn on the bedroom lamp").text, "Done.");
  EXPECT_EQ(ask("bedroom lamp ein").text, "Erledigt.");
}

TEST_F(Brief, SaysItOnceForSeveralCommands) {
  EXPECT_EQ(ask("turn on the bedroom lamp and turn on the fan").text, "Done.");
}

TEST_F(Brief, AnswersQuestionsInFull) {
  set("bedroom lamp", home::Trait::on, model::Value(true));
  EXPECT_NE(ask("is the bedroom lamp on").text, "Done.");
}

TEST_F(Brief, SaysWhatWentWrongInFull) { EXPECT_NE(ask("turn on the garden light").text, "Done."); }

}  // namespace
}  // namespace entente::assistant
