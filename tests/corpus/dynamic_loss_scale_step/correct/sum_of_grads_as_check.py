# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx

# Notes to self:
#  * an inf in a sum stays inf or becomes nan (inf - inf), it never gets finite again
#  * so the float32 sum over a leaf is finite exactly if the leaf is (fp16 values can't overflow float32)
#  * nnx.cond wants both branches to leave the modules in the same shape: I gave up on it


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)), dtype=jnp.float16)
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x16 = x.astype(jnp.float16)
    y16 = y.astype(jnp.float16)

    def mse(m):
        return jnp.mean((m(x16) - y16) ** 2)

    grads = nnx.grad(lambda m: mse(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    total = sum(jnp.sum(g) for g in jax.tree.leaves(grads))
    ok = jnp.isfinite(total)

    # a concrete answer is needed for the if, the rest is done with where
    if ok:
        optimizer.update(model, grads)

    n = jnp.where(ok, good_steps + 1, 0)
    s = jnp.where(ok, loss_scale, max(loss_scale / 2, 1.0))
    s = jnp.where(n == growth_interval, min(loss_scale * 2, 2.0**24), s)
    n = jnp.where(n == growth_interval, 0, n)
    return jnp.stack([mse(model).astype(jnp.float32), s, n]).astype(jnp.float32)
