# expect: pitfall|wrong_answer
# finding: low-precision-grads|low-precision-accumulator
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def bf16_compress_hook():
    """torch.distributed.algorithms.ddp_comm_hooks.default_hooks.bf16_compress_hook"""
    def update(updates, params=None):
        return jax.tree.map(lambda g: jax.lax.reduce_precision(g, exponent_bits=8, mantissa_bits=7), updates)  #@ low-precision-accumulator, low-precision-grads
    return optax.stateless(update)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    tx = optax.chain(bf16_compress_hook(), optax.sgd(lr))  #@ low-precision-accumulator, low-precision-grads
    optimizer = nnx.Optimizer(model, tx, wrt=nnx.Param)

    def loss_fn(model, batch):
        gd, params = nnx.split(model, nnx.Param)
        params, (a, b) = optax.tree.cast((params, batch), jnp.bfloat16)
        return optax.squared_error(nnx.merge(gd, params)(a), b).mean()

    n, grads = x.shape[0] // micro_batches, None
    for i in range(micro_batches):
        piece = jax.tree.map(lambda t: t[i * n:(i + 1) * n], (x, y))
        g = nnx.grad(loss_fn)(model, piece)
        grads = g if grads is None else optax.tree.add(grads, g)
    optimizer.update(model, optax.tree.scale(1 / micro_batches, grads))
    return loss_fn(model, (x, y))[None].astype(jnp.float32)
