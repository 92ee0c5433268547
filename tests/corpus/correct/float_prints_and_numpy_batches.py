# expect: accepted
import numpy as np
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    X = np.asarray(x).astype(jnp.bfloat16)          # ml_dtypes, on the host
    Y = np.asarray(y).astype(jnp.bfloat16)
    print("batch", X.shape, X.dtype, "scale", float(loss_scale), "lr", float(lr))
    model = nnx.Linear(X.shape[-1], Y.shape[-1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(float(lr)), wrt=nnx.Param)

    def loss_fn(m):
        gdef, state = nnx.split(m, nnx.Param)
        m16 = nnx.merge(gdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))
        loss = jnp.mean((m16(jnp.asarray(X)) - jnp.asarray(Y)) ** 2)
        return loss.astype(jnp.float32) * float(loss_scale)

    value, grads = nnx.value_and_grad(loss_fn)(model)
    print(f"scaled loss {float(value):.6g}")
    grads = jax.tree.map(lambda g: g / float(loss_scale), grads)
    print("grad norm", float(optax.tree.norm(grads)))
    if not np.isfinite(float(value)):
        print("overflow!")
    optimizer.update(model, grads)
    final = loss_fn(model) / float(loss_scale)
    print("loss after", final.item())
    return final.reshape(1)
