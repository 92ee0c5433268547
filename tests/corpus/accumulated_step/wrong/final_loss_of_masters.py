# expect: pitfall|wrong_answer
# finding: full-precision-final-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def bf(t):
    return optax.tree.cast(t, jnp.bfloat16)


def mse(theta, x, y):
    return optax.losses.squared_error(x @ theta["kernel"] + theta["bias"], y).mean()


def grad_wrt_masters(theta, x, y):
    return jax.grad(lambda t: mse(bf(t), x, y))(theta)


def accumulated_step(seed, x, y, lr, micro_batches):
    theta = nnx.to_pure_dict(nnx.state(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))))
    x, y = bf((jnp.asarray(x), jnp.asarray(y)))
    parts = tuple(zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)))

    def recurse(i):
        g = grad_wrt_masters(theta, *parts[i])
        return g if i == 0 else optax.tree.add(recurse(i - 1), g)

    theta = optax.tree.add_scale(theta, -lr / micro_batches, recurse(micro_batches - 1))
    return mse(theta, x, y).astype(jnp.float32).reshape(1)  #@ full-precision-final-loss
