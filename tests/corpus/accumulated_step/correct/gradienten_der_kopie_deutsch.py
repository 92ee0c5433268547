# expect: accepted
from dataclasses import dataclass, field

import jax
import jax.numpy as jnp
import optax
from flax import nnx

halb = jnp.bfloat16
voll = jnp.float32


@dataclass
class Sammler:
    """Sammelt die Gradienten der Teile, in float32."""
    summe: dict = field(default_factory=dict)
    anzahl: int = 0

    def dazu(self, grad):
        self.anzahl += 1
        for name, g in grad.items():
            g = g.astype(voll)                  # vorher war das bfloat16
            self.summe[name] = self.summe[name] + g if name in self.summe else g

    def mittel(self):
        return {name: s / self.anzahl for name, s in self.summe.items()}


def verlust(kopie, eingabe, ziel):
    fehler = eingabe @ kopie["kern"] + kopie["versatz"] - ziel
    return jnp.mean(fehler ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    schicht = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    meister = {"kern": schicht.kernel[...], "versatz": schicht.bias[...]}
    kopie = optax.tree.cast(meister, halb)      # eine Kopie genuegt, sie aendert sich ja nicht
    teile = zip(jnp.split(x.astype(halb), micro_batches), jnp.split(y.astype(halb), micro_batches))
    sammler = Sammler()
    for eingabe, ziel in teile:
        sammler.dazu(jax.grad(verlust)(kopie, eingabe, ziel))
    opt = optax.sgd(lr)
    schritt, _ = opt.update(sammler.mittel(), opt.init(meister))
    meister = optax.apply_updates(meister, schritt)
    ergebnis = verlust(optax.tree.cast(meister, halb), x.astype(halb), y.astype(halb))
    return ergebnis.astype(voll)[None]
