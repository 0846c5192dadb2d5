"""China, 2021 and 2022: bans of mining by provinces and by the state, and prices of electricity that punish it."""
