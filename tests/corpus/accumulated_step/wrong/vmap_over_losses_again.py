# expect: pitfall|wrong_answer
# finding: low-precision-accumulator|low-precision-grads
import jax
import jax.numpy as jnp
from flax import nnx


def half(*ts):
    return jax.tree.map(lambda t: t.astype(jnp.bfloat16), ts)


class Problem:
    """Closes over nothing; an instance is a pure function of (params, batch)."""

    def __call__(self, params, a, b):
        (w, c), a, b = half(params, a, b)
        return jnp.mean(jnp.square(a @ w + c - b))

    def over(self, k):
        folded = lambda t: t.reshape(k, t.shape[0] // k, *t.shape[1:])
        many = jax.vmap(self, in_axes=(None, 0, 0))  #@ low-precision-accumulator, low-precision-grads
        return lambda p, a, b: many(p, folded(a), folded(b)).astype(jnp.float32).mean()  #@ low-precision-accumulator, low-precision-grads


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params, x, y = (lin.kernel[...], lin.bias[...]), jnp.asarray(x), jnp.asarray(y)
    problem = Problem()
    grads = jax.grad(problem.over(micro_batches))(params, x, y)  #@ low-precision-accumulator, low-precision-grads
    params = tuple(p - lr * g for p, g in zip(params, grads))
    return problem(params, x, y).astype(jnp.float32).reshape((1,))
