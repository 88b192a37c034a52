"""Where Faust and aiokafka do not do what a worker of ours needs, and what is done instead."""
