# SPDX-License-Identifier: GPL-3.0-or-later
"""Sentences that make sense only after others, said to a running server one by one."""
import entente


class Conversation(entente.Case):
    def setUp(self):
        super().setUp()
        _, devices = self.simulate("entente.light.color1", "entente.light.color1", "entente.lock.door1")
        self.add("kitchen light", devices[0], "--room", "kitchen")
        self.add("bedroom lamp", devices[1], "--room", "bedroom")
        self.add("front door", devices[2], "--room", "hall")
        self.serve()

    def say(self, sentence):
        return self.json_of("ask", sentence)

    def is_on(self, name):
        return self.say("is the %s on" % name)["reply"].startswith("Yes")

    def test_several_commands_then_it_then_undo(self):
        both = self.say("turn on the kitchen light and the bedroom lamp")
        self.assertEqual((both["outcome"], len(both["devices"])), ("done", 2))
        self.assertEqual(self.say("turn them off")["outcome"], "done")
        self.assertEqual(self.say("undo that")["outcome"], "done")
        self.assertTrue(self.is_on("kitchen light"))
        self.assertTrue(self.is_on("bedroom lamp"))

    def test_a_question_waits_for_its_answer(self):
        asked = self.say("turn on the light")
        self.assertIn("Which one", asked["reply"])
        self.assertEqual(self.say("the one in the bedroom")["outcome"], "done")
        self.assertTrue(self.is_on("bedroom lamp"))
        self.assertFalse(self.is_on("kitchen light"))

    def test_nothing_unlocks_without_a_yes(self):
        self.say("unlock the front door")
        self.assertEqual(self.say("no")["outcome"], "answered")
        self.assertEqual(self.say("yes")["outcome"], "not_understood")

    def test_without_a_talk_it_is_nothing(self):
        self.assertEqual(self.say("turn it off")["outcome"], "not_understood")


entente.main()
