"""The same judge on many machines: Dask's `distributed` hands submissions out, each node judges them."""
