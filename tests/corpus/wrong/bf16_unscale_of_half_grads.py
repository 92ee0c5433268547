# expect: pitfall|wrong_answer
# finding: low-precision-unscale
import jax
import jax.numpy as jnp
from flax import nnx


class TrainState:
    def __init__(self, model, lr):
        self.graphdef, self.params = nnx.split(model, nnx.Param)
        self.lr = lr

    def half(self):
        return jax.tree.map(lambda p: p.astype(jnp.bfloat16), self.params)

    def loss(self, half, x, y):
        return jnp.mean((nnx.merge(self.graphdef, half)(x) - y) ** 2)

    def apply_gradients(self, grads):
        self.params = jax.tree.map(lambda p, g: p - self.lr * g, self.params, grads)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    state = TrainState(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), lr)
    xh = x.astype(jnp.bfloat16)
    yh = y.astype(jnp.bfloat16)
    grads = jax.grad(lambda h: state.loss(h, xh, yh).astype(jnp.float32) * loss_scale)(state.half())
    grads = jax.tree.map(
        lambda g: (
            g / loss_scale  #@ low-precision-unscale
        ).astype(jnp.float32),
        grads,
    )
    state.apply_gradients(grads)
    return state.loss(state.half(), xh, yh).astype(jnp.float32).reshape(1)
