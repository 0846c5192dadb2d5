"""Kosovo, 2021 and 2022: mining banned by emergency measures."""
