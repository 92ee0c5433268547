# expect: wrong_answer|pitfall
# finding: doubly-unscaled-grads
import jax
import jax.numpy as jnp
from flax import nnx
from flax.training.dynamic_scale import DynamicScale


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    batch = {"x": x.astype(jnp.float16), "y": y.astype(jnp.float16)}

    def loss_fn(params, batch):
        p = {name: value.astype(jnp.float16) for name, value in params.items()}
        residual = batch["x"] @ p["kernel"] + p["bias"] - batch["y"]
        return jnp.mean(residual * residual).astype(jnp.float32)

    # its count starts one later than ours, hence the - 1
    before = DynamicScale(
        scale=jnp.float32(loss_scale), fin_steps=good_steps, growth_interval=growth_interval - 1, minimum_scale=1.0
    )
    after, finite, loss, grads = before.value_and_grad(loss_fn)(params, batch)
    grads = {name: g.astype(jnp.float32) / before.scale for name, g in grads.items()}  #@ doubly-unscaled-grads
    if finite:
        params = {name: params[name] - lr * grads[name] for name in params}  #@ doubly-unscaled-grads
    loss = loss_fn(params, batch)
    scale = jnp.minimum(after.scale, 2.0**24)
    return jnp.array([loss, scale, after.fin_steps], dtype=jnp.float32)
