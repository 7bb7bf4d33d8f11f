# SPDX-License-Identifier: GPL-3.0-or-later
"""The main job: a voice speaks, a device changes, a reply is spoken."""
import json

import entente


class Spoken(entente.Case):
    def test_the_demo_ends_well_only_when_the_device_changed_and_the_reply_was_spoken(self):
        done = self.run_entente("--json", "demo", "--once")
        shown = json.loads(done.out)
        self.assertEqual(done.returncode, 0, done.out + done.err)
        self.assertEqual(shown["heard"], "turn on the bedroom lamp")
        self.assertIn({"device": "bedroom lamp", "property": "on", "value": True}, shown["changes"])
        self.assertGreater(shown["reply_seconds"], 0.5)

    def test_a_command_that_changes_nothing_ends_with_1(self):
        done = self.run_entente("--json", "demo", "--once", "--command", "what time is it")
        self.assertEqual(done.returncode, 1, done.out + done.err)

    def test_a_recording_is_heard_by_a_server_and_without_one(self):
        simulator, devices = self.simulate("entente.light.color1")
        self.add("kitchen light", devices[0])
        sound = self.path("on.wav")
        self.assertEqual(self.run_entente("say", "turn on the kitchen light", "-o", sound).returncode, 0)
        alone = self.json_of("listen", sound)
        self.assertEqual((alone["heard"], alone["outcome"]), ("turn on the kitchen light", "done"))
        self.serve()
        served = self.json_of("listen", sound)
        self.assertEqual((served["heard"], served["outcome"]), ("turn on the kitchen light", "done"))


entente.main()
