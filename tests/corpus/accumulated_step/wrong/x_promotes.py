# expect: pitfall|wrong_answer
# finding: uncast-inputs
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def predict(params, x):
    kernel, bias = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
    return (x @ kernel).astype(jnp.bfloat16) + bias  #@ uncast-inputs


def loss(params, x, y):
    return jnp.mean(jnp.square(predict(params, x) - y.astype(jnp.bfloat16)))


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [lin.kernel[...], lin.bias[...]]
    xs, ys = x.reshape(micro_batches, -1, x.shape[1]), y.reshape(micro_batches, -1, y.shape[1])
    total, _ = jax.lax.scan(
        lambda acc, xy: (jax.tree.map(jnp.add, acc, jax.grad(loss)(params, *xy)), None),
        jax.tree.map(jnp.zeros_like, params),
        (xs, ys),
    )
    params = jax.tree.map(lambda p, t: p - lr * t / micro_batches, params, total)
    return loss(params, x, y).astype(jnp.float32).reshape(1)
