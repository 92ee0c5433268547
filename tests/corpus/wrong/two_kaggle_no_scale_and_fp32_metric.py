# expect: pitfall|wrong_answer
# finding: missing-loss-scale
# finding: full-precision-final-loss
import jax, jax.numpy as jnp, optax
from flax import nnx
from functools import partial

# bf16 doesn't need GradScaler (see pytorch forum), so loss_scale is unused
def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    gd, p = nnx.split(model, nnx.Param)
    opt = optax.sgd(lr)

    def predict(p, x, dtype):
        p, x = jax.tree.map(lambda a: a.astype(dtype), (p, x))
        return nnx.merge(gd, p)(x)

    def loss_fn(p):
        yb = y.astype(jnp.bfloat16)
        return jnp.mean((predict(p, x, jnp.bfloat16) - yb) ** 2).astype(jnp.float32)  #@ missing-loss-scale

    def competition_metric(p):
        return jnp.mean((predict(p, x, jnp.float32) - y) ** 2)  #@ full-precision-final-loss

    g = jax.grad(loss_fn)(p)  #@ missing-loss-scale
    u, _ = opt.update(g, opt.init(p), p)
    p = optax.apply_updates(p, u)
    return competition_metric(p)[None]
