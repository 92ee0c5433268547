# expect: wrong_answer
# finding: scale-not-grown
# allow: count-not-reset
# allow: scale-unbounded
import jax
import jax.numpy as jnp
import optax
from flax import nnx
from flax.training.dynamic_scale import DynamicScale


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": model.kernel[...], "bias": model.bias[...]}
    scaler = DynamicScale(  #@ scale-not-grown
        growth_interval=growth_interval,  #@ scale-not-grown
        minimum_scale=1.0,
        fin_steps=jnp.int32(good_steps),
        scale=jnp.float32(loss_scale),
    )

    def loss_fn(params):
        half = jax.tree.map(lambda p: p.astype(jnp.float16), params)
        pred = x.astype(jnp.float16) @ half["kernel"] + half["bias"]
        return jnp.mean((pred - y.astype(jnp.float16)) ** 2).astype(jnp.float32)

    scaler, finite, _, grads = scaler.value_and_grad(loss_fn)(params)  #@ scale-not-grown
    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(params), params)
    new_params = optax.apply_updates(params, updates)
    params = jax.tree.map(lambda new, old: jnp.where(finite, new, old), new_params, params)
    scale = jnp.clip(scaler.scale, 1.0, 2.0**24)
    return jnp.array([loss_fn(params), scale, scaler.fin_steps], dtype=jnp.float32)
