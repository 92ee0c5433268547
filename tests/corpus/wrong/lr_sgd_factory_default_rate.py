# expect: pitfall|wrong_answer
# finding: lr-ignored
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def sgd(scale, rate=1e-2):
    def update(grads, state, params=None):
        return jax.tree.map(lambda g: -rate * (g / scale), grads), state  #@ lr-ignored
    return optax.GradientTransformation(lambda params: (), update)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [lin.kernel[...], lin.bias[...]]
    tx = sgd(loss_scale)  #@ lr-ignored
    cast = lambda tree: jax.tree.map(lambda a: a.astype(jnp.bfloat16), tree)
    x, y = cast([x, y])

    def loss(params):
        w, b = cast(params)
        return jnp.mean(jnp.square(jnp.matmul(x, w) + b - y)).astype(jnp.float32)

    g = jax.grad(lambda p: loss(p) * loss_scale)(params)
    u, _ = tx.update(g, tx.init(params), params)
    return loss(optax.apply_updates(params, u)).reshape(1)
