# expect: accepted
"""linen.Dense(dtype=float16) applied to the nnx initial parameters, within flax's TrainState."""
import jax
import jax.numpy as jnp
import optax
from flax import linen as nn
from flax import nnx
from flax.training.train_state import TrainState


class ScaledState(TrainState):
    loss_scale: jax.Array = None
    good_steps: jax.Array = None

    def advance(self, grads, interval):
        finite = jnp.all(jnp.array([jnp.all(jnp.isfinite(g)) for g in jax.tree.leaves(grads)]))
        moved = self.apply_gradients(grads=grads)
        params = jax.tree.map(lambda new, old: jnp.where(finite, new, old), moved.params, self.params)
        due = self.good_steps + 1 == interval
        return self.replace(
            params=params,
            good_steps=jnp.where(finite & ~due, self.good_steps + 1, 0),
            loss_scale=jnp.where(
                finite,
                jnp.where(due, jnp.minimum(self.loss_scale * 2, 2.0**24), self.loss_scale),
                jnp.maximum(self.loss_scale / 2, 1.0),
            ),
        )


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    init = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    dense = nn.Dense(y.shape[1], dtype=jnp.float16)
    ts = ScaledState.create(
        apply_fn=dense.apply,
        params={"kernel": init.kernel[...], "bias": init.bias[...]},
        tx=optax.sgd(lr),
        loss_scale=jnp.float32(loss_scale),
        good_steps=jnp.int32(good_steps),
    )

    def loss(params):
        pred = ts.apply_fn({"params": params}, x)
        return jnp.mean((pred - y.astype(jnp.float16)) ** 2)

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * ts.loss_scale)(ts.params)
    grads = jax.tree.map(lambda g: g / ts.loss_scale, grads)
    ts = ts.advance(grads, growth_interval)
    return jnp.stack([loss(ts.params).astype(jnp.float32), ts.loss_scale, ts.good_steps.astype(jnp.float32)])
