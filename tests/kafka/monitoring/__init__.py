"""A worker watched by a real Prometheus: what it shows, the rules, the dashboard. `make test-monitoring` runs these."""
