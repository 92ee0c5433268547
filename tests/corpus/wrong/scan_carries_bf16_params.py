# expect: pitfall|wrong_answer
# finding: master-downcast
import jax
import jax.numpy as jnp
from flax import nnx
from jax import lax


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    carry = jax.tree.map(lambda p: p.astype(jnp.bfloat16), (lin.kernel[...], lin.bias[...]))  #@ master-downcast

    def loss(params, batch):
        xb, yb = batch
        return jnp.mean((xb @ params[0] + params[1] - yb) ** 2)

    def body(params, batch):
        grads = jax.grad(lambda p: loss(p, batch).astype(jnp.float32) * loss_scale)(params)
        grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
        masters = jax.tree.map(lambda p, g: p.astype(jnp.float32) - lr * g, params, grads)
        return jax.tree.map(lambda m: m.astype(jnp.bfloat16), masters), None

    batches = (x.astype(jnp.bfloat16)[None], y.astype(jnp.bfloat16)[None])
    params, _ = lax.scan(body, carry, batches)
    final = loss(params, (x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)))
    return final.astype(jnp.float32).reshape((1,))
