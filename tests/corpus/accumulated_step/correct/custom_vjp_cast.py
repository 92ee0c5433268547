# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


@jax.custom_vjp
def to_half(p):
    return p.astype(jnp.bfloat16)


def _fwd(p):
    return to_half(p), None


def _bwd(_, ct):
    return (ct.astype(jnp.float32),)


to_half.defvjp(_fwd, _bwd)


def forward(params, x):
    kernel, bias = to_half(params["kernel"]), to_half(params["bias"])
    return jnp.matmul(x, kernel) + bias


def objective(params, batch):
    x, y = batch
    return jnp.mean(jnp.square(jnp.subtract(forward(params, x), y)))


def microbatches(batch, count):
    rows = batch[0].shape[0] // count
    return [jax.tree.map(lambda a: a[k * rows:(k + 1) * rows], batch) for k in range(count)]


@jax.jit
def grad_step(params, batch, acc):
    return jax.tree.map(jnp.add, acc, jax.grad(objective)(params, batch))


def accumulated_step(seed, x, y, lr, micro_batches):
    linear = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": linear.kernel[...], "bias": linear.bias[...]}
    batch = (jnp.bfloat16(x), jnp.bfloat16(y))

    acc = jax.tree.map(jnp.zeros_like, params)
    for part in microbatches(batch, micro_batches):
        acc = grad_step(params, part, acc)

    tx = optax.chain(optax.scale(1.0 / micro_batches), optax.sgd(lr))
    updates, _ = tx.update(acc, tx.init(params))
    params = optax.apply_updates(params, updates)
    return jnp.atleast_1d(objective(params, batch)).astype(jnp.float32)
