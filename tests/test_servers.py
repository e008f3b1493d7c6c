"""OUT and scans on real servers, killed and frozen in the middle: OpenSSH's over SFTP, s3rver's
over S3.

Left out, with what is missing, where the servers or the packages that speak with them are not
installed: ``apt install openssh-server``, ``npm install s3rver`` (``$S3RVER`` is its program where
it is not on the PATH), and ``pip install paramiko s3fs``.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from elsewhere import everything
from test_batch import scan
from test_faults import ENVIRONMENT, gone, marked, start

pytestmark = pytest.mark.slow
SSHD = shutil.which("sshd") or "/usr/sbin/sshd"
S3RVER = os.environ.get("S3RVER") or shutil.which("s3rver") or ""
SLOW = 8


class Server:
    """A server program whose files lie in ``root``, at ``url``. It can be killed, frozen and
    started again.
    """

    def __init__(
        self,
        command: list[str],
        port: int,
        url: str,
        root: Path,
        stored: Callable[[Path], dict[str, bytes]],
    ):
        self.command, self.port, self.url, self.root, self.stored = command, port, url, root, stored
        self.process: psutil.Popen | None = None

    def start(self) -> None:
        quiet = subprocess.DEVNULL
        self.process = psutil.Popen(
            self.command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
        )
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError(f"{self.command[0]} does not start")

    def signal(self, number: int) -> None:
        """To the server and to everyone it has answering."""
        assert self.process is not None
        for one in (self.process, *self.process.children(recursive=True)):
            one.send_signal(number)

    def kill(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.signal(signal.SIGKILL)
            self.process.wait(10)

    def wait_for(self, count: int) -> None:
        deadline = time.monotonic() + 60
        while sum(".json" in p.name for p in (self.root / "out" / "filings").rglob("*")) < count:
            assert time.monotonic() < deadline, "nothing came"
            time.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _sftp(folder: Path, patch: pytest.MonkeyPatch) -> Server:
    if importlib.util.find_spec("paramiko") is None or not Path(SSHD).is_file():
        pytest.skip(
            "wants OpenSSH's server and paramiko: apt install openssh-server; pip install paramiko"
        )
    home, root, port = folder / "home", folder / "far", _free_port()
    for made in (home / ".ssh", root):
        made.mkdir(parents=True)
    for key in (folder / "host_key", home / ".ssh" / "id_ed25519"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    lines = (
        f"Port {port}", "ListenAddress 127.0.0.1", f"HostKey {folder / 'host_key'}",
        f"PidFile {folder / 'pid'}",
        f"AuthorizedKeysFile {home / '.ssh' / 'id_ed25519.pub'}", "StrictModes no", "UsePAM no",
        "PasswordAuthentication no", "PermitRootLogin prohibit-password",
        "Subsystem sftp internal-sftp",
    )  # fmt: skip
    (folder / "sshd_config").write_text("\n".join(lines) + "\n")
    patch.setenv("HOME", str(home))
    patch.setitem(ENVIRONMENT, "HOME", str(home))
    user = psutil.Process().username()
    command = [SSHD, "-D", "-e", "-f", str(folder / "sshd_config")]
    return Server(command, port, f"sftp://{user}@127.0.0.1:{port}{root}", root, everything)


def _s3(folder: Path, patch: pytest.MonkeyPatch) -> Server:
    if importlib.util.find_spec("s3fs") is None or not S3RVER:
        pytest.skip("wants s3rver and s3fs: npm install s3rver; pip install s3fs")
    port = _free_port()
    for name, value in {
        "AWS_ACCESS_KEY_ID": "S3RVER", "AWS_SECRET_ACCESS_KEY": "S3RVER",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_REQUEST_CHECKSUM_CALCULATION": "when_required",
    }.items():  # fmt: skip
        patch.setenv(name, value)
        patch.setitem(ENVIRONMENT, name, value)
    store = folder / "far"
    command = [
        S3RVER,
        "-d",
        str(store),
        "-a",
        "127.0.0.1",
        "-p",
        str(port),
        "--configure-bucket",
        "box",
    ]
    return Server(command, port, "s3://box", store / "box", _objects)


def _objects(folder: Path) -> dict[str, bytes]:
    """What s3rver has in a folder, by key: it keeps an object's bytes beside its properties."""
    kept = (p for p in folder.rglob("*._S3rver_object"))
    found = {
        p.relative_to(folder).as_posix().removesuffix("._S3rver_object"): p.read_bytes()
        for p in kept
    }
    return {k: v for k, v in found.items() if k not in ("run.sqlite", "run.lock", "report.html")}


@pytest.fixture(params=[_sftp, _s3], ids=["sftp", "s3"])
def server(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Server]:
    monkeypatch.setitem(ENVIRONMENT, "OCR_FORM4_WORK", str(tmp_path / "work"))
    monkeypatch.setitem(ENVIRONMENT, "BEAT_OF_TEST", "0.3")
    found = request.param(tmp_path_factory.mktemp("server"), monkeypatch)
    found.start()
    yield found
    found.kill()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(SLOW):
        scan(tmp_path / "in", f"box/slow{number}.pdf", number)
    return tmp_path / "in"


def whole(folder: Path, out: Path) -> dict[str, bytes]:
    assert start(folder, out).wait(120) == 0
    return everything(out)


def there(server: Server) -> dict[str, bytes]:
    return server.stored(server.root / "out")


def test_scans_are_read_from_a_server_and_results_put_there(server: Server, tmp_path: Path) -> None:
    import fsspec

    scans, (system, root) = tmp_path / "in", fsspec.core.url_to_fs(server.url)
    for number, name in enumerate(("a.pdf", "a café, 100 % & #1?.pdf", "deep/er/b.pdf")):
        file = scan(scans, name, number)
        system.makedirs(f"{root}/scans/{Path(name).parent}", exist_ok=True)
        system.put_file(str(file), f"{root}/scans/{name}")
    process = start(f"{server.url}/scans", f"{server.url}/out")
    told = process.communicate(timeout=120)[1]
    assert process.returncode == 0, told
    got, want = there(server), whole(scans, tmp_path / "whole")
    assert {k: v for k, v in got.items() if not k.startswith("report/")} == {
        k: v for k, v in want.items() if not k.startswith("report/")
    }  # the report shows pictures only of scans that are still at hand


def test_a_server_that_is_killed_and_comes_back_costs_nothing(
    server: Server, folder: Path, tmp_path: Path
) -> None:
    process = start(folder, f"{server.url}/out", "--jobs", "2")
    server.wait_for(3)
    server.kill()
    time.sleep(1.5)
    server.start()
    told = process.communicate(timeout=120)[1]
    assert process.returncode == 0, told
    assert there(server) == whole(folder, tmp_path / "whole")


def test_a_slow_server_costs_nothing_but_time(server: Server, folder: Path, tmp_path: Path) -> None:
    """It answers an eighth of the time."""
    process = start(folder, f"{server.url}/out", "--jobs", "2")
    server.wait_for(1)
    deadline = time.monotonic() + 100
    while process.poll() is None and time.monotonic() < deadline:
        server.signal(signal.SIGSTOP)
        time.sleep(0.35)
        server.signal(signal.SIGCONT)
        time.sleep(0.05)
    told = process.communicate(timeout=20)[1]
    assert process.returncode == 0, told
    assert there(server) == whole(folder, tmp_path / "whole")


def test_a_run_that_dies_at_a_frozen_server_goes_on(
    server: Server, folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "marked"
    with marked(out):
        process = start(folder, f"{server.url}/out", "--jobs", "2")
        server.wait_for(3)
        server.signal(signal.SIGSTOP)
        time.sleep(1.5)
        assert process.poll() is None
        process.kill()
        process.communicate(timeout=30)
        assert gone(out)
    server.signal(signal.SIGCONT)
    again = start(folder, f"{server.url}/out")
    told = again.communicate(timeout=120)[1]
    assert again.returncode == 0, told
    assert there(server) == whole(folder, tmp_path / "whole")


def test_a_server_that_answers_no_more_ends_the_run_in_words(
    server: Server, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ENVIRONMENT, "SILENCE_OF_TEST", "2")
    process = start(folder, f"{server.url}/out", "--jobs", "1")
    server.wait_for(2)
    server.signal(signal.SIGSTOP)
    told = process.communicate(timeout=120)[1]
    server.signal(signal.SIGCONT)
    assert process.returncode == 5, told
    assert f"{server.url}/" in told and "same command again" in told and "Traceback" not in told
    again = start(folder, f"{server.url}/out")  # the silence is over
    told = again.communicate(timeout=120)[1]
    assert again.returncode == 0, told
    assert there(server) == whole(folder, tmp_path / "whole")
