"""Iran, 2019 to 2024: licence, a tariff tied to the export price, seasonal bans, coins for the central bank."""
