# expect: pitfall|wrong_answer
# finding: scale-not-grown
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed))))
    x = x.astype(jnp.float16)
    y = y.astype(jnp.float16)

    def loss_fn(p):
        return jnp.mean((nnx.merge(graphdef, p)(x) - y) ** 2).astype(jnp.float32)

    grads = jax.grad(lambda p: loss_scale * loss_fn(p))(params)
    grads = jax.tree.map(lambda g: jnp.asarray(g, jnp.float32) / loss_scale, grads)
    finite = jnp.array(True)
    for g in jax.tree.leaves(grads):
        finite &= jnp.all(jax.lax.is_finite(g))
    params = jax.tree.map(lambda p, g: jnp.where(finite, p - lr * g, p), params, grads)

    grow = good_steps == growth_interval  #@ scale-not-grown
    fin_scale = jnp.where(grow & finite, jnp.minimum(loss_scale * 2.0, 2.0 ** 24), loss_scale)
    inf_scale = jnp.maximum(loss_scale * 0.5, 1.0)
    new_scale = jnp.where(finite, fin_scale, inf_scale)
    new_count = jnp.where(grow | ~finite, 0, good_steps + 1)
    return jnp.array([loss_fn(params), new_scale, new_count], dtype=jnp.float32)
