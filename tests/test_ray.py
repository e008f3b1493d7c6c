"""A Ray cluster of three nodes reads a run into an OUT elsewhere, one dies, another one joins, and
nothing is lost.
"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import Any

import fake_store  # noqa: F401 (makes disk:// known)
import pytest
from test_batch import go, results, scan, work

from ocr_form4.errors import MissingProgram
from ocr_form4.run.events import Event
from ocr_form4.run.executors.inprocess import execute_inprocess
from ocr_form4.run.executors.ray_cluster import execute_ray
from ocr_form4.settings import Settings

pytestmark = pytest.mark.ray
ray = pytest.importorskip("ray", reason="Ray is an optional extra: pip install 'ocr-form4[ray]'")


def test_a_node_that_dies_while_another_joins_costs_nothing_but_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ray.cluster_utils import Cluster

    paths = filter(None, (str(Path(__file__).parent), os.environ.get("PYTHONPATH")))
    # the nodes import the fake readers from here
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))
    monkeypatch.setenv("OCR_FORM4_WORK", str(tmp_path / "work"))
    folder, out = tmp_path / "in", tmp_path / "out"
    for number in range(24):
        scan(folder, f"slow{number:02}.pdf", number % 9)
    (folder / "bad.pdf").write_bytes(b"no PDF")
    nodes = tmp_path / "nodes"
    nodes.mkdir()
    monkeypatch.setenv("NODES_OF_TEST", str(nodes))
    cluster: Any = Cluster(
        initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False}
    )
    second, _ = cluster.add_node(num_cpus=1), cluster.add_node(num_cpus=1)
    ray.init(address=cluster.address, log_to_driver=False)
    try:
        changed: list[bool] = []

        def change(event: Event) -> None:
            if not changed and len(list(nodes.iterdir())) == 3:  # all of them have begun
                changed.append(True)
                cluster.remove_node(second, allow_graceful=False)
                cluster.add_node(num_cpus=1)

        settings = Settings(seconds_per_page=30)
        summary = go(
            folder,
            f"disk://{out}",
            execute_ray,
            settings=settings,
            make=work(settings),
            tell=change,
        )
        assert changed  # all three had begun when one was killed
    finally:
        ray.shutdown()
        cluster.shutdown()
    assert len(summary.filings) == 24
    assert [(f.name, f.error_kind) for f in summary.failures] == [("bad", "UnsupportedDocument")]
    assert str(folder / "bad.pdf") in (summary.failures[0].error or "")
    monkeypatch.delenv("NODES_OF_TEST")
    go(folder, tmp_path / "plain", partial(execute_inprocess))
    assert results(out) == results(tmp_path / "plain")


def test_a_slow_node_holds_up_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A document is handed out when a node asks for one: the slow one gets few, and none is read
    twice.
    """
    from ray.cluster_utils import Cluster

    paths = filter(None, (str(Path(__file__).parent), os.environ.get("PYTHONPATH")))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))
    folder, nodes = tmp_path / "in", tmp_path / "nodes"
    nodes.mkdir()
    for number in range(24):
        scan(folder, f"{number:02}.pdf", number % 9)
    monkeypatch.setenv("NODES_OF_TEST", str(nodes))
    monkeypatch.setenv("SLOW_NODE_OF_TEST", "3")
    cluster: Any = Cluster(
        initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False}
    )
    cluster.add_node(num_cpus=1)
    ray.init(address=cluster.address, log_to_driver=False)
    try:
        settings = Settings(seconds_per_page=30)
        summary = go(folder, tmp_path / "out", execute_ray, settings=settings, make=work(settings))
    finally:
        ray.shutdown()
        cluster.shutdown()
    slow = nodes / "slow.node"
    read = {p.name: p.stat().st_size for p in nodes.iterdir() if p != slow}
    assert len(summary.filings) == 24 == sum(read.values())
    assert read[slow.read_text()] < 12
    monkeypatch.delenv("NODES_OF_TEST")
    go(folder, tmp_path / "plain")
    assert results(tmp_path / "out") == results(tmp_path / "plain")


def test_nodes_that_cannot_run_the_readers_end_the_run(tmp_path: Path) -> None:
    """As where the nodes have another environment: here they have no way to the fake readers."""
    scan(tmp_path / "in", "a.pdf")
    try:
        with pytest.raises(MissingProgram, match=r"No module named 'fake_reading'.*on every node"):
            go(tmp_path / "in", tmp_path / "out", partial(execute_ray, jobs=1))
    finally:
        ray.shutdown()
