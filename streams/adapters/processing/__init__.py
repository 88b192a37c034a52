"""Work on records: read within bounds, run off the event loop, given up where it hangs, published and confirmed."""
