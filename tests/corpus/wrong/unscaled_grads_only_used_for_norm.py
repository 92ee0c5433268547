# expect: wrong_answer
# finding: unscaled-grads
import jax
import jax.numpy as jnp
from flax import nnx


def global_norm(tree):
    return jnp.sqrt(sum(jnp.vdot(leaf, leaf) for leaf in jax.tree.leaves(tree)))


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    bx, by = (a.astype(jnp.bfloat16) for a in (x, y))

    def loss(params):
        k, b = (p.astype(jnp.bfloat16) for p in params)
        return jnp.mean((bx @ k + b - by) ** 2)

    _, vjp = jax.vjp(lambda p: loss(p).astype(jnp.float32), params)
    (grads,) = vjp(jnp.asarray(loss_scale, jnp.float32))
    unscaled = jax.tree.map(lambda g: g / loss_scale, grads)
    print("gradient norm:", float(global_norm(unscaled)))
    new = []
    for p, g in zip(params, grads):
        new.append(p - lr * g)  #@ unscaled-grads
    return loss(new).astype(jnp.float32).reshape((1,))
