"""The daemon: the scheduled service, its messages, its logs."""
