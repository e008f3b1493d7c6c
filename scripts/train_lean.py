"""Train a leaner reader by what the shipped one sees, and write it for OpenVINO: that of the form's
own print, from nothing, or the line reader with half the channels between its layers.

    python scripts/train_lean.py --filings DIR --teacher reader.xml --minutes 85 --half
    --out DIR/captions.xml
    python scripts/train_lean.py --filings DIR --teacher reader.xml --minutes 85 --half
    --narrow --own-print 0.1 --clean 0.5 --rate 5e-4 --out DIR/narrow.xml

Lines are drawn while it learns, no line twice: some of them pieces of the form's own print in every
wording there is, the others what stands on forms besides, all through the scanners and the hands of
``make_lines.py``. It learns from what they say and from what the shipped reader sees at each step,
and is measured by some that are drawn first, of the form's print and of the rest. What is measured
and written (.xml, .bin) is the running mean of the weights, as sure of words as it is right about
them. Needs ``pip install -e '.[study]'``.
"""

from __future__ import annotations

import argparse
import copy
import multiprocessing as mp
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

sys.path.insert(0, str(Path(__file__).parent))

from formprint import captions, choose
from linereader.lean import LeanNetwork, shipped_lean
from linereader.network import STEP, narrowed, shipped
from linereader.sheet import crops, fonts_in
from linereader.text import Texts
from linereader.training import (
    LONGEST,
    Line,
    again_and_again,
    batches_of,
    follow,
    lines_of_pages,
    measure,
    sharpened,
    tensors,
    write,
)

MIXED = 1500
"""Lines of which batches of like width are made."""
SHEETS = 8
"""Sheets that the drawing process hands over at a time."""
KEEP = 0.999
"""Of the running mean of the weights, at every step."""
WITH_ENTRY = 0.06
"""Share of lines that are the form's own print with an entry behind it."""
PAGES = 3
"""Batches of lines of pages for each of those that are drawn."""
KEPT_SEED = 4242
"""Of the lines that are measured by: so many sheets of print as of the rest."""


class FormTexts:
    """Draws what a line says, more often than ``Texts`` the form's own print."""

    def __init__(self, others: Texts, own_print: float) -> None:
        self._others, self._own_print = others, own_print
        self._captions = [c.split() for c in captions.everything()]
        lengths = np.array([len(c) for c in self._captions], dtype=float)
        self._chances = np.sqrt(lengths) / np.sqrt(lengths).sum()

    def draw(self, rng: np.random.Generator) -> str:
        roll = rng.random()
        if roll < self._own_print:
            return self._piece(rng)
        if roll < self._own_print + WITH_ENTRY:
            return f"{self._piece(rng)} {self._others.draw(rng)}"
        return self._others.draw(rng)

    def _piece(self, rng: np.random.Generator) -> str:
        """A whole sentence, as much of it as a line holds, or a few of its words."""
        words = self._captions[int(rng.choice(len(self._captions), p=self._chances))]
        if rng.random() < 0.3:
            return " ".join(words)[:90]
        count = int(rng.integers(1, 13))
        start = int(rng.integers(0, max(1, len(words) - count + 1)))
        return " ".join(words[start : start + count])


def main() -> None:
    arguments = _arguments()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    queue: mp.Queue[list[Line]] = mp.Queue(maxsize=6)
    about = (arguments.filings, arguments.seed, arguments.own_print, arguments.clean, queue)
    # before a library has threads of its own, which a fork would leave behind
    mp.Process(target=_draw, args=about, daemon=True).start()
    kept = _kept(arguments.filings, arguments.kept)
    student = _student(arguments, kept).to(memory_format=torch.channels_last)
    print(sum(p.numel() for p in student.parameters()), "weights", flush=True)
    _train(student, arguments, queue, kept)


def _student(arguments: argparse.Namespace, kept: list[Line]) -> nn.Module:
    if not arguments.narrow:
        return shipped_lean(arguments.start) if arguments.start else LeanNetwork()
    if arguments.start:
        return shipped(arguments.start)
    whole = shipped(arguments.teacher)
    print("the whole one\n" + measure(whole, kept), flush=True)
    others, fonts, rng = *_material(arguments.filings), np.random.default_rng(arguments.seed)
    texts = FormTexts(others, arguments.own_print)
    lines = [
        n for _ in range(SHEETS) for n in crops(texts, fonts, rng) if 160 < n[0].shape[1] <= 320
    ]
    return narrowed(whole, tensors(lines)[0])


def _kept(filings: Path, sheets: int) -> list[Line]:
    """Lines to measure by: of the form's own print, of the rest, and of the rest where nothing
    befell it.
    """
    others, fonts, rng = *_material(filings), np.random.default_rng(KEPT_SEED)
    return [
        (pixels, text, kind)
        for kind, share, clean in (("print", 1.0, 0.0), ("other", 0.0, 0.0), ("clean", 0.0, 1.0))
        for _ in range(sheets)
        for pixels, text, _ in crops(FormTexts(others, share), fonts, rng, clean)
        if pixels.shape[1] <= LONGEST
    ]


def _draw(filings: Path, seed: int, own_print: float, clean: float, queue: Any) -> None:
    import cv2

    cv2.setNumThreads(1)
    rng = np.random.default_rng(seed)
    others, fonts = _material(filings)
    texts = FormTexts(others, own_print)
    while True:
        lines = [n for _ in range(SHEETS) for n in crops(texts, fonts, rng, clean)]
        queue.put([n for n in lines if n[0].shape[1] <= LONGEST])


def _material(filings: Path) -> tuple[Texts, list[Path]]:
    """Texts of filings that may be learned from and words of the language; and fonts."""
    roots = [root for _, root in choose.to_learn_from(filings)]
    words = [w for w in Path("/usr/share/dict/words").read_text().split() if w.isascii()]
    return Texts(roots, words), fonts_in([Path("/usr/share/fonts")])


def _batches(
    queue: Any, pages: Path | None, rng: np.random.Generator
) -> Iterator[tuple[list[Line], bool]]:
    """Lines of like width, without end, none that is drawn twice; where there are lines of pages,
    PAGES batches of these for each of those, again and again, each time a little otherwise. With
    each batch goes whether its lines say what is true.
    """
    again = again_and_again(pages, rng) if pages else iter(())
    while True:
        lines: list[Line] = []
        while len(lines) < MIXED:
            lines += queue.get()
        for batch in batches_of(lines, rng):
            yield batch, True
            for of_pages in islice(again, PAGES):
                yield of_pages, False


def _running(pages: Path | None) -> list[Line]:
    """Some lines of running text of pages: what it is to be sure about."""
    lines = [n for n in lines_of_pages(pages) if n[1].count(" ") >= 8]
    return lines[:: max(1, len(lines) // 300)]


def _teacher(path: Path) -> Any:
    """The shipped reader, as this processor runs it fastest."""
    from ocr_form4.readers.engine import openvino

    core = openvino().Core()
    model = core.read_model(path)
    compiled = core.compile_model(model, "CPU", {"INFERENCE_NUM_THREADS": 1})
    return lambda lines: compiled(lines.contiguous().numpy())[0]


def _train(student: nn.Module, arguments: argparse.Namespace, queue: Any, kept: list[Line]) -> None:
    teacher = _teacher(arguments.teacher)
    mean = copy.deepcopy(student)
    student.train()
    optimizer = torch.optim.AdamW(
        student.parameters(), lr=arguments.rate, weight_decay=0.02, betas=(0.9, 0.98)
    )
    begin = told = time.monotonic()
    losses: list[tuple[float, float]] = []
    seen = 0
    batches = _batches(queue, arguments.pages, np.random.default_rng(arguments.seed))
    for step, (batch, true) in enumerate(batches):
        share = (time.monotonic() - begin) / (60 * arguments.minutes)
        warm = min(1.0, (step + 1) / arguments.warm)
        for group in optimizer.param_groups:
            cosine = 0.5 * (1 + np.cos(np.pi * min(1.0, share)))
            group["lr"] = arguments.rate * warm * (0.01 + 0.99 * cosine)
        lines, targets, lengths = tensors(batch)
        said = torch.from_numpy(teacher(lines)).log_softmax(2)
        with torch.autocast("cpu", torch.bfloat16, enabled=arguments.half):
            logits = student(lines)
        odds = logits.float().log_softmax(2)
        steps = torch.tensor([min(logits.shape[1], p.shape[1] // STEP + 2) for p, _, _ in batch])
        ctc = functional.ctc_loss(odds.transpose(0, 1), targets, steps, lengths, zero_infinity=True)
        inside = torch.arange(odds.shape[1])[None] < steps[:, None]
        apart = (said.exp() * (said - odds)).sum(2)
        apart = ((apart * inside).sum(1) / lengths).mean()
        optimizer.zero_grad()
        (ctc + apart if true else apart).backward()
        nn.utils.clip_grad_norm_(student.parameters(), 2.0)
        optimizer.step()
        follow(mean, student, min(KEEP, (step + 1) / (step + 10)))
        losses.append((float(ctc.detach()), float(apart.detach())))
        seen += len(batch)
        if time.monotonic() - told > 60 * arguments.every or share >= 1:
            told = time.monotonic()
            own, teachers = np.mean(losses[-300:], axis=0)
            print(
                f"{share:.0%} step {step} lines {seen} loss {own:.4f} {teachers:.4f}\n"
                + measure(mean, kept),
                flush=True,
            )
            torch.save(mean.state_dict(), arguments.out.with_suffix(".pt"))
            sure = copy.deepcopy(mean)
            print(f"  logits by {sharpened(sure, _running(arguments.pages) or kept)}", flush=True)
            write(sure, arguments.out)
            if share >= 1:
                return


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--filings", type=Path, required=True, help="folder of ownership XML files")
    parser.add_argument("--teacher", type=Path, required=True, help="the shipped reader.xml")
    parser.add_argument(
        "--narrow", action="store_true", help="begin with half of the teacher, not with nothing"
    )
    parser.add_argument(
        "--pages",
        type=Path,
        help="shards of page_crops.py: most of the lines, by the teacher alone",
    )
    parser.add_argument("--start", type=Path, help="an .xml of the same kind to go on from")
    parser.add_argument(
        "--clean", type=float, default=0.0, help="share of sheets as most pages of an archive are"
    )
    parser.add_argument(
        "--own-print", type=float, default=0.5, help="share of lines that are the form's own print"
    )
    parser.add_argument(
        "--kept", type=int, default=8, help="sheets of print to measure by, and of the rest"
    )
    parser.add_argument("--out", type=Path, default=Path("captions.xml"))
    parser.add_argument("--minutes", type=float, default=90)
    parser.add_argument("--rate", type=float, default=2e-3, help="of learning, at its highest")
    parser.add_argument("--warm", type=int, default=300, help="steps in which the rate rises")
    parser.add_argument("--every", type=float, default=8, help="minutes between measurements")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--half", action="store_true", help="half precision")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
