"""Statistics that SQL is wrong for, as pure functions over plain values."""
