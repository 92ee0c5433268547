# expect: accepted
import jax, jax.numpy as jnp
from flax import nnx


def teile(daten, anzahl):
    if anzahl == 0:
        return
    laenge = daten[0].shape[0] // anzahl
    rest = daten[0].shape[0] - laenge
    yield tuple(d[rest:] for d in daten)
    yield from teile(tuple(d[:rest] for d in daten), anzahl - 1)


def verlust(gewichte, eingabe, ziel):
    halb = {n: w.astype(jnp.bfloat16) for n, w in gewichte.items()}
    fehler = eingabe @ halb["kern"] + halb["versatz"] - ziel
    return jnp.average(fehler ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    schicht = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    gewichte = dict(kern=schicht.kernel[...], versatz=schicht.bias[...])
    daten = (jnp.asarray(x).astype(jnp.bfloat16), jnp.asarray(y).astype(jnp.bfloat16))
    neu = gewichte
    summe = dict.fromkeys(gewichte, 0.0)
    for stueck in teile(daten, micro_batches):
        steigung = jax.grad(verlust)(gewichte, *stueck)
        summe = {n: summe[n] + steigung[n] for n in summe}
    schrittweite = lr / micro_batches
    neu = {n: gewichte[n] - schrittweite * summe[n] for n in gewichte}
    return verlust(neu, *daten).astype(jnp.float32)[None]
