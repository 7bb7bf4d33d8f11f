#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""fixture.py FOLDER: a small random network and what torch makes of it, for src/drivers/wake's tests.

FOLDER/small.bin: the weights; FOLDER/small.txt: 60 lines of features, then 30 of what comes out;
FOLDER/features.txt: the features of the sound that the test makes by the same rule.
"""
import os
import struct
import sys
import zlib

import numpy as np
import torch

import export
import features
import train


def sound():
    """A second of a buzz that swells, in noise; whole numbers, so that it is the same everywhere."""
    out, state = [], 12345
    for i in range(16000):
        state = (state * 1103515245 + 12345) % 2147483648
        noise = state // 65536 % 1001 - 500
        buzz = (i % 125) * 40 - 2500
        out.append(noise + buzz * (i % 8000) // 4000)
    return np.array(out, np.int16)


def rounded(network):
    """The weights as they come out of the file: whole numbers times a scale."""
    with torch.no_grad():
        for conv, norm in [(network.first, network.norm)] + [(b.conv, b.norm) for b in network.blocks]:
            weight, bias = export.folded(conv, norm)
            scale = np.maximum(np.abs(weight).max((1, 2)), 1e-8) / 127
            conv.weight.copy_(torch.from_numpy(np.round(weight / scale[:, None, None]) * scale[:, None, None]))
            norm.reset_running_stats()
            norm.weight.fill_((1 + norm.eps) ** 0.5)
            norm.bias.copy_(torch.from_numpy(bias))
        weight = network.last.weight.numpy()
        scale = np.abs(weight).max((1, 2)) / 127
        network.last.weight.copy_(torch.from_numpy(np.round(weight / scale[:, None, None]) * scale[:, None, None]))


def main():
    folder = sys.argv[1]
    torch.manual_seed(7)
    network = train.Network(channels=8)
    network.train()
    network(torch.randn(4, 200, 13))  # so that the means and variances are not 0 and 1
    network.eval()
    parts = list(export.layers(network))
    rounded(network)
    data = b"ENTWAKE1" + struct.pack("<I", len(parts)) + b"".join(parts) + struct.pack("<I", 0)
    with open(os.path.join(folder, "small.bin"), "wb") as file:
        file.write(data + struct.pack("<I", zlib.crc32(data)))
    x = torch.randn(1, 60, 13)
    with torch.no_grad():
        y = network(x)[0].numpy().T
    np.savetxt(os.path.join(folder, "small.txt"),
               np.concatenate([np.pad(x[0].numpy(), ((0, 0), (0, 27))), y]), fmt="%.5f")
    seen = features.normalise(features.cepstra(features.energies(sound()))[None])[0]
    np.savetxt(os.path.join(folder, "features.txt"), seen[::7], fmt="%.4f")


main()
