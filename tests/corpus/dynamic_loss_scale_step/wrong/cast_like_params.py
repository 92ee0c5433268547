# expect: pitfall|wrong_answer
# finding: low-precision-grads
# allow: low-precision-update
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model, nnx.Param)
    tx = optax.sgd(lr)

    @jax.jit
    def loss_fn(p16):
        err = nnx.merge(graphdef, p16)(x.astype(jnp.float16)) - y.astype(jnp.float16)
        return jnp.mean(err * err)

    @jax.jit
    def step(params, scale, count):
        p16 = optax.tree.cast(params, jnp.float16)
        opt_state = tx.init(p16)
        grads = jax.grad(lambda p: loss_fn(p).astype(jnp.float32) * scale)(p16)
        grads = jax.tree.map(lambda g: g.astype(jnp.float32) / scale, grads)
        finite = jnp.stack([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]).all()

        # optax wants gradients of the same type as the parameters
        grads = optax.tree.cast_like(grads, p16)  #@ low-precision-grads
        updates, _ = tx.update(grads, opt_state, p16)  #@ low-precision-update
        new_params = optax.apply_updates(params, updates)
        params = jax.tree.map(lambda n, o: jnp.where(finite, n, o), new_params, params)

        grow = finite & (count + 1 >= growth_interval)
        scale = jnp.select(
            [grow, finite], [jnp.minimum(scale * 2, 2.0**24), scale], jnp.maximum(scale / 2, 1.0)
        )
        count = jnp.select([grow, finite], [0, count + 1], 0)
        return params, scale, count

    params, scale, count = step(params, jnp.float32(loss_scale), jnp.int32(good_steps))
    loss = loss_fn(optax.tree.cast(params, jnp.float16))
    return jnp.stack([a.astype(jnp.float32) for a in (loss, scale, count)])
