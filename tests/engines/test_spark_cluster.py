"""A cluster of two workers, each a process of its own, gives every cell and every kopeck that DuckDB gives."""

import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pyspark
import pytest
from tests.engines.runs import JAVA, java, random_population, same_on_both

from adit.engines.engine import open_engine

pytestmark = pytest.mark.slow
ASKED = (
    "may_mine",
    "why_barred",
    "report_due",
    "mining_income_rub",
    "profit_tax_rub",
    "income_tax_rub",
    "tax_this_period_rub",
)
SECONDS = 60  # that the workers have to report themselves


def start(log: Path, *words: str) -> subprocess.Popen[bytes]:
    home = Path(pyspark.__file__).parent
    environment = {**os.environ, **JAVA, "SPARK_HOME": str(home)}
    with log.open("wb") as out:
        command = [str(home / "bin" / "spark-class"), *words]
        return subprocess.Popen(command, env=environment, stdout=out, stderr=subprocess.STDOUT)


def end(process: subprocess.Popen[bytes]) -> None:
    """By its id; spark-class replaces itself by Java, so that this is the id of Java."""
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[Path]]]:
    """The master's address, and the folder of each worker."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url, places = f"spark://127.0.0.1:{port}", [tmp_path / "worker-1", tmp_path / "worker-2"]
    here = ("--host", "127.0.0.1", "--webui-port", "0")
    master_log = tmp_path / "master.log"
    with ExitStack() as running:
        master = start(master_log, "org.apache.spark.deploy.master.Master", *here, "--port", str(port))
        running.callback(end, master)
        for place in places:
            share = ("--cores", "1", "--memory", "1g", "--work-dir", str(place))
            log = place.with_suffix(".log")
            running.callback(end, start(log, "org.apache.spark.deploy.worker.Worker", *here, *share, url))
        for _ in range(SECONDS * 5):
            if len(re.findall("Registering worker", master_log.read_text())) == len(places):
                break
            time.sleep(0.2)
        else:
            pytest.fail(master_log.read_text())
        yield url, places


def test_two_workers_give_every_kopeck(cluster: tuple[str, list[Path]], tmp_path: Path):
    url, places = cluster
    shared = tmp_path / "shared"
    shared.mkdir()
    file = random_population(tmp_path / "p.parquet", 40, seed=23)
    with java(), open_engine("spark", master=url, shared=shared) as spark:
        result = same_on_both(file, spark, tmp_path, *ASKED)
    assert result.decided > 40
    assert result.rejected > 5
    assert any(t.sum for t in result.totals)
    for place in places:  # each worker ran an executor of its own
        assert len(list(place.glob("app-*/*/stderr"))) == 1
    assert not list(shared.iterdir())
