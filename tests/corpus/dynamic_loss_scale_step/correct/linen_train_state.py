# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx
from flax.training import train_state


class MixedTrainState(train_state.TrainState):
    scale: float
    good: int


def create_state(seed, d_in, d_out, lr, scale, good):
    graphdef, params = nnx.split(nnx.Linear(d_in, d_out, rngs=nnx.Rngs(seed)))

    def apply_fn(params, x):
        return nnx.merge(graphdef, params)(x)

    return MixedTrainState.create(apply_fn=apply_fn, params=params, tx=optax.sgd(lr), scale=scale, good=good)


def evaluate(state, params, batch):
    x, y, params = jax.tree.map(lambda a: a.astype(jnp.float16), (*batch, params))
    return jnp.mean((state.apply_fn(params, x) - y) ** 2)


def train_step(state, batch, interval):
    def loss_fn(params):
        return evaluate(state, params, batch).astype(jnp.float32) * state.scale

    grads = jax.grad(loss_fn)(state.params)
    grads = jax.tree.map(lambda g: g / state.scale, grads)
    finite = True
    for g in jax.tree.leaves(grads):
        finite = finite and bool(jnp.isfinite(g).all())
    if not finite:
        return state.replace(scale=max(state.scale * 0.5, 1.0), good=0)
    state = state.apply_gradients(grads=grads)
    state = state.replace(good=state.good + 1)
    if state.good == interval:
        state = state.replace(scale=min(state.scale * 2.0, 2.0**24), good=0)
    return state


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    batch = (jnp.asarray(x), jnp.asarray(y))
    state = create_state(int(seed), x.shape[1], y.shape[1], lr, loss_scale, good_steps)
    state = train_step(state, batch, growth_interval)
    metrics = [evaluate(state, state.params, batch), state.scale, state.good]
    return jnp.array(metrics, dtype=jnp.float32)
