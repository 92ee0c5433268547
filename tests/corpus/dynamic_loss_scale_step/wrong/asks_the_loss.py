# expect: pitfall|wrong_answer
# finding: partial-finite-check|unchecked-overflow
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    tx = optax.sgd(lr)
    opt_state = tx.init(params)

    def loss_fn(p):
        half = jax.tree.map(lambda a: a.astype(jnp.float16), p)
        pred = nnx.merge(graphdef, half)(x.astype(jnp.float16))
        return jnp.mean((pred - y.astype(jnp.float16)) ** 2).astype(jnp.float32)

    scaled_loss, grads = jax.value_and_grad(lambda p: loss_fn(p) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    if jnp.isfinite(scaled_loss):  #@ partial-finite-check, unchecked-overflow
        updates, opt_state = tx.update(grads, opt_state)
        params = optax.apply_updates(params, updates)
        good_steps += 1
        if good_steps == growth_interval:
            good_steps = 0
            loss_scale = min(2.0 * loss_scale, 2.0 ** 24)
    else:
        good_steps = 0
        loss_scale = max(0.5 * loss_scale, 1.0)
    return jnp.array([loss_fn(params), loss_scale, good_steps], dtype=jnp.float32)
