# expect: pitfall|wrong_answer
# finding: last-micro-batch-only
import functools, operator
import jax
import jax.numpy as jnp
from flax import nnx


def L(p, a, b):
    p, a, b = jax.tree.map(lambda t: jnp.asarray(t).astype(jnp.bfloat16), (p, a, b))
    return jnp.mean((a @ p["kernel"] + p["bias"] - b) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    p = nnx.to_pure_dict(nnx.state(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))))
    pieces = zip(*(jnp.split(jnp.asarray(t), micro_batches) for t in (x, y)))
    grads = ({k: g / micro_batches for k, g in jax.grad(L)(p, *q).items()} for q in pieces)
    mean = functools.reduce(operator.or_, grads)  #@ last-micro-batch-only
    return L({k: p[k] - lr * mean[k] for k in p}, x, y).astype(jnp.float32).reshape(1)
