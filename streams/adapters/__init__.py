"""What joins the pure pipeline to the world: Kafka, files, metrics, the web, processes."""
