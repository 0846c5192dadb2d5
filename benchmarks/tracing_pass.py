"""Haircut, poison over 64 sources and least hops in one pass over ten million transactions, beside scipy's triangular solve of the haircut.

    python -m benchmarks.tracing_pass [--transactions 10000000] [--repeat 5] [--peer-transactions N] [--without-peer]

The chain is made up: a coinbase every 2,000 transactions, 2.17 inputs and 2.18 outputs a transaction in the mean, spending that prefers what
is recent (the place from the newest unspent output is the cube of a uniform number), amounts split at random, fees of 200 to 20,000 satoshi.
A tenth of the coinbases are sources, with 64 names in turn. A real chain has older coins among those spent, so more looks at far memory.

The peer solves (I - A) x = b with one row a transaction, where A holds the share of each transaction's coins that another passed on, in
floating numbers. It gives the haircut alone: no poison, no hops, and satoshi only nearly. Its matrix is made before the clock runs. It is called
twice: as anybody would, and told that the diagonal is of ones, which saves it half of its work.

Each figure is of a fresh process, the best of several passes; CPU time of one core, without the making of the chain and without compiling.
Following back is measured on unspent outputs taken at random, each with a budget of 100,000 fragments.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numba import njit

from adit.tracing.backward import COINBASE, origins
from adit.tracing.forward import Flow, Sources, forward
from adit.tracing.graph import Graph, graph_of, spent_by
from adit.tracing.linking import link

PER_BLOCK = 2_000
_MORE_INPUTS, _MORE_OUTPUTS = 0.539, 0.5413  # the chance of one more, so that the means are 2.17 and 2.18
_BUDGET, _COINS = 100_000, 200


def main() -> None:
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--transactions", type=int, default=10_000_000)
    asked.add_argument("--peer-transactions", type=int, help="the peer needs more than four gigabytes for ten million")
    asked.add_argument("--repeat", type=int, default=5)
    asked.add_argument("--without-peer", action="store_true")
    asked.add_argument("--part", choices=("ours", "peer", "linking"), help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.part:
        part: dict[str, Callable[[int, int], dict[str, Any]]] = {"ours": _ours, "peer": _peer, "linking": _linking}
        print(json.dumps(part[given.part](given.transactions, given.repeat)))
        return
    ours = _run("ours", given.transactions, given.repeat)
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}; "
        f"{ours['inputs']:.2f} inputs and {ours['outputs']:.2f} outputs a transaction, {ours['poisoned']:.1%} of outputs poisoned, "
        f"{ours['marked']:.1%} with marked satoshi"
    )
    print("| what | transactions | million transactions/s | most memory |\n|---|---|---|---|")
    _row("adit: haircut, poison of 64 sources, hops", ours)
    peers = []
    if not given.without_peer:
        count = given.peer_transactions or given.transactions
        peer = _run("peer", count, min(given.repeat, 3))
        same = ours if count == given.transactions else _run("ours", count, given.repeat)
        if same is not ours:
            _row("adit: the same", same)
        _row("scipy spsolve_triangular: haircut", peer)
        _row("scipy spsolve_triangular, told of the unit diagonal", peer | {"rate": peer["rate_unit"]})
        peers.append((same, peer))
    linking = _run("linking", min(given.transactions, 2_000_000), 1)
    _row("adit: linking (txid, vout) to places", linking)
    for same, peer in peers:
        print(
            f"\n{same['rate'] / peer['rate']:.1f} times scipy's solve, {same['rate'] / peer['rate_unit']:.1f} times the quickest way to "
            f"call it; its matrix took {peer['made_s']:.1f} s more; the haircuts differ by at most {peer['off_sat']:,.0f} satoshi in a transaction"
        )
    print(
        f"\nput in {ours['put_in_sat']:,} satoshi = unspent {ours['unspent_sat']:,} + fees {ours['fees_sat']:,}: off by {ours['off_sat']}\n"
        f"following back: {ours['coins_per_s']:,.0f} unspent outputs/s, {ours['fragments_per_s'] / 1e6:.2f} million fragments/s; "
        f"median {ours['fragments_median']:,.0f} fragments, {ours['resolved']:.1%} of the satoshi traced to new coins"
    )
    assert ours["off_sat"] == 0


def _row(what: str, told: dict[str, Any]) -> None:
    print(f"| {what} | {told['transactions']:,} | {told['rate'] / 1e6:.1f} | {told['peak_mb'] / 1000:.1f} GB |")


def _run(part: str, transactions: int, repeat: int) -> dict[str, Any]:
    program = [
        sys.executable,
        "-m",
        "benchmarks.tracing_pass",
        "--part",
        part,
        "--transactions",
        str(transactions),
        "--repeat",
        str(repeat),
    ]
    out = subprocess.run(program, check=True, capture_output=True, text=True).stdout
    told: dict[str, Any] = json.loads(out)
    return told


def _peak_mb() -> float:
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1000


def made(transactions: int) -> Graph:
    """The made-up chain; the same for the same number."""
    output_first, input_first, prev, amount = _make(transactions, PER_BLOCK, 1)
    return graph_of(output_first, input_first, prev, amount)


def sources(graph: Graph) -> Sources:
    """A tenth of the coinbases, by 64 names."""
    coinbases = np.flatnonzero(graph.input_first[1:] == graph.input_first[:-1])
    chosen = np.sort(np.random.default_rng(1).choice(coinbases, max(len(coinbases) // 10, 1), replace=False))
    bits = np.uint64(1) << (np.arange(len(chosen)) % 64).astype(np.uint64)
    return Sources(tuple(f"source {n}" for n in range(64)), graph.output_first[chosen], bits)


def _ours(transactions: int, repeat: int) -> dict[str, Any]:
    small = made(5_000)
    flow = forward(small, sources(small))  # compiles
    origins(small, 4_000, budget=10)
    graph = made(transactions)
    named, best, records = sources(graph), float("inf"), None
    for _ in range(repeat + 1):
        begun = time.process_time()
        flow = forward(graph, named, records=records)
        best, records = min(best, time.process_time() - begun), flow.records
    unspent = np.flatnonzero(spent_by(graph) < 0)
    held = int(flow.marked_sat[unspent].sum())
    peak = _peak_mb()
    back = _back(graph, unspent)
    return {
        "transactions": transactions, "rate": transactions / best, "peak_mb": peak, "put_in_sat": flow.put_in_sat,
        "unspent_sat": held, "fees_sat": flow.with_fees_sat, "off_sat": flow.put_in_sat - flow.with_fees_sat - held,
        "inputs": len(graph.prev) / transactions, "outputs": graph.outputs / transactions,
        "poisoned": float((flow.bits != 0).mean()), "marked": float((flow.marked_sat > 0).mean()), **back,
    }  # fmt: skip


def _back(graph: Graph, unspent: Any) -> dict[str, Any]:
    coins = np.random.default_rng(2).choice(unspent, _COINS)
    counts, resolved, begun = [], 0, time.process_time()
    for coin in coins:
        found = origins(graph, int(coin), budget=_BUDGET)
        counts.append(len(found.sat))
        resolved += found.ended_sat(COINBASE)
    used = time.process_time() - begun
    return {
        "coins_per_s": len(coins) / used, "fragments_per_s": sum(counts) / used, "fragments_median": float(np.median(counts)),
        "resolved": resolved / max(int(graph.amount_sat[coins].sum()), 1),
    }  # fmt: skip


def _peer(transactions: int, repeat: int) -> dict[str, Any]:
    from scipy.sparse import csr_matrix
    from scipy.sparse.linalg import spsolve_triangular

    graph = made(transactions)
    named = sources(graph)
    begun = time.process_time()
    matrix, right = _equations(graph, named, csr_matrix)
    made_s = time.process_time() - begun
    best = {True: float("inf"), False: float("inf")}
    for told in (False, True) * repeat:
        begun = time.process_time()
        solved = spsolve_triangular(matrix, right, lower=True, unit_diagonal=told)
        best[told] = min(best[told], time.process_time() - begun)
    peak = _peak_mb()
    del matrix
    return {
        "transactions": transactions, "rate": transactions / best[False], "rate_unit": transactions / best[True], "peak_mb": peak,
        "made_s": made_s,
        "off_sat": float(np.abs(solved - _by_transaction(graph, forward(graph, named))).max()),
    }  # fmt: skip


def _equations(graph: Graph, named: Sources, build: Any) -> tuple[Any, Any]:
    """Row t: the marked satoshi of t less the shares of those that paid it. A source's coinbase has all of its coins marked."""
    count = graph.transactions
    maker = np.repeat(np.arange(count, dtype=np.int32), np.diff(graph.output_first))
    paid = np.add.reduceat(graph.amount_sat, graph.output_first[:-1])
    whole = np.where(graph.input_sat > 0, graph.input_sat, np.maximum(paid, 1)).astype(np.float64)
    column = maker[graph.prev]
    share = -(graph.amount_sat[graph.prev] / whole[column])
    row = np.repeat(np.arange(count, dtype=np.int32), np.diff(graph.input_first))
    diagonal = np.arange(count, dtype=np.int32)
    matrix = build(
        (
            np.concatenate([share, np.ones(count)]),
            (np.concatenate([row, diagonal]), np.concatenate([column, diagonal])),
        ),
        (count, count),
    )
    right = np.zeros(count)
    right[maker[named.outputs]] = graph.amount_sat[named.outputs]
    return matrix, right


def _by_transaction(graph: Graph, flow: Flow) -> Any:
    """What each transaction was given of marked satoshi; of a source's coinbase what it holds."""
    before = np.concatenate([[0], np.cumsum(flow.marked_sat[graph.prev])])
    given = before[graph.input_first[1:]] - before[graph.input_first[:-1]]
    own = np.add.reduceat(flow.marked_sat, graph.output_first[:-1])
    return np.where(graph.input_first[1:] == graph.input_first[:-1], own, given)


def _linking(transactions: int, _repeat: int) -> dict[str, Any]:
    graph = made(transactions)
    chance = np.random.default_rng(3)
    txid = chance.integers(0, 256, (transactions, 32), np.uint8)
    maker = np.repeat(np.arange(transactions), np.diff(graph.output_first))[graph.prev]
    spends, vout = txid[maker], graph.prev - graph.output_first[maker]
    first = slice(0, 1_000)
    link(
        txid[first],
        graph.output_first[:1_001],
        graph.input_first[:1_001],
        spends[: graph.input_first[1_000]],
        vout[: graph.input_first[1_000]],
    )
    begun = time.process_time()
    prev, _ = link(txid, graph.output_first, graph.input_first, spends, vout)
    used = time.process_time() - begun
    assert np.array_equal(prev, graph.prev)
    return {"transactions": transactions, "rate": transactions / used, "peak_mb": _peak_mb()}


@njit(cache=True)
def _make(count: int, per_block: int, seed: int) -> tuple[Any, Any, Any, Any]:
    np.random.seed(seed)
    output_first, input_first = np.empty(count + 1, np.int32), np.empty(count + 1, np.int32)
    room = int(count * 2.5) + 1_000
    prev, amount, unspent = np.empty(room, np.int32), np.empty(room, np.int64), np.empty(room, np.int32)
    outputs, inputs, waiting, fees = 0, 0, 0, 0
    for t in range(count):
        output_first[t], input_first[t] = outputs, inputs
        if t % per_block == 0 or waiting < 64:
            amount[outputs] = 5_000_000_000 + fees
            unspent[waiting] = outputs
            fees, outputs, waiting = 0, outputs + 1, waiting + 1
            continue
        given, wanted = 0, 1
        while wanted < 200 and wanted < waiting and np.random.random() < _MORE_INPUTS:
            wanted += 1
        for _ in range(wanted):
            at = waiting - 1 - int(waiting * np.random.random() ** 3)
            prev[inputs] = unspent[at]
            given += amount[unspent[at]]
            waiting, inputs = waiting - 1, inputs + 1
            unspent[at] = unspent[waiting]
        pays = 1
        while pays < 200 and np.random.random() < _MORE_OUTPUTS:
            pays += 1
        fee = min(given, np.random.randint(200, 20_000))
        fees += fee
        left = given - fee
        for k in range(pays):
            held = left if k == pays - 1 else int(left * np.random.random())
            amount[outputs] = held
            unspent[waiting] = outputs
            left, outputs, waiting = left - held, outputs + 1, waiting + 1
    output_first[count], input_first[count] = outputs, inputs
    return output_first, input_first, prev[:inputs].copy(), amount[:outputs].copy()


if __name__ == "__main__":
    main()
