"""Canada: what single provinces and their utilities say of mining."""
