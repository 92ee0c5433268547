# expect: accepted
import dataclasses
import jax
import jax.numpy as jnp
from flax import nnx


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class Weights:
    kernel: jax.Array
    bias: jax.Array

    def half(self):
        return Weights(self.kernel.astype(jnp.bfloat16), self.bias.astype(jnp.bfloat16))

    def __add__(self, other):
        return jax.tree.map(jnp.add, self, other)

    def __mul__(self, s):
        return jax.tree.map(lambda t: t * s, self)

    def __call__(self, x):
        return x @ self.kernel + self.bias


def loss(w: Weights, x, y):
    return jnp.mean((w.half()(x) - y) ** 2)


@jax.jit
def run(w, xs, ys, lr):
    def tick(total, xy):
        # divided before it is added; that is float32
        return total + jax.grad(loss)(w, *xy) * (1 / xs.shape[0]), ()

    mean, () = jax.lax.scan(tick, w * 0.0, (xs, ys))
    new = w + mean * -lr
    flat = lambda t: t.reshape(-1, t.shape[-1])
    return loss(new, flat(xs), flat(ys))


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    cut = lambda t: jnp.asarray(t, jnp.bfloat16).reshape(micro_batches, -1, t.shape[1])
    out = run(Weights(m.kernel[...], m.bias[...]), cut(x), cut(y), lr)
    return jnp.full((1,), out, dtype=jnp.float32)
