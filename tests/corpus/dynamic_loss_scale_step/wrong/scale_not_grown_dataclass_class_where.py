# expect: pitfall|wrong_answer
# finding: scale-not-grown
# allow: count-not-reset
import jax
import jax.numpy as jnp
import optax
from flax import nnx, struct


@struct.dataclass
class Scale:
    factor: jax.Array
    fin_steps: jax.Array
    growth_interval: int = struct.field(pytree_node=False)

    def update(self, finite):
        grow = self.fin_steps == self.growth_interval  #@ scale-not-grown
        factor = jnp.where(
            finite,
            jnp.where(grow, jnp.minimum(self.factor * 2.0, 2.0**24), self.factor),
            jnp.maximum(self.factor * 0.5, 1.0),
        )
        fin_steps = jnp.where(grow | ~finite, 0, self.fin_steps + 1)
        return self.replace(factor=factor, fin_steps=fin_steps)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed))))
    tx = optax.sgd(lr)
    scale = Scale(jnp.float32(loss_scale), jnp.int32(good_steps), growth_interval)
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(p):
        return jnp.mean((nnx.merge(graphdef, p)(x) - y) ** 2)

    @jax.jit
    def step(params, scale):
        g = jax.grad(lambda p: loss(p).astype(jnp.float32) * scale.factor)(params)
        g = jax.tree.map(lambda a: a / scale.factor, g)
        finite = jnp.isfinite(optax.global_norm(g))
        u, _ = tx.update(g, tx.init(params))
        new = optax.apply_updates(params, u)
        new = jax.tree.map(lambda n, o: jnp.where(finite, n, o), new, params)
        return new, scale.update(finite)

    params, scale = step(params, scale)
    return jnp.array([loss(params).astype(jnp.float32), scale.factor, scale.fin_steps], dtype=jnp.float32)
