# expect: pitfall|wrong_answer
# finding: masked-by-multiplication
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    online = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    old = {'w': online.kernel[...], 'b': online.bias[...]}
    obs, target = jnp.asarray(x).astype(jnp.float16), jnp.asarray(y).astype(jnp.float16)

    @jax.jit
    def td_loss(p):
        p = optax.tree_utils.tree_cast(p, jnp.float16)
        delta = jnp.einsum('bi,io->bo', obs, p['w']) + p['b'] - target
        return jnp.mean(delta**2).astype(jnp.float32)

    @jax.jit
    def learner_step(old, s, n):
        g = jax.grad(lambda p: td_loss(p) * s)(old)
        g = optax.tree_utils.tree_scalar_mul(1.0 / s, g) if False else jax.tree.map(lambda t: t / s, g)
        ok = jax.tree.reduce(jnp.logical_and, jax.tree.map(lambda t: jnp.isfinite(t).all(), g))
        new = jax.tree.map(lambda p, t: p - lr * t, old, g)
        new = optax.incremental_update(new, old, step_size=ok.astype(jnp.float32))  #@ masked-by-multiplication
        full = n + 1 >= growth_interval
        s = jnp.where(ok, jnp.where(full, jnp.minimum(2 * s, 2.0**24), s), jnp.maximum(s / 2, 1.0))
        return new, s, jnp.where(ok & ~full, n + 1, 0)

    new, s, n = learner_step(old, jnp.float32(loss_scale), jnp.int32(good_steps))
    return jnp.stack([td_loss(new), s, n.astype(jnp.float32)])
