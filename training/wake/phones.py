# SPDX-License-Identifier: GPL-3.0-or-later
"""The network's classes: silence and the 39 phones of CMU's dictionary; and how voices' own names map to them."""

PHONES = ("SIL AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW V W Y Z "
          "ZH").split()
INDEX = {name: i for i, name in enumerate(PHONES)}

# Festival's and flite's phones, where they are not ours in small letters.
_FESTIVAL = {"pau": "SIL", "h#": "SIL", "brth": "SIL", "#": "SIL", "ax": "AH", "axr": "ER", "dx": "T", "nx": "N",
             "el": "L", "em": "M", "en": "N", "hv": "HH", "ssil": "SIL", "ih": "IH", "ix": "IH", "ux": "UW"}

# IPA, longest first; what is not here (stress, length) belongs to the sound before it.
_IPA = {"tʃ": "CH", "dʒ": "JH", "aɪ": "AY", "aʊ": "AW", "eɪ": "EY", "ɔɪ": "OY", "oʊ": "OW", "əʊ": "OW", "ɛɹ": "EH R",
        "ɑːɹ": "AA R", "ɔːɹ": "AO R", "oːɹ": "AO R", "ɑɹ": "AA R", "ɔɹ": "AO R", "ʊɹ": "UH R", "ɪɹ": "IH R",
        "iə": "IY AH", "aɪə": "AY AH", "aɪɚ": "AY ER", "əl": "AH L", "iː": "IY", "uː": "UW", "ɑː": "AA", "ɔː": "AO",
        "oː": "AO", "ɜː": "ER", "ɪ": "IH", "ᵻ": "IH", "i": "IY", "ɛ": "EH", "e": "EH", "æ": "AE", "a": "AE", "ɑ": "AA",
        "ɒ": "AA", "ɔ": "AO", "o": "OW", "ʊ": "UH", "u": "UW", "ʌ": "AH", "ə": "AH", "ɐ": "AH", "ɚ": "ER", "ɜ": "ER",
        "p": "P", "b": "B", "t": "T", "ɾ": "T", "ʔ": "T", "d": "D", "k": "K", "ɡ": "G", "g": "G", "f": "F", "v": "V",
        "θ": "TH", "ð": "DH", "s": "S", "z": "Z", "ʃ": "SH", "ʒ": "ZH", "h": "HH", "m": "M", "n": "N", "ŋ": "NG",
        "l": "L", "ɫ": "L", "ɹ": "R", "r": "R", "j": "Y", "w": "W", "x": "K", "n̩": "AH N", "l̩": "AH L", "m̩": "AH M"}
_LONGEST = max(map(len, _IPA))


def from_festival(name):
    name = name.lower().rstrip("012")
    return INDEX.get(_FESTIVAL.get(name, name.upper()))


def from_ipa(text):
    out, at = [], 0
    while at < len(text):
        for length in range(min(_LONGEST, len(text) - at), 0, -1):
            phones = _IPA.get(text[at:at + length])
            if phones:
                out += [INDEX[p] for p in phones.split()]
                at += length
                break
        else:
            at += 1
    return out


def read_dictionary(path="/usr/share/pocketsphinx/model/en-us/cmudict-en-us.dict"):
    """word -> list of pronunciations (lists of class numbers)."""
    words = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            word, *phones = line.split()
            words.setdefault(word.split("(")[0], []).append([INDEX[p] for p in phones])
    return words
