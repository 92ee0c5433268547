# expect: wrong_answer
# finding: doubly-unscaled-grads
import jax
import jax.numpy as jnp
from flax import nnx
from flax.training import dynamic_scale


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (layer.kernel[...], layer.bias[...])

    def loss(params):
        w, b = (p.astype(jnp.float16) for p in params)
        err = x.astype(jnp.float16) @ w + b - y.astype(jnp.float16)
        return jnp.mean(err * err).astype(jnp.float32)

    ds = dynamic_scale.DynamicScale(
        growth_interval=growth_interval - 1, minimum_scale=1.0,
        fin_steps=jnp.int32(good_steps), scale=jnp.float32(loss_scale),
    )
    ds, finite, _, grads = ds.value_and_grad(loss)(params)
    # back to their true values
    grads = [g / loss_scale for g in grads]  #@ doubly-unscaled-grads
    params = [jnp.where(finite, p - lr * g, p) for p, g in zip(params, grads)]
    return jnp.array([loss(params), jnp.minimum(ds.scale, 2.0**24), ds.fin_steps], dtype=jnp.float32)
