# expect: pitfall|wrong_answer
# finding: uncast-inputs
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def halve(*arrays):
    return tuple(jnp.asarray(a, dtype=jnp.bfloat16) for a in arrays)


def mse(params, x, y):
    kernel, bias = halve(*params)
    return jnp.mean((x @ kernel + bias - y) ** 2)


def micro(x, y, k):
    for xb, yb in zip(jnp.split(x, k), jnp.split(y, k)):
        yield halve(xb, yb)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (model.kernel[...], model.bias[...])
    grads = [jax.grad(mse)(params, xb, yb) for xb, yb in micro(x, y, micro_batches)]
    mean = jax.tree.map(lambda *parts: sum(parts) / len(parts), *grads)
    tx = optax.sgd(lr)
    updates, _ = tx.update(mean, tx.init(params))
    params = optax.apply_updates(params, updates)
    (targets,) = halve(y)
    final = mse(params, x, targets)  #@ uncast-inputs
    return final.astype(jnp.float32).reshape(1)
