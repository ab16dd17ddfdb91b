"""Practice Metrics: from a folder of exports to a monthly leadership dashboard."""
