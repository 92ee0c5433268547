"""`judge lsp`: the judge in an editor, by the Language Server Protocol."""
