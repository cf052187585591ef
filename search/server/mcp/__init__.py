"""An MCP server: a model asks for tools, and gets passages with citations. `qianli mcp` runs it."""
