"""Agents: thin consumers that give records to the pipeline, publish what comes out and only then ack."""
