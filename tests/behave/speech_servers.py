# SPDX-License-Identifier: GPL-3.0-or-later
"""Speech engines on another machine, scripted: a Wyoming server and one that speaks OpenAI's audio API."""
import http.server
import json
import math
import socket
import struct
import threading
import time


def tone(seconds, rate=22050):
    """A sound that no voice makes: 440 Hz."""
    return b"".join(struct.pack("<h", int(8000 * math.sin(440 * 2 * math.pi * i / rate))) for i in range(int(seconds * rate)))


def wav(samples, rate=24000):
    return struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(samples), b"WAVE", b"fmt ", 16, 1, 1, rate, rate * 2, 2, 16,
                       b"data", len(samples)) + samples


INFO = {
    "asr": [{"name": "scripted", "installed": True, "models": [{"name": "m", "languages": ["en", "de"]}]}],
    "tts": [{"name": "scripted", "installed": True, "voices": [{"name": "v", "languages": ["en", "de"]}]}],
    "wake": [{"name": "scripted", "installed": True, "models": [{"name": "okay_nabu", "phrase": "okay nabu"}]}]}
FORMAT = {"rate": 22050, "width": 2, "channels": 1}


def event(kind, data=None, payload=b""):
    body = json.dumps(data).encode() if data else b""
    header = {"type": kind, "version": "1.9.0"}
    if body:
        header["data_length"] = len(body)
    if payload:
        header["payload_length"] = len(payload)
    return json.dumps(header).encode() + b"\n" + body + payload


class Server:
    """Listens on a port of its own until close(). What it does is `mood`, which may change at any time."""

    def __init__(self, text="turn off the kitchen light", mood="well", port=0):
        self.text, self.mood = text, mood
        self.heard = []  # kinds of events or paths that came
        self.samples = 0
        self.languages = []
        self.keys = []

    def pause(self):
        time.sleep(30)


class Wyoming(Server):
    def __init__(self, *arguments, port=0, **options):
        super().__init__(*arguments, **options)
        self.socket = socket.create_server(("127.0.0.1", port))
        self.port = self.socket.getsockname()[1]
        self.url = "tcp://127.0.0.1:%d" % self.port
        self.connections = []
        threading.Thread(target=self.accept, daemon=True).start()

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        for connection in self.connections:
            connection.close()

    def accept(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.connections.append(connection)
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        stream = connection.makefile("rb")
        try:
            with connection:
                for line in stream:
                    header = json.loads(line)
                    data = dict(header.get("data") or {})
                    if header.get("data_length"):
                        data.update(json.loads(stream.read(header["data_length"])))
                    payload = stream.read(header.get("payload_length") or 0)
                    self.heard.append(header["type"])
                    for answer in self.answers(header["type"], data, payload):
                        connection.sendall(answer)
        except (OSError, ValueError, EOFError):
            pass
        finally:
            stream.close()

    def answers(self, kind, data, payload):
        asked = kind in ("audio-stop", "synthesize")
        if self.mood == "gone" or (self.mood == "hangs up" and kind in ("audio-chunk", "synthesize")):
            raise EOFError
        if self.mood == "garbage":
            yield b"\x00\xff\x13garbage\r\n\r\n" * 10
        if self.mood == "gigabyte":
            yield b'{"type": "transcript", "data_length": 1000000000}\n' + b"x" * 100000
        if self.mood == "endless line":
            yield b"x" * 1000000
        if self.mood == "error" and asked:
            yield event("error", {"text": "out of memory", "code": "oom"})
        if self.mood == "late" and asked:
            self.pause()
        if kind == "describe":
            yield event("info", INFO)
        if kind == "transcribe":
            self.languages.append(data.get("language"))
        if kind == "audio-chunk":
            self.samples += len(payload) // 2
        if kind == "audio-stop":
            yield event("transcript", {"text": self.text})
        if kind == "synthesize":
            yield event("audio-start", FORMAT)
            yield event("audio-chunk", FORMAT, tone(0.5))
            if self.mood == "breaks off":
                raise EOFError
            yield event("audio-chunk", FORMAT, tone(0.5))
            yield event("audio-stop")


class OpenAi(Server):
    def __init__(self, *arguments, port=0, **options):
        super().__init__(*arguments, **options)
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.heard.append(self.path)
                outer.keys.append(self.headers.get("Authorization"))
                outer.answer(self, body)

        class Http(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass  # whoever hung up

        self.http = Http(("127.0.0.1", port), Handler)
        self.port = self.http.server_address[1]
        self.url = "http://127.0.0.1:%d/v1" % self.port
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def close(self):
        self.http.shutdown()
        self.http.server_close()

    def send(self, handler, status, kind, body, length=None):
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(body) if length is None else length))
        handler.end_headers()
        handler.wfile.write(body)

    def answer(self, handler, body):
        if self.mood == "hangs up" or self.mood == "gone":
            handler.connection.shutdown(socket.SHUT_RDWR)
        elif self.mood == "garbage":
            handler.wfile.write(b"\x00\xff\x13garbage\r\n\r\n")
            handler.close_connection = True
        elif self.mood == "gigabyte":
            self.send(handler, 200, "application/json", b"{" * 100000, 1000000000)
        elif self.mood == "endless line":
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1000000)
            handler.close_connection = True
        elif self.mood == "error":
            key = (handler.headers.get("Authorization") or "").replace("Bearer ", "")
            self.send(handler, 401, "application/json",
                      json.dumps({"error": {"message": "Incorrect API key provided: %s." % key}}).encode())
        elif self.mood == "late":
            self.pause()
        elif handler.path.endswith("/audio/transcriptions"):
            self.samples += len(body) // 2
            self.send(handler, 200, "application/json", json.dumps({"text": self.text}).encode())
        elif handler.path.endswith("/audio/speech"):
            sound = wav(tone(1, 24000))
            if self.mood == "breaks off":
                self.send(handler, 200, "audio/wav", sound[:24000], len(sound))
                handler.connection.shutdown(socket.SHUT_RDWR)
            else:
                self.send(handler, 200, "audio/wav", sound)
        else:
            self.send(handler, 404, "application/json", b'{"detail": "Not Found"}')
