# expect: pitfall|wrong_answer
# finding: master-downcast
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    copies, xs, ys = optax.tree.cast((masters, jnp.asarray(x), jnp.asarray(y)), jnp.float16)

    def loss(c):
        return optax.losses.squared_error(xs @ c["kernel"] + c["bias"], ys).mean()

    tx = optax.chain(
        optax.stateless(lambda u, _: jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, u)),
        optax.sgd(lr),
    )
    scaled = jax.grad(lambda c: loss(c).astype(jnp.float32) * loss_scale)(copies)
    updates, _ = tx.update(scaled, tx.init(masters), masters)
    ok = jnp.isfinite(jnp.array([jnp.abs(u).max() for u in jax.tree.leaves(updates)])).all()
    masters = jax.lax.cond(
        ok,
        lambda: optax.apply_updates(copies, updates),  #@ master-downcast
        lambda: copies,  #@ master-downcast
    )
    n = int(ok) * (good_steps + 1)
    s = max(loss_scale / 2, 1.0) if not ok else min(loss_scale * 2, 2.0**24) if n == growth_interval else loss_scale
    final = loss(optax.tree.cast(masters, jnp.float16))
    return jnp.array([final.astype(jnp.float32), s, n % growth_interval], jnp.float32)
