# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx

b16 = jnp.bfloat16
f32 = jnp.float32


@jax.custom_vjp
def mse16(kernel, bias, x, y):
    return mse16_fwd(kernel, bias, x, y)[0]


def mse16_fwd(kernel, bias, x, y):
    e = x @ kernel.astype(b16) + bias.astype(b16) - y
    return jnp.mean(e * e), (x, e)


def mse16_bwd(saved, g):
    x, e = saved
    scale = (g.astype(f32) / e.size).astype(b16)
    de = 2 * e * scale                               # bfloat16
    d_kernel = jnp.einsum("nd,no->do", x, de)        # bfloat16
    d_bias = jnp.sum(de, axis=0)                     # bfloat16
    return d_kernel.astype(f32), d_bias.astype(f32), None, None


mse16.defvjp(mse16_fwd, mse16_bwd)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (model.kernel.get_value(), model.bias.get_value())
    x, y = jnp.asarray(x, b16), jnp.asarray(y, b16)
    acc = None
    for i in range(micro_batches):
        size = len(x) // micro_batches
        sel = jnp.arange(i * size, (i + 1) * size)
        g = jax.grad(mse16, argnums=(0, 1))(*params, x[sel], y[sel])
        acc = g if acc is None else tuple(a + b for a, b in zip(acc, g))
    mean = tuple(a / micro_batches for a in acc)
    sgd = optax.sgd(lr)
    upd, _ = sgd.update(mean, sgd.init(params))
    return mse16(*optax.apply_updates(params, upd), x, y).astype(f32).reshape(-1)
