"""`judge cluster`: try out, and secure, a Dask cluster."""
