# expect: pitfall|wrong_answer
# finding: update-per-micro-batch
import jax
import jax.numpy as jnp
from flax import nnx
from jax.flatten_util import ravel_pytree


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, state = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    theta, unflatten = ravel_pytree(state)

    def bf16(t):
        return jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)

    def f(v, x, y):
        net = nnx.merge(graphdef, bf16(unflatten(v)))
        return jnp.mean(jnp.square(net(bf16(x)) - bf16(y)))

    def consume(xb, yb):
        nonlocal theta
        theta = theta - lr * jax.grad(f)(theta, xb, yb) / micro_batches  #@ update-per-micro-batch

    any(map(consume, jnp.split(x, micro_batches), jnp.split(y, micro_batches)))
    return f(theta, x, y).astype(jnp.float32).reshape(-1)
