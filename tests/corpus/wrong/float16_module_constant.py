# expect: pitfall|wrong_answer
# finding: wrong-half-dtype
import jax
import jax.numpy as jnp
import optax
from flax import nnx

HALF = jnp.float16  #@ wrong-half-dtype
FULL = jnp.float32


def half(tree):
    return jax.tree.map(lambda a: a.astype(HALF), tree)  #@ wrong-half-dtype


def full(tree):
    return jax.tree.map(lambda a: a.astype(FULL), tree)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)

    def loss(params):
        out = nnx.merge(graphdef, half(params))(half(x))  #@ wrong-half-dtype
        return jnp.mean((out - half(y)) ** 2)  #@ wrong-half-dtype

    grads = full(jax.grad(lambda p: full(loss(p)) * loss_scale)(params))
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    params = jax.tree.map(lambda p, g: p - lr * g, params, grads)
    return full(loss(params)).reshape(1)
