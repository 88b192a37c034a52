"""The stages of the pipeline, a verb each: decode, extract, enrich, route; and dead_letter for what fails."""
