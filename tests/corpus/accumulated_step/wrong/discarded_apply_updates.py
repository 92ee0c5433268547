# expect: pitfall|wrong_answer
# finding: update-discarded|stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compute_loss(params, x, y):
    w, b = [p.astype(jnp.bfloat16) for p in params]
    return jnp.mean(jnp.square(x @ w + b - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [lin.kernel[...], lin.bias[...]]
    opt = optax.sgd(lr)
    state = opt.init(params)
    xs = x.reshape(micro_batches, -1, x.shape[1])
    ys = y.reshape(micro_batches, -1, y.shape[1])
    grads = jax.vmap(jax.grad(compute_loss), (None, 0, 0))(params, xs, ys)
    mean = jax.tree.map(lambda g: g.mean(axis=0), grads)
    updates, state = opt.update(mean, state, params)
    optax.apply_updates(params, updates)  #@ stale-loss, update-discarded
    return compute_loss(params, x, y).astype(jnp.float32).reshape(1)
