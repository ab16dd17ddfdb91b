"""Pages for senior leaders, drawn from masked figures only."""
