# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx

MAX_SCALE = 2 ** 24
MIN_SCALE = 1.0


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    # dtype is the dtype of the computation, param_dtype that of the masters
    model = nnx.Linear(
        x.shape[1],
        y.shape[1],
        dtype=jnp.float16,
        param_dtype=jnp.float32,
        rngs=nnx.Rngs(int(seed)),
    )
    optimizer = nnx.Optimizer(model, optax.sgd(learning_rate=lr), wrt=nnx.Param)
    y_half = jnp.asarray(y, dtype=jnp.float16)

    def loss_fn(model):
        prediction = model(x)  # Linear casts x as well
        loss = jnp.mean(jnp.square(prediction - y_half))
        return loss.astype(jnp.float32) * loss_scale, loss

    grads, _ = nnx.grad(loss_fn, has_aux=True)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    grads_are_finite = jax.tree.reduce(
        lambda a, b: a and b,
        jax.tree.map(lambda g: bool(jnp.isfinite(g).all()), grads),
    )

    new_count = 0
    if grads_are_finite:
        optimizer.update(model, grads)
        new_count = (good_steps + 1) % growth_interval
        new_scale = loss_scale if new_count else min(2 * loss_scale, MAX_SCALE)
    else:
        new_scale = max(loss_scale / 2, MIN_SCALE)

    _, final = loss_fn(model)
    return jnp.asarray([final, new_scale, new_count], dtype=jnp.float32)
