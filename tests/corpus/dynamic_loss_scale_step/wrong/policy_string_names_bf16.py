# expect: wrong_answer
# finding: wrong-half-dtype
import jax
import jax.numpy as jnp
from flax import nnx

DTYPES = {"full": jnp.float32, "half": jnp.bfloat16}  #@ wrong-half-dtype


class Policy:
    def __init__(self, spec):
        # "params=full,compute=half,output=full"
        for item in spec.split(","):
            key, _, name = item.partition("=")
            setattr(self, key, DTYPES[name])

    def cast(self, which, tree):
        return jax.tree.map(lambda a: a.astype(getattr(self, which)), tree)  #@ wrong-half-dtype


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    policy = Policy("params=full,compute=half,output=full")
    lin = nnx.Linear(x.shape[1], y.shape[1], param_dtype=policy.params, rngs=nnx.Rngs(int(seed)))
    params = {"k": lin.kernel[...], "b": lin.bias[...]}

    def mse(params):
        p, xx, yy = policy.cast("compute", (params, x, y))
        return policy.cast("output", jnp.mean((xx @ p["k"] + p["b"] - yy) ** 2))

    grads = jax.grad(lambda p: mse(p) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    ok = jax.tree.all(jax.tree.map(lambda g: jnp.isfinite(g).all(), grads))
    if ok:
        params = jax.tree.map(lambda p, g: p - lr * g, params, grads)
    tail = (
        (max(loss_scale / 2, 1.0), 0)
        if not ok
        else (loss_scale, good_steps + 1)
        if good_steps + 1 < growth_interval
        else (min(loss_scale * 2, 2.0**24), 0)
    )
    return jnp.array([mse(params), *tail], dtype=jnp.float32)
