"""Writes the files of this folder: labels for scripts of the first 4,313 blocks. All names are invented; nobody here was ever listed."""

from pathlib import Path

HERE = Path(__file__).parent
BLOCK_9 = "410411db93e1dcdb8a016b49840f8c53bc1eb68a382e97b1482ecad7b148a6909a5cb2e0eaddfb84ccf9744464f82e160bfa9b8b64f9d4c03f999b8643f656b412a3ac"
BLOCK_360 = "41044ca7baf6d8b658abd04223909d82f1764740bdc9317255f54e4910f888bd82950e33236798517591e4c2181f69b5eaa2fa1f21866780a0cc5d8396a04fd36310ac"
BLOCK_183 = "4104baa9d36653155627c740b3409a734d4eaf5dcca9fb4f736622ee18efcf0aec2b758b2ec40db18fbae708f691edb2d4a2a3775eb413d16e2e3c0f8d4c69119fd1ac"
FILES = {
    "listed.csv": f"script_hex,name,entry,content_date\n{BLOCK_9},Invented list,7,2026-02-01\n",
    "stops.csv": "script_hex,name,kind,basis,entry,content_date\n"
    f"{BLOCK_9},Invented list,listed,list entry,7,2026-02-01\n"
    f"{BLOCK_183},Invented exchange,exchange,signed declaration,D-12,2026-01-15\n",
    "miners.csv": f"script_hex,miner_id\n{BLOCK_360},RU-000360\n",
    "rules.toml": """# When an indirect exposure counts: all three bounds together. Invented, for the example; an act or an office sets its own.
[[rule]]
id = "example-1"
measure = "haircut"        # or fifo, poison
hops_most = 5
sat_least = 100_000_000    # one coin
share_least_ppm = 100_000  # a tenth
from = 2026-01-01
cite = "Invented order 1 of 2025-12-15"
""",
}

if __name__ == "__main__":
    for name, text in FILES.items():
        (HERE / name).write_text(text, encoding="utf-8")
