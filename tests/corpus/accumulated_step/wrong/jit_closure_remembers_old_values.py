# expect: wrong_answer
# finding: stale-loss|update-discarded
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    box = {"w": lin.kernel[...], "b": lin.bias[...]}
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def loss(p, x, y):
        return jnp.mean((x @ p["w"].astype(jnp.bfloat16) + p["b"].astype(jnp.bfloat16) - y) ** 2)

    @jax.jit
    def batch_loss():
        return loss(box, x, y)  #@ stale-loss

    before = batch_loss()
    total = {k: jnp.zeros_like(v) for k, v in box.items()}
    for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        g = jax.grad(loss)(box, a, b)
        total = {k: total[k] + g[k] for k in g}
    for k in box:
        box[k] = box[k] - lr * total[k] / micro_batches  #@ update-discarded
    after = batch_loss()  #@ stale-loss
    return after.astype(jnp.float32).reshape(1)
