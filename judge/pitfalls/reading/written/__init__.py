"""Where the text decides what another line only hands on: a dtype that has a name, an argument left out."""
