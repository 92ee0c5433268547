# expect: accepted
# allow: low-precision-grads
# DDP bf16 compression hook. The payload is compressed while it still carries the
# scale, and comes back in float32; nothing is lost as the backward was bf16.
import jax, jax.numpy as jnp, optax
from flax import nnx


def bf16_compress_hook(bucket):
    wire = [g.astype(jnp.bfloat16) for g in bucket]
    return [w.astype(jnp.float32) for w in wire]


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(learning_rate=lr), wrt=nnx.Param)

    def loss_fn(model):
        gd, params = nnx.split(model, nnx.Param)
        params, xx, yy = jax.tree.map(lambda t: t.astype(jnp.bfloat16), (params, x, y))
        err = nnx.merge(gd, params)(xx) - yy
        return jnp.float32(jnp.mean(err ** 2)) * loss_scale

    grads = nnx.grad(loss_fn)(model)
    bucket, treedef = jax.tree.flatten(grads)
    bucket = bf16_compress_hook(bucket)
    grads = jax.tree.unflatten(treedef, [g / loss_scale for g in bucket])
    optimizer.update(model, grads)
    return (loss_fn(model) / loss_scale).reshape(1)
