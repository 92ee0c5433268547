# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    module = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    old = {n: v for n, v in (("A", module.kernel[...]), ("c", module.bias[...]))}
    X, Y = (jnp.asarray(t).astype(jnp.float16) for t in (x, y))

    affine = lambda A, c, row: row @ A + c
    residual = jax.vmap(lambda A, c, row, t: affine(A, c, row) - t, in_axes=(None, None, 0, 0))

    def objective(P, s):
        Q = {n: v.astype(jnp.float16) for n, v in P.items()}
        return s * jnp.mean(jnp.square(residual(Q["A"], Q["c"], X, Y))).astype(jnp.float32)

    G = jax.grad(objective)(old, jnp.float32(loss_scale))
    G = jax.tree.map(lambda g: g / jnp.float32(loss_scale), G)
    new = jax.tree.map(lambda p, g: p - lr * g, old, G)
    # sum of g*0 is 0 if and only if everything in g is finite (inf*0 and nan*0 are nan)
    i = jnp.int32(sum(jnp.sum(g * 0) for g in jax.tree.leaves(G)) == 0)
    chosen = jax.tree.map(lambda *both: jnp.stack(both)[i], old, new)
    n = good_steps + 1
    grow = int(n == growth_interval)
    scales = jnp.array([max(loss_scale / 2, 1.0), min(loss_scale * 2**grow, 2.0**24)], jnp.float32)
    counts = jnp.array([0, n * (1 - grow)], jnp.float32)
    return jnp.stack([objective(chosen, 1.0), scales[i], counts[i]])
