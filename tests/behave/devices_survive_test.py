# SPDX-License-Identifier: GPL-3.0-or-later
"""What was added is there after any end of the program, and devices come and go."""
import signal

import entente


class Devices(entente.Case):
    def names(self):
        return [device["name"] for device in self.json_of("device", "list")["devices"]]

    def test_a_device_is_there_after_a_kill(self):
        simulator, devices = self.simulate("entente.plug.power1")
        server, _ = self.serve()
        self.add("coffee machine", devices[0], "--room", "kitchen", "--alias", "espresso")
        self.end(server, signal.SIGKILL)
        self.assertEqual(self.names(), ["coffee machine"])
        self.assertEqual(self.run_entente("ask", "turn on the espresso").returncode, 0)

    def test_sigterm_ends_a_server_in_order(self):
        server, _ = self.serve()
        code, log = self.end(server)
        self.assertEqual(code, 0, log)

    def test_a_renamed_device_answers_to_its_new_name_at_once(self):
        simulator, devices = self.simulate("entente.light.color1")
        self.serve()
        self.add("lamp", devices[0])
        self.assertEqual(self.run_entente("device", "set", "lamp", "--name", "reading lamp").returncode, 0)
        done = self.run_entente("ask", "turn on the reading lamp")
        self.assertEqual(done.returncode, 0, done.out + done.err)

    def test_properties_and_actions_by_hand(self):
        simulator, devices = self.simulate("entente.light.color1", "entente.vacuum.sweeper1")
        self.add("lamp", devices[0])
        self.add("robot", devices[1])
        state = self.json_of("device", "set", "lamp", "on=true", "brightness=40")["state"]
        self.assertEqual((state["light.on"], state["light.brightness"]), (True, 40))
        self.assertEqual(self.run_entente("device", "act", "robot", "start_cleaning").returncode, 0)
        wrong = self.run_entente("device", "set", "lamp", "warp=9")
        self.assertEqual(wrong.returncode, 1)
        self.assertIn("no property 'warp'; it has", wrong.err)

    def test_a_device_that_vanishes_is_named_and_stays(self):
        simulator, devices = self.simulate("entente.light.color1")
        self.add("lamp", devices[0])
        self.end(simulator, signal.SIGKILL)
        done = self.run_entente("ask", "turn on the lamp")
        self.assertEqual(done.returncode, 1)
        self.assertIn("lamp does not answer", done.out)
        self.assertEqual(self.names(), ["lamp"])

    def test_a_wrong_token_is_told_from_a_dead_device(self):
        simulator, devices = self.simulate("entente.light.color1")
        done = self.run_entente("device", "add", "lamp", "--model", "entente.light.color1", "--host", "127.0.0.1",
                                "--port", str(devices[0]["port"]), "--token", "1" * 32)
        self.assertEqual(done.returncode, 0, done.err)
        done = self.run_entente("ask", "turn on the lamp")
        self.assertEqual(done.returncode, 1)
        self.assertIn("token", done.out)


entente.main()
