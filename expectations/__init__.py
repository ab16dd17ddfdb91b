"""The gates: Great Expectations over a staged batch and over the metric values."""
