# expect: wrong_answer|pitfall
# finding: unchecked-overflow
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    h = lambda tree: jax.tree.map(lambda t: jnp.asarray(t).astype(jnp.float16), tree)
    xh, yh = h((x, y))

    # optax looks at the gradients for me, not a single error is tolerated
    tx = optax.apply_if_finite(optax.sgd(lr), max_consecutive_errors=0)  #@ unchecked-overflow
    opt_state = tx.init(params)

    def mse(p):
        return ((nnx.merge(graphdef, h(p))(xh) - yh) ** 2).mean()

    grads = jax.grad(lambda p: mse(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    updates, opt_state = tx.update(grads, opt_state, params)  #@ unchecked-overflow
    params = optax.apply_updates(params, updates)  #@ unchecked-overflow

    finite = opt_state.last_finite
    n = jnp.where(finite, good_steps + 1, 0)
    scale = jnp.where(finite, jnp.float32(loss_scale), jnp.maximum(jnp.float32(loss_scale) / 2, 1.0))
    scale = jnp.where(n == growth_interval, jnp.minimum(scale * 2, 2.0**24), scale)
    n = jnp.where(n == growth_interval, 0, n)
    return jnp.stack([mse(params).astype(jnp.float32), scale, n.astype(jnp.float32)])
