# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx

HALB = jnp.bfloat16
VOLL = jnp.float32


def halbieren(baum):
    return jax.tree.map(lambda blatt: blatt.astype(HALB), baum)


def verlust(gewichte, eingabe, ziel):
    kern, achse = halbieren(gewichte)
    vorhersage = eingabe @ kern + achse
    fehler = vorhersage - ziel
    return jnp.mean(fehler ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    schicht = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    meister = (schicht.kernel[...], schicht.bias[...])
    x, y = halbieren((x, y))

    anzahl = micro_batches
    zeilen = x.shape[0] // anzahl
    summe = jax.tree.map(lambda m: jnp.zeros(m.shape, VOLL), meister)
    for teil in range(anzahl):
        von, bis = teil * zeilen, (teil + 1) * zeilen
        ableitung = jax.grad(verlust)(meister, x[von:bis], y[von:bis])
        summe = jax.tree.map(lambda s, a: s + a, summe, ableitung)

    mittel = jax.tree.map(lambda s: s / anzahl, summe)
    verfahren = optax.sgd(lr)
    zustand = verfahren.init(meister)
    schritt, zustand = verfahren.update(mittel, zustand, meister)
    meister = optax.apply_updates(meister, schritt)
    return verlust(meister, x, y).astype(VOLL).reshape(1)
