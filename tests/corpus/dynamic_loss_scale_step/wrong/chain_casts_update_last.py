# expect: pitfall|wrong_answer
# finding: low-precision-update
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def like_compute_params(compute_params):
    return optax.stateless(
        lambda u, _: jax.tree.map(lambda a, c: a.astype(c.dtype), u, compute_params)  #@ low-precision-update
    )


class Step:
    def __init__(self, scale, n, every):
        self.scale, self.n, self.every = scale, n, every

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        return False

    def tell(self, finite):
        if finite:
            self.n += 1
            if self.n == self.every:
                self.n, self.scale = 0, min(self.scale * 2, 2.0**24)
        else:
            self.n, self.scale = 0, max(self.scale / 2, 1.0)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    p = nnx.state(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))).to_pure_dict()
    c = optax.tree.cast(p, jnp.float16)
    batch = optax.tree.cast((jnp.asarray(x), jnp.asarray(y)), jnp.float16)
    f = lambda q: jnp.mean(jnp.square(batch[0] @ q["kernel"] + q["bias"] - batch[1])).astype(jnp.float32)
    with Step(loss_scale, good_steps, growth_interval) as step:
        g = jax.grad(lambda q: f(q) * step.scale)(c)
        g = jax.tree.map(lambda a: a.astype(jnp.float32) / step.scale, g)
        finite = all(bool(jnp.isfinite(a).all()) for a in jax.tree.leaves(g))
        if finite:
            tx = optax.chain(optax.sgd(lr), like_compute_params(c))  #@ low-precision-update
            u, _ = tx.update(g, tx.init(p), p)
            p = optax.apply_updates(p, u)
        step.tell(finite)
    return jnp.array([f(optax.tree.cast(p, jnp.float16)), step.scale, step.n], jnp.float32)
