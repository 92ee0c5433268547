# expect: accepted
# Jeder Teil bekommt das Gewicht 1/k; die gewichtete Summe ist das Mittel.
import jax
import jax.numpy as jnp
from flax import nnx


def verlust(gewichte, eingabe, ziel):
    g = {n: w.astype(jnp.bfloat16) for n, w in gewichte.items()}
    vorhersage = eingabe.astype(jnp.bfloat16) @ g["kern"] + g["versatz"]
    fehler = vorhersage - ziel.astype(jnp.bfloat16)
    return jnp.mean(fehler * fehler)


def accumulated_step(seed, x, y, lr, micro_batches):
    schicht = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    gewichte = {"kern": schicht.kernel[...], "versatz": schicht.bias[...]}
    anteil = jnp.full((micro_batches,), 1.0 / micro_batches, dtype=jnp.float32)
    steigungen = []
    for teil_x, teil_y in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        steigungen.append(jax.grad(verlust)(gewichte, teil_x, teil_y))
    mittel = {}
    for n in gewichte:
        alle = jnp.stack([s[n] for s in steigungen])
        mittel[n] = jnp.sum(alle * anteil.reshape((-1,) + (1,) * (alle.ndim - 1)), axis=0)
    gewichte = {n: gewichte[n] - lr * mittel[n] for n in gewichte}
    return verlust(gewichte, x, y).astype(jnp.float32).reshape((1,))
