# expect: accepted
import jax, jax.numpy as jnp
from flax import nnx, struct


@struct.dataclass
class Affine:
    w: jax.Array
    b: jax.Array

    def half(self):
        return self.replace(w=self.w.astype(jnp.bfloat16), b=self.b.astype(jnp.bfloat16))

    def __call__(self, x):
        return x @ self.w + self.b


def part_loss(affine, x, y):
    return ((affine.half()(x) - y) ** 2).mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    masters = Affine(lin.kernel[...], lin.bias[...])
    x16, y16 = (jnp.asarray(a).astype(jnp.bfloat16) for a in (x, y))
    chunk = lambda a: a.reshape(micro_batches, -1, a.shape[-1])

    def everything(m):
        def body(s, xy):
            return s + jax.checkpoint(part_loss)(m, *xy).astype(jnp.float32), None
        return jax.lax.scan(body, jnp.float32(0), (chunk(x16), chunk(y16)))[0]

    grads = jax.grad(everything)(masters)
    masters = jax.tree.map(lambda p, g: p - (lr / micro_batches) * g, masters, grads)
    return jnp.full((1,), part_loss(masters, x16, y16), jnp.float32)
