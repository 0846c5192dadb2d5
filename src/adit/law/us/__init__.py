"""United States: what single states say of mining, and the federal proposals beside it."""
