# expect: pitfall|wrong_answer
# finding: count-not-reset
import jax
import jax.numpy as jnp
from flax import nnx, struct


class Book(struct.PyTreeNode):
    params: dict
    scale: jax.Array
    count: jax.Array
    interval: int = struct.field(pytree_node=False)

    def advance(self, grads, lr):
        n = (self.count + 1) % self.interval
        return self.replace(
            params=jax.tree.map(lambda p, g: p - lr * g, self.params, grads),
            scale=jnp.where(n == 0, jnp.minimum(self.scale * 2, 2.0**24), self.scale),
            count=n,
        )

    def retreat(self):
        return self.replace(scale=jnp.maximum(self.scale / 2, 1.0))  #@ count-not-reset


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    p = nnx.to_pure_dict(nnx.state(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))))
    book = Book(p, jnp.float32(loss_scale), jnp.int32(good_steps), growth_interval)

    def loss(p):
        k, b, xx, yy = jax.tree.map(lambda a: a.astype(jnp.float16), (p["kernel"], p["bias"], x, y))
        return jnp.mean(jnp.square(xx @ k + b - yy)).astype(jnp.float32)

    g = jax.grad(lambda p: loss(p) * book.scale)(book.params)
    g = jax.tree.map(lambda a: a / book.scale, g)
    finite = jnp.concatenate([jnp.isfinite(a).ravel() for a in jax.tree.leaves(g)]).all()
    book = jax.tree.map(lambda a, b: jnp.where(finite, a, b), book.advance(g, lr), book.retreat())
    return jnp.array([loss(book.params), book.scale, book.count], jnp.float32)
