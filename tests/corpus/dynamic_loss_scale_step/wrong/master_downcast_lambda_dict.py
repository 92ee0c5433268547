# expect: pitfall|wrong_answer
# finding: master-downcast
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = {"kernel": model.kernel[...], "bias": model.bias[...]}
    params = {n: p.astype(jnp.float16) for n, p in masters.items()}  #@ master-downcast
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(p):
        return jnp.mean((x @ p["kernel"] + p["bias"] - y) ** 2)

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    grads = {n: g.astype(jnp.float32) / loss_scale for n, g in grads.items()}
    if all(jnp.isfinite(g).all() for g in grads.values()):
        masters = {n: params[n].astype(jnp.float32) - lr * grads[n] for n in params}  #@ master-downcast
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0

    final = loss({n: p.astype(jnp.float16) for n, p in masters.items()})
    return jnp.array([final, loss_scale, good_steps], dtype=jnp.float32)
