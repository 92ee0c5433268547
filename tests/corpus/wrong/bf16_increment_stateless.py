# expect: pitfall|wrong_answer
# finding: low-precision-update
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def cast_updates(dtype):
    return optax.stateless(lambda u, p: jax.tree.map(lambda a: a.astype(dtype), u))  #@ low-precision-update


def sgd_mixed(lr, dtype=jnp.bfloat16):
    return optax.chain(
        optax.sgd(lr),
        cast_updates(dtype),  #@ low-precision-update
    )


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, sgd_mixed(lr), wrt=nnx.Param)
    bx, by = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def plain(m):
        graphdef, st = nnx.split(m, nnx.Param)
        return jnp.mean((nnx.merge(graphdef, jax.tree.map(lambda a: a.astype(jnp.bfloat16), st))(bx) - by) ** 2)

    grads = nnx.grad(lambda m: plain(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    opt.update(model, grads)
    return plain(model).astype(jnp.float32).reshape(1)
