"""Adit holds no key, signs no transaction and sends none. The source is searched for whatever would: imports, calls, names of remote procedures.

Verifying is allowed where it is done now. The journal's checkpoints are signed with a key of the office, which is none of coins; this too has its places.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "adit"

# libraries that make, hold or use keys of coins, or send transactions
LIBRARIES = {
    "bit", "bitcoin", "bitcoinlib", "bitcoinrpc", "bip32", "bip32utils", "bip_utils", "bitcointx", "btclib", "coincurve", "ecdsa", "electrum", "embit", "eth_account",
    "eth_keys", "fastecdsa", "hdwallet", "mnemonic", "pycoin", "python_bitcointx", "secp256k1", "solana", "solders", "tronpy", "web3", "wallycore", "trezorlib",
}  # fmt: skip
# where a library of curves is used to verify, and what of it
VERIFIES = {"register/control.py": {"coincurve.PublicKey"}}
# where the office's own key signs what is none of coins: checkpoints of the journal
SIGNS = {"journal/store.py", "journal/checkpoint.py"}
PROCEDURES = re.compile(
    r"sendrawtransaction|signrawtransaction\w*|walletprocesspsbt|walletcreatefundedpsbt|finalizepsbt|signmessage\w*|sendtoaddress|sendmany|\bsendall\b|fundrawtransaction"
    r"|createrawtransaction|createwallet|dumpprivkey|importprivkey|importdescriptors|walletpassphrase|submitpackage|testmempoolaccept|bumpfee|psbtbumpfee|combinepsbt"
    r"|eth_send\w*|eth_sign\w*|personal_sign|broadcast_?transaction|/api/tx\b|/pushtx|/tx/push",
    re.IGNORECASE,
)
MAKES_KEYS = {
    "PrivateKey",
    "PrivKey",
    "SigningKey",
    "HDKey",
    "from_mnemonic",
    "from_seed",
    "from_wif",
    "sign_recoverable",
    "sign_schnorr",
    "ecdsa_sign",
    "schnorr_sign",
}
CALLS = {
    "sign",
    "sign_transaction",
    "sign_message",
    "sign_tx",
    "sign_psbt",
    "sign_recoverable",
    "broadcast",
    "send_raw_transaction",
}


def modules() -> dict[str, str]:
    return {p.relative_to(SOURCE).as_posix(): p.read_text(encoding="utf-8") for p in sorted(SOURCE.rglob("*.py"))}


def faults(name: str, text: str) -> list[str]:
    """Whatever in a module could sign or send. `name` is its path under src/adit."""
    tree = ast.parse(text)
    docstrings = _docstrings(tree)
    found = [
        f"{name}:{line} imports {module}"
        for line, module in _imports(tree)
        if module.split(".")[0] in LIBRARIES and module not in _verified(name)
    ]
    for node in ast.walk(tree):
        called = node.func if isinstance(node, ast.Call) else None
        word = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
        of_numbers = (
            isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.value.id == "np"
        )
        if word in CALLS and name not in SIGNS and not of_numbers:
            found.append(f"{name}:{node.lineno} calls {word}()")  # type: ignore[attr-defined]
        if isinstance(node, ast.Name | ast.Attribute):
            used = node.id if isinstance(node, ast.Name) else node.attr
            if used in MAKES_KEYS and name not in SIGNS:
                found.append(f"{name}:{node.lineno} uses {used}")
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docstrings:
            found += [f"{name}:{node.lineno} names {m[0]}" for m in PROCEDURES.finditer(node.value)]
    return found


def _verified(name: str) -> set[str]:
    allowed = VERIFIES.get(name, set())
    return allowed | {a.rpartition(".")[0] for a in allowed}


def _imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                yield node.lineno, f"{node.module}.{alias.name}"


def _docstrings(tree: ast.AST) -> set[ast.expr]:
    owners = (n for n in ast.walk(tree) if isinstance(n, ast.Module | ast.FunctionDef | ast.ClassDef) and n.body)
    return {o.body[0].value for o in owners if isinstance(o.body[0], ast.Expr)}


def test_there_is_something_to_search():
    names = modules()
    assert len(names) > 200
    assert {
        "register/control.py",
        "settlement/transitions.py",
        "evidence/sources/core_node.py",
        "cli/settlement.py",
    } <= names.keys()


def test_nothing_signs_a_transaction_or_sends_one():
    assert [fault for name, text in modules().items() for fault in faults(name, text)] == []


def test_the_places_that_are_allowed_are_there_and_need_it():
    """An allowance that nobody needs any more is taken away, so that nothing grows behind it."""
    text = modules()
    for name, allowed in VERIFIES.items():
        assert {m for _, m in _imports(ast.parse(text[name])) if m.split(".")[0] in LIBRARIES} == allowed
    for name in SIGNS:
        assert re.search(r"\bsign\w*\(|SigningKey|PrivateKey", text[name]), name


def test_scripts_and_templates_of_the_desk_name_no_such_procedure():
    files = [p for p in SOURCE.rglob("*") if p.suffix in (".js", ".html", ".toml", ".sql") and "vendor" not in p.parts]
    assert len(files) > 20
    assert [f"{p.name}: {m[0]}" for p in files for m in PROCEDURES.finditer(p.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("from coincurve import PrivateKey", "imports coincurve.PrivateKey"),
        ("from coincurve import PublicKey", "imports coincurve.PublicKey"),
        ("import ecdsa", "imports ecdsa"),
        ("def f():\n    import web3.eth", "imports web3.eth"),
        ("from embit.bip32 import HDKey", "imports embit.bip32.HDKey"),
        ("node.call('sendrawtransaction', raw)", "names sendrawtransaction"),
        ("METHOD = 'signrawtransactionwithkey'", "names signrawtransactionwithkey"),
        ("url = base + '/api/tx'", "names /api/tx"),
        ("key.sign(digest)", "calls sign()"),
        ("wallet.broadcast(tx)", "calls broadcast()"),
        ("k = curve.PrivateKey(b'')", "uses PrivateKey"),
        ("x = f'{host}/pushtx'", "names /pushtx"),
    ],
)
def test_the_search_would_find_it(text: str, fault: str):
    assert any(fault in f for f in faults("settlement/running.py", text)), faults("settlement/running.py", text)


def test_verifying_stays_where_it_is():
    assert faults("register/control.py", "from coincurve import PublicKey") == []
    assert faults("settlement/seen.py", "from coincurve import PublicKey") != []
    assert faults("register/control.py", "from coincurve import PrivateKey") != []


def test_a_docstring_may_say_what_is_not_done():
    assert faults("settlement/x.py", '"""Never calls sendrawtransaction."""') == []
