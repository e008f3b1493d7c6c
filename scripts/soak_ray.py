"""Reads documents by the thousand over a Ray cluster of this machine, one node of it slow, and says
what memory the run's own process had meanwhile.

    soak_ray.py [--count 2000] [--kilobytes 300] [--slow 1.0]

Three nodes of one core each. Every document is one of the tests' fakes, so it takes no engine, but
is of so many kilobytes; on one of the nodes each takes ``--slow`` seconds longer. Prints a line
each tenth of the way: the run's own memory (resident, and what is its alone: the rest is shared
with Ray's store), and how many documents each node has read. If documents were handed out faster
than they are read, the memory would grow by their size. Exit status 1 where the memory after the
first tenth grows by more than a tenth of what all documents hold, or a document is lost.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import numpy as np  # noqa: E402
import psutil  # noqa: E402
from make_documents import save_pdf  # noqa: E402
from test_batch import go, work  # noqa: E402

from ocr_form4.run.events import Event, Finished  # noqa: E402
from ocr_form4.run.executors.ray_cluster import execute_ray  # noqa: E402
from ocr_form4.settings import Settings  # noqa: E402

NODES, ORIGINALS, TENTHS = 3, 20, 10


def documents(folder: Path, count: int, kilobytes: int) -> int:
    """So many documents below ``folder``, of a few contents; their bytes all together."""
    folder.mkdir()
    height = kilobytes * 1024 * 8 // 2400  # one bit a pixel
    total = 0
    for number in range(count):
        path = folder / f"scan{number:05}.pdf"
        if number < ORIGINALS:
            # noise, which no compression makes smaller
            pixels = np.random.default_rng(number).choice((0, 255), (height, 2400)).astype(np.uint8)
            save_pdf(path, pixels=pixels, codec="raw1")
        else:
            os.link(folder / f"scan{number % ORIGINALS:05}.pdf", path)
        total += path.stat().st_size
    return total


class Watch:
    """What the run's own process holds each tenth of the way."""

    def __init__(self, folder: Path, count: int, nodes: Path) -> None:
        self.folder, self.count, self.nodes, self.done = folder, count, nodes, 0
        self.megabytes: list[float] = []
        self.begin = time.monotonic()

    def tell(self, event: Event) -> None:
        if not isinstance(event, Finished):
            return
        self.done += 1
        if self.done % max(1, self.count // TENTHS) == 0:
            memory = psutil.Process().memory_full_info()
            self.megabytes.append(memory.uss / 1e6)
            read = sorted(p.stat().st_size for p in self.nodes.iterdir() if p.suffix == "")
            print(
                f"| {self.done} | {time.monotonic() - self.begin:.0f} | {memory.rss / 1e6:.0f} | "
                f"{memory.uss / 1e6:.0f} | {', '.join(map(str, read))} |",
                flush=True,
            )
        if self.done == self.count:  # else the report draws noise for minutes
            shutil.rmtree(self.folder)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--kilobytes", type=int, default=300)
    parser.add_argument("--slow", type=float, default=1.0, metavar="SECONDS")
    args = parser.parse_args()
    import ray
    from ray.cluster_utils import Cluster

    with tempfile.TemporaryDirectory(prefix="soak-ray-") as name:
        folder, nodes = Path(name, "in"), Path(name, "nodes")
        nodes.mkdir()
        total = documents(folder, args.count, args.kilobytes)
        paths = filter(None, (str(ROOT / "tests"), os.environ.get("PYTHONPATH")))
        os.environ |= {
            "PYTHONPATH": os.pathsep.join(paths), "NODES_OF_TEST": str(nodes),
            "SLOW_NODE_OF_TEST": str(args.slow),
        }  # fmt: skip
        cluster: Any = Cluster(
            initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False}
        )
        for _ in range(NODES - 1):
            cluster.add_node(num_cpus=1)
        ray.init(address=cluster.address, log_to_driver=False)
        watch, settings = Watch(folder, args.count, nodes), Settings(seconds_per_page=60)
        print("| documents | seconds | resident, MB | its alone, MB | read by each node |")
        print("|---|---|---|---|---|")
        try:
            summary = go(
                folder, Path(name, "out"), execute_ray, settings=settings, make=work(settings),
                tell=watch.tell,
            )  # fmt: skip
        finally:
            ray.shutdown()
            cluster.shutdown()
    grown = max(watch.megabytes) - watch.megabytes[0]
    lost = args.count - len(summary.filings)
    print(
        f"{args.count} documents of {total / 1e6:.0f} MB together, {lost} lost; after the first "
        f"tenth the memory grew by {grown:.0f} MB"
    )
    return 1 if lost or grown > total / 1e7 else 0


if __name__ == "__main__":
    sys.exit(main())
