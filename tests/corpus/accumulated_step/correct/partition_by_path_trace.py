# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def parts(k, *arrays):
    n = arrays[0].shape[0] // k
    yield from ([a[j * n:][:n] for a in arrays] for j in range(k))


def accumulated_step(seed, x, y, lr, micro_batches):
    masters = nnx.to_pure_dict(nnx.state(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param))

    def L(m, a, b):
        c = jax.tree_util.tree_map_with_path(lambda path, v: v.astype(jnp.bfloat16), m)
        z = jnp.tensordot(a, c["kernel"], 1) + c["bias"] - b
        return (z * z).mean()

    x, y = (jnp.asarray(v, "bfloat16") for v in (x, y))
    adder = optax.chain(optax.scale(1 / micro_batches), optax.trace(decay=1.0))
    mover = optax.partition({"kernel": optax.sgd(lr), "bias": optax.sgd(lr)}, {"kernel": "kernel", "bias": "bias"})
    memory, out = adder.init(masters), None
    for a, b in parts(micro_batches, x, y):
        out, memory = adder.update(jax.grad(L)(masters, a, b), memory)
    masters = optax.apply_updates(masters, mover.update(out, mover.init(masters), masters)[0])
    return L(masters, x, y).astype(jnp.float32)[None]
