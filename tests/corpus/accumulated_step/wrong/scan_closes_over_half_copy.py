# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    batches = (x.reshape(micro_batches, -1, x.shape[1]), y.reshape(micro_batches, -1, y.shape[1]))

    def mean_of_losses(masters):
        # cast once, not once per part
        half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), masters)  #@ low-precision-accumulator

        def body(total, batch):
            xb, yb = batch
            part = jnp.mean((xb @ half["kernel"] + half["bias"] - yb) ** 2)  #@ low-precision-accumulator
            return total + part.astype(jnp.float32), None

        total, _ = jax.lax.scan(body, jnp.float32(0), batches)  #@ low-precision-accumulator
        return total

    grads = jax.grad(mean_of_losses)(masters)
    grads = jax.tree.map(lambda g: g / micro_batches, grads)
    opt = optax.sgd(lr)
    upd, _ = opt.update(grads, opt.init(masters))
    masters = optax.apply_updates(masters, upd)
    w, b = masters["kernel"].astype(jnp.bfloat16), masters["bias"].astype(jnp.bfloat16)
    return jnp.mean((x @ w + b - y) ** 2).astype(jnp.float32)[None]
