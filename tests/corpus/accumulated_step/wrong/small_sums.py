# expect: wrong_answer|pitfall
# finding: wrong-half-dtype
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def lower(tree):
    return jax.tree.map(lambda a: a.astype(jnp.bfloat16), tree)


def loss(params, xb, yb):
    params = lower(params)
    err = lower(xb) @ params["w"] + params["b"] - lower(yb)
    return jnp.mean(err * err)


def accumulated_step(seed, x, y, lr, micro_batches):
    linear = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": linear.kernel[...], "b": linear.bias[...]}
    tx = optax.sgd(lr)
    opt_state = tx.init(params)

    # half the memory for the sums
    sums = {k: jnp.zeros(v.shape, jnp.float16) for k, v in params.items()}  #@ wrong-half-dtype
    n = x.shape[0] // micro_batches
    for i in range(0, x.shape[0], n):
        grads = jax.grad(loss)(params, x[i:i + n], y[i:i + n])
        for k in sums:
            sums[k] = (sums[k] + grads[k]).astype(jnp.float16)  #@ wrong-half-dtype

    mean = {k: s.astype(jnp.float32) / micro_batches for k, s in sums.items()}
    updates, opt_state = tx.update(mean, opt_state, params)
    params = optax.apply_updates(params, updates)
    return loss(params, x, y).astype(jnp.float32).reshape(1)
