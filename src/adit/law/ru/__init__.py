"""Russia, 2020 to today: the law in force, and the proposals of 2022, 2023 and 2026 beside it."""
