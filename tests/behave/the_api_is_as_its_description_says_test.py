# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/openapi.json and the running program agree, and tokens open no more than their scope."""
import json
import pathlib
import ssl
import urllib.error
import urllib.request

import entente

OPENAPI = pathlib.Path(__file__).resolve().parents[2] / "docs" / "openapi.json"


def call(address, method, path, body=None, token=None, context=None):
    request = urllib.request.Request(address + path, method=method)
    if body is not None:
        request.data = body if isinstance(body, bytes) else json.dumps(body).encode()
    if token:
        request.add_header("Authorization", "Bearer " + token)
    try:
        with urllib.request.urlopen(request, timeout=entente.PATIENCE, context=context) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


class Api(entente.Case):
    def test_every_described_request_is_known(self):
        _, address = self.serve()
        described = json.loads(OPENAPI.read_text())["paths"]
        self.assertGreater(len(described), 20)
        for path, methods in described.items():
            if path == "/found/search":
                continue  # looks around the network of whoever runs the tests
            for method in methods:
                status, answer = call(address, method.upper(), "/api/v1" + path.replace("{", "").replace("}", ""),
                                      b"{}" if method in ("post", "put", "patch") else None)
                self.assertNotIn("no such thing here", json.dumps(answer), (method, path))
                self.assertNotEqual(status, 405, (method, path))
                self.assertLess(status, 500, (method, path, answer))

    def test_a_group_and_a_scene_are_made_used_and_forgotten(self):
        simulator, devices = self.simulate("entente.light.color1", "entente.light.white1")
        _, address = self.serve()
        self.add("desk lamp", devices[0])
        self.add("floor lamp", devices[1])
        self.assertEqual(self.run_entente("group", "set", "reading lights", "desk lamp", "floor lamp").returncode, 0)
        done = self.run_entente("ask", "set the reading lights to 40 percent")
        self.assertEqual(done.returncode, 0, done.out + done.err)
        made = self.run_entente("scene", "set", "movie night", "desk lamp.brightness=10", "floor lamp.on=off")
        self.assertEqual(made.returncode, 0, made.err)
        done = self.run_entente("ask", "activate movie night")
        self.assertEqual(done.returncode, 0, done.out + done.err)
        state = self.json_of("device", "show", "desk lamp")["state"]
        self.assertEqual(state["light.brightness"], 10)
        self.assertFalse(self.json_of("device", "show", "floor lamp")["state"]["light.on"])
        wrong = self.run_entente("scene", "set", "odd", "desk lamp.brightness=bright")
        self.assertEqual(wrong.returncode, 1)
        self.assertIn("brightness", wrong.err)
        self.assertEqual(self.run_entente("scene", "remove", "movie night").returncode, 0)
        self.assertEqual(self.run_entente("ask", "activate movie night").returncode, 1)

    def test_a_token_opens_what_its_scope_says(self):
        server = self.start("serve", "--listen", "0.0.0.0:0")
        port = self.line_of(server, b"other machines reach it at").split()[-1].rsplit(":", 1)[1]
        self.line_of(server, b"ready at")
        token = self.json_of("token", "add", "hall screen", "--scope", "read")["token"]
        context = ssl.create_default_context(cafile=self.state + "/tls/authority.pem")
        context.check_hostname = False
        outside = "https://127.0.0.1:" + port
        self.assertEqual(call(outside, "GET", "/api/v1/devices", context=context)[0], 401)
        self.assertEqual(call(outside, "GET", "/api/v1/devices", token=token, context=context)[0], 200)
        status, answer = call(outside, "POST", "/api/v1/ask", {"text": "what time is it"}, token, context)
        self.assertEqual(status, 403)
        self.assertIn("control", answer["error"]["message"])
        listed = self.json_of("token", "list")["tokens"]
        self.assertEqual(self.run_entente("token", "remove", listed[0]["id"]).returncode, 0)
        self.assertEqual(call(outside, "GET", "/api/v1/devices", token=token, context=context)[0], 401)

    def line_of(self, server, words):
        for line in server.stderr:
            if words in line:
                return line.decode()
        self.fail("it never said %s" % words)


entente.main()
