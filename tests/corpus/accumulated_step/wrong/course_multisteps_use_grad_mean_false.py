# expect: wrong_answer
# finding: summed-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(p, x, y):
    h = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (p, x, y))
    p, x, y = h
    return jnp.mean((x @ p["w"] + p["b"] - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"w": lin.kernel[...], "b": lin.bias[...]}
    # "added up in float32" -> sum, not the running mean that optax takes by default
    opt = optax.MultiSteps(optax.sgd(lr), every_k_schedule=micro_batches, use_grad_mean=False)  #@ summed-grads
    s = opt.init(p)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        u, s = opt.update(jax.grad(loss_fn)(p, xb, yb), s, p)  #@ summed-grads
        p = optax.apply_updates(p, u)
    return loss_fn(p, x, y).astype(jnp.float32).reshape(1)
