"""One file per contestant: what a user would write with that library, so that nothing is lost when it is killed.

Each acknowledges its input only after the broker has acknowledged what came of it, publishes with acks=all, lz4 and 5 ms of
linger, works on batches of the task's size, and stops in order at SIGTERM.
"""
