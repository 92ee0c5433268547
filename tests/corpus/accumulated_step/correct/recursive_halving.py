# expect: accepted
# Die Summe als Baum: links und rechts getrennt, dann zusammen.
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def verlust(modell, x, y):
    bauplan, werte = nnx.split(modell, nnx.Param)
    klein = nnx.merge(bauplan, jax.tree.map(lambda w: w.astype(jnp.bfloat16), werte))
    fehler = klein(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)
    return jnp.mean(fehler * fehler)


def summe(modell, teile):
    match teile:
        case [(x, y)]:
            return nnx.grad(verlust)(modell, x, y)
        case [*_]:
            mitte = len(teile) // 2
            return jax.tree.map(jnp.add, summe(modell, teile[:mitte]), summe(modell, teile[mitte:]))


def accumulated_step(seed, x, y, lr, micro_batches):
    modell = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimierer = nnx.Optimizer(modell, optax.sgd(lr), wrt=nnx.Param)
    teile = list(zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)))
    mittel = jax.tree.map(lambda g: g / len(teile), summe(modell, teile))
    optimierer.update(modell, mittel)
    return verlust(modell, x, y).astype(jnp.float32).reshape(1)
