# expect: wrong_answer
# finding: summed-grads
import jax
import jax.numpy as jnp
from flax import nnx


def part(masters, x, y):
    k, b = masters["kernel"].astype(jnp.bfloat16), masters["bias"].astype(jnp.bfloat16)
    r = x.astype(jnp.bfloat16) @ k + b - y.astype(jnp.bfloat16)
    return (r * r).mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = {"kernel": lin.kernel[...], "bias": lin.bias[...]}

    def total(masters):
        losses = [part(masters, a, b).astype(jnp.float32)
                  for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))]
        return sum(losses)  #@ summed-grads

    grads = jax.grad(total)(masters)
    new = {name: masters[name] - lr * grads[name] for name in masters}  #@ summed-grads
    return part(new, x, y).astype(jnp.float32).reshape(1)
