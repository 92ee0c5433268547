# expect: pitfall|wrong_answer
# finding: low-precision-accumulator|low-precision-grads
import jax, jax.numpy as jnp, optax
from flax import nnx


def bf16_compress_hook(dtype=jnp.bfloat16):
    def update(updates, state, params=None):
        small = jax.tree.map(lambda u: u.astype(dtype), updates)  #@ low-precision-grads
        return jax.tree.map(lambda s, u: s.astype(u.dtype), small, updates), state
    return optax.GradientTransformation(lambda p: optax.EmptyState(), update)


class Learner:
    def __init__(self, seed, shape, lr):
        self.gd, self.params = nnx.split(nnx.Linear(*shape, rngs=nnx.Rngs(int(seed))))
        self.tx = optax.chain(bf16_compress_hook(), optax.sgd(lr))
        self.st = self.tx.init(self.params)

    def loss(self, p, x, y):
        return jnp.mean((nnx.merge(self.gd, jax.tree.map(lambda q: q.astype(jnp.bfloat16), p))(x) - y) ** 2)

    def step(self, batches):
        gs = [jax.grad(self.loss)(self.params, *b) for b in batches]
        mean = jax.tree.map(lambda *g: sum(g) / len(g), *gs)
        u, self.st = self.tx.update(mean, self.st)
        self.params = optax.apply_updates(self.params, u)


def accumulated_step(seed, x, y, lr, micro_batches):
    xy = [jnp.asarray(a, jnp.bfloat16) for a in (x, y)]
    me = Learner(seed, (x.shape[1], y.shape[1]), lr)
    me.step(list(zip(*(jnp.split(a, micro_batches) for a in xy))))
    return me.loss(me.params, *xy).astype(jnp.float32).reshape(1)
