"""What others see of a worker, and how it ends: metrics, health, the watchdog, exit codes."""
