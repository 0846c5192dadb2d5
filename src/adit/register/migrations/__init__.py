"""The tables of an office, in the order in which they came about. Each file is one step and is never changed once it is published."""
