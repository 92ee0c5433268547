"""What a store is asked beside results themselves: which there are, of which runs, and what came before."""
