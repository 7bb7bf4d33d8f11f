#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""export.py MODEL.pt SPEECH OUT.bin: the weights as src/drivers/wake/network.cpp reads them, with what the network
hears in half an hour of background speech (held-out utterances in noise)."""
import struct
import sys
import zlib

import numpy as np
import torch

import noises
import train

MINUTES = 30


def layer(weight, bias, dilation, ahead):
    """weight: [outputs, inputs, taps]"""
    outputs, inputs, taps = weight.shape
    scale = np.maximum(np.abs(weight).max((1, 2)), 1e-8) / 127
    quantised = np.round(weight / scale[:, None, None]).astype(np.int8).transpose(2, 1, 0)
    return (struct.pack("<5I", inputs, outputs, taps, dilation, ahead) + scale.astype("<f4").tobytes() +
            bias.astype("<f4").tobytes() + np.ascontiguousarray(quantised).tobytes())


def folded(conv, norm):
    factor = (norm.weight / torch.sqrt(norm.running_var + norm.eps)).detach()
    return (conv.weight.detach() * factor[:, None, None]).numpy(), (norm.bias - norm.running_mean * factor).detach().numpy()


def layers(network):
    yield layer(*folded(network.first, network.norm), 1, 3)
    for block, (dilation, ahead) in zip(network.blocks, network.BLOCKS):
        yield layer(*folded(block.conv, block.norm), dilation, ahead)
    yield layer(network.last.weight.detach().numpy(), network.last.bias.detach().numpy(), 1, 0)


def background(network, folder):
    speech = train.Speech(folder)
    chance = np.random.default_rng(5)
    voices = [np.exp(speech.utterance(chance)[0]) for _ in range(100)]
    noise = noises.make(chance, voices, 60)
    frames = []
    with torch.no_grad():
        for x, _ in train.batches(speech, noise, chance, True):
            out = network(x).numpy().transpose(0, 2, 1)
            frames.append(out[:, 10:-10].reshape(-1, out.shape[2]))
            if sum(map(len, frames)) > MINUTES * 60 * 50:
                break
    return np.concatenate(frames)


def main():
    torch.set_num_threads(1)
    network = train.Network()
    network.load_state_dict(torch.load(sys.argv[1]))
    network.eval()
    parts = list(layers(network))
    heard = background(network, sys.argv[2])
    best = np.argsort(-heard, 1)[:, :4]
    costs = np.clip(np.round(-np.take_along_axis(heard, best, 1) * 16), 0, 255)
    data = b"ENTWAKE1" + struct.pack("<I", len(parts)) + b"".join(parts) + struct.pack("<I", len(heard))
    data += best.astype(np.uint8).tobytes() + costs.astype(np.uint8).tobytes()
    data += struct.pack("<I", zlib.crc32(data))
    with open(sys.argv[3], "wb") as file:
        file.write(data)
    print(f"{len(data)} bytes, {len(heard) / 3000:.1f} minutes of background")


if __name__ == "__main__":
    main()
