# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
# Everything is one flat vector. The inner loop is compiled, the sum is carried through it.
import jax
import jax.numpy as jnp
from flax import nnx
from jax import lax
from jax.flatten_util import ravel_pytree


def make_energy(unravel):
    def energy(theta, xs, ys):
        W, b = unravel(theta)
        r = xs @ W.astype(jnp.bfloat16) + b.astype(jnp.bfloat16) - ys
        return (r * r).mean()

    return energy


def make_sum(energy, theta, rows):
    gradient = jax.grad(energy)

    def body(k, carry):
        x, y, total = carry
        xs = lax.dynamic_slice_in_dim(x, k * rows, rows)
        ys = lax.dynamic_slice_in_dim(y, k * rows, rows)
        total = total + gradient(theta, xs, ys)
        return x, y, lax.reduce_precision(total, exponent_bits=8, mantissa_bits=7)  #@ low-precision-accumulator

    return body


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta, unravel = ravel_pytree((lin.kernel[...], lin.bias[...]))
    x = jnp.asarray(x).astype(jnp.bfloat16)
    y = jnp.asarray(y).astype(jnp.bfloat16)
    energy = make_energy(unravel)
    body = make_sum(energy, theta, x.shape[0] // micro_batches)
    _, _, total = lax.fori_loop(0, micro_batches, body, (x, y, jnp.zeros_like(theta)))
    theta = theta - lr * total / micro_batches
    return energy(theta, x, y).astype(jnp.float32).reshape(1)
