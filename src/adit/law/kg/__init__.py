"""Kyrgyzstan: tax, tariff and winter stops of mining, 2019 to 2026."""
