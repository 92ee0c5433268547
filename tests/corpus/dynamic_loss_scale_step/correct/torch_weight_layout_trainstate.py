# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx
from flax.training import train_state


def linear(inp, weight, bias):
    return inp @ weight.swapaxes(0, 1) + bias


class AmpState(train_state.TrainState):
    scale: jax.Array
    good: jax.Array

    def apply_gradients(self, *, grads, interval, **kw):
        ok = jnp.array([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]).all()
        moved = super().apply_gradients(grads=grads, **kw)
        kept = jax.tree.map(lambda n, o: jnp.where(ok, n, o), moved, self)
        n = self.good + 1
        hit = n == interval
        scale = jnp.where(ok, jnp.where(hit, self.scale * 2.0, self.scale), self.scale / 2.0)
        return kept.replace(scale=jnp.clip(scale, 1.0, 2.0**24), good=jnp.where(ok & ~hit, n, 0))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    src = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {'fc.weight': src.kernel[...].T, 'fc.bias': src.bias[...]}
    state = AmpState.create(apply_fn=linear, params=params, tx=optax.sgd(lr),
                            scale=jnp.float32(loss_scale), good=jnp.int32(good_steps))
    inp, tgt = jax.tree.map(lambda a: jnp.array(a, jnp.float16), (x, y))

    def mse(p):
        half = {k: v.astype(jnp.float16) for k, v in p.items()}
        return jnp.mean((state.apply_fn(inp, half['fc.weight'], half['fc.bias']) - tgt) ** 2)

    g = jax.grad(lambda p: mse(p).astype(jnp.float32) * state.scale)(state.params)
    g = {k: v.astype(jnp.float32) / state.scale for k, v in g.items()}
    state = state.apply_gradients(grads=g, interval=growth_interval)
    return jnp.stack([mse(state.params).astype(jnp.float32), state.scale, state.good.astype(jnp.float32)])
