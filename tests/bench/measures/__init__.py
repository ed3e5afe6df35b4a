"""One module a measure: `ROWS` says what is shown and what must be reached, `sample()` takes each figure once."""
