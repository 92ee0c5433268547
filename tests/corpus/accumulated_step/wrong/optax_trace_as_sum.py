# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
import jax, jax.numpy as jnp, optax
from flax import nnx

CONFIG = {"compute_dtype": jnp.bfloat16, "param_dtype": jnp.float32}


def accumulated_step(seed, x, y, lr, micro_batches):
    gdef, masters = nnx.split(nnx.Linear(x.shape[1], y.shape[1], param_dtype=CONFIG["param_dtype"],
                                         dtype=CONFIG["compute_dtype"], rngs=nnx.Rngs(int(seed))))
    adder = optax.trace(decay=1.0, accumulator_dtype=CONFIG["compute_dtype"])  #@ low-precision-accumulator
    a_state = adder.init(masters)
    lossf = lambda m, a, b: jnp.mean((nnx.merge(gdef, m)(a) - b) ** 2)
    X = jnp.asarray(x, CONFIG["compute_dtype"]); Y = jnp.asarray(y, CONFIG["compute_dtype"])
    n = X.shape[0] // micro_batches
    for i in range(micro_batches):
        g = jax.grad(lossf)(masters, X[i * n:][:n], Y[i * n:][:n])
        total, a_state = adder.update(g, a_state)
    masters = jax.tree.map(lambda p, t: p - lr / micro_batches * t.astype(p.dtype), masters, total)
    return lossf(masters, X, Y).astype(jnp.float32)[None]
