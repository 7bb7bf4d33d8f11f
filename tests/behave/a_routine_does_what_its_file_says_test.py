# SPDX-License-Identifier: GPL-3.0-or-later
"""Routines and history, as a household uses them: files, the command line, a sentence, and a kill in between."""
import signal
import time

import entente

FOLLOW = """
name: Follow me
when:
  - {device: hall lamp, property: on, to: on}
  - {sentence: light my way}
then:
  - set: bedroom lamp
    to: {on: true, brightness: 35}
"""


class Routines(entente.Case):
    def two_lamps(self):
        _, devices = self.simulate("entente.light.color1", "entente.light.color1")
        server, _ = self.serve()
        self.add("hall lamp", devices[0])
        self.add("bedroom lamp", devices[1])
        return server

    def put(self, name, yaml):
        return self.run_entente("routine", "put", str(self.path(name + ".yaml", yaml)))

    def eventually(self, look, wanted):
        seen = None
        for _ in range(100):
            seen = look()
            if seen == wanted:
                return
            time.sleep(0.1)
        self.assertEqual(seen, wanted)

    def brightness(self):
        return self.json_of("device", "show", "bedroom lamp")["state"].get("light.brightness")

    def test_a_change_starts_it_and_the_run_is_explained(self):
        self.two_lamps()
        done = self.put("follow", FOLLOW)
        self.assertEqual(done.returncode, 0, done.err)
        self.run_entente("device", "set", "hall lamp", "on=false")
        self.run_entente("device", "set", "hall lamp", "on=true")
        self.eventually(self.brightness, 35)
        run = self.json_of("routine", "runs", "follow")["runs"][0]
        self.assertEqual(run["outcome"], "done")
        self.assertEqual(run["cause"], "hall lamp.on went from off to on")
        self.assertEqual(run["lines"][0]["what"], "set bedroom lamp: on to true, brightness to 35")

    def test_its_sentence_starts_it(self):
        self.two_lamps()
        self.assertEqual(self.put("follow", FOLLOW).returncode, 0)
        self.eventually(lambda: self.run_entente("ask", "light my way").returncode, 0)
        self.eventually(self.brightness, 35)

    def test_a_mistake_is_refused_with_its_line_and_what_was_meant(self):
        self.two_lamps()
        self.assertEqual(self.put("follow", FOLLOW).returncode, 0)
        wrong = self.put("follow", FOLLOW.replace("bedroom lamp", "bedrom lamp"))
        self.assertEqual(wrong.returncode, 1)
        self.assertIn("line 7: there is no device 'bedrom lamp'; did you mean 'bedroom lamp'?", wrong.err)
        self.assertIn("set: bedroom lamp", self.run_entente("routine", "show", "follow").out)

    def test_routines_and_history_survive_a_kill(self):
        server = self.two_lamps()
        self.assertEqual(self.put("follow", FOLLOW).returncode, 0)
        self.run_entente("device", "set", "bedroom lamp", "brightness=77")
        time.sleep(6)  # it is on disk within five seconds
        self.end(server, signal.SIGKILL)
        self.serve()
        self.assertEqual([one["name"] for one in self.json_of("routine", "list")["routines"]], ["follow"])
        points = self.json_of("device", "history", "bedroom lamp", "brightness")["points"]
        self.assertIn(77, [point["value"] for point in points])

    def test_a_routine_runs_by_hand_without_a_server(self):
        _, devices = self.simulate("entente.light.color1")
        self.add("bedroom lamp", devices[0])
        yaml = "then: {set: bedroom lamp, to: {brightness: 12}}"
        self.assertEqual(self.put("dim", yaml).returncode, 0)
        self.assertEqual(self.json_of("routine", "run", "dim")["outcome"], "done")


entente.main()
