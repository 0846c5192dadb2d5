"""Uzbekistan, 2018 to 2024: registration, then permit, on solar power; multiplied tariffs, monthly fees and fines."""
