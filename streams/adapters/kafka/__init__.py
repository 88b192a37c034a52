"""A Kafka broker as we ask it: addresses, rights, topics, groups, clients."""
