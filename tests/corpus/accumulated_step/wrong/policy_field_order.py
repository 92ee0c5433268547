# expect: pitfall|wrong_answer
# finding: full-precision-forward
import collections
import jax
import jax.numpy as jnp
import optax
from flax import nnx

Policy = collections.namedtuple("Policy", "compute param output")
half, full = jnp.bfloat16, jnp.float32
POLICY = Policy(full, half, full)  #@ full-precision-forward


def cast(tree, dt):
    return jax.tree.map(lambda a: a.astype(dt), tree)


def loss(params, a, b):
    params, a, b = cast((params, a, b), POLICY.compute)  #@ full-precision-forward
    return jnp.mean((jnp.tensordot(a, params["w"], 1) + params["b"] - b) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": lin.kernel[...], "b": lin.bias[...]}
    opt = optax.sgd(lr)
    s = opt.init(params)
    xs, ys = (t.reshape(micro_batches, -1, t.shape[-1]) for t in (x, y))
    grads = jax.vmap(jax.grad(loss), (None, 0, 0))(params, xs, ys)
    grads = jax.tree.map(lambda g: g.sum(0) / g.shape[0], grads)
    u, s = opt.update(grads, s)
    return cast(loss(optax.apply_updates(params, u), x, y), POLICY.output)[None]
