"""Readers: from the bytes of a file to rows of text under the contract's column names. They judge no value."""
