# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx

HALB = jnp.float16
GANZ = jnp.float32
OBEN, UNTEN = 2.0**24, 1.0


def verlust(gewichte, eingabe, ziel):
    kern, achsenabschnitt = gewichte
    vorhersage = jnp.tensordot(eingabe, kern, axes=1) + achsenabschnitt
    return jnp.average(jnp.power(ziel - vorhersage, 2))


def training(gewichte, eingabe, ziel, rate, faktor, gute, abstand):
    """Gibt vor jedem Schritt den Zustand heraus."""
    while True:
        halbe = tuple(g.astype(HALB) for g in gewichte)
        yield verlust(halbe, eingabe, ziel).astype(GANZ), faktor, gute
        gross = lambda w: verlust(w, eingabe, ziel).astype(GANZ) * faktor
        steigung = tuple(s.astype(GANZ) / faktor for s in jax.grad(gross)(halbe))
        if any(not bool(jnp.isfinite(s).all()) for s in steigung):
            faktor, gute = max(faktor / 2, UNTEN), 0
            continue
        gewichte = tuple(g - rate * s for g, s in zip(gewichte, steigung))
        gute += 1
        if gute == abstand:
            faktor, gute = min(faktor * 2, OBEN), 0


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    netz = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    lauf = training(
        (netz.kernel[...], netz.bias[...]), jnp.asarray(x, HALB), jnp.asarray(y, HALB),
        lr, loss_scale, good_steps, growth_interval,
    )
    next(lauf)
    return jnp.array(next(lauf), dtype=GANZ)
