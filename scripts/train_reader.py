"""Train PP-OCR's recogniser further on lines of the form, and write it for OpenVINO.

    python scripts/train_reader.py --lines DIR --published PP-OCR_rec_small.onnx --minutes 75 --out
    DIR/reader.xml python scripts/train_reader.py --lines DIR --from reader.xml --minutes 75 --out
    DIR/reader.xml

DIR holds shards of ``make_lines.py``; those of seed 0 are kept apart to measure by. Shards that
appear while training runs are taken in. What is measured and written (.xml, .bin) is the running
mean of the weights. ``--measure`` only measures. Needs ``pip install -e '.[study]'``.
"""

from __future__ import annotations

import argparse
import copy
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from torch import nn

sys.path.insert(0, str(Path(__file__).parent))

from linereader.network import STEP, LineNetwork, published, shipped
from linereader.training import (
    Line,
    again_and_again,
    batches_of,
    follow,
    load,
    measure,
    tensors,
    write,
)

KEEP = 0.995
"""Of the running mean of the weights, at every step."""
PAGES = 2
"""Batches of lines of pages for each of those that are drawn."""


def main() -> None:
    arguments = _arguments()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(0)
    network = shipped(arguments.start) if arguments.start else published(arguments.published)
    network = network.to(memory_format=torch.channels_last)
    kept = [n for path in sorted(arguments.lines.glob("s000-*.npz")) for n in load(path)][
        : arguments.kept
    ]
    if arguments.measure:
        print(measure(network, kept))
        return
    _train(network, arguments, kept)


def _train(network: LineNetwork, arguments: argparse.Namespace, kept: list[Line]) -> None:
    network.train()
    begun, mean = copy.deepcopy(network), copy.deepcopy(network)
    head = list(network.head.parameters())
    rest = [p for name, p in network.named_parameters() if not name.startswith("head.")]
    groups = [{"params": rest, "of": 1.0}, {"params": head, "of": arguments.head}]
    optimizer = torch.optim.AdamW(groups, lr=arguments.rate, weight_decay=0.01, betas=(0.9, 0.98))
    loss_of = nn.CTCLoss(zero_infinity=True)
    begin = told = time.monotonic()
    losses: list[float] = []
    for step, batch in enumerate(_batches(arguments)):
        share = (time.monotonic() - begin) / (60 * arguments.minutes)
        rate = (
            arguments.rate
            * min(1.0, (step + 1) / arguments.warm)
            * (0.02 + 0.98 * 0.5 * (1 + np.cos(np.pi * min(1.0, share))))
        )
        for group in optimizer.param_groups:
            group["lr"] = rate * group["of"]
        lines, targets, lengths = tensors(batch)
        with torch.autocast("cpu", torch.bfloat16, enabled=arguments.half):
            logits = network(lines)
        steps = torch.tensor([min(logits.shape[1], p.shape[1] // STEP + 2) for p, _, _ in batch])
        odds = logits.float().log_softmax(2).transpose(0, 1)
        loss = loss_of(odds, targets, steps, lengths)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 2.0)
        optimizer.step()
        follow(mean, network, min(KEEP, (step + 1) / (step + 10)))
        losses.append(float(loss.detach()))
        if time.monotonic() - told > 60 * arguments.every or share >= 1:
            told = time.monotonic()
            print(
                f"{share:.0%} step {step} loss {np.mean(losses[-200:]):.4f} rate {rate:.1e}",
                flush=True,
            )
            made = copy.deepcopy(begun)
            follow(made, mean, 1 - arguments.share)
            print(measure(made, kept), flush=True)
            write(made, arguments.out)
            if share >= 1:
                return


def _batches(arguments: argparse.Namespace) -> Iterator[list[Line]]:
    """Batches that were drawn, and PAGES of lines of pages for each of them, if there are any."""
    rng = np.random.default_rng(arguments.seed)
    again = again_and_again(arguments.pages, rng) if arguments.pages else iter(())
    for batch in _drawn(arguments.lines, rng):
        yield batch
        yield from islice(again, PAGES)


def _drawn(folder: Path, rng: np.random.Generator) -> Iterator[list[Line]]:
    """Lines of like width, without end: three shards at a time are mixed, in ever new order."""
    while True:
        shards = [p for p in sorted(folder.glob("s*.npz")) if not p.name.startswith("s000-")]
        order = rng.permutation(len(shards))[:12]
        for k in range(0, len(order), 3):
            lines = [n for p in order[k : k + 3] for n in load(shards[p])]
            yield from batches_of(lines, rng)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lines", type=Path, required=True)
    parser.add_argument("--pages", type=Path, help="shards of page_twins.py: most of the lines")
    begin = parser.add_mutually_exclusive_group(required=True)
    begin.add_argument(
        "--published", type=Path, help="rapidocr's PP-OCR*_rec_small.onnx, to begin anew"
    )
    begin.add_argument("--from", dest="start", type=Path, help="a reader.xml to go on from")
    parser.add_argument("--out", type=Path, default=Path("reader.xml"))
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument(
        "--rate", type=float, default=4e-4, help="of learning, at its highest; less to go on with"
    )
    parser.add_argument(
        "--head",
        type=float,
        default=1.0,
        help="times that rate for the last layer, for new characters",
    )
    parser.add_argument(
        "--share",
        type=float,
        default=1.0,
        help="of what is learned that is written; the rest is of the weights that it began from",
    )
    parser.add_argument("--warm", type=int, default=300, help="steps in which the rate rises")
    parser.add_argument("--every", type=float, default=15, help="minutes between measurements")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--half",
        action="store_true",
        help="half precision: faster with AMX or a GPU, slower without",
    )
    parser.add_argument(
        "--kept", type=int, default=1500, help="how many of the kept lines are measured by"
    )
    parser.add_argument("--measure", action="store_true", help="only measure")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
