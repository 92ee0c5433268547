# expect: accepted
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

OBERGRENZE = np.float32(2**24)
UNTERGRENZE = np.float32(1)


def halbieren(baum):
    """Macht aus allen Blaettern halbe Genauigkeit."""
    return [jnp.asarray(blatt, jnp.float16) for blatt in baum]


def verlust(gewichte, eingabe, ziel):
    kern, versatz = halbieren(gewichte)
    fehler = ziel - (eingabe @ kern + versatz)
    return (fehler**2).mean()


def alles_endlich(steigungen):
    return all((np.asarray(s) * np.float32(0) == 0).all() for s in steigungen)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    schicht = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    gewichte = [schicht.kernel[...], schicht.bias[...]]
    eingabe, ziel = halbieren([x, y])
    faktor = np.float32(loss_scale)          # ein numpy-Skalar, also nicht schwach

    # np.float32 mal float16 waere schon float32; der Umweg aendert nichts
    def vergroessert(g):
        return verlust(g, eingabe, ziel).astype(jnp.float32) * faktor

    steigungen = [np.asarray(s, np.float32) / faktor for s in jax.grad(vergroessert)(gewichte)]
    with np.errstate(invalid='ignore'):
        endlich = alles_endlich(steigungen)
    if endlich:
        gewichte = [g - np.float32(lr) * s for g, s in zip(gewichte, steigungen)]
        zaehler = good_steps + 1
        if not zaehler < growth_interval:
            faktor, zaehler = np.minimum(faktor + faktor, OBERGRENZE), 0
    else:
        faktor, zaehler = np.maximum(faktor / 2, UNTERGRENZE), 0
    return jnp.array([verlust(gewichte, eingabe, ziel), faktor, zaehler], jnp.float32)
