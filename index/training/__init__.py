"""The programs that make the shipped models and tables and fit the constants; README.md lists them. Nobody imports this package."""
