# expect: wrong_answer
# finding: unchecked-overflow
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"w": lin.kernel[...], "b": lin.bias[...]}
    guarded = optax.apply_if_finite(optax.sgd(lr), max_consecutive_errors=0)  #@ unchecked-overflow

    def mse(p):
        h = jax.tree.map(jnp.float16, p)
        return jnp.mean(jnp.square(jnp.float16(x) @ h["w"] + h["b"] - jnp.float16(y)))

    g = jax.grad(lambda p: jnp.float32(mse(p)) * loss_scale)(p)
    g = jax.tree.map(lambda v: v / loss_scale, g)
    u, st = guarded.update(g, guarded.init(p), p)
    p = optax.apply_updates(p, u)
    if st.last_finite:
        grow = good_steps + 1 == growth_interval
        s, n = (min(2 * loss_scale, 2.0**24), 0) if grow else (loss_scale, good_steps + 1)
    else:
        s, n = max(loss_scale / 2, 1.0), 0
    return jnp.array([jnp.float32(mse(p)), s, n], dtype=jnp.float32)
