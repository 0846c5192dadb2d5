"""Kazakhstan, 2020 to 2026: notice, then licence; a levy on the electricity of mining; and the levy as a bill had it."""
