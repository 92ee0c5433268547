# expect: pitfall|wrong_answer
# finding: uncast-inputs
import jax
import jax.numpy as jnp
from flax import nnx


def to_half(tree, skip=()):
    return {k: v if k in skip else v.astype(jnp.float16) for k, v in tree.items()}


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    batch = to_half({"inputs": x, "targets": y}, skip=("inputs",))  #@ uncast-inputs
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}

    def loss(params):
        p = to_half(params)
        z = jnp.einsum("ij,jk->ik", batch["inputs"], p["kernel"])  #@ uncast-inputs
        z = z.astype(jnp.float16) + p["bias"]
        return jnp.mean(jnp.square(z - batch["targets"])).astype(jnp.float32)

    value, grads = jax.value_and_grad(lambda p: loss(p) * loss_scale)(params)
    grads = {k: g / loss_scale for k, g in grads.items()}
    finite = jnp.isfinite(grads["kernel"]).all() & jnp.isfinite(grads["bias"]).all()
    params = {k: jnp.where(finite, params[k] - lr * grads[k], params[k]) for k in params}
    up = good_steps + 1 == growth_interval
    s = jax.lax.select(finite, jnp.float32(min(loss_scale * 2, 2.0**24) if up else loss_scale), jnp.float32(max(loss_scale / 2, 1.0)))
    n = jax.lax.select(finite, jnp.float32(0 if up else good_steps + 1), jnp.float32(0))
    return jnp.stack([loss(params), s, n])
