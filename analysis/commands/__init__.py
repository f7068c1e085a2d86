"""What the commands of ``tessy-detect`` do: one module a command, its options and its work."""
