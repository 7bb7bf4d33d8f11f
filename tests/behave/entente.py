# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the real binary in folders of its own. ENTENTE names it; build/release/bin/entente is the default."""
import json
import os
import signal
import subprocess
import tempfile
import time
import unittest
import urllib.request

BINARY = os.environ.get("ENTENTE", "build/release/bin/entente")
TOKEN = "00112233445566778899aabbccddeeff"
PATIENCE = 60  # seconds; a build with sanitizers on a busy machine is slow


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.state = os.path.join(self.folder.name, "state")
        self.environment = dict(os.environ, HOME=self.folder.name, XDG_STATE_HOME=self.folder.name,
                                XDG_CONFIG_HOME=self.folder.name)

    def path(self, name, content=None):
        path = os.path.join(self.folder.name, name)
        if content is not None:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(content if isinstance(content, bytes) else content.encode())
        return path

    def run_entente(self, *arguments, stdin=b""):
        """The finished process; a signal or a sanitizer's report fails the test."""
        done = subprocess.run([BINARY, "--state", self.state, *arguments], input=stdin, capture_output=True,
                              env=self.environment, timeout=PATIENCE * 2)
        done.out, done.err = done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
        self.assertGreaterEqual(done.returncode, 0, done.err)
        self.assertNotIn("Sanitizer", done.err)
        self.assertNotIn("runtime error", done.err)
        return done

    def json_of(self, *arguments):
        done = self.run_entente("--json", *arguments)
        return json.loads(done.out)

    def start(self, *arguments):
        process = subprocess.Popen([BINARY, "--state", self.state, *arguments], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, env=self.environment)
        self.addCleanup(self.end, process)
        return process

    def end(self, process, how=signal.SIGTERM):
        """Ends it and gives its exit code and what it wrote to standard error."""
        if process.poll() is None:
            process.send_signal(how)
        try:
            _, error = process.communicate(timeout=PATIENCE)
        except ValueError:
            return process.returncode, ""  # ended before
        return process.returncode, error.decode("utf-8", "replace")

    def serve(self, *arguments):
        """A server that answers, and its address."""
        process = self.start("serve", "--listen", "127.0.0.1:0", *arguments)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and process.poll() is None:
            address = self.address()
            if address and self.health(address):
                return process, address
            time.sleep(0.02)
        raise AssertionError("the server did not get ready: %s" % (self.end(process)[1],))

    def address(self):
        for folder in (self.state, os.path.join(self.state, "demo")):
            try:
                with open(os.path.join(folder, "lock")) as file:
                    for word in file.read().split():
                        if word.startswith("http"):
                            return word
            except FileNotFoundError:
                pass
        return None

    @staticmethod
    def health(address):
        try:
            with urllib.request.urlopen(address + "/api/v1/health", timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False

    def simulate(self, *models):
        """Simulated devices on free ports: a list of {model, ip, port}."""
        first = 20000 + os.getpid() * 7 % 20000
        process = self.start("--json", "simulate", *models, "--token", TOKEN, "--port", str(first))
        text = ""
        for line in process.stdout:
            text += line.decode()
            if line.startswith(b"]"):
                break
        return process, json.loads(text)

    def add(self, name, device, *arguments):
        done = self.run_entente("device", "add", name, "--model", device["model"], "--host", device["ip"], "--port",
                                str(device["port"]), "--token", TOKEN, *arguments)
        self.assertEqual(done.returncode, 0, done.err)


main = unittest.main
