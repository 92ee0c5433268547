# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def objective(net, inp, tgt):
    # the layer's dtype is bfloat16, so it casts its input, kernel and bias by itself
    residual = net(inp) - tgt.astype(jnp.bfloat16)
    return (residual ** 2).mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    net = nnx.Linear(
        in_features=x.shape[-1],
        out_features=y.shape[-1],
        dtype=jnp.bfloat16,
        param_dtype=jnp.float32,
        rngs=nnx.Rngs(int(seed)),
    )
    opt = nnx.Optimizer(net, optax.sgd(learning_rate=lr), wrt=nnx.Param)
    grad_fn = nnx.value_and_grad(objective)
    acc = None
    for inp, tgt in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        _, g = grad_fn(net, inp, tgt)
        acc = g if acc is None else jax.tree.map(lambda a, b: a + b, acc, g)
    opt.update(net, jax.tree.map(lambda a: a * (1.0 / micro_batches), acc))
    return jnp.atleast_1d(objective(net, x, y).astype(jnp.float32))
