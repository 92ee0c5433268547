# expect: pitfall|wrong_answer
# finding: full-precision-forward
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    gd, masters = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))

    def objective(tree, a, b):
        half_tree = jax.tree.map(lambda p: p.astype(jnp.bfloat16), tree)
        net = nnx.merge(gd, tree)  #@ full-precision-forward
        d = net(a.astype(jnp.bfloat16)) - b.astype(jnp.bfloat16)
        del half_tree
        return (d * d).mean()

    def total_of(i):
        if i == micro_batches:
            return jax.tree.map(jnp.zeros_like, masters)
        n = x.shape[0] // micro_batches
        g = jax.grad(objective)(masters, x[i * n:(i + 1) * n], y[i * n:(i + 1) * n])
        return jax.tree.map(jnp.add, g, total_of(i + 1))

    new = jax.tree.map(lambda p, t: p - lr * (t / micro_batches), masters, total_of(0))
    return objective(new, x, y).astype(jnp.float32)[None]
