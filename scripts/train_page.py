"""Train the page network on pages of ``make_pages.py``, and write it for OpenVINO.

    python scripts/train_page.py --pages DIR --out DIR [--from page.pt] --minutes 60 [--device cuda]
    python scripts/train_page.py --export page.pt --out DIR

Crops are drawn, bent and spoilt in processes beside; the same network is trained on a GPU or on two
cores. What is written every two minutes (page.pt) is the running mean of the weights. Needs ``pip
install -e '.[study]'``.
"""

from __future__ import annotations

import argparse
import copy
import math
import multiprocessing
import os
import sys
import time
from multiprocessing.queues import Queue
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

sys.path.insert(0, str(Path(__file__).parent))

from pagenet.network import PageNetwork, export, load

EVERY_SECONDS = 120
WEIGHT = (1.0, 1.0, 0.7, 0.5, 0.4)
"""What a map counts for in the loss; rulings first."""
RARE = (3.0, 3.0, 1.0, 1.0, 2.0)
"""How much more ink counts than paper: rulings are thin."""
ALONE = (0.0, 0.0, 12.0, 12.0, 0.0)
"""How much more letters count that stand alone, in the maps of print."""


def main() -> None:
    arguments = _arguments()
    arguments.out.mkdir(parents=True, exist_ok=True)
    if arguments.export:
        export(load(arguments.export), arguments.out / "page.xml")
        return
    if not arguments.pages:
        raise SystemExit("--pages DIR is needed: make some with scripts/make_pages.py")
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    network = load(arguments.start) if arguments.start else PageNetwork()
    mean = _train(network.to(arguments.device, memory_format=torch.channels_last), arguments)
    torch.save(mean.cpu().state_dict(), arguments.out / "page.pt")
    export(mean.cpu(), arguments.out / "page.xml")


def _train(network: PageNetwork, arguments: argparse.Namespace) -> PageNetwork:
    """Train for so many minutes; gives the running mean of the weights."""
    mean = copy.deepcopy(network).eval()
    network.train()
    optimizer = torch.optim.AdamW(network.parameters(), lr=arguments.rate, weight_decay=1e-3)
    crops: Queue[tuple[np.ndarray, np.ndarray]] = multiprocessing.get_context("spawn").Queue(4)
    context = multiprocessing.get_context("spawn")
    for worker in range(arguments.workers):
        given = (
            crops,
            arguments.pages,
            arguments.size,
            arguments.batch,
            arguments.seed * 1000 + worker,
        )
        context.Process(target=_draw, args=given, daemon=True).start()
    crops.get()
    begin = told = time.monotonic()
    losses: list[list[float]] = []
    step = 0
    while (share := (time.monotonic() - begin) / (60 * arguments.minutes)) < 1:
        rate = (
            arguments.rate
            * min(1.0, (step + 1) / 60)
            * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * share)))
        )
        for group in optimizer.param_groups:
            group["lr"] = rate
        page, maps, alone = (torch.from_numpy(a).to(arguments.device) for a in crops.get())
        with torch.autocast(
            torch.device(arguments.device).type, torch.bfloat16, enabled=not arguments.single
        ):
            said = network(page.to(memory_format=torch.channels_last))
        loss, parts = _loss(said.float(), maps, alone)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        _follow(mean, network, min(0.998, step / (step + 12)))
        losses.append([float(loss.detach()), *parts])
        step += 1
        if time.monotonic() - told > EVERY_SECONDS:
            told = time.monotonic()
            torch.save(mean.state_dict(), arguments.out / "page.part")
            (arguments.out / "page.part").rename(arguments.out / "page.pt")
            shown = " ".join(f"{sum(c) / len(c):.3f}" for c in zip(*losses, strict=True))
            print(
                f"{step} steps, {told - begin:.0f} s, rate {rate:.5f}: loss, then by map {shown}",
                flush=True,
            )
            losses = []
    return mean


def _loss(
    said: torch.Tensor, maps: torch.Tensor, alone: torch.Tensor
) -> tuple[torch.Tensor, list[float]]:
    """Cross entropy and Dice's loss over the maps; and the latter by map."""
    weight, rare, more = (torch.tensor(v, device=said.device) for v in (WEIGHT, RARE, ALONE))
    entropy = functional.binary_cross_entropy_with_logits(
        said, maps, pos_weight=rare.view(1, -1, 1, 1), reduction="none"
    )
    entropy = (entropy * (1 + alone[:, None] * more.view(1, -1, 1, 1))).mean((0, 2, 3))
    p = said.sigmoid()
    over = (0, 2, 3)
    dice = 1 - (2 * (p * maps).sum(over) + 20) / ((p * p).sum(over) + (maps * maps).sum(over) + 20)
    return ((4 * entropy + dice) * weight).sum(), dice.detach().tolist()


def _follow(mean: PageNetwork, network: PageNetwork, keep: float) -> None:
    with torch.no_grad():
        for own, new in zip(mean.state_dict().values(), network.state_dict().values(), strict=True):
            if own.dtype.is_floating_point:
                own.lerp_(new, 1 - keep)
            else:
                own.copy_(new)


def _draw(crops: Queue, pages: Path, size: int, batch: int, seed: int) -> None:
    from pagenet.crops import Crops

    parent, drawing = os.getppid(), Crops(pages, size, seed)
    while os.getppid() == parent:
        crops.put(drawing.batch(batch))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pages", type=Path, help="folder of make_pages.py")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--from", dest="start", type=Path, help="weights to go on from")
    parser.add_argument("--export", type=Path, help="only write these weights for OpenVINO")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument(
        "--size", type=int, default=384, help="side of a crop, in pixels at 150 dpi"
    )
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--single", action="store_true", help="single precision throughout")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
