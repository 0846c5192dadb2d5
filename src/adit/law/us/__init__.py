"""United States: acts of states and counties, and what the federal government proposed beside them."""
