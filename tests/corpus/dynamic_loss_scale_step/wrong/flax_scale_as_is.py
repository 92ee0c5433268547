# expect: wrong_answer|pitfall
# finding: scale-not-grown
# allow: count-not-reset
import jax
import jax.numpy as jnp
import optax
from flax import nnx
from flax.training import dynamic_scale as dynamic_scale_lib


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    x, y = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)

    def loss_fn(params):
        params = jax.tree.map(lambda p: p.astype(jnp.float16), params)
        pred = nnx.merge(graphdef, params)(x)
        return jnp.mean(jnp.square(pred - y)).astype(jnp.float32)

    dynamic_scale = dynamic_scale_lib.DynamicScale(growth_interval=growth_interval, fin_steps=good_steps, scale=jnp.float32(loss_scale), minimum_scale=1.0)  #@ scale-not-grown
    grad_fn = dynamic_scale.value_and_grad(loss_fn)
    dynamic_scale, is_fin, _, grads = grad_fn(params)  #@ scale-not-grown

    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(params), params)
    new_params = optax.apply_updates(params, updates)
    # if is_fin is False the old params are used again
    params = jax.tree.map(lambda a, b: jnp.where(is_fin, a, b), new_params, params)
    scale = jnp.minimum(dynamic_scale.scale, 2.0**24)
    return jnp.array([loss_fn(params), scale, dynamic_scale.fin_steps], dtype=jnp.float32)
