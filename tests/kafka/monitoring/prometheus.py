"""A real Prometheus for the tests: Debian's package, from the PATH or, without root, unpacked into `.prometheus/`.

python tests/kafka/monitoring/prometheus.py      fetches it where it is not there
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT: Final = Path(__file__).parents[3]
UNPACKED: Final = ROOT / ".prometheus"
DEPLOYED: Final = ROOT / "deploy" / "prometheus"
PATIENCE: Final = 60.0
FETCH_SECONDS: Final = 300.0
SECONDS_BETWEEN_LOOKS: Final = 0.2
SCRAPE: Final = "2s"
"""Also how long a worker may take to answer: one that does not is away, and its series with it."""


class PrometheusUnavailableError(RuntimeError):
    """There is no Prometheus, or it did not start; the text says why."""


def find(tool: str) -> str:
    """Return the path of `prometheus` or `promtool`; fetches them once where they are not installed.

    Raises:
        PrometheusUnavailableError: they are not here and cannot be had.
    """
    installed = shutil.which(tool)
    if installed:
        return installed
    unpacked = UNPACKED / "usr" / "bin" / tool
    if not unpacked.exists():
        fetch()
    return str(unpacked)


def fetch() -> None:
    """Unpack Debian's package; nothing is installed and nothing outside of the folder is written."""
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        msg = "install prometheus and promtool on the PATH: without apt-get they cannot be fetched"
        raise PrometheusUnavailableError(msg)
    # Lists of our own: those of the system need root, and an image has often thrown them away.
    for folder in ("lists/partial", "cache/archives/partial"):
        (UNPACKED / folder).mkdir(parents=True, exist_ok=True)
    apt = ["apt-get", "-q", "-o", f"Dir::State::lists={UNPACKED}/lists", "-o", f"Dir::Cache={UNPACKED}/cache"]
    _run([*apt, "update"])
    _run([*apt, "download", "prometheus"])
    (package,) = UNPACKED.glob("prometheus_*.deb")
    _run(["dpkg-deb", "-x", str(package), str(UNPACKED)])
    package.unlink()
    for folder in ("lists", "cache"):
        shutil.rmtree(UNPACKED / folder)


def _run(command: Sequence[str]) -> None:
    done = subprocess.run(command, cwd=UNPACKED, capture_output=True, text=True, check=False, timeout=FETCH_SECONDS)
    if done.returncode:
        msg = f"{' '.join(command)} failed; install prometheus on the PATH instead:\n{done.stderr[-2000:]}"
        raise PrometheusUnavailableError(msg)


class Prometheus:
    """A running Prometheus with our rules, that asks every other second.

    Args:
        folder: for its data, log and configuration.
        port: to listen on, on loopback.
        workers: host and port of each.
    """

    def __init__(self, folder: Path, port: int, workers: Sequence[str]) -> None:
        self.place = f"127.0.0.1:{port}"
        self._log = (folder / "prometheus.log").open("wb")
        config = folder / "prometheus.json"  # JSON is YAML
        config.write_text(json.dumps(configuration(workers)))
        command = [find("prometheus"), f"--config.file={config}", f"--storage.tsdb.path={folder / 'data'}"]
        listen = f"--web.listen-address={self.place}"
        self._process = subprocess.Popen([*command, listen], stdout=self._log, stderr=self._log)

    def __enter__(self) -> Self:
        """Wait until it answers."""
        try:
            self.wait_for(lambda: bool(self.get("status/buildinfo")))
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *reason: object) -> None:
        """Stop it; its data is the test's."""
        self._process.kill()
        self._process.wait()
        self._log.close()

    def wait_for(self, what: Callable[[], bool]) -> None:
        """Wait until something holds.

        Raises:
            PrometheusUnavailableError: it ended, or waited in vain.
        """
        deadline = time.monotonic() + PATIENCE
        while not what():
            if self._process.poll() is not None or time.monotonic() > deadline:
                msg = f"waited in vain:\n{Path(self._log.name).read_text(errors='replace')[-3000:]}"
                raise PrometheusUnavailableError(msg)
            time.sleep(SECONDS_BETWEEN_LOOKS)

    def get(self, path: str, **parameters: str) -> Any:
        """Ask its HTTP API; None while it does not answer."""
        try:
            with urllib.request.urlopen(
                f"http://{self.place}/api/v1/{path}?{urllib.parse.urlencode(parameters)}", timeout=10
            ) as answer:
                return json.loads(answer.read())["data"]
        except urllib.error.HTTPError as error:
            if error.code == HTTPStatus.SERVICE_UNAVAILABLE:  # it is starting
                return None
            msg = f"{path} {parameters}: {error.read().decode(errors='replace')}"
            raise AssertionError(msg) from None
        except OSError:
            return None

    def query(self, query: str) -> list[Any]:
        """Return the samples of an instant query, each with `metric` and `value`."""
        found = self.get("query", query=query)
        return list(found["result"]) if found else []

    def value(self, query: str) -> float | None:
        """Return the one value of a query, None where it has none."""
        found = self.query(query)
        return float(found[0]["value"][1]) if found else None


def configuration(workers: Sequence[str]) -> dict[str, Any]:
    """Return what is shipped, at a pace for tests and with these workers."""
    return {
        "global": {"scrape_interval": SCRAPE, "scrape_timeout": SCRAPE, "evaluation_interval": SCRAPE},
        "rule_files": [str(DEPLOYED / "rules" / "*.yml")],
        "scrape_configs": [{"job_name": "news-streams", "static_configs": [{"targets": list(workers)}]}],
    }


if __name__ == "__main__":
    sys.stdout.write(f"{find('prometheus')} {find('promtool')}\n")
