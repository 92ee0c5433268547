# expect: pitfall|wrong_answer
# finding: low-precision-accumulator|low-precision-grads
import jax
import jax.numpy as jnp
from flax import nnx

down = lambda t: jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)


def accumulated_step(seed, x, y, lr, micro_batches):
    graph, masters = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)
    x, y = down((jnp.asarray(x), jnp.asarray(y)))
    loss = lambda net, a, b: jnp.mean(jnp.square(net(a) - b))

    def all_losses(m):
        net = nnx.merge(graph, down(m))  #@ low-precision-accumulator, low-precision-grads
        pairs = zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))
        return sum(map(lambda ab: loss(net, *ab).astype(jnp.float32), pairs))

    mean = jax.tree.map(lambda g: g / micro_batches, jax.grad(all_losses)(masters))
    masters = jax.tree.map(lambda p, g: p - lr * g, masters, mean)
    return loss(nnx.merge(graph, down(masters)), x, y).astype(jnp.float32).reshape(1)
