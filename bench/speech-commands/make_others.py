#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes speech that is no command, to measure what is turned away: everyday questions and what people tell each other
(bench/understanding/rejections.en.txt) and news of our own, spoken by the voices of flite and espeak-ng in turn.

    make_others.py FOLDER [COUNT]    writes COUNT (default: all, some 330) sounds of 1 to 8 s, the same at every run
"""
import pathlib
import subprocess
import sys

# Of several lengths, and some with words that orders have, too.
NEWS = """
the government said on monday that the new law would come into force in march
heavy rain and strong winds are expected along the coast until late in the evening
the central bank has left interest rates unchanged for the third time this year
a court in the capital has ordered a second inquiry into the railway accident
scientists have found traces of water in a crater near the south pole of the moon
the match ended in a draw after the home team missed a penalty in the last minute
prices for wheat and coffee rose sharply after the dry summer in south america
traffic on the northern motorway is slow because of road works near the bridge
the museum will open its new wing to the public at the end of the month
thousands of people gathered in the old town to watch the fireworks
the company plans to build a large factory and to hire two thousand workers
doctors advise people to drink plenty of water during the hot days
the festival begins on friday with a concert by a young orchestra from finland
police are looking for a man in a dark coat who was seen near the station
the council voted to keep the library open on sundays
a small earthquake shook the island last night but nobody was hurt
the minister refused to answer questions about the missing documents
farmers say that the milk price no longer covers what they spend
the train to the airport leaves every twenty minutes from platform eight
they had sugar and flour in the cupboard but no eggs
my grandmother used to roast chestnuts over a fire in the garden
she bought a single ticket and waited for the boat
he took a shot from the middle of the field and hit the post
can you have a look at the report before the meeting
i would like to know what happened to the other one
may i have a word with you about the holidays
get me to the church on time
give me a moment to think about it
make me an offer and i will think it over
i want to go home now it is getting late
""".strip().split("\n")
VOICES = [("flite", voice) for voice in ("slt", "rms", "awb", "kal16")] + \
         [("espeak-ng", voice) for voice in ("en-us", "en-us+f3", "en-gb+m3", "en-gb-scotland")]


def speak(program, voice, text, path):
    if program == "flite":
        command = ["flite", "-voice", voice, "-t", text, "-o", str(path)]
    else:
        command = ["espeak-ng", "-v", voice, "-w", str(path), text]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    lines = (pathlib.Path(__file__).parent.parent / "understanding" / "rejections.en.txt").read_text().split("\n")
    everyday = [line.split("#")[0].strip() for line in lines]
    texts = NEWS + [text for text in everyday if text]
    if len(sys.argv) == 3:
        step = max(1, len(texts) // int(sys.argv[2]))
        texts = texts[::step][: int(sys.argv[2])]
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(texts):
        speak(*VOICES[number % len(VOICES)], text, folder / f"other-{number:03}.wav")


main()
