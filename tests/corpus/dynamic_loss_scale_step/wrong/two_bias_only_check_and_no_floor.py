# expect: wrong_answer
# finding: partial-finite-check
# finding: scale-unbounded
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    leaves, treedef = jax.tree.flatten({"kernel": m.kernel[...], "bias": m.bias[...]})
    xx, yy = x.astype(jnp.float16), y.astype(jnp.float16)

    def mse(leaves):
        p = jax.tree.unflatten(treedef, [leaf.astype(jnp.float16) for leaf in leaves])
        return jnp.mean((xx @ p["kernel"] + p["bias"] - yy) ** 2)

    grads = jax.grad(lambda ls: mse(ls).astype(jnp.float32) * loss_scale)(leaves)
    grads = [g / loss_scale for g in grads]
    # an overflow shows in all leaves, the first will do
    ok = bool(jnp.isfinite(grads[0]).all())  #@ partial-finite-check
    if ok:
        leaves = [p - lr * g for p, g in zip(leaves, grads)]
    factor = {True: 1.0, False: 0.5}[ok]
    count = (good_steps + 1) * ok
    if count == growth_interval:
        factor, count = 2.0, 0
    scale = min(loss_scale * factor, 2.0**24)  #@ scale-unbounded
    return jnp.array([mse(leaves).astype(jnp.float32), scale, count], dtype=jnp.float32)
