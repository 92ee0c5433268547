# expect: pitfall|wrong_answer
# finding: full-precision-forward
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), state)
    return nnx.merge(graphdef, half)


def accumulated_step(seed, x, y, lr, micro_batches):
    options = {"use_bias": True, "dtype": jnp.float32, "param_dtype": jnp.float32}  #@ full-precision-forward
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)), **options)  #@ full-precision-forward
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    @nnx.grad
    def gradient(m, a, b):
        return jnp.mean((compute_copy(m)(a) - b) ** 2)

    def loop(i, total):
        n = x.shape[0] // micro_batches
        g = gradient(model, x[i * n:(i + 1) * n], y[i * n:(i + 1) * n])
        total = jax.tree.map(jnp.add, total, g)
        return total if i + 1 == micro_batches else loop(i + 1, total)

    total = loop(0, jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param)))
    optimizer.update(model, jax.tree.map(lambda t: t * (1.0 / micro_batches), total))
    final = jnp.mean((compute_copy(model)(x) - y) ** 2)  #@ full-precision-forward
    return final.astype(jnp.float32).reshape(1)
