# expect: pitfall|wrong_answer
# finding: full-precision-final-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    graphdef, _ = nnx.split(model)
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def mse(m):
        return jnp.mean((m(x) - y) ** 2)

    def scaled(m):
        state = jax.tree.map(lambda p: p.astype(jnp.bfloat16), nnx.state(m))
        return mse(nnx.merge(graphdef, state)).astype(jnp.float32) * loss_scale

    grads = nnx.grad(scaled)(model)
    optimizer.update(model, jax.tree.map(lambda g: g / loss_scale, grads))
    final = mse(model)  #@ full-precision-final-loss
    return final.astype(jnp.bfloat16).astype(jnp.float32).reshape((1,))
