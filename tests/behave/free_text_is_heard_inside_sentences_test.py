# SPDX-License-Identifier: GPL-3.0-or-later
"""A household's own sentence takes any words, and they can be spoken as well as typed."""
import entente

SENTENCES = """
language: en
intents:
  Announce:
    data:
      - sentences: ["tell everyone {message}"]
lists:
  message: {wildcard: true}
responses:
  intents:
    Announce: {default: "I have told them: {{ slots.message }}."}
"""


class FreeText(entente.Case):
    def heard(self, text):
        sound = self.path("said.wav")
        self.assertEqual(self.run_entente("say", text, "-o", sound).returncode, 0)
        return self.json_of("listen", sound)

    def test_words_that_no_sentence_has_are_heard_and_understood(self):
        self.path("state/sentences/en/announce.yaml", SENTENCES)
        self.assertEqual(self.json_of("ask", "tell everyone we are going to the beach tomorrow")["reply"], "I have told them: we are going to the beach tomorrow.")
        told = self.heard("tell everyone we are going to the beach tomorrow")
        self.assertEqual(told["heard"], "tell everyone we are going to the beach tomorrow", told)
        self.assertEqual(told["reply"], "I have told them: we are going to the beach tomorrow.")

    def test_a_command_stays_a_command_beside_it(self):
        _, devices = self.simulate("entente.light.color1")
        self.add("kitchen light", devices[0])
        self.path("state/sentences/en/anything.yaml", SENTENCES.replace("tell everyone {message}", "tell {message}"))
        told = self.heard("turn on the kitchen light")
        self.assertEqual((told["heard"], told["outcome"]), ("turn on the kitchen light", "done"), told)


entente.main()
