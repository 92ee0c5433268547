# expect: pitfall|wrong_answer
# finding: low-precision-grads|low-precision-accumulator
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(p16, x16, y16):
    pred = x16 @ p16["kernel"] + p16["bias"]
    return jnp.mean((pred - y16) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    x16, y16 = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    average = optax.MultiSteps(optax.identity(), every_k_schedule=int(micro_batches))
    state = average.init(masters)
    copy = jax.tree.map(lambda p: p.astype(jnp.bfloat16), masters)
    for xb, yb in zip(jnp.split(x16, micro_batches), jnp.split(y16, micro_batches)):
        grads = jax.grad(loss_fn)(copy, xb, yb)  #@ low-precision-accumulator, low-precision-grads
        mean, state = average.update(grads, state, masters)  #@ low-precision-accumulator, low-precision-grads
    mean = jax.tree.map(lambda g: g.astype(jnp.float32), mean)
    masters = jax.tree.map(lambda p, g: p - lr * g, masters, mean)
    copy = jax.tree.map(lambda p: p.astype(jnp.bfloat16), masters)
    return loss_fn(copy, x16, y16).astype(jnp.float32).reshape(1)
