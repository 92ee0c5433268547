# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx
from flax.training.dynamic_scale import DynamicScale


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    ds = DynamicScale(growth_interval=growth_interval - 1,   # flax grows one step late
                      fin_steps=good_steps,
                      scale=jnp.float32(loss_scale),
                      minimum_scale=1.0)
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    gdef, params = nnx.split(model)
    data = jax.tree.map(lambda a: jnp.asarray(a, dtype=jnp.float16), [x, y])

    def mse(p, half_data):
        a, b = half_data
        p = jax.tree.map(lambda v: jnp.asarray(v, dtype=jnp.float16), p)
        return jnp.mean(jnp.square(nnx.merge(gdef, p)(a) - b)).astype(jnp.float32)

    ds, ok, _, grads = ds.value_and_grad(mse)(params, data)
    # DynamicScale has cast and divided them already
    tx = optax.sgd(lr)
    upd, _ = tx.update(grads, tx.init(params), params)
    moved = optax.apply_updates(params, upd)
    params = jax.tree.map(lambda a, b: jnp.where(ok, a, b), moved, params)
    return jnp.array([mse(params, data), jnp.minimum(ds.scale, 2.0**24), ds.fin_steps], jnp.float32)
