"""What the Bitcoin chain shows: blocks read and verified, who was paid, by which pool. Not for judging whether that was declared."""
