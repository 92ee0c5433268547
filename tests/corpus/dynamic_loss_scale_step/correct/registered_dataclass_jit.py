# expect: accepted
import dataclasses
from functools import partial
import jax
import jax.numpy as jnp
from flax import nnx


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class Zustand:
    kern: jax.Array
    bias: jax.Array
    skala: jax.Array
    gute: jax.Array
    halb: tuple = ()

    def verlust(self, x, y):
        k, b = self.kern.astype(jnp.float16), self.bias.astype(jnp.float16)
        fehler = x @ k + b - y
        return jnp.mean(fehler**2)


@partial(jax.jit, static_argnames=("lr", "intervall"))
def schritt(z, x, y, *, lr, intervall):
    def ziel(kb):
        return dataclasses.replace(z, kern=kb[0], bias=kb[1]).verlust(x, y).astype(jnp.float32) * z.skala

    gk, gb = jax.grad(ziel)((z.kern, z.bias))
    endlich = jnp.isfinite(gk).all() & jnp.isfinite(gb).all()
    n = z.gute + 1
    voll = n >= intervall
    gut = Zustand(z.kern - lr * (gk / z.skala), z.bias - lr * (gb / z.skala),
                  jnp.where(voll, jnp.minimum(z.skala * 2, 2.0**24), z.skala), jnp.where(voll, 0, n), z.halb)
    schlecht = dataclasses.replace(z, skala=jnp.maximum(z.skala / 2, 1.0), gute=jnp.zeros_like(n))
    return jax.tree.map(partial(jnp.where, endlich), gut, schlecht)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    x, y = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)
    z = Zustand(lin.kernel[...], lin.bias[...], jnp.float32(loss_scale), jnp.int32(good_steps),
                (lin.kernel[...].astype(jnp.float16), lin.bias[...].astype(jnp.float16)))
    z = schritt(z, x, y, lr=float(lr), intervall=int(growth_interval))
    return jnp.stack([v.astype(jnp.float32) for v in (z.verlust(x, y), z.skala, z.gute)])
