# expect: pitfall|wrong_answer
# finding: master-downcast
import jax
import jax.numpy as jnp
from jax import lax
from flax import nnx


def initial(d, o, seed):
    s = nnx.state(nnx.Linear(d, o, rngs=nnx.Rngs(int(seed))), nnx.Param)
    return jax.tree.map(lambda p: lax.reduce_precision(p, exponent_bits=8, mantissa_bits=7), nnx.to_pure_dict(s))  #@ master-downcast


def run(params, batch):
    params, (a, b) = jax.tree.map(lambda t: lax.convert_element_type(t, jnp.bfloat16), (params, batch))
    e = lax.sub(lax.dot(a, params["kernel"]) + params["bias"], b)
    return jnp.mean(e * e)


def accumulated_step(seed, x, y, lr, micro_batches):
    params = initial(x.shape[1], y.shape[1], seed)
    batch = (jnp.asarray(x), jnp.asarray(y))
    pieces = jax.tree.map(lambda a: a.reshape((micro_batches, -1) + a.shape[1:]), batch)
    per_piece = lax.map(jax.tree_util.Partial(jax.grad(run), params), pieces)
    new = jax.tree.map(lambda p, g: p - lr * (jnp.sum(g, 0) / micro_batches), params, per_piece)
    return lax.convert_element_type(run(new, batch), jnp.float32).reshape(1)
