# expect: pitfall|wrong_answer
# finding: full-precision-forward
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss_fn(params):
        half = jax.tree.map(lambda p: p.astype(jnp.float16), params)
        pred = x @ params["kernel"] + params["bias"]  #@ full-precision-forward
        err = pred.astype(jnp.float16) - y
        return jnp.mean(err ** 2).astype(jnp.float32)

    grads = jax.grad(lambda p: loss_fn(p) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    ok = jnp.isfinite(grads["kernel"]).all() & jnp.isfinite(grads["bias"]).all()
    params = jax.tree.map(lambda p, g: jnp.where(ok, p - lr * g, p), params, grads)
    if ok:
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0 ** 24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss_fn(params), loss_scale, good_steps], dtype=jnp.float32)
