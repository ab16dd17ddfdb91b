"""The path as Dagster sees it. Only this folder and definitions.py know the orchestrator; the work is in steps.py."""
