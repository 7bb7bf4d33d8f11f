# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever comes in, the program says what is wrong with what, and lives."""
import os
import unittest
import urllib.error
import urllib.request

import entente


class BadInput(entente.Case):
    def refused(self, *arguments, says, code=1, stdin=b""):
        done = self.run_entente(*arguments, stdin=stdin)
        self.assertEqual(done.returncode, code, done.out + done.err)
        for words in says if isinstance(says, tuple) else (says,):
            self.assertIn(words, done.out + done.err)

    def test_wrong_audio(self):
        header = b"RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0\x01\0\x01\0\x80\x3e\0\0\0\x7d\0\0\x02\0\x10\0"
        for name, content, says in (
                ("empty.wav", b"", "empty.wav"),
                ("song.mp3", b"ID3" + b"\0" * 500, "neither WAV nor FLAC"),
                ("cut.wav", b"RIFF\x24\0\0\0WAVEfmt ", "cut.wav"),
                ("nosound.wav", header, "nosound.wav"),
                ("cut.flac", b"fLaC\0\0\0\x22", "cut.flac")):
            with self.subTest(name):
                self.refused("listen", self.path(name, content), says=says)
        self.refused("listen", self.path("missing.wav"), says=("missing.wav", "no such file"))

    def test_silence_is_nothing_heard(self):
        header = b"RIFF\x24\x7d\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x80\x3e\0\0\0\x7d\0\0\x02\0\x10\0data\0\x7d\0\0"
        self.refused("listen", self.path("silence.wav", header + b"\0" * 32000), says="heard nothing")

    def test_wrong_text(self):
        self.refused("ask", "x" * 100_000, says="1000 characters are the limit")
        self.refused("ask", b"\xff\xfe turn on".decode("utf-8", "surrogateescape"), says="did not understand")
        self.refused("ask", "sing me a song", says="did not understand “sing me a song”")

    def test_wrong_configuration(self):
        config = self.path("bad.toml", "[speech]\nhearing = 3\nvoice = \"x\"\n[home]\npoll_quiet_s = 0\n")
        self.refused("--config", config, "ask", "hello", code=2,
                     says=("bad.toml:2: speech.hearing is not true or false", "bad.toml:3: speech.voice is not a setting",
                           "bad.toml:5: home.poll_quiet_s is 0, outside 1 to 86400"))
        self.refused("--config", self.path("broken.toml", "a = [1,"), "ask", "hello", code=2, says="broken.toml:1")
        self.refused("--config", self.path("none.toml"), "ask", "hello", code=2, says="none.toml")

    def test_wrong_command_line(self):
        self.refused("dance", says="subcommand", code=2)
        self.refused("device", "add", "lamp", says="--model", code=2)

    def test_wrong_devices(self):
        add = ("device", "add", "lamp", "--host", "127.0.0.1", "--model")
        self.refused(*add, "entente.light.color1", "--token", "123", says="token")
        self.refused(*add, "acme.rocket.v1", "--token", entente.TOKEN, says="acme.rocket.v1")
        self.path("state/specs/acme.lamp.v1.json", '{"type": "urn:x"')
        self.refused(*add, "acme.lamp.v1", "--token", entente.TOKEN, says="acme.lamp.v1")

    def test_a_broken_sentence_file_is_reported_and_the_rest_goes_on(self):
        self.path("state/sentences/en/broken.yaml", "language: en\nintents:\n  A:\n    data:\n      - sentences: [\"a (b\"]\n")
        self.path("state/sentences/en/good.yaml",
                  "language: en\nintents:\n  Greet:\n    data:\n      - sentences: [\"good morning house\"]\n"
                  "responses:\n  intents:\n    Greet:\n      default: Good morning.\n")
        done = self.run_entente("ask", "good morning house")
        self.assertEqual((done.returncode, done.out.strip()), (0, "Good morning."), done.err)
        self.assertRegex(done.err, r"broken\.yaml:5")

    def test_a_state_folder_that_cannot_be_used(self):
        self.path("file", "not a folder")
        self.state = self.path("file")
        self.refused("ask", "hello", says=self.state)

    def test_a_second_server_is_refused_by_name(self):
        server, _ = self.serve()
        self.refused("serve", "--listen", "127.0.0.1:0", says=("is in use by process %d" % server.pid, self.state))

    def test_a_port_in_use_is_named(self):
        server, address = self.serve()
        self.state = self.path("other")
        port = address.rsplit(":", 1)[1]
        self.refused("serve", "--listen", "127.0.0.1:" + port, says=(port, "in use"))

    def test_wrong_requests(self):
        _, address = self.serve()
        for method, path, body, status, says in (
                ("POST", "/api/v1/ask", b"{", 400, "not JSON"),
                ("POST", "/api/v1/ask", b"{}", 400, '\\"text\\" is missing'),
                ("POST", "/api/v1/ask", b"[" * 100000, 413, "nested"),
                ("GET", "/api/v1/devices/none", None, 404, "no device 'none'"),
                ("GET", "/secret", None, 404, "no such thing"),
                ("POST", "/api/v1/listen", b"noise", 422, "neither WAV nor FLAC")):
            with self.subTest(path=path, body=body and body[:10]):
                request = urllib.request.Request(address + path, data=body, method=method)
                with self.assertRaises(urllib.error.HTTPError) as raised:
                    urllib.request.urlopen(request, timeout=entente.PATIENCE)
                self.assertEqual(raised.exception.code, status)
                self.assertIn(says, raised.exception.read().decode())

    def test_a_web_page_of_another_site_is_refused(self):
        _, address = self.serve()
        for header in ({"Origin": "https://evil.example"}, {"Host": "evil.example"}):
            request = urllib.request.Request(address + "/api/v1/devices", headers=header)
            with self.assertRaises(urllib.error.HTTPError) as raised:
                urllib.request.urlopen(request, timeout=entente.PATIENCE)
            self.assertEqual(raised.exception.code, 403)

    @unittest.skipIf(os.geteuid() == 0, "root may write everywhere")
    def test_a_read_only_state_folder_is_named(self):
        os.makedirs(self.state)
        os.chmod(self.state, 0o500)
        self.refused("ask", "hello", says=(self.state, "permission denied"))


entente.main()
