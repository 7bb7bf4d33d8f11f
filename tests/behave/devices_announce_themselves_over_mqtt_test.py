# SPDX-License-Identifier: GPL-3.0-or-later
"""With a real broker: a lamp that announces itself is one of the home's, and the home's own lamp is announced."""
import json
import socket
import subprocess
import threading
import time

import entente

LAMP_CONFIG = "homeassistant/light/0x0017880102030405/light/config"
LAMP = {
    "availability": [{"topic": "zigbee2mqtt/bridge/state", "value_template": "{{ value_json.state }}"}],
    "brightness": True, "brightness_scale": 254, "supported_color_modes": ["brightness"], "schema": "json",
    "command_topic": "zigbee2mqtt/Desk lamp/set", "state_topic": "zigbee2mqtt/Desk lamp", "name": None,
    "unique_id": "0x0017880102030405_light_zigbee2mqtt",
    "device": {"identifiers": ["zigbee2mqtt_0x0017880102030405"], "manufacturer": "IKEA", "model": "LED1545G12",
               "name": "Desk lamp", "suggested_area": "Office"},
}


class Mqtt(entente.Case):
    def setUp(self):
        super().setUp()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.broker = None
        self.start_broker()

    def start_broker(self):
        config = self.path("mosquitto.conf", "listener %d 127.0.0.1\nallow_anonymous true\nuser root\n" % self.port)
        self.broker = subprocess.Popen(["/usr/sbin/mosquitto", "-c", config], stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
        self.addCleanup(self.stop_broker)
        self.until(self.broker_answers, "the broker does not answer")

    def stop_broker(self):
        if self.broker:
            self.broker.kill()
            self.broker.wait()
        self.broker = None

    def broker_answers(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            return True
        except OSError:
            return False

    def until(self, condition, otherwise):
        deadline = time.monotonic() + entente.PATIENCE
        while time.monotonic() < deadline:
            found = condition()
            if found:
                return found
            time.sleep(0.05)
        raise AssertionError(otherwise)

    def publish(self, topic, message, *options):
        words = message if isinstance(message, str) else json.dumps(message)
        subprocess.run(["mosquitto_pub", "-p", str(self.port), "-q", "1", "-t", topic, "-m", words, *options],
                       check=True, timeout=entente.PATIENCE)

    def listen(self, topic):
        """A list that fills with (topic, message)."""
        heard = []
        process = subprocess.Popen(["mosquitto_sub", "-p", str(self.port), "-v", "-F", "%t\t%p", "-t", topic],
                                   stdout=subprocess.PIPE)

        def read():
            for line in process.stdout:
                heard.append(tuple(line.decode().rstrip("\n").split("\t", 1)))

        thread = threading.Thread(target=read)
        thread.start()

        def end():
            process.kill()
            process.wait()
            thread.join()
            process.stdout.close()

        self.addCleanup(end)
        return heard

    def lamp_is_played(self):
        """Answers each command with the new state, as Zigbee2MQTT does."""
        heard = self.listen("zigbee2mqtt/Desk lamp/set")
        state = {"state": "OFF", "brightness": 254}
        ended = threading.Event()

        def play():
            done = 0
            while not ended.is_set():
                while done < len(heard):
                    state.update(json.loads(heard[done][1]))
                    self.publish("zigbee2mqtt/Desk lamp", state, "-r")
                    done += 1
                ended.wait(0.02)

        thread = threading.Thread(target=play)
        thread.start()
        self.addCleanup(lambda: (ended.set(), thread.join()))
        self.publish("zigbee2mqtt/bridge/state", {"state": "online"}, "-r")
        self.publish("zigbee2mqtt/Desk lamp", state, "-r")
        self.publish(LAMP_CONFIG, LAMP, "-r")
        return heard

    def serve_with_broker(self):
        # Where a user's own configuration stands, so that every command finds it.
        self.path("entente/config.toml", '[mqtt]\nbroker = "mqtt://127.0.0.1:%d"\n' % self.port)
        return self.serve()

    def devices(self):
        return {device["name"]: device for device in self.json_of("device", "list")["devices"]}

    def test_a_lamp_that_announces_itself_is_turned_on_by_a_sentence(self):
        heard = self.lamp_is_played()
        self.serve_with_broker()
        lamp = self.until(lambda: self.devices().get("Desk lamp"), "the lamp is not in the list")
        self.assertEqual((lamp["room"], lamp["domain"]), ("Office", "light"))
        done = self.run_entente("ask", "turn on the desk lamp")
        self.assertEqual(done.returncode, 0, done.out + done.err)
        self.assertEqual(json.loads(heard[-1][1]), {"state": "ON"})
        state = self.json_of("device", "show", "Desk lamp")["state"]
        self.assertEqual((state["light.on"], state["light.brightness"]), (True, 100))
        done = self.run_entente("ask", "set the desk lamp to 50 percent")
        self.assertEqual(done.returncode, 0, done.out + done.err)
        self.assertEqual(json.loads(heard[-1][1])["brightness"], 127)

    def test_a_broker_that_goes_is_named_and_one_that_comes_back_is_found(self):
        self.lamp_is_played()
        self.serve_with_broker()
        self.until(lambda: self.devices().get("Desk lamp"), "the lamp is not in the list")
        self.stop_broker()
        self.until(lambda: self.devices()["Desk lamp"]["reach"] == "offline", "the lamp is not offline")
        done = self.run_entente("ask", "turn on the desk lamp")
        self.assertEqual(done.returncode, 1)
        self.start_broker()
        self.lamp_is_played()  # the new broker knows nothing, so Zigbee2MQTT says it again
        self.until(lambda: self.devices()["Desk lamp"]["reach"] == "reachable", "the lamp did not come back")
        done = self.run_entente("ask", "turn on the desk lamp")
        self.assertEqual(done.returncode, 0, done.out + done.err)

    def test_a_lamp_of_the_home_is_announced_and_obeys(self):
        heard = self.listen("#")
        _, devices = self.simulate("entente.light.color1")
        self.serve_with_broker()
        self.add("reading lamp", devices[0], "--room", "bedroom")
        configs = lambda: [json.loads(message) for topic, message in heard
                           if topic.startswith("homeassistant/light/entente_") and message]
        config = self.until(configs, "the lamp is not announced")[-1]
        self.assertEqual(config["device"]["name"], "reading lamp")
        self.assertEqual(config["device"]["suggested_area"], "bedroom")
        last = lambda topic: next((message for name, message in reversed(heard) if name == topic), None)
        self.until(lambda: last(config["availability"][1]["topic"]) == "online", "the lamp is not online")
        self.assertEqual(last(config["availability"][0]["topic"]), "online")
        self.publish(config["command_topic"], "ON")
        self.until(lambda: last(config["state_topic"]) == "ON", "the lamp was not turned on")
        self.publish(config["brightness_command_topic"], "40")
        self.until(lambda: last(config["brightness_state_topic"]) == "40", "the lamp was not dimmed")
        self.assertEqual(self.devices()["reading lamp"]["driver"], "miio")
        self.assertEqual(len(self.devices()), 1)  # what we announce ourselves is not taken in
        self.assertEqual(self.run_entente("device", "remove", "reading lamp").returncode, 0)
        self.until(lambda: any(topic.startswith("homeassistant/light/entente_") and not message
                               for topic, message in heard), "the announcement was not taken back")


entente.main()
