# expect: pitfall|wrong_answer
# finding: low-precision-accumulator|low-precision-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def to_bf16(tree):
    return jax.tree.map(lambda a: a.astype(jnp.bfloat16), tree)


def to_f32(tree):
    return jax.tree.map(lambda a: a.astype(jnp.float32), tree)


def loss_fn(params, x, y):
    p = to_bf16(params)
    x, y = to_bf16((x, y))
    return jnp.mean(jnp.square(x @ p["w"] + p["b"] - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": lin.kernel[...], "b": lin.bias[...]}
    n = x.shape[0] // micro_batches
    stored = jax.tree.map(lambda p: jnp.zeros_like(p), params)
    for i in range(micro_batches):
        g = jax.grad(loss_fn)(params, x[i * n:(i + 1) * n], y[i * n:(i + 1) * n])
        total = jax.tree.map(jnp.add, to_f32(stored), g)
        stored = to_bf16(total)  #@ low-precision-accumulator, low-precision-grads
    mean = jax.tree.map(lambda t: t / micro_batches, to_f32(stored))
    opt = optax.sgd(lr)
    upd, _ = opt.update(mean, opt.init(params))
    params = optax.apply_updates(params, upd)
    return loss_fn(params, x, y).astype(jnp.float32)[None]
