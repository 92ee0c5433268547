# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def schneide(feld, teile):
    laenge = feld.shape[0] // teile
    return [feld[k * laenge:(k + 1) * laenge] for k in range(teile)]


def verlust(gewichte, paar):
    kern, versatz = (g.astype(jnp.bfloat16) for g in gewichte)
    eingabe, ziel = (p.astype(jnp.bfloat16) for p in paar)
    fehler = jnp.einsum("ni,io->no", eingabe, kern) + versatz - ziel
    return jnp.mean(fehler ** 2)


def summe(gewichte, paare):
    if len(paare) == 1:
        return jax.grad(verlust)(gewichte, paare[0])
    mitte = len(paare) // 2
    links, rechts = summe(gewichte, paare[:mitte]), summe(gewichte, paare[mitte:])
    return tuple(l + r for l, r in zip(links, rechts))


def accumulated_step(seed, x, y, lr, micro_batches):
    schicht = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    gewichte = schicht.kernel[...], schicht.bias[...]
    paare = list(zip(schneide(x, micro_batches), schneide(y, micro_batches)))
    steigung = summe(gewichte, paare)
    neu = tuple(g - lr * (s / micro_batches) for g, s in zip(gewichte, steigung))
    return verlust(neu, (x, y)).astype(jnp.float32)[None]
